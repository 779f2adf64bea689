//! `users roles`, `rename`, `unlink` and `delete` beside a running service, on both stores.

use std::time::{Duration, Instant};

use serde_json::Value;
use vestibule::user::{Identity, IdentityKey, User};

use crate::harness::{
    browser::Browser,
    holds_within,
    process::{Done, Installation},
    service::Service,
    stored_factors::{message_codes, passkey},
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with},
};

/// The time within which a running service honours a command.
const SOON: Duration = Duration::from_secs(1);
const REASON: [&str; 2] = ["--reason", "ticket 17"];

async fn running(location: &StoreLocation) -> (Service, Installation) {
    let service = Service::with_system_clock(location, &[]).await;
    let home = Installation::beside(&service);
    (service, home)
}

async fn administrator(service: &Service, name: &str) -> User {
    create_user_with(service, name, |user| user.roles = vec!["admin".to_owned()]).await
}

/// Runs `users VERB…` with a reason.
fn users(home: &Installation, arguments: &[&str]) -> Done {
    home.run(&[&["users"], arguments, &REASON[..]].concat())
}

/// Returns the events about a user.
fn events(home: &Installation, user: &User) -> Vec<Value> {
    let printed = home.run(&["events", "--json"]).expect_exit(0).out;
    let events = printed.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    events.filter(|event| event["userId"] == user.id.to_string()).collect()
}

/// Asserts that there are so many events of this type about a user, all by the command line, with the reason.
#[track_caller]
fn assert_recorded(home: &Installation, user: &User, kind: &str, count: usize) {
    let events: Vec<Value> = events(home, user).into_iter().filter(|event| event["type"] == kind).collect();
    assert_eq!(events.len(), count, "{kind}: {events:#?}");
    for event in events {
        let seen = (&event["actor"], &event["outcome"], &event["statedReason"]);
        assert_eq!(seen, (&"cli".into(), &"success".into(), &"ticket 17".into()), "{event}");
    }
}

/// A refused command says why on stderr, prints nothing, and writes no event.
#[track_caller]
fn assert_refused(home: &Installation, user: &User, arguments: &[&str], code: i32, why: &str) {
    let before = events(home, user).len();
    let done = users(home, arguments).expect_exit(code);
    assert!(done.out.is_empty() && done.err.contains(why), "{arguments:?}: {done:?}");
    assert_eq!(events(home, user).len(), before, "{arguments:?}");
}

async fn stored(service: &Service, user: &User) -> Option<User> {
    service.app.users.get_uncached(&user.id.document_id()).await.expect("the store answers")
}

async fn roles(service: &Service, user: &User) -> Vec<String> {
    stored(service, user).await.expect("the user").roles
}

