//! The response of the token endpoint (OpenID Connect Core §3.1.3.3, RFC 6749 §5).

use serde_json::Value;

use super::{
    failure::ProviderFailure,
    json::{JsonObject, quoted},
};

/// Tokens as they were received. Nothing is verified.
#[derive(Debug)]
pub(super) struct Tokens {
    pub(super) id_token: String,
    pub(super) access_token: String,
    /// `Err` with another type: RFC 6749 §7.1 forbids to use an access token of a type that the client does not know.
    pub(super) is_bearer: Result<(), String>,
}

/// Reads a token response or an error response (RFC 6749 §5.2). Members that are not used may have any form: a lifetime as text (Azure,
/// ADFS), scopes as a list.
pub(super) fn read(status: u16, body: &[u8]) -> Result<Tokens, ProviderFailure> {
    let response = JsonObject::read(body);
    let error_code = response.as_ref().ok().and_then(|response| response.members.get("error")?.as_str());
    if let Some(code) = error_code {
        return Err(ProviderFailure::Refused(refusal(code)));
    }
    if status != 200 {
        let what = response.err().unwrap_or_else(|| "a JSON object without `error`".to_owned());
        return Err(invalid(&format!("status {status}, and the response is {what}")));
    }
    let response = response.map_err(|error| invalid(&format!("the response is {error}")))?;
    let is_bearer = match response.members.get("token_type") {
        Some(Value::String(kind)) if kind.eq_ignore_ascii_case("bearer") => Ok(()),
        Some(Value::String(kind)) => Err(quoted(kind)),
        Some(_) => Err("(not text)".to_owned()),
        None => Err("(missing)".to_owned()),
    };
    Ok(Tokens {
        id_token: token(&response, "id_token")?,
        access_token: token(&response, "access_token")?,
        is_bearer,
    })
}

fn token(response: &JsonObject, name: &str) -> Result<String, ProviderFailure> {
    match response.members.get(name) {
        Some(Value::String(token)) if !token.is_empty() => Ok(token.clone()),
        None => Err(invalid(&format!("the response contains no {name}"))),
        Some(_) => {
            let defects = response.defects_of(&[name]);
            Err(invalid(&defects.unwrap_or_else(|| format!("{name} is empty or not text"))))
        }
    }
}

fn invalid(text: &str) -> ProviderFailure {
    ProviderFailure::Invalid(format!("token endpoint: {text}"))
}

/// Returns the text of an error code for the log. `error_description` is left out: it can have any length and content (log injection).
fn refusal(code: &str) -> String {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    if (1..=64).contains(&code.len()) && code.bytes().all(is_allowed) {
        code.to_owned()
    } else {
        "an error code that is not one word".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(change: &str) -> Result<Tokens, ProviderFailure> {
        read(200, format!(r#"{{"id_token":"i","access_token":"a",{change}}}"#).as_bytes())
    }

    #[test]
    fn only_bearer_tokens_are_used_at_userinfo() {
        for (change, expected) in [
            (r#""token_type":"Bearer""#, true),
            (r#""token_type":"bearer""#, true),
            (r#""token_type":"BEARER""#, true),
            (r#""token_type":"mac""#, false),
            (r#""token_type":"DPoP""#, false),
            (r#""token_type":"N_A""#, false),
            (r#""token_type":"Bearer DPoP""#, false),
            (r#""token_type":"""#, false),
            (r#""token_type":null"#, false),
            (r#""token_type":["Bearer"]"#, false),
            (r#""token_type":"mac","token_type":"Bearer""#, false),
            (r#""scope":"openid""#, false),
        ] {
            assert_eq!(tokens(change).expect("tokens").is_bearer.is_ok(), expected, "{change}");
        }
    }

    #[test]
    fn a_token_response_names_its_defect() {
        for (status, body, expected) in [
            (200, r#"{"access_token":"a"}"#, "token endpoint: the response contains no id_token"),
            (200, r#"{"id_token":7,"access_token":"a"}"#, "id_token is empty or not text"),
            (
                200,
                r#"{"id_token":"\ud83d","access_token":"a"}"#,
                "\"id_token\" (unexpected end of hex escape)",
            ),
            (200, r#"{"id_token":"i","access_token":""}"#, "access_token is empty or not text"),
            (200, "<html>", "an HTML or XML page"),
            (200, "id_token=i&access_token=a", "not a JSON object"),
            (200, r#"{"error":"invalid_grant"}"#, "refused: invalid_grant"),
            (400, r#"{"error":"invalid_grant","error_description":"\ud83d"}"#, "refused: invalid_grant"),
            (400, r#"{"error":"a\nb"}"#, "refused: an error code that is not one word"),
            (401, "", "status 401, and the response is an empty document"),
            (404, "{}", "status 404, and the response is a JSON object without `error`"),
        ] {
            let failure = read(status, body.as_bytes()).expect_err(body).to_string();
            assert!(failure.contains(expected), "{body}: {failure}");
        }
    }

    #[test]
    fn unused_members_of_a_token_response_have_any_form() {
        for change in
            [r#""expires_in":"300""#, r#""expires_in":NaN"#, r#""scope":["openid"]"#, r#""x":"\ud83d""#]
        {
            assert!(tokens(change).is_ok(), "{change}");
        }
    }
}
