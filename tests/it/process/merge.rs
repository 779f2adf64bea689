//! `users merge`, `users merge undo`, `users relink` and `providers move-issuer` beside a running service, on both stores; kill -9 during a
//! merge.

use std::time::{Duration, Instant};

use serde_json::Value;
use vestibule::{
    store::{Change, StoreError},
    user::{Identity, IdentityKey, User, UserId},
};

use crate::harness::{
    browser::Browser,
    process::Installation,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, create_user_with_app},
};

const OLD: &str = "https://old.example";
const NEW: &str = "https://new.example";
/// Kills of each command. `scripts/faults merge` does more.
const KILLS: u32 = 5;

async fn running(location: &StoreLocation) -> (Service, Installation) {
    let service = Service::with_system_clock(location, &[]).await;
    let home = Installation::beside(&service);
    (service, home)
}

fn shown(home: &Installation, arguments: &[&str]) -> Value {
    serde_json::from_str(&home.run(arguments).expect_exit(0).out).expect("JSON")
}

async fn with_identity(service: &Service, name: &str) -> User {
    create_user_with(service, name, |user| {
        user.identities.push(Identity {
            key: IdentityKey { issuer: OLD.to_owned(), subject: name.to_owned() },
            provider: "idp".to_owned(),
            email: None,
            roles: Vec::new(),
            linked_at: user.created_at,
            last_login_at: None,
        });
    })
    .await
}

#[on_every_store]
async fn merge_asks_shows_the_rules_and_is_undone_by_the_old_name(location: StoreLocation) {
    let (service, home) = running(&location).await;
    let (grace, ada) = (with_identity(&service, "grace").await, create_user(&service, "ada").await);
    let refused = home.run(&["users", "merge", "grace", "ada"]).expect_exit(2);
    assert!(refused.err.contains("--yes"), "{}", refused.err);
    let preview = home.run(&["users", "merge", "grace", "ada", "--dry-run"]).expect_exit(0);
    assert!(
        preview.out.contains("identities: idp: https://old.example|grace (the identities of both users"),
        "{}",
        preview.out
    );
    assert!(preview.out.contains("would merge grace into ada; nothing was changed"), "{}", preview.out);

    home.run(&["users", "merge", "grace", "ada", "--yes", "--reason", "ticket 17"]).expect_exit(0);
    let id = grace.id.to_string();
    let found = shown(&home, &["users", "show", &id, "--json"]);
    assert_eq!((&found["username"], &found["formerIds"][0]), (&"ada".into(), &id.clone().into()));
    let merged = &found["events"][0];
    assert_eq!((&merged["type"], &merged["actor"]), (&"userMerged".into(), &"cli".into()));
    assert!(merged["details"].as_str().is_some_and(|details| details.contains(&id)), "{merged}");
    home.run(&["users", "show", "grace"]).expect_exit(1);

    let preview = home.run(&["users", "merge", "undo", "grace", "--dry-run"]).expect_exit(0);
    assert!(preview.out.contains("would restore grace"), "{}", preview.out);
    home.run(&["users", "merge", "undo", "grace", "--yes"]).expect_exit(0);
    assert_eq!(shown(&home, &["users", "show", "grace", "--json"])["id"], id);
    assert_eq!(shown(&home, &["users", "show", "ada", "--json"])["id"], ada.id.to_string());
    let again = home.run(&["users", "merge", "undo", "grace", "--yes"]).expect_exit(1);
    assert!(again.err.contains("no merge of grace can be undone"), "{}", again.err);
    Browser::of(&service).sign_in("grace", PASSWORD).await.expect_status(200);
}

#[on_every_store]
async fn merge_is_undone_after_a_rotation_of_the_keys(location: StoreLocation) {
    let (service, home) = running(&location).await;
    create_user(&service, "ada").await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    home.run(&["users", "merge", "linus", "ada", "--yes"]).expect_exit(1);
    home.run(&["users", "merge", "linus", "ada", "--yes", "--with-factors"]).expect_exit(0);
    let newest = vestibule::secrets::new_key();
    let rotated = format!("{},{}", *newest, home.setting("VESTIBULE_SECRET_KEYS"));
    let both = Installation::beside(&service).and("VESTIBULE_SECRET_KEYS", &rotated);
    let sealed = shown(&both, &["keys", "rotate", "--json"]);
    assert_eq!(sealed["sealed"], 2, "the app of ada, and linus");
    let alone = Installation::beside(&service).and("VESTIBULE_SECRET_KEYS", &newest);
    alone.run(&["users", "merge", "undo", "linus", "--yes"]).expect_exit(0);
    let service = service.restart_with(&[("VESTIBULE_SECRET_KEYS", &newest)]).await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    assert_eq!(browser.me().await.json()["id"], linus.id.to_string());
}

