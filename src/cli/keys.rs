//! `vestibule keys`

use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    context::{keys, store},
    failure::Failure,
    layout::count_of,
    out::Out,
};
use crate::{
    audit::{EventKind, Recorder},
    cache::DocumentCache,
    clock::Clock,
    login::second_factor::key_use::reseal,
    secrets,
    session::id_token_hint,
    store::{Change, Create, Document, DocumentId, Page, Store},
    user::User,
};

/// Users per read of the store.
const PAGE: usize = 500;
/// Time between two lines of progress.
const PROGRESS: Duration = Duration::from_secs(2);

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Print a new key for `VESTIBULE_SECRET_KEYS`, in the form `id:base64`.
    New,
    Rotate(Rotate),
}

/// Seal all stored secrets with the newest key, also while the service runs. Older keys can be removed afterwards.
#[derive(Args)]
#[command(
    after_help = "Put the new key first and restart every replica before this command: a replica without the new key cannot open what the \
                  command seals."
)]
pub(super) struct Rotate {
    /// Print one JSON document instead of a line.
    #[arg(long)]
    json: bool,
}

/// What a rotation has done so far.
#[derive(Default)]
struct Progress {
    users: usize,
    sealed: usize,
    /// Users whose secrets cannot be opened, or who cannot be read, with the cause.
    failed: Vec<(String, String)>,
}

impl Keys {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::New => Ok(Out::line(&secrets::new_key())?),
            Self::Rotate(rotate) => rotate.run().await,
        }
    }
}

impl Rotate {
    async fn run(self) -> Result<(), Failure> {
        let (config, store) = store(Create::Never).await?;
        let keys = keys(&config)?;
        let mut done = rotate_users(&store, &keys).await?;
        done.sealed += id_token_hint::reseal_all(&store, &keys).await?;
        if done.sealed > 0 {
            let clock = Clock::system();
            let audit = Recorder::of_command_line(&store, &clock).success(EventKind::KeysRotated);
            audit.details(format!("{} secrets", done.sealed)).record().await;
        }
        store.close().await;
        self.report(&keys, &done)
    }

    fn report(&self, keys: &secrets::Keys, done: &Progress) -> Result<(), Failure> {
        let newest = keys.ids().next().unwrap_or_default();
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
        if !old.is_empty() {
            let old = old.join(", ");
            let next =
                format!("no secret needs {old} any more; remove it from the keys and restart every replica");
            // The rotation is done: a closed stderr must not turn this into a failure.
            drop(Out::error(&next));
        }
        Ok(())
    }
}

async fn rotate_users(store: &Store, keys: &secrets::Keys) -> Result<Progress, Failure> {
    let cache = DocumentCache::<User>::new(store.clone(), 1);
    let (mut done, mut after, mut shown) = (Progress::default(), None, Instant::now());
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
        }
        done.users += page.documents.len() + page.unreadable.len();
        done.failed.extend(page.unreadable.into_iter().map(|user| (user.id, user.cause)));
        if shown.elapsed() > PROGRESS {
            shown = Instant::now();
            // A closed stderr must not stop the rotation.
            drop(Out::error(&format!("checked {} users, sealed {} secrets", done.users, done.sealed)));
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(done),
        }
    }
}

/// Seals the secrets of one user with the newest key, in one compare-and-set: a code that is used at the same time stays used.
async fn rotate_one(
    cache: &DocumentCache<User>,
    keys: &secrets::Keys,
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
