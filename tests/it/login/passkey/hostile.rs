//! Responses that an authenticator or a browser of the user never sends. Each row changes one part of a real response, which is then signed.

use std::{collections::BTreeMap, time::Duration};

use serde_cbor_2::Value as Cbor;
use serde_json::{Value, json};
use vestibule::audit::{self, Event};

use crate::harness::{
    browser::{Answer, Browser},
    passkey::{
        BACKED_UP, BACKUP_ELIGIBLE, Draft, PRESENT, Passkey, VERIFIED, factor_options, registration_options,
        sign_in, sign_in_options, text, user_with_passkey,
    },
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

/// The ceremonies that a row is sent to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ceremony {
    SignIn,
    Factor,
    Registration,
}

use Ceremony::{Factor, Registration, SignIn};

const ALL: &[Ceremony] = &[SignIn, Factor, Registration];
const ASSERTIONS: &[Ceremony] = &[SignIn, Factor];

/// `None`: accepted. Otherwise the reason of the audit event.
type Outcome = Option<&'static str>;

struct Row {
    what: &'static str,
    ceremonies: &'static [Ceremony],
    change: fn(&mut Draft),
    outcome: Outcome,
}

const fn row(
    what: &'static str,
    ceremonies: &'static [Ceremony],
    change: fn(&mut Draft),
    outcome: Outcome,
) -> Row {
    Row { what, ceremonies, change, outcome }
}

fn set(draft: &mut Draft, member: &str, value: &str) {
    draft.client_data[member] = json!(value);
}

