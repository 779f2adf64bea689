//! Collectors that are stopped, slow or refuse: no request waits for them.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::{net::TcpListener, time::timeout};

use super::{request_id, traced};
use crate::{
    harness::{
        browser::Browser,
        collector::{Behaviour, Collector},
        eventually,
        process::{Installation, ServiceProcess},
        users::PASSWORD,
    },
    process::add,
};

const FAILED: &str = "traces could not be exported";

/// Signs in several times, and stops the service. Returns its log.
async fn logins_work(home: &Installation) -> String {
    add(home, "ada");
    let serving = home.serve();
    for _ in 0..5 {
        let browser = Browser::at(serving.address);
        let login = timeout(Duration::from_secs(10), browser.sign_in("ada", PASSWORD)).await;
        login.expect("no wait for the collector").expect_status(200);
        browser.me().await.expect_status(200);
    }
    // A second attempt after the first one fails.
    let has_failed = async || serving.log().contains(FAILED);
    eventually(Duration::from_secs(20), FAILED, has_failed).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let log = serving.log();
    stops_in_time(serving);
    log
}

fn stops_in_time(serving: ServiceProcess) {
    let began = Instant::now();
    serving.signal(Signal::TERM);
    let status = tokio::task::block_in_place(|| serving.ends_within(Duration::from_secs(10)));
    assert_eq!(status.code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn collector_that_fails_changes_no_login_and_is_logged_once() {
    let stopped = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let closing = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let closes = closing.local_addr().expect("an address");
    tokio::spawn(async move { while closing.accept().await.is_ok() {} });
    let collectors = [503, 500, 401].map(|status| Collector::behaving(Behaviour::Refuse(status)));
    let collectors = futures_util::future::join_all(collectors).await;
    let mut addresses = vec![stopped, closes];
    addresses.extend(collectors.iter().map(|collector| collector.address));
    for address in addresses {
        let log = logins_work(&Installation::with_settings(&[(
            "VESTIBULE_TRACES_URL",
            &format!("http://{address}"),
        )]))
        .await;
        assert_eq!(log.matches(FAILED).count(), 1, "{address}: {log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn collector_that_never_answers_delays_no_login_and_no_shutdown() {
    let collector = Collector::behaving(Behaviour::Hang).await;
    let log = logins_work(&traced(&collector)).await;
    assert!(log.contains("no response in time"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_wait_for_a_collector_that_answers_again() {
    let collector = Collector::behaving(Behaviour::Refuse(503)).await;
    let home = traced(&collector);
    let serving = home.serve();
    let answer = Browser::at(serving.address).get("/healthz").await.expect_status(200);
    let has_failed = async || serving.log().contains(FAILED);
    eventually(Duration::from_secs(20), FAILED, has_failed).await;
    collector.behave(Behaviour::Accept);
    collector.trace_of_request(&request_id(&answer)).await;
    let is_logged = async || serving.log().contains("traces are exported again");
    eventually(Duration::from_secs(20), "the end of the failure is logged", is_logged).await;
}

// The queue has 4,096 places. What does not fit is lost and counted.
#[tokio::test(flavor = "multi_thread")]
async fn spans_without_a_collector_do_not_fill_the_memory() {
    let collector = Collector::behaving(Behaviour::Hang).await;
    let home = traced(&collector).and("VESTIBULE_METRICS_LISTEN", "127.0.0.1:0").and("VESTIBULE_LOG", "warn");
    let serving = home.serve();
    let send = async |count: usize| {
        let browsers: Vec<Browser> = (0..8).map(|_| Browser::at(serving.address)).collect();
        let requests = browsers.iter().map(|browser| async move {
            for _ in 0..count {
                browser.get("/healthz").await.expect_status(200);
            }
        });
        futures_util::future::join_all(requests).await;
    };
    send(700).await;
    let full = serving.memory();
    send(700).await;
    let later = serving.memory();
    assert!(later < full + 2048, "{full} KiB, then {later} KiB");
}
