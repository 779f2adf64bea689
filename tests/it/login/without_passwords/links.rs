//! The first passkey with a link of an administrator.

use std::time::{Duration, Instant};

use futures_util::future::join;
use reqwest::Method;
use serde_json::{Value, json};
use vestibule::{
    audit::EventKind,
    link_token::Purpose,
    user::{CodeChannel, EndReason, Status, User},
};

use super::{OFF, OPTIONS, Passkey, REGISTER, options, reasons, register, sign_in, with_token};
use crate::{
    admin::users::act,
    harness::{
        browser::{Answer, Browser},
        federated::{FederatedFixture, claims_of, update_user},
        holds_within,
        mail::{MAIL, queued, recipients, token},
        service::Service,
        stores::StoreLocation,
        users::{PASSWORD, create_user, create_user_with, create_user_with_app, stored_user},
    },
};

const LINK: Purpose = Purpose::AdministratorReset;

async fn start(location: &StoreLocation) -> Service {
    Service::with_settings(location, &[&MAIL[..], &[OFF]].concat()).await
}

/// Creates a user without any sign-in method.
async fn create(service: &Service, name: &str) -> User {
    create_user_with(service, name, |user| {
        user.password = None;
        user.email = Some(format!("{name}@corp.example").parse().expect("an address"));
        user.email_verified = true;
    })
    .await
}

#[on_every_store]
async fn link_leads_to_a_passkey_that_signs_in_on_every_replica(location: StoreLocation) {
    let service = start(&location).await;
    let other = service.start_replica().await;
    let ada = create(&service, "ada").await;
    let link = token(&service, &ada, LINK).await;
    let browser = Browser::of(&service);
    let shown = options(&browser, &link).await.expect_status(200).json();
    let selection = &shown["publicKey"]["authenticatorSelection"];
    assert_eq!(
        (&selection["userVerification"], &selection["residentKey"], &selection["requireResidentKey"]),
        (&json!("required"), &json!("required"), &json!(true))
    );
    let mut passkey = Passkey::synced();
    let answer = register(&browser, &link, &mut passkey).await.expect_status(200);
    assert_eq!(answer.json(), json!({}));
    assert!(answer.session_cookie().is_none() && browser.session().is_none(), "no session is opened");
    let stored = stored_user(&service, &ada).await;
    assert_eq!((stored.passkeys.len(), stored.passkeys[0].name.as_str()), (1, "Passkey"));
    assert_eq!(stored.sessions_ended_because, Some(EndReason::FactorChanged));
    assert_eq!(reasons(&service, &ada, EventKind::PasskeyAdded).await, [None]);
    assert_eq!(recipients(&service, "passkeyAdded").await, ["ada@corp.example"]);
    let browser = Browser::of(&other);
    let login = sign_in(&browser, &mut passkey).await.expect_status(200).json();
    assert_eq!(login["session"]["amr"], json!(["swk", "user"]));
    options(&browser, &link).await.expect_problem(400, "token_invalid");
}

#[on_every_store]
async fn passkey_of_a_link_ends_all_sessions(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[OFF]).await;
    let signed_in = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let grace = fixture.users().await.remove(0);
    let link = token(&fixture.service, &grace, LINK).await;
    register(&fixture.browser(), &link, &mut Passkey::synced()).await.expect_status(200);
    let is_ended = async || signed_in.me().await.status == 401;
    holds_within(Duration::from_secs(1), Instant::now(), "the session has ended", is_ended).await;
    assert_eq!(signed_in.me().await.expect_problem(401, "session_ended").reason(), "factor_changed");
}

