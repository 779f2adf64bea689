//! Traces of the real binary: what leaves, what stays, and what a collector that misbehaves cannot do.

mod faults;
mod rotel;

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::{add, signed_in};
use crate::harness::{
    browser::{Answer, Browser},
    collector::{Collector, ReceivedSpan, has},
    eventually,
    fake_provider::{CLIENT_ID, CLIENT_SECRET, FakeProvider, fault::Endpoint},
    federated::{assert_signed_in, available_at, callback_as, claims_of, start_login_with_query},
    process::{Installation, ServiceProcess},
    stores::StoreLocation,
    tls::{ca_file, serve_tls},
    users::PASSWORD,
};

const SERVER: u64 = 2;
const CLIENT: u64 = 3;
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const THEIR_TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn traced(collector: &Collector) -> Installation {
    Installation::with_settings(&[("VESTIBULE_TRACES_URL", &collector.url())])
}

fn request_id(answer: &Answer) -> String {
    answer.header("x-request-id").expect("a request id").to_owned()
}

/// Returns the lines of the log about a request.
fn lines_of(serving: &ServiceProcess, id: &str) -> Vec<Value> {
    let lines =
        serving.log().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect::<Vec<Value>>();
    lines.into_iter().filter(|line| line["request_id"] == id).collect()
}

