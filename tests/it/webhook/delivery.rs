//! Messages, signatures and attempts.

use std::time::{Duration, Instant};

use serde_json::json;
use vestibule::{
    audit::EventKind,
    webhook::{DeliveryState, DeliveryView},
};

use super::{
    LIMIT, OLD_SECRET, SECRET, deliveries, pairs, record, service_with, settings, started, wait_until,
};
use crate::harness::{
    browser::Browser,
    receiver::{Behaviour, Received, Receiver},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with},
};

#[on_every_store]
async fn message_has_the_user_as_it_is_and_a_signature(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let service = service_with(&location, &receiver).await;
    let ada = create_user_with(&service, "ada", |user| {
        user.email = Some("ada@corp.example".parse().expect("an address"));
        user.email_verified = true;
        user.roles = vec!["editor".to_owned()];
    })
    .await;
    let reason = "moved to another team".parse::<vestibule::audit::StatedReason>().expect("a reason");
    let audit = vestibule::audit::Recorder::of_command_line(&service.app.event_chain, &service.clock);
    let audit = audit.about(ada.id).stating(reason);
    let event = audit.success(EventKind::UserUpdated).details("roles, password").record().await;
    let message = receiver.wait_for_accepted(1).await.remove(0);
    assert_eq!((message.method.as_str(), message.path.as_str()), ("POST", "/hook"));
    assert_eq!(message.header("content-type"), "application/json");
    assert!(message.header("user-agent").starts_with("vestibule/"));
    assert!(message.is_signed_with(SECRET) && !message.is_signed_with(OLD_SECRET));
    assert_eq!(message.header("webhook-timestamp"), service.clock.now().as_secs().to_string());
    assert_eq!(
        message.json(),
        json!({
            "id": message.id(), "type": "user.updated", "at": service.clock.now(), "eventId": event.to_string(),
            "userId": ada.id.to_string(), "actor": "cli", "reason": "moved to another team", "changes": ["roles"],
            "user": {
                "id": ada.id.to_string(), "username": "ada", "email": "ada@corp.example", "emailVerified": true,
                "displayName": "ada of the tests", "roles": ["editor"], "status": "active",
            },
        })
    );
    let delivered = wait_until(&service, "delivered", |all| all[0].state == DeliveryState::Delivered).await;
    assert_eq!(delivered[0].last_status, Some(204));
    assert!(!location.all_documents().await.contains(&SECRET["whsec_".len()..]), "no secret in the store");
}

#[on_every_store]
async fn message_about_a_deleted_user_has_the_id_only(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let service = service_with(&location, &receiver).await;
    let user = record(&service, EventKind::UserDeleted).await;
    let message = receiver.wait_for_accepted(1).await[0].json();
    assert_eq!((&message["type"], &message["user"]), (&json!("user.deleted"), &json!(null)));
    assert_eq!(message["userId"], user.to_string());
}

#[on_every_store]
async fn login_from_a_new_device_is_a_message(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let service = service_with(&location, &receiver).await;
    let ada = create_user(&service, "ada").await;
    // The first login of an account is no surprise, and a login is no change of the user.
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
    let message = receiver.wait_for_accepted(1).await[0].json();
    assert_eq!(
        (&message["type"], &message["userId"]),
        (&json!("user.new_device"), &json!(ada.id.to_string()))
    );
    assert_eq!(deliveries(&service).await.len(), 1);
}

