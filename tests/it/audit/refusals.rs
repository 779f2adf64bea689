//! Every route refuses a request once: an audit event must say so, or the table says why none does.

use reqwest::Method;
use serde_json::json;
use vestibule::audit::{self, Event, EventKind};

use crate::harness::{
    browser::Browser,
    router_source,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

/// GET routes that refuse nothing, or whose refusal is no audit event, with the reason.
const WITHOUT_EVENT: [(&str, u16, &str); 30] = [
    ("/api/openapi.json", 200, "it answers every client"),
    ("/api/docs", 200, "it answers every client"),
    ("/api/auth/session", 200, "it answers every client"),
    ("/api/auth/csrf-token", 200, "it answers every client"),
    ("/api/auth/providers", 200, "it answers every client"),
    ("/api/auth/link", 404, "a browser without a pending link asks for one"),
    ("/api/auth/login/{provider}", 303, "it starts a login; the access log has the refusal"),
    ("/api/auth/logout/continue", 303, "an unknown key leads to the start page"),
    (
        "/api/auth/callback/{provider}",
        303,
        "without a transaction it is only logged: any client can cause it",
    ),
    ("/api/auth/verify", 401, "a proxy asks for every request of a visitor"),
    ("/api/auth/backchannel-logout/{provider}", 404, "invalid tokens are limited and only logged"),
    ("/api/admin/doctor/request", 403, "forbidden"),
    ("/api/admin/doctor/stream", 403, "forbidden"),
    ("/api/admin/events", 403, "forbidden"),
    ("/api/admin/events/export", 403, "forbidden"),
    ("/api/admin/events/stream", 403, "forbidden"),
    ("/api/admin/mail", 403, "forbidden"),
    ("/api/admin/overview", 403, "forbidden"),
    ("/api/admin/overview/export", 403, "forbidden"),
    ("/api/admin/providers", 403, "forbidden"),
    ("/api/admin/providers/{name}/test-login/{id}", 403, "forbidden"),
    ("/api/admin/settings", 403, "forbidden"),
    ("/api/admin/summary", 403, "forbidden"),
    ("/api/admin/users", 403, "forbidden"),
    ("/api/admin/users/{id}", 403, "forbidden"),
    ("/api/admin/merges", 403, "forbidden"),
    ("/api/admin/webhooks", 403, "forbidden"),
    ("/api/admin/webhooks/deliveries", 403, "forbidden"),
    ("/api/admin/users/{id}/sessions", 403, "forbidden"),
    ("/api/admin/sessions", 403, "forbidden"),
];

struct Route {
    method: Method,
    pattern: String,
}

/// Reads the routes of the API from the router.
fn routes() -> Vec<Route> {
    let source: String = router_source().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut routes = Vec::new();
    for part in source.split(".route(").skip(1) {
        let Some(pattern) = part.split('"').nth(1).filter(|pattern| pattern.starts_with("/api/")) else {
            continue;
        };
        let call = part.split(".route_layer").next().unwrap_or(part);
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let name = format!("{}(", method.as_str().to_lowercase());
            let is_called = |start: char| call.contains(&format!("{start}{name}"));
            if [' ', '.'].into_iter().any(is_called) {
                routes.push(Route { method, pattern: pattern.to_owned() });
            }
        }
    }
    routes
}

impl Route {
    fn path(&self) -> String {
        let mut path = self.pattern.clone();
        while let (Some(start), Some(end)) = (path.find('{'), path.find('}')) {
            path.replace_range(start..=end, "x");
        }
        path
    }
}

async fn events_of(service: &Service, request: Option<&str>) -> Vec<Event> {
    let events = audit::page(&service.app.store, None, None, 500).await.expect("the store answers");
    events.into_iter().filter(|event| event.request_id.as_deref() == request).collect()
}

#[on_every_store]
async fn refusal_of_every_route_is_an_event_or_has_a_reason_for_none(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let routes = routes();
    assert!(routes.len() > 20, "the routes are read from the router");
    for route in &routes {
        let (method, pattern) = (&route.method, &route.pattern);
        let browser = Browser::of(&service);
        if pattern.starts_with("/api/admin/") {
            browser.sign_in("ada", PASSWORD).await.expect_status(200);
        }
        let request = browser.request(method.clone(), &route.path());
        let request = if *method == Method::GET { request } else { request.json(&json!({})) };
        let answer = request.send().await;
        let events = events_of(&service, answer.header("x-request-id")).await;
        let listed = WITHOUT_EVENT.iter().find(|(listed, ..)| listed == pattern);
        let is_form = *method == Method::POST && pattern.contains("callback");
        let is_provider = pattern.contains("backchannel") || pattern.contains("callback");
        if *method != Method::GET && !is_provider {
            // Every unsafe request without a token.
            assert_eq!(answer.status, 403, "{method} {pattern}");
            let [event] = &events[..] else { panic!("{method} {pattern}: {events:?}") };
            assert_eq!(
                (event.kind, event.reason.as_deref()),
                (EventKind::AccessRefused, Some("csrf_failed")),
                "{method} {pattern}"
            );
        } else if let Some((_, status, reason)) = listed {
            // The form of a provider is accepted only where its settings say so.
            let status = if is_form { 405 } else { *status };
            assert_eq!(answer.status, status, "{method} {pattern}");
            let expected: &[Option<&str>] = if *reason == "forbidden" { &[Some("forbidden")] } else { &[] };
            let reasons: Vec<_> = events.iter().map(|event| event.reason.as_deref()).collect();
            assert_eq!(reasons, expected, "{method} {pattern}: {reason}");
        } else {
            // A request without a session. Any client can send it, and it tries no credential: the access log has it.
            assert_eq!(answer.status, 401, "{method} {pattern}: add a row to the table");
            assert!(events.is_empty(), "{method} {pattern}: {events:?}");
        }
    }
}

// ASVS 16.3.1: every authentication outcome, with its factors.
#[on_every_store]
async fn successful_authentication_names_its_methods(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = crate::harness::users::create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", "wrong").await.expect_status(401);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    let mut events = audit::about(&service.app.store, linus.id, 10).await.expect("the store answers");
    events.sort_by_key(|event| (event.kind == EventKind::SecondFactor, event.reason.is_none()));
    let shown: Vec<_> =
        events.iter().map(|event| (event.kind, event.reason.as_deref(), event.amr.join(" "))).collect();
    assert_eq!(
        shown,
        [
            (EventKind::PasswordSignIn, Some("wrong_password"), String::new()),
            (EventKind::PasswordSignIn, None, "pwd".to_owned()),
            (EventKind::SecondFactor, None, "pwd otp".to_owned()),
        ]
    );
}
