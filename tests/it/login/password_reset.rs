//! Forgotten password, over HTTP, on both stores.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use vestibule::{
    audit::{self, EventKind, Outcome},
    link_token::Purpose,
    user::{Email, Status, User},
};

use crate::harness::{
    account::{actors, identity_at},
    browser::{Answer, Browser},
    factors::{Enrolled, enrolled_user},
    holds_within,
    mail::{MAIL, queued, recipients, token},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user_with, create_user_with_app, stored_user},
};

const FORGOT: &str = "/api/auth/password/forgot";
const STRENGTH: &str = "/api/auth/password/strength";
const RESET: &str = "/api/auth/password/reset";
const NEW: &str = "violet tractor umbrella";

fn with_email(email: &str) -> impl FnOnce(&mut User) {
    let email: Email = email.parse().expect("an address");
    move |user| (user.email, user.email_verified) = (Some(email), true)
}

async fn ada(service: &Service) -> User {
    create_user_with(service, "ada", with_email("Ada@corp.example")).await
}

async fn forgot(browser: &Browser, email: &str) -> Answer {
    browser.post(FORGOT, &json!({ "email": email })).await
}

async fn reset(browser: &Browser, token: &str, password: &str) -> Answer {
    browser.post(RESET, &json!({ "token": token, "newPassword": password })).await
}

async fn outcomes(service: &Service, user: &User, kind: EventKind) -> Vec<Option<String>> {
    let events = audit::about(&service.app.store, user.id, 50).await.expect("the store answers");
    events.into_iter().filter(|event| event.kind == kind).map(|event| event.reason).collect()
}

#[on_every_store]
async fn reset_sets_the_password_and_ends_all_sessions_on_every_replica(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let other = service.start_replica().await;
    let ada = ada(&service).await;
    let signed_in = Browser::of(&service);
    signed_in.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_secs(1));
    let link = token(&service, &ada, Purpose::ResetPassword).await;
    let browser = Browser::of(&other);
    let answer = reset(&browser, &link, NEW).await.expect_status(200);
    assert_eq!(answer.json(), json!({}));
    assert!(answer.session_cookie().is_none() && browser.session().is_none(), "no session is opened");
    browser.me().await.expect_problem(401, "not_signed_in");
    let is_ended = async || signed_in.me().await.status == 401;
    holds_within(Duration::from_secs(1), Instant::now(), "the session has ended", is_ended).await;
    assert_eq!(signed_in.me().await.expect_problem(401, "session_ended").reason(), "password_changed");
    browser.sign_in("ada", PASSWORD).await.expect_status(401);
    browser.sign_in("ada", NEW).await.expect_status(200);
    reset(&browser, &link, PASSWORD).await.expect_problem(400, "token_invalid");
    assert_eq!(recipients(&service, "passwordChanged").await, ["Ada@corp.example"]);
    let actor = Some(ada.id.to_string());
    let mut actors = actors(&service, &ada, EventKind::PasswordResetByMail).await;
    actors.sort();
    assert_eq!(actors, [None, actor], "a refused token proves no user");
}

#[on_every_store]
async fn reset_clears_the_waits_the_demand_for_a_change_and_the_trust_in_devices(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user_with(&service, "ada", |user| {
        with_email("ada@corp.example")(user);
        user.set_must_change_password(true);
    })
    .await;
    let attacker = Browser::of(&service);
    for _ in 0..10 {
        attacker.sign_in("ada", "wrong").await.expect_status(401);
    }
    attacker.sign_in("ada", PASSWORD).await.expect_status(429);
    service.advance_time(Duration::from_secs(1));
    let link = token(&service, &ada, Purpose::ResetPassword).await;
    reset(&attacker, &link, NEW).await.expect_status(200);
    let login = attacker.sign_in("ada", NEW).await.expect_status(200).json();
    assert_eq!(login["session"]["state"], "signedIn");
    let stored = stored_user(&service, &ada).await;
    assert!(stored.password.is_some_and(|password| !password.must_change));
    assert!(stored.devices.iter().all(|device| device.trusted_until.is_none()));
}

#[on_every_store]
async fn rejected_password_keeps_the_token(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = ada(&service).await;
    let browser = Browser::of(&service);
    let link = token(&service, &ada, Purpose::ResetPassword).await;
    for password in ["short", "password123", "Ada@corp.example", PASSWORD] {
        reset(&browser, &link, password).await.expect_problem(400, "password_rejected");
    }
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_secs(1));
    reset(&browser, &link, NEW).await.expect_status(200);
}

