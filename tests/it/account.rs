//! What a signed-in person sees of themselves and does with their own account, over HTTP, on both stores.

mod connect;
mod connect_refused;
mod disconnect;
mod fresh;
mod races;
mod reauthenticate;
mod reauthenticate_there;

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use vestibule::{
    audit::{self, Event, EventKind},
    user::{Identity, User},
};

use crate::{
    federated::{House, Journey, claims_of, come_back_as, location as target, me},
    harness::{
        browser::{Answer, Browser},
        liar::Liar,
        people::{PASSWORD, person, person_with, person_with_app, stored},
        service::Service,
        stores::StoreLocation,
    },
};

/// Sessions that outlive the proof they were opened with.
const PATIENT: (&str, &str) = ("VESTIBULE_SESSION_IDLE", "2h");
/// Where people want to be after a way to a provider.
const BACK: &str = "/account?tab=ways";
/// Longer than any proof is recent.
const TOO_LONG: Duration = Duration::from_mins(11);

/// A house in which `grace`, who has nothing but an identity at the liar, came in too long ago.
async fn grace_was_here(location: &StoreLocation) -> (House, Browser) {
    let house = House::with(location, &[PATIENT]).await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    house.service.wait(TOO_LONG);
    browser.set_up().await.must_fail(403, "reauthentication_required");
    (house, browser)
}

/// Off to a provider from a page of ours.
async fn leave(browser: &Browser, path: &str) -> Journey {
    let answer = browser.post(path, &json!({ "returnTo": BACK })).await.must_be(200).json();
    assert_eq!(answer.as_object().expect("an object").len(), 1, "{answer}");
    Journey::to(answer["redirect"].as_str().expect("where to go"))
}

/// Off to a provider, to prove again who one is.
async fn off_to_prove(browser: &Browser, provider: &Liar) -> Journey {
    leave(browser, &format!("/api/auth/reauthenticate/{}", provider.name)).await
}

/// Off to a provider, to link what one is there.
async fn off_to_connect(browser: &Browser, provider: &Liar) -> Journey {
    leave(browser, &format!("/api/account/identities/{}", provider.name)).await
}

/// Links who these claims are of: the whole way.
async fn connect(browser: &Browser, provider: &Liar, claims: &Value) -> Answer {
    let journey = off_to_connect(browser, provider).await;
    come_back_as(browser, provider, &journey, claims).await
}

/// Proves again with what is typed.
async fn prove(browser: &Browser, given: &Value) -> Answer {
    browser.post("/api/auth/reauthenticate", given).await
}

/// The linked identities, as their owner sees them.
async fn ways(browser: &Browser) -> Vec<Value> {
    let answer = browser.get("/api/account/identities").await.must_be(200).json();
    answer["identities"].as_array().expect("a list").clone()
}

/// What the identity at this provider is named by.
async fn id_at(browser: &Browser, provider: &str) -> String {
    let ways = ways(browser).await;
    let way = ways.iter().find(|way| way["provider"] == provider).expect("an identity there");
    way["id"].as_str().expect("a text").to_owned()
}

async fn disconnect(browser: &Browser, id: &str) -> Answer {
    let request = browser.with_token(Method::DELETE, &format!("/api/account/identities/{id}")).await;
    request.json(&json!({})).send().await
}

/// Came back, is sent on, and the session is the one that was there.
#[track_caller]
fn goes_back(answer: &Answer) {
    assert_eq!((answer.status, answer.header("location")), (303, Some(BACK)), "{}", answer.text);
    assert_eq!(answer.session_cookie(), None, "nobody is signed in by this");
}

/// Is sent to the sign-in page with this code, the provider and where they wanted to go; the trace, if there is one.
#[track_caller]
fn turned_away(answer: &Answer, code: &str, provider: &Liar) -> Option<String> {
    let (path, mut query) = target(answer);
    let trace = query.remove("trace");
    let mut rest: Vec<(&str, &str)> = query.iter().map(|(name, value)| (&**name, &**value)).collect();
    rest.sort_unstable();
    let expected = [("error", code), ("provider", provider.name), ("returnTo", BACK)];
    assert_eq!((path.as_str(), rest.as_slice()), ("/login", expected.as_slice()));
    assert_eq!(answer.session_cookie(), None, "nobody comes in by a refused answer");
    trace
}

/// The same session as before, which goes on, and which still may not do what takes a recent proof.
async fn nothing_gained_nothing_lost(browser: &Browser, before: &Value) {
    assert_eq!(&me(browser).await, before);
    browser.set_up().await.must_fail(403, "reauthentication_required");
}

