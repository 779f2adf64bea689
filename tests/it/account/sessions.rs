//! `/api/account/sessions`: list own sessions, end one, end all others.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use vestibule::audit::EventKind;

use crate::harness::{
    account::{actors, reauthenticate},
    browser::Browser,
    events::{Events, Next},
    eventually,
    federated::{FederatedFixture, claims_of, update_user},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app},
};

const PATH: &str = "/api/account/sessions";
const SOON: Duration = Duration::from_millis(1500);

async fn signed_in(service: &Service, name: &str, user_agent: &str) -> Browser {
    let browser = Browser::of(service).with_header("user-agent", user_agent);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser
}

async fn sessions(browser: &Browser) -> Vec<Value> {
    let listed = browser.get(PATH).await.expect_status(200).json();
    listed["sessions"].as_array().expect("a list").clone()
}

fn id(session: &Value) -> &str {
    session["id"].as_str().expect("an id")
}

#[on_every_store]
async fn user_sees_own_sessions_and_this_one_is_marked(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user(&service, "linus").await;
    signed_in(&service, "linus", "other user").await;
    let phone = signed_in(&service, "ada", "Firefox on Android").await;
    service.advance_time(Duration::from_mins(1));
    let laptop = signed_in(&service, "ada", "Firefox on Linux").await;
    let listed = sessions(&phone).await;
    let agents: Vec<_> = listed.iter().map(|session| (&session["userAgent"], &session["current"])).collect();
    assert_eq!(
        agents,
        [(&json!("Firefox on Android"), &json!(true)), (&json!("Firefox on Linux"), &json!(false))]
    );
    let mut shown = listed[0].clone();
    // The handle opens nothing: it is neither the cookie nor the key of the record.
    let cookie = phone.session().expect("a cookie");
    let key = service.session(&cookie).await.expect("a record");
    let key = serde_json::to_value(&key.document).expect("a document")["_id"].as_str().unwrap().to_owned();
    assert!(![cookie.as_str(), key.as_str()].contains(&id(&shown)) && !key.contains(id(&shown)));
    let attacker = Browser::of(&service);
    attacker.put_cookie("vestibule-3000", id(&shown));
    attacker.me().await.expect_status(401);
    let device = shown["deviceId"].as_str().expect("the device of this browser").to_owned();
    assert_ne!(listed[1]["deviceId"], device);
    (shown["id"], shown["deviceId"]) = (json!("[handle]"), json!("[device]"));
    snapshot!(shown, @r#"
    {
      "amr": [
        "pwd"
      ],
      "createdAt": "2036-05-04T10:00:00.000Z",
      "current": true,
      "deviceId": "[device]",
      "endsAt": "2036-05-04T22:00:00.000Z",
      "expiresAt": "2036-05-04T10:11:00.000Z",
      "id": "[handle]",
      "ip": "127.0.0.1",
      "lastSeenAt": "2036-05-04T10:01:00.000Z",
      "method": "password",
      "provider": null,
      "userAgent": "Firefox on Android"
    }
    "#);
    laptop.sign_out().await.expect_status(200);
    assert_eq!(sessions(&phone).await.len(), 1, "an ended session is not listed");
}

#[on_every_store]
async fn list_names_factor_and_provider(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let service = &fixture.service;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let listed = sessions(&browser).await;
    assert_eq!((&listed[0]["method"], &listed[0]["provider"]), (&json!("federated"), &json!("fake")));
    let (_, app) = create_user_with_app(service, "linus").await;
    let browser = signed_in(service, "linus", "x").await;
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    // A client that knows only the password has no session yet.
    signed_in(service, "linus", "pending").await;
    let listed = sessions(&browser).await;
    assert_eq!((listed.len(), &listed[0]["amr"]), (1, &json!(["pwd", "otp"])));
}

#[on_every_store]
async fn ended_session_ends_on_all_replicas_and_its_tabs_are_informed(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let ada = create_user(&service, "ada").await;
    let here = signed_in(&service, "ada", "here").await;
    let there = signed_in(&other, "ada", "there").await;
    let mut tab = Events::open(&there).await;
    let listed = sessions(&here).await;
    let answer = here.delete(&format!("{PATH}/{}", id(&listed[1])), &json!({})).await;
    assert_eq!(answer.expect_status(200).json(), json!({ "ended": 1 }));
    let ended = Next::Event("session-ended".to_owned(), json!({ "reason": "revoked" }));
    assert_eq!(tab.next_within(SOON).await, ended);
    assert_eq!(there.me().await.expect_problem(401, "session_ended").reason(), "revoked");
    here.me().await.expect_status(200);
    here.delete(&format!("{PATH}/{}", id(&listed[1])), &json!({})).await.expect_problem(404, "not_found");
    assert_eq!(actors(&service, &ada, EventKind::SessionEnded).await, [Some(ada.id.to_string())]);
}

#[on_every_store]
async fn all_other_sessions_end_and_this_one_stays(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let (ada, app) = create_user_with_app(&service, "ada").await;
    create_user(&service, "linus").await;
    let here = signed_in(&service, "ada", "here").await;
    here.verify(&app.code(service.clock.now())).await.expect_status(200);
    service.advance_time(Duration::from_secs(30));
    let there = signed_in(&other, "ada", "there").await;
    there.verify(&app.code(service.clock.now())).await.expect_status(200);
    // Also a session that lacks its factor: its client knows the password.
    let pending = signed_in(&other, "ada", "pending").await;
    let linus = signed_in(&service, "linus", "other user").await;
    assert_eq!(here.delete(PATH, &json!({})).await.expect_status(200).json(), json!({ "ended": 2 }));
    for browser in [&there, &pending] {
        let is_over = async || browser.get("/api/auth/session").await.json()["state"] == "anonymous";
        eventually(SOON, "the session ends", is_over).await;
    }
    here.me().await.expect_status(200);
    linus.me().await.expect_status(200);
    assert_eq!(here.delete(PATH, &json!({})).await.expect_status(200).json(), json!({ "ended": 0 }));
    assert_eq!(actors(&service, &ada, EventKind::SessionEnded).await.len(), 1, "nothing ended, no event");
}

// The handle belongs to another user, or the session got a new id a moment ago.
#[on_every_store]
async fn handle_ends_only_own_sessions_and_follows_a_rotation(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user(&service, "linus").await;
    let (ada, linus) = (signed_in(&service, "ada", "x").await, signed_in(&service, "linus", "x").await);
    let of_linus = sessions(&linus).await;
    for id in [id(&of_linus[0]), "unknown", "%FF", &"a".repeat(5000)] {
        ada.delete(&format!("{PATH}/{id}"), &json!({})).await.expect_problem(404, "not_found");
    }
    linus.me().await.expect_status(200);
    let attacker = signed_in(&service, "ada", "attacker").await;
    let before = sessions(&ada).await;
    reauthenticate(&attacker, &json!({ "password": PASSWORD })).await.expect_status(200);
    ada.delete(&format!("{PATH}/{}", id(&before[1])), &json!({})).await.expect_status(200);
    attacker.me().await.expect_problem(401, "session_ended");
}

#[on_every_store]
async fn session_routes_need_a_signed_in_session_and_a_token(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user_with_app(&service, "linus").await;
    let pending = signed_in(&service, "linus", "x").await;
    for path in [PATH, "/api/account/events", "/api/account/export"] {
        Browser::of(&service).get(path).await.expect_problem(401, "not_signed_in");
        pending.get(path).await.expect_problem(401, "second_factor_required");
    }
    let one = format!("{PATH}/x");
    for (method, path) in [
        (Method::DELETE, PATH),
        (Method::DELETE, one.as_str()),
        (Method::DELETE, "/api/account"),
        (Method::POST, "/api/account/keep"),
    ] {
        let body = json!({ "confirmation": "linus" });
        let send =
            async |browser: &Browser| browser.with_token(method.clone(), path).await.json(&body).send().await;
        send(&Browser::of(&service)).await.expect_problem(401, "not_signed_in");
        send(&pending).await.expect_problem(401, "second_factor_required");
        let ada = signed_in(&service, "ada", "x").await;
        ada.request(method.clone(), path).json(&body).send().await.expect_problem(403, "csrf_failed");
        ada.me().await.expect_status(200);
    }
}

// ASVS 7.4.3: a factor that was added later also counts for older sessions.
#[on_every_store]
async fn second_factor_that_was_added_later_demotes_older_sessions(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let ada = create_user(&service, "ada").await;
    let (_, app) = create_user_with_app(&service, "with-app").await;
    let browser = signed_in(&other, "ada", "x").await;
    browser.me().await.expect_status(200);
    let secret = service.app.keys.seal(&ada.id, vestibule::login::second_factor::totp::ACTIVE, app.secret());
    let now = service.clock.now();
    // As an import does: the epoch stays.
    update_user(&service, ada.id, |user| {
        user.totp.push(vestibule::user::Totp::unused(secret.clone(), now));
    })
    .await;
    let is_demoted = async || browser.me().await.code() == "second_factor_required";
    eventually(SOON, "the session lacks the factor", is_demoted).await;
    browser.get(PATH).await.expect_problem(401, "second_factor_required");
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    assert_eq!(sessions(&browser).await.len(), 1);
}
