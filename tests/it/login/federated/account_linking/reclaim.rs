//! Unverified claims of an email do not block its owner. A reclaim removes only data of the account that claimed it.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::{
    audit::{self, EventKind, Outcome},
    store::{Change, StoreError},
    user::{Creator, Identity, IdentityKey, Status, User, UserId},
};

use crate::harness::{
    eventually,
    federated::{
        FederatedFixture, assert_link_pending, assert_signed_in, claims_of, event_details, event_of, me,
        session_state, set_verified_email, sign_in, update_user, with_claims,
    },
    passkey::{self, Passkey, register},
    stored_factors::message_codes,
    stores::StoreLocation,
    users::{PASSWORD, create_user_with, stored_user},
};

/// Accounts with one email that are reclaimed one after the other.
const ATTACKERS: usize = 40;

/// Claims of mallory with the email of linus.
fn mallory(number: usize, verified: bool) -> Value {
    with_claims(claims_of("linus"), json!({ "sub": format!("mallory {number}"), "email_verified": verified }))
}

/// Creates three accounts with the address of linus; none of them verifies it.
async fn claim_address(fixture: &FederatedFixture) {
    fixture.signed_in(&fixture.fake, &mallory(1, false)).await;
    fixture.signed_in(&fixture.fake, &mallory(2, true)).await;
    fixture.signed_in(&fixture.corp, &mallory(3, false)).await;
}

/// Creates a self-registered account with the email of linus.
async fn self_registered(fixture: &FederatedFixture, change: impl FnOnce(&mut User)) -> User {
    let now = fixture.service.clock.now();
    let mut user = User::new(UserId::new(now), now);
    user.created_by = Creator::Provider;
    user.email = Some("linus@corp.example".parse().expect("an address"));
    change(&mut user);
    fixture.service.app.store.insert(user).await.expect("a new user").into_document()
}

async fn status(fixture: &FederatedFixture, user: &User) -> Status {
    stored_user(&fixture.service, user).await.status
}

#[on_every_store]
async fn unverified_claims_do_not_block_the_verified_owner(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let linus =
        create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example"))
            .await;
    fixture.signed_in(&fixture.fake, &mallory(1, false)).await;
    fixture.signed_in(&fixture.corp, &mallory(3, false)).await;
    assert_link_pending(
        &sign_in(&fixture.browser(), &fixture.fake, &claims_of("linus")).await,
        &fixture.fake,
    );
    let browser = fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
    assert_eq!(me(&browser).await["id"], linus.id.to_string());
}

#[on_every_store]
async fn unverified_claims_do_not_block_an_admin_assignment(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    claim_address(&fixture).await;
    let linus = create_user_with(&fixture.service, "linus", |user| {
        user.email = Some("linus@corp.example".parse().expect("an address"));
    })
    .await;
    for provider in [&fixture.fake, &fixture.corp] {
        let browser = fixture.browser();
        assert_link_pending(&sign_in(&browser, provider, &claims_of("linus")).await, provider);
        browser.sign_in("linus", PASSWORD).await.expect_status(200);
        browser.post("/api/auth/link", &json!({})).await.expect_status(200);
        assert_eq!(me(&browser).await["id"], linus.id.to_string());
    }
}

#[on_every_store]
async fn unverified_claims_do_not_block_the_first_verified_login(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    claim_address(&fixture).await;
    let through_fake = fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
    let before = fixture.users().await.len();
    assert_eq!(before, 4, "each claim creates one account, and no account is reclaimed");
    let linus = fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
    let ours = me(&linus).await;
    assert_eq!((&ours["email"], &ours["emailVerified"]), (&json!("linus@corp.example"), &json!(true)));
    let users = fixture.users().await;
    let quarantined = users.iter().filter(|user| user.status == Status::Quarantined).count();
    assert_eq!(
        (users.len(), quarantined),
        (5, 4),
        "every self-registered account with the address is quarantined"
    );
    through_fake.me().await.expect_status(401);
    // The email now belongs to the owner's account. Another identity with it gets a pending link, because a provider
    // may reassign an email.
    let again = with_claims(claims_of("linus"), json!({ "sub": "linus by another connection" }));
    let answer = sign_in(&fixture.browser(), &fixture.corp, &again).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/link?provider=corp")));
    assert_eq!(fixture.users().await.len(), 5, "no other account is created");
}

