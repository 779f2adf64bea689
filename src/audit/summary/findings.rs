//! What a summary shows in words, and what to do next.

use super::{
    figures::{Account, Figures, Network, Provider, Reason},
    finding::{Details, Finding, FindingKind, LeftOut},
};
use crate::{clock::Timestamp, error::ErrorCode, limiter::MANY_SITES};

/// Accounts and names that one network fails at. A company with one address has as many, and then most of its users sign in.
const SPRAYED: u64 = 10;
/// Wrong passwords from any network. The alert has the same number for 15 minutes.
const SPRAYED_IN_TOTAL: u64 = 150;
/// Refusals of one provider. The alert has the same number for 15 minutes.
const REFUSED: u64 = 20;
/// Findings of one kind about single networks or accounts. Any client can cause them.
const OF_ONE_KIND: usize = 100;

/// Returns the findings of a summary, the most urgent first, and what they leave out. The figures must have all accounts and networks.
pub(super) fn of(figures: &Figures) -> (Vec<Finding>, Vec<LeftOut>) {
    let since = figures.since;
    let (mut findings, mut left_out) = (Vec::new(), Vec::new());
    let guessed = figures.accounts.iter().filter_map(|account| guessed(account, since)).collect();
    for of_kind in [spraying(figures), guessed] {
        let all = of_kind.len();
        if let Some(first) = of_kind.first().filter(|_| all > OF_ONE_KIND) {
            let (listed, of) = (OF_ONE_KIND as u64, all as u64);
            left_out.push(LeftOut::Findings { code: first.code, listed, of });
        }
        findings.extend(of_kind.into_iter().take(OF_ONE_KIND));
    }
    findings.extend(figures.providers.iter().filter_map(|provider| refused(provider, since)));
    findings.extend(figures.administrators.iter().map(|user| {
        let (id, by) = (user.user_id, user.by.as_deref().unwrap_or("a login through a provider"));
        let text = format!("user {id} is an administrator, created or changed at {} by {by}", user.at);
        let details = Details::Administrator { user_id: id, at: user.at, by: user.by.clone() };
        finding(FindingKind::Administrators, (text, details), format!("vestibule users show {id}"))
    }));
    findings.extend(counts(figures));
    findings.sort_by_key(|finding| finding.code);
    (findings, left_out)
}

fn finding(code: FindingKind, (text, details): (String, Details), next: String) -> Finding {
    Finding { code, text, details, next }
}

/// The networks that fail at many accounts, or, if the attacker may have many networks, all of them together.
fn spraying(figures: &Figures) -> Vec<Finding> {
    let since = figures.since;
    let next = format!("vestibule events --type passwordSignIn --since {since}");
    let is_spraying =
        |network: &&Network| network.accounts >= SPRAYED && network.accounts > 2 * network.signed_in;
    let by_network = |network: &Network| {
        let Network { network, failures, accounts, signed_in } = network;
        let text = format!(
            "network {network} failed {failures} times at {accounts} accounts and names, and signed in to {signed_in}: \
             password spraying; block it in the proxy, and look at each success"
        );
        let (network, failures) = (network.clone(), *failures);
        let details = Details::Network { network, failures, accounts: *accounts, signed_in: *signed_in };
        finding(FindingKind::PasswordSpraying, (text, details), next.clone())
    };
    let found: Vec<Finding> = figures.networks.iter().filter(is_spraying).map(by_network).collect();
    let passwords = |outcome: &str| -> u64 {
        let of_passwords =
            figures.logins.iter().filter(|logins| logins.method == "password" && logins.outcome == outcome);
        of_passwords.map(|logins| logins.count).sum()
    };
    let (failures, successes) = (passwords("failure"), passwords("success"));
    if found.is_empty() && failures > SPRAYED_IN_TOTAL && failures > 3 * successes {
        let networks = figures.networks.len() as u64;
        let text = format!(
            "{failures} passwords were wrong and {successes} correct, networks with failures: {networks}; password spraying, \
             or a program with an old password; look at each success"
        );
        let details = Details::Passwords { wrong: failures, correct: successes, networks };
        return vec![finding(FindingKind::PasswordSpraying, (text, details), next)];
    }
    found
}

