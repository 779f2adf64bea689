//! Acts on users: what they write, which sessions end, and what the audit events say.

use reqwest::Method;
use serde_json::{Value, json};
use vestibule::{
    audit::{self, EventKind},
    user::{Identity, IdentityKey, Status, User},
};

use super::{act, signed_in_with};
use crate::{
    admin::administrator,
    harness::{
        browser::Browser,
        mail::{MAIL, queued},
        service::Service,
        stores::StoreLocation,
        users::{PASSWORD, change_user, create_user, create_user_with, create_user_with_app, stored_user},
    },
};

const USERS: &str = "/api/admin/users";

fn path(user: &User) -> String {
    format!("{USERS}/{}", user.id)
}

/// Returns the newest event of a kind about a user, and checks its actor and reason.
async fn event(service: &Service, user: &User, kind: EventKind) -> Value {
    let events = audit::about(&service.app.store, user.id, 50).await.expect("the store answers");
    let event = events.into_iter().find(|event| event.kind == kind).expect("an event");
    let event = serde_json::to_value(event.view()).expect("JSON");
    assert_eq!(event["statedReason"], "ticket 17", "{event}");
    assert!(event["actor"].as_str().is_some_and(|actor| actor.len() == 36), "{event}");
    event
}

#[on_every_store]
async fn disabled_user_loses_the_sessions_until_enabled(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = administrator(&service).await.0;
    let ada = create_user(&service, "ada").await;
    let session = Browser::of(&service);
    session.sign_in("ada", PASSWORD).await.expect_status(200);
    let answer = act(&browser, Method::POST, &format!("{}/disable", path(&ada)), json!({})).await;
    assert_eq!(answer.expect_status(200).json()["status"], "disabled");
    session.me().await.expect_problem(401, "session_ended");
    event(&service, &ada, EventKind::UserDisabled).await;
    let answer = act(&browser, Method::POST, &format!("{}/enable", path(&ada)), json!({})).await;
    assert_eq!(answer.expect_status(200).json()["status"], "active");
    session.me().await.expect_problem(401, "session_ended");
    event(&service, &ada, EventKind::UserEnabled).await;
}

#[on_every_store]
async fn reason_and_revision_are_checked_before_an_act(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = administrator(&service).await.0;
    let ada = create_user(&service, "ada").await;
    let disable = format!("{}/disable", path(&ada));
    for (reason, code) in [
        (Value::Null, "missing"),
        (json!(" "), "missing"),
        (json!("x".repeat(501)), "too_long"),
        (json!("a\nb"), "control_character"),
    ] {
        let answer = browser.post(&disable, &json!({ "reason": reason })).await;
        let errors = answer.expect_problem(400, "invalid_request").json()["errors"].clone();
        assert_eq!(errors, json!([{ "field": "reason", "code": code }]));
    }
    browser.post(&disable, &json!({})).await.expect_problem(400, "invalid_request");
    browser
        .post(&disable, &json!({ "reason": "x", "roles": [] }))
        .await
        .expect_problem(400, "invalid_request");
    let with = async |revision: &str| {
        let body = json!({ "reason": "ticket 17", "displayName": format!("after {revision}") });
        let request = browser.with_token(Method::PATCH, &path(&ada)).await;
        request.header("if-match", revision).json(&body).send().await
    };
    with("\"2\"").await.expect_problem(412, "revision_stale");
    with("1").await.expect_problem(412, "revision_stale");
    assert_eq!(with("\"1\"").await.expect_status(200).json()["revision"], 2);
    with("\"1\"").await.expect_problem(412, "revision_stale");
    assert_eq!(with("*").await.expect_status(200).json()["revision"], 3);
    assert_eq!(stored_user(&service, &ada).await.status, Status::Active);
}

