//! Start and callback of a login: one browser, one transaction, one use, ten minutes, one provider, safe return path.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::harness::{
    browser::Browser,
    eventually,
    fake_provider::{
        CLIENT_ID, CLIENT_SECRET, FakeProvider, JWT_STARTS,
        fault::{Endpoint, Fault},
    },
    federated::{
        AuthorizationRequest, FederatedFixture, assert_refused, assert_signed_in, callback, callback_as,
        claims_of, me, redirect_target, session_state, sign_in, start_login, start_login_with_query,
    },
    process::Installation,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

/// Open transactions per browser.
const AT_ONCE: usize = 10;

/// Asserts that no code was sent and no request made since the discovery.
#[track_caller]
fn assert_no_code_was_sent(fixture: &FederatedFixture) {
    for provider in [&fixture.fake, &fixture.corp] {
        let calls = provider.calls();
        let met = calls.iter().all(|endpoint| matches!(endpoint, Endpoint::Discovery | Endpoint::Keys));
        let keys = calls.iter().filter(|endpoint| **endpoint == Endpoint::Keys).count();
        assert!(met && keys <= 1, "{}: {calls:?}", provider.name);
    }
}

#[on_every_store]
async fn unknown_identity_gets_an_account(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let answer = sign_in(&browser, &fixture.fake, &claims_of("grace")).await;
    assert_signed_in(&answer, "/");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "no Referer header contains the code");
    let session = browser.get("/api/auth/session").await.expect_status(200).json();
    assert_eq!(session["state"], "signedIn");
    assert_eq!(session["method"], "federated");
    assert_eq!(session["provider"], "fake");
    let me = me(&browser).await;
    assert_eq!(me["username"], json!(null), "a user name is never taken from a claim");
    assert_eq!(me["email"], "grace@corp.example");
    assert_eq!(me["emailVerified"], false, "the provider is not trusted for the domain");
    assert_eq!(me["displayName"], "grace at the provider");
    assert_eq!(me["authProvider"], "fake");
    assert_eq!(me["roles"], json!([]));
    assert_eq!(me["identities"].as_array().expect("a list").len(), 1);
    assert_eq!(me["identities"][0]["provider"], "fake");
    assert_eq!(me["identities"][0]["email"], "grace@corp.example");
    assert!(me["identities"][0]["linkedAt"].is_string() && me["identities"][0]["lastLoginAt"].is_string());
    assert!(!me.to_string().contains("of grace"), "no subject is shown: {me}");
    fixture.assert_no_protocol_errors();
}

#[on_every_store]
async fn authorization_request_has_state_nonce_and_pkce(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let one = start_login(&browser, &fixture.fake).await;
    let other = start_login(&browser, &fixture.fake).await;
    assert_eq!(one.parameters["response_type"], "code");
    assert_eq!(one.parameters["client_id"], CLIENT_ID);
    assert_eq!(one.parameters["redirect_uri"], "http://localhost:3000/api/auth/callback/fake");
    assert_eq!(one.parameters["code_challenge_method"], "S256");
    let scopes: Vec<&str> = one.parameters["scope"].split(' ').collect();
    assert_eq!(scopes, ["openid", "profile", "email"]);
    for secret in ["state", "nonce", "code_challenge"] {
        assert!(one.parameters[secret].len() >= 22, "{secret} cannot be guessed: {}", one.parameters[secret]);
        assert_ne!(one.parameters[secret], other.parameters[secret], "{secret} is new every time");
    }
    assert_ne!(one.parameters["state"], one.parameters["nonce"]);
    let mut names: Vec<&str> = one.parameters.keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "max_age",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ];
    assert_eq!(names, expected, "no other parameter: no verifier, no secret");
}

