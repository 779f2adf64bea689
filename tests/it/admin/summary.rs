//! `GET /api/admin/summary` and `vestibule events summary`: what an administrator should look at.

use std::{ops::Range, time::Duration};

use futures_util::future::join_all;
use serde_json::{Value, json};
use vestibule::{
    audit::{
        EventKind, Recorder,
        summary::{Details, Figures, FindingKind, LeftOut, Limits, Sources, Span, summarize},
    },
    user::{User, UserId},
    web::{client::Client, request_id::RequestId},
};

use super::administrator;
use crate::{
    audit::tampered,
    harness::{
        browser::Browser,
        passkey::{self, Passkey, user_with_passkey},
        process::Installation,
        service::Service,
        stores::StoreLocation,
        users::{PASSWORD, create_user, create_user_with},
    },
};

const BEHIND_A_PROXY: (&str, &str) = ("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1");

async fn fail(service: &Service, ip: &str, name: &str) {
    Browser::of(service).from(ip).sign_in(name, "wrong").await.expect_status(401);
}

async fn succeed(service: &Service, ip: &str, name: &str) -> Browser {
    let browser = Browser::of(service).from(ip);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser
}

async fn record(service: &Service, user: UserId, kind: EventKind, details: Option<&str>) {
    let entry = Recorder::of_command_line(&service.app.event_chain, &service.clock).about(user).success(kind);
    match details {
        Some(details) => entry.details(details).record().await,
        None => entry.record().await,
    };
}

async fn promoted(service: &Service, name: &str) -> User {
    create_user_with(service, name, |user| user.roles = vec!["admin".to_owned()]).await
}

/// Summarizes the events of an hour.
async fn last_hour(service: &Service, limits: Limits) -> Figures {
    let app = &service.app;
    let until = service.clock.system_time();
    let span = Span { since: until - Duration::from_hours(1), until };
    let sources = Sources { store: &app.store, keys: &app.keys, providers: &app.config.providers };
    summarize(sources, span, limits).await.expect("the store answers")
}

fn codes(summary: &Value) -> Vec<&str> {
    let findings = summary["findings"].as_array().expect("a list");
    findings.iter().map(|finding| finding["code"].as_str().expect("a code")).collect()
}

/// Returns the text and the next command of the only finding with this code.
#[track_caller]
fn finding<'a>(summary: &'a Value, code: &str) -> (&'a str, &'a str) {
    let findings = summary["findings"].as_array().expect("a list");
    let found: Vec<_> = findings.iter().filter(|finding| finding["code"] == code).collect();
    assert_eq!(found.len(), 1, "{code}: {findings:#?}");
    (found[0]["text"].as_str().expect("a text"), found[0]["next"].as_str().expect("a command"))
}

/// Checks the values of each finding: the console makes its sentences of them.
#[track_caller]
fn assert_values(summary: &Value, linus: UserId, edith: UserId) {
    let at = &summary["administrators"][0]["at"];
    let findings = summary["findings"].as_array().expect("a list");
    let values: Vec<_> = findings.iter().map(|finding| (&finding["code"], &finding["details"])).collect();
    let count = |count: u64| json!({ "kind": "count", "count": count });
    let expected = [
        ("user_reports", count(1)),
        (
            "password_spraying",
            json!({ "kind": "network", "network": "203.0.113.0/24", "failures": 13, "accounts": 13, "signedIn": 1 }),
        ),
        (
            "account_from_many_networks",
            json!({ "kind": "account", "userId": linus, "failures": 7, "networks": 7 }),
        ),
        ("codes_replayed", count(1)),
        ("administrators", json!({ "kind": "administrator", "userId": edith, "at": at, "by": "cli" })),
        ("role_changes", count(1)),
    ]
    .map(|(code, details)| (json!(code), details));
    assert_eq!(values, expected.iter().map(|(code, details)| (code, details)).collect::<Vec<_>>());
    assert!(at.as_str().is_some_and(|at| at.starts_with("2036-")), "{at}");
    assert_eq!(summary["leftOut"], json!([]));
}

