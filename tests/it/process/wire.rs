//! Slow clients and large requests.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::harness::{
    browser::{Browser, raw},
    service::Service,
    stores::StoreLocation,
};

pub(crate) const TIMEOUT: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn oversized_head_is_refused() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    // The limit of 64 KiB is checked between reads: up to twice as much may pass.
    let header = format!("GET / HTTP/1.1\r\nhost: x\r\nx-large: {}\r\n\r\n", "a".repeat(1 << 20));
    let cookies = format!("GET / HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", "a=b; ".repeat(40_000));
    let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "x-many: 1\r\n".repeat(10_000));
    let url = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(1 << 20));
    for (head, statuses) in
        [(header, &["431"][..]), (cookies, &["431"]), (many, &["431"]), (url, &["414", "431"])]
    {
        let answer = raw(service.address, head.as_bytes(), Duration::from_secs(5)).await;
        // Closing a connection that still sends may lose the response, but never sends another one.
        let refused = statuses.iter().any(|status| answer.starts_with(&format!("HTTP/1.1 {status}")));
        assert!(refused || answer.is_empty(), "{answer}");
    }
    for nonsense in [
        "\0\0\0\0\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}",
    ] {
        let answer = raw(service.address, nonsense.as_bytes(), Duration::from_secs(2)).await;
        assert!(
            !answer.starts_with("HTTP/1.1 2") && !answer.starts_with("HTTP/1.1 5"),
            "{nonsense:?}: {answer}"
        );
    }
    Browser::of(&service).get("/healthz").await.expect_status(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn huge_body_is_refused_without_being_read() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    browser.get("/login").await.expect_status(200);
    let token = browser.cookie("XSRF-TOKEN").unwrap();
    for announced in [true, false] {
        let length = if announced { "content-length: 104857600" } else { "transfer-encoding: chunked" };
        let head = format!(
            "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncookie: XSRF-TOKEN={token}\r\nx-xsrf-token: {token}\r\n\
             content-type: application/json\r\n{length}\r\n\r\n"
        );
        let mut stream = TcpStream::connect(service.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        if !announced {
            // Over the limit, without end.
            drop(stream.write_all(format!("11000\r\n{}\r\n", "x".repeat(0x11000)).as_bytes()).await);
        }
        let mut answer = [0; 12];
        let begun = Instant::now();
        tokio::time::timeout(Duration::from_secs(15), stream.read_exact(&mut answer))
            .await
            .expect("at once")
            .unwrap();
        assert_eq!(std::str::from_utf8(&answer).unwrap(), "HTTP/1.1 413");
        // The rest is not read: the connection closes.
        let sent = async {
            let mut sent = 0_usize;
            while stream.write_all(&vec![b'x'; 1 << 16]).await.is_ok() && sent < 100 << 20 {
                sent += 1 << 16;
            }
            sent
        };
        let sent = tokio::time::timeout(Duration::from_secs(15), sent).await.expect("the connection closes");
        assert!(sent < 20 << 20, "{sent} bytes were taken in {:?}", begun.elapsed());
    }
}