#[on_every_store]
async fn login_is_one_trace_with_its_operations(location: StoreLocation) {
    let collector = Collector::start().await;
    let home = traced(&collector)
        .and("VESTIBULE_DATABASE_URL", location.url())
        .and("VESTIBULE_SECRET_KEYS", &vestibule::secrets::new_key());
    add(&home, "ada");
    let serving = home.serve();
    let answer = Browser::at(serving.address).sign_in("ada", PASSWORD).await.expect_status(200);
    let (root, children) = collector.trace_of_request(&request_id(&answer)).await;
    assert_eq!((root.name.as_str(), root.kind), ("POST /api/auth/login", SERVER));
    for (name, value) in [
        ("http.request.method", "POST"),
        ("http.route", "/api/auth/login"),
        ("http.response.status_code", "200"),
        ("url.scheme", "http"),
    ] {
        assert!(has(&root, name, value), "{name}: {root:?}");
    }
    assert!(root.parent.is_none() && !root.is_failed && root.start < root.end, "{root:?}");
    assert_eq!(root.resource["service.name"], "vestibule");
    let named = |name: &str| children.iter().find(|span| span.name == name).expect(name);
    let hash = named("hash");
    assert!(hash.attributes.contains_key("vestibule.hash.wait_ms"), "{hash:?}");
    let insert = named("insert sessions");
    let system = if location.url().starts_with("sqlite") { "sqlite" } else { "mongodb" };
    assert!(
        has(insert, "db.system.name", system) && has(insert, "db.operation.name", "insert"),
        "{insert:?}"
    );
    assert_eq!(insert.kind, CLIENT);
    // The write of an audit event runs in a task of its own.
    named("insert events");
    for child in &children {
        assert_eq!(child.parent.as_ref(), Some(&root.id), "{child:?}");
        assert!(
            root.start <= child.start && child.start <= child.end && child.end <= root.end,
            "{child:?} {root:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trace_id_is_the_same_in_log_problem_and_span() {
    let collector = Collector::start().await;
    let home = traced(&collector);
    let serving = home.serve();
    let answer = Browser::at(serving.address).sign_in("ada", "wrong").await;
    let problem = answer.clone().expect_problem(401, "invalid_credentials").json();
    let id = request_id(&answer);
    assert_eq!(problem["requestId"], id);
    let (root, _) = collector.trace_of_request(&id).await;
    assert_eq!(problem["traceId"], root.trace);
    // A refusal is no fault of the service.
    assert!(has(&root, "vestibule.error_code", "invalid_credentials") && !root.is_failed, "{root:?}");
    let lines = lines_of(&serving, &id);
    assert!(lines.iter().any(|line| line["target"] == "vestibule::access"), "{lines:?}");
    for line in lines {
        assert_eq!(line["trace_id"], root.trace, "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_are_off_without_the_setting() {
    let collector = Collector::start().await;
    // A cluster sets these for each container.
    let home = Installation::new()
        .and("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url())
        .and("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &collector.url());
    add(&home, "ada");
    let serving = home.serve();
    let browser = signed_in(serving.address, "ada").await;
    let answer =
        browser.request(reqwest::Method::GET, "/api/nothing").header("traceparent", TRACEPARENT).send().await;
    let problem = answer.expect_problem(404, "not_found").json();
    assert!(problem.get("traceId").is_none(), "{problem}");
    assert!(!serving.log().contains("trace_id"));
    serving.signal(Signal::TERM);
    tokio::task::block_in_place(|| serving.ends_within(Duration::from_secs(30)));
    assert_eq!(collector.heads().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn last_spans_are_sent_at_shutdown() {
    let collector = Collector::start().await;
    let home = traced(&collector);
    let serving = home.serve();
    let answer = Browser::at(serving.address).get("/healthz").await.expect_status(200);
    serving.signal(Signal::TERM);
    tokio::task::block_in_place(|| serving.ends_within(Duration::from_secs(30)));
    let spans = collector.spans();
    let id = request_id(&answer);
    assert!(spans.iter().any(|span| has(span, "vestibule.request_id", &id)), "{spans:?}");
}

// A client that chooses the trace could force that its requests are recorded, fill the collector, or put its requests into the trace of
// another user. Most proxies pass on the header of the client, so a trusted proxy is not enough.
#[tokio::test(flavor = "multi_thread")]
async fn client_cannot_choose_the_trace() {
    for settings in [
        &[][..],
        &[("VESTIBULE_TRUSTED_PROXIES", "127.0.0.0/8")],
        &[("VESTIBULE_TRUSTED_PROXIES", "10.0.0.0/8"), ("VESTIBULE_TRACES_FROM_PROXY", "true")],
    ] {
        let collector = Collector::start().await;
        let home = settings.iter().fold(traced(&collector), |home, (name, value)| home.and(name, value));
        let serving = home.serve();
        let answer = get_with_parent(&serving, TRACEPARENT).await;
        let (root, _) = collector.trace_of_request(&request_id(&answer)).await;
        assert!(root.trace != THEIR_TRACE && root.parent.is_none(), "{settings:?}: {root:?}");
        // Not sampled: a client could hide its requests.
        let hidden = get_with_parent(&serving, &TRACEPARENT.replace("-01", "-00")).await;
        collector.trace_of_request(&request_id(&hidden)).await;
    }
    // Nor may it force a record.
    let collector = Collector::start().await;
    let home = traced(&collector).and("VESTIBULE_TRACES_RATIO", "0");
    let serving = home.serve();
    let answer = get_with_parent(&serving, TRACEPARENT).await;
    assert!(answer.json().get("traceId").is_none());
    serving.signal(Signal::TERM);
    tokio::task::block_in_place(|| serving.ends_within(Duration::from_secs(30)));
    assert_eq!(collector.heads().len(), 0, "the share is 0");
}

#[tokio::test(flavor = "multi_thread")]
async fn trace_of_a_trusted_proxy_is_continued() {
    let collector = Collector::start().await;
    let home = traced(&collector)
        .and("VESTIBULE_TRUSTED_PROXIES", "127.0.0.0/8")
        .and("VESTIBULE_TRACES_FROM_PROXY", "true")
        .and("VESTIBULE_TRACES_RATIO", "0");
    let serving = home.serve();
    let answer = get_with_parent(&serving, TRACEPARENT).await;
    assert_eq!(answer.json()["traceId"], THEIR_TRACE);
    let (root, _) = collector.trace_of_request(&request_id(&answer)).await;
    assert_eq!((root.trace.as_str(), root.parent.as_deref()), (THEIR_TRACE, Some("00f067aa0ba902b7")));
    for parent in [&TRACEPARENT.replace("-01", "-00"), "nonsense"] {
        let answer = get_with_parent(&serving, parent).await;
        assert!(answer.json().get("traceId").is_none(), "{parent}: not sampled");
    }
}

async fn get_with_parent(serving: &ServiceProcess, parent: &str) -> Answer {
    let browser = Browser::at(serving.address);
    browser.request(reqwest::Method::GET, "/api/nothing").header("traceparent", parent).send().await
}

/// An installation with a provider, mail and traces.
async fn with_provider(collector: &Collector, provider: &FakeProvider) -> (Installation, ServiceProcess) {
    let home = traced(collector)
        .and("VESTIBULE_PROVIDERS", provider.name)
        .and("VESTIBULE_PROVIDER_CORP_ISSUER", provider.issuer())
        .and("VESTIBULE_PROVIDER_CORP_CLIENT_ID", CLIENT_ID)
        .and("VESTIBULE_PROVIDER_CORP_CLIENT_SECRET", CLIENT_SECRET)
        .and("VESTIBULE_PROVIDER_CORP_TRUSTED_DOMAINS", "corp.example")
        .and("VESTIBULE_MAIL_URL", "file:mail")
        .and("VESTIBULE_MAIL_FROM", "no-reply@corp.example");
    add(&home, "lovelace");
    let serving = home.serve();
    let is_available = || available_at(serving.address, provider.name);
    eventually(Duration::from_secs(20), "the provider is available", is_available).await;
    (home, serving)
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_to_a_provider_are_spans_and_carry_no_traceparent() {
    let (collector, provider) = (Collector::start().await, FakeProvider::start("corp").await);
    let (_home, serving) = with_provider(&collector, &provider).await;
    let browser = Browser::at(serving.address);
    let authorization = start_login_with_query(&browser, &provider, "").await;
    let answer = callback_as(&browser, &provider, &authorization, &claims_of("grace")).await;
    assert_signed_in(&answer, "/");
    let (root, children) = collector.trace_of_request(&request_id(&answer)).await;
    assert_eq!(root.name, "GET /api/auth/callback/{provider}");
    let token = children.iter().find(|span| span.name == "provider token").expect("the token request");
    assert!(
        has(token, "http.response.status_code", "200") && has(token, "vestibule.provider", "corp"),
        "{token:?}"
    );
    // Discovery has no request: each of its requests is a trace.
    for name in ["provider metadata", "provider keys"] {
        let span = collector.wait_for(name, |span| span.name == name).await;
        assert!(span.parent.is_none() && span.kind == CLIENT && !span.is_failed, "{span:?}");
    }
    for endpoint in [Endpoint::Token, Endpoint::Discovery, Endpoint::Keys] {
        let requests = provider.received_requests(endpoint);
        assert!(!requests.is_empty(), "{endpoint:?}");
        for request in requests {
            let names: Vec<_> = request.headers.keys().map(|name| name.as_str().to_owned()).collect();
            assert!(!names.iter().any(|name| name.starts_with("trace") || name == "baggage"), "{names:?}");
        }
    }
}

// The collector is often the service of another company.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_and_personal_data_stay_out_of_spans() {
    let (collector, provider) = (Collector::start().await, FakeProvider::start("corp").await);
    let (_home, serving) = with_provider(&collector, &provider).await;
    let browser = Browser::at(serving.address).with_header("user-agent", "agent of lovelace");
    browser.sign_in("lovelace", "a wrong password").await.expect_status(401);
    browser.sign_in("lovelace", PASSWORD).await.expect_status(200);
    let (session, csrf) = (browser.session().unwrap(), browser.cookie("XSRF-TOKEN").unwrap());
    browser.get("/api/account/events?query-of-ada=1").await.expect_status(200);
    browser.get("/path-of-ada/secret-path").await.expect_status(200);
    browser.get("/api/account/sessions/nothing-of-ada").await;
    browser
        .post("/api/auth/password/forgot", &json!({ "email": "grace@corp.example" }))
        .await
        .expect_status(202);
    let other = Browser::at(serving.address);
    let authorization = start_login_with_query(&other, &provider, "?returnTo=/page-of-ada").await;
    let code = provider.code_for(&authorization.parameters, &claims_of("grace"));
    let parameters = [("code", &*code), ("state", authorization.state())];
    let answer = crate::harness::federated::callback(&other, "corp", &parameters).await;
    assert_signed_in(&answer, "/page-of-ada");
    // A mail to grace.
    other
        .post("/api/auth/password/forgot", &json!({ "email": "grace@corp.example" }))
        .await
        .expect_status(202);
    collector.wait_for("the delivery of a mail", |span| span.name == "mail delivery").await;
    collector.trace_of_request(&request_id(&answer)).await;
    let (state, theirs) = (authorization.state().to_owned(), other.session().unwrap());
    let nonce = authorization.parameters["nonce"].clone();
    let sent = String::from_utf8_lossy(&collector.bodies()).into_owned();
    assert!(sent.contains("insert sessions") && sent.contains("/api/account/events"), "{sent}");
    for secret in [
        PASSWORD,
        "a wrong password",
        &session,
        &csrf,
        &code,
        &state,
        &nonce,
        &theirs,
        CLIENT_SECRET,
        CLIENT_ID,
        "lovelace",
        "grace",
        "corp.example",
        "127.0.0.1",
        "agent",
        "query-of",
        "path-of",
        "page-of",
    ] {
        assert!(!sent.contains(secret), "{secret:?}");
    }
    // The start of a token. Random ids in the bytes contain it now and then, so it is searched in the texts.
    for ReceivedSpan { name, attributes, resource, .. } in collector.spans() {
        let texts = format!("{name} {attributes:?} {resource:?}");
        assert!(!texts.contains("eyJ"), "{texts}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn delivery_of_a_mail_is_a_trace() {
    let (collector, provider) = (Collector::start().await, FakeProvider::start("corp").await);
    let (_home, serving) = with_provider(&collector, &provider).await;
    let browser = Browser::at(serving.address);
    let authorization = start_login_with_query(&browser, &provider, "").await;
    assert_signed_in(&callback_as(&browser, &provider, &authorization, &claims_of("grace")).await, "/");
    let answer = browser.post("/api/auth/password/forgot", &json!({ "email": "grace@corp.example" })).await;
    let delivery = collector.wait_for("the delivery", |span| span.name == "mail delivery").await;
    let of_mail = |span: &ReceivedSpan| span.trace == delivery.trace && span.name == "mail";
    let mail = collector.wait_for("the mail", of_mail).await;
    assert!(mail.parent.is_none() && mail.attributes.contains_key("vestibule.mail.id"), "{mail:?}");
    assert!(delivery.parent.as_ref() == Some(&mail.id) && !delivery.is_failed, "{delivery:?}");
    // The request is answered before the work: it continues in the trace of the request.
    let (root, _) = collector.trace_of_request(&request_id(&answer)).await;
    let of_work = |span: &ReceivedSpan| span.trace == root.trace && span.name == "insert outgoing_mail";
    collector.wait_for("the work after the answer", of_work).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn collector_is_reached_by_https_with_credentials_of_a_file() {
    let collector = Collector::start().await;
    let tls = serve_tls(collector.address).await;
    let home = Installation::with_settings(&[
        ("VESTIBULE_TRACES_URL", &format!("https://localhost:{}/otlp/v1/traces", tls.port())),
        ("VESTIBULE_TRACES_HEADERS_FILE", "headers"),
        ("VESTIBULE_TRACES_SERVICE_NAME", "sign-in"),
        ("VESTIBULE_CA_FILE", &ca_file()),
    ]);
    home.write("headers", "Authorization=Basic aHVudGVyMg==,x-team=ops\n");
    let shown = home.run(&["check"]).expect_exit(0);
    assert!(!shown.out.contains("aHVu") && !shown.err.contains("aHVu"), "{shown:?}");
    let home = home.and("VESTIBULE_LOG", "trace");
    let serving = home.serve();
    let answer = Browser::at(serving.address).get("/healthz").await.expect_status(200);
    let (root, _) = collector.trace_of_request(&request_id(&answer)).await;
    assert_eq!(root.resource["service.name"], "sign-in");
    let (uri, headers) = collector.heads().remove(0);
    assert_eq!(uri.path(), "/otlp/v1/traces");
    assert_eq!(
        (&headers["authorization"], &headers["x-team"]),
        (&"Basic aHVudGVyMg==".parse().unwrap(), &"ops".parse().unwrap())
    );
    assert_eq!(headers["content-type"], "application/x-protobuf");
    assert!(!serving.log().contains("aHVudGVyMg"));
}
