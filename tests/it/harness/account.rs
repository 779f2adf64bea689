//! Helpers for links, unlinks and re-authentication over HTTP.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use vestibule::{
    audit::{self, Event, EventKind},
    user::{Identity, User},
};

use crate::harness::{
    browser::{Answer, Browser},
    fake_provider::FakeProvider,
    federated::{AuthorizationRequest, FederatedFixture, callback_as, claims_of, me, redirect_target},
    service::Service,
    stores::StoreLocation,
    users::stored_user,
};

/// Settings with an idle time that is longer than a proof is recent.
pub(crate) const LONG_IDLE: (&str, &str) = ("VESTIBULE_SESSION_IDLE", "2h");
/// Return path of links and re-authentications.
pub(crate) const BACK: &str = "/account?tab=ways";
/// Longer than a proof is recent.
pub(crate) const TOO_LONG: Duration = Duration::from_mins(11);

/// Signs in `grace`, who has only an identity at the fake provider, and lets the proof become too old.
pub(crate) async fn grace_with_old_proof(location: &StoreLocation) -> (FederatedFixture, Browser) {
    let fixture = FederatedFixture::with_settings(location, &[LONG_IDLE]).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    fixture.service.advance_time(TOO_LONG);
    browser.start_enrolment().await.expect_problem(403, "reauthentication_required");
    (fixture, browser)
}

/// Starts a redirect to a provider from the account page.
pub(crate) async fn start_from_account(browser: &Browser, path: &str) -> AuthorizationRequest {
    let answer = browser.post(path, &json!({ "returnTo": BACK })).await.expect_status(200).json();
    assert_eq!(answer.as_object().expect("an object").len(), 1, "{answer}");
    AuthorizationRequest::to(answer["redirect"].as_str().expect("a redirect URL"))
}

/// Starts a re-authentication at a provider.
pub(crate) async fn start_reauthentication(
    browser: &Browser,
    provider: &FakeProvider,
) -> AuthorizationRequest {
    start_from_account(browser, &format!("/api/auth/reauthenticate/{}", provider.name)).await
}

/// Starts a link at a provider.
pub(crate) async fn start_link(browser: &Browser, provider: &FakeProvider) -> AuthorizationRequest {
    start_from_account(browser, &format!("/api/account/identities/{}", provider.name)).await
}

/// Links the identity with these claims.
pub(crate) async fn link_identity(browser: &Browser, provider: &FakeProvider, claims: &Value) -> Answer {
    let authorization = start_link(browser, provider).await;
    callback_as(browser, provider, &authorization, claims).await
}

/// Re-authenticates with a password or a code.
pub(crate) async fn reauthenticate(browser: &Browser, given: &Value) -> Answer {
    browser.post("/api/auth/reauthenticate", given).await
}

/// Returns the linked identities of this user.
pub(crate) async fn linked_identities(browser: &Browser) -> Vec<Value> {
    let answer = browser.get("/api/account/identities").await.expect_status(200).json();
    answer["identities"].as_array().expect("a list").clone()
}

/// Returns the public id of the identity at this provider.
pub(crate) async fn identity_id(browser: &Browser, provider: &str) -> String {
    let ways = linked_identities(browser).await;
    let way = ways.iter().find(|way| way["provider"] == provider).expect("an identity there");
    way["id"].as_str().expect("a text").to_owned()
}

pub(crate) async fn unlink_identity(browser: &Browser, id: &str) -> Answer {
    let request = browser.with_token(Method::DELETE, &format!("/api/account/identities/{id}")).await;
    request.json(&json!({})).send().await
}

/// Asserts a redirect to the return path that keeps the session.
#[track_caller]
pub(crate) fn assert_back_in_account(answer: &Answer) {
    assert_eq!((answer.status, answer.header("location")), (303, Some(BACK)), "{}", answer.text);
    assert_eq!(answer.session_cookie(), None, "no session opens");
}

/// Asserts a redirect to the login page with this code, the provider and the return path. Returns the trace id if
/// there is one.
#[track_caller]
pub(crate) fn assert_sent_to_login(answer: &Answer, code: &str, provider: &FakeProvider) -> Option<String> {
    let (path, mut query) = redirect_target(answer);
    let trace = query.remove("trace");
    let mut rest: Vec<(&str, &str)> = query.iter().map(|(name, value)| (&**name, &**value)).collect();
    rest.sort_unstable();
    let expected = [("error", code), ("provider", provider.name), ("returnTo", BACK)];
    assert_eq!((path.as_str(), rest.as_slice()), ("/login", expected.as_slice()));
    assert_eq!(answer.session_cookie(), None, "a refused login opens no session");
    trace
}

/// Asserts that the session is as before and its proof is still too old.
pub(crate) async fn assert_session_unchanged(browser: &Browser, before: &Value) {
    assert_eq!(&me(browser).await, before);
    browser.start_enrolment().await.expect_problem(403, "reauthentication_required");
}

/// Asserts that a recent proof is required, and which methods can provide it.
#[track_caller]
pub(crate) fn assert_reauthentication_required(answer: &Answer, methods: &[&str]) {
    let body = answer.clone().expect_problem(403, "reauthentication_required").json();
    assert_eq!((&body["methods"], &body["maxAge"]), (&json!(methods), &json!(600)));
}

/// Returns the stored document of this user.
pub(crate) async fn stored_json(service: &Service, user: &User) -> Value {
    serde_json::to_value(stored_user(service, user).await).expect("a document")
}

/// Returns the audit event of this trace id.
pub(crate) async fn event_of(service: &Service, trace: Option<String>) -> Event {
    let trace = trace.expect("a trace");
    let events = audit::page(&service.app.store, None, None, 50).await.expect("the store answers");
    events.into_iter().find(|event| event.id().to_string() == trace).expect("the event of this trace")
}

/// Returns the actors of all audit events of this kind about this user.
pub(crate) async fn actors(service: &Service, user: &User, kind: EventKind) -> Vec<Option<String>> {
    let events = audit::about(&service.app.store, user.id, 100).await.expect("the store answers");
    events.into_iter().filter(|event| event.kind == kind).map(|event| event.actor).collect()
}

/// Builds an identity at a provider.
pub(crate) fn identity_at(issuer: &str, provider: &str, subject: &str, user: &User) -> Identity {
    serde_json::from_value(json!({
        "issuer": issuer, "subject": subject, "provider": provider, "email": null, "roles": [],
        "linkedAt": user.created_at, "lastLoginAt": null,
    }))
    .expect("an identity")
}
