use serde_json::{Map, Value, json};

use super::*;
use crate::{
    config::{Config, Environment},
    login::federated::oidc::claims::Userinfo,
    user::UserId,
};

const NOW: Timestamp = Timestamp::from_millis(60_000);
const POLICIES: [&str; 4] = ["local", "provider", "provider-until-edited", "never"];

fn provider(settings: &[(&str, &str)]) -> ProviderConfig {
    let named = settings.iter().map(|(name, value)| (format!("VESTIBULE_PROVIDER_IDP_{name}"), *value));
    let named: Vec<(String, &str)> = named.collect();
    let mut all = vec![
        ("VESTIBULE_PROVIDERS", "idp"),
        ("VESTIBULE_PROVIDER_IDP_ISSUER", "https://idp.example"),
        ("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client"),
        ("VESTIBULE_PROVIDER_IDP_TRUSTED_DOMAINS", "corp.example"),
    ];
    all.extend(named.iter().map(|(name, value)| (name.as_str(), *value)));
    let environment = Environment::of(all);
    Config::read(&environment).expect("settings").0.providers.remove(0)
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(map) = value else { panic!("not an object") };
    map
}

fn claims(change: Value, userinfo: Userinfo) -> Claims {
    let mut claims = object(json!({ "iss": "https://idp.example", "sub": "grace" }));
    claims.extend(object(change));
    Claims::new(claims, userinfo).expect("claims")
}

fn incoming(settings: &[(&str, &str)], change: Value) -> IncomingProfile {
    IncomingProfile::new(&provider(settings), &claims(change, Userinfo::NotOffered))
}

/// A user with the identity of the claims.
fn linked(profile: &IncomingProfile) -> User {
    let mut user = User::new(UserId::new(NOW), NOW);
    user.identities.push(profile.identity(NOW));
    user
}

/// Source of the present value.
#[derive(Clone, Copy, Debug)]
enum Present {
    Empty,
    Edited,
    FromProvider,
}

/// Rows: policy, present value, and the display name after a later login that sends `new`.
#[test]
fn text_fields_follow_their_policy() {
    use Present::{Edited, Empty, FromProvider};
    for (policy, present, expected) in [
        ("local", Empty, None),
        ("local", Edited, Some("old")),
        ("local", FromProvider, Some("old")),
        ("provider", Empty, Some("new")),
        ("provider", Edited, Some("new")),
        ("provider", FromProvider, Some("new")),
        ("provider-until-edited", Empty, Some("new")),
        ("provider-until-edited", Edited, Some("old")),
        ("provider-until-edited", FromProvider, Some("new")),
        ("never", Empty, None),
        ("never", Edited, Some("old")),
        ("never", FromProvider, Some("old")),
    ] {
        let setting = format!("displayName={policy}");
        let profile = incoming(&[("PROFILE", &setting)], json!({ "name": "new" }));
        let mut user = linked(&profile);
        match present {
            Empty => {}
            Edited => user.display_name = Some("old".to_owned()),
            FromProvider => {
                user.display_name = Some("old".to_owned());
                user.field_sources.insert("displayName".to_owned(), "idp".to_owned());
            }
        }
        assert!(profile.update(&mut user, true, NOW));
        assert_eq!(user.display_name.as_deref(), expected, "{policy}, {present:?}");
    }
}

#[test]
fn a_missing_claim_never_empties_a_field() {
    for policy in POLICIES {
        let setting = format!("displayName={policy}");
        let profile = incoming(&[("PROFILE", &setting)], json!({}));
        let mut user = linked(&profile);
        user.display_name = Some("old".to_owned());
        user.field_sources.insert("displayName".to_owned(), "idp".to_owned());
        assert!(profile.update(&mut user, true, NOW));
        assert_eq!(user.display_name.as_deref(), Some("old"), "{policy}");
    }
}

#[test]
fn a_new_user_gets_every_field_that_the_policy_allows() {
    for (policy, expected) in
        [("local", true), ("provider", true), ("provider-until-edited", true), ("never", false)]
    {
        let setting = format!("displayName={policy},email={policy}");
        let claims = json!({ "name": "Grace", "email": "grace@corp.example", "email_verified": true });
        let profile = incoming(&[("PROFILE", &setting)], claims);
        let mut user = linked(&profile);
        profile.fill(&mut user);
        assert_eq!(user.display_name.is_some(), expected, "{policy}");
        assert_eq!((user.email.is_some(), user.email_verified), (expected, expected), "{policy}");
    }
}

