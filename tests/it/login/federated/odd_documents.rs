//! Documents of a provider that are odd in one place: encodings, malformed members, connections, discovery errors.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{
    eventually,
    fake_provider::{
        FakeProvider,
        fault::{
            Answer::{Encoded, Html, List, Redirect, Status},
            Endpoint, Fault,
            Signature::Broken,
        },
        keys::{ELLIPTIC_384, FIRST, FIRST_REPLACED},
    },
    fault_table::*,
    federated::{
        FederatedFixture, assert_refused, assert_signed_in, callback, claims_of, event_details, event_of, me,
        sign_in, start_login, with_claims,
    },
    stores::StoreLocation,
};

const MARKED: fn(String) -> String = |text| format!("\u{feff}{text}");

/// Adds this text as a member of an object.
fn with_member(object: &str, member: &str) -> String {
    format!("{},{member}}}", object.strip_suffix('}').expect("an object"))
}

const TEXTS: &[Line] = &[
    ("a byte order mark before the tokens", Fault::Text(Endpoint::Token, MARKED), ACCEPTED),
    ("a byte order mark before userinfo", Fault::Text(Endpoint::Userinfo, MARKED), ACCEPTED),
    ("a byte order mark before the claims", Fault::Payload(MARKED), ACCEPTED),
    (
        "half a surrogate pair in a claim that is not used",
        Fault::Payload(|text| with_member(&text, r#""nickname":"Grac\ud83d""#)),
        ACCEPTED,
    ),
    (
        "half a surrogate pair in a nested claim",
        Fault::Payload(|text| with_member(&text, r#""address":{"formatted":["\ude00"]}"#)),
        ACCEPTED,
    ),
    (
        "NaN in a claim that is not used",
        Fault::Payload(|text| with_member(&text, r#""score":NaN"#)),
        ACCEPTED,
    ),
    ("a number beyond any range", Fault::Payload(|text| with_member(&text, r#""score":1e999"#)), ACCEPTED),
    ("NUL in a claim", Fault::Payload(|text| with_member(&text, r#""nickname":"\u0000""#)), ACCEPTED),
    (
        "a claim that is not used, twice",
        Fault::Payload(|text| with_member(&text, r#""x":1,"x":2"#)),
        ACCEPTED,
    ),
    (
        "half a surrogate pair in userinfo",
        Fault::Text(Endpoint::Userinfo, |text| with_member(&text, r#""nickname":"\ud83d""#)),
        ACCEPTED,
    ),
    (
        "half a surrogate pair beside the tokens",
        Fault::Text(Endpoint::Token, |text| with_member(&text, r#""note":"\ud83d""#)),
        ACCEPTED,
    ),
    ("a second subject", Fault::Payload(|text| with_member(&text, r#""sub":"of ada""#)), INVALID),
    ("a second nonce", Fault::Payload(|text| with_member(&text, r#""nonce":"other""#)), INVALID),
    ("nbf that is NaN", Fault::Payload(|text| with_member(&text, r#""nbf":NaN"#)), INVALID),
    (
        "azp with half a surrogate pair",
        Fault::Payload(|text| with_member(&text, r#""azp":"\ud83d""#)),
        INVALID,
    ),
    ("claims that are cut off", Fault::Payload(|text| text[..text.len() - 1].to_owned()), INVALID),
    ("text after the claims", Fault::Payload(|text| format!("{text}x")), INVALID),
    ("a compressed token response", Fault::Answer(Endpoint::Token, Encoded("gzip")), ACCEPTED),
    ("a compressed userinfo response", Fault::Answer(Endpoint::Userinfo, Encoded("deflate")), ACCEPTED),
    ("an encoding in capitals", Fault::Answer(Endpoint::Token, Encoded("GZIP")), ACCEPTED),
    ("an encoding that is not known", Fault::Answer(Endpoint::Token, Encoded("br")), INVALID),
    // RFC 8725 §3.11.
    ("typ: an access token", Fault::Header(|h| h["typ"] = json!("at+jwt")), INVALID),
    (
        "typ: an access token, as media type",
        Fault::Header(|h| h["typ"] = json!("application/AT+JWT")),
        INVALID,
    ),
    ("typ: a logout token", Fault::Header(|h| h["typ"] = json!("logout+jwt")), INVALID),
    ("typ: a security event", Fault::Header(|h| h["typ"] = json!("secevent+jwt")), INVALID),
    ("typ: an ID token", Fault::Header(|h| h["typ"] = json!("id_token+jwt")), ACCEPTED),
    ("typ in lower case", Fault::Header(|h| h["typ"] = json!("jwt")), ACCEPTED),
    ("no typ", Fault::Header(|h| remove(h, "typ")), ACCEPTED),
];

#[on_every_store]
async fn an_odd_member_counts_only_if_it_is_used(location: StoreLocation) {
    run_table(&location, TEXTS, ONLY_TOKENS).await;
}

const DISCOVERY: &[Line] = &[
    ("a byte order mark before the metadata", Fault::Text(Endpoint::Discovery, MARKED), ACCEPTED),
    ("a byte order mark before the keys", Fault::Text(Endpoint::Keys, MARKED), ACCEPTED),
    (
        "half a surrogate pair in the metadata",
        Fault::Text(Endpoint::Discovery, |text| with_member(&text, r#""service_documentation":"\ud83d""#)),
        ACCEPTED,
    ),
    ("compressed metadata", Fault::Answer(Endpoint::Discovery, Encoded("gzip")), ACCEPTED),
    ("compressed keys", Fault::Answer(Endpoint::Keys, Encoded("x-gzip")), ACCEPTED),
    (
        "malformed keys beside the right one",
        Fault::Text(Endpoint::Keys, |text| text.replacen('[', r#"["\ud83d",NaN,{"kty":NaN},"#, 1)),
        ACCEPTED,
    ),
    ("key_ops", Fault::Keys(|k| k["keys"][0]["key_ops"] = json!(["verify"])), ACCEPTED),
    ("a kid that is a number", Fault::Keys(|k| k["keys"][0]["kid"] = json!(7)), INVALID),
    ("a key without a kid", Fault::Keys(|k| remove(&mut k["keys"][0], "kid")), ACCEPTED),
    ("key_ops without verify", Fault::Keys(|k| k["keys"][0]["key_ops"] = json!(["encrypt"])), INVALID),
    ("a published private key", Fault::Keys(|k| k["keys"][0]["d"] = json!("AQAB")), INVALID),
    ("one key in place of a key set", Fault::Keys(|k| *k = k["keys"][0].clone()), UNAVAILABLE),
    ("keys that are null", Fault::Keys(|k| k["keys"] = json!(null)), UNAVAILABLE),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_odd_key_or_member_of_the_metadata_does_not_affect_the_others() {
    run_discovery_table(DISCOVERY).await;
}

// RFC 9110 §12.5.3: without the header, a provider may choose any encoding.
#[on_every_store]
async fn no_compression_is_requested(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    for endpoint in [Endpoint::Discovery, Endpoint::Keys, Endpoint::Token, Endpoint::Userinfo] {
        for request in fixture.fake.received_requests(endpoint) {
            assert_eq!(request.headers["accept-encoding"], "identity", "{endpoint:?}");
        }
    }
}

#[on_every_store]
async fn closed_connections_lose_no_userinfo(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.fake.close_connections_silently().await;
    for login in ["grace", "ada", "linus"] {
        let browser = fixture.browser();
        let authorization = start_login(&browser, &fixture.fake).await;
        let thin = json!({ "sub": format!("of {login}") });
        let code = fixture.fake.code_with_claims(&authorization.parameters, &thin, &claims_of(login));
        let answer = callback(&browser, "fake", &[("code", &code), ("state", authorization.state())]).await;
        assert_signed_in(&answer, "/");
        assert_eq!(me(&browser).await["email"], format!("{login}@corp.example"));
    }
    fixture.assert_no_protocol_errors();
}

// RFC 6749 §7.1: an access token of another type must not be used.
#[on_every_store]
async fn only_bearer_tokens_are_sent_to_userinfo(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for (number, (what, change)) in [
        ("mac", (|t| t["token_type"] = json!("mac")) as fn(&mut Value)),
        ("DPoP", |t| t["token_type"] = json!("DPoP")),
        ("null", |t| t["token_type"] = json!(null)),
        ("missing", |t| remove(t, "token_type")),
    ]
    .into_iter()
    .enumerate()
    {
        let row = Row { asked: ONLY_TOKENS, ..Row::at_provider(what, Fault::Token(change), ACCEPTED) };
        run_row(&fixture, number, row).await.unwrap_or_else(|why| panic!("{what}: {why}"));
    }
    // Without the address, no account can be found or created.
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    fixture.fake.set_fault(Fault::Token(|t| t["token_type"] = json!("mac")));
    let thin = json!({ "sub": "of thin" });
    let code = fixture.fake.code_with_claims(&authorization.parameters, &thin, &claims_of("thin"));
    let answer = callback(&browser, "fake", &[("code", &code), ("state", authorization.state())]).await;
    assert_refused(&answer, "provider_unavailable");
    let details = event_details(&event_of(&fixture.service, &answer).await);
    assert_eq!(details["warnings"], json!(["userinfo: the access token has the type \"mac\", not Bearer"]));
}

/// Fault, and the reason in the audit event.
const REASONS: &[(Fault, &str)] = &[
    (Fault::Signed(Broken), "the signature is wrong"),
    (Fault::Payload(|text| format!("{text}}}")), "the payload of the token is malformed JSON at byte"),
    (Fault::Payload(|_| "[]".to_owned()), "the payload of the token is a JSON list, not a JSON object"),
    (Fault::IdToken(|c| c["sub"] = json!({ "id": 1 })), "sub is an object, not text"),
    (Fault::IdToken(|c| c["sub"] = json!(7)), "sub is a number, not text"),
    (Fault::IdToken(|c| remove(c, "sub")), "sub is missing"),
    (Fault::IdToken(|c| c["exp"] = json!("x")), "exp is text, not a number"),
    (
        Fault::IdToken(|c| c["iss"] = json!("https://other\n.example")),
        "iss is another issuer: \"https://other\\n.example\"",
    ),
    (Fault::IdToken(|c| c["aud"] = json!("other")), "aud is another client: \"other\""),
    (
        Fault::Payload(|text| text.replacen("\"sub\":\"", "\"sub\":\"\\ud83d", 1)),
        "sub is null, not text; unreadable members: \"sub\" (",
    ),
    (Fault::Header(|h| h["typ"] = json!("at+jwt")), "typ is another kind of token: \"at+jwt\""),
    (Fault::Header(|h| h["kid"] = json!("other")), "no key of the provider has the kid \"other\""),
    (Fault::Header(|h| h["alg"] = json!("RS512")), "signed with \"RS512\", which is not accepted"),
    (Fault::Token(|t| t["id_token"] = json!("a.b.c.d.e")), "an encrypted token (five parts)"),
    (Fault::Token(|t| t["id_token"] = json!("a.b")), "not a signed token: 2 parts"),
    (Fault::Token(|t| t["id_token"] = json!({})), "token endpoint: id_token is empty or not text"),
    (Fault::Token(|t| remove(t, "id_token")), "token endpoint: the response contains no id_token"),
    (Fault::Answer(Endpoint::Token, Html), "token endpoint: the response is an HTML or XML page, not JSON"),
    (Fault::Answer(Endpoint::Token, List), "token endpoint: the response is a JSON list, not a JSON object"),
    (Fault::Answer(Endpoint::Token, Status(404)), "token endpoint: status 404"),
    (
        Fault::Answer(Endpoint::Token, Redirect(302)),
        "token endpoint: status 302: a redirect to \"http://127.0.0.1:",
    ),
    (
        Fault::Answer(Endpoint::Token, Encoded("br")),
        "token endpoint: the response has the content encoding \"br\"",
    ),
    (Fault::Userinfo(|u| u["sub"] = json!("other")), "userinfo is about another sub"),
    (Fault::Userinfo(|u| remove(u, "sub")), "userinfo has no sub"),
    (Fault::Userinfo(|u| u["sub"] = json!(7)), "sub of userinfo is not text"),
];

#[on_every_store]
async fn the_reason_of_a_refusal_is_the_true_defect(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let mut failures = Vec::new();
    for (fault, expected) in REASONS {
        let browser = fixture.browser();
        let authorization = start_login(&browser, &fixture.fake).await;
        fixture.fake.set_fault(*fault);
        let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
        let answer = callback(&browser, "fake", &[("code", &code), ("state", authorization.state())]).await;
        fixture.fake.set_fault(Fault::None);
        assert_refused(&answer, "provider_response_invalid");
        let details = event_details(&event_of(&fixture.service, &answer).await);
        let reason = details["failure"].as_str().unwrap_or_default().to_owned();
        if !reason.contains(expected) {
            failures.push(format!("{expected}: {reason}"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

/// Fault, and the problem that the log and the administrators see.
const PROBLEMS: &[(Fault, &[&str])] = &[
    (
        Fault::Discovery(|d| d["issuer"] = json!("https://issuer.example")),
        &["names another issuer: \"https://issuer.example\", but _ISSUER is \"http://127.0.0.1:"],
    ),
    (
        Fault::Discovery(|d| d["issuer"] = json!(format!("{}/", d["issuer"].as_str().unwrap()))),
        &["names another issuer: \"http://127.0.0.1:", "it differs by the slash at the end"],
    ),
    (
        Fault::Discovery(|d| {
            d["issuer"] = json!(d["issuer"].as_str().unwrap().replacen("http:", "https:", 1));
        }),
        &["one is http and the other https"],
    ),
    (Fault::Discovery(|d| remove(d, "jwks_uri")), &["metadata \"http://127.0.0.1:", "jwks_uri is missing"]),
    (Fault::Discovery(|d| d["jwks_uri"] = json!(7)), &["jwks_uri is not text"]),
    (Fault::Discovery(|d| d["token_endpoint"] = json!("x")), &["token_endpoint is not a URL: \"x\""]),
    (
        Fault::Discovery(|d| d["token_endpoint"] = json!("http://issuer.example/token")),
        &["token_endpoint of the metadata is not an https URL: \"http://issuer.example/token\""],
    ),
    (
        Fault::Answer(Endpoint::Discovery, Html),
        &["/.well-known/openid-configuration\": the response is an HTML"],
    ),
    (Fault::Answer(Endpoint::Discovery, List), &["the response is a JSON list"]),
    (Fault::Answer(Endpoint::Discovery, Status(404)), &["status 404"]),
    (
        Fault::Answer(Endpoint::Discovery, Redirect(301)),
        &["status 301: a redirect to \"http://127.0.0.1:", "/elsewhere/Discovery\""],
    ),
    (Fault::Answer(Endpoint::Keys, Html), &["key set \"http://127.0.0.1:", "an HTML or XML page"]),
    (Fault::Answer(Endpoint::Keys, Status(500)), &["key set", "status 500"]),
    (Fault::Keys(|k| remove(k, "keys")), &["key set", "it has no member `keys`"]),
];

async fn problem_of(settings: &[(&str, &str)], fake: &FakeProvider) -> String {
    let location = StoreLocation::file();
    let service = FederatedFixture::service(&location, settings, &[fake]).await;
    let provider = service.app.providers.get("fake").expect("a configured provider");
    eventually(Duration::from_mins(1), "a discovery ended", async || {
        provider.problem().as_deref() != Some("no request was sent yet")
    })
    .await;
    provider.problem().expect("a problem")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_discovery_error_names_its_cause() {
    let mut failures = Vec::new();
    for (fault, expected) in PROBLEMS {
        let fake = FakeProvider::start("fake").await;
        fake.set_fault(*fault);
        let problem = problem_of(&[], &fake).await;
        if !expected.iter().all(|part| problem.contains(part)) {
            failures.push(format!("{expected:?}: {problem}"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_connection_error_names_its_cause() {
    let fake = FakeProvider::start("fake").await;
    let https = fake.issuer().replacen("http:", "https:", 1);
    for (issuer, expected) in [
        (https.as_str(), "the port does not speak TLS; is the issuer an http URL?"),
        ("https://host.invalid", "the host name cannot be resolved (DNS)"),
        ("http://127.0.0.1:1", "connection refused: no service listens on this port"),
    ] {
        let problem = problem_of(&[("FAKE_ISSUER", issuer)], &fake).await;
        assert!(problem.contains(expected), "{issuer}: {problem}");
    }
    fake.reset_connections().await;
    let problem = problem_of(&[], &fake).await;
    assert!(problem.contains("reset by the other side") || problem.contains("interrupted"), "{problem}");
}

#[on_every_store]
async fn a_key_that_is_replaced_under_its_name_is_fetched_once(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let fetched = || fixture.fake.received_requests(Endpoint::Keys).len();
    let before = fetched();
    fixture.fake.publish_keys(&[&FIRST_REPLACED]);
    fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
    assert_eq!(fetched(), before + 1);
    // A wrong signature cannot cause more requests.
    for _ in 0..3 {
        fixture.fake.set_fault(Fault::Signed(Broken));
        assert_refused(
            &sign_in(&fixture.browser(), &fixture.fake, &claims_of("ada")).await,
            "provider_response_invalid",
        );
    }
    fixture.fake.set_fault(Fault::None);
    assert_eq!(fetched(), before + 1, "made-up signatures fetch no keys");
    fixture.signed_in(&fixture.fake, &claims_of("ada")).await;
}

#[on_every_store]
async fn announced_algorithms_are_accepted(location: StoreLocation) {
    for (announced, outcome) in
        [(json!(["RS256", "ES384"]), ACCEPTED), (json!(["RS256"]), INVALID), (json!("ES384"), INVALID)]
    {
        let fake = FakeProvider::start("fake").await;
        fake.publish_keys(&[&ELLIPTIC_384, &FIRST]);
        fake.set_fault(match (outcome, announced.is_array()) {
            (Ok(()), _) => {
                Fault::Discovery(|d| d["id_token_signing_alg_values_supported"] = json!(["RS256", "ES384"]))
            }
            (Err(_), true) => {
                Fault::Discovery(|d| d["id_token_signing_alg_values_supported"] = json!(["RS256"]))
            }
            (Err(_), false) => {
                Fault::Discovery(|d| d["id_token_signing_alg_values_supported"] = json!("ES384"))
            }
        });
        let fixture =
            FederatedFixture::with_providers(&location, &[], fake, FakeProvider::start("corp").await).await;
        fixture.wait_until_available("fake").await;
        fixture.fake.set_fault(Fault::None);
        let answer = sign_in(&fixture.browser(), &fixture.fake, &claims_of("grace")).await;
        match outcome {
            Ok(()) => assert_signed_in(&answer, "/"),
            Err(code) => assert_refused(&answer, code),
        }
    }
}

#[on_every_store]
async fn given_and_family_name_give_a_display_name(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for (login, names, expected) in [
        (
            "grace",
            json!({ "name": null, "given_name": "Grace", "family_name": "Hopper" }),
            json!("Grace Hopper"),
        ),
        ("ada", json!({ "name": "", "given_name": "Ada" }), json!("Ada")),
        (
            "linus",
            json!({ "name": ["Linus"], "family_name": "Torvalds", "given_name": " " }),
            json!("Torvalds"),
        ),
        ("alan", json!({ "name": "Alan", "given_name": "X", "family_name": "Y" }), json!("Alan")),
        ("edsger", json!({ "name": null, "given_name": 7 }), json!(null)),
    ] {
        let browser = fixture.signed_in(&fixture.fake, &with_claims(claims_of(login), names)).await;
        assert_eq!(me(&browser).await["displayName"], expected, "{login}");
    }
}
