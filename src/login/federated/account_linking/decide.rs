//! The linking decision: which user does this identity belong to? Pure, with exactly one outcome, its rule and what would be needed.
//!
//! The key of an identity is (`issuer`, `subject`), never an address. An address only finds an account if *we* have verified it, if the
//! provider is trusted for its domain, and if the provider verified it with the JSON value `true` (nOAuth, pre-hijacking, linking by an
//! unverified address). `deploy/docs/account-linking.md` has the same rules as a table.

use serde::{Serialize, ser::SerializeMap as _};

use crate::{
    config::ProviderConfig,
    error::ErrorCode,
    login::federated::oidc::claims::Claims,
    user::{Email, IdentityKey, Status, User, UserId},
};

/// Users in the store that could own the identity.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// The user with this identity.
    pub known: Option<User>,
    /// A user unlinked this identity on purpose.
    pub unlinked: bool,
    /// The user with the address, verified here.
    pub verified_owner: Option<User>,
    /// Another user whose user name is the address: an administrator gave it, and it is not verified.
    pub named: Option<User>,
    /// Users to whom an administrator gave the address without verifying it.
    pub admin_created: Vec<User>,
    /// Users who registered the address themselves. It is not verified.
    pub self_registered: Vec<User>,
    /// The signed-in user who requested the link and authenticated recently.
    pub linking_user: Option<User>,
}

impl Candidates {
    /// Returns the user that a refusal is about, if it is about exactly one.
    #[must_use]
    pub fn single_user(&self) -> Option<UserId> {
        let with_address = match (self.given_by_administrator().as_slice(), self.self_registered.as_slice()) {
            ([user], _) => Some(*user),
            ([], [user]) => Some(user),
            ([], [] | [_, _, ..]) | ([_, _, ..], _) => None,
        };
        self.known.as_ref().or(self.verified_owner.as_ref()).or(with_address).map(|user| user.id)
    }

    /// Returns the user with this id.
    #[must_use]
    pub fn find(&self, id: UserId) -> Option<&User> {
        let Self { known, unlinked: _, verified_owner, named, admin_created, self_registered, linking_user } =
            self;
        let single = [known, verified_owner, named, linking_user].into_iter().flatten();
        single.chain(admin_created).chain(self_registered).find(|user| user.id == id)
    }

    /// Returns the users to whom an administrator gave the address, as address or as user name, without verifying it.
    fn given_by_administrator(&self) -> Vec<&User> {
        let named = self.named.as_ref();
        let others = self.admin_created.iter().filter(|user| named.is_none_or(|named| named.id != user.id));
        named.into_iter().chain(others).collect()
    }

    /// Returns whether a user may have the address verified: no other user has it, verified or as user name.
    #[must_use]
    pub fn email_is_free_for(&self, user: UserId) -> bool {
        self.verified_owner.iter().chain(&self.named).all(|holder| holder.id == user)
    }
}

/// Result of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkingOutcome {
    /// The identity is linked to this user.
    SignIn(UserId),
    /// Link the identity to this user, then sign in.
    Link(UserId),
    /// Link the identity to this user, who requested it.
    LinkOnRequest(UserId),
    /// The user must sign in to this account and confirm the link.
    AskForProof(UserId),
    /// Quarantine these unverified, self-registered accounts and create an account for the owner of the address.
    Reclaim(Vec<UserId>),
    Create,
    Refuse(LinkingRefusal),
}

