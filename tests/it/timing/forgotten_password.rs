//! The response time of a request for a password reset does not reveal the account.

use std::time::{Duration, Instant};

use serde_json::json;
use vestibule::user::{Status, User};

use crate::harness::{
    browser::Browser,
    mail::{MAIL, queued},
    service::Service,
    stores::StoreLocation,
    users::create_user_with,
};

const TRIES: usize = 20;
const KINDS: [&str; 5] = ["known", "unknown", "unverified", "disabled", "federated"];

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Returns whether the medians differ by less than 5 ms.
fn are_similar(times: &[Duration]) -> bool {
    let (least, most) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    most.saturating_sub(*least) < Duration::from_millis(5)
}

async fn create(service: &Service, kind: &str, number: usize) {
    let change = |user: &mut User| {
        user.email = Some(format!("{kind}{number}@corp.example").parse().expect("an address"));
        user.email_verified = kind != "unverified";
        if kind == "disabled" {
            user.status = Status::Disabled;
        }
        if kind == "federated" {
            user.password = None;
        }
    };
    create_user_with(service, &format!("{kind}-{number}"), change).await;
}

// Also the time of the next request is measured: the work after the answer must not show there. The test compares medians in rounds, because
// other processes run at the same time.
#[on_every_store]
async fn time_of_a_request_does_not_reveal_the_account(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let browser = Browser::of(&service);
    let mut seen = Vec::new();
    for round in 0..8 {
        let mut answers = [const { Vec::new() }; 5];
        let mut next = [const { Vec::new() }; 5];
        for number in round * TRIES..(round + 1) * TRIES {
            // The limits are not measured here.
            service.advance_time(Duration::from_hours(1));
            for (at, kind) in KINDS.into_iter().enumerate() {
                if kind != "unknown" {
                    create(&service, kind, number).await;
                }
                let email = format!("{kind}{number}@corp.example");
                let begun = Instant::now();
                browser
                    .post("/api/auth/password/forgot", &json!({ "email": email }))
                    .await
                    .expect_status(202);
                answers[at].push(begun.elapsed());
                let begun = Instant::now();
                browser.get("/api/auth/session").await.expect_status(200);
                next[at].push(begun.elapsed());
                service.app.background.idle().await;
            }
        }
        let medians = (answers.map(median), next.map(median));
        // One round with close times is enough: a real difference shows in every round.
        if are_similar(&medians.0) && are_similar(&medians.1) {
            let mails = queued(&service).await;
            assert!(mails.iter().any(|(_, template)| template == "passwordReset"), "the work is done");
            return;
        }
        seen.push(medians);
    }
    panic!("{KINDS:?}: {seen:?}");
}