// Only a registration costs the link: a user who chose a wrong authenticator, or was slow, tries again.
#[on_every_store]
async fn failed_ceremony_keeps_the_link(location: StoreLocation) {
    let service = start(&location).await;
    let (ada, grace) = (create(&service, "ada").await, create(&service, "grace").await);
    let mut of_grace = Passkey::synced();
    let browser = Browser::of(&service);
    let link_of_grace = token(&service, &grace, LINK).await;
    let options_of_grace = options(&browser, &link_of_grace).await.expect_status(200).json();
    let link = token(&service, &ada, LINK).await;
    let post = async |body: Value| browser.post(REGISTER, &with_token(body, &link)).await;

    let shown = options(&browser, &link).await.expect_status(200).json();
    post(Passkey::without_verification().create(&shown)).await.expect_problem(400, "passkey_invalid");
    post(Passkey::synced().create(&shown)).await.expect_problem(400, "ceremony_over");
    // A ceremony of another user, of a login, of an earlier link, and one that has expired.
    post(Passkey::synced().create(&options_of_grace)).await.expect_problem(400, "ceremony_over");
    let mut mixed = options(&browser, &link).await.expect_status(200).json();
    let of_login = browser.post("/api/auth/passkey/options", &json!({})).await.expect_status(200).json();
    mixed["ceremony"] = of_login["ceremony"].clone();
    post(Passkey::synced().create(&mixed)).await.expect_problem(400, "ceremony_over");
    let late = options(&browser, &link).await.expect_status(200).json();
    service.advance_time(Duration::from_mins(5));
    post(Passkey::synced().create(&late)).await.expect_problem(400, "ceremony_over");
    // The user could not sign in with it, and no further link would work.
    let shown = options(&browser, &link).await.expect_status(200).json();
    let mut not_discoverable = Passkey::synced().create(&shown);
    not_discoverable["credential"]["clientExtensionResults"]["credProps"]["rk"] = json!(false);
    post(not_discoverable).await.expect_problem(400, "passkey_invalid");
    register(&browser, &link_of_grace, &mut of_grace).await.expect_status(200);
    let shown = options(&browser, &link).await.expect_status(200).json();
    post(of_grace.create(&shown)).await.expect_problem(409, "passkey_registered");
    assert!(stored_user(&service, &ada).await.passkeys.is_empty());

    register(&browser, &link, &mut Passkey::synced()).await.expect_status(200);
    let failed = reasons(&service, &ada, EventKind::PasskeyAdded).await;
    assert_eq!(failed.iter().flatten().collect::<Vec<_>>(), ["not_usable_alone", "user_not_verified"]);
}

#[on_every_store]
async fn ceremony_of_a_replaced_link_is_over(location: StoreLocation) {
    let service = start(&location).await;
    let ada = create(&service, "ada").await;
    let browser = Browser::of(&service);
    let earlier = token(&service, &ada, LINK).await;
    let shown = options(&browser, &earlier).await.expect_status(200).json();
    let link = token(&service, &ada, LINK).await;
    let body = Passkey::synced().create(&shown);
    browser.post(REGISTER, &with_token(body.clone(), &earlier)).await.expect_problem(400, "token_invalid");
    browser.post(REGISTER, &with_token(body, &link)).await.expect_problem(400, "ceremony_over");
}

// Attack: the reader of a mailbox avoids the factors that protect the account (ASVS 6.4.3).
#[on_every_store]
async fn link_for_a_user_with_a_second_factor_is_invalid(location: StoreLocation) {
    let service = start(&location).await;
    let browser = Browser::of(&service);
    let (with_app, _) = create_user_with_app(&service, "linus").await;
    let now = service.clock.now();
    let with_codes = create_user_with(&service, "margaret", |user| {
        user.add_email_codes(CodeChannel { confirmed_at: now, last_used_at: None }, now);
    })
    .await;
    let with_passkey = create(&service, "ada").await;
    let link = token(&service, &with_passkey, LINK).await;
    register(&browser, &link, &mut Passkey::synced()).await.expect_status(200);
    for user in [&with_app, &with_codes, &with_passkey] {
        let before = stored_user(&service, user).await;
        let link = token(&service, user, LINK).await;
        options(&browser, &link).await.expect_problem(400, "token_invalid");
        let body = with_token(Passkey::synced().create(&creation(user)), &link);
        browser.post(REGISTER, &body).await.expect_problem(400, "token_invalid");
        let after = stored_user(&service, user).await;
        assert_eq!(
            (after.passkeys.len(), after.session_epoch),
            (before.passkeys.len(), before.session_epoch)
        );
        let reasons = reasons(&service, user, EventKind::PasskeyAdded).await;
        assert_eq!(reasons.iter().flatten().count(), 2, "{reasons:?}");
        assert!(reasons.iter().flatten().all(|reason| reason == "second_factor_exists"), "{reasons:?}");
    }
}

