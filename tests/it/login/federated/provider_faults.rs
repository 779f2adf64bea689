//! Faults of a provider, one table per endpoint. None of them opens a session.

use serde_json::{Value, json};

use crate::harness::{
    fake_provider::{
        CLIENT_ID,
        fault::{
            Answer::{Bomb, Hangup, Html, Huge, Jwt, List, Redirect, Refusal, Slow, Status},
            Endpoint, Fault,
            Signature::{Rogue, Stripped},
        },
        keys::{ROGUE, SECOND},
    },
    fault_table::*,
    federated::{FederatedFixture, claims_of},
    stores::StoreLocation,
};

const ID_TOKEN: &[Line] = &[
    // OpenID Connect Core §3.1.3.7, in order.
    ("a nonce that is a number", Fault::IdToken(|c| c["nonce"] = json!(7)), INVALID),
    (
        "an issuer with an additional slash",
        Fault::IdToken(|c| c["iss"] = json!(format!("{}/", text(c, "iss")))),
        INVALID,
    ),
    ("an empty audience", Fault::IdToken(|c| c["aud"] = json!("")), INVALID),
    ("an empty list of audiences", Fault::IdToken(|c| c["aud"] = json!([])), INVALID),
    ("several audiences without azp", Fault::IdToken(|c| c["aud"] = json!([CLIENT_ID, "x"])), INVALID),
    ("another client in azp", Fault::IdToken(|c| c["azp"] = json!("another client")), INVALID),
    ("azp as a list", Fault::IdToken(|c| c["azp"] = json!([CLIENT_ID])), INVALID),
    ("our client ID in azp", Fault::IdToken(|c| c["azp"] = json!(CLIENT_ID)), ACCEPTED),
    ("expired within the leeway", Fault::IdToken(|c| set(c, "exp", -55)), ACCEPTED),
    ("exp as text", Fault::IdToken(|c| c["exp"] = json!(c["exp"].to_string())), INVALID),
    ("exp is null", Fault::IdToken(|c| c["exp"] = json!(null)), INVALID),
    ("exp is the largest i64", Fault::IdToken(|c| c["exp"] = json!(i64::MAX)), ACCEPTED),
    ("exp beyond the range of i64", Fault::IdToken(|c| c["exp"] = json!(1e300)), ACCEPTED),
    ("exp is the smallest i64", Fault::IdToken(|c| c["exp"] = json!(i64::MIN)), INVALID),
    ("iat is the smallest i64", Fault::IdToken(|c| c["iat"] = json!(i64::MIN)), ACCEPTED),
    ("iat is the largest u64", Fault::IdToken(|c| c["iat"] = json!(u64::MAX)), INVALID),
    ("issued in the future", Fault::IdToken(|c| set(c, "iat", 65)), INVALID),
    ("issued in the future within the leeway", Fault::IdToken(|c| set(c, "iat", 55)), ACCEPTED),
    ("iat as text", Fault::IdToken(|c| c["iat"] = json!(c["iat"].to_string())), INVALID),
    ("not valid yet", Fault::IdToken(|c| set(c, "nbf", 65)), INVALID),
    ("not valid yet within the leeway", Fault::IdToken(|c| set(c, "nbf", 55)), ACCEPTED),
    // CVE-2026-25537: a time of the wrong type is an error, not an absence.
    ("nbf as text", Fault::IdToken(|c| c["nbf"] = json!("tomorrow")), INVALID),
    ("no at_hash", Fault::IdToken(|c| remove(c, "at_hash")), ACCEPTED),
    ("at_hash as a number", Fault::IdToken(|c| c["at_hash"] = json!(7)), INVALID),
    // ASVS 9.2.2: a token of another type is no ID token.
    (
        "a logout token",
        Fault::IdToken(|c| {
            c["events"] = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
            remove(c, "nonce");
        }),
        INVALID,
    ),
    // The subject is part of the identity key.
    ("an empty subject", Fault::IdToken(|c| c["sub"] = json!("")), INVALID),
    ("a subject of 256 characters", Fault::IdToken(|c| c["sub"] = json!("s".repeat(256))), INVALID),
    ("a subject that is not ASCII", Fault::IdToken(|c| c["sub"] = json!("grâce")), INVALID),
    ("a subject that is a number", Fault::IdToken(|c| c["sub"] = json!(7)), INVALID),
    ("a subject that is null", Fault::IdToken(|c| c["sub"] = json!(null)), INVALID),
    ("a subject that is a list", Fault::IdToken(|c| c["sub"] = json!(["grace"])), INVALID),
];

