//! Authorization responses that no longer matter: the user is signed in already, or the page of the provider has expired.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::harness::{
    browser::{Answer, Browser},
    fake_provider::fault::Endpoint,
    federated::{
        AuthorizationRequest, FederatedFixture, assert_refused, assert_signed_in, callback, callback_as,
        claims_of, me, redirect_target, session_state, sign_in, start_login, start_login_with_query,
    },
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const DEEP_LINK: &str = "?returnTo=%2Freports%3Fyear%3D2026";
const REPORTS: &str = "/reports?year=2026";

/// The answer of Keycloak to a login in a second tab.
const SECOND_TAB: [(&str, &str); 2] =
    [("error", "temporarily_unavailable"), ("error_description", "authentication_expired")];
/// Answers that ask for another login at the provider.
const EXPIRED: [&[(&str, &str)]; 3] =
    [&SECOND_TAB, &[("error", "login_required")], &[("error", "interaction_required")]];

fn with_state<'a>(
    answer: &[(&'a str, &'a str)],
    authorization: &'a AuthorizationRequest,
) -> Vec<(&'a str, &'a str)> {
    answer.iter().copied().chain([("state", authorization.state())]).collect()
}

/// Sends a callback as a browser does that follows a redirect of the provider, or restores a page.
async fn navigate(browser: &Browser, path: &str, site: &str) -> Answer {
    let request = browser.request(Method::GET, path);
    request.header("sec-fetch-dest", "document").header("sec-fetch-site", site).send().await
}

#[track_caller]
fn assert_continued(answer: &Answer, path: &str) {
    let location = answer.header("location").unwrap_or_default();
    assert_eq!((answer.status, location), (303, path), "{}", answer.text);
    assert_eq!(answer.session_cookie(), None, "the session does not change");
}

#[on_every_store]
async fn second_tab_continues_after_the_login_of_the_first(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let errors = EXPIRED.into_iter().chain([
        &[("error", "temporarily_unavailable")][..],
        &[("error", "server_error")],
        &[("error", "access_denied")],
        &[("error", "<script>")],
    ]);
    for error in errors {
        let browser = fixture.browser();
        let second = start_login_with_query(&browser, &fixture.fake, DEEP_LINK).await;
        fixture.service.advance_time(Duration::from_secs(1));
        assert_signed_in(&sign_in(&browser, &fixture.fake, &claims_of("grace")).await, "/");
        let answer = callback(&browser, "fake", &with_state(error, &second)).await;
        assert_continued(&answer, REPORTS);
        assert_eq!(session_state(&browser).await, "signedIn");
    }
}

#[on_every_store]
async fn second_tab_continues_at_the_second_factor(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("VESTIBULE_MFA", "required")]).await;
    let browser = fixture.browser();
    let second = start_login_with_query(&browser, &fixture.fake, DEEP_LINK).await;
    let authorization = start_login(&browser, &fixture.fake).await;
    let claims = json!({ "sub": "of grace", "auth_time": fixture.service.clock.now().as_secs() });
    callback_as(&browser, &fixture.fake, &authorization, &claims).await.expect_status(303);
    assert_eq!(session_state(&browser).await, "awaitingEnrolment");
    let answer = callback(&browser, "fake", &with_state(&SECOND_TAB, &second)).await;
    let (path, query) = redirect_target(&answer);
    assert_eq!((path.as_str(), query["returnTo"].as_str()), ("/mfa-setup", REPORTS));
}

// A user who wants to sign in as another user must see that it failed.
#[on_every_store]
async fn error_after_a_start_within_a_session_is_shown(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    create_user(&fixture.service, "ada").await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    fixture.service.advance_time(Duration::from_secs(1));
    for (error, code) in [("access_denied", "login_cancelled"), ("server_error", "provider_error")] {
        let authorization = start_login(&browser, &fixture.fake).await;
        let answer = callback(&browser, "fake", &with_state(&[("error", error)], &authorization)).await;
        assert_refused(&answer, code);
    }
    for error in EXPIRED {
        let authorization = start_login_with_query(&browser, &fixture.fake, DEEP_LINK).await;
        let answer = callback(&browser, "fake", &with_state(error, &authorization)).await;
        assert_continued(&answer, REPORTS);
    }
    assert_eq!(me(&browser).await["username"], "ada");
}

#[on_every_store]
async fn expired_page_of_the_provider_starts_the_login_again_once(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for error in EXPIRED {
        let browser = fixture.browser();
        let first = start_login_with_query(&browser, &fixture.fake, DEEP_LINK).await;
        let answer = callback(&browser, "fake", &with_state(error, &first)).await;
        let second = AuthorizationRequest::of(&answer);
        assert_ne!(second.state(), first.state());
        assert!(!second.parameters.contains_key("prompt"));
        let done = callback_as(&browser.clone(), &fixture.fake, &second, &claims_of("grace")).await;
        assert_signed_in(&done, REPORTS);

        let first = start_login_with_query(&browser, &fixture.fake, DEEP_LINK).await;
        let second = AuthorizationRequest::of(&callback(&browser, "fake", &with_state(error, &first)).await);
        let answer = callback(&browser, "fake", &with_state(error, &second)).await;
        assert_refused(&answer, "provider_error");
        assert_eq!(redirect_target(&answer).1["returnTo"], REPORTS);
    }
}

