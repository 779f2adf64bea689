//! Export of users: each user as the row that `users import` reads.
//!
//! ```text
//!   store ─▶ page of users, in the order of their ids ─▶ ExportedUser (its members, in the order of COLUMNS) ─▶ NDJSON, JSON or CSV
//! ```
//!
//! An import of the export into an empty store, and an export of that store, give the same members. Left out is what belongs to one
//! installation: sessions, known devices, waits, an address change or an enrolment that is not complete.
//!
//! The pages are read one after the other, each after the last id of the one before. A user who exists during the whole export is in it
//! once, whatever is written at the same time.

use data_encoding::BASE32_NOPAD;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::value::{RawValue, to_raw_value};

use super::{Field, Origin, PasswordInfo, TransferredIdentity};
use crate::{
    clock::Timestamp,
    login::second_factor::totp,
    secrets::{Keys, OpenError},
    store::{DocumentId, Page, Store, StoreError, Unreadable},
    user::{
        FactorId, Identity, MessageCodes, Passkey, Password, RecoveryCodes, Status, Totp, UnlinkedIdentity,
        User, UserId, Username,
    },
};

/// Users per read of the store.
const PAGE: usize = 200;

/// Password of a user who has none, so that an import generates none. It is a marker of the import for "no usable password".
const NO_PASSWORD: &str = "!";

/// The columns of an export, in their order. The last ones are only in an export with secrets: what is known of a secret is of no use
/// without it, and a user without the password of the export gets other times.
pub const COLUMNS: [Field; 24] = [
    Field::Id,
    Field::Username,
    Field::Email,
    Field::EmailVerified,
    Field::DisplayName,
    Field::Locale,
    Field::Picture,
    Field::Roles,
    Field::Status,
    Field::Identities,
    Field::UnlinkedIdentities,
    Field::FormerIds,
    Field::Origin,
    Field::CreatedAt,
    Field::UpdatedAt,
    Field::LastLoginAt,
    Field::DeletionAt,
    Field::Password,
    Field::MustChangePassword,
    Field::PasswordInfo,
    Field::Totp,
    Field::RecoveryCodes,
    Field::Passkeys,
    Field::MessageCodes,
];

/// Whether an export has what opens the accounts.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    WithoutSecrets,
    /// Hashes, secrets of authenticator apps that these keys open, passkeys and phone numbers.
    WithSecrets(&'a Keys),
}

impl Content<'_> {
    /// Returns the columns of an export with this content.
    pub fn columns(self) -> impl Iterator<Item = Field> {
        COLUMNS.into_iter().filter(move |column| match self {
            Self::WithSecrets(_) => true,
            Self::WithoutSecrets => !is_about_secrets(*column),
        })
    }
}

fn is_about_secrets(column: Field) -> bool {
    column.is_secret() || matches!(column, Field::MustChangePassword | Field::PasswordInfo)
}

/// Why a user is not in an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("cannot open the sealed secret of an authenticator app: {0}")]
    Sealed(#[from] OpenError),
    #[error("cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Value of a member, by the kind of its field.
pub enum Member {
    Text(String),
    Boolean(bool),
    List(Vec<String>),
    /// JSON.
    Structure(Box<RawValue>),
}

impl Serialize for Member {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Boolean(value) => value.serialize(serializer),
            Self::List(texts) => texts.serialize(serializer),
            Self::Structure(json) => json.serialize(serializer),
        }
    }
}

/// The members of a user that are not empty. It cannot be printed: it can contain secrets.
pub struct ExportedUser(Vec<(Field, Member)>);

impl Serialize for ExportedUser {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (field, member) in &self.0 {
            object.serialize_entry(field.name(), member)?;
        }
        object.end()
    }
}

/// Authenticator app, as the member `totp` of an import has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportedApp<'a> {
    id: FactorId,
    name: &'a str,
    secret: String,
    confirmed_at: Timestamp,
    last_used_at: Option<Timestamp>,
    last_step: i64,
}

