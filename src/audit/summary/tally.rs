//! Counts of events, one event at a time. Memory is bounded by the number of events that are read.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
    hash::Hash,
};

use serde_json::Value;

use super::{
    figures::{
        Account, Administrator, ChainState, Figures, Logins, Network, Provider, Reason, Roles, SecondFactors,
        Span,
    },
    finding::LeftOut,
};
use crate::{
    audit::{
        chain::link::Check,
        event::{Event, EventKind, Outcome},
    },
    clock::Timestamp,
    secrets::Keys,
    user::{Factor, UserId},
    web::client::site_of,
};

/// Names of the fields in which an event shows a change of roles.
const ROLES: [&str; 2] = ["roles", "rolesFromProviders"];

pub(super) struct Tally<'a> {
    keys: &'a Keys,
    events: u64,
    oldest: Option<Timestamp>,
    logins: BTreeMap<(&'static str, &'static str, Option<String>), u64>,
    providers: BTreeMap<String, Responses>,
    accounts: HashMap<UserId, Guesses<String>>,
    networks: HashMap<String, Guesses<Name>>,
    /// By name.
    second_factors: BTreeMap<&'static str, u64>,
    replayed_codes: u64,
    copied_passkeys: u64,
    locks: u64,
    reports: u64,
    recovery_codes_used: u64,
    role_changes: u64,
    changed: Vec<Administrator>,
    seen: HashSet<UserId>,
    chain: ChainState,
}

#[derive(Default)]
struct Responses {
    accepted: u64,
    refused: BTreeMap<String, u64>,
}

/// Who was guessed: password spraying often tries names that no user has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    User(UserId),
    /// The keyed hash of the typed text.
    Unknown(String),
}

/// Failures of one account by networks, or of one network by accounts.
struct Guesses<K> {
    failures: u64,
    failed: HashSet<K>,
    succeeded: HashSet<K>,
}

impl<K> Default for Guesses<K> {
    fn default() -> Self {
        Self { failures: 0, failed: HashSet::new(), succeeded: HashSet::new() }
    }
}

impl<K: Eq + Hash> Guesses<K> {
    fn add(&mut self, outcome: Outcome, key: K) {
        match outcome {
            Outcome::Success => drop(self.succeeded.insert(key)),
            Outcome::Failure => {
                self.failures += 1;
                self.failed.insert(key);
            }
        }
    }
}

impl<'a> Tally<'a> {
    pub(super) fn new(keys: &'a Keys) -> Self {
        Self {
            keys,
            events: 0,
            oldest: None,
            logins: BTreeMap::new(),
            providers: BTreeMap::new(),
            accounts: HashMap::new(),
            networks: HashMap::new(),
            second_factors: BTreeMap::new(),
            replayed_codes: 0,
            copied_passkeys: 0,
            locks: 0,
            reports: 0,
            recovery_codes_used: 0,
            role_changes: 0,
            changed: Vec::new(),
            seen: HashSet::new(),
            chain: ChainState::default(),
        }
    }

    pub(super) fn events(&self) -> u64 {
        self.events
    }

    /// Adds the next older event.
    pub(super) fn add(&mut self, event: &Event) {
        self.events += 1;
        self.oldest = Some(event.at);
        self.check(event);
        if let Some(method) = method(event.kind) {
            let key = (method, event.outcome.name(), event.reason.clone());
            *self.logins.entry(key).or_default() += 1;
        }
        self.replayed_codes += u64::from(event.reason.as_deref() == Some("code_replayed"));
        self.copied_passkeys += u64::from(event.reason.as_deref() == Some("counter_not_higher"));
        let is_success = u64::from(event.outcome == Outcome::Success);
        match event.kind {
            EventKind::PasswordSignIn => self.add_guess(event),
            EventKind::PasskeySignIn | EventKind::SecondFactor => {
                self.add_guess(event);
                self.add_second_factor(event);
            }
            EventKind::FederatedSignIn | EventKind::IdentityLinked => self.add_response(event),
            EventKind::Reauthentication => {
                self.add_guess(event);
                self.add_response(event);
            }
            EventKind::AccountLimited => self.locks += 1,
            EventKind::ReportedNotMe => self.reports += is_success,
            EventKind::RecoveryCodeUsed => self.recovery_codes_used += is_success,
            EventKind::EventsAltered => self.chain.reported += 1,
            _ => {}
        }
        self.add_roles(event);
    }

    fn check(&mut self, event: &Event) {
        let count = match event.check(self.keys) {
            Some(Check::Valid) => &mut self.chain.valid,
            Some(Check::Invalid) => &mut self.chain.altered,
            Some(Check::KeyMissing) => &mut self.chain.key_missing,
            None => &mut self.chain.without_chain,
        };
        *count += 1;
    }

    /// Counts the factor that completed a login: the last one of its methods.
    fn add_second_factor(&mut self, event: &Event) {
        let factor = event.amr.iter().rev().find_map(|method| Factor::of_amr(method));
        if let (Some(factor), Outcome::Success) = (factor, event.outcome) {
            *self.second_factors.entry(factor.as_str()).or_default() += 1;
        }
    }

