//! A linked identity as the API shows it to its user.

use serde::Serialize;

use crate::{app::App, clock::Timestamp, user::Identity};

/// Linked identity as its user sees it: without issuer and subject.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Identity")]
pub struct IdentityView {
    provider: String,
    label: String,
    email: Option<String>,
    linked_at: Timestamp,
    last_login_at: Option<Timestamp>,
}

impl IdentityView {
    #[must_use]
    pub fn of(app: &App, identity: &Identity) -> Self {
        Self {
            provider: identity.provider.clone(),
            label: app.providers.label(&identity.provider).to_owned(),
            email: identity.email.clone(),
            linked_at: identity.linked_at,
            last_login_at: identity.last_login_at,
        }
    }
}
