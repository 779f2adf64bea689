//! What a signed-in person sees of themselves and does with their own account, over HTTP, on both stores.

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

/// Sessions that outlive the proof they were opened with.
pub(crate) const PATIENT: (&str, &str) = ("VESTIBULE_SESSION_IDLE", "2h");
/// Where people want to be after a way to a provider.
pub(crate) const BACK: &str = "/account?tab=ways";
/// Longer than any proof is recent.
pub(crate) const TOO_LONG: Duration = Duration::from_mins(11);

/// A fixture in which `grace`, who has nothing but an identity at the fake, came in too long ago.
pub(crate) async fn grace_with_old_proof(location: &StoreLocation) -> (FederatedFixture, Browser) {
    let fixture = FederatedFixture::with_settings(location, &[PATIENT]).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    fixture.service.advance_time(TOO_LONG);
    browser.start_enrolment().await.expect_problem(403, "reauthentication_required");
    (fixture, browser)
}

/// Off to a provider from a page of ours.
pub(crate) async fn start_from_account(browser: &Browser, path: &str) -> AuthorizationRequest {
    let answer = browser.post(path, &json!({ "returnTo": BACK })).await.expect_status(200).json();
    assert_eq!(answer.as_object().expect("an object").len(), 1, "{answer}");
    AuthorizationRequest::to(answer["redirect"].as_str().expect("where to go"))
}

/// Off to a provider, to prove again who one is.
pub(crate) async fn start_reauthentication(
    browser: &Browser,
    provider: &FakeProvider,
) -> AuthorizationRequest {
    start_from_account(browser, &format!("/api/auth/reauthenticate/{}", provider.name)).await
}

/// Off to a provider, to link what one is there.
pub(crate) async fn start_link(browser: &Browser, provider: &FakeProvider) -> AuthorizationRequest {
    start_from_account(browser, &format!("/api/account/identities/{}", provider.name)).await
}

/// Links who these claims are of: the whole way.
pub(crate) async fn link_identity(browser: &Browser, provider: &FakeProvider, claims: &Value) -> Answer {
    let authorization = start_link(browser, provider).await;
    callback_as(browser, provider, &authorization, claims).await
}

/// Proves again with what is typed.
pub(crate) async fn reauthenticate(browser: &Browser, given: &Value) -> Answer {
    browser.post("/api/auth/reauthenticate", given).await
}

/// The linked identities, as their owner sees them.
pub(crate) async fn linked_identities(browser: &Browser) -> Vec<Value> {
    let answer = browser.get("/api/account/identities").await.expect_status(200).json();
    answer["identities"].as_array().expect("a list").clone()
}

/// What the identity at this provider is named by.
pub(crate) async fn identity_id(browser: &Browser, provider: &str) -> String {
    let ways = linked_identities(browser).await;
    let way = ways.iter().find(|way| way["provider"] == provider).expect("an identity there");
    way["id"].as_str().expect("a text").to_owned()
}

pub(crate) async fn unlink_identity(browser: &Browser, id: &str) -> Answer {
    let request = browser.with_token(Method::DELETE, &format!("/api/account/identities/{id}")).await;
    request.json(&json!({})).send().await
}

/// Came back, is sent on, and the session is the one that was there.
#[track_caller]
pub(crate) fn assert_back_in_account(answer: &Answer) {
    assert_eq!((answer.status, answer.header("location")), (303, Some(BACK)), "{}", answer.text);
    assert_eq!(answer.session_cookie(), None, "nobody is signed in by this");
}

/// Is sent to the sign-in page with this code, the provider and where they wanted to go; the trace, if there is one.
#[track_caller]
pub(crate) fn assert_sent_to_login(answer: &Answer, code: &str, provider: &FakeProvider) -> Option<String> {
    let (path, mut query) = redirect_target(answer);
    let trace = query.remove("trace");
    let mut rest: Vec<(&str, &str)> = query.iter().map(|(name, value)| (&**name, &**value)).collect();
    rest.sort_unstable();
    let expected = [("error", code), ("provider", provider.name), ("returnTo", BACK)];
    assert_eq!((path.as_str(), rest.as_slice()), ("/login", expected.as_slice()));
    assert_eq!(answer.session_cookie(), None, "nobody comes in by a refused answer");
    trace
}

/// The same session as before, which goes on, and which still may not do what takes a recent proof.
pub(crate) async fn assert_session_unchanged(browser: &Browser, before: &Value) {
    assert_eq!(&me(browser).await, before);
    browser.start_enrolment().await.expect_problem(403, "reauthentication_required");
}

/// Needs a recent proof, and this is how it can be renewed.
#[track_caller]
pub(crate) fn assert_reauthentication_required(answer: &Answer, methods: &[&str]) {
    let body = answer.clone().expect_problem(403, "reauthentication_required").json();
    assert_eq!((&body["methods"], &body["maxAge"]), (&json!(methods), &json!(600)));
}

/// The person as the store has them.
pub(crate) async fn stored_json(service: &Service, user: &User) -> Value {
    serde_json::to_value(stored_user(service, user).await).expect("a document")
}

/// The event of this trace.
pub(crate) async fn event_of(service: &Service, trace: Option<String>) -> Event {
    let trace = trace.expect("a trace");
    let events = audit::page(&service.app.store, None, None, 50).await.expect("the store answers");
    events.into_iter().find(|event| event.id().to_string() == trace).expect("the event of this trace")
}

/// Who did this to this person, as the trail has it: as often as it was done.
pub(crate) async fn actors(service: &Service, user: &User, kind: EventKind) -> Vec<Option<String>> {
    let events = audit::about(&service.app.store, user.id, 100).await.expect("the store answers");
    events.into_iter().filter(|event| event.kind == kind).map(|event| event.actor).collect()
}

/// An identity at a provider, made by hand.
pub(crate) fn identity_at(issuer: &str, provider: &str, subject: &str, user: &User) -> Identity {
    serde_json::from_value(json!({
        "issuer": issuer, "subject": subject, "provider": provider, "email": null, "roles": [],
        "linkedAt": user.created_at, "lastLoginAt": null,
    }))
    .expect("an identity")
}
