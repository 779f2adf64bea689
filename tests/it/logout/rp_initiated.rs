//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): the local session ends first, then the browser is
//! sent to the provider.
//!
//! The next login uses `prompt=login`.

use std::{
    collections::HashMap,
    fs,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use url::Url;
use vestibule::{
    login::second_factor::totp,
    user::{Totp, UserId},
};

use crate::harness::{
    browser::{Answer, Browser},
    fake_provider::{CLIENT_ID, FakeProvider, Vendor, fault::Fault},
    fault_table::remove,
    federated::{
        AuthorizationRequest, FederatedFixture, assert_link_pending, assert_refused, assert_signed_in,
        callback, callback_as, claims_of, me, redirect_target, session_state, set_verified_email, sign_in,
        start_login, trace_id, update_user, wait_until_available, with_claims,
    },
    holds_within,
    provider::Provider,
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user, create_user_with},
};

/// Time until another replica knows of the end, with tolerance for a loaded machine.
const BOUND: Duration = Duration::from_secs(1);
const SLACK: Duration = Duration::from_millis(500);
const PROMPT_LOGIN: &str = "vestibule-prompt-login-3000";
/// Post-logout redirect URI.
const RETURN_URL: &str = "http://localhost:3000/login";
/// Where a logout without a provider ends.
const SIGNED_OUT: &str = "/login?reason=signed_out";

/// Signs out, and returns URL and parameters of the logout redirect, in order.
async fn sign_out_redirect(browser: &Browser) -> Option<(String, Vec<(String, String)>)> {
    let answer = browser.sign_out().await;
    logout_redirect(browser, &answer).await
}

/// Follows the response to a logout, and returns URL and parameters of the redirect to the provider, in order.
async fn logout_redirect(browser: &Browser, answer: &Answer) -> Option<(String, Vec<(String, String)>)> {
    let path = continue_path(answer)?;
    let mut url = Url::parse(&continue_location(browser, &path).await).expect("an absolute URL");
    let asked = url.query_pairs().into_owned().collect();
    url.set_query(None);
    Some((url.into(), asked))
}

