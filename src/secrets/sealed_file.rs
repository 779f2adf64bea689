//! Files that are sealed to public keys of an operator, in the format age (<https://age-encryption.org/v1>): only the holder of the secret
//! key opens them, and a change of any byte is detected.
//!
//! No message contains a key or a byte of the file. Only keys of the type X25519 (`age1…`) are accepted.

use std::{
    fmt,
    io::{self, Read as _, Write},
    path::Path,
    str::FromStr as _,
};

use age::{Decryptor, Encryptor, IdentityFile, armor::ArmoredReader, stream::StreamWriter, x25519};
use zeroize::Zeroizing;

use super::read_secret_file;

/// First bytes of a file, in its binary and in its text form.
const BINARY: &[u8] = b"age-encryption.org/";
const ARMORED: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
/// How a secret key begins, in any case.
const SECRET_KEY: &str = "age-secret-key-";
/// Most public keys of one file.
const RECIPIENTS_MAX: usize = 20;

/// Public keys to which a file is sealed.
pub struct Recipients(Vec<x25519::Recipient>);

impl Recipients {
    /// Parses public keys, and those of a file with one key per line. Empty lines and lines with `#` are ignored.
    ///
    /// # Errors
    /// The problem and the next step.
    pub fn parse(given: &[String], file: Option<&Path>) -> Result<Self, String> {
        let mut keys = given
            .iter()
            .map(|text| public_key(text).map_err(|problem| format!("--recipient {problem}")))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(path) = file {
            let shown = path.display();
            let text = read_secret_file(path).map_err(|problem| format!("{shown} {problem}"))?;
            for (line, text) in (1..).zip(text.lines().map(str::trim)) {
                if !text.is_empty() && !text.starts_with('#') {
                    let key = public_key(text);
                    keys.push(key.map_err(|problem| format!("{shown}, line {line}: the key {problem}"))?);
                }
            }
            if keys.is_empty() {
                return Err(format!("{shown} contains no public key; write one age1… per line"));
            }
        }
        if keys.len() > RECIPIENTS_MAX {
            return Err(format!("there are more than {RECIPIENTS_MAX} recipients; name fewer"));
        }
        Ok(Self(keys))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns a writer that seals what it gets.
    ///
    /// # Errors
    /// The output failed.
    pub fn seal<W: Write>(&self, output: W) -> io::Result<SealingWriter<W>> {
        let recipients = self.0.iter().map(|key| -> &dyn age::Recipient { key });
        let encryptor = Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
        encryptor.wrap_output(output).map(SealingWriter)
    }
}

impl fmt::Display for Recipients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&keys.join(", "))
    }
}

/// Parses a public key. The text is not in the message: it may be a secret key.
fn public_key(text: &str) -> Result<x25519::Recipient, String> {
    if text.trim().to_ascii_lowercase().starts_with(SECRET_KEY) {
        return Err(
            "is a secret key, which opens files; name the public key, which `age-keygen -y` prints, and \
                    keep the secret one"
                .to_owned(),
        );
    }
    x25519::Recipient::from_str(text.trim()).map_err(|_| {
        "is not a public key age1… of the type X25519; create a key pair with `age-keygen -o FILE`".to_owned()
    })
}

/// Seals what is written. Without [`SealingWriter::finish`] the file is not complete, and nothing opens it.
pub struct SealingWriter<W: Write>(StreamWriter<W>);

impl<W: Write> SealingWriter<W> {
    /// Writes the end of the file.
    ///
    /// # Errors
    /// The output failed.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for SealingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Returns whether a file is sealed.
#[must_use]
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(BINARY) || bytes.trim_ascii_start().starts_with(ARMORED)
}

/// Opens a sealed file with the secret keys of an identity file. All of it is checked before a byte is returned: the first rows of a changed
/// file must have no effect.
///
/// # Errors
/// The problem and the next step, to be put after the name of the sealed file.
pub fn open_sealed(bytes: &[u8], identity_file: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let identities = identities(identity_file)?;
    let changed = || "is not complete, or was changed after the export; copy or export it again".to_owned();
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(bytes)).map_err(|_| changed())?;
    if decryptor.is_scrypt() {
        return Err("is sealed with a passphrase; open it first with `age -d`".to_owned());
    }
    let opened = decryptor.decrypt(identities.iter().map(|identity| -> &dyn age::Identity { &**identity }));
    let mut reader = match opened {
        Ok(reader) => reader,
        Err(age::DecryptError::NoMatchingKeys) => {
            return Err(format!(
                "is sealed to other keys than those of {}; name the identity file whose public key (`age-keygen -y FILE`) \
                 was the recipient of the export",
                identity_file.display()
            ));
        }
        // Each other error means that the file is not as it was written. The list of errors is open.
        Err(_) => return Err(changed()),
    };
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
    reader.read_to_end(&mut text).map_err(|_| changed())?;
    Ok(text)
}