#[on_every_store]
async fn webhook_gets_the_types_that_it_wants(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let mut settings = settings("crm", &receiver.url(), SECRET);
    settings.push(("VESTIBULE_WEBHOOK_CRM_EVENTS".to_owned(), "user.deleted".to_owned()));
    let service = Service::with_settings(&location, &pairs(&settings)).await;
    started(&service, 1).await;
    for kind in [EventKind::UserCreated, EventKind::SignOut, EventKind::UserDeleted] {
        record(&service, kind).await;
    }
    receiver.wait_for_accepted(1).await;
    let types: Vec<_> = deliveries(&service).await.iter().map(|delivery| delivery.r#type.as_str()).collect();
    assert_eq!(types, ["user.deleted"]);
}

// Rotation: the receiver changes its secret at any time between the two changes here.
#[on_every_store]
async fn message_is_signed_with_both_secrets_during_a_rotation(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let both = format!("{SECRET},{OLD_SECRET}");
    let settings = settings("crm", &receiver.url(), &both);
    let service = Service::with_settings(&location, &pairs(&settings)).await;
    started(&service, 1).await;
    record(&service, EventKind::UserCreated).await;
    let message = receiver.wait_for_accepted(1).await.remove(0);
    assert!(message.is_signed_with(SECRET) && message.is_signed_with(OLD_SECRET));
    assert_eq!(message.header("webhook-signature").split(' ').count(), 2);
}

async fn gets_every_message_once_after(down: Behaviour, location: &StoreLocation) {
    let receiver = Receiver::behaving(down).await;
    let service = service_with(location, &receiver).await;
    for _ in 0..5 {
        record(&service, EventKind::UserCreated).await;
    }
    receiver.wait_for_requests(1).await;
    wait_until(&service, "a failure", |all| all.iter().any(|delivery| delivery.last_error.is_some())).await;
    receiver.behave(Behaviour::Accept);
    let is_delivered = |all: &[DeliveryView]| all.iter().all(|of| of.state == DeliveryState::Delivered);
    let until = Instant::now() + LIMIT;
    while !is_delivered(&deliveries(&service).await) {
        assert!(Instant::now() < until, "all messages are delivered");
        service.advance_time(Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut ids: Vec<_> = receiver.accepted().iter().map(Received::id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), receiver.accepted().len()), (5, 5));
}

#[on_every_store]
async fn receiver_that_was_unavailable_gets_every_message_once(location: StoreLocation) {
    gets_every_message_once_after(Behaviour::Refuse(503), &location).await;
}

#[on_every_store]
async fn receiver_that_broke_off_gets_every_message(location: StoreLocation) {
    gets_every_message_once_after(Behaviour::BreakOff, &location).await;
}

// A receiver that accepts connections and never answers must not stop the messages to others.
#[on_every_store]
async fn receiver_that_hangs_delays_no_other_one(location: StoreLocation) {
    let (hanging, good) = (Receiver::behaving(Behaviour::Hang).await, Receiver::start().await);
    let mut both = settings("slow", &hanging.url(), SECRET);
    both.extend(settings("crm", &good.url(), SECRET));
    both.retain(|(name, _)| name != "VESTIBULE_WEBHOOKS");
    both.push(("VESTIBULE_WEBHOOKS".to_owned(), "slow,crm".to_owned()));
    let service = Service::with_settings(&location, &pairs(&both)).await;
    started(&service, 2).await;
    for _ in 0..10 {
        record(&service, EventKind::UserCreated).await;
    }
    hanging.wait_for_requests(1).await;
    good.wait_for_accepted(10).await;
    assert_eq!(hanging.requests().len(), 1, "one request at a time");
}

#[on_every_store]
async fn message_that_is_always_refused_does_not_block_the_others(location: StoreLocation) {
    let receiver = Receiver::behaving(Behaviour::RefuseType("user.updated")).await;
    let service = service_with(&location, &receiver).await;
    record(&service, EventKind::UserUpdated).await;
    receiver.wait_for_requests(1).await;
    record(&service, EventKind::UserCreated).await;
    // Its webhook pauses for a second after a failure.
    wait_until(&service, "the first failure", |all| all.iter().any(|of| of.last_status == Some(500))).await;
    service.advance_time(Duration::from_secs(2));
    let accepted = receiver.wait_for_accepted(1).await;
    assert_eq!(accepted[0].r#type(), "user.created");
    // It is tried for three days, and then given up.
    service.advance_time(Duration::from_hours(73));
    let failed = |all: &[DeliveryView]| all.iter().any(|delivery| delivery.state == DeliveryState::Failed);
    let all = wait_until(&service, "given up", failed).await;
    let given_up = all.iter().find(|delivery| delivery.state == DeliveryState::Failed).expect("one");
    assert_eq!(given_up.r#type.as_str(), "user.updated");
}

#[on_every_store]
async fn gone_receiver_gets_no_second_attempt(location: StoreLocation) {
    let receiver = Receiver::behaving(Behaviour::Refuse(410)).await;
    let service = service_with(&location, &receiver).await;
    record(&service, EventKind::UserCreated).await;
    let all = wait_until(&service, "failed", |all| {
        all.iter().any(|delivery| delivery.state == DeliveryState::Failed)
    })
    .await;
    assert_eq!((all[0].attempts, all[0].last_status), (1, Some(410)));
    assert_eq!(all[0].next_attempt_at, None);
}

// SSRF: a receiver must not send names and addresses of users to another host, or a request to an internal one.
#[on_every_store]
async fn redirect_is_not_followed(location: StoreLocation) {
    let receiver = Receiver::behaving(Behaviour::Redirect).await;
    let service = service_with(&location, &receiver).await;
    record(&service, EventKind::UserCreated).await;
    let all = wait_until(&service, "refused", |all| all.iter().any(|of| of.last_status.is_some())).await;
    assert_eq!(all[0].last_status, Some(307));
    assert_eq!(all[0].state, DeliveryState::Pending);
    assert!(receiver.requests().iter().all(|request| request.path == "/hook"));
}

#[on_every_store]
async fn receiver_can_ask_for_time(location: StoreLocation) {
    let receiver = Receiver::behaving(Behaviour::Later(300)).await;
    let service = service_with(&location, &receiver).await;
    record(&service, EventKind::UserCreated).await;
    let refused_at = service.clock.now();
    let all = wait_until(&service, "refused", |all| all.iter().any(|of| of.last_status == Some(429))).await;
    assert_eq!(all[0].next_attempt_at, Some(refused_at + Duration::from_mins(5)));
    receiver.behave(Behaviour::Accept);
    // Other messages wait, too.
    record(&service, EventKind::UserDeleted).await;
    service.advance_time(Duration::from_secs(299));
    wait_until(&service, "both are queued", |all| all.len() == 2).await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(receiver.requests().len(), 1);
    service.advance_time(Duration::from_secs(1));
    receiver.wait_for_accepted(2).await;
}

#[on_every_store]
async fn slow_receiver_gets_one_request_at_a_time(location: StoreLocation) {
    let receiver = Receiver::behaving(Behaviour::Slow(Duration::from_millis(100))).await;
    let service = service_with(&location, &receiver).await;
    for _ in 0..5 {
        record(&service, EventKind::UserCreated).await;
    }
    receiver.wait_for_accepted(5).await;
    assert_eq!(receiver.most_open(), 1);
}
