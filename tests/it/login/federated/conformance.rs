//! Relying-party cases of the OpenID Foundation's conformance suite for the code flow, under the names of the suite.
//!
//! The suite itself does not run here: the fake provider has the fault of each of its tests. The certification requires that no
//! session cookie is set. The rows also require no account and no unexpected request. [`PROVED_BY`] lists the cases that are tests of
//! their own.

use std::{fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::harness::{
    fake_provider::{
        CLIENT_ID, CLIENT_SECRET, FakeProvider,
        fault::{
            Endpoint, Fault,
            Signature::{self, Broken, ClientSecret, PublicKeyAsSecret},
        },
        keys::{ELLIPTIC, FIRST, SECOND},
    },
    fault_table::*,
    federated::{
        FederatedFixture, assert_signed_in, callback, callback_as, claims_of, me, start_login, with_claims,
    },
    stores::StoreLocation,
};

/// `oidcc-client-test-…` as the suite calls it. `fapi2` stands for `fapi2-security-profile-final-client-test`.
const TOKENS: &[Row] = &[
    Row::at_provider("oidcc-client-test", Fault::None, ACCEPTED),
    Row::at_provider(
        "oidcc-client-test-invalid-iss",
        Fault::IdToken(|c| c["iss"] = json!("https://issuer.example")),
        INVALID,
    ),
    Row::at_provider("oidcc-client-test-missing-sub", Fault::IdToken(|c| remove(c, "sub")), INVALID),
    Row::at_provider(
        "oidcc-client-test-invalid-aud",
        Fault::IdToken(|c| c["aud"] = json!("another client")),
        INVALID,
    ),
    Row::at_provider("oidcc-client-test-missing-aud", Fault::IdToken(|c| remove(c, "aud")), INVALID),
    Row::at_provider("oidcc-client-test-missing-iat", Fault::IdToken(|c| remove(c, "iat")), INVALID),
    Row::at_provider(
        "oidcc-client-test-kid-absent-single-jwks",
        Fault::Header(|h| remove(h, "kid")),
        ACCEPTED,
    ),
    Row::at_provider(
        "oidcc-client-test-idtoken-sig-rs256",
        Fault::Header(|h| h["alg"] = json!("RS256")),
        ACCEPTED,
    ),
    // The suite allows it for the code flow. The service refuses it (RFC 8725 §3.2).
    Row::at_provider("oidcc-client-test-idtoken-sig-none", Fault::Signed(Signature::None), INVALID),
    Row::at_provider("oidcc-client-test-invalid-sig-rs256", Fault::Signed(Broken), INVALID),
    Row::at_provider("oidcc-client-test-invalid-sig-hs256", Fault::Signed(PublicKeyAsSecret), INVALID),
    Row {
        asked: EVERYTHING,
        ..Row::at_provider(
            "oidcc-client-test-userinfo-invalid-sub",
            Fault::Userinfo(|u| u["sub"] = json!("another")),
            INVALID,
        )
    },
    Row::at_provider(
        "oidcc-client-test-nonce-invalid",
        Fault::IdToken(|c| c["nonce"] = json!("another")),
        INVALID,
    ),
    Row::at_provider(
        "oidcc-client-test-invalid-athash",
        Fault::IdToken(|c| c["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA")),
        INVALID,
    ),
    Row::at_provider(
        "fapi2-invalid-secondary-aud",
        Fault::IdToken(|c| {
            c["aud"] = json!([CLIENT_ID, "another client"]);
            c["azp"] = json!(CLIENT_ID);
        }),
        INVALID,
    ),
    Row::at_provider("fapi2-valid-aud-as-array", Fault::IdToken(|c| c["aud"] = json!([CLIENT_ID])), ACCEPTED),
    Row::at_provider(
        "fapi2-token-type-case-insensitivity",
        Fault::Token(|t| t["token_type"] = json!("BEARER")),
        ACCEPTED,
    ),
    Row::at_provider(
        "fapi2-token-endpoint-response-without-expires_in",
        Fault::Token(|t| remove(t, "expires_in")),
        ACCEPTED,
    ),
    Row::at_provider("fapi2-invalid-alternate-alg", Fault::Header(|h| h["alg"] = json!("PS512")), INVALID),
    Row::at_provider("fapi2-invalid-alternate-alg, with our secret", Fault::Signed(ClientSecret), INVALID),
    Row::at_provider("fapi2-invalid-null-alg", Fault::Header(|h| h["alg"] = json!(null)), INVALID),
    Row::at_provider("fapi2-invalid-missing-nonce", Fault::IdToken(|c| remove(c, "nonce")), INVALID),
    Row::at_provider("fapi2-invalid-missing-exp", Fault::IdToken(|c| remove(c, "exp")), INVALID),
    Row::at_provider("fapi2-invalid-missing-iss", Fault::IdToken(|c| remove(c, "iss")), INVALID),
    Row::at_provider("fapi2-invalid-missing-aud", Fault::IdToken(|c| remove(c, "aud")), INVALID),
    Row::at_provider("fapi2-invalid-expired-exp", Fault::IdToken(|c| set(c, "exp", -61)), INVALID),
];

/// Cases of a provider with an elliptic curve key.
const ES256: &[Row] = &[
    Row::at_provider("oidcc-client-test-idtoken-sig-es256", Fault::None, ACCEPTED),
    Row::at_provider("oidcc-client-test-invalid-sig-es256", Fault::Signed(Broken), INVALID),
    Row::at_provider(
        "RS256 in the header for an elliptic curve key",
        Fault::Header(|h| h["alg"] = json!("RS256")),
        INVALID,
    ),
];

/// Cases that cause no request, whether the provider announces `iss` or not.
const RESPONSES: &[Row] = &[
    Row::in_callback("fapi2-happy-path", |_| (), ACCEPTED),
    Row::in_callback(
        "fapi2-invalid-authorization-response-iss",
        |back| put(back, "iss", "https://issuer.example"),
        INVALID,
    ),
    Row::in_callback("an issuer with an additional slash", |back| field(back, "iss").push('/'), INVALID),
    Row::in_callback("an issuer that is empty", |back| field(back, "iss").clear(), INVALID),
    Row::in_callback("an issuer in capitals", |back| field(back, "iss").make_ascii_uppercase(), INVALID),
    // RFC 9207 §2: an error response contains `iss` as well.
    Row::in_callback(
        "another issuer's error",
        |back| {
            put(back, "iss", "https://issuer.example");
            turn_into_error(back);
        },
        INVALID,
    ),
    Row::in_callback("an error of the right issuer", turn_into_error, Err("login_cancelled")),
    Row::in_callback(
        "fapi2-ensure-authorization-response-with-invalid-state-fails",
        |back| put(back, "state", "another"),
        Err("login_expired"),
    ),
    Row::in_callback(
        "fapi2-ensure-authorization-response-with-missing-state-fails",
        |back| back.retain(|(name, _)| *name != "state"),
        Err("login_expired"),
    ),
    // RFC 9700 §2.1.2: no implicit grant.
    Row::in_callback(
        "tokens in place of a code",
        |back| {
            back.retain(|(name, _)| *name != "code");
            back.extend([("access_token", "token".to_owned()), ("id_token", "a.b.c".to_owned())]);
        },
        INVALID,
    ),
];

/// Removes `iss`, for a provider that announced it and one that did not.
const REMOVED_ISS: fn(&mut Query) = |back| back.retain(|(name, _)| *name != "iss");

const DISCOVERY: &[Line] = &[
    ("oidcc-client-test-discovery-openid-config", Fault::None, ACCEPTED),
    (
        "oidcc-client-test-discovery-issuer-mismatch",
        Fault::Discovery(|d| d["issuer"] = json!("https://issuer.example")),
        UNAVAILABLE,
    ),
];

/// Cases that are tests of their own.
const PROVED_BY: &[(&str, &str)] = &[
    ("oidcc-client-test-client-secret-basic", "client_secret_is_sent_as_configured"),
    ("oidcc-client-test-kid-absent-multiple-jwks", "missing_kid_tries_every_key"),
    ("oidcc-client-test-nonce-unless-code-flow", "authorization_request_has_state_nonce_and_pkce"),
    ("oidcc-client-test-scope-userinfo-claims", "scopes_select_userinfo_claims"),
    ("oidcc-client-test-userinfo-bearer-header", "scopes_select_userinfo_claims"),
    ("oidcc-client-test-discovery-jwks-uri-keys", "every_vendor_signs_in"),
    ("oidcc-client-test-signing-key-rotation", "new_key_is_fetched_once"),
    ("oidcc-client-test-signing-key-rotation-just-before-signing", "key_rotation_during_login_succeeds"),
    ("fapi2-remove-authorization-response-iss", "responses_with_a_wrong_issuer_are_refused"),
    ("oidcc-client-test-rp-init-logout", "logout_redirects_to_the_provider"),
    ("oidcc-client-test-rp-init-logout-no-state", "post_logout_redirect_shows_the_login_page"),
    ("oidcc-client-test-rp-init-logout-other-state", "post_logout_redirect_shows_the_login_page"),
];

/// Cases of the certification profiles for code flow, RP-initiated logout and back-channel logout.
const PLAN: &str = "oidcc-client-test -client-secret-basic -invalid-iss -missing-sub -invalid-aud -missing-aud -missing-iat \
    -kid-absent-single-jwks -kid-absent-multiple-jwks -idtoken-sig-rs256 -idtoken-sig-none -invalid-sig-rs256 -invalid-sig-es256 \
    -invalid-sig-hs256 -userinfo-invalid-sub -nonce-invalid -nonce-unless-code-flow -scope-userinfo-claims -userinfo-bearer-header \
    -invalid-athash -discovery-openid-config -discovery-jwks-uri-keys -discovery-issuer-mismatch -signing-key-rotation \
    -signing-key-rotation-just-before-signing \
    -rp-init-logout -rp-init-logout-no-state -rp-init-logout-other-state -rp-backchannel-rpinitlogout \
    -rp-backchannel-rpinitlogout-alg-none -rp-backchannel-rpinitlogout-wrong-alg -rp-backchannel-rpinitlogout-wrong-aud \
    -rp-backchannel-rpinitlogout-wrong-iss -rp-backchannel-rpinitlogout-no-event -rp-backchannel-rpinitlogout-wrong-event \
    -rp-backchannel-rpinitlogout-with-nonce \
    fapi2-happy-path fapi2-invalid-authorization-response-iss fapi2-remove-authorization-response-iss fapi2-invalid-secondary-aud \
    fapi2-valid-aud-as-array fapi2-token-type-case-insensitivity fapi2-token-endpoint-response-without-expires_in \
    fapi2-invalid-alternate-alg fapi2-invalid-null-alg fapi2-invalid-missing-nonce fapi2-invalid-missing-exp \
    fapi2-invalid-missing-iss fapi2-invalid-missing-aud fapi2-invalid-expired-exp \
    fapi2-ensure-authorization-response-with-invalid-state-fails fapi2-ensure-authorization-response-with-missing-state-fails";

type Change = fn(&mut Value);

fn field<'a>(back: &'a mut Query, name: &str) -> &'a mut String {
    &mut back.iter_mut().find(|(known, _)| *known == name).expect("a parameter of the response").1
}

