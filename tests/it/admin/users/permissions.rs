//! Which role may do what: every admin route of the router, with every role.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;

use super::{act, signed_in_with};
use crate::harness::{
    router_source,
    service::Service,
    stores::StoreLocation,
    users::{create_user, create_user_with},
};

/// Routes of administrators, and the permission that they need. Those of other areas have tests of their own.
const ROUTES: [(&str, &str, &str); 15] = [
    ("GET", "/api/admin/users", "read"),
    ("POST", "/api/admin/users", "users"),
    ("GET", "/api/admin/users/{id}", "read"),
    ("PATCH", "/api/admin/users/{id}", "users"),
    ("DELETE", "/api/admin/users/{id}", "users"),
    ("POST", "/api/admin/users/{id}/disable", "users"),
    ("POST", "/api/admin/users/{id}/enable", "users"),
    ("POST", "/api/admin/users/{id}/unlock", "security"),
    ("POST", "/api/admin/users/{id}/reset-mfa", "security"),
    ("POST", "/api/admin/users/{id}/reset-password", "security"),
    ("POST", "/api/admin/users/{id}/end-sessions", "security"),
    ("DELETE", "/api/admin/users/{id}/identities/{identity}", "users"),
    ("GET", "/api/admin/users/{id}/sessions", "read"),
    ("DELETE", "/api/admin/users/{id}/sessions/{session}", "security"),
    ("GET", "/api/admin/sessions", "read"),
];

/// A role, and the permissions that it gives.
const ROLES: [(&str, &[&str]); 5] = [
    ("admin", &["read", "users", "security"]),
    ("admin:users", &["read", "users"]),
    ("admin:security", &["read", "security"]),
    ("admin:read", &["read"]),
    ("editor", &[]),
];

fn body(method: &str, route: &str) -> serde_json::Value {
    match (method, route) {
        ("POST", "/api/admin/users") => json!({ "username": "new", "access": "none" }),
        ("POST", "/api/admin/users/{id}/reset-password") => json!({ "by": "remove" }),
        _ => json!({}),
    }
}

#[test]
fn every_user_route_of_the_router_is_in_the_table() {
    let source: String = router_source().split_whitespace().collect();
    let mut found = BTreeSet::new();
    for call in source.split(".route(").skip(1) {
        let path = call.split('"').nth(1).expect("a path");
        if !path.starts_with("/api/admin/users") && !path.starts_with("/api/admin/sessions") {
            continue;
        }
        // `admin::merges` has tests of their permissions.
        if path.ends_with("/merge") || path.ends_with("/relink") {
            continue;
        }
        for method in ["get", "post", "put", "patch", "delete"] {
            if call.contains(&format!(",{method}(")) || call.contains(&format!(").{method}(")) {
                found.insert((method.to_uppercase(), path.to_owned()));
            }
        }
    }
    let expected: BTreeSet<_> =
        ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(found, expected);
}

#[on_every_store]
async fn each_role_may_use_its_routes_only(location: StoreLocation) {
    let service = Service::start(&location).await;
    for (number, (role, permissions)) in ROLES.into_iter().enumerate() {
        let browser = signed_in_with(&service, &format!("actor{number}"), &[role]).await;
        for (route_number, (method, route, permission)) in ROUTES.into_iter().enumerate() {
            let target = create_user(&service, &format!("target{number}x{route_number}")).await;
            let path = route.replace("{id}", &target.id.to_string()).replace("{identity}", "x");
            let path = path.replace("{session}", "x");
            let answer = if method == "GET" {
                browser.get(&path).await
            } else {
                let method = Method::from_bytes(method.as_bytes()).expect("a method");
                act(&browser, method.clone(), &path, body(method.as_str(), route)).await
            };
            let is_allowed = permissions.contains(&permission);
            assert_eq!(answer.status != 403, is_allowed, "{role} {method} {route}: {}", answer.text);
            if !is_allowed {
                assert_eq!(answer.code(), "forbidden", "{role} {method} {route}");
            }
        }
    }
}

// Otherwise a user with a part of the administration could act as an administrator, or become one.
#[on_every_store]
async fn only_a_full_administrator_acts_on_administrators_and_their_roles(location: StoreLocation) {
    let service = Service::start(&location).await;
    let users = signed_in_with(&service, "ursula", &["admin:users"]).await;
    let security = signed_in_with(&service, "sandra", &["admin:security"]).await;
    let full = signed_in_with(&service, "frida", &["admin"]).await;
    for role in ["admin", "admin:read", "admin:later"] {
        let name = format!("target-{}", role.replace(':', "-"));
        let target = create_user_with(&service, &name, |user| user.roles = vec![role.to_owned()]).await;
        let path = format!("/api/admin/users/{}", target.id);
        for (browser, method, act_path, body) in [
            (&users, Method::PATCH, String::new(), json!({ "displayName": "x" })),
            (&users, Method::PATCH, String::new(), json!({ "roles": [] })),
            (&users, Method::POST, "/disable".to_owned(), json!({})),
            (&users, Method::DELETE, String::new(), json!({})),
            (&security, Method::POST, "/reset-mfa".to_owned(), json!({})),
            (&security, Method::POST, "/end-sessions".to_owned(), json!({})),
            (&security, Method::POST, "/unlock".to_owned(), json!({})),
            (&security, Method::POST, "/reset-password".to_owned(), json!({ "by": "link" })),
            (&security, Method::DELETE, "/sessions/x".to_owned(), json!({})),
        ] {
            let answer = act(browser, method.clone(), &format!("{path}{act_path}"), body).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (403, "forbidden"),
                "{role} {method} {act_path}"
            );
        }
        let ada = create_user(&service, &format!("ordinary-{}", role.replace(':', "-"))).await;
        let ada = format!("/api/admin/users/{}", ada.id);
        act(&users, Method::PATCH, &ada, json!({ "roles": [role] })).await.expect_problem(403, "forbidden");
        let new = json!({ "username": format!("new-{}", role.replace(':', "-")), "roles": [role], "access": "none" });
        act(&users, Method::POST, "/api/admin/users", new.clone()).await.expect_problem(403, "forbidden");
        act(&full, Method::PATCH, &ada, json!({ "roles": [role] })).await.expect_status(200);
        act(&full, Method::POST, "/api/admin/users", new).await.expect_status(201);
        act(&full, Method::POST, &format!("{path}/disable"), json!({})).await.expect_status(200);
    }
    let editor = create_user(&service, "editor").await;
    let path = format!("/api/admin/users/{}", editor.id);
    act(&users, Method::PATCH, &path, json!({ "roles": ["editor"] })).await.expect_status(200);
}
