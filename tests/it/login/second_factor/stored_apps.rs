//! Authenticator apps in documents of older versions, which had one app or `null`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{
    browser::Browser,
    process::Installation,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app, stored_user},
};

/// Rewrites the apps of a user as an older version wrote them.
fn as_older_version(user: &mut serde_json::Map<String, Value>) {
    user.remove("recoveryCodes");
    let apps = user["totp"].as_array().expect("a list").clone();
    user["totp"] = apps.into_iter().next().map_or(Value::Null, |mut app| {
        let app = app.as_object_mut().expect("an app");
        for member in ["id", "name", "lastUsedAt"] {
            assert!(app.remove(member).is_some(), "{member}");
        }
        Value::Object(app.clone())
    });
}

#[on_every_store]
async fn app_of_an_older_version_signs_in_and_keeps_its_id(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    location.rewrite("users", "linus", as_older_version).await;
    let service = service.restart_with(&[]).await;
    let (first, second) = (stored_user(&service, &linus).await, stored_user(&service, &linus).await);
    assert_eq!(first.totp.len(), 1);
    assert_eq!(first.totp[0].id, second.totp[0].id, "every read shows the same id");
    assert_eq!((first.totp[0].name.as_str(), first.totp[0].last_used_at), ("Authenticator app", None));

    let browser = Browser::of(&service);
    assert_eq!(browser.sign_in("linus", PASSWORD).await.expect_status(200).json()["needMfa"], true);
    let code = app.code(service.clock.now());
    browser.verify(&code).await.expect_status(200);
    let written = stored_user(&service, &linus).await;
    assert_eq!(written.totp[0].id, first.totp[0].id, "and so does the new form");
    assert_eq!(written.totp[0].last_used_at, Some(service.clock.now()));
    let again = Browser::of(&service);
    again.sign_in("linus", PASSWORD).await.expect_status(200);
    again.verify(&code).await.expect_problem(400, "code_invalid");
}

#[on_every_store]
async fn user_of_an_older_version_without_an_app_signs_in_and_enrols(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    location.rewrite("users", "ada", as_older_version).await;
    location.rewrite("users", "ada", |user| assert_eq!(user["totp"], Value::Null)).await;
    let service = service.restart_with(&[]).await;
    let browser = Browser::of(&service);
    let answer = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!((&answer["needMfa"], &answer["methods"]), (&json!(false), &json!([])));
    assert!(stored_user(&service, &ada).await.totp.is_empty());
    // A document without the member is read, too.
    location.rewrite("users", "ada", |user| assert!(user.remove("totp").is_some())).await;
    assert!(stored_user(&service, &ada).await.totp.is_empty());
    browser.start_enrolment().await.expect_status(200);
}

#[on_every_store]
async fn command_line_shows_every_app_and_no_secret(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    service.advance_time(Duration::from_secs(30));
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    let mut second = stored_user(&service, &linus).await.totp[0].clone();
    "Tablet".clone_into(&mut second.name);
    second.last_used_at = None;
    service
        .app
        .users
        .update::<(), vestibule::store::StoreError>(&linus.id.document_id(), |user| {
            user.totp.push(second.clone());
            Ok(vestibule::store::Change::Write(()))
        })
        .await
        .expect("written");
    let home = Installation::beside(&service);
    let shown = home.run(&["users", "show", "linus"]).expect_exit(0).out;
    for line in [
        "second factor: authenticator app \"Authenticator app\" since 2036-05-04 10:00:00 UTC, last used 2036-05-04 10:00:30 UTC",
        "second factor: authenticator app \"Tablet\" since 2036-05-04 10:00:00 UTC, not used yet",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    let shown = home.run(&["users", "show", "linus", "--json"]).expect_exit(0).out;
    let user: Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(user["totp"][1]["name"], "Tablet");
    assert_eq!(user["recoveryCodesLeft"], 0);
    let sealed = serde_json::to_value(&second.secret).expect("a text");
    assert!(!shown.contains(sealed.as_str().expect("a text")) && !shown.contains("secret"), "{shown}");
}
