//! Applies judged rows to the store, one compare-and-set each.

use secrecy::SecretString;

use super::{
    Passwords,
    plan::{Planned, Said, SaidPassword},
    report::{FieldError, Outcome, Result as RowResult},
};
use crate::{
    audit::{self, Event, EventKind},
    cli::{failure::Failure, users::ACTOR},
    clock::{Clock, Timestamp},
    login::{
        password::{
            generate,
            hasher::{Hasher, PasswordCheck},
        },
        second_factor::totp,
    },
    secrets::{Keys, sha256_hex},
    store::{Change, Store, StoreError},
    user::{Creator, Email, EndReason, Password, Totp, User, UserId},
};

/// Rows go through this.
pub(super) struct Apply<'a> {
    pub(super) store: &'a Store,
    pub(super) keys: &'a Keys,
    pub(super) hasher: &'a Hasher,
    pub(super) clock: &'a Clock,
    pub(super) passwords: &'a Passwords,
    pub(super) dry_run: bool,
    pub(super) no_passwords: bool,
}

/// Why a row came to nothing.
enum Stuck {
    /// This handle is another person's: the row is refused.
    Taken(String),
    /// Nothing goes on.
    Stop(Failure),
}

impl From<Failure> for Stuck {
    fn from(failure: Failure) -> Self {
        Self::Stop(failure)
    }
}

impl From<StoreError> for Stuck {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken { key } => Self::Taken(key),
            error => Self::Stop(error.into()),
        }
    }
}

/// What a row came to.
struct Done {
    outcome: Outcome,
    fields: Vec<&'static str>,
    user: User,
}

impl Apply<'_> {
    /// One row; only a store or a file that fails stops the import.
    pub(super) async fn row(&self, planned: Planned) -> Result<RowResult, Failure> {
        let Planned { line, name, said } = planned;
        let refused = |errors| RowResult {
            line,
            username: name.clone(),
            outcome: Outcome::Refused,
            fields: Vec::new(),
            errors,
            unverified: false,
        };
        let said = match said {
            Ok(said) => said,
            Err(errors) => return Ok(refused(errors)),
        };
        match self.person(&said).await {
            Ok(Done { outcome, fields, user }) => {
                let unverified = user.email.is_some() && !user.email_verified;
                Ok(RowResult { line, username: name, outcome, fields, errors: Vec::new(), unverified })
            }
            Err(Stuck::Taken(key)) => {
                let field = if key.starts_with("email:") { "email" } else { "username" };
                Ok(refused(vec![FieldError { field, code: "taken" }]))
            }
            Err(Stuck::Stop(failure)) => Err(failure),
        }
    }

    async fn person(&self, said: &Said) -> Result<Done, Stuck> {
        let handle = said.username.handle();
        match self.store.find::<User>(&handle).await? {
            Some(user) => self.update(said, user.into_document()).await,
            None => match self.create(said).await {
                // Somebody else made this name since we looked.
                Err(Stuck::Taken(key)) if key == handle => match self.store.find::<User>(&handle).await? {
                    Some(user) => self.update(said, user.into_document()).await,
                    None => Err(Stuck::Taken(key)),
                },
                done => done,
            },
        }
    }

    async fn create(&self, said: &Said) -> Result<Done, Stuck> {
        let now = self.clock.now();
        let mut user = User::new(UserId::new(now), now);
        user.username = Some(said.username.clone());
        user.email.clone_from(&said.email);
        user.email_verified = said.email_verified.unwrap_or(false);
        user.display_name.clone_from(&said.display_name);
        user.roles = said.roles.clone().unwrap_or_default();
        if let Some(secret) = &said.totp_secret {
            user.totp = Some(self.totp(&user, secret, now));
        }
        if self.dry_run {
            self.refuse_taken(&user).await?;
            return Ok(Done { outcome: Outcome::Created, fields: Vec::new(), user });
        }
        user.password = self.new_password(said, now).await?;
        let user = self.store.insert(user).await?.into_document();
        audit::record(self.store, Event::success(EventKind::UserCreated, now).about(user.id).by(ACTOR)).await;
        Ok(Done { outcome: Outcome::Created, fields: Vec::new(), user })
    }

    async fn new_password(&self, said: &Said, now: Timestamp) -> Result<Option<Password>, Failure> {
        let made = said.password.is_none();
        let (hash, imported) = match &said.password {
            Some(SaidPassword::Hash(hash)) => (hash.clone(), Some(fingerprint(hash))),
            Some(SaidPassword::Plain(plain)) => (self.hash(plain.clone()).await?, None),
            None if self.no_passwords => return Ok(None),
            None => {
                let password = generate::password();
                let hash = self.hash(password.clone()).await?;
                self.passwords.keep(said.username.as_str(), &password)?;
                (hash, None)
            }
        };
        Ok(Some(Password { hash, changed_at: now, must_change: said.must_change.unwrap_or(made), imported }))
    }

    async fn update(&self, said: &Said, found: User) -> Result<Done, Stuck> {
        let now = self.clock.now();
        let password = self.changed_password(said, &found, now).await?;
        let totp = self.changed_totp(said, &found, now)?;
        if self.dry_run {
            let mut user = found;
            let fields = change(&mut user, said, password.as_ref(), totp.as_ref(), now);
            self.refuse_taken(&user).await?;
            return Ok(done(fields, user));
        }
        let updated = self
            .store
            .update::<User, Vec<&'static str>, StoreError>(&found.id.document_id(), |user| {
                let fields = change(user, said, password.as_ref(), totp.as_ref(), now);
                Ok(if fields.is_empty() { Change::Keep(fields) } else { Change::Write(fields) })
            })
            .await?;
        let Some((user, fields)) = updated else { return Err(Stuck::Taken(said.username.handle())) };
        let user = user.into_document();
        if !fields.is_empty() {
            let event = Event::success(EventKind::UserUpdated, now).about(user.id).by(ACTOR);
            audit::record(self.store, event.details(fields.join(", "))).await;
        }
        Ok(done(fields, user))
    }

    /// The password to set, if the cell is given and different.
    async fn changed_password(
        &self,
        said: &Said,
        found: &User,
        now: Timestamp,
    ) -> Result<Option<Password>, Failure> {
        let present = found.password.as_ref();
        let (hash, imported) = match &said.password {
            None => return Ok(None),
            Some(SaidPassword::Hash(hash)) => {
                let same = present.is_some_and(|present| {
                    present.hash == *hash || present.imported.as_ref() == Some(&fingerprint(hash))
                });
                if same {
                    return Ok(None);
                }
                (hash.clone(), Some(fingerprint(hash)))
            }
            Some(SaidPassword::Plain(plain)) => {
                if let Some(present) = present
                    && self.fits(&present.hash, plain).await?
                {
                    return Ok(None);
                }
                let hash = if self.dry_run { String::new() } else { self.hash(plain.clone()).await? };
                (hash, None)
            }
        };
        Ok(Some(Password { hash, changed_at: now, must_change: said.must_change.unwrap_or(false), imported }))
    }

    /// The factor to set, if the cell is given and different.
    fn changed_totp(&self, said: &Said, found: &User, now: Timestamp) -> Result<Option<Totp>, Failure> {
        let Some(secret) = &said.totp_secret else { return Ok(None) };
        if let Some(present) = &found.totp {
            let opened = self.keys.open(&found.id, totp::ACTIVE, &present.secret);
            let opened = opened.map_err(|error| Failure::Failed(format!("{}: {error}", said.username)))?;
            if *opened == **secret {
                return Ok(None);
            }
        }
        Ok(Some(self.totp(found, secret, now)))
    }

    fn totp(&self, user: &User, secret: &[u8], now: Timestamp) -> Totp {
        Totp { secret: self.keys.seal(&user.id, totp::ACTIVE, secret), confirmed_at: now, last_step: 0 }
    }

    async fn hash(&self, password: SecretString) -> Result<String, Failure> {
        self.hasher
            .hash(password)
            .await
            .ok_or_else(|| Failure::Failed("a password could not be hashed".to_owned()))
    }

    async fn fits(&self, hash: &str, password: &SecretString) -> Result<bool, Failure> {
        let check = PasswordCheck::new(Some(hash), password.clone(), false);
        let fits = self.hasher.check(check).await;
        fits.map(|result| result.is_correct)
            .ok_or_else(|| Failure::Failed("a password could not be compared".to_owned()))
    }

    /// What the store would refuse, asked in a dry run.
    async fn refuse_taken(&self, user: &User) -> Result<(), Stuck> {
        if let Some(email) = user.email.as_ref().filter(|_| user.email_verified)
            && let Some(other) = self.store.find::<User>(&email.handle()).await?
            && other.id != user.id
        {
            return Err(Stuck::Taken(email.handle()));
        }
        Ok(())
    }
}

