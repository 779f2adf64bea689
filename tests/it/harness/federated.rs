//! Federated login over HTTP: fixture and helpers.
//!
//! `fake` is a provider that is trusted for nothing. `corp` is trusted for addresses at corp.example.

use std::{collections::HashMap, net::SocketAddr, time::Duration};

use serde_json::{Value, json};
use url::Url;
use vestibule::{
    audit::{Event, EventKind},
    store::{Change, Page, StoreError, Stored},
    user::{User, UserId},
};

use crate::harness::{
    browser::{Answer, Browser},
    eventually,
    fake_provider::{CLIENT_ID, CLIENT_SECRET, FakeProvider},
    service::Service,
    stores::StoreLocation,
};

const SESSION_COOKIES: [&str; 2] = ["vestibule-3000", "__Host-vestibule"];

/// A service with two fake providers.
pub(crate) struct FederatedFixture {
    pub(crate) fake: FakeProvider,
    pub(crate) corp: FakeProvider,
    pub(crate) service: Service,
}

impl FederatedFixture {
    pub(crate) async fn start(location: &StoreLocation) -> Self {
        Self::with_settings(location, &[]).await
    }

    /// Starts with more settings. Settings of a provider start with its name, like `FAKE_TRUSTED_DOMAINS`.
    pub(crate) async fn with_settings(location: &StoreLocation, settings: &[(&str, &str)]) -> Self {
        let fixture = Self::with_providers(
            location,
            settings,
            FakeProvider::start("fake").await,
            FakeProvider::start("corp").await,
        )
        .await;
        fixture.wait_until_available("fake").await;
        fixture.wait_until_available("corp").await;
        fixture
    }

    /// Starts with these providers, which may be unavailable.
    pub(crate) async fn with_providers(
        location: &StoreLocation,
        settings: &[(&str, &str)],
        fake: FakeProvider,
        corp: FakeProvider,
    ) -> Self {
        let service = Self::service(location, settings, &[&fake, &corp]).await;
        Self { fake, corp, service }
    }

    pub(crate) async fn service(
        location: &StoreLocation,
        settings: &[(&str, &str)],
        providers: &[&FakeProvider],
    ) -> Service {
        let of = |name: &str, what: &str| format!("VESTIBULE_PROVIDER_{}_{what}", name.to_uppercase());
        let names: Vec<&str> = providers.iter().map(|provider| provider.name).collect();
        let mut all = HashMap::from([
            ("VESTIBULE_PROVIDERS".to_owned(), names.join(",")),
            (of("corp", "TRUSTED_DOMAINS"), "corp.example".to_owned()),
        ]);
        all.retain(|name, _| !name.contains("CORP") || names.contains(&"corp"));
        for provider in providers {
            all.insert(of(provider.name, "ISSUER"), provider.issuer().to_owned());
            all.insert(of(provider.name, "CLIENT_ID"), CLIENT_ID.to_owned());
            all.insert(of(provider.name, "CLIENT_SECRET"), CLIENT_SECRET.to_owned());
        }
        for (name, value) in settings {
            let ours = name.starts_with("VESTIBULE_");
            all.insert(if ours { (*name).to_owned() } else { format!("VESTIBULE_PROVIDER_{name}") }, {
                (*value).to_owned()
            });
        }
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (&**name, &**value)).collect();
        let service = Service::with_settings(location, &all).await;
        for provider in providers {
            provider.use_clock(&service.clock);
        }
        service
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::of(&self.service)
    }

    /// Signs in a new browser through this provider.
    pub(crate) async fn signed_in(&self, provider: &FakeProvider, claims: &Value) -> Browser {
        let browser = self.browser();
        assert_signed_in(&sign_in(&browser, provider, claims).await, "/");
        browser
    }

    pub(crate) async fn wait_until_available(&self, name: &str) {
        wait_until_available(&self.service, name).await;
    }

    /// Starts another replica and waits until it knows the providers.
    pub(crate) async fn start_replica(&self) -> Service {
        let replica = self.service.start_replica().await;
        wait_until_available(&replica, "fake").await;
        wait_until_available(&replica, "corp").await;
        replica
    }

    /// Returns all users, oldest first.
    pub(crate) async fn users(&self) -> Vec<User> {
        all_users(&self.service).await
    }

    /// Asserts that all requests to the providers were correct.
    #[track_caller]
    pub(crate) fn assert_no_protocol_errors(&self) {
        assert_eq!(self.fake.protocol_errors(), Vec::<String>::new());
        assert_eq!(self.corp.protocol_errors(), Vec::<String>::new());
    }
}