// The rules take processor time. On the threads of the requests, one client could delay all others (denial of service).
#[on_every_store]
async fn new_password_is_checked_in_the_hashing_queue(location: StoreLocation) {
    let service =
        Service::with_settings(&location, &[("VESTIBULE_HASH_THREADS", "1"), ("VESTIBULE_HASH_QUEUE", "1")])
            .await;
    let ada = ada(&service).await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let link = token(&service, &ada, Purpose::ResetPassword).await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "password123" });
    let advice = json!({ "password": "password123" });
    let requests = [("/api/account/password", change), ("/api/auth/password/strength", advice)];
    // The slot of the login is free shortly after its response.
    while service.app.hasher.queue_length() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let slots: Vec<_> = std::iter::from_fn(|| service.app.hasher.reserve()).collect();
    reset(&browser, &link, "password123").await.expect_problem(503, "busy");
    for (path, body) in &requests {
        browser.post(path, body).await.expect_problem(503, "busy");
    }
    drop(slots);
    reset(&browser, &link, "password123").await.expect_problem(400, "password_rejected");
    let [(change, body), (strength, advice)] = &requests;
    browser.post(change, body).await.expect_problem(400, "password_rejected");
    browser.post(strength, advice).await.expect_status(200);
}

// ASVS 6.4.3: the mailbox is no factor.
#[on_every_store]
async fn reset_does_not_replace_the_second_factor(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    let change = |user: &mut User| {
        with_email("linus@corp.example")(user);
        Ok::<_, vestibule::store::StoreError>(vestibule::store::Change::Write(()))
    };
    service.app.users.update(&linus.id.document_id(), change).await.expect("the store answers");
    let linus = stored_user(&service, &linus).await;
    service.advance_time(Duration::from_secs(1));
    let browser = Browser::of(&service);
    let link = token(&service, &linus, Purpose::ResetPassword).await;
    reset(&browser, &link, NEW).await.expect_status(200);
    assert_eq!(stored_user(&service, &linus).await.totp.len(), 1, "the factor stays");
    let login = browser.sign_in("linus", NEW).await.expect_status(200).json();
    assert_eq!(login["needMfa"], true);
    browser.me().await.expect_problem(401, "second_factor_required");
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
}

// ASVS 6.4.3, 6.3.1: an attacker with the mailbox resets the password after every ten guesses at the second factor.
#[on_every_store]
async fn reset_keeps_the_waits_of_the_second_factor(location: StoreLocation) {
    let service = Service::start(&location).await;
    let Enrolled { user, app, codes, .. } = enrolled_user(&service, "linus").await;
    let change = |user: &mut User| {
        with_email("linus@corp.example")(user);
        Ok::<_, vestibule::store::StoreError>(vestibule::store::Change::Write(()))
    };
    service.app.users.update(&user.id.document_id(), change).await.expect("the store answers");
    let attacker = Browser::of(&service);
    for wrong in ["000000", "00000-00000-0000"] {
        for number in 0..10 {
            if number % 5 == 0 {
                attacker.sign_in("linus", PASSWORD).await.expect_status(200);
            }
            let status = attacker.verify(wrong).await.status;
            assert!([400, 401].contains(&status), "{wrong} {number}: {status}");
        }
    }
    for _ in 0..10 {
        attacker.sign_in("linus", "wrong").await.expect_status(401);
    }
    let link = token(&service, &stored_user(&service, &user).await, Purpose::ResetPassword).await;
    reset(&attacker, &link, NEW).await.expect_status(200);
    attacker.sign_in("linus", NEW).await.expect_status(200);
    for code in [app.code(service.clock.now()), codes[0].clone()] {
        attacker.verify(&code).await.expect_problem(429, "too_many_attempts");
    }
    service.advance_time(Duration::from_secs(31));
    attacker.verify(&app.code(service.clock.now())).await.expect_status(200);
}

