//! A public URL with a path: the service and an application share one origin behind a proxy.

use std::collections::HashMap;

use serde_json::json;
use url::Url;

use crate::harness::{
    browser::Browser,
    fake_provider::fault::Fault,
    federated::{
        AuthorizationRequest, FederatedFixture, assert_signed_in, callback_as, claims_of, redirect_target,
        start_login_with_query,
    },
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const PUBLIC_URL: (&str, &str) = ("VESTIBULE_PUBLIC_URL", "http://localhost:3000/auth");

#[on_every_store]
async fn requests_are_accepted_with_and_without_the_prefix(location: StoreLocation) {
    let service = Service::with_settings(&location, &[PUBLIC_URL]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for prefix in ["", "/auth"] {
        for path in ["/healthz", "/readyz", "/api/auth/session", "/api/auth/me", "/api/auth/providers"] {
            let answer = browser.get(&format!("{prefix}{path}")).await.expect_status(200);
            assert!(answer.header("content-type").is_some_and(|media| media.starts_with("application/json")));
        }
        for path in ["/api/nope", "/.well-known/nope"] {
            browser.get(&format!("{prefix}{path}")).await.expect_problem(404, "not_found");
        }
        for path in ["", "/", "/login", "/login?returnTo=%2Fauth%2Fx", "/account"] {
            let path = format!("{prefix}{path}");
            let answer = browser.get(&path).await.expect_status(200);
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        }
        browser.get(&format!("{prefix}/none.js")).await.expect_status(404);
        let body = json!({ "username": "ada", "password": PASSWORD });
        browser.post(&format!("{prefix}/api/auth/login"), &body).await.expect_status(200);
    }
}

// A proxy that removes the prefix, and this service after it: `/auth/auth/api` would become a path of the API.
#[on_every_store]
async fn prefix_is_removed_once_and_at_a_slash_only(location: StoreLocation) {
    let service = Service::with_settings(&location, &[PUBLIC_URL]).await;
    let browser = Browser::of(&service);
    for path in ["/auth/auth/api/auth/session", "/authapi/auth/session", "/other/api/auth/session"] {
        let answer = browser.get(path).await.expect_status(200);
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    }
}

#[on_every_store]
async fn cookies_belong_to_the_whole_origin(location: StoreLocation) {
    let service = Service::with_settings(&location, &[PUBLIC_URL]).await;
    create_user(&service, "ada").await;
    let answer = Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
    for name in ["vestibule-3000", "XSRF-TOKEN"] {
        let cookie = answer.set_cookie(name).expect("a cookie");
        assert!(cookie.split("; ").any(|part| part == "Path=/"), "{cookie}");
    }
}

#[on_every_store]
async fn every_address_for_the_browser_has_the_prefix(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[PUBLIC_URL]).await;
    let browser = fixture.browser();
    let providers = browser.get("/auth/api/auth/providers").await.expect_status(200).json();
    assert_eq!(providers["providers"][0]["loginUrl"], "/auth/api/auth/login/fake");

    let authorization = start_login_with_query(&browser, &fixture.fake, "?returnTo=/orders").await;
    let callback = "http://localhost:3000/auth/api/auth/callback/fake";
    assert_eq!(authorization.parameters["redirect_uri"], callback);
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    let back = format!("/auth/api/auth/callback/fake?code={code}&state={}", authorization.state());
    // A path of the origin, not of the prefix.
    assert_signed_in(&browser.get(&back).await, "/orders");

    let signed_out = browser.sign_out().await.expect_status(200).json();
    let path = signed_out["redirect"].as_str().expect("a redirect");
    assert!(path.starts_with("/auth/api/auth/logout/continue?key="), "{path}");
    let answer = browser.get(path).await.expect_status(303);
    let url = Url::parse(answer.header("location").expect("a location")).expect("a URL");
    let parameters: HashMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!(parameters["post_logout_redirect_uri"], "http://localhost:3000/auth/login");
    // The key was used.
    let (path, _) = redirect_target(&browser.get(path).await);
    assert_eq!(path, "/auth/login");
}

#[on_every_store]
async fn pages_of_the_portal_are_behind_the_prefix(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[PUBLIC_URL]).await;
    let browser = fixture.browser();
    let sign_in = async || {
        let authorization = start_login_with_query(&browser, &fixture.fake, "").await;
        callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await
    };
    fixture.fake.set_fault(Fault::IdToken(|claims| claims["aud"] = "another".into()));
    let (path, query) = redirect_target(&sign_in().await);
    assert_eq!((path.as_str(), query.get("returnTo")), ("/auth/login", None));
    fixture.fake.set_fault(Fault::None);
    assert_signed_in(&sign_in().await, "/auth/");
    for target in ["/login", "/auth/login", "http://localhost:3000/auth/login"] {
        let answer = browser.get(&format!("/api/auth/login/fake?returnTo={target}")).await;
        let authorization = AuthorizationRequest::of(&answer);
        let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
        assert_signed_in(&answer, "/auth/");
    }
}
