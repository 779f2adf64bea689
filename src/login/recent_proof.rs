//! Whether the last authentication is recent enough to change how the user can sign in, and which methods make it recent.

use std::{fmt, time::Duration};

use crate::{
    app::App,
    session::{CurrentSession, Refusal, State},
    user::{Factor, User},
};

/// How old the last authentication may be when sign-in methods are changed (ASVS 7.5.1).
pub const RECENT: Duration = Duration::from_mins(10);

/// Method of re-authentication. Its text is published (`methods` of a problem).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReauthenticationMethod {
    Factor(Factor),
    Password,
    /// By its name in the settings.
    Provider(String),
}

impl fmt::Display for ReauthenticationMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Factor(factor) => f.write_str(factor.as_str()),
            Self::Password => f.write_str("password"),
            Self::Provider(name) => write!(f, "provider:{name}"),
        }
    }
}

/// The last authentication is older than [`RECENT`]; the methods that can make it recent.
#[derive(Debug, thiserror::Error)]
#[error("reauthentication required")]
pub struct ProofTooOld(pub Vec<ReauthenticationMethod>);

/// Requires a recent authentication.
pub fn require_recent(app: &App, current: &CurrentSession) -> Result<(), ProofTooOld> {
    let authenticated_at = match current.state {
        // The authentication was recent when this session was opened, and it ends after ten minutes at the latest.
        State::AwaitingEnrolment => Some(current.session.created_at),
        State::SignedIn | State::AwaitingSecondFactor | State::AwaitingPasswordChange => {
            let authentication = &current.session.authentication;
            // An attacker at a trusted device who knows the password must not be able to remove the second factor.
            let trusts_device = authentication.from_trusted_device;
            if trusts_device { authentication.factor_at } else { authentication.authenticated_at }
        }
    };
    let now = app.clock.now();
    if authenticated_at.is_some_and(|at| now < at + RECENT) {
        Ok(())
    } else {
        Err(ProofTooOld(reauthentication_methods(app, &current.user)))
    }
}

/// Requires that the session may add a second factor.
///
/// # Errors
/// [`ProofTooOld`], and the refusals of a session that lacks another step.
pub fn require_enrolment_allowed<E>(app: &App, current: &CurrentSession) -> Result<(), E>
where
    E: From<Refusal> + From<ProofTooOld>,
{
    match current.state {
        State::AwaitingSecondFactor => Err(Refusal::SecondFactorRequired.into()),
        // The client may be an attacker who knows the password that must be changed.
        State::AwaitingPasswordChange => Err(Refusal::PasswordChangeRequired.into()),
        // Also for a session that must enrol: an attacker may have stolen it, and a factor of the attacker would lock the user out.
        State::SignedIn | State::AwaitingEnrolment => Ok(require_recent(app, current)?),
    }
}

/// Returns how this user can re-authenticate: with a second factor if there is one, otherwise with the password or at a provider. A second
/// factor cannot be avoided by re-authenticating at a provider.
#[must_use]
pub fn reauthentication_methods(app: &App, user: &User) -> Vec<ReauthenticationMethod> {
    // Also if the settings offer none of the factors: a channel that is turned off must not make the password enough.
    if user.has_second_factor() {
        let factors = user.offered_factors(&app.config.message_codes.channels);
        return factors.into_iter().map(ReauthenticationMethod::Factor).collect();
    }
    let has_password = user.password.is_some() && app.config.local_passwords;
    let password = has_password.then_some(ReauthenticationMethod::Password);
    let providers = app
        .providers
        .iter()
        .filter(|provider| provider.config.kind.preset().supports_prompt_login)
        .filter(|provider| app.providers.identity_at(user, &provider.config.name).is_some())
        .map(|provider| ReauthenticationMethod::Provider(provider.config.name.clone()));
    password.into_iter().chain(providers).collect()
}

/// Returns how this user can prove a second factor again; empty for a user without one.
#[must_use]
pub fn second_factor_methods(app: &App, user: &User) -> Vec<ReauthenticationMethod> {
    let proves_factor = |method: &ReauthenticationMethod| match method {
        ReauthenticationMethod::Factor(_) => true,
        ReauthenticationMethod::Password => false,
        ReauthenticationMethod::Provider(name) => {
            app.providers.get(name).is_some_and(|provider| !provider.config.trust_mfa.is_empty())
        }
    };
    reauthentication_methods(app, user).into_iter().filter(proves_factor).collect()
}

#[cfg(test)]
mod tests {
    use std::{
        net::{IpAddr, Ipv4Addr},
        sync::Arc,
    };

    use axum::http::{HeaderMap, HeaderValue, header};

    use super::*;
    use crate::{
        admission::{Proof, admit},
        app::AppState,
        clock::{Clock, Timestamp},
        config::{Config, Environment},
        login::second_factor::totp,
        secrets, session,
        user::{Identity, IdentityKey, Password, Totp, UserId},
        web::{
            client::Client,
            cookies::{RequestCookies, SessionCookie},
            request_id::RequestId,
        },
    };

    const NOW: Timestamp = Timestamp::from_millis(2_000_000_000_000);
    const MOMENT: Duration = Duration::from_millis(1);
    /// No provider answers at these issuers, and the tests need no answer.
    const IDP: &str = "http://127.0.0.1:9/idp";
    const MFA: &str = "http://127.0.0.1:9/mfa";
    const GOOGLE: &str = "http://127.0.0.1:9/google";

    struct Fixture {
        app: AppState,
        _folder: tempfile::TempDir,
    }

