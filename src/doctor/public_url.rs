//! The public URL, as a browser uses it: the test cookie comes back, the CSRF token is accepted, events are not held, answers are not
//! cached. The service reports what it received.

mod failure;
mod requests;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Method, Response, StatusCode,
    header::{self, HeaderMap},
};
use serde::Deserialize;
use tokio::time::Instant;

use self::requests::Requests;
use super::{
    access_token::{HEADER, Nonce},
    stream_check,
};
use crate::{
    clock::Clock,
    config::{Config, KeySource},
    finding::{Finding, FindingCode},
    secrets::Keys,
    web::cookies::CookieNames,
};

const URL: &str = "VESTIBULE_PUBLIC_URL";
const REQUEST: &str = "/api/admin/doctor/request";
const STREAM: &str = "/api/admin/doctor/stream";
/// Headers that protect pages in a browser. A proxy must pass them on.
const PAGE_HEADERS: [&str; 3] = ["content-security-policy", "x-content-type-options", "x-frame-options"];

pub(super) async fn check(config: Arc<Config>, clock: Clock, connect_to: Option<SocketAddr>) -> Vec<Finding> {
    let Some(keys) = keys(&config) else {
        // Without keys the service has never run; a finding of the database says so.
        return vec![not_running()];
    };
    let requests = match Requests::new(&config, connect_to) {
        Ok(requests) => requests,
        Err(error) => {
            return vec![Finding::new(
                FindingCode::PublicUrlUnreachable,
                URL,
                error.to_string(),
                "correct VESTIBULE_CA_FILE",
            )];
        }
    };
    let names = CookieNames::new(config.public_url.https, config.public_url.port);
    let mut handshake = Handshake { config: &config, clock, keys, requests, names, findings: Vec::new() };
    if let Err(finding) = handshake.run().await {
        handshake.findings.push(finding);
    }
    handshake.findings
}

/// Loads the keys, but creates none.
fn keys(config: &Config) -> Option<Keys> {
    match &config.keys {
        KeySource::Beside(path) if !path.exists() => None,
        KeySource::Beside(_) | KeySource::Given(_) => config.keys.load().ok(),
    }
}

fn not_running() -> Finding {
    let fix = "start the service, and run doctor again";
    Finding::new(FindingCode::ServiceNotRunning, URL, "the service does not run on this machine", fix)
}

/// The response of the service.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    nonce: String,
    proof: String,
    cookie_set: String,
    cookie_received: Option<String>,
    findings: Vec<ServerFinding>,
}

/// A finding of the service. Its code and severity are those of this version.
#[derive(Deserialize)]
struct ServerFinding {
    code: String,
    problem: String,
    fix: String,
}

struct Handshake<'c> {
    config: &'c Config,
    clock: Clock,
    keys: Keys,
    requests: Requests,
    names: CookieNames,
    findings: Vec<Finding>,
}

/// The cookies of the first response.
struct Cookies {
    header: String,
    csrf: String,
    test: String,
}

