//! Refused requests leave an audit event, and a flood of them leaves a bounded number.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use vestibule::audit::{Event, EventKind, Outcome};

use crate::harness::{
    browser::{Answer, Browser},
    federated::events,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const BEHIND_A_PROXY: (&str, &str) = ("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1");

async fn refusals(service: &Service) -> Vec<Event> {
    let mut events = events(service).await;
    events.retain(|event| event.kind == EventKind::AccessRefused);
    events
}

fn details(event: &Event) -> Value {
    serde_json::from_str(&event.details_text().expect("details")).expect("JSON")
}

/// Returns the event about the refusal of a request.
async fn refusal(service: &Service, answer: &Answer) -> Event {
    let id = answer.header("x-request-id");
    let found = refusals(service).await.into_iter().find(|event| event.request_id.as_deref() == id);
    found.expect("an event of the request")
}

async fn send_without_token(browser: &Browser, path: &str) -> Answer {
    let request = browser.request(Method::POST, path).json(&json!({}));
    request.send().await.expect_problem(403, "csrf_failed")
}

// Without an event, an administrator cannot see that another site tries to use the sessions of users.
#[on_every_store]
async fn request_that_fails_the_csrf_check_is_an_audit_event(location: StoreLocation) {
    let service = Service::with_settings(&location, &[BEHIND_A_PROXY]).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service).from("203.0.113.7");
    let event = refusal(&service, &send_without_token(&browser, "/api/auth/login").await).await;
    assert_eq!((event.user_id, event.actor.as_deref()), (None, None));
    assert_eq!((event.outcome, event.reason.as_deref()), (Outcome::Failure, Some("csrf_failed")));
    assert_eq!(event.ip.map(|ip| ip.to_string()).as_deref(), Some("203.0.113.7"));
    let expected = json!({ "rule": "tokenMissing", "method": "POST", "route": "/api/auth/login" });
    assert_eq!(details(&event), expected);

    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let request = browser.with_token(Method::DELETE, "/api/account/identities/some-secret-id").await;
    let answer = request.header("origin", "https://evil.example").json(&json!({})).send().await;
    let event = refusal(&service, &answer.expect_problem(403, "csrf_failed")).await;
    assert_eq!((event.user_id, event.actor.clone()), (Some(ada.id), Some(ada.id.to_string())));
    let expected = json!({ "rule": "origin", "method": "DELETE", "route": "/api/account/identities/{name}" });
    assert_eq!(details(&event), expected);
    browser.me().await.expect_status(200);
}

// A client chooses path and method. Neither may fill the store.
#[on_every_store]
async fn event_about_a_refusal_has_no_long_text_of_the_client(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    let path = format!("/api/{}?{}", "a".repeat(3000), "b".repeat(3000));
    let event = refusal(&service, &send_without_token(&browser, &path).await).await;
    assert_eq!(details(&event)["route"], "/api/{*path}");
    let method = Method::from_bytes("X".repeat(2000).as_bytes()).expect("a method");
    let answer = browser.request(method, "/api/auth/logout").send().await;
    let event = refusal(&service, &answer.expect_problem(403, "csrf_failed")).await;
    assert_eq!(details(&event)["method"], "X".repeat(16));
    let longest =
        refusals(&service).await.iter().filter_map(Event::details_text).map(|text| text.len()).max();
    assert!(longest.expect("details") <= 256);
}

#[on_every_store]
async fn user_without_the_role_of_a_route_is_an_audit_event(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.get("/api/admin/events").await.expect_problem(401, "not_signed_in");
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for route in ["/api/admin/events", "/api/admin/providers"] {
        let answer = browser.get(route).await.expect_problem(403, "forbidden");
        let event = refusal(&service, &answer).await;
        assert_eq!((event.user_id, event.reason.as_deref()), (Some(ada.id), Some("forbidden")));
        let rule = "no role of the user gives the permission";
        assert_eq!(details(&event), json!({ "rule": rule, "method": "GET", "route": route }));
    }
    assert_eq!(refusals(&service).await.len(), 2, "a request without a session is no refusal of access");
}

// The refusals of one client use up the budget of its network. Other networks and the logins of the same network keep theirs.
#[on_every_store]
async fn flood_of_refused_requests_is_bounded_and_hides_no_login(location: StoreLocation) {
    let service = Service::with_settings(&location, &[BEHIND_A_PROXY]).await;
    let linus = create_user(&service, "linus").await;
    let flooding = Browser::of(&service).from("203.0.113.7");
    for _ in 0..5 {
        join_all((0..30).map(|_| send_without_token(&flooding, "/api/auth/login"))).await;
    }
    assert_eq!(refusals(&service).await.len(), 100);
    let neighbour = Browser::of(&service).from("203.0.113.7");
    neighbour.sign_in("linus", "wrong").await.expect_status(401);
    neighbour.sign_in("linus", PASSWORD).await.expect_status(200);
    let about = vestibule::audit::about(&service.app.store, linus.id, 10).await.expect("the store answers");
    assert_eq!(about.len(), 2);
    send_without_token(&Browser::of(&service).from("203.0.113.8"), "/api/auth/login").await;
    assert_eq!(refusals(&service).await.len(), 101);
    service.advance_time(Duration::from_mins(10));
    send_without_token(&flooding, "/api/auth/login").await;
    assert_eq!(refusals(&service).await.len(), 102);
}
