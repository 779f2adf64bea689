//! Merging users, undo, moved issuers and replaced subjects, through the API.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::{
    audit::{self, EventKind},
    clock::Timestamp,
    store::{Change, StoreError, Stored},
    user::{
        Identity, IdentityKey, Status, User, UserId,
        merge::{Merge, MergeId},
    },
};

use super::administrator;
use crate::harness::{
    browser::{Answer, Browser},
    federated::FederatedFixture,
    service::Service,
    stored_factors::{NUMBER, message_codes, passkey},
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, create_user_with_app, stored_user},
};

const OLD: &str = "https://old.example";
const NEW: &str = "https://new.example";

fn identity(issuer: &str, subject: &str, user: &User) -> Identity {
    Identity {
        key: IdentityKey { issuer: issuer.to_owned(), subject: subject.to_owned() },
        provider: "idp".to_owned(),
        email: None,
        roles: Vec::new(),
        linked_at: user.created_at,
        last_login_at: None,
    }
}

async fn with_identity(service: &Service, name: &str, issuer: &str, subject: &str) -> User {
    create_user_with(service, name, |user| user.identities.push(identity(issuer, subject, user))).await
}

async fn change(service: &Service, user: &User, change: impl Fn(&mut User) + Send + Sync) {
    let write = |user: &mut User| {
        change(user);
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.users.update(&user.id.document_id(), write).await.expect("written").expect("a user");
}

async fn merge(browser: &Browser, from: &User, into: &User) -> Answer {
    let body = json!({ "into": into.id.to_string(), "reason": "a duplicate" });
    browser.post(&format!("/api/admin/users/{}/merge", from.id), &body).await
}

async fn undo(browser: &Browser, merge: &Value) -> Answer {
    let path = format!("/api/admin/merges/{}/undo", merge.as_str().expect("an id"));
    browser.post(&path, &json!({ "reason": "no duplicate" })).await
}

async fn find(service: &Service, key: &str) -> Option<UserId> {
    service.app.users.find(key).await.expect("the store answers").map(|user| user.id)
}

async fn record_of(service: &Service, id: &Value) -> Option<Merge> {
    let id: MergeId = id.as_str().expect("an id").parse().expect("an id");
    let found = service.app.store.get::<Merge>(&id.document_id()).await.expect("the store answers");
    found.map(Stored::into_document)
}

async fn kinds_about(service: &Service, user: &User) -> Vec<EventKind> {
    let events = audit::about(&service.app.store, user.id, 20).await.expect("the store answers");
    events.into_iter().map(|event| event.kind).collect()
}

/// Signs in a user with a part of the permissions.
async fn administrator_with(service: &Service, name: &str, role: &str) -> Browser {
    let (user, app) = create_user_with_app(service, name).await;
    change(service, &user, |user| user.roles = vec![role.to_owned()]).await;
    let browser = Browser::of(service);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    browser
}

#[on_every_store]
async fn former_id_shows_the_user_that_stayed_but_no_act_takes_it(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let (from, into) = (create_user(&service, "grace").await, create_user(&service, "ada").await);
    merge(&admin, &from, &into).await.expect_status(200);
    let path = format!("/api/admin/users/{}", from.id);
    let shown = admin.get(&path).await.expect_status(200).json();
    assert_eq!((&shown["id"], &shown["formerIds"]), (&json!(into.id), &json!([from.id])));
    let reason = json!({ "reason": "x" });
    admin.post(&format!("{path}/disable"), &reason).await.expect_problem(404, "not_found");
}

#[on_every_store]
async fn merge_moves_keys_ends_sessions_and_is_undone(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let from = with_identity(&service, "grace", OLD, "1").await;
    let into = create_user(&service, "ada").await;
    let (of_from, of_into) = (Browser::of(&service), Browser::of(&service));
    of_from.sign_in("grace", PASSWORD).await.expect_status(200);
    of_into.sign_in("ada", PASSWORD).await.expect_status(200);

    let path = format!("/api/admin/users/{}/merge", from.id);
    let preview = json!({ "into": into.id.to_string(), "reason": "x", "dryRun": true });
    let shown = admin.post(&path, &preview).await.expect_status(200).json();
    assert_eq!((&shown["merge"], &shown["into"]["providers"]), (&Value::Null, &json!(["idp"])));
    let fields: Vec<_> =
        shown["changes"].as_array().expect("changes").iter().map(|change| &change["field"]).collect();
    assert!(fields.contains(&&json!("identities")) && fields.contains(&&json!("username")), "{fields:?}");
    of_from.me().await.expect_status(200);
    assert_eq!(find(&service, "name:grace").await, Some(from.id), "a dry run changes nothing");

    service.advance_time(Duration::from_secs(1));
    let done = merge(&admin, &from, &into).await.expect_status(200).json();
    assert_eq!(done["into"]["formerIds"], json!([from.id]));
    of_from.me().await.expect_problem(401, "not_signed_in");
    assert_eq!(of_into.me().await.expect_problem(401, "session_ended").reason(), "revoked");
    Browser::of(&service).sign_in("grace", PASSWORD).await.expect_problem(401, "invalid_credentials");
    assert_eq!(find(&service, "name:grace").await, None, "the user name is free");
    for key in [format!("id:{}", from.id), format!("oidc:{OLD}|1"), "name:ada".to_owned()] {
        assert_eq!(find(&service, &key).await, Some(into.id), "{key}");
    }
    let record = record_of(&service, &done["merge"]).await.expect("a record");
    let text = serde_json::to_string(&record).expect("JSON");
    assert!(
        !text.contains("argon2") && !text.contains("passwordChanged"),
        "the document of FROM is sealed: {text}"
    );
    for user in [&from, &into] {
        assert_eq!(kinds_about(&service, user).await[0], EventKind::UserMerged);
    }
    let list = admin.get("/api/admin/merges").await.expect_status(200).json();
    let listed = &list["items"][0];
    assert_eq!((&listed["id"], &listed["reason"]), (&done["merge"], &json!("a duplicate")));
    assert_eq!((&listed["from"]["username"], &listed["into"]["username"]), (&json!("grace"), &json!("ada")));
    assert_eq!(listed["undoneAt"], Value::Null);

    undo(&admin, &done["merge"]).await.expect_status(200);
    let restored = stored_user(&service, &from).await;
    assert_eq!((restored.former_ids.len(), restored.identities.len()), (0, 1));
    let into = stored_user(&service, &into).await;
    assert!(into.identities.is_empty() && into.former_ids.is_empty());
    of_from.me().await.expect_problem(401, "session_ended");
    Browser::of(&service).sign_in("grace", PASSWORD).await.expect_status(200);
    assert_eq!(
        undo(&admin, &done["merge"]).await.expect_problem(409, "undo_refused").reason(),
        "already_undone"
    );
    for user in [&from, &into] {
        assert!(kinds_about(&service, user).await.contains(&EventKind::MergeUndone));
    }
}

/// Starts a service whose provider gives the role `admin`, and signs its only administrator in.
async fn provider_with_roles(location: &StoreLocation) -> (FederatedFixture, Browser, User) {
    let roles = [("FAKE_ROLE_CLAIM", "groups"), ("FAKE_ROLE_MAP", "kernel=admin")];
    let fixture = FederatedFixture::with_settings(location, &roles).await;
    let (admin, _) = administrator(&fixture.service).await;
    let users = &fixture.service.app.users;
    let margaret = users.find("name:margaret").await.expect("an answer").expect("a user").document;
    (fixture, admin, margaret)
}

// A login through an identity that came with the merge may have brought the role since.
#[on_every_store]
async fn undo_that_takes_the_role_from_the_last_administrator_is_refused(location: StoreLocation) {
    let (fixture, admin, margaret) = provider_with_roles(&location).await;
    let service = &fixture.service;
    let from = with_identity(service, "grace", fixture.fake.issuer(), "1").await;
    let (ada, app) = create_user_with_app(service, "ada").await;
    let done = merge(&admin, &from, &ada).await.expect_status(200).json();
    change(service, &ada, |user| user.identities[0].roles = vec!["admin".to_owned()]).await;
    change(service, &margaret, |user| user.roles.clear()).await;
    let browser = Browser::of(service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    undo(&browser, &done["merge"]).await.expect_problem(409, "last_administrator");
    assert_eq!(stored_user(service, &ada).await.identities.len(), 1);
    change(service, &margaret, |user| user.roles = vec!["admin".to_owned()]).await;
    undo(&browser, &done["merge"]).await.expect_status(200);
}

#[on_every_store]
async fn merge_refuses_what_would_weaken_an_account(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let (ada, linus) = (create_user(&service, "ada").await, create_user_with_app(&service, "linus").await.0);
    let reason_of = |answer: Answer| answer.expect_problem(409, "merge_refused").reason();
    assert_eq!(reason_of(merge(&admin, &ada, &ada).await), "same_user");
    assert_eq!(reason_of(merge(&admin, &linus, &ada).await), "factor_would_be_lost");
    change(&service, &ada, |user| user.status = Status::Disabled).await;
    assert_eq!(reason_of(merge(&admin, &ada, &linus).await), "from_not_active");
    assert_eq!(reason_of(merge(&admin, &linus, &ada).await), "into_not_active");
    let margaret = service.app.users.find("name:margaret").await.expect("the store answers").expect("a user");
    merge(&admin, &margaret, &linus).await.expect_problem(409, "last_administrator");
    let path = format!("/api/admin/users/{}/merge", ada.id);
    let without = json!({ "into": linus.id.to_string() });
    let errors = admin.post(&path, &without).await.expect_problem(400, "invalid_request").json();
    assert_eq!(errors["errors"], json!([{ "field": "reason", "code": "missing" }]));
    let unknown = json!({ "into": UserId::new(service.clock.now()).to_string(), "reason": "x" });
    admin.post(&path, &unknown).await.expect_problem(404, "not_found");
}

#[on_every_store]
async fn only_a_full_administrator_merges_administrative_users(location: StoreLocation) {
    let service = Service::start(&location).await;
    let of_users = administrator_with(&service, "barbara", "admin:users").await;
    let reader = administrator_with(&service, "radia", "admin:read").await;
    let (admin, _) = administrator(&service).await;
    let (ada, grace) = (create_user(&service, "ada").await, create_user(&service, "grace").await);
    let margaret = service.app.users.find("name:margaret").await.expect("the store answers").expect("a user");
    merge(&reader, &ada, &grace).await.expect_problem(403, "forbidden");
    merge(&of_users, &ada, &margaret).await.expect_problem(403, "forbidden");
    merge(&of_users, &margaret, &ada).await.expect_problem(403, "forbidden");
    let done = merge(&of_users, &ada, &grace).await.expect_status(200).json();
    undo(&reader, &done["merge"]).await.expect_problem(403, "forbidden");
    change(&service, &grace, |user| user.roles = vec!["admin:read".to_owned()]).await;
    undo(&of_users, &done["merge"]).await.expect_problem(403, "forbidden");
    undo(&admin, &done["merge"]).await.expect_status(200);
    let order = json!({ "old": OLD, "new": NEW, "reason": "x" });
    of_users.post("/api/admin/providers/move-issuer", &order).await.expect_problem(403, "forbidden");
}

#[on_every_store]
async fn factor_moves_only_by_request_and_opens_for_its_new_owner(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let ada = create_user(&service, "ada").await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    let body = json!({ "into": ada.id.to_string(), "reason": "x", "withFactors": true });
    let path = format!("/api/admin/users/{}/merge", linus.id);
    let done = admin.post(&path, &body).await.expect_status(200).json();
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    undo(&admin, &done["merge"]).await.expect_status(200);
    assert!(!stored_user(&service, &ada).await.has_second_factor());
    service.advance_time(Duration::from_mins(1));
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
}

#[on_every_store]
async fn chain_of_merges_is_undone_from_its_end(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let (a, b, c) = (
        create_user(&service, "a1").await,
        create_user(&service, "b1").await,
        create_user(&service, "c1").await,
    );
    let first = merge(&admin, &a, &b).await.expect_status(200).json();
    let second = merge(&admin, &b, &c).await.expect_status(200).json();
    for user in [&a, &b] {
        assert_eq!(find(&service, &format!("id:{}", user.id)).await, Some(c.id));
    }
    let refused = undo(&admin, &first["merge"]).await.expect_problem(409, "undo_refused");
    assert_eq!(refused.reason(), "merged_further");
    undo(&admin, &second["merge"]).await.expect_status(200);
    assert_eq!(find(&service, &format!("id:{}", a.id)).await, Some(b.id));
    undo(&admin, &first["merge"]).await.expect_status(200);
    for user in [&a, &b, &c] {
        assert_eq!(find(&service, &format!("id:{}", user.id)).await, Some(user.id));
    }
}

#[on_every_store]
async fn undo_is_refused_if_a_key_is_taken_or_the_time_is_over(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, app) = administrator(&service).await;
    let (ada, grace) = (create_user(&service, "ada").await, create_user(&service, "grace").await);
    let done = merge(&admin, &grace, &ada).await.expect_status(200).json();
    let other = create_user(&service, "grace").await;
    assert_eq!(undo(&admin, &done["merge"]).await.expect_problem(409, "undo_refused").reason(), "key_taken");
    service.app.users.take(&other.id.document_id()).await.expect("taken");
    service.advance_time(Duration::from_hours(30 * 24));
    admin.sign_in("margaret", PASSWORD).await.expect_status(200);
    admin.verify(&app.code(service.clock.now())).await.expect_status(200);
    assert_eq!(undo(&admin, &done["merge"]).await.expect_problem(409, "undo_refused").reason(), "too_late");
}

#[on_every_store]
async fn stale_revision_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let (ada, grace) = (create_user(&service, "ada").await, create_user(&service, "grace").await);
    let body = json!({ "into": ada.id.to_string(), "reason": "x" });
    let path = format!("/api/admin/users/{}/merge", grace.id);
    for (revision, status) in [("\"7\"", 412), ("x", 412), ("\"1\"", 200)] {
        let request = admin.with_token(reqwest::Method::POST, &path).await;
        request.header("if-match", revision).json(&body).send().await.expect_status(status);
    }
}

