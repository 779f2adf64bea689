//! Pages: the app answers every path outside the API.

use std::path::Path;

use reqwest::Method;
use serde_json::json;

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

#[on_every_store]
async fn unknown_paths_serve_the_app(location: StoreLocation) {
    let service = Service::start(&location).await;
    for path in [
        "/",
        "/login",
        "/dashboard",
        "/anything/at/all",
        "/index.html",
        "/apis",
        "/api-docs",
        "/.well-knownx",
        "/a%00b",
        "/%2e%2e/x",
    ] {
        let browser = Browser::of(&service);
        let answer = browser.get(path).await.expect_status(200);
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert!(answer.set_cookie("XSRF-TOKEN").is_some(), "{path}");
        assert_eq!(answer.session_cookie(), None, "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"), "{policy}");
    }
}

#[on_every_store]
async fn page_ignores_the_accept_header(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    for accept in ["text/html", "application/json", "*/*", "image/png"] {
        let answer =
            browser.request(Method::GET, "/login").header("accept", accept).send().await.expect_status(200);
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{accept}");
    }
    let answer = browser.request(Method::HEAD, "/login").send().await.expect_status(200);
    assert_eq!(answer.text, "");
}

#[on_every_store]
async fn api_paths_never_serve_a_page(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    for path in [
        "/api",
        "/api/",
        "/api/nope",
        "/api/auth/nope/x",
        "/.well-known",
        "/.well-known/",
        "/.well-known/x",
        "/.well-known/openid-configuration",
    ] {
        let answer = browser.get(path).await.expect_problem(404, "not_found");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
    }
    browser.request(Method::POST, "/login").json(&json!({})).send().await.expect_problem(404, "not_found");
}

#[on_every_store]
async fn each_page_has_its_own_csp_nonce(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    let (one, other) = (browser.get("/").await, browser.get("/").await);
    let nonce = |policy: &str| {
        let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
        rest.split_once('\'').expect("a nonce").0.to_owned()
    };
    let [first, second] =
        [&one, &other].map(|answer| nonce(answer.header("content-security-policy").unwrap()));
    assert_ne!(first, second);
    assert_eq!(first.len(), 24, "128 bits in base64");
    if Path::new("angular/dist/portal/browser/index.html").exists() {
        assert!(one.text.contains(&first), "{}", one.text);
        assert!(!one.text.contains("VESTIBULE_CSP_NONCE"), "{}", one.text);
    }
}

#[on_every_store]
async fn page_reads_no_session_and_extends_none(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(std::time::Duration::from_mins(5));
    assert_eq!(browser.get("/dashboard").await.expect_status(200).session_cookie(), None);
    let id = browser.session().unwrap();
    assert_eq!(service.session(&id).await.unwrap().last_seen_at.to_string(), "2036-05-04T10:00:00.000Z");
    service.app.store.close().await;
    browser.get("/dashboard").await.expect_status(200);
    browser.me().await.expect_problem(503, "store_unavailable");
}

// A browser would parse the page as a script, and a monitor would take it for metrics.
#[on_every_store]
async fn missing_file_is_not_answered_with_the_page(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    for path in [
        "/chunk-AAAAAAAA.js",
        "/vestibule/main-AAAAAAAA.js",
        "/vestibule/main-AAAAAAAA",
        "/vestibule",
        "/vestibule/",
        "/vestibule/login",
        "/assets/none.css",
        "/none.js.map",
        "/none.js?v=1",
        "/none%2Ejs",
        "/assets%2fnone.png",
        "/login/none.svg",
        "/metrics",
        "/metrics?x=1",
        "/wp-login.php",
    ] {
        let answer = browser.get(path).await.expect_status(404);
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
    }
    // These two may be built.
    for path in ["/favicon.ico", "/robots.txt"] {
        let answer = browser.get(path).await;
        assert!(answer.header("content-type").is_some_and(|media| !media.starts_with("text/html")), "{path}");
    }
    for path in ["/login?next=/main.js", "/a.b/c", "/none.js/", "/index.html?x=main.js"] {
        let answer = browser.get(path).await.expect_status(200);
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    }
}

