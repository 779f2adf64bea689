//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6): which count, and how each is answered.
//!
//! Every row has somebody new with a session, and a provider that does one thing wrong. The door they are brought to is in
//! [`super::backchannel`], what ends there in [`super::provider_logout`].

use std::time::{Duration, Instant};

use serde_json::json;

use super::{
    table::{remove, set},
    *,
};
use crate::harness::liar::{
    keys::{ELLIPTIC, FIRST, SECOND},
    logout::{LOGOUT_EVENT, brings},
    sin::{
        Endpoint,
        Signature::{self, Broken, ClientSecret, PublicKeyAsSecret, Rogue, Stripped},
        Sin,
    },
};

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comes {
    /// 200, and the session is over.
    Ended,
    /// 200, and nothing happened.
    Nothing,
    /// 400, and nothing happened.
    Refused,
}
use Comes::{Ended, Nothing, Refused};

/// Whom the token names.
type Names = fn(&str) -> Value;
const BOTH: Names = |login| json!({ "sub": format!("of {login}"), "sid": format!("sid of {login}") });
const SUB: Names = |login| json!({ "sub": format!("of {login}") });
const SID: Names = |login| json!({ "sid": format!("sid of {login}") });

pub(crate) struct Case {
    /// `oidcc-client-test-rp-backchannel-rpinitlogout…` as it is called there, or what else is wrong.
    pub(crate) what: &'static str,
    names: Names,
    sin: Sin,
    comes: Comes,
}

const fn of(what: &'static str, names: Names, sin: Sin, comes: Comes) -> Case {
    Case { what, names, sin, comes }
}

/// Whoever it names, in the claims of the token.
const fn said(what: &'static str, change: fn(&mut Value), comes: Comes) -> Case {
    of(what, BOTH, Sin::LogoutToken(change), comes)
}

/// In the header, or the signature.
const fn signed(what: &'static str, sin: Sin, comes: Comes) -> Case {
    of(what, BOTH, sin, comes)
}

