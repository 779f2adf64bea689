//! `GET /api/admin/overview` and its CSV files.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::{
    admin::overview::{Limits, overview as figures_of},
    audit::Query,
    clock::Timestamp,
    store::{Change, StoreError},
    user::{RecoveryCodes, Status},
};

use super::administrator;
use crate::harness::{
    browser::Browser,
    federated::{FederatedFixture, claims_of, set_verified_email},
    service::Service,
    stored_factors::{message_codes, passkey},
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with},
};

async fn overview(browser: &Browser, query: &str) -> Value {
    browser.get(&format!("/api/admin/overview{query}")).await.expect_status(200).json()
}

#[on_every_store]
async fn overview_counts_users_sessions_locks_and_logins(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("VESTIBULE_SESSION_IDLE", "12h")]).await;
    let service = &fixture.service;
    create_user(service, "ada").await;
    create_user_with(service, "linus", |user| user.status = Status::Disabled).await;
    create_user_with(service, "eve", |user| {
        user.status = Status::Quarantined;
        user.password = None;
    })
    .await;
    // The day before: two logins, of which one has a wrong password.
    let browser = Browser::of(service);
    browser.sign_in("ada", "wrong").await.expect_status(401);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_hours(24));
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let attacker = Browser::of(service);
    for _ in 0..10 {
        attacker.sign_in("ada", "wrong").await.expect_status(401);
    }
    let (admin, _) = administrator(service).await;
    let shown = overview(&admin, "?days=3").await;
    assert_eq!(
        shown["users"],
        json!({
            "total": 5, "active": 3, "disabled": 1, "quarantined": 1, "withMfa": 1, "withPassword": 3, "federated": 1,
        })
    );
    // Sessions of grace and of the administrator; the one of ada is past its idle time.
    assert_eq!(shown["sessions"], json!({ "active": 2 }));
    assert_eq!(shown["locks"], 1);
    let days: Vec<&str> =
        shown["logins"].as_array().unwrap().iter().map(|day| day["day"].as_str().unwrap()).collect();
    let today = &service.clock.now().to_string()[..10];
    assert_eq!((days.len(), days[2]), (3, today), "{days:?}");
    assert!(days.is_sorted());
    let results = |day: usize| (&shown["logins"][day]["success"], &shown["logins"][day]["failure"]);
    assert_eq!(results(0), (&json!(0), &json!(0)));
    assert_eq!(results(1), (&json!(1), &json!(1)));
    assert_eq!(results(2), (&json!(2), &json!(10)), "{shown}");
    assert_eq!(
        shown["loginsByMethod"],
        json!([
            { "method": "federated", "success": 1, "failure": 0 },
            { "method": "password", "success": 2, "failure": 11 },
            { "method": "secondFactor", "success": 1, "failure": 0 },
        ])
    );
    let new: Vec<&Value> = shown["newUsers"].as_array().unwrap().iter().map(|day| &day["count"]).collect();
    assert_eq!(new, [&json!(0), &json!(3), &json!(2)]);
    assert_eq!((&shown["complete"], &shown["incomplete"]), (&json!(true), &json!([])));
    assert_eq!(overview(&admin, "?days=1").await["logins"].as_array().map(Vec::len), Some(1));
    assert_eq!(overview(&admin, "").await["logins"].as_array().map(Vec::len), Some(30));
    for bad in ["days=0", "days=367", "days=x"] {
        admin.get(&format!("/api/admin/overview?{bad}")).await.expect_problem(400, "invalid_request");
    }
}

