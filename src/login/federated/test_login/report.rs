//! The report of a test login: what came back, the checks, and what a real login would do. It contains no token.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    clock::Timestamp,
    config::ProviderConfig,
    error::ErrorCode,
    login::federated::{
        account_linking::apply::Evaluation,
        oidc::{claims::ReturnedClaims, exchange::TokenHeader},
        provider_test::Outcome,
    },
    user::{UserId, Username},
};

/// What came back from the provider.
pub struct Received {
    pub header: TokenHeader,
    pub returned: ReturnedClaims,
    /// The authorization response had `iss` (RFC 9207).
    pub has_iss: bool,
    /// Whether the claim of the roles came back. `None`: the settings name none.
    pub has_role_claim: Option<bool>,
}

/// An authentication at the provider that counts.
pub struct Authentication {
    pub at: Option<Timestamp>,
    pub has_trusted_mfa: bool,
}

/// The user to whom the identity would belong.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct DecidedUser {
    pub id: UserId,
    pub username: Option<Username>,
}

/// Where a login failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The authorization response is an error.
    Refused,
    /// The token endpoint refused the code or the client.
    CodeRefused,
    InvalidResponse,
    Unavailable,
    TooManyFailures,
    OtherSession,
    NotAuthenticated,
    /// The store of this service failed.
    Internal,
}

/// Why a login failed. The text is that of the audit event.
#[derive(Debug)]
pub struct Failure {
    pub kind: FailureKind,
    pub code: ErrorCode,
    pub text: String,
}

#[derive(Clone, Copy, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "TestLoginState")]
enum State {
    /// The user is at the provider.
    Waiting,
    Done,
    Failed,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TestLoginProblem")]
struct Problem {
    /// The code with which a real login ends on the login page.
    code: ErrorCode,
    text: String,
    next_step: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "TestLoginCheckName")]
enum CheckName {
    AuthorizationResponse,
    IdToken,
    Userinfo,
    Authentication,
    SecondFactor,
    Email,
    Roles,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TestLoginCheck")]
struct Check {
    name: CheckName,
    outcome: Outcome,
    text: String,
    next_step: Option<&'static str>,
}

/// A signed token without its signature.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "TestLoginIdToken")]
struct IdToken {
    header: TokenHeader,
    claims: Map<String, Value>,
}

/// A decision in short. `explanation` of the report has all of it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "TestLoginDecided")]
struct Decided {
    outcome: Value,
    reasons: Vec<&'static str>,
    user: Option<DecidedUser>,
}

/// The result of a test login.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TestReport {
    state: State,
    problem: Option<Problem>,
    checks: Vec<Check>,
    /// Claims of both documents, as the decision reads them.
    claims: Option<Map<String, Value>>,
    id_token: Option<IdToken>,
    userinfo: Option<Map<String, Value>>,
    decision: Option<Decided>,
    /// As `vestibule explain --json`, without the claims.
    explanation: Option<Value>,
}

impl TestReport {
    /// Returns the report of a login whose user is at the provider.
    #[must_use]
    pub fn waiting() -> Self {
        Self {
            state: State::Waiting,
            problem: None,
            checks: Vec::new(),
            claims: None,
            id_token: None,
            userinfo: None,
            decision: None,
            explanation: None,
        }
    }

    /// Returns the report of a login that failed before a decision.
    #[must_use]
    pub fn failed(failure: Failure) -> Self {
        let checks = failure.kind.check().map(|name| Check {
            name,
            outcome: Outcome::Failed,
            text: failure.text.clone(),
            next_step: Some(failure.kind.next_step()),
        });
        Self {
            state: State::Failed,
            checks: checks.into_iter().collect(),
            problem: Some(Problem::of(failure)),
            ..Self::waiting()
        }
    }

    /// Returns the report of a login that was decided. `Err`: the authentication does not count, so a real login fails before the decision.
    #[must_use]
    pub fn decided(
        provider: &ProviderConfig,
        received: Received,
        authentication: Result<Authentication, Failure>,
        evaluation: Evaluation,
        user: Option<DecidedUser>,
    ) -> Self {
        let Evaluation { decision, mut trace, .. } = evaluation;
        let checks = checks(provider, &received, &authentication, &trace);
        if let Some(trace) = trace.as_object_mut() {
            trace.remove("claims");
        }
        let reasons = [Some(decision.rule), decision.needed].into_iter().flatten().collect();
        let decided = Decided { outcome: trace["decision"]["outcome"].clone(), reasons, user };
        let (state, problem, decision) = match authentication {
            Ok(_) => (State::Done, None, Some((decided, trace))),
            Err(failure) => (State::Failed, Some(Problem::of(failure)), None),
        };
        let (decision, explanation) = decision.unzip();
        let Received { header, returned, .. } = received;
        let ReturnedClaims { combined, id_token, userinfo, .. } = returned;
        Self {
            state,
            problem,
            checks,
            claims: Some(combined),
            id_token: Some(IdToken { header, claims: id_token }),
            userinfo,
            decision,
            explanation,
        }
    }

    /// Returns the form in which it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Problem {
    fn of(Failure { kind, code, text }: Failure) -> Self {
        Self { code, text, next_step: kind.next_step() }
    }
}

impl FailureKind {
    fn check(self) -> Option<CheckName> {
        match self {
            Self::Refused => Some(CheckName::AuthorizationResponse),
            Self::CodeRefused | Self::InvalidResponse | Self::Unavailable => Some(CheckName::IdToken),
            Self::NotAuthenticated => Some(CheckName::Authentication),
            Self::TooManyFailures | Self::OtherSession | Self::Internal => None,
        }
    }

