//! Signed tokens: the compact form (RFC 7515 §3.1) and the signature check.
//!
//! Signatures are checked only here. The keys come from the provider's key set and the algorithms from our list, never from the token:
//! `jwk`, `jku`, `x5u` and `x5c` of the header are not read.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::{
    json::{JsonObject, quoted},
    jwk::{self, Algorithm, VerificationKey},
    jwt::TokenError,
};

/// Number of keys that one token tries. Otherwise a key set of 650 large keys and a token without `kid` would take a quarter of a second
/// of CPU time for each request (denial of service).
const CANDIDATES_MAX: usize = 10;

/// A token whose signature is not verified.
pub(super) struct Jws<'a> {
    algorithm: Algorithm,
    kid: Option<String>,
    typ: Option<String>,
    /// Header and payload as they were signed.
    message: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

/// A token whose signature is verified. The claims are not validated.
#[derive(Debug)]
pub(super) struct Verified {
    pub(super) claims: Map<String, Value>,
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
    /// Media type of the token, in lower case and without `application/` (RFC 7515 §4.1.9).
    pub(super) typ: Option<String>,
    /// Claims that cannot be read. In `claims` they are `null`.
    pub(super) defects: Option<String>,
}

impl Verified {
    /// Adds the claims that cannot be read to the reason of a refusal: one of them may be the true one.
    pub(super) fn explain(&self, error: TokenError) -> TokenError {
        match &self.defects {
            Some(defects) => TokenError::invalid(format!("{error}; {defects}")),
            None => error,
        }
    }

    /// Checks `typ`. Another kind of token of the same issuer may have fitting claims (cross-JWT confusion, RFC 8725 §3.11).
    pub(super) fn check_type(&self, own: &str) -> Result<(), TokenError> {
        match self.typ.as_deref() {
            None | Some("jwt" | "jose") => Ok(()),
            Some(typ) if typ == own => Ok(()),
            Some(typ) => Err(TokenError::invalid(format!("typ is another kind of token: {}", quoted(typ)))),
        }
    }
}

impl<'a> Jws<'a> {
    /// Reads a token whose algorithm is one of ours and announced by the provider.
    pub(super) fn read(token: &'a str, announced: &[Algorithm]) -> Result<Self, TokenError> {
        let parts: Vec<&str> = token.split('.').collect();
        let (header, payload, signature) = match *parts.as_slice() {
            [header, payload, signature] => (header, payload, signature),
            [_, _, _, _, _] => {
                return Err(TokenError::invalid("an encrypted token (five parts), which is not supported"));
            }
            ref parts => {
                return Err(TokenError::invalid(format!(
                    "not a signed token: {} parts, not three",
                    parts.len()
                )));
            }
        };
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| TokenError::invalid("the signature is not base64url"))?;
        let header = read_part(header, "header")?;
        if let Some(defects) = header.defects_of(&["alg", "kid", "typ", "crit"]) {
            return Err(TokenError::invalid(format!("the header of the token has {defects}")));
        }
        let header = header.members;
        let algorithm = match header.get("alg") {
            Some(Value::String(name)) => Algorithm::parse(name)
                .filter(|algorithm| algorithm.is_accepted(announced))
                .ok_or_else(|| TokenError::Algorithm(quoted(name)))?,
            Some(_) => return Err(TokenError::invalid("alg is not text")),
            None => return Err(TokenError::invalid("the header has no alg")),
        };
        // RFC 7515 §4.1.11: a token with a critical header that the receiver does not understand is invalid.
        if header.contains_key("crit") {
            return Err(TokenError::invalid("the header `crit` is not supported"));
        }
        let typ = match header.get("typ") {
            None | Some(Value::Null) => None,
            Some(Value::String(typ)) => Some(media_type(typ)),
            Some(_) => return Err(TokenError::invalid("typ is not text")),
        };
        let message = &token[..token.rfind('.').unwrap_or_default()];
        Ok(Self { algorithm, kid: jwk::kid(&header), typ, message, payload, signature })
    }

    /// Returns the claims if one of these keys signed the token.
    pub(super) fn verify(&self, keys: &[VerificationKey]) -> Result<Verified, TokenError> {
        let candidates = self.candidates(keys)?;
        let message = self.message.as_bytes();
        let is_signed = candidates
            .iter()
            .take(CANDIDATES_MAX)
            .any(|key| key.verifies(self.algorithm, message, &self.signature));
        match (is_signed, candidates.len() > CANDIDATES_MAX) {
            (true, _) => {}
            (false, true) => {
                return Err(self.wrong_signature(format!(
                    "the signature fits none of the first {CANDIDATES_MAX} of {} possible keys; the token must name its key in `kid`",
                    candidates.len()
                )));
            }
            (false, false) => return Err(self.wrong_signature("the signature is wrong".to_owned())),
        }
        let payload = read_part(self.payload, "payload")?;
        let defects = payload.defects_text();
        Ok(Verified {
            claims: payload.members,
            algorithm: self.algorithm,
            kid: self.kid.clone(),
            typ: self.typ.clone(),
            defects,
        })
    }

    /// Without a `kid`, a rotated key looks the same as a wrong signature.
    fn wrong_signature(&self, text: String) -> TokenError {
        if self.kid.is_some() { TokenError::Signature(text) } else { TokenError::UnknownKey(text) }
    }

    /// Returns the keys that may have signed the token: those with its `kid`, otherwise those without a `kid`; all, if the token has none.
    fn candidates<'k>(&self, keys: &'k [VerificationKey]) -> Result<Vec<&'k VerificationKey>, TokenError> {
        let with_kid =
            |kid: Option<&String>| keys.iter().filter(|key| key.kid.as_ref() == kid).collect::<Vec<_>>();
        let candidates = match &self.kid {
            None => keys.iter().collect(),
            Some(kid) => match with_kid(Some(kid)) {
                named if named.is_empty() => with_kid(None),
                named => named,
            },
        };
        if candidates.is_empty() {
            return Err(TokenError::UnknownKey(match &self.kid {
                Some(kid) => format!("no key of the provider has the kid {}", quoted(kid)),
                None => "the provider has no usable key".to_owned(),
            }));
        }
        let fitting: Vec<_> = candidates.into_iter().filter(|key| key.fits(self.algorithm)).collect();
        if fitting.is_empty() {
            let text = format!("the key of the provider is not for {}", self.algorithm.name());
            return Err(self.wrong_signature(text));
        }
        Ok(fitting)
    }
}

fn read_part(part: &str, name: &str) -> Result<JsonObject, TokenError> {
    let json = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenError::invalid(format!("the {name} of the token is not base64url")))?;
    JsonObject::read(&json)
        .map_err(|error| TokenError::invalid(format!("the {name} of the token is {error}")))
}

/// Media types are compared without case and without `application/` (RFC 7515 §4.1.9).
fn media_type(typ: &str) -> String {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").map(ToOwned::to_owned).unwrap_or(typ)
}

#[cfg(test)]
mod tests;
