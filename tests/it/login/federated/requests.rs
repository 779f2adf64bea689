//! How requests reach a provider: fixed parameters, client authentication, response mode, addresses, proxy, certificate authorities.

use reqwest::Method;
use serde_json::json;

use crate::harness::{
    browser::Browser,
    fake_provider::{CLIENT_ID, CLIENT_SECRET, FakeProvider, fault::Endpoint},
    federated::{
        FederatedFixture, assert_refused, assert_signed_in, callback_as, claims_of, is_available,
        redirect_target, sign_in, start_login, wait_until_available,
    },
    stores::StoreLocation,
    tls::{Proxy, ca_file, serve_tls},
};

#[on_every_store]
async fn fixed_parameters_are_added_to_each_authorization_request(location: StoreLocation) {
    let params = "kc_idp_hint=google,domain_hint=corp.example,\"a,b\"=c d";
    let fixture = FederatedFixture::with_settings(
        &location,
        &[("FAKE_AUTHORIZE_PARAMS", params), ("FAKE_RESPONSE_MODE", "query")],
    )
    .await;
    let authorization = start_login(&fixture.browser(), &fixture.fake).await;
    for (name, value) in [("kc_idp_hint", "google"), ("domain_hint", "corp.example"), ("a,b", "c d")] {
        assert_eq!(authorization.parameters.get(name).map(String::as_str), Some(value), "{authorization:?}");
    }
    assert!(!authorization.parameters.contains_key("response_mode"));
    let other = start_login(&fixture.browser(), &fixture.corp).await;
    assert!(!other.parameters.contains_key("kc_idp_hint"), "another provider");
    assert_signed_in(&sign_in(&fixture.browser(), &fixture.fake, &claims_of("grace")).await, "/");
}

#[on_every_store]
async fn client_authenticates_with_the_method_of_the_setting(location: StoreLocation) {
    let settings = [("FAKE_AUTH_METHOD", "client_secret_post"), ("CORP_AUTH_METHOD", "client_secret_basic")];
    let fixture = FederatedFixture::with_settings(&location, &settings).await;
    for provider in [&fixture.fake, &fixture.corp] {
        assert_signed_in(&sign_in(&fixture.browser(), provider, &claims_of("grace")).await, "/");
    }
    let request = |provider: &FakeProvider| provider.received_requests(Endpoint::Token).remove(0);
    let post = request(&fixture.fake);
    assert_eq!(post.form["client_id"], CLIENT_ID);
    assert_eq!(post.form["client_secret"], CLIENT_SECRET);
    assert!(!post.headers.contains_key("authorization"));
    let basic = request(&fixture.corp);
    assert!(!basic.form.contains_key("client_secret") && basic.headers.contains_key("authorization"));
    fixture.assert_no_protocol_errors();
}

/// Sends an authorization response as a page of the provider does: from another site and without our cookies.
async fn post_form(browser: &Browser, name: &str, form: &[(&str, &str)]) -> reqwest::Response {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
        .request(Method::POST, format!("http://{}/api/auth/callback/{name}", browser.address))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://idp.example")
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-dest", "document")
        .body(body)
        .send()
        .await
        .unwrap()
}

fn location_of(response: &reqwest::Response) -> &str {
    response.headers()["location"].to_str().unwrap()
}

#[on_every_store]
async fn response_as_a_form_is_redirected_to_a_navigation(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("FAKE_RESPONSE_MODE", "form_post")]).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    assert_eq!(authorization.parameters["response_mode"], "form_post");
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    let form = [("code", &*code), ("state", authorization.state()), ("user", "ignored")];
    let redirected = post_form(&browser, "fake", &form).await;
    assert_eq!(redirected.status(), 303);
    assert!(redirected.headers().get("set-cookie").is_none(), "nothing is decided yet");
    let next = location_of(&redirected);
    assert!(next.starts_with("/api/auth/callback/fake?code=") && !next.contains("ignored"), "{next}");
    assert_signed_in(&browser.get(next).await, "/");
    // The same form again, and one of another browser, end as every such answer.
    assert_eq!(post_form(&browser, "fake", &form).await.status(), 303);
    let stolen = fixture.browser().get(next).await;
    assert!(stolen.session_cookie().is_none());
}