fn put(back: &mut Query, name: &str, value: &str) {
    value.clone_into(field(back, name));
}

fn turn_into_error(back: &mut Query) {
    back.retain(|(name, _)| *name != "code");
    back.push(("error", "access_denied".to_owned()));
}

/// Starts a fixture whose fake provider announces `iss` in every response (RFC 9207 §3).
async fn start_with_iss(location: &StoreLocation) -> FederatedFixture {
    let fake = FakeProvider::start("fake").await;
    fake.set_fault(Fault::Discovery(|document| {
        document["authorization_response_iss_parameter_supported"] = json!(true);
    }));
    let fixture =
        FederatedFixture::with_providers(location, &[], fake, FakeProvider::start("corp").await).await;
    fixture.wait_until_available("fake").await;
    fixture
}

#[on_every_store]
async fn token_and_userinfo_cases(location: StoreLocation) {
    run_rows(&FederatedFixture::start(&location).await, TOKENS.iter().copied()).await;
}

#[on_every_store]
async fn elliptic_curve_cases(location: StoreLocation) {
    let fake = FakeProvider::start("fake").await;
    fake.publish_keys(&[&ELLIPTIC]);
    let fixture =
        FederatedFixture::with_providers(&location, &[], fake, FakeProvider::start("corp").await).await;
    fixture.wait_until_available("fake").await;
    run_rows(&fixture, ES256.iter().copied()).await;
}

