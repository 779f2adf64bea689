//! A corrupt document fails its own request only.

use serde_json::{Value, json};

use crate::{
    admin::administrator,
    harness::{
        browser::Browser,
        federated::{FederatedFixture, assert_refused, callback_as, claims_of, start_login, with_claims},
        process::Installation,
        service::Service,
        stores::StoreLocation,
        users::{PASSWORD, create_user, create_user_with},
    },
};

#[on_every_store]
async fn corrupt_user_does_not_affect_other_users(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user(&service, "mallory").await;
    let (ada, mallory) = (Browser::of(&service), Browser::of(&service));
    ada.sign_in("ada", PASSWORD).await.expect_status(200);
    mallory.sign_in("mallory", PASSWORD).await.expect_status(200);
    mallory.me().await.expect_status(200);
    location.corrupt("users", "mallory", "roles", &json!(7)).await;
    let service = service.restart_with(&[]).await;
    let (ada, mallory) = (ada.at_replica(&service), mallory.at_replica(&service));
    for _ in 0..3 {
        let answer = mallory.me().await.expect_problem(500, "internal");
        assert_eq!(answer.session_cookie(), None);
        assert!(!answer.text.contains("roles") && !answer.text.contains("invalid type"), "{}", answer.text);
        Browser::of(&service).sign_in("mallory", PASSWORD).await.expect_problem(500, "internal");
        ada.me().await.expect_status(200);
        Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
    }
}

#[on_every_store]
async fn corrupt_user_is_left_out_of_the_lists_of_administrators(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    create_user(&service, "mallory").await;
    Browser::of(&service).sign_in("mallory", PASSWORD).await.expect_status(200);
    for _ in 0..12 {
        Browser::of(&service).sign_in("mallory", "wrong").await;
    }
    let listed = admin.get("/api/admin/users?locked=true").await.expect_status(200).json();
    assert_eq!(listed["items"][0]["username"], "mallory");
    location.corrupt("users", "mallory", "roles", &json!(7)).await;
    let service = service.restart_with(&[]).await;
    let admin = admin.at_replica(&service);
    let sessions = admin.get("/api/admin/sessions").await.expect_status(200).json();
    assert_eq!(sessions["items"].as_array().map(Vec::len), Some(1), "{sessions}");
    let listed = admin.get("/api/admin/users?locked=true").await.expect_status(200).json();
    assert_eq!(listed["items"], json!([]));
}

#[on_every_store]
async fn corrupt_session_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    location.corrupt("sessions", "password", "state", &json!("root")).await;
    browser.me().await.expect_problem(500, "internal");
    // A login replaces the broken cookie.
    let fresh = Browser::of(&service);
    fresh.sign_in("ada", PASSWORD).await.expect_status(200);
    fresh.me().await.expect_status(200);
}

#[on_every_store]
async fn members_of_a_newer_version_are_ignored(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user_with(&service, "ada", |ada| ada.locale = Some("en".to_owned())).await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    location.corrupt("sessions", "password", "fromTheFuture", &json!({ "a": [1, null] })).await;
    location.corrupt("users", "ada", "fromTheFuture", &Value::Bool(true)).await;
    let service = service.restart_with(&[]).await;
    let browser = browser.at_replica(&service);
    assert_eq!(browser.me().await.expect_status(200).json()["id"], json!(ada.id));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
}

// The hash in an older form makes the start look for this user.
#[on_every_store]
async fn start_does_not_depend_on_one_document(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user_with(&service, "mallory", |user| {
        user.password.as_mut().expect("a password").hash = bcrypt::hash(PASSWORD, 4).expect("a hash");
    })
    .await;
    let ada = Browser::of(&service);
    ada.sign_in("ada", PASSWORD).await.expect_status(200);
    for (collection, text, member) in [
        ("users", "mallory", "status"),
        ("events", "passwordSignIn", "at"),
        ("counters", "network:", "failures"),
    ] {
        location.corrupt(collection, text, member, &json!({ "odd": true })).await;
    }
    let service = service.restart_with(&[]).await;
    ada.at_replica(&service).me().await.expect_status(200);
    Browser::of(&service).sign_in("mallory", PASSWORD).await.expect_problem(500, "internal");
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
    Browser::of(&service).sign_in("unknown", "wrong").await.expect_problem(401, "invalid_credentials");
}

