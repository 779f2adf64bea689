//! Login links and callbacks work as navigations of the user only: a page elsewhere cannot open or replace a session (login CSRF).

use reqwest::Method;

use crate::harness::{
    browser::{Answer, Browser},
    fake_provider::{
        FakeProvider,
        fault::{Endpoint, Fault},
    },
    federated::{
        AuthorizationRequest, FederatedFixture, assert_refused, assert_signed_in, callback_as, claims_of, me,
        redirect_target, session_state, start_login,
    },
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const DESTINATION: &str = "sec-fetch-dest";
const SITE: &str = "sec-fetch-site";
const LOGIN: &str = "/api/auth/login/fake?returnTo=%2Freports%3Fyear%3D2026";

/// Sends a GET with these headers.
async fn get(browser: &Browser, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = browser.request(Method::GET, path);
    headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send().await
}

/// Sends a navigation to a page that started at `site`.
async fn navigate(browser: &Browser, path: &str, site: &str) -> Answer {
    get(browser, path, &[(DESTINATION, "document"), (SITE, site), ("sec-fetch-mode", "navigate")]).await
}

#[track_caller]
fn assert_started(answer: &Answer, provider: &FakeProvider) {
    assert!(AuthorizationRequest::of(answer).authorize.as_str().starts_with(provider.issuer()));
}

/// Asserts a redirect to the page that asks the user, without a transaction.
#[track_caller]
fn assert_must_confirm(answer: &Answer) {
    let (path, query) = redirect_target(answer);
    assert_eq!(path, "/login");
    assert_eq!(query["provider"], "fake");
    assert_eq!(query["returnTo"], "/reports?year=2026", "the return path is kept");
    assert_eq!(query.get("error"), None);
    assert_eq!(answer.set_cookie("vestibule-login-3000"), None, "no transaction starts");
    assert_eq!(answer.session_cookie(), None);
}

#[track_caller]
fn assert_no_token_request(provider: &FakeProvider) {
    assert_eq!(provider.received_requests(Endpoint::Token).len(), 0);
}

#[on_every_store]
async fn login_link_in_an_image_or_frame_starts_nothing(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("FAKE_TILE", "true")]).await;
    let browser = fixture.browser();
    for destination in
        ["image", "iframe", "frame", "empty", "object", "embed", "script", "style", "video", "font"]
    {
        for site in ["same-origin", "same-site", "cross-site", "none"] {
            let answer = get(&browser, LOGIN, &[(DESTINATION, destination), (SITE, site)]).await;
            assert_must_confirm(&answer);
        }
    }
}

#[on_every_store]
async fn prefetched_login_link_starts_nothing(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    for (name, purpose) in [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("x-moz", "prefetch"),
    ] {
        let headers = [(DESTINATION, "document"), (SITE, "same-origin"), (name, purpose)];
        assert_must_confirm(&get(&browser, LOGIN, &headers).await);
    }
}

#[on_every_store]
async fn login_link_on_another_site_is_confirmed_with_one_click(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    assert_must_confirm(&navigate(&browser, LOGIN, "cross-site").await);
    assert_must_confirm(&navigate(&browser, LOGIN, "unknown-value").await);
    // The click on our page.
    assert_started(&navigate(&browser, LOGIN, "same-origin").await, &fixture.fake);
}

#[on_every_store]
async fn login_link_of_the_user_or_of_the_same_site_starts_at_once(location: StoreLocation) {
    let app = "https://app.corp.example";
    let settings = [("VESTIBULE_PUBLIC_URL", "https://id.corp.example"), ("VESTIBULE_ALLOWED_ORIGINS", app)];
    let fixture = FederatedFixture::with_settings(&location, &settings).await;
    let browser = fixture.browser();
    for site in ["same-origin", "none", "same-site"] {
        assert_started(&navigate(&browser, LOGIN, site).await, &fixture.fake);
    }
    let from_app = [(DESTINATION, "document"), (SITE, "same-site"), ("referer", "https://app.corp.example/")];
    assert_started(&get(&browser, LOGIN, &from_app).await, &fixture.fake);
    let from_blog =
        [(DESTINATION, "document"), (SITE, "same-site"), ("referer", "https://blog.corp.example/")];
    assert_must_confirm(&get(&browser, LOGIN, &from_blog).await);
}