// RFC 9207, mix-up attack: `iss` is checked before any request.
#[on_every_store]
async fn responses_with_a_wrong_issuer_are_refused(location: StoreLocation) {
    let removed = |outcome| Row::in_callback("fapi2-remove-authorization-response-iss", REMOVED_ISS, outcome);
    let fixture = start_with_iss(&location).await;
    run_rows(&fixture, RESPONSES.iter().copied().chain([removed(INVALID)])).await;
    let fixture = FederatedFixture::start(&location).await;
    run_rows(&fixture, RESPONSES.iter().copied().chain([removed(ACCEPTED)])).await;
}

// RFC 6749 §2.3.1: id and secret are form-urlencoded before base64. RFC 6749 §2.3: only one method at a time.
#[on_every_store]
async fn client_secret_is_sent_as_configured(location: StoreLocation) {
    let offers: [(Change, bool); 5] = [
        (|_| (), true),
        (|d| offer(d, json!(["private_key_jwt", "client_secret_post", "client_secret_basic"])), true),
        (|d| remove(d, "token_endpoint_auth_methods_supported"), true),
        (|d| offer(d, json!(["client_secret_basic"])), true),
        (|d| offer(d, json!(["client_secret_post"])), false),
    ];
    for (offer, basic) in offers {
        let fake = FakeProvider::start("fake").await;
        fake.set_fault(Fault::Discovery(offer));
        let fixture =
            FederatedFixture::with_providers(&location, &[], fake, FakeProvider::start("corp").await).await;
        fixture.wait_until_available("fake").await;
        fixture.signed_in(&fixture.fake, &json!({ "sub": "of grace" })).await;
        let asked = fixture.fake.received_requests(Endpoint::Token).remove(0);
        let header = asked.headers.get("authorization").map(|value| value.to_str().expect("ASCII"));
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = STANDARD.encode(format!("{}:{}", encode(CLIENT_ID), encode(CLIENT_SECRET)));
        assert_eq!(header, basic.then(|| format!("Basic {pair}")).as_deref());
        assert_eq!(asked.form.contains_key("client_secret"), !basic);
        assert_eq!(asked.query, None, "a token in a URL would be in logs");
        fixture.assert_no_protocol_errors();
    }
}

