//! "Keep me signed in on this device": a session with longer deadlines of its own.

use std::time::Duration;

use serde_json::json;

use crate::harness::{
    browser::{Answer, Browser},
    federated::{FederatedFixture, callback_as, claims_of, start_login_with_query},
    service::Service,
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user, create_user_with_app},
};

const REMEMBER: (&str, &str) = ("VESTIBULE_REMEMBER", "30d");
const DAY: Duration = Duration::from_hours(24);
const MONTH: u64 = 30 * 86_400;

async fn sign_in(browser: &Browser, name: &str, remember: bool) -> Answer {
    let body = json!({ "username": name, "password": PASSWORD, "remember": remember });
    browser.post("/api/auth/login", &body).await.expect_status(200)
}

fn max_age(answer: &Answer) -> u64 {
    let cookie = answer.session_cookie().expect("a session cookie");
    cookie.split("Max-Age=").nth(1).unwrap().split(';').next().unwrap().parse().unwrap()
}

#[on_every_store]
async fn remembered_session_has_its_own_deadlines(location: StoreLocation) {
    let service = Service::with_settings(&location, &[REMEMBER]).await;
    let other = service.start_replica().await;
    create_user(&service, "ada").await;
    assert_eq!(Browser::of(&service).get("/api/auth/providers").await.json()["remember"], MONTH);
    let (remembered, plain) = (Browser::of(&service), Browser::of(&service));
    let answer = sign_in(&remembered, "ada", true).await;
    assert_eq!(max_age(&answer), MONTH, "the cookie lasts as long as the session");
    let session = &answer.json()["session"];
    assert_eq!(session["expiresAt"], "2036-06-03T10:00:00.000Z");
    assert_eq!(session["endsAt"], session["expiresAt"]);
    assert_eq!(max_age(&sign_in(&plain, "ada", false).await), 600);
    service.advance_time(DAY);
    plain.me().await.expect_status(401);
    remembered.me().await.expect_status(200);
    service.advance_time(DAY * 28);
    let there = remembered.at_replica(&other);
    assert_eq!(max_age(&there.keep_alive().await.expect_status(200)), 86_400);
    service.advance_time(DAY);
    assert_eq!(remembered.me().await.expect_problem(401, "session_ended").reason(), "max_age");
}

#[on_every_store]
async fn remembered_login_survives_second_factor_and_rotation(location: StoreLocation) {
    let service = Service::with_settings(&location, &[REMEMBER]).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    let pending = sign_in(&browser, "linus", true).await;
    assert_eq!(max_age(&pending), 300, "a session without the second factor is not longer");
    let answer = browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    assert_eq!(max_age(&answer), MONTH);
    service.advance_time(DAY);
    let code = json!({ "code": app.code(service.clock.now()) });
    let answer = browser.post("/api/auth/reauthenticate", &code).await.expect_status(200);
    assert_eq!(max_age(&answer), MONTH - 86_400, "the lifetime keeps its start");
}

#[on_every_store]
async fn remembered_login_survives_the_enrolment(location: StoreLocation) {
    let service = Service::with_settings(&location, &[REMEMBER, ("VESTIBULE_MFA", "required")]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    assert_eq!(max_age(&sign_in(&browser, "ada", true).await), 600);
    let secret = browser.start_enrolment().await.expect_status(200).json()["secret"].clone();
    let app = Authenticator::of_base32(secret.as_str().unwrap());
    let answer = browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    assert_eq!(max_age(&answer), MONTH);
}

#[on_every_store]
async fn choice_has_no_effect_without_the_setting(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    assert_eq!(Browser::of(&service).get("/api/auth/providers").await.json()["remember"], json!(null));
    let browser = Browser::of(&service);
    assert_eq!(max_age(&sign_in(&browser, "ada", true).await), 600);
    let wrong = json!({ "username": "ada", "password": PASSWORD, "remember": "yes" });
    browser.post("/api/auth/login", &wrong).await.expect_problem(400, "invalid_request");
    // An operator removes the setting: activity no longer extends the session by a month.
    let service = service.restart_with(&[REMEMBER]).await;
    let browser = Browser::of(&service);
    sign_in(&browser, "ada", true).await;
    let service = service.restart_with(&[("VESTIBULE_REMEMBER", "")]).await;
    service.advance_time(Duration::from_hours(1));
    assert_eq!(max_age(&browser.at_replica(&service).keep_alive().await.expect_status(200)), 600);
}

#[on_every_store]
async fn federated_login_is_remembered(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[REMEMBER]).await;
    for (query, expected) in
        [("?remember=true", MONTH), ("?remember=false", 600), ("", 600), ("?remember=1", 600)]
    {
        let browser = fixture.browser();
        let started = start_login_with_query(&browser, &fixture.fake, query).await;
        let answer = callback_as(&browser, &fixture.fake, &started, &claims_of("grace")).await;
        assert_eq!(max_age(&answer), expected, "{query}");
    }
    // A link on another site leads to the login page, which keeps the choice.
    let start = fixture.browser().with_header("sec-fetch-site", "cross-site");
    let answer = start.get("/api/auth/login/fake?remember=true").await.expect_status(303);
    assert_eq!(answer.header("location"), Some("/login?provider=fake&remember=true"));
}
