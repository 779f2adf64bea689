//! The passkeys of an account: list, rename, remove.

use serde_json::json;
use tokio::sync::Barrier;
use vestibule::{
    audit::EventKind,
    store::{Change, StoreError},
    user::User,
};

use crate::harness::{
    account::{actors, identity_id, unlink_identity},
    browser::Browser,
    factors::{enrol, factors, remove_app, rename_app},
    federated::{FederatedFixture, claims_of},
    passkey::{Passkey, passkey_id, register, sign_in, user_with_passkey, verify},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, stored_user},
};

async fn remove_password(service: &Service, user: &User) {
    let change = |user: &mut User| {
        user.password = None;
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.users.update(&user.id.document_id(), change).await.expect("written");
}

#[on_every_store]
async fn passkey_is_renamed(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (user, browser) = user_with_passkey(&service, "ada", &mut Passkey::synced()).await;
    let id = passkey_id(&browser).await;
    let renamed = rename_app(&browser, &id, &json!({ "name": " Laptop " })).await.expect_status(200).json();
    assert_eq!(
        (&renamed["id"], &renamed["name"], &renamed["synced"]),
        (&json!(id), &json!("Laptop"), &json!(true))
    );
    assert_eq!(factors(&browser).await["passkeys"][0]["name"], "Laptop");
    assert_eq!(actors(&service, &user, EventKind::FactorRenamed).await, [Some(user.id.to_string())]);
    create_user(&service, "mallory").await;
    let mallory = Browser::of(&service);
    mallory.sign_in("mallory", PASSWORD).await.expect_status(200);
    rename_app(&mallory, &id, &json!({ "name": "x" })).await.expect_problem(404, "not_found");
    remove_app(&mallory, &id).await.expect_problem(404, "not_found");
}

#[on_every_store]
async fn removed_passkey_signs_in_no_more_and_ends_other_sessions(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (mut removed, mut kept) = (Passkey::synced(), Passkey::security_key());
    let (user, browser) = user_with_passkey(&service, "ada", &mut removed).await;
    let id = passkey_id(&browser).await;
    register(&browser, &mut kept).await.expect_status(200);
    let other = Browser::of(&service);
    sign_in(&other, &mut removed).await.expect_status(200);
    let pending = Browser::of(&service);
    pending.sign_in("ada", PASSWORD).await.expect_status(200);

    let before = browser.clone();
    remove_app(&browser, &id).await.expect_status(200);
    assert_ne!(browser.session(), before.session());
    browser.me().await.expect_status(200);
    assert_eq!(other.me().await.expect_problem(401, "session_ended").reason(), "factor_changed");
    pending.post("/api/mfa/passkey/options", &json!({})).await.expect_problem(401, "session_ended");
    sign_in(&Browser::of(&service), &mut removed).await.expect_problem(401, "passkey_unknown");
    let pending = Browser::of(&service);
    pending.sign_in("ada", PASSWORD).await.expect_status(200);
    verify(&pending, &mut removed).await.expect_problem(400, "passkey_invalid");
    verify(&pending, &mut kept).await.expect_status(200);
    assert_eq!(actors(&service, &user, EventKind::FactorRemoved).await, [Some(user.id.to_string())]);
    // Its credential is free again.
    register(&browser, &mut removed).await.expect_status(200);
}

#[on_every_store]
async fn last_way_in_is_not_removed(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (user, browser) = user_with_passkey(&service, "ada", &mut passkey).await;
    let id = passkey_id(&browser).await;
    // A key that is a second factor only, and an app, are no sign-in methods.
    register(&browser, &mut Passkey::without_verification()).await.expect_status(200);
    enrol(&service, &browser, &json!({})).await.1.expect_status(200);
    remove_password(&service, &user).await;
    snapshot!(remove_app(&browser, &id).await.expect_status(409).problem(), @r#"
    {
      "code": "last_way_in",
      "detail": "Add another way to sign in first, or ask an administrator.",
      "requestId": "[id]",
      "status": 409,
      "title": "Last sign-in method",
      "type": "urn:vestibule:problem:last_way_in"
    }
    "#);
    assert_eq!(stored_user(&service, &user).await.passkeys.len(), 2);
    browser.me().await.expect_status(200);
    register(&browser, &mut Passkey::synced()).await.expect_status(200);
    remove_app(&browser, &id).await.expect_status(200);
}

#[on_every_store]
async fn passkey_is_a_sign_in_method_beside_a_provider(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let identity = identity_id(&browser, fixture.fake.name).await;
    register(&browser, &mut Passkey::without_verification()).await.expect_status(200);
    unlink_identity(&browser, &identity).await.expect_problem(409, "last_way_in");
    let mut passkey = Passkey::synced();
    register(&browser, &mut passkey).await.expect_status(200);
    unlink_identity(&browser, &identity).await.expect_status(200);
    sign_in(&fixture.browser(), &mut passkey).await.expect_status(200);
}

#[on_every_store]
async fn two_removals_at_once_leave_one(location: StoreLocation) {
    for (setting, code) in [("required", "factor_required"), ("optional", "last_way_in")] {
        let service = Service::with_settings(&location, &[("VESTIBULE_MFA", setting)]).await;
        let replica = service.start_replica().await;
        for round in 0..4 {
            let mut passkeys = [Passkey::synced(), Passkey::synced()];
            let (user, browser) =
                user_with_passkey(&service, &format!("{setting}{round}"), &mut passkeys[0]).await;
            register(&browser, &mut passkeys[1]).await.expect_status(200);
            if setting == "optional" {
                remove_password(&service, &user).await;
            }
            let stored = stored_user(&service, &user).await;
            let ids: Vec<String> = stored.passkeys.iter().map(|passkey| passkey.id.to_string()).collect();
            let barrier = Barrier::new(2);
            let remove = async |browser: &Browser, id: &str| {
                barrier.wait().await;
                remove_app(browser, id).await
            };
            let other = browser.at_replica(&replica);
            let (one, two) = tokio::join!(remove(&browser, &ids[0]), remove(&other, &ids[1]));
            let left = stored_user(&service, &user).await.passkeys.len();
            assert_eq!(left, 1, "{} {}", one.text, two.text);
            // The slower one is refused by the rule, or its session has a new id already.
            let refused =
                [&one, &two].into_iter().find(|answer| answer.status != 200).expect("one is refused");
            assert!(
                [code, "session_ended", "not_signed_in"].contains(&refused.code().as_str()),
                "{}",
                refused.text
            );
        }
    }
}

// Attack: an attacker with a stolen session adds a passkey, and would need no password after the owner's report.
#[on_every_store]
async fn reported_attack_makes_passkeys_second_factors_only(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (user, browser) = user_with_passkey(&service, "ada", &mut passkey).await;
    browser.post("/api/account/not-me", &json!({})).await.expect_status(200);
    sign_in(&Browser::of(&service), &mut passkey).await.expect_problem(401, "passkey_refused");
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    verify(&browser, &mut passkey).await.expect_status(200);
    assert!(!stored_user(&service, &user).await.passkeys[0].signs_in_alone());

    // A user without another sign-in method is not locked out.
    let mut passkey = Passkey::synced();
    let (user, browser) = user_with_passkey(&service, "linus", &mut passkey).await;
    remove_password(&service, &user).await;
    browser.post("/api/account/not-me", &json!({})).await.expect_status(200);
    sign_in(&Browser::of(&service), &mut passkey).await.expect_status(200);
}
