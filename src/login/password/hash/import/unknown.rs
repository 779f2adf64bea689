//! Texts that look like a hash of a scheme that cannot be checked here.

/// Tokens in the names of hash schemes that are in no word that users choose.
const ALGORITHMS: [&str; 22] = [
    "md2",
    "md4",
    "md5",
    "sha1",
    "sha2",
    "sha3",
    "sha5",
    "ssha",
    "pbkdf",
    "scrypt",
    "bcrypt",
    "argon2",
    "crypt",
    "hmac",
    "blake2",
    "ripemd",
    "rmd160",
    "whirlpool",
    "phpass",
    "ntlm",
    "scram",
    "keccak",
];
const SCHEME_MAX: usize = 32;
/// Shortest hexadecimal text that is taken for a digest in any place: MD5.
const HEX_MIN: usize = 32;
/// Old `MySQL` and Oracle hashes.
const HEX_SHORT: usize = 16;
/// Lengths of digests in base64 without padding: 128, 160, 192, 224, 256, 384 and 512 bits.
const BASE64_LENGTHS: [usize; 7] = [22, 27, 32, 38, 43, 64, 86];
/// A longer text that looks like random base64 is a digest with its salt or a whole record.
const BASE64_LONG: usize = 40;
/// Characters of a last part that may be a digest.
const DIGEST_MIN: usize = 16;

/// Returns a description of the form if a text looks like a hash. The description contains no part that could be a password.
pub(super) fn form_of(text: &str) -> Option<String> {
    in_braces(text)
        .or_else(|| between_dollars(text))
        .or_else(|| after_scheme(text))
        .or_else(|| json(text))
        .or_else(|| hexadecimal(text))
        .or_else(|| base64(text))
        .or_else(|| crypt(text))
        .or_else(|| among_dollars(text))
}

/// Two or more `$` with a part that is as long as a digest, anywhere: escapes of a shell or of a compose file, a hash within other text.
fn among_dollars(text: &str) -> Option<String> {
    let is_digest = |c: char| c.is_ascii_alphanumeric() || "./+=_-".contains(c);
    let has_digest = text
        .split('$')
        .map(|part| part.trim_matches(|c| !is_digest(c)))
        .any(|part| part.len() > DIGEST_MIN && part.chars().all(is_digest));
    (text.matches('$').count() >= 2 && has_digest).then(|| "a hash between dollar signs".to_owned())
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= SCHEME_MAX
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.,=/+".contains(&byte))
}

fn names_algorithm(scheme: &str) -> bool {
    let scheme: String = scheme.chars().filter(char::is_ascii_alphanumeric).collect();
    let scheme = scheme.to_ascii_lowercase();
    scheme == "sha" || ALGORITHMS.iter().any(|name| scheme.contains(name))
}

/// `{SSHA}…` of LDAP and others.
fn in_braces(text: &str) -> Option<String> {
    let (scheme, rest) = text.strip_prefix('{')?.split_once('}')?;
    if !is_scheme(scheme) || rest.is_empty() {
        return None;
    }
    let is_named =
        names_algorithm(scheme) || scheme.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    Some(if is_named {
        format!("a hash of the scheme {{{scheme}}}")
    } else {
        "a hash of a scheme in braces".to_owned()
    })
}

/// `$6$…` of crypt(3), phpass, Drupal and others.
fn between_dollars(text: &str) -> Option<String> {
    let (scheme, rest) = text.strip_prefix('$')?.split_once('$')?;
    if !is_scheme(scheme) || rest.is_empty() {
        return None;
    }
    // A short rest could belong to a password.
    let is_named = names_algorithm(scheme) || rest.len() >= DIGEST_MIN && scheme.len() <= 4;
    Some(if is_named {
        format!("a hash of the scheme ${scheme}$")
    } else {
        "a hash of a scheme between two `$`".to_owned()
    })
}