impl ExportedUser {
    /// Describes a user.
    ///
    /// It destructures the user without `..`: a new field does not compile until it is in the export, or is listed here as left out.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn new(user: &User, content: Content<'_>) -> Result<Self, ExportError> {
        let User {
            id,
            username,
            email,
            email_verified,
            display_name,
            picture,
            locale,
            roles,
            status,
            password,
            initial_password_expires_at,
            totp,
            passkeys,
            message_codes,
            recovery_codes,
            identities,
            unlinked_identities,
            created_by,
            field_sources,
            created_at,
            updated_at,
            last_login_at,
            deletion_at,
            former_ids,
            // Not complete yet, or bound to a link in a mail that this installation has sent.
            pending_email: _,
            previous_emails: _,
            pending_totp: _,
            // Of the sessions and browsers of this installation.
            session_epoch: _,
            sessions_ended_because: _,
            continuing_session: _,
            devices: _,
        } = user;
        let mut members = Members::default();
        members.text(Field::Id, Some(id));
        members.text(Field::Username, username.as_ref().map(Username::as_str));
        members.text(Field::Email, email.as_ref());
        members.add(Field::EmailVerified, Some(Member::Boolean(*email_verified)));
        members.text(Field::DisplayName, display_name.as_ref());
        members.text(Field::Locale, locale.as_ref());
        members.text(Field::Picture, picture.as_ref());
        members.list(Field::Roles, roles);
        members.add(Field::Status, Some(Member::Text(status_name(*status))));
        members.identities(identities, unlinked_identities)?;
        members.list(Field::FormerIds, former_ids);
        let origin = Origin { created_by: *created_by, field_sources: field_sources.clone() };
        members.structure(Field::Origin, Some(&origin))?;
        members.text(Field::CreatedAt, Some(created_at));
        members.text(Field::UpdatedAt, Some(updated_at));
        members.text(Field::LastLoginAt, last_login_at.as_ref());
        members.text(Field::DeletionAt, deletion_at.as_ref());
        if let Content::WithSecrets(keys) = content {
            members.password(password.as_ref(), *initial_password_expires_at)?;
            let apps = totp.iter().map(|app| exported_app(*id, app, keys)).collect::<Result<Vec<_>, _>>()?;
            // They stand in for another factor.
            let codes = recovery_codes.as_ref().filter(|_| user.has_second_factor());
            members.factors(&apps, passkeys, message_codes, codes)?;
        }
        Ok(Self(members.0))
    }

    /// Returns the members of these columns; `None` for an empty one.
    pub fn cells(&self, columns: impl Iterator<Item = Field>) -> impl Iterator<Item = Option<&Member>> {
        columns.map(|column| self.0.iter().find(|(field, _)| *field == column).map(|(_, member)| member))
    }
}

/// Returns the status as the API names it.
fn status_name(status: Status) -> String {
    match status {
        Status::Active => "active",
        Status::Disabled => "disabled",
        Status::Quarantined => "quarantined",
    }
    .to_owned()
}

fn exported_app<'a>(user: UserId, app: &'a Totp, keys: &Keys) -> Result<ExportedApp<'a>, OpenError> {
    let Totp { id, name, secret, confirmed_at, last_used_at, last_step } = app;
    let secret = keys.open(&user, totp::ACTIVE, secret)?;
    Ok(ExportedApp {
        id: *id,
        name,
        secret: BASE32_NOPAD.encode(&secret),
        confirmed_at: *confirmed_at,
        last_used_at: *last_used_at,
        last_step: *last_step,
    })
}

impl From<&Identity> for TransferredIdentity {
    fn from(identity: &Identity) -> Self {
        let Identity { key, provider, email, roles, linked_at, last_login_at } = identity;
        Self {
            issuer: key.issuer.clone(),
            subject: key.subject.clone(),
            provider: Some(provider.clone()).filter(|provider| !provider.is_empty()),
            email: email.clone(),
            roles: roles.clone(),
            linked_at: Some(*linked_at),
            last_login_at: *last_login_at,
        }
    }
}

/// Collects the members that are not empty.
#[derive(Default)]
struct Members(Vec<(Field, Member)>);

impl Members {
    fn add(&mut self, field: Field, member: Option<Member>) {
        self.0.extend(member.map(|member| (field, member)));
    }

