//! Explains how a login with given claims would be decided, for `vestibule explain` and for administrators. Nothing is changed.

use serde_json::{Map, Value};

use super::{
    candidates::load_candidates,
    decide::{Candidates, decide},
    decision_trace,
};
use crate::{
    config::ProviderConfig,
    login::federated::oidc::claims::{Claims, Userinfo},
    store::{Store, StoreError},
    user::{Factor, User},
};

/// Claims of a login that has not happened. All of them count as claims of a signed ID token.
pub struct Explanation<'p> {
    provider: &'p ProviderConfig,
    claims: Claims,
}

/// Why a login with these claims has no decision.
#[derive(Debug, thiserror::Error)]
pub enum NoDecision {
    #[error("a login with these claims fails before a decision: {0}")]
    InvalidClaims(String),
    #[error("`iss` of the claims is not the issuer of the provider, or not one of its tenants in _TENANTS")]
    OtherIssuer(String),
}

impl<'p> Explanation<'p> {
    /// Reads the claims. Without `iss`, the issuer of the provider is used.
    ///
    /// # Errors
    /// [`NoDecision`].
    pub fn new(provider: &'p ProviderConfig, mut claims: Map<String, Value>) -> Result<Self, NoDecision> {
        claims.entry("iss").or_insert_with(|| provider.issuer.as_str().into());
        let claims = Claims::new(claims, Userinfo::NotOffered)
            .map_err(|error| NoDecision::InvalidClaims(error.to_string()))?;
        let issuer = &claims.key().issuer;
        if provider.issuer.accepts(issuer) {
            Ok(Self { provider, claims })
        } else {
            Err(NoDecision::OtherIssuer(issuer.clone()))
        }
    }

    /// Returns the decision about a login from the login page, or about a link that `linking_user` requests in the account page.
    ///
    /// # Errors
    /// The store failed.
    pub async fn decide(&self, store: &Store, linking_user: Option<User>) -> Result<Value, StoreError> {
        let candidates = load_candidates(store, &self.claims).await?;
        Ok(self.describe(&Candidates { linking_user, ..candidates }))
    }

    /// Returns the decision about a login in an empty database.
    #[must_use]
    pub fn decide_without_users(&self) -> Value {
        self.describe(&Candidates::default())
    }

    fn describe(&self, candidates: &Candidates) -> Value {
        let decision = decide(&self.claims, self.provider, candidates);
        let mut shown = decision_trace::describe(self.provider, &self.claims, &decision);
        // What the user must prove after the decision: signing in at the provider replaces no factor.
        if let Some(user) = decision.user().and_then(|id| candidates.find(id)) {
            shown["secondFactors"] = user.factors().into_iter().map(Factor::as_str).collect();
        }
        shown
    }
}
