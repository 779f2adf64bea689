//! Unlinking an identity, which is refused for the last sign-in method.

use reqwest::Method;
use serde_json::{Value, json};
use vestibule::audit::EventKind;

use crate::harness::{
    account::{
        actors, assert_back_in_account, assert_sent_to_login, identity_at, identity_id, link_identity,
        linked_identities, reauthenticate, stored_json, unlink_identity,
    },
    browser::Browser,
    federated::{
        FederatedFixture, assert_refused, assert_signed_in, claims_of, me, sign_in, update_user, with_claims,
    },
    stores::StoreLocation,
    users::{PASSWORD, create_user, stored_user},
};

#[on_every_store]
async fn unlinked_identity_cannot_sign_in(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let ada = create_user(&fixture.service, "ada").await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_back_in_account(&link_identity(&browser, &fixture.fake, &claims_of("ada")).await);
    let id = identity_id(&browser, "fake").await;
    assert_eq!(unlink_identity(&browser, &id).await.expect_status(200).json(), json!({}));
    assert_eq!(linked_identities(&browser).await, Vec::<Value>::new());
    unlink_identity(&browser, &id).await.expect_problem(404, "not_found");
    assert_eq!(actors(&fixture.service, &ada, EventKind::IdentityUnlinked).await, [Some(ada.id.to_string())]);

    assert_refused(&sign_in(&fixture.browser(), &fixture.fake, &claims_of("ada")).await, "identity_unlinked");
    assert_eq!(fixture.users().await.len(), 1, "the login creates no other account");
    assert_back_in_account(&link_identity(&browser, &fixture.fake, &claims_of("ada")).await);
    assert_eq!(identity_id(&browser, "fake").await, id);
    let again = fixture.signed_in(&fixture.fake, &claims_of("ada")).await;
    assert_eq!(me(&again).await["id"], ada.id.to_string());
    assert!(
        stored_user(&fixture.service, &ada).await.unlinked_identities.is_empty(),
        "the identity no longer counts as unlinked"
    );
}

// Another user may link an unlinked identity. Both events are recorded.
#[on_every_store]
async fn another_user_can_link_an_unlinked_identity(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let mut browsers = Vec::new();
    for name in ["ada", "linus"] {
        create_user(&fixture.service, name).await;
        let browser = fixture.browser();
        browser.sign_in(name, PASSWORD).await.expect_status(200);
        browsers.push(browser);
    }
    assert_back_in_account(&link_identity(&browsers[0], &fixture.fake, &claims_of("shared")).await);
    assert_sent_to_login(
        &link_identity(&browsers[1], &fixture.fake, &claims_of("shared")).await,
        "link_refused",
        &fixture.fake,
    );
    unlink_identity(&browsers[0], &identity_id(&browsers[0], "fake").await).await.expect_status(200);
    assert_back_in_account(&link_identity(&browsers[1], &fixture.fake, &claims_of("shared")).await);
    assert_sent_to_login(
        &link_identity(&browsers[0], &fixture.fake, &claims_of("shared")).await,
        "link_refused",
        &fixture.fake,
    );
    let owner = fixture.signed_in(&fixture.fake, &claims_of("shared")).await;
    assert_eq!(me(&owner).await["username"], "linus");
}

