//! `GET /api/admin/events/stream`: new events of all processes.

use std::time::Duration;

use serde_json::Value;
use vestibule::store::{Change, StoreError};

use super::{administrator, set_role, signed_in_with_role};
use crate::harness::{
    browser::Browser,
    events::{Events, Next},
    process::Installation,
    service::Service,
    stores::StoreLocation,
    users::create_user,
};

const ROUTE: &str = "/api/admin/events/stream";
/// Two looks of the follower, and a slow machine.
const SOON: Duration = Duration::from_secs(20);

async fn next(events: &mut Events) -> Value {
    match events.next_within(SOON).await {
        Next::Event(name, data) => {
            assert_eq!(name, "audit");
            data
        }
        other => panic!("{other:?}"),
    }
}

async fn fail(service: &Service) {
    Browser::of(service).sign_in("unknown", "wrong").await.expect_status(401);
}

#[on_every_store]
async fn stream_has_the_events_of_replicas_and_of_the_command_line(location: StoreLocation) {
    // The command has the time of the system.
    let service = Service::with_system_clock(&location, &[]).await;
    let (browser, _) = administrator(&service).await;
    let mut all = Events::open_at(&browser, ROUTE).await;
    let mut created = Events::open_at(&browser, &format!("{ROUTE}?type=userCreated&outcome=success")).await;
    let replica = service.start_replica().await;
    fail(&replica).await;
    let event = next(&mut all).await;
    assert_eq!((&event["type"], &event["outcome"]), (&"passwordSignIn".into(), &"failure".into()), "{event}");
    let listed = browser.get("/api/admin/events?outcome=failure").await.expect_status(200).json();
    assert_eq!(event, listed["items"][0], "the same members as in the list");
    let home = Installation::beside(&service);
    home.run(&["users", "add", "ada", "--generate"]).expect_exit(0);
    for stream in [&mut all, &mut created] {
        let event = next(stream).await;
        assert_eq!((&event["type"], &event["actor"]), (&"userCreated".into(), &"cli".into()), "{event}");
    }
}

// An open stream must not outlive the right to read it.
#[on_every_store]
async fn stream_ends_with_the_role_with_the_session_and_with_the_recent_factor(location: StoreLocation) {
    let service = Service::with_settings(&location, &[("VESTIBULE_SESSION_IDLE", "2h")]).await;
    create_user(&service, "ada").await;
    let (browser, user) = signed_in_with_role(&service, "margaret", "admin:read").await;
    service.advance_time(Duration::from_millis(1));
    let mut stream = Events::open_at(&browser, ROUTE).await;
    fail(&service).await;
    assert_eq!(next(&mut stream).await["reason"], "unknown_user");
    set_role(&service, &user, "editor").await;
    fail(&service).await;
    assert_eq!(stream.next_within(SOON).await, Next::Closed, "without the role");
    browser.get(ROUTE).await.expect_problem(403, "forbidden");

    set_role(&service, &user, "admin:read").await;
    let mut stream = Events::open_at(&browser, ROUTE).await;
    service.advance_time(Duration::from_mins(11));
    fail(&service).await;
    assert_eq!(stream.next_within(SOON).await, Next::Closed, "the second factor is no longer recent");
    browser.get(ROUTE).await.expect_problem(403, "reauthentication_required");

    let (browser, user) = signed_in_with_role(&service, "katherine", "admin").await;
    // An event of the millisecond in which a stream begins counts as new.
    service.advance_time(Duration::from_millis(1));
    let mut stream = Events::open_at(&browser, ROUTE).await;
    let end = |user: &mut vestibule::user::User| {
        user.session_epoch += 1;
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.users.update(&user.id.document_id(), end).await.expect("written");
    assert_eq!(stream.next_within(SOON).await, Next::Closed, "the session has ended");
    browser.get(ROUTE).await.expect_status(401);
    assert_eq!(service.app.event_streams.count(), 0, "the places are free again");
}

#[on_every_store]
async fn streams_of_a_session_are_bounded(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (browser, _) = administrator(&service).await;
    let mut open = Vec::new();
    for _ in 0..16 {
        open.push(Events::open_at(&browser, ROUTE).await);
    }
    browser.get(ROUTE).await.expect_problem(429, "too_many_attempts");
    browser.get(&format!("{ROUTE}?outcome=maybe")).await.expect_problem(400, "invalid_request");
}