/// A network that tries one password at many accounts, and finds one.
async fn spray(service: &Service) {
    for number in 0..12 {
        fail(service, "203.0.113.9", &format!("unknown{number}")).await;
    }
    fail(service, "203.0.113.10", "ada").await;
    succeed(service, "203.0.113.11", "ada").await;
}

#[on_every_store]
async fn summary_names_each_attack_and_the_next_command(location: StoreLocation) {
    let service = Service::with_settings(&location, &[BEHIND_A_PROXY]).await;
    let (browser, app) = administrator(&service).await;
    let quiet = browser.get("/api/admin/summary").await.expect_status(200).json();
    assert_eq!((codes(&quiet), &quiet["incomplete"]), (Vec::new(), &json!([])), "{quiet:#}");
    assert_eq!(quiet["chain"]["altered"], 0);

    create_user(&service, "ada").await;
    let linus = create_user(&service, "linus").await;
    create_user(&service, "grace").await;
    spray(&service).await;
    for number in 0..7 {
        fail(&service, &format!("10.0.{number}.1"), "linus").await;
    }
    let reporter = succeed(&service, "198.51.100.4", "grace").await;
    reporter.post("/api/account/not-me", &json!({})).await.expect_status(200);
    let replayed = json!({ "code": app.code(service.clock.now()) });
    browser.post("/api/auth/reauthenticate", &replayed).await.expect_problem(400, "code_invalid");
    let edith = promoted(&service, "edith").await;
    record(&service, edith.id, EventKind::UserCreated, None).await;
    record(&service, linus.id, EventKind::UserUpdated, Some("email, roles")).await;

    let summary = browser.get("/api/admin/summary?hours=1").await.expect_status(200).json();
    assert_eq!(
        codes(&summary),
        [
            "user_reports",
            "password_spraying",
            "account_from_many_networks",
            "codes_replayed",
            "administrators",
            "role_changes"
        ],
        "{summary:#}"
    );
    assert_values(&summary, linus.id, edith.id);
    let (text, next) = finding(&summary, "password_spraying");
    assert!(
        text.contains("203.0.113.0/24 failed 13 times at 13 accounts and names, and signed in to 1"),
        "{text}"
    );
    assert!(next.starts_with("vestibule events --type passwordSignIn --since 2036-"), "{next}");
    let (text, next) = finding(&summary, "account_from_many_networks");
    let id = linus.id.to_string();
    assert!(text.contains(&id) && text.contains("7 failures") && text.contains("7 networks"), "{text}");
    assert!(next.contains(&format!("--user {id}")), "{next}");
    let (_, next) = finding(&summary, "codes_replayed");
    assert!(next.contains("--type secondFactor --type reauthentication --outcome failure"), "{next}");
    let (text, next) = finding(&summary, "administrators");
    assert!(text.contains(&edith.id.to_string()) && text.contains("by cli"), "{text}");
    assert_eq!(next, format!("vestibule users show {}", edith.id));
    assert_eq!((&summary["reports"], &summary["replayedCodes"]), (&json!(1), &json!(1)));
    assert_eq!(summary["accounts"][0], json!({ "userId": id, "failures": 7, "networks": 7 }));
    let first = &summary["networks"][0];
    let expected = json!({ "network": "203.0.113.0/24", "failures": 13, "accounts": 13, "signedIn": 1 });
    assert_eq!(first, &expected);
    let unknown =
        json!({ "method": "password", "outcome": "failure", "reason": "unknown_user", "count": 12 });
    assert!(summary["logins"].as_array().expect("a list").contains(&unknown), "{summary:#}");
    assert_same_on_the_command_line(&service, &summary);
}

/// The command has the same findings, and each next command is one that the program has.
fn assert_same_on_the_command_line(service: &Service, summary: &Value) {
    let home = Installation::beside(service);
    let since = summary["since"].as_str().expect("a time");
    let arguments = ["events", "summary", "--since", since];
    let json = home.run(&[&arguments[..], &["--json"]].concat()).expect_exit(0).out;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    for member in
        ["findings", "logins", "secondFactors", "accounts", "networks", "administrators", "replayedCodes"]
    {
        assert_eq!(json[member], summary[member], "{member}");
    }
    let text = home.run(&arguments).expect_exit(0).out;
    for finding in summary["findings"].as_array().expect("a list") {
        let next = finding["next"].as_str().expect("a command");
        assert!(text.contains(finding["text"].as_str().expect("a text")) && text.contains(next), "{text}");
        let words: Vec<&str> = next.split(' ').skip(1).collect();
        let done = home.run(&words).expect_exit(0);
        assert!(done.out.lines().count() > 0, "{next} prints nothing");
    }
}