#[on_every_store]
async fn last_sign_in_method_cannot_be_unlinked(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let grace = fixture.users().await.remove(0);
    let id = identity_id(&browser, "fake").await;
    let before = stored_json(&fixture.service, &grace).await;
    unlink_identity(&browser, &id).await.expect_problem(409, "last_way_in");
    assert_eq!(stored_json(&fixture.service, &grace).await, before, "the refused unlink changes nothing");

    // An identity of a provider that is not configured any more is no sign-in method.
    let gone = identity_at("https://gone.example", "gone", "grace", &grace);
    update_user(&fixture.service, grace.id, |user| user.identities.push(gone.clone())).await;
    unlink_identity(&browser, &id).await.expect_problem(409, "last_way_in");
    let shown = identity_id(&browser, "gone").await;
    unlink_identity(&browser, &shown).await.expect_status(200);
    unlink_identity(&browser, &id).await.expect_problem(409, "last_way_in");

    // An identity of a provider that only has a new name is one.
    let renamed = identity_at(fixture.corp.issuer(), "former-name", "of grace", &grace);
    update_user(&fixture.service, grace.id, |user| user.identities.push(renamed.clone())).await;
    unlink_identity(&browser, &id).await.expect_status(200);
    let other = identity_id(&browser, "former-name").await;
    unlink_identity(&browser, &other).await.expect_problem(409, "last_way_in");
    assert_refused(
        &sign_in(&fixture.browser(), &fixture.fake, &claims_of("grace")).await,
        "identity_unlinked",
    );
    fixture.signed_in(&fixture.corp, &claims_of("grace")).await;
}

#[on_every_store]
async fn unlink_ends_its_sessions_and_removes_its_roles(location: StoreLocation) {
    let roles = [("FAKE_ROLE_CLAIM", "groups"), ("FAKE_ROLE_MAP", "staff=staff")];
    let fixture = FederatedFixture::with_settings(&location, &roles).await;
    let ada = create_user(&fixture.service, "ada").await;
    update_user(&fixture.service, ada.id, |user| user.roles = vec!["reader".to_owned()]).await;
    let local = fixture.browser();
    local.sign_in("ada", PASSWORD).await.expect_status(200);
    let staff = with_claims(claims_of("ada"), json!({ "groups": ["staff"] }));
    assert_back_in_account(&link_identity(&local, &fixture.fake, &staff).await);
    assert_back_in_account(&link_identity(&local, &fixture.corp, &claims_of("ada")).await);
    let here = fixture.signed_in(&fixture.fake, &staff).await;
    let there = fixture.signed_in(&fixture.fake, &staff).await;
    let elsewhere = fixture.signed_in(&fixture.corp, &claims_of("ada")).await;
    assert_eq!(me(&here).await["roles"], json!(["reader", "staff"]));
    for browser in [&local, &there, &elsewhere] {
        browser.me().await.expect_status(200);
    }

    // The id rotates first: the session of the new id is found through the identity as well.
    reauthenticate(&here, &json!({ "password": PASSWORD })).await.expect_status(200);
    let session = here.session();
    unlink_identity(&here, &identity_id(&here, "fake").await).await.expect_status(200);
    assert_eq!(there.me().await.expect_problem(401, "session_ended").reason(), "revoked");
    assert_eq!(here.session(), session, "the current session continues");
    for browser in [&here, &local, &elsewhere] {
        assert_eq!(me(browser).await["roles"], json!(["reader"]), "roles assigned here are kept");
    }
}

#[on_every_store]
async fn unlink_requires_own_identity_and_csrf_token(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let grace = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    assert_back_in_account(&link_identity(&grace, &fixture.corp, &claims_of("grace")).await);
    let theirs = identity_id(&grace, "fake").await;
    let before = linked_identities(&grace).await;
    create_user(&fixture.service, "ada").await;
    let ada = fixture.browser();
    ada.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_back_in_account(&link_identity(&ada, &fixture.fake, &claims_of("ada")).await);
    for unknown in [theirs.as_str(), "nothing", "fake", "%00", "..%2f", &theirs[1..], &theirs.to_uppercase()]
    {
        unlink_identity(&ada, unknown).await.expect_problem(404, "not_found");
    }
    let path = format!("/api/account/identities/{theirs}");
    let delete =
        async |browser: &Browser| browser.request(Method::DELETE, &path).json(&json!({})).send().await;
    delete(&grace).await.expect_problem(403, "csrf_failed");
    unlink_identity(&fixture.browser(), &theirs).await.expect_problem(401, "not_signed_in");
    assert_eq!(linked_identities(&grace).await, before);
    assert_eq!(linked_identities(&ada).await.len(), 1);
    assert_signed_in(&sign_in(&fixture.browser(), &fixture.fake, &claims_of("grace")).await, "/");
}
