//! What a provider says about a person: verified, then read from the raw JSON.
//!
//! Signatures are checked here and nowhere else, with keys from the provider's own set and algorithms from our list, never from
//! the token. Then the claims are judged on the raw JSON: a typed model would turn the text `"true"` into a truth, or fail a
//! sign-in over an odd but honest claim that nobody asked for.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::Jwk};
use serde_json::{Map, Value};

use crate::{clock::Timestamp, user::Email};

/// How far clocks may be apart, in seconds: one number for `exp`, `iat` and `nbf`.
pub const LEEWAY: i64 = 60;
/// Longest subject (OpenID Connect Core §2), in ASCII characters.
const SUBJECT_MAX: usize = 255;
/// Asymmetric only: `none` and the HS family are not in it, so a public key is never taken for a secret (RFC 8725 §3.1).
const ALGORITHMS: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

/// Why a token or a set of claims is not accepted; for the log and the trail, never for the browser.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unacceptable {
    /// No key we have fits: keys may have been rotated.
    #[error("no key of the provider's fits")]
    UnknownKey,
    /// What is wrong.
    #[error("{0}")]
    Because(&'static str),
}

use Unacceptable::Because;

/// What an ID token must say.
pub struct Expected<'a> {
    /// Exactly.
    pub issuer: &'a str,
    /// Exactly.
    pub client_id: &'a str,
    /// Exactly.
    pub nonce: &'a str,
}

/// Verifies an ID token (OpenID Connect Core §3.1.3.7) and gives its claims.
///
/// # Errors
/// [`Unacceptable`].
pub fn verify(
    token: &str,
    keys: &[Jwk],
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<Map<String, Value>, Unacceptable> {
    let claims = check_signature(token, keys)?;
    judge(&claims, expected, now)?;
    Ok(claims)
}

fn check_signature(token: &str, keys: &[Jwk]) -> Result<Map<String, Value>, Unacceptable> {
    let header = decode_header(token).map_err(|_| Because("not a signed token with an algorithm we know"))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Because(
            "signed with an algorithm that is not accepted: set the client to RS256 at the provider",
        ));
    }
    if has_crit(token) {
        return Err(Because("a critical header that nobody understands"));
    }
    let fitting = |key: &&Jwk| match &header.kid {
        Some(kid) => key.common.key_id.as_ref() == Some(kid),
        None => true,
    };
    let said = algorithm_name(header.alg);
    let made_for =
        |key: &&Jwk| key.common.key_algorithm.is_none_or(|algorithm| algorithm.to_string() == said);
    let candidates: Vec<&Jwk> = keys.iter().filter(fitting).collect();
    if candidates.is_empty() {
        return Err(Unacceptable::UnknownKey);
    }
    let mut validation = Validation::new(header.alg);
    // Times and audience are judged below, by our clock and on the raw JSON.
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_nbf, validation.validate_aud) = (false, false, false);
    // Without a kid every key is tried: a provider with one key often sends none.
    let verified = candidates.into_iter().filter(made_for).find_map(|key| {
        let key = DecodingKey::from_jwk(key).ok()?;
        decode::<Map<String, Value>>(token, &key, &validation).ok()
    });
    // Without a kid a newer key cannot be told from a wrong signature.
    let refusal =
        if header.kid.is_none() { Unacceptable::UnknownKey } else { Because("the signature is wrong") };
    verified.map(|data| data.claims).ok_or(refusal)
}

/// As a key set has it.
fn algorithm_name(algorithm: Algorithm) -> String {
    format!("{algorithm:?}")
}

/// RFC 7515 §4.1.11: a header that must be understood, and is not.
fn has_crit(token: &str) -> bool {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let header = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header = header.and_then(|bytes| serde_json::from_slice::<Map<String, Value>>(&bytes).ok());
    header.is_none_or(|header| header.contains_key("crit"))
}

fn judge(claims: &Map<String, Value>, expected: &Expected<'_>, now: Timestamp) -> Result<(), Unacceptable> {
    if text(claims, "iss") != Some(expected.issuer) {
        return Err(Because("iss is another issuer"));
    }
    judge_audience(claims, expected.client_id)?;
    judge_times(claims, now.as_secs())?;
    if text(claims, "nonce") != Some(expected.nonce) {
        return Err(Because("nonce is another sign-in's"));
    }
    subject(claims).map(drop)
}

/// The client must be meant, and nobody else unless the token says that it was made for us (azp).
fn judge_audience(claims: &Map<String, Value>, client_id: &str) -> Result<(), Unacceptable> {
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => {
            many.iter().map(Value::as_str).collect::<Option<_>>().ok_or(Because("aud is not text"))?
        }
        _ => return Err(Because("aud is missing")),
    };
    if !audiences.contains(&client_id) {
        return Err(Because("aud is another client"));
    }
    match claims.get("azp") {
        None if audiences.len() > 1 => Err(Because("several audiences and no azp")),
        None => Ok(()),
        Some(Value::String(azp)) if azp == client_id && audiences.len() == 1 => Ok(()),
        Some(Value::String(azp)) if azp == client_id => Err(Because("aud names somebody we do not trust")),
        Some(_) => Err(Because("azp is another client")),
    }
}