/// Returns the path at which a logout continues. The response contains nothing else: no token reaches a script.
fn continue_path(answer: &Answer) -> Option<String> {
    let body = answer.clone().expect_status(200).json();
    assert_eq!(body["message"], "Signed out");
    let members = body.as_object().expect("an object").keys().filter(|name| *name != "returnTo");
    assert!(members.eq(["message", "redirect"]), "{body}");
    let path = body["redirect"].as_str()?;
    let key = path.strip_prefix("/api/auth/logout/continue?key=").expect("a path of this service");
    assert!(key.len() >= 22 && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    Some(path.to_owned())
}

/// Opens the path as a page, and returns where it redirects to.
async fn continue_location(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await.expect_status(303);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!((answer.text.as_str(), answer.session_cookie()), ("", None));
    answer.header("location").expect("a redirect").to_owned()
}

/// Converts pairs with unique names into a map.
fn unique_map(asked: Vec<(String, String)>) -> HashMap<String, String> {
    let count = asked.len();
    let asked: HashMap<String, String> = asked.into_iter().collect();
    assert_eq!(asked.len(), count, "no parameter twice: {asked:?}");
    asked
}

/// Counts the stored ID tokens.
async fn stored_tokens(location: &StoreLocation) -> usize {
    location.all_documents().await.matches("\"idToken\":").count()
}

/// Starts a fixture with a changed discovery document.
async fn with_discovery(
    location: &StoreLocation,
    how: fn(&mut Value),
    settings: &[(&str, &str)],
) -> FederatedFixture {
    like_vendor(location, FakeProvider::start("fake").await, how, settings).await
}

async fn like_vendor(
    location: &StoreLocation,
    fake: FakeProvider,
    how: fn(&mut Value),
    settings: &[(&str, &str)],
) -> FederatedFixture {
    fake.set_fault(Fault::Discovery(how));
    let fixture =
        FederatedFixture::with_providers(location, settings, fake, FakeProvider::start("corp").await).await;
    fixture.wait_until_available("fake").await;
    fixture
}

async fn prompt(browser: &Browser, provider: &FakeProvider) -> Option<String> {
    start_login(browser, provider).await.parameters.remove("prompt")
}

// oidcc-client-test-rp-init-logout
#[on_every_store]
async fn logout_redirects_to_the_provider(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let other = fixture.start_replica().await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let copy = browser.clone();
    let elsewhere = browser.at_replica(&other);
    elsewhere.me().await.expect_status(200);
    assert_eq!(stored_tokens(&location).await, 1);
    let asked_before = fixture.fake.calls().len();

    let answer = browser.sign_out().await;
    let over = Instant::now();
    // The session has ended before the redirect.
    assert_eq!(copy.me().await.expect_problem(401, "session_ended").reason(), "signed_out");
    holds_within(BOUND + SLACK, over, "the other replica refuses it", || async {
        elsewhere.me().await.status == 401
    })
    .await;
    assert_eq!(browser.session(), None);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let (logout_url, asked) = logout_redirect(&browser, &answer).await.expect("a logout redirect");
    assert_eq!(logout_url, format!("{}/logout", fixture.fake.issuer()));
    let asked = unique_map(asked);
    assert_eq!(asked["client_id"], CLIENT_ID);
    assert_eq!(asked["post_logout_redirect_uri"], RETURN_URL);
    assert_eq!(asked["id_token_hint"], fixture.fake.id_tokens()[0], "the ID token of this login");
    assert!(asked["state"].len() >= 22, "{asked:?}");
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert_eq!(
        fixture.fake.calls().len(),
        asked_before,
        "the browser is redirected, the service sends no request"
    );
    assert_eq!(stored_tokens(&location).await, 0, "used once");

    for again in [&copy, &browser] {
        assert_eq!(sign_out_redirect(again).await, None, "no session is left");
    }
    fixture.assert_no_protocol_errors();
}

#[on_every_store]
async fn id_token_is_sealed_and_in_no_other_response(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let mut answers = vec![sign_in(&browser, &fixture.fake, &claims_of("grace")).await];
    for path in ["/api/auth/me", "/api/auth/session", "/api/auth/providers", "/api/account/identities", "/"] {
        answers.push(browser.get(path).await.expect_status(200));
    }
    answers.push(browser.keep_alive().await.expect_status(200));
    let token = fixture.fake.id_tokens().remove(0);
    let parts: Vec<&str> = token.split('.').skip(1).collect();
    for answer in &answers {
        let shown = format!("{:?} {}", answer.headers, answer.text);
        assert!(parts.iter().all(|part| !shown.contains(part)), "{shown}");
    }
    let mut stored = location.all_documents().await.into_bytes();
    if location.url().starts_with("sqlite:") {
        for more in ["", "-wal"] {
            stored.extend(fs::read(format!("{}{more}", location.name())).expect("the file"));
        }
    }
    let stored = String::from_utf8_lossy(&stored);
    assert!(
        stored.contains("idToken") && stored.contains("of grace"),
        "the test reads the documents of the store"
    );
    assert!(parts.iter().all(|part| !stored.contains(part)), "a token is in the store");
    let out = browser.sign_out().await;
    let shown = format!("{:?} {}", out.headers, out.text);
    assert!(parts.iter().all(|part| !shown.contains(part)), "{shown}");
    let location = continue_location(&browser, &continue_path(&out).expect("a path")).await;
    assert!(location.contains(parts[0]), "the redirect contains the token that the test searches for");
}

#[on_every_store]
async fn logout_continues_once_and_in_its_browser_only(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let other = fixture.start_replica().await;
    let sign_out = async || {
        let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
        let path = continue_path(&browser.sign_out().await).expect("a path");
        (browser, path)
    };
    let is_at_provider = |location: &str| location.starts_with(&format!("{}/logout?", fixture.fake.issuer()));
    let (browser, path) = sign_out().await;
    assert!(
        !location.all_documents().await.contains(path.split_once('=').unwrap().1),
        "the key is stored as a hash"
    );
    // On another replica, once.
    assert!(is_at_provider(&continue_location(&browser.at_replica(&other), &path).await));
    for again in [&browser, &browser.at_replica(&other)] {
        assert_eq!(continue_location(again, &path).await, SIGNED_OUT);
    }
    let (browser, path) = sign_out().await;
    assert_eq!(continue_location(&fixture.browser(), &path).await, SIGNED_OUT, "another browser");
    assert_eq!(continue_location(&browser, &path).await, SIGNED_OUT, "used by another browser");
    let (browser, path) = sign_out().await;
    fixture.service.advance_time(Duration::from_mins(1));
    assert_eq!(continue_location(&browser, &path).await, SIGNED_OUT, "expired");
    let (browser, path) = sign_out().await;
    browser.request(Method::HEAD, &path).send().await.expect_status(405);
    fixture.service.advance_time(Duration::from_secs(59));
    assert!(is_at_provider(&continue_location(&browser, &path).await), "HEAD uses nothing up");
    for path in ["", "?", "?key=", "?key=x", "?key=a&key=b", "?other=1", "?key=%00%ff"] {
        assert_eq!(
            continue_location(&browser, &format!("/api/auth/logout/continue{path}")).await,
            SIGNED_OUT
        );
    }
    assert_eq!(stored_tokens(&location).await, 0);
}

// Parallel requests with one key: one of them gets the token.
#[on_every_store]
async fn parallel_continuations_redirect_once(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let path = continue_path(&browser.sign_out().await).expect("a path");
    let locations = futures_util::future::join_all((0..8).map(|_| continue_location(&browser, &path))).await;
    assert_eq!(locations.iter().filter(|location| *location != SIGNED_OUT).count(), 1, "{locations:?}");
}

#[on_every_store]
async fn each_login_has_its_own_token_and_state(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (one, other) = (
        fixture.signed_in(&fixture.fake, &claims_of("grace")).await,
        fixture.signed_in(&fixture.fake, &claims_of("grace")).await,
    );
    let [first, second] = <[String; 2]>::try_from(fixture.fake.id_tokens()).expect("two");
    assert_eq!(stored_tokens(&location).await, 2);
    let out = unique_map(sign_out_redirect(&other).await.expect("a logout redirect").1);
    assert_eq!((&out["id_token_hint"], stored_tokens(&location).await), (&second, 1));
    one.me().await.expect_status(200);
    let last = unique_map(sign_out_redirect(&one).await.expect("a logout redirect").1);
    assert_eq!(last["id_token_hint"], first);
    assert_ne!(last["state"], out["state"]);
}

// A URL that is too long would fail the logout: `client_id` is sent without `id_token_hint`.
#[on_every_store]
async fn long_id_token_is_not_sent(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for (length, sent) in [(4_000, true), (5_000, false), (20_000, false)] {
        let claims = with_claims(claims_of("grace"), json!({ "x": "x".repeat(length) }));
        let browser = fixture.signed_in(&fixture.fake, &claims).await;
        let token = fixture.fake.id_tokens().pop().expect("a token");
        assert_eq!(token.len() <= 6 << 10, sent, "{}", token.len());
        let asked = unique_map(sign_out_redirect(&browser).await.expect("a logout redirect").1);
        assert_eq!(asked.get("id_token_hint"), sent.then_some(&token));
        assert_eq!((&*asked["client_id"], &*asked["post_logout_redirect_uri"]), (CLIENT_ID, RETURN_URL));
        assert_eq!(stored_tokens(&location).await, 0);
    }
}

// Invalid metadata disables the logout redirect, not the login. Browsers are sent to valid URLs only.
#[on_every_store]
async fn invalid_end_session_endpoint_is_ignored(location: StoreLocation) {
    let odd: [fn(&mut Value); 10] = [
        |d| remove(d, "end_session_endpoint"),
        |d| d["end_session_endpoint"] = json!(null),
        |d| d["end_session_endpoint"] = json!("http://issuer.example/logout"),
        |d| d["end_session_endpoint"] = json!("javascript:alert(1)"),
        |d| d["end_session_endpoint"] = json!("data:text/html,x"),
        |d| d["end_session_endpoint"] = json!("/logout"),
        |d| d["end_session_endpoint"] = json!("garbage"),
        |d| d["end_session_endpoint"] = json!(""),
        |d| d["end_session_endpoint"] = json!(7),
        |d| d["end_session_endpoint"] = json!({ "url": "https://issuer.example/logout" }),
    ];
    for (number, odd) in odd.into_iter().enumerate() {
        let fixture = with_discovery(&location, odd, &[]).await;
        let browser = fixture.signed_in(&fixture.fake, &json!({ "sub": "of grace" })).await;
        assert_eq!(stored_tokens(&location).await, 0, "{number}: an unused token is not stored");
        let copy = browser.clone();
        assert_eq!(sign_out_redirect(&browser).await, None, "{number}");
        assert_eq!(copy.me().await.expect_problem(401, "session_ended").reason(), "signed_out");
    }
}

#[on_every_store]
async fn query_of_the_end_session_endpoint_is_kept(location: StoreLocation) {
    let fixture = with_discovery(
        &location,
        |d| d["end_session_endpoint"] = json!("https://issuer.example/out?p=b2c&x=%26"),
        &[],
    )
    .await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let (logout_url, asked) = sign_out_redirect(&browser).await.expect("a logout redirect");
    assert_eq!(logout_url, "https://issuer.example/out");
    let asked = unique_map(asked);
    assert_eq!((&*asked["p"], &*asked["x"], &*asked["client_id"], asked.len()), ("b2c", "&", CLIENT_ID, 6));
}

#[on_every_store]
async fn configured_logout_url_is_used(location: StoreLocation) {
    let set = [("FAKE_LOGOUT_URL", "https://sso.example/bye?x=1")];
    for fixture in [
        FederatedFixture::with_settings(&location, &set).await,
        with_discovery(&location, |d| remove(d, "end_session_endpoint"), &set).await,
        with_discovery(&location, |d| d["end_session_endpoint"] = json!(7), &set).await,
    ] {
        let browser = fixture.signed_in(&fixture.fake, &json!({ "sub": "of grace" })).await;
        let (logout_url, asked) = sign_out_redirect(&browser).await.expect("a logout redirect");
        assert_eq!(logout_url, "https://sso.example/bye");
        let asked = unique_map(asked);
        assert_eq!((&*asked["x"], &asked["id_token_hint"]), ("1", &fixture.fake.id_tokens()[0]));
        assert_eq!((&*asked["client_id"], &*asked["post_logout_redirect_uri"]), (CLIENT_ID, RETURN_URL));
    }
}

// Auth0 tenants from before November 2023 announce no endpoint and know neither `id_token_hint` nor state.
#[on_every_store]
async fn auth0_uses_its_vendor_logout_url(location: StoreLocation) {
    let kind = ("FAKE_KIND", "auth0");
    let older = async |settings: &[(&str, &str)]| {
        let fake = FakeProvider::like_vendor("fake", Vendor::Auth0).await;
        like_vendor(&location, fake, |_| (), settings).await
    };
    let set = ("FAKE_LOGOUT_URL", "https://login.example/v2/logout?federated");
    for (fixture, wanted, more) in [
        (older(&[kind]).await, None, 0),
        (older(&[kind, set]).await, Some("https://login.example/v2/logout"), 1),
    ] {
        let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
        assert_eq!(stored_tokens(&location).await, 0);
        let (logout_url, asked) = sign_out_redirect(&browser).await.expect("a logout redirect");
        let tenants = format!("{}v2/logout", fixture.fake.issuer());
        assert_eq!(logout_url, wanted.unwrap_or(&tenants));
        let asked = unique_map(asked);
        assert_eq!((&*asked["client_id"], asked.len()), (CLIENT_ID, 2 + more));
        // The endpoint knows no `state`: it is a part of the address to which it returns.
        assert!(asked["returnTo"].starts_with(&format!("{RETURN_URL}?state=")), "{asked:?}");
    }
    let newer = |d: &mut Value| {
        d["end_session_endpoint"] = json!(format!("{}oidc/logout", d["issuer"].as_str().unwrap()));
    };
    let fixture =
        like_vendor(&location, FakeProvider::like_vendor("fake", Vendor::Auth0).await, newer, &[kind]).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
    let (logout_url, asked) = sign_out_redirect(&browser).await.expect("a logout redirect");
    assert_eq!(logout_url, format!("{}oidc/logout", fixture.fake.issuer()));
    let asked = unique_map(asked);
    assert_eq!(asked["id_token_hint"], fixture.fake.id_tokens()[0]);
    assert_eq!(asked["post_logout_redirect_uri"], RETURN_URL);
}

#[on_every_store]
async fn logout_works_while_the_provider_is_down(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (grace, linus) = (
        fixture.signed_in(&fixture.fake, &claims_of("grace")).await,
        fixture.signed_in(&fixture.fake, &claims_of("linus")).await,
    );
    fixture.fake.shut_down().await;
    let copy = grace.clone();
    assert!(
        sign_out_redirect(&grace).await.is_some(),
        "the provider may be available again before the redirect"
    );
    copy.me().await.expect_problem(401, "session_ended");
    // Disabled, and started while the provider is down.
    let FederatedFixture { fake, corp: _corp, service } = fixture;
    let service = service.restart_with(&[("VESTIBULE_PROVIDER_FAKE_ENABLED", "false")]).await;
    let switched_off = linus.at_replica(&service);
    let copy = switched_off.clone();
    assert_eq!(sign_out_redirect(&switched_off).await, None);
    copy.me().await.expect_problem(401, "session_ended");
    drop(fake);
}

// After a restart the metadata of the provider may be missing for a while. The step that redirects looks again.
#[on_every_store]
async fn logout_before_discovery_keeps_the_id_token_for_the_redirect(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (grace, linus) = (
        fixture.signed_in(&fixture.fake, &claims_of("grace")).await,
        fixture.signed_in(&fixture.fake, &claims_of("linus")).await,
    );
    fixture.fake.set_fault(Fault::Discovery(|d| d["issuer"] = json!("https://other.example")));
    let FederatedFixture { fake, corp: _corp, service } = fixture;
    let service = service.restart_with(&[]).await;
    let (grace, linus) = (grace.at_replica(&service), linus.at_replica(&service));
    let path = continue_path(&grace.sign_out().await).expect("a path");
    let unknown = continue_path(&linus.sign_out().await).expect("a path");
    assert_eq!(continue_location(&linus, &unknown).await, SIGNED_OUT, "the provider is still unknown");
    fake.set_fault(Fault::None);
    wait_until_available(&service, "fake").await;
    let location = continue_location(&grace, &path).await;
    assert!(location.contains(&format!("id_token_hint={}", fake.id_tokens()[0])), "{location}");
}

#[on_every_store]
async fn logout_of_a_password_user_has_no_redirect(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    create_user(&fixture.service, "ada").await;
    // linus has both methods and signed in with his password.
    create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example")).await;
    fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
    for name in ["ada", "linus"] {
        let browser = fixture.browser();
        browser.sign_in(name, PASSWORD).await.expect_status(200);
        let answer = browser.sign_out().await;
        assert_eq!(logout_redirect(&browser, &answer).await, None, "{name}");
        assert_eq!(answer.set_cookie(PROMPT_LOGIN), None, "{name}");
        assert_eq!(prompt(&browser, &fixture.corp).await, None, "{name}");
    }
}

#[on_every_store]
async fn logout_redirect_survives_the_second_factor(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let first = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let user: UserId = me(&first).await["id"].as_str().unwrap().parse().unwrap();
    assert!(sign_out_redirect(&first).await.is_some());
    let app = Authenticator::new(b"grace---------------");
    let (sealed, now) =
        (fixture.service.app.keys.seal(&user, totp::ACTIVE, app.secret()), fixture.service.clock.now());
    update_user(&fixture.service, user, |user| {
        user.totp = vec![Totp::unused(sealed.clone(), now)];
    })
    .await;
    for verified in [true, false] {
        let browser = fixture.browser();
        assert_eq!(
            redirect_target(&sign_in(&browser, &fixture.fake, &claims_of("grace")).await).0,
            "/second-factor"
        );
        if verified {
            browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
        }
        let asked = unique_map(sign_out_redirect(&browser).await.expect("a logout redirect").1);
        assert_eq!(Some(&asked["id_token_hint"]), fixture.fake.id_tokens().last(), "verified: {verified}");
        assert_eq!(stored_tokens(&location).await, 0);
    }
}

// oidcc-client-test-rp-init-logout-no-state, -other-state: another state leads to the sign-in page, and is not repeated.
#[on_every_store]
async fn post_logout_redirect_shows_the_login_page(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let state = unique_map(sign_out_redirect(&browser).await.expect("a logout redirect").1)
        .remove("state")
        .expect("a state");
    for query in [format!("?state={state}"), "?state=another".to_owned(), "?state=%00%ff".to_owned()] {
        let answer = browser.get(&format!("/login{query}")).await.expect_status(303);
        assert_eq!(answer.header("location"), Some(SIGNED_OUT), "{query}");
        assert_eq!(session_state(&browser).await, "anonymous");
    }
    for path in ["/login", SIGNED_OUT] {
        let answer = browser.get(path).await.expect_status(200);
        assert!(answer.header("content-type").is_some_and(|media| media.starts_with("text/html")), "{path}");
    }
}

// Shared browser: the provider has a session that ours does not belong to, so the logout does not end it. The next
// login must use `prompt=login`.
#[on_every_store]
async fn provider_session_without_our_session_forces_prompt_login(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example")).await;
    let login = Some("login".to_owned());
    // Linked by a confirmation.
    let browser = fixture.browser();
    assert_link_pending(&sign_in(&browser, &fixture.fake, &claims_of("linus")).await, &fixture.fake);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.post("/api/auth/link", &json!({})).await.expect_status(200);
    assert_eq!(sign_out_redirect(&browser).await, None);
    assert_eq!(prompt(&browser, &fixture.fake).await, login, "after a link");
    // Linked and re-authenticated from the account page.
    for path in ["/api/account/identities/corp", "/api/auth/reauthenticate/corp"] {
        let browser = fixture.browser();
        browser.sign_in("linus", PASSWORD).await.expect_status(200);
        assert_eq!(prompt(&browser, &fixture.corp).await, None);
        let started = browser.post(path, &json!({})).await.expect_status(200).json();
        let authorization = AuthorizationRequest::to(started["redirect"].as_str().expect("a redirect URL"));
        let back = callback_as(&browser, &fixture.corp, &authorization, &claims_of("linus")).await;
        assert_eq!((back.status, back.header("location")), (303, Some("/")), "{path}");
        assert_eq!(sign_out_redirect(&browser).await, None);
        assert_eq!(prompt(&browser, &fixture.corp).await, login, "{path}");
    }
    // Password login in a browser that had a provider session.
    let browser = fixture.signed_in(&fixture.corp, &claims_of("grace")).await;
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    assert_eq!(sign_out_redirect(&browser).await, None);
    assert_eq!(prompt(&browser, &fixture.corp).await, login, "after another user");
}

// Otherwise the provider returns the same account at every attempt.
#[on_every_store]
async fn refused_user_can_choose_another_account(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("FAKE_ALLOW_SIGNUP", "false")]).await;
    let browser = fixture.browser();
    assert_refused(&sign_in(&browser, &fixture.fake, &claims_of("grace")).await, "signup_not_allowed");
    assert_eq!(prompt(&browser, &fixture.fake).await.as_deref(), Some("login"));
    // Without a provider session, no `prompt` is sent.
    let browser = fixture.browser();
    fixture.fake.set_fault(Fault::IdToken(|claims| claims["nonce"] = json!("another")));
    assert_refused(&sign_in(&browser, &fixture.fake, &claims_of("grace")).await, "provider_response_invalid");
    fixture.fake.set_fault(Fault::None);
    let authorization = start_login(&browser, &fixture.fake).await;
    assert_refused(
        &callback(&browser, "fake", &[("error", "access_denied"), ("state", authorization.state())]).await,
        "login_cancelled",
    );
    assert_eq!(prompt(&browser, &fixture.fake).await, None);
}

