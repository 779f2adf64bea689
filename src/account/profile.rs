//! Changes that users make to their own profile.

use crate::{
    app::App,
    audit::EventKind,
    limiter::Limited,
    session::{CurrentSession, Refusal},
    store::{Change, StoreError},
    user::User,
    web::client::Client,
};

/// New values of the fields.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    pub display_name: NewValue,
    pub locale: NewValue,
}

/// New value of a field.
#[derive(Clone, Debug, Default)]
pub enum NewValue {
    #[default]
    Unchanged,
    Empty,
    Text(String),
}

impl NewValue {
    /// Passes the value on, if there is one. Returns whether it changed the field.
    fn apply(&self, set: impl FnOnce(Option<String>) -> bool) -> bool {
        match self {
            Self::Unchanged => false,
            Self::Empty => set(None),
            Self::Text(text) => set(Some(text.clone())),
        }
    }
}

/// Why a profile is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ProfileChangeError {
    #[error(transparent)]
    Session(#[from] Refusal),
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Changes the profile of the signed-in user, and returns the user. A field that the user has edited is no longer taken from a provider
/// whose policy is `provider-until-edited`.
pub async fn change(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    change: &ProfileChange,
) -> Result<User, ProfileChangeError> {
    let id = current.user.id;
    // A script with a session could change a field without end, with an audit event each.
    app.limiter.count_profile_change(&id.to_string()).await?;
    let now = app.clock.now();
    let (user, fields) = current
        .update_user::<_, ProfileChangeError>(&app.users, |user| {
            let fields = apply(user, change);
            if fields.is_empty() {
                return Ok(Change::Keep(fields));
            }
            user.updated_at = now;
            Ok(Change::Write(fields))
        })
        .await?;
    if !fields.is_empty() {
        let audit = app.audit(client).about(id).by_user(id);
        audit.success(EventKind::UserUpdated).details(fields.join(", ")).record().await;
    }
    Ok(user.into_document())
}

/// Applies the values that differ; returns the names of their fields.
fn apply(user: &mut User, change: &ProfileChange) -> Vec<&'static str> {
    let mut fields = Vec::new();
    if change.display_name.apply(|name| user.set_display_name_as_user(name)) {
        fields.push("displayName");
    }
    if change.locale.apply(|locale| user.set_locale_as_user(locale)) {
        fields.push("locale");
    }
    fields
}
