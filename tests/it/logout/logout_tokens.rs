//! Validation of logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6).
//!
//! Every row signs in a new user and sends a token with one fault. The route is tested in [`super::backchannel`], the
//! effect in [`super::upstream`].

use std::time::{Duration, Instant};

use Expected::{Ended, Refused, Unchanged};
use serde_json::{Value, json};

use crate::harness::{
    browser::Answer,
    fake_provider::{
        CLIENT_ID, FakeProvider,
        fault::{
            Endpoint, Fault,
            Signature::{self, Broken, ClientSecret, PublicKeyAsSecret, Rogue, Stripped},
        },
        keys::{ELLIPTIC, FIRST, SECOND},
        logout::{LOGOUT_EVENT, send_logout_token},
    },
    fault_table::{remove, set},
    federated::{FederatedFixture, claims_of, with_claims},
    stores::StoreLocation,
};

/// Expected result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// 200, and the session ended.
    Ended,
    /// 200, and nothing changed.
    Unchanged,
    /// 400, and nothing changed.
    Refused,
}

/// Claims that select the session.
type Names = fn(&str) -> Value;
const BOTH: Names = |login| json!({ "sub": format!("of {login}"), "sid": format!("sid of {login}") });
const SUB: Names = |login| json!({ "sub": format!("of {login}") });
const SID: Names = |login| json!({ "sid": format!("sid of {login}") });

pub(crate) struct Case {
    /// `oidcc-client-test-rp-backchannel-rpinitlogout…` as the suite calls it, or the fault.
    pub(crate) what: &'static str,
    names: Names,
    fault: Fault,
    expected: Expected,
}

const fn of(what: &'static str, names: Names, fault: Fault, expected: Expected) -> Case {
    Case { what, names, fault, expected }
}

/// Row with a fault in the claims.
const fn claims(what: &'static str, change: fn(&mut Value), expected: Expected) -> Case {
    of(what, BOTH, Fault::LogoutToken(change), expected)
}

/// Row with a fault in the header or the signature.
const fn signed(what: &'static str, fault: Fault, expected: Expected) -> Case {
    of(what, BOTH, fault, expected)
}