// The re-authentication may belong to another session of the provider: its ID token replaces the old one.
#[on_every_store]
async fn reauthentication_stores_the_new_id_token(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let started = browser.post("/api/auth/reauthenticate/fake", &json!({})).await.expect_status(200).json();
    let authorization = AuthorizationRequest::to(started["redirect"].as_str().expect("a redirect URL"));
    // Another user: the old token stays.
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("mallory")).await;
    assert_eq!(redirect_target(&answer).1["error"], "reauthentication_refused");
    assert_eq!(stored_tokens(&location).await, 1);
    let started = browser.post("/api/auth/reauthenticate/fake", &json!({})).await.expect_status(200).json();
    let authorization = AuthorizationRequest::to(started["redirect"].as_str().expect("a redirect URL"));
    assert_signed_in(&callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await, "/");
    assert_eq!(stored_tokens(&location).await, 1, "one stored token for one session");
    let asked = unique_map(sign_out_redirect(&browser).await.expect("a logout redirect").1);
    assert_eq!(Some(&asked["id_token_hint"]), fixture.fake.id_tokens().last());
    assert_eq!(stored_tokens(&location).await, 0);
}

#[on_every_store]
async fn logout_of_an_expired_session_redirects_to_the_provider(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for printed in [false, true] {
        let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
        fixture.service.advance_time(Duration::from_mins(31));
        if printed {
            browser.me().await.expect_problem(401, "session_ended");
        }
        let asked = unique_map(sign_out_redirect(&browser).await.expect("a logout redirect").1);
        assert_eq!(Some(&asked["id_token_hint"]), fixture.fake.id_tokens().last(), "printed: {printed}");
        assert_eq!(prompt(&browser, &fixture.fake).await.as_deref(), Some("login"));
    }
}