/// `sha1$salt$hash` of Django and werkzeug, `SCRAM-SHA-256$4096:salt$…` of `PostgreSQL`, `sha1:64000:18:salt:hash`.
fn after_scheme(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(['$', ':'])?;
    if !is_scheme(scheme) || !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || rest.is_empty() {
        return None;
    }
    if names_algorithm(scheme) {
        return Some(format!("a hash of the scheme {scheme}"));
    }
    let (_, last) = rest.rsplit_once('$')?;
    let is_digest = last.len() >= DIGEST_MIN
        && last.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=._-".contains(&byte));
    is_digest.then(|| "a hash with a scheme, a salt and a digest".to_owned())
}

fn json(text: &str) -> Option<String> {
    let is_json = text.starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(text).is_ok();
    is_json.then(|| "JSON".to_owned())
}

fn hexadecimal(text: &str) -> Option<String> {
    let longest = text.split(|c: char| !c.is_ascii_hexdigit()).map(str::len).max().unwrap_or_default();
    if longest >= HEX_MIN {
        return Some(format!("a digest of {longest} hexadecimal digits"));
    }
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("\\x")).unwrap_or(text);
    // `AB-CD-…` of .NET, and a fingerprint.
    let pairs = digits.split(['-', ':', ' ']);
    let is_pair = |pair: &str| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
    if pairs.clone().count() >= HEX_SHORT && pairs.clone().all(is_pair) {
        return Some(format!("a digest of {} hexadecimal pairs", pairs.count()));
    }
    let is_short = digits.len() == HEX_SHORT
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits.bytes().any(|byte| byte.is_ascii_alphabetic());
    is_short.then(|| "a digest of 16 hexadecimal digits".to_owned())
}

/// Base64 of a digest, as the whole text or as one part of it: `10000.salt.hash`, `hash:salt`.
fn base64(text: &str) -> Option<String> {
    let parts = text.split(|c: char| c.is_whitespace() || ":$;,|.!#*()&@".contains(c));
    std::iter::once(text).chain(parts).find_map(base64_bytes).map(|bytes| format!("base64 of {bytes} bytes"))
}

fn base64_bytes(text: &str) -> Option<usize> {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    let is_padded = (1..=2).contains(&padding) && text.len().is_multiple_of(4);
    let is_complete = is_padded && body.len() >= BASE64_LENGTHS[0];
    let is_bare = padding == 0 && (BASE64_LENGTHS.contains(&body.len()) || body.len() >= BASE64_LONG);
    ((is_complete || is_bare) && looks_random(body)).then_some(body.len() * 3 / 4)
}

/// Returns whether a text changes between capital letters, small letters, digits and symbols as often as random base64. Words do not, also
/// if each begins with a capital letter.
fn looks_random(text: &str) -> bool {
    let class = |byte: u8| match byte {
        b'A'..=b'Z' => Some(0),
        b'a'..=b'z' => Some(1),
        b'0'..=b'9' => Some(2),
        b'+' | b'/' | b'-' | b'_' | b'.' => Some(3),
        _ => None,
    };
    let Some(classes) = text.bytes().map(class).collect::<Option<Vec<u8>>>() else { return false };
    let changes = classes.windows(2).filter(|pair| pair[0] != pair[1]).count();
    classes.contains(&0) && classes.contains(&1) && changes * 3 >= classes.len()
}

/// `rEK1ecacw.7.c` of DES crypt(3): salt and 64 bits; `_J9..CCCCXBrJUJV154M` of BSD/OS.
fn crypt(text: &str) -> Option<String> {
    let (body, length) = text.strip_prefix('_').map_or((text, 13), |rest| (rest, 19));
    let is_crypt = body.len() == length
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./".contains(&byte))
        // Two bits of the last character are not used.
        && body.ends_with(|c: char| ".26AEIMQUYcgkosw".contains(c));
    (is_crypt && looks_random(body)).then(|| "a hash of crypt(3)".to_owned())
}
