use serde_json::{Value, json};

use super::*;
use crate::login::federated::oidc::signing_keys::{ED25519, P256, RSA};

fn named(mut jwk: Value, kid: &str) -> Value {
    jwk["kid"] = json!(kid);
    jwk
}

fn names(set: &KeySet) -> Vec<&str> {
    set.keys.iter().map(|key| key.kid.as_deref().unwrap_or("-")).collect()
}

#[test]
fn a_key_that_cannot_be_used_does_not_affect_the_others() {
    let good = named(RSA.jwk(), "good").to_string();
    for bad in [
        "{}",
        "null",
        "7",
        "\"text\"",
        "[]",
        "NaN",
        "{\"kty\":}",
        "{\"kty\":\"RSA\",\"kid\":\"\\ud83d\"}",
        "{\"kty\":\"RSA\",\"n\":\"\u{1}\",\"e\":\"AQAB\"}",
        "{\"kty\":\"quantum\"}",
        "{kty:1}",
        "\u{fffd}",
        "",
    ] {
        for document in [
            format!("{{\"keys\":[{bad},{good}]}}"),
            format!("\u{feff}{{\"x\":{bad},\"keys\":[{good},{bad}]}}"),
        ] {
            let set = KeySet::read(document.as_bytes()).unwrap_or_else(|error| panic!("{document}: {error}"));
            assert_eq!(names(&set), ["good"], "{document}");
        }
    }
}

#[test]
fn key_sets_of_any_size_are_read() {
    let many: Vec<Value> = (0..700).map(|number| named(P256.jwk(), &format!("k{number}"))).collect();
    for (keys, expected) in
        [(json!([]), 0), (json!(many), 700), (json!([RSA.jwk(), RSA.jwk(), P256.jwk()]), 3)]
    {
        let set = KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).expect("a key set");
        assert_eq!((set.keys.len(), set.problems.len()), (expected, 0));
    }
}

/// RFC 7517 §5.
#[test]
fn a_document_that_is_no_key_set_is_named() {
    let key = RSA.jwk().to_string();
    for (document, expected) in [
        (key.clone(), "one key without the member `keys`, not a key set"),
        (format!("[{key}]"), "a JSON list, not a JSON object"),
        ("{}".to_owned(), "no member `keys`"),
        (r#"{"keys":null}"#.to_owned(), "the member `keys` is not a JSON list"),
        (format!(r#"{{"keys":{key}}}"#), "the member `keys` is a JSON object, not a JSON list"),
        ("<html>".to_owned(), "an HTML or XML page"),
        (String::new(), "an empty document"),
        (r#"{"keys":["#.to_owned(), "cut off"),
    ] {
        let error = KeySet::read(document.as_bytes()).expect_err(&document);
        assert!(error.contains(expected), "{document}: {error}");
    }
}

// Every reader of the key set can sign with a private key in it.
#[test]
fn a_published_private_key_is_not_used_under_any_name() {
    let mut private = named(P256.jwk(), "private");
    private["d"] = json!("AQAB");
    let keys = json!([named(P256.jwk(), "public"), private, named(ED25519.jwk(), "other")]);
    let set = KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).expect("a key set");
    assert_eq!(names(&set), ["other"]);
    assert_eq!(
        set.problems,
        ["key \"private\": the private key is published; replace this key at the provider"]
    );
}

#[test]
fn problems_name_the_key_and_the_rule() {
    let keys = json!([{ "kty": "RSA", "n": "AQAB", "e": "AQAB" }, { "kty": "RSA", "kid": "a\nb", "e": "AQAB" }, { "use": "enc" }]);
    let set = KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).expect("a key set");
    assert_eq!(
        set.problems,
        ["key number 1: n has 17 bits, not 2048 to 8192", "key \"a\\nb\": n is missing or not text"]
    );
}

#[test]
fn logout_tokens_and_id_tokens_have_separate_budgets() {
    let mut refresh = KeyRefresh::new();
    refresh.record(TokenKind::Logout, Instant::now(), false);
    assert_eq!(refresh.decide(TokenKind::Logout, Instant::now()), RefreshDecision::UseCurrent);
    assert_eq!(refresh.decide(TokenKind::Id, Instant::now()), RefreshDecision::Fetch);
    refresh.record(TokenKind::Logout, Instant::now(), true);
    assert_eq!(refresh.decide(TokenKind::Logout, Instant::now()), RefreshDecision::Unavailable);
    assert_eq!(refresh.decide(TokenKind::Id, Instant::now()), RefreshDecision::Fetch);
    refresh.record(TokenKind::Id, Instant::now(), false);
    assert_eq!(refresh.decide(TokenKind::Id, Instant::now()), RefreshDecision::UseCurrent);
}

#[test]
fn one_fetch_serves_the_tokens_that_waited_for_it() {
    let (mut refresh, asked_at) = (KeyRefresh::new(), Instant::now());
    refresh.record(TokenKind::Logout, Instant::now(), false);
    assert_eq!(refresh.decide(TokenKind::Id, asked_at), RefreshDecision::UseCurrent);
}
