//! The response time of a refused password login does not reveal the account.

use std::time::{Duration, Instant};

use vestibule::{
    limiter::{Networks, Origin},
    user::Status,
};

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with},
};

/// Returns whether the times differ by less than a quarter or by noise.
fn are_similar(times: [Duration; 5]) -> bool {
    let (least, most) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    most.saturating_sub(*least) < (*most / 4).max(Duration::from_millis(8))
}

// The service hashes a dummy password. The test compares medians in rounds, because other processes run at the same
// time.
#[on_every_store]
async fn refusal_time_does_not_reveal_the_account(location: StoreLocation) {
    const TRIES: usize = 15;
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    let mut difference = Vec::new();
    // One round with close times is enough: a real difference shows in every round.
    for round in 0..10 {
        let numbers = round * TRIES..(round + 1) * TRIES;
        let mut limited = Vec::new();
        for number in numbers.clone() {
            create_user(&service, &format!("ada{number}")).await;
            create_user_with(&service, &format!("grace{number}"), |user| user.password = None).await;
            create_user_with(&service, &format!("mallory{number}"), |user| user.status = Status::Disabled)
                .await;
            let linus = create_user(&service, &format!("linus{number}")).await;
            limited.push(linus.id.to_string());
        }
        let mut limited = limited.into_iter();
        let mut times = [const { Vec::new() }; 5];
        for number in numbers {
            // The limit per network is not measured here.
            service.advance_time(Duration::from_mins(1));
            limit_through_another_name(&service, &limited.next().expect("one for each number")).await;
            let kinds = [
                ("ada", "wrong"),
                ("unknown", "wrong"),
                ("grace", PASSWORD),
                ("mallory", PASSWORD),
                ("linus", PASSWORD),
            ];
            for (kind, (name, password)) in kinds.into_iter().enumerate() {
                let begun = Instant::now();
                browser.sign_in(&format!("{name}{number}"), password).await.expect_status(401);
                times[kind].push(begun.elapsed());
            }
        }
        let seen = times.map(|mut times| {
            times.sort_unstable();
            (times[TRIES / 2], times[0])
        });
        // The fastest times count as well: other load moves medians, but it does not hide a missing hash.
        if are_similar(seen.map(|(median, _)| median)) || are_similar(seen.map(|(_, fastest)| fastest)) {
            return;
        }
        difference.push(seen);
    }
    panic!("wrong, unknown, without a password, disabled, limited: {difference:?}");
}

/// Causes ten failures of an account through a name that is not tried again, so that only the account must wait.
async fn limit_through_another_name(service: &Service, account: &str) {
    let origin =
        Origin::Other(Networks::new("192.0.2.0/24".to_owned(), [(format!("192.0.2.1 {account}"), 1)]));
    for _ in 0..10 {
        let name = format!("name:other {account}");
        service.app.limiter.login_attempt(&name, account, &origin).await.expect("below the limit").failed();
    }
}
