//! User names that are e-mail addresses: they reserve the address.

use futures_util::future::join;
use serde_json::json;
use vestibule::{
    store::{Store, StoreError},
    user::{Status, User, UserId},
};

use crate::harness::{
    browser::Browser,
    federated::{
        FederatedFixture, assert_link_pending, assert_refused, claims_of, event_details, event_of, me,
        set_verified_email, sign_in, with_claims,
    },
    process::Installation,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, password, stored_user},
};

const BOB: &str = "bob@corp.example";

/// Signs in with name and password; returns the id of the user.
async fn password_login(fixture: &FederatedFixture, name: &str) -> String {
    let browser = fixture.browser();
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    me(&browser).await["id"].as_str().expect("an id").to_owned()
}

// A provider that reports the address creates no second account and does not lock out the user of the name.
#[on_every_store]
async fn user_name_that_is_an_address_needs_local_proof_then_links(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let bob = create_user(&fixture.service, BOB).await;
    for provider in [&fixture.corp, &fixture.fake] {
        let claims = with_claims(claims_of("bob"), json!({ "email": "Bob@CORP.example" }));
        let answer = sign_in(&fixture.browser(), provider, &claims).await;
        assert_link_pending(&answer, provider);
        let trace = event_details(&event_of(&fixture.service, &answer).await);
        assert_eq!(trace["decision"]["user"], bob.id.to_string(), "{trace}");
        assert_eq!(password_login(&fixture, BOB).await, bob.id.to_string());
    }
    assert_eq!(fixture.users().await.len(), 1);

    let browser = fixture.browser();
    sign_in(&browser, &fixture.corp, &claims_of("bob")).await;
    browser.sign_in("BOB@corp.example", PASSWORD).await.expect_status(200);
    browser.post("/api/auth/link", &json!({})).await.expect_status(200);
    let linked = fixture.signed_in(&fixture.corp, &claims_of("bob")).await;
    assert_eq!(me(&linked).await["id"], bob.id.to_string());
    assert_eq!(password_login(&fixture, BOB).await, bob.id.to_string());
}

#[on_every_store]
async fn disabled_user_with_the_name_refuses_the_login(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    create_user_with(&fixture.service, BOB, |user| user.status = Status::Disabled).await;
    assert_refused(&sign_in(&fixture.browser(), &fixture.corp, &claims_of("bob")).await, "account_disabled");
    assert_eq!(fixture.users().await.len(), 1);
}

#[on_every_store]
async fn unverified_claim_does_not_reveal_the_user_name(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let bob = create_user(&fixture.service, BOB).await;
    let claims = with_claims(claims_of("bob"), json!({ "email_verified": "true" }));
    let mallory = fixture.signed_in(&fixture.corp, &claims).await;
    assert_ne!(me(&mallory).await["id"], bob.id.to_string());
    assert_eq!(password_login(&fixture, BOB).await, bob.id.to_string());
}

#[on_every_store]
async fn provider_cannot_move_a_user_to_the_user_name_of_another(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("CORP_PROFILE", "email=provider")]).await;
    let bob = create_user(&fixture.service, BOB).await;
    let grace = me(&fixture.signed_in(&fixture.corp, &claims_of("grace")).await).await;
    let moved = with_claims(claims_of("grace"), json!({ "email": BOB }));
    let moved = me(&fixture.signed_in(&fixture.corp, &moved).await).await;
    assert_eq!((&moved["id"], &moved["emailVerified"]), (&grace["id"], &json!(false)));
    assert_eq!(password_login(&fixture, BOB).await, bob.id.to_string());
}

#[on_every_store]
async fn account_in_advance_does_not_block_the_user_name(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let mallory = with_claims(claims_of("mallory"), json!({ "email": BOB }));
    let mallory = me(&fixture.signed_in(&fixture.fake, &mallory).await).await;
    assert_eq!((&mallory["email"], &mallory["emailVerified"]), (&json!(BOB), &json!(false)));
    let bob = create_user(&fixture.service, BOB).await;
    let answer = sign_in(&fixture.browser(), &fixture.corp, &claims_of("bob")).await;
    assert_link_pending(&answer, &fixture.corp);
    assert_eq!(password_login(&fixture, BOB).await, bob.id.to_string());
    let users = fixture.users().await;
    assert!(users.iter().all(|user| user.status == Status::Active), "nothing is reclaimed from a user name");
}

