//! Fake OpenID provider: correct, except for one [`Fault`] at a time.
//!
//! It has no login page. A test reads the redirect to the provider, creates a code for a user
//! ([`FakeProvider::code_for`]) and sends it to the callback. [`FakeProvider::protocol_errors`] lists wrong requests
//! of the service.

mod answers;
pub(crate) mod fault;
pub(crate) mod keys;
pub(crate) mod logout;
mod silent;
mod vendors;

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha384};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::AbortHandle,
};
use vestibule::clock::Clock;

use self::{
    fault::{Endpoint, Fault, Signature},
    keys::{FIRST, Key, ROGUE},
};

pub(crate) use self::vendors::Vendor;

pub(crate) const CLIENT_ID: &str = "vestibule of the tests";
/// Contains characters that need encoding in a Basic header (RFC 6749 §2.3.1).
pub(crate) const CLIENT_SECRET: &str = "s:cr+t/%41=&ä of the tests, long enough for HS256";
/// Base64url of `{"alg":` and `{"typ":`, with which every token starts. Three characters are not enough: random base64 in the store contains
/// them by chance.
pub(crate) const JWT_STARTS: [&str; 2] = ["eyJhbGciOi", "eyJ0eXAiOi"];

/// Type header of a signed userinfo response.
const USERINFO: &str = "userinfo+jwt";

#[derive(Clone, Debug)]
pub(crate) struct ReceivedRequest {
    pub(crate) endpoint: Endpoint,
    pub(crate) headers: HeaderMap,
    pub(crate) query: Option<String>,
    pub(crate) form: HashMap<String, String>,
}

/// State behind an authorization code.
#[derive(Clone)]
struct Grant {
    nonce: String,
    challenge: String,
    redirect_uri: String,
    id_token: Value,
    userinfo: Value,
}

/// Provider in this process. Dropping it stops it.
pub(crate) struct FakeProvider {
    /// Name in the settings and routes of the service.
    pub(crate) name: &'static str,
    shared: Arc<Shared>,
    address: SocketAddr,
    serving: Mutex<AbortHandle>,
}

struct Shared {
    issuer: String,
    /// Discovery document without the fault.
    document: Value,
    clock: Mutex<Clock>,
    fault: Mutex<Fault>,
    published: Mutex<Vec<&'static Key>>,
    codes: Mutex<HashMap<String, Grant>>,
    tokens: Mutex<HashMap<String, Value>>,
    received_requests: Mutex<Vec<ReceivedRequest>>,
    unexpected_requests: AtomicUsize,
    /// One permit for each held answer that may go out.
    let_go: Semaphore,
    sent: Arc<AtomicU64>,
    protocol_errors: Mutex<Vec<String>>,
    id_tokens: Mutex<Vec<String>>,
}

impl FakeProvider {
    /// Starts with an issuer without path and slash.
    pub(crate) async fn start(name: &'static str) -> Self {
        Self::start_at(name, "").await
    }

    /// Starts with this suffix of the issuer: `/` as Auth0, `/oauth2/default` as Okta.
    pub(crate) async fn start_at(name: &'static str, path: &str) -> Self {
        Self::listen(name, |address| vendors::plain(&format!("http://{address}{path}"))).await
    }

    /// Starts with the discovery document and the endpoints of a vendor.
    pub(crate) async fn like_vendor(name: &'static str, shape: Vendor) -> Self {
        Self::listen(name, |address| shape.document(address)).await
    }

    /// Starts with an issuer template. Each token names the issuer of its tenant.
    pub(crate) async fn of_tenants(name: &'static str) -> Self {
        Self::listen(name, |address| vendors::of_tenants(&format!("http://{address}"))).await
    }

    /// Starts with an issuer at another address, which it does not listen on.
    pub(crate) async fn with_public_issuer(name: &'static str, issuer: &str) -> Self {
        Self::listen(name, |_| vendors::plain(issuer)).await
    }