pub(crate) const CASES: &[Case] = &[
    of("oidcc-client-test-rp-backchannel-rpinitlogout", BOTH, Fault::None, Ended),
    of("by sid alone", SID, Fault::None, Ended),
    of("by sub alone", SUB, Fault::None, Ended),
    signed("oidcc-client-test-rp-backchannel-rpinitlogout-alg-none", Fault::Signed(Signature::None), Refused),
    signed("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg", Fault::Signed(ClientSecret), Refused),
    signed("HS256 with the public key as the secret", Fault::Signed(PublicKeyAsSecret), Refused),
    signed("an algorithm that is not accepted", Fault::Header(|h| h["alg"] = json!("RS512")), Refused),
    signed("a signature that is wrong", Fault::Signed(Broken), Refused),
    signed("no signature", Fault::Signed(Stripped), Refused),
    signed("a rogue key under a known name", Fault::Signed(Rogue(|_| {})), Refused),
    signed("a rogue key, named in the header's jku", Fault::Signed(Rogue(|h| h["jku"] = json!(""))), Refused),
    signed("a critical extension", Fault::Header(|h| h["crit"] = json!(["exp"])), Refused),
    claims(
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud",
        |c| c["aud"] = json!("another"),
        Refused,
    ),
    claims("no audience", |c| remove(c, "aud"), Refused),
    claims("a list with our client id", |c| c["aud"] = json!([CLIENT_ID]), Ended),
    claims("a list with another audience", |c| c["aud"] = json!([CLIENT_ID, "another"]), Refused),
    claims(
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss",
        |c| c["iss"] = json!("https://issuer.example"),
        Refused,
    ),
    claims(
        "an issuer with an additional slash",
        |c| c["iss"] = json!(format!("{}/", c["iss"].as_str().unwrap())),
        Refused,
    ),
    claims("no issuer", |c| remove(c, "iss"), Refused),
    claims("oidcc-client-test-rp-backchannel-rpinitlogout-no-event", |c| remove(c, "events"), Refused),
    claims(
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event",
        |c| c["events"] = json!({ "http://schemas.openid.net/event/frontchannel-logout": {} }),
        Refused,
    ),
    claims("events without an event", |c| c["events"] = json!({}), Refused),
    claims("an event that is true", |c| c["events"] = json!({ LOGOUT_EVENT: true }), Refused),
    claims("an event that is null", |c| c["events"] = json!({ LOGOUT_EVENT: null }), Refused),
    claims("an event that is a list", |c| c["events"] = json!({ LOGOUT_EVENT: [] }), Refused),
    claims("events that are a list", |c| c["events"] = json!([LOGOUT_EVENT]), Refused),
    claims("events that are a text", |c| c["events"] = json!(LOGOUT_EVENT), Refused),
    claims("an event with a member", |c| c["events"] = json!({ LOGOUT_EVENT: { "x": 1 } }), Ended),
    claims(
        "oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce",
        |c| c["nonce"] = json!("nonce"),
        Refused,
    ),
    claims("a nonce that is null", |c| c["nonce"] = json!(null), Refused),
    // RFC 8725 §3.11: no token of another type.
    signed("typ: an access token", Fault::Header(|h| h["typ"] = json!("at+jwt")), Refused),
    signed(
        "typ: an access token, as media type",
        Fault::Header(|h| h["typ"] = json!("application/at+jwt")),
        Refused,
    ),
    signed("typ: JWT", Fault::Header(|h| h["typ"] = json!("JWT")), Ended),
    signed("typ: in capitals", Fault::Header(|h| h["typ"] = json!("LOGOUT+JWT")), Ended),
    signed("typ: as media type", Fault::Header(|h| h["typ"] = json!("application/logout+jwt")), Ended),
    signed("typ: none", Fault::Header(|h| remove(h, "typ")), Ended),
    claims("no exp", |c| remove(c, "exp"), Refused),
    claims("expired", |c| set(c, "exp", -61), Refused),
    claims("expired within the leeway", |c| set(c, "exp", -55), Ended),
    claims("exp as text", |c| c["exp"] = json!(c["exp"].to_string()), Refused),
    claims("no iat", |c| remove(c, "iat"), Refused),
    claims("issued in the future", |c| set(c, "iat", 65), Refused),
    claims("issued in the future within the leeway", |c| set(c, "iat", 55), Ended),
    claims("issued too long ago", |c| set(c, "iat", -665), Refused),
    claims("iat is the smallest i64", |c| c["iat"] = json!(i64::MIN), Refused),
    claims("just young enough", |c| set(c, "iat", -655), Ended),
    claims("iat as text", |c| c["iat"] = json!(c["iat"].to_string()), Refused),
    claims("not valid yet", |c| set(c, "nbf", 65), Refused),
    claims("no jti", |c| remove(c, "jti"), Refused),
    claims("jti as a number", |c| c["jti"] = json!(7), Refused),
    claims("an empty jti", |c| c["jti"] = json!(""), Refused),
    claims("a jti of 4000 characters", |c| c["jti"] = json!("j".repeat(4000)), Ended),
    of("neither sub nor sid", |_| json!({}), Fault::None, Refused),
    claims("a subject that is empty", |c| c["sub"] = json!(""), Refused),
    claims("a subject that is null", |c| c["sub"] = json!(null), Refused),
    claims("sid as a number", |c| c["sid"] = json!(7), Refused),
    claims("sid is null", |c| c["sid"] = json!(null), Refused),
    // Valid tokens that match no session.
    claims("the session of another user", |c| c["sub"] = json!("of another user"), Unchanged),
    claims(
        "a subject in capitals",
        |c| c["sub"] = json!(c["sub"].as_str().unwrap().to_uppercase()),
        Unchanged,
    ),
    of("an unknown session", |_| json!({ "sid": "unknown" }), Fault::None, Unchanged),
    of("an unknown subject", |_| json!({ "sub": "unknown" }), Fault::None, Unchanged),
    of(
        "a known subject in an unknown session",
        |login| with_claims(SUB(login), json!({ "sid": "x" })),
        Fault::None,
        Unchanged,
    ),
    // Wildcards and prefixes are plain names.
    of("a subject that is a pattern", |_| json!({ "sub": "of %" }), Fault::None, Unchanged),
    of("a session that is a pattern", |_| json!({ "sid": ".*" }), Fault::None, Unchanged),
];