    fn next_step(self) -> &'static str {
        match self {
            Self::Refused => {
                "start again and complete the login; if the provider refuses it, assign the user to this client there and compare _SCOPES with what the client may ask for"
            }
            Self::CodeRefused => {
                "compare _CLIENT_ID, _CLIENT_SECRET and the redirect URI with those of the client at the provider"
            }
            Self::InvalidResponse => {
                "compare _ISSUER and _CLIENT_ID with the provider, and run the test of the connection"
            }
            Self::Unavailable => "run the test of the connection",
            Self::TooManyFailures => "wait ten minutes: too many logins from this network failed",
            Self::OtherSession => "sign in again and start the test in that session",
            Self::NotAuthenticated => {
                "start again and enter the password at the provider; a provider that ignores prompt=login cannot re-authenticate users"
            }
            Self::Internal => "look into the log of the service, and start again",
        }
    }
}

fn checks(
    provider: &ProviderConfig,
    received: &Received,
    authentication: &Result<Authentication, Failure>,
    trace: &Value,
) -> Vec<Check> {
    let mut checks = vec![
        authorization_response(received),
        Check::ok(
            CheckName::IdToken,
            "the code was exchanged; signature, issuer, audience, times and nonce are valid",
        ),
        userinfo(&received.returned),
        authentication_check(provider, authentication),
    ];
    if let Ok(authentication) = authentication {
        checks.push(second_factor(provider, authentication));
    }
    checks.push(email(trace));
    checks.extend(received.has_role_claim.map(|has_role_claim| roles(has_role_claim, trace)));
    checks
}

impl Check {
    fn ok(name: CheckName, text: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Ok, text: text.into(), next_step: None }
    }

    fn warning(name: CheckName, text: impl Into<String>, next_step: &'static str) -> Self {
        Self { name, outcome: Outcome::Warning, text: text.into(), next_step: Some(next_step) }
    }
}

fn authorization_response(received: &Received) -> Check {
    let text = if received.has_iss {
        "the response belongs to this browser and this login, and iss names the issuer"
    } else {
        "the response belongs to this browser and this login; the provider does not send iss"
    };
    Check::ok(CheckName::AuthorizationResponse, text)
}

fn userinfo(returned: &ReturnedClaims) -> Check {
    let name = CheckName::Userinfo;
    match (&returned.userinfo_failure, &returned.userinfo) {
        (Some(failure), _) => Check::warning(
            name,
            format!("userinfo failed: {failure}"),
            "let the userinfo endpoint answer, or put the address and the roles into the ID token",
        ),
        (None, Some(_)) => Check::ok(name, "userinfo answered, and is about the user of the ID token"),
        (None, None) => Check::ok(name, "the provider offers no userinfo"),
    }
}

fn authentication_check(
    provider: &ProviderConfig,
    authentication: &Result<Authentication, Failure>,
) -> Check {
    let name = CheckName::Authentication;
    match authentication {
        Err(failure) => Check {
            name,
            outcome: Outcome::Failed,
            text: failure.text.clone(),
            next_step: Some(failure.kind.next_step()),
        },
        Ok(Authentication { at: Some(_), .. }) if provider.kind.preset().supports_prompt_login => {
            Check::ok(name, "auth_time says when the user authenticated")
        }
        Ok(Authentication { at: Some(_), .. }) => Check::ok(name, "the login counts from now"),
        Ok(Authentication { at: None, .. }) => Check::warning(
            name,
            "the provider does not send auth_time: its logins never count as recent, and it cannot re-authenticate users",
            "let the provider send auth_time in the ID token",
        ),
    }
}

fn second_factor(provider: &ProviderConfig, authentication: &Authentication) -> Check {
    let text = match (authentication.has_trusted_mfa, provider.trust_mfa.is_empty()) {
        (true, _) => "a second factor of the provider was used, and _TRUST_MFA accepts it",
        (false, true) => "second factors of the provider do not count: _TRUST_MFA is not set",
        (false, false) => "no second factor of _TRUST_MFA was used",
    };
    Check::ok(CheckName::SecondFactor, text)
}

fn email(trace: &Value) -> Check {
    let name = CheckName::Email;
    let is_true = |member: &str| trace[member] == Value::Bool(true);
    match (trace["email"].is_string(), is_true("emailVerified"), is_true("trustedForDomain")) {
        (false, _, _) => Check::warning(
            name,
            "no address came back, so no account is found by its address",
            "add the scope email to _SCOPES, or let the provider send the claim email",
        ),
        (true, false, _) => Check::warning(
            name,
            "the address is not verified by the provider, so it finds no account",
            "let the provider send email_verified with the JSON value true",
        ),
        (true, true, true) => {
            Check::ok(name, "the address is verified, and the provider is trusted for its domain")
        }
        (true, true, false) => Check::ok(
            name,
            "the address is verified; the provider is not trusted for its domain (_TRUSTED_DOMAINS)",
        ),
    }
}

fn roles(has_role_claim: bool, trace: &Value) -> Check {
    let name = CheckName::Roles;
    let step = "compare _ROLE_CLAIM and _ROLE_MAP with the claims that came back";
    let mut warnings = trace["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let problem = warnings.find_map(|warning| warning.strip_prefix("role claim: "));
    match (has_role_claim, problem) {
        (true, Some(problem)) => Check::warning(name, problem, step),
        (true, None) => Check::ok(name, "the claim of the roles came back, and can be read"),
        (false, _) => Check::warning(name, "the claim of the roles did not come back", step),
    }
}
