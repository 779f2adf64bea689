//! Emails that look alike, change owner or change value never move an account.

use futures_util::future::join_all;
use serde_json::{Value, json};
use vestibule::user::{IdentityKey, UnlinkedIdentity};

use crate::harness::{
    browser::Browser,
    federated::{
        FederatedFixture, assert_link_pending, claims_of, me, session_state, set_verified_email, sign_in,
        with_claims,
    },
    stores::StoreLocation,
    users::{create_user_with, stored_user},
};

/// Returns the `me` view after a login through corp with this verified email.
async fn verified_login(fixture: &FederatedFixture, sub: &str, address: &str) -> Value {
    let claims = json!({ "sub": sub, "email": address, "email_verified": true });
    me(&fixture.signed_in(&fixture.corp, &claims).await).await
}

// Mixed scripts, dotless and long letters, invisible marks and look-alike domains are different emails.
#[on_every_store]
async fn confusable_emails_are_different_emails(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let linus =
        create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example"))
            .await;
    let look_alikes = [
        "l\u{456}nus@corp.example",
        "l\u{131}nus@corp.example",
        "L\u{130}NUS@corp.example",
        "linu\u{17f}@corp.example",
        "\u{ff4c}\u{ff49}\u{ff4e}\u{ff55}\u{ff53}@corp.example",
        "linus\u{200b}@corp.example",
        "linus\u{ad}@corp.example",
        "\u{202e}sunil@corp.example",
        "li\u{301}nus@corp.example",
        "linus@c\u{43e}rp.example",
        "linus@corp.\u{435}xample",
        "linus@corp\u{3002}example",
        "linus@xn--crp-tdd.example",
        "linus+x@corp.example",
        "li.nus@corp.example",
    ];
    for (number, address) in look_alikes.into_iter().enumerate() {
        let me = verified_login(&fixture, &format!("look-alike {number}"), address).await;
        assert_ne!(me["id"], linus.id.to_string(), "{address:?}");
        assert!(me["email"].is_null() || me["email"] == address, "{address:?}: {me}");
    }
    assert_eq!(verified_login(&fixture, "himself", "LINUS@Corp.Example").await["id"], linus.id.to_string());
}

#[on_every_store]
async fn unicode_and_punycode_domains_are_equal(location: StoreLocation) {
    let fixture =
        FederatedFixture::with_settings(&location, &[("CORP_TRUSTED_DOMAINS", "b\u{fc}cher.example")]).await;
    let linus = create_user_with(&fixture.service, "linus", |user| {
        set_verified_email(user, "linus@b\u{fc}cher.example");
    })
    .await;
    for (sub, address) in [("one", "linus@xn--bcher-kva.example"), ("one", "Linus@B\u{dc}CHER.example")] {
        assert_eq!(verified_login(&fixture, sub, address).await["id"], linus.id.to_string(), "{address}");
    }
    let elsewhere = verified_login(&fixture, "other", "linus@bucher.example").await;
    assert_ne!(elsewhere["id"], linus.id.to_string());
    assert_eq!(elsewhere["emailVerified"], false, "trusted for another domain");
}

// An email that got a new owner after the unlink does not open the old account.
#[on_every_store]
async fn reassigned_email_of_an_unlinked_identity_links_nothing(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let key = IdentityKey { issuer: fixture.corp.issuer().to_owned(), subject: "former owner".to_owned() };
    let unlinked_at = fixture.service.clock.now();
    let linus = create_user_with(&fixture.service, "linus", |user| {
        set_verified_email(user, "linus@corp.example");
        user.unlinked_identities = vec![UnlinkedIdentity { key, unlinked_at }];
    })
    .await;
    let browser = fixture.browser();
    let claims = with_claims(claims_of("linus"), json!({ "sub": "new owner" }));
    assert_link_pending(&sign_in(&browser, &fixture.corp, &claims).await, &fixture.corp);
    assert_eq!(session_state(&browser).await, "anonymous");
    assert!(stored_user(&fixture.service, &linus).await.identities.is_empty());
}

// Two identities at two replicas at the same time: one is linked by trust, the other gets a pending link.
#[on_every_store]
async fn concurrent_identities_with_one_email_link_once(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let replica = fixture.start_replica().await;
    for round in 0..20 {
        let name = format!("linus{round}");
        let address = format!("{name}@corp.example");
        let linus =
            create_user_with(&fixture.service, &name, |user| set_verified_email(user, &address)).await;
        let browsers = [fixture.browser(), Browser::of(&replica)];
        let answers = join_all(browsers.iter().enumerate().map(async |(number, browser)| {
            let sub = format!("{name} of {number}");
            let claims = json!({ "sub": sub, "email": address, "email_verified": true });
            sign_in(browser, &fixture.corp, &claims).await
        }))
        .await;
        let inside = answers.iter().filter(|answer| answer.session_cookie().is_some()).count();
        let linked = stored_user(&fixture.service, &linus).await.identities.len();
        assert_eq!((inside, linked), (1, 1), "round {round}: {answers:?}");
    }
}

// The account stays with its identity. The next owner of the old email gets nothing.
#[on_every_store]
async fn changed_email_never_moves_an_account(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("CORP_PROFILE", "email=provider")]).await;
    let grace = verified_login(&fixture, "of grace", "grace@corp.example").await;
    let ada = verified_login(&fixture, "of ada", "ada@corp.example").await;
    assert_ne!(grace["id"], ada["id"]);
    // Two users swap their emails one after the other.
    let moved = verified_login(&fixture, "of grace", "ada@corp.example").await;
    assert_eq!(moved["id"], grace["id"]);
    assert_eq!(verified_login(&fixture, "of ada", "grace@corp.example").await["id"], ada["id"]);
    assert_eq!(verified_login(&fixture, "of grace", "ada@corp.example").await["id"], grace["id"]);
    let owners = fixture.users().await;
    assert_eq!(owners.len(), 2);
    let verified = owners.iter().filter(|user| user.email_verified);
    let mut verified: Vec<String> =
        verified.filter_map(|user| user.email.as_ref()).map(ToString::to_string).collect();
    let all = verified.len();
    verified.dedup();
    assert_eq!(verified.len(), all, "one address has one owner: {owners:#?}");
}