#[on_every_store]
async fn undo_and_moved_issuer_check_the_revision(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let (ada, grace) = (create_user(&service, "ada").await, with_identity(&service, "grace", OLD, "1").await);
    let done = merge(&admin, &grace, &ada).await.expect_status(200).json();
    let revision = done["into"]["revision"].as_i64().expect("a revision");
    let moved = json!({ "old": OLD, "new": NEW, "reason": "x" });
    let undone = format!("/api/admin/merges/{}/undo", done["merge"].as_str().expect("an id"));
    for (path, revision, body, status) in [
        ("/api/admin/providers/move-issuer", revision, moved, 412),
        (&undone, revision - 1, json!({ "reason": "x" }), 412),
        (&undone, revision, json!({ "reason": "x" }), 200),
    ] {
        let request = admin.with_token(reqwest::Method::POST, path).await;
        let request = request.header("if-match", &format!("\"{revision}\""));
        request.json(&body).send().await.expect_status(status);
    }
}

#[on_every_store]
async fn user_that_cannot_be_read_is_a_conflict_and_does_not_stop_the_move(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let ada = with_identity(&service, "ada", OLD, "1").await;
    let unreadable = with_identity(&service, "mallory", NEW, "1").await;
    let linus = with_identity(&service, "linus", OLD, "2").await;
    location.corrupt("users", "mallory", "roles", &json!(7)).await;
    let body = json!({ "old": OLD, "new": NEW, "reason": "x" });
    let moved = admin.post("/api/admin/providers/move-issuer", &body).await.expect_status(200).json();
    assert_eq!((&moved["users"], &moved["moved"], &moved["unreadable"]), (&json!(2), &json!(1), &json!(1)));
    let conflict = json!([{ "user": ada.id, "subject": "1", "other": unreadable.id }]);
    assert_eq!(moved["conflicts"], conflict);
    assert_eq!(find(&service, &format!("oidc:{NEW}|2")).await, Some(linus.id));
}

