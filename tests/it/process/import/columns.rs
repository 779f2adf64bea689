//! Columns that name a user by id or by identity, and structured members.

use serde_json::json;
use vestibule::{
    login::second_factor::totp,
    secrets::{Keys, new_key},
    user::Totp,
};

use crate::harness::{
    federated::{FederatedFixture, claims_of, me, update_user},
    process::{Done, Installation},
    service::Service,
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user, create_user_with},
};

fn import(home: &Installation, file: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Done {
    home.write(file, content);
    home.run(&[&["users", "import", file], more].concat())
}

#[on_every_store]
async fn first_login_at_the_provider_finds_the_imported_user(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let home = Installation::beside(&fixture.service);
    let (corp, fake) = (fixture.corp.issuer(), fixture.fake.issuer());
    let file = format!("username,issuer,subject,roles\nada,{corp},of ada,staff\n,{fake},of grace,\n");
    let done = import(&home, "users.csv", &file, &[]).expect_exit(0);
    assert!(done.out.ends_with("2 rows: 2 created, 0 updated, 0 unchanged, 0 refused\n"), "{}", done.out);
    assert!(!done.err.contains("generated passwords"), "a user of a provider needs none: {}", done.err);
    let done = import(&home, "users.csv", &file, &[]).expect_exit(0);
    assert!(done.out.ends_with("2 rows: 0 created, 0 updated, 2 unchanged, 0 refused\n"), "{}", done.out);

    let imported = fixture.users().await;
    let ada = imported.iter().find(|user| user.username.is_some()).expect("ada");
    let grace = imported.iter().find(|user| user.username.is_none()).expect("grace");
    for (provider, login, user) in [(&fixture.corp, "ada", ada), (&fixture.fake, "grace", grace)] {
        let browser = fixture.signed_in(provider, &claims_of(login)).await;
        assert_eq!(me(&browser).await["id"], user.id.to_string(), "{login}");
    }
    assert_eq!(fixture.users().await.len(), 2);
}

// An import must not move the identity of another user: its owner would sign in as another user.
#[on_every_store]
async fn identity_of_another_user_is_refused(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let home = Installation::beside(&fixture.service);
    let corp = fixture.corp.issuer();
    let grace = me(&fixture.signed_in(&fixture.corp, &claims_of("grace")).await).await;
    create_user(&fixture.service, "linus").await;
    let id = grace["id"].as_str().expect("an id");
    let done = import(&home, "a.csv", format!("username,issuer,subject\nlinus,{corp},of grace\n"), &[])
        .expect_exit(1);
    assert!(done.out.contains("refused line 2: subject"), "{}", done.out);
    let done = import(&home, "b.csv", format!("username,id\nlinus,{id}\n"), &["--json"]).expect_exit(1);
    assert!(done.out.contains(r#"{"field":"id","code":"taken"}"#), "{}", done.out);
    let browser = fixture.signed_in(&fixture.corp, &claims_of("grace")).await;
    assert_eq!(me(&browser).await["id"], grace["id"]);
}

#[on_every_store]
async fn identity_that_the_user_unlinked_needs_the_option(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let home = Installation::beside(&fixture.service);
    let ada = create_user(&fixture.service, "ada").await;
    let file = format!("username,issuer,subject\nada,{},of ada\n", fixture.corp.issuer());
    import(&home, "users.csv", &file, &[]).expect_exit(0);
    update_user(&fixture.service, ada.id, |user| {
        let key = user.identities[0].key.clone();
        assert!(user.unlink_identity(&key, user.created_at));
    })
    .await;
    let done = import(&home, "users.csv", &file, &["--json"]).expect_exit(1);
    assert!(done.out.contains(r#"{"field":"subject","code":"unlinked"}"#), "{}", done.out);
    let done = import(&home, "users.csv", &file, &["--relink-identities"]).expect_exit(0);
    assert!(done.out.starts_with("updated ada: identities\n"), "{}", done.out);
}

#[on_every_store]
async fn user_found_by_id_gets_the_name_and_the_status_of_the_row(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let home = Installation::beside(&fixture.service);
    let grace = me(&fixture.signed_in(&fixture.corp, &claims_of("grace")).await).await;
    let id = grace["id"].as_str().expect("an id");
    let file = format!("id,username,status\n{id},grace,disabled\n");
    let done = import(&home, "users.csv", &file, &[]).expect_exit(0);
    assert!(done.out.starts_with("updated grace: username, status\n"), "{}", done.out);
    let done = import(&home, "users.csv", &file, &[]).expect_exit(0);
    assert!(done.out.contains(" 1 unchanged"), "{}", done.out);
}

#[on_every_store]
async fn apps_of_a_json_file_are_all_accepted(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let home = Installation::beside(&fixture.service);
    let secrets = ["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"];
    let file = json!([{
        "username": "ada", "password": PASSWORD, "locale": "fr",
        "totp": [{ "secret": secrets[0], "name": "phone" }, { "secret": secrets[1] }],
    }]);
    import(&home, "users.json", file.to_string(), &[]).expect_exit(0);
    let done = import(&home, "users.json", file.to_string(), &[]).expect_exit(0);
    assert!(done.out.ends_with("1 rows: 0 created, 0 updated, 1 unchanged, 0 refused\n"), "{}", done.out);
    for secret in secrets {
        let browser = fixture.browser();
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        let code = Authenticator::of_base32(secret).code(fixture.service.clock.now());
        browser.verify(&code).await.expect_status(200);
    }
}

#[on_every_store]
async fn user_whose_app_no_key_opens_does_not_stop_the_other_rows(location: StoreLocation) {
    let service = Service::start(&location).await;
    let lost = Keys::parse(&new_key()).expect("a key");
    let now = service.clock.now();
    create_user_with(&service, "ada", |user| {
        user.totp.push(Totp::unused(lost.seal(&user.id, totp::ACTIVE, b"12345678901234567890"), now));
    })
    .await;
    let home = Installation::beside(&service);
    let rows = "ada,JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\nbob,KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU\n";
    let file = format!("username,totpSecret\n{rows}");
    let done = import(&home, "users.csv", &file, &["--no-passwords"]).expect_exit(1);
    assert!(done.out.contains("totpSecret \"ada\": no key opens an authenticator app"), "{}", done.out);
    assert!(done.out.ends_with("2 rows: 1 created, 0 updated, 0 unchanged, 1 refused\n"), "{}", done.out);
}
