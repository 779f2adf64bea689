//! A new code, and how it reaches the user.

use serde_json::json;

use super::{
    super::{FactorError, audit},
    document::{MessageCode, Order, Purpose, new_digits},
};
use crate::{
    app::App,
    audit::EventKind,
    clock::Timestamp,
    config::MessageChannel,
    limiter::{Counted, Limited},
    mail::{Act, Message, Recipient, SendError},
    metrics,
    session::{CurrentSession, Refusal, State},
    sms::{CodeMessage, Outcome},
    user::{Factor, User, masked_email, masked_phone},
    web::client::Client,
};

/// A code that is on its way.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Masked.
    pub to: String,
    pub expires_at: Timestamp,
    /// From then on, another code can be sent.
    pub resend_at: Timestamp,
    /// The gateway has not accepted the message yet. It is tried again while the code is valid.
    pub is_delayed: bool,
}

/// Sends a code to a channel that the user has set up, for a second factor or a re-authentication.
///
/// # Errors
/// [`FactorError::UnknownFactor`] if the settings do not offer the channel, or the user cannot use it; [`FactorError::Limited`],
/// [`FactorError::NotSent`], and the refusals of the session.
pub async fn send_code(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    channel: MessageChannel,
) -> Result<Sent, FactorError> {
    // Only after the first factor: the answer names a part of the address or number.
    match current.state {
        // A password change needs a recent authentication.
        State::AwaitingSecondFactor | State::AwaitingPasswordChange | State::SignedIn => {}
        State::AwaitingEnrolment => return Err(Refusal::EnrolmentRequired.into()),
    }
    // From the store: a number that was removed a moment ago gets no code.
    let user = app.users.get_uncached(&current.user.id.document_id()).await?.ok_or(Refusal::NotSignedIn)?;
    current.ensure_valid_for(&user)?;
    let is_usable =
        user.offered_factors(&app.config.message_codes.channels).contains(&Factor::of_channel(channel));
    let to = user.code_recipient(channel).filter(|_| is_usable).ok_or(FactorError::UnknownFactor)?;
    deliver(app, client, current, &user, Order { channel, purpose: Purpose::Proof, to }).await
}

/// Creates a code for this session, stores it in place of the one before, and sends it.
pub(super) async fn deliver(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    user: &User,
    order: Order,
) -> Result<Sent, FactorError> {
    let channel = order.channel.as_str();
    let masked = masked(order.channel, &order.to);
    count(app, client, current, &order).await.inspect_err(|_| {
        metrics::count_message_code(channel, "limited");
        let audit = audit(app, client, current);
        audit.failure(EventKind::MessageCodeSent, "too_many_attempts").details(channel).log_only();
    })?;
    let code = new_digits();
    let stored = store(app, current, &order, &code).await?;
    let outcome = send(app, client, user, &order, &code, stored.expires_at).await?;
    let audit = audit(app, client, current);
    let details = json!({ "channel": channel, "to": masked });
    if outcome == Outcome::Refused {
        // Another one can be requested at once.
        app.store.take::<MessageCode>(&MessageCode::id_of(current)).await?;
        metrics::count_message_code(channel, "refused");
        audit.failure(EventKind::MessageCodeSent, "not_sent").details(details).record().await;
        return Err(FactorError::NotSent);
    }
    metrics::count_message_code(channel, "sent");
    audit.success(EventKind::MessageCodeSent).details(details).record().await;
    Ok(Sent {
        to: masked,
        expires_at: stored.expires_at,
        resend_at: stored.resend_at(),
        is_delayed: outcome == Outcome::Delayed,
    })
}

/// Counts the message before it is sent. Attacks: messages cost money (SMS pumping), many of them annoy the owner of a number, and each one is
/// a further chance to guess.
async fn count(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    order: &Order,
) -> Result<(), FactorError> {
    let last = app.store.get_expendable::<MessageCode>(&MessageCode::id_of(current)).await?;
    wait_for_resend(last.as_deref(), app.clock.now())?;
    let account = current.user.id.to_string();
    app.limiter.count_message(&account, &order.to, &client.networks()).await?;
    if let (MessageChannel::Sms, Some(gateway)) = (order.channel, &app.config.message_codes.sms) {
        // The last one: a message that another limit refuses must not use up the total.
        match app.limiter.count_sms(gateway.daily_max).await {
            Ok(()) => {}
            Err(Limited::Wait(..) | Limited::Busy) => {
                let audit = audit(app, client, current);
                audit.failure(EventKind::MessageCodeSent, "daily_total_reached").record().await;
                return Err(FactorError::NotSent);
            }
            Err(Limited::Store(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

fn wait_for_resend(last: Option<&MessageCode>, now: Timestamp) -> Result<(), Limited> {
    let left = last.map(|code| code.resend_at().since(now)).filter(|left| !left.is_zero());
    left.map_or(Ok(()), |left| Err(Limited::Wait(left, Counted::Account)))
}

/// Stores a code. Of two requests at the same time, one is refused: otherwise the code of the first message would not work.
async fn store(
    app: &App,
    current: &CurrentSession,
    order: &Order,
    code: &str,
) -> Result<MessageCode, FactorError> {
    let now = app.clock.now();
    let new = MessageCode::new(&app.keys, current, order, code, now);
    app.store
        .upsert(&MessageCode::id_of(current), |last: Option<MessageCode>| {
            wait_for_resend(last.as_ref(), now)?;
            Ok::<_, FactorError>((Some(new.clone()), ()))
        })
        .await?;
    Ok(new)
}

#[expect(clippy::too_many_arguments, reason = "the parts of one message")]
async fn send(
    app: &App,
    client: &Client,
    user: &User,
    order: &Order,
    code: &str,
    expires_at: Timestamp,
) -> Result<Outcome, FactorError> {
    match order.channel {
        MessageChannel::Sms => {
            let locale = user.locale.as_deref();
            Ok(app.sms.send(CodeMessage { user: user.id, to: &order.to, locale, code, expires_at }).await?)
        }
        MessageChannel::Email => {
            let Some(to) = Recipient::verified(user) else { return Ok(Outcome::Refused) };
            let act = Act::of_client(client, app.clock.now());
            let message = Message::Code { code: code.to_owned(), expires_at };
            match app.mail.send(&to, &act, message).await {
                Ok(()) => Ok(Outcome::Accepted),
                Err(SendError::Disabled | SendError::QueueFull) => Ok(Outcome::Refused),
                Err(SendError::Store(error)) => Err(error.into()),
            }
        }
    }
}

/// Returns an address or number in the form that pages and audit events show.
pub(super) fn masked(channel: MessageChannel, to: &str) -> String {
    match channel {
        MessageChannel::Email => masked_email(to),
        MessageChannel::Sms => masked_phone(to),
    }
}