fn judge_times(claims: &Map<String, Value>, now: i64) -> Result<(), Unacceptable> {
    let expires = seconds(claims, "exp")?.ok_or(Because("exp is missing"))?;
    let issued = seconds(claims, "iat")?.ok_or(Because("iat is missing"))?;
    // A date beyond all time is no reason to panic.
    if now >= expires.saturating_add(LEEWAY) {
        Err(Because("expired"))
    } else if issued > now + LEEWAY {
        Err(Because("issued in the future"))
    } else if seconds(claims, "nbf")?.is_some_and(|nbf| nbf > now + LEEWAY) {
        Err(Because("not valid yet"))
    } else {
        Ok(())
    }
}

/// A `NumericDate`; of another type it is an error, never an absence.
fn seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, Unacceptable> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a date with a fraction is rounded to the second it is in"
    )]
    let whole = |number: &serde_json::Number| {
        number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64))
    };
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => whole(number).map(Some).ok_or(Because("a time that is no date")),
        Some(_) => Err(Because("a time that is not a number")),
    }
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str()
}

/// The subject of verified claims: 1 to 255 ASCII characters, case-sensitive.
///
/// # Errors
/// [`Unacceptable`].
pub fn subject(claims: &Map<String, Value>) -> Result<&str, Unacceptable> {
    let subject = text(claims, "sub").ok_or(Because("sub is missing"))?;
    let good = (1..=SUBJECT_MAX).contains(&subject.len())
        && subject.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    good.then_some(subject).ok_or(Because("sub is empty, too long or not ASCII"))
}

/// The access token is the one that came with this ID token (OpenID Connect Core §3.1.3.6).
///
/// # Errors
/// [`Unacceptable`] when it is not.
pub fn check_at_hash(id_token: &str, at_hash: &Value, access_token: &str) -> Result<(), Unacceptable> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use sha2::{Digest as _, Sha256, Sha512};
    let algorithm = decode_header(id_token).map_err(|_| Because("no header"))?.alg;
    let hash = match algorithm {
        Algorithm::EdDSA => Sha512::digest(access_token)[..32].to_vec(),
        _ => Sha256::digest(access_token)[..16].to_vec(),
    };
    let same = at_hash.as_str() == Some(&URL_SAFE_NO_PAD.encode(hash));
    same.then_some(()).ok_or(Because("at_hash is another access token's"))
}

/// What is known of a person at a provider.
#[derive(Clone, Debug)]
pub struct Claims {
    /// Whose word it is.
    pub issuer: String,
    /// Who, at this issuer; never reassigned.
    pub subject: String,
    /// The address, if there is one and it is one.
    pub email: Option<Email>,
    /// Whether the provider says, as JSON `true`, that the address is this person's.
    pub email_verified: bool,
    /// The provider's own session.
    pub sid: Option<String>,
    /// What the ID token itself says: signed, which userinfo is not.
    signed: Map<String, Value>,
    all: Map<String, Value>,
}

impl Claims {
    /// From a verified ID token, and what userinfo adds to it.
    ///
    /// # Errors
    /// [`Unacceptable`] when userinfo is about somebody else (token substitution, OpenID Connect Core §5.3.2).
    pub fn merge(
        id_token: Map<String, Value>,
        userinfo: Option<Map<String, Value>>,
    ) -> Result<Self, Unacceptable> {
        let subject = subject(&id_token)?.to_owned();
        let issuer = text(&id_token, "iss").unwrap_or_default().to_owned();
        let userinfo = userinfo.unwrap_or_default();
        if !userinfo.is_empty() && text(&userinfo, "sub") != Some(&subject) {
            return Err(Because("userinfo is about another sub"));
        }
        // An address and the word for it come from one source: never one's address with the other's `true`.
        let addressed = if id_token.contains_key("email") { &id_token } else { &userinfo };
        let email = text(addressed, "email").and_then(|text| text.parse().ok());
        let email_verified = email.is_some() && addressed.get("email_verified") == Some(&Value::Bool(true));
        let sid = text(&id_token, "sid").map(ToOwned::to_owned);
        let mut all = userinfo;
        all.extend(id_token.clone());
        Ok(Self { issuer, subject, email, email_verified, sid, signed: id_token, all })
    }

    /// The address, if the provider vouches for it. An unverified claim counts as no address.
    #[must_use]
    pub fn verified_email(&self) -> Option<&Email> {
        self.email.as_ref().filter(|_| self.email_verified)
    }

