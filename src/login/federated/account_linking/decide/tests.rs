use serde_json::{Map, Value, json};

use super::*;
use crate::{
    clock::Timestamp,
    config::{Config, Environment},
    login::federated::oidc::claims::Userinfo,
    user::{Creator, Identity, UnlinkedIdentity},
};

/// Values that vary between rows. The other claims are those of an unknown user with a verified address at a trusted provider.
struct Row {
    verified: Value,
    trusted: &'static str,
    allowed: &'static str,
    signup: &'static str,
    known: Option<Status>,
    unlinked: bool,
    owner: Option<User>,
    named: Option<User>,
    admin_created: Vec<User>,
    linking_user: Option<User>,
    organization: &'static str,
    self_registered: Vec<User>,
    userinfo_failed: bool,
}

fn row() -> Row {
    Row {
        verified: json!(true),
        trusted: "corp.example",
        allowed: "",
        signup: "true",
        known: None,
        unlinked: false,
        owner: None,
        named: None,
        admin_created: Vec::new(),
        linking_user: None,
        organization: "",
        self_registered: Vec::new(),
        userinfo_failed: false,
    }
}

fn user(change: impl Fn(&mut User)) -> User {
    let now = Timestamp::from_millis(0);
    let mut user = User::new(UserId::new(now), now);
    user.email = Some("grace@corp.example".parse().expect("an address"));
    change(&mut user);
    user
}

fn self_registered() -> User {
    user(|user| user.created_by = Creator::User)
}

