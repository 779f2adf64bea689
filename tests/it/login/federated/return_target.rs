//! Pages to which a federated login returns: paths of this origin, and pages of allowed origins.

use serde_json::{Value, json};

use crate::harness::{
    account::LONG_IDLE,
    browser::{Answer, Browser},
    fake_provider::fault::Fault,
    federated::{
        AuthorizationRequest, FederatedFixture, assert_link_pending, assert_refused, assert_signed_in,
        callback, callback_as, claims_of, redirect_target, set_verified_email, sign_in,
        start_login_with_query, update_user, wait_until_available, with_claims,
    },
    stores::StoreLocation,
    users::{create_user, create_user_with_app},
};

const ALLOWED: (&str, &str) = ("VESTIBULE_ALLOWED_ORIGINS", "http://localhost:4200");
/// A page of an application at another port, with a path of its own and hash routing.
const PAGE: &str = "http://localhost:4200/shop/?tab=new#/orders/7";
const FOREIGN: [&str; 6] = [
    "https://evil.example/",
    "http://localhost:42000/",
    "http://localhost:4200@evil.example/",
    "http://localhost:4200.evil.example/",
    "javascript:alert(1)",
    "http://localhost:3000/login",
];

fn query(target: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("returnTo", target).finish();
    format!("?{query}")
}

fn location_of(answer: &Answer) -> &str {
    answer.header("location").expect("a redirect")
}

async fn start(fixture: &FederatedFixture, browser: &Browser, target: &str) -> AuthorizationRequest {
    start_login_with_query(browser, &fixture.fake, &query(target)).await
}

#[on_every_store]
async fn login_returns_to_a_page_of_an_allowed_origin(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[ALLOWED]).await;
    let browser = fixture.browser();
    let authorization = start(&fixture, &browser, PAGE).await;
    assert_signed_in(&callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await, PAGE);
    // The page of a used transaction is opened again.
    let again = [("code", "used"), ("state", authorization.state())];
    assert_eq!(location_of(&callback(&browser, "fake", &again).await), PAGE);
}

#[on_every_store]
async fn refusal_keeps_a_page_of_an_allowed_origin(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[ALLOWED]).await;
    let browser = fixture.browser();
    let authorization = start(&fixture, &browser, PAGE).await;
    fixture.fake.set_fault(Fault::IdToken(|claims| claims["aud"] = "another".into()));
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
    assert_refused(&answer, "provider_response_invalid");
    assert_eq!(redirect_target(&answer).1["returnTo"], PAGE);
    // The confirmation of a login that another site starts.
    let path = format!("/api/auth/login/fake{}", query(PAGE));
    let request = browser.request(reqwest::Method::GET, &path).header("sec-fetch-site", "cross-site");
    assert_eq!(redirect_target(&request.send().await).1["returnTo"], PAGE);
}

#[on_every_store]
async fn second_factor_and_enrolment_keep_a_page_of_an_allowed_origin(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[ALLOWED, ("VESTIBULE_MFA", "required")]).await;
    let (user, _) = create_user_with_app(&fixture.service, "linus").await;
    update_user(&fixture.service, user.id, |user| set_verified_email(user, "linus@corp.example")).await;
    for (login, page) in [("linus", "/second-factor"), ("grace", "/mfa-setup")] {
        let browser = fixture.browser();
        let authorization = start_login_with_query(&browser, &fixture.corp, &query(PAGE)).await;
        let answer = callback_as(&browser, &fixture.corp, &authorization, &claims_of(login)).await;
        let (path, query) = redirect_target(&answer);
        assert_eq!((path.as_str(), query["returnTo"].as_str()), (page, PAGE), "{login}");
    }
}

#[on_every_store]
async fn pending_link_keeps_a_page_of_an_allowed_origin(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[ALLOWED]).await;
    let user = create_user(&fixture.service, "linus").await;
    update_user(&fixture.service, user.id, |user| set_verified_email(user, "linus@corp.example")).await;
    let browser = fixture.browser();
    let authorization = start(&fixture, &browser, PAGE).await;
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("linus")).await;
    assert_link_pending(&answer, &fixture.fake);
    assert_eq!(redirect_target(&answer).1["returnTo"], PAGE);
}

#[on_every_store]
async fn link_and_reauthentication_return_to_a_page_of_an_allowed_origin(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[ALLOWED, LONG_IDLE]).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    for (path, provider) in
        [("/api/account/identities/corp", &fixture.corp), ("/api/auth/reauthenticate/fake", &fixture.fake)]
    {
        let body = json!({ "returnTo": PAGE });
        let answer: Value = browser.post(path, &body).await.expect_status(200).json();
        let authorization = AuthorizationRequest::to(answer["redirect"].as_str().expect("a redirect URL"));
        let claims =
            with_claims(claims_of("grace"), json!({ "auth_time": fixture.service.clock.now().as_secs() }));
        let answer = callback_as(&browser, provider, &authorization, &claims).await;
        assert_eq!((answer.status, location_of(&answer)), (303, PAGE), "{path}");
    }
}

// Open redirect: the login page of a trusted service leads to a page of an attacker, which asks for the password again.
#[on_every_store]
async fn login_never_returns_to_a_foreign_page(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[ALLOWED]).await;
    for foreign in FOREIGN {
        let browser = fixture.browser();
        let authorization = start(&fixture, &browser, foreign).await;
        let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
        assert_signed_in(&answer, "/");
        let authorization = start(&fixture, &browser, foreign).await;
        let denied = [("error", "server_error"), ("state", authorization.state())];
        let answer = callback(&browser, "fake", &denied).await;
        assert_eq!(redirect_target(&answer).1.get("returnTo"), None, "{foreign}");
    }
}

// An operator removes an origin because the host belongs to another team.
#[on_every_store]
async fn origin_that_is_no_longer_allowed_is_no_target_of_an_open_login(location: StoreLocation) {
    let mut fixture = FederatedFixture::with_settings(&location, &[ALLOWED]).await;
    let browser = fixture.browser();
    let authorization = start(&fixture, &browser, PAGE).await;
    fixture.service = fixture.service.restart_with(&[("VESTIBULE_ALLOWED_ORIGINS", "")]).await;
    wait_until_available(&fixture.service, "fake").await;
    let browser = browser.at_replica(&fixture.service);
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
    assert_signed_in(&answer, "/");
}

#[on_every_store]
async fn default_target_is_left_out_of_the_address(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    fixture.fake.set_fault(Fault::IdToken(|claims| claims["aud"] = "another".into()));
    let answer = sign_in(&browser, &fixture.fake, &claims_of("grace")).await;
    assert_eq!(redirect_target(&answer).1.get("returnTo"), None);
}
