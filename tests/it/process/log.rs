//! Content of the log.

use serde_json::{Value, json};

use super::{add, signed_in};
use crate::harness::{
    browser::Browser,
    ports::free_port,
    process::{Installation, ServiceProcess},
    users::PASSWORD,
};

// Log injection: user input never starts a line and contains no terminal commands.
#[tokio::test(flavor = "multi_thread")]
async fn line_breaks_are_escaped_in_the_log() {
    for format in ["text", "json"] {
        let home = Installation::with_settings(&[
            ("VESTIBULE_LOG_FORMAT", format),
            ("VESTIBULE_LOG", "debug,hyper=info"),
        ]);
        let serving = home.serve();
        let browser = Browser::at(serving.address);
        for name in [
            "x\r\nINFO forged=line",
            "\u{1b}[31mred\u{1b}[0m",
            "tab\tnul\0end",
            "\u{2028}forged",
            "quote\" forged=\"1",
            "\u{85}forged",
            "\u{202e}forged",
        ] {
            browser.sign_in(name, "wrong").await.expect_status(401);
        }
        browser.get("/api/%0d%0aforged=line").await.expect_status(404);
        let log = serving.log();
        assert!(log.contains("unknown_user"), "{log}");
        for line in log.lines() {
            assert!(!line.chars().any(|c| c.is_control() && c != '\t'), "{line:?}");
            assert!(
                !line.contains('\u{2028}')
                    && !line.trim_start().starts_with("forged")
                    && !line.starts_with("INFO forged"),
                "{line:?}"
            );
            if format == "json" {
                let parsed: Result<Value, _> = serde_json::from_str(line);
                assert!(parsed.is_ok(), "{line:?}");
            }
        }
    }
}

