//! Applies planned rows: each row is one provisioning call.

use super::{
    mistake::Mistake,
    passwords::PasswordFile,
    plan::{PlannedRow, needs_password},
    report::{RowOutcome, RowResult},
};
use crate::{
    cli::{failure::Failure, quoted::quoted},
    login::password::generate,
    provisioning::{
        Credentials, DesiredUser, Field, Mode, NewPassword, Provisioning, ProvisioningError,
        TransferredIdentity,
    },
    store::{Store, StoreError},
    user::{User, Username},
};

pub(super) struct Apply<'a> {
    pub(super) store: &'a Store,
    pub(super) provisioning: Provisioning<'a>,
    /// Says what an update would change, and changes nothing.
    pub(super) checks: Provisioning<'a>,
    /// Whether a row of another product may change an existing user whose identity it has not.
    pub(super) may_change_existing: bool,
    pub(super) credentials: Credentials<'a>,
    pub(super) passwords: &'a PasswordFile,
    /// Whether a new user without a password gets a generated one.
    pub(super) generates_passwords: bool,
}

/// Why a row was not applied.
enum RowError {
    /// The row is refused; the import continues.
    Refused(Field, &'static str),
    /// The import stops.
    Stopped(Failure),
}

impl From<ProvisioningError> for RowError {
    fn from(error: ProvisioningError) -> Self {
        match error {
            ProvisioningError::Taken(field) => Self::Refused(field, "taken"),
            // The user was deleted during the import.
            ProvisioningError::NotFound => Self::Refused(Field::Username, "taken"),
            // One user that cannot be read must not stop the other rows.
            ProvisioningError::Store(StoreError::Corrupt { .. }) => {
                Self::Refused(Field::Username, "unreadable")
            }
            ProvisioningError::Hashing | ProvisioningError::Sealed(_) | ProvisioningError::Store(_) => {
                Self::Stopped(error.into())
            }
        }
    }
}

impl From<StoreError> for RowError {
    fn from(error: StoreError) -> Self {
        ProvisioningError::from(error).into()
    }
}

/// Result of a row that was applied.
struct Applied {
    outcome: RowOutcome,
    fields: Vec<Field>,
    user: User,
}

impl Apply<'_> {
    /// Applies one row. Only a store or a file that fails stops the import.
    pub(super) async fn row(&self, planned: PlannedRow) -> Result<RowResult, Failure> {
        let PlannedRow {
            line,
            item,
            has_blank_around_password,
            name,
            desired,
            is_of_product,
            not_carried_over,
        } = planned;
        let refused = RowResult {
            line,
            item,
            username: name,
            outcome: RowOutcome::Refused,
            fields: Vec::new(),
            errors: Vec::new(),
            not_carried_over,
            has_unverified_email: false,
            has_blank_around_password,
        };
        let desired = match desired {
            Ok(desired) => desired,
            Err(errors) => return Ok(RowResult { errors, ..refused }),
        };
        match self.create_or_update(&desired, is_of_product).await {
            Ok(Applied { outcome, fields, user }) => Ok(RowResult {
                outcome,
                fields: fields.into_iter().map(Field::name).collect(),
                has_unverified_email: user.email.is_some() && !user.email_verified,
                ..refused
            }),
            Err(RowError::Refused(field, code)) => {
                Ok(RowResult { errors: vec![refusal(&desired, field, code)], ..refused })
            }
            Err(RowError::Stopped(Failure::Failed(text))) => {
                Err(Failure::Failed(format!("line {line}, {}: {text}", quoted(&refused.username))))
            }
            Err(RowError::Stopped(failure)) => Err(failure),
        }
    }

    async fn create_or_update(
        &self,
        desired: &DesiredUser,
        is_of_product: bool,
    ) -> Result<Applied, RowError> {
        if let Some(user) = self.find(desired).await? {
            return self.update(user, desired, is_of_product).await;
        }
        match self.create(desired).await {
            // Another process has created the user since the look-up.
            Err(RowError::Refused(field, code)) => match self.find(desired).await? {
                Some(user) => self.update(user, desired, is_of_product).await,
                None => Err(RowError::Refused(field, code)),
            },
            created => created,
        }
    }

