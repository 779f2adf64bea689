//! Decides about one federated login and writes the result: one compare-and-set on one document, or a new document.
//!
//! Another replica may handle a login of the same identity at the same time. Then a unique key is taken, or the facts no longer hold when
//! they are written, and everything starts over: sixteen first logins of one identity create one user.

use serde_json::Value;

use super::{
    candidates::load_candidates,
    decide::{Candidates, Decision, LinkingOutcome, LinkingRefusal, decide, has_other_identity},
    decision_trace,
    pending_link::PendingLink,
    profile::IncomingProfile,
    quarantine::quarantine,
    update::{Written, update_user},
};
use crate::{
    admission::Amr,
    app::App,
    audit::{EventId, EventKind, Recorder},
    clock::Timestamp,
    config::ProviderConfig,
    login::federated::oidc::claims::Claims,
    mail::Notice,
    notices,
    session::CurrentSession,
    store::{Store, StoreError},
    user::{Creator, Identity, Status, User, UserId},
    web::client::Client,
};

/// Attempts before a login gives up because other writes were faster.
const ATTEMPTS: usize = 8;
/// Audit reason of a login that waits for a local proof.
const LOCAL_PROOF_REQUIRED: &str = "local_proof_required";

/// Result of a decision that was applied, with the audit event that explains it.
pub enum LinkingResult {
    /// The identity belongs to this user.
    User(Box<User>, Option<EventId>),
    /// The user must sign in to the account and confirm the link.
    LinkPending(PendingLink),
    Refused(LinkingRefusal, Option<EventId>),
}

/// The client of a login, and the session in which a link was requested.
#[derive(Clone, Copy)]
pub struct Requester<'a> {
    pub client: &'a Client,
    /// `None` for a sign-in.
    pub linking: Option<&'a CurrentSession>,
    /// The second factor of the provider, if the settings trust it.
    pub method: Option<Amr>,
}

/// Decides and applies the decision.
pub async fn resolve(
    app: &App,
    requester: Requester<'_>,
    provider: &ProviderConfig,
    claims: &Claims,
) -> Result<LinkingResult, StoreError> {
    let writer = Writer { app, requester, profile: IncomingProfile::new(provider, claims) };
    for warning in decision_trace::warnings(provider, claims) {
        tracing::warn!(provider = provider.name, warning, "claims are incomplete");
    }
    for _ in 0..ATTEMPTS {
        let mut candidates = load_candidates(&app.store, claims).await?;
        let decision = if writer.add_linking_user(&mut candidates).await? {
            decide(claims, provider, &candidates)
        } else {
            Decision::link_session_gone()
        };
        let trace = decision_trace::describe(provider, claims, &decision);
        match writer.apply(&decision.outcome, &candidates, trace).await {
            Ok(Some(result)) => return Ok(result),
            Ok(None) | Err(StoreError::Taken { .. }) => {}
            Err(
                error @ (StoreError::Unavailable(_) | StoreError::Unusable(_) | StoreError::Corrupt { .. }),
            ) => return Err(error),
        }
    }
    Err(StoreError::Unavailable("too many concurrent logins of one identity".to_owned()))
}

/// A decision that was not applied.
pub struct Evaluation {
    pub decision: Decision,
    /// The user with the identity.
    pub known: Option<User>,
    pub trace: Value,
}

/// Decides without writing: for a re-authentication.
pub async fn evaluate(
    store: &Store,
    provider: &ProviderConfig,
    claims: &Claims,
) -> Result<Evaluation, StoreError> {
    let candidates = load_candidates(store, claims).await?;
    let decision = decide(claims, provider, &candidates);
    let trace = decision_trace::describe(provider, claims, &decision);
    Ok(Evaluation { decision, known: candidates.known, trace })
}

/// Writes decisions of one login.
struct Writer<'a> {
    app: &'a App,
    requester: Requester<'a>,
    profile: IncomingProfile,
}

