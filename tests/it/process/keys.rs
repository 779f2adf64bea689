//! `keys rotate` beside a running service, and the start without a key that is in use.

use std::time::Duration;

use vestibule::{
    app::{App, BuildError},
    clock::Clock,
    config::{Config, Environment, Mistake},
    mail::{Act, Message, Recipient},
    secrets::{self, SealedField},
    user::User,
};

use crate::harness::{
    browser::Browser,
    process::Installation,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user_with_app, stored_user},
};

const KEYS: &str = "VESTIBULE_SECRET_KEYS";

/// Returns the refusal of a start with these keys.
async fn refusal(location: &StoreLocation, keys: &str) -> Mistake {
    let environment = Environment::of([("VESTIBULE_DATABASE_URL", location.url()), (KEYS, keys)]);
    let (config, _) = Config::read(&environment).expect("good settings");
    match App::build(config, Clock::system()).await {
        Err(BuildError::Keys(mistake)) => mistake,
        Err(error) => panic!("another refusal: {error}"),
        Ok(_) => panic!("the service starts"),
    }
}

fn id_of(key: &str) -> String {
    key.split_once(':').expect("id:base64").0.to_owned()
}

async fn key_of(service: &Service, user: &User) -> String {
    let user = stored_user(service, user).await;
    user.totp[0].secret.key_id().expect("a key id").to_owned()
}

#[on_every_store]
async fn key_is_retired_while_the_service_runs(location: StoreLocation) {
    let (old, new) = (secrets::new_key().to_string(), secrets::new_key().to_string());
    let (old_id, new_id) = (id_of(&old), id_of(&new));
    let service = Service::with_system_clock(&location, &[(KEYS, &old)]).await;
    let (ada, ada_app) = create_user_with_app(&service, "ada").await;
    let (linus, linus_app) = create_user_with_app(&service, "linus").await;
    service.stop().await;

    // A start without the key would answer correct codes with an internal error.
    let mistake = refusal(&location, &new).await;
    assert_eq!(mistake.name, KEYS);
    for part in ["2 users", old_id.as_str(), "vestibule keys rotate"] {
        assert!(mistake.text.contains(part), "{part}: {mistake}");
    }
    assert!(!mistake.text.contains(old.split_once(':').expect("a key").1), "no secret: {mistake}");

    let service = Service::with_system_clock(&location, &[(KEYS, &format!("{new},{old}"))]).await;
    let home = Installation::beside(&service);
    assert_eq!(
        (key_of(&service, &ada).await, key_of(&service, &linus).await),
        (old_id.clone(), old_id.clone())
    );
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&linus_app.code(service.clock.now())).await.expect_status(200);
    assert_eq!(key_of(&service, &linus).await, new_id, "sealed with the new key on use");
    assert!(refusal(&location, &new).await.text.contains("1 user "));

    let done = home.run(&["keys", "rotate"]).expect_exit(0);
    assert_eq!(done.out, format!("sealed 1 secret with the key {new_id}; checked 2 users\n"));
    assert!(done.err.contains(&format!("no secret needs {old_id} any more")), "{done:?}");
    browser.me().await.expect_status(200);
    assert_eq!(key_of(&service, &ada).await, new_id);
    let again = home.run(&["keys", "rotate", "--json"]).expect_exit(0);
    let again: serde_json::Value = serde_json::from_str(&again.out).expect("JSON");
    assert_eq!((&again["sealed"], &again["users"], &again["key"]), (&0.into(), &2.into(), &new_id.into()));
    let other = Browser::of(&service);
    other.sign_in("ada", PASSWORD).await.expect_status(200);
    other.verify(&ada_app.code(service.clock.now())).await.expect_status(200);
    service.stop().await;

    let service = Service::with_system_clock(&location, &[(KEYS, &new)]).await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    let next = linus_app.code(service.clock.now() + Duration::from_secs(30));
    browser.verify(&next).await.expect_status(200);
}

#[on_every_store]
async fn secret_that_cannot_be_opened_is_reported_and_does_not_stop_the_rotation(location: StoreLocation) {
    let (old, new) = (secrets::new_key().to_string(), secrets::new_key().to_string());
    let service = Service::with_system_clock(&location, &[(KEYS, &format!("{new},{old}"))]).await;
    let (ada, _) = create_user_with_app(&service, "ada").await;
    let (linus, _) = create_user_with_app(&service, "linus").await;
    // A secret of another user was copied into the document of ada.
    let copied = linus.totp.clone();
    service
        .app
        .users
        .update::<(), vestibule::store::StoreError>(&ada.id.document_id(), |user| {
            user.totp.clone_from(&copied);
            Ok(vestibule::store::Change::Write(()))
        })
        .await
        .expect("written");
    let home = Installation::beside(&service).and(KEYS, &format!("{old},{new}"));
    let done = home.run(&["keys", "rotate"]).expect_exit(1);
    assert!(done.out.contains("sealed 1 secret"), "{done:?}");
    assert!(done.err.contains(&ada.id.to_string()) && !done.err.contains("no secret needs"), "{done:?}");
}

// A damaged document that names a key of no ring must not decide for all users.
#[on_every_store]
async fn unknown_key_id_in_one_document_does_not_stop_the_start(location: StoreLocation) {
    let (old, new) = (secrets::new_key().to_string(), secrets::new_key().to_string());
    let service = Service::with_system_clock(&location, &[(KEYS, &old)]).await;
    let (ada, _) = create_user_with_app(&service, "ada").await;
    let foreign =
        secrets::Keys::parse(&secrets::new_key()).expect("a key").seal(&ada.id, SealedField::Totp, b"x");
    service
        .app
        .users
        .update::<(), vestibule::store::StoreError>(&ada.id.document_id(), |user| {
            user.totp[0].secret = foreign.clone();
            Ok(vestibule::store::Change::Write(()))
        })
        .await
        .expect("written");
    service.stop().await;
    Service::with_system_clock(&location, &[(KEYS, &new)]).await.stop().await;
}

// A mail that waits for its server would otherwise be lost.
#[on_every_store]
async fn key_of_a_queued_mail_is_refused_until_the_rotation(location: StoreLocation) {
    let (old, new) = (secrets::new_key().to_string(), secrets::new_key().to_string());
    let mail = [("VESTIBULE_MAIL_URL", "smtp://127.0.0.1:1"), ("VESTIBULE_MAIL_FROM", "id@corp.example")];
    let (location, mail) = (&location, &mail);
    let with = |keys: String| async move {
        let settings: Vec<(&str, &str)> = mail.iter().copied().chain([(KEYS, keys.as_str())]).collect();
        Service::with_system_clock(location, &settings).await
    };
    let service = with(old.clone()).await;
    let recipient = Recipient {
        address: "ada@corp.example".parse().expect("an address"),
        locale: None,
        account: None,
        user: None,
    };
    let act = Act::of_administrator(service.clock.now());
    service.app.mail.send(&recipient, &act, Message::Test).await.expect("queued");
    service.stop().await;
    let mistake = refusal(location, &new).await;
    for part in ["1 mail is in the queue", id_of(&old).as_str(), "vestibule keys rotate"] {
        assert!(mistake.text.contains(part), "{part}: {mistake}");
    }
    let service = with(format!("{new},{old}")).await;
    let done = Installation::beside(&service).run(&["keys", "rotate"]).expect_exit(0);
    assert!(done.out.starts_with("sealed 1 secret "), "{done:?}");
    service.stop().await;
    with(new).await.stop().await;
}
