//! Creation of many users at once.

use metrics_exporter_prometheus::PrometheusBuilder;
use vestibule::{
    audit::{Chain, Recorder, Writer},
    cache::DocumentCache,
    clock::Clock,
    config::{HashParameters, Hashing},
    login::password::hasher::Hasher,
    metrics,
    provisioning::{Credentials, DesiredUser, Mode, Provisioning, Transferred},
    secrets::{Keys, new_key},
    store::Store,
    user::User,
};

use crate::harness::stores::{OnStore as _, TestStore};

const RETENTION: std::time::Duration = std::time::Duration::from_hours(24);

fn row(name: &str) -> DesiredUser {
    DesiredUser {
        email: Some(format!("{name}@corp.example").parse().expect("an address")),
        username: Some(name.parse().expect("a name")),
        email_verified: Some(true),
        display_name: None,
        roles: None,
        password: None,
        totp_secret: None,
        must_change_password: None,
        transferred: Transferred::default(),
    }
}

/// Creates batches of these sizes. Returns the number of store operations of each batch.
async fn operations(store: &Store, sizes: &[usize], count: impl Fn() -> u64) -> Vec<u64> {
    let (users, clock) = (DocumentCache::<User>::new(store.clone(), 1), Clock::system());
    let keys = Keys::parse(&new_key()).expect("a key");
    let parameters = HashParameters { memory_kib: 8, iterations: 1, lanes: 1 };
    let hasher = Hasher::start(Hashing { threads: 1, queue: 1, parameters });
    let credentials = Credentials { hasher: &hasher, keys: &keys };
    let chain = Chain::new(store, &keys, &clock, RETENTION, Writer::Command);
    let audit = Recorder::of_command_line(&chain, &clock);
    let provisioning = Provisioning::new(&users, &clock, audit, Mode::Write);
    let mut counts = Vec::new();
    for (batch, size) in sizes.iter().enumerate() {
        let before = count();
        let rows: Vec<_> = (0..*size).map(|number| row(&format!("u{batch}-{number}"))).collect();
        let found = provisioning.find_all(&rows).await.expect("a look-up");
        let new = provisioning.new_users(&rows, &credentials, 1).await.expect("users");
        let created = provisioning.create_all(new, &found).await.expect("a write");
        assert!(created.len() == *size && created.iter().all(Result::is_ok));
        counts.push(count() - before);
    }
    counts
}

/// Counts the operations that this thread records.
fn count_on_one_thread(store: impl AsyncFnOnce() -> TestStore) -> Vec<u64> {
    // Nothing is recorded before the metrics are enabled. Another test may have done it.
    drop(metrics::start());
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let count = || {
        let text = handle.render();
        let lines =
            text.lines().filter(|line| line.starts_with("vestibule_store_operation_duration_seconds_count"));
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let _guard = ::metrics::set_default_local_recorder(&recorder);
    runtime.block_on(async {
        let store = store().await;
        operations(&store, &[1, 2, 300], count).await
    })
}

// An import of a million rows would otherwise wait a million times for the store.
mod operations_of_a_batch_do_not_depend_on_its_rows {
    use super::*;

    #[test]
    fn sqlite() {
        check(&count_on_one_thread(async || TestStore::on_sqlite().await));
    }

    #[test]
    fn mongo() {
        check(&count_on_one_thread(async || TestStore::on_mongo().await));
    }

    /// The first batch also reads the heads of other chains.
    fn check(counts: &[u64]) {
        // The look-up, the transaction, and the head of the audit chain: read and written.
        assert_eq!(counts[1..], [4, 4], "{counts:?}");
    }
}
