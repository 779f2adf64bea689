//! Password login: a user name, or a verified address, and a password.
//!
//! An unknown name, a wrong password, a disabled account and an account without a password all get the same response after the same work.
//! A client without the password learns nothing about the account (user enumeration, ASVS 6.3.8). Only the audit event has the reason.

pub mod change;
pub mod generate;
pub mod hash;
pub mod hasher;
mod normal_form;
pub mod policy;
pub mod refusal_time;
pub(crate) mod routes;
pub mod strength;

use std::{iter, time::Instant};

use secrecy::SecretString;

use self::{
    hash::CheckResult,
    hasher::{PasswordCheck, QueueSlot},
};
use crate::{
    admission::{Admission, Amr, Disabled, Proof, admit},
    app::App,
    audit::{EventKind, Recorder},
    clock::Timestamp,
    limiter::{Attempt, Limited, Lock, device_account},
    login::{origin, trusted_device, user_lookup::find_user},
    secrets::sha256_hex,
    session::CurrentSession,
    store::{Change, StoreError, Stored},
    user::{Email, Factor, Status, TypedName, User, UserId, Username},
    web::client::Client,
};

/// Why a password login is refused.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Unknown name, wrong password, disabled account or account without a password.
    #[error("the login was refused")]
    Refused,
    #[error(transparent)]
    Limited(#[from] Limited),
    /// The hashing queue is full.
    #[error("the hashing queue is full")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A login with a correct password.
pub struct PasswordLogin {
    pub admission: Admission,
    /// The second factors of the user.
    pub factors: Vec<Factor>,
}

/// Checks a user name and a password. Every result is recorded as an audit event.
pub async fn sign_in(
    app: &App,
    client: &Client,
    name: &str,
    password: SecretString,
) -> Result<PasswordLogin, LoginError> {
    let typed = TypedName::new(name);
    let found = find_user(&app.store, &typed).await?.map(Stored::into_document);
    let user_id = found.as_ref().map(|user| user.id);
    let audit = app.audit(client).about(user_id);
    let typed_key = key_for_counter(&typed, name);
    let account = user_id.map_or_else(|| typed_key.clone(), |id| id.to_string());
    let origin = origin::of_guess(client, found.as_ref());
    // The slot is reserved first: an attempt that is never checked must not be counted.
    let slot = app.hasher.reserve().ok_or(LoginError::Busy)?;
    let attempt = app.limiter.login_attempt(&typed_key, &account, &origin).await.inspect_err(|_| {
        // The account of a limited attempt is not recorded: the attempt was not checked.
        app.audit(client)
            .failure(EventKind::PasswordSignIn, "too_many_attempts")
            .typed(name, &app.keys)
            .log_only();
    })?;
    // Without the hash, the check takes as long as one for an unknown name, and no password is correct.
    let checked = found.as_ref().filter(|_| !attempt.account_is_limited());
    let stored = checked.and_then(|user| user.password.as_ref());
    let is_active = checked.is_some_and(|user| user.status == Status::Active);
    let check = PasswordCheck::new(stored.map(|password| password.hash.as_str()), password, is_active);
    let guess = check_guess(slot, attempt, check).await?;
    match authenticated(app, found.as_ref(), &guess) {
        Ok(user) => {
            guess.attempt.succeeded().await;
            let login = record_success(app, client, user, guess.result).await?;
            let entry = audit.by_user(user.id).success(EventKind::PasswordSignIn).typed(name, &app.keys);
            entry.amr(login.admission.methods()).record().await;
            Ok(login)
        }
        Err(reason) => {
            let lock = guess.attempt.failed();
            // The networks have counted the attempt. A further count for unknown names would show in the response time.
            audit.failure(EventKind::PasswordSignIn, reason).typed(name, &app.keys).record().await;
            // At the same time: only a known user has the second event, once for each wait.
            tokio::join!(
                record_wait(&audit, user_id, lock),
                refusal_time::equalize(
                    &app.store,
                    app.config.hashing.parameters,
                    guess.started,
                    guess.result.checks
                )
            );
            Err(LoginError::Refused)
        }
    }
}

/// Re-authenticates the user of a session with the password.
///
/// # Errors
/// [`LoginError`]; [`LoginError::Refused`] also when the session has ended or the password has changed in between.
pub async fn reauthenticate(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    password: SecretString,
) -> Result<Admission, LoginError> {
    check_own_password(app, client, current, password, EventKind::Reauthentication).await?;
    let admission = step_up(app, current).await?;
    let audit = app.audit(client).about(current.user.id).by_user(current.user.id);
    audit.success(EventKind::Reauthentication).amr(admission.methods()).record().await;
    Ok(admission)
}

/// Checks the password of the user of a session. It is counted as a guess at the account like a login, and a failure is recorded as an
/// event of this kind.
async fn check_own_password(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    password: SecretString,
    kind: EventKind,
) -> Result<(), LoginError> {
    let user_id = current.user.id;
    let audit = app.audit(client).about(user_id).by_user(user_id);
    let stored = current.user.password.as_ref().map(|password| password.hash.as_str());
    let check = PasswordCheck::new(stored, password, false);
    let slot = app.hasher.reserve().ok_or(LoginError::Busy)?;
    let attempt = count_own_guess(app, client, &current.user)
        .await
        .inspect_err(|_| audit.failure(kind, "too_many_attempts").log_only())?;
    let guess = check_guess(slot, attempt, check).await?;
    if !guess.result.is_correct {
        let lock = guess.attempt.failed();
        audit.failure(kind, "wrong_password").record().await;
        record_wait(&audit, user_id, lock).await;
        return Err(LoginError::Refused);
    }
    guess.attempt.succeeded().await;
    Ok(())
}

/// Counts a guess in a session of the user, as a login with the user's own name: login and re-authentication share the limit.
async fn count_own_guess<'a>(app: &'a App, client: &Client, user: &User) -> Result<Attempt<'a>, Limited> {
    let name = user.username.as_ref().map(Username::as_str).or(user.email.as_ref().map(Email::as_str));
    let account = user.id.to_string();
    let typed = name.map_or_else(|| account.clone(), |name| key_for_counter(&TypedName::new(name), name));
    let origin = origin::of_guess(client, Some(user));
    app.limiter.login_attempt(&typed, &account, &origin).await?.require_account().await
}