// An administrator account gets a pending link instead of a reclaim, whatever the source of the role is.
#[on_every_store]
async fn administrator_account_is_never_reclaimed(location: StoreLocation) {
    for of_identity in [false, true] {
        let fixture = FederatedFixture::start(&location).await;
        let admin = self_registered(&fixture, |user| {
            let roles = vec!["admin".to_owned()];
            if of_identity {
                let key = IdentityKey {
                    issuer: fixture.fake.issuer().to_owned(),
                    subject: "of the admin".to_owned(),
                };
                let (provider, at) = ("fake".to_owned(), user.created_at);
                user.identities.push(Identity {
                    key,
                    provider,
                    email: None,
                    roles,
                    linked_at: at,
                    last_login_at: None,
                });
            } else {
                user.roles = roles;
            }
        })
        .await;
        let other = self_registered(&fixture, |_| {}).await;
        let browser = fixture.browser();
        let answer = sign_in(&browser, &fixture.corp, &claims_of("linus")).await;
        assert_link_pending(&answer, &fixture.corp);
        let decision = event_details(&event_of(&fixture.service, &answer).await)["decision"].clone();
        assert_eq!(decision["rule"], "an administrator account is never reclaimed by its address");
        assert_eq!(decision["user"], admin.id.to_string());
        assert_eq!(status(&fixture, &admin).await, Status::Active);
        assert_eq!(status(&fixture, &other).await, Status::Active, "no account changes before that");
        assert_eq!(session_state(&browser).await, "anonymous");
        for user in fixture.users().await {
            update_user(&fixture.service, user.id, |user| user.email = None).await;
        }
    }
}

// The conditions of a reclaim are checked again when it is written.
#[on_every_store]
async fn account_verified_during_reclaim_is_kept(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let mut attackers = Vec::new();
    for _ in 0..ATTACKERS {
        fixture.service.advance_time(Duration::from_millis(2));
        attackers.push(self_registered(&fixture, |_| {}).await);
    }
    let (first, last) = (&attackers[0], &attackers[ATTACKERS - 1]);
    let browser = fixture.browser();
    let claims = claims_of("linus");
    let verified = async {
        eventually(Duration::from_secs(20), "the first account is quarantined", || async {
            status(&fixture, first).await == Status::Quarantined
        })
        .await;
        let verify = |user: &mut User| {
            let is_active = user.status == Status::Active;
            user.email_verified |= is_active;
            Ok::<_, StoreError>(if is_active { Change::Write(true) } else { Change::Keep(false) })
        };
        let (_, verified) =
            fixture.service.app.store.update(&last.id.document_id(), verify).await.unwrap().unwrap();
        verified
    };
    let (answer, verified) = tokio::join!(sign_in(&browser, &fixture.corp, &claims), verified);
    assert_signed_in(&answer, "/");
    let last = stored_user(&fixture.service, last).await;
    let signed_in_as_last = me(&browser).await["id"] == last.id.to_string();
    let expected = if verified { (Status::Active, true) } else { (Status::Quarantined, false) };
    assert_eq!((last.status, signed_in_as_last), expected, "the first write wins: verified {verified}");
    let owners = fixture.users().await;
    let owners = owners.iter().filter(|user| user.email_verified).count();
    assert_eq!(owners, 1);
}