/// `{"outcome":"link","user":"…"}`, `{"outcome":"reclaim","users":["…"]}`, `{"outcome":"refuse","code":"…"}`.
impl Serialize for LinkingOutcome {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let name = match self {
            Self::SignIn(_) => "signIn",
            Self::Link(_) => "link",
            Self::LinkOnRequest(_) => "linkOnRequest",
            Self::AskForProof(_) => "askForProof",
            Self::Reclaim(_) => "reclaim",
            Self::Create => "create",
            Self::Refuse(_) => "refuse",
        };
        map.serialize_entry("outcome", name)?;
        match self {
            Self::SignIn(user) | Self::Link(user) | Self::LinkOnRequest(user) | Self::AskForProof(user) => {
                map.serialize_entry("user", user)?;
            }
            Self::Reclaim(users) => map.serialize_entry("users", users)?,
            Self::Create => {}
            Self::Refuse(refusal) => map.serialize_entry("code", &refusal.code())?,
        }
        map.end()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkingRefusal {
    /// The account is disabled or quarantined.
    AccountDisabled,
    /// The domain or the organization of a known user is not allowed.
    AccessDenied,
    /// The user is unknown, and the provider's settings create no account.
    SignupNotAllowed,
    /// Several accounts have the address.
    LinkAmbiguous,
    /// The user unlinked the identity on purpose.
    IdentityUnlinked,
    /// The user who requested the link cannot have it.
    LinkRefused,
    /// Userinfo failed, and the decision needs a claim that it may contain.
    ProviderUnavailable,
}

impl LinkingRefusal {
    #[must_use]
    pub fn code(self) -> ErrorCode {
        match self {
            Self::AccountDisabled => ErrorCode::AccountDisabled,
            Self::AccessDenied => ErrorCode::AccessDenied,
            Self::SignupNotAllowed => ErrorCode::SignupNotAllowed,
            Self::LinkAmbiguous => ErrorCode::LinkAmbiguous,
            Self::IdentityUnlinked => ErrorCode::IdentityUnlinked,
            Self::LinkRefused => ErrorCode::LinkRefused,
            Self::ProviderUnavailable => ErrorCode::ProviderUnavailable,
        }
    }

    /// Returns what would change the decision; for administrators.
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
            Self::LinkAmbiguous => {
                "only one account has the address, or one account has it as a verified address"
            }
            Self::IdentityUnlinked => {
                "the user signs in with another method and links the provider again in the account"
            }
            Self::LinkRefused => "the identity is unlinked from the other account first",
            Self::ProviderUnavailable => {
                "userinfo succeeds, or the ID token contains the address and the roles"
            }
        }
    }
}

/// An outcome and its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    #[serde(flatten)]
    pub outcome: LinkingOutcome,
    /// The rule that decided.
    pub rule: &'static str,
    /// Change with which the login would have succeeded at once; for administrators.
    pub needed: Option<&'static str>,
}

impl Decision {
    fn new(outcome: LinkingOutcome, rule: &'static str) -> Self {
        let needed = match outcome {
            LinkingOutcome::Refuse(refusal) => Some(refusal.needed()),
            LinkingOutcome::AskForProof(_) => Some(
                "the user signs in to the account and confirms the link; or the address is verified here, its domain is in _TRUSTED_DOMAINS and the account is not an administrator's",
            ),
            LinkingOutcome::SignIn(_)
            | LinkingOutcome::Link(_)
            | LinkingOutcome::LinkOnRequest(_)
            | LinkingOutcome::Reclaim(_)
            | LinkingOutcome::Create => None,
        };
        Self { outcome, rule, needed }
    }

    /// Returns the user whom the identity signs in, at once or after a proof.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match &self.outcome {
            LinkingOutcome::SignIn(user)
            | LinkingOutcome::Link(user)
            | LinkingOutcome::LinkOnRequest(user)
            | LinkingOutcome::AskForProof(user) => Some(*user),
            LinkingOutcome::Reclaim(_) | LinkingOutcome::Create | LinkingOutcome::Refuse(_) => None,
        }
    }

    fn refuse(refusal: LinkingRefusal, rule: &'static str) -> Self {
        Self::new(LinkingOutcome::Refuse(refusal), rule)
    }

    fn ask_for_proof(user: &User, rule: &'static str) -> Self {
        Self::new(LinkingOutcome::AskForProof(user.id), rule)
    }

    /// Refuses a link because the session that requested it is no longer valid.
    pub(super) fn link_session_gone() -> Self {
        Self::refuse(LinkingRefusal::LinkRefused, "the session that requested the link has ended")
    }
}

