//! A software authenticator with one passkey. It makes real attestation objects and assertions with a real key, and a test can change every part
//! of a response before it is signed.

use std::collections::BTreeMap;

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_cbor_2::Value as Cbor;
use serde_json::{Value, json};
use vestibule::user::User;

use super::{
    browser::{Answer, Browser},
    service::Service,
    users::{PASSWORD, create_user},
};

/// Flags of the authenticator data (W3C Web Authentication §6.1).
pub(crate) const PRESENT: u8 = 0b0000_0001;
pub(crate) const VERIFIED: u8 = 0b0000_0100;
pub(crate) const BACKUP_ELIGIBLE: u8 = 0b0000_1000;
pub(crate) const BACKED_UP: u8 = 0b0001_0000;
const HAS_CREDENTIAL: u8 = 0b0100_0000;
const HAS_EXTENSIONS: u8 = 0b1000_0000;

/// The public URL of the tests.
pub(crate) const ORIGIN: &str = "http://localhost:3000";

/// A passkey and its authenticator.
pub(crate) struct Passkey {
    key: EcdsaKeyPair,
    pub(crate) id: Vec<u8>,
    /// The user id that the service gave.
    pub(crate) user_handle: Option<Vec<u8>>,
    pub(crate) aaguid: [u8; 16],
    pub(crate) flags: u8,
    /// Of the newest response. 0: the authenticator does not count.
    pub(crate) counter: u32,
    /// Certificates and key of the manufacturer.
    pub(crate) attestation: Option<Attestation>,
}

/// What a manufacturer puts into an authenticator.
pub(crate) struct Attestation {
    certificate: Vec<u8>,
    key: EcdsaKeyPair,
}

impl Attestation {
    /// Reads the attestation of the fixtures. Its model is `cb69481e-8ff7-4039-93ec-0a2729a154a8`.
    pub(crate) fn of_fixtures() -> Self {
        use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, pem::PemObject as _};
        let certificate = CertificateDer::from_pem_file(attestation_file("authenticator.pem"));
        let key = PrivatePkcs8KeyDer::from_pem_file(attestation_file("authenticator.key")).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.secret_pkcs8_der());
        Self { certificate: certificate.expect("a certificate").to_vec(), key: key.expect("P-256") }
    }
}

