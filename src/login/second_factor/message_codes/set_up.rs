//! Set-up and removal of a channel.

use super::{
    super::{
        Confirmed, FactorError, audit, count_attempt,
        factor_changes::{admit_again, remove_with},
        recovery_codes::{self, NewCodes},
        step_up,
    },
    document::{MessageCode, Order, Purpose, Verdict},
    sending::{Sent, deliver, masked},
    verification::{amr, read_digits, try_code},
};
use crate::{
    admission::Admission,
    app::App,
    audit::EventKind,
    clock::Timestamp,
    config::MessageChannel,
    limiter::Guess,
    login::{password::record_wait, recent_proof::require_enrolment_allowed},
    mail::Notice,
    notices,
    session::{self, CurrentSession, Refusal, State},
    store::Change,
    user::{CodeChannel, Factor, PhoneChannel, User},
    web::client::Client,
};

/// A channel to set up.
#[derive(Clone, Debug)]
pub enum NewChannel {
    /// The verified address of the user.
    Email,
    /// A number in the form of E.164.
    Sms(String),
}

/// Sends a code to a new channel. Nothing is set up before the code came back: the number may belong to another user.
///
/// # Errors
/// [`FactorError::UnknownFactor`] if the settings do not offer the channel; [`FactorError::StrongFactorRequired`];
/// [`FactorError::NoVerifiedAddress`]; [`FactorError::ProofTooOld`], [`FactorError::Limited`], [`FactorError::NotSent`], and the refusals of the
/// session.
pub async fn start(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    channel: NewChannel,
) -> Result<Sent, FactorError> {
    let of_settings = match channel {
        NewChannel::Email => MessageChannel::Email,
        NewChannel::Sms(_) => MessageChannel::Sms,
    };
    if !app.config.message_codes.offers(of_settings) {
        return Err(FactorError::UnknownFactor);
    }
    require_enrolment_allowed::<FactorError>(app, current)?;
    session::check_against_store(app, current).await?;
    app.limiter.count_enrolment(&current.user.id.to_string()).await?;
    let user = app.users.get_uncached(&current.user.id.document_id()).await?.ok_or(Refusal::NotSignedIn)?;
    refuse_only_factor_of_administrator(&user)?;
    let to = match channel {
        NewChannel::Email => user.verified_email_key().ok_or(FactorError::NoVerifiedAddress)?,
        NewChannel::Sms(number) => number,
    };
    deliver(app, client, current, &user, Order { channel: of_settings, purpose: Purpose::SetUp, to }).await
}

/// Sets up the channel whose code came back. Every other session of the user ends. The first factor comes with recovery codes.
///
/// # Errors
/// [`FactorError::WrongCode`]; [`FactorError::NoPendingEnrolment`], also for the fifth wrong code; [`FactorError::StrongFactorRequired`];
/// [`FactorError::Busy`].
pub async fn confirm(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    text: &str,
) -> Result<Confirmed, FactorError> {
    match current.state {
        State::AwaitingSecondFactor => return Err(Refusal::SecondFactorRequired.into()),
        State::AwaitingPasswordChange => return Err(Refusal::PasswordChangeRequired.into()),
        // The proof was recent when this session had the code sent. To ask for another one would give the session a new id, for which no code
        // was sent: a set-up near the end of the ten minutes could not be finished.
        State::SignedIn | State::AwaitingEnrolment => {}
    }
    session::check_against_store(app, current).await?;
    let kind = EventKind::MessageCodesAdded;
    let attempt = count_attempt(app, client, current, (Guess::MessageCode, kind)).await?;
    // A text that is no code is wrong, and counts as a try.
    let code = read_digits(text).unwrap_or_default();
    let (sent, codes) = match check(app, current, &code).await {
        Ok(Ok(checked)) => checked,
        Ok(Err(left)) => {
            let (audit, lock) = (audit(app, client, current), attempt.failed());
            audit.failure(kind, "code_invalid").record().await;
            record_wait(&audit, current.user.id, lock).await;
            let dropped = FactorError::NoPendingEnrolment;
            return Err(if left == 0 {
                dropped
            } else {
                FactorError::WrongCode { left: Some(left), clock_skew: None }
            });
        }
        Err(error) => {
            attempt.cancelled().await;
            return Err(error);
        }
    };
    attempt.succeeded().await;
    let (user, with_codes) = write(app, current, &sent, codes.as_ref()).await?;
    let admission = step_up(app, current, &user, [amr(sent.channel)])?;
    let to = masked(sent.channel, &sent.to);
    let audit = audit(app, client, current);
    audit
        .success(kind)
        .amr(admission.methods())
        .details(format!("{} {to}", sent.channel.as_str()))
        .record()
        .await;
    notices::send(app, client, &user, Notice::MessageCodesAdded { to }).await;
    Ok(Confirmed { admission, recovery_codes: codes.filter(|_| with_codes).map(|codes| codes.shown) })
}

