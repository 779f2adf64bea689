//! Every path on one screen, grouped by who may use it. This page is for the security review.

use axum::{
    Json as JsonBody, Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::from_fn_with_state,
    response::{IntoResponse as _, Response},
    routing::{any, delete, get, patch, post},
};
use serde_json::json;
use tower::util::option_layer;
use tower_http::{catch_panic::CatchPanicLayer, cors::CorsLayer};

use crate::{
    account::{
        activity::routes as activity, deletion::routes as deletion, devices::routes as devices,
        email::routes as email, export::routes as export, not_me::routes as not_me, routes as account,
        sessions::routes as sessions,
    },
    admin::{
        events::routes as admin_events,
        explain::routes as admin_explain,
        mail::routes as admin_mail,
        merges::routes as admin_merges,
        overview::routes as admin_overview,
        providers::routes as admin_providers,
        settings::routes as admin_settings,
        summary::routes as admin_summary,
        users::{acts::routes as admin_acts, routes as admin_users, sessions::routes as admin_sessions},
        webhooks::routes as webhooks,
    },
    app::{App, AppState},
    doctor::routes as doctor,
    error::{ApiError, ErrorCode},
    http::{layers, portal, request_span},
    login::{
        federated::{account_linking::pending_link::routes as pending_link, routes as federated},
        password::{
            change::routes as password_change, routes as password, strength::routes as password_strength,
        },
        password_reset::routes as password_reset,
        reauthenticate::routes as reauthenticate,
        second_factor::{apps::routes as factors, routes as second_factor},
    },
    logout::routes as logout,
    session::{event_streams::routes as event_streams, routes as session},
    trace,
    verify::routes as verify,
};

/// Builds the router of the whole service.
pub fn router(app: &AppState) -> Router {
    // Called by the servers of providers: no cookie and no CSRF token; the signed token in the body authenticates the request.
    let providers = Router::new()
        .route("/api/auth/backchannel-logout/{provider}", post(logout::backchannel_logout))
        .method_not_allowed_fallback(method_not_allowed);

    // Another site calls it by design. `state` and the transaction of the browser authenticate a response; the form is only redirected.
    let callback = Router::new()
        .route(
            "/api/auth/callback/{provider}",
            get(federated::callback).post(federated::receive_form).head(only_get).fallback(only_get),
        )
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), layers::cookies_without_csrf));

    // Asked by proxies and servers of the application about a request of the browser: it extends nothing and sets no cookie.
    let verify = Router::new()
        .route("/api/auth/verify", get(verify::verify))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), layers::asked_request));

    let signed_in = signed_in().route_layer(from_fn_with_state(app.clone(), layers::require_signed_in));
    let api = public()
        .merge(any_session())
        .merge(signed_in)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), layers::cookies))
        .layer(option_layer(cors(app)));

    let router = Router::new()
        .merge(api)
        .merge(callback)
        .merge(providers)
        .merge(verify)
        .merge(health())
        .route("/.well-known/jwks.json", get(verify::key_set))
        .route("/.well-known/change-password", get(password_change::show_page))
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

/// Returns the paths for every visitor. Some handlers take a session or the token of a mail themselves.
fn public() -> Router<AppState> {
    Router::new()
        .route("/api/auth/login", post(password::log_in))
        .route("/api/auth/logout", post(logout::log_out))
        // A token of a mail is the proof. The answer to a request for such a mail does not depend on the address.
        .route("/api/auth/password/forgot", post(password_reset::forgot))
        .route("/api/auth/password/reset", post(password_reset::reset))
        .route("/api/auth/email/confirm", post(email::confirm))
        .route("/api/auth/email/cancel", post(email::cancel))
        // Needs a session in the state `signedIn`, or the token of a notice.
        .route("/api/account/not-me", post(not_me::report))
        // HEAD is refused: it would use up the key.
        .route("/api/auth/logout/continue", get(logout::continue_log_out).head(method_not_allowed))
        .route("/api/auth/session", get(session::show))
        // They need a signed-in session, but are no activity, so they are not in the group below.
        .route("/api/auth/events", get(event_streams::events))
        .route("/api/admin/events/stream", get(admin_events::stream))
        .route("/api/auth/csrf-token", get(session::show_csrf_token))
        .route("/api/auth/providers", get(federated::providers))
        // HEAD is refused: it would start or use up a login transaction that no browser continues.
        .route("/api/auth/login/{provider}", get(federated::start_login).head(only_get).fallback(only_get))
        // The same for clients that name the provider here. Fixed routes win, and no provider has their names.
        .route("/api/auth/{provider}", any(federated::start_login_by_name))
        .route("/api/auth/link", get(pending_link::show).delete(pending_link::cancel))
        // An administrator with a recent second factor, or `vestibule doctor` with a token that only the key ring can make.
        .route("/api/admin/doctor/request", get(doctor::request).post(doctor::request))
        .route("/api/admin/doctor/stream", get(doctor::stream))
        .route("/api/{*path}", any(not_found))
}