    impl Fixture {
        /// An application with three providers: `idp`, `mfa` (trusted for second factors) and `google` (ignores `prompt=login`).
        async fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let url = format!("sqlite:{}/test.db", folder.path().display());
            let environment = Environment::of([
                ("VESTIBULE_DATABASE_URL", url.as_str()),
                ("VESTIBULE_SECRET_KEYS", secrets::new_key().as_str()),
                ("VESTIBULE_PROVIDERS", "idp,mfa,google"),
                ("VESTIBULE_PROVIDER_IDP_ISSUER", IDP),
                ("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client"),
                ("VESTIBULE_PROVIDER_MFA_ISSUER", MFA),
                ("VESTIBULE_PROVIDER_MFA_CLIENT_ID", "client"),
                ("VESTIBULE_PROVIDER_MFA_TRUST_MFA", "mfa"),
                ("VESTIBULE_PROVIDER_GOOGLE_ISSUER", GOOGLE),
                ("VESTIBULE_PROVIDER_GOOGLE_CLIENT_ID", "client"),
                ("VESTIBULE_PROVIDER_GOOGLE_KIND", "google"),
            ]);
            let (config, _) = Config::read(&environment).expect("settings");
            let app = App::build(config, Clock::manual(NOW)).await.expect("the application starts");
            Self { app, _folder: folder }
        }

        /// Creates a user with these sign-in methods.
        fn user(&self, has_password: bool, has_totp: bool, issuers: &[&str]) -> User {
            let mut user = User::new(UserId::new(NOW), NOW);
            user.password = has_password.then(|| Password::new(String::new(), NOW));
            if has_totp {
                let secret = self.app.keys.seal(&user.id, totp::ACTIVE, b"secret");
                user.totp.push(Totp::unused(secret, NOW));
            }
            for issuer in issuers {
                let identity = Identity {
                    key: IdentityKey { issuer: (*issuer).to_owned(), subject: "1".to_owned() },
                    provider: String::new(),
                    email: None,
                    roles: Vec::new(),
                    linked_at: NOW,
                    last_login_at: None,
                };
                user.link_identity(identity, NOW);
            }
            user
        }

        fn cookies(&self, cookie: Option<&str>) -> RequestCookies {
            let mut headers = HeaderMap::new();
            if let Some(cookie) = cookie {
                let value = HeaderValue::from_str(&format!("{}={cookie}", self.app.cookies.session()))
                    .expect("visible ASCII");
                headers.insert(header::COOKIE, value);
            }
            RequestCookies::read(&self.app.cookies, &headers)
        }

        /// Logs a new user with a password in.
        async fn log_in(&self) -> CurrentSession {
            let user = self.user(true, false, &[]);
            self.app.users.insert(user.clone()).await.expect("the store works");
            let admission = admit(Proof::password(&user, NOW), self.app.config.mfa).expect("active");
            let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
            let client = Client { ip, user_agent: None, device: None, request_id: RequestId::new() };
            let cookies = self.cookies(None);
            session::enter(&self.app, &cookies, &client, admission).await.expect("a session");
            let SessionCookie::Set(id, _) = cookies.take_changes().session else { panic!("no cookie") };
            let cookies = self.cookies(Some(&id.cookie_value()));
            session::check(&self.app, &cookies).await.expect("the session is valid")
        }
    }

    fn names(methods: &[ReauthenticationMethod]) -> Vec<String> {
        methods.iter().map(ToString::to_string).collect()
    }

    #[tokio::test]
    async fn authentication_is_recent_for_ten_minutes() {
        use State::{AwaitingEnrolment, AwaitingSecondFactor, SignedIn};
        let fixture = Fixture::new().await;
        let mut current = fixture.log_in().await;
        let (last_moment, too_late) = (NOW - RECENT + MOMENT, NOW - RECENT);
        for (state, created_at, authenticated_at, is_recent) in [
            (SignedIn, NOW, Some(NOW), true),
            (SignedIn, too_late, Some(last_moment), true),
            (SignedIn, NOW, Some(too_late), false),
            (SignedIn, NOW, None, false),
            (AwaitingSecondFactor, NOW, Some(last_moment), true),
            (AwaitingSecondFactor, NOW, None, false),
            (AwaitingEnrolment, last_moment, None, true),
            (AwaitingEnrolment, too_late, Some(NOW), false),
        ] {
            current.state = state;
            let session = Arc::make_mut(&mut current.session);
            (session.created_at, session.authentication.authenticated_at) = (created_at, authenticated_at);
            let result =
                require_recent(&fixture.app, &current).map_err(|ProofTooOld(methods)| names(&methods));
            let expected = if is_recent { Ok(()) } else { Err(vec!["password".to_owned()]) };
            assert_eq!(result, expected, "{state:?} {created_at:?} {authenticated_at:?}");
        }
    }

    #[tokio::test]
    async fn second_factor_excludes_all_other_methods() {
        let fixture = Fixture::new().await;
        let removed = "https://removed.example";
        for (has_password, has_totp, issuers, all, proving_a_factor) in [
            (false, false, &[][..], &[][..], &[][..]),
            (true, false, &[], &["password"], &[]),
            (false, false, &[IDP], &["provider:idp"], &[]),
            (true, false, &[IDP, MFA], &["password", "provider:idp", "provider:mfa"], &["provider:mfa"]),
            (true, false, &[GOOGLE], &["password"], &[]),
            (false, false, &[GOOGLE], &[], &[]),
            (false, false, &[removed], &[], &[]),
            (true, true, &[], &["totp"], &["totp"]),
            (true, true, &[IDP, MFA], &["totp"], &["totp"]),
        ] {
            let user = fixture.user(has_password, has_totp, issuers);
            let row = format!("{has_password} {has_totp} {issuers:?}");
            assert_eq!(names(&reauthentication_methods(&fixture.app, &user)), all, "{row}");
            assert_eq!(names(&second_factor_methods(&fixture.app, &user)), proving_a_factor, "{row}");
        }
    }
}