const SIGNATURE: &[Line] = &[
    ("no signature", Fault::Signed(Stripped), INVALID),
    ("a rogue key under a known name", Fault::Signed(Rogue(|_| {})), INVALID),
    ("a rogue key in the header", Fault::Signed(Rogue(|h| h["jwk"] = ROGUE.jwk())), INVALID),
    (
        "a rogue key, named in the header's jku",
        Fault::Signed(Rogue(|h| {
            h["kid"] = json!("rogue");
            h["jku"] = json!("");
        })),
        INVALID,
    ),
    ("a rogue key, named in the header's x5u", Fault::Signed(Rogue(|h| h["x5u"] = json!(""))), INVALID),
    ("an algorithm that does not fit the signature", Fault::Header(|h| h["alg"] = json!("RS512")), INVALID),
    ("an unknown algorithm", Fault::Header(|h| h["alg"] = json!("XS256")), INVALID),
    ("no algorithm", Fault::Header(|h| remove(h, "alg")), INVALID),
    // RFC 7515 §4.1.11: unknown critical header.
    (
        "a critical extension",
        Fault::Header(|h| {
            h["crit"] = json!(["b64x"]);
            h["b64x"] = json!(true);
        }),
        INVALID,
    ),
];

const TOKEN: &[Line] = &[
    ("no ID token", Fault::Token(|t| remove(t, "id_token")), INVALID),
    ("an ID token that is empty", Fault::Token(|t| t["id_token"] = json!("")), INVALID),
    ("an ID token that is not a JWT", Fault::Token(|t| t["id_token"] = json!("a.b.c")), INVALID),
    ("an ID token that is an object", Fault::Token(|t| t["id_token"] = json!({})), INVALID),
    ("an ID token with five parts", Fault::Token(|t| t["id_token"] = json!("e30.e30.e30.e30.e30")), INVALID),
    ("no access token", Fault::Token(|t| remove(t, "access_token")), INVALID),
    ("a lifetime that is null", Fault::Token(|t| t["expires_in"] = json!(null)), ACCEPTED),
    ("a lifetime as text", Fault::Token(|t| t["expires_in"] = json!("300")), ACCEPTED),
    ("a lifetime with a fraction", Fault::Token(|t| t["expires_in"] = json!(300.5)), ACCEPTED),
    ("a scope that is null", Fault::Token(|t| t["scope"] = json!(null)), ACCEPTED),
    ("a scope that is a list", Fault::Token(|t| t["scope"] = json!(["openid"])), ACCEPTED),
    ("a scope that is empty", Fault::Token(|t| t["scope"] = json!("")), ACCEPTED),
    ("an unrequested refresh token", Fault::Token(|t| t["refresh_token"] = json!("x")), ACCEPTED),
    ("unknown members", Fault::Token(|t| t["x"] = json!({ "y": [1] })), ACCEPTED),
    ("an HTML page in place of tokens", Fault::Answer(Endpoint::Token, Html), INVALID),
    ("a list in place of tokens", Fault::Answer(Endpoint::Token, List), INVALID),
    ("a refused code", Fault::Answer(Endpoint::Token, Refusal), ERROR),
    ("status 500 with valid tokens", Fault::Answer(Endpoint::Token, Status(500)), UNAVAILABLE),
    ("status 429 with valid tokens", Fault::Answer(Endpoint::Token, Status(429)), UNAVAILABLE),
    ("a connection that closes in the body", Fault::Answer(Endpoint::Token, Hangup), UNAVAILABLE),
    ("256 MiB of tokens", Fault::Answer(Endpoint::Token, Huge), INVALID),
    ("a gzip bomb of tokens", Fault::Answer(Endpoint::Token, Bomb), INVALID),
    ("token request redirected with 307", Fault::Answer(Endpoint::Token, Redirect(307)), INVALID),
    ("token request redirected with 308", Fault::Answer(Endpoint::Token, Redirect(308)), INVALID),
    ("token request redirected with 302", Fault::Answer(Endpoint::Token, Redirect(302)), INVALID),
];

