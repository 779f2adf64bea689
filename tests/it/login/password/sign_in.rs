//! Login with user name and password.

use std::time::Duration;

use futures_util::future::join_all;
use secrecy::SecretString;
use serde_json::json;
use vestibule::user::{Status, User};

use crate::harness::{
    browser::{Answer, Browser},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, password, stored_user},
};

#[on_every_store]
async fn correct_password_opens_a_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", "wrong horse").await.expect_problem(401, "invalid_credentials");
    assert_eq!(browser.session(), None);
    browser.me().await.expect_problem(401, "not_signed_in");

    let answer = browser.sign_in("ada", PASSWORD).await.expect_status(200);
    snapshot!(answer.json(), @r#"
    {
      "methods": [],
      "needEnrolment": false,
      "needMfa": false,
      "needPasswordChange": false,
      "session": {
        "account": {
          "displayName": "ada of the tests",
          "username": "ada"
        },
        "amr": [
          "pwd"
        ],
        "authenticatedAt": "2036-05-04T10:00:00.000Z",
        "endsAt": "2036-05-04T22:00:00.000Z",
        "expiresAt": "2036-05-04T10:10:00.000Z",
        "method": "password",
        "methods": [],
        "provider": null,
        "serverTime": "2036-05-04T10:00:00.000Z",
        "state": "signedIn"
      }
    }
    "#);
    assert_eq!(browser.me().await.expect_status(200).json()["username"], "ada");
}

#[on_every_store]
async fn all_password_refusals_are_identical(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user_with(&service, "grace", |user| user.password = None).await;
    create_user_with(&service, "mallory", |user| user.status = Status::Disabled).await;
    let attempts = [("ada", "wrong"), ("unknown", PASSWORD), ("grace", PASSWORD), ("mallory", PASSWORD)];
    let mut answers = Vec::new();
    for (name, password) in attempts {
        let answer = Browser::of(&service).sign_in(name, password).await;
        answers.push((name, comparable(&answer.expect_status(401))));
    }
    for (name, answer) in &answers {
        assert_eq!(answer, &answers[0].1, "{name}");
    }
    snapshot!(&answers[0].1.1, @r#"
    {
      "code": "invalid_credentials",
      "detail": "Check both and try again.",
      "requestId": "[id]",
      "status": 401,
      "title": "Wrong user name or password",
      "type": "urn:vestibule:problem:invalid_credentials"
    }
    "#);
}

#[on_every_store]
async fn login_name_is_case_insensitive_and_accepts_a_verified_email(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user_with(&service, "Ada", |user| {
        user.email = Some("Ada@Corp.example".parse().unwrap());
        user.email_verified = true;
    })
    .await;
    for name in ["ada", "ADA", " ada ", "\u{ff21}da", "ada@corp.example", "ADA@CORP.EXAMPLE "] {
        let browser = Browser::of(&service);
        browser.sign_in(name, PASSWORD).await.expect_status(200);
        assert_eq!(browser.me().await.json()["id"], ada.id.to_string(), "{name}");
    }
}

#[on_every_store]
async fn unverified_email_is_not_a_login_name(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user_with(&service, "ada", |user| user.email = Some("ada@corp.example".parse().unwrap())).await;
    let answer = Browser::of(&service).sign_in("ada@corp.example", PASSWORD).await;
    answer.expect_problem(401, "invalid_credentials");
}

#[on_every_store]
async fn imported_bcrypt_hash_is_upgraded_at_login(location: StoreLocation) {
    let service = Service::start(&location).await;
    let hash = bcrypt::hash(PASSWORD, 4).unwrap().replacen("$2b$", "$2y$", 1);
    let with_hash = |user: &mut User| user.password = Some(password(&service, hash.clone()));
    let linus = create_user_with(&service, "linus", with_hash).await;
    Browser::of(&service).sign_in("linus", "wrong").await.expect_status(401);
    assert_eq!(
        stored_user(&service, &linus).await.password.unwrap().hash,
        hash,
        "only a correct password upgrades the hash"
    );
    for _ in 0..2 {
        Browser::of(&service).sign_in("linus", PASSWORD).await.expect_status(200);
        let hash = stored_user(&service, &linus).await.password.unwrap().hash;
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }
}

// NIST SP 800-63B-4: `ä` is one code point on one keyboard, and two on another.
#[on_every_store]
async fn password_is_correct_in_every_encoding_of_its_text(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (composed, decomposed) = ("p\u{e4}ssw\u{f6}rt-\u{e9}-12", "pa\u{308}sswo\u{308}rt-e\u{301}-12");
    for (name, hashed, is_new) in
        [("new", decomposed, true), ("earlier", composed, false), ("imported", decomposed, false)]
    {
        let hash = if is_new {
            service.app.hasher.hash(SecretString::from(hashed)).await.unwrap()
        } else {
            bcrypt::hash(hashed, 4).unwrap()
        };
        let user =
            create_user_with(&service, name, |user| user.password = Some(password(&service, hash))).await;
        for typed in [decomposed, composed, "\u{ff50}\u{e4}ssw\u{f6}rt-\u{e9}-12"] {
            Browser::of(&service).sign_in(name, typed).await.expect_status(200);
            let hash = stored_user(&service, &user).await.password.unwrap().hash;
            assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{name}: {hash}");
        }
        Browser::of(&service).sign_in(name, "passwort-e-12").await.expect_status(401);
    }
}

#[on_every_store]
async fn plain_text_hash_never_verifies(location: StoreLocation) {
    let service = Service::start(&location).await;
    let logins = [("one", PASSWORD), ("two", ""), ("three", "$argon2id$"), ("four", "$2b$10$short")].map(
        async |(name, hash)| {
            create_user_with(&service, name, |user| {
                user.password = Some(password(&service, hash.to_owned()));
            })
            .await;
            for text in [hash, PASSWORD] {
                let answer = Browser::of(&service).sign_in(name, text).await;
                answer.expect_problem(401, "invalid_credentials");
            }
        },
    );
    // At the same time: the service delays each refusal.
    join_all(logins).await;
}

#[on_every_store]
async fn login_replaces_the_session_of_the_browser(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let old = browser.clone();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_ne!(browser.session(), old.session());
    old.me().await.expect_status(401);
    browser.me().await.expect_status(200);
}

#[on_every_store]
async fn failed_login_keeps_the_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let before = browser.session();
    assert_eq!(browser.sign_in("ada", "wrong").await.expect_status(401).session_cookie(), None);
    assert_eq!(browser.session(), before);
    browser.me().await.expect_status(200);
}

