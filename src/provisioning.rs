//! Provisioning: an administrator creates, changes, disables, enables, resets and unlocks users.
//!
//! ```text
//!   DesiredUser ─▶ create ─────┐
//!   DesiredUser ─▶ update ─────┼─▶ rule of `user` ─▶ one compare-and-set ─▶ audit event
//!   Status ──────▶ set_status ─┤
//!   reset, end of sessions ────┘
//! ```
//!
//! The command line and the admin API use the same operations, so that no rule exists in only one of them. Writes remove the user from
//! the cache of this process; other replicas and a running service learn of the write from the change feed.

mod access;
mod batch;
mod create;
mod credentials;
mod delete;
mod error;
mod export;
mod field;
mod issuer;
mod merge;
mod patch;
mod relink;
mod status;
mod transferred;
mod update;
mod write;

use zeroize::Zeroizing;

pub use self::{
    access::EndedSessions,
    batch::Matches,
    credentials::Credentials,
    delete::delete_records,
    error::ProvisioningError,
    export::{COLUMNS as EXPORT_COLUMNS, Content, ExportPage, ExportedUser, Member, UserExport},
    field::{Field, FieldKind},
    issuer::{IssuerMove, Moved},
    merge::{
        MergeError, Order as MergeOrder, Outcome as MergeOutcome, Sources as MergeSources, Undo, UndoOutcome,
        find_by_id, reseal_all as reseal_merges, undoable as undoable_merge,
    },
    patch::UserPatch,
    relink::{Relink, RelinkError, Relinked},
    transferred::{
        Origin, PasswordInfo, Transferred, TransferredApp, TransferredIdentity, TransferredPasskey,
    },
};
use crate::{
    administrators::{Administrators, Preview},
    audit::{Recorder, StatedReason},
    cache::DocumentCache,
    clock::Clock,
    login::password::{hash::StoredHash, policy::AcceptedPassword},
    store::Document as _,
    user::{Email, User, UserId, Username},
};

/// Fields of a user as an administrator wants them. `None`: not given, an update leaves the field unchanged.
#[derive(Clone)]
pub struct DesiredUser {
    /// `None` for a user who is found by id or by identity, and signs in only through a provider.
    pub username: Option<Username>,
    pub email: Option<Email>,
    pub email_verified: Option<bool>,
    pub display_name: Option<String>,
    pub roles: Option<Vec<String>>,
    pub password: Option<NewPassword>,
    pub totp_secret: Option<Zeroizing<Vec<u8>>>,
    pub must_change_password: Option<bool>,
    pub transferred: Transferred,
}

impl DesiredUser {
    /// Returns the unique keys by which the user is found, in this order: user name, id, identities.
    #[must_use]
    pub fn handles(&self) -> Vec<String> {
        let Transferred { id, identities, .. } = &self.transferred;
        let name = self.username.as_ref().map(Username::handle);
        let identities = identities.iter().map(|identity| identity.key().handle());
        name.into_iter().chain(id.map(UserId::handle)).chain(identities).collect()
    }

    /// Returns the unique keys that a new user of this row would have, except that of a random id.
    #[must_use]
    pub fn unique_keys(&self) -> Vec<String> {
        let mut keys = self.handles();
        keys.extend(self.username.iter().flat_map(Username::handles));
        keys.extend(self.email.iter().filter(|_| self.email_verified == Some(true)).map(Email::handle));
        keys.extend(self.transferred.passkey_handles());
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Returns the texts from which a password must not be made.
    #[must_use]
    pub fn password_context(&self) -> Vec<&str> {
        let texts = [
            self.username.as_ref().map(Username::as_str),
            self.email.as_ref().map(Email::as_str),
            self.display_name.as_deref(),
        ];
        texts.into_iter().flatten().collect()
    }
}

/// A password that an administrator sets. A plain one has passed the rules for passwords.
#[derive(Clone)]
pub enum NewPassword {
    Plain(AcceptedPassword),
    /// A hash from another system, in a form that can be checked.
    Hash(StoredHash),
    /// The hash of a password that was generated: it works for 14 days, unless the user changes it.
    Generated(String),
    /// The other system had no usable password: a new user gets none, and an existing user keeps the present one.
    NotUsable,
}

/// Whether an operation writes, or only reports what it would write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Write,
    DryRun,
}

