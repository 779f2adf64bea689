//! Browser with a cookie jar that a test can read, copy and change. It sends CSRF tokens as Angular does.

use std::{collections::BTreeMap, net::SocketAddr, sync::Mutex, time::Duration};

use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::service::Service;

/// Compares a body with an inline snapshot that is the same on both stores.
macro_rules! snapshot {
    ($body:expr, @$expected:literal) => {{
        let body = $body;
        insta::allow_duplicates! { insta::assert_json_snapshot!(body, @$expected); }
    }};
}

#[derive(Debug)]
pub(crate) struct Browser {
    client: Client,
    pub(crate) address: SocketAddr,
    jar: Mutex<BTreeMap<String, String>>,
    headers: Vec<(&'static str, String)>,
}

impl Clone for Browser {
    /// Copies the cookies, as an attacker would.
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            address: self.address,
            jar: Mutex::new(self.jar.lock().unwrap().clone()),
            headers: self.headers.clone(),
        }
    }
}

impl Browser {
    pub(crate) fn of(service: &Service) -> Self {
        Self::at(service.address)
    }

    pub(crate) fn at(address: SocketAddr) -> Self {
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let client = client.timeout(Duration::from_secs(30)).build().expect("a client");
        Self { client, address, jar: Mutex::default(), headers: Vec::new() }
    }

    /// The same cookies at another replica.
    pub(crate) fn at_replica(&self, service: &Service) -> Self {
        Self { address: service.address, ..self.clone() }
    }

    /// Sends this header with every request.
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Sends the header of a proxy in front of this client.
    pub(crate) fn from(self, ip: &str) -> Self {
        self.with_header("x-forwarded-for", ip)
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().get(name).cloned()
    }

    pub(crate) fn put_cookie(&self, name: &str, value: &str) {
        self.jar.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn delete_cookie(&self, name: &str) {
        self.jar.lock().unwrap().remove(name);
    }

    pub(crate) fn session(&self) -> Option<String> {
        let jar = self.jar.lock().unwrap();
        jar.iter().find(|(name, _)| is_session_cookie(name)).map(|(_, value)| value.clone())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path).send().await
    }

    /// Sends the CSRF token of the cookie in the header.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.with_token(Method::POST, path).await.json(body).send().await
    }

    /// Sends the CSRF token of the cookie in the header.
    pub(crate) async fn delete(&self, path: &str, body: &Value) -> Answer {
        self.with_token(Method::DELETE, path).await.json(body).send().await
    }

    pub(crate) fn csrf_token(&self) -> Option<String> {
        self.cookie("__Host-XSRF-TOKEN").or_else(|| self.cookie("XSRF-TOKEN"))
    }

    /// Starts a request with CSRF token and without body.
    pub(crate) async fn with_token(&self, method: Method, path: &str) -> Request<'_> {
        if self.csrf_token().is_none() {
            self.get("/login").await.expect_status(200);
        }
        let token = self.csrf_token().expect("the page sets a CSRF cookie");
        self.request(method, path).header("x-xsrf-token", &token)
    }

    /// Starts a request with the cookies and nothing else.
    pub(crate) fn request(&self, method: Method, path: &str) -> Request<'_> {
        let mut request = self.client.request(method, format!("http://{}{path}", self.address));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let jar = self.jar.lock().unwrap();
        let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        Request { browser: self, request }
    }

    pub(crate) async fn sign_in(&self, name: &str, password: &str) -> Answer {
        self.post("/api/auth/login", &json!({ "username": name, "password": password })).await
    }

    pub(crate) async fn verify(&self, code: &str) -> Answer {
        self.post("/api/mfa/verify", &json!({ "code": code })).await
    }

    pub(crate) async fn start_enrolment(&self) -> Answer {
        self.post("/api/mfa/setup", &json!({})).await
    }

    pub(crate) async fn keep_alive(&self) -> Answer {
        self.post("/api/auth/keep-alive", &json!({})).await
    }

    pub(crate) async fn sign_out(&self) -> Answer {
        self.post("/api/auth/logout", &json!({})).await
    }

    pub(crate) async fn me(&self) -> Answer {
        self.get("/api/auth/me").await
    }

    /// Stores cookies as a browser does. `Secure` is ignored, because the tests use no TLS.
    fn keep(&self, headers: &HeaderMap) {
        let mut jar = self.jar.lock().unwrap();
        for cookie in headers.get_all("set-cookie") {
            let cookie = cookie::Cookie::parse(cookie.to_str().expect("ASCII")).expect("a cookie");
            if cookie.max_age().is_some_and(cookie::time::Duration::is_zero) {
                jar.remove(cookie.name());
            } else {
                jar.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }
}

pub(crate) struct Request<'a> {
    browser: &'a Browser,
    request: RequestBuilder,
}

