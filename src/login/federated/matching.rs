//! Whose identity is this? The merge decision: pure, one outcome, with the rule and the reasons.
//!
//! The key of an identity is (`issuer`, `subject`), never an e-mail address. An address only ever finds an account that *we*
//! have verified, through a provider that is trusted for its domain, and only JSON `true` vouches (nOAuth, pre-hijacking,
//! unverified-e-mail linking).

use serde::Serialize;

use super::claims::Claims;
use crate::{
    config::ProviderConfig,
    user::{Creator, Status, User, UserId},
};

/// The role whose people are never linked by an address alone.
pub const PRIVILEGED: &str = "admin";

/// What the store knows that matters here.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Whoever has this identity.
    pub known: Option<User>,
    /// Somebody unlinked this identity on purpose.
    pub unlinked: bool,
    /// Whose address it is, verified by us.
    pub owner: Option<User>,
    /// Who merely shows the address.
    pub showing: Vec<User>,
}

impl Facts {
    /// Whom a refusal is about, as far as there is one person it can be about.
    #[must_use]
    pub fn person(&self) -> Option<UserId> {
        let shown = if self.showing.len() == 1 { self.showing.first() } else { None };
        self.known.as_ref().or(self.owner.as_ref()).or(shown).map(|user| user.id)
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "outcome", content = "user")]
pub enum Outcome {
    /// The identity is known.
    SignIn(UserId),
    /// Link the identity to this person and sign in.
    Link(UserId),
    /// Ask for a proof of this account, then for a confirmation.
    AskForProof(UserId),
    /// Quarantine this unverified, self-made account; the owner of the address gets a new one.
    Reclaim(UserId),
    /// Make an account.
    Create,
    /// Do nothing.
    Refuse(Refusal),
}

/// Why nothing is done; each is a code of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// An administrator shut the person out.
    AccountDisabled,
    /// The provider's rules do not let this person in.
    AccessDenied,
    /// Nobody knows the person, and the provider's rules make no account.
    SignupNotAllowed,
    /// Several accounts could be meant.
    LinkAmbiguous,
    /// The identity was unlinked on purpose.
    IdentityUnlinked,
}

impl Refusal {
    /// As the API and the trail have it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AccountDisabled => "account_disabled",
            Self::AccessDenied => "access_denied",
            Self::SignupNotAllowed => "signup_not_allowed",
            Self::LinkAmbiguous => "link_ambiguous",
            Self::IdentityUnlinked => "identity_unlinked",
        }
    }
}

/// The outcome, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// What is to be done.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Which rule said so.
    pub rule: &'static str,
}

fn decision(outcome: Outcome, rule: &'static str) -> Decision {
    Decision { outcome, rule }
}

fn refusal(refusal: Refusal, rule: &'static str) -> Decision {
    decision(Outcome::Refuse(refusal), rule)
}

/// Decides. Exactly one outcome, whatever the claims.
#[must_use]
pub fn decide(claims: &Claims, provider: &ProviderConfig, facts: &Facts) -> Decision {
    let known = facts.known.as_ref();
    if !is_allowed_in(claims, provider) {
        let code = if known.is_some() { Refusal::AccessDenied } else { Refusal::SignupNotAllowed };
        return refusal(code, "the address is not in an allowed domain");
    }
    if let Some(user) = known {
        return match user.status {
            Status::Active => decision(Outcome::SignIn(user.id), "the identity is known"),
            Status::Disabled | Status::Quarantined => {
                refusal(Refusal::AccountDisabled, "the account is disabled")
            }
        };
    }
    if facts.unlinked {
        return refusal(Refusal::IdentityUnlinked, "the identity was unlinked on purpose");
    }
    // An unverified claim never reveals that an account exists: it counts as no address.
    let Some(email) = claims.verified_email() else {
        return nobody(provider, "no address that the provider vouches for");
    };
    by_address(provider, facts, provider.is_trusted_for(email))
}

