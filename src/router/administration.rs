//! The paths of administrators. Their handlers check the permission.

use crate::{
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
    http::openapi::{
        operations as api,
        table::{Group, Routes, delete, get, post},
    },
};

/// Returns the paths of administrators: users, their sessions and their merges. The handlers check the permission.
pub(super) fn users() -> Routes {
    Routes::new(Group::SignedIn)
        .route("/api/admin/users/{id}/merge", post(&api::users::MERGE, admin_merges::merge))
        .route("/api/admin/users/{id}/identities/relink", post(&api::users::RELINK, admin_merges::relink))
        .route("/api/admin/merges", get(&api::users::MERGES, admin_merges::list))
        .route("/api/admin/merges/{id}/undo", post(&api::users::UNDO_MERGE, admin_merges::undo))
        .route(
            "/api/admin/users",
            get(&api::users::LIST, admin_users::list).post(&api::users::CREATE, admin_acts::create),
        )
        .route(
            "/api/admin/users/{id}",
            get(&api::users::SHOW, admin_users::show)
                .patch(&api::users::PATCH, admin_acts::patch)
                .delete(&api::users::DELETE, admin_acts::delete),
        )
        .route("/api/admin/users/{id}/disable", post(&api::users::DISABLE, admin_acts::disable))
        .route("/api/admin/users/{id}/enable", post(&api::users::ENABLE, admin_acts::enable))
        .route("/api/admin/users/{id}/unlock", post(&api::users::UNLOCK, admin_acts::unlock))
        .route("/api/admin/users/{id}/reset-mfa", post(&api::users::RESET_MFA, admin_acts::reset_mfa))
        .route(
            "/api/admin/users/{id}/reset-password",
            post(&api::users::RESET_PASSWORD, admin_acts::reset_password),
        )
        .route(
            "/api/admin/users/{id}/end-sessions",
            post(&api::users::END_SESSIONS, admin_acts::end_sessions),
        )
        .route("/api/admin/users/{id}/identities/{identity}", delete(&api::users::UNLINK, admin_acts::unlink))
        .route("/api/admin/users/{id}/sessions", get(&api::users::SESSIONS_OF_USER, admin_sessions::show))
        .route(
            "/api/admin/users/{id}/sessions/{session}",
            delete(&api::users::END_SESSION, admin_acts::end_session),
        )
        .route("/api/admin/sessions", get(&api::users::SESSIONS, admin_sessions::list))
}

/// Returns the other paths of administrators. The handlers check the permission.
pub(super) fn others() -> Routes {
    Routes::new(Group::SignedIn)
        .route("/api/admin/events", get(&api::admin::EVENTS, admin_events::events))
        .route("/api/admin/events/export", get(&api::admin::EXPORT_EVENTS, admin_events::export))
        .route("/api/admin/explain", post(&api::admin::EXPLAIN, admin_explain::explain))
        .route("/api/admin/mail", get(&api::admin::MAIL, admin_mail::mail))
        .route("/api/admin/overview", get(&api::admin::OVERVIEW, admin_overview::show))
        .route("/api/admin/overview/export", get(&api::admin::EXPORT_OVERVIEW, admin_overview::export))
        .route("/api/admin/providers", get(&api::admin::PROVIDERS, admin_providers::providers))
        .route("/api/admin/providers/{name}/test", post(&api::admin::TEST_PROVIDER, admin_providers::test))
        .route(
            "/api/admin/providers/{name}/test-login",
            post(&api::admin::START_TEST_LOGIN, admin_providers::start_test_login),
        )
        .route(
            "/api/admin/providers/{name}/test-login/{id}",
            get(&api::admin::TEST_LOGIN, admin_providers::test_login),
        )
        .route("/api/admin/settings", get(&api::admin::SETTINGS, admin_settings::show))
        .route("/api/admin/summary", get(&api::admin::SUMMARY, admin_summary::summary))
        .route("/api/admin/providers/move-issuer", post(&api::users::MOVE_ISSUER, admin_merges::move_issuer))
        .route("/api/admin/webhooks", get(&api::admin::WEBHOOKS, webhooks::list))
        .route("/api/admin/webhooks/deliveries", get(&api::admin::DELIVERIES, webhooks::deliveries))
        .route(
            "/api/admin/webhooks/deliveries/{id}/replay",
            post(&api::admin::REPLAY_DELIVERY, webhooks::replay),
        )
        .route("/api/admin/webhooks/{name}/test", post(&api::admin::TEST_WEBHOOK, webhooks::test))
}
