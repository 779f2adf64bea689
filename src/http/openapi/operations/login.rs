//! Sessions, logins, logouts and second factors.

use super::super::operation::{Answer, Operation, Tag, schema_of};
use crate::{
    error::ErrorCode::{
        Busy, CodeInvalid, CsrfFailed, EnrolmentRequired, FactorRequired, Forbidden, HandleTaken,
        IdentityInUse, InvalidCredentials, LinkAccountMismatch, MethodNotAllowed, NoPendingEnrolment,
        NoPendingLink, NotFound, NotSignedIn, PasswordChangeRequired, PasswordRejected, PasswordWrong,
        ProviderUnavailable, ReauthenticationRequired, SecondFactorRequired, SessionEnded, TokenInvalid,
        TooManyAttempts, TooManyFactors,
    },
    login::federated::callback::AuthorizationResponse,
    logout::routes::{LogoutTokenForm, OAuthError},
    verify::routes::Verified,
};

const PROVIDER: &[(&str, &str)] = &[("provider", "Name of the provider in the settings.")];

pub(crate) const SHOW_SESSION: Operation =
    Operation::new(Tag::Session, "getSession", "Show the state of the session")
        .text("Also for visitors without a session. It never extends the session.");

pub(crate) const KEEP_ALIVE: Operation = Operation::new(Tag::Session, "keepAlive", "Extend the session")
    .text("Counts as activity: the idle deadline moves, at most to the absolute one.");

pub(crate) const SHOW_CSRF_TOKEN: Operation =
    Operation::new(Tag::Session, "getCsrfToken", "Show the CSRF token")
        .text("For clients that cannot read the cookie.");

pub(crate) const SESSION_EVENTS: Operation =
    Operation::new(Tag::Session, "streamSessionEvents", "Follow the session")
        .text(
            "Server-sent events: `session-extended` with the new deadlines, `session-ended` with the reason. An open stream is no activity.",
        )
        .refuses(&[
            NotSignedIn, SessionEnded, SecondFactorRequired, EnrolmentRequired, PasswordChangeRequired, TooManyAttempts,
            Busy,
        ])
        .answers(&[Answer::Text(200, "text/event-stream", "Events until the session ends.")]);