/// Both ids find the same user, with either winner.
#[on_every_store]
async fn of_two_merges_at_once_one_wins(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    for round in 0..5 {
        let a = create_user(&service, &format!("a{round}x")).await;
        let b = create_user(&service, &format!("b{round}x")).await;
        let (one, other) = tokio::join!(merge(&admin, &a, &b), merge(&admin, &b, &a));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 404]);
        let owner = find(&service, &format!("id:{}", a.id)).await.expect("a user");
        assert_eq!(find(&service, &format!("id:{}", b.id)).await, Some(owner));
    }
}

/// A sign-in and a new password at the same time: no session of before survives, and no write is lost.
#[on_every_store]
async fn merge_races_sign_in_and_password_change(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    for round in 0..4 {
        let (from, into) = (format!("f{round}x"), format!("i{round}x"));
        let (a, b) = (create_user(&service, &from).await, create_user(&service, &into).await);
        let browsers: Vec<Browser> = (0..4).map(|_| Browser::of(&service)).collect();
        let sign_ins = browsers
            .iter()
            .enumerate()
            .map(|(number, browser)| browser.sign_in(if number % 2 == 0 { &from } else { &into }, PASSWORD));
        let (merged, ..) = tokio::join!(
            merge(&admin, &a, &b),
            futures_util::future::join_all(sign_ins),
            change(&service, &b, |user| user.roles.push("late".to_owned()))
        );
        merged.expect_status(200);
        assert!(stored_user(&service, &b).await.has_role("late"));
        for (number, browser) in browsers.iter().enumerate() {
            let status = browser.me().await.status;
            // A login of INTO after the merge is valid; one of FROM never is.
            assert!(status == 401 || number % 2 == 1, "{number}: {status}");
        }
    }
}