/// Returns options that no service gave.
fn creation(user: &User) -> Value {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let id = URL_SAFE_NO_PAD.encode(user.id.to_bytes());
    json!({ "ceremony": "x", "publicKey": { "user": { "id": id }, "rp": { "id": "localhost" }, "challenge": "AAAA" }})
}

#[on_every_store]
async fn factor_that_comes_after_the_options_wins(location: StoreLocation) {
    let service = start(&location).await;
    let ada = create(&service, "ada").await;
    let browser = Browser::of(&service);
    let link = token(&service, &ada, LINK).await;
    let shown = options(&browser, &link).await.expect_status(200).json();
    let now = service.clock.now();
    let channel = CodeChannel { confirmed_at: now, last_used_at: None };
    update_user(&service, ada.id, |user| user.add_email_codes(channel.clone(), now)).await;
    let body = with_token(Passkey::synced().create(&shown), &link);
    browser.post(REGISTER, &body).await.expect_problem(400, "token_invalid");
    assert!(stored_user(&service, &ada).await.passkeys.is_empty());
}

#[on_every_store]
async fn only_a_valid_link_of_an_administrator_leads_to_a_passkey(location: StoreLocation) {
    let service = start(&location).await;
    let browser = Browser::of(&service);
    let ada = create(&service, "ada").await;
    let is_refused = async |token: &str| {
        options(&browser, token).await.expect_problem(400, "token_invalid");
        let body = with_token(Passkey::synced().create(&creation(&ada)), token);
        browser.post(REGISTER, &body).await.expect_problem(400, "token_invalid");
    };
    is_refused("unknown").await;
    // A mail that any client can request.
    let with_password = create_user_with(&service, "linus", |user| {
        user.email = Some("linus@corp.example".parse().expect("an address"));
        user.email_verified = true;
    })
    .await;
    is_refused(&token(&service, &with_password, Purpose::ResetPassword).await).await;
    for change in [
        (|user: &mut User| user.status = Status::Disabled) as fn(&mut User),
        |user| user.status = Status::Quarantined,
        |user| user.email = Some("other@corp.example".parse().expect("an address")),
    ] {
        let link = token(&service, &ada, LINK).await;
        let before = stored_user(&service, &ada).await;
        update_user(&service, ada.id, change).await;
        is_refused(&link).await;
        update_user(&service, ada.id, move |user| {
            (user.status, user.email) = (before.status, before.email.clone());
        })
        .await;
    }
    let link = token(&service, &ada, LINK).await;
    service.advance_time(Duration::from_hours(24));
    is_refused(&link).await;
}

#[on_every_store]
async fn of_two_uses_of_one_link_at_two_replicas_one_registers_a_passkey(location: StoreLocation) {
    let service = start(&location).await;
    let other = service.start_replica().await;
    for round in 0..8 {
        let ada = create(&service, &format!("ada{round}")).await;
        let link = token(&service, &ada, LINK).await;
        let (here, there) = (Browser::of(&service), Browser::of(&other));
        let (first, second) = join(options(&here, &link), options(&there, &link)).await;
        let (first, second) = (first.expect_status(200).json(), second.expect_status(200).json());
        let first = with_token(Passkey::synced().create(&first), &link);
        let second = with_token(Passkey::synced().create(&second), &link);
        let (first, second) = join(here.post(REGISTER, &first), there.post(REGISTER, &second)).await;
        let (won, lost): (Vec<Answer>, Vec<Answer>) =
            [first, second].into_iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 1));
        lost[0].clone().expect_problem(400, "token_invalid");
        assert_eq!(stored_user(&service, &ada).await.passkeys.len(), 1);
    }
}

/// Returns the browser of an administrator who has only a passkey.
async fn administrator(service: &Service) -> Browser {
    let user = create_user_with(service, "root", |user| {
        user.password = None;
        user.roles = vec!["admin".to_owned()];
    })
    .await;
    let browser = Browser::of(service);
    let mut passkey = Passkey::synced();
    register(&browser, &token(service, &user, LINK).await, &mut passkey).await.expect_status(200);
    sign_in(&browser, &mut passkey).await.expect_status(200);
    browser
}

