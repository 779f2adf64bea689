//! `vestibule explain`: input, errors and help. Its decisions are tested in `login/federated/account_linking/explain`.

use serde_json::{Value, json};

use super::{add, users};
use crate::harness::process::{Done, Installation};

const ISSUER: &str = "https://idp.example/";

fn home() -> Installation {
    Installation::with_settings(&[
        ("VESTIBULE_PROVIDERS", "corp-idp,okta,closed"),
        ("VESTIBULE_PROVIDER_CORP_IDP_ISSUER", ISSUER),
        ("VESTIBULE_PROVIDER_CORP_IDP_CLIENT_ID", "client"),
        ("VESTIBULE_PROVIDER_CORP_IDP_CLIENT_SECRET", "the secret of the client"),
        ("VESTIBULE_PROVIDER_CORP_IDP_TRUSTED_DOMAINS", "corp.example"),
        ("VESTIBULE_PROVIDER_OKTA_ISSUER", "https://login.microsoftonline.com/organizations/v2.0"),
        ("VESTIBULE_PROVIDER_OKTA_CLIENT_ID", "client"),
        ("VESTIBULE_PROVIDER_OKTA_TENANTS", "11111111-2222-3333-4444-555555555555"),
        ("VESTIBULE_PROVIDER_CLOSED_ISSUER", "https://closed.example"),
        ("VESTIBULE_PROVIDER_CLOSED_CLIENT_ID", "client"),
        ("VESTIBULE_PROVIDER_CLOSED_ENABLED", "false"),
    ])
}

fn claims() -> Value {
    json!({ "sub": "of linus", "email": "linus@corp.example", "email_verified": true, "name": "Linus" })
}

fn explain(home: &Installation, claims: &str) -> Done {
    home.write("claims.json", claims);
    home.run(&["explain", "--provider", "corp-idp", "--claims", "claims.json", "--json"])
}

#[test]
fn explain_has_help() {
    let help = home().run(&["explain", "--help"]).expect_exit(0);
    for word in [
        "--provider",
        "--claims",
        "--trace",
        "--json",
        "Nothing is changed",
        "email_verified",
        "`iss`",
        "from the login page",
        "signed ID token",
    ] {
        assert!(help.out.contains(word), "{word}: {}", help.out);
    }
    assert!(home().run(&["--help"]).expect_exit(0).out.contains("explain"));
}

#[test]
fn explain_reads_file_and_stdin_and_writes_nothing() {
    let home = home();
    home.run(&["users", "add", "linus", "--email", "linus@corp.example", "--generate"]).expect_exit(0);
    let before = users(&home);
    let from_file: Value =
        serde_json::from_str(&explain(&home, &claims().to_string()).expect_exit(0).out).unwrap();
    let command = ["explain", "--provider", "corp-idp", "--claims", "-"];
    let from_stdin =
        home.run_with(&[&command[..], &["--json"]].concat(), &claims().to_string()).expect_exit(0);
    assert_eq!(serde_json::from_str::<Value>(&from_stdin.out).unwrap(), from_file);
    assert_eq!(from_file["decision"]["outcome"], "askForProof");
    assert_eq!(from_file["decision"]["rule"], "an administrator created an account with this address");
    assert_eq!((&from_file["issuer"], &from_file["trustedForDomain"]), (&json!(ISSUER), &json!(true)));
    let lines = home.run_with(&command, &claims().to_string()).expect_exit(0);
    for line in
        ["provider: corp-idp", "email: \"linus@corp.example\"", "  outcome: askForProof", "  name: \"Linus\""]
    {
        assert!(lines.out.lines().any(|shown| shown == line), "{line}: {}", lines.out);
    }
    assert_eq!(users(&home), before);
    assert_eq!((lines.err.as_str(), from_stdin.err.as_str()), ("", ""));
}