    fn text(&mut self, field: Field, value: Option<impl ToString>) {
        self.add(field, value.map(|value| Member::Text(value.to_string())));
    }

    fn list(&mut self, field: Field, values: &[impl ToString]) {
        let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
        self.add(field, (!texts.is_empty()).then_some(Member::List(texts)));
    }

    fn structure(
        &mut self,
        field: Field,
        value: Option<&(impl Serialize + ?Sized)>,
    ) -> Result<(), ExportError> {
        self.add(field, value.map(to_raw_value).transpose()?.map(Member::Structure));
        Ok(())
    }

    fn identities(&mut self, linked: &[Identity], unlinked: &[UnlinkedIdentity]) -> Result<(), ExportError> {
        let linked: Vec<TransferredIdentity> = linked.iter().map(TransferredIdentity::from).collect();
        self.structure(Field::Identities, (!linked.is_empty()).then_some(linked.as_slice()))?;
        self.structure(Field::UnlinkedIdentities, (!unlinked.is_empty()).then_some(unlinked))
    }

    fn factors(
        &mut self,
        apps: &[ExportedApp<'_>],
        passkeys: &[Passkey],
        codes: &MessageCodes,
        recovery_codes: Option<&RecoveryCodes>,
    ) -> Result<(), ExportError> {
        self.structure(Field::Totp, (!apps.is_empty()).then_some(apps))?;
        self.structure(Field::RecoveryCodes, recovery_codes)?;
        self.structure(Field::Passkeys, (!passkeys.is_empty()).then_some(passkeys))?;
        self.structure(Field::MessageCodes, (!codes.is_empty()).then_some(codes))
    }

    fn password(
        &mut self,
        password: Option<&Password>,
        expires_at: Option<Timestamp>,
    ) -> Result<(), ExportError> {
        let Some(Password { hash, changed_at, must_change, reported, set_by_link, imported: _ }) = password
        else {
            self.text(Field::Password, Some(NO_PASSWORD));
            return Ok(());
        };
        self.text(Field::Password, Some(hash));
        self.add(Field::MustChangePassword, Some(Member::Boolean(*must_change)));
        let (reported, set_by_link) = (*reported, *set_by_link);
        let info = PasswordInfo { changed_at: Some(*changed_at), expires_at, reported, set_by_link };
        self.structure(Field::PasswordInfo, Some(&info))
    }
}

/// Users of a page, and those of the page who are not in the export.
pub struct ExportPage {
    pub users: Vec<ExportedUser>,
    /// Id and cause.
    pub left_out: Vec<(String, String)>,
}

/// Reads all users of a store, page by page.
pub struct UserExport<'a> {
    store: &'a Store,
    content: Content<'a>,
    after: Option<DocumentId>,
    is_complete: bool,
}

impl<'a> UserExport<'a> {
    #[must_use]
    pub fn new(store: &'a Store, content: Content<'a>) -> Self {
        Self { store, content, after: None, is_complete: false }
    }

    /// Reads the next page; returns `None` after the last one. One user who cannot be read, or whose secrets cannot be opened, does not stop
    /// the export of the others.
    ///
    /// # Errors
    /// The store failed.
    pub async fn next_page(&mut self) -> Result<Option<ExportPage>, StoreError> {
        if self.is_complete {
            return Ok(None);
        }
        let page = Page { tag: None, after: self.after.take(), newest_first: false, limit: PAGE };
        let found = self.store.scan::<User>(page).await?;
        self.is_complete = found.next.is_none();
        self.after = found.next;
        let unreadable = found.unreadable.into_iter();
        let mut left_out: Vec<_> = unreadable.map(|Unreadable { id, cause, .. }| (id, cause)).collect();
        let mut users = Vec::with_capacity(found.documents.len());
        for user in &found.documents {
            match ExportedUser::new(user, self.content) {
                Ok(exported) => users.push(exported),
                Err(error) => left_out.push((user.id.to_string(), error.to_string())),
            }
        }
        Ok(Some(ExportPage { users, left_out }))
    }
}

#[cfg(test)]
mod tests;