// The provider ignored `prompt=login`, or the user removed it from the URL.
#[on_every_store]
async fn ignored_prompt_login_is_refused_after_logout(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    browser.sign_out().await.expect_status(200);
    let at = |seconds: i64| {
        with_claims(
            claims_of("grace"),
            json!({ "auth_time": fixture.service.clock.now().as_secs() + seconds }),
        )
    };
    for old in [at(-3600), at(-61)] {
        let answer = sign_in(&browser, &fixture.fake, &old).await;
        assert_refused(&answer, "reauthentication_refused");
        assert!(!trace_id(&answer).is_empty());
        assert_eq!(prompt(&browser, &fixture.fake).await.as_deref(), Some("login"), "still");
    }
    // Without `auth_time` this cannot be detected, but such a login is not recent either.
    // Zero (glewlwyd) and a time in the future state no time.
    for none in
        [Value::Null, json!(0), json!(-1), json!("now"), json!(fixture.service.clock.now().as_secs() + 3600)]
    {
        let mut without_auth_time = claims_of("grace");
        without_auth_time["auth_time"] = none;
        assert_signed_in(&sign_in(&browser, &fixture.fake, &without_auth_time).await, "/");
        browser.start_enrolment().await.expect_problem(403, "reauthentication_required");
        browser.sign_out().await.expect_status(200);
    }
    assert_signed_in(&sign_in(&browser, &fixture.fake, &at(0)).await, "/");
    browser.start_enrolment().await.expect_status(200);
}