    /// Counts a checked secret for the account and for the network. The provider of a re-authentication checks none of ours.
    fn add_guess(&mut self, event: &Event) {
        if provider(event).is_some() {
            return;
        }
        let Some(site) = event.ip.map(site_of) else { return };
        if let Some(user) = event.user_id {
            self.accounts.entry(user).or_default().add(event.outcome, site.clone());
        }
        let typed = || event.details.as_ref().and_then(Value::as_str).map(str::to_owned).map(Name::Unknown);
        if let Some(name) = event.user_id.map(Name::User).or_else(typed) {
            self.networks.entry(site).or_default().add(event.outcome, name);
        }
    }

    fn add_response(&mut self, event: &Event) {
        let Some(provider) = provider(event) else { return };
        let responses = self.providers.entry(provider.to_owned()).or_default();
        match event.outcome {
            Outcome::Success => responses.accepted += 1,
            Outcome::Failure => {
                let reason = event.reason.clone().unwrap_or_default();
                *responses.refused.entry(reason).or_default() += 1;
            }
        }
    }

    /// Remembers users who may be administrators since this event: new users, and users whose roles changed.
    fn add_roles(&mut self, event: &Event) {
        let (Some(user_id), Outcome::Success) = (event.user_id, event.outcome) else { return };
        let has_changed = changes_roles(event);
        self.role_changes += u64::from(has_changed && event.kind != EventKind::UserCreated);
        if (has_changed || event.kind == EventKind::UserCreated) && self.seen.insert(user_id) {
            let (at, by, trace) = (event.at, event.actor.clone(), event.id());
            self.changed.push(Administrator { user_id, at, by, trace });
        }
    }

    /// Returns new users and users whose roles changed, the newest first.
    pub(super) fn changed_users(&mut self) -> Vec<Administrator> {
        std::mem::take(&mut self.changed)
    }

    /// Returns the figures with all accounts and networks, the largest first.
    pub(super) fn into_figures(self, span: Span, is_cut: bool, roles: Roles) -> Figures {
        let mut left_out = Vec::new();
        if is_cut {
            left_out.push(LeftOut::Events { read: self.events, since: self.oldest });
        }
        if roles.not_checked > 0 {
            let (checked, of) = (roles.checked as u64, (roles.checked + roles.not_checked) as u64);
            left_out.push(LeftOut::Users { checked, of });
        }
        let logins = self.logins.into_iter();
        let logins =
            logins.map(|((method, outcome, reason), count)| Logins { method, outcome, reason, count });
        let second_factors = self.second_factors.into_iter();
        let second_factors = second_factors.map(|(factor, count)| SecondFactors { factor, count });
        let accounts = self.accounts.into_iter().filter(|(_, guesses)| guesses.failures > 0);
        let accounts = accounts.map(|(user_id, guesses)| Account {
            user_id,
            failures: guesses.failures,
            networks: guesses.failed.difference(&guesses.succeeded).count() as u64,
        });
        let networks = self.networks.into_iter().filter(|(_, guesses)| guesses.failures > 0);
        let networks = networks.map(|(network, guesses)| Network {
            network,
            failures: guesses.failures,
            accounts: guesses.failed.len() as u64,
            signed_in: guesses.succeeded.len() as u64,
        });
        Figures {
            since: span.since,
            until: span.until,
            events: self.events,
            incomplete: Vec::new(),
            left_out,
            findings: Vec::new(),
            logins: logins.collect(),
            second_factors: second_factors.collect(),
            providers: self.providers.into_iter().map(as_provider).collect(),
            accounts: sorted(accounts, |account| {
                (Reverse(account.networks), Reverse(account.failures), account.user_id)
            }),
            networks: sorted(networks, |network| {
                (Reverse(network.accounts), Reverse(network.failures), network.network.clone())
            }),
            replayed_codes: self.replayed_codes,
            copied_passkeys: self.copied_passkeys,
            locks: self.locks,
            reports: self.reports,
            recovery_codes_used: self.recovery_codes_used,
            role_changes: self.role_changes,
            administrators: roles.administrators,
            chain: self.chain,
        }
    }
}

fn sorted<T, K: Ord>(all: impl Iterator<Item = T>, order: impl Fn(&T) -> K) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_by_cached_key(order);
    all
}

fn as_provider((provider, Responses { accepted, refused }): (String, Responses)) -> Provider {
    let mut reasons: Vec<Reason> =
        refused.into_iter().map(|(reason, count)| Reason { reason, count }).collect();
    reasons.sort_by_key(|reason| Reverse(reason.count));
    Provider { provider, accepted, refused: reasons.iter().map(|reason| reason.count).sum(), reasons }
}

fn method(kind: EventKind) -> Option<&'static str> {
    kind.login_method().or((kind == EventKind::Reauthentication).then_some("reauthentication"))
}

/// Returns the provider of a login, link or re-authentication.
fn provider(event: &Event) -> Option<&str> {
    event.details.as_ref()?.get("provider")?.as_str()
}

/// Returns whether an event says that the roles of its user changed: as a list of fields, or as the difference that a login made.
fn changes_roles(event: &Event) -> bool {
    match &event.details {
        Some(Value::String(fields)) => {
            event.kind == EventKind::UserUpdated && fields.split(", ").any(|field| ROLES.contains(&field))
        }
        Some(Value::Object(details)) => details.get("changes").is_some_and(|changes| {
            let changed = |side: &str| {
                changes[side].as_object().is_some_and(|fields| {
                    ROLES.iter().any(|role| {
                        fields.get(*role).and_then(Value::as_array).is_some_and(|roles| !roles.is_empty())
                    })
                })
            };
            changed("before") || changed("after")
        }),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) | None => false,
    }
}
