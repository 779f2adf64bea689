//! `POST /api/admin/providers/{name}/test-login` and its report: a real login that opens no session and changes no user.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::{
    audit::{EventKind, Outcome},
    session::Session,
    store::Page,
    user::User,
};

use super::{administrator, signed_in_with_role};
use crate::{
    harness::{
        browser::{Answer, Browser},
        fake_provider::{
            FakeProvider, JWT_STARTS,
            fault::{self, Endpoint, Fault, Signature},
        },
        federated::{
            AuthorizationRequest, FederatedFixture, all_users, assert_refused, callback, callback_as,
            claims_of, event_details, events, redirect_target, session_state, set_verified_email,
            update_user, with_claims,
        },
        mail::{MAIL, queued},
        provider::Provider,
        service::Service,
        stores::StoreLocation,
        users::{PASSWORD, create_user_with},
    },
    login::federated::providers::real_service,
};

const ROUTE: &str = "/api/admin/providers/fake/test-login";
const END: &str = "/vestibule/admin/providers/test-complete";

/// A test login that has started.
struct Started {
    path: String,
    authorization: AuthorizationRequest,
}

async fn start(browser: &Browser) -> Started {
    let started = browser.post(ROUTE, &json!({})).await.expect_status(200).json();
    assert!(started["expiresAt"].is_string(), "{started}");
    Started {
        path: format!("{ROUTE}/{}", started["id"].as_str().expect("an id")),
        authorization: AuthorizationRequest::to(started["url"].as_str().expect("a URL")),
    }
}

async fn report(browser: &Browser, started: &Started) -> Value {
    browser.get(&started.path).await.expect_status(200).json()
}

/// Asserts that the tab shows the end of the test, and that no session was opened.
#[track_caller]
fn assert_ended(answer: &Answer) {
    assert_eq!(redirect_target(answer).0, END);
    assert_eq!(answer.session_cookie(), None, "a test login opens no session");
}

/// Runs a test login with these claims and returns its report.
async fn tested(browser: &Browser, provider: &FakeProvider, claims: &Value) -> Value {
    let started = start(browser).await;
    assert_eq!(report(browser, &started).await["state"], "waiting");
    assert_ended(&callback_as(browser, provider, &started.authorization, claims).await);
    report(browser, &started).await
}

fn outcome_of<'r>(report: &'r Value, name: &str) -> &'r str {
    let checks = report["checks"].as_array().expect("a list");
    let check = checks.iter().find(|check| check["name"] == name);
    check.unwrap_or_else(|| panic!("{name}: {report}"))["outcome"].as_str().expect("text")
}

async fn sessions(service: &Service) -> usize {
    let page = Page { tag: None, after: None, newest_first: false, limit: 1000 };
    service.app.store.page::<Session>(page).await.expect("the store answers").len()
}

/// Returns all users as they are stored.
async fn users(service: &Service) -> Vec<Value> {
    all_users(service).await.iter().map(|user: &User| serde_json::to_value(user).expect("JSON")).collect()
}

#[on_every_store]
async fn decision_of_a_real_login_is_shown_and_nothing_is_changed(location: StoreLocation) {
    let settings = [MAIL[0], MAIL[1], ("FAKE_TRUSTED_DOMAINS", "corp.example")];
    let fixture = FederatedFixture::with_settings(&location, &settings).await;
    let linus = create_user_with(&fixture.service, "linus", |user| {
        set_verified_email(user, "linus@corp.example");
    })
    .await;
    let (browser, _) = administrator(&fixture.service).await;
    let before = (users(&fixture.service).await, sessions(&fixture.service).await);
    let mail = queued(&fixture.service).await.len();
    let report = tested(&browser, &fixture.fake, &claims_of("linus")).await;
    assert_eq!((&report["state"], &report["problem"]), (&json!("done"), &Value::Null), "{report}");
    assert_eq!(report["decision"]["outcome"], "link");
    assert_eq!(report["decision"]["user"], json!({ "id": linus.id, "username": "linus" }));
    let reasons = report["decision"]["reasons"].as_array().expect("a list");
    assert_eq!(reasons, &[json!("the address is verified here and at the provider")]);
    assert_eq!(report["explanation"]["decision"]["user"], linus.id.to_string());
    assert_eq!(report["claims"]["email"], "linus@corp.example");
    assert_eq!(report["idToken"]["header"]["alg"], "RS256");
    assert_eq!(report["idToken"]["claims"]["sub"], "of linus");
    assert_eq!(report["userinfo"]["name"], "linus at the provider");
    for check in ["authorization_response", "id_token", "userinfo", "second_factor", "email"] {
        assert_eq!(outcome_of(&report, check), "ok", "{report}");
    }
    // Neither a user nor a session nor a message.
    assert_eq!((users(&fixture.service).await, sessions(&fixture.service).await), before);
    assert_eq!(queued(&fixture.service).await.len(), mail);
    // The session of the administrator is the same one.
    let session = browser.get("/api/auth/session").await.json();
    assert_eq!((&session["state"], &session["method"]), (&json!("signedIn"), &json!("password")));
    // Also for an identity of no user: no account is created.
    let report = tested(&browser, &fixture.fake, &claims_of("grace")).await;
    assert_eq!(
        (&report["decision"]["outcome"], &report["decision"]["user"]),
        (&json!("create"), &Value::Null)
    );
    assert_eq!(users(&fixture.service).await, before.0);
    fixture.assert_no_protocol_errors();
}

