//! The user that a typed text names.

use futures_util::future::join_all;
use vestibule::{
    store::{Store, StoreError, Stored},
    user::{User, UserId},
};

use crate::harness::{
    browser::Browser,
    federated::set_verified_email,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with},
};

/// Rounds of each race.
const ROUNDS: usize = 30;

#[on_every_store]
async fn every_spelling_of_a_name_or_address_finds_its_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    for (name, email, spellings) in [
        (
            "J\u{fc}rgen",
            "ju\u{308}rgen@b\u{fc}cher.example",
            &[
                "ju\u{308}rgen",
                "J\u{dc}RGEN",
                " \u{ff4a}\u{fc}rgen ",
                "j\u{fc}rgen@bu\u{308}cher.example",
                "JU\u{308}RGEN@XN--BCHER-KVA.example",
            ][..],
        ),
        ("O'Brien", "o'brien@corp.example", &["o\u{2019}brien", "O\u{2018}BRIEN@corp.example"]),
        ("Ada Lovelace", "ada@corp.example", &["ada  lovelace", "ADA\u{a0}LOVELACE"]),
        (r"CORP\linus", "linus@corp.example", &[r"corp\LINUS"]),
        ("corp/grace#EXT#", "grace@corp.example", &["CORP/Grace#ext#"]),
        ("Stra\u{df}e", "strasse@corp.example", &["STRASSE", "stra\u{1e9e}e"]),
    ] {
        let user = create_user_with(&service, name, |user| set_verified_email(user, email)).await;
        for spelling in [name, email].iter().chain(spellings) {
            let browser = Browser::of(&service);
            browser.sign_in(spelling, PASSWORD).await.expect_status(200);
            assert_eq!(browser.me().await.json()["id"], user.id.to_string(), "{spelling}");
        }
    }
}

#[on_every_store]
async fn another_text_finds_no_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mike = create_user_with(&service, "mike", |user| set_verified_email(user, "mike@corp.example")).await;
    create_user_with(&service, "grace", |user| {
        user.email = Some("grace@corp.example".parse().expect("an address"));
    })
    .await;
    for text in [
        "m\u{131}ke",
        "mi\u{200b}ke",
        "mi\u{ad}ke",
        "\u{202e}mike",
        "m\u{456}ke",
        "mike@corp.example.",
        "mike@corp%2Eexample",
        "mike@corp..example",
        "m\u{131}ke@corp.example",
        "email:mike@corp.example",
        "name:mike",
        &mike.id.to_string(),
        &format!("id:{}", mike.id),
        // An address that is not verified.
        "grace@corp.example",
    ] {
        Browser::of(&service).sign_in(text, PASSWORD).await.expect_problem(401, "invalid_credentials");
    }
}

/// Creates a user document without writing it.
fn new_user(service: &Service, change: impl FnOnce(&mut User)) -> User {
    let now = service.clock.now();
    let mut user = User::new(UserId::new(now), now);
    change(&mut user);
    user
}

/// Inserts all users at once, each through a store of its own, and returns the errors.
async fn insert_at_once(stores: &[Store], users: Vec<User>) -> Vec<Result<Stored<User>, StoreError>> {
    let inserts = users.into_iter().zip(stores.iter().cycle()).map(|(user, store)| {
        let store = store.clone();
        tokio::spawn(async move { store.insert(user).await })
    });
    join_all(inserts).await.into_iter().map(|joined| joined.expect("no panic")).collect()
}

#[on_every_store]
async fn user_name_and_verified_address_that_are_created_at_once_have_one_winner(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = Store::open(location.url()).await.expect("another process");
    let stores = [service.app.store.clone(), other];
    for round in 0..ROUNDS {
        let address = format!("bob{round}@corp.example");
        let users = (0..4).map(|number| {
            new_user(&service, |user| match number % 2 {
                0 => user.username = Some(address.to_uppercase().parse().expect("a name")),
                _ => set_verified_email(user, &address),
            })
        });
        let results = insert_at_once(&stores, users.collect()).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "round {round}");
        for error in results.into_iter().filter_map(Result::err) {
            assert!(matches!(error, StoreError::Taken { .. }), "round {round}: {error}");
        }
        let key = format!("email:{address}");
        assert!(service.app.store.find::<User>(&key).await.expect("the store answers").is_some());
    }
}

#[on_every_store]
async fn user_name_in_the_form_of_an_id_is_refused_if_a_user_has_the_id(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    for text in [ada.id.to_string().to_uppercase(), ada.id.to_string().replace('-', "")] {
        let mallory = new_user(&service, |user| user.username = Some(text.parse().expect("a name")));
        let refused = service.app.store.insert(mallory).await;
        assert!(matches!(refused, Err(StoreError::Taken { .. })), "{text}");
    }
    // Ids of other systems are names.
    let name = "5f0c2f8e-6c1f-4b0e-9d0a-6f1d0f5b1c2d";
    create_user(&service, name).await;
    Browser::of(&service).sign_in(name, PASSWORD).await.expect_status(200);
}
