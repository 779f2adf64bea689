//! The local door: a user name, or an address verified by us, and a password.
//!
//! Unknown name, wrong password, disabled, without a password: one body, one status, the same work. Whoever does not know the
//! password learns nothing about the account (account enumeration, ASVS 6.3.8).

pub mod generate;
pub mod hash;
pub mod hasher;
pub mod policy;
pub(crate) mod routes;

use std::time::{Duration, Instant};

use secrecy::{ExposeSecret as _, SecretString};

use self::hasher::{Candidate, Verdict};
use crate::{
    admission::{Admission, Amr, Proof, admit},
    app::App,
    audit::{self, Event, EventKind},
    clock::Timestamp,
    limiter::{Guess, Limited},
    secrets::sha256_hex,
    session::CurrentSession,
    store::{Change, StoreError},
    user::{self, Status, User},
    web::client::Client,
};

/// How long a refusal takes while there are hashes in older forms; longer than bcrypt of cost 12 on a machine of today.
const LEVEL: Duration = Duration::from_millis(750);
/// Longer passwords are wrong ones, in bytes: hashing them would be somebody else's lever.
const PASSWORD_MAX: usize = 4096;

/// Why the local door stays shut.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Unknown, wrong, disabled or without a password; only the trail knows which.
    #[error("refused")]
    Refused,
    /// Too many failures before this.
    #[error(transparent)]
    Limited(#[from] Limited),
    /// The hashing queue is full.
    #[error("busy")]
    Busy,
    /// Nobody can tell.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Judges a user name and a password, and lets in or asks for more.
///
/// # Errors
/// [`LoginError`]; every refusal and every admission is in the trail.
pub async fn sign_in(
    app: &App,
    client: &Client,
    name: &str,
    password: SecretString,
) -> Result<Admission, LoginError> {
    let found = find(app, name).await?;
    let account = found.as_ref().map_or_else(|| unknown_account(name), |user| user.id.to_string());
    // A place in the queue first: what is never judged is never counted.
    let place = app.hasher.reserve().ok_or(LoginError::Busy)?;
    let attempt =
        app.limiter.attempt(Guess::Password, &account, &client.network()).await.inspect_err(|_| {
            let event = Event::failure(EventKind::PasswordSignIn, "too_many_attempts", app.clock.now());
            audit::note(&event.typed(name).from(client.ip, client.request_id.as_str()));
        })?;
    let began = Instant::now();
    let too_long = password.expose_secret().len() > PASSWORD_MAX;
    let candidate = Candidate {
        stored: found.as_ref().and_then(|user| user.password.as_ref()).map(|password| password.hash.clone()),
        password: if too_long { SecretString::default() } else { password },
        upgrade: found.as_ref().is_some_and(|user| user.status == Status::Active),
    };
    let Some(verdict) = place.verify(candidate).await else {
        attempt.cancelled().await;
        return Err(LoginError::Busy);
    };
    let right = !too_long && verdict.right;
    let now = app.clock.now();
    let Some(user) = found.as_ref().filter(|user| right && user.status == Status::Active) else {
        attempt.failed();
        let event = Event::failure(EventKind::PasswordSignIn, refusal(found.as_ref(), right), now);
        tell(app, client, name, found.iter().fold(event, |event, user| event.about(user.id))).await;
        level(app, began).await;
        return Err(LoginError::Refused);
    };
    attempt.succeeded().await;
    let admission = remember(app, user, verdict, now).await?;
    tell(app, client, name, Event::success(EventKind::PasswordSignIn, now).about(user.id).by(&user.id)).await;
    Ok(admission)
}

/// Proves again, by the password, who is signed in. One more guess at the account like any other.
///
/// # Errors
/// [`LoginError`]; [`LoginError::Refused`] also when the session or the password is another one by now.
pub async fn renew(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    password: SecretString,
) -> Result<Admission, LoginError> {
    let place = app.hasher.reserve().ok_or(LoginError::Busy)?;
    let event = |event: Event| {
        event.about(current.user.id).by(&current.user.id).from(client.ip, client.request_id.as_str())
    };
    let account = current.user.id.to_string();
    let attempt =
        app.limiter.attempt(Guess::Password, &account, &client.network()).await.inspect_err(|_| {
            let limited = Event::failure(EventKind::Reauthentication, "too_many_attempts", app.clock.now());
            audit::note(&event(limited));
        })?;
    let too_long = password.expose_secret().len() > PASSWORD_MAX;
    let stored = current.user.password.as_ref().filter(|_| !too_long).map(|password| password.hash.clone());
    let password = if too_long { SecretString::default() } else { password };
    let Some(verdict) = place.verify(Candidate { stored, password, upgrade: false }).await else {
        attempt.cancelled().await;
        return Err(LoginError::Busy);
    };
    let now = app.clock.now();
    if !verdict.right {
        attempt.failed();
        audit::record(&app.store, event(Event::failure(EventKind::Reauthentication, "wrong_password", now)))
            .await;
        return Err(LoginError::Refused);
    }
    attempt.succeeded().await;
    // As the store has them now, not as memory does: a change of the password in the meantime wins.
    let user = app.users.get_uncached(&current.user.id.document_id()).await?.ok_or(LoginError::Refused)?;
    let judged = |user: &User| user.password.as_ref().map(|password| password.changed_at);
    if current.ensure_valid_for(&user).is_err() || judged(&user) != judged(&current.user) {
        return Err(LoginError::Refused);
    }
    let proof = Proof::step_up(&user, current.session.authentication.clone(), Some(Amr::Pwd), now);
    let admission = admit(proof, app.config.mfa).map_err(|_| LoginError::Refused)?;
    audit::record(&app.store, event(Event::success(EventKind::Reauthentication, now))).await;
    Ok(admission)
}

/// What guesses at a name that nobody has are counted under; as short as a name can be, whatever was typed.
fn unknown_account(name: &str) -> String {
    let key = if name.contains('@') { user::email_handle(name) } else { user::name_key(name) };
    if key.len() <= 64 { format!("name:{key}") } else { sha256_hex(key.as_bytes()) }
}

/// Hashes in older forms take another time than ours. As long as anybody has one, every refusal takes this long instead, so that
/// the time does not tell who was imported (enumeration by timing).
async fn level(app: &App, began: Instant) {
    if app.has_old_hashes() {
        tokio::time::sleep_until((began + LEVEL).into()).await;
    }
}

/// By user name or by an address that is verified by us. What looks like an address is looked up as one first: nobody's user name
/// stands in front of somebody else's verified address.
async fn find(app: &App, name: &str) -> Result<Option<User>, StoreError> {
    let mut handles = [format!("name:{}", user::name_key(name)), user::email_handle(name)];
    if name.contains('@') {
        handles.reverse();
    }
    for handle in handles {
        if let Some(user) = app.store.find::<User>(&handle).await? {
            return Ok(Some(user.into_document()));
        }
    }
    Ok(None)
}

/// Writes what this sign-in changes: a better hash, and that the person was here, if they are in.
async fn remember(app: &App, user: &User, verdict: Verdict, now: Timestamp) -> Result<Admission, LoginError> {
    let judged = user.password.as_ref().map(|password| password.changed_at);
    let better = verdict.better_hash;
    let id = user.id.document_id();
    let updated = app
        .users
        .update(&id, |user| {
            // The password that was judged is still the one that holds: a sign-in that races a change does not survive it.
            if user.password.as_ref().map(|password| password.changed_at) != judged {
                return Err(LoginError::Refused);
            }
            if let (Some(password), Some(hash)) = (&mut user.password, better.clone()) {
                password.hash = hash;
            }
            let admission =
                admit(Proof::password(user, now), app.config.mfa).map_err(|_| LoginError::Refused)?;
            if matches!(admission, Admission::Granted(_)) {
                user.last_login_at = Some(now);
            }
            Ok(Change::Write(admission))
        })
        .await?;
    updated.map(|(_, admission)| admission).ok_or(LoginError::Refused)
}

async fn tell(app: &App, client: &Client, name: &str, event: Event) {
    audit::record(&app.store, event.typed(name).from(client.ip, client.request_id.as_str())).await;
}

fn refusal(found: Option<&User>, right: bool) -> &'static str {
    match found {
        None => "unknown_user",
        Some(user) if user.password.is_none() => "no_password",
        Some(user) if right && user.status == Status::Disabled => "account_disabled",
        Some(_) => "wrong_password",
    }
}
