//! Settings: passkeys off, models, attestation, other origins, and the well-known documents.

use serde_json::{Value, json};
use vestibule::config::{Config, Environment};

use crate::harness::{
    browser::Browser,
    factors::factors,
    passkey::{
        Attestation, Passkey, attestation_file, options_of, register, registration_options, sign_in,
        sign_in_options, user_with_passkey,
    },
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const MODEL: &str = "cb69481e-8ff7-4039-93ec-0a2729a154a8";
const AAGUIDS: &str = "VESTIBULE_PASSKEY_AAGUIDS";
const ATTESTATION: &str = "VESTIBULE_PASSKEY_ATTESTATION_FILE";

async fn signed_in(service: &Service, name: &str) -> Browser {
    create_user(service, name).await;
    let browser = Browser::of(service);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser
}

fn model(text: &str) -> [u8; 16] {
    *uuid::Uuid::parse_str(text).expect("a UUID").as_bytes()
}

// An RP id is a domain: browsers allow no passkeys for the address of a host.
#[on_every_store]
async fn passkeys_are_unavailable_by_the_setting_and_on_the_address_of_a_host(location: StoreLocation) {
    for (setting, value) in [
        ("VESTIBULE_PASSKEYS", "false"),
        ("VESTIBULE_PUBLIC_URL", "https://192.0.2.1"),
        ("VESTIBULE_PUBLIC_URL", "https://[2001:db8::1]"),
    ] {
        let service = Service::with_settings(&location, &[(setting, value)]).await;
        let name = format!("u{}", value.len());
        create_user(&service, &name).await;
        let browser = Browser::of(&service);
        for path in ["/.well-known/passkey-endpoints", "/.well-known/webauthn"] {
            browser.get(path).await.expect_problem(404, "not_found");
        }
        let shown = browser.get("/api/auth/providers").await.expect_status(200).json();
        assert_eq!(find(&shown, "passkeys"), Some(&json!(false)), "{shown}");
        browser.post("/api/auth/passkey/options", &json!({})).await.expect_problem(404, "not_found");
        let mut body = Passkey::synced()
            .get(&json!({ "ceremony": "x", "publicKey": { "challenge": "AA", "rpId": "x" } }));
        browser.post("/api/auth/passkey/login", &body).await.expect_problem(404, "not_found");
        browser.sign_in(&name, PASSWORD).await.expect_status(200);
        for path in ["/api/account/passkeys/options", "/api/mfa/passkey/options"] {
            browser.post(path, &json!({})).await.expect_problem(404, "not_found");
        }
        let response = body["credential"]["response"].as_object_mut().expect("an object");
        response.insert("attestationObject".to_owned(), json!("AA"));
        browser.post("/api/account/passkeys", &body).await.expect_problem(404, "not_found");
    }
    let service = Service::start(&location).await;
    let shown = Browser::of(&service).get("/api/auth/providers").await.json();
    assert_eq!(find(&shown, "passkeys"), Some(&json!(true)), "{shown}");
}

/// Returns the first member of this name, at any depth.
fn find<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let object = value.as_object()?;
    object.get(name).or_else(|| object.values().find_map(|value| find(value, name)))
}

// A user whose passkeys were turned off must not be locked out of the rest: the passkey is still a factor, and the operator removes it.
#[on_every_store]
async fn passkey_stays_a_factor_while_passkeys_are_off(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    user_with_passkey(&service, "ada", &mut passkey).await;
    let service = service.restart_with(&[("VESTIBULE_PASSKEYS", "false")]).await;
    let browser = Browser::of(&service);
    let login = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!(login["needMfa"], true);
    browser.post("/api/mfa/passkey/options", &json!({})).await.expect_problem(404, "not_found");
    let service = service.restart_with(&[("VESTIBULE_PASSKEYS", "")]).await;
    sign_in(&Browser::of(&service), &mut passkey).await.expect_status(200);
}

#[on_every_store]
async fn well_known_documents_name_the_page_and_the_origins(location: StoreLocation) {
    let service = Service::with_settings(
        &location,
        &[
            ("VESTIBULE_PUBLIC_URL", "https://corp.example/auth"),
            ("VESTIBULE_ALLOWED_ORIGINS", "https://app.example,https://shop.corp.example:8443"),
        ],
    )
    .await;
    let browser = Browser::of(&service);
    for (path, expected) in [
        (
            "passkey-endpoints",
            json!({
                "enroll": "https://corp.example/auth/account?section=security",
                "manage": "https://corp.example/auth/account?section=security",
            }),
        ),
        (
            "webauthn",
            json!({ "origins": ["https://corp.example", "https://app.example", "https://shop.corp.example:8443"] }),
        ),
    ] {
        // A proxy sends the path as it is, or without the prefix.
        for prefix in ["", "/auth"] {
            let answer = browser.get(&format!("{prefix}/.well-known/{path}")).await.expect_status(200);
            assert_eq!(answer.json(), expected);
            assert_eq!(answer.header("content-type"), Some("application/json"));
        }
    }
}

#[on_every_store]
async fn page_of_an_allowed_origin_uses_the_passkeys_of_the_public_url(location: StoreLocation) {
    let settings = [
        ("VESTIBULE_PUBLIC_URL", "http://localhost:3000"),
        ("VESTIBULE_ALLOWED_ORIGINS", "https://app.example"),
    ];
    let service = Service::with_settings(&location, &settings).await;
    let mut passkey = Passkey::synced();
    user_with_passkey(&service, "ada", &mut passkey).await;
    for (origin, status) in [
        ("https://app.example", 200),
        ("http://localhost:3000", 200),
        ("https://app.example:444", 401),
        ("https://evil.app.example", 401),
        ("https://evil.example", 401),
    ] {
        let browser = Browser::of(&service);
        let options = sign_in_options(&browser).await;
        assert_eq!(options["publicKey"]["rpId"], "localhost");
        let body = passkey.get_with(&options, |draft| draft.client_data["origin"] = json!(origin));
        browser.post("/api/auth/passkey/login", &body).await.expect_status(status);
    }
}