// Parser errors quote the input, which may be a password.
#[tokio::test(flavor = "multi_thread")]
async fn values_of_wrong_type_are_not_logged() {
    let home = Installation::with_settings(&[("VESTIBULE_LOG", "debug,hyper=info")]);
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    let body = serde_json::json!({ "username": "ada", "password": 1_234_567_890_123_u64 });
    browser.post("/api/auth/login", &body).await.expect_problem(400, "invalid_request");
    let log = serving.log();
    assert!(log.contains("a member is missing or has another type"), "{log}");
    assert!(!log.contains("1234567890123"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn log_contains_no_secret() {
    let home = Installation::with_settings(&[("VESTIBULE_LOG", "trace")]);
    add(&home, "ada");
    let serving = home.serve();
    let browser = signed_in(serving.address, "ada").await;
    browser.sign_in("ada", "a wrong password").await.expect_status(401);
    browser.me().await.expect_status(200);
    let setup = browser.start_enrolment().await.expect_status(200).json();
    browser.verify("123123").await.expect_status(400);
    let keys = std::fs::read_to_string(home.path("data/vestibule.db.keys")).unwrap();
    let log = serving.log();
    assert!(log.contains("audit"), "{log}");
    let cookie = browser.session().unwrap();
    let token = browser.cookie("XSRF-TOKEN").unwrap();
    let secret = setup["secret"].as_str().unwrap();
    for secret in [PASSWORD, "a wrong password", "123123", &cookie, &token, secret, keys.trim(), "$argon2id"]
    {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

/// Returns the access lines of a JSON log, without those of the harness.
fn access_lines(log: &str) -> Vec<Value> {
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|line| line["target"] == "vestibule::access" && line["path"] != "/healthz").collect()
}

// A log that cannot be written must not stop a login: every line used to panic, and the connection was cut.
#[tokio::test(flavor = "multi_thread")]
async fn log_without_a_reader_does_not_stop_logins() {
    let home = Installation::new();
    add(&home, "ada");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let serving = home.serve_with_log(writer.into());
    check_service_without_log(&serving).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn log_on_a_full_disk_does_not_stop_logins() {
    let home = Installation::new();
    add(&home, "ada");
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let serving = home.serve_with_log(full.into());
    check_service_without_log(&serving).await;
}

// A pipe holds 64 KiB. A write to a full pipe waits forever.
#[tokio::test(flavor = "multi_thread")]
async fn log_reader_that_stops_reading_does_not_stop_logins() {
    let home = Installation::new();
    add(&home, "ada");
    let (reader, writer) = std::io::pipe().unwrap();
    let serving = home.serve_with_log(writer.into());
    let browser = Browser::at(serving.address);
    for _ in 0..1000 {
        browser.get("/api/auth/session").await.expect_status(200);
    }
    check_service_without_log(&serving).await;
    drop(reader);
}

async fn check_service_without_log(serving: &ServiceProcess) {
    let browser = signed_in(serving.address, "ada").await;
    browser.me().await.expect_status(200);
    browser.sign_in("unknown", "wrong").await.expect_status(401);
    browser.get("/api/unknown").await.expect_problem(404, "not_found");
    browser.get("/readyz").await.expect_status(200);
}

// stdout is written once, at the start.
#[tokio::test(flavor = "multi_thread")]
async fn full_stdout_does_not_stop_the_start() {
    let home = Installation::new();
    add(&home, "ada");
    let free = std::net::SocketAddr::from(([127, 0, 0, 1], free_port()));
    let home = home.and("VESTIBULE_LISTEN", &free.to_string());
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut child = home.command(&["serve"]).stdout(full).spawn().unwrap();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while std::net::TcpStream::connect(free).is_err() {
        assert!(
            std::time::Instant::now() < until && child.try_wait().unwrap().is_none(),
            "the service listens"
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    signed_in(free, "ada").await.me().await.expect_status(200);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_has_one_access_line_with_the_refusing_rule() {
    let home = Installation::new();
    add(&home, "ada");
    let serving = home.serve();
    let browser = signed_in(serving.address, "ada").await;
    browser.me().await.expect_status(200);
    let before = access_lines(&serving.log()).len();
    let cases: [(&str, u16, Value); 5] = [
        ("/api/auth/me", 200, Value::Null),
        ("/api/auth/login", 405, "method_not_allowed".into()),
        ("/api/unknown?code=secret-code&state=secret-state", 404, "not_found".into()),
        ("/api/admin/events", 403, "forbidden".into()),
        ("/api/auth/login/unknown", 303, "provider_unknown".into()),
    ];
    for (path, status, _) in &cases {
        browser.get(path).await.expect_status(*status);
    }
    let log = serving.log();
    let lines = &access_lines(&log)[before..];
    assert_eq!(lines.len(), cases.len(), "{log}");
    for (line, (path, status, code)) in lines.iter().zip(&cases) {
        let path = path.split('?').next().unwrap();
        assert_eq!((line["path"].as_str(), line["status"].as_u64()), (Some(path), Some(u64::from(*status))));
        assert_eq!(line.get("code").unwrap_or(&Value::Null), code, "{line}");
        assert_eq!((&line["ip"], &line["method"]), (&"127.0.0.1".into(), &"GET".into()), "{line}");
        assert!(line["request_id"].is_string() && line["ms"].is_u64(), "{line}");
    }
    assert!(!log.contains("secret-"), "a query contains authorization codes");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_have_a_largest_length() {
    for format in ["text", "json"] {
        let home =
            Installation::with_settings(&[("VESTIBULE_LOG_FORMAT", format), ("VESTIBULE_LOG", "debug")]);
        let serving = home.serve();
        let browser = Browser::at(serving.address);
        browser.get(&format!("/api/{}", "x".repeat(12_000))).await.expect_status(404);
        browser.sign_in(&"\u{202e}".repeat(15_000), "wrong").await.expect_status(401);
        browser.sign_in(&"x".repeat(50_000), "wrong").await.expect_status(401);
        let log = serving.log();
        let longest = log.lines().map(str::len).max().unwrap();
        assert!(longest < 16 * 1024, "{longest}");
    }
}

#[test]
fn failed_start_is_a_json_line_if_the_format_is_set() {
    let home = Installation::with_settings(&[
        ("VESTIBULE_LOG_FORMAT", "json"),
        ("VESTIBULE_LISTEN", "192.0.2.1:80"),
    ]);
    let done = home.run(&["serve"]).expect_exit(1);
    let line: Value = serde_json::from_str(&done.err).expect("one JSON line");
    assert_eq!((&line["level"], &line["exit_code"]), (&"ERROR".into(), &1.into()), "{line}");
    assert!(line["error"].as_str().unwrap().contains("VESTIBULE_LISTEN"), "{line}");
}

// A core file would contain keys and passwords.
#[tokio::test(flavor = "multi_thread")]
async fn service_writes_no_core_file() {
    let serving = Installation::new().serve();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", serving.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}

// One code for several causes: an operator must see which rule refused, what the browser sent, and what is allowed.
#[tokio::test(flavor = "multi_thread")]
async fn log_names_the_rule_and_the_origins_of_a_csrf_refusal() {
    let home = Installation::with_settings(&[("VESTIBULE_ALLOWED_ORIGINS", "http://localhost:4200")]);
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    let refused = browser.with_token(reqwest::Method::POST, "/api/auth/login").await;
    let refused = refused.header("origin", "http://127.0.0.1:3000").header("sec-fetch-site", "same-origin");
    refused.json(&json!({})).send().await.expect_problem(403, "csrf_failed");
    let odd = browser.request(reqwest::Method::POST, "/api/auth/login");
    let odd = odd.header("origin", &format!("https://evil.example/\u{e9}\"{}", "x".repeat(1000)));
    odd.json(&json!({})).send().await.expect_problem(403, "csrf_failed");
    let log = serving.log();
    for part in [
        "rule origin",
        "127.0.0.1:3000",
        "same-origin",
        "expected origins http://localhost:3000 http://localhost:4200",
    ] {
        assert!(log.contains(part), "{part}: {log}");
    }
    assert!(!log.contains(&"x".repeat(300)), "{log}");
}