    /// Returns the address that it listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn issuer_of(&self, tenant: &str) -> String {
        self.issuer().replace(vendors::TENANT, tenant)
    }

    async fn listen(name: &'static str, document: impl FnOnce(SocketAddr) -> Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
        let address = listener.local_addr().expect("an address");
        let document = document(address);
        let shared = Arc::new(Shared {
            issuer: document["issuer"].as_str().expect("an issuer").to_owned(),
            document,
            clock: Mutex::new(Clock::system()),
            fault: Mutex::new(Fault::None),
            published: Mutex::new(vec![&FIRST]),
            codes: Mutex::default(),
            tokens: Mutex::default(),
            received_requests: Mutex::default(),
            unexpected_requests: AtomicUsize::new(0),
            let_go: Semaphore::new(0),
            sent: Arc::default(),
            protocol_errors: Mutex::default(),
            id_tokens: Mutex::default(),
        });
        let serving = Mutex::new(serve(listener, shared.clone()));
        Self { name, shared, address, serving }
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.shared.issuer
    }

    /// Returns whether the discovery document announces `iss` in the authorization response (RFC 9207).
    pub(crate) fn sends_iss(&self) -> bool {
        self.shared.document["authorization_response_iss_parameter_supported"] == true
    }

    /// Issues tokens at the time of this clock. Default: system clock.
    pub(crate) fn use_clock(&self, clock: &Clock) {
        *self.shared.clock.lock().unwrap() = clock.clone();
    }

    /// Sets the only fault.
    pub(crate) fn set_fault(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
    }

    /// Releases one [held](fault::Answer::Held) answer, now or later.
    pub(crate) fn release_answer(&self) {
        self.shared.let_go.add_permits(1);
    }

    /// Publishes these keys. The first one signs.
    pub(crate) fn publish_keys(&self, keys: &[&'static Key]) {
        *self.shared.published.lock().unwrap() = keys.to_vec();
    }

    /// Stops listening: connections are refused.
    pub(crate) async fn shut_down(&self) {
        self.serving.lock().unwrap().abort();
        while TcpStream::connect(self.address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Resets every connection after the first byte of a request.
    pub(crate) async fn reset_connections(&self) {
        self.shut_down().await;
        let listener = TcpListener::bind(self.address).await.expect("its port is still free");
        let reset = async move {
            while let Ok((stream, _)) = listener.accept().await {
                drop(stream.readable().await);
                drop(stream.set_zero_linger());
            }
        };
        *self.serving.lock().unwrap() = tokio::spawn(reset).abort_handle();
    }

    /// Answers without `Connection: close`, and closes a connection when its second request arrives.
    pub(crate) async fn close_connections_silently(&self) {
        self.shut_down().await;
        let inner = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
        let address = inner.local_addr().expect("an address");
        let serving = serve(inner, self.shared.clone());
        let listener = TcpListener::bind(self.address).await.expect("its port is still free");
        let forward = async move {
            let _serving = AbortOnDrop(serving);
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(silent::forward_once(stream, address));
            }
        };
        *self.serving.lock().unwrap() = tokio::spawn(forward).abort_handle();
    }

    /// Listens again on the same port.
    pub(crate) async fn restart(&self) {
        self.shut_down().await;
        let listener = TcpListener::bind(self.address).await.expect("its port is still free");
        *self.serving.lock().unwrap() = serve(listener, self.shared.clone());
    }

    /// Creates a code for an authorization request with these parameters. ID token and userinfo contain these claims.
    pub(crate) fn code_for(&self, asked: &HashMap<String, String>, claims: &Value) -> String {
        self.code_with_claims(asked, claims, claims)
    }

    /// Creates a code with different claims in the ID token and in userinfo.
    pub(crate) fn code_with_claims(
        &self,
        asked: &HashMap<String, String>,
        id_token: &Value,
        userinfo: &Value,
    ) -> String {
        let given = |name: &str| asked.get(name).cloned().unwrap_or_default();
        let code = format!("code~{}", uuid::Uuid::new_v4().simple());
        let grant = Grant {
            nonce: given("nonce"),
            challenge: given("code_challenge"),
            redirect_uri: given("redirect_uri"),
            id_token: id_token.clone(),
            userinfo: userinfo.clone(),
        };
        self.shared.codes.lock().unwrap().insert(code.clone(), grant);
        code
    }

    /// Returns the endpoints of all requests, in order.
    pub(crate) fn calls(&self) -> Vec<Endpoint> {
        self.shared.received_requests.lock().unwrap().iter().map(|asked| asked.endpoint).collect()
    }

    /// Returns the requests to an endpoint.
    pub(crate) fn received_requests(&self, endpoint: Endpoint) -> Vec<ReceivedRequest> {
        let asked = self.shared.received_requests.lock().unwrap();
        asked.iter().filter(|asked| asked.endpoint == endpoint).cloned().collect()
    }

    /// Returns the number of requests to URLs that only a redirect or a token header contains.
    pub(crate) fn unexpected_requests(&self) -> usize {
        self.shared.unexpected_requests.load(Ordering::SeqCst)
    }

    /// Returns the number of bytes sent in long answers, and resets it.
    pub(crate) fn take_sent(&self) -> u64 {
        self.shared.sent.swap(0, Ordering::SeqCst)
    }

    /// Returns the issued ID tokens, in order.
    pub(crate) fn id_tokens(&self) -> Vec<String> {
        self.shared.id_tokens.lock().unwrap().clone()
    }

    /// Returns what was wrong with the requests.
    pub(crate) fn protocol_errors(&self) -> Vec<String> {
        self.shared.protocol_errors.lock().unwrap().clone()
    }
}

/// Stops a task with the one that holds this.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Drop for FakeProvider {
    fn drop(&mut self) {
        self.serving.lock().unwrap().abort();
    }
}