pub(crate) async fn all_users(service: &Service) -> Vec<User> {
    let page = Page { tag: None, after: None, newest_first: false, limit: 1000 };
    let page = service.app.store.page(page).await.expect("the store answers");
    page.into_iter().map(Stored::into_document).collect()
}

/// Returns all audit events, newest first.
pub(crate) async fn events(service: &Service) -> Vec<Event> {
    let page = Page { tag: None, after: None, newest_first: true, limit: 1000 };
    let page = service.app.store.page(page).await.expect("the store answers");
    page.into_iter().map(Stored::into_document).collect()
}

/// Returns the only audit event of this login response.
pub(crate) async fn event_of(service: &Service, answer: &Answer) -> Event {
    let request = answer.header("x-request-id");
    let mut events = events(service).await;
    events.retain(|event| event.kind == EventKind::FederatedSignIn && event.request_id.as_deref() == request);
    assert_eq!(events.len(), 1, "one event for one answer: {events:?}");
    events.remove(0)
}

/// Returns the details of an event.
pub(crate) fn event_details(event: &Event) -> Value {
    serde_json::from_str(event.details_text().as_deref().expect("details")).expect("JSON")
}

/// Returns the trace id of a redirect.
#[track_caller]
pub(crate) fn trace_id(answer: &Answer) -> String {
    redirect_target(answer)
        .1
        .get("trace")
        .cloned()
        .unwrap_or_else(|| panic!("no trace: {:?}", answer.headers))
}

pub(crate) async fn wait_until_available(service: &Service, name: &str) {
    eventually(Duration::from_mins(1), "the provider is available", || is_available(service, name)).await;
}

/// Returns whether the provider is available, after its first discovery.
pub(crate) async fn is_available(service: &Service, name: &str) -> bool {
    service.app.providers.get(name).expect("a configured provider").wait_for_first_discovery().await;
    available_at(service.address, name).await
}

/// The same for a service in another process.
pub(crate) async fn available_at(service: SocketAddr, name: &str) -> bool {
    let answer = Browser::at(service).get("/api/auth/providers").await.expect_status(200).json();
    let providers = answer["providers"].as_array().expect("a list").clone();
    let provider = providers.into_iter().find(|provider| provider["name"] == name);
    provider.expect("it is listed")["available"] == json!(true)
}

/// Authorization request that this browser started.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationRequest {
    pub(crate) authorize: Url,
    pub(crate) parameters: HashMap<String, String>,
}

impl AuthorizationRequest {
    pub(crate) fn of(answer: &Answer) -> Self {
        Self::to(answer.clone().expect_status(303).header("location").expect("a location"))
    }

    pub(crate) fn to(url: &str) -> Self {
        let authorize = Url::parse(url).expect("an absolute URL");
        let parameters = authorize.query_pairs().into_owned().collect();
        Self { authorize, parameters }
    }

    pub(crate) fn state(&self) -> &str {
        &self.parameters["state"]
    }
}

/// Follows the login link to the provider.
pub(crate) async fn start_login(browser: &Browser, provider: &FakeProvider) -> AuthorizationRequest {
    start_login_with_query(browser, provider, "").await
}

/// The same with a query, like `?returnTo=/x`.
pub(crate) async fn start_login_with_query(
    browser: &Browser,
    provider: &FakeProvider,
    query: &str,
) -> AuthorizationRequest {
    let answer = browser.get(&format!("/api/auth/login/{}{query}", provider.name)).await;
    assert_eq!(answer.session_cookie(), None, "the start of a login sets no session cookie");
    let authorization = AuthorizationRequest::of(&answer);
    assert!(authorization.authorize.as_str().starts_with(provider.issuer()), "{}", authorization.authorize);
    authorization
}

/// Sends the callback with these parameters.
pub(crate) async fn callback(browser: &Browser, name: &str, parameters: &[(&str, &str)]) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    browser.get(&format!("/api/auth/callback/{name}?{query}")).await
}

