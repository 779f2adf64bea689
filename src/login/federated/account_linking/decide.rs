//! Whose identity is this? The merge decision: pure, one outcome, with the rule and the reasons.
//!
//! The key of an identity is (`issuer`, `subject`), never an e-mail address. An address only ever finds an account that *we*
//! have verified, through a provider that is trusted for its domain, and only JSON `true` vouches (nOAuth, pre-hijacking,
//! unverified-e-mail linking).

use serde::{Serialize, ser::SerializeMap as _};

use crate::{
    config::ProviderConfig,
    login::federated::oidc::claims::Claims,
    user::{IdentityKey, Status, User, UserId, roles::ADMIN},
};

/// What the store knows that matters here.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// Whoever has this identity.
    pub known: Option<User>,
    /// Somebody unlinked this identity on purpose.
    pub unlinked: bool,
    /// Whose address it is, verified by us.
    pub verified_owner: Option<User>,
    /// To whom an administrator gave the address, without verifying it.
    pub admin_created: Vec<User>,
    /// Who brought the address along, with nobody to vouch for it.
    pub self_registered: Vec<User>,
    /// Who is signed in, proved it a short while ago, and asked for this identity to be linked.
    pub linking_user: Option<User>,
}

impl Candidates {
    /// Whom a refusal is about, as far as there is one person it can be about.
    #[must_use]
    pub fn person(&self) -> Option<UserId> {
        let shown = match (self.admin_created.as_slice(), self.self_registered.as_slice()) {
            ([user], _) | ([], [user]) => Some(user),
            _ => None,
        };
        self.known.as_ref().or(self.verified_owner.as_ref()).or(shown).map(|user| user.id)
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The identity is known.
    SignIn(UserId),
    /// Link the identity to this person and sign in.
    Link(UserId),
    /// Link the identity to this person, who is signed in and asked for it.
    Connect(UserId),
    /// Ask for a proof of this account, then for a confirmation.
    AskForProof(UserId),
    /// Quarantine these unverified, self-made accounts; the owner of the address gets a new one.
    Reclaim(Vec<UserId>),
    /// Make an account.
    Create,
    /// Do nothing.
    Refuse(Refusal),
}

/// `{"outcome":"link","user":"…"}`, `{"outcome":"reclaim","users":["…"]}`, `{"outcome":"refuse","code":"…"}`.
impl Serialize for Outcome {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let name = match self {
            Self::SignIn(_) => "signIn",
            Self::Link(_) => "link",
            Self::Connect(_) => "connect",
            Self::AskForProof(_) => "askForProof",
            Self::Reclaim(_) => "reclaim",
            Self::Create => "create",
            Self::Refuse(_) => "refuse",
        };
        map.serialize_entry("outcome", name)?;
        match self {
            Self::SignIn(user) | Self::Link(user) | Self::Connect(user) | Self::AskForProof(user) => {
                map.serialize_entry("user", user)?;
            }
            Self::Reclaim(users) => map.serialize_entry("users", users)?,
            Self::Create => {}
            Self::Refuse(refusal) => map.serialize_entry("code", refusal)?,
        }
        map.end()
    }
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
    /// Who asked for the link cannot have it.
    LinkRefused,
    /// The provider did not say enough to decide, because a part of it did not answer.
    ProviderUnavailable,
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
            Self::LinkRefused => "link_refused",
            Self::ProviderUnavailable => "provider_unavailable",
        }
    }

    /// What would have to be otherwise.
    #[must_use]
    pub fn needed(self) -> &'static str {
        match self {
            Self::AccountDisabled => "an administrator enables the account (vestibule users enable)",
            Self::AccessDenied => {
                "a verified address in _ALLOWED_DOMAINS, and the organization in _ORGANIZATION"
            }
            Self::SignupNotAllowed => {
                "an account with this address (vestibule users add --email), or _ALLOW_SIGNUP=true and a verified address in _ALLOWED_DOMAINS"
            }
            Self::LinkAmbiguous => "one account that shows the address, or one whose address is verified",
            Self::IdentityUnlinked => {
                "the person signs in another way and links the provider again under \u{201c}Ways to sign in\u{201d}"
            }
            Self::LinkRefused => "the identity is unlinked from the other account first",
            Self::ProviderUnavailable => {
                "the provider's userinfo answers, or the address and the roles are in its ID token"
            }
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
    /// What would have let the person in at once, where they are not.
    pub needed: Option<&'static str>,
}

