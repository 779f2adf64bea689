//! A client that was written for the first design of this service: its routes have the same meaning, from login to logout.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::harness::{
    browser::Browser,
    fake_provider::FakeProvider,
    federated::{
        AuthorizationRequest, FederatedFixture, assert_signed_in, callback_as, claims_of,
        wait_until_available,
    },
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user},
};

#[on_every_store]
async fn a_local_user_signs_in_enrols_and_signs_out(location: StoreLocation) {
    let service = FederatedFixture::service(&location, &[], &[]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.get("/api/auth/me").await.expect_status(401);
    let login = json!({ "username": "ada", "password": PASSWORD });
    let wrong = json!({ "username": "ada", "password": "not the password of ada" });
    browser.post("/api/auth/login", &wrong).await.expect_problem(401, "invalid_credentials");
    let answer = browser.post("/api/auth/login", &login).await.expect_status(200).json();
    assert_eq!(answer["needMfa"], false);
    assert_eq!(browser.get("/api/auth/me").await.expect_status(200).json()["username"], "ada");
    let setup = browser.post("/api/mfa/setup", &json!({})).await.expect_status(200).json();
    assert!(setup["qr"].as_str().expect("an image").starts_with("data:image/"), "{setup}");
    let app = Authenticator::of_base32(setup["secret"].as_str().expect("a secret"));
    let wrong = json!({ "code": app.wrong_code(service.clock.now()) });
    browser.post("/api/mfa/verify", &wrong).await.expect_status(400);
    let code = json!({ "code": app.code(service.clock.now()) });
    let verified = browser.post("/api/mfa/verify", &code).await.expect_status(200).json();
    assert_eq!(verified["mfaEnabled"], true);
    assert!(verified["message"].is_string());
    browser.post("/api/auth/logout", &json!({})).await.expect_status(200);
    browser.get("/api/auth/me").await.expect_status(401);
    let again = browser.post("/api/auth/login", &login).await.expect_status(200).json();
    assert_eq!(again["needMfa"], true);
    // A correct password alone is no session: not for the user, and not for a new authenticator app of an attacker.
    browser.get("/api/auth/me").await.expect_status(401);
    browser.post("/api/mfa/setup", &json!({})).await.expect_problem(401, "second_factor_required");
    let wrong = json!({ "code": app.wrong_code(service.clock.now()) });
    browser.post("/api/mfa/verify", &wrong).await.expect_problem(400, "code_invalid");
    // The code of the enrolment is used up.
    service.advance_time(Duration::from_secs(30));
    let code = json!({ "code": app.code(service.clock.now()) });
    let verified = browser.post("/api/mfa/verify", &code).await.expect_status(200).json();
    assert!(verified["message"].is_string() && verified["mfaEnabled"] == true, "{verified}");
    let me = browser.get("/api/auth/me").await.expect_status(200).json();
    assert_eq!(
        (&me["username"], &me["mfaEnabled"], &me["authProvider"]),
        (&json!("ada"), &json!(true), &json!("local"))
    );
    browser.post("/api/auth/keep-alive", &json!({})).await.expect_status(200);
    for _ in 0..2 {
        browser.post("/api/auth/logout", &json!({})).await.expect_status(200);
        browser.get("/api/auth/me").await.expect_status(401);
    }
}

#[on_every_store]
async fn the_provider_is_named_below_the_path_of_the_api(location: StoreLocation) {
    let auth0 = FakeProvider::start("auth0").await;
    let service = FederatedFixture::service(&location, &[], &[&auth0]).await;
    wait_until_available(&service, "auth0").await;
    let browser = Browser::of(&service);
    let start = browser.get("/api/auth/auth0?returnTo=/dashboard").await;
    let authorization = AuthorizationRequest::of(&start);
    assert!(authorization.authorize.as_str().starts_with(auth0.issuer()), "{}", authorization.authorize);
    let answer = callback_as(&browser, &auth0, &authorization, &claims_of("grace")).await;
    assert_signed_in(&answer, "/dashboard");
    assert_eq!(browser.get("/api/auth/me").await.expect_status(200).json()["authProvider"], "auth0");
    browser.post("/api/auth/logout", &json!({})).await.expect_status(200);
    browser.get("/api/auth/me").await.expect_status(401);
    // The rule against logins that another site starts is the same on both paths.
    let foreign = browser.request(Method::GET, "/api/auth/auth0").header("sec-fetch-site", "cross-site");
    let foreign =
        foreign.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "document").send().await;
    let location = foreign.expect_status(303).header("location").expect("a location").to_owned();
    assert!(location.starts_with("/login?"), "{location}");
    for method in [Method::HEAD, Method::OPTIONS] {
        let answer = browser.request(method.clone(), "/api/auth/auth0").send().await.expect_status(405);
        assert_eq!(answer.header("allow"), Some("GET"), "{method}");
        assert_eq!(answer.set_cookie("vestibule-login-3000"), None, "{method} starts no login");
    }
    let post = browser.with_token(Method::POST, "/api/auth/auth0").await;
    post.json(&json!({})).send().await.expect_problem(405, "method_not_allowed");
}

#[on_every_store]
async fn fixed_routes_win_and_other_paths_are_unknown(location: StoreLocation) {
    let service = FederatedFixture::service(&location, &[], &[]).await;
    let browser = Browser::of(&service);
    browser.get("/api/auth/session").await.expect_status(200);
    browser.get("/api/auth/login").await.expect_problem(405, "method_not_allowed");
    // The first version of that design had these. `http::earlier_routes` tests the answer to each request of its client.
    for path in ["/keep-alive", "/profile", "/csrf-token"] {
        let answer = browser.get(path).await.expect_problem(404, "not_found");
        assert_eq!(answer.session_cookie(), None);
    }
    for path in ["/login", "/mfa", "/logout", "/api/setup-mfa", "/api/verify-mfa"] {
        browser.post(path, &json!({})).await.expect_problem(404, "not_found");
    }
    for path in
        ["/api/auth/auth0", "/api/auth/callback", "/api/auth/password", "/api/auth/%00", "/api/auth/a/b"]
    {
        browser.get(path).await.expect_problem(404, "not_found");
        browser.post(path, &json!({})).await.expect_problem(404, "not_found");
    }
}