#[on_every_store]
async fn corrupt_session_does_not_keep_other_sessions_alive(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let mut browsers = Vec::new();
    for sid in ["one", "two", "three"] {
        let claims = with_claims(claims_of("grace"), json!({ "sid": sid }));
        browsers.push(fixture.signed_in(&fixture.corp, &claims).await);
    }
    location.corrupt("sessions", "two", "tries", &json!("many")).await;
    let fixture_service = fixture.start_replica().await;
    fixture.corp.send_logout(&fixture_service, &json!({ "sub": "of grace" })).await.expect_status(200);
    for browser in [&browsers[0], &browsers[2]] {
        let answer = browser.at_replica(&fixture_service).me().await;
        assert_eq!(answer.expect_problem(401, "session_ended").reason(), "provider_logout");
    }
    // A replica of another version may read the record: it is deleted.
    browsers[1].at_replica(&fixture_service).me().await.expect_problem(401, "not_signed_in");
}

// Documents that can be lost count as missing: a login in progress, and a counter of a network.
#[on_every_store]
async fn corrupt_login_and_counter_refuse_no_other_login(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    location.corrupt("login_transactions", "fake", "nonce", &json!(7)).await;
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
    assert_refused(&answer, "login_expired");
    fixture.fake.send_logout(&fixture.service, &json!({ "sub": 7 })).await.expect_status(400);
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    location.corrupt("counters", "", "failures", &json!("many")).await;
    fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await.expect_status(200);
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
}

#[on_every_store]
async fn logout_and_login_replace_a_corrupt_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    for leave in [true, false] {
        let browser = Browser::of(&service);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        location.corrupt("sessions", "password", "state", &json!("root")).await;
        browser.me().await.expect_problem(500, "internal");
        if leave {
            browser.sign_out().await.expect_status(200);
        } else {
            browser.sign_in("ada", PASSWORD).await.expect_status(200);
            browser.me().await.expect_status(200);
        }
    }
}

#[on_every_store]
async fn lists_skip_and_report_corrupt_documents(location: StoreLocation) {
    let service = Service::start(&location).await;
    for name in ["ada", "grace", "mallory"] {
        create_user(&service, name).await;
        Browser::of(&service).sign_in(name, PASSWORD).await.expect_status(200);
    }
    location.corrupt("users", "mallory", "roles", &json!("$argon2id$v=19$secret")).await;
    let home = Installation::beside(&service);
    for arguments in [&["users", "list"][..], &["users", "list", "--json"]] {
        let done = home.run(arguments).expect_exit(1);
        assert!(
            done.out.contains("ada") && done.out.contains("grace") && !done.out.contains("mallory"),
            "{done:?}"
        );
        assert!(
            done.err.contains("cannot be read: ") && done.err.contains("1 users are not in the list"),
            "{}",
            done.err
        );
        assert!(!done.err.contains("argon2id"), "a stored value is not printed: {}", done.err);
    }
    home.write("users.csv", "username,displayName\nada,Ada\nmallory,Mallory\ngrace,Grace\n");
    let done = home.run(&["users", "import", "users.csv"]).expect_exit(1);
    assert!(done.out.contains("2 updated") && done.out.contains("1 refused"), "{done:?}");
    // Events and sessions of a user.
    location.corrupt("events", "passwordSignIn", "type", &json!(7)).await;
    let done = home.run(&["users", "show", "ada"]).expect_exit(0);
    assert!(done.out.contains("ada"), "{done:?}");
}
