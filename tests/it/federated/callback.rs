//! Setting out and coming back: one browser, one transaction, one use, ten minutes, one provider, one place to go.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::*;
use crate::harness::{
    liar::sin::{Endpoint, Sin},
    people::{PASSWORD, person},
    process::Home,
};

/// Open transactions of a browser.
const AT_ONCE: usize = 10;

/// No code was sent anywhere, and nothing else was asked of anybody since the providers were met.
#[track_caller]
fn nothing_was_traded(house: &House) {
    for provider in [&house.liar, &house.corp] {
        let calls = provider.calls();
        let met = calls.iter().all(|endpoint| matches!(endpoint, Endpoint::Discovery | Endpoint::Keys));
        let keys = calls.iter().filter(|endpoint| **endpoint == Endpoint::Keys).count();
        assert!(met && keys <= 1, "{}: {calls:?}", provider.name);
    }
}

#[on_every_store]
async fn somebody_nobody_knows_comes_in_and_has_an_account(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let answer = sign_in(&browser, &house.liar, &claims_of("grace")).await;
    leads_to(&answer, "/");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "the code leaks into no Referer");
    let session = browser.get("/api/auth/session").await.must_be(200).json();
    assert_eq!(session["state"], "signedIn");
    assert_eq!(session["method"], "federated");
    assert_eq!(session["provider"], "liar");
    let me = me(&browser).await;
    assert_eq!(me["username"], json!(null), "a user name is never taken from a claim");
    assert_eq!(me["email"], "grace@corp.example");
    assert_eq!(me["emailVerified"], false, "nobody trusts this provider's word");
    assert_eq!(me["displayName"], "grace at the provider");
    assert_eq!(me["authProvider"], "liar");
    assert_eq!(me["roles"], json!([]));
    assert_eq!(me["identities"].as_array().expect("a list").len(), 1);
    assert_eq!(me["identities"][0]["provider"], "liar");
    assert_eq!(me["identities"][0]["email"], "grace@corp.example");
    assert!(me["identities"][0]["linkedAt"].is_string() && me["identities"][0]["lastLoginAt"].is_string());
    assert!(!me.to_string().contains("of grace"), "no subject is shown: {me}");
    house.nobody_complains();
}

#[on_every_store]
async fn the_provider_is_asked_for_a_code_with_everything_that_binds_it(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let one = set_out(&browser, &house.liar).await;
    let other = set_out(&browser, &house.liar).await;
    assert_eq!(one.asked["response_type"], "code");
    assert_eq!(one.asked["client_id"], CLIENT_ID);
    assert_eq!(one.asked["redirect_uri"], "http://localhost:3000/api/auth/callback/liar");
    assert_eq!(one.asked["code_challenge_method"], "S256");
    let scopes: Vec<&str> = one.asked["scope"].split(' ').collect();
    assert_eq!(scopes, ["openid", "profile", "email"]);
    for secret in ["state", "nonce", "code_challenge"] {
        assert!(one.asked[secret].len() >= 22, "{secret} cannot be guessed: {}", one.asked[secret]);
        assert_ne!(one.asked[secret], other.asked[secret], "{secret} is new every time");
    }
    assert_ne!(one.asked["state"], one.asked["nonce"]);
    let mut names: Vec<&str> = one.asked.keys().map(String::as_str).collect();
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
    assert_eq!(names, expected, "and nothing else: no verifier, no secret");
}

// Kratos: a caller's login_hint steers whom the provider signs in.
#[on_every_store]
async fn nothing_a_link_says_is_forwarded_to_the_provider(location: StoreLocation) {
    let house = House::open(&location).await;
    let query = "?login_hint=linus&prompt=none&scope=all&redirect_uri=https://evil.example&state=mine&nonce=mine\
                 &acr_values=0&client_id=another&connection=x&sessionToken=x&request_uri=https://evil.example";
    let journey = set_out_for(&house.browser(), &house.liar, query).await;
    let url = journey.authorize.as_str();
    for stranger in ["linus", "none", "evil", "mine", "another", "connection", "sessionToken", "acr_values"] {
        assert!(!url.contains(stranger), "{stranger} in {url}");
    }
}

