//! Faults of the fake provider, one at a time.

use serde_json::Value;

/// Endpoint of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Discovery,
    Keys,
    Token,
    Userinfo,
}

/// The only fault. A function changes the correct value.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    None,
    /// Changes the discovery document.
    Discovery(fn(&mut Value)),
    /// Changes the key set.
    Keys(fn(&mut Value)),
    /// Changes the token response.
    Token(fn(&mut Value)),
    /// Changes the claims of the ID token before it is signed.
    IdToken(fn(&mut Value)),
    /// Changes the claims of the logout token before it is signed.
    LogoutToken(fn(&mut Value)),
    /// Changes the header of a token before it is signed.
    Header(fn(&mut Value)),
    /// Changes the userinfo response.
    Userinfo(fn(&mut Value)),
    /// Sends userinfo as a token with these claims, signed correctly or as given.
    SignedUserinfo(fn(&mut Value), Option<Signature>),
    /// Signs a token differently.
    Signed(Signature),
    /// Changes the text of the payload of a token before it is signed.
    Payload(fn(String) -> String),
    /// Changes the text of an answer.
    Text(Endpoint, fn(String) -> String),
    /// Changes how an endpoint answers.
    Answer(Endpoint, Answer),
}

/// Wrong signatures of a token.
#[derive(Clone, Copy)]
pub(crate) enum Signature {
    /// `alg: none`, without a signature.
    None,
    /// Empty signature with an RS256 header.
    Stripped,
    /// One wrong bit.
    Broken,
    /// HS256 with the public key as the secret.
    PublicKeyAsSecret,
    /// HS256 with the client secret.
    ClientSecret,
    /// Key of an attacker, with a header that the function changes. `jku` and `x5u` contain a URL where that key is
    /// published.
    Rogue(fn(&mut Value)),
}

/// Wrong answers of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// HTML page with status 200.
    Html,
    /// Correct JSON with an error status.
    Status(u16),
    /// `{"error": "invalid_grant", …}` with status 400, and a description that must not be shown.
    Refusal,
    /// Error with this code and description (RFC 6749 §5.2) and status 400.
    Error(&'static str),
    /// Correct JSON, followed by 256 MiB of blanks.
    Huge,
    /// The same as a few KiB of gzip.
    Bomb,
    /// Correct JSON in this encoding, whatever the request accepts.
    Encoded(&'static str),
    /// Correct JSON, one byte per second.
    Slow,
    /// No answer on an open connection.
    Silent,
    /// Correct JSON after one second.
    Late,
    /// Correct JSON after three seconds.
    Later,
    /// Correct JSON after [`super::FakeProvider::release_answer`].
    Held,
    /// Connection closed in the middle of the body.
    Hangup,
    /// Redirect to another URL of the provider that answers correctly.
    Redirect(u16),
    /// JSON array in place of an object.
    List,
    /// Correct JSON as a signed token.
    Jwt,
}