/// Decides which user the identity belongs to. Any claims have exactly one outcome.
#[must_use]
pub fn decide(claims: &Claims, provider: &ProviderConfig, candidates: &Candidates) -> Decision {
    let known = candidates.known.as_ref();
    let is_known = known.or(candidates.linking_user.as_ref()).is_some();
    if let Some(organization) = &provider.organization
        && !claims.is_of_organization(organization)
    {
        return Decision::refuse(LinkingRefusal::AccessDenied, "the token belongs to another organization");
    }
    // Failed userinfo does not mean that there is no address. Deciding without it would create a duplicate account.
    let needs_email = !provider.allowed_domains.is_empty() || !is_known;
    if claims.userinfo_failed() && !claims.email_is_conclusive() && needs_email {
        let rule = "userinfo failed, and the ID token does not contain a verified address";
        return Decision::refuse(LinkingRefusal::ProviderUnavailable, rule);
    }
    if !is_in_allowed_domain(claims.verified_email(), provider) {
        let refusal = if is_known { LinkingRefusal::AccessDenied } else { LinkingRefusal::SignupNotAllowed };
        return Decision::refuse(refusal, "the address is not in an allowed domain");
    }
    if let Some(user) = &candidates.linking_user {
        return decide_link_request(user, known);
    }
    if let Some(user) = known {
        let roles_are_unknown = claims.userinfo_failed()
            && provider.role_claim.as_ref().is_some_and(|claim| claims.get(claim).is_none());
        return decide_known(user, claims.key(), roles_are_unknown);
    }
    if candidates.unlinked {
        return Decision::refuse(LinkingRefusal::IdentityUnlinked, "the identity was unlinked on purpose");
    }
    // An unverified address counts as none: otherwise the response would reveal which addresses have accounts.
    let Some(email) = claims.verified_email() else {
        return decide_unknown(provider, "the provider sent no verified address");
    };
    decide_by_email(claims.key(), provider, candidates, provider.is_trusted_for(email))
}

/// Checks the domain rule. It needs a verified address: an unverified one could name any domain.
fn is_in_allowed_domain(verified: Option<&Email>, provider: &ProviderConfig) -> bool {
    provider.allowed_domains.is_empty()
        || verified.is_some_and(|email| provider.allowed_domains.contains(&email.domain()))
}

/// Decides about a link request. A signed-in user may link any identity that no other user has, even one that the user unlinked before.
fn decide_link_request(user: &User, known: Option<&User>) -> Decision {
    match (known, user.status) {
        (Some(other), _) if other.id != user.id => {
            Decision::refuse(LinkingRefusal::LinkRefused, "the identity belongs to another account")
        }
        (Some(_) | None, Status::Disabled | Status::Quarantined) => {
            Decision::refuse(LinkingRefusal::AccountDisabled, "the account is disabled")
        }
        (Some(_) | None, Status::Active) => {
            Decision::new(LinkingOutcome::LinkOnRequest(user.id), "the user requested the link")
        }
    }
}

/// Decides for a linked identity. If the roles cannot be read, the login is refused. Otherwise a user could keep a removed role during an
/// outage (fail open).
fn decide_known(user: &User, key: &IdentityKey, roles_are_unknown: bool) -> Decision {
    let has_roles = user.identities.iter().any(|known| known.key == *key && !known.roles.is_empty());
    match user.status {
        Status::Active if roles_are_unknown && has_roles => Decision::refuse(
            LinkingRefusal::ProviderUnavailable,
            "userinfo failed, and the ID token contains no roles",
        ),
        Status::Active => Decision::new(LinkingOutcome::SignIn(user.id), "the identity is known"),
        Status::Disabled | Status::Quarantined => {
            Decision::refuse(LinkingRefusal::AccountDisabled, "the account is disabled")
        }
    }
}