/// Checks the response.
fn check_answer(answer: &Answer, refused: bool) -> Result<(), String> {
    let shown = || format!("{} {:?} {}", answer.status, answer.headers, answer.text);
    let fits = answer.header("cache-control") == Some("no-store")
        && answer.header("set-cookie").is_none()
        && if refused {
            let body = answer.json();
            let members: Vec<&String> = body.as_object().expect("an object").keys().collect();
            answer.status == 400
                && answer.header("content-type") == Some("application/json")
                && members == ["error", "error_description"]
                && body["error"] == "invalid_request"
                && body["error_description"].is_string()
        } else {
            answer.status == 200 && answer.text.is_empty()
        };
    if fits { Ok(()) } else { Err(shown()) }
}

#[track_caller]
pub(crate) fn must_be_refused(answer: &Answer) {
    assert_eq!(check_answer(answer, true), Ok(()));
}

#[track_caller]
pub(crate) fn must_be_taken(answer: &Answer) {
    assert_eq!(check_answer(answer, false), Ok(()));
}

async fn run_case(fixture: &FederatedFixture, number: usize, case: &Case) -> Result<(), String> {
    let login = format!("row{number}");
    let claims = with_claims(claims_of(&login), json!({ "sid": format!("sid of {login}") }));
    let browser = fixture.signed_in(&fixture.fake, &claims).await;
    fixture.fake.set_fault(case.fault);
    let token = fixture.fake.logout_token(&(case.names)(&login));
    fixture.fake.set_fault(Fault::None);
    let asked = fixture.fake.calls().len();
    check_answer(&send_logout_token(&fixture.service, "fake", &token).await, case.expected == Refused)?;
    if fixture.fake.calls().len() != asked || fixture.fake.unexpected_requests() != 0 {
        return Err("a request was sent".to_owned());
    }
    let after = browser.me().await;
    let is_expected = match case.expected {
        Ended => {
            after.status == 401 && after.code() == "session_ended" && after.reason() == "provider_logout"
        }
        Unchanged | Refused => after.status == 200,
    };
    if is_expected { Ok(()) } else { Err(format!("afterwards {} {}", after.status, after.text)) }
}

