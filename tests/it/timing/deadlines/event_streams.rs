//! An event stream stays open longer than every time limit of the server, and does not stay silent.

use std::time::Duration;

use crate::harness::{
    browser::Browser,
    events::{Events, Next},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

/// Longer than the limits for a request, a request head and a write.
const OPEN: Duration = Duration::from_secs(25);

#[tokio::test(flavor = "multi_thread")]
async fn event_stream_outlives_the_limits_of_requests() {
    let service = Service::start(&StoreLocation::file()).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let mut events = Events::open(&browser).await;
    assert_eq!(events.next_within(OPEN).await, Next::Silence);
    assert_eq!(events.comments, 1, "a comment after 15 seconds");
    browser.sign_out().await.expect_status(200);
    assert!(matches!(events.next_within(Duration::from_secs(2)).await, Next::Event(..)));
}