// Session fixation: an attacker who knows the old id gains nothing.
#[on_every_store]
async fn session_fixation_is_prevented(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let victim = Browser::of(&service);
    victim.put_cookie("vestibule-3000", "AAAAAAAAAAAAAAAAAAAAAA");
    let attacker = victim.clone();
    victim.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_ne!(victim.session(), attacker.session());
    attacker.me().await.expect_problem(401, "not_signed_in");
    assert!(
        service.session("AAAAAAAAAAAAAAAAAAAAAA").await.is_none(),
        "an id chosen by the client is never used"
    );

    // The same with a real session of the attacker.
    create_user(&service, "mallory").await;
    let attacker = Browser::of(&service);
    attacker.sign_in("mallory", PASSWORD).await.expect_status(200);
    let victim = attacker.clone();
    victim.sign_in("ada", PASSWORD).await.expect_status(200);
    attacker.me().await.expect_problem(401, "not_signed_in");
}

#[on_every_store]
async fn login_requires_a_csrf_token(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let body = json!({ "username": "ada", "password": PASSWORD });
    let answer = browser.request(reqwest::Method::POST, "/api/auth/login").json(&body).send().await;
    answer.expect_problem(403, "csrf_failed");
    assert_eq!(browser.session(), None);
}

#[on_every_store]
async fn password_over_4096_bytes_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    for (name, length, status) in [("ada", 4096, 200), ("linus", 4097, 401)] {
        let long = "x".repeat(length);
        let hash = service.app.hasher.hash(SecretString::from(long.clone())).await.unwrap();
        create_user_with(&service, name, |user| user.password = Some(password(&service, hash))).await;
        Browser::of(&service).sign_in(name, &long).await.expect_status(status);
    }
    let answer = Browser::of(&service).sign_in("unknown", &"x".repeat(4097)).await;
    answer.expect_problem(401, "invalid_credentials");
}

/// Returns everything of a response except request id, time and random token.
fn comparable(answer: &Answer) -> (Vec<(String, String)>, serde_json::Value) {
    let mut headers = Vec::new();
    for (name, value) in &answer.headers {
        let value = match name.as_str() {
            "x-request-id" | "date" => "[differs]",
            _ => value.to_str().unwrap(),
        };
        headers.push((name.to_string(), value.to_owned()));
    }
    (headers, answer.problem())
}

// A forced change makes users choose predictable series (NIST SP 800-63B-4 §3.1.1.2, ASVS 6.2.10).
#[on_every_store]
async fn password_needs_no_change_after_years(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    service.advance_time(Duration::from_hours(3 * 365 * 24));
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_eq!(browser.me().await.expect_status(200).json()["mustChangePassword"], false);
}

// ASVS 6.4.1: the file with the generated password may be read later.
#[on_every_store]
async fn generated_password_works_for_14_days_unless_it_is_changed(location: StoreLocation) {
    let service = Service::start(&location).await;
    let start = service.clock.now();
    let ada = create_user_with(&service, "ada", |user| user.limit_initial_password(start)).await;
    let linus = create_user_with(&service, "linus", |user| user.limit_initial_password(start)).await;
    let browser = Browser::of(&service);
    service.advance_time(Duration::from_hours(14 * 24) - Duration::from_millis(1));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "violet tractor umbrella" });
    browser.post("/api/account/password", &change).await.expect_status(200);
    service.advance_time(Duration::from_millis(1));
    browser.sign_in("ada", "violet tractor umbrella").await.expect_status(200);
    browser.sign_in("linus", PASSWORD).await.expect_problem(401, "invalid_credentials");
    assert!(stored_user(&service, &ada).await.initial_password_expires_at.is_none());
    let events = vestibule::audit::about(&service.app.store, linus.id, 1).await.expect("the store answers");
    assert_eq!(events[0].reason.as_deref(), Some("initial_password_expired"));
}