#[on_every_store]
async fn logout_token_cases(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let mut failures = Vec::new();
    for (number, case) in CASES.iter().enumerate() {
        if let Err(why) = run_case(&fixture, number, case).await {
            failures.push(format!("{}: {why}", case.what));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    fixture.assert_no_protocol_errors();
}

// ASVS 9.2.2: valid tokens of the same issuer that are no logout tokens, and arbitrary text.
#[on_every_store]
async fn other_token_types_are_refused(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let names = json!({ "sub": "of grace", "sid": "one" });
    let browser = fixture.signed_in(&fixture.fake, &with_claims(claims_of("grace"), names.clone())).await;
    let id_token = fixture.fake.stray_id_token(&names);
    let with_an_event =
        fixture.fake.stray_id_token(&with_claims(names.clone(), json!({ "events": { LOGOUT_EVENT: {} } })));
    let good = fixture.fake.logout_token(&names);
    let cut = good.rsplit_once('.').expect("three parts").0;
    let spaced = format!(" {good}");
    let five = format!("{good}.e30.e30");
    for token in [&id_token, &with_an_event, cut, &spaced, &five, "", "x", "a.b.c", "..", "null", "{}"] {
        must_be_refused(&send_logout_token(&fixture.service, "fake", token).await);
    }
    // A token of one provider at the route of another: issuer and key do not match.
    must_be_refused(&send_logout_token(&fixture.service, "corp", &good).await);
    browser.me().await.expect_status(200);
    must_be_taken(&send_logout_token(&fixture.service, "fake", &good).await);
    browser.me().await.expect_problem(401, "session_ended");
}

// §2.6: a replay has no effect, at another replica as well.
#[on_every_store]
async fn logout_token_cannot_be_replayed(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let other = fixture.start_replica().await;
    let names = json!({ "sub": "of grace" });
    let token = fixture.fake.logout_token(&names);
    let before = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    must_be_taken(&send_logout_token(&fixture.service, "fake", &token).await);
    before.me().await.expect_problem(401, "session_ended");
    let after = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    for service in [&fixture.service, &other] {
        must_be_refused(&send_logout_token(service, "fake", &token).await);
    }
    fixture.service.advance_time(Duration::from_mins(5));
    must_be_refused(&send_logout_token(&fixture.service, "fake", &token).await);
    after.me().await.expect_status(200);
    // Another token with the same `jti` is a replay. `jti` is unique per issuer.
    let same_id = json!({ "sub": "of grace", "jti": "1" });
    must_be_taken(
        &fixture
            .fake
            .send_logout(&fixture.service, &with_claims(same_id.clone(), json!({ "sub": "of linus" })))
            .await,
    );
    must_be_refused(&fixture.fake.send_logout(&fixture.service, &same_id).await);
    after.me().await.expect_status(200);
    must_be_taken(&fixture.corp.send_logout(&fixture.service, &same_id).await);
    // A refused token does not use its `jti`.
    fixture.fake.set_fault(Fault::Signed(Broken));
    let broken = fixture.fake.logout_token(&json!({ "sub": "of grace", "jti": "2" }));
    fixture.fake.set_fault(Fault::None);
    must_be_refused(&send_logout_token(&fixture.service, "fake", &broken).await);
    must_be_taken(
        &fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace", "jti": "2" })).await,
    );
    after.me().await.expect_problem(401, "session_ended");
}

#[on_every_store]
async fn concurrent_replays_accept_one_logout_token(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let other = fixture.start_replica().await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let token = fixture.fake.logout_token(&json!({ "sub": "of grace" }));
    let all = (0..8).map(|number| {
        send_logout_token(if number % 2 == 0 { &fixture.service } else { &other }, "fake", &token)
    });
    let answers = futures_util::future::join_all(all).await;
    let accepted = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(accepted, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    answers.iter().filter(|answer| answer.status != 200).for_each(must_be_refused);
    browser.me().await.expect_problem(401, "session_ended");
}

// An unknown `kid` causes one key request in ten seconds.
#[on_every_store]
async fn new_key_for_logout_tokens_is_fetched_once(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let fetched = || fixture.fake.received_requests(Endpoint::Keys).len();
    let (begun, before) = (Instant::now(), fetched());
    fixture.fake.publish_keys(&[&SECOND, &FIRST]);
    must_be_taken(&fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await);
    browser.me().await.expect_problem(401, "session_ended");
    assert_eq!(fetched(), before + 1);
    fixture.fake.set_fault(Fault::Header(|header| header["kid"] = json!(uuid::Uuid::new_v4())));
    for _ in 0..10 {
        must_be_refused(&fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await);
    }
    let periods = usize::try_from(begun.elapsed().as_secs() / 10).unwrap();
    assert!(fetched() <= before + 1 + periods, "ten made-up keys within {:?}", begun.elapsed());
    fixture.fake.set_fault(Fault::None);
    must_be_taken(&fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await);
}

// The token cannot be verified now: the provider must retry, and no session ends.
#[on_every_store]
async fn unavailable_key_ends_no_session(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    fixture.fake.publish_keys(&[&SECOND]);
    fixture.fake.reset_connections().await;
    let answer = fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await;
    answer.expect_problem(503, "provider_unavailable");
    browser.me().await.expect_status(200);
}

#[on_every_store]
async fn es256_logout_token_is_accepted(location: StoreLocation) {
    let fake = FakeProvider::start("fake").await;
    fake.publish_keys(&[&ELLIPTIC]);
    let fixture =
        FederatedFixture::with_providers(&location, &[], fake, FakeProvider::start("corp").await).await;
    fixture.wait_until_available("fake").await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    fixture.fake.set_fault(Fault::Header(|header| header["alg"] = json!("RS256")));
    must_be_refused(&fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await);
    fixture.fake.set_fault(Fault::None);
    must_be_taken(&fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await);
    browser.me().await.expect_problem(401, "session_ended");
}