// Otherwise the provider would sign in the same user without a question.
#[on_every_store]
async fn prompt_login_is_sent_until_the_next_login(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    create_user(&fixture.service, "ada").await;
    let browser = fixture.browser();
    assert_eq!(prompt(&browser, &fixture.fake).await, None);
    assert_signed_in(&sign_in(&browser, &fixture.fake, &claims_of("grace")).await, "/");
    browser.sign_out().await.expect_status(200);
    let login = Some("login".to_owned());
    assert_eq!(prompt(&browser, &fixture.fake).await, login);
    assert_eq!(prompt(&browser, &fixture.fake).await, login, "after a login that was not finished");
    assert_eq!(prompt(&browser, &fixture.corp).await, login, "at every provider");
    let authorization = start_login(&browser, &fixture.fake).await;
    assert_refused(
        &callback(&browser, "fake", &[("error", "access_denied"), ("state", authorization.state())]).await,
        "login_cancelled",
    );
    assert_eq!(prompt(&browser, &fixture.fake).await, login, "after a denied login");
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.sign_out().await.expect_status(200);
    assert_eq!(prompt(&browser, &fixture.fake).await, login, "a password login does not clear the cookie");
    assert_eq!(prompt(&fixture.browser(), &fixture.fake).await, None, "in another browser");
    let back = sign_in(&browser, &fixture.fake, &claims_of("grace")).await;
    assert_signed_in(&back, "/");
    let removal = back.set_cookie(PROMPT_LOGIN).expect("the cookie is removed");
    assert!(
        removal.starts_with("vestibule-prompt-login-3000=;") && removal.contains("Max-Age=0"),
        "{removal}"
    );
    assert_eq!(prompt(&browser, &fixture.fake).await, None);
}

