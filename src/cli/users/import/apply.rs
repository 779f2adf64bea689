//! Applies planned rows in batches: one look-up and one transaction for all new users of a batch. Rows that change a user are applied one
//! by one. A row that is refused affects no other row. In an empty store no user is looked up.
//!
//! ```text
//!   batches, at the same time ─▶ rows that remove an administrator, one after the other, in the order of the file
//! ```
//!
//! The last administrator is protected. At the same time as the other rows, it would depend on chance whether a row that makes a new
//! administrator comes first, and which one of several removals is refused. A dry run could not predict that.

use std::{
    borrow::Cow,
    mem,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::ValueEnum;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

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
        Credentials, DesiredUser, Field, Matches, Mode, NewPassword, Provisioning, ProvisioningError,
        TransferredIdentity,
    },
    store::StoreError,
    user::{Status, User, Username},
};

/// What happens to a row whose user exists and differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OnConflict {
    /// The user gets the values of the row.
    Update,
    /// The user stays as it is.
    Skip,
    /// The row is refused.
    Fail,
}

pub(super) struct Apply<'a> {
    pub(super) provisioning: Provisioning<'a>,
    pub(super) credentials: Credentials<'a>,
    /// Whether users are looked up. Not in an empty store, until another process has created one that a row names: the store refuses such a
    /// row, and then it is looked up.
    pub(super) finds_users: AtomicBool,
    pub(super) removals: Removals,
    pub(super) passwords: &'a PasswordFile,
    /// Whether a new user without a password gets a generated one.
    pub(super) generates_passwords: bool,
    pub(super) on_conflict: OnConflict,
    /// Whether a row may change only a user who has one of its identities.
    pub(super) requires_identity: bool,
    /// Rows that wait for a password or for the store at the same time.
    pub(super) parallel: usize,
}

/// Rows that would remove an administrator.
#[derive(Default)]
pub(super) struct Removals {
    /// They wait for the other rows of the file.
    waiting: Mutex<Vec<PlannedRow>>,
    /// Whether all other rows are applied.
    are_due: AtomicBool,
}

/// Why a row was not applied.
enum RowError {
    /// The row removes an administrator and waits for the other rows.
    Waiting,
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
            ProvisioningError::LastAdministrator(_) => Self::Refused(Field::Roles, "last_administrator"),
            // One user that cannot be read must not stop the other rows.
            ProvisioningError::Store(StoreError::Corrupt { .. }) => {
                Self::Refused(Field::Username, "unreadable")
            }
            // Nor may one user with an app that was sealed with a lost key.
            ProvisioningError::Sealed(_) => Self::Refused(Field::TotpSecret, "unreadable"),
            ProvisioningError::Hashing
            | ProvisioningError::Stale
            | ProvisioningError::AdministratorsOnly
            | ProvisioningError::UnknownIdentity
            | ProvisioningError::Store(_) => Self::Stopped(error.into()),
        }
    }
}

/// Result of a row that was applied.
struct Applied {
    outcome: RowOutcome,
    fields: Vec<Field>,
    has_unverified_email: bool,
}

impl Applied {
    fn new(outcome: RowOutcome, fields: Vec<Field>, user: &User) -> Self {
        let has_unverified_email = user.email.is_some() && !user.email_verified;
        Self { outcome, fields, has_unverified_email }
    }
}

/// Result of each desired user of a batch, in its order.
type Results = Vec<Result<Applied, RowError>>;