#[on_every_store]
async fn a_transaction_works_once(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let journey = set_out(&browser, &house.liar).await;
    let code = house.liar.code_for(&journey.asked, &claims_of("grace"));
    let back = [("code", code.as_str()), ("state", journey.state())];
    leads_to(&come_back(&browser, "liar", &back).await, "/");
    let again = browser.clone();
    refused(&come_back(&again, "liar", &back).await, "login_expired");
    assert_eq!(house.liar.asked(Endpoint::Token).len(), 1, "a code is sent once only");
    assert_eq!(state(&browser).await, "signedIn", "the replay changed nothing");
}

#[on_every_store]
async fn a_transaction_that_is_used_many_times_at_once_works_once(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let journey = set_out(&browser, &house.liar).await;
    let code = house.liar.code_for(&journey.asked, &claims_of("grace"));
    let replica = house.replica().await;
    let both = [browser.clone(), browser.moved_to(&replica)];
    let crowd = (0..8).map(|n| {
        let (browser, code, journey) = (both[n % 2].clone(), code.clone(), journey.clone());
        async move { come_back(&browser, "liar", &[("code", &code), ("state", journey.state())]).await }
    });
    let answers = join_all(crowd).await;
    let came_in = answers.iter().filter(|answer| answer.session_cookie().is_some()).count();
    assert_eq!(came_in, 1);
    for answer in answers.iter().filter(|answer| answer.session_cookie().is_none()) {
        refused(answer, "login_expired");
    }
    assert_eq!(house.liar.asked(Endpoint::Token).len(), 1);
}

// Also a failure uses it up.
#[on_every_store]
async fn a_transaction_that_failed_is_used_up(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let journey = set_out(&browser, &house.liar).await;
    house.liar.sins(Sin::IdToken(|claims| claims["nonce"] = json!("another")));
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await;
    refused(&answer, "provider_response_invalid");
    house.liar.sins(Sin::None);
    refused(&come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await, "login_expired");
    assert_eq!(house.liar.asked(Endpoint::Token).len(), 1);
}

#[on_every_store]
async fn a_transaction_lives_ten_minutes(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let journey = set_out(&browser, &house.liar).await;
    let code = house.liar.code_for(&journey.asked, &claims_of("grace"));
    house.service.wait(Duration::from_secs(601));
    refused(
        &come_back(&browser, "liar", &[("code", &code), ("state", journey.state())]).await,
        "login_expired",
    );
    nothing_was_traded(&house);

    let journey = set_out(&browser, &house.liar).await;
    house.service.wait(Duration::from_secs(599));
    leads_to(&come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await, "/");
}

#[on_every_store]
async fn a_state_nobody_made_is_refused_before_anything_is_asked(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let journey = set_out(&browser, &house.liar).await;
    let code = house.liar.code_for(&journey.asked, &claims_of("grace"));
    let long = "s".repeat(10_000);
    let turned: String = journey.state().chars().rev().collect();
    for guess in ["", "x", "null", "{\"$ne\":null}", "\0", "ä", &turned, &long] {
        let answer = come_back(&browser, "liar", &[("code", &code), ("state", guess)]).await;
        refused(&answer, "login_expired");
    }
    refused(&come_back(&browser, "liar", &[("code", &code)]).await, "login_expired");
    refused(&browser.get("/api/auth/callback/liar").await, "login_expired");
    nothing_was_traded(&house);
}

// Login CSRF: an attacker's link signs nobody in as the attacker (Authlib CVE-2025-68158).
#[on_every_store]
async fn another_browser_cannot_come_back_for_this_one(location: StoreLocation) {
    let house = House::open(&location).await;
    let mallory = house.browser();
    let journey = set_out(&mallory, &house.liar).await;
    let code = house.liar.code_for(&journey.asked, &claims_of("mallory"));
    let back = [("code", code.as_str()), ("state", journey.state())];
    let without_a_cookie = house.browser();
    refused(&come_back(&without_a_cookie, "liar", &back).await, "login_expired");
    let with_its_own = house.browser();
    set_out(&with_its_own, &house.liar).await;
    refused(&come_back(&with_its_own, "liar", &back).await, "login_expired");
    let with_a_broken_one = house.browser();
    with_a_broken_one.put_cookie("vestibule-login", "x");
    refused(&come_back(&with_a_broken_one, "liar", &back).await, "login_expired");
    nothing_was_traded(&house);
}

// Mix-up (RFC 9700 §4.4): one redirect URI per provider.
#[on_every_store]
async fn a_state_of_one_provider_is_refused_at_the_callback_of_another(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let journey = set_out(&browser, &house.liar).await;
    let code = house.corp.code_for(&journey.asked, &claims_of("grace"));
    refused(
        &come_back(&browser, "corp", &[("code", &code), ("state", journey.state())]).await,
        "login_expired",
    );
    nothing_was_traded(&house);
}