const ROWS: [Row; 42] = [
    row("unchanged", ALL, |_| {}, None),
    row(
        "origin of a phishing page",
        ALL,
        |draft| set(draft, "origin", "https://localhost.evil.example"),
        Some("wrong_origin"),
    ),
    row(
        "origin of a subdomain",
        ALL,
        |draft| set(draft, "origin", "http://evil.localhost:3000"),
        Some("wrong_origin"),
    ),
    row(
        "origin with another port",
        ALL,
        |draft| set(draft, "origin", "http://localhost:3001"),
        Some("wrong_origin"),
    ),
    row(
        "origin with another scheme",
        ALL,
        |draft| set(draft, "origin", "https://localhost:3000"),
        Some("wrong_origin"),
    ),
    row(
        "origin of an Android application",
        ALL,
        |draft| set(draft, "origin", "android:apk-key-hash:AAAA"),
        Some("wrong_origin"),
    ),
    row("origin that is no URL", ALL, |draft| set(draft, "origin", "localhost"), Some("response_invalid")),
    row("no origin", ALL, |draft| draft.client_data["origin"] = Value::Null, Some("response_invalid")),
    row(
        "RP id of another service",
        ALL,
        |draft| "evil.example".clone_into(&mut draft.rp_id),
        Some("wrong_rp_id"),
    ),
    row(
        "RP id is the origin",
        ALL,
        |draft| "http://localhost:3000".clone_into(&mut draft.rp_id),
        Some("wrong_rp_id"),
    ),
    row("another challenge", ALL, |draft| set(draft, "challenge", &"A".repeat(43)), Some("wrong_challenge")),
    row("empty challenge", ALL, |draft| set(draft, "challenge", ""), Some("wrong_challenge")),
    row(
        "challenge that is cut off",
        ALL,
        |draft| {
            let challenge = draft.client_data["challenge"].as_str().expect("a text")[..40].to_owned();
            draft.client_data["challenge"] = json!(challenge);
        },
        Some("wrong_challenge"),
    ),
    row(
        "type of a registration",
        ASSERTIONS,
        |draft| set(draft, "type", "webauthn.create"),
        Some("wrong_type"),
    ),
    row(
        "type of an assertion",
        &[Registration],
        |draft| set(draft, "type", "webauthn.get"),
        Some("wrong_type"),
    ),
    row("type of a payment", ALL, |draft| set(draft, "type", "payment.get"), Some("wrong_type")),
    row(
        "page in a frame of another origin",
        ALL,
        |draft| {
            draft.client_data["crossOrigin"] = json!(true);
            draft.client_data["topOrigin"] = json!("https://evil.example");
        },
        Some("cross_origin"),
    ),
    row("user not present", ALL, |draft| draft.flags &= !PRESENT, Some("user_not_present")),
    row("user not verified", ASSERTIONS, |draft| draft.flags &= !VERIFIED, Some("user_not_verified")),
    row("user not verified at a registration", &[Registration], |draft| draft.flags &= !VERIFIED, None),
    row(
        "backed up, and not eligible",
        ALL,
        |draft| draft.flags |= BACKED_UP,
        Some("backup_flags_inconsistent"),
    ),
    row(
        "backup eligibility changed",
        ASSERTIONS,
        |draft| draft.flags |= BACKUP_ELIGIBLE,
        Some("backup_flags_inconsistent"),
    ),
    row("altered signature", ASSERTIONS, |draft| draft.alters_signature = true, Some("wrong_signature")),
    row("counter is the same", ASSERTIONS, |draft| draft.counter = 1, Some("counter_not_higher")),
    row("counter is back", ASSERTIONS, |draft| draft.counter = 0, Some("counter_not_higher")),
    row(
        "handle of no user",
        ASSERTIONS,
        |draft| draft.user_handle = Some(vec![7; 16]),
        Some("wrong_user_handle"),
    ),
    row(
        "handle that is no id",
        ASSERTIONS,
        |draft| draft.user_handle = Some(b"ada".to_vec()),
        Some("wrong_user_handle"),
    ),
    row("empty handle", ASSERTIONS, |draft| draft.user_handle = Some(Vec::new()), Some("wrong_user_handle")),
    row("no handle in a login", &[SignIn], |draft| draft.user_handle = None, Some("wrong_user_handle")),
    row("no handle in a second factor", &[Factor], |draft| draft.user_handle = None, None),
    row("authenticator data that are cut off", ALL, |draft| draft.cut = 3, Some("response_invalid")),
    row(
        "unknown extensions",
        ALL,
        |draft| {
            draft.extensions =
                Some(Cbor::Map(BTreeMap::from([(text("devicePubKey"), Cbor::Bytes(vec![1, 2]))])));
        },
        None,
    ),
    row(
        "extensions that are no map",
        ALL,
        |draft| draft.extensions = Some(Cbor::Integer(1)),
        Some("response_invalid"),
    ),
    row(
        "unknown members",
        ALL,
        |draft| {
            draft.client_data["other_keys_can_be_added_here"] =
                json!("do not compare clientDataJSON against a template");
            draft.client_data["topOrigin"] = json!("http://localhost:3000");
        },
        None,
    ),
    row(
        "client data that are no object",
        ALL,
        |draft| draft.client_data = json!([1]),
        Some("response_invalid"),
    ),
    row("self attestation", &[Registration], |draft| "packed".clone_into(&mut draft.format), None),
    row(
        "self attestation with an altered signature",
        &[Registration],
        |draft| {
            "packed".clone_into(&mut draft.format);
            draft.alters_signature = true;
        },
        Some("response_invalid"),
    ),
    row(
        "unknown format of an attestation",
        &[Registration],
        |draft| "none2".clone_into(&mut draft.format),
        Some("response_invalid"),
    ),
    row(
        "key without an algorithm",
        &[Registration],
        |draft| drop(draft.key.remove(&Cbor::Integer(3))),
        Some("response_invalid"),
    ),
    row(
        "algorithm that was not offered",
        &[Registration],
        |draft| drop(draft.key.insert(Cbor::Integer(3), Cbor::Integer(-65535))),
        Some("response_invalid"),
    ),
    row(
        "point that is not on the curve",
        &[Registration],
        |draft| drop(draft.key.insert(Cbor::Integer(-2), Cbor::Bytes(vec![1; 32]))),
        Some("response_invalid"),
    ),
    row(
        "key with large members",
        &[Registration],
        |draft| drop(draft.key.insert(Cbor::Integer(9), Cbor::Bytes(vec![1; 2000]))),
        Some("response_invalid"),
    ),
];

/// A passkey of `ada`, and where a ceremony starts.
struct Fixture {
    service: Service,
    passkey: Passkey,
}

