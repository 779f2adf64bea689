//! Order, late events, and webhooks that are added later.

use std::time::Duration;

use vestibule::audit::{self, EventKind};

use super::{OLD_SECRET, SECRET, deliveries, pairs, record, service_with, settings, started};
use crate::harness::{
    receiver::{Received, Receiver},
    stores::StoreLocation,
};

/// Messages of the test of the order.
const MANY: usize = 600;

fn event_ids(messages: &[Received]) -> Vec<String> {
    messages.iter().map(|message| message.json()["eventId"].as_str().expect("an id").to_owned()).collect()
}

#[on_every_store]
async fn many_messages_arrive_once_and_in_the_order_of_their_events(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let service = service_with(&location, &receiver).await;
    let before = service.clock.now();
    for _ in 0..MANY {
        service.advance_time(Duration::from_millis(1));
        record(&service, EventKind::UserCreated).await;
    }
    let messages = receiver.wait_for_accepted(MANY).await;
    let mut expected = Vec::new();
    let mut after = None;
    while expected.len() < MANY {
        let page = audit::page_with_next(&service.app.store, None, after, 500).await.expect("events");
        expected
            .extend(page.events.iter().filter(|event| event.at > before).map(|event| event.id().to_string()));
        after = page.next;
    }
    expected.reverse();
    assert_eq!(event_ids(&messages), expected);
    assert_eq!(receiver.most_open(), 1);
}

// The clocks of replicas differ, and a write can take a while: the event appears behind others that were read.
#[on_every_store]
async fn event_that_is_stored_late_leads_to_a_message(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let service = service_with(&location, &receiver).await;
    service.advance_time(Duration::from_mins(2));
    record(&service, EventKind::UserCreated).await;
    receiver.wait_for_accepted(1).await;
    service.clock.step(-60_000);
    let late = record(&service, EventKind::UserDeleted).await;
    service.clock.step(60_000);
    let messages = receiver.wait_for_accepted(2).await;
    assert_eq!(messages[1].json()["userId"], late.to_string());
    // The rounds that read minutes again write no second delivery.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(deliveries(&service).await.len(), 2);
}

// An event of a clock that is ahead must not hide those of the others.
#[on_every_store]
async fn event_of_a_clock_that_is_ahead_hides_no_other_one(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let service = service_with(&location, &receiver).await;
    service.clock.step(60 * 60_000);
    record(&service, EventKind::UserCreated).await;
    service.clock.step(-60 * 60_000);
    receiver.wait_for_accepted(1).await;
    service.advance_time(Duration::from_secs(30));
    record(&service, EventKind::UserDeleted).await;
    let messages = receiver.wait_for_accepted(2).await;
    assert_eq!(messages[1].r#type(), "user.deleted");
}

#[on_every_store]
async fn webhook_that_is_added_later_gets_no_earlier_change(location: StoreLocation) {
    let (first, second) = (Receiver::start().await, Receiver::start().await);
    let service = service_with(&location, &first).await;
    let early = record(&service, EventKind::UserCreated).await;
    first.wait_for_accepted(1).await;
    service.advance_time(Duration::from_mins(1));
    let more: Vec<_> = settings("second", &second.url(), OLD_SECRET).into_iter().skip(1).collect();
    let mut more = pairs(&more);
    more.push(("VESTIBULE_WEBHOOKS", "crm,second"));
    let service = service.restart_with(&more).await;
    started(&service, 2).await;
    let late = record(&service, EventKind::UserDeleted).await;
    let messages = second.wait_for_accepted(1).await;
    assert_eq!(messages[0].json()["userId"], late.to_string());
    assert!(messages[0].is_signed_with(OLD_SECRET) && !messages[0].is_signed_with(SECRET));
    let messages = first.wait_for_accepted(2).await;
    assert_eq!(messages[0].json()["userId"], early.to_string());
    assert_eq!(second.requests().len(), 1);
}