#[on_every_store]
async fn prompt_login_cookie_contains_nothing_else(location: StoreLocation) {
    for (url, name, secure) in [
        ("http://localhost:3000", PROMPT_LOGIN, false),
        ("https://id.example.org", "__Host-vestibule-prompt-login", true),
    ] {
        let fixture = FederatedFixture::with_settings(&location, &[("VESTIBULE_PUBLIC_URL", url)]).await;
        let browser = fixture.browser();
        assert_signed_in(&sign_in(&browser, &fixture.fake, &claims_of("grace")).await, "/");
        let answer = browser.sign_out().await.expect_status(200);
        let cookie = answer.set_cookie(name).expect("a cookie");
        let mut attributes: Vec<&str> = cookie.split("; ").collect();
        let value = attributes.remove(0).split_once('=').expect("a value").1;
        attributes.sort_unstable();
        let mut wanted = vec!["HttpOnly", "Max-Age=86400", "Path=/", "SameSite=Lax"];
        wanted.extend(secure.then_some("Secure"));
        assert_eq!(attributes, wanted);
        assert!(value.len() <= 1, "no data of a user: {value}");
        assert_eq!(prompt(&browser, &fixture.fake).await.as_deref(), Some("login"));
        let asked = unique_map(logout_redirect(&browser, &answer).await.expect("a logout redirect").1);
        assert_eq!(asked["post_logout_redirect_uri"], format!("{url}/login"));
    }
}