#[on_every_store]
async fn summary_counts_second_factors_by_kind_and_names_copies_of_passkeys(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (browser, app) = administrator(&service).await;
    let mut passkey = Passkey::security_key();
    user_with_passkey(&service, "ada", &mut passkey).await;
    let mut copy = passkey.cloned();
    passkey::sign_in(&Browser::of(&service), &mut passkey).await.expect_status(200);
    let pending = Browser::of(&service);
    pending.sign_in("ada", PASSWORD).await.expect_status(200);
    passkey::verify(&pending, &mut passkey).await.expect_status(200);
    passkey::sign_in(&Browser::of(&service), &mut copy).await.expect_problem(401, "passkey_refused");
    for code in [EventKind::SecondFactor, EventKind::PasskeySignIn] {
        // Events of a service that knows other methods.
        let unknown = Recorder::of_command_line(&service.app.event_chain, &service.clock);
        unknown.success(code).amr(["pwd", "later"]).record().await;
    }
    let messages = Recorder::of_command_line(&service.app.event_chain, &service.clock);
    for method in ["sms", "email", "email", "recovery"] {
        messages.success(EventKind::SecondFactor).amr(["pwd", method]).record().await;
    }
    service.advance_time(Duration::from_mins(1));
    let code = app.code(service.clock.now());
    browser.post("/api/auth/reauthenticate", &json!({ "code": code })).await.expect_status(200);
    let summary = browser.get("/api/admin/summary?hours=1").await.expect_status(200).json();
    assert_eq!(
        summary["secondFactors"],
        json!([
            { "factor": "emailCode", "count": 2 },
            { "factor": "passkey", "count": 2 },
            { "factor": "recoveryCode", "count": 1 },
            { "factor": "smsCode", "count": 1 },
            { "factor": "totp", "count": 1 },
        ])
    );
    assert_eq!(summary["copiedPasskeys"], 1);
    let (text, next) = finding(&summary, "passkeys_copied");
    assert!(text.contains("a counter that is not higher: 1"), "{text}");
    assert!(next.contains("--type passkeySignIn"), "{next}");
    assert_same_on_the_command_line(&service, &summary);
    let since = summary["since"].as_str().expect("a time");
    let text =
        Installation::beside(&service).run(&["events", "summary", "--since", since]).expect_exit(0).out;
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.windows(2).any(|pair| pair == ["emailCode", "2"]), "{text}");
}

/// Records failures of an account from this address.
async fn record_failures(service: &Service, user: UserId, ip: String, count: usize) {
    let ip = ip.parse().expect("an address");
    let client = Client { ip, user_agent: None, device: None, request_id: RequestId::new() };
    let audit = service.app.audit(&client).about(user);
    for _ in 0..count {
        audit.failure(EventKind::PasswordSignIn, "wrong_password").record().await;
    }
}

/// Records failures of new accounts, each of them from six networks of its own.
async fn attack_accounts(service: &Service, numbers: Range<u8>) {
    let attacks = numbers.map(|number| async move {
        let user = UserId::new(service.clock.system_time());
        for network in 0..6 {
            record_failures(service, user, format!("10.{number}.{network}.1"), 1).await;
        }
    });
    join_all(attacks).await;
}