#[on_every_store]
async fn scopes_select_userinfo_claims(location: StoreLocation) {
    let fixture =
        FederatedFixture::with_settings(&location, &[("FAKE_SCOPES", "openid profile email phone address")])
            .await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    assert_eq!(authorization.parameters["scope"], "openid profile email phone address");
    let userinfo = with_claims(
        claims_of("grace"),
        json!({
            "picture": "https://corp.example/grace.png",
            "locale": "en-GB",
            "phone_number": "+44 20 7946 0000",
            "phone_number_verified": true,
            "address": { "formatted": "1 Main Street\nArlington", "country": "US" },
        }),
    );
    let code =
        fixture.fake.code_with_claims(&authorization.parameters, &json!({ "sub": "of grace" }), &userinfo);
    assert_signed_in(
        &callback(&browser, "fake", &[("code", &code), ("state", authorization.state())]).await,
        "/",
    );
    let me = me(&browser).await;
    assert_eq!((&me["displayName"], &me["locale"]), (&json!("grace at the provider"), &json!("en-GB")));
    assert_eq!((&me["email"], &me["picture"]), (&json!("grace@corp.example"), &userinfo["picture"]));

    let asked = fixture.fake.received_requests(Endpoint::Userinfo).remove(0);
    let bearer = asked.headers["authorization"].to_str().expect("ASCII");
    assert!(bearer.starts_with("Bearer token~"), "RFC 6750 §2.1: {bearer}");
    assert_eq!((asked.query, asked.form.len()), (None, 0), "the token is neither in the URL nor in the body");
}