fn decision(outcome: Outcome, rule: &'static str) -> Decision {
    let needed = match outcome {
        Outcome::Refuse(refusal) => Some(refusal.needed()),
        Outcome::AskForProof(_) => Some(
            "the person signs in to the account and confirms; or the address is verified here and its domain is in _TRUSTED_DOMAINS, and the account is not an administrator's",
        ),
        _ => None,
    };
    Decision { outcome, rule, needed }
}

fn refusal(refusal: Refusal, rule: &'static str) -> Decision {
    decision(Outcome::Refuse(refusal), rule)
}

/// Decides. Exactly one outcome, whatever the claims.
#[must_use]
pub fn decide(claims: &Claims, provider: &ProviderConfig, candidates: &Candidates) -> Decision {
    let known = candidates.known.as_ref();
    if let Some(organization) = &provider.organization
        && !claims.is_of_organization(organization)
    {
        return refusal(Refusal::AccessDenied, "the token is of another organization");
    }
    // Userinfo that did not answer is not an address that is not there: a duplicate would be made for good.
    let decides_by_address =
        !provider.allowed_domains.is_empty() || known.or(candidates.linking_user.as_ref()).is_none();
    if claims.userinfo_failed && !claims.email_is_conclusive() && decides_by_address {
        return refusal(
            Refusal::ProviderUnavailable,
            "userinfo did not answer, and the ID token does not say whose the address is",
        );
    }
    if !is_allowed_in(claims, provider) {
        let code = if known.or(candidates.linking_user.as_ref()).is_some() {
            Refusal::AccessDenied
        } else {
            Refusal::SignupNotAllowed
        };
        return refusal(code, "the address is not in an allowed domain");
    }
    if let Some(person) = &candidates.linking_user {
        return decide_link_request(person, known);
    }
    if let Some(user) = known {
        return match user.status {
            Status::Active if roles_are_unseen(user, claims, provider) => refusal(
                Refusal::ProviderUnavailable,
                "userinfo did not answer, and the ID token says no roles",
            ),
            Status::Active => decision(Outcome::SignIn(user.id), "the identity is known"),
            Status::Disabled | Status::Quarantined => {
                refusal(Refusal::AccountDisabled, "the account is disabled")
            }
        };
    }
    if candidates.unlinked {
        return refusal(Refusal::IdentityUnlinked, "the identity was unlinked on purpose");
    }
    // An unverified claim never reveals that an account exists: it counts as no address.
    let Some(email) = claims.verified_email() else {
        return decide_unknown(provider, "no address that the provider vouches for");
    };
    decide_by_email(claims, provider, candidates, provider.is_trusted_for(email))
}

/// The session in which somebody asked for a link is over.
#[must_use]
pub fn link_session_gone() -> Decision {
    refusal(Refusal::LinkRefused, "the session in which it was asked for is over")
}

/// A person who is in and has proven it may link what is nobody's; also what they unlinked themselves.
fn decide_link_request(person: &User, known: Option<&User>) -> Decision {
    match known {
        Some(other) if other.id != person.id => {
            refusal(Refusal::LinkRefused, "the identity is somebody else's")
        }
        _ if person.status != Status::Active => refusal(Refusal::AccountDisabled, "the account is disabled"),
        _ => decision(Outcome::Connect(person.id), "the person asked for it"),
    }
}