#[on_every_store]
async fn issuer_moves_and_conflicts_are_listed(location: StoreLocation) {
    let (service, home) = running(&location).await;
    let (grace, linus) = (with_identity(&service, "grace").await, with_identity(&service, "linus").await);
    create_user_with(&service, "ada", |user| {
        user.identities.clone_from(&grace.identities);
        NEW.clone_into(&mut user.identities[0].key.issuer);
    })
    .await;
    let arguments = ["providers", "move-issuer", OLD, NEW];
    home.run(&arguments).expect_exit(2);
    let preview = home.run(&[&arguments[..], &["--dry-run"]].concat()).expect_exit(1);
    assert!(preview.out.contains("would move the identities of 1 user"), "{}", preview.out);
    let done = home.run(&[&arguments[..], &["--yes", "--reason", "custom domain"]].concat()).expect_exit(1);
    assert!(done.err.contains(&format!("user {}: the subject grace", grace.id)), "{}", done.err);
    let found = shown(&home, &["users", "show", &linus.id.to_string(), "--json"]);
    assert_eq!(found["identities"][0]["issuer"], NEW);
    assert_eq!(found["events"][0]["type"], "issuerMoved");
    home.run(&["providers", "move-issuer", OLD, "x", "--yes"]).expect_exit(2);
}

#[on_every_store]
async fn relink_replaces_the_subject(location: StoreLocation) {
    let (service, home) = running(&location).await;
    with_identity(&service, "grace").await;
    let home = home
        .and("VESTIBULE_PROVIDERS", "idp")
        .and("VESTIBULE_PROVIDER_IDP_ISSUER", OLD)
        .and("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client")
        .and("VESTIBULE_PROVIDER_IDP_CLIENT_SECRET", "secret");
    home.run(&["users", "relink", "grace", "other", "new", "--yes"]).expect_exit(1);
    home.run(&["users", "relink", "grace", "idp", "new", "--dry-run"]).expect_exit(0);
    let done = home.run(&["users", "relink", "grace", "idp", "new", "--yes"]).expect_exit(0);
    assert_eq!(done.out, format!("replaced {OLD}|grace by {OLD}|new for grace\n"));
    let found = shown(&home, &["users", "show", "grace", "--json"]);
    assert_eq!(
        (&found["identities"][0]["subject"], &found["events"][0]["type"]),
        (&"new".into(), &"identityRelinked".into())
    );
}

/// A provider whose group `kernel` has the role `admin`.
fn with_role_provider(home: Installation) -> Installation {
    home.and("VESTIBULE_PROVIDERS", "idp")
        .and("VESTIBULE_PROVIDER_IDP_ISSUER", OLD)
        .and("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client")
        .and("VESTIBULE_PROVIDER_IDP_CLIENT_SECRET", "secret")
        .and("VESTIBULE_PROVIDER_IDP_ROLE_CLAIM", "groups")
        .and("VESTIBULE_PROVIDER_IDP_ROLE_MAP", "kernel=admin")
}