// A certified provider accepts the request and redirects back.
#[on_every_store]
async fn logout_at_a_real_provider_returns(location: StoreLocation) {
    let provider = Provider::of_the_run();
    for client in ["basic", "es256", "public"] {
        let service =
            crate::login::federated::providers::real_service(&location, &provider, client, &[]).await;
        let (here, there) = (Browser::of(&service), provider.browser());
        let authorization = AuthorizationRequest::of(&here.get("/api/auth/login/demo").await);
        let back = provider.sign_in_at(&there, &authorization.authorize, "login=grace").await;
        let back: Vec<(&str, &str)> = back.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_signed_in(&callback(&here, "demo", &back).await, "/");
        let path = continue_path(&here.sign_out().await).expect("a path");
        let redirect = Url::parse(&continue_location(&here, &path).await).unwrap();
        let asked = unique_map(redirect.query_pairs().into_owned().collect());
        let returned_to = provider.sign_out_at(&there, &redirect).await;
        assert_eq!(returned_to.as_str(), format!("{RETURN_URL}?state={}", asked["state"]), "{client}");
        assert_eq!(session_state(&here).await, "anonymous");
        let next = AuthorizationRequest::of(&here.get("/api/auth/login/demo").await);
        assert_eq!(next.parameters["prompt"], "login", "{client}");
        service.stop().await;
    }
}