fn by_address(provider: &ProviderConfig, facts: &Facts, trusted: bool) -> Decision {
    if let Some(owner) = &facts.owner {
        return match owner.status {
            Status::Disabled | Status::Quarantined => {
                refusal(Refusal::AccountDisabled, "the address is a disabled account's")
            }
            Status::Active if !trusted => decision(
                Outcome::AskForProof(owner.id),
                "the provider is not trusted for the domain of a known address",
            ),
            Status::Active if owner.has_role(PRIVILEGED) => decision(
                Outcome::AskForProof(owner.id),
                "a privileged account is never linked by its address",
            ),
            Status::Active => decision(Outcome::Link(owner.id), "the address is verified on both sides"),
        };
    }
    let showing: Vec<&User> =
        facts.showing.iter().filter(|user| user.status != Status::Quarantined).collect();
    match showing.as_slice() {
        [] => nobody(provider, "nobody has the address"),
        [user] if user.status == Status::Disabled => {
            refusal(Refusal::AccountDisabled, "the address is a disabled account's")
        }
        [user] if user.created_by == Creator::Administrator => {
            decision(Outcome::AskForProof(user.id), "an administrator made an account with this address")
        }
        [user] if trusted => {
            decision(Outcome::Reclaim(user.id), "an unverified, self-made account has the address")
        }
        [_] => nobody(
            provider,
            "only an unverified, self-made account has the address, and the provider is not trusted for it",
        ),
        _ => refusal(Refusal::LinkAmbiguous, "several accounts show the address"),
    }
}

fn nobody(provider: &ProviderConfig, rule: &'static str) -> Decision {
    if provider.allow_signup {
        decision(Outcome::Create, rule)
    } else {
        refusal(Refusal::SignupNotAllowed, rule)
    }
}

