//! Roles from an identity follow the current settings, not the settings at the last login.

use futures_util::future::join;
use serde_json::{Value, json};
use vestibule::{
    audit::{Event, EventKind, Outcome},
    user::User,
};

use crate::harness::{
    account::{identity_id, unlink_identity},
    browser::Browser,
    federated::{
        FederatedFixture, assert_signed_in, claims_of, event_details, event_of, events, me, sign_in,
        update_user, with_claims,
    },
    process::Installation,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, stored_user},
};

const ROLES: [(&str, &str); 4] = [
    ("FAKE_ROLE_CLAIM", "groups"),
    ("FAKE_ROLE_MAP", "kernel=admin,staff=staff"),
    ("CORP_ROLE_CLAIM", "groups"),
    ("CORP_ROLE_MAP", "staff=member"),
];

/// Signs in grace, who has roles from fake and a local one, and linus, who has one from corp.
async fn with_roles(location: &StoreLocation) -> (FederatedFixture, Browser) {
    let fixture = FederatedFixture::with_settings(location, &ROLES).await;
    let claims = |login: &str| with_claims(claims_of(login), json!({ "groups": ["kernel", "staff"] }));
    let grace = fixture.signed_in(&fixture.fake, &claims("grace")).await;
    let id = fixture.users().await[0].id;
    fixture.signed_in(&fixture.corp, &claims("linus")).await;
    update_user(&fixture.service, id, |user| user.roles = vec!["editor".to_owned()]).await;
    assert_eq!(roles_everywhere(&fixture.service, &grace).await, ["admin", "editor", "staff"]);
    (fixture, grace)
}

fn sorted(roles: &Value) -> Vec<String> {
    let mut roles: Vec<String> = serde_json::from_value(roles.clone()).expect("a list of texts");
    roles.sort_unstable();
    roles
}

/// Returns the roles of grace, which `me`, `users list` and `users show` must agree on.
async fn roles_everywhere(service: &Service, grace: &Browser) -> Vec<String> {
    let me = me(&grace.at_replica(service)).await;
    let home = Installation::beside(service);
    let listed: Vec<Value> =
        serde_json::from_str(&home.run(&["users", "list", "--json"]).expect_exit(0).out).unwrap();
    let listed = listed.into_iter().find(|user| user["id"] == me["id"]).expect("grace in the list");
    let id = me["id"].as_str().expect("an id");
    let shown: Value =
        serde_json::from_str(&home.run(&["users", "show", id, "--json"]).expect_exit(0).out).unwrap();
    let roles = sorted(&me["roles"]);
    assert_eq!((&sorted(&listed["roles"]), &sorted(&shown["roles"])), (&roles, &roles));
    let table = home.run(&["users", "list"]).expect_exit(0).out;
    assert_eq!(table.contains("admin"), roles.contains(&"admin".to_owned()), "{table}");
    roles
}

#[on_every_store]
async fn role_removed_from_the_map_is_removed(location: StoreLocation) {
    let (fixture, grace) = with_roles(&location).await;
    let service = fixture.service.restart_with(&[("VESTIBULE_PROVIDER_FAKE_ROLE_MAP", "staff=staff")]).await;
    assert_eq!(
        roles_everywhere(&service, &grace).await,
        ["editor", "staff"],
        "at once, without another sign-in"
    );
    grace.at_replica(&service).get("/api/admin/events").await.expect_problem(403, "forbidden");
}

#[on_every_store]
async fn disabled_provider_grants_no_roles(location: StoreLocation) {
    let (fixture, grace) = with_roles(&location).await;
    let service = fixture.service.restart_with(&[("VESTIBULE_PROVIDER_FAKE_ENABLED", "false")]).await;
    assert_eq!(roles_everywhere(&service, &grace).await, ["editor"], "roles assigned here are kept");
    let service = service.restart_with(&[("VESTIBULE_PROVIDER_FAKE_ENABLED", "true")]).await;
    assert_eq!(roles_everywhere(&service, &grace).await, ["admin", "editor", "staff"], "the roles return");
}

