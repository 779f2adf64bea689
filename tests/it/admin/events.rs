//! `GET /api/admin/events`: permissions, filters, pages.

use std::{collections::BTreeSet, time::Duration};

use futures_util::future::join_all;
use serde_json::{Value, json};
use vestibule::{
    audit::{EventKind, Recorder},
    user::{Identity, IdentityKey, UserId},
};

use super::{ROUTES, administrator};
use crate::harness::{
    browser::Browser,
    federated::{FederatedFixture, claims_of, me, with_claims},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, create_user_with_app},
};

/// Events per page.
const PAGE: usize = 50;

/// Reads all pages of a query, newest first. Returns the events and the number of pages.
async fn all(browser: &Browser, query: &str) -> (Vec<Value>, usize) {
    let (mut events, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = browser.get(&format!("/api/admin/events?{query}{cursor}")).await.expect_status(200).json();
        let items = page["items"].as_array().expect("a list").clone();
        assert!(items.len() <= PAGE, "{} at once", items.len());
        events.extend(items);
        pages += 1;
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (events, pages),
        }
        assert!(pages < 100, "the last page was not reached");
    }
}

// A recent password does not make an old second factor recent.
#[on_every_store]
async fn password_does_not_refresh_the_provider_second_factor(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(
        &location,
        &[("FAKE_TRUST_MFA", "mfa"), ("VESTIBULE_SESSION_IDLE", "1h")],
    )
    .await;
    let grace = create_user_with(&fixture.service, "grace", |user| {
        user.roles = vec!["admin".to_owned()];
        user.identities = vec![Identity {
            key: IdentityKey { issuer: fixture.fake.issuer().to_owned(), subject: "of grace".to_owned() },
            provider: "fake".to_owned(),
            email: None,
            roles: Vec::new(),
            linked_at: user.created_at,
            last_login_at: None,
        }];
    })
    .await;
    let claims = with_claims(claims_of("grace"), json!({ "amr": ["mfa"] }));
    let browser = fixture.signed_in(&fixture.fake, &claims).await;
    assert_eq!(me(&browser).await["id"], grace.id.to_string());
    browser.get(ROUTES[0]).await.expect_status(200);
    fixture.service.advance_time(Duration::from_mins(10));
    browser.get(ROUTES[0]).await.expect_problem(403, "reauthentication_required");
    browser.post("/api/auth/reauthenticate", &json!({ "password": PASSWORD })).await.expect_status(200);
    let refused = browser.get(ROUTES[0]).await.expect_problem(403, "reauthentication_required").json();
    assert_eq!(refused["methods"], json!(["provider:fake"]), "the methods");
}

#[on_every_store]
async fn admin_routes_require_role_and_recent_second_factor(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user_with_app(&service, "linus").await;
    create_user_with(&service, "grace", |user| user.roles = vec!["admin".to_owned()]).await;
    let (unknown, pending, without_role, without_factor) =
        (Browser::of(&service), Browser::of(&service), Browser::of(&service), Browser::of(&service));
    pending.sign_in("linus", PASSWORD).await.expect_status(200);
    without_role.sign_in("ada", PASSWORD).await.expect_status(200);
    without_factor.sign_in("grace", PASSWORD).await.expect_status(200);
    let (browser, app) = administrator(&service).await;
    // The refusal does not depend on the query.
    let asked = ["", "trace=x", "trace=0192f0c1-2345-7abc-8def-0123456789ab", "cursor=x"];
    let with = |route: &str, query: &str| {
        let separator = if route.contains('?') { '&' } else { '?' };
        format!("{route}{separator}{query}")
    };
    for path in ROUTES.iter().flat_map(|route| asked.map(|query| with(route, query))) {
        unknown.get(&path).await.expect_problem(401, "not_signed_in");
        pending.get(&path).await.expect_problem(401, "second_factor_required");
        without_role.get(&path).await.expect_problem(403, "forbidden");
        let answer = without_factor.get(&path).await.expect_problem(403, "reauthentication_required").json();
        assert_eq!((&answer["methods"], &answer["maxAge"]), (&json!([]), &json!(600)));
    }
    for route in ROUTES {
        browser.get(route).await.expect_status(200);
        browser.post(route, &json!({})).await.expect_problem(405, "method_not_allowed");
    }
    // Activity does not make the proof recent.
    service.advance_time(Duration::from_secs(599));
    browser.me().await.expect_status(200);
    browser.get(ROUTES[0]).await.expect_status(200);
    service.advance_time(Duration::from_secs(1));
    for route in ROUTES {
        let answer = browser.get(route).await.expect_problem(403, "reauthentication_required").json();
        assert_eq!(answer["methods"], json!(["totp"]));
    }
    let code = json!({ "code": app.code(service.clock.now()) });
    browser.post("/api/auth/reauthenticate", &code).await.expect_status(200);
    for route in ROUTES {
        browser.get(route).await.expect_status(200);
    }
}

