//! The userinfo request (OpenID Connect Core §5.3).

use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::time::{Instant, timeout_at};

use super::{
    claims::Userinfo,
    failure::ProviderFailure,
    http::UserinfoResponse,
    jwt::{TokenError, validate_audience, validate_issuer},
    keys::TokenKind,
    provider::{Discovered, Provider},
};

/// Explicit type of a signed userinfo response. Most providers send `JWT` or none.
const TYPE: &str = "userinfo+jwt";

impl Provider {
    /// Requests userinfo. A failure does not end the login: the ID token may contain all that is needed.
    pub(super) async fn userinfo(
        self: &Arc<Self>,
        discovered: &Discovered,
        access_token: &str,
        deadline: Instant,
    ) -> Userinfo {
        let Some(endpoint) = discovered.metadata.userinfo_endpoint() else { return Userinfo::NotOffered };
        let request = async {
            match self.http.get_userinfo(endpoint.as_str(), access_token).await? {
                UserinfoResponse::Json(response) => {
                    if let Some(defects) = response.defects_text() {
                        tracing::warn!(provider = self.config.name, defects, "userinfo is partly unreadable");
                    }
                    Ok(response.members)
                }
                UserinfoResponse::Jwt(token) => {
                    let verified = self.verify_signature(&token, TokenKind::Id, discovered).await?;
                    let validated =
                        verified.check_type(TYPE).and_then(|()| self.validate_userinfo(&verified.claims));
                    validated.map_err(|error| verified.explain(error))?;
                    Ok(verified.claims)
                }
            }
        };
        let late = |_| Err(ProviderFailure::Unavailable("no time is left for userinfo".to_owned()));
        match timeout_at(deadline, request).await.unwrap_or_else(late) {
            Ok(claims) => Userinfo::Claims(claims),
            Err(error) => {
                tracing::warn!(provider = self.config.name, %error, "userinfo request failed");
                Userinfo::Failed(error.to_string())
            }
        }
    }

    /// Checks the issuer and the audience of a signed userinfo response, if it has them (OpenID Connect Core §5.3.2). The subject is
    /// compared in [`super::claims::Claims::new`].
    fn validate_userinfo(&self, claims: &Map<String, Value>) -> Result<(), TokenError> {
        if claims.contains_key("iss") {
            validate_issuer(claims, &self.config.issuer)?;
        }
        if claims.contains_key("aud") { validate_audience(claims, self.audience()) } else { Ok(()) }
    }
}