fn decide_by_email(
    key: &IdentityKey,
    provider: &ProviderConfig,
    candidates: &Candidates,
    trusted: bool,
) -> Decision {
    match (&candidates.verified_owner, &candidates.named) {
        (Some(owner), None) => return decide_verified_owner(owner, key, trusted),
        (Some(_), Some(_)) => {
            let rule = "one account has the address verified, another one has it as user name";
            return Decision::refuse(LinkingRefusal::LinkAmbiguous, rule);
        }
        (None, Some(_) | None) => {}
    }
    match candidates.given_by_administrator().as_slice() {
        [] => decide_reclaim(provider, &candidates.self_registered, trusted),
        [user] => match user.status {
            Status::Active => {
                Decision::ask_for_proof(user, "an administrator created an account with this address")
            }
            Status::Disabled | Status::Quarantined => {
                Decision::refuse(LinkingRefusal::AccountDisabled, "the account with the address is disabled")
            }
        },
        [_, _, ..] => Decision::refuse(LinkingRefusal::LinkAmbiguous, "several accounts have the address"),
    }
}

fn decide_verified_owner(owner: &User, key: &IdentityKey, trusted: bool) -> Decision {
    match owner.status {
        Status::Disabled | Status::Quarantined => {
            Decision::refuse(LinkingRefusal::AccountDisabled, "the account with the address is disabled")
        }
        Status::Active if !trusted => {
            Decision::ask_for_proof(owner, "the provider is not trusted for the domain of a known address")
        }
        // One address is not enough for the highest privileges.
        Status::Active if owner.is_administrative() => {
            Decision::ask_for_proof(owner, "an administrator account is never linked by its address")
        }
        // The organization may have given the address to another member. The former holder's account must not open.
        Status::Active if has_other_identity(owner, key) => Decision::ask_for_proof(
            owner,
            "the account with the address has or had another identity of this issuer",
        ),
        Status::Active => {
            Decision::new(LinkingOutcome::Link(owner.id), "the address is verified here and at the provider")
        }
    }
}

/// Returns whether the user has another identity of the same issuer, or unlinked one: the next holder of a recycled address must not get the
/// account.
#[must_use]
pub fn has_other_identity(user: &User, key: &IdentityKey) -> bool {
    let is_other = |other: &IdentityKey| other.issuer == key.issuer && other.subject != key.subject;
    user.identities.iter().any(|identity| is_other(&identity.key))
        || user.unlinked_identities.iter().any(|unlinked| is_other(&unlinked.key))
}

/// Decides when only self-registered accounts have the address. They do not block its owner (pre-hijacking). Only a provider that is
/// trusted for the domain proves the owner: at other providers any user can claim any address.
fn decide_reclaim(provider: &ProviderConfig, self_registered: &[User], trusted: bool) -> Decision {
    if self_registered.is_empty() {
        return decide_unknown(provider, "no account has the address");
    }
    if !trusted {
        let rule = "only unverified, self-registered accounts have the address, and the provider is not trusted for it";
        return decide_unknown(provider, rule);
    }
    if self_registered.iter().any(|user| user.status == Status::Disabled) {
        return Decision::refuse(LinkingRefusal::AccountDisabled, "the account with the address is disabled");
    }
    if let Some(admin) = self_registered.iter().find(|user| user.is_administrative()) {
        return Decision::ask_for_proof(admin, "an administrator account is never reclaimed by its address");
    }
    // Without sign-up, an account that any user could create at another provider must not lead to a new account.
    if !provider.allow_signup {
        return decide_unknown(provider, "only unverified, self-registered accounts have the address");
    }
    let users = self_registered.iter().map(|user| user.id).collect();
    Decision::new(LinkingOutcome::Reclaim(users), "unverified, self-registered accounts have the address")
}

fn decide_unknown(provider: &ProviderConfig, rule: &'static str) -> Decision {
    if provider.allow_signup {
        Decision::new(LinkingOutcome::Create, rule)
    } else {
        Decision::refuse(LinkingRefusal::SignupNotAllowed, rule)
    }
}

#[cfg(test)]
mod tests;