/// Each of them ends one of the two administrators.
#[on_every_store]
async fn last_two_administrators_are_not_merged_away_at_once(location: StoreLocation) {
    let service = Service::start(&location).await;
    for round in 0..4 {
        let admin = administrator_with(&service, &format!("m{round}x"), "admin").await;
        let second = administrator_with(&service, &format!("n{round}x"), "admin").await;
        let margaret = service.app.users.find(&format!("name:m{round}x")).await.unwrap().unwrap();
        let other = service.app.users.find(&format!("name:n{round}x")).await.unwrap().unwrap();
        let (a, b) = (
            create_user_with_app(&service, &format!("a{round}x")).await.0,
            create_user_with_app(&service, &format!("b{round}x")).await.0,
        );
        let (one, two) = tokio::join!(merge(&admin, &other, &a), merge(&second, &margaret, &b));
        let left = [one.status, two.status].iter().filter(|status| **status == 200).count();
        assert!(left <= 1, "{} {}", one.text, two.text);
        for user in [margaret, other] {
            let _ = service.app.users.take(&user.id.document_id()).await.expect("taken");
        }
    }
}

#[on_every_store]
async fn deletion_of_the_user_deletes_the_records_of_its_merges(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let (ada, grace) = (create_user(&service, "ada").await, create_user(&service, "grace").await);
    let done = merge(&admin, &grace, &ada).await.expect_status(200).json();
    change(&service, &ada, |user| user.deletion_at = Some(Timestamp::from_millis(0))).await;
    assert_eq!(vestibule::account::deletion::task::delete_due(&service.app).await.expect("deleted"), 1);
    assert!(record_of(&service, &done["merge"]).await.is_none());
    undo(&admin, &done["merge"]).await.expect_problem(404, "not_found");
}