#[on_every_store]
async fn start_and_result_are_recorded_without_claims(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (browser, _) = administrator(&fixture.service).await;
    tested(&browser, &fixture.fake, &claims_of("grace")).await;
    let cancelled = start(&browser).await;
    let answer = [("error", "access_denied"), ("state", cancelled.authorization.state())];
    assert_ended(&callback(&browser, "fake", &answer).await);
    let administrator = browser.me().await.json()["id"].clone();
    let events = events(&fixture.service).await;
    let of_tests: Vec<_> = events.iter().filter(|event| event.kind == EventKind::ProviderTested).collect();
    let mut recorded: Vec<_> = of_tests
        .iter()
        .map(|event| {
            let details = event_details(event);
            let login = details["login"].as_str().expect("text").to_owned();
            (login, event.outcome == Outcome::Success, event.reason.clone())
        })
        .collect();
    // The clock stands still, so the events have no order.
    recorded.sort();
    let expected = [
        ("decided", true, None),
        ("failed", false, Some("login_cancelled".to_owned())),
        ("started", true, None),
        ("started", true, None),
    ];
    assert_eq!(recorded, expected.map(|(login, success, reason)| (login.to_owned(), success, reason)));
    for event in of_tests {
        assert_eq!(json!(event.actor), administrator);
        let details = event_details(event).to_string();
        assert!(!details.contains("corp.example") && !details.contains("of grace"), "{details}");
    }
    // It is no login: no other event is stored.
    assert!(events.iter().all(|event| event.kind != EventKind::FederatedSignIn), "{events:?}");
}

#[on_every_store]
async fn failure_names_the_check_and_the_next_step(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (browser, _) = administrator(&fixture.service).await;
    let faults: [(Fault, &str, &str, &str, &str); 5] = [
        (
            Fault::Answer(Endpoint::Token, fault::Answer::Error("invalid_client")),
            "provider_error",
            "id_token",
            "invalid_client",
            "_CLIENT_SECRET",
        ),
        (Fault::Signed(Signature::Broken), "provider_response_invalid", "id_token", "signature", "_ISSUER"),
        (
            Fault::IdToken(|claims| claims["nonce"] = json!("other")),
            "provider_response_invalid",
            "id_token",
            "nonce",
            "_ISSUER",
        ),
        (
            Fault::IdToken(|claims| claims["aud"] = json!("other")),
            "provider_response_invalid",
            "id_token",
            "aud",
            "_CLIENT_ID",
        ),
        (
            Fault::Answer(Endpoint::Token, fault::Answer::Status(500)),
            "provider_unavailable",
            "id_token",
            "500",
            "test of the connection",
        ),
    ];
    for (fault, code, check, text, step) in faults {
        fixture.fake.set_fault(fault);
        let report = tested(&browser, &fixture.fake, &claims_of("grace")).await;
        assert_eq!((&report["state"], &report["decision"]), (&json!("failed"), &Value::Null), "{report}");
        assert_eq!(report["problem"]["code"], code, "{report}");
        assert_eq!(outcome_of(&report, check), "failed", "{report}");
        assert!(report["problem"]["text"].as_str().is_some_and(|shown| shown.contains(text)), "{report}");
        assert!(report["problem"]["nextStep"].as_str().is_some_and(|shown| shown.contains(step)), "{report}");
        assert_eq!(report["claims"], Value::Null, "unverified claims are not shown");
    }
}

