//! Pages to which a logout returns, here and after the logout at the provider.

use std::{collections::HashMap, time::Duration};

use serde_json::{Value, json};
use url::Url;

use crate::harness::{
    browser::Browser,
    federated::{FederatedFixture, claims_of, redirect_target},
    provider::Provider,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const ALLOWED: (&str, &str) = ("VESTIBULE_ALLOWED_ORIGINS", "http://localhost:4200");
const PAGE: &str = "http://localhost:4200/shop/?tab=new#/orders/7";
const SIGNED_OUT: &str = "/login?reason=signed_out";

async fn sign_out_to(browser: &Browser, target: &str) -> Value {
    browser.post("/api/auth/logout", &json!({ "returnTo": target })).await.expect_status(200).json()
}

async fn location_of(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await.expect_status(303);
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    answer.header("location").expect("a location").to_owned()
}

/// Signs out, and returns the parameters of the logout at the provider.
async fn at_provider(browser: &Browser, body: &Value) -> HashMap<String, String> {
    let answer = browser.post("/api/auth/logout", body).await.expect_status(200).json();
    let url = location_of(browser, answer["redirect"].as_str().expect("a redirect")).await;
    Url::parse(&url).expect("a URL").query_pairs().into_owned().collect()
}

/// Returns from the provider with this `state`.
async fn return_with(browser: &Browser, state: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
    location_of(browser, &format!("/login?{query}")).await
}

#[on_every_store]
async fn logout_names_the_page_that_the_client_opens(location: StoreLocation) {
    let service = Service::with_settings(&location, &[ALLOWED]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    for (target, expected) in [
        (PAGE, json!(PAGE)),
        ("/goodbye", json!("/goodbye")),
        ("https://evil.example/", json!(null)),
        ("//evil.example", json!(null)),
        ("javascript:alert(1)", json!(null)),
        ("/login", json!(null)),
    ] {
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        let answer = sign_out_to(&browser, target).await;
        let whole = json!({ "message": "Signed out", "redirect": null, "returnTo": expected });
        assert_eq!(answer, whole, "{target}");
        browser.me().await.expect_problem(401, "not_signed_in");
    }
    let answer = browser.sign_out().await.expect_status(200).json();
    assert_eq!(answer, json!({ "message": "Signed out", "redirect": null }));
}

#[on_every_store]
async fn browser_returns_from_the_provider_to_the_page(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[ALLOWED]).await;
    for target in [PAGE, "/goodbye"] {
        let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
        let asked = at_provider(&browser, &json!({ "returnTo": target })).await;
        assert_eq!(asked["post_logout_redirect_uri"], "http://localhost:3000/login");
        assert!(!asked["state"].contains("4200"), "the provider learns nothing about the page");
        assert_eq!(return_with(&browser, &asked["state"]).await, target);
        // The page was opened again from the history.
        assert_eq!(return_with(&browser, &asked["state"]).await, target);
    }
    for target in ["https://evil.example/", "http://localhost:42000/"] {
        let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
        let asked = at_provider(&browser, &json!({ "returnTo": target })).await;
        assert_eq!(return_with(&browser, &asked["state"]).await, SIGNED_OUT, "{target}");
    }
}

#[on_every_store]
async fn browser_returns_to_the_sign_in_page_without_a_page(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let asked = at_provider(&browser, &json!({})).await;
    assert_eq!(return_with(&browser, &asked["state"]).await, SIGNED_OUT);
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let long = format!("/{}", "a".repeat(3000));
    let asked = at_provider(&browser, &json!({ "returnTo": long })).await;
    assert!(asked["state"].len() < 1000, "the URL of the provider has a limit");
    assert_eq!(return_with(&browser, &asked["state"]).await, SIGNED_OUT);
}

// Open redirect: any page can contain a link to `/login?state=…`.
#[on_every_store]
async fn only_a_state_of_this_service_leads_anywhere(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[ALLOWED]).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let state = at_provider(&browser, &json!({ "returnTo": PAGE })).await.remove("state").expect("a state");
    let (key, sealed) = state.split_once('.').expect("a key id");
    for forged in [
        "",
        "x",
        "https://evil.example/",
        "<script>alert(1)</script>",
        &format!("other.{sealed}"),
        &format!("{key}.{}", &sealed[1..]),
        &format!("{state}A"),
        &state[..state.len() - 4],
    ] {
        assert_eq!(return_with(&browser, forged).await, SIGNED_OUT, "{forged}");
    }
    fixture.service.advance_time(Duration::from_secs(599));
    assert_eq!(return_with(&browser, &state).await, PAGE);
    fixture.service.advance_time(Duration::from_secs(1));
    assert_eq!(return_with(&browser, &state).await, SIGNED_OUT, "after ten minutes");
}

#[on_every_store]
async fn origin_that_is_no_longer_allowed_is_no_target_of_an_open_logout(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[ALLOWED]).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let asked = at_provider(&browser, &json!({ "returnTo": PAGE })).await;
    let service = fixture.service.restart_with(&[("VESTIBULE_ALLOWED_ORIGINS", "")]).await;
    assert_eq!(return_with(&browser.at_replica(&service), &asked["state"]).await, "/");
}

// A provider whose logout was switched off between both requests.
#[on_every_store]
async fn logout_continues_at_the_page_if_the_provider_has_no_logout(location: StoreLocation) {
    let mut fixture = FederatedFixture::with_settings(&location, &[ALLOWED]).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let answer = sign_out_to(&browser, PAGE).await;
    fixture.service = fixture.service.restart_with(&[("VESTIBULE_PROVIDER_FAKE_ENABLED", "false")]).await;
    let browser = browser.at_replica(&fixture.service);
    let path = answer["redirect"].as_str().expect("a redirect");
    assert_eq!(location_of(&browser, path).await, PAGE);
    let (path, query) = redirect_target(&browser.get(path).await);
    assert_eq!((path.as_str(), query["reason"].as_str()), ("/login", "signed_out"), "the key was used");
}

#[on_every_store]
async fn sign_in_page_without_state_is_a_page(location: StoreLocation) {
    let service = Service::start(&location).await;
    for path in ["/login", "/login?reason=signed_out", "/login?state=a&state=b", "/login?xstate=a"] {
        let answer = Browser::of(&service).get(path).await.expect_status(200);
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    }
}

#[on_every_store]
async fn real_provider_returns_to_the_page(location: StoreLocation) {
    let provider = Provider::of_the_run();
    let service =
        crate::login::federated::providers::real_service(&location, &provider, "basic", &[ALLOWED]).await;
    let (here, there) = (Browser::of(&service), provider.browser());
    let start = here.get("/api/auth/login/demo").await.expect_status(303);
    let url = Url::parse(start.header("location").expect("a location")).expect("a URL");
    let back = provider.sign_in_at(&there, &url, "login=grace").await;
    let back: Vec<(&str, &str)> = back.iter().map(|(name, value)| (&**name, &**value)).collect();
    crate::harness::federated::callback(&here, "demo", &back).await.expect_status(303);
    let answer = sign_out_to(&here, PAGE).await;
    let url = location_of(&here, answer["redirect"].as_str().expect("a redirect")).await;
    let returned = provider.sign_out_at(&there, &Url::parse(&url).expect("a URL")).await;
    let path = format!("{}?{}", returned.path(), returned.query().expect("a state"));
    assert_eq!(location_of(&here, &path).await, PAGE);
}
