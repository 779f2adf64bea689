//! A stop that lets every request finish.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rustix::process::Signal;
use tokio::net::TcpStream;

use super::{add, signed_in};
use crate::harness::{browser::Browser, people::PASSWORD, process::Home};

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_in_flight_is_answered_when_the_service_is_told_to_stop() {
    for signal in [Signal::TERM, Signal::INT] {
        let home = Home::with(&[("VESTIBULE_HASH_THREADS", "1")]);
        add(&home, "ada");
        let serving = home.serve();
        let browsers: Vec<Browser> = (0..8).map(|_| Browser::at(serving.address)).collect();
        join_all(browsers.iter().map(|browser| browser.get("/login"))).await;
        let address = serving.address;
        let sign_ins = join_all(browsers.iter().map(|browser| browser.sign_in("ada", PASSWORD)));
        let stop = async {
            // The requests are on their way; one thread hashes them one after the other.
            tokio::time::sleep(Duration::from_millis(30)).await;
            let begun = Instant::now();
            serving.signal(signal);
            (begun, serving)
        };
        let (answers, (begun, serving)) = tokio::join!(sign_ins, stop);
        for answer in answers {
            answer.must_be(200);
        }
        let status = tokio::task::block_in_place(|| serving.ends_within(Duration::from_secs(10)));
        assert_eq!(status.code(), Some(0), "{signal:?}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
        // What was acknowledged is there.
        let again = home.serve();
        for browser in &browsers {
            let cookie = browser.session().unwrap();
            let later = Browser::at(again.address);
            later.put_cookie("vestibule", &cookie);
            later.me().await.must_be(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_and_half_open_connections_do_not_hold_up_the_stop() {
    let home = Home::new();
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    browser.get("/healthz").await.must_be(200);
    let silent = TcpStream::connect(serving.address).await.unwrap();
    let half = TcpStream::connect(serving.address).await.unwrap();
    half.try_write(b"GET /healthz HTTP/1.1\r\nhost: x").unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    serving.signal(Signal::TERM);
    let status = tokio::task::block_in_place(|| serving.ends_within(Duration::from_secs(10)));
    assert_eq!(status.code(), Some(0));
    drop((silent, half));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_survive_a_stop_and_a_kill() {
    let home = Home::new();
    add(&home, "ada");
    let serving = home.serve();
    let browser = signed_in(serving.address, "ada").await;
    serving.signal(Signal::TERM);
    tokio::task::block_in_place(|| serving.ends_within(Duration::from_secs(10)));
    for _ in 0..2 {
        let serving = home.serve();
        let later = Browser::at(serving.address);
        later.put_cookie("vestibule", &browser.session().unwrap());
        later.me().await.must_be(200);
        serving.kill();
    }
}