/// Reads the user from the store, not from the cache: a password change during the check wins.
async fn step_up(app: &App, current: &CurrentSession) -> Result<Admission, LoginError> {
    let user = app.users.get_uncached(&current.user.id.document_id()).await?.ok_or(LoginError::Refused)?;
    current.ensure_valid_for(&user).map_err(|_| LoginError::Refused)?;
    let prior = current.session.authentication.clone();
    let proof = Proof::step_up(&user, prior, Some(Amr::Pwd), app.clock.now());
    admit(proof, app.config.mfa).map_err(|Disabled| LoginError::Refused)
}

/// A counted guess and the result of its check.
struct Guessed<'a> {
    attempt: Attempt<'a>,
    result: CheckResult,
    started: Instant,
}

async fn check_guess(
    slot: QueueSlot,
    attempt: Attempt<'_>,
    check: PasswordCheck,
) -> Result<Guessed<'_>, LoginError> {
    let started = Instant::now();
    let Some(result) = slot.check(check).await else {
        attempt.cancelled().await;
        return Err(LoginError::Busy);
    };
    Ok(Guessed { attempt, result, started })
}

/// Returns the user of a correct password, or the reason of the refusal for the audit event.
fn authenticated<'u>(
    app: &App,
    found: Option<&'u User>,
    guess: &Guessed<'_>,
) -> Result<&'u User, &'static str> {
    if guess.attempt.account_is_limited() {
        return Err("account_limited");
    }
    let user = authenticated_user(found, guess.result.is_correct, app.clock.now())?;
    // The reporter is not locked out: without a mail server or a verified address, the password still leads to its change.
    if user.password_was_reported() && app.mail.is_enabled() && user.mail_address().is_some() {
        return Err("password_reported");
    }
    Ok(user)
}

fn authenticated_user(found: Option<&User>, is_correct: bool, now: Timestamp) -> Result<&User, &'static str> {
    let user = found.ok_or("unknown_user")?;
    if user.password.is_none() {
        return Err("no_password");
    }
    if !is_correct {
        return Err("wrong_password");
    }
    // After the check, so that it takes the same time.
    if user.initial_password_is_expired(now) {
        return Err("initial_password_expired");
    }
    match user.status {
        Status::Active => Ok(user),
        Status::Disabled | Status::Quarantined => Err("account_disabled"),
    }
}

/// Records the start of a wait at the account of a user, once for each wait: the attempts that it refuses are only logged. So the events
/// of a user explain every 429, and a client that is refused cannot fill the store.
pub(super) async fn record_wait(audit: &Recorder<'_>, user: impl Into<Option<UserId>>, lock: Option<Lock>) {
    let (Some(_), Some(Lock { guess, failures, until, of_device })) = (user.into(), lock) else { return };
    let place = if of_device { " in a known device" } else { "" };
    let details = format!("{failures} failures with a {}{place}, wait until {until}", guess.as_str());
    audit.failure(EventKind::AccountLimited, "too_many_attempts").details(details).record().await;
}