impl Fixture {
    async fn new(location: &StoreLocation) -> Self {
        let service = Service::start(location).await;
        let mut passkey = Passkey::security_key();
        user_with_passkey(&service, "ada", &mut passkey).await;
        Self { service, passkey }
    }

    /// Starts a ceremony and sends a changed response.
    async fn send(&mut self, ceremony: Ceremony, name: &str, change: fn(&mut Draft)) -> Answer {
        let browser = Browser::of(&self.service);
        match ceremony {
            SignIn => {
                let body = self.passkey.get_with(&sign_in_options(&browser).await, change);
                browser.post("/api/auth/passkey/login", &body).await
            }
            Factor => {
                browser.sign_in("ada", PASSWORD).await.expect_status(200);
                let body = self.passkey.get_with(&factor_options(&browser).await, change);
                browser.post("/api/mfa/passkey/verify", &body).await
            }
            Registration => {
                create_user(&self.service, name).await;
                browser.sign_in(name, PASSWORD).await.expect_status(200);
                let options = registration_options(&browser).await;
                let body = Passkey::security_key().create_with(&options, change);
                browser.post("/api/account/passkeys", &body).await
            }
        }
    }

    /// Returns the reason of the audit event of this answer.
    async fn reason(&self, answer: &Answer) -> Option<String> {
        let events = audit::page(&self.service.app.store, None, None, 20).await.expect("the store answers");
        let request = answer.header("x-request-id");
        let of_request = |event: &Event| event.request_id.as_deref() == request;
        events.into_iter().filter(of_request).find_map(|event| event.reason)
    }
}

fn refusal(ceremony: Ceremony) -> (u16, &'static str) {
    match ceremony {
        SignIn => (401, "passkey_refused"),
        Factor | Registration => (400, "passkey_invalid"),
    }
}