// Apple has a code of its own for it.
#[on_every_store]
async fn a_user_who_cancels_is_not_an_error_of_the_provider(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("FAKE_RESPONSE_MODE", "form_post")]).await;
    for error in ["access_denied", "user_cancelled_authorize", "user_cancelled_login"] {
        let browser = fixture.browser();
        let authorization = start_login(&browser, &fixture.fake).await;
        let form = [("error", error), ("state", authorization.state())];
        let redirected = post_form(&browser, "fake", &form).await;
        let answer = browser.get(location_of(&redirected)).await;
        assert_refused(&answer, "login_cancelled");
        assert_eq!(redirect_target(&answer).1.get("trace"), None, "nothing has to be found out");
    }
}

#[on_every_store]
async fn malformed_forms_end_at_the_login_page(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("FAKE_RESPONSE_MODE", "form_post")]).await;
    let browser = fixture.browser();
    let long = "x".repeat(5000);
    for form in
        [&[("code", "c")][..], &[("state", "s"), ("state", "s")], &[("state", "s"), ("code", &long)], &[]]
    {
        let answer = post_form(&browser, "fake", form).await;
        assert_eq!(answer.status(), 303);
        assert!(location_of(&answer).starts_with("/login?error=provider_response_invalid"), "{form:?}");
    }
    // A form is an answer only of providers that send forms.
    let answer = post_form(&browser, "corp", &[("code", "c"), ("state", "s")]).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["allow"]), (405, &"GET".parse().unwrap()));
    assert_eq!(post_form(&browser, "unknown", &[("state", "s")]).await.status(), 405);
}

#[on_every_store]
async fn provider_is_reached_at_its_internal_address(location: StoreLocation) {
    let issuer = "https://sso.corp.example/realms/corp";
    let fake = FakeProvider::with_public_issuer("fake", issuer).await;
    let internal = format!("http://{}", fake.address());
    let settings = [("FAKE_BACKCHANNEL_URL", &*internal), ("VESTIBULE_HTTPS_PROXY", "http://127.0.0.1:9")];
    let service = FederatedFixture::service(&location, &settings, &[&fake]).await;
    wait_until_available(&service, "fake").await;
    let browser = Browser::of(&service);
    let authorization = start_login(&browser, &fake).await;
    assert!(authorization.authorize.as_str().starts_with("https://sso.corp.example/realms/corp/authorize?"));
    assert_signed_in(&callback_as(&browser, &fake, &authorization, &claims_of("grace")).await, "/");
    for endpoint in [Endpoint::Discovery, Endpoint::Token, Endpoint::Keys, Endpoint::Userinfo] {
        assert!(!fake.received_requests(endpoint).is_empty(), "{endpoint:?} uses the internal address");
    }
    // The issuer of tokens is the public one.
    let other = crate::harness::federated::with_claims(claims_of("eve"), json!({ "iss": internal }));
    assert_refused(&sign_in(&Browser::of(&service), &fake, &other).await, "provider_response_invalid");
}

// Without a setting, a company's own authority is not trusted and a provider behind a proxy is not reached.
#[on_every_store]
async fn provider_is_reached_through_the_proxy_with_the_own_authority(location: StoreLocation) {
    let corp = FakeProvider::with_public_issuer("corp", "https://idp.corp.test").await;
    let proxy = Proxy::to(serve_tls(corp.address()).await).await;
    let url = format!("http://user:secret@{}", proxy.address);
    let ca = ca_file();
    let without_ca = [("VESTIBULE_HTTPS_PROXY", &*url)];
    let service = FederatedFixture::service(&location, &without_ca, &[&corp]).await;
    assert!(!is_available(&service, "corp").await);
    let problem = service.app.providers.get("corp").unwrap().problem().unwrap();
    assert!(problem.to_lowercase().contains("certificate"), "{problem}");
    drop(service);

    let settings = [("VESTIBULE_HTTPS_PROXY", &*url), ("VESTIBULE_CA_FILE", &*ca)];
    let service = FederatedFixture::service(&location, &settings, &[&corp]).await;
    wait_until_available(&service, "corp").await;
    assert_signed_in(&sign_in(&Browser::of(&service), &corp, &claims_of("grace")).await, "/");
    let requests = proxy.requests();
    assert!(requests.iter().all(|head| head.starts_with("CONNECT idp.corp.test:443 ")), "{requests:?}");
    assert!(requests.iter().all(|head| head.to_lowercase().contains("proxy-authorization: basic")));
    assert!(requests.len() >= 3, "{requests:?}");
}
