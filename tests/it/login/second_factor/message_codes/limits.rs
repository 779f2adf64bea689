//! The limits of messages cannot be avoided with another channel, another purpose, parallel requests or another replica.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use vestibule::limiter::{Limited, Networks};

use super::{ADA, Fixture, LONG_IDLE, NUMBER, send, start};
use crate::harness::{
    browser::{Answer, Browser},
    federated::{set_verified_email, update_user},
    stores::StoreLocation,
};

const MINUTE: Duration = Duration::from_mins(1);

fn accepted(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status == 200).count()
}

/// Creates a user with both channels.
async fn user_with_both_channels(fixture: &Fixture) {
    let ada = fixture.user_with_phone("ada", NUMBER).await;
    let now = fixture.service.clock.now();
    update_user(&fixture.service, ada.id, |user| {
        set_verified_email(user, ADA);
        user.add_email_codes(vestibule::user::CodeChannel { confirmed_at: now, last_used_at: None }, now);
    })
    .await;
}

#[on_every_store]
async fn channels_and_purposes_share_the_limit_of_an_account(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[LONG_IDLE]).await;
    user_with_both_channels(&fixture).await;
    // Three proofs by SMS and by mail, then set-ups of the address and of another number.
    send(&fixture.pending("ada").await, "sms").await.expect_status(200);
    send(&fixture.pending("ada").await, "email").await.expect_status(200);
    let fresh = fixture.signed_in("ada").await;
    for body in [json!({ "channel": "email" }), json!({ "channel": "sms", "number": "+447700900123" })] {
        start(&fresh, body).await.expect_status(200);
        // The limit of the session is one a minute.
        fixture.service.advance_time(MINUTE);
    }
    for channel in ["sms", "email"] {
        send(&fixture.pending("ada").await, channel).await.expect_problem(429, "too_many_attempts");
    }
    let other = json!({ "channel": "sms", "number": "+447700900456" });
    start(&fresh, other).await.expect_problem(429, "too_many_attempts");
}

#[on_every_store]
async fn parallel_requests_at_two_replicas_send_five_messages(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    user_with_both_channels(&fixture).await;
    let replica = fixture.service.start_replica().await;
    let mut browsers = Vec::new();
    for number in 0..8 {
        let browser = fixture.pending("ada").await;
        browsers.push(if number % 2 == 0 { browser } else { browser.at_replica(&replica) });
    }
    let channels = ["sms", "sms", "email", "email"];
    let requests = browsers.iter().zip(channels.iter().cycle());
    let answers = join_all(requests.map(|(browser, channel)| send(browser, channel))).await;
    assert_eq!(accepted(&answers), 5, "{answers:?}");
    assert!(answers.iter().all(|answer| [200, 429].contains(&answer.status)), "{answers:?}");
}

// Otherwise each of two messages has a code, and only one of them works.
#[on_every_store]
async fn parallel_requests_of_one_session_send_one_message(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    fixture.user_with_phone("ada", NUMBER).await;
    let replica = fixture.service.start_replica().await;
    for round in 1..=4 {
        let browser = fixture.pending("ada").await;
        let browsers = [browser.clone(), browser.at_replica(&replica), browser.clone()];
        let answers = join_all(browsers.iter().map(|browser| send(browser, "sms"))).await;
        assert_eq!(accepted(&answers), 1, "{answers:?}");
        let code = fixture.sms_code(round).await;
        browser.verify(&code).await.expect_status(200);
        fixture.service.advance_time(MINUTE * 11);
    }
}

// Attack: an attacker with many accounts sends messages to expensive numbers.
#[on_every_store]
async fn messages_of_a_network_are_limited_for_all_accounts_and_recipients(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let replica = fixture.service.start_replica().await;
    let count = async |service: &crate::harness::service::Service, network: &str, number: usize| {
        let networks = Networks::new(network.to_owned(), [(network.to_owned(), 1)]);
        let (user, recipient) = (format!("user{number}"), format!("+4915112340{number:03}"));
        service.app.limiter.count_message(&user, &recipient, &networks).await
    };
    for number in 0..100 {
        let service = if number % 2 == 0 { &fixture.service } else { &replica };
        count(service, "192.0.2.0/24", number).await.expect("free");
    }
    for (number, service) in [&fixture.service, &replica].into_iter().enumerate() {
        let limited = count(service, "192.0.2.0/24", 100 + number).await;
        assert!(matches!(limited, Err(Limited::Wait(..))), "{limited:?}");
    }
    count(&fixture.service, "198.51.100.0/24", 102).await.expect("another network");
    fixture.service.advance_time(MINUTE * 11);
    count(&fixture.service, "192.0.2.0/24", 103).await.expect("the window has moved");
}

#[on_every_store]
async fn parallel_requests_at_two_replicas_do_not_pass_the_total_of_a_day(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[("VESTIBULE_SMS_DAILY_MAX", "3")]).await;
    let replica = fixture.service.start_replica().await;
    let mut browsers: Vec<Browser> = Vec::new();
    for number in 0..6 {
        let name = format!("user{number}");
        fixture.user_with_phone(&name, &format!("+49151123456{number}0")).await;
        let browser = fixture.pending(&name).await;
        browsers.push(if number % 2 == 0 { browser } else { browser.at_replica(&replica) });
    }
    let answers = join_all(browsers.iter().map(|browser| send(browser, "sms"))).await;
    assert_eq!(accepted(&answers), 3, "{answers:?}");
    assert_eq!(fixture.gateway.wait_for_accepted(3).await.len(), 3);
}
