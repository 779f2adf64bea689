//! Collectors that are stopped, slow or refuse: no request waits for them.

use std::{
    fs,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rustix::process::Signal;
use tokio::net::TcpListener;

use super::{request_id, traced};
use crate::{
    harness::{
        browser::Browser,
        collector::{Behaviour, Collector},
        eventually,
        ports::free_port,
        process::{Installation, ServiceProcess},
        users::PASSWORD,
    },
    process::add,
};

const FAILED: &str = "traces could not be exported";
const RECOVERED: &str = "traces are exported again";
const LIMIT: Duration = Duration::from_mins(1);

/// Signs in several times, and waits until the service has logged a failure.
async fn logins_work(home: &Installation) -> ServiceProcess {
    add(home, "ada");
    let serving = home.serve();
    for _ in 0..5 {
        let browser = Browser::at(serving.address);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        browser.me().await.expect_status(200);
    }
    let has_failed = async || serving.log().contains(FAILED);
    eventually(LIMIT, FAILED, has_failed).await;
    serving
}

/// Waits until the service has seen another attempt fail, and returns its log. Each check sends a request, so there are spans to send.
async fn log_after_another_failure(serving: &ServiceProcess, attempts: impl Fn() -> usize) -> String {
    let before = attempts();
    // With the second attempt from now on, the failure of the first one is over.
    eventually(LIMIT, "two more attempts", || async {
        Browser::at(serving.address).get("/healthz").await.expect_status(200);
        attempts() >= before + 2
    })
    .await;
    serving.log()
}

/// Stops the service, and returns its log.
fn stop(home: &Installation, serving: ServiceProcess) -> String {
    serving.signal(Signal::TERM);
    let status = tokio::task::block_in_place(|| serving.ends_within(LIMIT));
    assert_eq!(status.code(), Some(0));
    fs::read_to_string(home.path("log")).expect("a log")
}

fn traced_at(address: SocketAddr) -> Installation {
    Installation::with_settings(&[("VESTIBULE_TRACES_URL", &format!("http://{address}"))])
}

/// Accepts connections and closes them. Returns their number.
fn close_connections(listener: TcpListener) -> Arc<AtomicUsize> {
    let closed = Arc::new(AtomicUsize::new(0));
    let counted = closed.clone();
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    closed
}

async fn assert_logged_once(home: &Installation, attempts: impl Fn() -> usize) {
    let serving = logins_work(home).await;
    let log = log_after_another_failure(&serving, attempts).await;
    assert_eq!(log.matches(FAILED).count(), 1, "{log}");
    stop(home, serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn collector_that_refuses_changes_no_login_and_is_logged_once() {
    for status in [503, 500, 401] {
        let collector = Collector::behaving(Behaviour::Refuse(status)).await;
        assert_logged_once(&traced(&collector), || collector.attempts()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn collector_that_is_stopped_changes_no_login_and_is_logged_once() {
    let closing = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let home = traced_at(closing.local_addr().expect("an address"));
    let closed = close_connections(closing);
    assert_logged_once(&home, || closed.load(Ordering::Relaxed)).await;
    let stopped = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let home = traced_at(stopped);
    let serving = logins_work(&home).await;
    // The next attempts are seen here.
    let closed = close_connections(TcpListener::bind(stopped).await.expect("the port is free"));
    let log = log_after_another_failure(&serving, || closed.load(Ordering::Relaxed)).await;
    assert_eq!(log.matches(FAILED).count(), 1, "{log}");
    stop(&home, serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn collector_that_never_answers_delays_no_login_and_no_shutdown() {
    let collector = Collector::behaving(Behaviour::Hang).await;
    let home = traced(&collector);
    add(&home, "ada");
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    // The request to the collector ends with this line. A login that waits for it would be answered afterwards.
    let log = fs::read_to_string(home.path("log")).expect("a log");
    assert!(!log.contains(FAILED), "{log}");
    let has_failed = async || serving.log().contains(FAILED);
    eventually(LIMIT, FAILED, has_failed).await;
    assert!(serving.log().contains("no response in time"));
    // Spans for the shutdown.
    browser.me().await.expect_status(200);
    let log = stop(&home, serving);
    assert!(log.contains("traces were not exported in time"), "{log}");
}

// The line about each recovery would fill the log. Failures within ten minutes of the first line have no line, and no end.
#[tokio::test(flavor = "multi_thread")]
async fn collector_that_fails_now_and_then_is_logged_once() {
    let collector = Collector::start().await;
    let home = traced(&collector);
    let serving = home.serve();
    for _ in 0..3 {
        collector.behave(Behaviour::Refuse(503));
        let before = collector.attempts();
        let answer = Browser::at(serving.address).get("/healthz").await.expect_status(200);
        eventually(LIMIT, "a refused request", async || collector.attempts() > before).await;
        collector.behave(Behaviour::Accept);
        collector.trace_of_request(&request_id(&answer)).await;
    }
    let log = stop(&home, serving);
    assert_eq!((log.matches(FAILED).count(), log.matches(RECOVERED).count()), (1, 1), "{log}");
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
    let is_logged = async || serving.log().contains(RECOVERED);
    eventually(Duration::from_secs(20), "the end of the failure is logged", is_logged).await;
}

// The queue has 4,096 places. What does not fit is lost and counted.
#[tokio::test(flavor = "multi_thread")]
async fn spans_without_a_collector_do_not_fill_the_memory() {
    let collector = Collector::behaving(Behaviour::Hang).await;
    let metrics = format!("127.0.0.1:{}", free_port());
    let home = traced(&collector).and("VESTIBULE_METRICS_LISTEN", &metrics).and("VESTIBULE_LOG", "warn");
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
    let lost = async || {
        let answer = reqwest::get(format!("http://{metrics}/metrics")).await.expect("the metrics");
        let text = answer.text().await.expect("text");
        let value = text.lines().find_map(|line| line.strip_prefix("vestibule_trace_spans_lost_total "));
        value.map_or(0, |value| value.parse::<u64>().expect("a number"))
    };
    // Beside the queue, one batch of 512 spans waits for the collector.
    eventually(LIMIT, "lost spans are counted", async || lost().await >= 5600 - 4096 - 512).await;
    let full = serving.memory();
    send(700).await;
    let later = serving.memory();
    assert!(later < full + 2048, "{full} KiB, then {later} KiB");
}