#[on_every_store]
async fn verified_address_of_a_federated_user_is_no_free_user_name(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.signed_in(&fixture.corp, &claims_of("grace")).await;
    let now = fixture.service.clock.now();
    for name in ["grace@corp.example", "GRACE@CORP.EXAMPLE", "\u{ff27}race@corp.example"] {
        let mut mallory = User::new(UserId::new(now), now);
        mallory.username = Some(name.parse().expect("a name"));
        let refused = fixture.service.app.store.insert(mallory).await;
        assert!(matches!(refused, Err(StoreError::Taken { .. })), "{name}");
    }
}

// The first login through a provider races an administrator who creates the user name: one of them has the address.
#[on_every_store]
async fn first_login_and_new_user_name_at_once_have_one_winner(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let store = Store::open(location.url()).await.expect("another process");
    let hash = create_user(&fixture.service, "ada").await.password.expect("a password").hash;
    for round in 0..20 {
        let address = format!("bob{round}@corp.example");
        let now = fixture.service.clock.now();
        let mut named = User::new(UserId::new(now), now);
        named.username = Some(address.parse().expect("a name"));
        named.password = Some(password(&fixture.service, hash.clone()));
        let id = named.id;
        let claims = json!({ "sub": format!("{round}"), "email": address, "email_verified": true });
        let browser = fixture.browser();
        let (answer, inserted) = join(sign_in(&browser, &fixture.corp, &claims), store.insert(named)).await;
        match inserted {
            Ok(_) => {
                assert_link_pending(&answer, &fixture.corp);
                assert_eq!(password_login(&fixture, &address).await, id.to_string(), "round {round}");
            }
            Err(StoreError::Taken { .. }) => {
                assert_eq!(me(&browser).await["emailVerified"], true, "round {round}");
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Removes a unique key from a stored user, as an earlier version wrote it.
async fn remove_key(location: &StoreLocation, key: &str) {
    if location.url().starts_with("sqlite:") {
        let file = rusqlite::Connection::open(location.name()).expect("the file");
        assert_eq!(file.execute("DELETE FROM keys WHERE key = ?1", [key]).expect("the table"), 1);
    } else {
        let users = location.database().await.collection::<bson::Document>("users");
        let pull = bson::doc! { "$pull": { "handles": key } };
        let result = users.update_one(bson::doc! { "handles": key }, pull).await.expect("written");
        assert_eq!(result.modified_count, 1);
    }
}

#[on_every_store]
async fn name_of_an_earlier_version_reserves_its_address(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let bob = create_user(&fixture.service, BOB).await;
    remove_key(&location, "email:bob@corp.example").await;
    let answer = sign_in(&fixture.browser(), &fixture.corp, &claims_of("bob")).await;
    assert_link_pending(&answer, &fixture.corp);
    // The next write of the user adds the key.
    assert_eq!(password_login(&fixture, BOB).await, bob.id.to_string());
    let found = fixture.service.app.store.find::<User>("email:bob@corp.example").await;
    assert_eq!(found.expect("the store answers").expect("a user").id, bob.id);
}

#[on_every_store]
async fn two_users_of_an_earlier_version_with_one_text_are_refused_as_ambiguous(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let bob = create_user(&fixture.service, BOB).await;
    remove_key(&location, "email:bob@corp.example").await;
    let mallory = create_user_with(&fixture.service, "mallory", |user| {
        set_verified_email(user, BOB);
    })
    .await;
    assert_refused(&sign_in(&fixture.browser(), &fixture.corp, &claims_of("bob")).await, "link_ambiguous");
    let browser: Browser = fixture.browser();
    browser.sign_in("mallory", PASSWORD).await.expect_status(200);
    assert!(stored_user(&fixture.service, &bob).await.identities.is_empty());
    assert!(stored_user(&fixture.service, &mallory).await.identities.is_empty());
    // The administrator sees both, and every command takes the user with the user name.
    let home = Installation::beside(&fixture.service);
    let listed = home.run(&["users", "list"]).expect_exit(0);
    let expected =
        format!("the user name of {} ({BOB}) is the verified address of {} (mallory)", bob.id, mallory.id);
    assert!(listed.err.contains(&expected), "{}", listed.err);
    let shown = home.run(&["users", "show", BOB, "--json"]).expect_exit(0).out;
    assert!(shown.contains(&bob.id.to_string()) && !shown.contains(&mallory.id.to_string()), "{shown}");
    // Another address of the second user ends the conflict.
    home.write("users.csv", "username,email\nmallory,mallory@corp.example\n");
    home.run(&["users", "import", "users.csv"]).expect_exit(0);
    assert_eq!(password_login(&fixture, BOB).await, bob.id.to_string());
    assert_eq!(home.run(&["users", "list"]).expect_exit(0).err, "");
}