// Safari before 16.4, and clients that are no browser.
#[on_every_store]
async fn login_link_without_fetch_metadata_is_checked_by_its_referrer(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    assert_started(&get(&browser, LOGIN, &[]).await, &fixture.fake);
    assert_started(&get(&browser, LOGIN, &[("referer", "http://localhost:3000/login")]).await, &fixture.fake);
    assert_must_confirm(&get(&browser, LOGIN, &[("referer", "https://evil.example/")]).await);
}

#[on_every_store]
async fn login_link_of_another_origin_never_replaces_a_session_silently(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("FAKE_TILE", "true")]).await;
    create_user(&fixture.service, "ada").await;
    let browser = fixture.browser();
    assert_started(&navigate(&browser, LOGIN, "cross-site").await, &fixture.fake);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for site in ["cross-site", "same-site"] {
        assert_must_confirm(&navigate(&browser, LOGIN, site).await);
    }
    assert_eq!(me(&browser).await["username"], "ada");
    assert_started(&navigate(&browser, LOGIN, "same-origin").await, &fixture.fake);
    browser.sign_out().await.expect_status(200);
    assert_started(&navigate(&browser, LOGIN, "cross-site").await, &fixture.fake);
}

#[on_every_store]
async fn unknown_provider_is_reported_whatever_started_the_login(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let answer = navigate(&fixture.browser(), "/api/auth/login/other", "cross-site").await;
    assert_refused(&answer, "provider_unknown");
}

// The transaction stays open: a page elsewhere cannot use up a login of the user.
#[on_every_store]
async fn callback_in_an_image_or_frame_opens_no_session(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    let back = format!("/api/auth/callback/fake?code={code}&state={}", authorization.state());
    for destination in ["image", "iframe", "frame", "empty", "object", "embed", "script"] {
        let answer = get(&browser, &back, &[(DESTINATION, destination), (SITE, "cross-site")]).await;
        assert_refused(&answer, "login_expired");
    }
    let prefetch = [(DESTINATION, "document"), (SITE, "cross-site"), ("sec-purpose", "prefetch;prerender")];
    assert_refused(&get(&browser, &back, &prefetch).await, "login_expired");
    assert_eq!(session_state(&browser).await, "anonymous");
    assert_no_token_request(&fixture.fake);
    assert_signed_in(&navigate(&browser, &back, "cross-site").await, "/");
}

#[on_every_store]
async fn callback_of_another_browser_uses_no_transaction(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    let scanner = fixture.browser();
    let answer = callback_as(&scanner, &fixture.fake, &authorization, &claims_of("grace")).await;
    assert_refused(&answer, "login_expired");
    assert_no_token_request(&fixture.fake);
    assert_signed_in(&callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await, "/");
}

#[on_every_store]
async fn refused_method_names_the_allowed_one(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    for path in ["/api/auth/login/fake", "/api/auth/callback/fake?code=a&state=b"] {
        for method in [Method::HEAD, Method::POST, Method::PUT] {
            let answer = browser.with_token(method.clone(), path).await.send().await.expect_status(405);
            assert_eq!(answer.header("allow"), Some("GET"), "{method} {path}");
            assert_eq!(answer.set_cookie("vestibule-login-3000"), None);
        }
    }
}

#[on_every_store]
async fn return_path_of_8_kib_is_kept(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let longest = format!("/dashboard?filter={}", "a".repeat(8192 - 18));
    assert_eq!(longest.len(), 8192);
    for (path, expected) in [(longest.clone(), longest.as_str()), (format!("{longest}x"), "/")] {
        let browser = fixture.browser();
        let query: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
        let answer = browser.get(&format!("/api/auth/login/fake?returnTo={query}")).await;
        let authorization = AuthorizationRequest::of(&answer);
        let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
        let location = String::from_utf8(answer.headers["location"].as_bytes().to_vec()).expect("UTF-8");
        assert_eq!(location, expected, "success");
        let authorization =
            AuthorizationRequest::of(&browser.get(&format!("/api/auth/login/fake?returnTo={query}")).await);
        fixture.fake.set_fault(Fault::IdToken(|claims| claims["aud"] = "another".into()));
        let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
        let refused = redirect_target(&answer).1.get("returnTo").cloned();
        assert_eq!(refused.as_deref(), (expected != "/").then_some(expected), "refusal");
        fixture.fake.set_fault(Fault::None);
    }
}