#[on_every_store]
async fn invalid_ids_are_rejected_and_unknown_ids_not_found(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = administrator(&service).await.0;
    let nobodys = UserId::new(service.clock.now()).to_string();
    for bad in ["outcome=maybe", "ip=here", "ip=10.0.0.0/33", "limit=0", "limit=201", "limit=x"] {
        browser.get(&format!("/api/admin/events?{bad}")).await.expect_problem(400, "invalid_request");
    }
    for name in ["trace", "user", "cursor"] {
        let long = "0".repeat(5_000);
        for bad in ["x", "", "%00", "..", "'", "{\"$ne\":null}", "0192f0c1-2345-7abc-8def-0123456789a", &long]
        {
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, bad).finish();
            browser.get(&format!("/api/admin/events?{query}")).await.expect_problem(400, "invalid_request");
        }
        let twice = format!("/api/admin/events?{name}={nobodys}&{name}={nobodys}");
        browser.get(&twice).await.expect_problem(400, "invalid_request");
    }
    for name in ["trace", "user"] {
        let answer =
            browser.get(&format!("/api/admin/events?{name}={nobodys}")).await.expect_status(200).json();
        assert_eq!(answer, json!({ "items": [], "nextCursor": null }), "{name}");
    }
    let answer = browser.get("/api/admin/events?type=nonsense").await.expect_status(200).json();
    assert_eq!(answer["items"], json!([]));
}

#[on_every_store]
async fn audit_events_are_paged_newest_first(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    for number in 0..120_u64 {
        service.advance_time(Duration::from_millis(5));
        let kind = if number % 3 == 0 { EventKind::SignOut } else { EventKind::IdentityLinked };
        let recorder = Recorder::of_command_line(&service.app.event_chain, &service.clock);
        recorder.about((number % 2 == 0).then_some(ada.id)).success(kind).record().await;
    }
    let browser = administrator(&service).await.0;
    let (events, pages) = all(&browser, "").await;
    assert_eq!((events.len(), pages), (122, 3), "120 created events and two of the administrator's login");
    let ids: BTreeSet<&str> = events.iter().map(|event| event["id"].as_str().expect("an id")).collect();
    assert_eq!(ids.len(), events.len(), "no event is returned twice");
    let times: Vec<&str> = events.iter().map(|event| event["at"].as_str().expect("a time")).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older));
    let (mut members, expected) = (
        events[0].as_object().expect("an event").keys().map(String::as_str).collect::<Vec<_>>(),
        [
            "actor",
            "amr",
            "at",
            "details",
            "id",
            "ip",
            "outcome",
            "reason",
            "requestId",
            "statedReason",
            "type",
            "userAgent",
            "userId",
        ],
    );
    members.sort_unstable();
    assert_eq!(members, expected);

    let (of_ada, _) = all(&browser, &format!("user={}", ada.id)).await;
    assert_eq!(of_ada.len(), 60);
    assert!(of_ada.iter().all(|event| event["userId"] == ada.id.to_string()));
    let (left, _) = all(&browser, "type=signOut").await;
    assert_eq!(left.len(), 40, "a page may have fewer events, but no event is missing");
    let (both, _) = all(&browser, &format!("user={}&type=signOut", ada.id)).await;
    assert_eq!(both.len(), 20);

    // `from` is inclusive and `to` is exclusive.
    let (newest, oldest) = (times[10], times[100]);
    let (between, _) = all(&browser, &format!("from={oldest}&to={newest}")).await;
    let expected: Vec<&Value> = events
        .iter()
        .filter(|event| {
            let at = event["at"].as_str().expect("a time");
            oldest <= at && at < newest
        })
        .collect();
    assert_eq!(between.iter().collect::<Vec<_>>(), expected);
    assert!(!between.is_empty());
    let (recent, pages) = all(&browser, &format!("from={newest}")).await;
    assert_eq!(
        (recent.last().map(|event| &event["at"]), pages),
        (Some(&json!(newest)), 1),
        "older events are not read"
    );
    for bad in ["from=yesterday", "to=", "from=2026-02-30T00:00:00Z"] {
        browser.get(&format!("/api/admin/events?{bad}")).await.expect_problem(400, "invalid_request");
    }
}