fn serve(listener: TcpListener, shared: Arc<Shared>) -> AbortHandle {
    let router = Router::new().fallback(answer).with_state(shared);
    tokio::spawn(async move { axum::serve(listener, router).await }).abort_handle()
}

/// One request per connection, so that a restarted provider gets the next request.
async fn answer(shared: State<Arc<Shared>>, request: Request) -> Response {
    let date = shared.http_date();
    ([(header::CONNECTION, "close".to_owned()), (header::DATE, date)], route(shared, request).await)
        .into_response()
}

async fn route(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let elsewhere = path.find("/elsewhere/").map(|at| &path[at..]);
    let endpoint = match elsewhere.unwrap_or_default() {
        "/elsewhere/Discovery" => return shared.unexpected(shared.discovery()),
        "/elsewhere/Keys" => return shared.unexpected(shared.keys()),
        "/elsewhere/Userinfo" => return shared.unexpected(json!({ "sub": "elsewhere" })),
        "/elsewhere/rogue" => return shared.unexpected(json!({ "keys": [ROGUE.jwk()] })),
        "" => shared.endpoint_at(&path),
        _ => return shared.unexpected(json!({})),
    };
    let Some(endpoint) = endpoint else { return StatusCode::NOT_FOUND.into_response() };
    let headers = request.headers().clone();
    let query = request.uri().query().map(ToOwned::to_owned);
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap_or_default();
    let form = url::form_urlencoded::parse(&body).into_owned().collect();
    let asked = ReceivedRequest { endpoint, headers, query, form };
    shared.received_requests.lock().unwrap().push(asked.clone());
    let honest = match endpoint {
        Endpoint::Discovery => Ok(shared.discovery()),
        Endpoint::Keys => Ok(shared.keys()),
        Endpoint::Token => shared.token(&asked),
        Endpoint::Userinfo => shared.userinfo(&asked),
    };
    let has_error = matches!(shared.fault(), Fault::Answer(at, fault::Answer::Error(_)) if at == endpoint);
    match honest {
        Ok(honest) => shared.send(endpoint, honest).await,
        // The fault is the answer to every request, also to one that the provider refuses.
        Err(_) if has_error => shared.send(endpoint, json!({})).await,
        Err((status, error)) => {
            shared.protocol_errors.lock().unwrap().push(format!("{endpoint:?}: {error}"));
            (status, axum::Json(json!({ "error": error }))).into_response()
        }
    }
}

