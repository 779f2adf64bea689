//! The browsers in which the signed-in user has signed in: forget one.

pub(crate) mod routes;

use crate::{
    app::App,
    audit::EventKind,
    limiter::Limited,
    session::{CurrentSession, Refusal},
    store::{Change, StoreError},
    user::{DeviceId, User},
    web::client::Client,
};

/// Why a device is not forgotten.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    #[error("the user has no such device")]
    Unknown,
    #[error(transparent)]
    Session(#[from] Refusal),
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Forgets a device: it is no longer trusted, and its guesses have no allowance of their own. A session that was opened by the trust needs
/// the second factor from now on. It needs no recent proof: it takes rights away, and a user in a hurry must be able to do it.
pub async fn forget(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    id: DeviceId,
) -> Result<(), DeviceError> {
    app.limiter.count_device_removal(&current.user.id.to_string()).await?;
    let forget = |user: &mut User| {
        if user.forget_device(id) { Ok(Change::Write(())) } else { Err(DeviceError::Unknown) }
    };
    current.update_user(&app.users, forget).await?;
    let audit = app.audit(client).about(current.user.id).by_user(current.user.id);
    audit.success(EventKind::DeviceForgotten).record().await;
    Ok(())
}