pub(crate) const VERIFY: Operation =
    Operation::new(Tag::Session, "verifyRequest", "Say who sent a request")
        .text(
            "For proxies (forward authentication) and servers of the application: they pass the headers of the request that they ask about. The \
             answer extends nothing and sets no cookie. Its headers name the user, the roles and a signed identity token.",
        )
        .refuses(&[
            NotSignedIn, SessionEnded, SecondFactorRequired, EnrolmentRequired, PasswordChangeRequired, Forbidden,
            CsrfFailed,
        ])
        .answers(&[
            Answer::Json(200, "The user and the session.", schema_of::<Verified<'static>>),
            Answer::Redirect("With `login=redirect`, a navigation is sent to the page on which the user signs in."),
        ]);

pub(crate) const LOG_IN: Operation = Operation::new(Tag::Login, "logIn", "Log in with a password")
    .text(
        "The session gets a new id. If a step is missing, the session is not signed in yet: the members `need…` name the step. A wrong \
         password and an unknown name have the same answer.",
    )
    .refuses(&[InvalidCredentials, TooManyAttempts, Busy])
    .example(r#"{ "username": "ada", "password": "correct horse battery staple" }"#);

pub(crate) const LOG_OUT: Operation = Operation::new(Tag::Login, "logOut", "Log out")
    .text(
        "Succeeds also without a session. If `redirect` is not `null`, the browser opens it to log out at the provider, too.",
    )
    .refuses(&[Busy])
    .example(r#"{ "returnTo": "/" }"#);

pub(crate) const CONTINUE_LOG_OUT: Operation =
    Operation::new(Tag::Login, "continueLogOut", "Continue a logout at the provider")
        .text("The browser opens this address, which `redirect` of the logout names. A key works once.")
        .answers(&[Answer::Redirect("The logout page of the provider, or the sign-in page.")]);

pub(crate) const BACKCHANNEL_LOGOUT: Operation =
    Operation::new(Tag::Login, "backchannelLogout", "Receive a logout from a provider")
        .text("OpenID Connect Back-Channel Logout 1.0: the provider calls it. The signed token is the proof.")
        .path(PROVIDER)
        .form(schema_of::<LogoutTokenForm>)
        .refuses(&[NotFound, TooManyAttempts, Busy, ProviderUnavailable])
        .answers(&[
            Answer::Empty(200, "The sessions have ended."),
            Answer::Json(400, "The token is not valid.", schema_of::<OAuthError>),
        ]);

pub(crate) const FORGOT_PASSWORD: Operation =
    Operation::new(Tag::Login, "requestPasswordReset", "Request a link to set a new password")
        .text("The link is sent by mail. The answer is the same for every address.")
        .refuses(&[TooManyAttempts, Busy])
        .example(r#"{ "email": "ada@corp.example" }"#);

pub(crate) const RESET_PASSWORD: Operation =
    Operation::new(Tag::Login, "resetPassword", "Set a new password with a link")
        .text("The token of the mail is the proof. All sessions of the user end, and none is opened.")
        .refuses(&[TokenInvalid, PasswordRejected, TooManyAttempts, Busy])
        .example(r#"{ "token": "TOKEN_OF_THE_MAIL", "newPassword": "correct horse battery staple" }"#);

pub(crate) const PASSWORD_STRENGTH: Operation =
    Operation::new(Tag::Login, "estimatePassword", "Estimate a new password")
        .text("For users who may set a password now: with a session, or with the token of a reset link.")
        .refuses(&[
            NotSignedIn,
            SessionEnded,
            SecondFactorRequired,
            EnrolmentRequired,
            TokenInvalid,
            TooManyAttempts,
            Busy,
        ])
        .example(r#"{ "password": "correct horse battery staple" }"#);

pub(crate) const CHANGE_PASSWORD: Operation =
    Operation::new(Tag::Account, "changePassword", "Change the password")
        .text(
            "The session gets a new id, and all other sessions of the user end. `currentPassword` can be left out after a recent \
             re-authentication, and if a new password is required.",
        )
        .refuses(&[
            SecondFactorRequired, EnrolmentRequired, PasswordWrong, PasswordRejected, Forbidden,
            ReauthenticationRequired, TooManyAttempts, Busy,
        ])
        .example(r#"{ "currentPassword": "old password", "newPassword": "correct horse battery staple" }"#);

pub(crate) const REAUTHENTICATE: Operation = Operation::new(
    Tag::Login,
    "reauthenticate",
    "Re-authenticate with a code or a password",
)
.text("Acts that need a recent authentication are allowed for ten minutes then. The session gets a new id.")
.refuses(&[
    SecondFactorRequired,
    EnrolmentRequired,
    PasswordWrong,
    CodeInvalid,
    FactorRequired,
    NotFound,
    ReauthenticationRequired,
    NoPendingEnrolment,
    TooManyFactors,
    TooManyAttempts,
    Busy,
])
.example(r#"{ "code": "123456" }"#);

pub(crate) const REAUTHENTICATE_WITH_PROVIDER: Operation =
    Operation::new(Tag::Federated, "reauthenticateWithProvider", "Re-authenticate through a provider")
        .text("For users who sign in only through providers. The browser opens the address of the answer.")
        .path(PROVIDER)
        .refuses(&[NotFound, ReauthenticationRequired, ProviderUnavailable, TooManyAttempts, Busy])
        .example(r#"{ "returnTo": "/account" }"#);

pub(crate) const PROVIDERS: Operation =
    Operation::new(Tag::Federated, "getSignInOptions", "List the providers, and what the sign-in page needs");

pub(crate) const START_LOGIN: Operation =
    Operation::new(Tag::Federated, "startLogin", "Start a login through a provider")
        .text("The browser opens this address. Nothing else of the query is passed on to the provider.")
        .path(PROVIDER)
        .answers(&[Answer::Redirect(
            "The provider; the sign-in page if the user must confirm the login; or the sign-in page with `error=CODE`.",
        )]);

pub(crate) const START_LOGIN_BY_NAME: Operation =
    Operation::new(Tag::Federated, "startLoginByName", "Start a login through a provider, by its name")
        .text("As `startLogin`, for applications that use such addresses. It reads the same parameters.")
        .path(PROVIDER)
        .refuses(&[NotFound])
        .answers(&[Answer::Redirect("As for `startLogin`.")]);

pub(crate) const CALLBACK: Operation =
    Operation::new(Tag::Federated, "completeLogin", "Complete a login through a provider")
        .text("The provider sends the browser here. Its parameters are checked against the transaction of this browser.")
        .path(PROVIDER)
        .answers(&[Answer::Redirect("The page to return to, a page with the next step, or the sign-in page with `error=CODE`.")]);

pub(crate) const CALLBACK_FORM: Operation =
    Operation::new(Tag::Federated, "receiveLoginForm", "Receive the answer of a provider as a form")
        .text("Only for providers with the response mode `form_post`. The browser is sent to the same address with GET.")
        .path(PROVIDER)
        .form(schema_of::<AuthorizationResponse>)
        .refuses(&[MethodNotAllowed])
        .answers(&[Answer::Redirect("The same address, or the sign-in page with `error=CODE`.")]);

pub(crate) const SHOW_PENDING_LINK: Operation =
    Operation::new(Tag::Federated, "getPendingLink", "Show the pending link of this browser")
        .text("After a login through a provider that may belong to an existing account, the user signs in to that account and confirms the link.")
        .refuses(&[NoPendingLink]);

pub(crate) const CONFIRM_LINK: Operation =
    Operation::new(Tag::Federated, "confirmPendingLink", "Confirm the pending link")
        .text("Needs a session of the account that the link is for, and a recent authentication.")
        .refuses(&[
            NoPendingLink,
            LinkAccountMismatch,
            IdentityInUse,
            ReauthenticationRequired,
            TooManyAttempts,
            Busy,
        ]);

pub(crate) const CANCEL_LINK: Operation =
    Operation::new(Tag::Federated, "cancelPendingLink", "Cancel the pending link").refuses(&[NoPendingLink]);

pub(crate) const CONFIRM_EMAIL: Operation =
    Operation::new(Tag::Account, "confirmEmail", "Confirm an address with the link of a mail")
        .text("The token is the proof, in any browser.")
        .refuses(&[TokenInvalid, HandleTaken, TooManyAttempts, Busy])
        .example(r#"{ "token": "TOKEN_OF_THE_MAIL" }"#);

pub(crate) const CANCEL_EMAIL: Operation =
    Operation::new(Tag::Account, "cancelEmail", "Refuse a change of the address with the link of a mail")
        .text("The mail to the address before contains the link. The token is the proof, in any browser.")
        .refuses(&[TokenInvalid, HandleTaken, TooManyAttempts, Busy])
        .example(r#"{ "token": "TOKEN_OF_THE_MAIL" }"#);

pub(crate) const SET_UP_MFA: Operation =
    Operation::new(Tag::SecondFactor, "startEnrolment", "Start the enrolment of an authenticator app")
        .text("The answer contains the secret, which is shown once. The apps of the user stay valid.")
        .refuses(&[
            SecondFactorRequired,
            PasswordChangeRequired,
            ReauthenticationRequired,
            TooManyFactors,
            TooManyAttempts,
            Busy,
        ])
        .example(r#"{ "name": "Phone" }"#);

pub(crate) const VERIFY_MFA: Operation =
    Operation::new(Tag::SecondFactor, "verifyCode", "Enter a code")
        .text(
            "In a login it completes the second factor: a code of an app, or a recovery code. After `startEnrolment` it confirms the new app. The \
             session gets a new id.",
        )
        .refuses(&[
            CodeInvalid, PasswordChangeRequired, SecondFactorRequired, NoPendingEnrolment, FactorRequired, TooManyFactors,
            ReauthenticationRequired, NotFound, TooManyAttempts, Busy,
        ])
        .example(r#"{ "code": "123456", "trustDevice": false }"#);
