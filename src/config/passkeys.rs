//! Settings for passkeys.

use std::{path::PathBuf, sync::Arc};

use webauthn_rs_core::proto::AttestationCaList;

use super::{reader::Reader, settings as s};

const END: &str = "-----END CERTIFICATE-----";

/// Settings for passkeys.
#[derive(Clone, Debug)]
pub struct PasskeySettings {
    pub are_enabled: bool,
    /// The allowed models of authenticators, as UUIDs in lower case. Empty: all.
    pub aaguids: Vec<String>,
    /// A new passkey must be attested by one of these authorities. `None`: no attestation is asked for.
    pub roots: Option<Arc<AttestationCaList>>,
}

pub(super) fn read(reader: &mut Reader<'_>) -> PasskeySettings {
    let roots = reader.get(&s::PASSKEY_ATTESTATION_FILE).map(|path| roots(&path)).transpose();
    let roots = roots.map_err(|mistake| reader.mistake(&s::PASSKEY_ATTESTATION_FILE, mistake)).ok().flatten();
    PasskeySettings {
        are_enabled: reader.get(&s::PASSKEYS),
        aaguids: reader.get(&s::PASSKEY_AAGUIDS),
        roots: roots.map(Arc::new),
    }
}

/// Reads the authorities from a file of certificates in PEM form.
fn roots(text: &str) -> Result<AttestationCaList, String> {
    let path = PathBuf::from(text);
    let pem = super::ca_file::read_bytes(&path).map_err(|problem| format!("the file {text:?} {problem}"))?;
    let pem = String::from_utf8_lossy(&pem);
    let mut list = AttestationCaList::default();
    for certificate in pem.split_inclusive(END).filter(|part| part.contains(END)) {
        let one = AttestationCaList::try_from(certificate.trim_start().as_bytes()).map_err(|_| {
            format!("the file {text:?} contains a certificate that cannot be read; copy it from the authority again")
        })?;
        list.union(&one);
    }
    if list.is_empty() {
        return Err(format!(
            "the file {text:?} contains no certificate; write the root certificates of the manufacturers into it, in PEM form"
        ));
    }
    Ok(list)
}

/// Parses the model of an authenticator.
pub(super) fn aaguid(text: &str) -> Result<String, String> {
    uuid::Uuid::try_parse(text).map(|aaguid| aaguid.to_string()).map_err(|_| {
        format!("{text:?} is not an AAGUID; write a UUID such as ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4")
    })
}
