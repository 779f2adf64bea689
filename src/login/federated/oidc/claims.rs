//! What a provider says about a person: read from the raw JSON of a verified ID token, and of userinfo.

use serde_json::{Map, Value};

use super::token::{TokenError, seconds, subject, text};
use crate::{
    clock::Timestamp,
    user::{Email, IdentityKey},
};

use TokenError::Because;

/// What userinfo said.
#[derive(Debug)]
pub enum Userinfo {
    /// There is no such endpoint.
    NotOffered,
    /// There is, and it did not answer as it must.
    Failed,
    /// This.
    Claims(Map<String, Value>),
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
    /// Userinfo did not answer: what is not here may be there.
    pub userinfo_failed: bool,
    /// What the ID token itself says: signed, which userinfo is not.
    signed: Map<String, Value>,
    all: Map<String, Value>,
}

impl Claims {
    /// From a verified ID token, and what userinfo adds to it.
    ///
    /// # Errors
    /// [`TokenError`] when userinfo is about somebody else (token substitution, OpenID Connect Core §5.3.2).
    pub fn new(id_token: Map<String, Value>, userinfo: Userinfo) -> Result<Self, TokenError> {
        let subject = subject(&id_token)?.to_owned();
        let issuer = text(&id_token, "iss").unwrap_or_default().to_owned();
        let (userinfo, userinfo_failed) = match userinfo {
            Userinfo::NotOffered => (Map::new(), false),
            Userinfo::Failed => (Map::new(), true),
            Userinfo::Claims(claims) => (claims, false),
        };
        if !userinfo.is_empty() && text(&userinfo, "sub") != Some(&subject) {
            return Err(Because("userinfo is about another sub"));
        }
        // An address and the word for it come from one source: never one's address with the other's `true`. Userinfo may say more of
        // the same address.
        let thin = !id_token.contains_key("email")
            || !id_token.contains_key("email_verified") && id_token.get("email") == userinfo.get("email");
        let addressed = if thin { &userinfo } else { &id_token };
        let email = text(addressed, "email").and_then(|text| text.parse().ok());
        let email_verified = email.is_some() && addressed.get("email_verified") == Some(&Value::Bool(true));
        let sid = text(&id_token, "sid").map(ToOwned::to_owned);
        let mut all = userinfo;
        all.extend(id_token.clone());
        Ok(Self { issuer, subject, email, email_verified, sid, userinfo_failed, signed: id_token, all })
    }

    /// Whether they are of the identity with this key.
    #[must_use]
    pub fn belong_to(&self, key: &IdentityKey) -> bool {
        key.issuer == self.issuer && key.subject == self.subject
    }

    /// Whether the ID token says all there is to say of the address: userinfo that did not answer could have added nothing.
    #[must_use]
    pub fn email_is_conclusive(&self) -> bool {
        self.signed.contains_key("email") && self.signed.contains_key("email_verified")
    }

    /// Whether this is the address they name.
    #[must_use]
    pub fn is_address(&self, email: Option<&Email>) -> bool {
        self.email.as_ref().zip(email).is_some_and(|(claimed, email)| claimed.handle() == email.handle())
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

    /// When the person proved to the provider who they are, in seconds, as the signed token says.
    #[must_use]
    pub fn authenticated_at(&self) -> Option<i64> {
        seconds(&self.signed, "auth_time").ok().flatten()
    }

    /// When the ID token was issued, in seconds.
    #[must_use]
    pub fn issued_at(&self) -> i64 {
        seconds(&self.signed, "iat").ok().flatten().unwrap_or_default()
    }

    /// When the person proved it, not after `now`; None if the provider does not say.
    #[must_use]
    pub fn proven_at(&self, now: Timestamp) -> Option<Timestamp> {
        let at = self.authenticated_at()?.clamp(0, now.as_secs());
        Some(Timestamp::from_millis(at.saturating_mul(1000)).min(now))
    }

    /// Whether the signed token is of this organization, by id or by name (Auth0).
    #[must_use]
    pub fn is_of_organization(&self, organization: &str) -> bool {
        ["org_id", "org_name"].iter().any(|name| text(&self.signed, name) == Some(organization))
    }

    /// A claim that is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        text(&self.all, name)
    }