const USERINFO: &[Line] = &[
    ("no subject in userinfo", Fault::Userinfo(|u| remove(u, "sub")), INVALID),
    ("a subject in userinfo that is a number", Fault::Userinfo(|u| u["sub"] = json!(7)), INVALID),
    // The ID token is enough for a login. Failed userinfo costs only the profile.
    ("userinfo as an HTML page", Fault::Answer(Endpoint::Userinfo, Html), ACCEPTED),
    ("userinfo as a list", Fault::Answer(Endpoint::Userinfo, List), ACCEPTED),
    ("userinfo as a token", Fault::Answer(Endpoint::Userinfo, Jwt), ACCEPTED),
    ("userinfo with status 500", Fault::Answer(Endpoint::Userinfo, Status(500)), ACCEPTED),
    ("userinfo with status 403", Fault::Answer(Endpoint::Userinfo, Status(403)), ACCEPTED),
    ("userinfo cut off in the body", Fault::Answer(Endpoint::Userinfo, Hangup), ACCEPTED),
    ("256 MiB of userinfo", Fault::Answer(Endpoint::Userinfo, Huge), ACCEPTED),
    ("a gzip bomb of userinfo", Fault::Answer(Endpoint::Userinfo, Bomb), ACCEPTED),
    ("userinfo redirected with 307", Fault::Answer(Endpoint::Userinfo, Redirect(307)), ACCEPTED),
];

// Unusual but valid claims do not fail the login.
const ODD: &[Line] = &[
    ("auth_time with a fraction", Fault::IdToken(|c| c["auth_time"] = json!(1_700_000_000.25)), ACCEPTED),
    ("exp with a fraction", Fault::IdToken(|c| c["exp"] = json!(4_000_000_000.5)), ACCEPTED),
    ("email_verified as text", Fault::IdToken(|c| c["email_verified"] = json!("true")), ACCEPTED),
    ("email_verified as a number", Fault::IdToken(|c| c["email_verified"] = json!(1)), ACCEPTED),
    ("email_verified as a list", Fault::IdToken(|c| c["email_verified"] = json!([true])), ACCEPTED),
    ("a locale that is a number", Fault::IdToken(|c| c["locale"] = json!(49)), ACCEPTED),
    ("address as text", Fault::IdToken(|c| c["address"] = json!("Main Street 1")), ACCEPTED),
    (
        "updated_at as a date",
        Fault::IdToken(|c| c["updated_at"] = json!("2026-11-22T10:00:00.000Z")),
        ACCEPTED,
    ),
    ("a name that is a list", Fault::IdToken(|c| c["name"] = json!(["Grace", "Hopper"])), ACCEPTED),
    ("a name that is null", Fault::IdToken(|c| c["name"] = json!(null)), ACCEPTED),
    (
        "a picture with a script URL",
        Fault::IdToken(|c| c["picture"] = json!("javascript:alert(1)")),
        ACCEPTED,
    ),
    ("a phone number that is a number", Fault::IdToken(|c| c["phone_number"] = json!(112)), ACCEPTED),
    ("groups that are an object", Fault::IdToken(|c| c["groups"] = json!({ "staff": true })), ACCEPTED),
    ("amr as text", Fault::IdToken(|c| c["amr"] = json!("pwd")), ACCEPTED),
    ("acr as a number", Fault::IdToken(|c| c["acr"] = json!(1)), ACCEPTED),
    (
        "distributed claims, which are not fetched",
        Fault::IdToken(|c| {
            c["_claim_names"] = json!({ "groups": "src1" });
            c["_claim_sources"] = json!({ "src1": { "endpoint": "http://127.0.0.1:1/" } });
        }),
        ACCEPTED,
    ),
    ("ten thousand groups", Fault::IdToken(|c| c["groups"] = json!(vec!["staff"; 10_000])), ACCEPTED),
];

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().expect("a text")
}

