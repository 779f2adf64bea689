//! The end of a re-authentication at a provider.

use super::{Callback, VerifiedLogin, error::CallbackError, outcome::CallbackOutcome};
use crate::{
    admission::{Amr, Disabled, Proof, UpstreamSession, admit},
    audit::EventKind,
    login::federated::account_linking::{apply::Evaluation, decide::LinkingOutcome},
    session::CurrentSession,
    store::StoreError,
    user::User,
};

impl Callback<'_> {
    /// Accepts only the user of the session: another user at the provider proves nothing.
    pub(super) async fn reauthenticate(
        &self,
        current: &CurrentSession,
        evaluation: Evaluation,
        login: VerifiedLogin,
    ) -> Result<CallbackOutcome, CallbackError> {
        let Self { app, client, .. } = self;
        let Evaluation { decision, known, trace } = evaluation;
        match &decision.outcome {
            LinkingOutcome::SignIn(user) if *user == current.user.id => {}
            LinkingOutcome::SignIn(_) | LinkingOutcome::Create => {
                return Err(CallbackError::NotAuthenticated("the provider authenticated another user"));
            }
            LinkingOutcome::Link(_)
            | LinkingOutcome::LinkOnRequest(_)
            | LinkingOutcome::AskForProof(_)
            | LinkingOutcome::Reclaim(_)
            | LinkingOutcome::Refuse(_) => return Err(CallbackError::NotAuthenticated(decision.rule)),
        }
        let now = app.clock.now();
        let user = known.ok_or(CallbackError::OtherSession)?;
        current.ensure_valid_for(&user).map_err(CallbackError::other_session)?;
        let method = login.has_trusted_mfa.then_some(Amr::Mfa);
        let mut prior = current.session.authentication.clone();
        if let Some(upstream) = prior.upstream.as_mut().filter(|prior| prior.key == login.upstream.key) {
            self.update_upstream_session(upstream, &user, login).await?;
        }
        let proof = Proof::step_up(&user, prior, method, now);
        let admission = admit(proof, app.config.mfa).map_err(|Disabled| CallbackError::OtherSession)?;
        let audit = app.audit(client).about(user.id).by_user(user.id);
        let entry = audit.success(EventKind::Reauthentication).details(trace);
        entry.amr(admission.methods()).record().await;
        Ok(CallbackOutcome::Admitted(Box::new(admission), self.return_to()))
    }

    /// Replaces the session at the provider. The provider may have opened a new one: its logout tokens then name the new session, and a
    /// logout here must end it.
    async fn update_upstream_session(
        &self,
        upstream: &mut UpstreamSession,
        user: &User,
        login: VerifiedLogin,
    ) -> Result<(), StoreError> {
        upstream.issued_at = login.upstream.issued_at;
        upstream.started_at = login.upstream.started_at;
        if login.upstream.sid.is_some() {
            upstream.sid = login.upstream.sid;
        }
        upstream.id_token_hint = self.store_id_token_hint(user, &login.id_token).await?;
        Ok(())
    }
}