#[on_every_store]
async fn prefix_is_no_part_of_the_origin(location: StoreLocation) {
    let service =
        Service::with_settings(&location, &[("VESTIBULE_PUBLIC_URL", "http://localhost:3000/auth")]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let mut passkey = Passkey::synced();
    let options = options_of(&browser, "/auth/api/account/passkeys/options").await;
    let body = passkey.create(&options);
    browser.post("/auth/api/account/passkeys", &body).await.expect_status(200);
    let browser = Browser::of(&service);
    let body = passkey.get(&options_of(&browser, "/auth/api/auth/passkey/options").await);
    browser.post("/auth/api/auth/passkey/login", &body).await.expect_status(200);
}

#[on_every_store]
async fn only_models_of_the_list_are_registered(location: StoreLocation) {
    let service = Service::with_settings(&location, &[(AAGUIDS, &MODEL.to_uppercase())]).await;
    let browser = signed_in(&service, "ada").await;
    for aaguid in [[0; 16], model("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4")] {
        let mut passkey = Passkey::synced();
        passkey.aaguid = aaguid;
        register(&browser, &mut passkey).await.expect_problem(400, "passkey_not_allowed");
    }
    let mut passkey = Passkey::security_key();
    passkey.aaguid = model(MODEL);
    let answer = register(&browser, &mut passkey).await.expect_status(200).json();
    assert_eq!(answer["passkey"]["aaguid"], MODEL);
    assert_eq!(factors(&browser).await["passkeys"].as_array().map(Vec::len), Some(1));
    // A passkey from before the setting still works.
    let service = service.restart_with(&[(AAGUIDS, "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4")]).await;
    sign_in(&Browser::of(&service), &mut passkey).await.expect_status(200);
}

// Attack: a program names the model of a security key. Only the signature of the manufacturer proves it.
#[on_every_store]
async fn attestation_of_a_manufacturer_of_the_file_is_required(location: StoreLocation) {
    let root = attestation_file("root.pem");
    let service = Service::with_settings(&location, &[(ATTESTATION, &root), (AAGUIDS, MODEL)]).await;
    let browser = signed_in(&service, "ada").await;
    let options = registration_options(&browser).await;
    assert_eq!(options["publicKey"]["attestation"], "direct");
    let mut none = Passkey::security_key();
    none.aaguid = model(MODEL);
    register(&browser, &mut none).await.expect_problem(400, "passkey_invalid");
    let options = registration_options(&browser).await;
    let own = none.create_with(&options, |draft| "packed".clone_into(&mut draft.format));
    browser.post("/api/account/passkeys", &own).await.expect_problem(400, "passkey_invalid");
    // The certificate names its model: another one with the same certificate is refused.
    let mut attested = Passkey::security_key();
    attested.attestation = Some(Attestation::of_fixtures());
    attested.aaguid = model("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4");
    register(&browser, &mut attested).await.expect_problem(400, "passkey_invalid");
    attested.aaguid = model(MODEL);
    let options = registration_options(&browser).await;
    let body = attested.create_with(&options, |draft| draft.alters_signature = true);
    browser.post("/api/account/passkeys", &body).await.expect_problem(400, "passkey_invalid");
    register(&browser, &mut attested).await.expect_status(200);
    sign_in(&Browser::of(&service), &mut attested).await.expect_status(200);

    // The root of another manufacturer.
    let other = attestation_file("other.pem");
    let service = service.restart_with(&[(ATTESTATION, &other)]).await;
    let browser = signed_in(&service, "linus").await;
    let mut attested = Passkey::security_key();
    attested.attestation = Some(Attestation::of_fixtures());
    attested.aaguid = model(MODEL);
    register(&browser, &mut attested).await.expect_problem(400, "passkey_invalid");
}

#[test]
fn mistakes_in_the_settings_name_the_next_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let empty = write("empty.pem", "no certificate");
    let broken = write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let missing = folder.path().join("missing.pem").display().to_string();
    for (setting, value, expected) in [
        (AAGUIDS, "yubikey", "is not an AAGUID"),
        (ATTESTATION, empty.as_str(), "contains no certificate"),
        (ATTESTATION, broken.as_str(), "cannot be read"),
        (ATTESTATION, missing.as_str(), "missing.pem"),
    ] {
        let environment = Environment::of([
            ("VESTIBULE_DATABASE_URL", "sqlite:test.db"),
            ("VESTIBULE_SECRET_KEYS", vestibule::secrets::new_key().as_str()),
            (setting, value),
        ]);
        let mistakes = Config::read(&environment).expect_err("a mistake");
        let shown: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        assert!(shown.len() == 1 && shown[0].contains(setting) && shown[0].contains(expected), "{shown:?}");
    }
    // Several certificates in one file, and text between them.
    let pem = |name| std::fs::read_to_string(attestation_file(name)).expect("a certificate");
    let both = write("both.pem", &format!("# roots\n{}\n\n# others\n{}", pem("root.pem"), pem("other.pem")));
    let environment = Environment::of([
        ("VESTIBULE_DATABASE_URL", "sqlite:test.db"),
        ("VESTIBULE_SECRET_KEYS", vestibule::secrets::new_key().as_str()),
        (ATTESTATION, both.as_str()),
    ]);
    let (config, _) = Config::read(&environment).expect("good settings");
    assert_eq!(config.passkeys.roots.expect("roots").len(), 2);
}
