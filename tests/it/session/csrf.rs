//! CSRF protection: unsafe requests must come from our own pages.

use reqwest::Method;
use serde_json::json;

use crate::harness::{
    browser::{Answer, Browser},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const OWN_ORIGIN: &str = "http://localhost:3000";
const ALLOWED_ORIGIN: &str = "http://localhost:4200";
const WITH_ALLOWED_ORIGIN: (&str, &str) = ("VESTIBULE_ALLOWED_ORIGINS", ALLOWED_ORIGIN);

const UNSAFE: [&str; 5] =
    ["/api/auth/login", "/api/auth/logout", "/api/auth/keep-alive", "/api/mfa/setup", "/api/mfa/verify"];

async fn keep_alive(browser: &Browser, headers: &[(&str, &str)]) -> Answer {
    let ask = browser.with_token(Method::POST, "/api/auth/keep-alive").await;
    let ask = headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value));
    ask.json(&json!({})).send().await
}

#[on_every_store]
async fn fetch_metadata_and_origin_are_checked(location: StoreLocation) {
    let service = Service::with_settings(&location, &[WITH_ALLOWED_ORIGIN]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for (headers, status) in [
        (&[][..], 200),
        (&[("origin", OWN_ORIGIN)], 200),
        (&[("origin", ALLOWED_ORIGIN)], 200),
        (&[("origin", OWN_ORIGIN), ("sec-fetch-site", "same-origin")], 200),
        (&[("origin", ALLOWED_ORIGIN), ("sec-fetch-site", "same-site")], 200),
        (&[("origin", ALLOWED_ORIGIN), ("sec-fetch-site", "cross-site")], 200),
        (&[("sec-fetch-site", "same-origin")], 200),
        (&[("origin", "null")], 403),
        (&[("origin", "")], 403),
        (&[("origin", "https://evil.example")], 403),
        (&[("origin", "http://localhost:3000.evil.example")], 403),
        (&[("origin", "http://localhost:3001")], 403),
        (&[("origin", "https://localhost:3000")], 403),
        (&[("origin", "http://localhost:3000/")], 403),
        (&[("origin", "HTTP://LOCALHOST:3000")], 403),
        (&[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")], 403),
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("sec-fetch-site", "none")], 403),
        (&[("sec-fetch-site", "anything")], 403),
        (&[("sec-fetch-site", "")], 403),
    ] {
        let answer = keep_alive(&browser, headers).await;
        assert_eq!(answer.status, status, "{headers:?} {}", answer.text);
        assert!(status == 200 || answer.code() == "csrf_failed", "{}", answer.text);
    }
}

#[on_every_store]
async fn csrf_token_is_bound_to_the_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user(&service, "mallory").await;
    let (ada, mallory) = (Browser::of(&service), Browser::of(&service));
    ada.get("/login").await.expect_status(200);
    let anonymous = ada.cookie("XSRF-TOKEN").unwrap();
    ada.sign_in("ada", PASSWORD).await.expect_status(200);
    mallory.sign_in("mallory", PASSWORD).await.expect_status(200);
    let own = ada.cookie("XSRF-TOKEN").unwrap();
    let others = mallory.cookie("XSRF-TOKEN").unwrap();
    let longer = format!("{own}A");
    for (token, status) in [
        (Some(own.as_str()), 200),
        (None, 403),
        (Some(""), 403),
        (Some(others.as_str()), 403),
        (Some(anonymous.as_str()), 403),
        (Some(&own[1..]), 403),
        (Some(longer.as_str()), 403),
        (Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), 403),
    ] {
        for path in UNSAFE.into_iter().filter(|path| status == 403 || *path == "/api/auth/keep-alive") {
            // Equal cookie and header are not enough: another host of the site can set a cookie.
            ada.put_cookie("XSRF-TOKEN", token.unwrap_or(&own));
            let ask = ada.request(Method::POST, path).json(&json!({}));
            let ask = token.into_iter().fold(ask, |ask, token| ask.header("x-xsrf-token", token));
            let answer = ask.send().await;
            assert_eq!(answer.status, status, "{path} {token:?} {}", answer.text);
        }
    }
    ada.put_cookie("XSRF-TOKEN", &own);
    keep_alive(&ada, &[]).await.expect_status(200);
}

#[on_every_store]
async fn anonymous_csrf_header_must_equal_the_cookie(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let (one, other) = (Browser::of(&service), Browser::of(&service));
    for browser in [&one, &other] {
        browser.get("/login").await.expect_status(200);
    }
    let foreign = other.cookie("XSRF-TOKEN").unwrap();
    let body = json!({ "username": "ada", "password": PASSWORD });
    let sign_in = async |browser: &Browser, token: &str| {
        browser
            .request(Method::POST, "/api/auth/login")
            .header("x-xsrf-token", token)
            .json(&body)
            .send()
            .await
    };
    sign_in(&one, &foreign).await.expect_problem(403, "csrf_failed");
    let bare = Browser::of(&service);
    sign_in(&bare, &foreign).await.expect_problem(403, "csrf_failed");
    bare.put_cookie("XSRF-TOKEN", "forged");
    sign_in(&bare, "forged").await.expect_problem(403, "csrf_failed");
    sign_in(&other, &foreign).await.expect_status(200);
}