/// Returns a file of the manufacturer of the tests.
pub(crate) fn attestation_file(name: &str) -> String {
    format!("{}/tests/fixtures/attestation/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A response before it is signed.
pub(crate) struct Draft {
    pub(crate) client_data: Value,
    pub(crate) rp_id: String,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
    pub(crate) credential_id: Vec<u8>,
    pub(crate) user_handle: Option<Vec<u8>>,
    /// Public key, for a registration.
    pub(crate) key: BTreeMap<Cbor, Cbor>,
    /// Format of the attestation.
    pub(crate) format: String,
    /// Outputs of the authenticator for extensions.
    pub(crate) extensions: Option<Cbor>,
    /// Bytes of the authenticator data are cut off at the end.
    pub(crate) cut: usize,
    /// Changes the signature after it was made.
    pub(crate) alters_signature: bool,
}

impl Passkey {
    /// A passkey of a password manager: synced, without a counter, and it verifies the user.
    pub(crate) fn synced() -> Self {
        Self::new(PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP, 0)
    }

    /// A security key with a PIN: it cannot be copied, and it counts.
    pub(crate) fn security_key() -> Self {
        Self::new(PRESENT | VERIFIED, 1)
    }

    /// A security key without a PIN.
    pub(crate) fn without_verification() -> Self {
        Self::new(PRESENT, 1)
    }

    fn new(flags: u8, counter: u32) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let id = digest(&SHA256, key.public_key().as_ref()).as_ref().to_vec();
        Self { key, id, user_handle: None, aaguid: [0; 16], flags, counter, attestation: None }
    }

    pub(crate) fn id_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.id)
    }

    /// Copies the authenticator, as an attacker would.
    pub(crate) fn cloned(&self) -> Self {
        let key = self.key.to_pkcs8v1().expect("the private key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref()).expect("the key");
        let (id, user_handle) = (self.id.clone(), self.user_handle.clone());
        let Self { aaguid, flags, counter, .. } = *self;
        Self { key, id, user_handle, aaguid, flags, counter, attestation: None }
    }

    /// Answers the options of a registration.
    pub(crate) fn create(&mut self, options: &Value) -> Value {
        self.create_with(options, |_| {})
    }

    /// Answers the options of a registration with a changed response.
    pub(crate) fn create_with(&mut self, options: &Value, change: impl FnOnce(&mut Draft)) -> Value {
        let public_key = &options["publicKey"];
        self.user_handle = Some(decode(&public_key["user"]["id"]));
        let point = self.key.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        let key = BTreeMap::from([
            (Cbor::Integer(1), Cbor::Integer(2)),
            (Cbor::Integer(3), Cbor::Integer(-7)),
            (Cbor::Integer(-1), Cbor::Integer(1)),
            (Cbor::Integer(-2), Cbor::Bytes(x.to_vec())),
            (Cbor::Integer(-3), Cbor::Bytes(y.to_vec())),
        ]);
        let rp_id = public_key["rp"]["id"].as_str().expect("an RP id");
        let mut draft = self.draft("webauthn.create", &public_key["challenge"], rp_id);
        draft.key = key;
        draft.flags |= HAS_CREDENTIAL;
        if self.attestation.is_some() {
            "packed".clone_into(&mut draft.format);
        }
        change(&mut draft);
        self.render_creation(&options["ceremony"], &draft)
    }

    fn render_creation(&self, ceremony: &Value, draft: &Draft) -> Value {
        let mut credential = self.aaguid.to_vec();
        credential.extend(u16::try_from(draft.credential_id.len()).expect("short").to_be_bytes());
        credential.extend(&draft.credential_id);
        credential.extend(serde_cbor_2::to_vec(&Cbor::Map(draft.key.clone())).expect("CBOR"));
        let credential = if draft.flags & HAS_CREDENTIAL == 0 { Vec::new() } else { credential };
        let data = draft.authenticator_data(&credential);
        let client_data = draft.client_data.to_string();
        let mut statement = BTreeMap::new();
        if draft.format == "packed" {
            let key = self.attestation.as_ref().map_or(&self.key, |attestation| &attestation.key);
            statement.insert(text("alg"), Cbor::Integer(-7));
            statement.insert(text("sig"), Cbor::Bytes(draft.signature(key, &data, &client_data)));
            if let Some(Attestation { certificate, .. }) = &self.attestation {
                statement.insert(text("x5c"), Cbor::Array(vec![Cbor::Bytes(certificate.clone())]));
            }
        }
        let object = Cbor::Map(BTreeMap::from([
            (text("fmt"), text(&draft.format)),
            (text("attStmt"), Cbor::Map(statement)),
            (text("authData"), Cbor::Bytes(data)),
        ]));
        let id = URL_SAFE_NO_PAD.encode(&draft.credential_id);
        json!({ "ceremony": ceremony, "credential": {
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
                "attestationObject": URL_SAFE_NO_PAD.encode(serde_cbor_2::to_vec(&object).expect("CBOR")),
                "transports": ["internal", "hybrid", "internal", "smart-card"],
                "publicKeyAlgorithm": -7,
            },
            "clientExtensionResults": { "credProps": { "rk": true } },
        }})
    }

    /// Answers the options of a login, a second factor or a re-authentication.
    pub(crate) fn get(&mut self, options: &Value) -> Value {
        self.get_with(options, |_| {})
    }

    /// Answers the options with a changed response.
    pub(crate) fn get_with(&mut self, options: &Value, change: impl FnOnce(&mut Draft)) -> Value {
        if self.counter > 0 {
            self.counter += 1;
        }
        let public_key = &options["publicKey"];
        let rp_id = public_key["rpId"].as_str().expect("an RP id");
        let mut draft = self.draft("webauthn.get", &public_key["challenge"], rp_id);
        change(&mut draft);
        let (data, client_data) = (draft.authenticator_data(&[]), draft.client_data.to_string());
        let signature = draft.signature(&self.key, &data, &client_data);
        let id = URL_SAFE_NO_PAD.encode(&draft.credential_id);
        json!({ "ceremony": options["ceremony"], "credential": {
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
                "authenticatorData": URL_SAFE_NO_PAD.encode(data),
                "signature": URL_SAFE_NO_PAD.encode(signature),
                "userHandle": draft.user_handle.map(|handle| URL_SAFE_NO_PAD.encode(handle)),
            },
            "clientExtensionResults": {},
        }})
    }

    fn draft(&self, kind: &str, challenge: &Value, rp_id: &str) -> Draft {
        Draft {
            client_data: json!({ "type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": false }),
            rp_id: rp_id.to_owned(),
            flags: self.flags,
            counter: self.counter,
            credential_id: self.id.clone(),
            user_handle: self.user_handle.clone(),
            key: BTreeMap::new(),
            format: "none".to_owned(),
            extensions: None,
            cut: 0,
            alters_signature: false,
        }
    }
}