fn decide_by_email(
    claims: &Claims,
    provider: &ProviderConfig,
    candidates: &Candidates,
    trusted: bool,
) -> Decision {
    if let Some(owner) = &candidates.verified_owner {
        return match owner.status {
            Status::Disabled | Status::Quarantined => {
                refusal(Refusal::AccountDisabled, "the address is a disabled account's")
            }
            Status::Active if !trusted => decision(
                Outcome::AskForProof(owner.id),
                "the provider is not trusted for the domain of a known address",
            ),
            Status::Active if owner.has_role(ADMIN) => decision(
                Outcome::AskForProof(owner.id),
                "a privileged account is never linked by its address",
            ),
            // An address that the organisation gave to somebody else (recycled): its former holder's account is not theirs.
            Status::Active if has_another(owner, claims) => decision(
                Outcome::AskForProof(owner.id),
                "the account of the address has, or had, another identity at this issuer",
            ),
            Status::Active => decision(Outcome::Link(owner.id), "the address is verified on both sides"),
        };
    }
    match candidates.admin_created.as_slice() {
        [] => decide_reclaim(provider, &candidates.self_registered, trusted),
        [user] if user.status == Status::Active => {
            decision(Outcome::AskForProof(user.id), "an administrator made an account with this address")
        }
        [_] => refusal(Refusal::AccountDisabled, "the address is a disabled account's"),
        _ => refusal(Refusal::LinkAmbiguous, "several accounts show the address"),
    }
}

/// Somebody else at the same issuer, or the same person with another account there: who can tell? Also one that was unlinked: that
/// opens nothing to whoever gets the address next.
#[must_use]
pub fn has_another(owner: &User, claims: &Claims) -> bool {
    let is_another = |key: &IdentityKey| key.issuer == claims.issuer && key.subject != claims.subject;
    owner.identities.iter().any(|known| is_another(&known.key))
        || owner.unlinked_identities.iter().any(|unlinked| is_another(&unlinked.key))
}

/// Whether the roles that this person has from here can be neither seen nor denied: userinfo, which may hold them, did not answer.
/// Nobody keeps a role because a part of the provider is down (fail-open).
fn roles_are_unseen(user: &User, claims: &Claims, provider: &ProviderConfig) -> bool {
    let gives = |claim: &String| claims.userinfo_failed && !claims.contains(claim);
    let has_roles =
        || user.identities.iter().any(|known| claims.belong_to(&known.key) && !known.roles.is_empty());
    provider.role_claim.as_ref().is_some_and(gives) && has_roles()
}

/// What people brought along themselves is in nobody's way: anybody can claim any address at a provider that is not trusted for it.
fn decide_reclaim(provider: &ProviderConfig, self_registered: &[User], trusted: bool) -> Decision {
    let is_disabled = |user: &User| user.status == Status::Disabled;
    match self_registered {
        [] => decide_unknown(provider, "nobody has the address"),
        _ if !trusted => decide_unknown(
            provider,
            "only unverified, self-made accounts have the address, and the provider is not trusted for it",
        ),
        users if users.iter().any(is_disabled) => {
            refusal(Refusal::AccountDisabled, "the address is a disabled account's")
        }
        users => match users.iter().find(|user| user.has_role(ADMIN)) {
            Some(user) => decision(
                Outcome::AskForProof(user.id),
                "a privileged account is never taken away for its address",
            ),
            // The owner would get a new account, by way of one that anybody could have made through another provider.
            None if !provider.allow_signup => {
                decide_unknown(provider, "only unverified, self-made accounts have the address")
            }
            None => decision(
                Outcome::Reclaim(users.iter().map(|user| user.id).collect()),
                "unverified, self-made accounts have the address",
            ),
        },
    }
}

