//! Graceful shutdown.

use std::{net::SocketAddr, time::Duration};

use futures_util::future::join_all;
use rustix::process::Signal;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{add, signed_in};
use crate::harness::{browser::Browser, process::Installation, users::PASSWORD};

/// A login request whose body is still missing: it is in flight, however slow the machine is.
struct InFlight {
    stream: TcpStream,
    body: String,
}

impl InFlight {
    async fn begin(address: SocketAddr, name: &str) -> Self {
        let browser = Browser::at(address);
        browser.get("/login").await.expect_status(200);
        let token = browser.cookie("XSRF-TOKEN").unwrap();
        let body = json!({ "username": name, "password": PASSWORD }).to_string();
        let head = format!(
            "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncookie: XSRF-TOKEN={token}\r\nx-xsrf-token: {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // Sent by the service when it reads the body (RFC 9110 §10.1.1).
        let mut text = *b"HTTP/1.1 100 Continue\r\n\r\n";
        let wanted = text;
        stream.read_exact(&mut text).await.unwrap();
        assert_eq!(text, wanted, "{}", String::from_utf8_lossy(&text));
        Self { stream, body }
    }

    async fn send_the_rest(&mut self) {
        self.stream.write_all(self.body.as_bytes()).await.unwrap();
    }

    /// Finishes the request and returns the session cookie.
    async fn answered(mut self) -> String {
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let (_, cookie) = answer.split_once("set-cookie: vestibule-3000=").expect("a session");
        cookie.split_once(';').expect("its attributes").0.to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_answers_requests_in_flight() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        let home = Installation::with_settings(&[("VESTIBULE_HASH_THREADS", "1")]);
        add(&home, "ada");
        let serving = home.serve();
        let address = serving.address;
        let mut in_flight = join_all((0..4).map(|_| InFlight::begin(address, "ada"))).await;
        // One thread hashes the passwords one after the other. The body of the last request is still missing.
        for sign_in in &mut in_flight[..3] {
            sign_in.send_the_rest().await;
        }
        serving.signal(signal);
        in_flight[3].send_the_rest().await;
        let cookies = join_all(in_flight.into_iter().map(InFlight::answered)).await;
        let status = tokio::task::block_in_place(|| serving.ends_within(Duration::from_secs(30)));
        assert_eq!(status.code(), Some(0), "{signal:?}");
        assert!(TcpStream::connect(address).await.is_err(), "the port is closed");
        // Acknowledged writes are stored.
        let again = home.serve();
        for cookie in cookies {
            let later = Browser::at(again.address);
            later.put_cookie("vestibule-3000", &cookie);
            later.me().await.expect_status(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_survive_a_stop_and_a_kill() {
    let home = Installation::new();
    add(&home, "ada");
    let serving = home.serve();
    let browser = signed_in(serving.address, "ada").await;
    serving.signal(Signal::TERM);
    tokio::task::block_in_place(|| serving.ends_within(Duration::from_secs(30)));
    for _ in 0..2 {
        let serving = home.serve();
        let later = Browser::at(serving.address);
        later.put_cookie("vestibule-3000", &browser.session().unwrap());
        later.me().await.expect_status(200);
        serving.kill();
    }
}

// `nohup` starts a process that ignores SIGHUP, so that it outlives its terminal.
#[tokio::test(flavor = "multi_thread")]
async fn ignored_hangup_stays_ignored() {
    let home = Installation::new();
    let serving = home.serve_ignoring_hangup();
    serving.signal(Signal::HUP);
    for _ in 0..50 {
        Browser::at(serving.address).get("/healthz").await.expect_status(200);
    }
    serving.signal(Signal::TERM);
    let status = tokio::task::block_in_place(|| serving.ends_within(Duration::from_secs(30)));
    assert_eq!(status.code(), Some(0));
}