#[on_every_store]
async fn roles_are_assigned_and_taken_away(location: StoreLocation) {
    let (service, home) = running(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let done = users(&home, &["roles", "add", "ADA", "editor"]).expect_exit(0);
    assert_eq!(done.out, "assigned the role editor to ada\n");
    assert_recorded(&home, &ada, "userUpdated", 1);
    let has_role = async || browser.me().await.json()["roles"] == serde_json::json!(["editor"]);
    holds_within(SOON, Instant::now(), "the service knows the role", has_role).await;

    let again = users(&home, &["roles", "add", "ada", "editor"]).expect_exit(0);
    assert_eq!(again.out, "ada already has the role editor\n");
    let done = users(&home, &["roles", "remove", "ada", "editor", "--json"]).expect_exit(0);
    let done: Value = serde_json::from_str(&done.out).expect("JSON");
    assert_eq!((&done["outcome"], &done["role"]), (&"removed".into(), &"editor".into()));
    let again = users(&home, &["roles", "remove", "ada", "editor"]).expect_exit(0);
    assert_eq!(again.out, "the role editor is not assigned to ada\n");
    assert_recorded(&home, &ada, "userUpdated", 2);
    assert_eq!(roles(&service, &ada).await, Vec::<String>::new());

    assert_refused(&home, &ada, &["roles", "add", "adda", "editor"], 1, "did you mean \"ada\"?");
    assert_refused(&home, &ada, &["roles", "add", "ada", "a b"], 2, "a b");
    assert_refused(&home, &ada, &["roles", "add", "ada"], 2, "<ROLE>");
    home.run(&["users", "roles", "add", "ada", "editor", "--reason", ""]).expect_exit(2);
}

#[on_every_store]
async fn last_administrator_is_removed_only_with_force(location: StoreLocation) {
    let (service, home) = running(&location).await;
    let ada = administrator(&service, "ada").await;
    let why = "the last active administrator; make another user an administrator first, or use --force";
    for arguments in
        [&["roles", "remove", "ada", "admin"][..], &["disable", "ada"], &["delete", "ada", "--yes"]]
    {
        assert_refused(&home, &ada, arguments, 1, why);
    }
    assert!(stored(&service, &ada).await.is_some_and(|ada| ada.roles == ["admin"]));
    let done = users(&home, &["roles", "remove", "ada", "admin", "--force"]).expect_exit(0);
    assert_eq!(done.out, "took the role admin away from ada\n");
    assert_recorded(&home, &ada, "userUpdated", 1);

    // With another administrator, no option is needed.
    users(&home, &["roles", "add", "ada", "admin"]).expect_exit(0);
    administrator(&service, "grace").await;
    users(&home, &["roles", "remove", "ada", "admin"]).expect_exit(0);
}

#[on_every_store]
async fn renamed_user_signs_in_with_the_new_name(location: StoreLocation) {
    let (service, home) = running(&location).await;
    let ada = create_user(&service, "ada").await;
    create_user(&service, "grace").await;
    let preview = users(&home, &["rename", "ada", "Ada Lovelace", "--dry-run"]).expect_exit(0);
    assert_eq!(preview.out, "would rename ada to Ada Lovelace\n");
    assert_refused(&home, &ada, &["rename", "ada", "grace", "--dry-run"], 1, "of another user");
    assert_recorded(&home, &ada, "userUpdated", 0);
    let done = users(&home, &["rename", "ada", "Ada Lovelace"]).expect_exit(0);
    assert_eq!(done.out, "renamed ada to Ada Lovelace\n");
    assert_recorded(&home, &ada, "userUpdated", 1);
    Browser::of(&service).sign_in("ada lovelace", PASSWORD).await.expect_status(200);
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(401);
    let again = users(&home, &["rename", "Ada Lovelace", "Ada Lovelace"]).expect_exit(0);
    assert_eq!(again.out, "Ada Lovelace already has this user name\n");

    assert_refused(&home, &ada, &["rename", "Ada Lovelace", "GRACE"], 1, "of another user");
    assert_refused(&home, &ada, &["rename", "ada", "other"], 1, "no user has the name");
    assert_refused(&home, &ada, &["rename", "Ada Lovelace", "a\u{200b}"], 2, "U+200B");
}

#[on_every_store]
async fn unlinked_identities_leave_the_user_and_end_the_sessions(location: StoreLocation) {
    let (service, home) = running(&location).await;
    let ada = create_user_with(&service, "ada", |user| {
        for (provider, subject) in [("idp", "1"), ("idp", "2"), ("other", "3")] {
            user.identities.push(Identity {
                key: IdentityKey { issuer: "https://idp.example".to_owned(), subject: subject.to_owned() },
                provider: provider.to_owned(),
                email: None,
                roles: Vec::new(),
                linked_at: user.created_at,
                last_login_at: None,
            });
        }
    })
    .await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let preview = users(&home, &["unlink", "ada", "idp", "--dry-run"]).expect_exit(0);
    assert_eq!(preview.out, "would unlink 2 identities of ada and end all sessions\n");
    browser.me().await.expect_status(200);
    assert_recorded(&home, &ada, "identityUnlinked", 0);
    assert!(preview.err.is_empty(), "ada has a password: {preview:?}");
    let revision = async || {
        let stored = service.app.store.get::<User>(&ada.id.document_id()).await.expect("the store answers");
        stored.expect("the user").revision
    };
    let before = revision().await;
    let done = users(&home, &["unlink", "ada", "idp"]).expect_exit(0);
    assert_eq!(revision().await, before + 1, "one write: a crash leaves no session of an unlinked identity");
    assert_eq!(done.out, "unlinked 2 identities of ada and ended all sessions\n");
    let is_ended = async || browser.me().await.status == 401;
    holds_within(SOON, Instant::now(), "the session has ended", is_ended).await;
    let left = stored(&service, &ada).await.expect("the user");
    assert_eq!((left.identities.len(), left.unlinked_identities.len()), (1, 2));
    assert_eq!(left.identities[0].provider, "other");
    assert_recorded(&home, &ada, "identityUnlinked", 1);
    assert_recorded(&home, &ada, "sessionsEnded", 1);
    let again = users(&home, &["unlink", "ada", "idp"]).expect_exit(0);
    assert_eq!(again.out, "ada has no identity at idp\n");
    assert_refused(&home, &ada, &["unlink", "adda", "idp"], 1, "did you mean \"ada\"?");
}

// Only a passkey that signs in alone is a sign-in method; codes by message are none.
#[on_every_store]
async fn unlink_says_that_the_user_cannot_sign_in_any_more(location: StoreLocation) {
    let (service, home) = running(&location).await;
    let now = service.clock.now();
    for (name, has_passkey) in [("ada", true), ("linus", false)] {
        create_user_with(&service, name, |user| {
            user.password = None;
            user.message_codes = message_codes(now);
            user.passkeys.extend(has_passkey.then(|| passkey("cGhvbmU", now)));
            user.identities.push(Identity {
                key: IdentityKey { issuer: "https://idp.example".to_owned(), subject: name.to_owned() },
                provider: "idp".to_owned(),
                email: None,
                roles: Vec::new(),
                linked_at: now,
                last_login_at: None,
            });
        })
        .await;
        for option in [&["--dry-run"][..], &[]] {
            let done = users(&home, &[&["unlink", name, "idp"], option].concat()).expect_exit(0);
            assert_eq!(done.err.contains("cannot sign in"), !has_passkey, "{done:?}");
        }
    }
}

#[on_every_store]
async fn deleted_user_is_gone_with_the_sessions(location: StoreLocation) {
    let (service, home) = running(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let without_reason = home.run(&["users", "delete", "ada", "--yes"]).expect_exit(2);
    assert!(without_reason.err.contains("--reason"), "{without_reason:?}");
    assert_refused(&home, &ada, &["delete", "ada"], 2, "--yes");
    assert_refused(&home, &ada, &["delete", "adda", "--yes"], 1, "did you mean \"ada\"?");
    browser.me().await.expect_status(200);

    let done = users(&home, &["delete", "ada", "--yes"]).expect_exit(0);
    assert_eq!(done.out, "deleted ada and ended 1 session\n");
    let is_ended = async || browser.me().await.status == 401;
    holds_within(SOON, Instant::now(), "the session has ended", is_ended).await;
    assert!(stored(&service, &ada).await.is_none());
    assert_recorded(&home, &ada, "userDeleted", 1);
    // The time at which the access ended.
    assert_recorded(&home, &ada, "userDisabled", 1);
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(401);
    // The name is free.
    let user = create_user(&service, "ada").await;
    assert_ne!(user.id, ada.id);
    users(&home, &["delete", &ada.id.to_string(), "--yes"]).expect_exit(1);
}