#[on_every_store]
async fn patch_changes_given_fields_and_records_them(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = administrator(&service).await.0;
    let ada = create_user(&service, "ada").await;
    create_user_with(&service, "grace", |user| {
        user.email = Some("grace@corp.example".parse().expect("an address"));
        user.email_verified = true;
    })
    .await;
    let patch = json!({
        "username": "ada.l", "email": "ada@corp.example", "emailVerified": true, "displayName": "Ada L.",
        "locale": "de", "roles": ["editor", "editor"], "mustChangePassword": true,
    });
    let user = act(&browser, Method::PATCH, &path(&ada), patch.clone()).await.expect_status(200).json();
    for (field, expected) in [
        ("username", json!("ada.l")),
        ("email", json!("ada@corp.example")),
        ("emailVerified", json!(true)),
        ("assignedRoles", json!(["editor"])),
        ("mustChangePassword", json!(true)),
        ("revision", json!(2)),
    ] {
        assert_eq!(user[field], expected, "{field}");
    }
    let details = event(&service, &ada, EventKind::UserUpdated).await["details"].clone();
    let details: Value = serde_json::from_str(details.as_str().expect("text")).expect("JSON");
    assert_eq!(
        (&details["before"]["username"], &details["after"]["username"]),
        (&json!("ada"), &json!("ada.l"))
    );
    assert_eq!(details["after"]["roles"], json!(["editor"]));
    assert!(details["before"].get("status").is_none());
    let same = act(&browser, Method::PATCH, &path(&ada), patch).await.expect_status(200).json();
    assert_eq!(same["revision"], 2, "nothing differs");
    let empty = json!({ "email": null, "displayName": null, "locale": null });
    let user = act(&browser, Method::PATCH, &path(&ada), empty).await.expect_status(200).json();
    assert_eq!((&user["email"], &user["emailVerified"]), (&Value::Null, &json!(false)));
    for (body, field) in [
        (json!({ "username": "grace" }), "username"),
        (json!({ "email": "GRACE@corp.example", "emailVerified": true }), "email"),
    ] {
        let answer = act(&browser, Method::PATCH, &path(&ada), body).await;
        let errors = answer.expect_problem(409, "handle_taken").json()["errors"].clone();
        assert_eq!(errors, json!([{ "field": field, "code": "taken" }]));
    }
    for body in [
        json!({ "status": "active" }),
        json!({ "username": "" }),
        json!({ "email": "x" }),
        json!({ "roles": ["a b"] }),
        json!({ "roles": "admin" }),
    ] {
        act(&browser, Method::PATCH, &path(&ada), body).await.expect_problem(400, "invalid_request");
    }
}

#[on_every_store]
async fn created_user_gets_in_by_link_or_generated_password(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = signed_in_with(&service, "ursula", &["admin:users"]).await;
    let new = |name: &str, access: &str| json!({ "username": name, "access": access, "roles": ["editor"] });
    let user = act(&browser, Method::POST, USERS, new("ada", "invite-link")).await.expect_status(201).json();
    assert_eq!((&user["hasPassword"], &user["generatedPassword"]), (&json!(false), &Value::Null));
    let link = user["inviteUrl"].as_str().expect("a link");
    let token = link.split_once("#token=").expect("a token").1;
    let body = json!({ "token": token, "newPassword": PASSWORD });
    Browser::of(&service).post("/api/auth/password/reset", &body).await.expect_status(200);
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);

    let user = act(&browser, Method::POST, USERS, new("grace", "generated-password")).await;
    let user = user.expect_status(201).json();
    assert_eq!((&user["mustChangePassword"], &user["inviteUrl"]), (&json!(true), &Value::Null));
    let password = user["generatedPassword"].as_str().expect("a password").to_owned();
    let answer = Browser::of(&service).sign_in("grace", &password).await.expect_status(200);
    assert!(answer.text.contains("awaitingPasswordChange"), "{}", answer.text);

    act(&browser, Method::POST, USERS, new("linus", "none")).await.expect_status(201);
    act(&browser, Method::POST, USERS, new("LINUS", "none")).await.expect_problem(409, "handle_taken");
    // There is no mail server.
    act(&browser, Method::POST, USERS, new("x", "invite-mail")).await.expect_problem(400, "invalid_request");
    for body in [json!({ "username": "x" }), json!({ "username": "", "access": "none" }), new("x", "yes")] {
        act(&browser, Method::POST, USERS, body).await.expect_problem(400, "invalid_request");
    }
}

