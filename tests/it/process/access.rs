//! `users unlock`, `end-sessions`, `reset-mfa`, `reset-password` beside a running service, on both stores.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vestibule::{
    store::{Change, StoreError},
    user::{Identity, IdentityKey, User},
};

use crate::harness::{
    browser::Browser,
    holds_within,
    mail::{MAIL, recipients},
    process::{Done, Installation},
    service::Service,
    stored_factors::{MASKED, NUMBER, message_codes, passkey},
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, create_user_with_app, stored_user},
};

/// The time within which a running service honours a command.
const SOON: Duration = Duration::from_secs(1);

async fn running(location: &StoreLocation, settings: &[(&str, &str)]) -> (Service, Installation) {
    let service = Service::with_system_clock(location, settings).await;
    let home = Installation::beside(&service);
    (service, home)
}

fn act(home: &Installation, arguments: &[&str]) -> Done {
    home.run(&[&["users"], arguments].concat()).expect_exit(0)
}

fn json_of(home: &Installation, arguments: &[&str]) -> Value {
    serde_json::from_str(&act(home, &[arguments, &["--json"]].concat()).out).expect("JSON")
}

/// Returns the types of the stored events of a user, newest first.
fn event_types(home: &Installation, name: &str) -> Vec<String> {
    let shown = json_of(home, &["show", name]);
    let events = shown["events"].as_array().expect("events").iter();
    events.map(|event| event["type"].as_str().expect("a type").to_owned()).collect()
}

async fn assert_ended(browser: &Browser, reason: &str) {
    let is_ended = async || browser.me().await.status == 401;
    holds_within(SOON, Instant::now(), "the session has ended", is_ended).await;
    assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), reason);
}