#[on_every_store]
async fn reclaim_writes_an_event_about_the_old_account(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(
        &location,
        &[("FAKE_ROLE_CLAIM", "groups"), ("FAKE_ROLE_MAP", "staff=staff")],
    )
    .await;
    let brought = with_claims(mallory(1, false), json!({ "groups": ["staff"] }));
    let browser = fixture.signed_in(&fixture.fake, &brought).await;
    let old = fixture.users().await.remove(0);
    update_user(&fixture.service, old.id, |user| user.roles = vec!["editor".to_owned()]).await;
    fixture.service.advance_time(Duration::from_secs(1));
    let owner = fixture.signed_in(&fixture.corp, &claims_of("linus")).await;

    let about = audit::about(&fixture.service.app.store, old.id, 20).await.expect("the store answers");
    let event =
        about.iter().find(|event| event.kind == EventKind::AccountReclaimed).expect("an event about it");
    assert_eq!((event.outcome, event.at), (Outcome::Success, fixture.service.clock.now()));
    let written = event_details(event);
    let identity = format!("{}|mallory 1", fixture.fake.issuer());
    let (before, after) = (&written["before"], &written["after"]);
    assert_eq!((&before["status"], &after["status"]), (&json!("active"), &json!("quarantined")));
    assert_eq!((&before["identities"], &after["identities"]), (&json!([identity]), &json!([])));
    let now = stored_user(&fixture.service, &old).await;
    assert_eq!(now.roles, ["editor"], "kept for review");
    assert!(now.identities.is_empty() && now.unlinked_identities.len() == 1 && now.password.is_none());
    browser.me().await.expect_status(401);
    let owner = me(&owner).await;
    assert_ne!(owner["id"], old.id.to_string());
    assert_eq!(owner["roles"], json!([]), "the owner does not inherit anything");
}

// A credential that an attacker added before the quarantine must not open the account afterwards (account pre-hijacking).
#[on_every_store]
async fn quarantine_removes_passkeys_and_codes_by_message(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let attacker = fixture.signed_in(&fixture.fake, &mallory(1, false)).await;
    let mut passkey = Passkey::synced();
    register(&attacker, &mut passkey).await.expect_status(200);
    let old = fixture.users().await.remove(0);
    let now = fixture.service.clock.now();
    update_user(&fixture.service, old.id, |user| {
        user.message_codes = message_codes(now);
        user.message_codes.email = None;
    })
    .await;
    fixture.service.advance_time(Duration::from_secs(1));
    let owner = fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
    let stored = stored_user(&fixture.service, &old).await;
    assert_eq!(stored.status, Status::Quarantined);
    assert!(stored.passkeys.is_empty() && stored.message_codes.is_empty() && stored.recovery_codes.is_none());
    attacker.me().await.expect_status(401);
    let again = fixture.browser();
    passkey::sign_in(&again, &mut passkey).await.expect_problem(401, "passkey_unknown");
    // The key of the credential is free: the owner of the address may register the authenticator.
    register(&owner, &mut passkey).await.expect_status(200);
}

// Trust that is configured later counts from then on. A verified account cannot be reclaimed.
#[on_every_store]
async fn email_is_verified_after_the_provider_becomes_trusted(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let first = me(&fixture.signed_in(&fixture.fake, &claims_of("grace")).await).await;
    assert_eq!(first["emailVerified"], false);
    let FederatedFixture { fake, corp, service } = fixture;
    let service = service.restart_with(&[("VESTIBULE_PROVIDER_FAKE_TRUSTED_DOMAINS", "corp.example")]).await;
    let fixture = FederatedFixture { fake, corp, service };
    fixture.wait_until_available("fake").await;
    fixture.wait_until_available("corp").await;
    let unverified = with_claims(claims_of("grace"), json!({ "email_verified": "true" }));
    let again = me(&fixture.signed_in(&fixture.fake, &unverified).await).await;
    assert_eq!(again["emailVerified"], false, "only `true` is true");
    let again = me(&fixture.signed_in(&fixture.fake, &claims_of("grace")).await).await;
    assert_eq!((&again["id"], &again["emailVerified"]), (&first["id"], &json!(true)));
    let through_corp = me(&fixture.signed_in(&fixture.corp, &claims_of("grace")).await).await;
    assert_eq!(through_corp["id"], first["id"], "linked, not reclaimed");
    assert_eq!(fixture.users().await.len(), 1);
}

// A verified email has one owner.
#[on_every_store]
async fn newly_trusted_provider_cannot_claim_a_verified_email(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
    let linus =
        create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example"))
            .await;
    let FederatedFixture { fake, corp, service } = fixture;
    let service = service.restart_with(&[("VESTIBULE_PROVIDER_FAKE_TRUSTED_DOMAINS", "corp.example")]).await;
    let fixture = FederatedFixture { fake, corp, service };
    fixture.wait_until_available("fake").await;
    let attacker = me(&fixture.signed_in(&fixture.fake, &claims_of("linus")).await).await;
    assert_ne!(attacker["id"], linus.id.to_string());
    assert_eq!(attacker["emailVerified"], false);
}