#[on_every_store]
async fn issuer_moves_with_linked_and_unlinked_identities(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let ada = with_identity(&service, "ada", OLD, "1").await;
    let grace = with_identity(&service, "grace", OLD, "2").await;
    with_identity(&service, "linus", NEW, "2").await;
    let radia = with_identity(&service, "radia", OLD, "3").await;
    change(&service, &radia, |user| {
        let key = user.identities[0].key.clone();
        user.unlink_identity(&key, user.created_at);
    })
    .await;
    let order =
        |dry_run: bool| json!({ "old": OLD, "new": NEW, "reason": "custom domain", "dryRun": dry_run });
    let path = "/api/admin/providers/move-issuer";
    for (dry_run, subject_at_new) in [(true, None), (false, Some(ada.id))] {
        let moved = admin.post(path, &order(dry_run)).await.expect_status(200).json();
        assert_eq!(
            (&moved["users"], &moved["moved"], &moved["complete"]),
            (&json!(3), &json!(2), &json!(true))
        );
        assert_eq!(moved["conflicts"][0]["user"], json!(grace.id));
        assert_eq!(find(&service, &format!("oidc:{NEW}|1")).await, subject_at_new);
    }
    assert_eq!(stored_user(&service, &radia).await.unlinked_identities[0].key.issuer, NEW);
    assert_eq!(find(&service, &format!("oidc:{OLD}|2")).await, Some(grace.id), "a conflict changes nothing");
    assert_eq!(kinds_about(&service, &ada).await, [EventKind::IssuerMoved]);
    let again = admin.post(path, &order(false)).await.expect_status(200).json();
    assert_eq!((&again["users"], &again["moved"]), (&json!(1), &json!(0)));
    for new in [OLD, "x", "http://new.example"] {
        let order = json!({ "old": OLD, "new": new, "reason": "x" });
        admin.post(path, &order).await.expect_problem(400, "invalid_request");
    }
}