#[on_every_store]
async fn a_provider_that_says_no_is_understood_and_never_echoed(location: StoreLocation) {
    let house = House::open(&location).await;
    let errors = [
        ("access_denied", "access_denied"),
        ("login_required", "provider_error"),
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
        let browser = house.browser();
        let journey = set_out(&browser, &house.liar).await;
        let back = [
            ("error", error),
            ("error_description", "<b>unspeakable</b>"),
            ("error_uri", "https://evil.example"),
            ("state", journey.state()),
        ];
        let answer = come_back(&browser, "liar", &back).await;
        refused(&answer, code);
        let everything = format!("{:?} {}", answer.headers, answer.text);
        for stranger in ["unspeakable", "evil", "script", "unauthorized", "login_required"] {
            assert!(!everything.contains(stranger), "{stranger} in {everything}");
        }
        refused(&come_back(&browser, "liar", &back).await, "login_expired");
    }
    nothing_was_traded(&house);
}

#[on_every_store]
async fn an_error_without_a_transaction_says_nothing_about_one(location: StoreLocation) {
    let house = House::open(&location).await;
    let answer = come_back(&house.browser(), "liar", &[("error", "access_denied"), ("state", "x")]).await;
    refused(&answer, "login_expired");
}

#[on_every_store]
async fn an_answer_without_a_code_is_no_answer(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let journey = set_out(&browser, &house.liar).await;
    refused(&come_back(&browser, "liar", &[("state", journey.state())]).await, "provider_response_invalid");
    let journey = set_out(&browser, &house.liar).await;
    let back = [("state", journey.state()), ("code", "")];
    refused(&come_back(&browser, "liar", &back).await, "provider_response_invalid");
    nothing_was_traded(&house);
}

// RFC 6749 §3.1: parameters come once; which of two a proxy and we would take must not matter.
#[on_every_store]
async fn an_answer_with_two_codes_or_states_is_refused(location: StoreLocation) {
    let house = House::open(&location).await;
    for double in ["code", "state", "iss"] {
        let browser = house.browser();
        let journey = set_out(&browser, &house.liar).await;
        let code = house.liar.code_for(&journey.asked, &claims_of("grace"));
        let issuer = house.liar.issuer().to_owned();
        let mut back = vec![("code", code.as_str()), ("state", journey.state()), ("iss", &issuer)];
        back.push((double, "another"));
        let (path, _) = super::location(&come_back(&browser, "liar", &back).await);
        assert_eq!(path, "/login", "{double}");
        assert_eq!(state(&browser).await, "anonymous", "{double}");
    }
    nothing_was_traded(&house);
}

#[on_every_store]
async fn the_callback_takes_get_only(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let journey = set_out(&browser, &house.liar).await;
    let code = house.liar.code_for(&journey.asked, &claims_of("grace"));
    let form = format!("code={code}&state={}", journey.state());
    let request = browser.with_token(Method::POST, "/api/auth/callback/liar").await;
    let answer = request.body("application/x-www-form-urlencoded", form).send().await;
    let answer = answer.must_fail(405, "method_not_allowed");
    assert!(answer.header("allow").expect("what is allowed").contains("GET"));
    nothing_was_traded(&house);
}

// Link scanners and previews ask with HEAD: it begins nothing, and uses up nothing.
#[on_every_store]
async fn a_head_begins_no_sign_in_and_uses_none_up(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let answer = browser.ask(Method::HEAD, "/api/auth/login/liar").send().await.must_be(405);
    assert_eq!((answer.set_cookie("vestibule-login"), answer.header("location")), (None, None));
    let journey = set_out(&browser, &house.liar).await;
    let code = house.liar.code_for(&journey.asked, &claims_of("grace"));
    let back = format!("/api/auth/callback/liar?code={code}&state={}", journey.state());
    let answer = browser.ask(Method::HEAD, &back).send().await.must_be(405);
    assert_eq!((answer.session_cookie(), answer.set_cookie("vestibule-login")), (None, None));
    nothing_was_traded(&house);
    leads_to(&browser.get(&back).await, "/");
}

