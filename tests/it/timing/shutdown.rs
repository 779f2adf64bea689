//! Idle connections do not delay the shutdown.

use std::{
    fs,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use tokio::net::TcpStream;

use crate::harness::{browser::Browser, process::Installation};

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_do_not_delay_shutdown() {
    let home = Installation::new();
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    browser.get("/healthz").await.expect_status(200);
    let silent = TcpStream::connect(serving.address).await.unwrap();
    let half = TcpStream::connect(serving.address).await.unwrap();
    half.try_write(b"GET /healthz HTTP/1.1\r\nhost: x").unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    serving.signal(Signal::TERM);
    let printed = Instant::now();
    let status = tokio::task::block_in_place(|| serving.ends_within(Duration::from_secs(30)));
    assert_eq!(status.code(), Some(0));
    let cut_off = fs::read_to_string(home.path("log")).unwrap().contains("cutting off what does not finish");
    assert!(cut_off || printed.elapsed() < Duration::from_secs(10), "{:?}: not closed", printed.elapsed());
    drop((silent, half));
}
