//! `?login=redirect`: a navigation without a session leads to the login page, and back.

use super::{PATH, ask, signed_in};
use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{create_user, create_user_with_app},
};

const APP: &str = "https://app.corp.example";
const PROXY: (&str, &str) = ("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1");
const SETTINGS: [(&str, &str); 3] =
    [PROXY, ("VESTIBULE_PUBLIC_URL", "https://id.corp.example"), ("VESTIBULE_ALLOWED_ORIGINS", APP)];
const NAVIGATION: [(&str, &str); 2] = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];

/// Asks about a navigation to this page, with more headers. Returns the `Location`, or `None` for a 401.
async fn location_for(browser: &Browser, headers: &[(&str, &str)]) -> Option<String> {
    let headers = [&NAVIGATION[..], headers].concat();
    let answer = ask(browser, &format!("{PATH}?login=redirect"), &headers).await;
    assert!(!answer.headers.contains_key("set-cookie"), "{:?}", answer.headers);
    match answer.status {
        303 => Some(answer.header("location").unwrap().to_owned()),
        _ => answer.expect_status(401).header("location").map(ToOwned::to_owned),
    }
}

const fn page<'a>(host: &'a str, uri: &'a str) -> [(&'static str, &'a str); 3] {
    [("x-forwarded-proto", "https"), ("x-forwarded-host", host), ("x-forwarded-uri", uri)]
}

#[on_every_store]
async fn navigation_leads_to_the_login_page_and_back(location: StoreLocation) {
    let service = Service::with_settings(&location, &SETTINGS).await;
    let browser = Browser::of(&service);
    let at_app = "https://id.corp.example/login?returnTo=https%3A%2F%2Fapp.corp.example%2Forders%3Fx%3D1";
    let headers = page("app.corp.example", "/orders?x=1");
    assert_eq!(location_for(&browser, &headers).await.as_deref(), Some(at_app));
    let nginx = [("x-original-url", "https://app.corp.example/orders?x=1")];
    assert_eq!(location_for(&browser, &nginx).await.as_deref(), Some(at_app));
    // At the origin of the service a path is enough.
    let own = location_for(&browser, &page("id.corp.example", "/orders")).await;
    assert_eq!(own.as_deref(), Some("/login?returnTo=https%3A%2F%2Fid.corp.example%2Forders"));
    create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    let headers = [&NAVIGATION[..], &headers].concat();
    ask(&browser, &format!("{PATH}?login=redirect"), &headers).await.expect_status(200);
}

#[on_every_store]
async fn redirect_has_the_prefix_of_the_public_url(location: StoreLocation) {
    let settings = [PROXY, ("VESTIBULE_PUBLIC_URL", "https://corp.example/auth")];
    let service = Service::with_settings(&location, &settings).await;
    let path = format!("/auth{PATH}?login=redirect");
    let headers = [&NAVIGATION[..], &page("corp.example", "/orders")].concat();
    let answer = ask(&Browser::of(&service), &path, &headers).await.expect_status(303);
    let expected = "/auth/login?returnTo=https%3A%2F%2Fcorp.example%2Forders";
    assert_eq!(answer.header("location"), Some(expected));
}

#[on_every_store]
async fn pending_session_leads_to_the_missing_step(location: StoreLocation) {
    let service = Service::with_settings(&location, &SETTINGS).await;
    create_user_with_app(&service, "linus").await;
    let browser = signed_in(&service, "linus").await;
    let found = location_for(&browser, &page("app.corp.example", "/")).await.unwrap();
    assert!(found.starts_with("https://id.corp.example/second-factor?returnTo="), "{found}");
}

// The host comes from a header. After the login, an attacker's page could ask for the password again (open redirect).
#[on_every_store]
async fn forged_host_is_never_a_return_target(location: StoreLocation) {
    let service = Service::with_settings(&location, &SETTINGS).await;
    let browser = Browser::of(&service);
    for headers in [
        &page("evil.example", "/orders")[..],
        &page("app.corp.example.evil.example", "/"),
        &page("app.corp.example@evil.example", "/"),
        &page("app.corp.example:8443", "/"),
        &page("app.corp.example", "@evil.example/"),
        &[("x-original-url", "https://evil.example/")],
        &[("x-original-url", "http://app.corp.example/")],
        &[("x-original-url", "javascript:alert(1)")],
        &[("host", "evil.example")],
    ] {
        assert_eq!(location_for(&browser, headers).await, None, "{headers:?}");
    }
    // Another origin in the path stays in the path.
    for uri in ["//evil.example/", "/\\evil.example"] {
        let inner = location_for(&browser, &page("app.corp.example", uri)).await.unwrap();
        let expected =
            "https://id.corp.example/login?returnTo=https%3A%2F%2Fapp.corp.example%2F%2Fevil.example";
        assert!(inner.starts_with(expected), "{inner}");
    }
}

#[on_every_store]
async fn url_of_an_untrusted_proxy_is_ignored(location: StoreLocation) {
    let service = Service::with_settings(&location, &SETTINGS[1..]).await;
    let browser = Browser::of(&service);
    assert_eq!(location_for(&browser, &page("app.corp.example", "/orders")).await, None);
}

// A script would follow the redirect and take the login page for its answer.
#[on_every_store]
async fn only_navigations_are_redirected(location: StoreLocation) {
    let service = Service::with_settings(&location, &SETTINGS).await;
    let browser = Browser::of(&service);
    let page = page("app.corp.example", "/orders");
    let path = format!("{PATH}?login=redirect");
    for headers in [
        &[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")][..],
        &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
        &[("accept", "application/json")],
    ] {
        let headers = [headers, &page].concat();
        ask(&browser, &path, &headers).await.expect_problem(401, "not_signed_in");
    }
    let headers = [&NAVIGATION[..], &page].concat();
    ask(&browser, PATH, &headers).await.expect_problem(401, "not_signed_in");
    let post = [&headers[..], &[("x-forwarded-method", "POST")]].concat();
    ask(&browser, &path, &post).await.expect_problem(403, "csrf_failed");
    let html = [&[("accept", "text/html,*/*")][..], &page].concat();
    ask(&browser, &path, &html).await.expect_status(303);
}
