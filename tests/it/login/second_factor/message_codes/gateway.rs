//! A gateway that refuses, fails, hangs, or whose answer is lost.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;
use vestibule::audit::{self, EventKind, Outcome};

use super::{Fixture, KEY, NUMBER, send};
use crate::harness::{
    eventually,
    receiver::{Behaviour, Received},
    stores::StoreLocation,
};

const LIMIT: Duration = Duration::from_secs(20);

/// Returns the ids of messages: the gateway sends one text for each.
fn texts(requests: &[Received]) -> BTreeSet<String> {
    assert!(requests.iter().all(|request| request.is_signed_with(KEY)));
    requests.iter().map(Received::id).collect()
}

/// Waits for a failed event about a user, and returns its reason.
async fn failure(fixture: &Fixture, user: &vestibule::user::User) -> (String, String) {
    let find = || async {
        let events = audit::about(&fixture.service.app.store, user.id, 50).await.expect("the store answers");
        let mut failed = events.into_iter().filter(|event| event.outcome == Outcome::Failure);
        failed.find(|event| event.kind == EventKind::MessageCodeSent && event.actor.is_none())
    };
    eventually(LIMIT, "the failure is recorded", || async { find().await.is_some() }).await;
    let event = find().await.expect("an event");
    (event.reason.expect("a reason"), event.details.expect("details").to_string())
}

#[on_every_store]
async fn message_is_sent_again_after_a_failure_with_the_same_id(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let behaviours = [Behaviour::Refuse(500), Behaviour::Later(2), Behaviour::BreakOff, Behaviour::Redirect];
    for (count, behaviour) in behaviours.into_iter().enumerate() {
        let (name, number) = (format!("ada{count}"), format!("+49151123456{count}0"));
        fixture.user_with_phone(&name, &number).await;
        fixture.gateway.behave(behaviour);
        let browser = fixture.pending(&name).await;
        let sent = send(&browser, "sms").await.expect_status(200).json();
        assert_eq!(sent["delayed"], true, "{behaviour:?}");
        fixture.gateway.behave(Behaviour::Accept);
        fixture.service.advance_time(Duration::from_secs(3));
        let code = fixture.sms_code(count + 1).await;
        let mut requests = fixture.gateway.requests();
        requests.retain(|request| request.json()["to"] == number);
        assert!(requests.len() > 1, "{behaviour:?}");
        assert_eq!(texts(&requests).len(), 1, "one text: {behaviour:?}");
        browser.verify(&code).await.expect_status(200);
    }
}

#[on_every_store]
async fn request_does_not_wait_for_a_gateway_that_hangs(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    fixture.user_with_phone("ada", NUMBER).await;
    fixture.gateway.behave(Behaviour::Hang);
    let browser = fixture.pending("ada").await;
    let began = std::time::Instant::now();
    let sent = send(&browser, "sms").await.expect_status(200).json();
    assert_eq!(sent["delayed"], true);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    fixture.gateway.behave(Behaviour::Accept);
    // Another replica takes the message after the lease of the one that waits.
    fixture.service.advance_time(Duration::from_secs(31));
    let code = fixture.sms_code(1).await;
    assert_eq!(texts(&fixture.gateway.requests()).len(), 1);
    browser.verify(&code).await.expect_status(200);
}

#[on_every_store]
async fn refusal_of_the_gateway_is_shown_and_recorded(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let ada = fixture.user_with_phone("ada", NUMBER).await;
    fixture.gateway.behave(Behaviour::Refuse(422));
    let browser = fixture.pending("ada").await;
    send(&browser, "sms").await.expect_problem(503, "message_not_sent");
    let (reason, details) = failure(&fixture, &ada).await;
    assert_eq!(reason, "refused");
    assert!(details.contains("status 422") && !details.contains(NUMBER), "{details}");
    fixture.gateway.behave(Behaviour::Accept);
    // At once: no message is on its way.
    let code = fixture.code(&browser).await;
    browser.verify(&code).await.expect_status(200);
}

#[on_every_store]
async fn message_is_given_up_with_its_code(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let ada = fixture.user_with_phone("ada", NUMBER).await;
    fixture.gateway.behave(Behaviour::Refuse(503));
    let browser = fixture.pending("ada").await;
    assert_eq!(send(&browser, "sms").await.expect_status(200).json()["delayed"], json!(true));
    fixture.service.advance_time(Duration::from_mins(10));
    let (reason, _) = failure(&fixture, &ada).await;
    assert_eq!(reason, "expired");
    fixture.gateway.behave(Behaviour::Accept);
    // A message of another user is sent, and the old one is not.
    fixture.user_with_phone("linus", "+447700900123").await;
    fixture.code(&fixture.pending("linus").await).await;
    assert!(fixture.gateway.accepted().iter().all(|message| message.json()["to"] != NUMBER));
}
