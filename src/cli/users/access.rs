//! `vestibule users disable`, `enable`, `unlock`, `end-sessions`, `reset-mfa` and `reset-password`.

mod edit;
pub(super) mod invitation;
mod mail;
pub(super) mod reset_password;

pub(super) use self::edit::{Delete, Rename, Roles, Unlink};

use clap::Args;
use serde_json::{Map, Value, json};

use super::{
    UserRef,
    actions::{preview, provisioning, users_of},
    user_ref::{argument, label},
    view,
};
use crate::{
    administrators::Administrators,
    audit::{Chain, StatedReason},
    cache::DocumentCache,
    cli::{
        context::{event_chain, store},
        failure::Failure,
        layout::{count_of, time},
        out::Out,
    },
    clock::{Clock, Timestamp},
    config::{Config, Mfa},
    limiter::{Failures, Guess, Limiter},
    mail::Notice,
    provisioning::{Mode, Provisioning},
    session::valid_sessions,
    store::{Create, Store, Stored},
    user::{MessageCodes, Passkey, Status, User},
};

/// The user of an act.
#[derive(Args)]
pub(in crate::cli) struct Target {
    #[command(flatten)]
    user: UserRef,
    /// Print one JSON document instead of a line.
    #[arg(long)]
    json: bool,
    /// Why you do this: 1 to 500 characters, stored with the audit event.
    #[arg(long, value_name = "TEXT")]
    reason: Option<StatedReason>,
    /// Do it also if no active administrator is left after it.
    #[arg(long)]
    force: bool,
}

/// A user, and what an act needs.
struct Act {
    config: Config,
    store: Store,
    chain: Chain,
    users: DocumentCache<User>,
    clock: Clock,
    user: Stored<User>,
    json: bool,
    reason: Option<StatedReason>,
    force: bool,
    mode: Mode,
}

/// What an act did.
struct Done {
    outcome: &'static str,
    sentence: String,
    /// Consequences and next steps.
    notes: Vec<String>,
    /// Further members of the JSON document.
    more: Map<String, Value>,
}

impl Done {
    fn new(outcome: &'static str, sentence: String) -> Self {
        Self { outcome, sentence, notes: Vec::new(), more: Map::new() }
    }

    fn unchanged(sentence: String) -> Self {
        Self::new("unchanged", sentence)
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    fn note(mut self, note: impl Into<Option<String>>) -> Self {
        self.notes.extend(note.into());
        self
    }
}

impl Target {
    pub(super) fn of(name: &str, json: bool, reason: Option<StatedReason>) -> Self {
        Self { user: UserRef::of(name), json, reason, force: false }
    }

    pub(super) async fn set_status(self, status: Status) -> Result<(), Failure> {
        let act = self.open().await?;
        let is_changed = act.provisioning().set_status(act.user.id, status).await?;
        let (label, name) = (label(&act.user), view::status(status));
        let outcome = match status {
            Status::Active => "enabled",
            Status::Disabled | Status::Quarantined => name,
        };
        let done = if is_changed {
            Done::new(outcome, format!("{outcome} {label}"))
        } else {
            Done::unchanged(format!("{label} is already {name}"))
        };
        act.report(done).await
    }

    pub(super) async fn unlock(self) -> Result<(), Failure> {
        let act = self.open().await?;
        let limiter = Limiter::new(act.store.clone(), act.clock.clone());
        let lifted = act.provisioning().unlock(&act.user, &limiter).await?;
        let label = label(&act.user);
        let done = if lifted.is_empty() {
            let note = format!(
                "if {label} still gets 429, the network of the client has too many failures; that wait ends within ten minutes"
            );
            Done::unchanged(format!("{label} is not locked")).note(note)
        } else {
            let texts: Vec<String> = lifted.iter().map(lifted_text).collect();
            Done::new("unlocked", format!("unlocked {label}: lifted {}", texts.join(" and ")))
        };
        let lifted: Vec<Value> = lifted
            .iter()
            .map(|lifted| {
                json!({ "guess": lifted.guess.as_str(), "failures": lifted.count, "until": lifted.until,
                "knownDevice": lifted.of_device })
            })
            .collect();
        let note = cannot_sign_in(&act.config, &act.user, act.clock.now());
        act.report(done.with("lifted", lifted.into()).note(note)).await
    }

    pub(super) async fn end_sessions(self) -> Result<(), Failure> {
        let act = self.open().await?;
        let valid = act.valid_sessions().await?;
        let user = act.provisioning().end_sessions(act.user.id).await?;
        let label = label(&act.user);
        let sentence = match valid {
            0 => format!("{label} had no session; logins in progress are refused"),
            count => format!("ended {} of {label}", count_of(count, "session")),
        };
        let argument = argument(&user);
        let note = (user.status == Status::Active)
            .then(|| format!("{label} can sign in again; `vestibule users disable {argument}` prevents it"));
        act.report(Done::new("ended", sentence).with("sessions", valid.into()).note(note)).await
    }

    pub(super) async fn reset_mfa(self) -> Result<(), Failure> {
        let act = self.open().await?;
        let valid = act.valid_sessions().await?;
        let (user, is_changed) = act.provisioning().reset_second_factors(act.user.id).await?;
        let label = label(&act.user);
        if !is_changed {
            return act.report(Done::unchanged(format!("{label} has no second factor"))).await;
        }
        let removed = factors_text(&act.user);
        let sentence = format!("removed {removed} of {label} and ended {}", count_of(valid, "session"));
        let cannot = cannot_sign_in(&act.config, &user, act.clock.now());
        let next = match (&cannot, act.config.mfa) {
            (Some(_), Mfa::Required | Mfa::Optional) => None,
            (None, Mfa::Required) => Some(format!("the next login of {label} enrols a second factor")),
            (None, Mfa::Optional) => Some(format!(
                "{label} can now sign in without a second factor; VESTIBULE_MFA=required makes the next login enrol one"
            )),
        };
        let mail =
            mail::notify(&act.config, &act.store, &act.clock, &user, Notice::SecondFactorReset).await?;
        let done = Done::new("reset", sentence)
            .with("sessions", valid.into())
            .note(next)
            .note(mail.map(|address| format!("a notice is sent to {address}")))
            .note(cannot);
        act.report(done).await
    }

