//! What the lying provider can do wrong: one thing at a time.

use serde_json::Value;

/// Where a provider is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Discovery,
    Keys,
    Token,
    Userinfo,
}

/// The one thing that is wrong; everything else stays honest. What is said honestly is handed over to be changed.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    None,
    /// In the discovery document.
    Discovery(fn(&mut Value)),
    /// In the set of keys.
    Keys(fn(&mut Value)),
    /// In the answer of the token endpoint.
    Token(fn(&mut Value)),
    /// In the claims of the ID token, which are then signed as they should be.
    IdToken(fn(&mut Value)),
    /// In the claims of the logout token, which are then signed as they should be.
    LogoutToken(fn(&mut Value)),
    /// In the header of a token, which is then signed as it should be.
    Header(fn(&mut Value)),
    /// In the answer of the userinfo endpoint.
    Userinfo(fn(&mut Value)),
    /// The answer of the userinfo endpoint is a token, with these claims; signed as it should be, or otherwise.
    SignedUserinfo(fn(&mut Value), Option<Signature>),
    /// A token is signed otherwise.
    Signed(Signature),
    /// An endpoint answers like this.
    Answer(Endpoint, Answer),
}

/// How a token can be signed when it should not.
#[derive(Clone, Copy)]
pub(crate) enum Signature {
    /// `alg: none`, without a signature.
    None,
    /// Not at all: the third part is empty, the header says RS256.
    Stripped,
    /// One bit is wrong.
    Broken,
    /// HS256 with the public key, which everybody has, as the secret.
    PublicKeyAsSecret,
    /// HS256 with the client secret.
    ClientSecret,
    /// By an attacker's key, with whatever the header says of it. The fields `jku` and `x5u` are filled in with an address
    /// where that key can be had.
    Rogue(fn(&mut Value)),
}

/// How an endpoint can answer when it should not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A page for people, with status 200.
    Html,
    /// Honest JSON, yet with a failure's status.
    Status(u16),
    /// `{"error": "invalid_grant", …}` with status 400, and a text that must not be shown.
    Refusal,
    /// This as the code of an error (RFC 6749 §5.2) with status 400, and the same as its description.
    Error(&'static str),
    /// Honest JSON, followed by 256 MiB of blanks.
    Huge,
    /// The same in a few KiB of gzip.
    Bomb,
    /// Honest JSON, one byte a second.
    Slow,
    /// Nothing at all, while the connection stays.
    Silent,
    /// Honest JSON, after a second.
    Late,
    /// The same, after three.
    Later,
    /// Honest JSON, once [`super::FakeProvider::release_answer`] is called.
    Held,
    /// The connection is closed in the middle of the body.
    Hangup,
    /// To another place of the same provider, where honest JSON is.
    Redirect(u16),
    /// JSON with a list where an object is due.
    List,
    /// Honest JSON, signed as a token.
    Jwt,
}
