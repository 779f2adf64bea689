//! Recovery codes: each signs in once, guesses are limited, and nothing readable is stored.

use std::{collections::HashSet, time::Duration};

use serde_json::json;
use tokio::sync::Barrier;
use vestibule::audit::{self, EventKind};

use crate::harness::{
    account::reauthenticate,
    browser::{Answer, Browser},
    factors::{Enrolled, enrol, enrolled_user, factors, recovery_codes},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app, stored_user},
};

/// A code of the right form that is not one of the user.
const WRONG: &str = "00000-00000-0000";

/// Signs in with the password, then gives this code.
async fn verify(service: &Service, code: &str) -> Answer {
    let browser = Browser::of(service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.verify(code).await
}

async fn events(service: &Service, user: &vestibule::user::User, kind: EventKind) -> Vec<String> {
    let events = audit::about(&service.app.store, user.id, 100).await.expect("the store answers");
    let of_kind = events.into_iter().filter(|event| event.kind == kind);
    of_kind.map(|event| event.details_text().unwrap_or_default()).collect()
}

#[on_every_store]
async fn first_app_comes_with_ten_codes_and_the_second_without(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { browser, codes, .. } = enrolled_user(&service, "ada").await;
    assert_eq!(codes.iter().collect::<HashSet<_>>().len(), 10, "{codes:?}");
    for code in &codes {
        assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 4], "{code}");
    }
    let shown = factors(&browser).await;
    assert_eq!(
        (&shown["recoveryCodesLeft"], &shown["recoveryCodesAt"]),
        (&json!(10), &json!("2036-05-04T10:00:00.000Z"))
    );
    let (_, answer) = enrol(&service, &browser, &json!({ "name": "Tablet" })).await;
    assert_eq!(answer.expect_status(200).json().get("recoveryCodes"), None);
    assert_eq!(factors(&browser).await["recoveryCodesLeft"], 10, "the codes stay");
}

#[on_every_store]
async fn recovery_code_signs_in_once(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { user, codes, .. } = enrolled_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let answer = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!(answer["methods"], json!(["totp", "recoveryCode"]));
    let answer = browser.verify(&codes[0]).await.expect_status(200).json();
    assert_eq!(answer["session"]["amr"], json!(["pwd", "recovery"]));
    assert_eq!(answer["session"]["state"], "signedIn");
    assert_eq!(browser.me().await.expect_status(200).json()["mfaEnabled"], true);
    assert_eq!(factors(&browser).await["recoveryCodesLeft"], 9);

    for code in [codes[0].clone(), codes[0].to_uppercase().replace('-', "")] {
        verify(&service, &code).await.expect_problem(400, "code_invalid");
    }
    service.advance_time(Duration::from_secs(1));
    verify(&service, &codes[9]).await.expect_status(200);
    let mut used = events(&service, &user, EventKind::RecoveryCodeUsed).await;
    used.sort();
    assert_eq!(used, ["8 left", "9 left"]);
    // The user has lost the app: the method that works comes first.
    let browser = Browser::of(&service);
    let answer = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!(answer["methods"], json!(["recoveryCode", "totp"]));
}

#[on_every_store]
async fn every_spelling_of_a_recovery_code_is_accepted(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { codes, .. } = enrolled_user(&service, "ada").await;
    let spellings: [fn(&str) -> String; 4] = [
        str::to_uppercase,
        |code| code.replace('-', ""),
        |code| format!(" {} ", code.replace('-', " ")),
        |code| code.replace('0', "O").replace('1', "l"),
    ];
    for (code, spell) in codes.iter().zip(spellings) {
        verify(&service, &spell(code)).await.expect_status(200);
    }
}