#[on_every_store]
async fn administrator_invites_users_to_a_passkey_and_to_no_password(location: StoreLocation) {
    let service = start(&location).await;
    let browser = administrator(&service).await;
    let new = |access: &str| json!({ "username": "ada", "email": "ada@corp.example", "roles": [], "access": access });
    let users = "/api/admin/users";
    let answer = act(&browser, Method::POST, users, new("generated-password")).await;
    assert!(answer.expect_problem(400, "invalid_request").text.contains("passwords_disabled"));
    let created = act(&browser, Method::POST, users, new("invite-link")).await.expect_status(201).json();
    let path = format!("{users}/{}", created["id"].as_str().expect("an id"));
    let shown = browser.get(&path).await.expect_status(200).json();
    assert_eq!(shown["canSignIn"], json!({ "ok": false, "why": "no_sign_in_method" }));
    let link = created["inviteUrl"].as_str().expect("a link").split_once("#token=").expect("a token").1;
    register(&Browser::of(&service), link, &mut Passkey::synced()).await.expect_status(200);
    let shown = browser.get(&path).await.expect_status(200).json();
    assert_eq!(shown["canSignIn"]["ok"], true);

    let mail = json!({ "username": "grace", "email": "grace@corp.example", "access": "invite-mail" });
    act(&browser, Method::POST, users, mail).await.expect_status(201);
    let invitation = ("grace@corp.example".to_owned(), "invitation".to_owned());
    assert!(queued(&service).await.contains(&invitation));

    // A link would avoid the factor of the user.
    for by in ["link", "mail"] {
        let answer =
            act(&browser, Method::POST, &format!("{path}/reset-password"), json!({ "by": by })).await;
        let text = answer.expect_problem(400, "invalid_request").text;
        assert!(
            text.contains("second_factor_exists") || by == "mail" && text.contains("no_verified_address"),
            "{text}"
        );
    }
    act(&browser, Method::POST, &format!("{path}/reset-mfa"), json!({})).await.expect_status(200);
    let answer =
        act(&browser, Method::POST, &format!("{path}/reset-password"), json!({ "by": "link" })).await;
    let answer = answer.expect_status(200).json();
    let link = answer["resetUrl"].as_str().expect("a link").split_once("#token=").expect("a token").1;
    register(&Browser::of(&service), link, &mut Passkey::synced()).await.expect_status(200);
}

#[on_every_store]
async fn password_that_is_stored_is_no_sign_in_method_for_the_console(location: StoreLocation) {
    let service = start(&location).await;
    let browser = administrator(&service).await;
    let ada = create_user(&service, "ada").await;
    let shown = browser.get(&format!("/api/admin/users/{}", ada.id)).await.expect_status(200).json();
    assert_eq!(
        (&shown["hasPassword"], &shown["canSignIn"]["why"]),
        (&json!(true), &json!("no_sign_in_method"))
    );
}

#[on_every_store]
async fn without_passkeys_there_is_no_link(location: StoreLocation) {
    let provider = [
        ("VESTIBULE_PASSKEYS", "false"),
        ("VESTIBULE_PROVIDERS", "idp"),
        ("VESTIBULE_PROVIDER_IDP_ISSUER", "http://127.0.0.1:9/idp"),
        ("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client"),
    ];
    let service = Service::with_settings(&location, &[&provider[..], &[OFF]].concat()).await;
    let ada = create(&service, "ada").await;
    let link = token(&service, &ada, LINK).await;
    let browser = Browser::of(&service);
    browser.post(OPTIONS, &json!({ "token": link })).await.expect_problem(404, "not_found");
}

// The record of such a session says nothing of its end: it is stored at the next request, which may never come.
#[on_every_store]
async fn session_of_a_password_is_not_counted_for_the_console(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
    let service = service.restart_with(&[OFF]).await;
    let browser = administrator(&service).await;
    let shown = browser.get("/api/admin/overview").await.expect_status(200).json();
    assert_eq!(shown["sessions"], json!({ "active": 1 }), "only that of the administrator");
}
