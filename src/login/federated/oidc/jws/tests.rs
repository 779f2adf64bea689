use base64::engine::general_purpose::URL_SAFE;
use serde_json::json;

use super::*;
use crate::login::federated::oidc::signing_keys::{ED25519, P256, P384, P521, Pair, RSA};

const CLAIMS: &[u8] = br#"{"sub":"grace"}"#;

fn key(pair: &Pair, kid: Option<&str>) -> VerificationKey {
    let mut jwk = pair.jwk();
    jwk["kid"] = json!(kid);
    VerificationKey::read(&JsonObject::read(jwk.to_string().as_bytes()).expect("an object")).expect("a key")
}

fn verified(token: &str, keys: &[VerificationKey]) -> Result<Verified, TokenError> {
    Jws::read(token, &[])?.verify(keys)
}

/// Returns the error of a token of the RSA key with this header.
fn error_of(header: &Value) -> String {
    verified(&RSA.token(header, CLAIMS), &[key(&RSA, None)]).expect_err("invalid").to_string()
}

#[test]
fn algorithms_beyond_the_usual_ones_are_accepted_where_they_are_announced() {
    for (pair, always) in [
        (&RSA, &["RS256", "PS256"][..]),
        (&P256, &["ES256"]),
        (&P384, &[]),
        (&P521, &[]),
        (&ED25519, &["EdDSA", "Ed25519"]),
    ] {
        for name in pair.algorithms() {
            let token = pair.token(&json!({ "alg": name }), CLAIMS);
            let keys = [key(pair, None)];
            assert_eq!(verified(&token, &keys).is_ok(), always.contains(name), "{name}");
            let announced = [Algorithm::parse(name).expect("an algorithm")];
            let jws = Jws::read(&token, &announced).expect("announced");
            assert_eq!(jws.verify(&keys).expect("signed").claims["sub"], "grace", "{name}");
        }
    }
}

/// RFC 8725 §3.1. No list of a provider can contain them: they are no [`Algorithm`].
#[test]
fn unsigned_and_symmetric_tokens_are_never_accepted() {
    for name in ["none", "None", "NONE", "HS256", "HS384", "HS512", "", "rs256", "RS1", "ES256K"] {
        assert_eq!(Algorithm::parse(name), None, "{name}");
        assert_eq!(error_of(&json!({ "alg": name })), format!("signed with {name:?}, which is not accepted"));
    }
}

