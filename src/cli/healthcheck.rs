//! `vestibule healthcheck`

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use clap::{Args, value_parser};
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{
    body::{Body as HttpBody, Bytes},
    client::conn::http1,
};
use hyper_util::rt::TokioIo;
use reqwest::redirect::Policy;
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UnixStream},
    time::timeout,
};
use url::Url;

use super::{failure::Failure, out::Out};
use crate::{
    config::{Environment, Listen, ListenSettings},
    store::StoreError,
    web::proxies::Peer,
};

const PATH: &str = "/readyz";
/// Largest answer that is read, in bytes. The page of another program can be long.
const ANSWER_MAX: usize = 16 * 1024;

/// Ask whether the service is ready to answer requests, for container engines and monitors.
///
/// The exit code is 0 if it is ready, 4 if it runs and its database does not answer, and 1 if it does not answer.
///
/// Without `--url` the address or socket in `VESTIBULE_LISTEN` is asked, over http and without the path of the public URL. Only the settings of the
/// listener are read, so the command works without the secrets of the service.
#[derive(Args)]
pub(super) struct Healthcheck {
    /// Ask the service at this http or https URL. `/readyz` is added to its path.
    #[arg(long, value_parser = base_url)]
    url: Option<Url>,
    /// Seconds to wait for the answer. The service waits for its database for five seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 6, value_parser = value_parser!(u64).range(1..=60))]
    timeout: u64,
}

/// An answer to `GET /readyz`.
struct Answer {
    status: StatusCode,
    body: Vec<u8>,
}

impl Healthcheck {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let limit = Duration::from_secs(self.timeout);
        let (name, asked) = if let Some(url) = self.url {
            (url.to_string(), timeout(limit, ask_url(url)).await)
        } else {
            let listen = ListenSettings::read(&Environment::of_process()).map_err(Failure::Settings)?;
            if listen.at.port() == Some(0) {
                let text = "not healthy: VESTIBULE_LISTEN has port 0, which is any free port; name the service with --url";
                return Err(Failure::Failed(text.to_owned()));
            }
            (format!("{}{PATH}", listen.at.url()), timeout(limit, ask_listener(&listen)).await)
        };
        match asked {
            Ok(Ok(answer)) => check(&name, &answer)?,
            Ok(Err(cause)) => {
                return Err(Failure::Failed(format!("not healthy: {name} does not answer: {cause}")));
            }
            Err(_) => {
                let seconds = limit.as_secs();
                return Err(Failure::Failed(format!(
                    "not healthy: {name} did not answer within {seconds} s; see the log of the service"
                )));
            }
        }
        Ok(Out::line("ready")?)
    }
}

/// Reads the URL of a service, and adds the path that is asked.
fn base_url(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return Err(
            "write an http or https URL without a query, for example http://127.0.0.1:3000".to_owned()
        );
    }
    let base = url.path().trim_end_matches('/');
    let path = format!("{}{PATH}", base.strip_suffix(PATH).unwrap_or(base));
    url.set_path(&path);
    Ok(url)
}

/// Checks the body, too: another program on the port could answer every path with 200.
fn check(name: &str, answer: &Answer) -> Result<(), Failure> {
    let body = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
    match (answer.status, body["status"].as_str()) {
        (StatusCode::OK, Some("ready")) => Ok(()),
        (StatusCode::SERVICE_UNAVAILABLE, Some("unavailable")) => Err(Failure::Store(
            StoreError::Unavailable(format!("{name} answers that its database does not answer")),
        )),
        (status, _) => Err(Failure::Failed(format!(
            "not healthy: {name} answers {} and not as Vestibule does; check the address",
            status.as_u16()
        ))),
    }
}

async fn ask_url(url: Url) -> Result<Answer, String> {
    // A proxy of the environment and a redirect would both lead to another program.
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build();
    let response = client.and_then(|client| client.get(url).build().map(|request| (client, request)));
    let (client, request) = response.map_err(|error| chain(&error))?;
    let response = client.execute(request).await.map_err(|error| chain(&error.without_url()))?;
    let status = response.status();
    let body = read(reqwest::Body::from(response)).await?;
    Ok(Answer { status, body })
}

