//! The counts of a summary, as the API and the command line show them.

use serde::Serialize;

use super::finding::{Finding, LeftOut};
use crate::{audit::EventId, clock::Timestamp, user::UserId};

/// Which events a summary is about.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub since: Timestamp,
    pub until: Timestamp,
}

/// A summary.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Summary")]
pub struct Figures {
    pub since: Timestamp,
    pub until: Timestamp,
    /// Events that were read.
    pub events: u64,
    /// What was not read, in English. Empty: the summary is complete.
    pub incomplete: Vec<String>,
    /// The same as values, for texts in other languages.
    pub left_out: Vec<LeftOut>,
    /// The most urgent first.
    pub findings: Vec<Finding>,
    pub logins: Vec<Logins>,
    /// Logins that were completed with a second factor, by its kind. A passkey without a password counts, too.
    pub second_factors: Vec<SecondFactors>,
    pub providers: Vec<Provider>,
    /// The ten accounts with failures from most networks.
    pub accounts: Vec<Account>,
    /// The ten networks with failures at most accounts.
    pub networks: Vec<Network>,
    pub replayed_codes: u64,
    /// Passkeys whose counter was not higher: an authenticator and a copy of it are in use.
    pub copied_passkeys: u64,
    /// Waits of accounts that failures started.
    pub locks: u64,
    /// Reports of users: "this was not me".
    pub reports: u64,
    pub recovery_codes_used: u64,
    pub role_changes: u64,
    /// Users who were created or changed, and who are administrators now.
    pub administrators: Vec<Administrator>,
    pub chain: ChainState,
}

/// Logins and re-authentications of one method with one result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LoginFigures")]
pub struct Logins {
    pub method: &'static str,
    pub outcome: &'static str,
    pub reason: Option<String>,
    pub count: u64,
}

/// Logins with one kind of second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SecondFactorFigures")]
pub struct SecondFactors {
    /// As in `methods` of a login.
    pub factor: &'static str,
    pub count: u64,
}

/// Logins, links and re-authentications through a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ProviderFigures")]
pub struct Provider {
    pub provider: String,
    pub accepted: u64,
    /// Also logins that users cancelled at the provider.
    pub refused: u64,
    /// The refusals by reason, the most frequent first.
    pub reasons: Vec<Reason>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReasonFigures")]
pub struct Reason {
    pub reason: String,
    pub count: u64,
}

/// An account with failures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AccountFigures")]
pub struct Account {
    pub user_id: UserId,
    pub failures: u64,
    /// Networks (IPv4 /24, IPv6 /48) with a failure and without a success.
    pub networks: u64,
}

/// A network with failures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NetworkFigures")]
pub struct Network {
    /// IPv4 /24 or IPv6 /48.
    pub network: String,
    pub failures: u64,
    /// Accounts and unknown names with a failure.
    pub accounts: u64,
    /// Accounts with a success.
    pub signed_in: u64,
}

/// A user who was created or whose roles changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdministratorChange")]
pub struct Administrator {
    pub user_id: UserId,
    pub at: Timestamp,
    /// As in the event: the id of a user, or `cli`. `null`: a login through a provider.
    pub by: Option<String>,
    pub trace: EventId,
}

/// The MACs of the events that were read. Only `vestibule events verify` finds events that were removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChainState {
    /// Events with a valid MAC.
    pub valid: u64,
    /// Events with another MAC: they are not as they were written.
    pub altered: u64,
    /// Events whose key is missing in the key ring.
    pub key_missing: u64,
    /// Events without a MAC: an earlier version wrote them, or another program.
    pub without_chain: u64,
    /// Changes of the chain that running services have noticed.
    pub reported: u64,
}

/// Which changed users are administrators.
#[derive(Debug, Default)]
pub(super) struct Roles {
    pub(super) administrators: Vec<Administrator>,
    pub(super) checked: usize,
    pub(super) not_checked: usize,
}