impl Writer<'_> {
    /// Loads the user who requested the link. Returns `false` if the session that requested it is no longer valid.
    async fn add_linking_user(&self, candidates: &mut Candidates) -> Result<bool, StoreError> {
        let Some(current) = self.requester.linking else { return Ok(true) };
        let user = self.app.users.get_uncached(&current.user.id.document_id()).await?;
        candidates.linking_user = user.filter(|user| current.ensure_valid_for(user).is_ok());
        Ok(candidates.linking_user.is_some())
    }

    /// Applies a decision and writes its audit event. `None`: the facts have changed, decide again.
    async fn apply(
        &self,
        outcome: &LinkingOutcome,
        candidates: &Candidates,
        trace: Value,
    ) -> Result<Option<LinkingResult>, StoreError> {
        let now = self.app.clock.now();
        let written = match outcome {
            LinkingOutcome::Refuse(refusal) => {
                let reason = refusal.code().as_str();
                let id = self.record_refusal(reason, candidates.single_user(), trace).await;
                return Ok(Some(LinkingResult::Refused(*refusal, id)));
            }
            LinkingOutcome::AskForProof(user) => {
                let id = self.record_refusal(LOCAL_PROOF_REQUIRED, Some(*user), trace).await;
                let pending = PendingLink::new(*user, self.profile.identity(now), id, now);
                return Ok(Some(LinkingResult::LinkPending(pending)));
            }
            LinkingOutcome::SignIn(user) => {
                update_user(self.app, *user, |user| self.update_profile(user, candidates, now)).await?
            }
            LinkingOutcome::Link(user) => {
                update_user(self.app, *user, |user| {
                    self.is_linkable(user) && self.link(user, candidates, now)
                })
                .await?
            }
            LinkingOutcome::LinkOnRequest(user) => {
                update_user(self.app, *user, |user| self.link_on_request(user, candidates, now)).await?
            }
            LinkingOutcome::Create => Some(self.create(now).await?),
            LinkingOutcome::Reclaim(users) => {
                for user in users {
                    if !quarantine(self.app, self.requester.client, *user, &self.profile, now).await? {
                        return Ok(None);
                    }
                }
                Some(self.create(now).await?)
            }
        };
        let Some(written) = written else { return Ok(None) };
        let id = self.record_success(&written, trace).await;
        self.notify_of_link(&written).await;
        self.report_lost_administrator(&written).await;
        Ok(Some(LinkingResult::User(written.after, Some(id))))
    }

    /// Checks again, when it is written, what made the account linkable: the address may have changed, or another identity of the issuer may
    /// have been linked.
    fn is_linkable(&self, user: &User) -> bool {
        user.status == Status::Active
            && user.email_verified
            && self.profile.has_email(user.email.as_ref())
            && !has_other_identity(user, self.profile.key())
            && !user.is_administrative()
    }

    fn link(&self, user: &mut User, candidates: &Candidates, now: Timestamp) -> bool {
        // A concurrent login may have linked it already; then nothing is added.
        user.link_identity(self.profile.identity(now), now);
        self.update_profile(user, candidates, now)
    }

    /// Links without signing in, so `last_login_at` of the identity keeps its value.
    fn link_on_request(&self, user: &mut User, candidates: &Candidates, now: Timestamp) -> bool {
        let is_session_valid =
            self.requester.linking.is_some_and(|current| current.ensure_valid_for(user).is_ok());
        if !is_session_valid {
            return false;
        }
        let last_login_at = self.profile.identity_of(user).and_then(|identity| identity.last_login_at);
        let linked = self.link(user, candidates, now);
        if let Some(identity) = self.profile.identity_of(user) {
            identity.last_login_at = last_login_at;
        }
        linked
    }

    /// Updates the profile. Two users never have the same verified address.
    fn update_profile(&self, user: &mut User, candidates: &Candidates, now: Timestamp) -> bool {
        self.profile.update(user, candidates.email_is_free_for(user.id), now)
    }

    async fn create(&self, now: Timestamp) -> Result<Written, StoreError> {
        let mut user = User::new(UserId::new(now), now);
        user.created_by = Creator::Provider;
        user.link_identity(self.profile.identity(now), now);
        self.profile.fill(&mut user);
        self.profile.update(&mut user, true, now);
        let user = self.app.users.insert(user).await?.into_document();
        Ok(Written { before: None, after: Box::new(user) })
    }

    fn kind(&self) -> EventKind {
        if self.requester.linking.is_some() { EventKind::IdentityLinked } else { EventKind::FederatedSignIn }
    }

    fn audit(&self, user: Option<UserId>) -> Recorder<'_> {
        let Requester { client, linking, .. } = self.requester;
        self.app.audit(client).about(user).by_user(linking.map(|current| current.user.id))
    }

    async fn record_refusal(&self, reason: &str, user: Option<UserId>, trace: Value) -> Option<EventId> {
        self.audit(user).failure(self.kind(), reason).details(trace).record_limited().await
    }

    /// Notifies the owner of an existing account that this login linked an identity.
    async fn notify_of_link(&self, written: &Written) {
        let Some(before) = &written.before else { return };
        let is_new = |identity: &&Identity| before.identities.iter().all(|known| known.key != identity.key);
        let Some(identity) = written.after.identities.iter().find(is_new) else { return };
        let provider = self.app.providers.label(&identity.provider).to_owned();
        notices::send(self.app, self.requester.client, &written.after, Notice::IdentityLinked { provider })
            .await;
    }

    /// Reports that the provider took the role from the last administrator. Its word about the roles of its users is not refused: the role
    /// would stay with a user who left the team. The administrators are counted after the write, so one of two logins at the same time
    /// reports it.
    async fn report_lost_administrator(&self, written: &Written) {
        let Written { before: Some(before), after } = written else { return };
        let is_missing = self.app.administrators().is_missing_after(before, after).await;
        let is_missing = is_missing.unwrap_or_else(|error| {
            tracing::warn!(%error, user = %after.id, "could not count the administrators");
            false
        });
        if is_missing {
            let provider = self.profile.provider();
            tracing::error!(
                user = %after.id, provider,
                "no active administrator is left: the provider took the role from the last one; run `vestibule users roles add USER admin`"
            );
            let audit = self.app.audit(self.requester.client).about(after.id).by_provider(provider);
            let details = serde_json::json!({ "provider": provider });
            audit.failure(EventKind::LastAdministratorLost, "provider_roles").details(details).record().await;
        }
    }

    async fn record_success(&self, written: &Written, mut trace: Value) -> EventId {
        trace["changes"] = decision_trace::changes_from(written.before.as_deref(), &written.after);
        let entry = self.audit(Some(written.after.id)).success(self.kind()).details(trace);
        entry.amr(self.requester.method.map(Amr::as_str)).record().await
    }
}
