//! `vestibule users relink`

use clap::Args;
use serde_json::json;

use super::{
    UserRef,
    actions::{preview, provisioning, users_of},
    user_ref::label,
};
use crate::{
    administrators::Administrators,
    audit::StatedReason,
    cli::{
        context::{event_chain, store},
        failure::Failure,
        out::Out,
        question::{GivenAnswers, confirm},
        quoted::quoted,
    },
    clock::Clock,
    provisioning::{Relink as Order, RelinkError, Relinked},
    store::Create,
};

/// Replace the identity of a user at a provider that has created the user again with another subject. All sessions of the user end.
#[derive(Args)]
#[command(
    after_help = "A sign-in at the provider with the new subject is a sign-in as this user: take the subject from the provider's \
                  console, not from the user."
)]
pub(in crate::cli) struct Relink {
    #[command(flatten)]
    user: UserRef,
    /// The name of the provider in the settings.
    provider: String,
    /// The new `sub`, exactly as the provider sends it.
    new_subject: String,
    /// Print what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// The reason, for the audit event.
    #[arg(long)]
    reason: Option<StatedReason>,
    #[command(flatten)]
    answers: GivenAnswers,
    /// Print one JSON document instead of a line.
    #[arg(long)]
    json: bool,
}

impl Relink {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (config, store) = store(Create::Never).await?;
        let (clock, users) = (Clock::system(), users_of(&store));
        let chain = event_chain(&config, &store, &clock)?;
        let user = self.user.find(&store).await?;
        let provider = config.providers.iter().find(|provider| provider.name == self.provider);
        let provider = provider.ok_or_else(|| {
            let name = quoted(&self.provider);
            Failure::Failed(format!("no provider has the name {name}; `vestibule check` prints the settings"))
        })?;
        let order = Order { user: user.id, provider, subject: &self.new_subject };
        // The operator owns the machine and may do without an administrator.
        let administrators =
            (!self.answers.force).then(|| Administrators::new(&store, &users, &config.providers));
        let mut done = preview(&chain, &users, &clock).protecting(administrators).relink(order).await?;
        let name = label(&user);
        if !self.dry_run {
            let question = format!("Replace {} by {} for {name}?", done.old, done.new);
            confirm(&question, self.answers.yes).await?;
            let writing = provisioning(&chain, &users, &clock, self.reason).protecting(administrators);
            done = writing.relink(order).await?;
        }
        chain.close().await;
        store.close().await;
        let Relinked { user, old, new } = done;
        if self.json {
            return Ok(Out::json(&json!({
                "id": user.id, "username": user.username, "old": old, "new": new, "dryRun": self.dry_run,
            }))?);
        }
        let did = if self.dry_run { "would replace" } else { "replaced" };
        Ok(Out::line(&format!("{did} {old} by {new} for {name}"))?)
    }
}

impl From<RelinkError> for Failure {
    fn from(error: RelinkError) -> Self {
        match error {
            RelinkError::Provisioning(error) => error.into(),
            RelinkError::NoIdentity
            | RelinkError::SeveralIdentities
            | RelinkError::Unchanged
            | RelinkError::InvalidSubject
            | RelinkError::InUse(_) => Self::Failed(error.to_string()),
        }
    }
}