// ASVS 2.3.4: used once, also by two replicas at the same time.
#[on_every_store]
async fn one_of_two_replicas_resets_with_a_token(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let ada = ada(&service).await;
    for round in 0..4 {
        service.advance_time(Duration::from_secs(1));
        let link = token(&service, &stored_user(&service, &ada).await, Purpose::ResetPassword).await;
        let attempts = (0..6).map(|number| {
            let browser = Browser::of(if number % 2 == 0 { &service } else { &other });
            let link = link.clone();
            async move {
                let password = format!("violet tractor umbrella {round} {number}");
                (reset(&browser, &link, &password).await, password)
            }
        });
        let answers = join_all(attempts).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(answer, _)| answer.status == 200);
        assert_eq!(won.len(), 1, "{:?}", lost.iter().map(|(answer, _)| answer.status).collect::<Vec<_>>());
        for (answer, password) in lost {
            // A replica whose hashing queue is full does not use the token.
            assert!(answer.status == 503 || answer.code() == "token_invalid", "{}", answer.status);
            Browser::of(&service).sign_in("ada", &password).await.expect_status(401);
        }
        Browser::of(&other).sign_in("ada", &won[0].1).await.expect_status(200);
        service.app.limiter.unlock(&vestibule::login::password::account_keys(&ada)).await.expect("unlocked");
    }
}

#[on_every_store]
async fn all_refused_tokens_look_alike(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = ada(&service).await;
    let browser = Browser::of(&service);
    let purpose = Purpose::ResetPassword;
    let replaced = token(&service, &ada, purpose).await;
    let used = token(&service, &ada, purpose).await;
    service.advance_time(Duration::from_secs(1));
    reset(&browser, &used, NEW).await.expect_status(200);
    let ada = stored_user(&service, &ada).await;
    let disabled = {
        let mallory = create_user_with(&service, "mallory", with_email("mallory@corp.example")).await;
        let token = token(&service, &mallory, purpose).await;
        let disable = |user: &mut User| {
            user.set_status(Status::Disabled, service.clock.now());
            Ok::<_, vestibule::store::StoreError>(vestibule::store::Change::Write(()))
        };
        service.app.users.update(&mallory.id.document_id(), disable).await.expect("the store answers");
        token
    };
    let eve = create_user_with(&service, "eve", with_email("eve@corp.example")).await;
    let expired = token(&service, &eve, purpose).await;
    service.advance_time(Duration::from_mins(30));
    let other_purpose = token(&service, &ada, Purpose::NotMe).await;
    let mut seen = Vec::new();
    for text in [&replaced, &used, &disabled, &expired, &other_purpose, "unknown", ""] {
        let answer = reset(&browser, text, "umbrella violet tractor").await;
        let mut problem = answer.expect_problem(400, "token_invalid").problem();
        problem.as_object_mut().expect("an object").remove("requestId");
        seen.push(problem);
    }
    assert!(seen.iter().all(|problem| *problem == seen[0]), "{seen:?}");
    // The rules for passwords are not asked: they would reveal that a token is valid.
    reset(&browser, "unknown", "short").await.expect_problem(400, "token_invalid");
    let reasons = outcomes(&service, &ada, EventKind::PasswordResetByMail).await;
    assert!(reasons.contains(&Some("token_of_other_purpose".to_owned())), "{reasons:?}");
}