impl Request<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.request = self.request.json(body);
        self
    }

    pub(crate) fn body(mut self, media: &str, body: impl Into<reqwest::Body>) -> Self {
        self.request = self.request.header("content-type", media).body(body);
        self
    }

    /// Opens the response and leaves its body to the caller. Cookies are not kept.
    pub(crate) async fn open(self) -> reqwest::Response {
        self.request.send().await.expect("the service answers")
    }

    pub(crate) async fn send(self) -> Answer {
        let response = self.request.send().await.expect("the service answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        self.browser.keep(&headers);
        let text = response.text().await.expect("a whole body");
        Answer { status, headers, text }
    }
}

/// HTTP response.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Asserts a problem document with this status and code.
    #[track_caller]
    pub(crate) fn expect_problem(self, status: u16, code: &str) -> Self {
        let answer = self.expect_status(status);
        assert_eq!(answer.code(), code, "{}", answer.text);
        answer
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Returns the code of a problem document, or an empty text.
    pub(crate) fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Returns why the session ended.
    pub(crate) fn reason(&self) -> String {
        self.json()["reason"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("ASCII"))
    }

    pub(crate) fn retry_after(&self) -> Option<u64> {
        self.header("retry-after").map(|text| text.parse().expect("whole seconds"))
    }

    /// Returns the `Set-Cookie` header of this name.
    pub(crate) fn set_cookie(&self, name: &str) -> Option<String> {
        let values = self.headers.get_all("set-cookie").iter().map(|value| value.to_str().expect("ASCII"));
        let mut ours = values.filter(|value| value.starts_with(&format!("{name}=")));
        let found = ours.next().map(ToOwned::to_owned);
        assert_eq!(ours.next(), None, "one cookie, set once");
        found
    }

    /// Returns the `Set-Cookie` header of the session cookie.
    pub(crate) fn session_cookie(&self) -> Option<String> {
        let values = self.headers.get_all("set-cookie").iter().map(|value| value.to_str().expect("ASCII"));
        let mut names = values.filter_map(|value| value.split_once('=')).map(|(name, _)| name);
        self.set_cookie(names.find(|name| is_session_cookie(name))?)
    }

    /// Returns the problem document without its request id.
    pub(crate) fn problem(&self) -> Value {
        let mut body = self.json();
        let id = body["requestId"].take();
        assert_eq!(id.as_str(), self.header("x-request-id"), "one id for body and header");
        body["requestId"] = json!("[id]");
        body
    }
}

/// Returns whether a cookie of this name is the session cookie: over http the name contains the port of the public URL.
fn is_session_cookie(name: &str) -> bool {
    let port = name.strip_prefix("vestibule-").unwrap_or_default();
    name == "__Host-vestibule" || (!port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Sends these bytes and reads until the connection closes or the time is over.
pub(crate) async fn raw(address: SocketAddr, bytes: &[u8], timeout: Duration) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // The service may respond and close before it has read everything.
    drop(stream.write_all(bytes).await);
    let mut answer = Vec::new();
    drop(tokio::time::timeout(timeout, stream.read_to_end(&mut answer)).await);
    String::from_utf8_lossy(&answer).into_owned()
}
