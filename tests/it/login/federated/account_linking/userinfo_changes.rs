//! Changes at honest providers over time: reassigned emails, later verification, late keys, unusual documents.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::user::Status;

use crate::harness::{
    eventually,
    fake_provider::{
        FakeProvider,
        fault::{Answer::Held, Endpoint, Fault},
        keys::SECOND,
    },
    fault_table::*,
    federated::{
        FederatedFixture, assert_link_pending, claims_of, me, session_state, set_verified_email, sign_in,
        with_claims,
    },
    stores::StoreLocation,
    users::create_user_with,
};

/// Returns the `me` view after a login through this provider with a verified email.
async fn verified_login(
    fixture: &FederatedFixture,
    provider: &FakeProvider,
    sub: &str,
    address: &str,
) -> Value {
    let claims = json!({ "sub": sub, "email": address, "email_verified": true });
    me(&fixture.signed_in(provider, &claims).await).await
}

// The provider reassigns an email and reports it as verified. The new user is not the old user.
#[on_every_store]
async fn reassigned_email_does_not_open_the_old_account(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    verified_login(&fixture, &fixture.corp, "former owner", "sales@corp.example").await;
    let claims = json!({ "sub": "new owner", "email": "sales@corp.example", "email_verified": true });
    for _ in 0..2 {
        let browser = fixture.browser();
        assert_link_pending(&sign_in(&browser, &fixture.corp, &claims).await, &fixture.corp);
        assert_eq!(session_state(&browser).await, "anonymous");
    }
    let users = fixture.users().await;
    assert_eq!((users.len(), users[0].identities.len()), (1, 1), "nothing is linked or created before that");
}

// A client that disconnects does not cancel the key request of other logins.
#[on_every_store]
async fn aborted_request_does_not_cancel_the_key_fetch(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.fake.publish_keys(&[&SECOND]);
    fixture.fake.set_fault(Fault::Answer(Endpoint::Keys, Held));
    let before = fixture.fake.received_requests(Endpoint::Keys).len();
    let aborted = async {
        let browser = fixture.browser();
        sign_in(&browser, &fixture.fake, &claims_of("linus")).await;
    };
    tokio::select! {
        () = aborted => panic!("the keys have not come"),
        () = eventually(Duration::from_secs(20), "keys are fetched", async || {
            fixture.fake.received_requests(Endpoint::Keys).len() > before
        }) => {}
    }
    fixture.fake.set_fault(Fault::None);
    fixture.fake.release_answer();
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
}

// The owner can sign in although many accounts claim the email.
#[on_every_store]
async fn many_unverified_accounts_do_not_block_the_owner(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for number in 0..2 {
        let claims = json!({ "sub": format!("mallory {number}"), "email": "linus@corp.example", "email_verified": false });
        fixture.signed_in(&fixture.fake, &claims).await;
    }
    fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
}

// The same without an attacker: one user with three untrusted providers.
#[on_every_store]
async fn untrusted_emails_create_separate_accounts(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for sub in ["one", "two", "three"] {
        verified_login(&fixture, &fixture.fake, sub, "grace@corp.example").await;
    }
}

// Verification at a later login counts. Otherwise a second trusted provider would quarantine the account of its own
// user.
#[on_every_store]
async fn later_verification_by_a_trusted_provider_counts(location: StoreLocation) {
    let fixture =
        FederatedFixture::with_settings(&location, &[("FAKE_TRUSTED_DOMAINS", "corp.example")]).await;
    let claims = with_claims(claims_of("grace"), json!({ "email_verified": false }));
    let first = me(&fixture.signed_in(&fixture.corp, &claims).await).await;
    let second = verified_login(&fixture, &fixture.corp, "of grace", "grace@corp.example").await;
    assert_eq!(second["id"], first["id"]);
    let elsewhere = verified_login(&fixture, &fixture.fake, "grace at the fake", "grace@corp.example").await;
    let quarantined = fixture.users().await.iter().any(|user| user.status == Status::Quarantined);
    assert!(!quarantined, "the account of the same user is not quarantined");
    assert_eq!(elsewhere["id"], first["id"]);
    assert_eq!(elsewhere["emailVerified"], true);
}

// `email=provider` follows the provider at every login. It is a login name if the provider is trusted for it.
#[on_every_store]
async fn changed_email_of_a_trusted_provider_is_synced(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("CORP_PROFILE", "email=provider")]).await;
    verified_login(&fixture, &fixture.corp, "of grace", "grace@corp.example").await;
    let me = verified_login(&fixture, &fixture.corp, "of grace", "hopper@corp.example").await;
    assert_eq!((&me["email"], &me["emailVerified"]), (&json!("hopper@corp.example"), &json!(true)));
}

// U+212A is not k: a letter that folds into ASCII is another mailbox.
#[on_every_store]
async fn email_with_kelvin_sign_does_not_match_the_letter_k(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let karl =
        create_user_with(&fixture.service, "karl", |user| set_verified_email(user, "karl@corp.example"))
            .await;
    let kelvin = verified_login(&fixture, &fixture.corp, "kelvin", "\u{212a}arl@corp.example").await;
    assert_ne!(kelvin["id"], karl.id.to_string());
}

/// Documents with one unusual member, which must not make a provider unavailable.
const ODD_DOCUMENTS: &[Line] = &[
    (
        "optional members that are null",
        Fault::Discovery(|d| {
            for name in [
                "registration_endpoint",
                "scopes_supported",
                "claims_supported",
                "op_policy_uri",
                "acr_values_supported",
                "authorization_response_iss_parameter_supported",
            ] {
                d[name] = json!(null);
            }
        }),
        ACCEPTED,
    ),
    (
        "an issuer parameter as text",
        Fault::Discovery(|d| d["authorization_response_iss_parameter_supported"] = json!("true")),
        ACCEPTED,
    ),
    (
        "iss parameter is null",
        Fault::Discovery(|d| d["authorization_response_iss_parameter_supported"] = json!(null)),
        ACCEPTED,
    ),
    ("an optional address that is empty", Fault::Discovery(|d| d["op_policy_uri"] = json!("")), ACCEPTED),
    (
        "an optional URL that is not a URL",
        Fault::Discovery(|d| d["service_documentation"] = json!("see intranet")),
        ACCEPTED,
    ),
    (
        "a registration endpoint that is empty",
        Fault::Discovery(|d| d["registration_endpoint"] = json!("")),
        ACCEPTED,
    ),
    (
        "an optional boolean as text",
        Fault::Discovery(|d| d["claims_parameter_supported"] = json!("true")),
        ACCEPTED,
    ),
    ("scopes as a text", Fault::Discovery(|d| d["scopes_supported"] = json!("openid profile")), ACCEPTED),
    ("no list of response types", Fault::Discovery(|d| remove(d, "response_types_supported")), ACCEPTED),
    ("no list of subject types", Fault::Discovery(|d| remove(d, "subject_types_supported")), ACCEPTED),
    (
        "no list of algorithms",
        Fault::Discovery(|d| remove(d, "id_token_signing_alg_values_supported")),
        ACCEPTED,
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn unusual_discovery_documents_are_accepted() {
    run_discovery_table(ODD_DOCUMENTS).await;
}
