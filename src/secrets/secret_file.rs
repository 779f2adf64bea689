//! Files with one secret, read as the text that an administrator sees in an editor.

use std::{fs::File, io::Read as _, path::Path};

use zeroize::Zeroizing;

/// Largest file. A device such as `/dev/zero` has no end.
const SIZE_MAX: u64 = 1024 * 1024;

/// Reads a file without a byte order mark and without the line ends at its end. Editors write both, and neither is part of the
/// secret. Blanks and quotes stay.
///
/// # Errors
/// The problem and the next step, to be put after the path.
pub(crate) fn read_secret_file(path: &Path) -> Result<Zeroizing<String>, String> {
    let failed = |error: std::io::Error| format!("cannot be read: {error}; check its path and permissions");
    let file = File::open(path).map_err(failed)?;
    // Docker creates a directory if the file of a bind mount does not exist.
    if file.metadata().map_err(failed)?.is_dir() {
        return Err("cannot be read: it is a directory; name a file".to_owned());
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(SIZE_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > SIZE_MAX {
        return Err("cannot be read: it is larger than 1 MiB; name a file with one value".to_owned());
    }
    let text = decode(&bytes).map_err(|problem| format!("cannot be read: it {problem}"))?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Decodes UTF-8, with or without a byte order mark.
///
/// # Errors
/// The problem and the next step, to be put after `it`.
fn decode(bytes: &[u8]) -> Result<&str, &'static str> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("is UTF-16; save it as UTF-8");
    }
    if bytes.contains(&0) {
        return Err("contains a NUL byte; save it as UTF-8 text");
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8; save it as UTF-8")?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn byte_order_mark_and_line_ends_are_not_part_of_a_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        for (bytes, text) in [
            (&b"secret"[..], "secret"),
            (b"secret\n", "secret"),
            (b"secret\r\n", "secret"),
            (b"secret\n\r\n\n", "secret"),
            (b"\xef\xbb\xbfsecret\n", "secret"),
            (b"\xef\xbb\xbf", ""),
            (b"\"secret\"\n", "\"secret\""),
            (b" two words \n", " two words "),
            ("gr\u{fc}n\n".as_bytes(), "gr\u{fc}n"),
        ] {
            fs::write(&path, bytes).expect("written");
            assert_eq!(read_secret_file(&path).as_deref().map(String::as_str), Ok(text), "{bytes:?}");
        }
    }

    #[test]
    fn a_file_that_is_no_text_is_refused_with_its_problem() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        for (bytes, problem) in [
            (&b"\xff\xfes\0e\0"[..], "UTF-16"),
            (b"\xfe\xff\0s\0e", "UTF-16"),
            (b"s\0e\0c\0", "NUL"),
            (b"secret\0\n", "NUL"),
            (b"gr\xfcn\n", "not UTF-8"),
        ] {
            fs::write(&path, bytes).expect("written");
            let mistake = read_secret_file(&path).expect_err("no text");
            assert!(mistake.contains(problem) && !mistake.contains("secret"), "{mistake}");
        }
        assert!(read_secret_file(folder.path()).expect_err("no file").contains("directory"));
        assert!(read_secret_file(Path::new("/dev/zero")).expect_err("no end").contains("1 MiB"));
        assert!(read_secret_file(&folder.path().join("none")).expect_err("none").contains("cannot be read"));
    }
}
