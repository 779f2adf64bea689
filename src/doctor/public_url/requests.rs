//! Sends the requests of the handshake to the public URL, or to another address in its place.

use std::{net::SocketAddr, time::Duration};

use reqwest::{
    Client, Method, RequestBuilder,
    header::{self, HeaderMap, HeaderValue},
    redirect::Policy,
};

use crate::config::Config;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

pub(super) struct Requests {
    client: Client,
    /// URL before each path.
    base: String,
}

impl Requests {
    pub(super) fn new(config: &Config, connect_to: Option<SocketAddr>) -> reqwest::Result<Self> {
        let url = &config.public_url;
        let mut client =
            Client::builder().redirect(Policy::none()).no_proxy().connect_timeout(CONNECT_TIMEOUT);
        if let Some(ca) = &config.outgoing.ca {
            client = client.tls_certs_merge(ca.certificates.iter().cloned());
        }
        let mut base = url.url();
        if let Some(address) = connect_to {
            // reqwest ignores the port of the address if the URL has one. The header Host has it instead, so HTTP/2, which takes the host
            // from the URL, is off.
            let (scheme, authority) = url.origin.split_once("://").unwrap_or_default();
            base = format!("{scheme}://{}{}", url.host, url.prefix);
            let host = HeaderValue::from_str(authority).ok().map(|host| (header::HOST, host));
            let headers: HeaderMap = host.into_iter().collect();
            client = client.resolve(&url.host, address).http1_only().default_headers(headers);
        }
        Ok(Self { client: client.build()?, base })
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }
}