// Threat: a mail to a second address of the attacker, or to an address that nothing proves.
#[on_every_store]
async fn mail_goes_only_to_the_stored_verified_address(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let ada = ada(&service).await;
    create_user_with(&service, "eve", |user| {
        user.email = Some("eve@corp.example".parse().expect("an address"));
    })
    .await;
    create_user_with(&service, "bob@corp.example", |_| {}).await;
    // A user name that is an address says nothing about who reads its mail.
    create_user_with(&service, "dan@corp.example", with_email("dan@private.example")).await;
    let mallory = create_user_with(&service, "mallory", |user| {
        with_email("mallory@corp.example")(user);
        user.status = Status::Disabled;
    })
    .await;
    let browser = Browser::of(&service);
    let mut answers = Vec::new();
    for email in [
        "ADA@corp.example",
        "eve@corp.example",
        "bob@corp.example",
        "dan@corp.example",
        "mallory@corp.example",
        "unknown@corp.example",
        "no address",
        "",
        "ada",
    ] {
        let answer = forgot(&browser, email).await.expect_status(202);
        answers.push((answer.json(), answer.header("content-type").map(str::to_owned)));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let mails = queued(&service).await;
    assert_eq!(mails, [("Ada@corp.example".to_owned(), "passwordReset".to_owned())]);
    // Look-alike letters have the key of the address: the mail goes to the stored one.
    forgot(&browser, "\u{ff21}da@corp.example").await.expect_status(202);
    assert_eq!(recipients(&service, "passwordReset").await, ["Ada@corp.example"; 2]);
    for body in [
        json!({ "email": ["ada@corp.example", "mallory@evil.example"] }),
        json!({ "email": { "$ne": null } }),
        json!({ "email": null }),
        json!({}),
        json!([]),
    ] {
        browser.post(FORGOT, &body).await.expect_problem(400, "invalid_request");
    }
    forgot(&browser, "ada@corp.example,mallory@evil.example").await.expect_status(202);
    assert_eq!(queued(&service).await.len(), 2);
    assert_eq!(outcomes(&service, &ada, EventKind::PasswordResetRequested).await, [None, None]);
    let reasons = outcomes(&service, &mallory, EventKind::PasswordResetRequested).await;
    assert_eq!(reasons, [Some("account_disabled".to_owned())]);
}

// A mailbox must not become a way into an account whose provider decides who signs in.
#[on_every_store]
async fn user_without_a_password_gets_no_link(location: StoreLocation) {
    let provider = [
        ("VESTIBULE_PROVIDERS", "idp"),
        ("VESTIBULE_PROVIDER_IDP_ISSUER", "http://127.0.0.1:9/idp"),
        ("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client"),
    ];
    let service = Service::with_settings(&location, &[&MAIL[..], &provider].concat()).await;
    let grace = create_user_with(&service, "grace", |user| {
        with_email("grace@corp.example")(user);
        user.password = None;
        user.identities.push(identity_at("http://127.0.0.1:9/idp", "idp", "grace", user));
    })
    .await;
    create_user_with(&service, "eve", |user| {
        with_email("eve@corp.example")(user);
        user.password = None;
    })
    .await;
    let browser = Browser::of(&service);
    for email in ["grace@corp.example", "eve@corp.example"] {
        forgot(&browser, email).await.expect_status(202);
    }
    let mails = queued(&service).await;
    assert_eq!(mails, [("grace@corp.example".to_owned(), "signInWays".to_owned())]);
    let link = service.app.link_tokens().issue(&service.app.addresses, &grace, Purpose::ResetPassword).await;
    assert!(link.expect("the store answers").is_none());
    let reasons = outcomes(&service, &grace, EventKind::PasswordResetRequested).await;
    assert_eq!(reasons, [Some("no_password".to_owned())]);
}

/// Counts the links that were sent. The queue does not show all of them: a link that expires there is not sent.
async fn sent_links(service: &Service, user: &User) -> usize {
    service.app.background.idle().await;
    let outcomes = outcomes(service, user, EventKind::PasswordResetRequested).await;
    outcomes.iter().filter(|reason| reason.is_none()).count()
}

#[on_every_store]
async fn three_mails_go_to_an_address_and_then_one_each_hour(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let other = service.start_replica().await;
    let ada = ada(&service).await;
    let requests = (0..12).map(|number| {
        let browser = Browser::of(if number % 2 == 0 { &service } else { &other });
        async move { forgot(&browser, "ada@corp.example").await.expect_status(202) }
    });
    join_all(requests).await;
    other.app.background.idle().await;
    assert_eq!(sent_links(&service, &ada).await, 3);
    service.advance_time(Duration::from_mins(59));
    let browser = Browser::of(&service);
    forgot(&browser, "ada@corp.example").await.expect_status(202);
    assert_eq!(sent_links(&service, &ada).await, 3);
    service.advance_time(Duration::from_mins(1));
    forgot(&browser, "Ada@Corp.Example").await.expect_status(202);
    forgot(&browser, "ada@corp.example").await.expect_status(202);
    assert_eq!(sent_links(&service, &ada).await, 4);
}

// Lockout: an attacker who knows the address uses up its mails, so that the owner gets none.
#[on_every_store]
async fn attacker_cannot_use_up_the_mails_of_a_known_device(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let ada = ada(&service).await;
    let owner = Browser::of(&service);
    owner.sign_in("ada", PASSWORD).await.expect_status(200);
    let attacker = Browser::of(&service);
    for _ in 0..5 {
        forgot(&attacker, "ada@corp.example").await.expect_status(202);
    }
    assert_eq!(sent_links(&service, &ada).await, 3);
    for expected in [4, 5, 6, 6] {
        forgot(&owner, "ada@corp.example").await.expect_status(202);
        assert_eq!(sent_links(&service, &ada).await, expected, "three for the device");
    }
    // A device of another user has no count of its own at this address.
    create_user_with(&service, "linus", with_email("linus@corp.example")).await;
    let linus = Browser::of(&service);
    linus.sign_in("linus", PASSWORD).await.expect_status(200);
    forgot(&linus, "ada@corp.example").await.expect_status(202);
    assert_eq!(sent_links(&service, &ada).await, 6);
}

// The limit of a network does not depend on the address, so its answer reveals nothing.
#[on_every_store]
async fn requests_of_a_network_are_limited(location: StoreLocation) {
    let service = Service::with_settings(
        &location,
        &[&MAIL[..], &[("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1")]].concat(),
    )
    .await;
    ada(&service).await;
    let browser = Browser::of(&service).from("192.0.2.7");
    for number in 0..100 {
        let answer = forgot(&browser, &format!("user{number}@corp.example")).await;
        assert!([202, 503].contains(&answer.status), "{}", answer.status);
        service.app.background.idle().await;
    }
    for email in ["ada@corp.example", "unknown@corp.example"] {
        let limited = forgot(&browser, email).await.expect_problem(429, "too_many_attempts");
        assert!(limited.retry_after().is_some());
    }
    forgot(&Browser::of(&service).from("192.0.2.8"), "ada@corp.example").await.expect_status(202);
    assert_eq!(recipients(&service, "passwordReset").await, ["Ada@corp.example"]);
}

#[on_every_store]
async fn guesses_at_tokens_are_limited_by_network(location: StoreLocation) {
    let service = Service::with_settings(&location, &[("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let ada = ada(&service).await;
    let link = token(&service, &ada, Purpose::ResetPassword).await;
    let attacker = Browser::of(&service).from("192.0.2.7");
    for number in 0..100 {
        // The estimate of a password finds tokens, too: it must not be the place to guess at them.
        let guess = json!({ "token": format!("guess{number}"), "newPassword": NEW, "password": NEW });
        let path = if number % 2 == 0 { RESET } else { STRENGTH };
        attacker.post(path, &guess).await.expect_problem(400, "token_invalid");
    }
    reset(&attacker, &link, NEW).await.expect_problem(429, "too_many_attempts");
    let estimate = json!({ "token": link, "password": NEW });
    attacker.post(STRENGTH, &estimate).await.expect_problem(429, "too_many_attempts");
    let owner = Browser::of(&service).from("192.0.2.9");
    for _ in 0..101 {
        owner.post(STRENGTH, &estimate).await.expect_status(200);
    }
    service.advance_time(Duration::from_secs(1));
    reset(&Browser::of(&service).from("192.0.2.8"), &link, NEW).await.expect_status(200);
}

// Without a mail server the answer is the same, and an administrator sees the reason.
#[on_every_store]
async fn request_without_a_mail_server_is_recorded(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = ada(&service).await;
    forgot(&Browser::of(&service), "ada@corp.example").await.expect_status(202);
    service.app.background.idle().await;
    let reasons = outcomes(&service, &ada, EventKind::PasswordResetRequested).await;
    assert_eq!(reasons, [Some("mail_disabled".to_owned())]);
}

#[on_every_store]
async fn request_and_reset_need_a_csrf_token_and_record_no_secret(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let ada = ada(&service).await;
    let browser = Browser::of(&service);
    let link = token(&service, &ada, Purpose::ResetPassword).await;
    for (path, body) in [
        (FORGOT, json!({ "email": "ada@corp.example" })),
        (RESET, json!({ "token": link, "newPassword": NEW })),
    ] {
        let forged = browser.request(reqwest::Method::POST, path).json(&body).send().await;
        forged.expect_problem(403, "csrf_failed");
        browser.get(path).await.expect_status(405);
    }
    service.advance_time(Duration::from_secs(1));
    forgot(&browser, "ada@corp.example").await.expect_status(202);
    service.app.background.idle().await;
    let link = token(&service, &ada, Purpose::ResetPassword).await;
    reset(&browser, &link, NEW).await.expect_status(200);
    let events = audit::about(&service.app.store, ada.id, 50).await.expect("the store answers");
    assert!(events.iter().any(|event| event.outcome == Outcome::Success));
    let text = serde_json::to_string(&events.into_iter().map(audit::Event::view).collect::<Vec<_>>());
    let text = text.expect("JSON");
    assert!(!text.contains(&link) && !text.contains(NEW), "{text}");
    let refused: Value = reset(&browser, "x", NEW).await.json();
    assert!(!refused.to_string().contains(NEW));
}