#[on_every_store]
async fn events_are_filtered_by_outcome_actor_and_address(location: StoreLocation) {
    let service = Service::with_settings(&location, &[("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let ada = create_user(&service, "ada").await;
    Browser::of(&service).from("203.0.113.7").sign_in("ada", "wrong").await.expect_status(401);
    Browser::of(&service).from("203.0.113.8").sign_in("ada", PASSWORD).await.expect_status(200);
    Browser::of(&service).from("2001:db8::1").sign_in("ada", PASSWORD).await.expect_status(200);
    let recorder = Recorder::of_command_line(&service.app.event_chain, &service.clock);
    recorder.about(ada.id).success(EventKind::UserUpdated).record().await;
    let browser = administrator(&service).await.0;
    let of_ada = format!("user={}", ada.id);
    for (query, expected) in [
        ("outcome=failure", 1),
        ("outcome=success", 4),
        ("actor=cli", 1),
        ("actor=cl", 0),
        ("ip=203.0.113.7", 1),
        ("ip=203.0.113.0/24", 2),
        ("ip=203.0.113.0/24&outcome=success", 1),
        // The second browser is a new device, which has an event of its own.
        ("ip=2001:db8::/32", 2),
        ("ip=198.51.100.1", 0),
        ("type=userUpdated,passwordSignIn&outcome=success", 3),
        ("type=userUpdated,nonsense", 1),
        ("type=passwordSignIn&limit=2", 3),
    ] {
        let (events, _) = all(&browser, &format!("{of_ada}&{query}")).await;
        assert_eq!(events.len(), expected, "{query}: {events:?}");
    }
    let page = browser.get(&format!("/api/admin/events?{of_ada}&limit=2")).await.expect_status(200).json();
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
}

// A request that reads all events of a year for a filter without a match would time out, and one that reads a page of 50 would answer with
// thousands of empty pages.
// On one store: the rule is above the store, and MongoDB needs half a minute to write the events.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn filter_without_a_match_reads_a_bounded_number_of_events() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    let recorder = Recorder::of_command_line(&service.app.event_chain, &service.clock);
    recorder.clone().by_provider("okta").success(EventKind::ProviderLogout).record().await;
    service.advance_time(Duration::from_millis(1));
    for _ in 0..56 {
        join_all((0..100).map(|_| recorder.success(EventKind::SignOut).record())).await;
    }
    let browser = administrator(&service).await.0;
    let first = browser.get("/api/admin/events?actor=okta").await.expect_status(200).json();
    assert_eq!(first["items"], json!([]), "{first}");
    assert!(first["nextCursor"].is_string(), "the search continues: {first}");
    let (found, pages) = all(&browser, "actor=okta").await;
    assert_eq!((found.len(), pages), (1, 2));
}