#[test]
fn text_and_boolean_look_different_and_claims_do_not_control_the_terminal() {
    let home = home();
    add(&home, "ada");
    let mut claims = claims();
    claims["email_verified"] = "true".into();
    claims["other"] = true.into();
    claims["\u{1b}[2J\ndecision: create"] = "\u{9b}31m\u{202e}".into();
    claims["long"] = "x".repeat(10_000).into();
    let command = ["explain", "--provider", "corp-idp", "--claims", "-"];
    let shown = home.run_with(&command, &claims.to_string()).expect_exit(0).out;
    assert!(shown.starts_with("decision:\n  outcome: "), "{shown}");
    for line in ["  email_verified: \"true\"", "  other: true"] {
        assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
    }
    assert_eq!(shown.lines().filter(|line| line.starts_with("decision:")).count(), 1, "{shown}");
    assert!(!shown.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 120), "{shown}");
    let json = home.run_with(&[&command[..], &["--json"]].concat(), &claims.to_string()).expect_exit(0).out;
    assert!(!json.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{json}");
    serde_json::from_str::<Value>(&json).expect("JSON");
    // Also in messages.
    for claims in ["{\"sub\":\"x\",\"iss\":\"\\u001b[2J\\u202e\"}", "\"\u{202e}\""] {
        let done = home.run_with(&command, claims).expect_exit(1);
        assert!(!done.err.contains(['\u{1b}', '\u{202e}']), "{done:?}");
    }
    let done = home.run(&["explain", "--trace", "\u{1b}[2J"]).expect_exit(1);
    assert!(!done.err.contains('\u{1b}'), "{done:?}");
}

#[test]
fn invalid_claims_are_rejected() {
    let home = home();
    add(&home, "ada");
    for (claims, what) in [
        ("", "not a JSON object"),
        ("{\"sub\":", "not a JSON object"),
        ("[{\"sub\":\"x\"}]", "not a JSON object"),
        ("\"sub\"", "not a JSON object"),
        ("{}", "sub is missing"),
        ("{\"sub\":\"\"}", "sub is empty"),
        ("{\"sub\":7}", "sub is a number, not text"),
        ("{\"sub\":\"x\",\"iss\":\"https://idp.example\"}", "is not the issuer of `corp-idp`"),
        ("{\"sub\":\"x\",\"iss\":7}", "is not the issuer of `corp-idp`"),
    ] {
        let done = explain(&home, claims).expect_exit(1);
        assert!(done.err.contains(what) && done.out.is_empty(), "{claims}: {done:?}");
    }
    let latin = home.path("claims.json");
    std::fs::write(&latin, b"{\"sub\":\"gr\xe2ce\"}").unwrap();
    let done = home.run(&["explain", "--provider", "corp-idp", "--claims", "claims.json"]).expect_exit(1);
    assert!(done.err.contains("claims.json"), "{}", done.err);
    let done = home.run(&["explain", "--provider", "corp-idp", "--claims", "nowhere.json"]).expect_exit(1);
    assert!(done.err.contains("nowhere.json"), "{}", done.err);
    home.run_with(&["explain", "--provider", "corp-idp", "--claims", "-"], "").expect_exit(1);
}

// Users of different tenants differ: the claims must contain `iss`.
#[test]
fn multi_tenant_issuer_requires_iss_claim() {
    let home = home();
    let run = |claims: Value| {
        home.write("claims.json", claims.to_string());
        home.run(&["explain", "--provider", "okta", "--claims", "claims.json", "--json"])
    };
    let of = |tenant: &str| json!({ "sub": "x", "iss": format!("https://login.microsoftonline.com/{tenant}/v2.0") });
    run(json!({ "sub": "x" })).expect_exit(1);
    run(of("organizations")).expect_exit(1);
    run(of("99999999-2222-3333-4444-555555555555")).expect_exit(1);
    let shown: Value =
        serde_json::from_str(&run(of("11111111-2222-3333-4444-555555555555")).expect_exit(0).out).unwrap();
    assert_eq!(shown["decision"]["outcome"], "create");
}

#[test]
fn unknown_provider_or_trace_is_reported() {
    let home = home();
    home.write("claims.json", claims().to_string());
    for unknown in ["corp", "CORP-IDP", "closed", ""] {
        let done = home.run(&["explain", "--provider", unknown, "--claims", "claims.json"]).expect_exit(2);
        assert!(done.err.contains("corp-idp") && done.err.contains("okta"), "{}", done.err);
        assert!(!done.err.contains("the secret of the client"), "{}", done.err);
    }
    home.run(&["users", "add", "linus", "--generate"]).expect_exit(0);
    for unknown in ["0192f0c1-2345-7abc-8def-0123456789ab", "x", "", "../..", "corp-idp"] {
        let done = home.run(&["explain", "--trace", unknown, "--json"]).expect_exit(1);
        assert!(done.err.contains("there is no trace") && done.out.is_empty(), "{done:?}");
    }
    for odd in [
        &["explain"][..],
        &["explain", "--provider", "corp-idp"],
        &["explain", "--claims", "claims.json"],
        &["explain", "--trace", "x", "--provider", "corp-idp", "--claims", "claims.json"],
        &["explain", "--trace"],
        &["explain", "--nonsense"],
    ] {
        let done = home.run(odd).expect_exit(2);
        assert!(done.out.is_empty() && !done.err.is_empty(), "{done:?}");
    }
}