#[on_every_store]
async fn two_tabs_both_work(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let one = set_out_for(&browser, &house.liar, "?returnTo=/one").await;
    let other = set_out_for(&browser, &house.corp, "?returnTo=/other").await;
    leads_to(&come_back_as(&browser, &house.corp, &other, &claims_of("grace")).await, "/other");
    let first = browser.session().expect("a session");
    leads_to(&come_back_as(&browser, &house.liar, &one, &claims_of("linus")).await, "/one");
    assert_ne!(browser.session(), Some(first), "a new id at every sign-in");
    assert_eq!(me(&browser).await["displayName"], "linus at the provider");
}

#[on_every_store]
async fn the_eleventh_transaction_of_a_browser_pushes_the_oldest_out(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let mut journeys = Vec::new();
    for _ in 0..=AT_ONCE {
        house.service.wait(Duration::from_secs(1));
        journeys.push(set_out(&browser, &house.liar).await);
    }
    let claims = claims_of("grace");
    refused(&come_back_as(&browser, &house.liar, &journeys[0], &claims).await, "login_expired");
    leads_to(&come_back_as(&browser, &house.liar, &journeys[1], &claims).await, "/");
    leads_to(&come_back_as(&browser, &house.liar, &journeys[AT_ONCE], &claims).await, "/");
}

#[on_every_store]
async fn who_is_sent_back_is_still_on_the_way_to_where_they_wanted(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let journey = set_out_for(&browser, &house.liar, "?returnTo=/orders/7").await;
    let answer = come_back(&browser, "liar", &[("error", "access_denied"), ("state", journey.state())]).await;
    refused(&answer, "access_denied");
    assert_eq!(super::location(&answer).1["returnTo"], "/orders/7");
}

// RFC 9700 §4.11.1: no open redirector.
#[on_every_store]
async fn the_way_back_leads_nowhere_but_here(location: StoreLocation) {
    let house = House::open(&location).await;
    for target in ["/dashboard", "/a/b?c=d&e=%2Ff", "/a%20b", "/@name", "/search?q=a//b"] {
        assert_eq!(way_back(&house, target).await, target);
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
        assert_eq!(way_back(&house, target).await, "/", "{target:?}");
    }
    let browser = house.browser();
    let journey = set_out_for(&browser, &house.liar, "?returnTo=/a&returnTo=//evil.example").await;
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await;
    let (path, _) = super::location(&answer);
    assert!(["/", "/a"].contains(&path.as_str()), "{path}");
}

#[on_every_store]
async fn the_cookie_of_the_transaction_is_for_this_browser_and_ten_minutes(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let answer = browser.get("/api/auth/login/liar").await;
    let cookie = answer.set_cookie("vestibule-login").expect("a cookie");
    let mut attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax"]);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let value = browser.cookie("vestibule-login").expect("its value");
    assert!(value.len() >= 22, "128 bits at least: {value}");
    // next-auth CVE-2023-48309: what an interrupted login left behind is no session.
    let thief = house.browser();
    thief.put_cookie("vestibule", &value);
    thief.me().await.must_fail(401, "not_signed_in");
}

#[on_every_store]
async fn on_https_the_cookies_are_bound_to_the_host(location: StoreLocation) {
    let house = House::with(&location, &[("VESTIBULE_PUBLIC_URL", "https://id.example.org")]).await;
    let browser = house.browser();
    let answer = browser.get("/api/auth/login/liar").await;
    let cookie = answer.set_cookie("__Host-vestibule-login").expect("a cookie");
    assert!(cookie.contains("; Secure") && cookie.contains("; Path=/") && !cookie.contains("Domain"));
    let journey = Journey::of(&answer);
    assert_eq!(journey.asked["redirect_uri"], "https://id.example.org/api/auth/callback/liar");
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await;
    assert!(answer.set_cookie("__Host-vestibule").is_some_and(|cookie| cookie.contains("; Secure")));
}

// Session fixation: what the browser had before is worth nothing after.
#[on_every_store]
async fn an_older_session_of_the_browser_ends_when_another_begins(location: StoreLocation) {
    let house = House::open(&location).await;
    person(&house.service, "ada").await;
    let browser = house.browser();
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    let older = browser.clone();
    leads_to(&sign_in(&browser, &house.liar, &claims_of("grace")).await, "/");
    older.me().await.must_be(401);
    assert_eq!(me(&browser).await["displayName"], "grace at the provider");
}