type Identities = Vec<Box<dyn age::Identity + Send + Sync>>;

fn identities(file: &Path) -> Result<Identities, String> {
    let shown = file.display();
    let failed = |problem: &str| format!("cannot be opened: the identity file {shown} {problem}");
    let text = read_secret_file(file).map_err(|problem| failed(&problem))?;
    if is_sealed(text.as_bytes()) {
        return Err(failed("is sealed with a passphrase; open it first with `age -d`"));
    }
    let wrong =
        "has a line that is no secret key AGE-SECRET-KEY-1…; name the file that `age-keygen -o` wrote";
    let parsed = IdentityFile::from_buffer(text.as_bytes()).map_err(|_| failed(wrong))?;
    let identities = parsed.into_identities().map_err(|_| failed(wrong))?;
    if identities.is_empty() {
        return Err(failed("contains no secret key; name the file that `age-keygen -o` wrote"));
    }
    Ok(identities)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use secrecy::ExposeSecret as _;
    use tempfile::TempDir;

    use super::*;

    const TEXT: &[u8] = b"{\"username\":\"ada\"}\n";

    /// Returns the secret key as text, and the public one.
    fn key_pair() -> (String, String) {
        let identity = x25519::Identity::generate();
        (identity.to_string().expose_secret().to_owned(), identity.to_public().to_string())
    }

    fn sealed_to(keys: &[String], text: &[u8]) -> Vec<u8> {
        let recipients = Recipients::parse(keys, None).expect("public keys");
        let mut writer = recipients.seal(Vec::new()).expect("a vector accepts every write");
        writer.write_all(text).expect("written");
        writer.finish().expect("finished")
    }

    fn open(folder: &TempDir, sealed: &[u8], identity: &str) -> Result<Vec<u8>, String> {
        let file = folder.path().join("identity");
        fs::write(&file, identity).expect("written");
        open_sealed(sealed, &file).map(|text| text.to_vec())
    }

    #[test]
    fn only_recipients_open_the_file() {
        let folder = TempDir::new().expect("a folder");
        let (ours, other) = ([key_pair(), key_pair()], key_pair());
        let sealed = sealed_to(&[ours[0].1.clone(), ours[1].1.clone()], TEXT);
        assert!(is_sealed(&sealed) && !is_sealed(TEXT));
        assert!(!sealed.windows(3).any(|part| part == b"ada"));
        for (secret, _) in &ours {
            let file = format!("# created: today\n# public key: …\n{secret}\n");
            assert_eq!(open(&folder, &sealed, &file).as_deref(), Ok(TEXT));
        }
        let refused = open(&folder, &sealed, &other.0).expect_err("another key");
        assert!(refused.contains("other keys") && !refused.contains(&other.0), "{refused}");
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_refused() {
        let folder = TempDir::new().expect("a folder");
        let (secret, public) = key_pair();
        let sealed = sealed_to(&[public], TEXT);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&folder, &changed, &secret).is_err(), "byte {at}");
            assert!(open(&folder, &sealed[..at], &secret).is_err(), "cut at {at}");
        }
        assert!(open(&folder, &[&sealed[..], b"x"].concat(), &secret).is_err());
    }

    #[test]
    fn secret_key_in_place_of_a_public_one_is_not_repeated() {
        let folder = TempDir::new().expect("a folder");
        let (secret, public) = key_pair();
        let file = folder.path().join("recipients");
        for (text, problem) in [
            (&*secret, "secret key"),
            ("age1abc", "not a public key"),
            ("ssh-ed25519 AAAA", "not a public key"),
            ("", "not a public key"),
        ] {
            let refused = Recipients::parse(&[text.to_owned()], None).map(|_| ()).expect_err(text);
            assert!(refused.contains(problem) && !refused.contains(&secret[20..]), "{refused}");
            fs::write(&file, format!("# keys\n\n{public}\n{text}\n")).expect("written");
            let parsed = Recipients::parse(&[], Some(&file)).map(|keys| keys.0.len());
            match text {
                "" => assert_eq!(parsed, Ok(1)),
                _ => assert!(parsed.expect_err(text).contains("line 4"), "{text}"),
            }
        }
        fs::write(&file, "# none\n").expect("written");
        assert!(Recipients::parse(&[], Some(&file)).map(|_| ()).expect_err("none").contains("no public key"));
    }

    #[test]
    fn identity_file_with_another_content_is_not_repeated() {
        let folder = TempDir::new().expect("a folder");
        let (secret, public) = key_pair();
        let sealed = sealed_to(&[public], TEXT);
        for text in ["", "# nothing\n", "hunter2hunter2", &secret[..30], &String::from_utf8_lossy(ARMORED)] {
            let refused = open(&folder, &sealed, text).expect_err(text);
            assert!(refused.contains("identity file"), "{refused}");
            assert!(!refused.contains("hunter2") && !refused.contains(&secret[15..30]), "{refused}");
        }
    }
}
