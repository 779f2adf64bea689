//! The database and the keys. Nothing is created.

use std::{path::Path, sync::Arc};

use super::users;
use crate::{
    administrators::Administrators,
    cache::DocumentCache,
    clock::{Clock, Timestamp},
    config::{Config, KeySource},
    finding::{Finding, FindingCode},
    login::second_factor::key_use::{RingError, check_keys_in_use},
    secrets::Keys,
    store::{self, Create, Inspection, Ownership, Page, Server, Store, StoreError},
    user::User,
};

const URL: &str = "VESTIBULE_DATABASE_URL";
/// Largest difference between two clocks, in milliseconds.
const SKEW_MAX: i64 = 10_000;
/// The oldest major version of MongoDB that is tested.
const OLDEST_VERSION: u32 = 6;

pub(super) async fn check(config: Arc<Config>, clock: Clock) -> Vec<Finding> {
    let mut findings = Vec::new();
    let inspection = store::inspect(config.database.url(), &config.collection_prefix).await;
    let now = clock.system_time();
    match &inspection {
        Err(error) => findings.push(unreachable(&config, error)),
        Ok(inspection) => of_inspection(&config, inspection, now, &mut findings),
    }
    // The keys of another application do not exist.
    let is_foreign = inspection.as_ref().is_ok_and(|found| matches!(found.ownership, Ownership::Foreign(_)));
    if !is_foreign {
        findings.extend(keys_and_users(&config, inspection.ok().as_ref()).await);
    }
    findings
}

fn unreachable(config: &Config, error: &StoreError) -> Finding {
    match error {
        StoreError::Unusable(text) => Finding::new(
            FindingCode::DatabaseRefused,
            URL,
            text.clone(),
            format!("{URL}: correct the user, the password, or the permissions of the database user"),
        ),
        StoreError::Unavailable(_) | StoreError::Taken { .. } | StoreError::Corrupt { .. } => {
            let fix = match config.database.file() {
                Some(file) => {
                    format!("check that the user of this process may read {} (see {URL})", file.display())
                }
                None => format!(
                    "check that the database runs, and that host, port and replicaSet in {URL} are right"
                ),
            };
            Finding::new(FindingCode::DatabaseUnreachable, URL, error.to_string(), fix)
        }
    }
}

fn of_inspection(config: &Config, inspection: &Inspection, now: Timestamp, findings: &mut Vec<Finding>) {
    let mut add = |code, problem: String, fix: String| findings.push(Finding::new(code, URL, problem, fix));
    match &inspection.ownership {
        Ownership::Ours => {}
        Ownership::Nothing => add(
            FindingCode::DatabaseMissing,
            "there is no database of Vestibule at this URL".to_owned(),
            format!("nothing for a new installation; otherwise correct {URL}"),
        ),
        Ownership::Foreign(found) => {
            let prefix = if config.database.file().is_some() {
                String::new()
            } else {
                ", or set VESTIBULE_COLLECTION_PREFIX=vestibule_".to_owned()
            };
            add(
                FindingCode::DatabaseForeign,
                found.clone(),
                format!("name another database in {URL}{prefix}"),
            );
        }
        Ownership::Unusable(text) => {
            add(
                FindingCode::DatabaseRefused,
                text.clone(),
                format!("correct {URL}, or restore the database from a backup"),
            );
        }
    }
    of_indexes(config, inspection, &mut add);
    if let Some(server) = &inspection.server {
        of_server(server, now, &mut add);
    }
    let ahead = inspection.newest_time.map_or(0, |newest| newest.as_millis() - now.as_millis());
    if ahead > SKEW_MAX {
        findings.push(Finding::new(
            FindingCode::ClockSetBack,
            "clock",
            format!(
                "the database contains a time that is {} s after the clock of this machine",
                ahead / 1000
            ),
            "synchronise the clock of this machine (timedatectl set-ntp true)",
        ));
    }
}

fn of_indexes(config: &Config, inspection: &Inspection, add: &mut impl FnMut(FindingCode, String, String)) {
    let restart = "restart the service: it creates missing indexes at its start";
    if !inspection.missing_indexes.is_empty() {
        let (problem, is_embedded) = (
            format!("missing indexes: {}", inspection.missing_indexes.join(", ")),
            config.database.file().is_some(),
        );
        let fix = if is_embedded {
            format!("{restart}; if the finding stays, restore the file of {URL} from a backup")
        } else {
            format!("{restart}, with the database user of {URL}")
        };
        add(FindingCode::DatabaseIndexMissing, problem, fix);
    }
    if !inspection.different_indexes.is_empty() {
        let names = inspection.different_indexes.join(", ");
        let fix = format!("drop these indexes in the database of {URL}, and restart the service");
        add(FindingCode::DatabaseIndexDiffers, format!("indexes with other keys or options: {names}"), fix);
    }
}

