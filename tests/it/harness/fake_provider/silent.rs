//! Connections that are closed after one answer without saying so.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Forwards one request. The answer announces no close, and the connection closes as soon as more arrives.
pub(super) async fn forward_once(mut client: TcpStream, server: SocketAddr) {
    drop(forward(&mut client, server).await);
}

async fn forward(client: &mut TcpStream, server: SocketAddr) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !is_complete(&request) {
        let mut chunk = [0; 4096];
        let read = client.read(&mut chunk).await?;
        if read == 0 {
            return Ok(());
        }
        request.extend_from_slice(&chunk[..read]);
    }
    let mut server = TcpStream::connect(server).await?;
    server.write_all(&request).await?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer).replacen("connection: close\r\n", "", 1);
    client.write_all(answer.as_bytes()).await?;
    client.readable().await
}

/// Returns whether the head and the announced body are there.
fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}