/// Applies the operations of one request or command.
pub struct Provisioning<'a> {
    users: &'a DocumentCache<User>,
    clock: &'a Clock,
    audit: Recorder<'a>,
    mode: Mode,
    /// Whether the actor may act on administrators.
    acts_on_administrators: bool,
    /// The revision that the actor has read.
    revision: Option<i64>,
    /// `None`: the last administrator is not protected.
    administrators: Option<Administrators<'a>>,
    /// What the operations of a dry run would have done so far.
    preview: Preview,
}

impl<'a> Provisioning<'a> {
    /// Creates the operations. Writes go through the cache of the caller, so that this replica does not continue with a user that an
    /// administrator has just disabled. `audit` names the actor: an administrator or the command line.
    #[must_use]
    pub fn new(users: &'a DocumentCache<User>, clock: &'a Clock, audit: Recorder<'a>, mode: Mode) -> Self {
        Self {
            users,
            clock,
            audit,
            mode,
            acts_on_administrators: true,
            revision: None,
            administrators: None,
            preview: Preview::default(),
        }
    }

    /// Refuses acts on administrators, and changes of administrative roles. Otherwise a user with a part of the administration could take
    /// over an administrator, or become one (privilege escalation).
    #[must_use]
    pub fn without_administrators(self) -> Self {
        Self { acts_on_administrators: false, ..self }
    }

    /// Refuses to change a user who has another revision.
    #[must_use]
    pub fn at_revision(self, revision: Option<i64>) -> Self {
        Self { revision, ..self }
    }

    /// Refuses changes after which no active administrator is left. `None`: they are not refused.
    #[must_use]
    pub fn protecting(self, administrators: impl Into<Option<Administrators<'a>>>) -> Self {
        Self { administrators: administrators.into(), ..self }
    }

    /// Sets the reason that an administrator gives for the acts.
    #[must_use]
    pub fn stating(self, reason: impl Into<Option<StatedReason>>) -> Self {
        Self { audit: self.audit.stating(reason), ..self }
    }

    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Returns what the operations of this dry run would have done. `None`: they write.
    fn preview(&self) -> Option<&Preview> {
        match self.mode {
            Mode::Write => None,
            Mode::DryRun => Some(&self.preview),
        }
    }

    /// Adds a user to what a dry run would have done.
    fn add_to_preview(&self, before: Option<&User>, after: &User) {
        if let (Some(preview), Some(administrators)) = (self.preview(), &self.administrators) {
            preview.add(administrators, before, after);
        }
    }

    /// Checks in a dry run what the store checks in a write: each key belongs to one user.
    async fn require_free_keys(&self, user: &User) -> Result<(), ProvisioningError> {
        for key in user.keys() {
            if self.users.find(&key).await?.is_some_and(|other| other.id != user.id) {
                return Err(ProvisioningError::Taken(field_of(user, &key)));
            }
        }
        Ok(())
    }
}

