//! A wrong code that fits another time: the clock of the phone is wrong.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{
    browser::{Answer, Browser},
    factors::{Enrolled, enrolled_user},
    service::Service,
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user},
};

fn skew(answer: Answer) -> Value {
    answer.expect_problem(400, "code_invalid").json()["clockSkewSeconds"].clone()
}

#[on_every_store]
async fn wrong_code_of_an_enrolment_says_how_wrong_the_clock_is(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let now = service.clock.now();
    for (steps, expected) in
        [(-2, json!(-60)), (5, json!(150)), (-20, json!(-600)), (20, json!(600)), (21, Value::Null)]
    {
        let setup = browser.start_enrolment().await.expect_status(200).json();
        let app = Authenticator::of_base32(setup["secret"].as_str().expect("a secret"));
        assert_eq!(skew(browser.verify(&app.code_of_step(now, steps)).await), expected, "{steps}");
        assert_eq!(skew(browser.verify(&app.wrong_code(now)).await), Value::Null);
    }
}

// The answer would say that the code is valid later: an attacker who guesses could wait and use it.
#[on_every_store]
async fn wrong_code_of_an_active_app_says_nothing_about_later_codes(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { browser, app, .. } = enrolled_user(&service, "ada").await;
    service.advance_time(Duration::from_mins(30));
    let now = service.clock.now();
    // In a known device, a clock that is behind is reported; elsewhere nothing is.
    for (browser, behind) in [(browser, json!(-150)), (Browser::of(&service), Value::Null)] {
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        assert_eq!(skew(browser.verify(&app.code_of_step(now, 5)).await), Value::Null);
        assert_eq!(skew(browser.verify(&app.code_of_step(now, -5)).await), behind);
        assert_eq!(skew(browser.verify(&app.wrong_code(now)).await), Value::Null);
    }
}
