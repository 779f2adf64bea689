//! The spellings of supported hashes, by framework.

use super::{
    super::{
        refusal::HashError,
        scheme::{
            bcrypt::{Bcrypt, Input},
            firebase::{self, Project},
            pbkdf2::{self, Digest, Pbkdf2},
            scrypt::{self, Cost, Scrypt},
        },
        stored::{Scheme, StoredHash},
        text::{decode, decode_hex, number},
    },
    json,
};

type Parsed = Option<Result<StoredHash, HashError>>;

/// Iterations of ASP.NET Identity 2, and of Atlassian.
const ASP_NET_2_ITERATIONS: u64 = 1000;
/// Base64 of a header of 13 bytes, and of salt and key of 16 bytes each.
const ASP_NET_MIN: usize = 60;
const ATLASSIAN_ITERATIONS: u64 = 10_000;

/// Parses a hash of a supported scheme. `None`: no supported scheme starts like this.
pub(super) fn parse(text: &str, project: Option<&Project>) -> Parsed {
    StoredHash::parse(text)
        .or_else(|| django(text))
        .or_else(|| werkzeug(text))
        .or_else(|| in_braces(text, project))
        .or_else(|| json::parse(text))
        .or_else(|| one_cell(text, project))
        .or_else(|| asp_net(text))
}

/// `pbkdf2_sha256$iterations$salt$base64`, `scrypt$N$salt$r$p$base64`, `bcrypt$$2b$…`, `bcrypt_sha256$$2b$…`, `argon2$argon2id$…`.
fn django(text: &str) -> Parsed {
    let (scheme, rest) = text.split_once('$')?;
    let hash = match scheme {
        "argon2" => return StoredHash::parse(&format!("${rest}")),
        "bcrypt" => Bcrypt::parse(rest, Input::Password).map(Scheme::Bcrypt),
        "bcrypt_sha256" => Bcrypt::parse(rest, Input::Sha256Hex).map(Scheme::Bcrypt),
        "scrypt" => django_scrypt(rest).map(Scheme::Scrypt),
        scheme if scheme.starts_with("pbkdf2_") => django_pbkdf2(scheme, rest).map(Scheme::Pbkdf2),
        _ => return None,
    };
    Some(hash.map(StoredHash))
}

fn django_pbkdf2(scheme: &str, rest: &str) -> Result<Pbkdf2, HashError> {
    let digest = Digest::parse(scheme).ok_or_else(pbkdf2::unknown_digest)?;
    let parts: Vec<&str> = rest.split('$').collect();
    let [iterations, salt, output] = parts[..] else {
        return Err(pbkdf2::malformed("it has not the form scheme$iterations$salt$hash"));
    };
    let iterations =
        number(iterations).ok_or_else(|| pbkdf2::malformed("its iterations are not a number"))?;
    let output = decode(output).ok_or_else(|| pbkdf2::malformed("its hash is not base64"))?;
    Pbkdf2::new(digest, iterations, salt.into(), output)
}

fn django_scrypt(rest: &str) -> Result<Scrypt, HashError> {
    let parts: Vec<&str> = rest.split('$').collect();
    let [n, salt, r, p, output] = parts[..] else {
        return Err(scrypt::malformed("it has not the form scrypt$N$salt$r$p$hash"));
    };
    let output = decode(output).ok_or_else(|| scrypt::malformed("its hash is not base64"))?;
    Scrypt::new(scrypt_cost(n, r, p)?, salt.into(), output)
}

fn scrypt_cost(n: &str, r: &str, p: &str) -> Result<Cost, HashError> {
    match (number(n), number(r), number(p)) {
        (Some(n), Some(r), Some(p)) => Cost::of_n(n, r, p),
        _ => Err(scrypt::malformed("its parameters N, r and p are not numbers")),
    }
}

/// `pbkdf2:sha256:iterations$salt$hex` and `scrypt:N:r:p$salt$hex`; the salt is text.
fn werkzeug(text: &str) -> Parsed {
    let (method, rest) = text.split_once('$')?;
    let method: Vec<&str> = method.split(':').collect();
    if !matches!(method[..], ["pbkdf2" | "scrypt", _, ..]) {
        return None;
    }
    let decoded = rest.split_once('$').and_then(|(salt, output)| Some((salt, decode_hex(output)?)));
    let Some((salt, output)) = decoded else {
        return Some(Err(pbkdf2::malformed("it has not the form method$salt$hash with a hexadecimal hash")));
    };
    let hash = match method[..] {
        ["pbkdf2", digest, iterations] => {
            match (Digest::parse(digest), number(iterations)) {
                (Some(digest), Some(iterations)) => Pbkdf2::new(digest, iterations, salt.into(), output),
                (None, _) => Err(pbkdf2::unknown_digest()),
                (_, None) => Err(pbkdf2::malformed("its iterations are not a number")),
            }
        }
        .map(Scheme::Pbkdf2),
        ["scrypt", n, r, p] => {
            scrypt_cost(n, r, p).and_then(|cost| Scrypt::new(cost, salt.into(), output)).map(Scheme::Scrypt)
        }
        // The default number of iterations differs between the versions of werkzeug: only the hash's own number is right.
        _ => Err(pbkdf2::malformed("the number of iterations is missing")),
    };
    Some(hash.map(StoredHash))
}