#[on_every_store]
async fn invited_user_gets_a_mail_with_a_link(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let browser = administrator(&service).await.0;
    let body = json!({ "username": "ada", "email": "ada@corp.example", "access": "invite-mail" });
    let user = act(&browser, Method::POST, USERS, body).await.expect_status(201).json();
    // Only the reader of the mail has the link.
    assert_eq!((&user["inviteUrl"], &user["emailVerified"]), (&Value::Null, &json!(false)));
    assert_eq!(queued(&service).await, [("ada@corp.example".to_owned(), "invitation".to_owned())]);
    let without_address = json!({ "username": "grace", "access": "invite-mail" });
    act(&browser, Method::POST, USERS, without_address).await.expect_problem(400, "invalid_request");
    assert_eq!(queued(&service).await.len(), 1);
}

#[on_every_store]
async fn deleted_user_is_gone_with_sessions(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = administrator(&service).await.0;
    let ada = create_user(&service, "ada").await;
    let session = Browser::of(&service);
    session.sign_in("ada", PASSWORD).await.expect_status(200);
    act(&browser, Method::DELETE, &path(&ada), json!({})).await.expect_status(200);
    assert_eq!(session.me().await.status, 401);
    browser.get(&path(&ada)).await.expect_problem(404, "not_found");
    act(&browser, Method::DELETE, &path(&ada), json!({})).await.expect_problem(404, "not_found");
    event(&service, &ada, EventKind::UserDeleted).await;
    create_user(&service, "ada").await;
}

#[on_every_store]
async fn own_account_cannot_be_disabled_or_deleted(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = administrator(&service).await.0;
    create_user_with(&service, "second", |user| user.roles = vec!["admin".to_owned()]).await;
    let id = browser.me().await.json()["id"].as_str().expect("an id").to_owned();
    act(&browser, Method::POST, &format!("{USERS}/{id}/disable"), json!({}))
        .await
        .expect_problem(403, "forbidden");
    act(&browser, Method::DELETE, &format!("{USERS}/{id}"), json!({})).await.expect_problem(403, "forbidden");
    browser.me().await.expect_status(200);
}

