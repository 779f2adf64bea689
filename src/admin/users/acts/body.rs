//! Bodies of the acts. A member that this version does not know is refused: a misspelled one would change nothing without a message.

use serde::{Deserialize, Deserializer};

use super::password::{Access, NewUser, ResetBy};
use crate::{
    audit::StatedReason,
    error::{ApiError, ApiResult, FieldError},
    provisioning::{DesiredUser, Transferred, UserPatch},
    user::{self, Email, Username},
};

/// Body of an act without further members.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonBody {
    /// Why you do this: 1 to 500 characters, stored with the audit event.
    #[serde(default)]
    #[schemars(!default, required, length(min = 1, max = 500))]
    pub(super) reason: Option<String>,
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetBody {
    /// Why you do this: 1 to 500 characters, stored with the audit event.
    #[serde(default)]
    #[schemars(!default, required, length(min = 1, max = 500))]
    pub(super) reason: Option<String>,
    pub(super) by: ResetBy,
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateBody {
    username: String,
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
    display_name: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    access: Access,
    /// Why you do this: 1 to 500 characters, stored with the audit event.
    #[serde(default)]
    #[schemars(!default, required, length(min = 1, max = 500))]
    pub(super) reason: Option<String>,
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PatchBody {
    username: Option<String>,
    #[serde(default, deserialize_with = "given")]
    email: Option<Clearable>,
    email_verified: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    display_name: Option<Clearable>,
    #[serde(default, deserialize_with = "given")]
    locale: Option<Clearable>,
    roles: Option<Vec<String>>,
    must_change_password: Option<bool>,
    /// Why you do this: 1 to 500 characters, stored with the audit event.
    #[serde(default)]
    #[schemars(!default, required, length(min = 1, max = 500))]
    pub(super) reason: Option<String>,
}

/// A member that is given: `null` empties the field.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
struct Clearable(Option<String>);

/// Distinguishes `null` from a member that is left out.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Clearable>, D::Error> {
    Clearable::deserialize(value).map(Some)
}

/// Parses the reason of an act.
pub(super) fn reason(text: Option<&str>) -> ApiResult<StatedReason> {
    let parsed = text.unwrap_or_default().parse::<StatedReason>();
    parsed.map_err(|error| {
        ApiError::invalid_fields(vec![FieldError { field: "reason", code: error.code() }]).because(&error)
    })
}

/// Collects the mistakes of all members.
#[derive(Default)]
struct Mistakes(Vec<FieldError>);

impl Mistakes {
    fn check<T>(&mut self, field: &'static str, parsed: Result<T, &'static str>) -> Option<T> {
        parsed.map_err(|code| self.0.push(FieldError { field, code })).ok()
    }

    fn username(&mut self, text: &str) -> Option<Username> {
        let parsed = text.parse::<Username>();
        self.check("username", parsed.map_err(|invalid| invalid.code()))
    }

    fn email(&mut self, text: Option<&str>) -> Option<Email> {
        let parsed = text?.parse::<Email>();
        self.check("email", parsed.map_err(|invalid| invalid.code()))
    }

    fn text(
        &mut self,
        field: &'static str,
        text: Option<&str>,
        rule: fn(&str) -> Result<String, &'static str>,
    ) -> Option<String> {
        self.check(field, rule(text?))
    }

    fn roles(&mut self, roles: &[String]) -> Vec<String> {
        let mut parsed = Vec::new();
        for role in roles {
            let role = self.check("roles", user::role(role));
            parsed.extend(role.filter(|role| !parsed.contains(role)));
        }
        parsed
    }

    fn none<T>(self, value: Option<T>) -> ApiResult<T> {
        value.filter(|_| self.0.is_empty()).ok_or_else(|| ApiError::invalid_fields(self.0))
    }
}

impl CreateBody {
    pub(super) fn parse(self) -> ApiResult<NewUser> {
        let mut mistakes = Mistakes::default();
        let username = mistakes.username(&self.username);
        let email = mistakes.email(self.email.as_deref());
        let display_name = mistakes.text("displayName", self.display_name.as_deref(), user::display_name);
        let roles = mistakes.roles(&self.roles);
        if self.email_verified && self.email.is_none() {
            mistakes.0.push(FieldError { field: "email", code: "required" });
        }
        let desired = username.map(|username| DesiredUser {
            username: Some(username),
            email,
            email_verified: Some(self.email_verified),
            display_name,
            roles: Some(roles),
            password: None,
            totp_secret: None,
            must_change_password: None,
            transferred: Transferred::default(),
        });
        Ok(NewUser { desired: mistakes.none(desired)?, access: self.access })
    }
}

impl PatchBody {
    pub(super) fn parse(self) -> ApiResult<UserPatch> {
        let mut mistakes = Mistakes::default();
        let patch = UserPatch {
            username: self.username.as_deref().and_then(|text| mistakes.username(text)),
            email: self.email.map(|Clearable(text)| mistakes.email(text.as_deref())),
            email_verified: self.email_verified,
            display_name: self
                .display_name
                .map(|Clearable(text)| mistakes.text("displayName", text.as_deref(), user::display_name)),
            locale: self.locale.map(|Clearable(text)| mistakes.text("locale", text.as_deref(), user::locale)),
            roles: self.roles.map(|roles| mistakes.roles(&roles)),
            must_change_password: self.must_change_password,
        };
        mistakes.none(Some(patch))
    }
}
