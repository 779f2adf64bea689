//! `vestibule users merge`

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    UserRef,
    actions::{preview, provisioning, users_of},
    user_ref::label,
    view::summary,
};
use crate::{
    audit::StatedReason,
    cli::{
        context::{event_chain, keys, store},
        failure::Failure,
        layout::time,
        out::Out,
        question::confirm,
    },
    clock::Clock,
    provisioning::{MergeOrder, MergeSources, Undo, undoable_merge},
    store::{Create, Page, Store, StoreError, Stored},
    user::{
        TypedName,
        merge::{FieldChange, Merge as Record, MergeId, MergeOptions, Party},
    },
};

/// Merges per read of the store.
const PAGE: usize = 100;

/// Merge a user into another one: FROM ends, INTO stays and gets the identities of both. Can be undone for 30 days.
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "INTO keeps its id, user name, password and second factor. The id of FROM finds INTO from then on. Check that both users are \
                  the same human: a sign-in with an identity of FROM is a sign-in as INTO afterwards."
)]
pub(in crate::cli) struct Merge {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// The user that ends: user name, ID or e-mail address.
    #[arg(required = true)]
    from: Option<String>,
    /// The user that stays: user name, ID or e-mail address.
    #[arg(required = true)]
    into: Option<String>,
    /// Give INTO the roles of FROM, except administrative ones.
    #[arg(long)]
    with_roles: bool,
    /// Give INTO the passkeys, authenticator apps and codes by message of FROM, if INTO has no second factor.
    #[arg(long)]
    with_factors: bool,
    #[command(flatten)]
    act: Act,
}

#[derive(Subcommand)]
enum Verb {
    /// Undo a merge: FROM is as it was before, and what INTO got from it leaves INTO, unless it was changed since.
    Undo {
        /// The id of the merge, or a user of it: the newest merge is undone.
        merge: String,
        #[command(flatten)]
        act: Act,
    },
}

#[derive(Args)]
struct Act {
    /// Print what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// The reason, for the audit events.
    #[arg(long)]
    reason: Option<StatedReason>,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    /// Print one JSON document instead of lines.
    #[arg(long)]
    json: bool,
}

impl Merge {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let Self { verb, from, into, with_roles, with_factors, act } = self;
        match (verb, from, into) {
            (Some(Verb::Undo { merge, act }), ..) => Box::pin(undo(&merge, act)).await,
            (None, Some(from), Some(into)) => {
                let options = MergeOptions { with_roles, with_factors };
                Box::pin(run(&UserRef::of(&from), &UserRef::of(&into), options, act)).await
            }
            (None, ..) => Err(Failure::Usage("name FROM and INTO".to_owned())),
        }
    }
}

async fn run(from: &UserRef, into: &UserRef, options: MergeOptions, act: Act) -> Result<(), Failure> {
    let (config, store) = store(Create::Never).await?;
    let (keys, clock, users) = (keys(&config)?, Clock::system(), users_of(&store));
    store.synchronize(&clock).await?;
    let chain = event_chain(&config, &store, &clock)?;
    let (from, into) = (from.find(&store).await?, into.find(&store).await?);
    let order = MergeOrder { from: from.id, into: into.id, options, revision: None, is_full: true };
    let sources = MergeSources { store: &store, keys: &keys, providers: &config.providers };
    let preview = preview(&chain, &users, &clock).merge(sources, order).await?;
    let names = (label(&from), label(&into));
    if !act.json {
        print_changes(&preview.changes)?;
    }
    let mut outcome = preview;
    if !act.dry_run {
        confirm(&format!("Merge {} into {}?", names.0, names.1), act.yes).await?;
        let writing = provisioning(&chain, &users, &clock, act.reason);
        // What was shown is what is done: FROM must be as it was.
        let order = MergeOrder { revision: Some(outcome.from.revision), ..order };
        outcome = writing.merge(sources, order).await?;
    }
    chain.close().await;
    store.close().await;
    if act.json {
        return Ok(Out::json(&json!({
            "merge": outcome.merge,
            "from": summary(&config, &outcome.from, &[]),
            "into": summary(&config, &outcome.into, &[]),
            "changes": outcome.changes,
            "undoUntil": outcome.undo_until,
        }))?);
    }
    match outcome.merge {
        Some(merge) => {
            Out::line(&format!("merged {} into {}; the sessions of both have ended", names.0, names.1))?;
            let until = time(outcome.undo_until);
            drop(Out::error(&format!("`vestibule users merge undo {merge}` undoes it until {until}")));
            Ok(())
        }
        None => Ok(Out::line(&format!("would merge {} into {}; nothing was changed", names.0, names.1))?),
    }
}