fn guessed(account: &Account, since: Timestamp) -> Option<Finding> {
    let Account { user_id, failures, networks } = account;
    (*networks >= MANY_SITES as u64).then(|| {
        let text = format!(
            "account {user_id} had {failures} failures, and {networks} networks failed without a success"
        );
        let next = format!("vestibule events --user {user_id} --since {since}");
        let details = Details::Account { user_id: *user_id, failures: *failures, networks: *networks };
        finding(FindingKind::AccountFromManyNetworks, (text, details), next)
    })
}

fn refused(provider: &Provider, since: Timestamp) -> Option<Finding> {
    let Provider { provider, accepted, reasons, refused: _ } = provider;
    // A user who cancels is no refusal.
    let is_refusal = |reason: &&Reason| reason.reason != ErrorCode::LoginCancelled.as_str();
    let refusals = || reasons.iter().filter(is_refusal);
    let refused: u64 = refusals().map(|reason| reason.count).sum();
    (refused > REFUSED && refused > *accepted).then(|| {
        let reason = refusals().next().map(|reason| reason.reason.as_str()).unwrap_or_default();
        let text = format!(
            "provider {provider}: {refused} logins were refused and {accepted} accepted, most often with {reason}"
        );
        let next = format!(
            "vestibule events --type federatedSignIn --type identityLinked --type reauthentication --outcome failure --since {since}"
        );
        let (provider, reason) = (provider.clone(), reason.to_owned());
        let details = Details::Provider { provider, refused, accepted: *accepted, reason };
        finding(FindingKind::ProviderRefusals, (text, details), next)
    })
}

/// Findings that are one number.
fn counts(figures: &Figures) -> impl Iterator<Item = Finding> {
    let since = figures.since;
    let events = |options: &str| format!("vestibule events {options} --since {since}");
    let chain = figures.chain;
    let altered = chain.altered + chain.reported;
    let verify = || "vestibule events verify".to_owned();
    [
        (
            FindingKind::EventsAltered,
            ("audit events or heads of chains that are not as the service wrote them", altered),
            "; another program changed the database",
            verify(),
        ),
        (
            FindingKind::UserReports,
            ("reports of users that an action was not theirs", figures.reports),
            "",
            events("--type reportedNotMe --outcome success"),
        ),
        (
            FindingKind::CodesReplayed,
            ("correct codes that came a second time", figures.replayed_codes),
            "; two addresses for one code are an attack",
            events("--type secondFactor --type reauthentication --outcome failure"),
        ),
        (
            FindingKind::PasskeysCopied,
            ("responses of passkeys with a counter that is not higher", figures.copied_passkeys),
            "; an authenticator and a copy of it are in use",
            events("--type passkeySignIn --type secondFactor --type reauthentication --outcome failure"),
        ),
        (
            FindingKind::RoleChanges,
            ("changes of the roles of users", figures.role_changes),
            "",
            events("--type userUpdated --type federatedSignIn --type identityLinked --outcome success"),
        ),
        (
            FindingKind::AccountsLocked,
            ("waits of accounts after failures", figures.locks),
            "",
            events("--type accountLimited"),
        ),
        (
            FindingKind::RecoveryCodesUsed,
            ("recovery codes that were used", figures.recovery_codes_used),
            "; ask the users whether they did it",
            events("--type recoveryCodeUsed"),
        ),
        (
            FindingKind::EventsNotVerified,
            ("audit events whose key is missing in VESTIBULE_SECRET_KEYS", chain.key_missing),
            "; they were not verified",
            verify(),
        ),
    ]
    .into_iter()
    .filter(|(_, (_, count), ..)| *count > 0)
    .map(|(code, (what, count), advice, next)| {
        finding(code, (format!("{what}: {count}{advice}"), Details::Count { count }), next)
    })
}