/// A domain rule needs an address that is vouched for: an unverified one could name any domain.
fn is_allowed_in(claims: &Claims, provider: &ProviderConfig) -> bool {
    provider.allowed_domains.is_empty()
        || claims.verified_email().is_some_and(|email| provider.allowed_domains.contains(&email.domain()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::{
        clock::Timestamp,
        config::{Config, Environment},
    };

    /// What varies from row to row; the rest is a stranger with a verified address at a trusted provider.
    struct Row {
        verified: Value,
        trusted: &'static str,
        allowed: &'static str,
        signup: &'static str,
        known: Option<Status>,
        unlinked: bool,
        owner: Option<User>,
        showing: Vec<User>,
    }

    fn row() -> Row {
        Row {
            verified: json!(true),
            trusted: "corp.example",
            allowed: "",
            signup: "true",
            known: None,
            unlinked: false,
            owner: None,
            showing: Vec::new(),
        }
    }

    fn person(change: impl Fn(&mut User)) -> User {
        let now = Timestamp::from_millis(0);
        let mut user = User::new(UserId::new(now), now);
        user.email = Some("grace@corp.example".parse().expect("an address"));
        change(&mut user);
        user
    }

    fn self_made() -> User {
        person(|user| user.created_by = Creator::Person)
    }

    fn decided(row: Row) -> Outcome {
        let Value::Object(claims) =
            json!({ "iss": "https://idp.example", "sub": "g", "email": "grace@corp.example" })
        else {
            unreachable!("an object")
        };
        let mut claims: Map<String, Value> = claims;
        claims.insert("email_verified".to_owned(), row.verified);
        let claims = Claims::merge(claims, None).expect("claims");
        let environment = Environment::of([
            ("VESTIBULE_PROVIDERS", "idp"),
            ("VESTIBULE_PROVIDER_IDP_ISSUER", "https://idp.example"),
            ("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client"),
            ("VESTIBULE_PROVIDER_IDP_TRUSTED_DOMAINS", row.trusted),
            ("VESTIBULE_PROVIDER_IDP_ALLOWED_DOMAINS", row.allowed),
            ("VESTIBULE_PROVIDER_IDP_ALLOW_SIGNUP", row.signup),
        ]);
        let (config, _) = Config::read(&environment).expect("settings");
        let known = row.known.map(|status| person(|user| user.status = status));
        let facts = Facts { known, unlinked: row.unlinked, owner: row.owner, showing: row.showing };
        decide(&claims, &config.providers[0], &facts).outcome
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one table, one row an outcome")]
    fn the_table_of_the_merge_decision() {
        let refuse = Outcome::Refuse;
        let ada = person(|_| {});
        let admin = person(|user| user.roles = vec![PRIVILEGED.to_owned()]);
        let disabled = person(|user| user.status = Status::Disabled);
        let quarantined = person(|user| user.status = Status::Quarantined);
        let stranger = self_made();
        for (name, row, expected) in [
            ("nobody", row(), Outcome::Create),
            ("nobody, no sign-up", Row { signup: "false", ..row() }, refuse(Refusal::SignupNotAllowed)),
            (
                "nobody, other domain",
                Row { allowed: "other.example", ..row() },
                refuse(Refusal::SignupNotAllowed),
            ),
            (
                "allowed domain, not vouched for",
                Row { allowed: "corp.example", verified: json!("true"), ..row() },
                refuse(Refusal::SignupNotAllowed),
            ),
            (
                "known, other domain",
                Row { known: Some(Status::Active), allowed: "other.example", ..row() },
                refuse(Refusal::AccessDenied),
            ),
            (
                "known, disabled",
                Row { known: Some(Status::Disabled), ..row() },
                refuse(Refusal::AccountDisabled),
            ),
            (
                "unlinked before",
                Row { unlinked: true, owner: Some(ada.clone()), ..row() },
                refuse(Refusal::IdentityUnlinked),
            ),
            ("owner, trusted", Row { owner: Some(ada.clone()), ..row() }, Outcome::Link(ada.id)),
            (
                "owner, not trusted",
                Row { owner: Some(ada.clone()), trusted: "", ..row() },
                Outcome::AskForProof(ada.id),
            ),
            (
                "owner, trusted for another domain",
                Row { owner: Some(ada.clone()), trusted: "other.example", ..row() },
                Outcome::AskForProof(ada.id),
            ),
            (
                "owner, privileged",
                Row { owner: Some(admin.clone()), ..row() },
                Outcome::AskForProof(admin.id),
            ),
            (
                "owner, disabled",
                Row { owner: Some(disabled.clone()), ..row() },
                refuse(Refusal::AccountDisabled),
            ),
            (
                "owner, text true",
                Row { owner: Some(ada.clone()), verified: json!("true"), ..row() },
                Outcome::Create,
            ),
            (
                "owner, absent",
                Row { owner: Some(ada.clone()), verified: Value::Null, ..row() },
                Outcome::Create,
            ),
            (
                "owner, not vouched for, no sign-up",
                Row { owner: Some(ada.clone()), verified: json!(false), signup: "false", ..row() },
                refuse(Refusal::SignupNotAllowed),
            ),
            (
                "made by an administrator",
                Row { showing: vec![ada.clone()], ..row() },
                Outcome::AskForProof(ada.id),
            ),
            (
                "made by an administrator, not trusted",
                Row { showing: vec![ada.clone()], trusted: "", ..row() },
                Outcome::AskForProof(ada.id),
            ),
            (
                "self-made, trusted",
                Row { showing: vec![stranger.clone()], ..row() },
                Outcome::Reclaim(stranger.id),
            ),
            (
                "self-made, not trusted",
                Row { showing: vec![stranger.clone()], trusted: "", ..row() },
                Outcome::Create,
            ),
            ("two show it", Row { showing: vec![ada, stranger], ..row() }, refuse(Refusal::LinkAmbiguous)),
            (
                "a disabled one shows it",
                Row { showing: vec![disabled], ..row() },
                refuse(Refusal::AccountDisabled),
            ),
            ("a quarantined one shows it", Row { showing: vec![quarantined], ..row() }, Outcome::Create),
        ] {
            assert_eq!(decided(row), expected, "{name}");
        }
        assert!(matches!(
            decided(Row { known: Some(Status::Active), unlinked: true, ..row() }),
            Outcome::SignIn(_)
        ));
    }
}
