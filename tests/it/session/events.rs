//! Server-sent events: every tab learns of the end of its session and of a new deadline, from any replica.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use vestibule::{
    session,
    store::{Change, StoreError},
    user::{EndReason, Status, User},
    web::session_id::SessionId,
};

use super::ending::{BOUND, SLACK};
use crate::harness::{
    browser::Browser,
    events::{Events, Next},
    eventually,
    fake_provider::logout::send_logout_token,
    federated::{FederatedFixture, claims_of},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app},
};

const SOON: Duration = Duration::from_millis(1500);

fn ended(reason: &str) -> Next {
    Next::Event("session-ended".to_owned(), json!({ "reason": reason }))
}

async fn signed_in(service: &Service, name: &str) -> Browser {
    let browser = Browser::of(service);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser
}

async fn change_user(service: &Service, user: &User, change: impl Fn(&mut User) + Send + Sync) {
    let id = user.id.document_id();
    let changed = service.app.store.update::<User, (), StoreError>(&id, |user| {
        change(user);
        Ok(Change::Write(()))
    });
    changed.await.unwrap().unwrap();
}

/// Asserts that the stream reports this end in time and closes.
async fn expect_end(events: &mut Events, reason: &str) {
    assert_eq!(events.next_within(BOUND + SLACK).await, ended(reason));
    assert_eq!(events.next_within(SOON).await, Next::Closed, "after {reason}");
}

#[on_every_store]
async fn events_need_a_signed_in_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user_with_app(&service, "linus").await;
    let path = "/api/auth/events";
    Browser::of(&service).get(path).await.expect_problem(401, "not_signed_in");
    let pending = signed_in(&service, "linus").await;
    pending.get(path).await.expect_problem(401, "second_factor_required");
    let browser = signed_in(&service, "ada").await;
    let copy = browser.clone();
    browser.sign_out().await.expect_status(200);
    let answer = copy.get(path).await.expect_problem(401, "session_ended");
    assert_eq!(answer.reason(), "signed_out");
    let token = copy.with_token(Method::POST, path).await;
    token.send().await.expect_problem(405, "method_not_allowed");
    assert_eq!(service.app.event_streams.count(), 0);
}

#[on_every_store]
async fn events_report_the_end_from_another_replica(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let ada = create_user(&service, "ada").await;
    for round in 0..3 {
        let browser = signed_in(&service, "ada").await;
        let mut here = Events::open(&browser).await;
        let mut there = Events::open(&browser.at_replica(&other)).await;
        let mut second_tab = Events::open(&browser.at_replica(&other)).await;
        let reason = match round {
            0 => {
                browser.sign_out().await.expect_status(200);
                "signed_out"
            }
            1 => {
                let tag = session::tag_of_user(ada.id);
                session::end_all(&service.app, &tag, EndReason::Revoked, |_| true).await.unwrap();
                "revoked"
            }
            _ => {
                // The session that changes the password needs a moment to continue under a new id.
                for replica in [&service, &other] {
                    replica.advance_time(Duration::from_secs(1));
                }
                change_user(&service, &ada, |ada| ada.end_sessions(EndReason::PasswordChanged)).await;
                "password_changed"
            }
        };
        for events in [&mut here, &mut there, &mut second_tab] {
            expect_end(events, reason).await;
        }
    }
    eventually(SOON, "no stream is left", async || service.app.event_streams.count() == 0).await;
}

#[on_mongo]
async fn events_without_change_stream_report_the_end_within_a_second() {
    let location = StoreLocation::standalone();
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let ada = create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    let mut there = Events::open(&browser.at_replica(&other)).await;
    browser.sign_out().await.expect_status(200);
    expect_end(&mut there, "signed_out").await;
    let browser = signed_in(&service, "ada").await;
    let mut there = Events::open(&browser.at_replica(&other)).await;
    change_user(&service, &ada, |ada| {
        ada.status = Status::Disabled;
        ada.end_sessions(EndReason::UserDisabled);
    })
    .await;
    expect_end(&mut there, "user_disabled").await;
}

#[on_every_store]
async fn events_report_disabled_and_deleted_users(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let linus = create_user(&service, "linus").await;
    let browser = signed_in(&service, "ada").await;
    let other = signed_in(&service, "linus").await;
    let (mut of_ada, mut of_linus) = (Events::open(&browser).await, Events::open(&other).await);
    change_user(&service, &ada, |ada| {
        ada.status = Status::Disabled;
        ada.end_sessions(EndReason::UserDisabled);
    })
    .await;
    expect_end(&mut of_ada, "user_disabled").await;
    service.app.store.take::<User>(&linus.id.document_id()).await.unwrap().unwrap();
    expect_end(&mut of_linus, "revoked").await;
}

#[on_every_store]
async fn events_report_the_logout_at_the_provider(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let mut events = Events::open(&browser).await;
    let token = fixture.fake.logout_token(&json!({ "sub": "of grace" }));
    send_logout_token(&fixture.service, "fake", &token).await.expect_status(200);
    expect_end(&mut events, "provider_logout").await;
}

#[on_every_store]
async fn events_report_both_deadlines(location: StoreLocation) {
    let settings = [("VESTIBULE_SESSION_IDLE", "10m"), ("VESTIBULE_SESSION_MAX", "15m")];
    let service = Service::with_settings(&location, &settings).await;
    create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    let mut events = Events::open(&browser).await;
    service.advance_time(Duration::from_mins(10));
    expect_end(&mut events, "idle").await;
    browser.me().await.expect_problem(401, "session_ended");
    let browser = signed_in(&service, "ada").await;
    service.advance_time(Duration::from_mins(9));
    browser.keep_alive().await.expect_status(200);
    let mut events = Events::open(&browser).await;
    service.advance_time(Duration::from_mins(6));
    expect_end(&mut events, "max_age").await;
}