// A botnet attacks more accounts than the lists have entries. The eleventh account needs a reaction, too.
#[on_every_store]
async fn each_attacked_account_is_a_finding_and_what_is_left_out_is_named(location: StoreLocation) {
    let service = Service::start(&location).await;
    attack_accounts(&service, 0..12).await;
    let of_accounts = |figures: &Figures| {
        let kind = FindingKind::AccountFromManyNetworks;
        figures.findings.iter().filter(|finding| finding.code == kind).count()
    };
    let figures = last_hour(&service, Limits::REQUEST).await;
    assert_eq!((figures.accounts.len(), figures.networks.len()), (10, 10));
    assert_eq!((of_accounts(&figures), figures.incomplete.len()), (12, 0), "{:#?}", figures.findings);
    attack_accounts(&service, 12..101).await;
    let figures = last_hour(&service, Limits::REQUEST).await;
    assert_eq!(of_accounts(&figures), 100);
    assert_eq!(figures.incomplete, ["only 100 of 101 findings account_from_many_networks are listed"]);
    assert_eq!(
        json!(figures.left_out),
        json!([{ "kind": "findings", "code": "account_from_many_networks", "listed": 100, "of": 101 }])
    );
    let spraying = &figures.findings[0];
    assert_eq!(spraying.code, FindingKind::PasswordSpraying);
    assert!(spraying.text.contains("606 passwords were wrong and 0 correct"), "{}", spraying.text);
    assert!(spraying.text.contains("networks with failures: 606"), "{}", spraying.text);
    assert_eq!(spraying.details, Details::Passwords { wrong: 606, correct: 0, networks: 606 });
    assert_eq!(
        json!(spraying.details),
        json!({ "kind": "passwords", "wrong": 606, "correct": 0, "networks": 606 })
    );
}

// Nine users of a company have programs with an old password.
#[on_every_store]
async fn wrong_passwords_of_one_network_are_not_counted_as_many_networks(location: StoreLocation) {
    let service = Service::start(&location).await;
    for _ in 0..9 {
        let user = UserId::new(service.clock.system_time());
        record_failures(&service, user, "203.0.113.9".to_owned(), 17).await;
    }
    let figures = last_hour(&service, Limits::REQUEST).await;
    let [finding] = &figures.findings[..] else { panic!("{:#?}", figures.findings) };
    assert!(finding.text.contains("networks with failures: 1;"), "{}", finding.text);
    assert!(finding.text.contains("or a program with an old password"), "{}", finding.text);
}

// A choice of the user is no fault of the provider. The alert leaves it out, too.
#[on_every_store]
async fn login_that_a_user_cancels_is_no_refusal_of_the_provider(location: StoreLocation) {
    let service = Service::start(&location).await;
    let audit = Recorder::of_command_line(&service.app.event_chain, &service.clock);
    let refuse = async |kind: EventKind, reason: &str, count: usize| {
        for _ in 0..count {
            audit.failure(kind, reason).details(json!({ "provider": "corp" })).record().await;
        }
    };
    refuse(EventKind::FederatedSignIn, "login_cancelled", 25).await;
    let figures = last_hour(&service, Limits::REQUEST).await;
    assert!(figures.findings.is_empty(), "{:#?}", figures.findings);
    assert_eq!(figures.providers[0].reasons[0].count, 25);
    // Links are counted, so the next command must show them.
    refuse(EventKind::IdentityLinked, "provider_error", 21).await;
    let figures = last_hour(&service, Limits::REQUEST).await;
    let [finding] = &figures.findings[..] else { panic!("{:#?}", figures.findings) };
    assert_eq!(finding.code, FindingKind::ProviderRefusals);
    let expected = "provider corp: 21 logins were refused and 0 accepted, most often with provider_error";
    assert_eq!(finding.text, expected);
    let values = json!({
        "kind": "provider", "provider": "corp", "refused": 21, "accepted": 0, "reason": "provider_error",
    });
    assert_eq!(json!(finding.details), values);
    let words: Vec<&str> = finding.next.split(' ').skip(1).collect();
    let shown = Installation::beside(&service).run(&words).expect_exit(0).out;
    assert!(shown.contains("identityLinked"), "{shown}");
}

