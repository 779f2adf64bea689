//! A typed code that was sent by mail or SMS: used up once, on all replicas together.

use super::{
    super::{
        FactorError,
        checked::{Accepted, Checked, RefusedCode},
        record_login, record_login_time,
    },
    document::{DIGITS, MessageCode, Purpose, Verdict},
};
use crate::{
    admission::Amr,
    app::App,
    config::MessageChannel,
    invisible::is_invisible,
    metrics,
    session::CurrentSession,
    store::{Change, StoreError, Stored},
    user::Factor,
};

/// Reads a typed text as a code of a message: eight digits, with or without blanks.
pub(in super::super) fn read_digits(text: &str) -> Option<String> {
    // A code is copied from a mail with the invisible characters around it.
    let digits: String =
        text.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c)).take(DIGITS + 1).collect();
    (digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// Accepts a code of this session. A compare-and-set uses it up first: if two replicas get the same code at the same time, one accepts it.
pub(in super::super) async fn accept(
    app: &App,
    current: &CurrentSession,
    code: &str,
) -> Result<Checked, FactorError> {
    let Some((sent, verdict)) = try_code(app, current, (Purpose::Proof, code)).await? else {
        return Ok(Err(RefusedCode::Wrong));
    };
    match verdict {
        Verdict::Correct => {}
        Verdict::Replayed => return Ok(Err(RefusedCode::Replayed)),
        Verdict::Wrong { .. } | Verdict::Absent => return Ok(Err(RefusedCode::Wrong)),
    }
    let now = app.clock.now();
    let (channel, to) = (sent.channel, &sent.to);
    let (user, is_accepted) = current
        .update_user::<_, FactorError>(&app.users, |user| {
            // In the same write: the channel may have been removed, its number or address may have changed, and the password may have been
            // reset by mail after the code was sent.
            let is_usable = user
                .offered_factors(&app.config.message_codes.channels)
                .contains(&Factor::of_channel(channel));
            if !is_usable || user.code_recipient(channel).as_ref() != Some(to) {
                return Ok(Change::Keep(false));
            }
            user.use_message_codes(channel, now);
            match channel {
                // The mailbox alone does not confirm a password that was set with a link of a mail.
                MessageChannel::Email => record_login_time(current, user, now),
                MessageChannel::Sms => record_login(current, user, now),
            }
            Ok(Change::Write(true))
        })
        .await?;
    if !is_accepted {
        return Ok(Err(RefusedCode::Wrong));
    }
    metrics::count_message_code(channel.as_str(), "accepted");
    Ok(Ok(Accepted { user: user.into_document(), amr: amr(channel) }))
}

pub(super) fn amr(channel: MessageChannel) -> Amr {
    match channel {
        MessageChannel::Email => Amr::Email,
        MessageChannel::Sms => Amr::Sms,
    }
}

/// Tries a code of this session. `None`: none was sent.
pub(super) async fn try_code(
    app: &App,
    current: &CurrentSession,
    tried: (Purpose, &str),
) -> Result<Option<(MessageCode, Verdict)>, StoreError> {
    let now = app.clock.now();
    let written = app
        .store
        .update::<MessageCode, _, StoreError>(&MessageCode::id_of(current), |sent| {
            let verdict = sent.try_code(&app.keys, current.user.id, tried, now);
            Ok(match verdict {
                Verdict::Correct | Verdict::Wrong { .. } => Change::Write(verdict),
                Verdict::Replayed | Verdict::Absent => Change::Keep(verdict),
            })
        })
        .await?;
    Ok(written.map(|(sent, verdict)| (Stored::into_document(sent), verdict)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_are_a_code_of_a_message() {
        for text in ["12345678", " 1234 5678 ", "\u{2068}12345678\u{2069}", "1234\u{a0}5678"] {
            assert_eq!(read_digits(text).as_deref(), Some("12345678"), "{text}");
        }
        for text in ["123456", "1234567", "123456789", "1234567a", "１２３４５６７８", "", "0123a-bcdef-gh1j"]
        {
            assert_eq!(read_digits(text), None, "{text}");
        }
    }
}
