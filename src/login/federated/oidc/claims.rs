//! Claims of a user: the verified ID token and userinfo, read as raw JSON.

use serde_json::{Map, Value};

use super::{
    claim_path, hidden_values,
    jwt::{TokenError, seconds, subject, text},
};
use crate::user::{Email, IdentityKey};

/// Result of the userinfo request.
#[derive(Debug)]
pub enum Userinfo {
    /// The provider has no userinfo endpoint.
    NotOffered,
    /// The request failed or was not possible, for this reason: a claim that is missing here may exist at the provider.
    Failed(String),
    Claims(Map<String, Value>),
}

/// The document that the address is taken from.
///
/// An address and its `email_verified` always come from the same document. Otherwise a provider, or a user who controls one of the two,
/// could combine the address of a victim with the `true` of another address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EmailSource {
    IdToken,
    Userinfo,
}

impl EmailSource {
    fn choose(id_token: &Map<String, Value>, userinfo: &Map<String, Value>) -> Self {
        let same_address = id_token.get("email") == userinfo.get("email");
        match (states_email(id_token), id_token.contains_key("email_verified")) {
            (false, true | false) => Self::Userinfo,
            // The ID token does not say whether its address is verified. Userinfo may say so for the same address.
            (true, false) if same_address => Self::Userinfo,
            (true, true | false) => Self::IdToken,
        }
    }
}

/// Returns whether a document states an address. `null`, an empty text, and a value of another type are no statement, so that they do not
/// hide the address of userinfo. Text that is not one address is a statement.
fn states_email(document: &Map<String, Value>) -> bool {
    text(document, "email").is_some_and(|email| !email.trim().is_empty())
}

/// Verified claims about one user.
#[derive(Clone, Debug)]
pub struct Claims {
    key: IdentityKey,
    /// `None` if there is no address or the claim is not exactly one address.
    pub email: Option<Email>,
    /// `email_verified` is the JSON value `true`.
    pub email_verified: bool,
    /// The session at the provider.
    pub sid: Option<String>,
    /// Why there is no userinfo although the provider offers it.
    pub userinfo_failure: Option<String>,
    /// Claims of the ID token, which is signed.
    id_token: Map<String, Value>,
    /// Claims of userinfo, which need not be signed. Those of the ID token win.
    userinfo: Map<String, Value>,
}

impl Claims {
    /// Combines a verified ID token with userinfo.
    ///
    /// # Errors
    /// [`TokenError`] if userinfo is about another subject (token substitution, OpenID Connect Core §5.3.2).
    pub fn new(id_token: Map<String, Value>, userinfo: Userinfo) -> Result<Self, TokenError> {
        let subject = subject(&id_token)?.to_owned();
        let issuer = text(&id_token, "iss").unwrap_or_default().to_owned();
        let (userinfo, userinfo_failure) = match userinfo {
            Userinfo::NotOffered => (Map::new(), None),
            Userinfo::Failed(reason) => (Map::new(), Some(reason)),
            Userinfo::Claims(claims) => {
                check_userinfo_subject(&claims, &subject)?;
                (claims, None)
            }
        };
        let source = match EmailSource::choose(&id_token, &userinfo) {
            EmailSource::IdToken => &id_token,
            EmailSource::Userinfo => &userinfo,
        };
        let email: Option<Email> =
            text(source, "email").and_then(|text| text.parse().ok()).filter(Email::is_exact);
        let email_verified = email.is_some() && source.get("email_verified") == Some(&Value::Bool(true));
        let sid = text(&id_token, "sid").map(ToOwned::to_owned);
        let key = IdentityKey { issuer, subject };
        Ok(Self { key, email, email_verified, sid, userinfo_failure, id_token, userinfo })
    }

    #[must_use]
    pub fn userinfo_failed(&self) -> bool {
        self.userinfo_failure.is_some()
    }

    /// Returns the identity that the claims are about: issuer and subject, never an address.
    #[must_use]
    pub fn key(&self) -> &IdentityKey {
        &self.key
    }

    #[must_use]
    pub fn belong_to(&self, key: &IdentityKey) -> bool {
        self.key == *key
    }

    /// Returns whether the ID token alone contains the address and its verification, so that failed userinfo can change neither.
    #[must_use]
    pub fn email_is_conclusive(&self) -> bool {
        states_email(&self.id_token) && self.id_token.contains_key("email_verified")
    }

    /// Returns the address if the provider verified it. An unverified address counts as none.
    #[must_use]
    pub fn verified_email(&self) -> Option<&Email> {
        self.email.as_ref().filter(|_| self.email_verified)
    }

    /// Returns how the user authenticated according to the signed ID token: the values of `amr`, and `acr`.
    pub fn authentication_methods(&self) -> impl Iterator<Item = &str> {
        let amr = self
            .id_token
            .get("amr")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        amr.chain(text(&self.id_token, "acr"))
    }

    /// Returns `auth_time` of the signed ID token, in seconds. [`super::auth_time`] decides whether it counts.
    #[must_use]
    pub fn auth_time(&self) -> Option<i64> {
        seconds(&self.id_token, "auth_time").ok().flatten()
    }