/// Uses up a correct code, or returns how many tries are left. The recovery codes are made before: if the hashing queue is full, the code can
/// be sent again.
async fn check(
    app: &App,
    current: &CurrentSession,
    code: &str,
) -> Result<Result<(MessageCode, Option<NewCodes>), u32>, FactorError> {
    let tried = (Purpose::SetUp, code);
    let user = app.users.get_uncached(&current.user.id.document_id()).await?.ok_or(Refusal::NotSignedIn)?;
    let sent = app.store.get_expendable::<MessageCode>(&MessageCode::id_of(current)).await?;
    let is_correct = sent
        .is_some_and(|sent| sent.verdict_of(&app.keys, user.id, tried, app.clock.now()) == Verdict::Correct);
    let codes =
        if is_correct && !user.has_second_factor() { Some(recovery_codes::create(app).await?) } else { None };
    let tried = try_code(app, current, tried).await?.ok_or(FactorError::NoPendingEnrolment)?;
    match tried {
        (sent, Verdict::Correct) if app.config.message_codes.offers(sent.channel) => Ok(Ok((sent, codes))),
        (_, Verdict::Wrong { left }) => Ok(Err(left)),
        (_, Verdict::Correct | Verdict::Replayed | Verdict::Absent) => Err(FactorError::NoPendingEnrolment),
    }
}

/// Writes the channel, with recovery codes if it is the first factor; returns whether they were stored.
async fn write(
    app: &App,
    current: &CurrentSession,
    sent: &MessageCode,
    codes: Option<&NewCodes>,
) -> Result<(User, bool), FactorError> {
    let now = app.clock.now();
    let (user, with_codes) = current
        .update_user::<_, FactorError>(&app.users, |user| {
            let codes = codes.filter(|_| !user.has_second_factor());
            if let Some(NewCodes { stored, .. }) = codes {
                user.set_recovery_codes(stored.clone());
            }
            add(user, sent, now)?;
            user.continue_in(&current.session.handle());
            user.last_login_at = user.last_login_at.max(Some(now));
            Ok(Change::Write(codes.is_some()))
        })
        .await?;
    Ok((user.into_document(), with_codes))
}

/// Attack: an attacker who obtains the phone number or the mailbox would be an administrator (NIST SP 800-63B-4 §3.1.3.3). The session would
/// also end its work at once, to ask for another factor.
fn refuse_only_factor_of_administrator(user: &User) -> Result<(), FactorError> {
    let is_only_factor = user.is_administrative() && !user.has_strong_factor();
    if is_only_factor { Err(FactorError::StrongFactorRequired) } else { Ok(()) }
}

fn add(user: &mut User, sent: &MessageCode, now: Timestamp) -> Result<(), FactorError> {
    // The user may have become an administrator since the code was sent.
    refuse_only_factor_of_administrator(user)?;
    match sent.channel {
        MessageChannel::Email => {
            // The address may have changed since.
            if user.verified_email_key().as_ref() != Some(&sent.to) {
                return Err(FactorError::NoPendingEnrolment);
            }
            user.add_email_codes(CodeChannel { confirmed_at: now, last_used_at: Some(now) }, now);
        }
        MessageChannel::Sms => {
            let number = sent.to.clone();
            user.add_phone(PhoneChannel { number, confirmed_at: now, last_used_at: Some(now) }, now);
        }
    }
    Ok(())
}

/// Removes a channel, also one that the settings do not offer any more. Every other session of the user ends.
///
/// # Errors
/// As for [`remove_with`].
pub async fn remove(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    channel: MessageChannel,
) -> Result<Admission, FactorError> {
    let now = app.clock.now();
    let remove = |user: &mut User| {
        let to = user.code_recipient(channel).unwrap_or_default();
        user.remove_message_codes(Factor::of_channel(channel), now).then(|| masked(channel, &to))
    };
    let (user, to) = remove_with(app, current, remove).await?;
    let details = format!("{} {to}", channel.as_str());
    audit(app, client, current).success(EventKind::MessageCodesRemoved).details(details).record().await;
    notices::send(app, client, &user, Notice::MessageCodesRemoved { to }).await;
    admit_again(app, current, &user)
}