pub(crate) const CASES: &[Case] = &[
    of("oidcc-client-test-rp-backchannel-rpinitlogout", BOTH, Sin::None, Ended),
    of("by sid alone", SID, Sin::None, Ended),
    of("by sub alone", SUB, Sin::None, Ended),
    signed("oidcc-client-test-rp-backchannel-rpinitlogout-alg-none", Sin::Signed(Signature::None), Refused),
    signed("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg", Sin::Signed(ClientSecret), Refused),
    signed("HS256 with the public key as the secret", Sin::Signed(PublicKeyAsSecret), Refused),
    signed("an algorithm that is not accepted", Sin::Header(|h| h["alg"] = json!("RS512")), Refused),
    signed("a signature that is wrong", Sin::Signed(Broken), Refused),
    signed("no signature", Sin::Signed(Stripped), Refused),
    signed("a rogue key under a known name", Sin::Signed(Rogue(|_| {})), Refused),
    signed("a rogue key, named in the header's jku", Sin::Signed(Rogue(|h| h["jku"] = json!(""))), Refused),
    signed("a critical extension", Sin::Header(|h| h["crit"] = json!(["exp"])), Refused),
    said("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud", |c| c["aud"] = json!("another"), Refused),
    said("no audience", |c| remove(c, "aud"), Refused),
    said("a list with us in it", |c| c["aud"] = json!([CLIENT_ID]), Ended),
    said("a list with somebody else in it", |c| c["aud"] = json!([CLIENT_ID, "another"]), Refused),
    said(
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss",
        |c| c["iss"] = json!("https://issuer.example"),
        Refused,
    ),
    said(
        "an issuer with a slash more",
        |c| c["iss"] = json!(format!("{}/", c["iss"].as_str().unwrap())),
        Refused,
    ),
    said("no issuer", |c| remove(c, "iss"), Refused),
    said("oidcc-client-test-rp-backchannel-rpinitlogout-no-event", |c| remove(c, "events"), Refused),
    said(
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event",
        |c| c["events"] = json!({ "http://schemas.openid.net/event/frontchannel-logout": {} }),
        Refused,
    ),
    said("no event among the events", |c| c["events"] = json!({}), Refused),
    said("an event that is true", |c| c["events"] = json!({ LOGOUT_EVENT: true }), Refused),
    said("an event that is null", |c| c["events"] = json!({ LOGOUT_EVENT: null }), Refused),
    said("an event that is a list", |c| c["events"] = json!({ LOGOUT_EVENT: [] }), Refused),
    said("events that are a list", |c| c["events"] = json!([LOGOUT_EVENT]), Refused),
    said("events that are a text", |c| c["events"] = json!(LOGOUT_EVENT), Refused),
    said("an event with something in it", |c| c["events"] = json!({ LOGOUT_EVENT: { "x": 1 } }), Ended),
    said(
        "oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce",
        |c| c["nonce"] = json!("nonce"),
        Refused,
    ),
    said("a nonce that is null", |c| c["nonce"] = json!(null), Refused),
    // RFC 8725 §3.11: no token of another kind.
    signed("typ: an access token's", Sin::Header(|h| h["typ"] = json!("at+jwt")), Refused),
    signed(
        "typ: an access token's, in full",
        Sin::Header(|h| h["typ"] = json!("application/at+jwt")),
        Refused,
    ),
    signed("typ: JWT", Sin::Header(|h| h["typ"] = json!("JWT")), Ended),
    signed("typ: in capitals", Sin::Header(|h| h["typ"] = json!("LOGOUT+JWT")), Ended),
    signed("typ: in full", Sin::Header(|h| h["typ"] = json!("application/logout+jwt")), Ended),
    signed("typ: none", Sin::Header(|h| remove(h, "typ")), Ended),
    said("no expiry", |c| remove(c, "exp"), Refused),
    said("expired", |c| set(c, "exp", -61), Refused),
    said("expired within the leeway", |c| set(c, "exp", -55), Ended),
    said("an expiry as text", |c| c["exp"] = json!(c["exp"].to_string()), Refused),
    said("no time of issue", |c| remove(c, "iat"), Refused),
    said("issued in the future", |c| set(c, "iat", 65), Refused),
    said("issued in the future within the leeway", |c| set(c, "iat", 55), Ended),
    said("issued too long ago", |c| set(c, "iat", -665), Refused),
    said("issued before all time", |c| c["iat"] = json!(i64::MIN), Refused),
    said("issued long ago, and not too long", |c| set(c, "iat", -655), Ended),
    said("a time of issue as text", |c| c["iat"] = json!(c["iat"].to_string()), Refused),
    said("not valid yet", |c| set(c, "nbf", 65), Refused),
    said("no id", |c| remove(c, "jti"), Refused),
    said("an id that is a number", |c| c["jti"] = json!(7), Refused),
    said("an id that is empty", |c| c["jti"] = json!(""), Refused),
    said("an id that is as long as it likes", |c| c["jti"] = json!("j".repeat(4000)), Ended),
    of("neither sub nor sid", |_| json!({}), Sin::None, Refused),
    said("a subject that is empty", |c| c["sub"] = json!(""), Refused),
    said("a subject that is null", |c| c["sub"] = json!(null), Refused),
    said("a session that is a number", |c| c["sid"] = json!(7), Refused),
    said("a session that is null", |c| c["sid"] = json!(null), Refused),
    // Good tokens that name nobody here.
    said("the session of somebody else", |c| c["sub"] = json!("of somebody else"), Nothing),
    said(
        "the session of somebody in capitals",
        |c| c["sub"] = json!(c["sub"].as_str().unwrap().to_uppercase()),
        Nothing,
    ),
    of("a session nobody knows", |_| json!({ "sid": "unknown" }), Sin::None, Nothing),
    of("a subject nobody knows", |_| json!({ "sub": "unknown" }), Sin::None, Nothing),
    of(
        "a known subject in a session nobody knows",
        |login| with(SUB(login), json!({ "sid": "x" })),
        Sin::None,
        Nothing,
    ),
    // A wildcard or a prefix is a name like any other.
    of("a subject that is a pattern", |_| json!({ "sub": "of %" }), Sin::None, Nothing),
    of("a session that is a pattern", |_| json!({ "sid": ".*" }), Sin::None, Nothing),
];

