//! `vestibule users show`

mod events;
mod text;

use clap::Args;
use serde_json::{Value, json};

use super::{UserRef, view::summary};
use crate::{
    audit::{self, Event},
    cli::{context::store, failure::Failure, out::Out},
    clock::{Clock, Timestamp},
    config::Config,
    limiter::{Limiter, Lock},
    login::password::account_keys,
    session::{self, Listed},
    store::{Create, Stored},
    user::User,
};

/// Number of events and of sessions that are read, newest first.
const EVENTS: usize = 20;
const SESSIONS: usize = 100;

/// Show a user: status and next step, ways to sign in, valid sessions, and the last 20 audit events. Secrets are not shown.
#[derive(Args)]
pub(in crate::cli) struct Show {
    #[command(flatten)]
    user: UserRef,
    /// Print one JSON document instead of lines. It has all values in full, and also sessions that have ended.
    #[arg(long)]
    json: bool,
}

/// What is shown about a user.
struct Shown {
    config: Config,
    now: Timestamp,
    user: Stored<User>,
    locks: Vec<Lock>,
    sessions: Vec<Listed>,
    events: Vec<Event>,
}

impl Show {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (config, store) = store(Create::Never).await?;
        let user = self.user.find(&store).await?;
        let clock = Clock::system();
        let locks = Limiter::new(store.clone(), clock.clone()).locks(&account_keys(&user)).await?;
        let sessions =
            session::of_user(&store, &user, config.session_policy(), clock.now(), SESSIONS).await?;
        let events = audit::about(&store, user.id, EVENTS).await?;
        store.close().await;
        let shown = Shown { now: clock.now(), config, user, locks, sessions, events };
        if self.json { Ok(Out::json(&shown.json())?) } else { Ok(Out::lines(shown.text(Out::width()))?) }
    }
}

impl Shown {
    fn json(self) -> Value {
        let mut shown = summary(&self.config, &self.user, &self.locks);
        shown["sessions"] = self.sessions.iter().map(session_json).collect();
        shown["events"] = json!(self.events.into_iter().map(Event::view).collect::<Vec<_>>());
        shown
    }
}

/// Describes a session. One that has ended is not signed in, whatever its record says.
fn session_json(Listed { session, validity }: &Listed) -> Value {
    json!({
        "state": validity.map_or_else(|_| json!("ended"), |state| json!(state)),
        "reason": validity.err(),
        "amr": session.authentication.amr,
        "ip": session.ip,
        "userAgent": session.user_agent,
        "createdAt": session.created_at,
        "lastSeenAt": session.last_seen_at,
        "expiresAt": session.expires_at,
        "endsAt": session.ends_at,
        "ended": session.ended,
    })
}