// Kratos: `login_hint` of a caller selects the user at the provider.
#[on_every_store]
async fn query_parameters_are_not_forwarded_to_the_provider(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let query = "?login_hint=linus&prompt=none&scope=all&redirect_uri=https://evil.example&state=mine&nonce=mine\
                 &acr_values=0&client_id=another&connection=x&sessionToken=x&request_uri=https://evil.example";
    let authorization = start_login_with_query(&fixture.browser(), &fixture.fake, query).await;
    let url = authorization.authorize.as_str();
    for attacker in ["linus", "none", "evil", "mine", "another", "connection", "sessionToken", "acr_values"] {
        assert!(!url.contains(attacker), "{attacker} in {url}");
    }
}

#[on_every_store]
async fn transaction_works_once(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    let back = [("code", code.as_str()), ("state", authorization.state())];
    assert_signed_in(&callback(&browser, "fake", &back).await, "/");
    let without_session = browser.clone();
    without_session.delete_cookie("vestibule-3000");
    assert_refused(&callback(&without_session, "fake", &back).await, "login_expired");
    let again = callback(&browser, "fake", &back).await;
    assert_eq!(
        (again.header("location"), again.session_cookie()),
        (Some("/"), None),
        "the session continues"
    );
    assert_eq!(fixture.fake.received_requests(Endpoint::Token).len(), 1, "a code is sent once only");
    assert_eq!(session_state(&browser).await, "signedIn", "the replay changed nothing");
}

#[on_every_store]
async fn concurrent_callbacks_use_a_transaction_once(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    let replica = fixture.start_replica().await;
    let both = [browser.clone(), browser.at_replica(&replica)];
    let concurrent = (0..8).map(|n| {
        let (browser, code, authorization) = (both[n % 2].clone(), code.clone(), authorization.clone());
        async move { callback(&browser, "fake", &[("code", &code), ("state", authorization.state())]).await }
    });
    let answers = join_all(concurrent).await;
    let signed_in = answers.iter().filter(|answer| answer.session_cookie().is_some()).count();
    assert_eq!(signed_in, 1);
    for answer in answers.iter().filter(|answer| answer.session_cookie().is_none()) {
        assert_refused(answer, "login_expired");
    }
    assert_eq!(fixture.fake.received_requests(Endpoint::Token).len(), 1);
}

// A failed attempt uses the transaction.
#[on_every_store]
async fn failed_transaction_cannot_be_reused(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    fixture.fake.set_fault(Fault::IdToken(|claims| claims["nonce"] = json!("another")));
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
    assert_refused(&answer, "provider_response_invalid");
    fixture.fake.set_fault(Fault::None);
    assert_refused(
        &callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await,
        "login_expired",
    );
    assert_eq!(fixture.fake.received_requests(Endpoint::Token).len(), 1);
}

#[on_every_store]
async fn transaction_expires_after_ten_minutes(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    fixture.service.advance_time(Duration::from_secs(601));
    assert_refused(
        &callback(&browser, "fake", &[("code", &code), ("state", authorization.state())]).await,
        "login_expired",
    );
    assert_no_code_was_sent(&fixture);

    let authorization = start_login(&browser, &fixture.fake).await;
    fixture.service.advance_time(Duration::from_secs(599));
    assert_signed_in(&callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await, "/");
}

#[on_every_store]
async fn unknown_state_is_refused_without_a_request(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    let long = "s".repeat(10_000);
    let turned: String = authorization.state().chars().rev().collect();
    for guess in ["", "x", "null", "{\"$ne\":null}", "\0", "ä", &turned, &long] {
        let answer = callback(&browser, "fake", &[("code", &code), ("state", guess)]).await;
        assert_refused(&answer, "login_expired");
    }
    assert_refused(&callback(&browser, "fake", &[("code", &code)]).await, "login_expired");
    assert_refused(&browser.get("/api/auth/callback/fake").await, "login_expired");
    assert_no_code_was_sent(&fixture);
}

