//! Slow request heads and bodies are cut off.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{
    harness::{browser::Browser, service::Service, stores::StoreLocation},
    process::wire::TIMEOUT,
};

async fn read_until_closed(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    // A reset counts as closed.
    drop(tokio::time::timeout(TIMEOUT, read).await.expect("the connection closes"));
    String::from_utf8_lossy(&answer).into_owned()
}

// Slowloris: a slow head costs one connection for a limited time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn slow_heads_and_bodies_are_cut_off() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    browser.get("/login").await.expect_status(200);
    let (token, begun) = (browser.cookie("XSRF-TOKEN").unwrap(), Instant::now());
    let mut heads = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(service.address).await.unwrap();
        stream.write_all(b"GET /login HTTP/1.1\r\nhost: localhost\r\nx-slow: ").await.unwrap();
        heads.push(stream);
    }
    let mut body = TcpStream::connect(service.address).await.unwrap();
    let head = format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncookie: XSRF-TOKEN={token}\r\nx-xsrf-token: {token}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
    );
    body.write_all(head.as_bytes()).await.unwrap();
    let drip = async {
        let mut slow = TcpStream::connect(service.address).await.unwrap();
        slow.write_all(b"GET /login HTTP/1.1\r\nhost: localhost\r\nx-slow: ").await.unwrap();
        // Single bytes do not extend the time.
        while begun.elapsed() < TIMEOUT && slow.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        begun.elapsed()
    };
    let honest = async {
        for _ in 0..20 {
            let asked = Instant::now();
            browser.get("/api/auth/session").await.expect_status(200);
            assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
        }
    };
    let body = async {
        let answer = read_until_closed(&mut body).await;
        assert!(answer.starts_with("HTTP/1.1 504") || answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
    };
    let (dripped, (), ()) = tokio::join!(drip, honest, body);
    assert!(dripped < Duration::from_secs(40), "{dripped:?}");
    for stream in &mut heads {
        read_until_closed(stream).await;
    }
    assert!(begun.elapsed() < TIMEOUT, "{:?}", begun.elapsed());
}