#[on_every_store]
async fn id_tokens_with_wrong_claims_are_refused(location: StoreLocation) {
    run_table(&location, ID_TOKEN, ONLY_TOKENS).await;
}

#[on_every_store]
async fn id_tokens_with_wrong_signatures_are_refused(location: StoreLocation) {
    run_table(&location, SIGNATURE, ONLY_TOKENS).await;
}

#[on_every_store]
async fn token_responses_are_validated(location: StoreLocation) {
    run_table(&location, TOKEN, ONLY_TOKENS).await;
}

#[on_every_store]
async fn userinfo_of_another_subject_is_refused(location: StoreLocation) {
    run_table(&location, USERINFO, EVERYTHING).await;
}

#[on_every_store]
async fn unusual_claims_do_not_fail_the_login(location: StoreLocation) {
    run_table(&location, ODD, ONLY_TOKENS).await;
}

/// Faults in discovery and keys, before the redirect.
const DISCOVERY: &[Line] = &[
    // RFC 8414 §3.3: the issuer must be exactly the configured one.
    (
        "an issuer with an additional slash",
        Fault::Discovery(|d| d["issuer"] = json!(format!("{}/", text(d, "issuer")))),
        UNAVAILABLE,
    ),
    ("no issuer", Fault::Discovery(|d| remove(d, "issuer")), UNAVAILABLE),
    ("no token endpoint", Fault::Discovery(|d| remove(d, "token_endpoint")), UNAVAILABLE),
    ("no keys", Fault::Discovery(|d| remove(d, "jwks_uri")), UNAVAILABLE),
    ("no authorization endpoint", Fault::Discovery(|d| remove(d, "authorization_endpoint")), UNAVAILABLE),
    (
        "an authorization endpoint that is a script",
        Fault::Discovery(|d| d["authorization_endpoint"] = json!("javascript:alert(1)")),
        UNAVAILABLE,
    ),
    (
        "an authorization endpoint without TLS",
        Fault::Discovery(|d| d["authorization_endpoint"] = json!("http://issuer.example/authorize")),
        UNAVAILABLE,
    ),
    (
        "a token endpoint without TLS",
        Fault::Discovery(|d| d["token_endpoint"] = json!("http://issuer.example/token")),
        UNAVAILABLE,
    ),
    (
        "keys without TLS",
        Fault::Discovery(|d| d["jwks_uri"] = json!("http://issuer.example/keys")),
        UNAVAILABLE,
    ),
    (
        "userinfo without TLS",
        Fault::Discovery(|d| d["userinfo_endpoint"] = json!("http://issuer.example/userinfo")),
        UNAVAILABLE,
    ),
    ("keys in a file", Fault::Discovery(|d| d["jwks_uri"] = json!("file:///etc/passwd")), UNAVAILABLE),
    (
        "PKCE in plain text only",
        Fault::Discovery(|d| d["code_challenge_methods_supported"] = json!(["plain"])),
        ACCEPTED,
    ),
    ("unknown members", Fault::Discovery(|d| d["x"] = json!({ "y": [1] })), ACCEPTED),
    ("no userinfo endpoint", Fault::Discovery(|d| remove(d, "userinfo_endpoint")), ACCEPTED),
    ("no end-session endpoint", Fault::Discovery(|d| remove(d, "end_session_endpoint")), ACCEPTED),
    (
        "no list of PKCE methods",
        Fault::Discovery(|d| remove(d, "code_challenge_methods_supported")),
        ACCEPTED,
    ),
    ("an HTML page", Fault::Answer(Endpoint::Discovery, Html), UNAVAILABLE),
    ("status 500", Fault::Answer(Endpoint::Discovery, Status(500)), UNAVAILABLE),
    ("a connection that closes in the body", Fault::Answer(Endpoint::Discovery, Hangup), UNAVAILABLE),
    ("256 MiB", Fault::Answer(Endpoint::Discovery, Huge), UNAVAILABLE),
    ("a gzip bomb", Fault::Answer(Endpoint::Discovery, Bomb), UNAVAILABLE),
    ("one byte a second", Fault::Answer(Endpoint::Discovery, Slow), UNAVAILABLE),
    ("a redirect with 302", Fault::Answer(Endpoint::Discovery, Redirect(302)), UNAVAILABLE),
    ("keys as an HTML page", Fault::Answer(Endpoint::Keys, Html), UNAVAILABLE),
    ("keys as a list", Fault::Answer(Endpoint::Keys, List), UNAVAILABLE),
    ("keys with status 500", Fault::Answer(Endpoint::Keys, Status(500)), UNAVAILABLE),
    ("keys cut off in the body", Fault::Answer(Endpoint::Keys, Hangup), UNAVAILABLE),
    ("256 MiB of keys", Fault::Answer(Endpoint::Keys, Huge), UNAVAILABLE),
    ("a gzip bomb of keys", Fault::Answer(Endpoint::Keys, Bomb), UNAVAILABLE),
    ("keys redirected with 307", Fault::Answer(Endpoint::Keys, Redirect(307)), UNAVAILABLE),
    ("no keys in the set", Fault::Keys(|k| k["keys"] = json!([])), INVALID),
    ("a key that is not for signatures", Fault::Keys(|k| k["keys"][0]["use"] = json!("enc")), INVALID),
    ("a key for another algorithm", Fault::Keys(|k| k["keys"][0]["alg"] = json!("RS512")), INVALID),
    (
        "unknown key types beside the right one",
        Fault::Keys(|k| {
            let mut keys = vec![
                json!({}),
                json!({ "kty": "quantum", "kid": "q" }),
                json!({ "kty": "OKP", "crv": "X448", "x": "AA", "kid": "o" }),
                json!({ "kty": "RSA", "kid": "r" }),
                json!({ "kty": "EC", "crv": "P-999", "x": "AA", "y": "AA" }),
            ];
            keys.append(k["keys"].as_array_mut().expect("a list"));
            k["keys"] = json!(keys);
        }),
        ACCEPTED,
    ),
];

// Each row uses a new service.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn discovery_and_keys_are_validated_before_the_redirect() {
    run_discovery_table(DISCOVERY).await;
}

// A key rotation fails no login.
#[on_every_store]
async fn new_key_is_fetched_once(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let before = fixture.fake.received_requests(Endpoint::Keys).len();
    fixture.fake.publish_keys(&[&SECOND]);
    fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
    assert_eq!(fixture.fake.received_requests(Endpoint::Keys).len(), before + 1);
    fixture.signed_in(&fixture.fake, &claims_of("ada")).await;
    assert_eq!(fixture.fake.received_requests(Endpoint::Keys).len(), before + 1, "the new key is known now");
    fixture.assert_no_protocol_errors();
}

#[on_every_store]
async fn keys_without_kid_are_rotated(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let before = fixture.fake.received_requests(Endpoint::Keys).len();
    fixture.fake.publish_keys(&[&SECOND]);
    fixture.fake.set_fault(Fault::Header(|header| remove(header, "kid")));
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    assert_eq!(fixture.fake.received_requests(Endpoint::Keys).len(), before + 1);
}