// Static assets read no session. Without a build of the app there are none.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn static_assets_need_no_store_and_set_no_cookie() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    service.app.store.close().await;
    let browser = Browser::of(&service);
    browser.put_cookie("vestibule-3000", "AAAAAAAAAAAAAAAAAAAAAA");
    let built = std::fs::read_dir("angular/dist/portal/browser/vestibule").into_iter().flatten();
    for file in built.map(|entry| entry.unwrap()).filter(|entry| entry.file_type().unwrap().is_file()) {
        let name = file.file_name().into_string().unwrap();
        let path = format!("/vestibule/{name}");
        let answer = browser.get(&path).await.expect_status(200);
        assert_eq!(answer.header("set-cookie"), None, "{name}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{name}");
        let etag = answer.header("etag").unwrap().to_owned();
        let again = browser.request(Method::GET, &path).header("if-none-match", &etag);
        again.send().await.expect_status(304);
        browser.get(&format!("/{name}")).await.expect_status(404);
    }
}

// The binary contains the compressed forms only.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn scripts_arrive_in_the_best_form_that_the_client_accepts() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    let built = std::fs::read_dir("angular/dist/portal/browser/vestibule").into_iter().flatten();
    let names = built.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    for name in names.filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "js")) {
        let bytes = |suffix: &str| {
            std::fs::read(format!("angular/dist/portal/browser/vestibule/{name}{suffix}")).unwrap()
        };
        for (accepted, encoding, suffix) in [
            ("gzip, deflate, br, zstd", Some("br"), ".br"),
            ("br;q=1.0, gzip;q=0.8", Some("br"), ".br"),
            ("gzip, deflate", Some("gzip"), ".gz"),
            ("identity", None, ""),
            ("x-gzip, brotli", None, ""),
        ] {
            let browser = Browser::of(&service);
            let request = browser.request(Method::GET, &format!("/vestibule/{name}"));
            let answer = request.header("accept-encoding", accepted).send().await.expect_status(200);
            assert_eq!(answer.header("content-encoding"), encoding, "{name} {accepted}");
            assert_eq!(answer.header("content-type"), Some("text/javascript"), "{name}");
            assert_eq!(answer.header("vary"), Some("accept-encoding"), "{name}");
            let length = bytes(suffix).len().to_string();
            assert_eq!(answer.header("content-length"), Some(length.as_str()), "{name} {accepted}");
            if encoding.is_none() {
                assert_eq!(answer.text.as_bytes(), bytes(""), "{name}");
            }
        }
    }
}

// Library and service always fit: the service serves the library that was built with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn packed_library_is_served() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    let Ok(packed) = std::fs::read("angular/dist/portal/browser/vestibule/angular.tgz") else { return };
    let answer = Browser::of(&service).get("/vestibule/angular.tgz").await.expect_status(200);
    assert_eq!(answer.header("content-type"), Some("application/gzip"));
    assert_eq!(answer.header("content-length"), Some(packed.len().to_string().as_str()));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
}

#[on_every_store]
async fn base_of_the_page_is_the_path_of_the_public_url(location: StoreLocation) {
    for (url, base) in [("http://localhost:3000", "/"), ("http://localhost:3000/auth", "/auth/")] {
        let service = Service::with_settings(&location, &[("VESTIBULE_PUBLIC_URL", url)]).await;
        for path in ["/login", "/auth/login"] {
            let page = Browser::of(&service).get(path).await.expect_status(200).text;
            if Path::new("angular/dist/portal/browser/index.html").exists() {
                assert!(page.contains(&format!("<base href=\"{base}\"")), "{page}");
                assert!(page.contains("src=\"vestibule/"), "scripts are relative to the base: {page}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn path_traversal_is_rejected() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    for path in [
        "/../Cargo.toml",
        "/..%2fCargo.toml",
        "/%2e%2e/%2e%2e/Cargo.toml",
        "//etc/passwd",
        "/a/../../../../../etc/passwd",
        "/..%5c..%5cetc",
    ] {
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answer = crate::harness::browser::raw(
            service.address,
            head.as_bytes(),
            std::time::Duration::from_secs(30),
        )
        .await;
        let status = if path.contains(".toml") { "HTTP/1.1 404" } else { "HTTP/1.1 200" };
        assert!(answer.starts_with(status), "{path}: {answer}");
        assert!(!answer.contains("[package]") && !answer.contains("root:"), "{path}: {answer}");
    }
}
