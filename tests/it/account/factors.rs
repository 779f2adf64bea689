//! The authenticator apps of an account: add, rename, remove.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Barrier;
use vestibule::audit::EventKind;

use crate::harness::{
    account::{actors, reauthenticate},
    browser::Browser,
    factors::{Enrolled, app_id, enrol, enrolled_user, factors, remove_app, rename_app},
    process::Installation,
    service::Service,
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user, create_user_with_app, stored_user},
};

const REQUIRED: (&str, &str) = ("VESTIBULE_MFA", "required");

/// Signs in with a new code of this app; returns the status of the second step.
async fn sign_in(service: &Service, app: &Authenticator) -> u16 {
    service.advance_time(Duration::from_secs(30));
    let browser = Browser::of(service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.status
}

#[on_every_store]
async fn each_app_signs_in_and_shows_its_last_use(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { browser, app: phone, .. } = enrolled_user(&service, "ada").await;
    let (tablet, answer) = enrol(&service, &browser, &json!({ "name": " Tablet " })).await;
    answer.expect_status(200);
    let (third, answer) = enrol(&service, &browser, &json!({})).await;
    answer.expect_status(200);
    for app in [&phone, &tablet, &third] {
        assert_eq!(sign_in(&service, app).await, 200);
    }
    let mut shown = factors(&browser).await;
    for app in shown["totp"].as_array_mut().expect("a list") {
        assert_eq!(
            app.as_object_mut().expect("an app").remove("id").expect("an id").as_str().map(str::len),
            Some(36)
        );
    }
    snapshot!(&shown, @r#"
    {
      "emailCodes": null,
      "passkeys": [],
      "recoveryCodesAt": "2036-05-04T10:00:00.000Z",
      "recoveryCodesLeft": 10,
      "smsCodes": null,
      "totp": [
        {
          "confirmedAt": "2036-05-04T10:00:00.000Z",
          "lastUsedAt": "2036-05-04T10:00:30.000Z",
          "name": "Authenticator app"
        },
        {
          "confirmedAt": "2036-05-04T10:00:00.000Z",
          "lastUsedAt": "2036-05-04T10:01:00.000Z",
          "name": "Tablet"
        },
        {
          "confirmedAt": "2036-05-04T10:00:00.000Z",
          "lastUsedAt": "2036-05-04T10:01:30.000Z",
          "name": "Authenticator app 2"
        }
      ]
    }
    "#);
}

// RFC 6238 §5.2, for each app: a code is accepted once, also at another replica.
#[on_every_store]
async fn code_of_each_app_is_accepted_once(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let Enrolled { browser, app: phone, .. } = enrolled_user(&service, "ada").await;
    let (tablet, _) = enrol(&service, &browser, &json!({})).await;
    service.advance_time(Duration::from_secs(30));
    for app in [&phone, &tablet] {
        let code = app.code(service.clock.now());
        for (replica, status) in [(&service, 200), (&other, 400), (&service, 400)] {
            let browser = Browser::of(replica);
            browser.sign_in("ada", PASSWORD).await.expect_status(200);
            browser.verify(&code).await.expect_status(status);
        }
    }
}

#[on_every_store]
async fn new_app_ends_all_other_sessions(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { browser, app, .. } = enrolled_user(&service, "ada").await;
    service.advance_time(Duration::from_secs(30));
    let other = Browser::of(&service);
    other.sign_in("ada", PASSWORD).await.expect_status(200);
    other.verify(&app.code(service.clock.now())).await.expect_status(200);
    let (_, answer) = enrol(&service, &browser, &json!({})).await;
    answer.expect_status(200);
    browser.me().await.expect_status(200);
    assert_eq!(other.me().await.expect_problem(401, "session_ended").reason(), "factor_changed");
}

#[on_every_store]
async fn app_is_renamed(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { user, browser, .. } = enrolled_user(&service, "ada").await;
    let id = app_id(&browser, "Authenticator app").await;
    let renamed = rename_app(&browser, &id, &json!({ "name": " Phone " })).await.expect_status(200).json();
    assert_eq!((&renamed["id"], &renamed["name"]), (&json!(id), &json!("Phone")));
    assert_eq!(renamed.as_object().expect("an app").len(), 4, "{renamed}");
    assert_eq!(app_id(&browser, "Phone").await, id);
    browser.me().await.expect_status(200);
    for (name, code) in
        [("", "required"), (" ", "required"), (&*"a".repeat(65), "too_long"), ("a\u{202e}b", "invalid")]
    {
        let problem = rename_app(&browser, &id, &json!({ "name": name })).await;
        let problem = problem.expect_problem(400, "invalid_request").json();
        assert_eq!(problem["errors"], json!([{ "field": "name", "code": code }]));
        let answer = browser.post("/api/mfa/setup", &json!({ "name": name })).await;
        assert_eq!(answer.expect_problem(400, "invalid_request").json()["errors"], problem["errors"]);
    }
    rename_app(&browser, &id, &json!({ "nmae": "x" })).await.expect_problem(400, "invalid_request");
    for id in ["x", "00000000-0000-0000-0000-000000000000", "%ff"] {
        rename_app(&browser, id, &json!({ "name": "Phone" })).await.expect_problem(404, "not_found");
        remove_app(&browser, id).await.expect_problem(404, "not_found");
    }
    let events = actors(&service, &user, EventKind::FactorRenamed).await;
    assert_eq!(events, [Some(user.id.to_string())]);
}

#[on_every_store]
async fn app_of_another_user_is_unknown(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { browser, .. } = enrolled_user(&service, "ada").await;
    let other = enrolled_user(&service, "mallory").await;
    let id = app_id(&other.browser, "Authenticator app").await;
    remove_app(&browser, &id).await.expect_problem(404, "not_found");
    rename_app(&browser, &id, &json!({ "name": "x" })).await.expect_problem(404, "not_found");
    assert_eq!(stored_user(&service, &other.user).await.totp.len(), 1);
}

#[on_every_store]
async fn removed_app_signs_in_no_more_and_ends_other_sessions(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { user, browser, app: phone, codes } = enrolled_user(&service, "ada").await;
    let (tablet, _) = enrol(&service, &browser, &json!({ "name": "Tablet" })).await;
    service.advance_time(Duration::from_secs(30));
    let other = Browser::of(&service);
    other.sign_in("ada", PASSWORD).await.expect_status(200);
    other.verify(&phone.code(service.clock.now())).await.expect_status(200);
    let pending = Browser::of(&service);
    pending.sign_in("ada", PASSWORD).await.expect_status(200);

    let id = app_id(&browser, "Authenticator app").await;
    let before = browser.clone();
    let proof = browser.me().await.json()["session"]["authenticatedAt"].clone();
    assert_eq!(remove_app(&browser, &id).await.expect_status(200).json(), json!({}));
    assert_ne!(browser.session(), before.session(), "a new id");
    before.me().await.expect_status(401);
    let me = browser.me().await.expect_status(200).json();
    assert_eq!((&me["session"]["authenticatedAt"], &me["mfaEnabled"]), (&proof, &json!(true)));
    assert_eq!(other.me().await.expect_problem(401, "session_ended").reason(), "factor_changed");
    pending.verify(&codes[0]).await.expect_problem(401, "session_ended");
    remove_app(&browser, &id).await.expect_problem(404, "not_found");

    assert_eq!(sign_in(&service, &phone).await, 400);
    assert_eq!(sign_in(&service, &tablet).await, 200);
    assert_eq!(actors(&service, &user, EventKind::FactorRemoved).await, [Some(user.id.to_string())]);
    assert_eq!(factors(&browser).await["recoveryCodesLeft"], 10);
}

#[on_every_store]
async fn recovery_codes_go_with_the_last_app(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { browser, codes, .. } = enrolled_user(&service, "ada").await;
    let id = app_id(&browser, "Authenticator app").await;
    remove_app(&browser, &id).await.expect_status(200);
    assert_eq!(
        factors(&browser).await,
        json!({
            "totp": [], "passkeys": [], "emailCodes": null, "smsCodes": null, "recoveryCodesLeft": 0,
            "recoveryCodesAt": null,
        })
    );
    assert_eq!(browser.me().await.expect_status(200).json()["mfaEnabled"], false);
    // A factor that is enrolled later cannot be avoided with the old codes.
    let (_, answer) = enrol(&service, &browser, &json!({})).await;
    assert_ne!(answer.expect_status(200).json()["recoveryCodes"], Value::Null);
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.verify(&codes[0]).await.expect_problem(400, "code_invalid");
}

#[on_every_store]
async fn last_app_is_not_removed_where_a_factor_is_required(location: StoreLocation) {
    let service = Service::with_settings(&location, &[REQUIRED]).await;
    let Enrolled { user, browser, .. } = enrolled_user(&service, "ada").await;
    let id = app_id(&browser, "Authenticator app").await;
    snapshot!(remove_app(&browser, &id).await.expect_status(409).problem(), @r#"
    {
      "code": "factor_required",
      "detail": "Set up another second factor first: the last one cannot be removed.",
      "requestId": "[id]",
      "status": 409,
      "title": "Second factor required",
      "type": "urn:vestibule:problem:factor_required"
    }
    "#);
    browser.me().await.expect_status(200);
    enrol(&service, &browser, &json!({ "name": "Tablet" })).await.1.expect_status(200);
    remove_app(&browser, &id).await.expect_status(200);
    let id = app_id(&browser, "Tablet").await;
    remove_app(&browser, &id).await.expect_problem(409, "factor_required");
    assert_eq!(stored_user(&service, &user).await.totp.len(), 1);
}

// Two requests that remove the last two apps at the same time leave one.
#[on_every_store]
async fn concurrent_removals_leave_a_required_factor(location: StoreLocation) {
    let service = Service::with_settings(&location, &[REQUIRED]).await;
    let other = service.start_replica().await;
    for name in ["ada", "grace", "linus"] {
        let Enrolled { user, browser, .. } = enrolled_user(&service, name).await;
        enrol(&service, &browser, &json!({ "name": "Tablet" })).await.1.expect_status(200);
        let ids = [app_id(&browser, "Authenticator app").await, app_id(&browser, "Tablet").await];
        let barrier = Barrier::new(2);
        let remove = async |browser: Browser, id: &str| {
            barrier.wait().await;
            remove_app(&browser, id).await.status
        };
        let (one, two) =
            tokio::join!(remove(browser.clone(), &ids[0]), remove(browser.at_replica(&other), &ids[1]));
        assert!([one, two].iter().filter(|status| **status == 200).count() <= 1, "{one} {two}");
        assert_eq!(stored_user(&service, &user).await.totp.len(), 1, "{one} {two}");
    }
}

#[on_every_store]
async fn changes_of_factors_need_a_recent_proof(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { browser, app, .. } = enrolled_user(&service, "ada").await;
    let id = app_id(&browser, "Authenticator app").await;
    service.advance_time(Duration::from_mins(9));
    browser.keep_alive().await.expect_status(200);
    service.advance_time(Duration::from_mins(2));
    for answer in [
        remove_app(&browser, &id).await,
        rename_app(&browser, &id, &json!({ "name": "Phone" })).await,
        browser.post("/api/account/recovery-codes", &json!({})).await,
        browser.post("/api/mfa/setup", &json!({ "name": "Phone" })).await,
    ] {
        let problem = answer.expect_problem(403, "reauthentication_required").json();
        assert_eq!(problem["methods"], json!(["totp", "recoveryCode"]));
    }
    browser.get("/api/account/factors").await.expect_status(200);
    let code = app.code(service.clock.now());
    reauthenticate(&browser, &json!({ "code": code })).await.expect_status(200);
    remove_app(&browser, &id).await.expect_status(200);
}

#[on_every_store]
async fn pending_sessions_reach_no_factor_routes(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    for answer in [
        browser.get("/api/account/factors").await,
        remove_app(&browser, "x").await,
        rename_app(&browser, "x", &json!({ "name": "Phone" })).await,
        browser.post("/api/account/recovery-codes", &json!({})).await,
    ] {
        answer.expect_problem(401, "second_factor_required");
    }
}

#[on_every_store]
async fn user_has_at_most_ten_apps(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { user, browser, .. } = enrolled_user(&service, "ada").await;
    for _ in 1..10 {
        enrol(&service, &browser, &json!({})).await.1.expect_status(200);
    }
    browser.start_enrolment().await.expect_problem(409, "too_many_factors");
    let id = app_id(&browser, "Authenticator app 7").await;
    remove_app(&browser, &id).await.expect_status(200);
    enrol(&service, &browser, &json!({})).await.1.expect_status(200);
    let mut names: Vec<String> =
        stored_user(&service, &user).await.totp.into_iter().map(|app| app.name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 10, "{names:?}");
}

#[on_every_store]
async fn changes_of_factors_are_limited(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { browser, .. } = enrolled_user(&service, "ada").await;
    let id = app_id(&browser, "Authenticator app").await;
    for number in 0..20 {
        rename_app(&browser, &id, &json!({ "name": format!("Phone {number}") })).await.expect_status(200);
    }
    for answer in [
        rename_app(&browser, &id, &json!({ "name": "Phone" })).await,
        browser.post("/api/account/recovery-codes", &json!({})).await,
        remove_app(&browser, &id).await,
    ] {
        answer.expect_problem(429, "too_many_attempts");
    }
}

// `reset-mfa` removes every app and the recovery codes.
#[on_every_store]
async fn administrator_removes_all_factors(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { user, browser, .. } = enrolled_user(&service, "ada").await;
    enrol(&service, &browser, &json!({})).await.1.expect_status(200);
    Installation::beside(&service).run(&["users", "reset-mfa", "ada"]).expect_exit(0);
    let stored = stored_user(&service, &user).await;
    assert!(stored.totp.is_empty() && stored.recovery_codes.is_none());
}

// A repeated import of the secret of one of several apps changes nothing; another secret replaces all factors.
#[on_every_store]
async fn import_compares_its_secret_with_every_app(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { user, browser, app: phone, .. } = enrolled_user(&service, "ada").await;
    let (tablet, _) = enrol(&service, &browser, &json!({})).await;
    let home = Installation::beside(&service);
    let import = |app: &Authenticator| {
        let secret = data_encoding::BASE32_NOPAD.encode(app.secret());
        home.write("users.csv", format!("username,totpSecret\nada,{secret}\n"));
        home.run(&["users", "import", "users.csv"]).expect_exit(0).out
    };
    for app in [&phone, &tablet] {
        let out = import(app);
        assert!(out.contains("1 unchanged"), "{out}");
    }
    browser.me().await.expect_status(200);
    let new = Authenticator::new(b"imported------------");
    let out = import(&new);
    assert!(out.contains("updated ada: totpSecret"), "{out}");
    let stored = stored_user(&service, &user).await;
    assert_eq!(stored.totp.len(), 1);
    assert!(stored.recovery_codes.is_none(), "codes of an attacker must not stay");
    assert_eq!((sign_in(&service, &phone).await, sign_in(&service, &new).await), (400, 200));
}

// Another session of the user has not seen the secret, and cannot confirm it, however many apps there are.
#[on_every_store]
async fn enrolment_beside_other_apps_is_bound_to_its_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { user, browser, app, .. } = enrolled_user(&service, "ada").await;
    service.advance_time(Duration::from_secs(30));
    let other = Browser::of(&service);
    other.sign_in("ada", PASSWORD).await.expect_status(200);
    other.verify(&app.code(service.clock.now())).await.expect_status(200);
    let setup = browser.start_enrolment().await.expect_status(200).json();
    let new = Authenticator::of_base32(setup["secret"].as_str().expect("a secret"));
    let code = new.code(service.clock.now());
    other.verify(&code).await.expect_problem(409, "no_pending_enrolment");
    assert_eq!(stored_user(&service, &user).await.totp.len(), 1);
    // The codes of the present app do not confirm the new one.
    let present = app.code_of_step(service.clock.now(), 1);
    browser.verify(&present).await.expect_problem(400, "code_invalid");
    browser.verify(&code).await.expect_status(200);
}

#[on_every_store]
async fn removal_without_a_csrf_token_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for (method, path) in [
        (reqwest::Method::DELETE, "/api/account/factors/x"),
        (reqwest::Method::PATCH, "/api/account/factors/x"),
        (reqwest::Method::POST, "/api/account/recovery-codes"),
    ] {
        browser.request(method, path).json(&json!({})).send().await.expect_problem(403, "csrf_failed");
    }
}