// The suite allows both behaviours: every suitable key is tried.
#[on_every_store]
async fn missing_kid_tries_every_key(location: StoreLocation) {
    let fake = FakeProvider::start("fake").await;
    fake.publish_keys(&[&SECOND, &ELLIPTIC, &FIRST]);
    let fixture =
        FederatedFixture::with_providers(&location, &[], fake, FakeProvider::start("corp").await).await;
    fixture.wait_until_available("fake").await;
    fixture.fake.set_fault(Fault::Header(|header| remove(header, "kid")));
    for (signing, login) in [(&*SECOND, "grace"), (&*FIRST, "linus"), (&*ELLIPTIC, "ada")] {
        fixture.fake.publish_keys(&[signing]);
        fixture.signed_in(&fixture.fake, &claims_of(login)).await;
    }
    assert_eq!(fixture.fake.received_requests(Endpoint::Keys).len(), 1, "all of them were known");
}

#[on_every_store]
async fn key_rotation_during_login_succeeds(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browsers = [fixture.browser(), fixture.browser()];
    let authorizations =
        [start_login(&browsers[0], &fixture.fake).await, start_login(&browsers[1], &fixture.fake).await];
    fixture.fake.publish_keys(&[&SECOND]);
    for ((browser, authorization), login) in browsers.iter().zip(&authorizations).zip(["grace", "linus"]) {
        assert_signed_in(&callback_as(browser, &fixture.fake, authorization, &claims_of(login)).await, "/");
    }
    fixture.assert_no_protocol_errors();
}

fn offer(document: &mut Value, methods: Value) {
    document["token_endpoint_auth_methods_supported"] = methods;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn discovery_cases() {
    run_discovery_table(DISCOVERY).await;
}

// Fails if a case loses its row or test.
#[test]
fn every_case_of_the_plan_has_a_test() {
    let mut tests = String::new();
    for folder in ["login/federated", "login/federated/account_linking", "logout"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(folder);
        let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
        for file in files.filter(|file| file.is_file()) {
            tests += &fs::read_to_string(file).expect("text");
        }
    }
    let rows = [TOKENS, ES256, RESPONSES].concat();
    let mut proved: Vec<&str> = rows.iter().map(|row| row.what).collect();
    proved.extend(crate::logout::logout_tokens::CASES.iter().map(|case| case.what));
    proved.extend(DISCOVERY.iter().map(|(what, ..)| *what));
    for (case, test) in PROVED_BY {
        assert!(tests.contains(&format!("fn {test}(")), "{case}: there is no test {test}");
        proved.push(case);
    }
    for case in PLAN.split_whitespace() {
        let case = if case.starts_with('-') { format!("oidcc-client-test{case}") } else { case.to_owned() };
        assert!(proved.contains(&case.as_str()), "nothing proves {case}");
    }
}
