//! A minimal HTTP client: what it costs is the same for every measured route.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// The cookies of a browser after a login.
pub(crate) struct SignedIn {
    cookies: String,
    csrf_token: String,
}

impl SignedIn {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, Error> {
        let mut stream = TcpStream::connect(address).await?;
        let request = login_request(&csrf_token(&mut stream).await?);
        let (head, body) = exchange(&mut stream, &request).await?;
        let session = cookie(&head, "vestibule-3000").map_err(|_| body)?;
        let csrf_token = cookie(&head, "XSRF-TOKEN")?;
        Ok(Self { cookies: format!("vestibule-3000={session}; XSRF-TOKEN={csrf_token}"), csrf_token })
    }

    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\n\r\n", self.cookies).into_bytes()
    }

    pub(crate) fn post(&self, path: &str) -> Vec<u8> {
        let Self { cookies, csrf_token } = self;
        format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookies}\r\nx-xsrf-token: {csrf_token}\r\ncontent-length: 0\r\n\r\n"
        )
        .into_bytes()
    }
}

pub(crate) async fn csrf_token(stream: &mut TcpStream) -> Result<String, Error> {
    let request = b"GET /api/auth/session HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let (head, _) = exchange(stream, request).await?;
    cookie(&head, "XSRF-TOKEN")
}

pub(crate) fn login_request(csrf_token: &str) -> Vec<u8> {
    let body = format!("{{\"username\":\"ada\",\"password\":\"{PASSWORD}\"}}");
    format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncookie: XSRF-TOKEN={csrf_token}\r\nx-xsrf-token: {csrf_token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Returns the value of a cookie that a response sets.
pub(crate) fn cookie(head: &str, name: &str) -> Result<String, Error> {
    let start = format!("set-cookie: {name}=");
    let line = head.lines().find_map(|line| line.strip_prefix(&start)).ok_or(format!("no cookie {name}"))?;
    Ok(line.split(';').next().unwrap_or_default().to_owned())
}

/// Returns the body of one request on a connection of its own.
pub(crate) async fn fetch(address: SocketAddr, request: &[u8]) -> Result<String, Error> {
    Ok(exchange(&mut TcpStream::connect(address).await?, request).await?.1)
}

/// Sends a request on an open connection and returns head and body of the response.
pub(crate) async fn exchange(stream: &mut TcpStream, request: &[u8]) -> Result<(String, String), Error> {
    stream.write_all(request).await?;
    let (mut bytes, mut chunk) = (Vec::with_capacity(2048), [0; 4096]);
    loop {
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return Err("the service closed the connection".into());
        }
        bytes.extend_from_slice(&chunk[..read]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.and_then(|text| text.parse().ok()).unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return Ok((head, String::from_utf8_lossy(&bytes[end + 4..]).into_owned()));
            }
        }
    }
}
