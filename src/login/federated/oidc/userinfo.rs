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
                UserinfoResponse::Json(claims) => Ok(claims),
                UserinfoResponse::Jwt(token) => {
                    let claims = self.verify_signature(&token, TokenKind::Id, discovered).await?;
                    self.validate_userinfo(&claims)?;
                    Ok(claims)
                }
            }
        };
        let late = |_| Err(ProviderFailure::Unavailable("no time is left for userinfo".to_owned()));
        match timeout_at(deadline, request).await.unwrap_or_else(late) {
            Ok(claims) => Userinfo::Claims(claims),
            Err(error) => {
                tracing::warn!(provider = self.config.name, %error, "userinfo request failed");
                Userinfo::Failed
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
