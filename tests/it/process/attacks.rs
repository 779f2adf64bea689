//! The metrics of attacks move with a real attack, and not with what looks like one. `deploy/prometheus/rules.yml` has the alerts.

use std::time::Duration;

use serde_json::json;
use vestibule::{clock::Clock, secrets};

use super::add;
use crate::{
    audit::tampered,
    harness::{
        browser::Browser,
        eventually,
        fake_provider::{CLIENT_ID, CLIENT_SECRET, FakeProvider},
        federated::{
            assert_refused, assert_signed_in, available_at, callback, claims_of, sign_in, start_login,
        },
        ports::free_port,
        process::{Installation, ServiceProcess},
        stores::StoreLocation,
        totp::Authenticator,
        users::PASSWORD,
    },
};

const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// A replica with metrics.
struct Replica {
    serving: ServiceProcess,
    metrics: String,
}

impl Replica {
    fn start(location: &StoreLocation, keys: &str, settings: &[(&str, &str)]) -> (Installation, Self) {
        let metrics = format!("127.0.0.1:{}", free_port());
        let home = Installation::with_settings(&[
            ("VESTIBULE_DATABASE_URL", location.url()),
            ("VESTIBULE_SECRET_KEYS", keys),
            ("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1"),
            ("VESTIBULE_METRICS_LISTEN", &metrics),
        ]);
        let home = settings.iter().fold(home, |home, (name, value)| home.and(name, value));
        let serving = home.serve();
        (home, Self { serving, metrics })
    }

    fn browser(&self) -> Browser {
        Browser::at(self.serving.address)
    }

    /// Fails to sign in from this address.
    async fn fail(&self, ip: &str, name: &str) {
        self.browser().from(ip).sign_in(name, "wrong").await.expect_status(401);
    }

    /// Returns the sum of the series that have all these texts.
    async fn sum(&self, metric: &str, labels: &[&str]) -> f64 {
        let answer = reqwest::get(format!("http://{}/metrics", self.metrics)).await.expect("the metrics");
        let text = answer.text().await.expect("text");
        let lines = text.lines().filter(|line| line.starts_with(metric));
        let selected = lines.filter(|line| labels.iter().all(|label| line.contains(label)));
        selected.map(|line| line.rsplit_once(' ').expect("a value").1.parse::<f64>().expect("a number")).sum()
    }
}

#[track_caller]
fn assert_count(count: f64, expected: u32, what: &str) {
    assert!((count - f64::from(expected)).abs() < 0.5, "{what}: {count}, not {expected}");
}

// A botnet stays below the limit of each network. The limit of the account slows it down; this counter shows it to the operator.
#[on_every_store]
async fn account_that_six_networks_guess_is_counted_once_by_all_replicas(location: StoreLocation) {
    let keys = secrets::new_key();
    let ((home, one), (_home, two)) =
        (Replica::start(&location, &keys, &[]), Replica::start(&location, &keys, &[]));
    for name in ["ada", "linus", "grace"] {
        add(&home, name);
    }
    let attacked = async || {
        let metric = "vestibule_accounts_attacked_total";
        one.sum(metric, &["kind=\"password\""]).await + two.sum(metric, &[]).await
    };
    // A user mistypes, and a company has one address for all users.
    for name in ["linus", "linus", "linus", "linus", "linus", "linus", "linus", "ada", "grace"] {
        one.fail("192.0.2.7", name).await;
    }
    // Addresses of one network are not many networks.
    for number in 1..9 {
        one.fail(&format!("198.51.100.{number}"), "grace").await;
    }
    one.browser().from("198.51.100.9").sign_in("grace", PASSWORD).await.expect_status(200);
    for number in 1..9 {
        two.fail(&format!("2001:db8:1:{number}::1"), "grace").await;
    }
    // A name that no user has is no account.
    for number in 0..9 {
        one.fail(&format!("10.0.{number}.1"), "unknown").await;
    }
    for number in 1..5 {
        let replica = if number % 2 == 0 { &one } else { &two };
        replica.fail(&format!("10.1.{number}.1"), "ada").await;
    }
    assert_count(attacked().await, 0, "five networks and neighbours");
    // A login of the owner from a sixth network does not hide the attack.
    two.browser().from("203.0.113.1").sign_in("ada", PASSWORD).await.expect_status(200);
    assert_count(attacked().await, 0, "the login of the owner");
    two.fail("10.1.6.1", "ada").await;
    assert_count(attacked().await, 1, "the sixth network");
    for number in 7..11 {
        one.fail(&format!("10.1.{number}.1"), "ada").await;
        two.fail(&format!("10.2.{number}.1"), "ada").await;
    }
    assert_count(attacked().await, 1, "further networks");
    assert!(
        format!("{}{}", one.serving.log(), two.serving.log())
            .contains("failures at one account from many networks")
    );
}