// Another application has set the name for the parent domain, or for a longer path: any of the cookies may be ours.
#[on_every_store]
async fn csrf_cookie_of_another_application_does_not_lock_the_user_out(location: StoreLocation) {
    for (url, name) in
        [("http://localhost:3000", "XSRF-TOKEN"), ("https://id.corp.example", "__Host-XSRF-TOKEN")]
    {
        let service = Service::with_settings(&location, &[("VESTIBULE_PUBLIC_URL", url)]).await;
        let user = format!("ada{}", name.len());
        create_user(&service, &user).await;
        let body = json!({ "username": user, "password": PASSWORD });
        let token = {
            let browser = Browser::of(&service);
            browser.get("/login").await.expect_status(200);
            browser.csrf_token().unwrap()
        };
        for foreign in ["", "x", "%E0%A4%A", "\"quoted\"", &"A".repeat(64), &"x".repeat(4000), "a=b=c"] {
            for cookies in [
                format!("{name}={foreign}; {name}={token}"),
                format!("{name}={token}; {name}={foreign}"),
                format!("{name}={foreign}; {name}={token}; {name}={foreign}"),
            ] {
                let visitor = Browser::of(&service);
                let page = visitor.request(Method::GET, "/login").header("cookie", &cookies).send().await;
                assert_eq!(page.set_cookie(name), None, "one of the cookies is good: {cookies}");
                let visitor = Browser::of(&service);
                let ask = visitor.request(Method::GET, "/api/auth/csrf-token").header("cookie", &cookies);
                let answer = ask.send().await.expect_status(200);
                assert_eq!(answer.json()["csrfToken"], token.as_str(), "{cookies}");
                let visitor = Browser::of(&service);
                let login = visitor.request(Method::POST, "/api/auth/login").header("cookie", &cookies);
                login.header("x-xsrf-token", &token).json(&body).send().await.expect_status(200);
                let visitor = Browser::of(&service);
                let login = visitor.request(Method::POST, "/api/auth/login").header("cookie", &cookies);
                let refused = login.header("x-xsrf-token", foreign).json(&body).send().await;
                refused.expect_problem(403, "csrf_failed");
            }
        }
        // On https a plain cookie is another application's, whatever its value is.
        if url.starts_with("https:") {
            let visitor = Browser::of(&service);
            visitor.put_cookie("XSRF-TOKEN", &token);
            let login = visitor.request(Method::POST, "/api/auth/login").header("x-xsrf-token", &token);
            let refused = login.json(&body).send().await.expect_problem(403, "csrf_failed");
            assert_eq!(refused.reason(), "cookieMissing");
        }
        service.stop().await;
    }
}

// One code, several causes: the page must not say that it has expired when it was opened at the wrong address.
#[on_every_store]
async fn csrf_refusal_names_the_rule(location: StoreLocation) {
    let service = Service::with_settings(&location, &[WITH_ALLOWED_ORIGIN]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.get("/login").await.expect_status(200);
    let token = browser.csrf_token().unwrap();
    let (cookie, nothing) = (format!("XSRF-TOKEN={token}"), String::new());
    for (headers, cookie, token, reason) in [
        (&[("origin", "http://127.0.0.1:3000")][..], &cookie, Some(&*token), "origin"),
        (
            &[("origin", "http://localhost:3001"), ("sec-fetch-site", "same-origin")],
            &cookie,
            Some(&*token),
            "origin",
        ),
        (&[("origin", "null")], &nothing, None, "origin"),
        (&[("sec-fetch-site", "cross-site")], &cookie, Some(&*token), "fetchSite"),
        (&[("origin", OWN_ORIGIN), ("sec-fetch-site", "none")], &cookie, Some(&*token), "fetchSite"),
        (&[("origin", OWN_ORIGIN)], &cookie, None, "tokenMissing"),
        (&[("origin", OWN_ORIGIN)], &nothing, Some(&*token), "cookieMissing"),
        (&[("origin", ALLOWED_ORIGIN)], &nothing, Some(&*token), "cookieMissing"),
        (&[("origin", OWN_ORIGIN)], &cookie, Some("x"), "tokenInvalid"),
    ] {
        let visitor = Browser::of(&service);
        let ask = visitor.request(Method::POST, "/api/auth/login");
        let ask = headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value));
        let ask = if cookie.is_empty() { ask } else { ask.header("cookie", cookie) };
        let ask = token.into_iter().fold(ask, |ask, token| ask.header("x-xsrf-token", token));
        let body = json!({ "username": "ada", "password": PASSWORD });
        let refused = ask.json(&body).send().await.expect_problem(403, "csrf_failed");
        assert_eq!(
            (&*refused.reason(), &refused.json()["expected"]),
            (reason, &json!(OWN_ORIGIN)),
            "{headers:?}"
        );
    }
}

