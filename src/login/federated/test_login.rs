//! The test login of an administrator: a real login at a provider that ends in a report.
//!
//! ```text
//!   POST /api/admin/providers/okta/test-login ─▶ transaction with Purpose::Test ─▶ provider
//!   GET  /api/auth/callback/okta ◀─────────────────────────────────────────────────┘
//!        │ the code of each login: browser, state, iss, code exchange, ID token, userinfo, auth_time, decision
//!        ▼
//!      report, stored in the transaction ─▶ GET /api/admin/providers/okta/test-login/{id}
//! ```
//!
//! No session opens, no user is created, changed or linked, no message is sent, and no token is stored. Attacks and what prevents them:
//!
//! | attack | prevented by |
//! |---|---|
//! | the URL of a test is sent to a victim, whose claims the administrator then reads | the cookie of the browser in [`transaction::take`], and the session in `Callback::session` |
//! | the callback is replayed, to change the report or to use the code again | a transaction is used once, and the first report stays |
//! | a test login ends in a session | `Purpose::Test` leads to `CallbackOutcome::Tested` only, which contains no `Admission` |
//! | another administrator, or a stolen later session, reads the claims | [`transaction::find_test`] compares the session |
//! | the claims are kept | the report is part of the transaction, which expires after ten minutes |
//! | a token in the claims is shown | `Claims::for_report` hides it |
//! | an administrator's script uses up the rate limit of the provider | the limit that tests of the connection have, too |

pub mod report;

use super::{
    start::{self, AuthorizationRequest, StartError, Started},
    transaction::{self, Purpose, TestProgress, TransactionId},
};
use crate::{
    app::App,
    audit::EventKind,
    limiter::Limited,
    session::CurrentSession,
    store::StoreError,
    web::{client::Client, cookies::RequestCookies},
};

/// Why a test login does not start.
#[derive(Debug, thiserror::Error)]
pub enum TestLoginRefusal {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Limited(#[from] Limited),
}

/// Starts a test login in this browser, and records it.
///
/// # Errors
/// [`TestLoginRefusal`].
pub async fn start(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    current: &CurrentSession,
    provider: &str,
) -> Result<Started, TestLoginRefusal> {
    app.providers.get(provider).ok_or(StartError::Unknown)?;
    app.limiter.count_provider_test(&current.user.id.to_string()).await?;
    let purpose = Purpose::Test(current.id_hash_hex());
    // As a login in this browser: it asks the provider for a new authentication after a logout.
    let prompt_login = cookies.must_prompt_login();
    let request = AuthorizationRequest::new(purpose, prompt_login, app.addresses.returns.start_page());
    let started = start::start(app, cookies, client, provider, request).await?;
    let details = serde_json::json!({ "provider": provider, "login": "started" });
    let entry = app.audit(client).by_user(current.user.id).success(EventKind::ProviderTested);
    entry.details(details).record().await;
    Ok(started)
}

/// Returns the progress of a test login that this session started. `None`: there is none, or it has expired.
///
/// # Errors
/// The store failed.
pub async fn progress(
    app: &App,
    current: &CurrentSession,
    provider: &str,
    id: TransactionId,
) -> Result<Option<TestProgress>, StoreError> {
    transaction::find_test(&app.store, id, provider, &current.id_hash_hex(), app.clock.now()).await
}
