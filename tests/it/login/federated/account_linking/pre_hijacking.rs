//! Account pre-hijacking: an attacker creates an account with the email of another user and waits for the owner.
//!
//! The five attacks of Sudhodanan & Paverd, "Pre-hijacked accounts" (USENIX Security 2022). `mallory` uses the untrusted provider
//! `fake`. The owner of linus@corp.example uses `corp`, which is trusted for that domain. The service has neither self-registration
//! nor a change of email yet: where an attack needs one, the test says what replaces it.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::user::{Creator, Identity, IdentityKey, Status, User};

use crate::harness::{
    browser::Browser,
    federated::{
        FederatedFixture, assert_link_pending, assert_refused, assert_signed_in, callback, claims_of, me,
        redirect_target, session_state, sign_in, start_login, update_user, with_claims,
    },
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user_with, create_user_with_app, stored_user},
};

/// Claims of mallory at the fake provider with the email of linus, verified or not.
fn mallory(verified: bool) -> Value {
    json!({
        "sub": "of mallory",
        "email": "linus@corp.example",
        "email_verified": verified,
        "name": "Linus, really",
        "locale": "xx",
    })
}

/// Everything that mallory has of an account before its owner signs in.
struct PreparedAccount<'h> {
    fixture: &'h FederatedFixture,
    account: User,
    browsers: Vec<Browser>,
}

impl<'h> PreparedAccount<'h> {
    /// Creates the account by a first login through fake. An administrator gave it a role by mistake.
    async fn at_fake(fixture: &'h FederatedFixture, claims: &Value) -> Self {
        let browser = fixture.signed_in(&fixture.fake, claims).await;
        let account = fixture.users().await.remove(0);
        update_user(&fixture.service, account.id, |user| user.roles = vec!["editor".to_owned()]).await;
        Self { fixture, account, browsers: vec![browser] }
    }

    /// Signs in the owner for the first time. Afterwards mallory has no access, the owner has only their own data, and
    /// the old account is kept for review.
    async fn owner_signs_in(self) -> Browser {
        let fixture = self.fixture;
        let owner = fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
        let me = me(&owner).await;
        assert_ne!(me["id"], self.account.id.to_string(), "the owner gets an account of their own");
        assert_eq!((&me["email"], &me["emailVerified"]), (&json!("linus@corp.example"), &json!(true)));
        assert_eq!((&me["roles"], &me["mfaEnabled"]), (&json!([]), &json!(false)));
        assert_eq!(me["displayName"], "linus at the provider");
        let identities = me["identities"].as_array().expect("a list");
        assert_eq!((identities.len(), &identities[0]["provider"]), (1, &json!("corp")));

        let replica = fixture.start_replica().await;
        for browser in &self.browsers {
            for browser in [browser.clone(), browser.at_replica(&replica)] {
                browser.me().await.expect_status(401);
                browser.keep_alive().await.expect_status(401);
                assert_eq!(session_state(&browser).await, "anonymous");
            }
        }
        let through_fake = [mallory(false), mallory(true)];
        for claims in through_fake.iter().filter(|_| !self.account.identities.is_empty()) {
            let answer = sign_in(&fixture.browser(), &fixture.fake, claims).await;
            assert_eq!(redirect_target(&answer).0, "/login");
            assert_eq!(answer.session_cookie(), None, "the account has no linked identity");
        }
        for name in ["mallory", "linus@corp.example"] {
            let answer = fixture.browser().sign_in(name, PASSWORD).await;
            answer.expect_problem(401, "invalid_credentials");
        }

        let kept = stored_user(&fixture.service, &self.account).await;
        assert_eq!(kept.status, Status::Quarantined);
        assert!(kept.password.is_none() && kept.totp.is_empty() && kept.pending_totp.is_none());
        assert!(kept.identities.is_empty());
        assert_eq!(
            (&kept.display_name, &kept.username),
            (&self.account.display_name, &self.account.username)
        );
        assert_eq!((kept.email, kept.email_verified), (self.account.email, false), "kept for review");
        assert_eq!(kept.created_at, self.account.created_at);
        assert!(!kept.roles.is_empty(), "its roles are kept");

        assert_eq!(session_state(&owner).await, "signedIn", "the session of the owner is still valid");
        let again = fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
        assert_eq!(self::me(&again).await["id"], me["id"]);
        assert_eq!(fixture.users().await.len(), 2);
        owner
    }
}

