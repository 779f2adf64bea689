//! Routes of the client API before `/api/auth/` are refused, and each refusal names the present route.

use reqwest::Method;
use serde_json::json;

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

/// Each request of such a client, and the request in its place.
const REQUESTS: [(&str, &str, &str); 9] = [
    ("POST", "/login", "POST /api/auth/login"),
    ("POST", "/mfa", "POST /api/mfa/verify"),
    ("GET", "/keep-alive", "POST /api/auth/keep-alive"),
    ("POST", "/keep-alive", "POST /api/auth/keep-alive"),
    ("GET", "/profile", "GET /api/auth/me"),
    ("POST", "/logout", "POST /api/auth/logout"),
    ("GET", "/csrf-token", "GET /api/auth/csrf-token"),
    ("POST", "/api/setup-mfa", "POST /api/mfa/setup"),
    ("POST", "/api/verify-mfa", "POST /api/mfa/verify"),
];

// A client that reads only the status would otherwise treat a page as an extended session.
#[on_every_store]
async fn earlier_routes_are_refused_with_the_present_one_and_change_nothing(location: StoreLocation) {
    let service = Service::with_settings(&location, &[]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let session = browser.session();
    for client in [&browser, &Browser::of(&service)] {
        for (method, path, present) in REQUESTS {
            let method = method.parse::<Method>().expect("a method");
            for suffix in ["", "?a=b"] {
                let request = client.request(method.clone(), &format!("{path}{suffix}"));
                let request = if method == Method::POST {
                    request.json(&json!({ "username": "ada", "password": PASSWORD, "code": "123456" }))
                } else {
                    request
                };
                let answer = request.send().await.expect_problem(404, "not_found");
                let detail = answer.json()["detail"].as_str().expect("a sentence").to_owned();
                assert!(detail.contains(&format!("Send {present}:")), "{path}{suffix}: {detail}");
                assert_eq!(answer.session_cookie(), None, "{path}{suffix}");
            }
        }
    }
    assert_eq!(browser.session(), session);
    browser.me().await.expect_status(200);
    // The login page has the path of one of them, and a path that only begins like one is a page.
    for path in ["/login", "/keep-alive-of-mine", "/profile/photo"] {
        let answer = browser.get(path).await.expect_status(200);
        assert!(answer.header("content-type").is_some_and(|media| media.starts_with("text/html")), "{path}");
    }
    let unknown = browser.get("/api/setup-mfas").await.expect_problem(404, "not_found");
    assert_eq!(unknown.json()["detail"], "Check the address.");
}