// Login CSRF (Authlib CVE-2025-68158): a link of an attacker does not sign in the victim as the attacker.
#[on_every_store]
async fn transaction_is_bound_to_the_browser(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let mallory = fixture.browser();
    let authorization = start_login(&mallory, &fixture.fake).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("mallory"));
    let back = [("code", code.as_str()), ("state", authorization.state())];
    let without_a_cookie = fixture.browser();
    assert_refused(&callback(&without_a_cookie, "fake", &back).await, "login_expired");
    let with_its_own = fixture.browser();
    start_login(&with_its_own, &fixture.fake).await;
    assert_refused(&callback(&with_its_own, "fake", &back).await, "login_expired");
    let with_a_broken_one = fixture.browser();
    with_a_broken_one.put_cookie("vestibule-login-3000", "x");
    assert_refused(&callback(&with_a_broken_one, "fake", &back).await, "login_expired");
    assert_no_code_was_sent(&fixture);
}

// Mix-up attack (RFC 9700 §4.4): one redirect URI per provider.
#[on_every_store]
async fn state_of_another_provider_is_refused(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    let code = fixture.corp.code_for(&authorization.parameters, &claims_of("grace"));
    assert_refused(
        &callback(&browser, "corp", &[("code", &code), ("state", authorization.state())]).await,
        "login_expired",
    );
    assert_no_code_was_sent(&fixture);
}

#[on_every_store]
async fn provider_error_is_mapped_and_not_echoed(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let errors = [
        ("access_denied", "login_cancelled"),
        ("consent_required", "provider_error"),
        ("server_error", "provider_error"),
        ("temporarily_unavailable", "provider_error"),
        ("unauthorized", "provider_error"),
        ("<script>alert(1)</script>", "provider_error"),
        ("signup_not_allowed", "provider_error"),
        ("access_denied\r\nSet-Cookie: vestibule=x", "provider_error"),
        ("", "provider_error"),
    ];
    for (error, code) in errors {
        let browser = fixture.browser();
        let authorization = start_login(&browser, &fixture.fake).await;
        let back = [
            ("error", error),
            ("error_description", "<b>secretive</b>"),
            ("error_uri", "https://evil.example"),
            ("state", authorization.state()),
        ];
        let answer = callback(&browser, "fake", &back).await;
        assert_refused(&answer, code);
        let everything = format!("{:?} {}", answer.headers, answer.text);
        for attacker in ["secretive", "evil", "script", "unauthorized"] {
            assert!(!everything.contains(attacker), "{attacker} in {everything}");
        }
        assert_refused(&callback(&browser, "fake", &back).await, "login_expired");
    }
    assert_no_code_was_sent(&fixture);
}

#[on_every_store]
async fn error_without_transaction_is_generic(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let answer = callback(&fixture.browser(), "fake", &[("error", "access_denied"), ("state", "x")]).await;
    assert_refused(&answer, "login_expired");
}

#[on_every_store]
async fn callback_without_code_is_refused(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    assert_refused(
        &callback(&browser, "fake", &[("state", authorization.state())]).await,
        "provider_response_invalid",
    );
    let authorization = start_login(&browser, &fixture.fake).await;
    let back = [("state", authorization.state()), ("code", "")];
    assert_refused(&callback(&browser, "fake", &back).await, "provider_response_invalid");
    assert_no_code_was_sent(&fixture);
}

// RFC 6749 §3.1: parameters must not repeat. Otherwise a proxy and the service could read different values.
#[on_every_store]
async fn duplicate_parameters_are_refused(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for double in ["code", "state", "iss"] {
        let browser = fixture.browser();
        let authorization = start_login(&browser, &fixture.fake).await;
        let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
        let issuer = fixture.fake.issuer().to_owned();
        let mut back = vec![("code", code.as_str()), ("state", authorization.state()), ("iss", &issuer)];
        back.push((double, "another"));
        let (path, _) = redirect_target(&callback(&browser, "fake", &back).await);
        assert_eq!(path, "/login", "{double}");
        assert_eq!(session_state(&browser).await, "anonymous", "{double}");
    }
    assert_no_code_was_sent(&fixture);
}

#[on_every_store]
async fn callback_accepts_get_only(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    let form = format!("code={code}&state={}", authorization.state());
    let request = browser.with_token(Method::POST, "/api/auth/callback/fake").await;
    let answer = request.body("application/x-www-form-urlencoded", form).send().await;
    let answer = answer.expect_problem(405, "method_not_allowed");
    assert!(answer.header("allow").expect("the allowed methods").contains("GET"));
    assert_no_code_was_sent(&fixture);
}

