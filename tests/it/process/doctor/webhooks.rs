//! The receivers of webhooks.

use serde_json::Value;

use crate::{
    harness::{
        process::Installation,
        receiver::{Behaviour, Receiver},
        stores::StoreLocation,
    },
    webhook::processes::installation,
};

fn codes(home: &Installation, arguments: &[&str]) -> Vec<String> {
    let done = home.run(&[&["doctor", "--json"], arguments].concat());
    let printed: Value = serde_json::from_str(&done.out).expect("JSON");
    let findings = printed["findings"].as_array().expect("findings").iter();
    findings.map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect()
}

#[on_every_store]
async fn receiver_that_cannot_be_reached_or_refuses_is_reported(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let home = installation(&location, &receiver);
    let found = codes(&home, &[]);
    assert!(!found.iter().any(|code| code.starts_with("webhook_")), "{found:?}");
    assert!(receiver.requests().iter().all(|request| request.method == "HEAD"), "no message is sent");
    receiver.behave(Behaviour::Refuse(401));
    assert!(codes(&home, &["--test-webhooks"]).contains(&"webhook_refused".to_owned()));
    let home = home.and("VESTIBULE_WEBHOOK_CRM_URL", "http://127.0.0.1:1/hook");
    assert!(codes(&home, &[]).contains(&"webhook_unreachable".to_owned()));
}