#[on_every_store]
async fn removed_provider_grants_no_roles(location: StoreLocation) {
    let (fixture, grace) = with_roles(&location).await;
    let gone = ["ISSUER", "CLIENT_ID", "CLIENT_SECRET", "ROLE_CLAIM", "ROLE_MAP"];
    let gone = gone.map(|setting| format!("VESTIBULE_PROVIDER_FAKE_{setting}"));
    let mut settings = vec![("VESTIBULE_PROVIDERS", "corp")];
    settings.extend(gone.iter().map(|name| (name.as_str(), "")));
    let service = fixture.service.restart_with(&settings).await;
    assert_eq!(roles_everywhere(&service, &grace).await, ["editor"]);
    let seen = me(&grace.at_replica(&service)).await;
    assert_eq!(seen["identities"][0]["label"], "fake", "the identity is still linked");
}

// The issuer identifies a provider. The name is local.
#[on_every_store]
async fn roles_follow_the_issuer_not_the_provider_name(location: StoreLocation) {
    let (fixture, grace) = with_roles(&location).await;
    let settings = [
        ("VESTIBULE_PROVIDER_FAKE_ISSUER", fixture.corp.issuer()),
        ("VESTIBULE_PROVIDER_CORP_ISSUER", fixture.fake.issuer()),
    ];
    let service = fixture.service.restart_with(&settings).await;
    // corp maps only `member`, and the groups of grace came from fake.
    assert_eq!(roles_everywhere(&service, &grace).await, ["editor"]);
}