// Link scanners and previews send HEAD.
#[on_every_store]
async fn head_request_starts_and_uses_no_transaction(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let answer = browser.request(Method::HEAD, "/api/auth/login/fake").send().await.expect_status(405);
    assert_eq!((answer.set_cookie("vestibule-login-3000"), answer.header("location")), (None, None));
    let authorization = start_login(&browser, &fixture.fake).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    let back = format!("/api/auth/callback/fake?code={code}&state={}", authorization.state());
    let answer = browser.request(Method::HEAD, &back).send().await.expect_status(405);
    assert_eq!((answer.session_cookie(), answer.set_cookie("vestibule-login-3000")), (None, None));
    assert_no_code_was_sent(&fixture);
    assert_signed_in(&browser.get(&back).await, "/");
}

#[on_every_store]
async fn concurrent_logins_in_two_tabs_both_succeed(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let one = start_login_with_query(&browser, &fixture.fake, "?returnTo=/one").await;
    let other = start_login_with_query(&browser, &fixture.corp, "?returnTo=/other").await;
    assert_signed_in(&callback_as(&browser, &fixture.corp, &other, &claims_of("grace")).await, "/other");
    let first = browser.session().expect("a session");
    assert_signed_in(&callback_as(&browser, &fixture.fake, &one, &claims_of("linus")).await, "/one");
    assert_ne!(browser.session(), Some(first), "a new id at every sign-in");
    assert_eq!(me(&browser).await["displayName"], "linus at the provider");
}

#[on_every_store]
async fn browser_keeps_ten_transactions(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let mut authorizations = Vec::new();
    for _ in 0..=AT_ONCE {
        fixture.service.advance_time(Duration::from_secs(1));
        authorizations.push(start_login(&browser, &fixture.fake).await);
    }
    let claims = claims_of("grace");
    assert_refused(&callback_as(&browser, &fixture.fake, &authorizations[0], &claims).await, "login_expired");
    assert_signed_in(&callback_as(&browser, &fixture.fake, &authorizations[1], &claims).await, "/");
    assert_signed_in(&callback_as(&browser, &fixture.fake, &authorizations[AT_ONCE], &claims).await, "/");
}

#[on_every_store]
async fn refused_login_keeps_the_return_path(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login_with_query(&browser, &fixture.fake, "?returnTo=/orders/7").await;
    let answer =
        callback(&browser, "fake", &[("error", "access_denied"), ("state", authorization.state())]).await;
    assert_refused(&answer, "login_cancelled");
    assert_eq!(redirect_target(&answer).1["returnTo"], "/orders/7");
}

// RFC 9700 §4.11.1: no open redirector.
#[on_every_store]
async fn return_path_stays_on_this_origin(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for target in ["/dashboard", "/a/b?c=d&e=%2Ff", "/a%20b", "/@name", "/search?q=a//b"] {
        assert_eq!(redirect_after_login(&fixture, target).await, target);
    }
    let attacks = [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/%2fevil.example",
        "/%2f%2fevil.example",
        "%2f%2fevil.example",
        "/%5cevil.example",
        "/%5C%5Cevil.example",
        "/%09/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: vestibule=x",
        "/%0d%0aSet-Cookie: vestibule=x",
        "/\0",
        "https://evil.example/",
        "https:/evil.example",
        "https:evil.example",
        "//user@evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example",
        "?x",
        "#x",
        " /x",
        "",
        "/login",
        "/login?error=x",
        "/login/",
        "/%6cogin",
    ];
    for target in attacks {
        assert_eq!(redirect_after_login(&fixture, target).await, "/", "{target:?}");
    }
    let browser = fixture.browser();
    let authorization =
        start_login_with_query(&browser, &fixture.fake, "?returnTo=/a&returnTo=//evil.example").await;
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
    let (path, _) = redirect_target(&answer);
    assert!(["/", "/a"].contains(&path.as_str()), "{path}");
}