// A provider that remembers the previous user must ask.
#[on_every_store]
async fn login_that_starts_again_keeps_prompt_login(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    browser.sign_out().await.expect_status(200);
    let first = start_login(&browser, &fixture.fake).await;
    assert_eq!(first.parameters["prompt"], "login");
    let answer = callback(&browser, "fake", &with_state(&SECOND_TAB, &first)).await;
    assert_eq!(AuthorizationRequest::of(&answer).parameters["prompt"], "login");
}

#[on_every_store]
async fn repeated_callback_continues_where_the_user_wanted_to_go(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login_with_query(&browser, &fixture.fake, DEEP_LINK).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    let back = format!("/api/auth/callback/fake?code={code}&state={}", authorization.state());
    assert_signed_in(&navigate(&browser, &back, "cross-site").await, REPORTS);
    // A restored tab, the back button, a bookmark.
    for site in ["cross-site", "same-origin", "none"] {
        assert_continued(&navigate(&browser, &back, site).await, REPORTS);
    }
    assert_continued(&browser.get(&back).await, REPORTS);
    assert_eq!(fixture.fake.received_requests(Endpoint::Token).len(), 1, "the code is sent once");
    // Later, the transaction is deleted.
    assert_continued(&callback(&browser, "fake", &[("code", "x"), ("state", "y")]).await, "/");
    assert_continued(&browser.get("/api/auth/callback/fake").await, "/");
}

// The first answer was lost, for example because the user pressed the button twice.
#[on_every_store]
async fn repeated_callback_without_a_session_starts_the_login_again_once(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login_with_query(&browser, &fixture.fake, DEEP_LINK).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    let back = format!("/api/auth/callback/fake?code={code}&state={}", authorization.state());
    assert_signed_in(&navigate(&browser.clone(), &back, "cross-site").await, REPORTS);
    // Without Fetch Metadata the client may be a tool that replays the response.
    assert_refused(&browser.get(&back).await, "login_expired");
    let again = AuthorizationRequest::of(&navigate(&browser, &back, "cross-site").await);
    let code = fixture.fake.code_for(&again.parameters, &claims_of("grace"));
    let back = format!("/api/auth/callback/fake?code={code}&state={}", again.state());
    assert_signed_in(&navigate(&browser.clone(), &back, "cross-site").await, REPORTS);
    let answer = navigate(&browser, &back, "cross-site").await;
    assert_refused(&answer, "login_expired");
    assert_eq!(redirect_target(&answer).1["returnTo"], REPORTS);
}

#[on_every_store]
async fn bookmark_of_a_callback_starts_a_login_but_a_link_does_not(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let back = "/api/auth/callback/fake?code=a&state=b";
    for site in ["cross-site", "same-site"] {
        let answer = navigate(&fixture.browser(), back, site).await;
        assert_refused(&answer, "login_expired");
        assert_eq!(answer.set_cookie("vestibule-login-3000"), None, "no transaction starts");
    }
    let without_state = navigate(&fixture.browser(), "/api/auth/callback/fake?code=a", "none").await;
    assert_refused(&without_state, "login_expired");
    let answer = navigate(&fixture.browser(), back, "none").await;
    assert!(AuthorizationRequest::of(&answer).authorize.as_str().starts_with(fixture.fake.issuer()));
}

#[on_every_store]
async fn late_answer_of_the_provider_continues_or_starts_again(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login_with_query(&browser, &fixture.fake, DEEP_LINK).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    let back = format!("/api/auth/callback/fake?code={code}&state={}", authorization.state());
    fixture.service.advance_time(Duration::from_secs(601));
    let again = AuthorizationRequest::of(&navigate(&browser, &back, "cross-site").await);
    assert_eq!(fixture.fake.received_requests(Endpoint::Token).len(), 0);
    assert_signed_in(&callback_as(&browser, &fixture.fake, &again, &claims_of("grace")).await, REPORTS);
    assert_continued(&navigate(&browser, &back, "cross-site").await, REPORTS);
}

// The page of a link reports a success, so its answer is always evaluated.
#[on_every_store]
async fn answer_to_a_link_or_reauthentication_is_always_evaluated(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    create_user(&fixture.service, "ada").await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let grace = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    for (browser, path) in
        [(&browser, "/api/account/identities/fake"), (&grace, "/api/auth/reauthenticate/fake")]
    {
        for error in EXPIRED {
            let answer = browser.post(path, &json!({ "returnTo": "/?linked=fake" })).await.expect_status(200);
            let redirect = answer.json()["redirect"].as_str().expect("a URL").to_owned();
            let authorization = AuthorizationRequest::to(&redirect);
            let back = with_state(error, &authorization);
            assert_refused(&callback(browser, "fake", &back).await, "provider_error");
            assert_refused(&callback(browser, "fake", &back).await, "login_expired");
        }
        assert_eq!(session_state(browser).await, "signedIn");
    }
}