/// `{SCHEME}hash` of LDAP, Dovecot, passlib, Spring and Atlassian.
fn in_braces(text: &str, project: Option<&Project>) -> Parsed {
    let (scheme, rest) = text.strip_prefix('{')?.split_once('}')?;
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "bcrypt" | "blf-crypt" | "crypt" | "argon2" | "argon2i" | "argon2id" | "argon2d" => {
            // `{CRYPT}` is any scheme of crypt(3).
            StoredHash::parse(rest).or_else(|| django(rest))
        }
        "keycloak" | "firebase" => one_cell(&format!("{scheme}:{rest}"), project),
        "pkcs5s2" => {
            let bytes = decode(rest).filter(|bytes| bytes.len() == 48)?;
            let (salt, output) = bytes.split_at(16);
            Some(pbkdf2_of(Digest::Sha1, ATLASSIAN_ITERATIONS, salt.to_vec(), output.to_vec()))
        }
        // passlib and OpenLDAP: `{PBKDF2-SHA256}29000$salt$hash`.
        scheme if scheme.starts_with("pbkdf2") && rest.split('$').count() == 3 => {
            Some(Pbkdf2::parse(&format!("${scheme}${rest}")).map(Scheme::Pbkdf2).map(StoredHash))
        }
        _ => None,
    }
}

/// Our spellings of hashes that other systems keep in several columns: `keycloak:ALGORITHM:ITERATIONS:SALT:HASH` and
/// `firebase:SALT:HASH`, in base64.
fn one_cell(text: &str, project: Option<&Project>) -> Parsed {
    let parts: Vec<&str> = text.split(':').collect();
    match parts[..] {
        ["keycloak", algorithm, iterations, salt, output] => {
            let (Some(digest), Some(iterations)) = (Digest::parse(algorithm), number(iterations)) else {
                return Some(Err(pbkdf2::malformed("algorithm or iterations are not valid")));
            };
            let (Some(salt), Some(output)) = (decode(salt), decode(output)) else {
                return Some(Err(pbkdf2::malformed("salt or hash is not base64")));
            };
            Some(pbkdf2_of(digest, iterations, salt, output))
        }
        ["firebase", salt, output] => Some(match (project, decode(salt), decode(output)) {
            (None, _, _) => Err(firebase::malformed(
                "the parameters of its project are missing: add --firebase-signer-key-file",
            )),
            (Some(project), Some(salt), Some(output)) => {
                project.hash(&salt, &output).map(Scheme::Firebase).map(StoredHash)
            }
            (Some(_), _, _) => Err(firebase::malformed("salt or hash is not base64")),
        }),
        ["keycloak", ..] => {
            Some(Err(pbkdf2::malformed("it has not the form keycloak:ALGORITHM:ITERATIONS:SALT:HASH")))
        }
        ["firebase", ..] => Some(Err(firebase::malformed("it has not the form firebase:SALT:HASH"))),
        _ => None,
    }
}

fn pbkdf2_of(
    digest: Digest,
    iterations: u64,
    salt: Vec<u8>,
    output: Vec<u8>,
) -> Result<StoredHash, HashError> {
    Pbkdf2::new(digest, iterations, salt, output).map(Scheme::Pbkdf2).map(StoredHash)
}

/// Base64 of `00 salt16 key32` (ASP.NET Identity 2), or of `01 prf32 iterations32 saltLength32 salt key` (ASP.NET Core Identity 3).
fn asp_net(text: &str) -> Parsed {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    if text.len() < ASP_NET_MIN || !text.chars().all(is_base64) {
        return None;
    }
    let bytes = decode(text)?;
    match &bytes[..] {
        [0, salt_and_key @ ..] if salt_and_key.len() == 48 => {
            let (salt, key) = salt_and_key.split_at(16);
            Some(pbkdf2_of(Digest::Sha1, ASP_NET_2_ITERATIONS, salt.to_vec(), key.to_vec()))
        }
        [1, rest @ ..] => {
            let (prf, rest) = rest.split_first_chunk::<4>()?;
            let (iterations, rest) = rest.split_first_chunk::<4>()?;
            let (salt_length, rest) = rest.split_first_chunk::<4>()?;
            let digest = match u32::from_be_bytes(*prf) {
                0 => Digest::Sha1,
                1 => Digest::Sha256,
                2 => Digest::Sha512,
                _ => return None,
            };
            let salt_length = usize::try_from(u32::from_be_bytes(*salt_length)).ok()?;
            let (salt, key) = rest.split_at_checked(salt_length)?;
            Some(pbkdf2_of(digest, u32::from_be_bytes(*iterations).into(), salt.to_vec(), key.to_vec()))
        }
        _ => None,
    }
}
