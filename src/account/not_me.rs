//! "This was not me": the user reports an action that was not theirs, in a session or with the link of a notice.
//!
//! All sessions end on every replica, no device is known or trusted any more, and a pending change of the address is dropped. The present
//! password opens nothing any more: an attacker who knows it would replace it first. The user sets another one by mail. Passkeys become
//! second factors only. To open the link changes nothing; the page sends the token after a click.
//!
//! A reader of old mails could use the links of many notices to sign the user out again and again. So each link works once, one report
//! makes all links of earlier notices invalid, and reports by link are limited: three, then one each hour.

pub(crate) mod routes;

use secrecy::SecretString;

use crate::{
    app::App,
    audit::EventKind,
    clock::Timestamp,
    link_token::Purpose,
    login::{
        mail_link::{LinkError, MailLink, refuse_outdated},
        sign_in_methods::has_method_beside_passkeys,
    },
    mail::{Act, Message, Recipient, SendError},
    session::{CurrentSession, Refusal},
    store::{Change, StoreError},
    user::User,
    web::client::Client,
};

/// Why a report changes nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Session(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reports an action in a session of the user. This session ends, too: it may be that of the attacker.
///
/// # Errors
/// [`ReportError`]; nothing has changed.
pub async fn report_in_session(
    app: &App,
    client: &Client,
    current: &CurrentSession,
) -> Result<(), ReportError> {
    let now = app.clock.now();
    let (user, ()) = current
        .update_user::<_, ReportError>(&app.users, |user| {
            report(app, user, now);
            Ok(Change::Write(()))
        })
        .await?;
    finish(app, client, &user).await;
    Ok(())
}

/// Reports an action with the link of a notice.
///
/// # Errors
/// [`ReportError`]; nothing has changed.
pub async fn report_by_link(app: &App, client: &Client, text: &SecretString) -> Result<(), ReportError> {
    let link = MailLink::open(app, client, EventKind::ReportedNotMe, text, Purpose::is_report).await?;
    if let Err(limited) = app.limiter.count_mail(&format!("notMe:{}", link.user.id)).await {
        link.keep().await;
        return Err(LinkError::Limited(limited).into());
    }
    let (token, user) = link.use_up().await?;
    let now = app.clock.now();
    let written = app
        .users
        .update::<bool, StoreError>(&user.id.document_id(), |user| {
            if !token.fits(user, now) {
                return Ok(Change::Keep(false));
            }
            report(app, user, now);
            Ok(Change::Write(true))
        })
        .await?;
    let Some((user, true)) = written else {
        return Err(refuse_outdated(app, client, EventKind::ReportedNotMe, user.id).await.into());
    };
    finish(app, client, &user).await;
    Ok(())
}

fn report(app: &App, user: &mut User, now: Timestamp) {
    user.report_attack(now);
    distrust_passkeys(app, user);
}

/// Makes all passkeys second factors only, unless the user has no other sign-in method. It is part of the write of a report. Attack: an
/// attacker with a stolen session adds a passkey and then needs no password.
pub(super) fn distrust_passkeys(app: &App, user: &mut User) {
    if has_method_beside_passkeys(app, user) {
        user.restrict_passkeys();
    }
}

async fn finish(app: &App, client: &Client, user: &User) {
    let audit = app.audit(client).about(user.id).by_user(user.id);
    audit.success(EventKind::ReportedNotMe).record().await;
    if let Err(error) = app.link_tokens().delete(user.id, Purpose::is_report).await {
        tracing::warn!(%error, user = %user.id, "could not delete the links of earlier notices");
    }
    let Some(to) = Recipient::verified(user) else { return };
    let act = Act::of_client(client, app.clock.now());
    match app.mail.send(&to, &act, Message::AttackReported).await {
        Ok(()) | Err(SendError::Disabled) => {}
        Err(error) => tracing::warn!(%error, user = %user.id, "could not queue a mail about a report"),
    }
}