type Refused = (StatusCode, &'static str);

impl Shared {
    fn fault(&self) -> Fault {
        *self.fault.lock().unwrap()
    }

    fn now(&self) -> i64 {
        self.clock.lock().unwrap().now().as_secs()
    }

    /// Returns the time of its clock as an HTTP header.
    fn http_date(&self) -> String {
        let now = time::OffsetDateTime::from_unix_timestamp(self.now()).expect("a time");
        let form = time::macros::format_description!(
            "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
        );
        now.format(&form).expect("a date")
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.trim_end_matches('/'))
    }

    /// Answers a request to a URL that the service must not use, and counts it.
    fn unexpected(&self, answer: Value) -> Response {
        self.unexpected_requests.fetch_add(1, Ordering::SeqCst);
        axum::Json(answer).into_response()
    }

    /// Finds an endpoint by the path in the discovery document.
    fn endpoint_at(&self, path: &str) -> Option<Endpoint> {
        let document = self.address("/.well-known/openid-configuration");
        if path == path_of(&document.replace(vendors::TENANT, vendors::ALL_TENANTS)) {
            return Some(Endpoint::Discovery);
        }
        let endpoints = [
            ("jwks_uri", Endpoint::Keys),
            ("token_endpoint", Endpoint::Token),
            ("userinfo_endpoint", Endpoint::Userinfo),
        ];
        let is_here = |member: &str| self.document[member].as_str().is_some_and(|url| path_of(url) == path);
        endpoints.into_iter().find_map(|(member, endpoint)| is_here(member).then_some(endpoint))
    }

    fn discovery(&self) -> Value {
        let mut document = self.document.clone();
        if let Fault::Discovery(change) = self.fault() {
            change(&mut document);
        }
        document
    }

    fn keys(&self) -> Value {
        let published = self.published.lock().unwrap();
        let mut keys = json!({ "keys": published.iter().map(|key| key.jwk()).collect::<Vec<_>>() });
        if let Fault::Keys(change) = self.fault() {
            change(&mut keys);
        }
        keys
    }

    /// Validates a token request and exchanges the code.
    fn token(&self, asked: &ReceivedRequest) -> Result<Value, Refused> {
        let given = |name: &str| asked.form.get(name).map(String::as_str).unwrap_or_default();
        if !is_our_client(asked) {
            return Err((StatusCode::UNAUTHORIZED, "invalid_client"));
        }
        if given("grant_type") != "authorization_code" {
            return Err((StatusCode::BAD_REQUEST, "unsupported_grant_type"));
        }
        let grant = self.codes.lock().unwrap().remove(given("code"));
        let grant = grant.ok_or((StatusCode::BAD_REQUEST, "invalid_grant: an unknown or used code"))?;
        if grant.redirect_uri != given("redirect_uri") {
            return Err((StatusCode::BAD_REQUEST, "invalid_grant: another redirect URI"));
        }
        let verifier = given("code_verifier");
        if !(43..=128).contains(&verifier.len())
            || URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != grant.challenge
        {
            return Err((StatusCode::BAD_REQUEST, "invalid_grant: the PKCE verifier does not fit"));
        }
        let access_token = format!("token~{}", uuid::Uuid::new_v4().simple());
        self.tokens.lock().unwrap().insert(access_token.clone(), grant.userinfo.clone());
        let mut answer = json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.id_token(&grant, &access_token),
        });
        if let Fault::Token(change) = self.fault() {
            change(&mut answer);
        }
        Ok(answer)
    }

    fn id_token(&self, grant: &Grant, access_token: &str) -> String {
        let now = self.now();
        let mut claims = json!({
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "auth_time": now - 5,
            "nonce": grant.nonce,
            "at_hash": self.at_hash(access_token),
        });
        merge(&mut claims, &grant.id_token);
        if let Fault::IdToken(change) = self.fault() {
            change(&mut claims);
        }
        let signed = self.sign("JWT", &claims);
        self.id_tokens.lock().unwrap().push(signed.clone());
        signed
    }

    /// OpenID Connect Core §3.1.3.6: half of the digest of the signature algorithm.
    fn at_hash(&self, access_token: &str) -> String {
        match self.published.lock().unwrap()[0].alg() {
            "ES384" => URL_SAFE_NO_PAD.encode(&Sha384::digest(access_token)[..24]),
            _ => URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16]),
        }
    }

    fn sign(&self, kind: &str, claims: &Value) -> String {
        let key = self.published.lock().unwrap()[0];
        let mut header = json!({ "alg": key.alg(), "typ": kind, "kid": key.kid });
        let signature = match self.fault() {
            Fault::Header(change) => {
                change(&mut header);
                None
            }
            Fault::Signed(signature) => Some(signature),
            Fault::SignedUserinfo(_, signature) if kind == USERINFO => signature,
            _ => None,
        };
        match signature {
            Some(Signature::None) => header["alg"] = json!("none"),
            Some(Signature::PublicKeyAsSecret | Signature::ClientSecret) => header["alg"] = json!("HS256"),
            Some(Signature::Rogue(change)) => {
                change(&mut header);
                for member in ["jku", "x5u"] {
                    if header.get(member).is_some() {
                        header[member] = json!(self.address("/elsewhere/rogue"));
                    }
                }
            }
            Some(Signature::Stripped | Signature::Broken) | None => {}
        }
        let payload = match self.fault() {
            Fault::Payload(change) => change(claims.to_string()),
            _ => claims.to_string(),
        };
        let encode = |part: String| URL_SAFE_NO_PAD.encode(part);
        let message = format!("{}.{}", encode(header.to_string()), encode(payload));
        let bytes = message.as_bytes();
        let signed = match signature {
            None => key.sign(bytes),
            Some(Signature::None | Signature::Stripped) => Vec::new(),
            Some(Signature::Broken) => {
                let mut signed = key.sign(bytes);
                signed[30] ^= 1;
                signed
            }
            Some(Signature::PublicKeyAsSecret) => hs256(key.public_pem().as_bytes(), bytes),
            Some(Signature::ClientSecret) => hs256(CLIENT_SECRET.as_bytes(), bytes),
            Some(Signature::Rogue(_)) => ROGUE.sign(bytes),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signed))
    }

    fn userinfo(&self, asked: &ReceivedRequest) -> Result<Value, Refused> {
        let bearer = asked.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = bearer.and_then(|value| value.strip_prefix("Bearer "));
        let claims = token.and_then(|token| self.tokens.lock().unwrap().get(token).cloned());
        let mut claims = claims.ok_or((StatusCode::UNAUTHORIZED, "invalid_token"))?;
        if let Fault::Userinfo(change) = self.fault() {
            change(&mut claims);
        }
        Ok(claims)
    }
}

/// Returns whether the client authenticated by Basic header or form, and not by both (RFC 6749 §2.3).
fn is_our_client(asked: &ReceivedRequest) -> bool {
    let form = |name: &str| asked.form.get(name).map(String::as_str);
    let basic = asked.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match (basic.and_then(|value| value.strip_prefix("Basic ")), form("client_secret")) {
        (Some(basic), None) => {
            let pair = STANDARD.decode(basic).ok().and_then(|pair| String::from_utf8(pair).ok());
            let pair = pair.as_deref().and_then(|pair| pair.split_once(':'));
            pair.is_some_and(|(id, secret)| decoded(id) == CLIENT_ID && decoded(secret) == CLIENT_SECRET)
        }
        (None, Some(secret)) => form("client_id") == Some(CLIENT_ID) && secret == CLIENT_SECRET,
        (Some(_), Some(_)) | (None, None) => false,
    }
}

fn path_of(url: &str) -> String {
    url::Url::parse(url).expect("a URL").path().to_owned()
}

fn decoded(text: &str) -> String {
    let pair = format!("x={text}");
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn merge(into: &mut Value, from: &Value) {
    for (name, value) in from.as_object().expect("claims") {
        into[name.as_str()] = value.clone();
    }
}

fn hs256(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}