#[on_every_store]
async fn recovery_code_reauthenticates_once(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { user, browser, codes, .. } = enrolled_user(&service, "ada").await;
    service.advance_time(Duration::from_mins(9));
    browser.keep_alive().await.expect_status(200);
    service.advance_time(Duration::from_mins(2));
    browser.start_enrolment().await.expect_problem(403, "reauthentication_required");
    reauthenticate(&browser, &json!({ "code": WRONG })).await.expect_problem(400, "code_invalid");
    let before = browser.session();
    let answer = reauthenticate(&browser, &json!({ "code": codes[3] })).await.expect_status(200).json();
    assert_eq!(answer["session"]["amr"], json!(["pwd", "otp", "recovery"]));
    assert_ne!(browser.session(), before);
    browser.start_enrolment().await.expect_status(200);
    reauthenticate(&browser, &json!({ "code": codes[3] })).await.expect_problem(400, "code_invalid");
    assert_eq!(events(&service, &user, EventKind::RecoveryCodeUsed).await, ["9 left"]);
}

// An attacker who has the sheet of codes and no password has nothing.
#[on_every_store]
async fn recovery_code_alone_opens_nothing(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { codes, .. } = enrolled_user(&service, "ada").await;
    Browser::of(&service).verify(&codes[0]).await.expect_problem(401, "not_signed_in");
    let browser = Browser::of(&service);
    browser.sign_in("ada", "wrong").await.expect_status(401);
    browser.verify(&codes[0]).await.expect_problem(401, "not_signed_in");
    // Nor does it confirm an enrolment of another user.
    let (_, _) = create_user_with_app(&service, "linus").await;
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&codes[0]).await.expect_problem(400, "code_invalid");
}

// Codes stand in for an app. A restored or edited document may have them without one.
#[on_every_store]
async fn recovery_code_without_an_app_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { user, codes, .. } = enrolled_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let without_app = |user: &mut vestibule::user::User| {
        user.totp.clear();
        Ok::<_, vestibule::store::StoreError>(vestibule::store::Change::Write(()))
    };
    service.app.users.update(&user.id.document_id(), without_app).await.expect("the store answers");
    browser.verify(&codes[0]).await.expect_problem(400, "code_invalid");
}

#[on_every_store]
async fn recovery_code_does_not_confirm_an_enrolment(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { browser, codes, .. } = enrolled_user(&service, "ada").await;
    browser.start_enrolment().await.expect_status(200);
    browser.verify(&codes[0]).await.expect_problem(400, "code_invalid");
    assert_eq!(factors(&browser).await["recoveryCodesLeft"], 10, "it is not used up");
}

#[on_every_store]
async fn new_codes_replace_the_old_ones(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { user, browser, codes, .. } = enrolled_user(&service, "ada").await;
    let path = "/api/account/recovery-codes";
    service.advance_time(Duration::from_mins(9));
    browser.keep_alive().await.expect_status(200);
    service.advance_time(Duration::from_mins(2));
    browser.post(path, &json!({})).await.expect_problem(403, "reauthentication_required");
    reauthenticate(&browser, &json!({ "code": codes[0] })).await.expect_status(200);
    let new = recovery_codes(&browser.post(path, &json!({})).await.expect_status(200));
    assert!(new.len() == 10 && new.iter().all(|code| !codes.contains(code)));
    verify(&service, &codes[1]).await.expect_problem(400, "code_invalid");
    verify(&service, &new[1]).await.expect_status(200);
    assert_eq!(events(&service, &user, EventKind::RecoveryCodesReplaced).await.len(), 1);
    browser.me().await.expect_status(200);
}

#[on_every_store]
async fn user_without_an_app_gets_no_recovery_codes(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let answer = browser.post("/api/account/recovery-codes", &json!({})).await;
    answer.expect_problem(409, "factor_required");
    assert_eq!(factors(&browser).await["recoveryCodesLeft"], 0);
}