    /// Whether there is anything under this name or path.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.at(name).is_some()
    }

    fn at(&self, name: &str) -> Option<&Value> {
        self.all.get(name).or_else(|| {
            let mut parts = name.split('.');
            let first = self.all.get(parts.next()?)?;
            parts.try_fold(first, |value, part| value.get(part))
        })
    }

    /// Values of a claim that is a text or a list of texts, by its name or by a path with dots.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        match self.at(name) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// All of them as a trace keeps them: without what belongs to the tokens, and no longer than people read.
    #[must_use]
    pub fn for_trace(&self) -> Map<String, Value> {
        let told = self.all.iter().filter(|(name, _)| !OF_THE_TOKEN.contains(&name.as_str()));
        let mut room = SEEN_ROOM;
        let fitting = |(name, value): (&String, &Value)| {
            let value = seen(value);
            let left = room.checked_sub(value.to_string().len());
            room = left.unwrap_or(room);
            (shortened(name), left.map_or_else(|| "(too long to be kept)".into(), |_| value))
        };
        told.take(SEEN_MAX).map(fitting).collect()
    }
}

/// Claims that tell about the token or its session, not about the person.
const OF_THE_TOKEN: [&str; 6] = ["nonce", "at_hash", "c_hash", "s_hash", "jti", "sid"];
/// Claims, and values of one claim, that a trace keeps.
const SEEN_MAX: usize = 40;
/// Characters of a text that a trace keeps.
const SEEN_TEXT: usize = 200;
/// Bytes of all values together that a trace keeps: an event is kept for more than a year.
const SEEN_ROOM: usize = 16 * 1024;

fn seen(value: &Value) -> Value {
    match value {
        Value::String(text) => shortened(text).into(),
        Value::Array(values) => values.iter().take(SEEN_MAX).map(seen_inside).collect(),
        Value::Object(members) => members
            .iter()
            .take(SEEN_MAX)
            .map(|(name, value)| (shortened(name), seen_inside(value)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// One level down is enough to see what a rule saw.
fn seen_inside(value: &Value) -> Value {
    match value {
        Value::String(text) => shortened(text).into(),
        Value::Array(_) | Value::Object(_) => shortened(&value.to_string()).into(),
        other => other.clone(),
    }
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(SEEN_TEXT).collect()
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
            let claims = Claims::new(claims, Userinfo::NotOffered).expect("one subject");
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
            assert!(
                Claims::new(claims, Userinfo::NotOffered).expect("one subject").verified_email().is_none()
            );
        }
    }

    #[test]
    fn userinfo_about_somebody_else_is_refused() {
        assert!(Claims::new(good(), Userinfo::Claims(object(json!({ "sub": "mallory" })))).is_err());
        assert!(
            Claims::new(good(), Userinfo::Claims(object(json!({ "email": "grace@corp.example" })))).is_err()
        );
    }

    #[test]
    fn an_address_is_never_vouched_for_by_the_other_source() {
        let mut id_token = good();
        id_token.insert("email".to_owned(), json!("grace@corp.example"));
        let userinfo =
            object(json!({ "sub": "grace", "email": "other@corp.example", "email_verified": true }));
        assert!(
            Claims::new(id_token, Userinfo::Claims(userinfo))
                .expect("one subject")
                .verified_email()
                .is_none()
        );
    }

    #[test]
    fn userinfo_may_vouch_for_the_address_of_the_id_token_if_that_says_nothing_else() {
        for (said, vouched) in [(None, true), (Some(json!(false)), false), (Some(Value::Null), false)] {
            let mut id_token = good();
            id_token.insert("email".to_owned(), json!("grace@corp.example"));
            id_token.extend(said.map(|said| ("email_verified".to_owned(), said)));
            let userinfo =
                object(json!({ "sub": "grace", "email": "grace@corp.example", "email_verified": true }));
            let claims = Claims::new(id_token, Userinfo::Claims(userinfo)).expect("one subject");
            assert_eq!(claims.verified_email().is_some(), vouched);
        }
    }

    #[test]
    fn roles_are_found_by_name_and_by_path() {
        let mut claims = good();
        claims.extend(object(json!({ "https://app.example/roles": ["a", "b"], "realm_access": { "roles": ["c"] }, "groups": "d" })));
        let claims = Claims::new(claims, Userinfo::NotOffered).expect("one subject");
        assert_eq!(claims.values("https://app.example/roles"), ["a", "b"]);
        assert_eq!(claims.values("realm_access.roles"), ["c"]);
        assert_eq!(claims.values("groups"), ["d"]);
        assert!(claims.values("nothing.here").is_empty());
    }
}
