//! Account takeover before the fact: somebody makes an account with an address that is not theirs, and waits for its owner.
//!
//! The five attacks of Sudhodanan & Paverd, "Pre-hijacked accounts" (USENIX Security 2022). `mallory` comes through the liar, which
//! nobody trusts; the owner of linus@corp.example comes through `corp`, whose word counts for that domain. There is neither
//! registration by oneself nor a change of address yet: where an attack needs one, the test says what stands in for it.

use std::time::Duration;

use serde_json::json;
use vestibule::user::{Creator, Identity, IdentityKey, Status};

use super::*;
use crate::harness::{
    people::{PASSWORD, person_with, person_with_app, stored},
    totp::Authenticator,
};

/// Mallory at the liar, who says that linus' address is hers, and whether the liar says so too.
fn mallory(verified: bool) -> Value {
    json!({
        "sub": "of mallory",
        "email": "linus@corp.example",
        "email_verified": verified,
        "name": "Linus, really",
        "locale": "xx",
    })
}

/// Everything that mallory has of an account, before its owner comes.
struct Trap<'h> {
    house: &'h House,
    account: User,
    browsers: Vec<Browser>,
}

impl<'h> Trap<'h> {
    /// Made by a first sign-in through the liar, with a role that an administrator gave without a second look.
    async fn at_the_liar(house: &'h House, claims: &Value) -> Self {
        let browser = house.signed_in(&house.liar, claims).await;
        let account = house.people().await.remove(0);
        change(&house.service, account.id, |user| user.roles = vec!["editor".to_owned()]).await;
        Self { house, account, browsers: vec![browser] }
    }

    /// The owner signs in for the first time; then mallory has nothing left, the owner has what is theirs and nothing of hers, and
    /// what was there is kept for review.
    async fn springs(self) -> Browser {
        let house = self.house;
        let owner = house.signed_in(&house.corp, &claims_of("linus")).await;
        let me = me(&owner).await;
        assert_ne!(me["id"], self.account.id.to_string(), "the owner gets an account of their own");
        assert_eq!((&me["email"], &me["emailVerified"]), (&json!("linus@corp.example"), &json!(true)));
        assert_eq!((&me["roles"], &me["mfaEnabled"]), (&json!([]), &json!(false)));
        assert_eq!(me["displayName"], "linus at the provider");
        let identities = me["identities"].as_array().expect("a list");
        assert_eq!((identities.len(), &identities[0]["provider"]), (1, &json!("corp")));

        let replica = house.replica().await;
        for browser in &self.browsers {
            for browser in [browser.clone(), browser.moved_to(&replica)] {
                browser.me().await.must_be(401);
                browser.keep_alive().await.must_be(401);
                assert_eq!(state(&browser).await, "anonymous");
            }
        }
        let through_the_liar = [mallory(false), mallory(true)];
        for claims in through_the_liar.iter().filter(|_| !self.account.identities.is_empty()) {
            let answer = sign_in(&house.browser(), &house.liar, claims).await;
            assert_eq!(location(&answer).0, "/login");
            assert_eq!(answer.session_cookie(), None, "links of the account have no power");
        }
        for name in ["mallory", "linus@corp.example"] {
            let answer = house.browser().sign_in(name, PASSWORD).await;
            answer.must_fail(401, "invalid_credentials");
        }

        let kept = stored(&house.service, &self.account).await;
        assert_eq!(kept.status, Status::Quarantined);
        assert!(kept.password.is_none() && kept.totp.is_none() && kept.pending_totp.is_none());
        assert!(kept.identities.is_empty());
        assert_eq!(
            (&kept.display_name, &kept.username),
            (&self.account.display_name, &self.account.username)
        );
        assert_eq!((kept.email, kept.email_verified), (self.account.email, false), "kept for review");
        assert_eq!(kept.created_at, self.account.created_at);
        assert!(!kept.roles.is_empty(), "and what it was given");

        assert_eq!(state(&owner).await, "signedIn", "none of that touched the owner");
        let again = house.signed_in(&house.corp, &claims_of("linus")).await;
        assert_eq!(self::me(&again).await["id"], me["id"]);
        assert_eq!(house.people().await.len(), 2);
        owner
    }
}

/// An account as registration by oneself would make it: a user name, a password, an app, and an address that nobody verified.
async fn registered(house: &House) -> (User, Authenticator) {
    let (user, app) = person_with_app(&house.service, "mallory").await;
    change(&house.service, user.id, |user| {
        user.created_by = Creator::User;
        user.email = Some("linus@corp.example".parse().expect("an address"));
        user.roles = vec!["editor".to_owned()];
    })
    .await;
    (stored(&house.service, &user).await, app)
}