async fn administrator_by_identity(service: &Service, name: &str) -> User {
    let user = with_identity(service, name).await;
    let promote = |user: &mut User| {
        user.identities[0].roles = vec!["admin".to_owned()];
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.users.update(&user.id.document_id(), promote).await.expect("written");
    user
}

const LAST: &str = "the user is the last active administrator";

// The roles of an identity end with it: without the role, no user could administrate the service.
#[on_every_store]
async fn last_administrator_by_an_identity_is_relinked_or_unlinked_only_with_force(location: StoreLocation) {
    let (service, home) = running(&location).await;
    let home = with_role_provider(home);
    administrator_by_identity(&service, "grace").await;
    let relink = ["users", "relink", "grace", "idp", "new"];
    let unlink = ["users", "unlink", "grace", "idp"];
    let refused = [&relink[..], &["--dry-run"]].concat();
    for arguments in [&refused, &[&relink[..], &["--yes"]].concat(), &[&unlink[..], &["--dry-run"]].concat()]
    {
        let refused = home.run(arguments).expect_exit(1);
        assert!(refused.err.contains(LAST) && refused.err.contains("--force"), "{arguments:?} {refused:?}");
    }
    assert_eq!(shown(&home, &["users", "show", "grace", "--json"])["identities"][0]["subject"], "grace");

    create_user_with(&service, "second", |user| user.roles = vec!["admin".to_owned()]).await;
    home.run(&[&relink[..], &["--dry-run"]].concat()).expect_exit(0);
    home.run(&[&unlink[..], &["--dry-run"]].concat()).expect_exit(0);
    home.run(&["users", "disable", "second", "--force"]).expect_exit(0);
    home.run(&[&relink[..], &["--yes", "--force"]].concat()).expect_exit(0);
    assert_eq!(shown(&home, &["users", "show", "grace", "--json"])["identities"][0]["subject"], "new");
}

// Each of them is not the last one, both of them are.
#[on_every_store]
async fn move_of_an_issuer_that_removes_all_administrators_is_refused_before_it_begins(
    location: StoreLocation,
) {
    let (service, home) = running(&location).await;
    let home = with_role_provider(home);
    for name in ["ada", "grace"] {
        administrator_by_identity(&service, name).await;
    }
    let arguments = ["providers", "move-issuer", OLD, NEW];
    for option in ["--dry-run", "--yes"] {
        let refused = home.run(&[&arguments[..], &[option]].concat()).expect_exit(1);
        assert!(refused.err.contains(LAST), "{refused:?}");
    }
    for name in ["ada", "grace"] {
        assert_eq!(shown(&home, &["users", "show", name, "--json"])["identities"][0]["issuer"], OLD);
    }
    // With the new issuer in the settings, the role stays.
    let home = home.and("VESTIBULE_PROVIDER_IDP_ISSUER", NEW);
    home.run(&[&arguments[..], &["--yes"]].concat()).expect_exit(0);
    let back = ["providers", "move-issuer", NEW, OLD, "--yes"];
    home.run(&back).expect_exit(1);
    home.run(&[&back[..], &["--force"]].concat()).expect_exit(0);
}

/// What the store contains: both users, or INTO with the id and the identity of FROM.
#[derive(Debug, PartialEq)]
enum State {
    Separate,
    Merged,
}

/// Reads the state; fails on a half of a merge.
async fn state(service: &Service, from: UserId, into: UserId) -> State {
    let store = &service.app.store;
    let get = async |id: UserId| store.get::<User>(&id.document_id()).await.expect("the store answers");
    let owner =
        async |key: &str| store.find::<User>(key).await.expect("the store answers").map(|user| user.id);
    let (ended, stays) = (get(from).await, get(into).await.expect("INTO stays"));
    let of_identity = owner(&format!("oidc:{OLD}|grace")).await;
    let of_id = owner(&format!("id:{from}")).await;
    if let Some(ended) = ended {
        assert_eq!((of_identity, of_id), (Some(from), Some(from)));
        assert_eq!((ended.identities.len(), stays.identities.len(), stays.former_ids.len()), (1, 0, 0));
        State::Separate
    } else {
        assert_eq!((of_identity, of_id), (Some(into), Some(into)));
        assert_eq!((stays.identities.len(), stays.former_ids.as_slice()), (1, &[from][..]));
        State::Merged
    }
}

// `scripts/faults merge` has more of them. On MongoDB, a kill can leave a transaction open: `tests/it/store/abandoned.rs`.
#[on_every_store]
async fn killed_merge_and_undo_leave_one_state_or_the_other(location: StoreLocation) {
    let (service, home) = running(&location).await;
    let (from, into) = (with_identity(&service, "grace").await.id, create_user(&service, "ada").await.id);
    let merge = ["users", "merge", "grace", "ada", "--yes"];
    let undo = ["users", "merge", "undo", "grace", "--yes"];
    let (mut took, mut now) = (Duration::from_millis(500), State::Separate);
    for kill in 0..2 * KILLS {
        let arguments: &[&str] = if now == State::Separate { &merge } else { &undo };
        let began = Instant::now();
        let mut command = home.command(arguments).spawn().expect("it starts");
        let limit = took * (kill % KILLS + 1) / KILLS;
        while began.elapsed() < limit && command.try_wait().expect("a state").is_none() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let _ = command.kill();
        command.wait().expect("it ends");
        now = state(&service, from, into).await;
        // To its end, for the time of the next round: both commands are killed at all of their steps.
        let began = Instant::now();
        let wanted = if kill < KILLS { State::Separate } else { State::Merged };
        if now != wanted {
            let arguments: &[&str] = if now == State::Separate { &merge } else { &undo };
            home.run(arguments).expect_exit(0);
            took = began.elapsed();
            now = state(&service, from, into).await;
        }
        assert_eq!(now, wanted);
    }
    let touch = |user: &mut User| {
        user.roles.push("x".to_owned());
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.users.update(&into.document_id(), touch).await.expect("no lock is left").expect("a user");
}
