//! A TLS server in front of a provider, and a proxy in front of that server.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls");

/// Returns the file with the certificate authority.
pub(crate) fn ca_file() -> String {
    format!("{FOLDER}/ca.pem")
}

/// Returns the files with the certificate for localhost and its key.
pub(crate) fn certificate_files() -> [String; 2] {
    [format!("{FOLDER}/localhost.pem"), format!("{FOLDER}/localhost.key")]
}

/// Forwards TLS connections to `target` in plain text. The certificate is valid for localhost and idp.corp.test.
pub(crate) async fn serve_tls(target: SocketAddr) -> SocketAddr {
    serve_tls_with_head(target, "").await
}

/// Forwards TLS connections to `target` in plain text, each after this head: a PROXY protocol line.
pub(crate) async fn serve_tls_with_head(target: SocketAddr, head: &'static str) -> SocketAddr {
    let chain = CertificateDer::pem_file_iter(format!("{FOLDER}/localhost.pem")).expect("a certificate");
    let chain = chain.collect::<Result<Vec<_>, _>>().expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(format!("{FOLDER}/localhost.key")).expect("a key");
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).expect("a pair");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut client = acceptor.accept(stream).await?;
                let mut server = TcpStream::connect(target).await?;
                server.write_all(head.as_bytes()).await?;
                copy_bidirectional(&mut client, &mut server).await
            });
        }
    });
    address
}

/// HTTP proxy that connects every host to one server.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let seen = requests.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(tunnel(stream, server, seen.clone()));
            }
        });
        Self { address, requests }
    }

    /// Returns the heads of all requests to the proxy.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn tunnel(stream: TcpStream, server: SocketAddr, seen: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let mut client = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if client.read_line(&mut head).await? == 0 {
            return Ok(());
        }
    }
    seen.lock().unwrap().push(head);
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    let mut server = TcpStream::connect(server).await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}
