//! Replicas, commands, and a sender that is killed.

use std::time::{Duration, Instant};

use vestibule::{audit::EventKind, secrets};

use super::{SECRET, record, service_with, settings};
use crate::harness::{
    process::Installation,
    receiver::{Behaviour, Received, Receiver},
    stores::StoreLocation,
};

fn ids(messages: &[Received]) -> Vec<String> {
    let mut ids: Vec<_> = messages.iter().map(Received::id).collect();
    ids.sort();
    ids.dedup();
    ids
}

pub(crate) fn installation(location: &StoreLocation, receiver: &Receiver) -> Installation {
    let home = Installation::new()
        .and("VESTIBULE_DATABASE_URL", location.url())
        .and("VESTIBULE_SECRET_KEYS", &secrets::new_key());
    settings("crm", &receiver.url(), SECRET).iter().fold(home, |home, (name, value)| home.and(name, value))
}

/// Waits until a running service has started the webhook.
async fn has_started(home: &Installation) {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let listed = home.run(&["webhooks", "list", "--json"]).expect_exit(0).out;
        let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
        if listed[0]["startedAt"].is_string() {
            return;
        }
        assert!(Instant::now() < until, "{listed}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[on_every_store]
async fn replicas_send_each_message_once_and_another_one_continues(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let first = service_with(&location, &receiver).await;
    let second = first.start_replica().await;
    for _ in 0..20 {
        record(&first, EventKind::UserCreated).await;
        record(&second, EventKind::UserDeleted).await;
    }
    let messages = receiver.wait_for_accepted(40).await;
    assert_eq!((messages.len(), ids(&messages).len()), (40, 40));
    first.stop().await;
    record(&second, EventKind::UserUpdated).await;
    let messages = receiver.wait_for_accepted(41).await;
    assert_eq!((messages.len(), ids(&messages).len()), (41, 41));
}

#[on_every_store]
async fn act_of_a_command_leads_to_a_message(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let home = installation(&location, &receiver);
    let service = home.serve();
    has_started(&home).await;
    home.run_with(&["users", "add", "ada", "--password-stdin"], "correct horse battery\n").expect_exit(0);
    let created = receiver.wait_for_accepted(1).await[0].json();
    assert_eq!((&created["type"], &created["actor"]), (&"user.created".into(), &"cli".into()));
    assert_eq!(created["user"]["username"], "ada");
    // Also while no service runs.
    service.kill();
    home.run(&["users", "disable", "ada"]).expect_exit(0);
    let _service = home.serve();
    // The first message may come again: the process may have ended before it wrote the result.
    let mut count = 2;
    let disabled = loop {
        let messages = receiver.wait_for_accepted(count).await;
        let found = messages.iter().map(Received::json).find(|message| message["type"] == "user.disabled");
        match found {
            Some(message) => break message,
            None => count = messages.len() + 1,
        }
    };
    assert_eq!(
        (&disabled["type"], &disabled["user"]["status"]),
        (&"user.disabled".into(), &"disabled".into())
    );
}

// Lost message: the process ends between the request and the write of its result.
#[on_every_store]
async fn message_is_sent_again_after_a_kill_during_the_request(location: StoreLocation) {
    let receiver = Receiver::behaving(Behaviour::Hang).await;
    let home = installation(&location, &receiver);
    let service = home.serve();
    has_started(&home).await;
    home.run_with(&["users", "add", "ada", "--password-stdin"], "correct horse battery\n").expect_exit(0);
    let first = receiver.wait_for_requests(1).await.remove(0);
    service.kill();
    receiver.behave(Behaviour::Accept);
    let _service = home.serve();
    let again = receiver.wait_for_accepted(1).await.remove(0);
    assert_eq!((again.id(), again.json()), (first.id(), first.json()), "the same message, with the same id");
}

#[on_every_store]
async fn commands_list_replay_and_test(location: StoreLocation) {
    let receiver = Receiver::behaving(Behaviour::Refuse(410)).await;
    let home = installation(&location, &receiver);
    let _service = home.serve();
    has_started(&home).await;
    home.run_with(&["users", "add", "ada", "--password-stdin"], "correct horse battery\n").expect_exit(0);
    let refused = receiver.wait_for_requests(1).await.remove(0);
    let failed = || {
        let done = home.run(&["webhooks", "deliveries", "--state", "failed", "--json"]).expect_exit(0);
        serde_json::from_str::<Vec<serde_json::Value>>(&done.out).expect("JSON")
    };
    let until = Instant::now() + Duration::from_secs(30);
    while failed().is_empty() {
        assert!(Instant::now() < until, "the delivery has failed");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(failed()[0]["id"], refused.id());
    let list = home.run(&["webhooks", "list"]).expect_exit(0).out;
    assert!(list.contains("crm") && list.contains("status 410"), "{list}");
    assert!(!list.contains("in-the-query"), "the query may contain a token: {list}");
    home.run(&["webhooks", "test", "crm"]).expect_exit(1);
    receiver.behave(Behaviour::Accept);
    let tested = home.run(&["webhooks", "test", "crm", "--reason", "new receiver"]).expect_exit(0);
    assert!(tested.out.contains("accepted the test message: status 204"), "{tested:?}");
    let test = receiver.wait_for_accepted(1).await.remove(0);
    assert!(test.is_signed_with(SECRET) && test.r#type() == "webhook.test");
    let replayed = home.run(&["webhooks", "replay", "--all", "crm"]).expect_exit(0);
    assert_eq!(replayed.out, "queued 1 message\n");
    let again = receiver.wait_for_accepted(2).await.remove(1);
    assert_eq!(again.id(), refused.id());
    let unknown = home.run(&["webhooks", "test", "other"]).expect_exit(1);
    assert!(unknown.err.contains("VESTIBULE_WEBHOOKS has no \"other\""), "{unknown:?}");
}
