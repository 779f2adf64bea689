//! `vestibule users reset-password`: starts a reset. An administrator never chooses or sees a password (ASVS 6.4.6). In a service without
//! passwords, the link leads to a passkey.

use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{Act, Done, Target, cannot_sign_in, invitation, mail};
use crate::{
    cli::{
        failure::Failure,
        layout::{count_of, time},
        out::Out,
        users::user_ref::{argument, label},
    },
    clock::Timestamp,
    link_token::{LinkTokens, Purpose},
    mail::Message,
    user::Status,
};

/// Start a reset of the password of a user: the user gets a link to choose a new one.
///
/// The link is sent to the verified address of the user. Without a mail server or a verified address, or with --link, it is printed once
/// on stdout. It works once, for 24 hours. The present password and all sessions stay valid until the user has chosen a new password.
///
/// With `VESTIBULE_LOCAL_PASSWORDS=off`, the user adds a passkey with the link. A user with a second factor gets none: `vestibule users
/// reset-mfa` removes it first.
#[derive(Args)]
pub(in crate::cli) struct ResetPassword {
    #[command(flatten)]
    target: Target,
    /// Print the link instead of sending it.
    #[arg(long)]
    link: bool,
    /// Remove the present password at once and end all sessions, because an attacker may know it.
    #[arg(long)]
    remove: bool,
}

impl ResetPassword {
    pub(in crate::cli::users) async fn run(self) -> Result<(), Failure> {
        let mut act = self.target.open().await?;
        let label = label(&act.user);
        match act.user.status {
            Status::Active => {}
            Status::Disabled | Status::Quarantined => {
                let why = cannot_sign_in(&act.config, &act.user, act.clock.now()).unwrap_or_default();
                return Err(Failure::Failed(format!("no reset was started: {why}")));
            }
        }
        if !act.config.local_passwords {
            if let Some(why) = invitation::obstacle(&act.config, &act.user) {
                return Err(Failure::Failed(format!("no link was made: {why}")));
            }
        } else if act.user.username.is_none() && !act.user.email_verified {
            return Err(Failure::Failed(format!(
                "{label} has neither a user name nor a verified address, so no login could use a password"
            )));
        }
        let present = match (&act.user.password, self.remove) {
            (None, _) => Present::Absent,
            (Some(_), false) => Present::Kept,
            (Some(_), true) => remove(&mut act).await?,
        };
        let (link, expires_at) = issue(&act).await?;
        let sent = if self.link { None } else { send(&act, &link, expires_at).await? };
        let way = if sent.is_some() { "link by mail" } else { "link to hand over" };
        act.provisioning().record_password_reset(act.user.id, way).await;
        Box::pin(report(act, present, link, expires_at, sent)).await
    }
}

/// What became of the present password.
#[derive(Clone, Copy)]
enum Present {
    Absent,
    Kept,
    Removed {
        /// How many ended with it.
        sessions: usize,
    },
}

/// Removes the password and ends the sessions.
async fn remove(act: &mut Act) -> Result<Present, Failure> {
    let sessions = act.valid_sessions().await?;
    let (user, is_changed) = act.provisioning().remove_password(act.user.id).await?;
    act.user.document = user;
    // Another process may have been faster.
    Ok(if is_changed { Present::Removed { sessions } } else { Present::Absent })
}

async fn issue(act: &Act) -> Result<(SecretString, Timestamp), Failure> {
    let purpose = Purpose::AdministratorReset;
    let tokens = LinkTokens::new(&act.store, &act.clock);
    let link = tokens.issue(&mail::addresses(&act.config), &act.user, purpose).await?;
    let link = link.ok_or_else(|| Failure::Failed("the user cannot have a link".to_owned()))?;
    Ok((link, act.clock.now() + purpose.lifetime()))
}

async fn send(act: &Act, link: &SecretString, expires_at: Timestamp) -> Result<Option<String>, Failure> {
    let message = Message::PasswordReset { link: link.expose_secret().to_owned(), expires_at };
    let sent = mail::send(&act.config, &act.store, &act.clock, &act.user, message).await?;
    Ok(sent.map(|address| address.to_string()))
}

async fn report(
    act: Act,
    present: Present,
    link: SecretString,
    expires_at: Timestamp,
    sent: Option<String>,
) -> Result<(), Failure> {
    let label = label(&act.user);
    let until = time(expires_at);
    let ended = match present {
        Present::Removed { sessions } => Some(sessions),
        Present::Absent | Present::Kept => None,
    };
    let note = match present {
        Present::Removed { sessions } => {
            format!("removed the password of {label} and ended {}", count_of(sessions, "session"))
        }
        Present::Absent | Present::Kept if !act.config.local_passwords => {
            format!("the sessions of {label} stay valid until a passkey was added with the link")
        }
        Present::Absent => {
            format!("{label} has no password at present; the sessions stay valid until there is a new one")
        }
        Present::Kept => format!(
            "the present password and the sessions of {label} stay valid until then; `vestibule users reset-password --remove {}` removes the password",
            argument(&act.user)
        ),
    };
    let printed = if sent.is_none() { Some(link) } else { None };
    let sentence = match &sent {
        Some(address) => {
            format!("started a reset for {label}: a link is sent to {address}; it works once, until {until}")
        }
        None => format!(
            "started a reset for {label}: hand the link over; it is not shown again and works once, until {until}"
        ),
    };
    let done = Done::new("started", sentence).note(note);
    if act.json {
        let link = printed.as_ref().map(ExposeSecret::expose_secret);
        let done = done
            .with("sessions", json!(ended))
            .with("sentTo", json!(sent))
            .with("link", json!(link))
            .with("expiresAt", json!(expires_at));
        return act.report(done).await;
    }
    let Some(link) = printed else { return act.report(done).await };
    act.store.close().await;
    // The reset has started: a closed stderr must not turn this into a failure.
    for line in std::iter::once(&done.sentence).chain(&done.notes) {
        drop(Out::error(line));
    }
    Ok(Out::line(link.expose_secret())?)
}