    /// Finds the user of a row: by user name, else by id, else by identity.
    async fn find(&self, desired: &DesiredUser) -> Result<Option<User>, RowError> {
        for handle in desired.handles() {
            if let Some(user) = self.store.find::<User>(&handle).await? {
                return Ok(Some(user.into_document()));
            }
        }
        Ok(None)
    }

    async fn create(&self, desired: &DesiredUser) -> Result<Applied, RowError> {
        let mut desired = desired.clone();
        if needs_password(&desired) && self.generates_passwords && self.provisioning.mode() == Mode::Write {
            let password = generate::password();
            let hash = self.credentials.hasher.hash(password.secret().clone()).await;
            desired.password = Some(NewPassword::Generated(hash.ok_or(ProvisioningError::Hashing)?));
            // After hashing, so that an interruption leaves few lines without a user; before the write, so that no user is left with an
            // unknown password.
            let name = desired.username.as_ref().map(Username::as_str).unwrap_or_default();
            self.passwords.write(name, password.secret()).map_err(RowError::Stopped)?;
            desired.must_change_password.get_or_insert(true);
        }
        let user = self.provisioning.create(&desired, &self.credentials).await?;
        Ok(Applied { outcome: RowOutcome::Created, fields: Vec::new(), user })
    }

    async fn update(
        &self,
        found: User,
        desired: &DesiredUser,
        is_of_product: bool,
    ) -> Result<Applied, RowError> {
        if is_of_product && !self.may_change_existing {
            self.require_same_user(&found, desired).await?;
        }
        if desired.transferred.unlinked_of(&found).is_some() {
            return Err(RowError::Refused(Field::Subject, "unlinked"));
        }
        if desired.transferred.id.is_some_and(|id| id != found.id)
            && let Some(id) = desired.transferred.id
            && self.store.get::<User>(&id.document_id()).await?.is_some()
        {
            return Err(RowError::Refused(Field::Id, "taken"));
        }
        let (user, fields) = self.provisioning.update(found, desired, &self.credentials).await?;
        let outcome = if fields.is_empty() { RowOutcome::Unchanged } else { RowOutcome::Updated };
        Ok(Applied { outcome, fields, user })
    }

    /// Refuses a change of a user who has only the name in common with the row. Users chose their names in the other product: an attacker who
    /// signed up there with the name of an administrator here would replace the administrator's password and factors (account takeover).
    async fn require_same_user(&self, found: &User, desired: &DesiredUser) -> Result<(), RowError> {
        if has_identity(found, desired) {
            return Ok(());
        }
        let (_, fields) = self.checks.update(found.clone(), desired, &self.credentials).await?;
        if fields.is_empty() { Ok(()) } else { Err(RowError::Refused(Field::Username, "exists")) }
    }
}

/// Returns whether a user has one of these identities.
fn has_identity(user: &User, desired: &DesiredUser) -> bool {
    let keys: Vec<_> = desired.transferred.identities.iter().map(TransferredIdentity::key).collect();
    user.identities.iter().any(|identity| keys.contains(&identity.key))
}

/// Returns the mistake of a row that the store refuses.
fn refusal(desired: &DesiredUser, field: Field, code: &'static str) -> Mistake {
    let name = desired.username.as_ref().map(Username::as_str).unwrap_or_default();
    let identity = || desired.transferred.identities.first().map(|identity| identity.key().to_string());
    let value = match (field, &desired.email) {
        (Field::Email, Some(email)) => quoted(email.as_str()),
        // The row verifies the address that the user has already.
        (Field::Email, None) => "of this user".to_owned(),
        (Field::Subject, _) => quoted(&identity().unwrap_or_default()),
        (Field::Id, _) => quoted(&desired.transferred.id.map(|id| id.to_string()).unwrap_or_default()),
        _ => quoted(name),
    };
    let why = match code {
        "exists" => {
            "an existing user has this name, and nothing shows that it is the same person; --change-existing changes that user"
        }
        "unlinked" => "the user has unlinked the identity; --relink-identities links it again",
        _ => "another user has the same; find that user with `vestibule users show`",
    };
    Mistake::of_cell(field, code, format!("{} {value}: {why}", field.name()))
}