#[on_every_store]
async fn wrong_passwords_of_many_accounts_are_counted_for_the_alert(location: StoreLocation) {
    let (home, replica) = Replica::start(&location, &secrets::new_key(), &[]);
    add(&home, "ada");
    replica.browser().sign_in("ada", PASSWORD).await.expect_status(200);
    let failures = ["method=\"password\"", "outcome=\"failure\""];
    assert_count(replica.sum("vestibule_logins_total", &failures).await, 0, "a success");
    for number in 0..20 {
        replica.fail("192.0.2.7", &format!("user{number}")).await;
    }
    replica.fail("192.0.2.7", "ada").await;
    assert_count(replica.sum("vestibule_logins_total", &failures).await, 21, "password spraying");
}

// One client could otherwise raise the alert about many accounts with one user name, known or not.
#[on_every_store]
async fn attempts_that_a_limit_refuses_are_no_checked_logins(location: StoreLocation) {
    let (home, replica) = Replica::start(&location, &secrets::new_key(), &[]);
    home.write("users.csv", format!("username,password,totpSecret\nada,{PASSWORD},{SECRET}\n"));
    home.run(&["users", "import", "users.csv"]).expect_exit(0);
    for _ in 0..160 {
        replica.browser().from("192.0.2.7").sign_in("unknown", "wrong").await;
    }
    let wrong = Authenticator::of_base32(SECRET).wrong_code(Clock::system().system_time());
    for _ in 0..40 {
        // A session of its own for each code, because a session ends with the fifth one.
        let browser = replica.browser();
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        browser.verify(&wrong).await;
    }
    for (method, kind, attempts) in [("password", "typed", 160.0), ("secondFactor", "code", 40.0)] {
        let method = format!("method=\"{method}\"");
        let checked = replica.sum("vestibule_logins_total", &[&method, "outcome=\"failure\""]).await;
        let refused = replica.sum("vestibule_limited_total", &[&format!("kind=\"{kind}\"")]).await;
        // Ten before the first wait. A slow test takes longer than some waits.
        assert!((9.5..19.5).contains(&checked), "{method}: {checked} checked");
        assert!((checked + refused - attempts).abs() < 0.5, "{method}: {checked} checked, {refused} refused");
    }
}

// RFC 6238 §5.2. A phishing page sees a code, and uses it after or before the user.
#[on_every_store]
async fn replayed_code_is_counted_apart_from_a_wrong_one(location: StoreLocation) {
    let (home, replica) = Replica::start(&location, &secrets::new_key(), &[]);
    home.write("users.csv", format!("username,password,totpSecret\nada,{PASSWORD},{SECRET}\n"));
    home.run(&["users", "import", "users.csv"]).expect_exit(0);
    let app = Authenticator::of_base32(SECRET);
    let code = app.code(Clock::system().system_time());
    let refused = async |reason: &str| {
        let label = format!("reason=\"{reason}\"");
        replica.sum("vestibule_codes_refused_total", &[&label]).await
    };
    let pending = async || {
        let browser = replica.browser();
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        browser
    };
    let browser = pending().await;
    browser.verify(&app.wrong_code(Clock::system().system_time())).await.expect_problem(400, "code_invalid");
    browser.verify("abcde-abcde-abcd").await.expect_problem(400, "code_invalid");
    browser.verify(&code).await.expect_status(200);
    assert_count(refused("replayed").await, 0, "wrong codes and a correct one");
    // The answers do not differ: an attacker does not learn that the code was correct.
    pending().await.verify(&code).await.expect_problem(400, "code_invalid");
    browser
        .post("/api/auth/reauthenticate", &json!({ "code": code }))
        .await
        .expect_problem(400, "code_invalid");
    assert_count(refused("replayed").await, 2, "a login and a re-authentication");
    assert_count(refused("wrong").await, 2, "a wrong code and an unknown recovery code");
    let events = home.run(&["events", "--outcome", "failure", "--since", "1h"]).expect_exit(0).out;
    assert_eq!(events.matches("reason=code_replayed").count(), 2, "{events}");
}