#[on_every_store]
async fn changed_response_is_refused_with_the_reason_in_an_audit_event(location: StoreLocation) {
    let mut fixture = Fixture::new(&location).await;
    let mut failures = Vec::new();
    for (number, row) in ROWS.iter().enumerate() {
        for ceremony in row.ceremonies {
            // The limit of refused responses per network starts again.
            fixture.service.advance_time(Duration::from_mins(11));
            let answer = fixture.send(*ceremony, &format!("row{number}"), row.change).await;
            let reason = fixture.reason(&answer).await;
            let expected = if row.outcome.is_none() { (200, "") } else { refusal(*ceremony) };
            let found = (answer.status, answer.code());
            if (found.0, found.1.as_str()) != expected || reason.as_deref() != row.outcome {
                failures.push(format!("{} ({ceremony:?}): {found:?} {reason:?}", row.what));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    // The passkey still works, and no row has changed it.
    sign_in(&Browser::of(&fixture.service), &mut fixture.passkey).await.expect_status(200);
}

/// Bodies that have not the form of a response. `None` removes the member.
const MALFORMED: [(&str, &str, Option<&str>); 15] = [
    ("no credential", "/credential", None),
    ("credential that is a text", "/credential", Some("\"x\"")),
    ("no id", "/credential/rawId", None),
    ("id that is not base64url", "/credential/rawId", Some("\"a+/=\"")),
    ("id that is a number", "/credential/rawId", Some("1")),
    ("another type", "/credential/type", Some("\"password\"")),
    ("no response", "/credential/response", None),
    ("no client data", "/credential/response/clientDataJSON", None),
    ("client data that are not base64url", "/credential/response/clientDataJSON", Some("\"%%%\"")),
    ("client data that are a list", "/credential/response/clientDataJSON", Some("[1, 2]")),
    ("client data that are no JSON", "/credential/response/clientDataJSON", Some("\"AAAA\"")),
    ("no authenticator data", "/credential/response/{data}", None),
    ("authenticator data that are no CBOR", "/credential/response/{data}", Some("\"_____w\"")),
    ("empty authenticator data", "/credential/response/{data}", Some("\"\"")),
    ("extensions that are a text", "/credential/clientExtensionResults", Some("\"x\"")),
];

fn replace(body: &mut Value, pointer: &str, value: Option<&str>) {
    let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
    let object = body.pointer_mut(parent).expect("a parent").as_object_mut().expect("an object");
    match value {
        Some(value) => drop(object.insert(member.to_owned(), serde_json::from_str(value).expect("JSON"))),
        None => drop(object.remove(member).expect("a member")),
    }
}

#[on_every_store]
async fn malformed_response_is_a_mistake_of_the_client(location: StoreLocation) {
    let Fixture { service, mut passkey } = Fixture::new(&location).await;
    let (anonymous, pending, owner) = (Browser::of(&service), Browser::of(&service), Browser::of(&service));
    create_user(&service, "linus").await;
    for (what, pointer, value) in MALFORMED {
        service.advance_time(Duration::from_secs(20));
        for (browser, path, data) in [
            (&anonymous, "/api/auth/passkey/login", "authenticatorData"),
            (&pending, "/api/mfa/passkey/verify", "authenticatorData"),
            (&owner, "/api/account/passkeys", "attestationObject"),
        ] {
            let mut body = match path {
                "/api/auth/passkey/login" => passkey.get(&sign_in_options(browser).await),
                "/api/mfa/passkey/verify" => {
                    browser.sign_in("ada", PASSWORD).await.expect_status(200);
                    passkey.get(&factor_options(browser).await)
                }
                _ => {
                    // The limit of registrations of one user is not met.
                    service.advance_time(Duration::from_mins(1));
                    browser.sign_in("linus", PASSWORD).await.expect_status(200);
                    Passkey::synced().create(&registration_options(browser).await)
                }
            };
            replace(&mut body, &pointer.replace("{data}", data), value);
            let answer = browser.post(path, &body).await;
            let expected = [(400, "passkey_invalid"), (401, "passkey_refused"), (400, "invalid_request")];
            assert!(expected.contains(&(answer.status, &answer.code())), "{what} {path}: {}", answer.text);
        }
    }
}

// W3C Web Authentication §4: at most 1,023 bytes. A longer one is not searched for.
#[on_every_store]
async fn credential_id_is_bounded(location: StoreLocation) {
    let Fixture { service, mut passkey } = Fixture::new(&location).await;
    for (bytes, status, code) in [
        (0, 401, "passkey_unknown"),
        (1023, 401, "passkey_unknown"),
        (1024, 400, "passkey_invalid"),
        (20_000, 400, "passkey_invalid"),
    ] {
        let browser = Browser::of(&service);
        let options = sign_in_options(&browser).await;
        let body = passkey.get_with(&options, |draft| draft.credential_id = vec![9; bytes]);
        browser.post("/api/auth/passkey/login", &body).await.expect_problem(status, code);
    }
    for (bytes, status) in [(1023, 200), (1024, 400)] {
        let name = format!("linus{bytes}");
        create_user(&service, &name).await;
        let browser = Browser::of(&service);
        browser.sign_in(&name, PASSWORD).await.expect_status(200);
        let options = registration_options(&browser).await;
        let mut long = Passkey::synced();
        long.id = vec![9; bytes];
        browser.post("/api/account/passkeys", &long.create(&options)).await.expect_status(status);
        if status == 200 {
            sign_in(&Browser::of(&service), &mut long).await.expect_status(200);
        }
    }
}

// Any bytes: the parsers of CBOR and of authenticator data must refuse them.
#[on_every_store]
async fn random_bytes_are_refused(location: StoreLocation) {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let Fixture { service, mut passkey } = Fixture::new(&location).await;
    let browser = Browser::of(&service);
    for round in 0..40_u8 {
        service.advance_time(Duration::from_mins(11));
        let mut body = passkey.get(&sign_in_options(&browser).await);
        let data = &mut body["credential"]["response"]["authenticatorData"];
        let mut bytes = URL_SAFE_NO_PAD.decode(data.as_str().expect("a text")).expect("base64url");
        // Flags of a credential and of extensions, then bytes of all CBOR types.
        bytes[32] |= 0b1100_0000;
        bytes.extend((0..60_u8).map(|place| round.wrapping_mul(37).wrapping_add(place.wrapping_mul(round))));
        *data = json!(URL_SAFE_NO_PAD.encode(bytes));
        browser.post("/api/auth/passkey/login", &body).await.expect_problem(401, "passkey_refused");
    }
}
