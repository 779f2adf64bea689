//! `/metrics` of a real process: every metric is described, and no text of a request becomes a label.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::{Command, Stdio},
    time::Duration,
};

use reqwest::Method;
use serde_json::json;

use super::add;
use crate::harness::{
    browser::Browser, eventually, ports::free_port, process::Installation, users::PASSWORD,
};

/// A text that must not appear.
const HOSTILE: &str = "hostile";

/// A sample: name, labels, value.
type Sample = (String, BTreeMap<String, String>, f64);

/// Returns the described families with their types, and the samples.
fn parse(text: &str) -> (BTreeMap<String, String>, BTreeSet<String>, Vec<Sample>) {
    let (mut types, mut helps, mut samples) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a type");
            assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "{name} has one type");
        } else if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect("a description");
            assert!(help.ends_with('.'), "{line}");
            helps.insert(name.to_owned());
        } else {
            samples.push(sample(line));
        }
    }
    (types, helps, samples)
}

fn sample(line: &str) -> Sample {
    let (series, value) = line.rsplit_once(' ').expect("a value");
    let value = value.parse().expect("a number");
    let Some((name, labels)) = series.split_once('{') else {
        return (series.to_owned(), BTreeMap::new(), value);
    };
    let labels = labels.strip_suffix('}').expect("the end of the labels");
    let labels = labels.split("\",").map(|label| {
        let (name, value) = label.split_once("=\"").expect("a label");
        (name.to_owned(), value.trim_end_matches('"').to_owned())
    });
    (name.to_owned(), labels.collect(), value)
}

/// Sends requests with hostile text in every part that a client chooses.
async fn drive(browser: &Browser) {
    for name in [HOSTILE, "hostile\"} 1\nforged 2", "hostile\\"] {
        browser.sign_in(name, HOSTILE).await.expect_status(401);
    }
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.post("/api/mfa/verify", &json!({ "code": HOSTILE })).await;
    for path in [
        "/api/hostile",
        "/hostile",
        "/api/auth/login/hostile?returnTo=/hostile",
        "/api/admin/events?type=hostile",
    ] {
        browser.get(path).await;
    }
    let method = Method::from_bytes(b"HOSTILE").expect("a method");
    browser.request(method, "/api/auth/session").header("user-agent", HOSTILE).send().await;
    browser
        .request(Method::POST, "/api/auth/callback/hostile")
        .body("application/x-www-form-urlencoded", "state=hostile&iss=hostile")
        .send()
        .await;
}

/// An installation with two users, whose mail server does not answer: mails wait.
fn installation(metrics: &str) -> Installation {
    let home = Installation::with_settings(&[
        ("VESTIBULE_METRICS_LISTEN", metrics),
        ("VESTIBULE_MAIL_URL", "smtp://127.0.0.1:9"),
        ("VESTIBULE_MAIL_FROM", "auth@corp.example"),
        ("VESTIBULE_WEBHOOKS", "crm"),
        ("VESTIBULE_WEBHOOK_CRM_URL", "http://127.0.0.1:9/hook"),
        ("VESTIBULE_WEBHOOK_CRM_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    ]);
    add(&home, "ada");
    let linus = ["users", "add", "linus", "--email", "linus@corp.example", "--email-verified", "--generate"];
    home.run(&linus).expect_exit(0);
    home
}

async fn scrape(address: &str) -> String {
    let answer = reqwest::get(format!("http://{address}/metrics")).await.expect("the metrics");
    answer.text().await.expect("text")
}

/// Requests a mail for `linus`, and waits until the metrics show it.
async fn assert_waiting_mail_is_counted(browser: &Browser, address: &str) {
    let forgotten = json!({ "email": "linus@corp.example" });
    browser.post("/api/auth/password/forgot", &forgotten).await.expect_status(202);
    eventually(Duration::from_secs(30), "the queue is counted", async || {
        scrape(address).await.contains("vestibule_mails_undelivered{state=\"queued\"} 1")
    })
    .await;
}

/// Creates a user, and waits until the metrics show the message about it. A webhook gets the events from its first start on, and this one
/// does not answer.
async fn assert_tried_message_is_counted(home: &Installation, address: &str) {
    add(home, "barbara");
    eventually(Duration::from_secs(30), "a message is tried", async || {
        scrape(address).await.contains("vestibule_webhook_deliveries_total")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_described_and_have_no_label_from_a_request() {
    let address = format!("127.0.0.1:{}", free_port());
    let home = installation(&address);
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    assert_waiting_mail_is_counted(&browser, &address).await;
    assert_tried_message_is_counted(&home, &address).await;
    drive(&browser).await;
    for _ in 0..12 {
        Browser::at(serving.address).sign_in(HOSTILE, "wrong").await;
    }
    let text = scrape(&address).await;
    let (types, helps, samples) = parse(&text);
    assert!(!text.contains(HOSTILE) && !text.contains("forged"), "{text}");
    assert_eq!(
        types.keys().cloned().collect::<BTreeSet<_>>(),
        helps,
        "each family has a type and a description"
    );

    // The documentation has every metric, its type and its labels.
    let documented = home.run(&["reference", "metrics"]).expect_exit(0).out;
    let rows: BTreeMap<&str, Vec<&str>> = documented
        .lines()
        .filter_map(|line| line.strip_prefix("| `vestibule_"))
        .map(|row| {
            let cells: Vec<&str> = row.split(" | ").collect();
            (cells[0].trim_end_matches('`'), cells)
        })
        .collect();
    for (name, labels, value) in &samples {
        assert!(value.is_finite() && *value >= 0.0, "{name} {value}");
        let family = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix).filter(|family| types.contains_key(*family)))
            .unwrap_or(name);
        let row = family.strip_prefix("vestibule_").and_then(|name| rows.get(name));
        let row = row.unwrap_or_else(|| panic!("{family} is not in the table"));
        assert_eq!(types.get(family).map(String::as_str), Some(row[1]), "{family}");
        for label in labels.keys().filter(|label| *label != "le") {
            assert!(row[2].contains(&format!("`{label}`")), "{family} {label}");
        }
    }
    // Each documented metric appears, except those that count what did not happen. The tests of attacks cause the last four.
    let seen: BTreeSet<&str> = types.keys().map(String::as_str).collect();
    for name in rows.keys().map(|name| format!("vestibule_{name}")) {
        let is_absent = ["lost", "errors", "streams", "codes", "passkeys", "attacked", "provider"]
            .iter()
            .any(|part| name.contains(part));
        assert!(is_absent || seen.contains(name.as_str()), "{name} is missing: {text}");
    }
    let value = |name: &str, label: (&str, &str)| -> f64 {
        let found = samples.iter().filter(|(found, labels, _)| {
            found == name && labels.get(label.0).map(String::as_str) == Some(label.1)
        });
        found.map(|(.., value)| value).sum()
    };
    assert!(value("vestibule_logins_total", ("method", "password")) >= 4.0, "{text}");
    assert!(value("vestibule_mails_undelivered", ("state", "failed")) < 1.0, "{text}");
    assert!(value("vestibule_limited_total", ("kind", "typed")) >= 1.0, "{text}");
    promtool(&text);
}

/// Checks the text with the tool of Prometheus, where it is installed.
fn promtool(text: &str) {
    let tool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut tool) = tool else { return };
    std::io::Write::write_all(&mut tool.stdin.take().expect("a pipe"), text.as_bytes()).expect("written");
    let done = tool.wait_with_output().expect("it ends");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