/// Needs a recent proof, and this is how it can be renewed.
#[track_caller]
fn wants_proof(answer: &Answer, methods: &[&str]) {
    let body = answer.clone().must_fail(403, "reauthentication_required").json();
    assert_eq!((&body["methods"], &body["maxAge"]), (&json!(methods), &json!(600)));
}

/// The person as the store has them.
async fn written(service: &Service, user: &User) -> Value {
    serde_json::to_value(stored(service, user).await).expect("a document")
}

/// The event of this trace.
async fn event_of(service: &Service, trace: Option<String>) -> Event {
    let trace = trace.expect("a trace");
    let events = audit::page(&service.app.store, None, None, 50).await.expect("the store answers");
    events.into_iter().find(|event| event.id().to_string() == trace).expect("the event of this trace")
}

/// Who did this to this person, as the trail has it: as often as it was done.
async fn actors(service: &Service, user: &User, kind: EventKind) -> Vec<Option<String>> {
    let events = audit::about(&service.app.store, user.id, 100).await.expect("the store answers");
    events.into_iter().filter(|event| event.kind == kind).map(|event| event.actor).collect()
}

/// An identity at a provider, made by hand.
fn identity_at(issuer: &str, provider: &str, subject: &str, user: &User) -> Identity {
    serde_json::from_value(json!({
        "issuer": issuer, "subject": subject, "provider": provider, "email": null, "roles": [],
        "linkedAt": user.created_at, "lastLoginAt": null,
    }))
    .expect("an identity")
}

#[on_every_store]
async fn me_is_the_person_and_the_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = person_with(&service, "Ada", |ada| {
        ada.email = Some("ada@corp.example".parse().unwrap());
        ada.email_verified = true;
        ada.roles = vec!["admin".to_owned(), "reader".to_owned()];
        ada.locale = Some("en-GB".to_owned());
        ada.password.as_mut().unwrap().must_change = true;
    })
    .await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    let mut me = browser.me().await.must_be(200).json();
    assert_eq!(me["id"].take(), json!(ada.id));
    snapshot!(me, @r#"
    {
      "authProvider": "local",
      "displayName": "Ada of the tests",
      "email": "ada@corp.example",
      "emailVerified": true,
      "id": null,
      "identities": [],
      "lastLoginAt": "2036-05-04T10:00:00.000Z",
      "locale": "en-GB",
      "mfaEnabled": false,
      "mustChangePassword": true,
      "picture": null,
      "roles": [
        "admin",
        "reader"
      ],
      "session": {
        "amr": [
          "pwd"
        ],
        "endsAt": "2036-05-04T22:00:00.000Z",
        "expiresAt": "2036-05-04T10:10:00.000Z",
        "method": "password",
        "provider": null,
        "serverTime": "2036-05-04T10:00:00.000Z",
        "state": "signedIn"
      },
      "username": "Ada"
    }
    "#);
}

#[on_every_store]
async fn no_answer_has_a_secret_a_hash_or_a_session_id_in_it(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = person_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    let mut answers = vec![browser.sign_in("linus", PASSWORD).await.must_be(200)];
    answers.push(browser.verify(&app.wrong_code(service.clock.now())).await.must_be(400));
    answers.push(browser.verify(&app.code(service.clock.now())).await.must_be(200));
    let stored = stored(&service, &linus).await;
    let sealed = serde_json::to_value(&stored.totp.unwrap().secret).unwrap();
    let hash = stored.password.unwrap().hash;
    answers.push(browser.me().await.must_be(200));
    answers.push(browser.get("/api/auth/session").await.must_be(200));
    answers.push(browser.keep_alive().await.must_be(200));
    let id = browser.session().unwrap();
    answers.push(browser.sign_out().await.must_be(200));
    let base32 = data_encoding::BASE32_NOPAD.encode(app.secret());
    for answer in answers {
        for secret in [
            PASSWORD,
            hash.as_str(),
            sealed.as_str().unwrap(),
            base32.as_str(),
            id.as_str(),
            "$argon2",
            "issuer",
            "subject",
            "sessionEpoch",
        ] {
            assert!(!answer.text.contains(secret), "{secret} in {}", answer.text);
        }
    }
}

#[on_every_store]
async fn the_last_sign_in_is_the_one_that_was_completed(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = person_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    assert_eq!(stored(&service, &linus).await.last_login_at, None, "half a sign-in is none");
    service.wait(Duration::from_mins(1));
    browser.verify(&app.code(service.clock.now())).await.must_be(200);
    assert_eq!(browser.me().await.json()["lastLoginAt"], "2036-05-04T10:01:00.000Z");
}