impl Draft {
    fn authenticator_data(&self, credential: &[u8]) -> Vec<u8> {
        let extensions = self.extensions.as_ref().map(|map| serde_cbor_2::to_vec(map).expect("CBOR"));
        let flags = if extensions.is_some() { self.flags | HAS_EXTENSIONS } else { self.flags };
        let mut data = digest(&SHA256, self.rp_id.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data.extend(credential);
        data.extend(extensions.unwrap_or_default());
        data.truncate(data.len() - self.cut);
        data
    }

    fn signature(&self, key: &EcdsaKeyPair, data: &[u8], client_data: &str) -> Vec<u8> {
        let message = [data, digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let mut signature = key.sign(&SystemRandom::new(), &message).expect("a signature").as_ref().to_vec();
        if self.alters_signature {
            *signature.last_mut().expect("bytes") ^= 1;
        }
        signature
    }
}

pub(crate) fn text(text: &str) -> Cbor {
    Cbor::Text(text.to_owned())
}

fn decode(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().expect("a text")).expect("base64url")
}

/// Asks for options at this path.
pub(crate) async fn options_of(browser: &Browser, path: &str) -> Value {
    browser.post(path, &json!({})).await.expect_status(200).json()
}

pub(crate) async fn sign_in_options(browser: &Browser) -> Value {
    options_of(browser, "/api/auth/passkey/options").await
}

pub(crate) async fn factor_options(browser: &Browser) -> Value {
    options_of(browser, "/api/mfa/passkey/options").await
}

pub(crate) async fn registration_options(browser: &Browser) -> Value {
    options_of(browser, "/api/account/passkeys/options").await
}

/// Registers a passkey in a browser that is signed in.
pub(crate) async fn register(browser: &Browser, passkey: &mut Passkey) -> Answer {
    let options = registration_options(browser).await;
    browser.post("/api/account/passkeys", &passkey.create(&options)).await
}

/// Signs in with a passkey alone.
pub(crate) async fn sign_in(browser: &Browser, passkey: &mut Passkey) -> Answer {
    let options = sign_in_options(browser).await;
    browser.post("/api/auth/passkey/login", &passkey.get(&options)).await
}

/// Proves a passkey as the second factor of a login.
pub(crate) async fn verify(browser: &Browser, passkey: &mut Passkey) -> Answer {
    let options = factor_options(browser).await;
    browser.post("/api/mfa/passkey/verify", &passkey.get(&options)).await
}

/// Re-authenticates with a passkey.
pub(crate) async fn reauthenticate(browser: &Browser, passkey: &mut Passkey) -> Answer {
    let options = factor_options(browser).await;
    browser.post("/api/auth/reauthenticate", &json!({ "passkey": passkey.get(&options) })).await
}

/// Creates a user with a password, who signs in and registers this passkey.
pub(crate) async fn user_with_passkey(
    service: &Service,
    name: &str,
    passkey: &mut Passkey,
) -> (User, Browser) {
    let user = create_user(service, name).await;
    let browser = Browser::of(service);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    register(&browser, passkey).await.expect_status(200);
    (user, browser)
}

/// Returns the id of the only passkey of the signed-in user.
pub(crate) async fn passkey_id(browser: &Browser) -> String {
    let factors = super::factors::factors(browser).await;
    let [passkey] = factors["passkeys"].as_array().expect("a list").as_slice() else {
        panic!("one passkey: {factors}")
    };
    passkey["id"].as_str().expect("an id").to_owned()
}