    /// Returns `iat` of the ID token, in seconds.
    #[must_use]
    pub fn issued_at(&self) -> i64 {
        seconds(&self.id_token, "iat").ok().flatten().unwrap_or_default()
    }

    /// Returns whether the signed ID token names this organization, by id or by name (Auth0).
    #[must_use]
    pub fn is_of_organization(&self, organization: &str) -> bool {
        ["org_id", "org_name"].iter().any(|name| text(&self.id_token, name) == Some(organization))
    }

    /// Returns a text of the ID token, otherwise of userinfo. An empty text and a value of another type hide nothing.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let stated = |document| text(document, name).filter(|text| !text.trim().is_empty());
        stated(&self.id_token).or_else(|| stated(&self.userinfo))
    }

    /// Returns a claim by its name or its path ([`claim_path`]), of the ID token or otherwise of userinfo. `null` counts as absent.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Value> {
        claim_path::find(&self.id_token, path).or_else(|| claim_path::find(&self.userinfo, path))
    }

    /// Returns the claims for a decision trace: without claims about the token itself, and shortened.
    #[must_use]
    pub fn for_trace(&self) -> Map<String, Value> {
        limited(&self.combined())
    }

    /// Returns the claims for the administrator of a test login: as in a trace, and without values that look like a token or a password.
    #[must_use]
    pub fn for_report(&self) -> ReturnedClaims {
        let shown = |document: &Map<String, Value>| limited(&hidden_values::hide(document));
        ReturnedClaims {
            combined: shown(&self.combined()),
            id_token: shown(&self.id_token),
            userinfo: (!self.userinfo.is_empty()).then(|| shown(&self.userinfo)),
            userinfo_failure: self.userinfo_failure.clone(),
        }
    }

    /// Returns the claims of both documents. Those of the ID token win.
    fn combined(&self) -> Map<String, Value> {
        let mut all = self.userinfo.clone();
        for (name, value) in &self.id_token {
            if !value.is_null() || !all.contains_key(name) {
                all.insert(name.clone(), value.clone());
            }
        }
        all
    }
}

/// Claims of a test login, for its administrator.
#[derive(Clone, Debug)]
pub struct ReturnedClaims {
    /// Claims of both documents, as the decision reads them.
    pub combined: Map<String, Value>,
    pub id_token: Map<String, Value>,
    /// `None`: the provider offers no userinfo, or the request failed.
    pub userinfo: Option<Map<String, Value>>,
    pub userinfo_failure: Option<String>,
}

/// Leaves out claims about the token, and bounds the others.
fn limited(all: &Map<String, Value>) -> Map<String, Value> {
    let about_user = all.iter().filter(|(name, _)| !ABOUT_THE_TOKEN.contains(&name.as_str()));
    let mut bytes_left = TRACE_BYTES_MAX;
    let limited = |(name, value): (&String, &Value)| {
        let value = for_trace(value);
        let left = bytes_left.checked_sub(value.to_string().len());
        bytes_left = left.unwrap_or(bytes_left);
        (shortened(name), left.map_or_else(|| "(too long to be stored)".into(), |_| value))
    };
    about_user.take(TRACE_ITEMS_MAX).map(limited).collect()
}

/// Checks that userinfo is about the subject of the ID token (token substitution, OpenID Connect Core §5.3.2).
fn check_userinfo_subject(userinfo: &Map<String, Value>, subject: &str) -> Result<(), TokenError> {
    match userinfo.get("sub") {
        Some(sub) if sub == subject => Ok(()),
        Some(Value::String(_)) => Err(TokenError::invalid("userinfo is about another sub")),
        Some(_) => Err(TokenError::invalid("sub of userinfo is not text")),
        None => Err(TokenError::invalid("userinfo has no sub")),
    }
}

/// Claims about the token or its session, not about the user.
const ABOUT_THE_TOKEN: [&str; 6] = ["nonce", "at_hash", "c_hash", "s_hash", "jti", "sid"];
/// Maximum number of claims in a trace, and of values of one claim.
const TRACE_ITEMS_MAX: usize = 40;
/// Maximum length of one text, in characters.
const TRACE_TEXT_MAX: usize = 200;
/// Maximum size of all values, in bytes: an audit event is kept for more than a year.
const TRACE_BYTES_MAX: usize = 16 * 1024;

