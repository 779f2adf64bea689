//! The servers under load: the service, a bare route, and a provider that does not answer.

use std::net::SocketAddr;

use axum::{Json, Router, routing};
use serde_json::json;
use tokio::net::TcpListener;
use vestibule::{
    app::{App, AppState},
    clock::Clock,
    config::{Config, Environment},
    store::Store,
    user::{Password, User, UserId},
};

use super::client::{Error, PASSWORD};

/// Starts the service on an embedded database with one user and one provider.
pub(crate) async fn vestibule(folder: &str) -> Result<(AppState, SocketAddr), Error> {
    let url = format!("sqlite:{folder}/bench.db");
    let issuer = format!("http://{}", slow_provider().await?);
    let settings = Environment::of([
        ("VESTIBULE_DATABASE_URL", url.as_str()),
        ("VESTIBULE_PROVIDERS", "slow"),
        ("VESTIBULE_PROVIDER_SLOW_ISSUER", issuer.as_str()),
        ("VESTIBULE_PROVIDER_SLOW_CLIENT_ID", "bench"),
    ]);
    let (config, _) = Config::read(&settings).map_err(|mistakes| format!("{mistakes:?}"))?;
    let app = App::build(config, Clock::system()).await?;
    let now = app.clock.now();
    let mut ada = User::new(UserId::new(now), now);
    ada.username = Some("ada".parse()?);
    let hash = app.hasher.hash(PASSWORD.to_owned().into()).await.ok_or("the password could not be hashed")?;
    ada.password = Some(Password::new(hash, now));
    Store::insert(&app.store, ada).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(vestibule::server::serve(app.clone(), listener, std::future::pending()));
    Ok((app, address))
}

/// Starts an axum server with one route that returns this payload and does nothing else.
pub(crate) async fn bare_route(payload: String) -> Result<SocketAddr, Error> {
    let payload: &'static str = payload.leak();
    let route = routing::get(move || async move { ([("content-type", "application/json")], payload) });
    start(|_| Router::new().route("/me", route)).await
}

/// Starts a provider that publishes its metadata and never answers a token request.
async fn slow_provider() -> Result<SocketAddr, Error> {
    start(|address| {
        let at = |path: &str| format!("http://{address}{path}");
        let metadata = json!({
            "issuer": at(""), "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"), "jwks_uri": at("/keys"),
        });
        Router::new()
            .route("/.well-known/openid-configuration", routing::get(async move || Json(metadata)))
            .route("/keys", routing::get(async || Json(json!({ "keys": [] }))))
            .route("/token", routing::post(std::future::pending::<()>))
    })
    .await
}

async fn start(routes: impl FnOnce(SocketAddr) -> Router) -> Result<SocketAddr, Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let routes = routes(address);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(address)
}