    async fn open(self) -> Result<Act, Failure> {
        let (config, store) = store(Create::Never).await?;
        let user = self.user.find(&store).await?;
        let users = users_of(&store);
        let clock = Clock::system();
        let chain = event_chain(&config, &store, &clock)?;
        let Self { json, reason, force, .. } = self;
        Ok(Act { config, store, chain, users, clock, user, json, reason, force, mode: Mode::Write })
    }
}

impl Act {
    fn in_dry_run(self, is_dry_run: bool) -> Self {
        Self { mode: if is_dry_run { Mode::DryRun } else { Mode::Write }, ..self }
    }

    fn provisioning(&self) -> Provisioning<'_> {
        let provisioning = match self.mode {
            Mode::Write => provisioning(&self.chain, &self.users, &self.clock, self.reason.clone()),
            Mode::DryRun => preview(&self.chain, &self.users, &self.clock),
        };
        // The operator owns the machine and may do without an administrator.
        if self.force {
            return provisioning;
        }
        provisioning.protecting(Administrators::new(&self.store, &self.users, &self.config.providers))
    }

    async fn valid_sessions(&self) -> Result<usize, Failure> {
        Ok(valid_sessions(&self.store, &self.user, self.config.session_policy(), self.clock.now()).await?)
    }

    /// Prints what was done on stdout, and consequences on stderr.
    async fn report(self, done: Done) -> Result<(), Failure> {
        self.store.close().await;
        if self.json {
            let mut shown = done.more;
            shown.insert("dryRun".to_owned(), (self.mode == Mode::DryRun).into());
            shown.insert("id".to_owned(), json!(self.user.id));
            shown.insert("username".to_owned(), json!(self.user.username));
            shown.insert("outcome".to_owned(), done.outcome.into());
            shown.insert("notes".to_owned(), done.notes.into());
            return Ok(Out::json(&shown)?);
        }
        Out::line(&done.sentence)?;
        // The act is done: a closed stderr must not turn this into a failure.
        done.notes.iter().for_each(|note| drop(Out::error(note)));
        Ok(())
    }
}

fn lifted_text(lifted: &Failures) -> String {
    let place = if lifted.of_device { " in a known device" } else { "" };
    let failures = format!("{}{place}", failures_text(lifted.guess, lifted.count));
    match lifted.until {
        Some(until) => format!("the wait until {} because of {failures}", time(until)),
        None => format!("the count of {failures}, which caused no wait"),
    }
}

/// Returns the passkeys, second factors and recovery codes of a user in words.
fn factors_text(user: &User) -> String {
    let MessageCodes { email, sms } = &user.message_codes;
    let counted = |count: usize, what: &str| (count > 0).then(|| count_of(count, what));
    let parts: Vec<String> = [
        counted(user.passkeys.len(), "passkey"),
        counted(user.totp.len(), "authenticator app"),
        sms.as_ref().map(|_| "codes by SMS".to_owned()),
        email.as_ref().map(|_| "codes by mail".to_owned()),
        counted(user.recovery_codes_left(), "recovery code"),
    ]
    .into_iter()
    .flatten()
    .collect();
    match parts.split_last() {
        None => "an enrolment in progress".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// Returns the failures in words.
pub(super) fn failures_text(guess: Guess, count: u32) -> String {
    let what = match guess {
        Guess::Password => "wrong password",
        Guess::Code => "wrong code",
        Guess::MessageCode => "wrong code of a message",
        Guess::RecoveryCode => "wrong recovery code",
        Guess::Reset => "requested mail",
        Guess::Link => "wrong link key",
        Guess::Passkey => "refused passkey",
    };
    count_of(count as usize, what)
}

/// Returns why the user cannot sign in, and the next step.
pub(super) fn cannot_sign_in(config: &Config, user: &User, now: Timestamp) -> Option<String> {
    let (label, argument) = (label(user), argument(user));
    let is_expired = user.initial_password_is_expired(now);
    let has_password = user.password.is_some() && !is_expired && config.local_passwords;
    let has_passkey = config.passkey_host().is_some() && user.passkeys.iter().any(Passkey::signs_in_alone);
    let has_provider = user.identities.iter().any(|identity| config.accepts_issuer(&identity.key.issuer));
    match user.status {
        Status::Disabled => Some(format!(
            "{label} is disabled and cannot sign in; `vestibule users enable {argument}` allows it"
        )),
        Status::Quarantined => Some(format!(
            "{label} is quarantined and cannot sign in: the account used the address of another user; review it, then `vestibule users \
             enable {argument}`"
        )),
        Status::Active if has_password || has_passkey || has_provider => None,
        Status::Active if is_expired && config.local_passwords => Some(format!(
            "the generated password of {label} was not changed in time and has expired; `vestibule users reset-password {argument}` starts a \
             reset"
        )),
        Status::Active if config.local_passwords => Some(format!(
            "{label} has no password, no linked provider of the settings and no passkey that signs in alone, and cannot sign in; \
             `vestibule users reset-password {argument}` starts a reset"
        )),
        Status::Active => Some(format!(
            "{label} has no passkey and no linked provider of the settings and cannot sign in; `vestibule users reset-password \
             {argument}` makes a link for a passkey"
        )),
    }
}
