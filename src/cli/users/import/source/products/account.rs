//! One user of another product, and what of it becomes a user here.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use url::form_urlencoded;

use super::super::row::Row;
use crate::{
    cli::{
        quoted::quoted,
        users::import::{
            not_carried_over::{Kind, NotCarriedOver},
            product_options::ProductOptions,
        },
    },
    clock::Timestamp,
    login::{
        password::hash::{
            HashError,
            import::{Recognised, recognise},
        },
        second_factor::import,
    },
    provisioning::Field,
    user::{self, APPS_MAX},
};

pub(super) const GOOGLE: &str = "https://accounts.google.com";
pub(super) const APPLE: &str = "https://appleid.apple.com";

/// Names that one message lists.
const LISTED: usize = 12;

/// User of another product.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// What the user types there. Without it, the address.
    pub(super) username: Option<String>,
    pub(super) email: Option<String>,
    pub(super) is_email_verified: bool,
    pub(super) display_name: Option<String>,
    pub(super) picture: Option<String>,
    pub(super) locale: Option<String>,
    /// RFC 3339.
    pub(super) created_at: Option<String>,
    pub(super) is_disabled: bool,
    pub(super) must_change_password: bool,
    /// A hash, in a spelling of `login::password::hash::import`.
    pub(super) password: Option<String>,
    pub(super) apps: Vec<App>,
    /// Roles, groups and flags, as `--role-map` names them.
    pub(super) roles: BTreeSet<String>,
    /// `sub` in the tokens of the product.
    pub(super) subject: Option<String>,
    pub(super) social: Vec<Social>,
    pub(super) not_carried_over: Vec<NotCarriedOver>,
}

/// Authenticator app.
#[derive(Debug)]
pub(super) struct App {
    /// Base32.
    pub(super) secret: String,
    pub(super) algorithm: Option<String>,
    pub(super) digits: Option<i64>,
    pub(super) period: Option<i64>,
}

/// Identity at a provider behind the product.
#[derive(Debug)]
pub(super) struct Social {
    /// The product's name of the provider.
    pub(super) provider: String,
    /// `None`: the provider is no OpenID Connect provider, or its subjects differ between clients.
    pub(super) issuer: Option<String>,
    pub(super) subject: String,
}

impl Account {
    pub(super) fn leave(&mut self, kind: Kind, text: impl Into<String>) {
        let left = NotCarriedOver { kind, text: text.into() };
        if !self.not_carried_over.contains(&left) {
            self.not_carried_over.push(left);
        }
    }

    /// Leaves parts with these names in one message.
    pub(super) fn leave_all(&mut self, kind: Kind, what: &str, names: &[String]) {
        if !names.is_empty() {
            let shown: Vec<String> = names.iter().take(LISTED).map(|name| quoted(name)).collect();
            let more = if names.len() > LISTED { ", …" } else { "" };
            self.leave(kind, format!("{what} {}{more}", shown.join(", ")));
        }
    }

    /// Returns the row of the import.
    pub(super) fn into_row(mut self, line: u64, item: Option<u64>, options: &ProductOptions) -> Row {
        let mut row = Row { line, item, is_of_product: true, ..Row::default() };
        let username = self.username.take().or_else(|| self.email.clone());
        set(&mut row, Field::Username, username);
        // Never `active`: an administrator may have disabled the user here.
        set(&mut row, Field::Status, self.is_disabled.then(|| "disabled".to_owned()));
        self.set_email(&mut row, options);
        self.set_profile(&mut row);
        self.set_password(&mut row, options);
        self.set_app(&mut row);
        self.set_roles(&mut row, options);
        self.set_identities(&mut row, options);
        row.not_carried_over = self.not_carried_over;
        row
    }

    /// The word of the product is not the administrator's word. A product may call an address verified because a provider behind it says
    /// so, and an attacker who has such an account with the address of a victim would own every account that is found by the address:
    /// a login at a trusted provider links the victim's identity to the account of the attacker (pre-hijacking).
    fn set_email(&mut self, row: &mut Row, options: &ProductOptions) {
        let Some(email) = self.email.take() else { return };
        row.set(Field::Email, &email);
        if self.is_email_verified && options.trusts_verified_emails {
            row.set(Field::EmailVerified, "true");
        } else if self.is_email_verified {
            let text =
                "the address is verified there, and not here; add --trust-verified-emails to take that over";
            self.leave(Kind::EmailVerified, text);
        }
    }

    fn set_profile(&mut self, row: &mut Row) {
        if let Some(name) = self.display_name.take() {
            match user::display_name(&name) {
                Ok(name) => row.set(Field::DisplayName, &name),
                Err(_) => self
                    .leave(Kind::Profile, format!("the name {} is not a display name here", quoted(&name))),
            }
        }
        if let Some(locale) = self.locale.take() {
            match user::locale(&locale) {
                Ok(locale) => row.set(Field::Locale, &locale),
                Err(_) => {
                    self.leave(Kind::Profile, format!("the language {} is no language tag", quoted(&locale)));
                }
            }
        }
        if let Some(picture) = self.picture.take() {
            match user::picture_url(&picture) {
                Ok(picture) => row.set(Field::Picture, &picture),
                Err(_) => self.leave(Kind::Profile, "the picture is no https URL"),
            }
        }
        if let Some(time) = self.created_at.take() {
            match serde_json::from_value::<Timestamp>(Value::from(time.as_str())) {
                Ok(_) => row.set(Field::CreatedAt, &time),
                Err(_) => self.leave(Kind::Profile, format!("the time of creation {}", quoted(&time))),
            }
        }
    }

