//! `vestibule keys rotate`

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::super::{
    context::{event_chain, keys, store},
    failure::Failure,
    layout::count_of,
    out::Out,
};
use crate::{
    audit::{EventKind, Recorder},
    cache::DocumentCache,
    clock::Clock,
    login::second_factor::key_use::{KeyUse, key_use, reseal},
    mail,
    provisioning::reseal_merges,
    secrets::{Keys, SealedField},
    session::id_token_hint,
    store::{Change, Create, Document, DocumentId, Page, Store},
    user::User,
};

/// Users per read of the store.
const PAGE: usize = 500;
/// Time between two lines of progress, if stderr is not a terminal.
const PROGRESS: Duration = Duration::from_secs(2);

/// Seal all stored secrets with the newest key, also while the service runs. Older keys can be removed afterwards.
#[derive(Args)]
#[command(
    after_help = "Put the new key first and restart every replica before this command: a replica without the new key cannot open what the \
                  command seals."
)]
pub(in crate::cli) struct Rotate {
    /// Print one JSON document instead of a line.
    #[arg(long)]
    json: bool,
}

/// What a rotation has done.
#[derive(Default)]
struct Done {
    users: usize,
    sealed: usize,
    /// Users whose secrets cannot be opened, or who cannot be read, with the cause.
    failed: Vec<(String, String)>,
    /// What needs older keys afterwards.
    left: KeyUse,
}

impl Rotate {
    pub(in crate::cli) async fn run(self) -> Result<(), Failure> {
        let (config, store) = store(Create::Never).await?;
        let keys = keys(&config)?;
        let mut done = rotate(&store, &keys).await?;
        done.left = key_use(&store).await?;
        done.left.retain(|key, _| keys.ids().skip(1).any(|old| old == key));
        if done.sealed > 0 {
            let clock = Clock::system();
            let chain = event_chain(&config, &store, &clock)?;
            let audit = Recorder::of_command_line(&chain, &clock).success(EventKind::KeysRotated);
            audit.details(format!("{} secrets", done.sealed)).record().await;
        }
        store.close().await;
        self.report(&keys, &done)
    }

    fn report(&self, keys: &Keys, done: &Done) -> Result<(), Failure> {
        let newest = keys.newest_id();
        let old: Vec<&str> = keys.ids().skip(1).collect();
        if self.json {
            let failed: Vec<Value> =
                done.failed.iter().map(|(id, cause)| json!({ "user": id, "cause": cause })).collect();
            let (users, sealed) = (done.users, done.sealed);
            Out::json(
                &json!({ "key": newest, "users": users, "sealed": sealed, "olderKeys": old, "failed": failed }),
            )?;
        } else {
            let (sealed, users) = (count_of(done.sealed, "secret"), count_of(done.users, "user"));
            Out::line(&format!("sealed {sealed} with the key {newest}; checked {users}"))?;
        }
        for (id, cause) in &done.failed {
            Out::error(&format!("user {id}: {cause}"))?;
        }
        if !done.failed.is_empty() {
            Out::error(
                "keep all keys until these users are repaired; `vestibule users reset-mfa ID` removes a secret",
            )?;
            return Err(Failure::SomeRows);
        }
        for (key, needed) in &done.left {
            Out::error(&format!(
                "{needed}, sealed with the key {key}; keep this key and run the command again"
            ))?;
        }
        if !done.left.is_empty() {
            return Err(Failure::SomeRows);
        }
        if !old.is_empty() {
            let old = old.join(", ");
            // The rotation is done: a closed stderr must not turn this into a failure.
            drop(Out::error(&format!(
                "no secret needs {old} any more; remove it from the keys and restart every replica\n\
                 `vestibule events verify` needs it for earlier audit events: run that command first"
            )));
        }
        Ok(())
    }
}

/// Seals everything with the newest key. A new kind of sealed value does not compile until it is handled here.
async fn rotate(store: &Store, keys: &Keys) -> Result<Done, Failure> {
    let mut done = Done::default();
    for field in SealedField::ALL {
        match field {
            SealedField::Totp => rotate_users(store, keys, &mut done).await?,
            SealedField::IdTokenHint => done.sealed += id_token_hint::reseal_all(store, keys).await?,
            SealedField::MergedUser => done.sealed += reseal_merges(store, keys).await?,
            SealedField::MailContent => done.sealed += mail::reseal_all(store, keys).await?,
            // The first one is in the same write of the user. The others expire within ten minutes: without its key, a logout at a provider
            // returns to the start page.
            SealedField::PendingTotp
            | SealedField::LogoutIdToken
            | SealedField::ReturnTo
            | SealedField::Ceremony
            | SealedField::SmsContent => {}
        }
    }
    Ok(done)
}

async fn rotate_users(store: &Store, keys: &Keys, done: &mut Done) -> Result<(), Failure> {
    let cache = DocumentCache::<User>::new(store.clone(), 1);
    let progress = Progress::new(store.estimated_count::<User>().await?);
    let (mut after, mut shown) = (None, Instant::now());
    loop {
        let page = Page { tag: None, after, newest_first: false, limit: PAGE };
        let page = store.scan::<User>(page).await?;
        for user in &page.documents {
            let mut copy = (**user).clone();
            let result = match reseal(&mut copy, keys) {
                Ok(0) => Ok(0),
                Ok(_) => rotate_one(&cache, keys, &Document::id(&copy)).await?,
                Err(error) => Err(error.to_string()),
            };
            match result {
                Ok(sealed) => done.sealed += sealed,
                Err(cause) => done.failed.push((user.id.to_string(), cause)),
            }
            progress.0.inc(1);
        }
        done.users += page.documents.len() + page.unreadable.len();
        done.failed.extend(page.unreadable.into_iter().map(|user| (user.id, user.cause)));
        if progress.0.is_hidden() && shown.elapsed() > PROGRESS {
            shown = Instant::now();
            // A closed stderr must not stop the rotation.
            drop(Out::error(&format!("checked {} users, sealed {} secrets", done.users, done.sealed)));
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(()),
        }
    }
}

/// Progress bar. Hidden if stderr is not a terminal.
struct Progress(ProgressBar);

impl Progress {
    fn new(users: u64) -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} users, {eta} left");
        let bar = ProgressBar::with_draw_target(Some(users), target);
        Self(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Seals the secrets of one user with the newest key, in one compare-and-set: a code that is used at the same time stays used.
async fn rotate_one(
    cache: &DocumentCache<User>,
    keys: &Keys,
    id: &DocumentId,
) -> Result<Result<usize, String>, Failure> {
    let written = cache
        .update::<_, Failure>(id, |user| {
            Ok(match reseal(user, keys) {
                Ok(0) => Change::Keep(Ok(0)),
                Ok(count) => Change::Write(Ok(count)),
                Err(error) => Change::Keep(Err(error.to_string())),
            })
        })
        .await?;
    Ok(written.map_or(Ok(0), |(_, result)| result))
}