/// `_ROLE_CLAIM`, claims, and the roles that they give with `Admins=admin,Staff=staff`.
/// Form, value of the claim, and the roles that it gives.
type Form = (&'static str, fn() -> Value, &'static [&'static str]);

const FORMS: &[Form] = &[
    // Zitadel.
    (
        "urn:zitadel:iam:org:project:roles",
        || json!({ "urn:zitadel:iam:org:project:roles": { "Admins": { "2013": "corp.example" } } }),
        &["admin"],
    ),
    // Keycloak.
    ("realm_access.roles", || json!({ "realm_access": { "roles": ["Admins", "other"] } }), &["admin"]),
    (
        "resource_access.\"my.app\".roles",
        || json!({ "resource_access": { "my.app": { "roles": ["Staff"] }, "my": { "app": { "roles": ["Admins"] } } } }),
        &["staff"],
    ),
    (
        "resource_access.my.app.roles",
        || json!({ "resource_access": { "my.app": { "roles": ["Staff"] } } }),
        &["staff"],
    ),
    // Auth0.
    ("https://corp.example/roles", || json!({ "https://corp.example/roles": ["Admins"] }), &["admin"]),
    // ADFS, PingOne: text for one, a list for many, or text with separators.
    ("groups", || json!({ "groups": "Admins" }), &["admin"]),
    ("groups", || json!({ "groups": "Admins,Staff" }), &["admin", "staff"]),
    ("groups", || json!({ "groups": [{ "name": "Admins" }, { "name": "Staff" }] }), &["admin", "staff"]),
];

#[on_every_store]
async fn role_claims_are_understood_in_the_forms_that_providers_send(location: StoreLocation) {
    for (claim, claims, expected) in FORMS {
        let settings = [("FAKE_ROLE_CLAIM", *claim), ("FAKE_ROLE_MAP", "Admins=admin,Staff=staff")];
        let fixture = FederatedFixture::with_settings(&location, &settings).await;
        let login = uuid::Uuid::new_v4().simple().to_string();
        let grace = fixture.signed_in(&fixture.fake, &with_claims(claims_of(&login), claims())).await;
        assert_eq!(sorted(&me(&grace).await["roles"]), *expected, "{claim}");
    }
}

#[on_every_store]
async fn role_claim_that_gives_no_role_is_in_the_trace(location: StoreLocation) {
    let settings = [("FAKE_ROLE_CLAIM", "groups"), ("FAKE_ROLE_MAP", "Admins=admin")];
    let fixture = FederatedFixture::with_settings(&location, &settings).await;
    for (groups, expected) in [
        (
            json!({ "Admins": "yes" }),
            Some("role claim: the claim is an object in a form that is not understood"),
        ),
        (
            json!("staff\u{1b}"),
            Some(
                "role claim: the claim is one value, and _ROLE_MAP lists none of its values: \"staff\\u{1b}\"",
            ),
        ),
        (json!("Admins"), None),
        (json!([]), None),
        (json!(null), None),
    ] {
        let claims = with_claims(claims_of("grace"), json!({ "groups": groups }));
        let answer = sign_in(&fixture.browser(), &fixture.fake, &claims).await;
        let details = event_details(&event_of(&fixture.service, &answer).await);
        let warning = details["warnings"][0].as_str();
        assert_eq!(warning, expected, "{groups}");
    }
}

fn administrator(login: &str) -> Value {
    with_claims(claims_of(login), json!({ "groups": ["kernel"] }))
}

async fn lost(service: &Service) -> Vec<Event> {
    events(service).await.into_iter().filter(|event| event.kind == EventKind::LastAdministratorLost).collect()
}

// The change is not refused: the role would stay with a user who left the team.
#[on_every_store]
async fn provider_that_takes_the_role_from_the_last_administrator_is_reported(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &ROLES).await;
    let service = &fixture.service;
    fixture.signed_in(&fixture.fake, &administrator("grace")).await;
    let grace = fixture.users().await.swap_remove(0);
    // While there is another administrator, it is an ordinary change.
    let second = create_user_with(service, "second", |user| user.roles = vec!["admin".to_owned()]).await;
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    fixture.signed_in(&fixture.fake, &administrator("grace")).await;
    update_user(service, second.id, |user| user.roles.clear()).await;
    // A login that leaves the role reports nothing.
    fixture.signed_in(&fixture.fake, &administrator("grace")).await;
    assert_eq!(lost(service).await.len(), 0);

    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    assert_eq!(me(&browser).await["roles"], json!([]), "the role is gone");
    let reported = lost(service).await;
    assert_eq!(reported.len(), 1);
    let event = &reported[0];
    assert_eq!((event.user_id, event.outcome), (Some(grace.id), Outcome::Failure));
    assert_eq!((event.actor.as_deref(), event.reason.as_deref()), (Some("fake"), Some("provider_roles")));
    // The role is lost once only.
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    assert_eq!(lost(service).await.len(), 1);
}

#[on_every_store]
async fn two_logins_that_take_the_role_from_the_last_administrators_are_reported(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &ROLES).await;
    let replica = fixture.start_replica().await;
    for round in 1..=4 {
        for login in ["grace", "linus"] {
            fixture.signed_in(&fixture.fake, &administrator(login)).await;
        }
        let before = lost(&fixture.service).await.len();
        let (here, there) = (fixture.browser(), fixture.browser().at_replica(&replica));
        let (grace, linus) = (claims_of("grace"), claims_of("linus"));
        let logins = join(sign_in(&here, &fixture.fake, &grace), sign_in(&there, &fixture.fake, &linus));
        let (one, two) = logins.await;
        assert_signed_in(&one, "/");
        assert_signed_in(&two, "/");
        assert!(lost(&fixture.service).await.len() > before, "round {round}");
    }
}

#[on_every_store]
async fn last_administrator_cannot_unlink_the_identity_with_the_role(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &ROLES).await;
    let service = &fixture.service;
    let ada = create_user(service, "ada").await;
    let roles = vec!["admin".to_owned()];
    let issuer = fixture.fake.issuer();
    update_user(service, ada.id, |user: &mut User| {
        let identity = crate::harness::account::identity_at(issuer, "fake", "ada", user);
        user.identities.push(vestibule::user::Identity { roles: roles.clone(), ..identity });
    })
    .await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let id = identity_id(&browser, "fake").await;
    unlink_identity(&browser, &id).await.expect_problem(409, "last_administrator");
    assert_eq!(stored_user(service, &ada).await.identities.len(), 1);
    create_user_with(service, "second", |user| user.roles = vec!["admin".to_owned()]).await;
    unlink_identity(&browser, &id).await.expect_status(200);
}
