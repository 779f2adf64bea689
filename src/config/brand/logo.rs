//! `VESTIBULE_BRAND_LOGO`: an image at an https URL, or a file that is read once, at start.

use std::{
    fs::File,
    io::{self, Read as _},
    sync::Arc,
};

use url::Url;

/// Largest file. The image is a part of the first view.
const SIZE_MAX: u64 = 256 << 10;
/// First bytes of image files, with their media type.
const SIGNATURES: [(&[u8], &str); 4] = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
];

/// The logo of the organisation.
#[derive(Clone, Debug)]
pub enum Logo {
    /// The browser loads it from another server.
    Url(Url),
    /// The service serves it.
    File(LogoFile),
}

/// An image that the service serves.
#[derive(Clone, Debug)]
pub struct LogoFile {
    pub media: &'static str,
    pub bytes: Arc<[u8]>,
}

impl Logo {
    /// Reads an https URL, or the file with this path.
    pub(in crate::config) fn read(text: &str) -> Result<Self, String> {
        if let Some((scheme, _)) = text.split_once("://") {
            let url = Url::parse(text).ok().filter(|url| scheme == "https" && is_plain(url));
            return url.map(Self::Url).ok_or_else(|| {
                format!("{text:?} is not an https URL; write for example https://corp.example/logo.png, or the path of a file")
            });
        }
        let bytes = read_bytes(text).map_err(|problem| format!("the file {text:?} {problem}"))?;
        let media = media_of(&bytes).ok_or_else(|| {
            format!(
                "the file {text:?} is no PNG, JPEG, GIF, WebP or SVG image; convert it to one of these forms"
            )
        })?;
        Ok(Self::File(LogoFile { media, bytes: bytes.into() }))
    }
}

/// Returns whether the origin of a URL can be a part of the Content Security Policy, and nothing else becomes a part of it.
fn is_plain(url: &Url) -> bool {
    url.host_str().is_some_and(|host| !host.contains([';', ',', '*', '\'']))
        && url.username().is_empty()
        && url.password().is_none()
}

fn read_bytes(path: &str) -> Result<Vec<u8>, String> {
    let failed = |error: io::Error| format!("cannot be read: {error}; check its path and permissions");
    let file = File::open(path).map_err(failed)?;
    // Docker creates a directory if the file of a bind mount does not exist.
    if file.metadata().map_err(failed)?.is_dir() {
        return Err("is a directory; name a file with an image".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(SIZE_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > SIZE_MAX {
        return Err("is larger than 256 KiB; it is a part of the first view, so make it smaller".to_owned());
    }
    Ok(bytes)
}

/// Returns the media type by the content: the suffix of a file may be wrong, and browsers must not guess.
fn media_of(bytes: &[u8]) -> Option<&'static str> {
    let known = SIGNATURES.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, media)| *media);
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let is_svg = || {
        let text = std::str::from_utf8(bytes).unwrap_or_default().trim_start_matches('\u{feff}').trim_start();
        ["<svg", "<?xml", "<!--", "<!DOCTYPE svg"].iter().any(|start| text.starts_with(start))
            && text.contains("<svg")
    };
    known.or(is_webp.then_some("image/webp")).or_else(|| is_svg().then_some("image/svg+xml"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn of_file(bytes: &[u8]) -> Result<Logo, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("logo");
        fs::write(&path, bytes).expect("written");
        Logo::read(path.to_str().expect("UTF-8"))
    }

    #[test]
    fn media_type_comes_from_the_content() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"GIF89a..", "image/gif"),
            (b"RIFF....WEBPVP8 ", "image/webp"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
            (b"\xef\xbb\xbf<?xml version='1.0'?>\n<svg/>", "image/svg+xml"),
        ] {
            let Ok(Logo::File(file)) = of_file(bytes) else { panic!("{expected}") };
            assert_eq!((file.media, &*file.bytes), (expected, bytes));
        }
    }

    #[test]
    fn file_that_is_no_image_is_a_mistake() {
        for bytes in
            [&b""[..], b"hello", b"<html><svg/></html>", b"<?xml version='1.0'?><html/>", b"RIFF....WAVE"]
        {
            assert!(of_file(bytes).expect_err("a mistake").contains("is no PNG"), "{bytes:?}");
        }
        let large = [&b"\x89PNG\r\n\x1a\n"[..], &vec![0; 256 << 10]].concat();
        assert!(of_file(&large).expect_err("a mistake").contains("256 KiB"));
        assert!(Logo::read("/no/such/logo.png").expect_err("a mistake").contains("/no/such/logo.png"));
        assert!(Logo::read("/").expect_err("a mistake").contains("directory"));
    }

    // The origin of the URL becomes a part of the Content Security Policy.
    #[test]
    fn url_of_a_logo_is_https_and_cannot_extend_the_policy() {
        assert!(matches!(Logo::read("https://cdn.corp.example/logo.png?v=2"), Ok(Logo::Url(_))));
        for text in [
            "http://cdn.corp.example/logo.png",
            "https://user@cdn.corp.example/logo.png",
            "https://*.corp.example/logo.png",
            "https://a;script-src.example/logo.png",
            "https://",
            "javascript://corp.example/%0aalert(1)",
            "ftp://corp.example/logo.png",
        ] {
            assert!(Logo::read(text).is_err(), "{text}");
        }
    }
}