    /// Sets a hash that can be checked. Any other text is dropped: it was made for comparison, and an attacker with a copy of the old
    /// database must not sign in with it. The user arrives without a password.
    fn set_password(&mut self, row: &mut Row, options: &ProductOptions) {
        let Some(text) = self.password.take() else { return };
        let why = match recognise(&text, options.firebase.as_ref()) {
            Ok(Recognised::Hash(_)) => {
                row.set(Field::Password, &text);
                if self.must_change_password {
                    row.set(Field::MustChangePassword, "true");
                }
                return;
            }
            Ok(Recognised::NoPassword) => return,
            Ok(Recognised::Text) => "it is no hash of a known scheme".to_owned(),
            Err(HashError::UnknownScheme { form }) => format!("{form} cannot be checked here"),
            Err(HashError::Malformed { scheme, reason }) => format!("it is a hash of {scheme}, but {reason}"),
            Err(error @ HashError::TooCostly { .. }) => format!("it {error}"),
        };
        self.leave(Kind::Password, format!("the user has no password here: {why}"));
    }

    fn set_app(&mut self, row: &mut Row) {
        let mut uris = Vec::new();
        for app in std::mem::take(&mut self.apps) {
            let uri = app.uri();
            match import::secret(&uri) {
                Ok(_) if uris.len() == APPS_MAX => {
                    self.leave(Kind::TotpSecret, format!("a user has at most {APPS_MAX} authenticator apps"));
                }
                Ok(_) => uris.push(uri),
                Err(error) => self.leave(Kind::TotpSecret, format!("authenticator app: {error}")),
            }
        }
        match &uris[..] {
            [] => {}
            [uri] => row.set(Field::TotpSecret, uri),
            several => {
                let members: Value = several.iter().map(|uri| json!({ "secret": uri })).collect();
                row.set(Field::Totp, &members.to_string());
            }
        }
    }

    /// Sets the roles that have a map. See [`ProductOptions::roles_of`] for the attack.
    fn set_roles(&mut self, row: &mut Row, options: &ProductOptions) {
        let theirs = std::mem::take(&mut self.roles);
        let (mut ours, mut without_map) = (BTreeSet::new(), Vec::new());
        for role in theirs {
            match options.roles_of(&role) {
                Some(roles) => ours.extend(roles.iter().cloned()),
                None => without_map.push(role),
            }
        }
        self.leave_all(Kind::Roles, "no --role-map for", &without_map);
        if options.maps_roles() {
            row.set(Field::Roles, &Vec::from_iter(ours).join(";"));
        }
    }

    fn set_identities(&mut self, row: &mut Row, options: &ProductOptions) {
        let mut identities: Vec<_> = options.issuer.clone().zip(self.subject.take()).into_iter().collect();
        for Social { provider, issuer, subject } in std::mem::take(&mut self.social) {
            match issuer.filter(|issuer| options.knows(issuer)) {
                Some(issuer) if identities.contains(&(issuer.clone(), subject.clone())) => {}
                Some(issuer) => identities.push((issuer, subject)),
                None => {
                    let text =
                        format!("identity at {}: no configured provider has its issuer", quoted(&provider));
                    self.leave(Kind::Identities, text);
                }
            }
        }
        if !identities.is_empty() {
            let members =
                identities.iter().map(|(issuer, subject)| json!({ "issuer": issuer, "subject": subject }));
            row.set(Field::Identities, &members.collect::<Value>().to_string());
        }
    }
}

impl App {
    /// Returns the app as a URI. The import of a secret refuses parameters that are not ours.
    fn uri(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("secret", &self.secret);
        if let Some(algorithm) = &self.algorithm {
            query.append_pair("algorithm", algorithm);
        }
        for (name, value) in [("digits", self.digits), ("period", self.period)] {
            if let Some(value) = value {
                query.append_pair(name, &value.to_string());
            }
        }
        format!("otpauth://totp/?{}", query.finish())
    }
}

fn set(row: &mut Row, field: Field, text: Option<String>) {
    if let Some(text) = text {
        row.set(field, &text);
    }
}

/// Returns a first and a last name as one name.
pub(super) fn full_name(first: Option<String>, last: Option<String>) -> Option<String> {
    let names: Vec<String> = [first, last].into_iter().flatten().collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// Returns milliseconds since 1970 as RFC 3339.
pub(super) fn time_of_millis(millis: i64) -> Option<String> {
    let time = time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).ok()?;
    time.format(&time::format_description::well_known::Rfc3339).ok()
}
