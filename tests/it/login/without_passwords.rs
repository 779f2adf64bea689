//! `VESTIBULE_LOCAL_PASSWORDS=off`, over HTTP, on both stores.

mod links;

use serde_json::{Value, json};
use vestibule::{
    audit::{self, EventKind},
    link_token::Purpose,
    user::{Password, User},
};

use crate::harness::{
    account::{LONG_IDLE, TOO_LONG, assert_reauthentication_required},
    browser::{Answer, Browser},
    federated::{FederatedFixture, claims_of, update_user},
    mail::{MAIL, queued, token},
    passkey::{Passkey, sign_in},
    service::Service,
    stores::StoreLocation,
    users::{self, PASSWORD, create_user, create_user_with, stored_user},
};

pub(crate) const OFF: (&str, &str) = ("VESTIBULE_LOCAL_PASSWORDS", "off");
const OPTIONS: &str = "/api/auth/password/reset/passkey/options";
const REGISTER: &str = "/api/auth/password/reset/passkey";

async fn options(browser: &Browser, token: &str) -> Answer {
    browser.post(OPTIONS, &json!({ "token": token })).await
}

/// Registers the passkey with a link.
pub(crate) async fn register(browser: &Browser, token: &str, passkey: &mut Passkey) -> Answer {
    let options = options(browser, token).await.expect_status(200).json();
    browser.post(REGISTER, &with_token(passkey.create(&options), token)).await
}

fn with_token(mut response: Value, token: &str) -> Value {
    response["token"] = token.into();
    response
}

/// Returns the reasons of the events of a kind about a user, `None` for a success.
async fn reasons(service: &Service, user: &User, kind: EventKind) -> Vec<Option<String>> {
    let events = audit::about(&service.app.store, user.id, 50).await.expect("the store answers");
    events.into_iter().filter(|event| event.kind == kind).map(|event| event.reason).collect()
}

/// The routes that need a password, with a body that is complete.
fn password_routes() -> [(&'static str, Value); 5] {
    [
        ("/api/auth/login", json!({ "username": "ada", "password": PASSWORD })),
        (
            "/api/account/password",
            json!({ "currentPassword": PASSWORD, "newPassword": "violet tractor umbrella" }),
        ),
        ("/api/auth/password/strength", json!({ "password": PASSWORD })),
        ("/api/auth/password/forgot", json!({ "email": "ada@corp.example" })),
        ("/api/auth/password/reset", json!({ "token": "x", "newPassword": "violet tractor umbrella" })),
    ]
}

#[on_every_store]
async fn routes_of_passwords_do_not_exist_and_their_answer_depends_on_no_user(location: StoreLocation) {
    let service = Service::with_settings(&location, &[&MAIL[..], &[OFF]].concat()).await;
    let ada = create_user_with(&service, "ada", |user| {
        user.email = Some("ada@corp.example".parse().expect("an address"));
        user.email_verified = true;
    })
    .await;
    let browser = Browser::of(&service);
    for (path, body) in password_routes() {
        let of_ada = browser.post(path, &body).await.expect_problem(404, "not_found");
        // Not even the body is read.
        let malformed = browser.post(path, &json!([])).await.expect_problem(404, "not_found");
        let unknown =
            browser.post("/api/auth/password/nothing", &body).await.expect_problem(404, "not_found");
        let shown = |answer: &Answer| {
            let mut problem = answer.problem();
            for member in ["requestId", "instance"] {
                problem.as_object_mut().expect("an object").remove(member);
            }
            problem
        };
        assert_eq!(shown(&of_ada), shown(&malformed), "{path}");
        assert_eq!(shown(&of_ada), shown(&unknown), "{path}");
    }
    browser.get("/.well-known/change-password").await.expect_problem(404, "not_found");
    assert!(queued(&service).await.is_empty(), "no mail");
    let events = audit::about(&service.app.store, ada.id, 50).await.expect("the store answers");
    assert!(events.is_empty(), "the requests are no guesses: {events:?}");
    assert!(stored_user(&service, &ada).await.password.is_some(), "the password is kept");
}

#[on_every_store]
async fn with_passwords_a_link_registers_no_passkey(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user_with(&service, "ada", |user| user.password = None).await;
    let link = token(&service, &ada, Purpose::AdministratorReset).await;
    let browser = Browser::of(&service);
    options(&browser, &link).await.expect_problem(404, "not_found");
    let body = json!({ "token": link, "ceremony": "x", "credential": {} });
    browser.post(REGISTER, &body).await.expect_problem(404, "not_found");
    let body = json!({ "token": link, "newPassword": "violet tractor umbrella" });
    browser.post("/api/auth/password/reset", &body).await.expect_status(200);
}

#[on_every_store]
async fn session_of_a_password_ends_and_the_password_works_again_with_the_setting_on(
    location: StoreLocation,
) {
    let service = Service::start(&location).await;
    create_user_with(&service, "ada", |user| {
        user.set_must_change_password(true);
    })
    .await;
    create_user(&service, "linus").await;
    let linus = Browser::of(&service);
    linus.sign_in("linus", PASSWORD).await.expect_status(200);
    let ada = Browser::of(&service);
    ada.sign_in("ada", PASSWORD).await.expect_status(200);
    let service = service.restart_with(&[OFF]).await;
    for browser in [&linus, &ada] {
        let browser = browser.at_replica(&service);
        let answer = browser.get("/api/account/sessions").await.expect_problem(401, "session_ended");
        assert_eq!(answer.reason(), "revoked");
        browser.post("/api/account/passkeys/options", &json!({})).await.expect_problem(401, "session_ended");
    }
    let service = service.restart_with(&[("VESTIBULE_LOCAL_PASSWORDS", "on")]).await;
    let browser = linus.at_replica(&service);
    // The end was stored: the setting does not bring the session back.
    browser.me().await.expect_problem(401, "session_ended");
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.me().await.expect_status(200);
}

// Attack: a client at an open session knows the password that the federated user had before.
#[on_every_store]
async fn password_is_no_method_of_reauthentication_and_demands_no_change(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[OFF, LONG_IDLE]).await;
    let (service, browser) = (&fixture.service, fixture.signed_in(&fixture.fake, &claims_of("grace")).await);
    let grace = fixture.users().await.remove(0);
    let password = users::password(service, users::hash().await);
    update_user(service, grace.id, move |user| {
        user.password = Some(Password { must_change: true, ..password.clone() });
    })
    .await;
    let me = browser.me().await.expect_status(200).json();
    assert_eq!((&me["session"]["state"], &me["mustChangePassword"]), (&json!("signedIn"), &json!(false)));
    service.advance_time(TOO_LONG);
    let options = browser.post("/api/account/passkeys/options", &json!({})).await;
    assert_reauthentication_required(&options, &["provider:fake"]);
    let answer = browser.post("/api/auth/reauthenticate", &json!({ "password": PASSWORD })).await;
    assert_reauthentication_required(&answer, &["provider:fake"]);
}

#[on_every_store]
async fn last_passkey_is_kept_although_a_password_is_stored(location: StoreLocation) {
    let service = Service::with_settings(&location, &[OFF]).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let mut passkey = Passkey::synced();
    let link = token(&service, &ada, Purpose::AdministratorReset).await;
    register(&browser, &link, &mut passkey).await.expect_status(200);
    sign_in(&browser, &mut passkey).await.expect_status(200);
    let id = stored_user(&service, &ada).await.passkeys[0].id;
    browser
        .delete(&format!("/api/account/factors/{id}"), &json!({}))
        .await
        .expect_problem(409, "last_way_in");
    assert!(stored_user(&service, &ada).await.password.is_some());
}