fn for_trace(value: &Value) -> Value {
    match value {
        Value::String(text) => shortened(text).into(),
        Value::Array(values) => values.iter().take(TRACE_ITEMS_MAX).map(nested_for_trace).collect(),
        Value::Object(members) => members
            .iter()
            .take(TRACE_ITEMS_MAX)
            .map(|(name, value)| (shortened(name), nested_for_trace(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// Shortens a nested value. Rules read one level only, so deeper values become text.
fn nested_for_trace(value: &Value) -> Value {
    match value {
        Value::String(text) => shortened(text).into(),
        Value::Array(_) | Value::Object(_) => shortened(&value.to_string()).into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

pub(super) fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(TRACE_TEXT_MAX).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("not an object") };
        map
    }

    fn id_token(change: Value) -> Map<String, Value> {
        let mut claims = object(
            json!({ "iss": "https://idp.example", "aud": "client", "exp": 2000, "iat": 1000, "nonce": "n", "sub": "grace" }),
        );
        claims.extend(object(change));
        claims
    }

    fn claims(change: Value, userinfo: Userinfo) -> Claims {
        Claims::new(id_token(change), userinfo).expect("one subject")
    }

    #[test]
    fn only_json_true_verifies_an_address() {
        for (verified, expected) in [
            (json!(true), true),
            (json!("true"), false),
            (json!(1), false),
            (json!(false), false),
            (Value::Null, false),
        ] {
            let change = json!({ "email": "grace@corp.example", "email_verified": verified });
            let claims = claims(change.clone(), Userinfo::NotOffered);
            assert_eq!(claims.verified_email().is_some(), expected, "{change}");
        }
    }

    #[test]
    fn a_claim_that_is_not_exactly_one_address_counts_as_none() {
        for email in [
            json!(["a@corp.example", "b@corp.example"]),
            json!("a@evil.example@corp.example"),
            json!("a@evil.example,b@corp.example"),
        ] {
            let claims = claims(json!({ "email": email, "email_verified": true }), Userinfo::NotOffered);
            assert!(claims.verified_email().is_none());
        }
    }

    #[test]
    fn userinfo_about_another_subject_is_refused() {
        for userinfo in [json!({ "sub": "mallory" }), json!({ "email": "grace@corp.example" })] {
            let userinfo = Userinfo::Claims(object(userinfo));
            assert!(Claims::new(id_token(json!({})), userinfo).is_err());
        }
    }

    /// Rows: `email` and `email_verified` of the ID token, the address of userinfo (which says `true`), the verified address.
    #[test]
    fn an_address_and_its_verification_come_from_the_same_document() {
        let (grace, other) = ("grace@corp.example", "other@corp.example");
        for (change, in_userinfo, source, expected) in [
            (json!({}), grace, EmailSource::Userinfo, Some(grace)),
            (json!({ "email_verified": true }), grace, EmailSource::Userinfo, Some(grace)),
            (json!({ "email": grace }), grace, EmailSource::Userinfo, Some(grace)),
            (json!({ "email": grace }), other, EmailSource::IdToken, None),
            (json!({ "email": grace, "email_verified": true }), other, EmailSource::IdToken, Some(grace)),
            (json!({ "email": grace, "email_verified": false }), grace, EmailSource::IdToken, None),
            (json!({ "email": grace, "email_verified": null }), grace, EmailSource::IdToken, None),
        ] {
            let userinfo = object(json!({ "sub": "grace", "email": in_userinfo, "email_verified": true }));
            assert_eq!(EmailSource::choose(&id_token(change.clone()), &userinfo), source, "{change}");
            let claims = claims(change.clone(), Userinfo::Claims(userinfo));
            assert_eq!(claims.verified_email().map(Email::as_str), expected, "{change}");
        }
    }

    /// Rows: `email` and `email_verified` of the ID token. Userinfo has a verified address.
    #[test]
    fn an_address_that_is_no_statement_does_not_hide_that_of_userinfo() {
        for email in [Value::Null, json!(""), json!(" "), json!(["grace@corp.example"]), json!({}), json!(7)]
        {
            for verified in [json!({}), json!({ "email_verified": true }), json!({ "email_verified": null })]
            {
                let mut change = object(verified);
                change.insert("email".to_owned(), email.clone());
                let userinfo =
                    json!({ "sub": "grace", "email": "grace@corp.example", "email_verified": true });
                let claims = claims(change.clone().into(), Userinfo::Claims(object(userinfo)));
                let found = claims.verified_email().map(Email::as_str);
                assert_eq!(found, Some("grace@corp.example"), "{change:?}");
                let failed =
                    Claims::new(id_token(change.clone().into()), Userinfo::Failed("late".to_owned()));
                assert!(!failed.expect("one subject").email_is_conclusive(), "{change:?}");
            }
        }
    }

    #[test]
    fn null_in_the_id_token_hides_nothing_of_userinfo() {
        let change = json!({ "name": null, "locale": "", "picture": 7, "groups": null, "nickname": "g" });
        let userinfo = json!({
            "sub": "grace", "name": "Grace", "locale": "en", "picture": "https://corp.example/g", "groups": ["a"],
            "nickname": "other",
        });
        let claims = claims(change, Userinfo::Claims(object(userinfo)));
        for (name, expected) in
            [("name", "Grace"), ("locale", "en"), ("picture", "https://corp.example/g"), ("nickname", "g")]
        {
            assert_eq!(claims.text(name), Some(expected), "{name}");
        }
        assert_eq!(claims.get("groups"), Some(&json!(["a"])));
        assert_eq!(claims.for_trace()["groups"], json!(["a"]));
    }
}