#[on_every_store]
async fn relinked_identity_replaces_the_old_one(location: StoreLocation) {
    let settings = [
        ("VESTIBULE_PROVIDERS", "idp"),
        ("VESTIBULE_PROVIDER_IDP_ISSUER", OLD),
        ("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client"),
        ("VESTIBULE_PROVIDER_IDP_CLIENT_SECRET", "secret"),
    ];
    let service = Service::with_settings(&location, &settings).await;
    let (admin, _) = administrator(&service).await;
    let ada = with_identity(&service, "ada", OLD, "1").await;
    with_identity(&service, "grace", OLD, "2").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let path = format!("/api/admin/users/{}/identities/relink", ada.id);
    let body = |subject: &str, dry_run: bool| json!({ "provider": "idp", "subject": subject, "reason": "x", "dryRun": dry_run });
    admin.post(&path, &body("2", false)).await.expect_problem(409, "identity_in_use");
    admin.post(&path, &body("2", true)).await.expect_problem(409, "identity_in_use");
    admin.post(&path, &body("1", false)).await.expect_problem(400, "invalid_request");
    admin.post(&path, &body("3", true)).await.expect_status(200);
    assert_eq!(find(&service, &format!("oidc:{OLD}|3")).await, None);
    browser.me().await.expect_status(200);
    service.advance_time(Duration::from_secs(1));
    admin.post(&path, &body("3", false)).await.expect_status(200);
    assert_eq!(find(&service, &format!("oidc:{OLD}|3")).await, Some(ada.id));
    assert_eq!(find(&service, &format!("oidc:{OLD}|1")).await, None);
    let stored = stored_user(&service, &ada).await;
    assert_eq!(stored.unlinked_identities[0].key.subject, "1");
    browser.me().await.expect_problem(401, "session_ended");
    assert_eq!(kinds_about(&service, &ada).await[0], EventKind::IdentityRelinked);
    let of_users = administrator_with(&service, "barbara", "admin:users").await;
    of_users.post(&path, &body("4", false)).await.expect_problem(403, "forbidden");
    // Takeover of an administrator: the new subject signs in as the user.
    let of_security = administrator_with(&service, "carol", "admin:security").await;
    of_security.post(&path, &body("4", true)).await.expect_status(200);
    change(&service, &ada, |user| user.roles = vec!["admin:read".to_owned()]).await;
    of_security.post(&path, &body("4", false)).await.expect_problem(403, "forbidden");
    assert_eq!(find(&service, &format!("oidc:{OLD}|4")).await, None);
}