/// Returns all texts under which guesses at the account of a user are counted: the id, every text that names the user, and every known
/// device. Guesses at a name that an administrator gives later were counted for the name.
#[must_use]
pub fn account_keys(user: &User) -> Vec<String> {
    let texts = user.username.iter().map(Username::as_str).chain(user.email.iter().map(Email::as_str));
    let by_text = texts.map(name_key);
    let id = user.id.to_string();
    let by_device = user.devices.iter().map(|device| device_account(&id, &device.hash));
    let mut keys: Vec<String> = iter::once(id.clone()).chain(by_text).chain(by_device).collect();
    keys.dedup();
    keys
}

/// Returns the text under which guesses at a name, and mails to an address, are counted.
#[must_use]
pub fn name_key(name: &str) -> String {
    key_for_counter(&TypedName::new(name), name)
}

/// Returns the text under which guesses at a name are counted. A long name is hashed, so that the counter stays small.
fn key_for_counter(typed: &TypedName, name: &str) -> String {
    let key = typed.key().unwrap_or(name);
    if key.len() <= 64 { format!("name:{key}") } else { sha256_hex(key.as_bytes()) }
}

/// Writes the stronger hash, and the time of the login if it is complete. A login that races a password change does not survive it: no
/// sessions of the user may have ended since the password was checked.
async fn record_success(
    app: &App,
    client: &Client,
    user: &User,
    result: CheckResult,
) -> Result<PasswordLogin, LoginError> {
    let now = app.clock.now();
    let checked = user.session_epoch;
    let updated = app
        .users
        .update::<_, LoginError>(&user.id.document_id(), |user| {
            if user.session_epoch != checked {
                return Err(LoginError::Refused);
            }
            if let Some(hash) = &result.stronger_hash {
                user.upgrade_password_hash(hash);
            }
            let proof =
                Proof::password(user, now).with_device_trust(trusted_device::is_trusted(app, client, user));
            let admission = admit(proof, app.config.mfa).map_err(|Disabled| LoginError::Refused)?;
            match &admission {
                Admission::Granted(_) => user.last_login_at = Some(now),
                Admission::Pending(_) => {}
            }
            Ok(Change::Write(admission))
        })
        .await?;
    let (user, admission) = updated.ok_or(LoginError::Refused)?;
    Ok(PasswordLogin { admission, factors: user.offered_factors(&app.config.message_codes.channels) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::Password;

    fn user(has_password: bool, status: Status) -> User {
        let now = Timestamp::from_millis(0);
        let mut user = User::new(UserId::new(now), now);
        user.status = status;
        user.password = has_password.then(|| Password::new(String::new(), now));
        user
    }

    #[test]
    fn only_an_active_user_with_the_correct_password_is_authenticated() {
        for (user, is_correct, expected) in [
            (None, false, Err("unknown_user")),
            (None, true, Err("unknown_user")),
            (Some(user(false, Status::Active)), false, Err("no_password")),
            (Some(user(false, Status::Quarantined)), true, Err("no_password")),
            (Some(user(true, Status::Active)), false, Err("wrong_password")),
            (Some(user(true, Status::Disabled)), false, Err("wrong_password")),
            (Some(user(true, Status::Disabled)), true, Err("account_disabled")),
            (Some(user(true, Status::Quarantined)), true, Err("account_disabled")),
            (Some(user(true, Status::Active)), true, Ok(())),
        ] {
            let now = Timestamp::from_millis(0);
            assert_eq!(authenticated_user(user.as_ref(), is_correct, now).map(|_| ()), expected);
        }
    }

    // Guesses are counted before a name belongs to a user, and under the id afterwards.
    #[test]
    fn account_keys_cover_every_text_that_names_the_user() {
        let mut user = user(true, Status::Active);
        assert_eq!(account_keys(&user), [user.id.to_string()]);
        user.username = Some("Ada".parse().expect("a name"));
        user.email = Some("ADA@corp.example".parse().expect("an address"));
        assert_eq!(account_keys(&user), [&user.id.to_string(), "name:ada", "name:ada@corp.example"]);
        user.username = Some("ada@corp.example".parse().expect("a name"));
        assert_eq!(account_keys(&user), [&user.id.to_string(), "name:ada@corp.example"]);
        for text in ["ada@corp.example", "ADA@CORP.example"] {
            assert!(account_keys(&user).contains(&key_for_counter(&TypedName::new(text), text)));
        }
    }

    #[test]
    fn spellings_of_an_unknown_name_share_one_account_key() {
        let key = |name: &str| key_for_counter(&TypedName::new(name), name);
        assert_eq!(key("Ada"), key(" ADA "));
        assert_eq!(key("A@Corp.example"), key("a@corp.EXAMPLE"));
        for length in [100, 5000, 60_000] {
            assert_eq!(key(&"a".repeat(length)).len(), 64);
        }
    }
}