/// What an answer must be, and what is not so.
fn is_answered(answer: &Answer, refused: bool) -> Result<(), String> {
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
    assert_eq!(is_answered(answer, true), Ok(()));
}

#[track_caller]
pub(crate) fn must_be_taken(answer: &Answer) {
    assert_eq!(is_answered(answer, false), Ok(()));
}

async fn goes(house: &House, number: usize, case: &Case) -> Result<(), String> {
    let login = format!("row{number}");
    let claims = with(claims_of(&login), json!({ "sid": format!("sid of {login}") }));
    let browser = house.signed_in(&house.liar, &claims).await;
    house.liar.sins(case.sin);
    let token = house.liar.logout_token(&(case.names)(&login));
    house.liar.sins(Sin::None);
    let asked = house.liar.calls().len();
    is_answered(&brings(&house.service, "liar", &token).await, case.comes == Refused)?;
    if house.liar.calls().len() != asked || house.liar.strayed() != 0 {
        return Err("somebody was asked".to_owned());
    }
    let after = browser.me().await;
    let so = match case.comes {
        Ended => {
            after.status == 401 && after.code() == "session_ended" && after.reason() == "provider_logout"
        }
        Nothing | Refused => after.status == 200,
    };
    if so { Ok(()) } else { Err(format!("afterwards {} {}", after.status, after.text)) }
}