/// Returns the paths for sessions in any state: the handlers take `CurrentSession` and decide by its state.
fn any_session() -> Router<AppState> {
    Router::new()
        .route("/api/auth/reauthenticate", post(reauthenticate::with_credentials))
        .route("/api/auth/password/strength", post(password_strength::estimate))
        .route("/api/account/password", post(password_change::change_password))
        .route("/api/mfa/setup", post(second_factor::set_up))
        .route("/api/mfa/verify", post(second_factor::verify))
}

/// Returns the paths that need a signed-in session.
fn signed_in() -> Router<AppState> {
    Router::new()
        .route("/api/auth/me", get(account::me))
        .route("/api/auth/keep-alive", post(session::keep_alive))
        .route("/api/auth/link", post(pending_link::confirm))
        .route("/api/auth/reauthenticate/{provider}", post(reauthenticate::with_provider))
        .route("/api/account", get(account::me).patch(account::change_profile).delete(deletion::delete))
        .route("/api/account/keep", post(deletion::keep))
        .route("/api/account/export", get(export::download))
        .route("/api/account/events", get(activity::events))
        .route("/api/account/sessions", get(sessions::show).delete(sessions::delete_others))
        .route("/api/account/sessions/{id}", delete(sessions::delete))
        .route("/api/account/email", post(email::request).delete(email::withdraw))
        .route("/api/account/email/verify", post(email::verify))
        .route("/api/account/identities", get(account::list_identities))
        // `name` is a provider's name for POST (link) and an identity's id for DELETE (unlink).
        .route("/api/account/identities/{name}", post(account::link).delete(account::unlink))
        .route("/api/account/devices", get(devices::list))
        .route("/api/account/devices/{id}", delete(devices::forget))
        .route("/api/account/factors", get(factors::list))
        .route("/api/account/factors/{id}", patch(factors::rename).delete(factors::remove))
        .route("/api/account/recovery-codes", post(factors::replace_recovery_codes))
        .route("/api/admin/events", get(admin_events::events))
        .route("/api/admin/events/export", get(admin_events::export))
        .route("/api/admin/explain", post(admin_explain::explain))
        .route("/api/admin/mail", get(admin_mail::mail))
        .route("/api/admin/overview", get(admin_overview::show))
        .route("/api/admin/overview/export", get(admin_overview::export))
        .route("/api/admin/providers", get(admin_providers::providers))
        .route("/api/admin/providers/{name}/test", post(admin_providers::test))
        .route("/api/admin/providers/{name}/test-login", post(admin_providers::start_test_login))
        .route("/api/admin/providers/{name}/test-login/{id}", get(admin_providers::test_login))
        .route("/api/admin/settings", get(admin_settings::show))
        .route("/api/admin/summary", get(admin_summary::summary))
        .route("/api/admin/users/{id}/merge", post(admin_merges::merge))
        .route("/api/admin/users/{id}/identities/relink", post(admin_merges::relink))
        .route("/api/admin/merges", get(admin_merges::list))
        .route("/api/admin/merges/{id}/undo", post(admin_merges::undo))
        .route("/api/admin/providers/move-issuer", post(admin_merges::move_issuer))
        .route("/api/admin/webhooks", get(webhooks::list))
        .route("/api/admin/webhooks/deliveries", get(webhooks::deliveries))
        .route("/api/admin/webhooks/deliveries/{id}/replay", post(webhooks::replay))
        .route("/api/admin/webhooks/{name}/test", post(webhooks::test))
        .route("/api/admin/users", get(admin_users::list).post(admin_acts::create))
        .route(
            "/api/admin/users/{id}",
            get(admin_users::show).patch(admin_acts::patch).delete(admin_acts::delete),
        )
        .route("/api/admin/users/{id}/disable", post(admin_acts::disable))
        .route("/api/admin/users/{id}/enable", post(admin_acts::enable))
        .route("/api/admin/users/{id}/unlock", post(admin_acts::unlock))
        .route("/api/admin/users/{id}/reset-mfa", post(admin_acts::reset_mfa))
        .route("/api/admin/users/{id}/reset-password", post(admin_acts::reset_password))
        .route("/api/admin/users/{id}/end-sessions", post(admin_acts::end_sessions))
        .route("/api/admin/users/{id}/identities/{identity}", delete(admin_acts::unlink))
        .route("/api/admin/users/{id}/sessions", get(admin_sessions::show))
        .route("/api/admin/users/{id}/sessions/{session}", delete(admin_acts::end_session))
        .route("/api/admin/sessions", get(admin_sessions::list))
}

/// Returns the paths for monitors and load balancers.
fn health() -> Router<AppState> {
    Router::new().route("/healthz", get(healthz)).route("/readyz", get(readyz))
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

/// Builds the CORS layer for the allowed origins only. The origin of the request is never reflected, and `*` is never sent.
fn cors(app: &App) -> Option<CorsLayer> {
    let origins = app.config.allowed_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let origins: Vec<_> = origins.collect();
    let layer = CorsLayer::new()
        .allow_origin(origins.clone())
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([header::CONTENT_TYPE, HeaderName::from_static("x-xsrf-token")])
        .expose_headers([header::RETRY_AFTER, HeaderName::from_static("x-request-id")]);
    (!origins.is_empty()).then_some(layer)
}