// 1. Classic-federated merge: mallory keeps the password of the account that the owner's identity is added to.
#[on_every_store]
async fn a_password_set_before_the_owner_came_opens_nothing_after(location: StoreLocation) {
    let house = House::open(&location).await;
    let (account, app) = registered(&house).await;
    let browser = house.browser();
    browser.sign_in("mallory", PASSWORD).await.must_be(200);
    browser.verify(&app.code(house.service.clock.now())).await.must_be(200);
    // Half way in as well, with only the code still to be said.
    let half = house.browser();
    half.sign_in("mallory", PASSWORD).await.must_be(200);
    assert_eq!(state(&half).await, "awaitingSecondFactor");
    let trap = Trap { house: &house, account, browsers: vec![browser, half.clone()] };
    trap.springs().await;
    house.service.wait(Duration::from_mins(1));
    half.verify(&app.code(house.service.clock.now())).await.must_be(401);
}

// 2. Unexpired session: mallory keeps one alive until the owner has come.
#[on_every_store]
async fn a_session_kept_alive_until_the_owner_came_is_dead_after(location: StoreLocation) {
    let house = House::open(&location).await;
    let mut trap = Trap::at_the_liar(&house, &mallory(false)).await;
    trap.browsers.push(house.signed_in(&house.liar, &mallory(false)).await);
    for _ in 0..5 {
        house.service.wait(Duration::from_mins(9));
        for browser in &trap.browsers {
            browser.keep_alive().await.must_be(200);
        }
    }
    let stolen = trap.browsers[0].clone();
    trap.springs().await;
    let told = stolen.me().await.must_fail(401, "session_ended");
    assert_eq!(told.reason(), "user_disabled");
}