// The event is written by the service itself, without a request.
#[on_every_store]
async fn audit_chain_that_another_program_changed_is_counted(location: StoreLocation) {
    let (home, replica) = Replica::start(&location, &secrets::new_key(), &[]);
    add(&home, "ada");
    let altered = async || replica.sum("vestibule_audit_events_total", &["type=\"eventsAltered\""]).await;
    let head = async || {
        let heads = tampered::read(&location, "event_chains").await;
        heads.into_iter().find(|head| head.json()["writer"] == "service")
    };
    replica.fail("192.0.2.7", "ada").await;
    eventually(Duration::from_secs(30), "the head is written", async || head().await.is_some()).await;
    home.run(&["events", "verify"]).expect_exit(0);
    for _ in 0..3 {
        replica.fail("192.0.2.7", "ada").await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_count(altered().await, 0, "ordinary events and a verification");
    let mut heads = tampered::read(&location, "event_chains").await;
    for head in &mut heads {
        head.set("mac", Some(&json!("forged")));
    }
    tampered::write(&location, "event_chains", &heads).await;
    replica.fail("192.0.2.7", "ada").await;
    eventually(Duration::from_secs(30), "the change is counted", async || altered().await > 0.5).await;
    assert_count(altered().await, 1, "one change");
    assert!(replica.serving.log().contains("another program changed the head"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refusals_are_counted_for_the_provider_that_they_belong_to() {
    let location = StoreLocation::file();
    let (fake, corp) = (FakeProvider::start("fake").await, FakeProvider::start("corp").await);
    let mut settings = vec![("VESTIBULE_PROVIDERS".to_owned(), "fake,corp".to_owned())];
    for provider in [&fake, &corp] {
        let name = |what: &str| format!("VESTIBULE_PROVIDER_{}_{what}", provider.name.to_uppercase());
        settings.push((name("ISSUER"), provider.issuer().to_owned()));
        settings.push((name("CLIENT_ID"), CLIENT_ID.to_owned()));
        settings.push((name("CLIENT_SECRET"), CLIENT_SECRET.to_owned()));
    }
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (&**name, &**value)).collect();
    let (_home, replica) = Replica::start(&location, &secrets::new_key(), &settings);
    for provider in [&fake, &corp] {
        provider.use_clock(&Clock::system());
        eventually(Duration::from_secs(30), "the provider is available", async || {
            available_at(replica.serving.address, provider.name).await
        })
        .await;
    }
    assert_signed_in(&sign_in(&replica.browser(), &corp, &claims_of("grace")).await, "/");
    for (error, code) in [
        ("server_error", "provider_error"),
        ("invalid_scope", "provider_error"),
        ("access_denied", "login_cancelled"),
    ] {
        let browser = replica.browser();
        let login = start_login(&browser, &fake).await;
        let refused = [("error", error), ("state", login.state()), ("iss", fake.issuer())];
        assert_refused(&callback(&browser, "fake", &refused).await, code);
    }
    // The name of an unknown provider is text of a request.
    callback(&replica.browser(), "hostile", &[("error", "access_denied"), ("state", "x")]).await;
    let count = async |labels: &[&str]| replica.sum("vestibule_provider_responses_total", labels).await;
    let (of_fake, of_corp) = ("provider=\"fake\"", "provider=\"corp\"");
    assert_count(count(&[of_fake, "result=\"provider_error\""]).await, 2, "refusals of one provider");
    assert_count(count(&[of_fake, "result=\"login_cancelled\""]).await, 1, "a user who cancels");
    assert_count(count(&[of_corp, "result=\"success\""]).await, 1, "a login through the other one");
    assert_count(count(&[]).await, 4, "nothing else");
}
