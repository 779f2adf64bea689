//! Outage of the store: no session ends and none opens.

use std::time::{Duration, Instant};

use crate::harness::{
    browser::{Answer, Browser},
    eventually,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

/// How long a cached session is valid without the change feed.
const CACHE_TIME: Duration = Duration::from_secs(1);

#[track_caller]
fn assert_unavailable(answer: Answer) {
    let answer = answer.expect_problem(503, "store_unavailable");
    assert!(answer.retry_after().is_some());
    assert_eq!(answer.session_cookie(), None, "no session ends");
}

// A hanging database must not keep an ended session valid: silence is not "no change".
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hanging_store_ends_no_session_and_opens_none() {
    let location = StoreLocation::replica_set();
    let (wire, url) = location.behind_cut_proxy().await;
    let service = Service::on_store(&url, &[]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.me().await.expect_status(200);
    let attacker = Browser::of(&service);
    attacker.get("/login").await.expect_status(200);

    let leaving = browser.clone();
    wire.freeze();
    tokio::time::sleep(CACHE_TIME + Duration::from_millis(200)).await;
    let lively = async {
        browser.get("/healthz").await.expect_status(200);
        browser.get("/login").await.expect_status(200);
        Instant::now()
    };
    let me = async { (browser.me().await, Instant::now()) };
    let ready = async {
        let answer = browser.get("/readyz").await.expect_status(503).json();
        assert_eq!(answer["status"], "unavailable");
        assert_eq!(answer["checks"]["store"], "unavailable");
    };
    let ((me, given_up), session, kept, out, sign_in, answered, ()) = tokio::join!(
        me,
        browser.get("/api/auth/session"),
        browser.keep_alive(),
        leaving.sign_out(),
        attacker.sign_in("ada", PASSWORD),
        lively,
        ready
    );
    assert!(answered < given_up, "a request that needs no store does not wait for the store");
    for answer in [me, session, kept, out, sign_in] {
        assert_unavailable(answer);
    }

    wire.open();
    eventually(Duration::from_secs(30), "the store recovers", || async { browser.me().await.status == 200 })
        .await;
    eventually(Duration::from_secs(30), "ready", || async { browser.get("/readyz").await.status == 200 })
        .await;
    attacker.sign_in("ada", PASSWORD).await.expect_status(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broken_connection_recovers() {
    let location = StoreLocation::replica_set();
    let (wire, url) = location.behind_cut_proxy().await;
    let service = Service::on_store(&url, &[]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for _ in 0..10 {
        wire.cut();
        for _ in 0..5 {
            let answer = browser.me().await;
            assert!([200, 503].contains(&answer.status), "never a 401: {}", answer.text);
            assert_eq!(answer.session_cookie(), None);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    eventually(Duration::from_secs(30), "the store recovers", || async { browser.me().await.status == 200 })
        .await;
}

// A session that ended elsewhere during the outage ends here as soon as the cache entry expires.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn outage_does_not_revive_an_ended_session() {
    let location = StoreLocation::replica_set();
    let (wire, url) = location.behind_cut_proxy().await;
    let behind = Service::on_store(&url, &[]).await;
    let direct = Service::start(&location).await;
    create_user(&direct, "ada").await;
    let browser = Browser::of(&direct);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let there = browser.at_replica(&behind);
    there.me().await.expect_status(200);
    wire.freeze();
    browser.clone().sign_out().await.expect_status(200);
    let ended = Instant::now();
    tokio::time::sleep(CACHE_TIME + Duration::from_millis(300)).await;
    let answer = there.me().await;
    assert_eq!(answer.status, 503, "{:?} after the end: {}", ended.elapsed(), answer.text);
    wire.open();
    eventually(Duration::from_secs(30), "the end is known", || async { there.me().await.status == 401 })
        .await;
}
