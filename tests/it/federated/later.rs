//! What changes with time at honest providers: an address that is given to somebody else, a word that comes later, keys that come
//! late; and documents that are odd where it does not matter.

use std::time::Duration;

use serde_json::json;
use vestibule::user::Status;

use super::{table::*, *};
use crate::harness::{
    liar::{
        keys::SECOND,
        sin::{Answer::Held, Endpoint, Sin},
    },
    people::person_with,
};

/// What `me` says of whoever comes in through this provider with an address that it vouches for.
async fn vouched(house: &House, provider: &Liar, sub: &str, address: &str) -> Value {
    let claims = json!({ "sub": sub, "email": address, "email_verified": true });
    me(&house.signed_in(provider, &claims).await).await
}

// Recycled: the provider gives an address to somebody new, and says so truly. They are not who had it before.
#[on_every_store]
async fn an_address_that_is_given_to_somebody_new_does_not_open_the_account_of_the_one_before(
    location: StoreLocation,
) {
    let house = House::open(&location).await;
    vouched(&house, &house.corp, "who had it first", "sales@corp.example").await;
    let claims = json!({ "sub": "who has it now", "email": "sales@corp.example", "email_verified": true });
    for _ in 0..2 {
        let browser = house.browser();
        wants_local_proof(&sign_in(&browser, &house.corp, &claims).await, &house.corp);
        assert_eq!(state(&browser).await, "anonymous");
    }
    let people = house.people().await;
    assert_eq!((people.len(), people[0].identities.len()), (1, 1), "nothing is linked or made meanwhile");
}

// A browser that does not wait for its answer takes nobody's keys away.
#[on_every_store]
async fn who_leaves_while_keys_are_fetched_takes_nothing_from_the_next(location: StoreLocation) {
    let house = House::open(&location).await;
    house.liar.publishes(&[&SECOND]);
    house.liar.sins(Sin::Answer(Endpoint::Keys, Held));
    let before = house.liar.asked(Endpoint::Keys).len();
    let impatient = async {
        let browser = house.browser();
        sign_in(&browser, &house.liar, &claims_of("linus")).await;
    };
    tokio::select! {
        () = impatient => panic!("the keys have not come"),
        () = eventually(Duration::from_secs(20), "keys are fetched", async || {
            house.liar.asked(Endpoint::Keys).len() > before
        }) => {}
    }
    house.liar.sins(Sin::None);
    house.liar.lets_go();
    house.signed_in(&house.liar, &claims_of("grace")).await;
}

// However many accounts there are with an address that is not theirs, its owner comes in.
#[on_every_store]
async fn an_owner_comes_in_however_many_made_accounts_with_the_address(location: StoreLocation) {
    let house = House::open(&location).await;
    for number in 0..2 {
        let claims = json!({ "sub": format!("mallory {number}"), "email": "linus@corp.example", "email_verified": false });
        house.signed_in(&house.liar, &claims).await;
    }
    house.signed_in(&house.corp, &claims_of("linus")).await;
}

// The same without malice: one person at three providers (or three accounts at one) that nobody trusts.
#[on_every_store]
async fn a_third_identity_with_an_address_nobody_trusts_comes_in_like_the_second(location: StoreLocation) {
    let house = House::open(&location).await;
    for sub in ["one", "two", "three"] {
        vouched(&house, &house.liar, sub, "grace@corp.example").await;
    }
}

// A word that comes later is a word: else a second trusted provider quarantines its own person's account.
#[on_every_store]
async fn an_address_that_a_trusted_provider_vouches_for_later_is_verified_then(location: StoreLocation) {
    let house = House::with(&location, &[("LIAR_TRUSTED_DOMAINS", "corp.example")]).await;
    let claims = with(claims_of("grace"), json!({ "email_verified": false }));
    let first = me(&house.signed_in(&house.corp, &claims).await).await;
    let second = vouched(&house, &house.corp, "of grace", "grace@corp.example").await;
    assert_eq!(second["id"], first["id"]);
    let elsewhere = vouched(&house, &house.liar, "grace at the liar", "grace@corp.example").await;
    let quarantined = house.people().await.iter().any(|user| user.status == Status::Quarantined);
    assert!(!quarantined, "her own account");
    assert_eq!(elsewhere["id"], first["id"]);
    assert_eq!(elsewhere["emailVerified"], true);
}

// `email=provider` is the provider's at every sign-in, and a handle if the provider is trusted for it.
#[on_every_store]
async fn an_address_that_changes_at_a_trusted_provider_is_followed(location: StoreLocation) {
    let house = House::with(&location, &[("CORP_PROFILE", "email=provider")]).await;
    vouched(&house, &house.corp, "of grace", "grace@corp.example").await;
    let me = vouched(&house, &house.corp, "of grace", "hopper@corp.example").await;
    assert_eq!((&me["email"], &me["emailVerified"]), (&json!("hopper@corp.example"), &json!(true)));
}

// U+212A is no k: what folds into ASCII is another mailbox.
#[on_every_store]
async fn the_kelvin_sign_is_no_k(location: StoreLocation) {
    let house = House::open(&location).await;
    let karl = person_with(&house.service, "karl", |user| has_address(user, "karl@corp.example")).await;
    let kelvin = vouched(&house, &house.corp, "kelvin", "\u{212a}arl@corp.example").await;
    assert_ne!(kelvin["id"], karl.id.to_string());
}

/// One odd member that nobody needs makes a provider unavailable for ever.
const ODD_DOCUMENTS: &[Line] = &[
    (
        "optional members that are null",
        Sin::Discovery(|d| {
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
        Sin::Discovery(|d| d["authorization_response_iss_parameter_supported"] = json!("true")),
        ACCEPTED,
    ),
    (
        "optional null iss",
        Sin::Discovery(|d| d["authorization_response_iss_parameter_supported"] = json!(null)),
        ACCEPTED,
    ),
    ("an optional address that is empty", Sin::Discovery(|d| d["op_policy_uri"] = json!("")), ACCEPTED),
    (
        "an optional address that is none",
        Sin::Discovery(|d| d["service_documentation"] = json!("see intranet")),
        ACCEPTED,
    ),
    (
        "a registration endpoint that is empty",
        Sin::Discovery(|d| d["registration_endpoint"] = json!("")),
        ACCEPTED,
    ),
    (
        "an optional truth as text",
        Sin::Discovery(|d| d["claims_parameter_supported"] = json!("true")),
        ACCEPTED,
    ),
    ("scopes as a text", Sin::Discovery(|d| d["scopes_supported"] = json!("openid profile")), ACCEPTED),
    ("no word of response types", Sin::Discovery(|d| remove(d, "response_types_supported")), ACCEPTED),
    ("no word of subject types", Sin::Discovery(|d| remove(d, "subject_types_supported")), ACCEPTED),
    (
        "no word of algorithms",
        Sin::Discovery(|d| remove(d, "id_token_signing_alg_values_supported")),
        ACCEPTED,
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_odd_document_of_an_honest_provider_is_read() {
    every_first_look(ODD_DOCUMENTS).await;
}
