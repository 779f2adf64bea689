//! `users add`, `list`, `show`, `disable`, `enable`.

use std::{process::Stdio, time::Duration};

use serde_json::{Value, json};

use super::{add, providers, signed_in, users};
use crate::harness::{
    browser::Browser,
    eventually,
    fake_provider::FakeProvider,
    federated::{assert_refused, assert_signed_in, available_at, claims_of, sign_in, trace_id},
    process::Installation,
    users::PASSWORD,
};

#[tokio::test(flavor = "multi_thread")]
async fn added_user_can_sign_in() {
    let home = Installation::new();
    let add = |name: &str, more: &[&str], input: &str| {
        home.run_with(&[&["users", "add", name], more].concat(), input)
    };
    let done = add(
        "ada",
        &[
            "--password-stdin",
            "--email",
            "ada@corp.example",
            "--email-verified",
            "--display-name",
            "Ada L.",
            "--role",
            "admin",
            "--role",
            "reader",
        ],
        &format!("{PASSWORD}\nmore\n"),
    );
    assert_eq!(done.expect_exit(0).out, "", "no password is repeated");
    let done = add("grace", &["--generate"], "").expect_exit(0);
    let generated = done.out.trim().to_owned();
    assert_eq!(done.out.lines().count(), 1);
    assert!(!done.err.contains(&generated) && generated.len() >= 20, "{done:?}");
    let serving = home.serve();
    for name in ["ada", "ada@corp.example"] {
        signed_in(serving.address, name).await;
    }
    let browser = Browser::at(serving.address);
    let answer = browser.sign_in("grace", &generated).await.expect_status(200).json();
    assert_eq!(answer["needPasswordChange"], true);
    browser.me().await.expect_problem(401, "password_change_required");

    for (name, more, code) in [
        ("ada", &["--generate"][..], 1),
        ("ADA", &["--generate"], 1),
        ("other", &["--generate", "--email", "ADA@corp.example", "--email-verified"], 1),
        ("short", &["--password-stdin"], 1),
        ("bad\u{200b}name", &["--generate"], 2),
        ("mail", &["--generate", "--email", "a@b@c"], 2),
        ("role", &["--generate", "--role", "a b"], 2),
        ("both", &["--generate", "--password-stdin"], 2),
        ("neither", &[], 2),
    ] {
        let done = add(name, more, "1234567\n").expect_exit(code);
        assert_eq!(done.out, "", "{name}");
    }
    assert_eq!(users(&home).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn list_and_show_contain_no_secret() {
    let home = Installation::new();
    home.run_with(&["users", "import", "-"], "username\n").expect_exit(0);
    assert_eq!(home.run(&["users", "list", "--json"]).expect_exit(0).out.trim(), "[]");
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    home.write("users.csv", format!("username,email,displayName,roles,password,totpSecret\nada,ada@corp.example,Ada L.,admin;reader,{PASSWORD},\nlinus,,,,{PASSWORD},{secret}\n"));
    home.run(&["users", "import", "users.csv"]).expect_exit(0);
    let serving = home.serve();
    let browser = signed_in(serving.address, "ada").await;
    Browser::at(serving.address).sign_in("ada", "wrong").await.expect_status(401);
    let list = home.run(&["users", "list"]).expect_exit(0).out;
    let header: Vec<&str> = list.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(
        header,
        ["username", "email", "displayName", "roles", "status", "mfa", "providers", "lastLoginAt"]
    );
    assert_eq!(list.lines().count(), 3, "{list}");
    assert!(list.lines().any(|line| line.starts_with("linus") && line.contains("totp")), "{list}");

    let json = home.run(&["users", "show", "ada", "--json"]).expect_exit(0).out;
    let shown: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&shown["username"], &shown["displayName"], &shown["status"]),
        (&"ada".into(), &"Ada L.".into(), &"active".into())
    );
    assert_eq!(shown["sessions"].as_array().unwrap().len(), 1);
    let reasons: Vec<&str> =
        shown["events"].as_array().unwrap().iter().filter_map(|event| event["reason"].as_str()).collect();
    assert_eq!(reasons, ["wrong_password"]);
    let id = shown["id"].as_str().unwrap();
    let mut texts = vec![list, json];
    for who in ["ada", "ADA", id, "ada@corp.example"] {
        let shown = home.run(&["users", "show", who]).expect_exit(0).out;
        assert!(shown.contains("username: ada") && shown.contains("wrong_password"), "{shown}");
        texts.push(shown);
    }
    texts.push(home.run(&["users", "show", "linus", "--json"]).expect_exit(0).out);
    for text in texts {
        for secret in [PASSWORD, secret, "$argon2", "sessionEpoch", "\"hash\"", &browser.session().unwrap()] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    for unknown in ["unknown", "unknown@corp.example", "0197d3a0-0000-7000-8000-000000000000"] {
        let done = home.run(&["users", "show", unknown]).expect_exit(1);
        assert!(done.err.contains(unknown) && done.out.is_empty(), "{done:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn disabled_user_can_be_enabled_again() {
    let home = Installation::new();
    add(&home, "ada");
    let serving = home.serve();
    let old = signed_in(serving.address, "ada").await;
    assert_eq!(home.run(&["users", "disable", "ADA"]).expect_exit(0).out, "disabled ada\n");
    assert_eq!(home.run(&["users", "disable", "ada"]).expect_exit(0).out, "ada is already disabled\n");
    assert_eq!(users(&home)[0]["status"], "disabled");
    Browser::at(serving.address).sign_in("ada", PASSWORD).await.expect_problem(401, "invalid_credentials");
    assert_eq!(home.run(&["users", "enable", "ada"]).expect_exit(0).out, "enabled ada\n");
    signed_in(serving.address, "ada").await;
    assert_eq!(old.me().await.expect_problem(401, "session_ended").reason(), "user_disabled");
    for verb in ["disable", "enable"] {
        assert_eq!(home.run(&["users", verb, "unknown"]).expect_exit(1).out, "");
    }
    let shown: Value = serde_json::from_str(&home.run(&["users", "show", "ada", "--json"]).out).unwrap();
    let kinds: Vec<&str> =
        shown["events"].as_array().unwrap().iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "userDisabled").count(), 1, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| **kind == "userEnabled").count(), 1, "{kinds:?}");
}