#[on_every_store]
async fn transaction_cookie_has_strict_attributes(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let answer = browser.get("/api/auth/login/fake").await;
    let cookie = answer.set_cookie("vestibule-login-3000").expect("a cookie");
    let mut attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax"]);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let value = browser.cookie("vestibule-login-3000").expect("its value");
    assert!(value.len() >= 22, "128 bits at least: {value}");
    // next-auth CVE-2023-48309: cookies of an interrupted login are no session.
    let attacker = fixture.browser();
    attacker.put_cookie("vestibule-3000", &value);
    attacker.me().await.expect_problem(401, "not_signed_in");
}

#[on_every_store]
async fn https_cookies_use_the_host_prefix(location: StoreLocation) {
    let fixture =
        FederatedFixture::with_settings(&location, &[("VESTIBULE_PUBLIC_URL", "https://id.example.org")])
            .await;
    let browser = fixture.browser();
    let answer = browser.get("/api/auth/login/fake").await;
    let cookie = answer.set_cookie("__Host-vestibule-login").expect("a cookie");
    assert!(cookie.contains("; Secure") && cookie.contains("; Path=/") && !cookie.contains("Domain"));
    let authorization = AuthorizationRequest::of(&answer);
    assert_eq!(authorization.parameters["redirect_uri"], "https://id.example.org/api/auth/callback/fake");
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
    assert!(answer.set_cookie("__Host-vestibule").is_some_and(|cookie| cookie.contains("; Secure")));
}

// Session fixation: the old session id is invalid after the login.
#[on_every_store]
async fn new_login_ends_the_old_session(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    create_user(&fixture.service, "ada").await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let older = browser.clone();
    assert_signed_in(&sign_in(&browser, &fixture.fake, &claims_of("grace")).await, "/");
    older.me().await.expect_status(401);
    assert_eq!(me(&browser).await["displayName"], "grace at the provider");
}

// Keycloak CVE-2023-6787: an interrupted login neither raises nor ends the session.
#[on_every_store]
async fn refused_login_keeps_the_session(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    create_user(&fixture.service, "ada").await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let authorization = start_login(&browser, &fixture.fake).await;
    let back = [("error", "access_denied"), ("state", authorization.state())];
    assert_refused(&callback(&browser, "fake", &back).await, "login_cancelled");
    assert_eq!(me(&browser).await["username"], "ada");
}

#[on_every_store]
async fn unconfigured_provider_is_not_found(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    for name in ["okta", "FAKE", "fake%20", "x".repeat(500).as_str()] {
        let (path, query) = redirect_target(&browser.get(&format!("/api/auth/login/{name}")).await);
        assert_eq!((path.as_str(), query["error"].as_str()), ("/login", "provider_unknown"), "{name}");
    }
    let (path, _) = redirect_target(&callback(&browser, "okta", &[("code", "x"), ("state", "x")]).await);
    assert_eq!(path, "/login");
}

// A stolen database contains no usable secret (ASVS 16.2.5). The key of the transaction is a hash of its state.
#[on_every_store]
async fn store_contains_no_code_state_or_token(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let pending = start_login(&browser, &fixture.fake).await;
    let everything = location.all_documents().await;
    assert!(!everything.contains(pending.state()), "the state is a key to the transaction");
    let cookie = browser.cookie("vestibule-login-3000").expect("a cookie");
    assert!(!everything.contains(&cookie), "the browser's key");

    let authorization = start_login(&browser, &fixture.fake).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    assert_signed_in(
        &callback(&browser, "fake", &[("code", &code), ("state", authorization.state())]).await,
        "/",
    );
    let everything = location.all_documents().await;
    for secret in
        [code.as_str(), authorization.state(), "token~", CLIENT_SECRET, &browser.session().expect("one")]
    {
        assert!(!everything.contains(secret), "{secret} is in the store");
    }
    assert!(everything.contains("of grace"), "the test reads the documents of the store");
}

