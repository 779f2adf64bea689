//! The state of a ceremony between its options and the response of the authenticator.
//!
//! It is sealed into a token that the client sends back, so that showing a page writes nothing to the store. The token is bound to the
//! browser, the session or the link that asked for it, is valid for five minutes and works once: the store remembers used tokens.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{PasskeyError, relying_party::LIFETIME};
use crate::{
    app::App,
    clock::Timestamp,
    link_token::LinkToken,
    secrets::{Sealed, SealedField, hex, random},
    session::CurrentSession,
    store::{Collection, Document, DocumentId, StoreError},
    web::browser_key::BrowserKey,
};

const ID_BYTES: usize = 16;

/// What a ceremony is for, and what it is bound to. Attack: a response that was obtained for one purpose or in one browser is used in another
/// one, for example a second factor as a login (session fixation, login CSRF).
#[derive(Clone, Debug)]
pub(super) enum Binding<'a> {
    /// A login in this browser.
    SignIn(&'a BrowserKey),
    /// A second factor or a re-authentication in this session.
    Factor(&'a CurrentSession),
    /// A registration in this session.
    Registration(&'a CurrentSession),
    /// A registration with this link.
    Link(&'a LinkToken),
}

impl Binding<'_> {
    /// Returns the owner of the sealed token.
    fn owner(&self) -> String {
        match self {
            Self::SignIn(browser) => format!("signIn:{}", browser.as_str()),
            Self::Factor(session) => format!("factor:{}", session.id_hash_hex()),
            Self::Registration(session) => format!("registration:{}", session.id_hash_hex()),
            Self::Link(token) => format!("link:{}", token.hash()),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content<S> {
    id: String,
    expires_at: Timestamp,
    state: S,
}

/// Seals the state of a new ceremony.
pub(super) fn seal<S: Serialize>(app: &App, binding: &Binding<'_>, state: S) -> String {
    let content = Content { id: hex(&random::<ID_BYTES>()), expires_at: app.clock.now() + LIFETIME, state };
    let plain = serde_json::to_vec(&content).expect("the state has only text keys");
    app.keys.seal(&binding.owner(), SealedField::Ceremony, &plain).to_url_text()
}

/// Opens a ceremony of one of these bindings and uses it up. Exactly one of several requests with the same token succeeds, on all replicas
/// together (replay of a response).
///
/// # Errors
/// [`PasskeyError::CeremonyOver`], or the store failed.
pub(super) async fn open<S: DeserializeOwned>(
    app: &App,
    bindings: impl IntoIterator<Item = Binding<'_>>,
    token: &str,
) -> Result<S, PasskeyError> {
    let sealed = Sealed::of_url_text(token);
    let opened = bindings
        .into_iter()
        .find_map(|binding| app.keys.open(&binding.owner(), SealedField::Ceremony, &sealed).ok())
        .ok_or(PasskeyError::CeremonyOver)?;
    let content: Content<S> = serde_json::from_slice(&opened).map_err(|_| PasskeyError::CeremonyOver)?;
    let Content { id, expires_at, state } = content;
    if app.clock.now() >= expires_at {
        return Err(PasskeyError::CeremonyOver);
    }
    match app.store.insert(UsedCeremony { id, expires_at }).await {
        Ok(_) => Ok(state),
        Err(StoreError::Taken { .. }) => Err(PasskeyError::CeremonyOver),
        Err(error) => Err(error.into()),
    }
}

/// A ceremony that was used, kept until its token has expired on all replicas.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsedCeremony {
    #[serde(rename = "_id")]
    id: String,
    expires_at: Timestamp,
}

impl Document for UsedCeremony {
    const COLLECTION: Collection = Collection::UsedCeremonies;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.id.clone())
    }

    /// Later than the token expires: the clock of a replica may be slow, and the token must not work a second time there.
    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at + LIFETIME)
    }
}
