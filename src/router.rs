//! Every path, grouped by who may use it, for the security review. Those of administrators are in [`administration`].

mod administration;

use std::sync::LazyLock;

use axum::{
    Json as JsonBody, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::from_fn_with_state,
    response::{IntoResponse as _, Response},
    routing::{self, any},
};
use serde_json::{Value, json};
use tower::util::option_layer;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    account::{
        activity::routes as activity, deletion::routes as deletion, devices::routes as devices,
        email::routes as email, export::routes as export, not_me::routes as not_me, routes as account,
        sessions::routes as sessions,
    },
    admin::events::routes as admin_events,
    app::AppState,
    doctor::routes as doctor,
    error::{ApiError, ErrorCode},
    http::{
        cors, layers,
        openapi::{
            self, operations as api,
            serve::Served,
            table::{Group, Routes, any_as_get, delete, get, patch, post},
        },
        portal, request_span,
    },
    login::{
        federated::{account_linking::pending_link::routes as pending_link, routes as federated},
        passkey::routes as passkey,
        password::{
            change::routes as password_change, routes as password, strength::routes as password_strength,
        },
        password_reset::routes as password_reset,
        reauthenticate::routes as reauthenticate,
        second_factor::{
            factor_changes::routes as factors, message_codes::routes as message_codes,
            routes as second_factor,
        },
    },
    logout::routes as logout,
    session::{event_streams::routes as event_streams, routes as session},
    trace,
    verify::routes as verify,
};

/// Builds the router of the whole service.
pub fn router(app: &AppState) -> Router {
    let callback = callback()
        .into_router()
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), layers::cookies_without_csrf));
    let verify = verify()
        .into_router()
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), layers::asked_request));
    let signed_in = signed_in()
        .into_router()
        .merge(administration::users().into_router())
        .merge(administration::others().into_router())
        .route_layer(from_fn_with_state(app.clone(), layers::require_signed_in));
    let passwords =
        passwords().into_router().route_layer(from_fn_with_state(app.clone(), layers::require_passwords));
    let passkey_by_link = passkey_by_link()
        .into_router()
        .route_layer(from_fn_with_state(app.clone(), layers::require_no_passwords));
    let api = public()
        .into_router()
        .merge(passwords)
        .merge(passkey_by_link)
        .merge(any_session().into_router())
        .merge(signed_in)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), layers::cookies))
        .layer(option_layer(cors::layer(app)));

    let router = Router::new()
        .merge(api)
        .merge(callback)
        .merge(providers().into_router())
        .merge(verify)
        .merge(description().into_router())
        .merge(health())
        .route("/.well-known/jwks.json", routing::get(verify::key_set))
        .route("/.well-known/change-password", routing::get(password_change::show_page))
        .route("/.well-known/passkey-endpoints", routing::get(passkey::endpoints))
        .route("/.well-known/webauthn", routing::get(passkey::related_origins))
        .route("/.well-known/{*path}", any(not_found))
        // Routes of an earlier client API. Outside the layer with the CSRF check: its clients send no token, and must read what is in their place.
        .route("/api/setup-mfa", any(not_found))
        .route("/api/verify-mfa", any(not_found))
        // The sign-in page, which is also where a provider returns to after a logout.
        .route("/login", any(portal::sign_in_page))
        .fallback(portal::serve)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(layers::panic_response))
        .layer(from_fn_with_state(app.clone(), layers::problems));
    let router = if trace::is_enabled() {
        router.layer(from_fn_with_state(app.clone(), request_span::record))
    } else {
        router
    };
    router.with_state(app.clone())
}

/// Returns the description of the API.
#[must_use]
pub fn openapi() -> Value {
    openapi::document(described())
}

fn described() -> Vec<Routes> {
    vec![
        public(),
        passwords(),
        passkey_by_link(),
        any_session(),
        signed_in(),
        administration::users(),
        administration::others(),
        callback(),
        providers(),
        verify(),
        description(),
    ]
}

/// Returns the paths that the servers of providers call: no cookie and no CSRF token; the signed token in the body authenticates the request.
fn providers() -> Routes {
    Routes::new(Group::Others).route(
        "/api/auth/backchannel-logout/{provider}",
        post(&api::login::BACKCHANNEL_LOGOUT, logout::backchannel_logout),
    )
}

/// Returns the path that another site calls by design. `state` and the transaction of the browser authenticate a response; the form is only
/// redirected.
fn callback() -> Routes {
    Routes::new(Group::Others).route(
        "/api/auth/callback/{provider}",
        get(&api::login::CALLBACK, federated::callback)
            .post(&api::login::CALLBACK_FORM, federated::receive_form)
            .head(only_get)
            .fallback(only_get),
    )
}

/// Returns the path that proxies and servers of the application ask about a request of the browser: it extends nothing and sets no cookie.
fn verify() -> Routes {
    Routes::new(Group::Others).route("/api/auth/verify", get(&api::login::VERIFY, verify::verify))
}

