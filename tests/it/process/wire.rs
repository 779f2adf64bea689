//! Slow clients and large requests.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::harness::{
    browser::{Browser, raw},
    process::Installation,
    service::Service,
    stores::StoreLocation,
};

pub(crate) const TIMEOUT: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn oversized_head_is_refused() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    // The limit of 16 KiB is checked between reads: up to twice as much may pass.
    let medium = format!("GET / HTTP/1.1\r\nhost: x\r\nx-large: {}\r\n\r\n", "a".repeat(36 * 1024));
    let header = format!("GET / HTTP/1.1\r\nhost: x\r\nx-large: {}\r\n\r\n", "a".repeat(1 << 20));
    let cookies = format!("GET / HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", "a=b; ".repeat(40_000));
    let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "x-many: 1\r\n".repeat(10_000));
    let url = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(1 << 20));
    for (head, statuses) in [
        (medium, &["431"][..]),
        (header, &["431"]),
        (cookies, &["431"]),
        (many, &["431"]),
        (url, &["414", "431"]),
    ] {
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

/// The head of a request that the CSRF check refuses before its body is read.
fn refused_head(length: usize) -> String {
    format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n"
    )
}

/// Reads one response and returns its head in lower case.
async fn read_response(stream: &mut BufReader<TcpStream>) -> String {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read_line(&mut line)).await;
        assert!(read.expect("in time").expect("a line") > 0, "the connection closed after {head:?}");
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line.to_ascii_lowercase());
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("the body");
    head
}

// A client that keeps the connection would otherwise send its next request into a closed one and lose it.
#[tokio::test(flavor = "multi_thread")]
async fn connection_stays_usable_after_a_refusal_before_the_body() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    let mut stream = BufReader::new(TcpStream::connect(service.address).await.unwrap());
    for delay in [0, 30, 60].map(Duration::from_millis) {
        for size in [2, 1000, 60_000] {
            stream.write_all(refused_head(size).as_bytes()).await.unwrap();
            tokio::time::sleep(delay).await;
            stream.write_all(&vec![b' '; size]).await.unwrap();
            let head = read_response(&mut stream).await;
            assert!(head.starts_with("http/1.1 403") && !head.contains("connection: close"), "{head}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusal_that_closes_the_connection_announces_it() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    let chunked = "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n";
    let waiting = refused_head(1000).replace("content-type", "expect: 100-continue\r\ncontent-type");
    for head in [refused_head(1000), refused_head(100 << 20), chunked.to_owned(), waiting] {
        let mut stream = BufReader::new(TcpStream::connect(service.address).await.unwrap());
        stream.write_all(head.as_bytes()).await.unwrap();
        let head = read_response(&mut stream).await;
        assert!(head.starts_with("http/1.1 403") && head.contains("connection: close"), "{head}");
    }
}

// A reset connection can lose a response that the client has not read yet.
#[tokio::test(flavor = "multi_thread")]
async fn client_that_still_sends_gets_the_refusal() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    browser.get("/login").await.expect_status(200);
    let token = browser.cookie("XSRF-TOKEN").unwrap();
    for size in [100 << 10, 600 << 10] {
        let head = format!(
            "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncookie: XSRF-TOKEN={token}\r\nx-xsrf-token: {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            100 << 20
        );
        let mut stream = BufReader::new(TcpStream::connect(service.address).await.unwrap());
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&vec![b'x'; size]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        let head = read_response(&mut stream).await;
        assert!(head.starts_with("http/1.1 413") && head.contains("connection: close"), "{head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn request_without_exactly_one_host_is_refused() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    for (head, status) in [
        ("GET /healthz HTTP/1.1\r\nhost: x\r\n", "200"),
        ("GET /healthz HTTP/1.0\r\n", "200"),
        ("GET /healthz HTTP/1.1\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\nhost: x\r\nhost: y\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\nhost: x\r\nHost: x\r\n", "400"),
        ("GET /healthz HTTP/1.0\r\nhost: x\r\nhost: y\r\n", "400"),
        ("GET http://x/healthz HTTP/1.1\r\n", "400"),
    ] {
        let request = format!("{head}connection: close\r\n\r\n");
        let answer = raw(service.address, request.as_bytes(), Duration::from_secs(5)).await;
        assert_eq!(answer.get(9..12), Some(status), "{head}: {answer}");
        assert_eq!(answer.contains("invalid_request"), status == "400", "{answer}");
    }
}

// One client with idle connections must not keep others out.
#[tokio::test(flavor = "multi_thread")]
async fn one_address_cannot_hold_every_connection() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
    let serving = Installation::new().serve();
    let request = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    // The service closes a connection without a request after 15 seconds. A machine that needs longer to open all of them tries again.
    let until = Instant::now() + TIMEOUT;
    let held = loop {
        let opened = join_all((0..2048).map(|_| TcpStream::connect(serving.address))).await;
        if raw(serving.address, request.as_bytes(), Duration::from_secs(5)).await.is_empty() {
            break opened;
        }
        assert!(Instant::now() < until, "the address holds its share");
    };
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = BufReader::new(socket.connect(serving.address).await.unwrap());
    other.write_all(request.as_bytes()).await.unwrap();
    assert!(read_response(&mut other).await.starts_with("http/1.1 200"));
    drop(held);
    let until = Instant::now() + Duration::from_secs(5);
    while !raw(serving.address, request.as_bytes(), Duration::from_secs(5)).await.starts_with("HTTP/1.1 200")
    {
        assert!(Instant::now() < until, "places are free again");
    }
}