// One command explains a refused login and shows its trace id.
#[tokio::test(flavor = "multi_thread")]
async fn show_lists_the_refused_federated_login() {
    let fake = FakeProvider::start("fake").await;
    let home = providers::of(&[(&fake, "oidc")]);
    let serving = home.serve();
    let is_available = async || available_at(serving.address, "fake").await;
    eventually(Duration::from_secs(10), "the provider is available", is_available).await;
    let log_in = async || sign_in(&Browser::at(serving.address), &fake, &claims_of("grace")).await;
    assert_signed_in(&log_in().await, "/");
    home.run(&["users", "disable", "grace@corp.example"]).expect_exit(0);
    let answer = log_in().await;
    assert_refused(&answer, "account_disabled");
    let trace = trace_id(&answer);

    let shown = home.run(&["users", "show", "grace@corp.example", "--json"]).expect_exit(0).out;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let refusals = shown["events"].as_array().unwrap().iter().filter(|event| !event["reason"].is_null());
    let refusals: Vec<&Value> = refusals.collect();
    assert_eq!(refusals.len(), 1, "{shown}");
    let of = |name: &str| refusals[0][name].clone();
    assert_eq!((of("type"), of("outcome")), (json!("federatedSignIn"), json!("failure")));
    assert_eq!((of("reason"), of("id")), (json!("account_disabled"), json!(trace)));
    let details: Value = serde_json::from_str(refusals[0]["details"].as_str().unwrap()).unwrap();
    assert_eq!(details["decision"]["rule"], "the account is disabled");
    let lines = home.run(&["users", "show", "grace@corp.example"]).expect_exit(0).out;
    let event = lines.split_once("account_disabled").expect("the event").1;
    let details: Vec<&str> = event.lines().skip(1).take_while(|line| line.starts_with("      ")).collect();
    assert!(
        details.iter().any(|line| line.contains(&format!("vestibule explain --trace {trace}"))),
        "{lines}"
    );
    assert!(details.iter().any(|line| line.contains("users enable")), "{lines}");
    let printed = home.run(&["explain", "--trace", &trace]).expect_exit(0).out;
    assert!(printed.contains("account_disabled"), "{printed}");

    home.run(&["users", "enable", "grace@corp.example"]).expect_exit(0);
    assert_signed_in(&log_in().await, "/");
}

#[test]
fn closed_pipe_is_not_an_error() {
    let home = Installation::new();
    let rows: Vec<String> = (0..500).map(|n| format!("user{n}\n")).collect();
    home.write("users.csv", format!("username\n{}", rows.concat()));
    home.run(&["users", "import", "users.csv", "--no-passwords"]).expect_exit(0);
    for command in [
        &["users", "list"][..],
        &["users", "list", "--json"],
        &["users", "show", "user0"],
        &["check"],
        &["keys", "new"],
        &["users", "import", "users.csv", "--json"],
    ] {
        let mut child = home.command(command).stdout(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let (_, err) = super::text(&output);
        assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{command:?}");
    }
}