/// Returns the description of the API, which is the same for every installation. It uses no cookie.
fn description() -> Routes {
    Routes::new(Group::Others)
        .route("/api/openapi.json", get(&api::admin::OPENAPI, show_document))
        .route("/api/docs", get(&api::admin::DOCS, show_docs))
}

/// The description, made at the first request for it.
static DESCRIPTION: LazyLock<Served> = LazyLock::new(|| Served::new(&openapi()));

async fn show_document(headers: HeaderMap) -> Response {
    DESCRIPTION.json(&headers)
}

async fn show_docs(headers: HeaderMap) -> Response {
    DESCRIPTION.page(&headers)
}

/// Returns the paths for every visitor. Some handlers take a session or the token of a mail themselves.
fn public() -> Routes {
    Routes::new(Group::Browser)
        .route("/api/auth/passkey/options", post(&api::passkey::SIGN_IN_OPTIONS, passkey::sign_in_options))
        .route("/api/auth/passkey/login", post(&api::passkey::SIGN_IN, passkey::sign_in))
        .route("/api/auth/logout", post(&api::login::LOG_OUT, logout::log_out))
        // A token of a mail is the proof.
        .route("/api/auth/email/confirm", post(&api::login::CONFIRM_EMAIL, email::confirm))
        .route("/api/auth/email/cancel", post(&api::login::CANCEL_EMAIL, email::cancel))
        // Needs a session in the state `signedIn`, or the token of a notice.
        .route("/api/account/not-me", post(&api::account::NOT_ME, not_me::report))
        // HEAD is refused: it would use up the key.
        .route(
            "/api/auth/logout/continue",
            get(&api::login::CONTINUE_LOG_OUT, logout::continue_log_out).head(method_not_allowed),
        )
        .route("/api/auth/session", get(&api::login::SHOW_SESSION, session::show))
        // They need a signed-in session, but are no activity, so they are not in the group below.
        .route("/api/auth/events", get(&api::login::SESSION_EVENTS, event_streams::events))
        .route("/api/admin/events/stream", get(&api::admin::STREAM_EVENTS, admin_events::stream))
        .route("/api/auth/csrf-token", get(&api::login::SHOW_CSRF_TOKEN, session::show_csrf_token))
        .route("/api/auth/providers", get(&api::login::PROVIDERS, federated::providers))
        // HEAD is refused: it would start or use up a login transaction that no browser continues.
        .route(
            "/api/auth/login/{provider}",
            get(&api::login::START_LOGIN, federated::start_login).head(only_get).fallback(only_get),
        )
        // The same for clients that name the provider here. Fixed routes win, and no provider has their names.
        .route(
            "/api/auth/{provider}",
            any_as_get(&api::login::START_LOGIN_BY_NAME, federated::start_login_by_name),
        )
        .route(
            "/api/auth/link",
            get(&api::login::SHOW_PENDING_LINK, pending_link::show)
                .delete(&api::login::CANCEL_LINK, pending_link::cancel),
        )
        // An administrator with a recent second factor, or `vestibule doctor` with a token that only the key ring can make.
        .route(
            "/api/admin/doctor/request",
            get(&api::admin::SHOW_REQUEST, doctor::request).post(&api::admin::SHOW_POST, doctor::request),
        )
        .route("/api/admin/doctor/stream", get(&api::admin::TEST_STREAM, doctor::stream))
        .unknown_paths("/api/{*path}", not_found)
}

/// Returns the paths that exist only in a service with passwords. The first three are for every visitor; the others are for sessions in any
/// state, and an estimate also for the token of a mail.
fn passwords() -> Routes {
    Routes::new(Group::Browser)
        .route("/api/auth/login", post(&api::login::LOG_IN, password::log_in))
        // The answer to a request for a mail does not depend on the address.
        .route("/api/auth/password/forgot", post(&api::login::FORGOT_PASSWORD, password_reset::forgot))
        // A token of a mail, or of a link that an administrator handed over, is the proof.
        .route("/api/auth/password/reset", post(&api::login::RESET_PASSWORD, password_reset::reset))
        .route(
            "/api/auth/password/strength",
            post(&api::login::PASSWORD_STRENGTH, password_strength::estimate),
        )
        .route("/api/account/password", post(&api::login::CHANGE_PASSWORD, password_change::change_password))
}

/// Returns the paths that exist only in a service without passwords: the token of a link from an administrator is the proof.
fn passkey_by_link() -> Routes {
    Routes::new(Group::Browser)
        .route(
            "/api/auth/password/reset/passkey/options",
            post(&api::passkey::LINK_OPTIONS, passkey::link_options),
        )
        .route(
            "/api/auth/password/reset/passkey",
            post(&api::passkey::REGISTER_BY_LINK, passkey::register_by_link),
        )
}

