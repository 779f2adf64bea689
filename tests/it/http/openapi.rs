//! The description of the API: the document, the page to read it, and whether the service does what they say.

use std::{collections::BTreeSet, fs, path::Path};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
/// Paths that answer also unknown methods in a way of their own: a name that no provider has is an unknown path.
const NAMES_A_PROVIDER: &str = "/api/auth/{provider}";

/// An operation of the document.
struct Operation {
    method: Method,
    path: String,
    described: Value,
}

impl Operation {
    /// Returns the path with a value that names nothing in place of each parameter.
    fn url(&self) -> String {
        url_of(&self.path)
    }

    /// Returns the example of the request body, or `{}`.
    fn body(&self) -> Value {
        let content = &self.described["requestBody"]["content"]["application/json"];
        content.get("example").cloned().unwrap_or_else(|| json!({}))
    }
}

fn url_of(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "unknown".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn document(browser: &Browser) -> Value {
    browser.get("/api/openapi.json").await.expect_status(200).json()
}

fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().expect("paths");
    let of_path = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().expect("methods").clone();
        let path = path.clone();
        methods.into_iter().map(move |(method, described)| Operation {
            method: method.to_ascii_uppercase().parse().expect("a method"),
            path: path.clone(),
            described,
        })
    };
    paths.iter().flat_map(of_path).collect()
}

#[on_every_store]
async fn document_is_served_as_it_is_in_the_repository(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    let answer = browser.get("/api/openapi.json").await.expect_status(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(answer.header("set-cookie"), None, "a shared cache may keep it");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/docs/openapi.json");
    assert!(answer.text == fs::read_to_string(file).expect("the file"), "run scripts/generate");
    let etag = answer.header("etag").expect("an ETag").to_owned();
    let again = |etag: String| {
        let browser = &browser;
        async move {
            browser.request(Method::GET, "/api/openapi.json").header("if-none-match", &etag).send().await
        }
    };
    assert_eq!(again(etag).await.expect_status(304).text, "");
    again("\"another\"".to_owned()).await.expect_status(200);
}

#[on_every_store]
async fn service_answers_the_described_methods_and_no_other(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    let document = document(&browser).await;
    let operations = operations(&document);
    assert!(operations.len() > 85, "all operations were found");
    for path in document["paths"].as_object().expect("paths").keys().filter(|path| *path != NAMES_A_PROVIDER)
    {
        for method in METHODS {
            let described = operations.iter().any(|known| known.path == *path && known.method == method);
            let answer = browser.with_token(method.clone(), &url_of(path)).await.send().await;
            // The response mode of a provider decides about the form.
            if path == "/api/auth/callback/{provider}" && method == Method::POST {
                continue;
            }
            let is_refused = answer.status == 405;
            assert_eq!(is_refused, !described, "{method} {path}: {}", answer.status);
        }
    }
    // No provider has the name.
    browser.get("/api/auth/unknown").await.expect_problem(404, "not_found");
}

/// The other direction: [`vestibule::router`] accepts a handler only with an operation, and no other files have routes below `/api`.
#[test]
fn every_path_of_the_router_is_described() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = ["src/router.rs", "src/router/administration.rs"];
    let read = |file: &str| fs::read_to_string(root.join(file)).expect("the file is UTF-8");
    let router: String = files.into_iter().map(read).collect();
    let written: BTreeSet<&str> = router.split('"').filter(|text| text.starts_with("/api/")).collect();
    // The paths of an earlier client API, and all unknown ones.
    let refused = BTreeSet::from(["/api/setup-mfa", "/api/verify-mfa", "/api/{*path}"]);
    let document = vestibule::router::openapi();
    let described: BTreeSet<&str> =
        document["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    assert_eq!(written.difference(&refused).copied().collect::<BTreeSet<_>>(), described);
}

#[on_every_store]
async fn described_permissions_are_required(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let (visitor, user) = (Browser::of(&service), Browser::of(&service));
    user.sign_in("ada", PASSWORD).await.expect_status(200);
    let mut checked = 0;
    for operation in operations(&document(&visitor).await) {
        let needs_session = operation.described["security"][0].get("session").is_some();
        let is_admin = operation.path.starts_with("/api/admin/");
        let text = operation.described["description"].as_str().expect("a description");
        assert_eq!(is_admin, text.contains("Needs one of the roles `admin`"), "{}", operation.path);
        if !needs_session {
            continue;
        }
        let send = async |browser: &Browser| {
            let request = browser.with_token(operation.method.clone(), &operation.url()).await;
            let request =
                if operation.method == Method::GET { request } else { request.json(&operation.body()) };
            request.send().await
        };
        assert_eq!(send(&visitor).await.status, 401, "{} {}", operation.method, operation.path);
        if is_admin {
            send(&user).await.expect_problem(403, "forbidden");
            checked += 1;
        }
    }
    assert!(checked > 35, "{checked} admin operations were checked");
}

#[on_every_store]
async fn page_shows_every_operation_and_runs_no_script(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    let page = browser.get("/api/docs").await.expect_status(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("script") && !policy.contains("unsafe"), "{policy}");
    assert!(!page.text.contains("<script"));
    let document = document(&browser).await;
    for operation in operations(&document) {
        let id = operation.described["operationId"].as_str().expect("an id");
        assert!(page.text.contains(&format!("<details id=\"{id}\">")), "{id}");
    }
    for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
        assert!(page.text.contains(&format!("<details id=\"schema-{name}\"")), "{name}");
        // Two types with the same name: one of them needs another one in the document.
        assert!(!name.ends_with(|last: char| last.is_ascii_digit()), "{name}");
    }
}

#[on_every_store]
async fn other_paths_and_methods_are_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    for path in ["/api/docs/", "/api/docs/x", "/api/openapi", "/api/openapi.yaml", "/api/openapi.json/x"] {
        browser.get(path).await.expect_problem(404, "not_found");
    }
    for path in ["/api/docs", "/api/openapi.json"] {
        let answer =
            browser.request(Method::POST, path).send().await.expect_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some("GET,HEAD"));
    }
}

#[test]
fn every_reference_of_the_document_has_a_target() {
    fn references<'d>(value: &'d Value, found: &mut BTreeSet<&'d str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = vestibule::router::openapi();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 80, "the references were found");
    for reference in found {
        let target = document.pointer(reference.trim_start_matches('#'));
        assert!(target.is_some(), "{reference}");
    }
}