fn of_server(server: &Server, now: Timestamp, add: &mut impl FnMut(FindingCode, String, String)) {
    let major = server.version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major < OLDEST_VERSION) {
        add(
            FindingCode::DatabaseVersion,
            format!("the server has the version {}", server.version),
            format!("update MongoDB at {URL} to version {OLDEST_VERSION} or later"),
        );
    }
    if server.replica_set.is_none() {
        add(
            FindingCode::DatabaseStandalone,
            "the server is not a member of a replica set".to_owned(),
            format!("start mongod with --replSet rs0, run rs.initiate(), and add replicaSet=rs0 to {URL}"),
        );
    }
    if let Some(problem) = &server.majority_problem {
        let fix = format!(
            "start the members of the replica set that are down, or remove them from its configuration; {URL} needs no change"
        );
        add(FindingCode::DatabaseMajority, problem.clone(), fix);
    }
    if !server.unused_options.is_empty() {
        let options = server.unused_options.join(", ");
        add(
            FindingCode::DatabaseOptionUnused,
            format!("{options} in the URL has no effect"),
            format!("remove {options} from {URL}"),
        );
    }
    let skew = server.time.map_or(0, |time| now.as_millis() - time.as_millis());
    if skew.abs() > SKEW_MAX {
        let (seconds, direction) = (skew.abs() / 1000, if skew > 0 { "ahead of" } else { "behind" });
        add(
            FindingCode::ClockDatabase,
            format!("the clock of this machine is {seconds} s {direction} the clock of the database server"),
            "synchronise both clocks (timedatectl set-ntp true)".to_owned(),
        );
    }
}

/// Checks that the keys can be read, that they are those of the database, and that there is an administrator.
async fn keys_and_users(config: &Config, inspection: Option<&Inspection>) -> Vec<Finding> {
    let has_file = |path: &Path| path.exists() || path.with_extension("").exists();
    // Keys are created at the first start, and not here.
    if matches!(&config.keys, KeySource::Beside(path) if !has_file(path)) {
        return Vec::new();
    }
    let keys = match config.keys.load() {
        Ok(keys) => keys,
        Err(mistake) => {
            let fix = format!("restore {} from a backup, or correct VESTIBULE_SECRET_KEYS", mistake.name);
            return vec![Finding::new(FindingCode::KeysUnusable, mistake.name, mistake.text, fix)];
        }
    };
    // To open a store creates indexes that are missing.
    let is_complete = |found: &Inspection| {
        found.ownership == Ownership::Ours
            && found.missing_indexes.is_empty()
            && found.different_indexes.is_empty()
            && found.server.as_ref().is_none_or(|server| server.majority_problem.is_none())
    };
    if inspection.is_none_or(|found| !is_complete(found)) {
        return Vec::new();
    }
    let opened = Store::open_with(config.database.url(), &config.collection_prefix, Create::Never).await;
    let Ok(store) = opened else { return Vec::new() };
    let missing = keys_in_use(config, &store, &keys).await;
    let administrator = administrator(config, &store).await;
    let locked_out = users::locked_out(config, &store).await;
    store.close().await;
    missing.into_iter().chain(administrator).chain(locked_out).collect()
}

async fn keys_in_use(config: &Config, store: &Store, keys: &Keys) -> Option<Finding> {
    match check_keys_in_use(store, keys).await {
        Err(error @ RingError::Missing { .. }) => {
            let subject = config.keys.mistake(String::new()).name;
            let fix = format!("add the missing key behind the others: {subject}");
            Some(Finding::new(FindingCode::KeysNotInRing, subject, error.to_string(), fix))
        }
        Err(RingError::Store(_)) | Ok(_) => None,
    }
}

/// Checks that a user can administrate the service, if there are users. A provider may have taken the role from the last administrator.
async fn administrator(config: &Config, store: &Store) -> Option<Finding> {
    let page = Page { tag: None, after: None, newest_first: false, limit: 1 };
    let found = store.scan::<User>(page).await.ok()?;
    let cache = DocumentCache::new(store.clone(), 1);
    let is_missing = !Administrators::new(store, &cache, &config.providers).exist().await.ok()?;
    (is_missing && !found.documents.is_empty()).then(|| {
        Finding::new(
            FindingCode::NoAdministrator,
            "users",
            "no active user has the role admin",
            "vestibule users roles add USER admin",
        )
    })
}