async fn redirect_after_login(fixture: &FederatedFixture, target: &str) -> String {
    let browser = fixture.browser();
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("returnTo", target).finish();
    let authorization = start_login_with_query(&browser, &fixture.fake, &format!("?{query}")).await;
    let answer =
        callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await.expect_status(303);
    answer.header("location").expect("a location").to_owned()
}

// RFC 9700 §4.2: logs are read by others.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn log_contains_no_code_state_or_token() {
    let fake = FakeProvider::start("fake").await;
    let home = Installation::with_settings(&[
        ("VESTIBULE_LOG", "trace"),
        ("VESTIBULE_PROVIDERS", "fake"),
        ("VESTIBULE_PROVIDER_FAKE_ISSUER", fake.issuer()),
        ("VESTIBULE_PROVIDER_FAKE_CLIENT_ID", CLIENT_ID),
        ("VESTIBULE_PROVIDER_FAKE_CLIENT_SECRET", CLIENT_SECRET),
    ]);
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    eventually(Duration::from_mins(1), "the provider is available", || async {
        browser.get("/api/auth/providers").await.json()["providers"][0]["available"] == json!(true)
    })
    .await;
    let good = start_login(&browser, &fake).await;
    let code = fake.code_for(&good.parameters, &claims_of("grace"));
    assert_signed_in(&callback(&browser, "fake", &[("code", &code), ("state", good.state())]).await, "/");
    let bad = start_login(&browser, &fake).await;
    fake.set_fault(Fault::IdToken(|claims| claims["nonce"] = json!("another")));
    let wasted = fake.code_for(&bad.parameters, &claims_of("grace"));
    let answer = callback(&browser, "fake", &[("code", &wasted), ("state", bad.state())]).await;
    assert_refused(&answer, "provider_response_invalid");

    let log = serving.log();
    assert!(log.contains("provider_response_invalid"), "the reason was logged: {log}");
    let session = browser.session().expect("a session");
    let secrets = [
        &code,
        &wasted,
        &good.parameters["state"],
        &bad.parameters["state"],
        &good.parameters["nonce"],
        &session,
    ];
    for secret in secrets.into_iter().map(String::as_str).chain(["token~", CLIENT_SECRET]).chain(JWT_STARTS) {
        assert!(!log.contains(secret), "{secret} in the log:\n{log}");
    }
    let verifier = &fake.received_requests(Endpoint::Token)[0].form["code_verifier"];
    assert!(!log.contains(verifier.as_str()), "the verifier in the log:\n{log}");
}

// `access_denied` means that the user or the server denied the request (RFC 6749 §4.1.2.1).
#[on_every_store]
async fn refusal_of_the_provider_is_no_cancelled_login(location: StoreLocation) {
    let declined = "User did not authorize the request";
    let denied = "The resource owner or authorization server denied the request.";
    let unassigned = "User is not assigned to the client application.";
    for (kind, description, code) in [
        ("oidc", None, "login_cancelled"),
        ("oidc", Some("the user clicked cancel"), "login_cancelled"),
        ("oidc", Some(unassigned), "access_denied"),
        ("auth0", Some(declined), "login_cancelled"),
        ("auth0", Some("Only staff may sign in"), "access_denied"),
        ("auth0", None, "access_denied"),
        ("okta", Some(denied), "login_cancelled"),
        ("okta", Some(unassigned), "access_denied"),
        ("keycloak", None, "login_cancelled"),
    ] {
        let fixture = FederatedFixture::with_settings(&location, &[("FAKE_KIND", kind)]).await;
        let browser = fixture.browser();
        let authorization = start_login(&browser, &fixture.fake).await;
        let mut back = vec![("error", "access_denied"), ("state", authorization.state())];
        back.extend(description.map(|text| ("error_description", text)));
        let answer = callback(&browser, "fake", &back).await;
        assert_refused(&answer, code);
        let has_trace = redirect_target(&answer).1.contains_key("trace");
        assert_eq!(has_trace, code == "access_denied", "{kind}: {description:?}");
        assert!(!format!("{:?}", answer.headers).contains("staff"), "nothing of the provider is repeated");
    }
}