#[test]
fn a_refused_token_names_its_defect() {
    for (header, expected) in [
        (json!({}), "the header has no alg"),
        (json!({ "alg": 7 }), "alg is not text"),
        (json!({ "alg": null }), "alg is not text"),
        (json!({ "alg": "RS256", "typ": 7 }), "typ is not text"),
        (json!({ "alg": "RS256", "crit": ["b64"], "b64": true }), "`crit` is not supported"),
        (json!({ "alg": "RS256", "crit": [] }), "`crit` is not supported"),
        (json!({ "alg": "RS256", "crit": null }), "`crit` is not supported"),
        (json!({ "alg": "ES256" }), "the key of the provider is not for ES256"),
    ] {
        let error = error_of(&header);
        assert!(error.contains(expected), "{header}: {error}");
    }
    let encode = |part: &str| URL_SAFE_NO_PAD.encode(part);
    let header = encode(r#"{"alg":"RS256"}"#);
    for (token, expected) in [
        (String::new(), "not a signed token: 1 parts"),
        ("a.b".to_owned(), "2 parts, not three"),
        ("a.b.c.d".to_owned(), "4 parts"),
        ("a.b.c.d.e".to_owned(), "an encrypted token (five parts)"),
        (format!("!.{header}.AA"), "the header of the token is not base64url"),
        (format!("{header}.AA.!"), "the signature is not base64url"),
        (format!("{}.AA.AA", encode("[]")), "the header of the token is a JSON list"),
        (format!("{}.AA.AA", encode("{")), "the header of the token is malformed JSON"),
        (format!("{}.AA.AA", encode(r#"{"alg":"RS256","alg":"ES256"}"#)), "two different values"),
        (
            format!("{}.AA.AA", encode(r#"{"alg":"RS256","typ":"\ud83d"}"#)),
            "\"typ\" (unexpected end of hex escape)",
        ),
        (
            format!("{}.AA.AA", URL_SAFE.encode(r#"{"alg": "RS256"}"#)),
            "the header of the token is not base64url",
        ),
    ] {
        let error = verified(&token, &[key(&RSA, None)]).expect_err(&token).to_string();
        assert!(error.contains(expected), "{token}: {error}");
    }
}

// The signature is right, so the payload is what the provider wrote.
#[test]
fn a_signed_payload_that_is_malformed_is_no_wrong_signature() {
    let header = json!({ "alg": "RS256" });
    for (payload, expected) in [
        (&b"[]"[..], "the payload of the token is a JSON list"),
        (b"", "the payload of the token is an empty document"),
        (b"{\"sub\":\"grace\"", "the payload of the token is malformed JSON: the document is cut off"),
        (b"{\"sub\":\"grace\"}x", "text after the end"),
    ] {
        let error = verified(&RSA.token(&header, payload), &[key(&RSA, None)]).expect_err("malformed");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let odd = b"\xef\xbb\xbf{\"name\":\"\\ud83d\",\"x\":NaN,\"sub\":\"grace\"}";
    let verified = verified(&RSA.token(&header, odd), &[key(&RSA, None)]).expect("signed");
    assert_eq!((&verified.claims["sub"], &verified.claims["name"]), (&json!("grace"), &Value::Null));
    let error = verified.explain(TokenError::invalid("name is null, not text")).to_string();
    assert!(error.contains("name is null, not text; unreadable members: \"name\""), "{error}");
    // Odd members of the header that are not used.
    let text = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","x5c":"\ud83d"}"#),
        URL_SAFE_NO_PAD.encode(CLAIMS)
    );
    let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(RSA.sign("RS256", text.as_bytes())));
    assert!(super::Jws::read(&token, &[]).is_ok_and(|jws| jws.verify(&[key(&RSA, None)]).is_ok()));
}

/// Rows: `kid` of the token, `kid`s of the keys, of which the last one signs.
#[test]
fn kid_selects_keys_and_a_missing_one_tries_all() {
    for (kid, keys, expected) in [
        (json!(null), &[Some("a"), Some("b"), None][..], "ok"),
        (json!("a"), &[Some("a")], "ok"),
        (json!("a"), &[Some("b"), None, Some("a")], "ok"),
        // Duplicate names.
        (json!("a"), &[Some("a"), Some("a")], "ok"),
        (json!("a"), &[Some("a"), Some("b")], "the signature is wrong"),
        (json!("a"), &[Some("a"), None], "the signature is wrong"),
        (json!("a"), &[Some("b")], "no key of the provider has the kid \"a\""),
        (json!("A"), &[Some("a")], "no key of the provider has the kid \"A\""),
        // A key without a name may be any.
        (json!("a"), &[Some("b"), None], "ok"),
        (json!(""), &[Some("a")], "ok"),
        (json!(7), &[Some("7")], "ok"),
        (json!(7), &[Some("7"), Some("b")], "the signature is wrong"),
        (json!(["a"]), &[Some("a")], "ok"),
        (json!(null), &[], "the provider has no usable key"),
        (json!("a"), &[], "no key of the provider has the kid \"a\""),
    ] {
        let other = super::super::signing_keys::rsa(aws_lc_rs::rsa::KeySize::Rsa2048);
        let last = keys.len().saturating_sub(1);
        let set: Vec<_> = keys
            .iter()
            .enumerate()
            .map(|(at, name)| key(if at == last { &RSA } else { &other }, *name))
            .collect();
        let result = verified(&RSA.token(&json!({ "alg": "RS256", "kid": kid }), CLAIMS), &set);
        let found = result.map_or_else(|error| error.to_string(), |_| "ok".to_owned());
        assert_eq!(found, expected, "{kid} {keys:?}");
    }
}

// Denial of service: 650 keys of 8,192 bits took a quarter of a second for each token.
#[test]
fn a_token_tries_a_limited_number_of_keys() {
    let token = RSA.token(&json!({ "alg": "RS256" }), CLAIMS);
    let large = json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode([0xa5; 1024]), "e": "AQAB" });
    let large = VerificationKey::read(&JsonObject::read(large.to_string().as_bytes()).expect("an object"))
        .expect("a key");
    let elliptic = key(&P256, None);
    for (others, expected) in [(0, true), (9, true), (10, false), (650, false)] {
        // Keys of another type are no candidates.
        let mut keys = vec![elliptic.clone(); 20];
        keys.extend(std::iter::repeat_n(large.clone(), others));
        keys.push(key(&RSA, Some("signing")));
        let result = verified(&token, &keys);
        assert_eq!(result.is_ok(), expected, "{others}");
        if let Err(error) = result {
            let text =
                format!("none of the first 10 of {} possible keys; the token must name its key", others + 1);
            assert!(error.to_string().contains(&text), "{error}");
        }
        let named = RSA.token(&json!({ "alg": "RS256", "kid": "signing" }), CLAIMS);
        assert!(verified(&named, &keys).is_ok(), "a token with a kid tries only its key");
    }
}

/// RFC 8725 §3.11.
#[test]
fn a_token_of_another_type_is_refused() {
    for (typ, id_token, logout_token) in [
        (json!(null), true, true),
        (json!("JWT"), true, true),
        (json!("jwt"), true, true),
        (json!("application/jwt"), true, true),
        (json!("JOSE"), true, true),
        (json!("id_token+jwt"), true, false),
        (json!("logout+jwt"), false, true),
        (json!("Logout+JWT"), false, true),
        (json!("application/logout+jwt"), false, true),
        (json!("at+jwt"), false, false),
        (json!("AT+JWT"), false, false),
        (json!("application/at+jwt"), false, false),
        (json!("APPLICATION/AT+JWT"), false, false),
        (json!("secevent+jwt"), false, false),
        (json!("dpop+jwt"), false, false),
        (json!("userinfo+jwt"), false, false),
        (json!("oauth-authz-req+jwt"), false, false),
        (json!("token-introspection+jwt"), false, false),
        (json!("vnd.example"), false, false),
        (json!(""), false, false),
    ] {
        let token = RSA.token(&json!({ "alg": "RS256", "typ": typ }), CLAIMS);
        let verified = verified(&token, &[key(&RSA, None)]).expect("signed");
        assert_eq!(verified.check_type("id_token+jwt").is_ok(), id_token, "{typ}");
        assert_eq!(verified.check_type("logout+jwt").is_ok(), logout_token, "{typ}");
    }
}

// Only a token that may be signed with a rotated key is worth a request, and any client can copy a known `kid`.
#[test]
fn a_wrong_signature_under_a_known_name_is_no_unknown_key() {
    let header = |kid: Option<&str>| json!({ "alg": "RS256", "kid": kid });
    let other = super::super::signing_keys::rsa(aws_lc_rs::rsa::KeySize::Rsa2048);
    let keys = [key(&other, Some("known"))];
    for (kid, is_unknown) in [(None, true), (Some("other"), true), (Some("known"), false)] {
        let error = verified(&RSA.token(&header(kid), CLAIMS), &keys).expect_err("another key");
        assert_eq!(matches!(error, TokenError::UnknownKey(_)), is_unknown, "{kid:?}: {error}");
        assert_eq!(matches!(error, TokenError::Signature(_)), !is_unknown, "{kid:?}: {error}");
    }
}
