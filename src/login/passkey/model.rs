//! What the response to a registration says about the authenticator.

use serde_cbor_2::Value;
use webauthn_rs_core::{internals::AuthenticatorData, proto::Registration};

/// Longest public key. One of RSA with 2,048 bits has about 300 bytes.
const KEY_BYTES_MAX: usize = 1_024;

/// The model and the public key of a new passkey. The registration was verified before: this reads the same bytes again, because the library
/// does not show them.
pub(super) struct NewCredential {
    /// `None`: the authenticator does not say (all zeros).
    pub(super) aaguid: Option<String>,
    /// COSE key in CBOR.
    pub(super) public_key: Vec<u8>,
}

impl NewCredential {
    /// Reads an attestation object (W3C Web Authentication §6.5.4).
    pub(super) fn of(attestation_object: &[u8]) -> Option<Self> {
        let Ok(Value::Map(members)) = serde_cbor_2::from_slice(attestation_object) else { return None };
        let Some(Value::Bytes(data)) = members.get(&Value::Text("authData".to_owned())) else { return None };
        let data = AuthenticatorData::<Registration>::try_from(data.as_slice()).ok()?;
        let credential = data.acd?;
        let aaguid = uuid::Uuid::from_bytes(credential.aaguid);
        let public_key = serde_cbor_2::to_vec(&credential.credential_pk).ok()?;
        // A key may have members that the library ignores. Attack: a client stores large documents with them.
        if public_key.len() > KEY_BYTES_MAX {
            return None;
        }
        Some(Self { aaguid: (!aaguid.is_nil()).then(|| aaguid.to_string()), public_key })
    }
}

/// Returns the name of a common authenticator, for the default name of a passkey. The list is that of the community
/// (passkey-authenticator-aaguids); a model that is missing has the default name.
pub(super) fn name_of(aaguid: &str) -> Option<&'static str> {
    Some(match aaguid {
        "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4" => "Google Password Manager",
        "adce0002-35bc-c60a-648b-0b25f1f05503" => "Chrome on Mac",
        "08987058-cadc-4b81-b6e1-30de50dcbe96"
        | "9ddd1817-af5a-4672-a2b9-3e3dd95000a9"
        | "6028b017-b1d4-4c02-b4b3-afcdafc96bb2" => "Windows Hello",
        "fbfc3007-154e-4ecc-8c0b-6e020557d7bd" => "Apple Passwords",
        "dd4ec289-e01d-41c9-bb89-70fa845d4bf2" => "iCloud Keychain (Managed)",
        "bada5566-a7aa-401f-bd96-45619a55120d" => "1Password",
        "d548826e-79b4-db40-a3d8-11116f7e8349" => "Bitwarden",
        "531126d6-e717-415c-9320-3d9aa6981239" => "Dashlane",
        "53414d53-554e-4700-0000-000000000000" => "Samsung Pass",
        "fdb141b2-5d84-443e-8a35-4698c205a502" => "KeePassXC",
        "50726f74-6f6e-5061-7373-50726f746f6e" => "Proton Pass",
        _ => return None,
    })
}