fn decide_unknown(provider: &ProviderConfig, rule: &'static str) -> Decision {
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
        login::federated::oidc::claims::Userinfo,
        user::{Creator, Identity, UnlinkedIdentity},
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
        admin_created: Vec<User>,
        asking: Option<User>,
        organization: &'static str,
        self_registered: Vec<User>,
        cut_short: bool,
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
            admin_created: Vec::new(),
            asking: None,
            organization: "",
            self_registered: Vec::new(),
            cut_short: false,
        }
    }

    fn person(change: impl Fn(&mut User)) -> User {
        let now = Timestamp::from_millis(0);
        let mut user = User::new(UserId::new(now), now);
        user.email = Some("grace@corp.example".parse().expect("an address"));
        change(&mut user);
        user
    }

    fn self_registered() -> User {
        person(|user| user.created_by = Creator::User)
    }

    fn decided(row: Row) -> Outcome {
        let Value::Object(claims) = json!({ "iss": "https://idp.example", "sub": "g", "email": "grace@corp.example", "org_id": "org_1", "org_name": "acme" })
        else {
            unreachable!("an object")
        };
        let mut claims: Map<String, Value> = claims;
        claims.insert("email_verified".to_owned(), row.verified);
        if row.cut_short {
            claims.remove("email");
        }
        let userinfo = if row.cut_short { Userinfo::Failed } else { Userinfo::NotOffered };
        let claims = Claims::new(claims, userinfo).expect("claims");
        let environment = Environment::of([
            ("VESTIBULE_PROVIDERS", "idp"),
            ("VESTIBULE_PROVIDER_IDP_ISSUER", "https://idp.example"),
            ("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client"),
            ("VESTIBULE_PROVIDER_IDP_TRUSTED_DOMAINS", row.trusted),
            ("VESTIBULE_PROVIDER_IDP_ALLOWED_DOMAINS", row.allowed),
            ("VESTIBULE_PROVIDER_IDP_ALLOW_SIGNUP", row.signup),
            ("VESTIBULE_PROVIDER_IDP_ORGANIZATION", row.organization),
        ]);
        let (config, _) = Config::read(&environment).expect("settings");
        let known = row.known.map(|status| person(|user| user.status = status));
        let candidates = Candidates {
            known,
            unlinked: row.unlinked,
            verified_owner: row.owner,
            admin_created: row.admin_created,
            linking_user: row.asking,
            self_registered: row.self_registered,
        };
        decide(&claims, &config.providers[0], &candidates).outcome
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one table, one row an outcome")]
    fn the_table_of_the_merge_decision() {
        let refuse = Outcome::Refuse;
        let ada = person(|_| {});
        let admin = person(|user| user.roles = vec![ADMIN.to_owned()]);
        let disabled = person(|user| user.status = Status::Disabled);
        let former = person(|user| {
            let key = IdentityKey { issuer: "https://idp.example".to_owned(), subject: "former".to_owned() };
            user.identities = vec![Identity {
                key,
                provider: "idp".to_owned(),
                email: None,
                roles: Vec::new(),
                linked_at: Timestamp::from_millis(0),
                last_login_at: None,
            }];
        });
        let left = person(|user| {
            let key = IdentityKey { issuer: "https://idp.example".to_owned(), subject: "left".to_owned() };
            user.unlinked_identities = vec![UnlinkedIdentity { key, unlinked_at: Timestamp::from_millis(0) }];
        });
        let (stranger, other) = (self_registered(), self_registered());
        for (name, row, expected) in vec![
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
                "owner, with another identity at this issuer",
                Row { owner: Some(former.clone()), ..row() },
                Outcome::AskForProof(former.id),
            ),
            (
                "owner, who unlinked another identity at this issuer",
                Row { owner: Some(left.clone()), ..row() },
                Outcome::AskForProof(left.id),
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
                Row { admin_created: vec![ada.clone()], ..row() },
                Outcome::AskForProof(ada.id),
            ),
            (
                "made by an administrator, not trusted",
                Row { admin_created: vec![ada.clone()], trusted: "", ..row() },
                Outcome::AskForProof(ada.id),
            ),
            (
                "self-made, trusted",
                Row { self_registered: vec![stranger.clone()], ..row() },
                Outcome::Reclaim(vec![stranger.id]),
            ),
            (
                "two self-made, trusted",
                Row { self_registered: vec![stranger.clone(), other.clone()], ..row() },
                Outcome::Reclaim(vec![stranger.id, other.id]),
            ),
            (
                "self-made, trusted, no sign-up",
                Row { self_registered: vec![stranger.clone()], signup: "false", ..row() },
                refuse(Refusal::SignupNotAllowed),
            ),
            (
                "self-made, not trusted",
                Row { self_registered: vec![stranger.clone(), other.clone()], trusted: "", ..row() },
                Outcome::Create,
            ),
            (
                "self-made, disabled",
                Row { self_registered: vec![disabled.clone()], ..row() },
                refuse(Refusal::AccountDisabled),
            ),
            (
                "self-made, privileged",
                Row { self_registered: vec![stranger.clone(), admin.clone()], ..row() },
                Outcome::AskForProof(admin.id),
            ),
            (
                "a stranger who claims it is in nobody's way",
                Row { admin_created: vec![ada.clone()], self_registered: vec![stranger.clone()], ..row() },
                Outcome::AskForProof(ada.id),
            ),
            (
                "userinfo did not answer",
                Row { cut_short: true, verified: Value::Null, ..row() },
                refuse(Refusal::ProviderUnavailable),
            ),
            (
                "userinfo did not answer, known",
                Row { cut_short: true, known: Some(Status::Active), allowed: "corp.example", ..row() },
                refuse(Refusal::ProviderUnavailable),
            ),
            (
                "two show it",
                Row { admin_created: vec![ada.clone(), stranger.clone()], ..row() },
                refuse(Refusal::LinkAmbiguous),
            ),
            (
                "a disabled one shows it",
                Row { admin_created: vec![disabled.clone()], ..row() },
                refuse(Refusal::AccountDisabled),
            ),
            ("asked for", Row { asking: Some(ada.clone()), ..row() }, Outcome::Connect(ada.id)),
            (
                "asked for, unlinked before",
                Row { asking: Some(ada.clone()), unlinked: true, ..row() },
                Outcome::Connect(ada.id),
            ),
            (
                "asked for, not vouched for, no sign-up",
                Row { asking: Some(ada.clone()), verified: json!(false), signup: "false", ..row() },
                Outcome::Connect(ada.id),
            ),
            (
                "asked for, somebody else's address",
                Row { asking: Some(admin.clone()), owner: Some(ada.clone()), ..row() },
                Outcome::Connect(admin.id),
            ),
            (
                "asked for, somebody else's identity",
                Row { asking: Some(ada.clone()), known: Some(Status::Active), ..row() },
                refuse(Refusal::LinkRefused),
            ),
            (
                "asked for, somebody else's identity, who is disabled",
                Row { asking: Some(ada.clone()), known: Some(Status::Disabled), ..row() },
                refuse(Refusal::LinkRefused),
            ),
            (
                "asked for, disabled",
                Row { asking: Some(disabled.clone()), ..row() },
                refuse(Refusal::AccountDisabled),
            ),
            (
                "asked for, other domain",
                Row { asking: Some(ada.clone()), allowed: "other.example", ..row() },
                refuse(Refusal::AccessDenied),
            ),
            ("organization, by id", Row { organization: "org_1", ..row() }, Outcome::Create),
            ("organization, by name", Row { organization: "acme", ..row() }, Outcome::Create),
            ("another organization", Row { organization: "org_2", ..row() }, refuse(Refusal::AccessDenied)),
            (
                "another organization, known",
                Row { organization: "org_2", known: Some(Status::Active), ..row() },
                refuse(Refusal::AccessDenied),
            ),
        ] {
            assert_eq!(decided(row), expected, "{name}");
        }
        assert!(matches!(
            decided(Row { known: Some(Status::Active), unlinked: true, ..row() }),
            Outcome::SignIn(_)
        ));
    }
}
