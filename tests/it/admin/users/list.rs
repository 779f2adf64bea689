//! `GET /api/admin/users` and `GET /api/admin/users/{id}`.

use serde_json::{Value, json};
use vestibule::user::{Identity, IdentityKey, Status, User, UserId};

use super::signed_in_with;
use crate::{
    admin::administrator,
    harness::{
        browser::Browser,
        service::Service,
        stored_factors::{MASKED, NUMBER, message_codes, passkey},
        stores::StoreLocation,
        users::{create_user, create_user_with, create_user_with_app},
    },
};

fn identity(user: &User, provider: &str, subject: &str, roles: &[&str]) -> Identity {
    Identity {
        key: IdentityKey { issuer: format!("https://{provider}.example"), subject: subject.to_owned() },
        provider: provider.to_owned(),
        email: None,
        roles: roles.iter().map(ToString::to_string).collect(),
        linked_at: user.created_at,
        last_login_at: None,
    }
}

/// Reads all pages of a query; returns the user names.
async fn names(browser: &Browser, query: &str) -> Vec<String> {
    let (mut names, mut cursor, mut total) = (Vec::new(), String::new(), None);
    loop {
        let page = browser.get(&format!("/api/admin/users?{query}{cursor}")).await.expect_status(200).json();
        let items = page["items"].as_array().expect("a list");
        names.extend(items.iter().map(|user| user["username"].as_str().unwrap_or("-").to_owned()));
        total = total.or(page["total"].as_u64());
        let Some(next) = page["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(total, Some(names.len() as u64), "{query}");
    names
}

#[on_every_store]
async fn users_are_filtered_searched_and_sorted(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = administrator(&service).await.0;
    let ada = create_user(&service, "ada").await;
    create_user_with(&service, "grace", |user| {
        user.password = None;
        user.email = Some("Grace@corp.example".parse().expect("an address"));
        user.identities = vec![identity(user, "corp", "subject-7", &["editor"])];
    })
    .await;
    create_user_with_app(&service, "linus").await;
    create_user_with(&service, "mallory", |user| {
        user.status = Status::Disabled;
        user.roles = vec!["editor".to_owned()];
        user.display_name = Some("Ädä 100%".to_owned());
    })
    .await;
    for (query, expected) in [
        ("", &["ada", "grace", "linus", "mallory", "margaret"][..]),
        ("limit=2", &["ada", "grace", "linus", "mallory", "margaret"]),
        ("sort=-username&limit=1", &["margaret", "mallory", "linus", "grace", "ada"]),
        ("q=ADA", &["ada"]),
        ("q=corp.EXAMPLE", &["grace"]),
        ("q=subject-7", &["grace"]),
        ("q=subject", &[]),
        ("q=%C3%A4D%C3%84+100%25", &["mallory"]),
        ("q=%", &["mallory"]),
        ("q=.*", &[]),
        ("q=_", &[]),
        (&format!("q={}", ada.id), &["ada"]),
        ("status=disabled", &["mallory"]),
        ("status=active&q=ma", &["margaret"]),
        ("provider=corp", &["grace"]),
        ("provider=local&mfa=false", &["ada", "mallory"]),
        ("role=editor", &["grace", "mallory"]),
        ("role=edit", &[]),
        ("mfa=true", &["linus", "margaret"]),
        ("locked=true", &[]),
        ("locked=false&status=active&mfa=false", &["ada", "grace"]),
    ] {
        assert_eq!(names(&browser, query).await, expected, "{query}");
    }
    for sort in ["createdAt", "-createdAt", "lastLoginAt", "-lastLoginAt", "email", "-email"] {
        let mut all = names(&browser, &format!("sort={sort}&limit=2")).await;
        all.sort();
        assert_eq!(all, ["ada", "grace", "linus", "mallory", "margaret"], "{sort}");
    }
}

#[on_every_store]
async fn locked_users_are_found_by_the_waits_of_their_names(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = administrator(&service).await.0;
    create_user(&service, "ada").await;
    create_user_with(&service, "grace", |user| {
        user.email = Some("grace@corp.example".parse().expect("an address"));
    })
    .await;
    for name in ["ada", "grace@corp.example"] {
        for _ in 0..12 {
            Browser::of(&service).sign_in(name, "wrong").await;
        }
    }
    // An address that is not verified is no user name, but guesses at it are counted.
    let locked = names(&browser, "locked=true").await;
    assert_eq!(locked, ["ada", "grace"]);
    assert_eq!(names(&browser, "locked=false").await, ["margaret"]);
    let page = browser.get("/api/admin/users?q=ada").await.expect_status(200).json();
    assert!(page["items"][0]["lockedUntil"].is_string(), "{page}");
    let id = page["items"][0]["id"].as_str().expect("an id");
    let user = browser.get(&format!("/api/admin/users/{id}")).await.expect_status(200).json();
    assert_eq!(user["canSignIn"], json!({ "ok": false, "why": "locked" }));
    assert_eq!(user["locks"][0]["guess"], "password");
}

#[on_every_store]
async fn invalid_query_is_rejected(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = administrator(&service).await.0;
    create_user(&service, "ada").await;
    let page = browser.get("/api/admin/users?limit=1").await.expect_status(200).json();
    let cursor = page["nextCursor"].as_str().expect("a next page");
    for query in [
        "cursor=x",
        "cursor=",
        &format!("cursor={cursor}&sort=email"),
        &format!("cursor={cursor}x"),
        "sort=password",
        "sort=",
        "limit=0",
        "limit=201",
        "limit=-1",
        "status=gone",
        "mfa=1",
        "locked=maybe",
        "q=%00",
        &format!("q={}", "x".repeat(257)),
        "q=a&q=b",
    ] {
        browser.get(&format!("/api/admin/users?{query}")).await.expect_problem(400, "invalid_request");
    }
    for id in ["x", "%00", "..%2F", &UserId::new(service.clock.now()).to_string()] {
        browser.get(&format!("/api/admin/users/{id}")).await.expect_problem(404, "not_found");
    }
}

#[on_every_store]
async fn user_is_shown_without_secrets(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = signed_in_with(&service, "rita", &["admin:read"]).await;
    let grace = create_user_with(&service, "grace", |user| {
        user.identities = vec![identity(user, "corp", "7", &["editor"])];
        user.roles = vec!["reader".to_owned()];
        let unlinked = identity(user, "corp", "8", &[]).key;
        user.unlinked_identities =
            vec![vestibule::user::UnlinkedIdentity { key: unlinked, unlinked_at: user.created_at }];
    })
    .await;
    let answer = browser.get(&format!("/api/admin/users/{}", grace.id)).await.expect_status(200);
    assert!(!answer.text.contains("argon2") && !answer.text.contains("secret"), "{}", answer.text);
    let user = answer.json();
    let of = |name: &str| user[name].clone();
    assert_eq!(of("username"), "grace");
    // The provider is not in the settings: its roles have no effect.
    assert_eq!((of("roles"), of("assignedRoles")), (json!(["reader"]), json!(["reader"])));
    assert_eq!((of("hasPassword"), of("revision"), of("status")), (json!(true), json!(1), json!("active")));
    assert_eq!((of("createdBy"), of("locks"), of("totp")), (json!("administrator"), json!([]), json!([])));
    assert_eq!(user["identities"][0]["issuer"], "https://corp.example");
    assert_eq!(user["identities"][0]["subject"], "7");
    assert_eq!(user["unlinkedIdentities"][0]["subject"], "8");
    assert_eq!(of("canSignIn"), json!({ "ok": true, "why": Value::Null }));
    let rita = browser.get("/api/admin/users?q=rita").await.expect_status(200).json();
    let id = rita["items"][0]["id"].as_str().expect("an id").to_owned();
    let answer = browser.get(&format!("/api/admin/users/{id}")).await.expect_status(200);
    assert!(!answer.text.contains("secret"), "{}", answer.text);
    assert_eq!(answer.json()["factors"], json!(["totp"]));
}

#[on_every_store]
async fn passkeys_and_codes_by_message_are_second_factors_of_a_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = signed_in_with(&service, "rita", &["admin:read"]).await;
    let now = service.clock.now();
    let ada = create_user_with(&service, "ada", |user| {
        user.password = None;
        user.passkeys = vec![passkey("cGhvbmU", now)];
    })
    .await;
    let grace = create_user_with(&service, "grace", |user| {
        user.email = "grace@corp.example".parse().ok();
        user.message_codes = message_codes(now);
    })
    .await;
    let linus = create_user_with(&service, "linus", |user| {
        user.password = None;
        user.passkeys = vec![vestibule::user::Passkey { user_verified: false, ..passkey("a2V5", now) }];
    })
    .await;
    let plain = create_user(&service, "plain").await;
    for (query, expected) in
        [("mfa=true", vec!["ada", "grace", "linus", "rita"]), ("mfa=false", vec!["plain"])]
    {
        let list = browser.get(&format!("/api/admin/users?{query}")).await.expect_status(200).json();
        let names: Vec<_> =
            list["items"].as_array().expect("users").iter().map(|user| &user["username"]).collect();
        assert_eq!(names, expected, "{query}");
    }
    let detail =
        async |user: &User| browser.get(&format!("/api/admin/users/{}", user.id)).await.expect_status(200);
    let shown = detail(&ada).await.json();
    let stored = &ada.passkeys[0];
    assert_eq!(
        shown["passkeys"],
        json!([{
            "id": stored.id, "name": "key cGhvbmU", "createdAt": now, "lastUsedAt": now, "synced": true, "signsInAlone": true,
            "transports": ["internal", "hybrid"], "aaguid": stored.aaguid, "credentialId": "cGhvbmU",
        }])
    );
    assert_eq!((&shown["emailCodes"], &shown["smsCodes"]), (&json!(null), &json!(null)));
    // A passkey that signs in alone is a sign-in method, and one that does not verify the user is none.
    assert_eq!(shown["canSignIn"], json!({ "ok": true, "why": null }));
    assert_eq!(detail(&linus).await.json()["canSignIn"], json!({ "ok": false, "why": "no_sign_in_method" }));
    assert_eq!(detail(&plain).await.json()["passkeys"], json!([]));
    let answer = detail(&grace).await;
    assert!(!answer.text.contains(NUMBER), "{}", answer.text);
    let shown = answer.json();
    assert_eq!(shown["smsCodes"], json!({ "to": MASKED, "confirmedAt": now, "lastUsedAt": now }));
    let address = json!({ "to": "g…@corp.example", "confirmedAt": now, "lastUsedAt": null });
    assert_eq!(shown["emailCodes"], address);
    assert_eq!(shown["factors"], json!(["smsCode", "emailCode"]));
}