    /// How the person was authenticated, as the signed token says: `amr` is a list, `acr` a text, or they say nothing.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        let amr =
            self.signed.get("amr").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        amr.chain(text(&self.signed, "acr"))
    }

    /// A claim that is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        text(&self.all, name)
    }

    /// Values of a claim that is a text or a list of texts, by its name or by a path with dots.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        let found = self.all.get(name).or_else(|| {
            let mut parts = name.split('.');
            let first = self.all.get(parts.next()?)?;
            parts.try_fold(first, |value, part| value.get(part))
        });
        match found {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("not an object") };
        map
    }

    fn good() -> Map<String, Value> {
        object(
            json!({ "iss": "https://idp.example", "aud": "client", "exp": 2000, "iat": 1000, "nonce": "n", "sub": "grace" }),
        )
    }

    fn judged(change: Value) -> Result<(), Unacceptable> {
        let mut claims = good();
        for (name, value) in object(change) {
            if value.is_null() {
                claims.remove(&name)
            } else {
                claims.insert(name, value)
            };
        }
        let expected = Expected { issuer: "https://idp.example", client_id: "client", nonce: "n" };
        judge(&claims, &expected, Timestamp::from_millis(1_000_000))
    }

    #[test]
    fn honest_claims_are_accepted() {
        for change in [
            json!({}),
            json!({ "aud": ["client"] }),
            json!({ "azp": "client" }),
            json!({ "exp": 941 }),
            json!({ "iat": 1060 }),
            json!({ "iat": 999.7 }),
            json!({ "nbf": 1060 }),
            json!({ "exp": i64::MAX }),
            json!({ "exp": 1e300 }),
            json!({ "auth_time": "yesterday" }),
            json!({ "locale": 7 }),
        ] {
            assert_eq!(judged(change.clone()), Ok(()), "{change}");
        }
    }

    #[test]
    fn lies_are_refused() {
        for change in [
            json!({ "iss": "https://idp.example/" }),
            json!({ "iss": null }),
            json!({ "aud": "other" }),
            json!({ "aud": null }),
            json!({ "aud": [] }),
            json!({ "aud": ["client", "other"] }),
            json!({ "aud": ["client", "other"], "azp": "client" }),
            json!({ "azp": "other" }),
            json!({ "azp": 7 }),
            json!({ "exp": 940 }),
            json!({ "exp": i64::MIN }),
            json!({ "exp": null }),
            json!({ "exp": "2000" }),
            json!({ "iat": null }),
            json!({ "iat": 1061 }),
            json!({ "iat": "1000" }),
            json!({ "nbf": 1061 }),
            json!({ "nbf": "0" }),
            json!({ "nonce": "other" }),
            json!({ "nonce": null }),
            json!({ "sub": null }),
            json!({ "sub": "" }),
            json!({ "sub": 7 }),
            json!({ "sub": "a".repeat(256) }),
            json!({ "sub": "gräce" }),
        ] {
            assert!(judged(change.clone()).is_err(), "{change}");
        }
    }

    #[test]
    fn only_json_true_vouches_for_an_address() {
        for (verified, vouched) in [
            (json!(true), true),
            (json!("true"), false),
            (json!(1), false),
            (json!(false), false),
            (Value::Null, false),
        ] {
            let mut claims = good();
            claims.insert("email".to_owned(), json!("grace@corp.example"));
            claims.insert("email_verified".to_owned(), verified.clone());
            let claims = Claims::merge(claims, None).expect("one subject");
            assert_eq!(claims.verified_email().is_some(), vouched, "{verified}");
        }
    }

    #[test]
    fn what_is_not_one_address_counts_as_none() {
        for email in [
            json!(["a@corp.example", "b@corp.example"]),
            json!("a@evil.example@corp.example"),
            json!("a@evil.example,b@corp.example"),
        ] {
            let mut claims = good();
            claims.extend(object(json!({ "email": email, "email_verified": true })));
            assert!(Claims::merge(claims, None).expect("one subject").verified_email().is_none());
        }
    }

    #[test]
    fn userinfo_about_somebody_else_is_refused() {
        assert!(Claims::merge(good(), Some(object(json!({ "sub": "mallory" })))).is_err());
        assert!(Claims::merge(good(), Some(object(json!({ "email": "grace@corp.example" })))).is_err());
    }

    #[test]
    fn an_address_is_never_vouched_for_by_the_other_source() {
        let mut id_token = good();
        id_token.insert("email".to_owned(), json!("grace@corp.example"));
        let userinfo =
            object(json!({ "sub": "grace", "email": "other@corp.example", "email_verified": true }));
        assert!(Claims::merge(id_token, Some(userinfo)).expect("one subject").verified_email().is_none());
    }

    #[test]
    fn roles_are_found_by_name_and_by_path() {
        let mut claims = good();
        claims.extend(object(json!({ "https://app.example/roles": ["a", "b"], "realm_access": { "roles": ["c"] }, "groups": "d" })));
        let claims = Claims::merge(claims, None).expect("one subject");
        assert_eq!(claims.values("https://app.example/roles"), ["a", "b"]);
        assert_eq!(claims.values("realm_access.roles"), ["c"]);
        assert_eq!(claims.values("groups"), ["d"]);
        assert!(claims.values("nothing.here").is_empty());
    }
}