#[on_every_store]
async fn authorization_response_that_is_an_error_or_of_another_issuer_is_shown(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (browser, _) = administrator(&fixture.service).await;
    // The error of the authorization endpoint, if it is one word. Its description is never repeated.
    let started = start(&browser).await;
    let answer = [
        ("error", "invalid_scope"),
        ("error_description", "secretive"),
        ("state", started.authorization.state()),
    ];
    assert_ended(&callback(&browser, "fake", &answer).await);
    let shown = report(&browser, &started).await;
    assert_eq!(
        (&shown["problem"]["code"], outcome_of(&shown, "authorization_response")),
        (&json!("provider_error"), "failed")
    );
    assert!(
        shown.to_string().contains("invalid_scope") && !shown.to_string().contains("secretive"),
        "{shown}"
    );
    // An issuer of another provider (mix-up attack): the code is not sent.
    let started = start(&browser).await;
    let before = fixture.fake.received_requests(Endpoint::Token).len();
    let code = fixture.fake.code_for(&started.authorization.parameters, &claims_of("grace"));
    let answer =
        [("code", code.as_str()), ("state", started.authorization.state()), ("iss", "https://evil.example")];
    assert_ended(&callback(&browser, "fake", &answer).await);
    assert_eq!(report(&browser, &started).await["problem"]["code"], "provider_response_invalid");
    assert_eq!(fixture.fake.received_requests(Endpoint::Token).len(), before);
}

#[on_every_store]
async fn authentication_that_does_not_count_is_shown_with_its_claims(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (browser, _) = administrator(&fixture.service).await;
    // A first test leaves a session at the provider, so the second one sends `prompt=login`, as a login in this browser does.
    tested(&browser, &fixture.fake, &claims_of("grace")).await;
    let old = fixture.service.clock.now().as_secs() - 3_600;
    let report =
        tested(&browser, &fixture.fake, &with_claims(claims_of("grace"), json!({ "auth_time": old }))).await;
    assert_eq!((&report["state"], &report["decision"]), (&json!("failed"), &Value::Null), "{report}");
    assert_eq!(report["problem"]["code"], "reauthentication_refused");
    assert_eq!(outcome_of(&report, "authentication"), "failed");
    assert_eq!(report["claims"]["auth_time"], old);
}

// Claims disclosure: a victim opens the URL of the test, which an administrator sent, and signs in at the provider.
#[on_every_store]
async fn another_browser_cannot_complete_the_test(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (browser, _) = administrator(&fixture.service).await;
    let started = start(&browser).await;
    let (victim, _) = signed_in_with_role(&fixture.service, "linus", "editor").await;
    let code = fixture.fake.code_for(&started.authorization.parameters, &claims_of("linus"));
    let back = [("code", code.as_str()), ("state", started.authorization.state())];
    assert_refused(&callback(&victim, "fake", &back).await, "login_expired");
    assert_eq!(report(&browser, &started).await["state"], "waiting");
    // Also with the cookie of that browser (cookie tossing), in the session of the victim.
    let key = browser.cookie("vestibule-login-3000").expect("the cookie of the browser");
    victim.put_cookie("vestibule-login-3000", &key);
    assert_ended(&callback(&victim, "fake", &back).await);
    let shown = report(&browser, &started).await;
    assert_eq!((&shown["state"], &shown["problem"]["code"]), (&json!("failed"), &json!("login_expired")));
    assert!(!shown.to_string().contains("linus"), "{shown}");
    assert_eq!(session_state(&victim).await, "signedIn", "the session of the victim is the same");
    // And without a session.
    let started = start(&browser).await;
    let code = fixture.fake.code_for(&started.authorization.parameters, &claims_of("linus"));
    victim.delete_cookie("vestibule-3000");
    let back = [("code", code.as_str()), ("state", started.authorization.state())];
    assert_ended(&callback(&victim, "fake", &back).await);
    assert!(!report(&browser, &started).await.to_string().contains("linus"));
}