/// Returns the paths for sessions in any state: the handlers take `CurrentSession` and decide by its state.
fn any_session() -> Routes {
    Routes::new(Group::Browser)
        .route(
            "/api/auth/reauthenticate",
            post(&api::login::REAUTHENTICATE, reauthenticate::with_credentials),
        )
        .route("/api/mfa/setup", post(&api::login::SET_UP_MFA, second_factor::set_up))
        .route("/api/mfa/verify", post(&api::login::VERIFY_MFA, second_factor::verify))
        .route("/api/mfa/message/send", post(&api::message_codes::SEND, message_codes::send))
        .route("/api/mfa/passkey/options", post(&api::passkey::FACTOR_OPTIONS, passkey::factor_options))
        .route("/api/mfa/passkey/verify", post(&api::passkey::VERIFY, passkey::verify))
        .route(
            "/api/account/passkeys/options",
            post(&api::passkey::REGISTRATION_OPTIONS, passkey::registration_options),
        )
        .route("/api/account/message-codes", post(&api::message_codes::START, message_codes::start))
        .route(
            "/api/account/message-codes/confirm",
            post(&api::message_codes::CONFIRM, message_codes::confirm),
        )
        .route("/api/account/passkeys", post(&api::passkey::REGISTER, passkey::register))
}

/// Returns the paths that need a signed-in session.
fn signed_in() -> Routes {
    Routes::new(Group::SignedIn)
        .route("/api/auth/me", get(&api::account::ME, account::me))
        .route("/api/auth/keep-alive", post(&api::login::KEEP_ALIVE, session::keep_alive))
        .route("/api/auth/link", post(&api::login::CONFIRM_LINK, pending_link::confirm))
        .route(
            "/api/auth/reauthenticate/{provider}",
            post(&api::login::REAUTHENTICATE_WITH_PROVIDER, reauthenticate::with_provider),
        )
        .route(
            "/api/account",
            get(&api::account::SHOW, account::me)
                .patch(&api::account::CHANGE_PROFILE, account::change_profile)
                .delete(&api::account::DELETE, deletion::delete),
        )
        .route("/api/account/keep", post(&api::account::KEEP, deletion::keep))
        .route("/api/account/export", get(&api::account::EXPORT, export::download))
        .route("/api/account/events", get(&api::account::EVENTS, activity::events))
        .route(
            "/api/account/sessions",
            get(&api::account::SESSIONS, sessions::show)
                .delete(&api::account::END_OTHER_SESSIONS, sessions::delete_others),
        )
        .route("/api/account/sessions/{id}", delete(&api::account::END_SESSION, sessions::delete))
        .route(
            "/api/account/email",
            post(&api::account::REQUEST_EMAIL, email::request)
                .delete(&api::account::WITHDRAW_EMAIL, email::withdraw),
        )
        .route("/api/account/email/verify", post(&api::account::VERIFY_EMAIL, email::verify))
        .route("/api/account/identities", get(&api::account::IDENTITIES, account::list_identities))
        // `name` is a provider's name for POST (link) and an identity's id for DELETE (unlink).
        .route(
            "/api/account/identities/{name}",
            post(&api::account::LINK, account::link).delete(&api::account::UNLINK, account::unlink),
        )
        .route("/api/account/devices", get(&api::account::DEVICES, devices::list))
        .route("/api/account/devices/{id}", delete(&api::account::FORGET_DEVICE, devices::forget))
        .route("/api/account/factors", get(&api::account::FACTORS, factors::list))
        .route(
            "/api/account/factors/{id}",
            patch(&api::account::RENAME_FACTOR, factors::rename)
                .delete(&api::account::REMOVE_FACTOR, factors::remove),
        )
        .route(
            "/api/account/message-codes/{channel}",
            delete(&api::message_codes::REMOVE, message_codes::remove),
        )
        .route(
            "/api/account/recovery-codes",
            post(&api::account::REPLACE_RECOVERY_CODES, factors::replace_recovery_codes),
        )
}

/// Returns the paths for monitors and load balancers.
fn health() -> Router<AppState> {
    Router::new().route("/healthz", routing::get(healthz)).route("/readyz", routing::get(readyz))
}

/// Reports liveness: the process runs.
async fn healthz() -> JsonBody<serde_json::Value> {
    JsonBody(json!({ "status": "ok" }))
}

/// Reports readiness: the store answers.
async fn readyz(State(app): State<AppState>) -> Response {
    match app.store.ping().await {
        Ok(()) => JsonBody(json!({ "status": "ready", "checks": { "store": "ok" } })).into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            let body = json!({ "status": "unavailable", "checks": { "store": "unavailable" } });
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], JsonBody(body)).into_response()
        }
    }
}

async fn not_found(request: Request) -> ApiError {
    portal::not_found(&request)
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(ErrorCode::MethodNotAllowed)
}

/// Refuses a method of a route that knows only GET, with the `Allow` that RFC 9110 §15.5.6 requires.
async fn only_get() -> Response {
    let allow = [(header::ALLOW, HeaderValue::from_static("GET"))];
    (allow, ApiError::new(ErrorCode::MethodNotAllowed)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn description_is_complete() {
        let mistakes = openapi::mistakes(described());
        assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    }
}