/// Returns the field that a key of a user comes from.
fn field_of(user: &User, key: &str) -> Field {
    let is_name = user.username.iter().flat_map(Username::handles).any(|handle| handle == key);
    if is_name {
        Field::Username
    } else if user.identities.iter().any(|identity| identity.key.handle() == key) {
        Field::Subject
    } else if user.former_ids.iter().any(|former| former.handle() == key) {
        Field::FormerIds
    } else if user.passkeys.iter().any(|passkey| passkey.handle() == key) {
        Field::Passkeys
    } else if key == user.id.to_string() || key.starts_with("id:") {
        Field::Id
    } else {
        Field::Email
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use secrecy::SecretString;

    use super::*;
    use crate::{
        audit::{self, Chain, Outcome, Writer},
        clock::Timestamp,
        config::{Config, Environment, HashParameters, Hashing},
        login::password::{hasher::Hasher, policy::PasswordPolicy},
        secrets::{Keys, new_key},
        store::Store,
        user::Status,
    };

    const PASSWORD: &str = "correct horse battery";

    struct Fixture {
        store: Store,
        chain: Chain,
        users: DocumentCache<User>,
        clock: Clock,
        hasher: Hasher,
        keys: Keys,
        _folder: tempfile::TempDir,
    }

    impl Fixture {
        async fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let url = format!("sqlite:{}", folder.path().join("vestibule.db").display());
            let store = Store::open(&url).await.expect("the store opens");
            let clock = Clock::manual(Timestamp::from_millis(60_000));
            let keys = Keys::parse(&new_key()).expect("a key");
            Self {
                chain: Chain::new(&store, &keys, &clock, Duration::from_hours(24), Writer::Command),
                users: DocumentCache::new(store.clone(), 1),
                store,
                clock,
                hasher: Hasher::start(Hashing {
                    threads: 1,
                    queue: 1,
                    parameters: HashParameters::default(),
                }),
                keys,
                _folder: folder,
            }
        }

        fn provisioning(&self, mode: Mode) -> Provisioning<'_> {
            let audit = Recorder::of_command_line(&self.chain, &self.clock);
            Provisioning::new(&self.users, &self.clock, audit, mode)
        }

        fn credentials(&self) -> Credentials<'_> {
            Credentials { hasher: &self.hasher, keys: &self.keys }
        }

        async fn create(&self, desired: &DesiredUser) -> Result<User, ProvisioningError> {
            self.provisioning(Mode::Write).create(desired, &self.credentials()).await
        }

        /// Sorted types of the audit events. The clock stands still, so their ids have no order.
        async fn events(&self) -> Vec<String> {
            let events = audit::page(&self.store, None, None, 10).await.expect("the store answers");
            assert!(events.iter().all(|event| event.actor.as_deref() == Some("cli")));
            assert!(events.iter().all(|event| event.outcome == Outcome::Success));
            let mut types: Vec<String> = events.iter().map(|event| format!("{:?}", event.kind)).collect();
            types.sort();
            types
        }
    }

    fn ada() -> DesiredUser {
        let (config, _) = Config::read(&Environment::of([])).expect("settings");
        let policy = PasswordPolicy::of(&config);
        DesiredUser {
            username: "ada".parse().ok(),
            email: Some("ada@corp.example".parse().expect("an address")),
            email_verified: Some(true),
            display_name: None,
            roles: None,
            password: Some(NewPassword::Plain(
                AcceptedPassword::new(&policy, SecretString::from(PASSWORD), &[]).expect("a good password"),
            )),
            totp_secret: Some(Zeroizing::new(b"12345678901234567890".to_vec())),
            must_change_password: None,
            transferred: Transferred::default(),
        }
    }

    #[tokio::test]
    async fn repeated_update_writes_nothing_and_records_nothing() {
        let fixture = Fixture::new().await;
        let user = fixture.create(&ada()).await.expect("created");
        let provisioning = fixture.provisioning(Mode::Write);
        let (user, fields) =
            provisioning.update(user, &ada(), &fixture.credentials()).await.expect("unchanged");
        assert_eq!((fields, user.session_epoch), (Vec::new(), 0));
        let changed = DesiredUser { display_name: Some("Ada".to_owned()), ..ada() };
        let (_, fields) = provisioning.update(user, &changed, &fixture.credentials()).await.expect("updated");
        assert_eq!(fields, [Field::DisplayName]);
        assert_eq!(fixture.events().await, ["UserCreated", "UserUpdated"]);
    }

    #[tokio::test]
    async fn name_or_verified_address_of_another_user_is_refused() {
        let fixture = Fixture::new().await;
        fixture.create(&ada()).await.expect("created");
        let grace = DesiredUser { username: "grace".parse().ok(), ..ada() };
        let same_name = DesiredUser { email: None, ..ada() };
        for (desired, field) in [(&grace, Field::Email), (&same_name, Field::Username)] {
            let refused = fixture.create(desired).await;
            assert!(matches!(refused, Err(ProvisioningError::Taken(taken)) if taken == field), "{field:?}");
        }
        let dry_run = fixture.provisioning(Mode::DryRun).create(&grace, &fixture.credentials()).await;
        assert!(matches!(dry_run, Err(ProvisioningError::Taken(Field::Email))));
    }

    #[tokio::test]
    async fn user_name_and_verified_address_of_two_users_are_never_equal() {
        let fixture = Fixture::new().await;
        let named = |name: &str| DesiredUser {
            username: Some(name.parse().expect("a name")),
            email: None,
            email_verified: None,
            ..ada()
        };
        let with_email = |name: &str, email: &str| DesiredUser {
            email: Some(email.parse().expect("an address")),
            email_verified: Some(true),
            ..named(name)
        };
        fixture.create(&named("bob@corp.example")).await.expect("created");
        let ada = fixture.create(&with_email("ada", "ada@corp.example")).await.expect("created");
        let credentials = fixture.credentials();
        for mode in [Mode::DryRun, Mode::Write] {
            let provisioning = fixture.provisioning(mode);
            for (desired, field) in [
                (with_email("mallory", "BOB@corp.example"), Field::Email),
                (named("Ada@Corp.example"), Field::Username),
                (named(&ada.id.to_string().to_uppercase()), Field::Username),
            ] {
                let refused = provisioning.create(&desired, &credentials).await;
                assert!(
                    matches!(refused, Err(ProvisioningError::Taken(taken)) if taken == field),
                    "{mode:?} {:?}",
                    desired.username
                );
            }
            let desired = with_email("ada", "bob@corp.example");
            let refused = provisioning.update(ada.clone(), &desired, &credentials).await;
            assert!(matches!(refused, Err(ProvisioningError::Taken(Field::Email))), "{mode:?}");
        }
        let own = with_email("eve@corp.example", "eve@corp.example");
        fixture.create(&own).await.expect("name and address of one user are equal");
    }

    #[tokio::test]
    async fn dry_run_writes_nothing() {
        let fixture = Fixture::new().await;
        let dry_run = fixture.provisioning(Mode::DryRun);
        dry_run.create(&ada(), &fixture.credentials()).await.expect("would be created");
        assert!(fixture.store.find::<User>("name:ada").await.expect("the store answers").is_none());
        let user = fixture.create(&ada()).await.expect("created");
        assert!(dry_run.set_status(user.id, Status::Disabled).await.expect("would be disabled"));
        let stored = fixture.store.find::<User>("name:ada").await.expect("the store answers").expect("ada");
        assert_eq!((stored.status, stored.revision), (Status::Active, 1));
        assert_eq!(fixture.events().await, ["UserCreated"]);
    }

    #[tokio::test]
    async fn status_is_written_and_recorded_once() {
        let fixture = Fixture::new().await;
        let user = fixture.create(&ada()).await.expect("created");
        let provisioning = fixture.provisioning(Mode::Write);
        for (status, is_changed) in
            [(Status::Disabled, true), (Status::Disabled, false), (Status::Active, true)]
        {
            assert_eq!(
                provisioning.set_status(user.id, status).await.expect("the store answers"),
                is_changed
            );
        }
        assert_eq!(fixture.events().await, ["UserCreated", "UserDisabled", "UserEnabled"]);
    }
}