#[on_every_store]
async fn replayed_callback_changes_no_report(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (browser, _) = administrator(&fixture.service).await;
    let started = start(&browser).await;
    assert_ended(&callback_as(&browser, &fixture.fake, &started.authorization, &claims_of("grace")).await);
    let first = report(&browser, &started).await;
    let requests = fixture.fake.received_requests(Endpoint::Token).len();
    for claims in [claims_of("grace"), claims_of("linus")] {
        let answer = callback_as(&browser, &fixture.fake, &started.authorization, &claims).await;
        assert_refused(&answer, "login_expired");
    }
    let error = [("error", "access_denied"), ("state", started.authorization.state())];
    assert_refused(&callback(&browser, "fake", &error).await, "login_expired");
    assert_eq!(report(&browser, &started).await, first);
    assert_eq!(fixture.fake.received_requests(Endpoint::Token).len(), requests, "a code is sent once only");
}

#[on_every_store]
async fn only_the_session_that_started_the_test_reads_the_report(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (browser, app) = administrator(&fixture.service).await;
    let (other, _) = signed_in_with_role(&fixture.service, "ada", "admin").await;
    let (reader, _) = signed_in_with_role(&fixture.service, "linus", "admin:security").await;
    reader.post(ROUTE, &json!({})).await.expect_problem(403, "forbidden");
    let started = start(&browser).await;
    assert_ended(&callback_as(&browser, &fixture.fake, &started.authorization, &claims_of("grace")).await);
    report(&browser, &started).await;
    reader.get(&started.path).await.expect_problem(403, "forbidden");
    Browser::of(&fixture.service).get(&started.path).await.expect_problem(401, "not_signed_in");
    other.get(&started.path).await.expect_problem(404, "not_found");
    // The path of another provider, and ids of nothing.
    for path in [started.path.replace("/fake/", "/corp/"), format!("{ROUTE}/1"), format!("{ROUTE}/%ff")] {
        browser.get(&path).await.expect_problem(404, "not_found");
    }
    // A transaction of a login has no report.
    let login = browser.get("/api/auth/login/fake").await;
    let login = AuthorizationRequest::of(&login);
    let id = id_of(login.state());
    browser.get(&format!("{ROUTE}/{id}")).await.expect_problem(404, "not_found");
    // A later session of the same administrator.
    fixture.service.advance_time(Duration::from_mins(1));
    let later = Browser::of(&fixture.service);
    later.sign_in("margaret", PASSWORD).await.expect_status(200);
    later.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
    later.get(&started.path).await.expect_problem(404, "not_found");
    report(&browser, &started).await;
}

/// Returns the id of the transaction in a `state`.
fn id_of(state: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let bytes = URL_SAFE_NO_PAD.decode(state).expect("base64url");
    uuid::Uuid::from_slice(&bytes[..16]).expect("an id").to_string()
}

#[on_every_store]
async fn report_ends_after_ten_minutes_and_needs_a_recent_factor(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (browser, app) = administrator(&fixture.service).await;
    fixture.service.advance_time(Duration::from_mins(9));
    browser
        .post("/api/auth/reauthenticate", &json!({ "code": app.code(fixture.service.clock.now()) }))
        .await
        .expect_status(200);
    let started = start(&browser).await;
    assert_ended(&callback_as(&browser, &fixture.fake, &started.authorization, &claims_of("grace")).await);
    fixture.service.advance_time(Duration::from_secs(599));
    report(&browser, &started).await;
    fixture.service.advance_time(Duration::from_secs(1));
    browser.get(&started.path).await.expect_problem(403, "reauthentication_required");
    browser.post(ROUTE, &json!({})).await.expect_problem(403, "reauthentication_required");
    // A recent factor does not bring it back.
    browser
        .post("/api/auth/reauthenticate", &json!({ "code": app.code(fixture.service.clock.now()) }))
        .await
        .expect_status(200);
    browser.get(&started.path).await.expect_problem(404, "not_found");
}

#[on_every_store]
async fn report_expires_although_the_factor_is_recent(location: StoreLocation) {
    let settings = [("VESTIBULE_SESSION_IDLE", "1h")];
    let fixture = FederatedFixture::with_settings(&location, &settings).await;
    let started_at = fixture.service.clock.now();
    let (browser, _) = administrator(&fixture.service).await;
    let started = start(&browser).await;
    assert_ended(&callback_as(&browser, &fixture.fake, &started.authorization, &claims_of("grace")).await);
    // The same session, whose factor is checked again in the store: its id stays.
    let session = browser.session().expect("a session");
    let stored = fixture.service.session(&session).await.expect("it is stored");
    fixture.service.advance_time(Duration::from_mins(10));
    let factor_at = fixture.service.clock.now();
    fixture
        .service
        .app
        .sessions
        .update::<_, vestibule::store::StoreError>(
            &vestibule::store::Document::id(&stored.document),
            |session| {
                session.authentication.factor_at = Some(factor_at);
                Ok(vestibule::store::Change::Write(()))
            },
        )
        .await
        .expect("written");
    assert!(factor_at > started_at);
    browser.get(ROUTE.trim_end_matches("/fake/test-login")).await.expect_status(200);
    browser.get(&started.path).await.expect_problem(404, "not_found");
}