// A stolen database yields no codes.
#[on_every_store]
async fn recovery_codes_are_stored_as_hashes(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { user, browser, codes, .. } = enrolled_user(&service, "ada").await;
    verify(&service, &codes[0]).await.expect_status(200);
    let raw = location.all_documents().await;
    for code in &codes {
        assert!(!raw.contains(code.as_str()) && !raw.contains(&code.replace('-', "")), "{code} is readable");
    }
    let stored = stored_user(&service, &user).await.recovery_codes.expect("codes");
    assert!(stored.salt.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", stored.salt);
    let shown = browser.get("/api/account/factors").await.text + &browser.me().await.text;
    assert!(!shown.contains(&stored.salt) && !shown.contains(&stored.hashes[0]), "{shown}");
}

#[on_every_store]
async fn five_wrong_recovery_codes_end_the_pending_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { app, codes, .. } = enrolled_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    // Both kinds of code share the tries of the session.
    let wrong = app.wrong_code(service.clock.now());
    for code in [WRONG, &wrong, "no code", "12345"] {
        browser.verify(code).await.expect_problem(400, "code_invalid");
    }
    browser.verify(WRONG).await.expect_problem(401, "session_ended");
    browser.verify(&codes[0]).await.expect_problem(401, "session_ended");
    verify(&service, &codes[0]).await.expect_status(200);
}

// CVE-2026-27801, CVE-2026-35597: the counter was not stored, or its write was rolled back.
#[on_every_store]
async fn two_hundred_wrong_recovery_codes_are_refused_and_the_count_survives_a_restart(
    location: StoreLocation,
) {
    let service = Service::start(&location).await;
    let Enrolled { codes, .. } = enrolled_user(&service, "ada").await;
    let mut checked = 0;
    let mut limited = 0;
    let mut browser = Browser::of(&service);
    for number in 0..200 {
        if number % 4 == 0 {
            browser = Browser::of(&service);
            browser.sign_in("ada", PASSWORD).await.expect_status(200);
        }
        match browser.verify(WRONG).await.status {
            400 => checked += 1,
            429 => limited += 1,
            status => panic!("guess {number}: {status}"),
        }
    }
    assert_eq!((checked, limited), (10, 190));
    let service = service.restart_with(&[]).await;
    let answer = verify(&service, &codes[0]).await;
    assert!(answer.expect_problem(429, "too_many_attempts").retry_after().is_some());
    // Codes of the app have a count of their own, and the right recovery code works after the wait.
    service.advance_time(Duration::from_secs(31));
    verify(&service, &codes[0]).await.expect_status(200);
}

// One code at two replicas at the same time signs in once.
#[on_every_store]
async fn concurrent_use_of_one_recovery_code_opens_one_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let Enrolled { user, codes, .. } = enrolled_user(&service, "ada").await;
    for (round, code) in codes.iter().enumerate() {
        let browsers = [Browser::of(&service), Browser::of(&other)];
        for browser in &browsers {
            browser.sign_in("ada", PASSWORD).await.expect_status(200);
        }
        let barrier = Barrier::new(2);
        let verify = async |browser: &Browser| {
            barrier.wait().await;
            browser.verify(code).await
        };
        let (one, two) = tokio::join!(verify(&browsers[0]), verify(&browsers[1]));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "round {round}: {} {}", one.text, two.text);
        let left = stored_user(&service, &user).await.recovery_codes_left();
        assert_eq!(left, 9 - round);
    }
    // All codes are used: the method is no longer offered.
    let answer = Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!(answer["methods"], json!(["totp"]));
}

#[on_every_store]
async fn full_hashing_queue_counts_no_recovery_code(location: StoreLocation) {
    let service =
        Service::with_settings(&location, &[("VESTIBULE_HASH_THREADS", "1"), ("VESTIBULE_HASH_QUEUE", "1")])
            .await;
    let Enrolled { codes, .. } = enrolled_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    // The slot of the last hash becomes free a moment after its response.
    let mut slots = Vec::new();
    while slots.len() < 2 {
        slots.extend(service.app.hasher.reserve());
        tokio::task::yield_now().await;
    }
    for _ in 0..8 {
        browser.verify(WRONG).await.expect_problem(503, "busy");
    }
    drop(slots);
    browser.verify(&codes[0]).await.expect_status(200);
}