impl Handshake<'_> {
    fn add(&mut self, code: FindingCode, problem: impl Into<String>, fix: impl Into<String>) {
        self.findings.push(Finding::new(code, URL, problem, fix));
    }

    /// Does the handshake. `Err` ends it: later steps would repeat the finding.
    async fn run(&mut self) -> Result<(), Finding> {
        let (first, headers) = self.first().await?;
        self.findings.extend(first.findings.iter().filter_map(of_service));
        let cookies = self.cookies(&first, &headers);
        self.security_headers(&headers).await;
        if let Some(cookies) = cookies {
            self.second(&cookies).await?;
            self.csrf(&cookies).await;
        }
        self.stream().await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        nonce: Nonce,
        cookies: Option<&Cookies>,
    ) -> Result<Response, reqwest::Error> {
        let mut request = self.requests.request(method.clone(), path);
        request = request.header(HEADER, nonce.token(&self.keys, self.clock.system_time()));
        if let Some(cookies) = cookies {
            request = request.header(header::COOKIE, &cookies.header);
            if method == Method::POST {
                let origin = &self.config.public_url.origin;
                request = request.header(header::ORIGIN, origin).header("sec-fetch-site", "same-origin");
                request = request
                    .header("x-xsrf-token", &cookies.csrf)
                    .header(header::CONTENT_TYPE, "application/json")
                    .body("{}");
            }
        }
        request.send().await
    }

    async fn first(&self) -> Result<(Answer, HeaderMap), Finding> {
        let nonce = Nonce::random();
        let response = match self.send(Method::GET, REQUEST, nonce, None).await {
            Ok(response) => response,
            Err(error) => return Err(self.not_reached(&error).await),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.unwrap_or_default();
        let received = serde_json::from_slice::<Answer>(&body).ok().filter(|_| status == StatusCode::OK);
        let Some(received) = received else { return Err(self.other_answer(status, &headers, &body)) };
        if received.nonce != nonce.text() {
            return Err(cached());
        }
        if !nonce.is_proof(&self.keys, &received.proof) {
            return Err(self.other_keys());
        }
        Ok((received, headers))
    }

    /// Reads the cookies of a response as a browser does. `None` if one is missing.
    fn cookies(&mut self, first: &Answer, headers: &HeaderMap) -> Option<Cookies> {
        let set: Vec<&str> =
            headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).collect();
        let value_of = |name: &str| {
            let of_name = set.iter().find_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='));
            of_name.map(|rest| rest.split(';').next().unwrap_or_default().to_owned())
        };
        let (test_name, csrf_name) = (self.names.doctor().to_owned(), self.names.csrf());
        let (test, csrf) = (value_of(&test_name), value_of(csrf_name));
        let test = test.filter(|value| *value == first.cookie_set);
        let (Some(test), Some(csrf)) = (test, csrf) else {
            let problem = "a cookie that the service sets does not reach the browser";
            self.add(FindingCode::CookieLost, problem, "let the proxy pass Set-Cookie on (nginx: remove proxy_hide_header Set-Cookie and proxy_ignore_headers Set-Cookie), at the address of VESTIBULE_PUBLIC_URL");
            return None;
        };
        let original = self.names.doctor_cookie(&test);
        let arrived = set.iter().find(|cookie| cookie.starts_with(&test_name)).copied().unwrap_or_default();
        if attributes(&original) != attributes(arrived) {
            let problem = format!(
                "the attributes of a cookie arrive as {:?}, and the service sent {:?}",
                attributes(arrived),
                attributes(&original)
            );
            self.add(FindingCode::CookieChanged, problem, "nginx: remove proxy_cookie_path, proxy_cookie_domain and proxy_cookie_flags; a path belongs into VESTIBULE_PUBLIC_URL");
        }
        Some(Cookies { header: format!("{test_name}={test}; {csrf_name}={csrf}"), csrf, test })
    }

    async fn second(&mut self, cookies: &Cookies) -> Result<(), Finding> {
        let nonce = Nonce::random();
        let response = self.send(Method::GET, REQUEST, nonce, Some(cookies)).await;
        let body = match response {
            Ok(response) => response.bytes().await.unwrap_or_default(),
            Err(error) => return Err(self.not_reached(&error).await),
        };
        let Ok(received) = serde_json::from_slice::<Answer>(&body) else {
            let (problem, fix) =
                ("the second request has no answer of the service", format!("check the proxy of {URL}"));
            return Err(Finding::new(FindingCode::PublicUrlElsewhere, URL, problem, fix));
        };
        if received.nonce != nonce.text() {
            return Err(cached());
        }
        if received.cookie_received.as_deref() != Some(cookies.test.as_str()) {
            let problem = "a cookie that the browser sends does not reach the service";
            return Err(Finding::new(
                FindingCode::CookieLost,
                URL,
                problem,
                "let the proxy pass Cookie on (nginx: remove proxy_set_header Cookie), at the address of VESTIBULE_PUBLIC_URL",
            ));
        }
        Ok(())
    }

    async fn csrf(&mut self, cookies: &Cookies) {
        #[derive(Deserialize)]
        struct Problem {
            #[serde(default)]
            reason: String,
        }
        let pass_on = format!(
            "let the proxy of {URL} pass the methods POST, PUT, PATCH and DELETE, and the headers X-XSRF-TOKEN and Cookie on unchanged"
        );
        let response = match self.send(Method::POST, REQUEST, Nonce::random(), Some(cookies)).await {
            Ok(response) => response,
            // A GET had an answer: a rule of a firewall or of the proxy closes the connection.
            Err(error) => {
                let problem = format!("a POST has no answer: {}", error.without_url());
                return self.add(FindingCode::CsrfRefused, problem, pass_on);
            }
        };
        let status = response.status();
        if status == StatusCode::OK {
            return;
        }
        let reason = response.bytes().await.unwrap_or_default();
        let reason =
            serde_json::from_slice::<Problem>(&reason).map(|problem| problem.reason).unwrap_or_default();
        let origin = &self.config.public_url.origin;
        match reason.as_str() {
            "origin" | "fetchSite" => {
                let problem = format!(
                    "the service refuses a request of a page of {origin}: the proxy changes Origin or Sec-Fetch-Site"
                );
                self.add(FindingCode::OriginRefused, problem, format!("let the proxy pass Origin and Sec-Fetch-Site on unchanged, or set {URL} to the origin that users open"));
            }
            _ => {
                let because = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
                let problem =
                    format!("the service refuses a request with a CSRF token: status {status}{because}");
                self.add(FindingCode::CsrfRefused, problem, pass_on);
            }
        }
    }

    async fn security_headers(&mut self, headers: &HeaderMap) {
        if let Some(expected) = &self.config.hsts.header {
            let found: Vec<&[u8]> = headers
                .get_all(header::STRICT_TRANSPORT_SECURITY)
                .iter()
                .map(header::HeaderValue::as_bytes)
                .collect();
            if found.first() != Some(&expected.as_bytes()) {
                let problem = "the proxy removes or replaces Strict-Transport-Security";
                let fix =
                    format!("let the proxy pass it on, or send the value of VESTIBULE_HSTS: {expected}");
                self.add(FindingCode::HstsMissing, problem, fix);
            }
        }
        let page = self.requests.request(Method::GET, "/login").send().await;
        let Ok(page) = page else { return };
        let missing: Vec<&str> =
            PAGE_HEADERS.into_iter().filter(|name| !page.headers().contains_key(*name)).collect();
        if !missing.is_empty() {
            let problem = format!("the page /login arrives without {}", missing.join(", "));
            let fix = format!(
                "nginx: remove proxy_hide_header for these headers; the location of {URL}/login must forward to the service"
            );
            self.add(FindingCode::HeadersRemoved, problem, fix);
        }
    }

    async fn stream(&mut self) -> Result<(), Finding> {
        // A loaded machine can delay one stream.
        for _ in 0..2 {
            match self.time_between_events().await {
                Some(between) if !stream_check::is_buffered(between) => return Ok(()),
                Some(_) | None => {}
            }
        }
        Err(Finding::new(
            FindingCode::StreamBuffered,
            URL,
            "events of a stream arrive together or not at all, and not when they are sent",
            "nginx: write proxy_buffering off; and remove proxy_ignore_headers X-Accel-Buffering, in the location of VESTIBULE_PUBLIC_URL; turn off compression for text/event-stream",
        ))
    }

    async fn time_between_events(&self) -> Option<Duration> {
        let mut response = self.send(Method::GET, STREAM, Nonce::random(), None).await.ok()?;
        let mut first = None;
        let mut last = Instant::now();
        while let Ok(Some(chunk)) = response.chunk().await {
            if !chunk.is_empty() {
                last = Instant::now();
                first.get_or_insert(last);
            }
        }
        first.map(|first| last - first)
    }
}

fn of_service(finding: &ServerFinding) -> Option<Finding> {
    let (_, code) = FindingCode::ALL.iter().find(|(_, code)| code.as_str() == finding.code)?;
    Some(Finding::new(*code, URL, finding.problem.clone(), finding.fix.clone()))
}

fn cached() -> Finding {
    let problem = "the proxy answers from a cache: it repeats the answer to another request";
    let fix = "nginx: remove proxy_cache for /api/ below VESTIBULE_PUBLIC_URL, and proxy_ignore_headers Cache-Control; the service sends no-store";
    Finding::new(FindingCode::ApiCached, URL, problem, fix)
}

/// Returns the attributes of a cookie in lower case, sorted, without its lifetime.
fn attributes(cookie: &str) -> Vec<String> {
    let parts = cookie.split(';').skip(1).map(|part| part.trim().to_ascii_lowercase());
    let mut attributes: Vec<String> =
        parts.filter(|part| !part.starts_with("max-age") && !part.starts_with("expires")).collect();
    attributes.sort();
    attributes
}
