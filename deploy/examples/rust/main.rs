//! An API with axum. Run: `VESTIBULE_URL=http://localhost:3000 PORT=4000 cargo run --example own-api`

use std::{env, error::Error};

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

const FORWARDED: [&str; 4] = ["cookie", "origin", "sec-fetch-site", "x-xsrf-token"];

#[derive(Clone)]
struct Vestibule {
    client: reqwest::Client,
    /// With `?role=`, if the user needs one of several roles.
    verify: String,
}

/// Lets a request pass if its user is signed in. An unsafe method also needs the CSRF token.
async fn signed_in(State(vestibule): State<Vestibule>, mut request: Request, next: Next) -> Response {
    let mut headers = HeaderMap::new();
    for name in FORWARDED {
        if let Some(value) = request.headers().get(name) {
            headers.insert(name, value.clone());
        }
    }
    let ask = vestibule.client.get(&vestibule.verify).headers(headers);
    let Ok(answer) = ask.header("x-forwarded-method", request.method().as_str()).send().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let status = answer.status();
    match answer.json::<Value>().await {
        Ok(body) if status.is_success() => {
            request.extensions_mut().insert(body);
            next.run(request).await
        }
        Ok(body) => (status, Json(body)).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn orders(request: Request) -> Json<Value> {
    let verified = request.extensions().get::<Value>();
    Json(json!({ "user": verified.map(|verified| &verified["user"]["username"]) }))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let setting = |name, default: &str| {
        env::var_os(name).and_then(|value| value.into_string().ok()).unwrap_or_else(|| default.to_owned())
    };
    let vestibule = |query| Vestibule {
        client: reqwest::Client::new(),
        verify: format!("{}/api/auth/verify{query}", setting("VESTIBULE_URL", "http://localhost:3000")),
    };
    let users = Router::new().route("/api/orders", get(orders).post(orders));
    let auditors = Router::new().route("/api/reports", get(orders));
    let app = users
        .layer(from_fn_with_state(vestibule(""), signed_in))
        .merge(auditors.layer(from_fn_with_state(vestibule("?role=admin,auditor"), signed_in)));
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{}", setting("PORT", "4000"))).await?;
    Ok(axum::serve(listener, app).await?)
}