#[on_every_store]
async fn no_token_is_stored_or_shown(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (browser, _) = administrator(&fixture.service).await;
    let jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
    let claims = with_claims(
        claims_of("grace"),
        json!({
            "access_token": "of another service", "attributes": { "apiKey": "key of the user" }, "note": jwt,
            "sid": "session at the provider",
        }),
    );
    let report = tested(&browser, &fixture.fake, &claims).await.to_string();
    let stored = location.all_documents().await;
    for secret in [
        jwt,
        "of another service",
        "key of the user",
        "session at the provider",
        JWT_STARTS[0],
        JWT_STARTS[1],
    ] {
        assert!(!report.contains(secret), "{secret}: {report}");
        assert!(!stored.contains(secret), "{secret} is stored");
    }
    for token in fixture.fake.id_tokens() {
        let signature = token.rsplit('.').next().expect("a signature").to_owned();
        assert!(!report.contains(&signature) && !stored.contains(&signature));
    }
    assert!(report.contains("hidden"), "{report}");
}

// Two replicas behind a load balancer.
#[on_every_store]
async fn any_replica_completes_and_shows_the_test(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (browser, _) = administrator(&fixture.service).await;
    let replica = fixture.start_replica().await;
    let started = start(&browser).await;
    let there = browser.at_replica(&replica);
    assert_ended(&callback_as(&there, &fixture.fake, &started.authorization, &claims_of("grace")).await);
    assert_eq!(report(&browser, &started).await["state"], "done");
    assert_eq!(report(&there, &started).await, report(&browser, &started).await);
}

// Each test sends requests to the provider, which limits its clients.
#[on_every_store]
async fn test_logins_are_limited_and_need_a_provider(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (browser, _) = administrator(&fixture.service).await;
    let unknown = "/api/admin/providers/unknown/test-login";
    browser.post(unknown, &json!({})).await.expect_problem(404, "not_found");
    let mut statuses = Vec::new();
    for _ in 0..21 {
        statuses.push(browser.post(ROUTE, &json!({})).await.status);
    }
    assert_eq!(statuses.pop(), Some(429), "{statuses:?}");
    assert_eq!(statuses, [200; 20]);
}

#[on_every_store]
async fn disabled_account_is_a_decision_and_not_a_failure(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let grace = fixture.users().await.remove(0);
    update_user(&fixture.service, grace.id, |user| user.status = vestibule::user::Status::Disabled).await;
    let (browser, _) = administrator(&fixture.service).await;
    let report = tested(&browser, &fixture.fake, &claims_of("grace")).await;
    assert_eq!(
        (&report["state"], &report["decision"]["outcome"]),
        (&json!("done"), &json!("refuse")),
        "{report}"
    );
    assert_eq!(report["explanation"]["decision"]["code"], "account_disabled");
}

#[on_every_store]
async fn real_provider_is_tested_with_a_login(location: StoreLocation) {
    let provider = Provider::of_the_run();
    let service = real_service(&location, &provider, "basic", &[]).await;
    let (browser, _) = administrator(&service).await;
    let route = "/api/admin/providers/demo/test-login";
    let started = browser.post(route, &json!({})).await.expect_status(200).json();
    let url = url::Url::parse(started["url"].as_str().expect("a URL")).expect("a URL");
    let back = provider.sign_in(&url, "login=grace").await;
    let back: Vec<(&str, &str)> = back.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_ended(&callback(&browser, "demo", &back).await);
    let path = format!("{route}/{}", started["id"].as_str().expect("an id"));
    let report = browser.get(&path).await.expect_status(200).json();
    assert_eq!(
        (&report["state"], &report["decision"]["outcome"]),
        (&json!("done"), &json!("create")),
        "{report}"
    );
    for check in ["authorization_response", "id_token", "userinfo", "authentication", "roles"] {
        assert_eq!(outcome_of(&report, check), "ok", "{report}");
    }
    assert_eq!(report["claims"]["name"], "Grace Hopper");
    assert_eq!(all_users(&service).await.len(), 1, "only the administrator");
}