/// Creates an account as self-registration would: user name, password, authenticator app, unverified email.
async fn registered(fixture: &FederatedFixture) -> (User, Authenticator) {
    let (user, app) = create_user_with_app(&fixture.service, "mallory").await;
    update_user(&fixture.service, user.id, |user| {
        user.created_by = Creator::User;
        user.email = Some("linus@corp.example".parse().expect("an address"));
        user.roles = vec!["editor".to_owned()];
    })
    .await;
    (stored_user(&fixture.service, &user).await, app)
}

// 1. Classic-federated merge: mallory knows the password of the account that the owner's identity would be added to.
#[on_every_store]
async fn password_of_the_attacker_is_revoked(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (account, app) = registered(&fixture).await;
    let browser = fixture.browser();
    browser.sign_in("mallory", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
    // The same with a pending session that only misses the code.
    let half = fixture.browser();
    half.sign_in("mallory", PASSWORD).await.expect_status(200);
    assert_eq!(session_state(&half).await, "awaitingSecondFactor");
    let prepared = PreparedAccount { fixture: &fixture, account, browsers: vec![browser, half.clone()] };
    prepared.owner_signs_in().await;
    fixture.service.advance_time(Duration::from_mins(1));
    half.verify(&app.code(fixture.service.clock.now())).await.expect_status(401);
}

// 2. Unexpired session: mallory keeps a session active until the owner signs in.
#[on_every_store]
async fn session_of_the_attacker_is_ended(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let mut prepared = PreparedAccount::at_fake(&fixture, &mallory(false)).await;
    prepared.browsers.push(fixture.signed_in(&fixture.fake, &mallory(false)).await);
    for _ in 0..5 {
        fixture.service.advance_time(Duration::from_mins(9));
        for browser in &prepared.browsers {
            browser.keep_alive().await.expect_status(200);
        }
    }
    let stolen = prepared.browsers[0].clone();
    prepared.owner_signs_in().await;
    let printed = stolen.me().await.expect_problem(401, "session_ended");
    assert_eq!(printed.reason(), "user_disabled");
}

// 3. Trojan identifier: mallory adds an identity that the owner does not notice. The test writes the identity into the
// document: how it was linked makes no difference.
#[on_every_store]
async fn identity_of_the_attacker_is_removed(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let prepared = PreparedAccount::at_fake(&fixture, &mallory(false)).await;
    let trojan = json!({ "sub": "mallory herself", "email": "mallory@evil.example", "email_verified": true });
    let issuer = fixture.corp.issuer().to_owned();
    let now = fixture.service.clock.now();
    update_user(&fixture.service, prepared.account.id, |user| {
        user.identities.push(Identity {
            key: IdentityKey { issuer: issuer.clone(), subject: "mallory herself".to_owned() },
            provider: "corp".to_owned(),
            email: Some("mallory@evil.example".to_owned()),
            roles: Vec::new(),
            linked_at: now,
            last_login_at: None,
        });
    })
    .await;
    let through_it = fixture.signed_in(&fixture.corp, &trojan).await;
    assert_eq!(
        me(&through_it).await["id"],
        prepared.account.id.to_string(),
        "the prepared identity is stored"
    );
    let owner = prepared.owner_signs_in().await;
    through_it.me().await.expect_status(401);
    assert_refused(&sign_in(&fixture.browser(), &fixture.corp, &trojan).await, "identity_unlinked");
    assert_eq!(me(&owner).await["identities"].as_array().expect("a list").len(), 1);
}

// 4. Unexpired email change: an action starts before the owner signs in and finishes afterwards. The service has no
// change of email yet. The test uses a login in progress, an enrolment and a pending link.
#[on_every_store]
async fn pending_actions_of_the_attacker_are_cancelled(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let prepared = PreparedAccount::at_fake(&fixture, &mallory(false)).await;
    let on_the_way = fixture.browser();
    let authorization = start_login(&on_the_way, &fixture.fake).await;
    let code = fixture.fake.code_for(&authorization.parameters, &mallory(false));
    let setting_up = prepared.browsers[0].clone();
    let setup = setting_up.start_enrolment().await.expect_status(200).json();
    prepared.owner_signs_in().await;
    let answer = callback(&on_the_way, "fake", &[("code", &code), ("state", authorization.state())]).await;
    assert_refused(&answer, "identity_unlinked");
    let secret = setup["secret"].as_str().expect("a secret");
    let app = Authenticator::of_base32(secret);
    setting_up.verify(&app.code(fixture.service.clock.now())).await.expect_status(401);
}

// 4. The same with an email that the provider changes, before or after the owner signs in.
#[on_every_store]
async fn email_change_of_the_attacker_has_no_effect(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("FAKE_PROFILE", "email=provider")]).await;
    let before = with_claims(mallory(true), json!({ "email": "mallory@evil.example" }));
    let prepared = PreparedAccount::at_fake(&fixture, &before).await;
    assert_signed_in(&sign_in(&prepared.browsers[0], &fixture.fake, &mallory(false)).await, "/");
    let account = stored_user(&fixture.service, &prepared.account).await;
    assert_eq!(account.email.as_ref().map(ToString::to_string).as_deref(), Some("linus@corp.example"));
    let owner = PreparedAccount { account, ..prepared }.owner_signs_in().await;

    // Afterwards another account of mallory changes its email to one with an owner.
    let second = with_claims(before, json!({ "sub": "mallory again" }));
    let browser = fixture.signed_in(&fixture.fake, &second).await;
    let second_id = me(&browser).await["id"].clone();
    for verified in [false, true] {
        let changed = with_claims(mallory(verified), json!({ "sub": "mallory again" }));
        let browser = fixture.signed_in(&fixture.fake, &changed).await;
        let me = me(&browser).await;
        assert_eq!(
            (&me["id"], &me["emailVerified"]),
            (&second_id, &json!(false)),
            "a changed address moves no account"
        );
    }
    let again = fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
    assert_eq!(me(&again).await["id"], me(&owner).await["id"], "the login of the owner is unchanged");
}