// A company has one address for all users, and each of them mistypes.
#[on_every_store]
async fn users_behind_one_address_are_no_attack(location: StoreLocation) {
    let service = Service::with_settings(&location, &[BEHIND_A_PROXY]).await;
    for number in 0..12 {
        let name = format!("user{number}");
        create_user(&service, &name).await;
        fail(&service, "203.0.113.9", &name).await;
        succeed(&service, "203.0.113.9", &name).await;
    }
    // A user who travels, and who signs in from each network after a mistake.
    for number in 0..7 {
        fail(&service, &format!("10.0.{number}.1"), "user0").await;
        succeed(&service, &format!("10.0.{number}.1"), "user0").await;
    }
    let figures = last_hour(&service, Limits::REQUEST).await;
    assert!(figures.findings.is_empty(), "{:#?}", figures.findings);
    let network =
        figures.networks.iter().find(|network| network.network == "203.0.113.0/24").expect("listed");
    assert_eq!((network.accounts, network.signed_in), (12, 12));
}

// Any client can cause events. The work for one request must not depend on how many there are.
#[on_every_store]
async fn summary_that_did_not_read_all_events_says_so(location: StoreLocation) {
    let service = Service::start(&location).await;
    let users = [promoted(&service, "ada").await, promoted(&service, "linus").await];
    for user in users.iter().cycle().take(20) {
        service.advance_time(Duration::from_millis(5));
        record(&service, user.id, EventKind::UserCreated, None).await;
    }
    let full = last_hour(&service, Limits::REQUEST).await;
    assert_eq!((full.events, full.incomplete.len(), full.administrators.len()), (20, 0, 2));
    let few = last_hour(&service, Limits { events: 10, ..Limits::REQUEST }).await;
    assert_eq!((few.events, few.incomplete.len()), (10, 1));
    assert!(
        few.incomplete[0].starts_with("only the newest 10 events were read: events since 2036-"),
        "{few:?}"
    );
    let oldest = &few.left_out[0];
    let LeftOut::Events { read: 10, since: Some(since) } = oldest else { panic!("{oldest:?}") };
    assert!(few.incomplete[0].ends_with(&since.to_string()), "{few:?}");
    assert_eq!(json!(few.left_out), json!([{ "kind": "events", "read": 10, "since": since }]));
    let one = last_hour(&service, Limits { users: 1, ..Limits::REQUEST }).await;
    assert_eq!(one.incomplete, ["only 1 of 2 new or changed users were checked for the role admin"]);
    assert_eq!(json!(one.left_out), json!([{ "kind": "users", "checked": 1, "of": 2 }]));
    assert_eq!(one.administrators[0].user_id, users[1].id, "the newest first");
    let short = last_hour(&service, Limits { time: Duration::ZERO, ..Limits::REQUEST }).await;
    assert_eq!((short.events, short.incomplete.len()), (0, 1));
    assert_eq!(json!(short.left_out), json!([{ "kind": "events", "read": 0, "since": null }]));
    // Events before the span are not read.
    service.advance_time(Duration::from_hours(2));
    assert_eq!(last_hour(&service, Limits::REQUEST).await.events, 0);
}

#[on_every_store]
async fn summary_shows_an_altered_event(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    for _ in 0..3 {
        fail(&service, "192.0.2.7", "ada").await;
    }
    let figures = last_hour(&service, Limits::REQUEST).await;
    assert_eq!((figures.chain.valid, figures.chain.altered, figures.findings.len()), (3, 0, 0));
    let mut events = tampered::read(&location, "events").await;
    events[1].set("outcome", Some(&json!("success")));
    tampered::write(&location, "events", &events).await;
    let figures = last_hour(&service, Limits::REQUEST).await;
    assert_eq!((figures.chain.valid, figures.chain.altered), (2, 1));
    assert_eq!(figures.findings[0].code, FindingKind::EventsAltered);
    assert_eq!(figures.findings[0].next, "vestibule events verify");
}

#[on_every_store]
async fn hours_of_the_summary_are_one_to_720(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = administrator(&service).await.0;
    for hours in ["1", "24", "720"] {
        browser.get(&format!("/api/admin/summary?hours={hours}")).await.expect_status(200);
    }
    for hours in ["0", "721", "-1", "1.5", "", "x", "99999999999999999999"] {
        let answer = browser.get(&format!("/api/admin/summary?hours={hours}")).await;
        answer.expect_problem(400, "invalid_request");
    }
}