#[on_every_store]
async fn security_acts_remove_credentials_and_sessions(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = signed_in_with(&service, "sandra", &["admin:security"]).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    let session = Browser::of(&service);
    session.sign_in("linus", PASSWORD).await.expect_status(200);
    session.verify(&app.code(service.clock.now())).await.expect_status(200);
    let sessions = browser.get(&format!("{}/sessions", path(&linus))).await.expect_status(200).json();
    let handle = sessions["sessions"][0]["id"].as_str().expect("a session").to_owned();
    let all = browser.get("/api/admin/sessions?limit=200").await.expect_status(200).json();
    let names: Vec<_> = all["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| item["user"]["username"].clone())
        .collect();
    assert!(names.contains(&json!("linus")) && names.contains(&json!("sandra")), "{all}");
    browser.get("/api/admin/sessions?cursor=x").await.expect_problem(400, "invalid_request");
    let one = format!("{}/sessions/{handle}", path(&linus));
    let ended = act(&browser, Method::DELETE, &one, json!({})).await.expect_status(200).json();
    assert_eq!(ended, json!({ "ended": 1 }));
    session.me().await.expect_problem(401, "session_ended");
    act(&browser, Method::DELETE, &one, json!({})).await.expect_problem(404, "not_found");
    event(&service, &linus, EventKind::SessionsEnded).await;

    let reset = format!("{}/reset-mfa", path(&linus));
    let user = act(&browser, Method::POST, &reset, json!({})).await.expect_status(200).json();
    assert_eq!(user["mfaEnabled"], false);
    event(&service, &linus, EventKind::SecondFactorReset).await;
    session.sign_in("linus", PASSWORD).await.expect_status(200);
    let end = format!("{}/end-sessions", path(&linus));
    act(&browser, Method::POST, &end, json!({})).await.expect_status(200);
    session.me().await.expect_problem(401, "session_ended");

    let reset = format!("{}/reset-password", path(&linus));
    let answer = act(&browser, Method::POST, &reset, json!({ "by": "link" })).await.expect_status(200).json();
    assert!(
        answer["resetUrl"].as_str().is_some_and(|url| url.contains("/reset-password#token=")),
        "{answer}"
    );
    act(&browser, Method::POST, &reset, json!({ "by": "mail" })).await.expect_problem(400, "invalid_request");
    let answer =
        act(&browser, Method::POST, &reset, json!({ "by": "remove" })).await.expect_status(200).json();
    assert_eq!((&answer["hasPassword"], &answer["resetUrl"]), (&json!(false), &Value::Null));
    event(&service, &linus, EventKind::PasswordReset).await;

    let ada = create_user(&service, "ada").await;
    for _ in 0..12 {
        Browser::of(&service).sign_in("ada", "wrong").await;
    }
    let unlock = format!("{}/unlock", path(&ada));
    let user = act(&browser, Method::POST, &unlock, json!({})).await.expect_status(200).json();
    assert_eq!(user["lockedUntil"], Value::Null);
    event(&service, &ada, EventKind::UserUnlocked).await;
}

#[on_every_store]
async fn unlinked_identity_is_recorded_and_not_linked_again(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = administrator(&service).await.0;
    let grace = create_user_with(&service, "grace", |user| {
        user.identities = vec![Identity {
            key: IdentityKey { issuer: "https://corp.example".to_owned(), subject: "7".to_owned() },
            provider: "corp".to_owned(),
            email: None,
            roles: Vec::new(),
            linked_at: user.created_at,
            last_login_at: None,
        }];
    })
    .await;
    let user = browser.get(&path(&grace)).await.expect_status(200).json();
    let id = user["identities"][0]["id"].as_str().expect("an id");
    let identity = format!("{}/identities/{id}", path(&grace));
    let user = act(&browser, Method::DELETE, &identity, json!({})).await.expect_status(200).json();
    assert_eq!(user["providers"], json!([]));
    assert_eq!(stored_user(&service, &grace).await.unlinked_identities.len(), 1);
    event(&service, &grace, EventKind::IdentityUnlinked).await;
    let other = format!("{}/identities/x", path(&grace));
    act(&browser, Method::DELETE, &other, json!({})).await.expect_problem(404, "not_found");
}

// An act without an event would otherwise end the sessions of a user who signs in through a provider.
#[on_every_store]
async fn removal_of_a_password_that_is_absent_ends_no_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = signed_in_with(&service, "sandra", &["admin:security"]).await;
    let grace = create_user(&service, "grace").await;
    let session = Browser::of(&service);
    session.sign_in("grace", PASSWORD).await.expect_status(200);
    change_user(&service, &grace, |user| user.password = None).await;
    let reset = format!("{}/reset-password", path(&grace));
    let answer =
        act(&browser, Method::POST, &reset, json!({ "by": "remove" })).await.expect_status(200).json();
    assert_eq!(answer["hasPassword"], false);
    session.me().await.expect_status(200);
    let events = audit::about(&service.app.store, grace.id, 50).await.expect("the store answers");
    assert!(events.iter().all(|event| event.kind != EventKind::PasswordReset), "nothing was removed");
}
