//! The identity token: a JWT (RFC 7519) about the user of a verified request, and the keys that verify it (RFC 7517).
//!
//! A server behind the proxy needs no second request, and no trust in headers that another client of the network could send. The token is
//! valid for a minute and for one audience. It is no session: no route of this service accepts it.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    admission::Amr,
    app::App,
    clock::Timestamp,
    secrets::{self, Keys},
    session::CurrentSession,
    user::UserId,
};

/// How long a token is valid. An ended session is refused at the next request; a token that left the proxy cannot be taken back.
const LIFETIME: Duration = Duration::from_mins(1);

#[derive(Serialize)]
struct Claims<'a> {
    iss: String,
    aud: &'a str,
    sub: UserId,
    /// Names the session and opens nothing.
    sid: String,
    amr: &'a [Amr],
    roles: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    iat: i64,
    exp: i64,
    jti: String,
}

/// Creates a token for the audience of the settings. `None` if none is set.
pub(super) fn create(app: &App, current: &CurrentSession, roles: &[String]) -> Option<String> {
    let audience = app.config.token_audience.as_deref()?;
    // Other machines compare it with their clocks.
    let now = app.clock.system_time();
    let authentication = &current.session.authentication;
    let claims = Claims {
        iss: app.config.public_url.url(),
        aud: audience,
        sub: current.user.id,
        sid: URL_SAFE_NO_PAD.encode(&secrets::sha256(&[b"sid", current.id.hash().as_slice()].concat())[..16]),
        amr: &authentication.amr,
        roles,
        auth_time: authentication.authenticated_at.map(Timestamp::as_secs),
        iat: now.as_secs(),
        exp: (now + LIFETIME).as_secs(),
        jti: URL_SAFE_NO_PAD.encode(secrets::random::<16>()),
    };
    let key = app.keys.token_key();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed =
        format!("{}.{}", part(json!({ "typ": "JWT", "alg": "EdDSA", "kid": key.id() })), part(json!(claims)));
    let signature = key.sign(signed.as_bytes());
    Some(format!("{signed}.{signature}"))
}

/// Returns the key set: the key that signs, then the older ones of the ring.
pub(super) fn key_set(keys: &Keys) -> Value {
    let keys = keys.token_keys().map(|key| {
        json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.id(), "x": key.public() })
    });
    json!({ "keys": keys.collect::<Vec<_>>() })
}
