//! Roles that an identity gives are those that the settings give it now, not those it gave at the last sign-in.

use serde_json::json;

use super::*;
use crate::harness::process::Home;

const ROLES: [(&str, &str); 4] = [
    ("LIAR_ROLE_CLAIM", "groups"),
    ("LIAR_ROLE_MAP", "kernel=admin,staff=staff"),
    ("CORP_ROLE_CLAIM", "groups"),
    ("CORP_ROLE_MAP", "staff=member"),
];

/// Grace, who has roles from the liar and one given here, and linus, who has one from corp.
async fn with_roles(location: &StoreLocation) -> (House, Browser) {
    let house = House::with(location, &ROLES).await;
    let claims = |login: &str| with(claims_of(login), json!({ "groups": ["kernel", "staff"] }));
    let grace = house.signed_in(&house.liar, &claims("grace")).await;
    let id = house.people().await[0].id;
    house.signed_in(&house.corp, &claims("linus")).await;
    change(&house.service, id, |user| user.roles = vec!["editor".to_owned()]).await;
    assert_eq!(roles_everywhere(&house.service, &grace).await, ["admin", "editor", "staff"]);
    (house, grace)
}

fn sorted(roles: &Value) -> Vec<String> {
    let mut roles: Vec<String> = serde_json::from_value(roles.clone()).expect("a list of texts");
    roles.sort_unstable();
    roles
}

/// The roles of grace as `me`, `users list` and `users show` tell them, which must be one answer.
async fn roles_everywhere(service: &Service, grace: &Browser) -> Vec<String> {
    let me = me(&grace.moved_to(service)).await;
    let home = Home::beside(service);
    let listed: Vec<Value> =
        serde_json::from_str(&home.run(&["users", "list", "--json"]).must_exit(0).out).unwrap();
    let listed = listed.into_iter().find(|user| user["id"] == me["id"]).expect("she is listed");
    let id = me["id"].as_str().expect("an id");
    let shown: Value =
        serde_json::from_str(&home.run(&["users", "show", id, "--json"]).must_exit(0).out).unwrap();
    let roles = sorted(&me["roles"]);
    assert_eq!((&sorted(&listed["roles"]), &sorted(&shown["roles"])), (&roles, &roles));
    let table = home.run(&["users", "list"]).must_exit(0).out;
    assert_eq!(table.contains("admin"), roles.contains(&"admin".to_owned()), "{table}");
    roles
}

#[on_every_store]
async fn a_role_that_is_not_in_the_map_any_more_is_gone(location: StoreLocation) {
    let (house, grace) = with_roles(&location).await;
    let service = house.service.restarted(&[("VESTIBULE_PROVIDER_LIAR_ROLE_MAP", "staff=staff")]).await;
    assert_eq!(
        roles_everywhere(&service, &grace).await,
        ["editor", "staff"],
        "at once, without another sign-in"
    );
    grace.moved_to(&service).get("/api/admin/events").await.must_fail(403, "forbidden");
}

#[on_every_store]
async fn a_provider_that_is_switched_off_gives_no_roles(location: StoreLocation) {
    let (house, grace) = with_roles(&location).await;
    let service = house.service.restarted(&[("VESTIBULE_PROVIDER_LIAR_ENABLED", "false")]).await;
    assert_eq!(roles_everywhere(&service, &grace).await, ["editor"], "what was given here stays");
    let service = service.restarted(&[("VESTIBULE_PROVIDER_LIAR_ENABLED", "true")]).await;
    assert_eq!(roles_everywhere(&service, &grace).await, ["admin", "editor", "staff"], "and back");
}

#[on_every_store]
async fn a_provider_that_is_no_longer_set_gives_no_roles(location: StoreLocation) {
    let (house, grace) = with_roles(&location).await;
    let gone = ["ISSUER", "CLIENT_ID", "CLIENT_SECRET", "ROLE_CLAIM", "ROLE_MAP"];
    let gone = gone.map(|setting| format!("VESTIBULE_PROVIDER_LIAR_{setting}"));
    let mut settings = vec![("VESTIBULE_PROVIDERS", "corp")];
    settings.extend(gone.iter().map(|name| (name.as_str(), "")));
    let service = house.service.restarted(&settings).await;
    assert_eq!(roles_everywhere(&service, &grace).await, ["editor"]);
    let seen = me(&grace.moved_to(&service)).await;
    assert_eq!(seen["identities"][0]["label"], "liar", "the identity is still hers");
}

// The issuer is who says it, the name is what we call it.
#[on_every_store]
async fn a_provider_that_is_called_otherwise_still_gives_its_roles_and_another_by_its_name_does_not(
    location: StoreLocation,
) {
    let (house, grace) = with_roles(&location).await;
    let settings = [
        ("VESTIBULE_PROVIDER_LIAR_ISSUER", house.corp.issuer()),
        ("VESTIBULE_PROVIDER_CORP_ISSUER", house.liar.issuer()),
    ];
    let service = house.service.restarted(&settings).await;
    // corp's map gives `member` only, and grace's groups were judged by liar's.
    assert_eq!(roles_everywhere(&service, &grace).await, ["editor"]);
}