fn done(fields: Vec<&'static str>, user: User) -> Done {
    let outcome = if fields.is_empty() { Outcome::Unchanged } else { Outcome::Updated };
    Done { outcome, fields, user }
}

fn fingerprint(hash: &str) -> String {
    sha256_hex(hash.as_bytes())
}

/// Changes what is said and different, and tells which fields that were.
fn change(
    user: &mut User,
    said: &Said,
    password: Option<&Password>,
    totp: Option<&Totp>,
    now: Timestamp,
) -> Vec<&'static str> {
    let mut fields = Vec::new();
    if said.email.is_some() && said.email != user.email {
        let same = user.email.as_ref().map(Email::handle) == said.email.as_ref().map(Email::handle);
        user.email.clone_from(&said.email);
        // Nobody has vouched for another address yet; the same one in other letters stays what it was.
        user.email_verified &= same;
        // An administrator's word from now on, not a provider's or the person's.
        user.field_sources.remove("email");
        user.created_by = Creator::Administrator;
        fields.push("email");
    }
    if let Some(verified) = said.email_verified.filter(|verified| *verified != user.email_verified) {
        user.email_verified = verified;
        user.field_sources.remove("email");
        fields.push("emailVerified");
    }
    if said.display_name.is_some() && said.display_name != user.display_name {
        user.display_name.clone_from(&said.display_name);
        user.field_sources.remove("displayName");
        fields.push("displayName");
    }
    if let Some(roles) = said.roles.as_ref().filter(|roles| **roles != user.roles) {
        user.roles.clone_from(roles);
        fields.push("roles");
    }
    if let Some(password) = password {
        user.password = Some(password.clone());
        user.end_sessions(EndReason::PasswordChanged);
        fields.push("password");
    }
    if let Some(totp) = totp {
        user.totp = Some(totp.clone());
        user.pending_totp = None;
        user.end_sessions(EndReason::FactorChanged);
        fields.push("totpSecret");
    }
    if let (Some(must_change), Some(present)) = (said.must_change, &mut user.password)
        && present.must_change != must_change
    {
        present.must_change = must_change;
        fields.push("mustChangePassword");
    }
    if !fields.is_empty() {
        user.updated_at = now;
    }
    fields
}
