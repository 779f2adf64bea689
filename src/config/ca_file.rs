//! `VESTIBULE_CA_FILE`: certificates of further authorities, read once at start.

use std::{fs::File, io::Read as _, path::PathBuf};

use reqwest::{Certificate, Client};

/// Largest file. A bundle of all public authorities is a quarter of it. Without a limit, a device or a growing file would fill the
/// memory.
const SIZE_MAX: u64 = 1 << 20;

/// Certificates of additional certificate authorities.
#[derive(Clone, Debug)]
pub struct CaFile {
    pub path: PathBuf,
    pub certificates: Vec<Certificate>,
    /// The content of the file, for other TLS clients.
    pub pem: Vec<u8>,
}

impl CaFile {
    /// Reads a file with certificates in PEM form.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let path = PathBuf::from(text);
        let (certificates, pem) = read_bytes(&path)
            .and_then(|pem| Ok((certificates(&pem)?, pem)))
            .map_err(|problem| format!("the file {text:?} {problem}"))?;
        Ok(Self { path, certificates, pem })
    }
}

pub(super) fn read_bytes(path: &PathBuf) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("cannot be read: {error}; check its path and permissions");
    let file = File::open(path).map_err(failed)?;
    // Docker creates a directory if the file of a bind mount does not exist.
    if file.metadata().map_err(failed)?.is_dir() {
        return Err("is a directory; name a file with certificates".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(SIZE_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > SIZE_MAX {
        return Err(
            "is larger than 1 MiB; write only the certificates of your authorities into it".to_owned()
        );
    }
    Ok(bytes)
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate>, String> {
    const ADVICE: &str = "write the certificate of the authority into it (-----BEGIN CERTIFICATE-----)";
    // A certificate in DER form is a sequence whose length has two bytes.
    if pem.starts_with(&[0x30, 0x82]) {
        return Err("is in DER form; convert it with `openssl x509 -inform der`".to_owned());
    }
    if pem.starts_with(&[0xff, 0xfe]) || pem.starts_with(&[0xfe, 0xff]) {
        return Err("is UTF-16; save it as UTF-8".to_owned());
    }
    let unreadable =
        || "contains a certificate that cannot be read; copy it from the authority again".to_owned();
    let certificates = Certificate::from_pem_bundle(pem).map_err(|_| unreadable())?;
    if certificates.is_empty() {
        let has_key = pem.windows(12).any(|part| part == b"PRIVATE KEY-");
        let found = if has_key { "a private key and no certificate" } else { "no certificate in PEM form" };
        return Err(format!("contains {found}; {ADVICE}"));
    }
    // The content of a certificate is read only here: later, the mistake would be an error without the name of the setting.
    Client::builder().tls_certs_only(certificates.iter().cloned()).build().map_err(|_| unreadable())?;
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const AUTHORITY: &str = include_str!("../../tests/fixtures/tls/ca.pem");
    const SERVER: &str = include_str!("../../tests/fixtures/tls/localhost.pem");
    const KEY: &str = include_str!("../../tests/fixtures/tls/localhost.key");

    fn read(content: impl AsRef<[u8]>) -> Result<usize, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ca.pem");
        fs::write(&path, content).expect("written");
        CaFile::read(path.to_str().expect("UTF-8")).map(|file| file.certificates.len())
    }

    #[test]
    fn certificates_are_read_with_text_around_them() {
        assert_eq!(read(AUTHORITY), Ok(1));
        assert_eq!(read(format!("# our own\r\n{}\n{SERVER}", AUTHORITY.replace('\n', "\r\n"))), Ok(2));
        assert_eq!(read(format!("\u{feff}subject=CN = Corp\n{AUTHORITY}")), Ok(1));
    }

    // A file that gives no authority would be noticed only when the button of a provider is disabled.
    #[test]
    fn a_file_without_a_certificate_is_a_mistake() {
        const GARBAGE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let der = [&[0x30, 0x82, 1, 0][..], &[0; 256]].concat();
        let utf16: Vec<u8> = "\u{feff}x".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (content, expected) in [
            (&b""[..], "no certificate in PEM form"),
            (b"corp-ca", "no certificate in PEM form"),
            (KEY.as_bytes(), "a private key and no certificate"),
            (&der, "DER form"),
            (&utf16, "UTF-16"),
            (GARBAGE.as_bytes(), "cannot be read"),
            (format!("{AUTHORITY}{GARBAGE}").as_bytes(), "cannot be read"),
            (AUTHORITY.replace("END", "BEGIN").as_bytes(), ""),
        ] {
            let mistake = read(content).expect_err("a mistake");
            assert!(mistake.contains(expected) && mistake.contains("ca.pem"), "{mistake}");
            assert!(
                !mistake.contains("MI") && mistake.contains(';'),
                "no content, but a next step: {mistake}"
            );
        }
    }

    #[test]
    fn a_path_without_a_readable_file_is_a_mistake() {
        for (path, expected) in [
            ("/no/such/ca.pem", "No such file"),
            ("/", "is a directory"),
            // Its end is never reached.
            ("/dev/zero", "larger than 1 MiB"),
        ] {
            let mistake = CaFile::read(path).expect_err("a mistake");
            assert!(mistake.contains(expected) && mistake.contains(path), "{mistake}");
        }
        assert!(
            read([AUTHORITY.as_bytes(), &vec![b'#'; 1 << 20]].concat()).is_err(),
            "a certificate at the start"
        );
    }
}