// The record of such a session says nothing of its end.
#[on_every_store]
async fn session_that_its_user_has_ended_is_not_counted(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
    let (admin, _) = administrator(&service).await;
    assert_eq!(overview(&admin, "").await["sessions"]["active"], 2);
    let end = |user: &mut vestibule::user::User| {
        user.session_epoch += 1;
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.users.update(&ada.id.document_id(), end).await.expect("written");
    assert_eq!(overview(&admin, "").await["sessions"]["active"], 1);
}

// Any client can cause events and counters, so the work for one request has limits.
#[on_every_store]
async fn figures_that_stopped_at_a_limit_name_what_they_leave_out(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    for name in ["ada", "linus"] {
        create_user(&service, name).await;
        service.advance_time(Duration::from_mins(1));
        Browser::of(&service).sign_in(name, PASSWORD).await.expect_status(200);
        // A login would delete the counter of the failure.
        Browser::of(&service).sign_in(name, "wrong").await.expect_status(401);
    }
    let shown = overview(&admin, "").await;
    assert_eq!((&shown["complete"], &shown["leftOut"]), (&json!(true), &json!([])), "{shown}");
    let newest = Query::default().newest(&service.app.store, 2).await.expect("events");
    let (all, since) = (Limits::REQUEST, newest[1].at);
    for (limits, value, text) in [
        (
            Limits { users: 2, ..all },
            json!({ "kind": "users", "counted": 2 }),
            "only the newest 2 users were counted".to_owned(),
        ),
        (
            Limits { sessions: 1, ..all },
            json!({ "kind": "sessions", "read": 1 }),
            "only 1 session records were read".to_owned(),
        ),
        (
            Limits { counters: 1, ..all },
            json!({ "kind": "counters", "read": 1 }),
            "only 1 counters of failures were read".to_owned(),
        ),
        (
            Limits { events: 1, ..all },
            json!({ "kind": "logins", "since": since }),
            format!("only logins since {since} were counted"),
        ),
    ] {
        let figures = figures_of(&service.app, 1, limits).await.expect("the store answers");
        let figures = serde_json::to_value(figures).expect("JSON");
        assert_eq!(figures["leftOut"], json!([value]), "{limits:?}");
        assert_eq!((&figures["incomplete"], &figures["complete"]), (&json!([text]), &json!(false)));
    }
    let two = figures_of(&service.app, 1, Limits { users: 2, ..all }).await.expect("the store answers");
    assert_eq!(serde_json::to_value(two).expect("JSON")["users"]["total"], 2);
}

#[on_every_store]
async fn charts_are_csv_files_with_the_day_in_their_names(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let today = &service.clock.now().to_string()[..10];
    for (chart, name, expected) in [
        ("users", "users", "users,count\r\ntotal,1\r\nactive,1\r\n".to_owned()),
        ("logins", "logins", format!("day,success,failure\r\n{today},1,0\r\n")),
        (
            "loginsByMethod",
            "logins-by-method",
            "method,success,failure\r\npassword,1,0\r\nsecondFactor,1,0\r\n".to_owned(),
        ),
        (
            "mfaKinds",
            "mfa-kinds",
            "factor,users\r\npasskey,0\r\ntotp,1\r\nsms,0\r\nemail,0\r\nrecovery,0\r\n".to_owned(),
        ),
        ("newUsers", "new-users", format!("day,count\r\n{today},1\r\n")),
    ] {
        let answer =
            admin.get(&format!("/api/admin/overview/export?chart={chart}&days=1")).await.expect_status(200);
        assert!(answer.text.starts_with(&expected), "{chart}: {:?}", answer.text);
        let disposition = format!("attachment; filename=\"{name}-{today}.csv\"");
        assert_eq!(answer.header("content-disposition"), Some(disposition.as_str()));
        assert!(answer.header("content-type").is_some_and(|media| media.starts_with("text/csv")));
    }
    for bad in ["", "?chart=secrets", "?chart=users&days=0"] {
        admin.get(&format!("/api/admin/overview/export{bad}")).await.expect_problem(400, "invalid_request");
    }
}

#[on_every_store]
async fn overview_counts_users_by_kind_of_second_factor(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let now = service.clock.now();
    create_user(&service, "ada").await;
    create_user_with(&service, "grace", |user| {
        user.passkeys = vec![passkey("cGhvbmU", now), passkey("a2V5", now)];
        user.message_codes.sms = message_codes(now).sms;
        user.recovery_codes = Some(recovery_codes(now, 1));
    })
    .await;
    create_user_with(&service, "linus", |user| {
        set_verified_email(user, "linus@corp.example");
        user.message_codes = message_codes(now);
        // Used up: they prove nothing.
        user.recovery_codes = Some(recovery_codes(now, 0));
    })
    .await;
    // Recovery codes without a factor stand in for none.
    create_user_with(&service, "edith", |user| user.recovery_codes = Some(recovery_codes(now, 1))).await;
    let shown = overview(&admin, "").await;
    assert_eq!(shown["mfaKinds"], json!({ "passkey": 1, "totp": 1, "sms": 2, "email": 1, "recovery": 1 }));
    assert_eq!(shown["users"]["withMfa"], 3);
    let csv = admin.get("/api/admin/overview/export?chart=users").await.expect_status(200);
    let rows = "withPasskey,1\r\nwithTotp,1\r\nwithSmsCodes,2\r\nwithEmailCodes,1\r\nwithRecoveryCodes,1\r\n";
    assert!(csv.text.ends_with(rows), "{}", csv.text);
    let csv = admin.get("/api/admin/overview/export?chart=mfaKinds").await.expect_status(200);
    assert_eq!(csv.text, "factor,users\r\npasskey,1\r\ntotp,1\r\nsms,2\r\nemail,1\r\nrecovery,1\r\n");
}

fn recovery_codes(now: Timestamp, unused: usize) -> RecoveryCodes {
    RecoveryCodes {
        salt: "$argon2id$".to_owned(),
        hashes: vec!["hash".to_owned(); unused],
        created_at: now,
        last_used_at: None,
    }
}
