//! Second factors of a user, through the API.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    browser::{Answer, Browser},
    service::Service,
    totp::Authenticator,
    users::{PASSWORD, create_user},
};

/// A user who has enrolled an authenticator app.
pub(crate) struct Enrolled {
    pub(crate) user: vestibule::user::User,
    /// The browser of the enrolment, signed in.
    pub(crate) browser: Browser,
    pub(crate) app: Authenticator,
    pub(crate) codes: Vec<String>,
}

/// Creates a user, who signs in and enrols an app. The next code of the app is that of the next time step.
pub(crate) async fn enrolled_user(service: &Service, name: &str) -> Enrolled {
    let user = create_user(service, name).await;
    let browser = Browser::of(service);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    let (app, answer) = enrol(service, &browser, &json!({})).await;
    let codes = recovery_codes(&answer.expect_status(200));
    Enrolled { user, browser, app, codes }
}

/// Enrols an app in a browser that is signed in.
pub(crate) async fn enrol(service: &Service, browser: &Browser, body: &Value) -> (Authenticator, Answer) {
    let setup = browser.post("/api/mfa/setup", body).await.expect_status(200).json();
    let app = Authenticator::of_base32(setup["secret"].as_str().expect("a secret"));
    let answer = browser.verify(&app.code(service.clock.now())).await;
    (app, answer)
}

/// Returns the recovery codes of a response.
pub(crate) fn recovery_codes(answer: &Answer) -> Vec<String> {
    serde_json::from_value(answer.json()["recoveryCodes"].clone()).expect("a list of texts")
}

/// Returns the factors of the signed-in user.
pub(crate) async fn factors(browser: &Browser) -> Value {
    browser.get("/api/account/factors").await.expect_status(200).json()
}

/// Returns the id of the app with this name.
pub(crate) async fn app_id(browser: &Browser, name: &str) -> String {
    let factors = factors(browser).await;
    let apps = factors["totp"].as_array().expect("a list");
    let app = apps.iter().find(|app| app["name"] == name).expect("an app of this name");
    app["id"].as_str().expect("a text").to_owned()
}

pub(crate) async fn remove_app(browser: &Browser, id: &str) -> Answer {
    let request = browser.with_token(Method::DELETE, &format!("/api/account/factors/{id}")).await;
    request.json(&json!({})).send().await
}

pub(crate) async fn rename_app(browser: &Browser, id: &str, body: &Value) -> Answer {
    browser.with_token(Method::PATCH, &format!("/api/account/factors/{id}")).await.json(body).send().await
}