// Keycloak CVE-2023-6787: nothing is gained by a sign-in that was broken off; nothing is lost either.
#[on_every_store]
async fn a_refused_sign_in_leaves_the_session_there_was(location: StoreLocation) {
    let house = House::open(&location).await;
    person(&house.service, "ada").await;
    let browser = house.browser();
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    let journey = set_out(&browser, &house.liar).await;
    let back = [("error", "access_denied"), ("state", journey.state())];
    refused(&come_back(&browser, "liar", &back).await, "access_denied");
    assert_eq!(me(&browser).await["username"], "ada");
}

#[on_every_store]
async fn a_provider_nobody_has_set_up_is_unknown(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    for name in ["okta", "LIAR", "liar%20", "x".repeat(500).as_str()] {
        let (path, query) = super::location(&browser.get(&format!("/api/auth/login/{name}")).await);
        assert_eq!((path.as_str(), query["error"].as_str()), ("/login", "provider_unknown"), "{name}");
    }
    let (path, _) = super::location(&come_back(&browser, "okta", &[("code", "x"), ("state", "x")]).await);
    assert_eq!(path, "/login");
}

// A thief of the database finds nothing to come in with (ASVS 16.2.5; the transaction's key is a hash of its state).
#[on_every_store]
async fn neither_codes_nor_states_nor_tokens_lie_in_the_store(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let pending = set_out(&browser, &house.liar).await;
    let everything = location.everything().await;
    assert!(!everything.contains(pending.state()), "the state is a key to the transaction");
    let cookie = browser.cookie("vestibule-login").expect("a cookie");
    assert!(!everything.contains(&cookie), "the browser's key");

    let journey = set_out(&browser, &house.liar).await;
    let code = house.liar.code_for(&journey.asked, &claims_of("grace"));
    leads_to(&come_back(&browser, "liar", &[("code", &code), ("state", journey.state())]).await, "/");
    let everything = location.everything().await;
    for secret in [code.as_str(), journey.state(), "token~", CLIENT_SECRET, &browser.session().expect("one")]
    {
        assert!(!everything.contains(secret), "{secret} lies in the store");
    }
    assert!(everything.contains("of grace"), "the test looks where things are");
}

async fn way_back(house: &House, target: &str) -> String {
    let browser = house.browser();
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("returnTo", target).finish();
    let journey = set_out_for(&browser, &house.liar, &format!("?{query}")).await;
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await.must_be(303);
    answer.header("location").expect("a place").to_owned()
}

// RFC 9700 §4.2: what is written down is read by others.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_sign_in_is_made_of_is_never_in_the_log() {
    let liar = Liar::start("liar").await;
    let home = Home::with(&[
        ("VESTIBULE_LOG", "trace"),
        ("VESTIBULE_PROVIDERS", "liar"),
        ("VESTIBULE_PROVIDER_LIAR_ISSUER", liar.issuer()),
        ("VESTIBULE_PROVIDER_LIAR_CLIENT_ID", CLIENT_ID),
        ("VESTIBULE_PROVIDER_LIAR_CLIENT_SECRET", CLIENT_SECRET),
    ]);
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    eventually(Duration::from_mins(1), "the provider is available", || async {
        browser.get("/api/auth/providers").await.json()["providers"][0]["available"] == json!(true)
    })
    .await;
    let good = set_out(&browser, &liar).await;
    let code = liar.code_for(&good.asked, &claims_of("grace"));
    leads_to(&come_back(&browser, "liar", &[("code", &code), ("state", good.state())]).await, "/");
    let bad = set_out(&browser, &liar).await;
    liar.sins(Sin::IdToken(|claims| claims["nonce"] = json!("another")));
    let wasted = liar.code_for(&bad.asked, &claims_of("grace"));
    let answer = come_back(&browser, "liar", &[("code", &wasted), ("state", bad.state())]).await;
    refused(&answer, "provider_response_invalid");

    let log = serving.log();
    assert!(log.contains("provider_response_invalid"), "the reason was logged: {log}");
    let session = browser.session().expect("a session");
    let secrets = [&code, &wasted, &good.asked["state"], &bad.asked["state"], &good.asked["nonce"], &session];
    for secret in secrets.into_iter().map(String::as_str).chain(["token~", CLIENT_SECRET, "eyJ"]) {
        assert!(!log.contains(secret), "{secret} in the log:\n{log}");
    }
    let verifier = &liar.asked(Endpoint::Token)[0].form["code_verifier"];
    assert!(!log.contains(verifier.as_str()), "the verifier in the log:\n{log}");
}