async fn ask_listener(listen: &ListenSettings) -> Result<Answer, String> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => {
            "no program listens there; start the service, or check VESTIBULE_LISTEN".to_owned()
        }
        _ => error.to_string(),
    };
    match &listen.at {
        Listen::Address(address) => {
            let stream = connect(*address).await.map_err(failed)?;
            // The service sees this address as its peer.
            let own = stream.local_addr().map_err(failed)?;
            ask(stream, listen, Peer::of(own.ip())).await
        }
        Listen::Socket(path) => {
            ask(UnixStream::connect(path).await.map_err(failed)?, listen, Peer::Socket).await
        }
    }
}

async fn ask<S>(mut stream: S, listen: &ListenSettings, own: Peer) -> Result<Answer, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    if listen.proxy_protocol && listen.trusted_proxies.contains(own) {
        stream.write_all(b"PROXY UNKNOWN\r\n").await.map_err(|error| chain(&error))?;
    }
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| chain(&error))?;
    tokio::spawn(connection);
    let request = Request::get(PATH).header(header::HOST, "localhost").header(header::CONNECTION, "close");
    let request = request.body(Empty::<Bytes>::new()).map_err(|error| chain(&error))?;
    let response = sender.send_request(request).await.map_err(|error| chain(&error))?;
    let status = response.status();
    Ok(Answer { status, body: read(response.into_body()).await? })
}

/// Connects to the listener. No connection can be made to the address that stands for all addresses (`0.0.0.0`, `[::]`).
async fn connect(listen: SocketAddr) -> io::Result<TcpStream> {
    let ip = listen.ip().to_canonical();
    let loopback: [IpAddr; 2] = [Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()];
    let addresses: Vec<SocketAddr> = match ip {
        _ if !ip.is_unspecified() => vec![listen],
        IpAddr::V4(_) => vec![(Ipv4Addr::LOCALHOST, listen.port()).into()],
        // Containers often have no IPv6 loopback address, while `[::]` also accepts IPv4.
        IpAddr::V6(_) => loopback.map(|ip| (ip, listen.port()).into()).to_vec(),
    };
    TcpStream::connect(addresses.as_slice()).await
}

async fn read<B>(body: B) -> Result<Vec<u8>, String>
where
    B: HttpBody,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let read = Limited::new(body, ANSWER_MAX).collect().await;
    read.map(|body| body.to_bytes().to_vec()).map_err(|error| chain(error.as_ref()))
}

/// Returns the messages of an error and of its causes.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_of_a_service_gets_the_path_once() {
        for (text, expected) in [
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000/readyz"),
            ("http://[::1]:3000/", "http://[::1]:3000/readyz"),
            ("https://corp.example/auth", "https://corp.example/auth/readyz"),
            ("https://corp.example/auth/readyz", "https://corp.example/auth/readyz"),
        ] {
            assert_eq!(base_url(text).map(|url| url.to_string()), Ok(expected.to_owned()), "{text}");
        }
        for text in ["127.0.0.1:3000", "ftp://127.0.0.1", "http://127.0.0.1/?x", "/readyz"] {
            assert!(base_url(text).is_err(), "{text}");
        }
    }

    // A page of another program, or of another path of this service, is no proof of health.
    #[test]
    fn only_the_answer_of_this_service_is_healthy() {
        let checked = |status, body: &str| {
            check("http://127.0.0.1:3000/readyz", &Answer { status, body: body.as_bytes().to_vec() })
        };
        let ready = r#"{"status":"ready","checks":{"store":"ok"}}"#;
        assert!(checked(StatusCode::OK, ready).is_ok());
        for (status, body) in
            [(StatusCode::OK, "<!doctype html>"), (StatusCode::OK, "{}"), (StatusCode::NOT_FOUND, ready)]
        {
            assert!(matches!(checked(status, body), Err(Failure::Failed(_))), "{status} {body}");
        }
        let unavailable = checked(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"unavailable"}"#);
        assert!(matches!(unavailable, Err(Failure::Store(_))));
    }
}