#[on_every_store]
async fn unlock_lifts_the_wait_of_wrong_passwords(location: StoreLocation) {
    let (service, home) = running(&location, &[]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    for _ in 0..10 {
        browser.sign_in("ada", "wrong").await.expect_status(401);
    }
    for _ in 0..3 {
        browser.sign_in("ada", PASSWORD).await.expect_status(429);
    }
    let shown = act(&home, &["show", "ada"]).out;
    let mut lines = shown.lines();
    let status = lines.next().expect("a status");
    assert!(status.starts_with("status: active, locked until "), "{shown}");
    assert!(status.ends_with(" UTC because of 10 wrong passwords"), "{shown}");
    assert!(lines.next().expect("a next step").contains("`vestibule users unlock ada`"), "{shown}");
    assert!(act(&home, &["list"]).out.contains("active, locked until "));
    for of in [json_of(&home, &["show", "ada"]), json_of(&home, &["list"])[0].clone()] {
        assert_eq!(of["locks"][0]["failures"], 10, "{of}");
    }
    // One event for the wait, none for each attempt that it refuses.
    let events = event_types(&home, "ada");
    assert_eq!(events.iter().filter(|kind| *kind == "accountLimited").count(), 1, "{events:?}");
    // The newest one, or that of the failure which started the wait: both can be of the same millisecond.
    assert!(events[..2].contains(&"accountLimited".to_owned()), "{events:?}");

    let done = act(&home, &["unlock", "ADA"]);
    assert!(done.out.starts_with("unlocked ada: lifted the wait until "), "{done:?}");
    assert!(done.out.contains("because of 10 wrong passwords"), "{done:?}");
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_eq!(event_types(&home, "ada").iter().filter(|kind| *kind == "userUnlocked").count(), 1);
    // Idempotent: no second event.
    let done = act(&home, &["unlock", "ada"]);
    assert!(done.out == "ada is not locked\n" && done.err.contains("network"), "{done:?}");
    assert_eq!(event_types(&home, "ada").iter().filter(|kind| *kind == "userUnlocked").count(), 1);
    assert!(act(&home, &["show", "ada"]).out.starts_with("status: active\n"));
    // Failures that caused no wait are forgotten, too.
    browser.sign_in("ada", "wrong").await.expect_status(401);
    let report = json_of(&home, &["unlock", "ada"]);
    assert_eq!(report["outcome"], "unlocked");
    let lifted = json!([{ "guess": "password", "failures": 1, "until": null, "knownDevice": true }]);
    assert_eq!(report["lifted"], lifted);
    assert_eq!(json_of(&home, &["unlock", "ada"])["outcome"], "unchanged");
}

#[on_every_store]
async fn unlock_lifts_the_wait_of_wrong_codes(location: StoreLocation) {
    let (service, home) = running(&location, &[]).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    for _ in 0..2 {
        browser.sign_in("linus", PASSWORD).await.expect_status(200);
        for _ in 0..5 {
            let wrong = app.wrong_code(service.clock.now());
            browser.verify(&wrong).await;
        }
    }
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(429);
    assert!(act(&home, &["show", "linus"]).out.contains(" because of 10 wrong codes"));
    assert!(act(&home, &["unlock", "linus"]).out.contains("10 wrong codes"));
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    let events = event_types(&home, "linus");
    assert_eq!(events.iter().filter(|kind| *kind == "accountLimited").count(), 1, "{events:?}");
}

#[on_every_store]
async fn ended_sessions_are_refused_within_a_second(location: StoreLocation) {
    let (service, home) = running(&location, &[]).await;
    create_user(&service, "ada").await;
    create_user(&service, "grace").await;
    let (one, two, other) = (Browser::of(&service), Browser::of(&service), Browser::of(&service));
    for (browser, name) in [(&one, "ada"), (&two, "ada"), (&other, "grace")] {
        browser.sign_in(name, PASSWORD).await.expect_status(200);
        browser.me().await.expect_status(200);
    }
    let done = act(&home, &["end-sessions", "ada"]);
    assert_eq!(done.out, "ended 2 sessions of ada\n");
    assert!(done.err.contains("`vestibule users disable ada`"), "{done:?}");
    assert_ended(&one, "revoked").await;
    assert_ended(&two, "revoked").await;
    other.me().await.expect_status(200);
    let shown = act(&home, &["show", "ada"]).out;
    assert!(shown.contains("valid sessions: 0\n") && !shown.contains("signedIn"), "{shown}");
    assert!(shown.contains("ended in the last hour: 2 sessions (2 revoked)"), "{shown}");
    let sessions = json_of(&home, &["show", "ada"])["sessions"].clone();
    let states: Vec<_> =
        sessions.as_array().expect("sessions").iter().map(|s| (&s["state"], &s["reason"])).collect();
    assert_eq!(states, [(&json!("ended"), &json!("revoked")); 2]);
    assert!(act(&home, &["end-sessions", "ada"]).out.starts_with("ada had no session"));
    one.sign_in("ada", PASSWORD).await.expect_status(200);
}

#[on_every_store]
async fn reset_second_factor_ends_sessions_and_logins_in_progress(location: StoreLocation) {
    let (service, home) = running(&location, &[]).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let (signed_in, pending) = (Browser::of(&service), Browser::of(&service));
    pending.sign_in("linus", PASSWORD).await.expect_status(200);
    signed_in.sign_in("linus", PASSWORD).await.expect_status(200);
    signed_in.verify(&app.code(service.clock.now())).await.expect_status(200);

    let done = act(&home, &["reset-mfa", "linus"]);
    assert_eq!(done.out, "removed 1 authenticator app of linus and ended 2 sessions\n");
    assert!(done.err.contains("VESTIBULE_MFA=required"), "{done:?}");
    // Without a wait: the code is checked in the write that also checks the epoch of the session.
    let later = app.code(service.clock.now() + Duration::from_secs(30));
    pending.verify(&later).await.expect_status(401);
    assert_ended(&signed_in, "factor_changed").await;
    let login = signed_in.sign_in("linus", PASSWORD).await.expect_status(200).json();
    assert_eq!((&login["needMfa"], &login["session"]["state"]), (&false.into(), &"signedIn".into()));
    assert_eq!(act(&home, &["reset-mfa", "linus"]).out, "linus has no second factor\n");
    signed_in.me().await.expect_status(200);

    // An enrolment in progress is dropped: its session cannot confirm it.
    signed_in.start_enrolment().await.expect_status(200);
    act(&home, &["reset-mfa", "linus"]);
    signed_in.verify(&later).await.expect_status(401);
    assert!(event_types(&home, "linus").iter().filter(|kind| *kind == "secondFactorReset").count() == 2);
}

#[on_every_store]
async fn login_after_a_reset_enrols_if_the_policy_demands_a_factor(location: StoreLocation) {
    let (service, home) = running(&location, &[("VESTIBULE_MFA", "required")]).await;
    create_user_with_app(&service, "linus").await;
    let done = act(&home, &["reset-mfa", "linus"]);
    assert!(done.err.contains("the next login of linus enrols a second factor"), "{done:?}");
    let login = Browser::of(&service).sign_in("linus", PASSWORD).await.expect_status(200).json();
    assert_eq!(login["needEnrolment"], true, "{login}");
}

// ASVS 6.4.6: an administrator starts a reset and never chooses the password.
#[on_every_store]
async fn reset_prints_a_link_once_and_changes_nothing_before_it_is_used(location: StoreLocation) {
    let (service, home) = running(&location, &[]).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let done = act(&home, &["reset-password", "ada"]);
    let link = done.out.trim();
    assert!(done.out.lines().count() == 1 && link.contains("/reset-password#token="), "{done:?}");
    assert!(done.err.contains("started a reset for ada") && !done.err.contains(link), "{done:?}");
    browser.me().await.expect_status(200);
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
    let (_, token) = link.split_once("#token=").expect("a token");
    let body = json!({ "token": token, "newPassword": "violet tractor umbrella" });
    browser.post("/api/auth/password/reset", &body).await.expect_status(200);
    assert_ended(&browser, "password_changed").await;
    browser.sign_in("ada", PASSWORD).await.expect_status(401);
    browser.sign_in("ada", "violet tractor umbrella").await.expect_status(200);
    browser.post("/api/auth/password/reset", &body).await.expect_problem(400, "token_invalid");
    let report = json_of(&home, &["reset-password", "ada"]);
    assert!(report["outcome"] == "started" && report["sentTo"].is_null(), "{report}");
    assert!(report["link"].as_str().is_some_and(|second| second != link) && report["expiresAt"].is_string());
    let shown = act(&home, &["show", "ada"]).out;
    assert!(!shown.contains(token), "{shown}");
    let events = event_types(&home, "ada");
    assert_eq!(events.iter().filter(|kind| *kind == "passwordReset").count(), 2, "{events:?}");
    assert_eq!(stored_user(&service, &ada).await.id, ada.id);
}

// Why she cannot sign in: the provider was removed from the settings, or has another issuer there.
#[on_every_store]
async fn user_of_a_provider_that_the_settings_lack_gets_a_next_step(location: StoreLocation) {
    const ISSUER: &str = "https://idp.example";
    let (service, home) = running(&location, &[]).await;
    create_user_with(&service, "ada", |user| {
        user.password = None;
        user.identities.push(Identity {
            key: IdentityKey { issuer: ISSUER.to_owned(), subject: "1".to_owned() },
            provider: "idp".to_owned(),
            email: None,
            roles: Vec::new(),
            linked_at: user.created_at,
            last_login_at: None,
        });
    })
    .await;
    let shown = act(&home, &["show", "ada"]).out;
    assert!(
        shown.contains("\nnext step: ada has no password, no linked provider of the settings"),
        "{shown}"
    );
    let home = home
        .and("VESTIBULE_PROVIDERS", "idp")
        .and("VESTIBULE_PROVIDER_IDP_ISSUER", ISSUER)
        .and("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client")
        .and("VESTIBULE_PROVIDER_IDP_CLIENT_SECRET", "secret");
    let shown = act(&home, &["show", "ada"]).out;
    assert!(!shown.contains("next step"), "{shown}");
}

#[on_every_store]
async fn removed_password_opens_nothing(location: StoreLocation) {
    let (service, home) = running(&location, &[]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let done = act(&home, &["reset-password", "ada", "--remove"]);
    assert!(done.err.contains("removed the password of ada and ended 1 session"), "{done:?}");
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_problem(401, "invalid_credentials");
    let again = browser.post("/api/auth/reauthenticate", &json!({ "password": PASSWORD })).await;
    assert!([401, 403].contains(&again.status), "{}", again.status);
    assert_ended(&browser, "password_changed").await;
    let shown = act(&home, &["show", "ada"]).out;
    assert!(
        shown.contains("\nnext step: ada has no password, no linked provider of the settings and no passkey"),
        "{shown}"
    );
    // The link sets a first password.
    let (_, token) = done.out.trim().split_once("#token=").expect("a token");
    let body = json!({ "token": token, "newPassword": "violet tractor umbrella" });
    browser.post("/api/auth/password/reset", &body).await.expect_status(200);
    browser.sign_in("ada", "violet tractor umbrella").await.expect_status(200);
}

#[on_every_store]
async fn reset_is_sent_to_the_verified_address_and_a_removed_factor_is_notified(location: StoreLocation) {
    let (service, home) = running(&location, &MAIL).await;
    create_user_with(&service, "ada", |user| {
        user.email = Some("ada@corp.example".parse().expect("an address"));
        user.email_verified = true;
    })
    .await;
    let done = act(&home, &["reset-password", "ada"]);
    assert!(done.out.contains("a link is sent to ada@corp.example") && !done.out.contains('#'), "{done:?}");
    assert_eq!(recipients(&service, "passwordReset").await, ["ada@corp.example"]);
    let report = json_of(&home, &["reset-password", "ada"]);
    assert_eq!((&report["sentTo"], &report["link"]), (&json!("ada@corp.example"), &json!(null)));
    assert!(act(&home, &["reset-password", "ada", "--link"]).out.contains("#token="));
    assert_eq!(recipients(&service, "passwordReset").await.len(), 2);
    let (linus, _) = create_user_with_app(&service, "linus").await;
    let verify = |user: &mut User| {
        user.email = Some("linus@corp.example".parse().expect("an address"));
        user.email_verified = true;
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.users.update(&linus.id.document_id(), verify).await.expect("the store answers");
    let done = act(&home, &["reset-mfa", "linus"]);
    assert!(done.err.contains("a notice is sent to linus@corp.example"), "{done:?}");
    assert_eq!(recipients(&service, "secondFactorReset").await, ["linus@corp.example"]);
}

#[on_every_store]
async fn acts_on_a_disabled_user_say_that_it_stays_disabled(location: StoreLocation) {
    let (service, home) = running(&location, &[]).await;
    create_user_with_app(&service, "linus").await;
    let report = json_of(&home, &["disable", "linus"]);
    assert_eq!((&report["outcome"], &report["username"]), (&"disabled".into(), &"linus".into()));
    let refused = home.run(&["users", "reset-password", "linus"]).expect_exit(1);
    assert!(refused.out.is_empty() && refused.err.contains("linus is disabled"), "{refused:?}");
    for act_name in [&["reset-mfa"][..], &["unlock"]] {
        let done = act(&home, &[act_name, &["linus"]].concat());
        assert!(done.err.contains("linus is disabled and cannot sign in"), "{act_name:?} {done:?}");
    }
    create_user(&service, "Miles O'Brien").await;
    let done = act(&home, &["disable", "miles o\u{2019}brien"]);
    assert_eq!(done.out, "disabled Miles O'Brien\n");
    let shown = act(&home, &["show", "Miles O'Brien"]).out;
    assert!(
        shown.contains(r"`vestibule users enable 'Miles O'\''Brien'`"),
        "a command for the shell: {shown}"
    );
    let shown = act(&home, &["show", "linus"]).out;
    assert!(
        shown.starts_with("status: disabled\nnext step: ") && shown.contains("users enable linus"),
        "{shown}"
    );
    Browser::of(&service).sign_in("linus", PASSWORD).await.expect_status(401);
}

#[test]
fn unknown_user_is_quoted_and_similar_names_are_proposed() {
    let home = Installation::new();
    for name in ["ada", "adam", "Grace Hopper", "linus@corp.example"] {
        super::add(&home, name);
    }
    for verb in ["show", "disable", "enable", "unlock", "end-sessions", "reset-mfa", "reset-password"] {
        for (typed, proposed) in [
            ("adda", Some("did you mean \"ada\"?")),
            ("grace hoper", Some("did you mean \"Grace Hopper\"?")),
            ("LINUS@corp.exampel", Some("did you mean \"linus@corp.example\"?")),
            ("completely different", None),
            ("\u{1b}[2Jx\u{202e}", None),
        ] {
            let done = home.run(&["users", verb, typed]).expect_exit(1);
            assert!(done.out.is_empty() && !done.err.contains(['\u{1b}', '\u{202e}']), "{done:?}");
            let expected = proposed.unwrap_or("`vestibule users list` prints all users");
            assert!(done.err.contains(expected), "{typed}: {done:?}");
        }
        assert!(home.run(&["users", verb, &"x".repeat(10_000)]).expect_exit(1).err.len() < 300);
    }
}

// What users, providers and clients send must not control the terminal, imitate our fields or push columns out of sight.
#[on_every_store]
async fn hostile_values_are_quoted_and_short(location: StoreLocation) {
    use vestibule::user::{Identity, IdentityKey};

    let (service, home) = running(&location, &[]).await;
    let hostile = "\u{1b}]0;x\u{7}\u{1b}[2J\nstatus: disabled\u{202e}\u{9b}31m".to_owned();
    let long = "木".repeat(10_000);
    for (name, text) in [("ada", &hostile), ("grace", &long)] {
        create_user_with(&service, name, |user| {
            user.display_name = Some(text.clone());
            user.picture = Some(text.clone());
            user.locale = Some(text.clone());
            user.roles = vec![text.clone(), "admin".to_owned()];
            user.identities.push(Identity {
                key: IdentityKey {
                    issuer: format!("https://idp.example/{text}"),
                    subject: format!("{name}{text}"),
                },
                provider: text.clone(),
                email: None,
                roles: Vec::new(),
                linked_at: service.clock.now(),
                last_login_at: None,
            });
        })
        .await;
        let agent = format!("Mozilla \" status: disabled {}", "x".repeat(400));
        let browser = Browser::of(&service).with_header("user-agent", &agent);
        browser.sign_in(name, PASSWORD).await.expect_status(200);
        browser.sign_in(name, "wrong").await.expect_status(401);
    }
    let mut outputs = vec![act(&home, &["list"]).out];
    for name in ["ada", "grace"] {
        let shown = act(&home, &["show", name]).out;
        assert!(shown.lines().filter(|line| line.starts_with("status: ")).count() == 1, "{shown}");
        outputs.push(shown);
    }
    for output in &outputs {
        let too_wide = output.lines().find(|line| unicode_width::UnicodeWidthStr::width(*line) > 120);
        assert_eq!(too_wide, None);
    }
    outputs.extend([act(&home, &["list", "--json"]).out, act(&home, &["show", "ada", "--json"]).out]);
    for output in outputs {
        assert!(!output.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}', '\r']), "{output}");
    }
    let full = json_of(&home, &["show", "ada"]);
    assert_eq!(full["displayName"], hostile.as_str(), "JSON has the whole value");
}

#[on_every_store]
async fn passkeys_and_codes_by_message_are_shown_and_removed(location: StoreLocation) {
    let (service, home) = running(&location, &[]).await;
    let now = service.clock.now();
    create_user_with(&service, "ada", |user| {
        user.password = None;
        user.passkeys = vec![passkey("cGhvbmU", now)];
        user.message_codes = message_codes(now);
    })
    .await;
    let shown = act(&home, &["show", "ada"]).out;
    for part in [
        "second factor: passkey \"key cGhvbmU\" since ",
        "signs in alone, synced",
        &format!("second factor: codes by SMS to {MASKED} since "),
        "second factor: codes by mail since ",
        "password: none",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // Its passkey is a sign-in method.
    assert!(!shown.contains("next step") && !shown.contains(NUMBER), "{shown}");
    let json = json_of(&home, &["show", "ada"]);
    assert_eq!(json["factors"], json!(["passkey", "smsCode", "emailCode"]));
    let passkey = &json["passkeys"][0];
    assert_eq!((&passkey["credentialId"], &passkey["signsInAlone"]), (&json!("cGhvbmU"), &json!(true)));
    assert_eq!((&json["smsCodes"]["to"], &json["mfaEnabled"]), (&json!(MASKED), &json!(true)));
    assert!(json["emailCodes"]["confirmedAt"].is_string() && !json.to_string().contains(NUMBER), "{json}");
    let list = home.run(&["users", "list"]).expect_exit(0).out;
    assert!(list.contains("passkey;smsCode;emailCode"), "{list}");

    let done = act(&home, &["reset-mfa", "ada"]);
    let removed = "removed 1 passkey, codes by SMS and codes by mail of ada and ended 0 sessions\n";
    assert_eq!(done.out, removed);
    assert!(
        done.err.contains("ada has no password, no linked provider of the settings and no passkey"),
        "{done:?}"
    );
    assert!(!done.err.contains("can now sign in"), "{done:?}");
    let json = json_of(&home, &["show", "ada"]);
    assert_eq!(
        (&json["passkeys"], &json["smsCodes"], &json["emailCodes"]),
        (&json!([]), &json!(null), &json!(null))
    );
    assert_eq!(act(&home, &["reset-mfa", "ada"]).out, "ada has no second factor\n");
}

#[on_every_store]
async fn reset_of_a_user_without_a_password_removes_nothing_and_says_so(location: StoreLocation) {
    let (service, home) = running(&location, &[]).await;
    create_user_with(&service, "grace", |user| user.password = None).await;
    for options in [&["--remove"][..], &[]] {
        let done = act(&home, &[&["reset-password", "grace"], options].concat());
        assert!(done.err.contains("grace has no password at present"), "{options:?}: {done:?}");
        assert!(!done.err.contains("removed") && !done.err.contains("removes"), "{options:?}: {done:?}");
    }
    assert_eq!(json_of(&home, &["reset-password", "grace", "--remove"])["sessions"], Value::Null);
}

#[on_every_store]
async fn expired_generated_password_and_quarantine_name_a_next_step_that_works(location: StoreLocation) {
    let (service, home) = running(&location, &[]).await;
    let now = service.clock.now();
    create_user_with(&service, "ada", |user| user.initial_password_expires_at = Some(now)).await;
    let shown = act(&home, &["show", "ada"]).out;
    let expected = "\nnext step: the generated password of ada was not changed in time and has expired; `vestibule users reset-password ada`";
    assert!(shown.contains(expected), "{shown}");
    create_user_with(&service, "grace hopper", |user| user.status = vestibule::user::Status::Quarantined)
        .await;
    let note = act(&home, &["unlock", "grace hopper"]).err;
    assert!(note.contains("`vestibule users enable 'grace hopper'`"), "{note}");
}