// The role of the identity ends with it: without the role, no user could administrate the service.
#[on_every_store]
async fn relink_protects_the_last_administrator_and_the_revision(location: StoreLocation) {
    let (fixture, admin, margaret) = provider_with_roles(&location).await;
    let service = &fixture.service;
    let (ada, app) = create_user_with_app(service, "ada").await;
    change(service, &ada, |user| {
        let identity = identity(fixture.fake.issuer(), "1", user);
        user.identities = vec![Identity { roles: vec!["admin".to_owned()], ..identity }];
    })
    .await;
    let path = format!("/api/admin/users/{}/identities/relink", ada.id);
    let body =
        |dry_run: bool| json!({ "provider": "fake", "subject": "2", "reason": "x", "dryRun": dry_run });
    let stale = admin.with_token(reqwest::Method::POST, &path).await.header("if-match", "\"1\"");
    stale.json(&body(false)).send().await.expect_status(412);
    change(service, &margaret, |user| user.roles.clear()).await;
    let browser = Browser::of(service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    for dry_run in [true, false] {
        browser.post(&path, &body(dry_run)).await.expect_problem(409, "last_administrator");
    }
    assert_eq!(stored_user(service, &ada).await.identities[0].key.subject, "1");
    change(service, &margaret, |user| user.roles = vec!["admin".to_owned()]).await;
    browser.post(&path, &body(false)).await.expect_status(200);
    assert_eq!(stored_user(service, &ada).await.identities[0].key.subject, "2");
}

// Two users cannot have one credential (W3C Web Authentication §7.1, step 26).
#[on_every_store]
async fn passkey_and_number_move_by_request_and_belong_to_one_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let now = service.clock.now();
    let ada = create_user(&service, "ada").await;
    let grace = create_user_with(&service, "grace", |user| {
        user.passkeys = vec![passkey("cGhvbmU", now)];
        user.message_codes = message_codes(now);
    })
    .await;
    let refused = merge(&admin, &grace, &ada).await.expect_problem(409, "merge_refused");
    assert_eq!(refused.reason(), "factor_would_be_lost");
    let body = json!({ "into": ada.id.to_string(), "reason": "x", "withFactors": true });
    let path = format!("/api/admin/users/{}/merge", grace.id);
    let done = admin.post(&path, &body).await.expect_status(200).json();
    let changes = done["changes"].as_array().expect("changes");
    let change = |field: &str| changes.iter().find(|change| change["field"] == field).expect("a change");
    assert_eq!(change("passkeys")["result"], json!(["key cGhvbmU"]));
    assert_eq!(change("messageCodes")["result"], json!(["email", "sms"]));
    assert!(!done.to_string().contains(NUMBER), "{done}");
    assert_eq!(find(&service, "passkey:cGhvbmU").await, Some(ada.id));
    let stored = stored_user(&service, &ada).await;
    assert_eq!(
        (stored.passkeys, stored.message_codes),
        (grace.passkeys.clone(), grace.message_codes.clone())
    );
    undo(&admin, &done["merge"]).await.expect_status(200);
    assert_eq!(find(&service, "passkey:cGhvbmU").await, Some(grace.id));
    assert!(!stored_user(&service, &ada).await.has_second_factor());
    let restored = stored_user(&service, &grace).await;
    assert_eq!((restored.passkeys, restored.message_codes), (grace.passkeys, grace.message_codes));
}

#[on_every_store]
async fn passkey_that_does_not_move_is_gone_and_its_key_is_free(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (admin, _) = administrator(&service).await;
    let now = service.clock.now();
    let (ada, _) = create_user_with_app(&service, "ada").await;
    let grace =
        create_user_with(&service, "grace", |user| user.passkeys = vec![passkey("cGhvbmU", now)]).await;
    let body = json!({ "into": ada.id.to_string(), "reason": "x", "withFactors": true });
    let path = format!("/api/admin/users/{}/merge", grace.id);
    let done = admin.post(&path, &body).await.expect_status(200).json();
    // A login with it is refused as unknown.
    assert_eq!(find(&service, "passkey:cGhvbmU").await, None);
    assert!(stored_user(&service, &ada).await.passkeys.is_empty());
    // The undo does not give one credential to two users.
    let linus =
        create_user_with(&service, "linus", |user| user.passkeys = vec![passkey("cGhvbmU", now)]).await;
    let refused = undo(&admin, &done["merge"]).await.expect_problem(409, "undo_refused");
    assert_eq!(refused.reason(), "key_taken");
    service.app.users.take(&linus.id.document_id()).await.expect("taken");
    undo(&admin, &done["merge"]).await.expect_status(200);
    assert_eq!(find(&service, "passkey:cGhvbmU").await, Some(grace.id));
}