/// Sends the callback with a code for these claims.
pub(crate) async fn callback_as(
    browser: &Browser,
    provider: &FakeProvider,
    authorization: &AuthorizationRequest,
    claims: &Value,
) -> Answer {
    let code = provider.code_for(&authorization.parameters, claims);
    callback(browser, provider.name, &[("code", &code), ("state", authorization.state())]).await
}

/// Signs in through a provider.
pub(crate) async fn sign_in(browser: &Browser, provider: &FakeProvider, claims: &Value) -> Answer {
    let authorization = start_login(browser, provider).await;
    callback_as(browser, provider, &authorization, claims).await
}

/// Claims of a user with a verified address at corp.example.
pub(crate) fn claims_of(login: &str) -> Value {
    json!({
        "sub": format!("of {login}"),
        "email": format!("{login}@corp.example"),
        "email_verified": true,
        "name": format!("{login} at the provider"),
    })
}

/// Merges claims. `null` removes one.
#[expect(clippy::needless_pass_by_value, reason = "callers pass literals, which they need no longer")]
pub(crate) fn with_claims(mut claims: Value, others: Value) -> Value {
    for (name, value) in others.as_object().expect("claims") {
        if value.is_null() {
            claims.as_object_mut().expect("claims").remove(name);
        } else {
            claims[name.as_str()] = value.clone();
        }
    }
    claims
}

/// Returns path and query of a redirect to this service.
#[track_caller]
pub(crate) fn redirect_target(answer: &Answer) -> (String, HashMap<String, String>) {
    let answer = answer.clone().expect_status(303);
    let location = answer.header("location").expect("a location");
    assert!(
        location.starts_with('/') && !location.starts_with("//"),
        "not a path of this service: {location}"
    );
    let url = Url::parse("http://here").expect("a URL").join(location).expect("a path");
    (url.path().to_owned(), url.query_pairs().into_owned().collect())
}

/// Asserts a redirect to this path with a session cookie.
#[track_caller]
pub(crate) fn assert_signed_in(answer: &Answer, path: &str) {
    let location = answer.header("location").unwrap_or_default();
    assert_eq!((answer.status, location), (303, path), "{}", answer.text);
    assert!(answer.session_cookie().is_some(), "a session");
}

/// Asserts a redirect to the login page with this code, without a session cookie.
#[track_caller]
pub(crate) fn assert_refused(answer: &Answer, code: &str) {
    let (path, query) = redirect_target(answer);
    assert_eq!((path.as_str(), query.get("error").map(String::as_str)), ("/login", Some(code)), "{query:?}");
    for name in SESSION_COOKIES {
        assert_eq!(answer.set_cookie(name), None, "a refused login opens no session");
    }
}

/// Asserts a redirect to the page that confirms a link.
#[track_caller]
pub(crate) fn assert_link_pending(answer: &Answer, provider: &FakeProvider) {
    let (path, query) = redirect_target(answer);
    assert_eq!((path.as_str(), query.get("provider").map(String::as_str)), ("/link", Some(provider.name)));
    for name in SESSION_COOKIES {
        assert_eq!(answer.set_cookie(name), None, "an unverified claim opens no session");
    }
    assert!(answer.set_cookie("vestibule-link-3000").is_some(), "the pending link is bound to this browser");
}

/// Changes a user as an administrator does.
pub(crate) async fn update_user(service: &Service, user: UserId, how: impl Fn(&mut User) + Send + Sync) {
    let write = |user: &mut User| {
        how(user);
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.store.update(&user.document_id(), write).await.expect("written").expect("a user");
}

/// Sets an address as verified.
pub(crate) fn set_verified_email(user: &mut User, address: &str) {
    user.email = Some(address.parse().expect("an address"));
    user.email_verified = true;
}

/// Returns the `me` view of a signed-in user.
pub(crate) async fn me(browser: &Browser) -> Value {
    browser.me().await.expect_status(200).json()
}

/// Returns the state of the session view.
pub(crate) async fn session_state(browser: &Browser) -> String {
    let session = browser.get("/api/auth/session").await.expect_status(200).json();
    session["state"].as_str().expect("a text").to_owned()
}