#[on_every_store]
async fn every_case_of_logout_tokens(location: StoreLocation) {
    let house = House::open(&location).await;
    let mut failures = Vec::new();
    for (number, case) in CASES.iter().enumerate() {
        if let Err(why) = goes(&house, number, case).await {
            failures.push(format!("{}: {why}", case.what));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    house.nobody_complains();
}

// ASVS 9.2.2: of the same issuer, for us, well signed, and not a logout token; nor is any text.
#[on_every_store]
async fn no_other_token_is_taken_for_a_logout_token(location: StoreLocation) {
    let house = House::open(&location).await;
    let names = json!({ "sub": "of grace", "sid": "one" });
    let browser = house.signed_in(&house.liar, &with(claims_of("grace"), names.clone())).await;
    let id_token = house.liar.stray_id_token(&names);
    let with_an_event =
        house.liar.stray_id_token(&with(names.clone(), json!({ "events": { LOGOUT_EVENT: {} } })));
    let good = house.liar.logout_token(&names);
    let cut = good.rsplit_once('.').expect("three parts").0;
    let spaced = format!(" {good}");
    let five = format!("{good}.e30.e30");
    for token in [&id_token, &with_an_event, cut, &spaced, &five, "", "x", "a.b.c", "..", "null", "{}"] {
        must_be_refused(&brings(&house.service, "liar", token).await);
    }
    // The one provider's at the other's door: neither issuer nor key are its.
    must_be_refused(&brings(&house.service, "corp", &good).await);
    browser.me().await.must_be(200);
    must_be_taken(&brings(&house.service, "liar", &good).await);
    browser.me().await.must_fail(401, "session_ended");
}

// §2.6: the same token twice ends nothing twice; not at another replica either.
#[on_every_store]
async fn a_logout_token_counts_once(location: StoreLocation) {
    let house = House::open(&location).await;
    let other = house.replica().await;
    let names = json!({ "sub": "of grace" });
    let token = house.liar.logout_token(&names);
    let before = house.signed_in(&house.liar, &claims_of("grace")).await;
    must_be_taken(&brings(&house.service, "liar", &token).await);
    before.me().await.must_fail(401, "session_ended");
    let after = house.signed_in(&house.liar, &claims_of("grace")).await;
    for service in [&house.service, &other] {
        must_be_refused(&brings(service, "liar", &token).await);
    }
    house.service.wait(Duration::from_mins(5));
    must_be_refused(&brings(&house.service, "liar", &token).await);
    after.me().await.must_be(200);
    // Another one with the same id is a replay; ids are an issuer's own.
    let same_id = json!({ "sub": "of grace", "jti": "1" });
    must_be_taken(
        &house.liar.logs_out(&house.service, &with(same_id.clone(), json!({ "sub": "of linus" }))).await,
    );
    must_be_refused(&house.liar.logs_out(&house.service, &same_id).await);
    after.me().await.must_be(200);
    must_be_taken(&house.corp.logs_out(&house.service, &same_id).await);
    // A token that was refused has used up nothing.
    house.liar.sins(Sin::Signed(Broken));
    let broken = house.liar.logout_token(&json!({ "sub": "of grace", "jti": "2" }));
    house.liar.sins(Sin::None);
    must_be_refused(&brings(&house.service, "liar", &broken).await);
    must_be_taken(&house.liar.logs_out(&house.service, &json!({ "sub": "of grace", "jti": "2" })).await);
    after.me().await.must_fail(401, "session_ended");
}

#[on_every_store]
async fn of_many_who_bring_one_token_at_once_one_is_taken(location: StoreLocation) {
    let house = House::open(&location).await;
    let other = house.replica().await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    let token = house.liar.logout_token(&json!({ "sub": "of grace" }));
    let all =
        (0..8).map(|number| brings(if number % 2 == 0 { &house.service } else { &other }, "liar", &token));
    let answers = futures_util::future::join_all(all).await;
    let accepted = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(accepted, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    answers.iter().filter(|answer| answer.status != 200).for_each(must_be_refused);
    browser.me().await.must_fail(401, "session_ended");
}

// A made-up kid asks nobody anything: keys are fetched once, and the next time after ten seconds.
#[on_every_store]
async fn a_new_key_is_fetched_once_for_logout_tokens_as_well(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    let fetched = || house.liar.asked(Endpoint::Keys).len();
    let (begun, before) = (Instant::now(), fetched());
    house.liar.publishes(&[&SECOND, &FIRST]);
    must_be_taken(&house.liar.logs_out(&house.service, &json!({ "sub": "of grace" })).await);
    browser.me().await.must_fail(401, "session_ended");
    assert_eq!(fetched(), before + 1);
    house.liar.sins(Sin::Header(|header| header["kid"] = json!(uuid::Uuid::new_v4())));
    for _ in 0..10 {
        must_be_refused(&house.liar.logs_out(&house.service, &json!({ "sub": "of grace" })).await);
    }
    let periods = usize::try_from(begun.elapsed().as_secs() / 10).unwrap();
    assert!(fetched() <= before + 1 + periods, "ten made-up keys within {:?}", begun.elapsed());
    house.liar.sins(Sin::None);
    must_be_taken(&house.liar.logs_out(&house.service, &json!({ "sub": "of grace" })).await);
}

// Whether it is good cannot be told now: the provider is to try again, and nobody is out on its word alone.
#[on_every_store]
async fn a_new_key_that_cannot_be_had_ends_nothing(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    house.liar.publishes(&[&SECOND]);
    house.liar.resets().await;
    let answer = house.liar.logs_out(&house.service, &json!({ "sub": "of grace" })).await;
    answer.must_fail(503, "provider_unavailable");
    browser.me().await.must_be(200);
}

#[on_every_store]
async fn a_provider_with_a_key_on_a_curve_logs_people_out(location: StoreLocation) {
    let liar = Liar::start("liar").await;
    liar.publishes(&[&ELLIPTIC]);
    let house = House::early(&location, &[], liar, Liar::start("corp").await).await;
    house.is_available("liar").await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    house.liar.sins(Sin::Header(|header| header["alg"] = json!("RS256")));
    must_be_refused(&house.liar.logs_out(&house.service, &json!({ "sub": "of grace" })).await);
    house.liar.sins(Sin::None);
    must_be_taken(&house.liar.logs_out(&house.service, &json!({ "sub": "of grace" })).await);
    browser.me().await.must_fail(401, "session_ended");
}
