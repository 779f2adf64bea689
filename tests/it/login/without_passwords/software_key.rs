//! A small software authenticator: one passkey without an attestation.

use std::collections::BTreeMap;

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_cbor_2::Value as Cbor;
use serde_json::{Value, json};

const PRESENT: u8 = 0b0000_0001;
const VERIFIED: u8 = 0b0000_0100;
const SYNCED: u8 = 0b0001_1000;
const HAS_CREDENTIAL: u8 = 0b0100_0000;
/// The public URL of the tests.
const ORIGIN: &str = "http://localhost:3000";

pub(crate) struct Passkey {
    key: EcdsaKeyPair,
    pub(crate) id: Vec<u8>,
    user_handle: Option<Vec<u8>>,
    flags: u8,
}

impl Passkey {
    /// A passkey of a password manager: it verifies the user.
    pub(crate) fn synced() -> Self {
        Self::new(PRESENT | VERIFIED | SYNCED)
    }

    /// A security key without a PIN.
    pub(crate) fn without_verification() -> Self {
        Self::new(PRESENT)
    }

    fn new(flags: u8) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let id = digest(&SHA256, key.public_key().as_ref()).as_ref().to_vec();
        Self { key, id, user_handle: None, flags }
    }

    /// Answers the options of a registration.
    pub(crate) fn create(&mut self, options: &Value) -> Value {
        let public_key = &options["publicKey"];
        self.user_handle = Some(decode(&public_key["user"]["id"]));
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        let key = Cbor::Map(BTreeMap::from([
            (Cbor::Integer(1), Cbor::Integer(2)),
            (Cbor::Integer(3), Cbor::Integer(-7)),
            (Cbor::Integer(-1), Cbor::Integer(1)),
            (Cbor::Integer(-2), Cbor::Bytes(x.to_vec())),
            (Cbor::Integer(-3), Cbor::Bytes(y.to_vec())),
        ]));
        let mut data = self.authenticator_data(&public_key["rp"]["id"], HAS_CREDENTIAL);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
        data.extend(&self.id);
        data.extend(serde_cbor_2::to_vec(&key).expect("CBOR"));
        let text = |text: &str| Cbor::Text(text.to_owned());
        let object = Cbor::Map(BTreeMap::from([
            (text("fmt"), text("none")),
            (text("attStmt"), Cbor::Map(BTreeMap::new())),
            (text("authData"), Cbor::Bytes(data)),
        ]));
        let response = json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data("webauthn.create", public_key)),
            "attestationObject": URL_SAFE_NO_PAD.encode(serde_cbor_2::to_vec(&object).expect("CBOR")),
        });
        self.answer(options, &response, &json!({ "credProps": { "rk": true } }))
    }

    /// Answers the options of a login.
    pub(crate) fn get(&self, options: &Value) -> Value {
        let public_key = &options["publicKey"];
        let data = self.authenticator_data(&public_key["rpId"], 0);
        let client_data = client_data("webauthn.get", public_key);
        let message = [&*data, digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &message).expect("a signature");
        let response = json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "signature": URL_SAFE_NO_PAD.encode(signature),
            "userHandle": self.user_handle.as_ref().map(|handle| URL_SAFE_NO_PAD.encode(handle)),
        });
        self.answer(options, &response, &json!({}))
    }

    fn authenticator_data(&self, rp_id: &Value, more: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, rp_id.as_str().expect("an RP id").as_bytes()).as_ref().to_vec();
        data.push(self.flags | more);
        data.extend([0; 4]);
        data
    }

    fn answer(&self, options: &Value, response: &Value, extensions: &Value) -> Value {
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        json!({ "ceremony": options["ceremony"], "credential": {
            "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": extensions,
        }})
    }
}

fn client_data(kind: &str, public_key: &Value) -> String {
    json!({ "type": kind, "challenge": public_key["challenge"], "origin": ORIGIN, "crossOrigin": false })
        .to_string()
}

fn decode(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().expect("a text")).expect("base64url")
}