// 4. The same from an account that an administrator created: its email came from a provider, not from the
// administrator.
#[on_every_store]
async fn unverified_email_does_not_block_its_owner(location: StoreLocation) {
    let fixture =
        FederatedFixture::with_settings(&location, &[("FAKE_PROFILE", "email=provider-until-edited")]).await;
    let key = IdentityKey { issuer: fixture.fake.issuer().to_owned(), subject: "of mallory".to_owned() };
    let linked_at = fixture.service.clock.now();
    let made = create_user_with(&fixture.service, "mallory", |user| {
        let (provider, email, roles, last_login_at) = ("fake".to_owned(), None, Vec::new(), None);
        user.identities = vec![Identity { key, provider, email, roles, linked_at, last_login_at }];
    })
    .await;
    fixture.signed_in(&fixture.fake, &mallory(false)).await;
    let address = stored_user(&fixture.service, &made).await.email.map(|email| email.to_string());
    assert_eq!(address.as_deref(), Some("linus@corp.example"), "the account has the address");
    let owner = me(&fixture.signed_in(&fixture.corp, &claims_of("linus")).await).await;
    assert_ne!(owner["id"], made.id.to_string());
    assert_eq!((&owner["email"], &owner["emailVerified"]), (&json!("linus@corp.example"), &json!(true)));
}

// 5. Non-verifying provider: its `email_verified` counts neither before nor after.
#[on_every_store]
async fn email_of_non_verifying_provider_links_no_account(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let owner = PreparedAccount::at_fake(&fixture, &mallory(true)).await.owner_signs_in().await;
    let theirs = me(&owner).await["id"].clone();
    let browser = fixture.browser();
    let another = with_claims(mallory(true), json!({ "sub": "mallory again" }));
    assert_link_pending(&sign_in(&browser, &fixture.fake, &another).await, &fixture.fake);
    assert_eq!(session_state(&browser).await, "anonymous");
    browser.post("/api/auth/link", &json!({})).await.expect_problem(401, "not_signed_in");
    // Mallory's own identity is another user.
    assert_signed_in(
        &sign_in(&browser, &fixture.fake, &with_claims(another, json!({ "sub": "m", "email": null }))).await,
        "/",
    );
    browser.post("/api/auth/link", &json!({})).await.expect_problem(409, "link_account_mismatch");
    let again = fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
    assert_eq!(me(&again).await["id"], theirs);
    assert_eq!(me(&again).await["identities"].as_array().expect("a list").len(), 1);
}

// 5. An account that an administrator created for the owner: its email was set by the administrator.
#[on_every_store]
async fn admin_created_account_is_not_linked_by_email(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let made = create_user_with(&fixture.service, "linus", |user| {
        user.email = Some("linus@corp.example".parse().expect("an address"));
    })
    .await;
    assert_link_pending(&sign_in(&fixture.browser(), &fixture.fake, &mallory(true)).await, &fixture.fake);
    let browser = fixture.signed_in(&fixture.fake, &mallory(false)).await;
    assert_ne!(me(&browser).await["id"], made.id.to_string());
    let stored = stored_user(&fixture.service, &made).await;
    assert!(stored.identities.is_empty() && stored.password.is_some() && stored.status == Status::Active);
}