async fn undo(merge: &str, act: Act) -> Result<(), Failure> {
    let (config, store) = store(Create::Never).await?;
    let (keys, clock, users) = (keys(&config)?, Clock::system(), users_of(&store));
    store.synchronize(&clock).await?;
    let chain = event_chain(&config, &store, &clock)?;
    let merge = find_merge(&store, merge, &clock).await?;
    let order = Undo { merge, revision: None, is_full: true };
    let sources = MergeSources { store: &store, keys: &keys, providers: &config.providers };
    let mut outcome = preview(&chain, &users, &clock).undo_merge(sources, order).await?;
    let names = (label(&outcome.from), label(&outcome.into));
    if !act.json {
        print_changes(&outcome.changes)?;
    }
    if !act.dry_run {
        confirm(&format!("Restore {} and take it out of {}?", names.0, names.1), act.yes).await?;
        let writing = provisioning(&chain, &users, &clock, act.reason);
        outcome = writing.undo_merge(sources, order).await?;
    }
    chain.close().await;
    store.close().await;
    if act.json {
        return Ok(Out::json(&json!({
            "merge": merge,
            "from": summary(&config, &outcome.from, &[]),
            "into": summary(&config, &outcome.into, &[]),
            "changes": outcome.changes,
        }))?);
    }
    let text = if act.dry_run {
        format!("would restore {}; nothing was changed", names.0)
    } else {
        format!("restored {}; the sessions of both have ended", names.0)
    };
    Ok(Out::line(&text)?)
}

/// Prints one line for each field: the rule, and the values.
fn print_changes(changes: &[FieldChange]) -> Result<(), Failure> {
    for FieldChange { field, from, into, result, rule } in changes {
        Out::line(&format!("{field}: {} ({rule}; from {}, into {})", text(result), text(from), text(into)))?;
    }
    Ok(())
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// Finds a merge by its id, by a user of it, or by the user name or the address that FROM had.
async fn find_merge(store: &Store, name: &str, clock: &Clock) -> Result<MergeId, Failure> {
    let now = clock.now();
    if let Ok(id) = name.trim().parse::<MergeId>()
        && store.get::<Record>(&id.document_id()).await?.is_some()
    {
        return Ok(id);
    }
    if let Some(found) = by_former_name(store, name, now).await? {
        return Ok(found.id);
    }
    let user = UserRef::of(name).find(store).await?;
    let found = undoable_merge(store, user.id, now).await?;
    found.map(|merge| merge.id).ok_or_else(|| {
        Failure::Failed(format!(
            "no merge of {} can be undone; a merge can be undone for 30 days",
            label(&user)
        ))
    })
}

/// Finds the newest merge that can be undone and whose FROM had this id, user name or address.
async fn by_former_name(
    store: &Store,
    name: &str,
    now: crate::clock::Timestamp,
) -> Result<Option<Stored<Record>>, StoreError> {
    let typed = TypedName::new(name);
    let is_named = |party: &Party| {
        let user_name = party.username.as_ref().map(crate::user::Username::key);
        let address = party.email.as_ref().map(crate::user::Email::key);
        typed.key().is_some_and(|key| {
            user_name.as_deref() == Some(key)
                || address.as_deref() == Some(key)
                || party.id.to_string() == key
        })
    };
    let mut after = None;
    loop {
        let page = store.scan::<Record>(Page { tag: None, after, newest_first: true, limit: PAGE }).await?;
        let is_wanted = |merge: &Stored<Record>| {
            merge.undone_at.is_none() && now < merge.undo_until && is_named(&merge.from)
        };
        if let Some(found) = page.documents.into_iter().find(is_wanted) {
            return Ok(Some(found));
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(None),
        }
    }
}