/// Rows: policy, present address, verified here, source is this provider, then the address and its verification after a login with
/// `grace@corp.example` that the provider verified.
#[test]
fn the_address_follows_its_policy_and_never_replaces_one_that_is_verified_here() {
    let (old, new) = ("old@corp.example", "grace@corp.example");
    for (policy, present, verified, is_source, expected) in [
        ("local", None, false, false, (None, false)),
        ("local", Some(old), false, false, (Some(old), false)),
        ("local", Some(new), false, false, (Some(new), true)),
        ("provider", None, false, false, (Some(new), true)),
        ("provider", Some(old), false, false, (Some(new), true)),
        ("provider", Some(old), true, false, (Some(old), true)),
        ("provider", Some(old), true, true, (Some(new), true)),
        ("provider-until-edited", None, false, false, (Some(new), true)),
        ("provider-until-edited", Some(old), false, false, (Some(old), false)),
        ("provider-until-edited", Some(old), true, true, (Some(new), true)),
        ("never", None, false, false, (None, false)),
        ("never", Some(old), true, true, (Some(old), true)),
    ] {
        let setting = format!("email={policy}");
        let claims = json!({ "email": new, "email_verified": true });
        let profile = incoming(&[("PROFILE", &setting)], claims);
        let mut user = linked(&profile);
        user.email = present.map(|text| text.parse().expect("an address"));
        user.email_verified = verified;
        if is_source {
            user.field_sources.insert("email".to_owned(), "idp".to_owned());
        }
        assert!(profile.update(&mut user, true, NOW));
        let row = format!("{policy}, {present:?}, verified {verified}, source {is_source}");
        assert_eq!((user.email.as_ref().map(Email::as_str), user.email_verified), expected, "{row}");
    }
}

/// Rows: domain is trusted, provider says verified, no other user has the address, verified afterwards.
#[test]
fn an_address_is_verified_only_by_a_trusted_provider_and_for_one_user() {
    for (trusted, verified, is_free, expected) in [
        ("corp.example", true, true, true),
        ("corp.example", true, false, false),
        ("corp.example", false, true, false),
        ("other.example", true, true, false),
    ] {
        let claims = json!({ "email": "grace@corp.example", "email_verified": verified });
        let settings = [("PROFILE", "email=provider"), ("TRUSTED_DOMAINS", trusted)];
        let profile = incoming(&settings, claims);
        let mut user = linked(&profile);
        assert!(profile.update(&mut user, is_free, NOW));
        assert_eq!(user.email_verified, expected, "{trusted}, verified {verified}, free {is_free}");
    }
}

#[test]
fn roles_come_from_the_map_only() {
    let settings = [("ROLE_CLAIM", "groups"), ("ROLE_MAP", "staff=editor,root=admin")];
    for (groups, expected) in [
        (json!(["staff", "unknown"]), vec!["editor"]),
        (json!(["root", "staff", "staff"]), vec!["admin", "editor"]),
        (json!("staff"), vec!["editor"]),
        (json!(["admin"]), vec![]),
        (json!(7), vec![]),
    ] {
        let profile = incoming(&settings, json!({ "groups": groups }));
        let mut user = linked(&profile);
        user.identities[0].roles = vec!["old".to_owned()];
        assert!(profile.update(&mut user, true, NOW));
        assert_eq!(user.identities[0].roles, expected, "{groups}");
    }
}

#[test]
fn failed_userinfo_removes_neither_roles_nor_the_address_of_the_identity() {
    let provider = provider(&[("ROLE_CLAIM", "groups"), ("ROLE_MAP", "staff=editor")]);
    for (userinfo, expected) in [
        (
            Userinfo::Failed("late".to_owned()),
            (vec!["editor".to_owned()], Some("grace@corp.example".to_owned())),
        ),
        (Userinfo::NotOffered, (vec![], None)),
    ] {
        let profile = IncomingProfile::new(&provider, &claims(json!({}), userinfo));
        let mut user = linked(&profile);
        user.identities[0].roles = vec!["editor".to_owned()];
        user.identities[0].email = Some("grace@corp.example".to_owned());
        assert!(profile.update(&mut user, true, NOW));
        let identity = &user.identities[0];
        assert_eq!((identity.roles.clone(), identity.email.clone()), expected);
    }
}

#[test]
fn a_user_without_the_identity_is_not_changed() {
    let profile = incoming(&[("PROFILE", "displayName=provider")], json!({ "name": "new" }));
    let mut user = User::new(UserId::new(NOW), NOW);
    assert!(!profile.update(&mut user, true, NOW));
    assert_eq!(user.display_name, None);
}

#[test]
fn a_picture_is_an_https_url_without_credentials() {
    let long = format!("https://idp.example/{}", "a".repeat(2048));
    for (url, accepted) in [
        ("https://idp.example/grace.png", true),
        ("http://idp.example/grace.png", false),
        ("https://grace:secret@idp.example/grace.png", false),
        ("javascript:alert(1)", false),
        ("grace.png", false),
        (long.as_str(), false),
    ] {
        assert_eq!(user::picture_url(url).is_ok(), accepted, "{url}");
    }
}
