//! `GET` and `PATCH /api/account`: the own profile.

use reqwest::Method;
use serde_json::{Value, json};
use vestibule::audit::{self, EventKind};

use crate::harness::{
    browser::{Answer, Browser},
    federated::{FederatedFixture, claims_of, sign_in},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app, stored_user},
};

const PATH: &str = "/api/account";

async fn patch(browser: &Browser, body: &Value) -> Answer {
    browser.with_token(Method::PATCH, PATH).await.json(body).send().await
}

#[on_every_store]
async fn own_profile_is_shown_and_changed(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.get(PATH).await.expect_problem(401, "not_signed_in");
    patch(&browser, &json!({})).await.expect_problem(401, "not_signed_in");
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let me = browser.me().await.json();
    assert_eq!(browser.get(PATH).await.expect_status(200).json(), me);
    let no_token = browser.request(Method::PATCH, PATH).json(&json!({ "locale": "de" })).send().await;
    no_token.expect_problem(403, "csrf_failed");
    assert_eq!(patch(&browser, &json!({})).await.expect_status(200).json(), me, "nothing is changed");
    let changed = patch(&browser, &json!({ "displayName": " Ada L. ", "locale": "pt_BR" })).await;
    let changed = changed.expect_status(200).json();
    assert_eq!((&changed["displayName"], &changed["locale"]), (&json!("Ada L."), &json!("pt-BR")));
    assert_eq!(browser.me().await.json()["displayName"], "Ada L.");
    service.advance_time(std::time::Duration::from_secs(1));
    let emptied = patch(&browser, &json!({ "locale": null })).await.expect_status(200).json();
    assert_eq!((&emptied["displayName"], &emptied["locale"]), (&json!("Ada L."), &json!(null)));
    let events = audit::about(&service.app.store, ada.id, 20).await.unwrap();
    let updates: Vec<_> = events.iter().filter(|event| event.kind == EventKind::UserUpdated).collect();
    let details: Vec<_> = updates.iter().filter_map(|event| event.details.clone()).collect();
    assert_eq!(details, [json!("locale"), json!("displayName, locale")]);
    assert!(updates.iter().all(|event| event.actor == Some(ada.id.to_string())), "{updates:?}");
}

#[on_every_store]
async fn profile_needs_a_signed_in_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user_with_app(&service, "linus").await;
    let pending = Browser::of(&service);
    pending.sign_in("linus", PASSWORD).await.expect_status(200);
    pending.get(PATH).await.expect_problem(401, "second_factor_required");
    patch(&pending, &json!({ "locale": "de" })).await.expect_problem(401, "second_factor_required");
}

// One user must not be shown as another (spoofing), and a member that is not known changes nothing.
#[on_every_store]
async fn invalid_profile_values_are_refused_by_field(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for (body, errors) in [
        (json!({ "displayName": "" }), json!([{ "field": "displayName", "code": "required" }])),
        (json!({ "displayName": "a".repeat(129) }), json!([{ "field": "displayName", "code": "too_long" }])),
        (
            json!({ "displayName": "Ada\u{202e}nimda" }),
            json!([{ "field": "displayName", "code": "invalid" }]),
        ),
        (json!({ "displayName": "Ada\nAdmin" }), json!([{ "field": "displayName", "code": "invalid" }])),
        (json!({ "locale": "german, please" }), json!([{ "field": "locale", "code": "invalid" }])),
        (
            json!({ "displayName": " ", "locale": "../.." }),
            json!([{ "field": "displayName", "code": "required" }, { "field": "locale", "code": "invalid" }]),
        ),
        (json!({ "displayname": "Ada" }), json!(null)),
        (json!({ "locale": "de", "roles": ["admin"] }), json!(null)),
        (json!({ "email": "ada@corp.example" }), json!(null)),
        (json!({ "displayName": 7 }), json!(null)),
        (json!(["displayName"]), json!(null)),
    ] {
        let answer = patch(&browser, &body).await.expect_problem(400, "invalid_request");
        assert_eq!(answer.json()["errors"], errors, "{body}");
    }
    let stored = stored_user(&service, &ada).await;
    assert_eq!((stored.display_name, stored.locale), (ada.display_name, None));
}

// A script with a session must not be able to fill the audit log.
#[on_every_store]
async fn profile_changes_are_limited(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for number in 0..20 {
        patch(&browser, &json!({ "displayName": format!("Ada {number}") })).await.expect_status(200);
    }
    let answer = patch(&browser, &json!({ "displayName": "Ada" })).await;
    assert!(answer.expect_problem(429, "too_many_attempts").retry_after().is_some());
}

#[on_every_store]
async fn edited_name_is_kept_at_the_next_federated_login(location: StoreLocation) {
    for (policy, kept) in [("displayName=provider-until-edited", true), ("displayName=provider", false)] {
        let fixture = FederatedFixture::with_settings(&location, &[("FAKE_PROFILE", policy)]).await;
        let mut claims = claims_of(if kept { "grace" } else { "linus" });
        claims["name"] = json!("From the provider");
        let browser = fixture.signed_in(&fixture.fake, &claims).await;
        let me = browser.me().await.json();
        assert_eq!(me["displayName"], "From the provider");
        assert_eq!(me["fieldSources"]["displayName"], "provider:fake");
        patch(&browser, &json!({ "displayName": "Own" })).await.expect_status(200);
        assert_eq!(browser.me().await.json()["fieldSources"]["displayName"], "local");
        sign_in(&browser, &fixture.fake, &claims).await.expect_status(303);
        let expected = if kept { ("Own", "local") } else { ("From the provider", "provider:fake") };
        let me = browser.me().await.json();
        let shown = (&me["displayName"], &me["fieldSources"]["displayName"]);
        assert_eq!(shown, (&json!(expected.0), &json!(expected.1)), "{policy}");
    }
}