#[on_every_store]
async fn events_report_a_new_deadline_from_another_replica(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    let mut there = Events::open(&browser.at_replica(&other)).await;
    service.advance_time(Duration::from_mins(9));
    let kept = browser.keep_alive().await.json();
    let expected = json!({ "expiresAt": kept["expiresAt"], "endsAt": kept["endsAt"] });
    let extended = Next::Event("session-extended".to_owned(), expected);
    assert_eq!(there.next_within(BOUND + SLACK).await, extended);
    // The old deadline passes, and the session is valid.
    service.advance_time(Duration::from_mins(2));
    assert_eq!(there.next_within(SOON).await, Next::Silence);
}

// An open tab must not keep a session alive.
#[on_every_store]
async fn open_event_stream_is_no_activity(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    service.advance_time(Duration::from_mins(5));
    let events = Events::open(&browser).await;
    let session = browser.get("/api/auth/session").await.json();
    assert_eq!(session["expiresAt"], "2036-05-04T10:10:00.000Z");
    drop(events);
}

// The client connects again with the new cookie: a step up is no end.
#[on_every_store]
async fn events_of_a_replaced_id_close_without_an_end(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    let mut here = Events::open(&browser).await;
    let mut there = Events::open(&browser.at_replica(&other)).await;
    let again = json!({ "password": PASSWORD });
    browser.post("/api/auth/reauthenticate", &again).await.expect_status(200);
    assert_eq!(here.next_within(BOUND + SLACK).await, Next::Closed);
    assert_eq!(there.next_within(BOUND + SLACK).await, Next::Closed);
    let mut events = Events::open(&browser).await;
    browser.clone().sign_out().await.expect_status(200);
    expect_end(&mut events, "signed_out").await;
}

// The session that sets the password ends by the same write as the others: its browser must not see an end, however long the rest of the
// request takes. The others end at once.
#[on_every_store]
async fn events_of_the_session_that_changes_the_password_wait_for_its_replacement(location: StoreLocation) {
    let service = Service::start(&location).await;
    let replica = service.start_replica().await;
    let ada = create_user(&service, "ada").await;
    let (browser, other) = (signed_in(&service, "ada").await, signed_in(&service, "ada").await);
    let mut own = Events::open(&browser.at_replica(&replica)).await;
    let mut ended = Events::open(&other).await;
    let key = browser.session().unwrap().parse::<SessionId>().unwrap().document_id();
    let handle = service.app.sessions.get(&key).await.unwrap().expect("the session").handle();
    let now = service.clock.now();
    change_user(&service, &ada, |user| {
        user.updated_at = now;
        user.end_sessions(EndReason::PasswordChanged);
        user.continue_in(&handle);
    })
    .await;
    expect_end(&mut ended, "password_changed").await;
    service.advance_time(Duration::from_secs(5));
    assert_eq!(own.next_within(SOON).await, Next::Silence, "the request may still replace the session");
    // No request takes longer.
    service.advance_time(Duration::from_secs(11));
    expect_end(&mut own, "password_changed").await;
    browser.me().await.expect_problem(401, "session_ended");
}

#[on_every_store]
async fn events_of_a_changed_password_close_here_and_end_elsewhere(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let (browser, other) = (signed_in(&service, "ada").await, signed_in(&service, "ada").await);
    let (mut own, mut ended) = (Events::open(&browser).await, Events::open(&other).await);
    let new = json!({ "currentPassword": PASSWORD, "newPassword": "violet tractor umbrella" });
    browser.post("/api/account/password", &new).await.expect_status(200);
    assert_eq!(own.next_within(BOUND + SLACK).await, Next::Closed);
    expect_end(&mut ended, "password_changed").await;
}

// Each stream holds a connection: one user must not be able to use up all of them (denial of service).
#[on_every_store]
async fn event_streams_of_a_user_are_bounded(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user(&service, "linus").await;
    let mut open = Vec::new();
    for of_session in [16; 8] {
        let browser = signed_in(&service, "ada").await;
        for _ in 0..of_session {
            open.push(Events::open(&browser).await);
        }
        let answer = browser.get("/api/auth/events").await.expect_problem(429, "too_many_attempts");
        assert_eq!(answer.retry_after(), Some(30));
    }
    let another_device = signed_in(&service, "ada").await;
    another_device.get("/api/auth/events").await.expect_problem(429, "too_many_attempts");
    let other_user = Events::open(&signed_in(&service, "linus").await).await;
    assert_eq!(service.app.event_streams.count(), 129);
    drop(open);
    eventually(SOON, "the places are free", async || service.app.event_streams.count() == 1).await;
    drop((Events::open(&another_device).await, other_user));
}

#[on_every_store]
async fn event_streams_close_when_the_service_stops(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let mut events = Events::open(&signed_in(&service, "ada").await).await;
    let stopped = tokio::time::timeout(Duration::from_secs(5), service.stop());
    let (closed, stopped) = tokio::join!(events.next_within(SOON), stopped);
    assert_eq!(closed, Next::Closed);
    stopped.expect("a stream does not delay the shutdown");
}