fn decide_row(row: Row) -> LinkingOutcome {
    let Value::Object(claims) = json!({ "iss": "https://idp.example", "sub": "g", "email": "grace@corp.example", "org_id": "org_1", "org_name": "acme" })
    else {
        unreachable!("an object")
    };
    let mut claims: Map<String, Value> = claims;
    claims.insert("email_verified".to_owned(), row.verified);
    if row.userinfo_failed {
        claims.remove("email");
    }
    let userinfo =
        if row.userinfo_failed { Userinfo::Failed("late".to_owned()) } else { Userinfo::NotOffered };
    let claims = Claims::new(claims, userinfo).expect("claims");
    let environment = Environment::of([
        ("VESTIBULE_PROVIDERS", "idp"),
        ("VESTIBULE_PROVIDER_IDP_ISSUER", "https://idp.example"),
        ("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client"),
        ("VESTIBULE_PROVIDER_IDP_TRUSTED_DOMAINS", row.trusted),
        ("VESTIBULE_PROVIDER_IDP_ALLOWED_DOMAINS", row.allowed),
        ("VESTIBULE_PROVIDER_IDP_ALLOW_SIGNUP", row.signup),
        ("VESTIBULE_PROVIDER_IDP_ORGANIZATION", row.organization),
    ]);
    let (config, _) = Config::read(&environment).expect("settings");
    let known = row.known.map(|status| user(|user| user.status = status));
    let candidates = Candidates {
        known,
        unlinked: row.unlinked,
        verified_owner: row.owner,
        named: row.named,
        admin_created: row.admin_created,
        linking_user: row.linking_user,
        self_registered: row.self_registered,
    };
    decide(&claims, &config.providers[0], &candidates).outcome
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table, one row for each outcome")]
fn the_table() {
    let refuse = LinkingOutcome::Refuse;
    let ada = user(|_| {});
    let admin = user(|user| user.roles = vec!["admin:users".to_owned()]);
    let disabled = user(|user| user.status = Status::Disabled);
    let with_other_identity = user(|user| {
        let key = IdentityKey { issuer: "https://idp.example".to_owned(), subject: "former".to_owned() };
        user.identities = vec![Identity {
            key,
            provider: "idp".to_owned(),
            email: None,
            roles: Vec::new(),
            linked_at: Timestamp::from_millis(0),
            last_login_at: None,
        }];
    });
    let with_unlinked_identity = user(|user| {
        let key = IdentityKey { issuer: "https://idp.example".to_owned(), subject: "left".to_owned() };
        user.unlinked_identities = vec![UnlinkedIdentity { key, unlinked_at: Timestamp::from_millis(0) }];
    });
    let (registered, other) = (self_registered(), self_registered());
    for (name, row, expected) in vec![
        ("unknown user", row(), LinkingOutcome::Create),
        (
            "unknown user, no sign-up",
            Row { signup: "false", ..row() },
            refuse(LinkingRefusal::SignupNotAllowed),
        ),
        (
            "unknown user, other domain",
            Row { allowed: "other.example", ..row() },
            refuse(LinkingRefusal::SignupNotAllowed),
        ),
        (
            "allowed domain, address not verified",
            Row { allowed: "corp.example", verified: json!("true"), ..row() },
            refuse(LinkingRefusal::SignupNotAllowed),
        ),
        (
            "known, other domain",
            Row { known: Some(Status::Active), allowed: "other.example", ..row() },
            refuse(LinkingRefusal::AccessDenied),
        ),
        (
            "known, disabled",
            Row { known: Some(Status::Disabled), ..row() },
            refuse(LinkingRefusal::AccountDisabled),
        ),
        (
            "unlinked before",
            Row { unlinked: true, owner: Some(ada.clone()), ..row() },
            refuse(LinkingRefusal::IdentityUnlinked),
        ),
        ("owner, trusted", Row { owner: Some(ada.clone()), ..row() }, LinkingOutcome::Link(ada.id)),
        (
            "owner, not trusted",
            Row { owner: Some(ada.clone()), trusted: "", ..row() },
            LinkingOutcome::AskForProof(ada.id),
        ),
        (
            "owner, trusted for another domain",
            Row { owner: Some(ada.clone()), trusted: "other.example", ..row() },
            LinkingOutcome::AskForProof(ada.id),
        ),
        (
            "owner, privileged",
            Row { owner: Some(admin.clone()), ..row() },
            LinkingOutcome::AskForProof(admin.id),
        ),
        (
            "owner, with another identity of this issuer",
            Row { owner: Some(with_other_identity.clone()), ..row() },
            LinkingOutcome::AskForProof(with_other_identity.id),
        ),
        (
            "owner, unlinked another identity of this issuer",
            Row { owner: Some(with_unlinked_identity.clone()), ..row() },
            LinkingOutcome::AskForProof(with_unlinked_identity.id),
        ),
        (
            "owner, disabled",
            Row { owner: Some(disabled.clone()), ..row() },
            refuse(LinkingRefusal::AccountDisabled),
        ),
        (
            "owner, email_verified is the text true",
            Row { owner: Some(ada.clone()), verified: json!("true"), ..row() },
            LinkingOutcome::Create,
        ),
        (
            "owner, email_verified is null",
            Row { owner: Some(ada.clone()), verified: Value::Null, ..row() },
            LinkingOutcome::Create,
        ),
        (
            "owner, address not verified, no sign-up",
            Row { owner: Some(ada.clone()), verified: json!(false), signup: "false", ..row() },
            refuse(LinkingRefusal::SignupNotAllowed),
        ),
        (
            "created by an administrator",
            Row { admin_created: vec![ada.clone()], ..row() },
            LinkingOutcome::AskForProof(ada.id),
        ),
        (
            "created by an administrator, not trusted",
            Row { admin_created: vec![ada.clone()], trusted: "", ..row() },
            LinkingOutcome::AskForProof(ada.id),
        ),
        (
            "user name is the address",
            Row { named: Some(ada.clone()), ..row() },
            LinkingOutcome::AskForProof(ada.id),
        ),
        (
            "user name is the address, not trusted",
            Row { named: Some(ada.clone()), trusted: "", ..row() },
            LinkingOutcome::AskForProof(ada.id),
        ),
        (
            "user name is the address, address not verified at the provider",
            Row { named: Some(ada.clone()), verified: json!(false), ..row() },
            LinkingOutcome::Create,
        ),
        (
            "user name is the address, also the address that an administrator gave",
            Row { named: Some(ada.clone()), admin_created: vec![ada.clone()], ..row() },
            LinkingOutcome::AskForProof(ada.id),
        ),
        (
            "user name is the address, another account was given the address",
            Row { named: Some(ada.clone()), admin_created: vec![admin.clone()], ..row() },
            refuse(LinkingRefusal::LinkAmbiguous),
        ),
        (
            "user name is the address, self-registered",
            Row { named: Some(ada.clone()), self_registered: vec![registered.clone()], ..row() },
            LinkingOutcome::AskForProof(ada.id),
        ),
        (
            "user name is the address, disabled",
            Row { named: Some(disabled.clone()), ..row() },
            refuse(LinkingRefusal::AccountDisabled),
        ),
        (
            "user name is the address, another account has it verified",
            Row { named: Some(ada.clone()), owner: Some(admin.clone()), ..row() },
            refuse(LinkingRefusal::LinkAmbiguous),
        ),
        (
            "self-registered, trusted",
            Row { self_registered: vec![registered.clone()], ..row() },
            LinkingOutcome::Reclaim(vec![registered.id]),
        ),
        (
            "two self-registered, trusted",
            Row { self_registered: vec![registered.clone(), other.clone()], ..row() },
            LinkingOutcome::Reclaim(vec![registered.id, other.id]),
        ),
        (
            "self-registered, trusted, no sign-up",
            Row { self_registered: vec![registered.clone()], signup: "false", ..row() },
            refuse(LinkingRefusal::SignupNotAllowed),
        ),
        (
            "self-registered, not trusted",
            Row { self_registered: vec![registered.clone(), other.clone()], trusted: "", ..row() },
            LinkingOutcome::Create,
        ),
        (
            "self-registered, disabled",
            Row { self_registered: vec![disabled.clone()], ..row() },
            refuse(LinkingRefusal::AccountDisabled),
        ),
        (
            "self-registered, privileged",
            Row { self_registered: vec![registered.clone(), admin.clone()], ..row() },
            LinkingOutcome::AskForProof(admin.id),
        ),
        (
            "created by an administrator and self-registered",
            Row { admin_created: vec![ada.clone()], self_registered: vec![registered.clone()], ..row() },
            LinkingOutcome::AskForProof(ada.id),
        ),
        (
            "userinfo failed",
            Row { userinfo_failed: true, verified: Value::Null, ..row() },
            refuse(LinkingRefusal::ProviderUnavailable),
        ),
        (
            "userinfo failed, known",
            Row { userinfo_failed: true, known: Some(Status::Active), allowed: "corp.example", ..row() },
            refuse(LinkingRefusal::ProviderUnavailable),
        ),
        (
            "two accounts created by an administrator",
            Row { admin_created: vec![ada.clone(), registered.clone()], ..row() },
            refuse(LinkingRefusal::LinkAmbiguous),
        ),
        (
            "a disabled account created by an administrator",
            Row { admin_created: vec![disabled.clone()], ..row() },
            refuse(LinkingRefusal::AccountDisabled),
        ),
        (
            "link request",
            Row { linking_user: Some(ada.clone()), ..row() },
            LinkingOutcome::LinkOnRequest(ada.id),
        ),
        (
            "link request, unlinked before",
            Row { linking_user: Some(ada.clone()), unlinked: true, ..row() },
            LinkingOutcome::LinkOnRequest(ada.id),
        ),
        (
            "link request, address not verified, no sign-up",
            Row { linking_user: Some(ada.clone()), verified: json!(false), signup: "false", ..row() },
            LinkingOutcome::LinkOnRequest(ada.id),
        ),
        (
            "link request, address of another account",
            Row { linking_user: Some(admin.clone()), owner: Some(ada.clone()), ..row() },
            LinkingOutcome::LinkOnRequest(admin.id),
        ),
        (
            "link request, identity of another account",
            Row { linking_user: Some(ada.clone()), known: Some(Status::Active), ..row() },
            refuse(LinkingRefusal::LinkRefused),
        ),
        (
            "link request, identity of a disabled account",
            Row { linking_user: Some(ada.clone()), known: Some(Status::Disabled), ..row() },
            refuse(LinkingRefusal::LinkRefused),
        ),
        (
            "link request, disabled",
            Row { linking_user: Some(disabled.clone()), ..row() },
            refuse(LinkingRefusal::AccountDisabled),
        ),
        (
            "link request, other domain",
            Row { linking_user: Some(ada.clone()), allowed: "other.example", ..row() },
            refuse(LinkingRefusal::AccessDenied),
        ),
        ("organization, by id", Row { organization: "org_1", ..row() }, LinkingOutcome::Create),
        ("organization, by name", Row { organization: "acme", ..row() }, LinkingOutcome::Create),
        (
            "another organization",
            Row { organization: "org_2", ..row() },
            refuse(LinkingRefusal::AccessDenied),
        ),
        (
            "another organization, known",
            Row { organization: "org_2", known: Some(Status::Active), ..row() },
            refuse(LinkingRefusal::AccessDenied),
        ),
    ] {
        assert_eq!(decide_row(row), expected, "{name}");
    }
    assert!(matches!(
        decide_row(Row { known: Some(Status::Active), unlinked: true, ..row() }),
        LinkingOutcome::SignIn(_)
    ));
}