impl Apply<'_> {
    /// Begins with the rows that wait for the others; returns them in the order of the file.
    pub(super) fn due_removals(&self) -> Vec<PlannedRow> {
        self.removals.are_due.store(true, Ordering::Relaxed);
        let mut waiting =
            mem::take(&mut *self.removals.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        waiting.sort_by_key(|row| (row.line, row.item));
        waiting
    }

    /// Applies a batch. Only a store or a file that fails stops the import. Rows that wait for the others have no result.
    pub(super) async fn batch(&self, rows: Vec<PlannedRow>) -> Result<Vec<RowResult>, Failure> {
        let wanted: Vec<&DesiredUser> = rows.iter().filter_map(|row| row.desired.as_ref().ok()).collect();
        let mut applied = self.desired_users(&wanted).await?.into_iter();
        let mut results = Vec::with_capacity(rows.len());
        for row in rows {
            let result = row.desired.is_ok().then(|| applied.next()).flatten();
            if let Some(Err(RowError::Waiting)) = result {
                self.removals.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(row);
                continue;
            }
            let PlannedRow { line, item, raw, has_blank_around_password, name, desired, not_carried_over } =
                row;
            let refused = RowResult {
                line,
                item,
                raw,
                username: name,
                outcome: RowOutcome::Refused,
                fields: Vec::new(),
                errors: Vec::new(),
                not_carried_over,
                has_unverified_email: false,
                has_blank_around_password,
            };
            results.push(match desired {
                Err(errors) => RowResult { errors, ..refused },
                Ok(desired) => result_of(&desired, result, refused)?,
            });
        }
        Ok(results)
    }

    async fn desired_users(&self, wanted: &[&DesiredUser]) -> Result<Results, Failure> {
        let matches = if self.finds_users.load(Ordering::Relaxed) {
            self.provisioning.find_all(wanted.iter().copied()).await?
        } else {
            Matches::of_empty_store()
        };
        let (existing, new): (Vec<_>, Vec<_>) =
            wanted.iter().enumerate().partition(|(_, desired)| matches.of(desired).is_some());
        let mut results: Vec<_> = wanted.iter().map(|_| None).collect();
        let new_users: Vec<_> = new.iter().map(|(_, desired)| **desired).collect();
        for ((at, _), result) in new.iter().zip(self.create(&new_users, &matches).await?) {
            results[*at] = Some(result);
        }
        let updates =
            existing.iter().filter_map(|(at, desired)| Some((*at, matches.of(desired)?, **desired)));
        let update = |(at, found, desired): (usize, &User, &DesiredUser)| {
            let matches = &matches;
            let (found, desired) = (found.clone(), desired.clone());
            async move { (at, self.update(found, &desired, matches).await) }
        };
        let changed: Vec<_> = stream::iter(updates.collect::<Vec<_>>())
            .map(update)
            .buffer_unordered(self.parallel)
            .collect()
            .await;
        for (at, result) in changed {
            results[at] = Some(result);
        }
        Ok(results.into_iter().flatten().collect())
    }

    /// Creates users. The store refuses one whose name, address or identity another user has.
    async fn create(&self, wanted: &[&DesiredUser], found: &Matches) -> Result<Results, Failure> {
        let mut desired: Vec<_> = wanted.iter().map(|desired| Cow::Borrowed(*desired)).collect();
        if self.generates_passwords && self.provisioning.mode() == Mode::Write {
            self.generate_passwords(&mut desired).await?;
        }
        let users =
            self.provisioning.new_users(desired.iter().map(Cow::as_ref), &self.credentials, self.parallel);
        let users = users.await?;
        let created = self.provisioning.create_all(users, found).await?;
        if created.iter().any(Result::is_err) {
            self.finds_users.store(true, Ordering::Relaxed);
        }
        stream::iter(desired.iter().zip(created))
            .then(|(desired, created)| async move {
                match created {
                    Ok(user) => Ok(Ok(Applied::new(RowOutcome::Created, Vec::new(), &user))),
                    Err(error) => self.refused(desired, error).await,
                }
            })
            .try_collect()
            .await
    }

    /// Updates the user of a row that could not be created, if another process has created it since the look-up.
    async fn refused(
        &self,
        desired: &DesiredUser,
        error: ProvisioningError,
    ) -> Result<Result<Applied, RowError>, Failure> {
        let matches = self.provisioning.find(desired).await?;
        Ok(match matches.of(desired) {
            Some(found) => self.update(found.clone(), desired, &matches).await,
            None if matches.has_unreadable => Err(RowError::Refused(Field::Username, "unreadable")),
            None => Err(error.into()),
        })
    }

    /// Generates the missing passwords of new users. They are in the file before a user has one of them.
    async fn generate_passwords(&self, desired: &mut [Cow<'_, DesiredUser>]) -> Result<(), Failure> {
        let missing = desired.iter_mut().filter(|desired| needs_password(desired));
        let generated: Vec<(String, _)> = stream::iter(missing)
            .map(|desired| async {
                let password = generate::password();
                let hash = self.credentials.hasher.hash(password.secret().clone()).await;
                let desired = desired.to_mut();
                desired.password = Some(NewPassword::Generated(hash.ok_or(ProvisioningError::Hashing)?));
                desired.must_change_password.get_or_insert(true);
                let name = desired.username.as_ref().map(Username::to_string).unwrap_or_default();
                Ok::<_, Failure>((name, password.secret().clone()))
            })
            .buffered(self.parallel)
            .try_collect()
            .await?;
        // After hashing, so that an interruption leaves few lines without a user; before the write, so that no user is left with an
        // unknown password.
        self.passwords.write(&generated)
    }

    async fn update(
        &self,
        found: User,
        desired: &DesiredUser,
        matches: &Matches,
    ) -> Result<Applied, RowError> {
        // The row names a user by id, and its name, its identity or an id from before a merge finds another one. The data of one user would
        // replace that of the other, with its password (account takeover).
        if let Some(id) = desired.transferred.id
            && id != found.id
        {
            let is_taken = matches.with_key(&id.handle()).is_some_and(|owner| owner.id == id);
            return Err(RowError::Refused(Field::Id, if is_taken { "taken" } else { "other_user" }));
        }
        // Users chose their names in the other product: an attacker who signed up there with the name of an administrator here would replace
        // the administrator's password and factors (account takeover).
        if self.requires_identity && !has_identity(&found, desired) {
            let fields = self.provisioning.differences(&found, desired, &self.credentials).await?;
            return if fields.is_empty() {
                Ok(Applied::new(RowOutcome::Unchanged, fields, &found))
            } else {
                Err(RowError::Refused(Field::Username, "same_name"))
            };
        }
        if self.on_conflict != OnConflict::Update {
            let fields = self.provisioning.differences(&found, desired, &self.credentials).await?;
            return match (self.on_conflict, fields.is_empty()) {
                (OnConflict::Update | OnConflict::Skip | OnConflict::Fail, true) => {
                    Ok(Applied::new(RowOutcome::Unchanged, fields, &found))
                }
                (OnConflict::Update | OnConflict::Skip, false) => {
                    Ok(Applied::new(RowOutcome::Skipped, fields, &found))
                }
                (OnConflict::Fail, false) => Err(RowError::Refused(Field::Username, "exists")),
            };
        }
        if desired.transferred.unlinked_of(&found).is_some() {
            return Err(RowError::Refused(Field::Subject, "unlinked"));
        }
        let is_due = self.removals.are_due.load(Ordering::Relaxed);
        if !is_due && self.provisioning.removes_administrator(&found, desired) {
            return Err(RowError::Waiting);
        }
        let (user, fields) = self.provisioning.update(found, desired, &self.credentials).await?;
        let outcome = if fields.is_empty() { RowOutcome::Unchanged } else { RowOutcome::Updated };
        Ok(Applied::new(outcome, fields, &user))
    }
}

/// Returns whether a user has one of these identities.
fn has_identity(user: &User, desired: &DesiredUser) -> bool {
    let keys: Vec<_> = desired.transferred.identities.iter().map(TransferredIdentity::key).collect();
    user.identities.iter().any(|identity| keys.contains(&identity.key))
}

fn result_of(
    desired: &DesiredUser,
    applied: Option<Result<Applied, RowError>>,
    refused: RowResult,
) -> Result<RowResult, Failure> {
    match applied {
        Some(Ok(Applied { outcome, fields, has_unverified_email })) => Ok(RowResult {
            outcome,
            fields: fields.into_iter().map(Field::name).collect(),
            has_unverified_email,
            ..refused
        }),
        Some(Err(RowError::Refused(field, code))) => {
            Ok(RowResult { errors: vec![refusal(desired, field, code)], ..refused })
        }
        Some(Err(RowError::Stopped(Failure::Failed(text)))) => {
            Err(Failure::Failed(format!("line {}, {}: {text}", refused.line, quoted(&refused.username))))
        }
        Some(Err(RowError::Stopped(failure))) => Err(failure),
        Some(Err(RowError::Waiting)) | None => {
            Err(Failure::Failed(format!("line {}: the row was not applied", refused.line)))
        }
    }
}

/// Returns the mistake of a row that the store refuses.
fn refusal(desired: &DesiredUser, field: Field, code: &'static str) -> Mistake {
    let disables = desired.transferred.status.is_some_and(|status| status != Status::Active);
    let field = if code == "last_administrator" && disables { Field::Status } else { field };
    let name = desired.username.as_ref().map(Username::as_str).unwrap_or_default();
    let identity = || desired.transferred.identities.first().map(|identity| identity.key().to_string());
    let value = match (field, &desired.email) {
        (Field::Email, Some(email)) => quoted(email.as_str()),
        (Field::Roles | Field::Status, _) if !name.is_empty() => format!("of {}", quoted(name)),
        (Field::Subject, _) => quoted(&identity().unwrap_or_default()),
        (Field::Id, _) => quoted(&desired.transferred.id.map(|id| id.to_string()).unwrap_or_default()),
        // The row verifies the address that the user has already.
        (Field::Email, None) | (Field::FormerIds | Field::Passkeys | Field::Roles | Field::Status, _) => {
            "of this user".to_owned()
        }
        _ => quoted(name),
    };
    let why = match code {
        "unlinked" => "the user has unlinked the identity; --relink-identities links it again",
        "same_name" => {
            "an existing user has this name, and nothing proves that it is the same user; --on-conflict update changes that user"
        }
        "other_user" => {
            "a user with another id has this name or identity, or the user was merged into that one; remove the id from the row to change that user"
        }
        "exists" => "the user exists and differs; without --on-conflict fail the row changes it",
        "last_administrator" => {
            "the user is the last active administrator; make another user an administrator first, or use --force"
        }
        "unreadable" if field == Field::TotpSecret => {
            "no key opens an authenticator app that this user has; add the key, or remove the app with `vestibule users reset-mfa`"
        }
        "unreadable" => "the user with this name cannot be read; see `vestibule doctor`",
        _ => "another user has the same; find that user with `vestibule users show`",
    };
    Mistake::of_cell(field, code, format!("{} {value}: {why}", field.name()))
}