// 3. Trojan identifier: mallory adds an identity of hers that the owner does not notice. Linking from one's own account is
// stood in for by the identity in the document: what it was linked by makes no difference.
#[on_every_store]
async fn an_identity_added_before_the_owner_came_opens_nothing_after(location: StoreLocation) {
    let house = House::open(&location).await;
    let trap = Trap::at_the_liar(&house, &mallory(false)).await;
    let trojan = json!({ "sub": "mallory herself", "email": "mallory@evil.example", "email_verified": true });
    let issuer = house.corp.issuer().to_owned();
    let now = house.service.clock.now();
    change(&house.service, trap.account.id, |user| {
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
    let through_it = house.signed_in(&house.corp, &trojan).await;
    assert_eq!(me(&through_it).await["id"], trap.account.id.to_string(), "the trap is set");
    let owner = trap.springs().await;
    through_it.me().await.must_be(401);
    refused(&sign_in(&house.browser(), &house.corp, &trojan).await, "identity_unlinked");
    assert_eq!(me(&owner).await["identities"].as_array().expect("a list").len(), 1);
}

// 4. Unexpired e-mail change: something that was begun before the owner came, and is finished after. There is no change of
// address here; what can be begun and finished later is a sign-in on its way, an app being set up, and a pending link.
#[on_every_store]
async fn what_was_begun_before_the_owner_came_is_not_finished_after(location: StoreLocation) {
    let house = House::open(&location).await;
    let trap = Trap::at_the_liar(&house, &mallory(false)).await;
    let on_the_way = house.browser();
    let journey = set_out(&on_the_way, &house.liar).await;
    let code = house.liar.code_for(&journey.asked, &mallory(false));
    let setting_up = trap.browsers[0].clone();
    let setup = setting_up.set_up().await.must_be(200).json();
    trap.springs().await;
    let answer = come_back(&on_the_way, "liar", &[("code", &code), ("state", journey.state())]).await;
    refused(&answer, "identity_unlinked");
    let secret = setup["secret"].as_str().expect("a secret");
    let app = Authenticator::of_base32(secret);
    setting_up.verify(&app.code(house.service.clock.now())).await.must_be(401);
}

// 4. The same with the address that the provider changes: the account follows it before the owner comes, or after.
#[on_every_store]
async fn an_address_changed_at_the_provider_takes_nothing_from_its_owner(location: StoreLocation) {
    let house = House::with(&location, &[("LIAR_PROFILE", "email=provider")]).await;
    let before = with(mallory(true), json!({ "email": "mallory@evil.example" }));
    let trap = Trap::at_the_liar(&house, &before).await;
    leads_to(&sign_in(&trap.browsers[0], &house.liar, &mallory(false)).await, "/");
    let account = stored(&house.service, &trap.account).await;
    assert_eq!(account.email.as_ref().map(ToString::to_string).as_deref(), Some("linus@corp.example"));
    let owner = Trap { account, ..trap }.springs().await;

    // And after: another account of hers changes its address to one that has an owner.
    let second = with(before, json!({ "sub": "mallory again" }));
    let browser = house.signed_in(&house.liar, &second).await;
    let hers = me(&browser).await["id"].clone();
    for verified in [false, true] {
        let changed = with(mallory(verified), json!({ "sub": "mallory again" }));
        let browser = house.signed_in(&house.liar, &changed).await;
        let me = me(&browser).await;
        assert_eq!(
            (&me["id"], &me["emailVerified"]),
            (&hers, &json!(false)),
            "an account is never re-pointed"
        );
    }
    let again = house.signed_in(&house.corp, &claims_of("linus")).await;
    assert_eq!(me(&again).await["id"], me(&owner).await["id"], "nor is the owner's way in");
}

// 4. And from an account that an administrator made: the address that its provider gave it is not an administrator's word.
#[on_every_store]
async fn an_address_that_a_provider_gave_to_a_made_account_keeps_its_owner_out_of_nothing(
    location: StoreLocation,
) {
    let house = House::with(&location, &[("LIAR_PROFILE", "email=provider-until-edited")]).await;
    let key = IdentityKey { issuer: house.liar.issuer().to_owned(), subject: "of mallory".to_owned() };
    let linked_at = house.service.clock.now();
    let made = person_with(&house.service, "mallory", |user| {
        let (provider, email, roles, last_login_at) = ("liar".to_owned(), None, Vec::new(), None);
        user.identities = vec![Identity { key, provider, email, roles, linked_at, last_login_at }];
    })
    .await;
    house.signed_in(&house.liar, &mallory(false)).await;
    let address = stored(&house.service, &made).await.email.map(|email| email.to_string());
    assert_eq!(address.as_deref(), Some("linus@corp.example"), "she shows it");
    let owner = me(&house.signed_in(&house.corp, &claims_of("linus")).await).await;
    assert_ne!(owner["id"], made.id.to_string());
    assert_eq!((&owner["email"], &owner["emailVerified"]), (&json!("linus@corp.example"), &json!(true)));
}

// 5. Non-verifying provider: its `true` is worth nothing, before the owner comes and after.
#[on_every_store]
async fn a_provider_that_verifies_nothing_takes_nothing(location: StoreLocation) {
    let house = House::open(&location).await;
    let owner = Trap::at_the_liar(&house, &mallory(true)).await.springs().await;
    let theirs = me(&owner).await["id"].clone();
    let browser = house.browser();
    let another = with(mallory(true), json!({ "sub": "mallory again" }));
    wants_local_proof(&sign_in(&browser, &house.liar, &another).await, &house.liar);
    assert_eq!(state(&browser).await, "anonymous");
    browser.post("/api/auth/link", &json!({})).await.must_fail(401, "not_signed_in");
    // Signed in as herself she is somebody else.
    leads_to(
        &sign_in(&browser, &house.liar, &with(another, json!({ "sub": "m", "email": null }))).await,
        "/",
    );
    browser.post("/api/auth/link", &json!({})).await.must_fail(409, "link_account_mismatch");
    let again = house.signed_in(&house.corp, &claims_of("linus")).await;
    assert_eq!(me(&again).await["id"], theirs);
    assert_eq!(me(&again).await["identities"].as_array().expect("a list").len(), 1);
}

// 5. An account that an administrator made for the owner is no prey either: its address is an administrator's word.
#[on_every_store]
async fn an_account_made_for_the_owner_is_given_to_nobody_by_an_address(location: StoreLocation) {
    let house = House::open(&location).await;
    let made = person_with(&house.service, "linus", |user| {
        user.email = Some("linus@corp.example".parse().expect("an address"));
    })
    .await;
    wants_local_proof(&sign_in(&house.browser(), &house.liar, &mallory(true)).await, &house.liar);
    let browser = house.signed_in(&house.liar, &mallory(false)).await;
    assert_ne!(me(&browser).await["id"], made.id.to_string());
    let stored = stored(&house.service, &made).await;
    assert!(stored.identities.is_empty() && stored.password.is_some() && stored.status == Status::Active);
}