#[on_every_store]
async fn csrf_refusal_sets_a_valid_token(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let answer = browser.request(Method::POST, "/api/auth/keep-alive").json(&json!({})).send().await;
    assert_eq!(answer.session_cookie(), None);
    snapshot!(answer.clone().expect_status(403).problem(), @r#"
    {
      "code": "csrf_failed",
      "detail": "`reason` names the rule. Send the token of the CSRF cookie in the header X-XSRF-TOKEN, from an allowed origin.",
      "expected": "http://localhost:3000",
      "reason": "tokenMissing",
      "requestId": "[id]",
      "status": 403,
      "title": "Request not trusted",
      "type": "urn:vestibule:problem:csrf_failed"
    }
    "#);
    assert!(answer.set_cookie("XSRF-TOKEN").is_some(), "by the 403 itself");
    keep_alive(&browser, &[]).await.expect_status(200);
    // The refusal alone sets a new cookie.
    browser.delete_cookie("XSRF-TOKEN");
    browser.request(Method::POST, "/api/auth/logout").json(&json!({})).send().await.expect_status(403);
    keep_alive(&browser, &[]).await.expect_status(200);
}

#[on_every_store]
async fn forged_logout_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let form = browser.request(Method::POST, "/api/auth/logout").header("origin", "https://evil.example");
    form.body("text/plain", "{}").send().await.expect_problem(403, "csrf_failed");
    browser.me().await.expect_status(200);
}

#[on_every_store]
async fn csrf_token_changes_with_the_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    assert!(browser.get("/api/auth/session").await.set_cookie("XSRF-TOKEN").is_some());
    assert!(browser.get("/api/auth/session").await.set_cookie("XSRF-TOKEN").is_none());
    assert!(browser.get("/").await.set_cookie("XSRF-TOKEN").is_none());
    assert!(browser.sign_in("ada", PASSWORD).await.set_cookie("XSRF-TOKEN").is_some());
    assert!(browser.get("/api/auth/session").await.set_cookie("XSRF-TOKEN").is_none());
    assert!(browser.sign_out().await.set_cookie("XSRF-TOKEN").is_some());
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.put_cookie("XSRF-TOKEN", "forged");
    assert!(browser.get("/login").await.set_cookie("XSRF-TOKEN").is_some());
    browser.keep_alive().await.expect_status(200);
}

#[on_every_store]
async fn cors_allows_only_listed_origins(location: StoreLocation) {
    let service = Service::with_settings(&location, &[WITH_ALLOWED_ORIGIN]).await;
    let browser = Browser::of(&service);
    let preflight = async |origin: &str| {
        let ask = browser.request(Method::OPTIONS, "/api/auth/login").header("origin", origin);
        let ask = ask.header("access-control-request-method", "POST");
        ask.header("access-control-request-headers", "content-type,x-xsrf-token").send().await
    };
    let friend = preflight(ALLOWED_ORIGIN).await.expect_status(200);
    assert_eq!(friend.header("access-control-allow-origin"), Some(ALLOWED_ORIGIN));
    assert_eq!(friend.header("access-control-allow-credentials"), Some("true"));
    let allowed = friend.header("access-control-allow-headers").unwrap();
    assert!(allowed.contains("content-type") && allowed.contains("x-xsrf-token"), "{allowed}");
    assert!(friend.header("vary").is_some_and(|vary| vary.to_lowercase().contains("origin")));
    for attacker in ["https://evil.example", "null", OWN_ORIGIN, "http://localhost:42000"] {
        let answer = preflight(attacker).await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{attacker}");
    }

    let ask = browser.request(Method::GET, "/api/auth/session").header("origin", ALLOWED_ORIGIN);
    let answer = ask.send().await.expect_status(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(ALLOWED_ORIGIN));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert!(answer.header("vary").is_some_and(|vary| vary.to_lowercase().contains("origin")));
    let exposed = answer.header("access-control-expose-headers").unwrap();
    assert!(exposed.contains("retry-after") && exposed.contains("x-request-id"), "{exposed}");
    let ask = browser.request(Method::GET, "/api/auth/session").header("origin", "https://evil.example");
    assert_eq!(ask.send().await.expect_status(200).header("access-control-allow-origin"), None);
    // CORS applies to refusals as well: otherwise the page cannot read the code.
    let ask = browser.request(Method::GET, "/api/auth/me").header("origin", ALLOWED_ORIGIN);
    assert_eq!(
        ask.send().await.expect_status(401).header("access-control-allow-origin"),
        Some(ALLOWED_ORIGIN)
    );
}

#[on_every_store]
async fn cors_is_off_by_default(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    for origin in [OWN_ORIGIN, ALLOWED_ORIGIN, "null"] {
        let ask = browser.request(Method::GET, "/api/auth/session").header("origin", origin);
        assert_eq!(
            ask.send().await.expect_status(200).header("access-control-allow-origin"),
            None,
            "{origin}"
        );
    }
}
