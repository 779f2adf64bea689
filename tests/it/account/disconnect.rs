//! Unlinking an identity: for good, unless it is the last way in.

use super::*;
use crate::federated::{change, leads_to, refused, sign_in, with};

#[on_every_store]
async fn an_unlinked_identity_is_no_way_in_until_it_is_linked_again(location: StoreLocation) {
    let house = House::open(&location).await;
    let ada = person(&house.service, "ada").await;
    let browser = house.browser();
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    goes_back(&connect(&browser, &house.liar, &claims_of("ada")).await);
    let id = id_at(&browser, "liar").await;
    assert_eq!(disconnect(&browser, &id).await.must_be(200).json(), json!({}));
    assert_eq!(ways(&browser).await, Vec::<Value>::new());
    disconnect(&browser, &id).await.must_fail(404, "not_found");
    assert_eq!(actors(&house.service, &ada, EventKind::IdentityUnlinked).await, [Some(ada.id.to_string())]);

    refused(&sign_in(&house.browser(), &house.liar, &claims_of("ada")).await, "identity_unlinked");
    assert_eq!(house.people().await.len(), 1, "nor does it make an account of its own");
    goes_back(&connect(&browser, &house.liar, &claims_of("ada")).await);
    assert_eq!(id_at(&browser, "liar").await, id);
    let again = house.signed_in(&house.liar, &claims_of("ada")).await;
    assert_eq!(me(&again).await["id"], ada.id.to_string());
    assert!(stored(&house.service, &ada).await.unlinked_identities.is_empty(), "it is unlinked no more");
}

// Somebody else may have what one gave up, by asking for it; the trail has both.
#[on_every_store]
async fn what_one_unlinked_is_nobodys_and_another_may_link_it(location: StoreLocation) {
    let house = House::open(&location).await;
    let mut browsers = Vec::new();
    for name in ["ada", "linus"] {
        person(&house.service, name).await;
        let browser = house.browser();
        browser.sign_in(name, PASSWORD).await.must_be(200);
        browsers.push(browser);
    }
    goes_back(&connect(&browsers[0], &house.liar, &claims_of("shared")).await);
    turned_away(&connect(&browsers[1], &house.liar, &claims_of("shared")).await, "link_refused", &house.liar);
    disconnect(&browsers[0], &id_at(&browsers[0], "liar").await).await.must_be(200);
    goes_back(&connect(&browsers[1], &house.liar, &claims_of("shared")).await);
    turned_away(&connect(&browsers[0], &house.liar, &claims_of("shared")).await, "link_refused", &house.liar);
    let owner = house.signed_in(&house.liar, &claims_of("shared")).await;
    assert_eq!(me(&owner).await["username"], "linus");
}

#[on_every_store]
async fn nobody_locks_themselves_out(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    let grace = house.people().await.remove(0);
    let id = id_at(&browser, "liar").await;
    let before = written(&house.service, &grace).await;
    disconnect(&browser, &id).await.must_fail(409, "last_way_in");
    assert_eq!(written(&house.service, &grace).await, before, "nothing is half done");

    // An identity of a provider that is not set up any more is no way in.
    let gone = identity_at("https://gone.example", "gone", "grace", &grace);
    change(&house.service, grace.id, |user| user.identities.push(gone.clone())).await;
    disconnect(&browser, &id).await.must_fail(409, "last_way_in");
    let shown = id_at(&browser, "gone").await;
    disconnect(&browser, &shown).await.must_be(200);
    disconnect(&browser, &id).await.must_fail(409, "last_way_in");

    // One of a provider that only has another name by now is.
    let renamed = identity_at(house.corp.issuer(), "as it was called", "of grace", &grace);
    change(&house.service, grace.id, |user| user.identities.push(renamed.clone())).await;
    disconnect(&browser, &id).await.must_be(200);
    let other = id_at(&browser, "as it was called").await;
    disconnect(&browser, &other).await.must_fail(409, "last_way_in");
    refused(&sign_in(&house.browser(), &house.liar, &claims_of("grace")).await, "identity_unlinked");
    house.signed_in(&house.corp, &claims_of("grace")).await;
}

#[on_every_store]
async fn what_was_opened_through_it_ends_and_what_it_gave_is_gone(location: StoreLocation) {
    let roles = [("LIAR_ROLE_CLAIM", "groups"), ("LIAR_ROLE_MAP", "staff=staff")];
    let house = House::with(&location, &roles).await;
    let ada = person(&house.service, "ada").await;
    change(&house.service, ada.id, |user| user.roles = vec!["reader".to_owned()]).await;
    let local = house.browser();
    local.sign_in("ada", PASSWORD).await.must_be(200);
    let staff = with(claims_of("ada"), json!({ "groups": ["staff"] }));
    goes_back(&connect(&local, &house.liar, &staff).await);
    goes_back(&connect(&local, &house.corp, &claims_of("ada")).await);
    let here = house.signed_in(&house.liar, &staff).await;
    let there = house.signed_in(&house.liar, &staff).await;
    let elsewhere = house.signed_in(&house.corp, &claims_of("ada")).await;
    assert_eq!(me(&here).await["roles"], json!(["reader", "staff"]));
    for browser in [&local, &there, &elsewhere] {
        browser.me().await.must_be(200);
    }

    // Its id changes a moment before: the record of the old one is opened through the identity, too.
    prove(&here, &json!({ "password": PASSWORD })).await.must_be(200);
    let session = here.session();
    disconnect(&here, &id_at(&here, "liar").await).await.must_be(200);
    assert_eq!(there.me().await.must_fail(401, "session_ended").reason(), "revoked");
    assert_eq!(here.session(), session, "the one that asked goes on");
    for browser in [&here, &local, &elsewhere] {
        assert_eq!(me(browser).await["roles"], json!(["reader"]), "what was given here stays");
    }
}

#[on_every_store]
async fn only_an_identity_of_ones_own_is_unlinked_and_from_our_own_pages(location: StoreLocation) {
    let house = House::open(&location).await;
    let grace = house.signed_in(&house.liar, &claims_of("grace")).await;
    goes_back(&connect(&grace, &house.corp, &claims_of("grace")).await);
    let theirs = id_at(&grace, "liar").await;
    let before = ways(&grace).await;
    person(&house.service, "ada").await;
    let ada = house.browser();
    ada.sign_in("ada", PASSWORD).await.must_be(200);
    goes_back(&connect(&ada, &house.liar, &claims_of("ada")).await);
    for unknown in [theirs.as_str(), "nothing", "liar", "%00", "..%2f", &theirs[1..], &theirs.to_uppercase()]
    {
        disconnect(&ada, unknown).await.must_fail(404, "not_found");
    }
    let path = format!("/api/account/identities/{theirs}");
    let delete = async |browser: &Browser| browser.ask(Method::DELETE, &path).json(&json!({})).send().await;
    delete(&grace).await.must_fail(403, "csrf_failed");
    disconnect(&house.browser(), &theirs).await.must_fail(401, "not_signed_in");
    assert_eq!(ways(&grace).await, before);
    assert_eq!(ways(&ada).await.len(), 1);
    leads_to(&sign_in(&house.browser(), &house.liar, &claims_of("grace")).await, "/");
}
