//! The federated door over HTTP, on both stores, with providers that lie and one that cannot.
//!
//! `liar` is a provider nobody trusts for anything; `corp` is one whose word counts for addresses at corp.example.

mod addresses;
mod backchannel;
mod bounds;
mod callback;
mod conformance;
mod explained;
mod hijack;
mod isolation;
mod later;
mod logout_tokens;
mod merge;
mod profile;
mod provider_logout;
mod providers;
mod reclaim;
mod roles;
mod settings;
mod sign_out;
mod sins;
pub(crate) mod table;
mod tenants;
mod traces;

use std::{collections::HashMap, net::SocketAddr, time::Duration};

use serde_json::{Value, json};
use url::Url;
use vestibule::{
    audit::{Event, EventKind},
    store::{Change, Page, StoreError},
    user::{User, UserId},
};

use crate::harness::{
    browser::{Answer, Browser},
    eventually, holds_within,
    liar::{CLIENT_ID, CLIENT_SECRET, Liar},
    service::Service,
    stores::StoreLocation,
};

const SESSION_COOKIES: [&str; 2] = ["vestibule", "__Host-vestibule"];

/// A service and the two providers it knows.
pub(crate) struct House {
    pub(crate) liar: Liar,
    pub(crate) corp: Liar,
    pub(crate) service: Service,
}

impl House {
    pub(crate) async fn open(location: &StoreLocation) -> Self {
        Self::with(location, &[]).await
    }

    /// With more settings; those of a provider are named from its name on, like `LIAR_TRUSTED_DOMAINS`.
    pub(crate) async fn with(location: &StoreLocation, settings: &[(&str, &str)]) -> Self {
        let house =
            Self::early(location, settings, Liar::start("liar").await, Liar::start("corp").await).await;
        house.is_available("liar").await;
        house.is_available("corp").await;
        house
    }

    /// With these providers, whether they are reachable yet or not.
    pub(crate) async fn early(
        location: &StoreLocation,
        settings: &[(&str, &str)],
        liar: Liar,
        corp: Liar,
    ) -> Self {
        let service = Self::service(location, settings, &[&liar, &corp]).await;
        Self { liar, corp, service }
    }

    async fn service(location: &StoreLocation, settings: &[(&str, &str)], providers: &[&Liar]) -> Service {
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
        let service = Service::with(location, &all).await;
        for provider in providers {
            provider.keeps_time_of(&service.clock);
        }
        service
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::of(&self.service)
    }

    /// Somebody new at a browser, signed in through this provider.
    pub(crate) async fn signed_in(&self, provider: &Liar, claims: &Value) -> Browser {
        let browser = self.browser();
        leads_to(&sign_in(&browser, provider, claims).await, "/");
        browser
    }

    pub(crate) async fn is_available(&self, name: &str) {
        is_available(&self.service, name).await;
    }

    /// Another replica that has heard of the providers.
    pub(crate) async fn replica(&self) -> Service {
        let replica = self.service.another().await;
        is_available(&replica, "liar").await;
        is_available(&replica, "corp").await;
        replica
    }

    /// Everybody there is, oldest first.
    pub(crate) async fn people(&self) -> Vec<User> {
        people(&self.service).await
    }

    /// The providers were asked as they must be.
    #[track_caller]
    pub(crate) fn nobody_complains(&self) {
        assert_eq!(self.liar.complaints(), Vec::<String>::new());
        assert_eq!(self.corp.complaints(), Vec::<String>::new());
    }
}

pub(crate) async fn people(service: &Service) -> Vec<User> {
    let page = Page { tag: None, after: None, newest_first: false, limit: 1000 };
    service.app.store.page(page).await.expect("the store answers")
}

/// The events there are, newest first.
pub(crate) async fn events(service: &Service) -> Vec<Event> {
    let page = Page { tag: None, after: None, newest_first: true, limit: 1000 };
    service.app.store.page(page).await.expect("the store answers")
}

/// The one event of the sign-in that this answer ended.
pub(crate) async fn event_of(service: &Service, answer: &Answer) -> Event {
    let request = answer.header("x-request-id");
    let mut events = events(service).await;
    events.retain(|event| event.kind == EventKind::FederatedSignIn && event.request_id.as_deref() == request);
    assert_eq!(events.len(), 1, "one event for one answer: {events:?}");
    events.remove(0)
}

/// What an event holds.
pub(crate) fn trace(event: &Event) -> Value {
    serde_json::from_str(event.details.as_deref().expect("details")).expect("JSON")
}

/// The trace number in a redirect.
#[track_caller]
pub(crate) fn traced(answer: &Answer) -> String {
    location(answer).1.get("trace").cloned().unwrap_or_else(|| panic!("no trace: {:?}", answer.headers))
}

pub(crate) async fn is_available(service: &Service, name: &str) {
    eventually(Duration::from_mins(1), "the provider is available", || available(service, name)).await;
}

/// Whether the button of this provider works, once the service has met it.
pub(crate) async fn available(service: &Service, name: &str) -> bool {
    service.app.provider(name).expect("it is set").introduced().await;
    available_at(service.address, name).await
}

/// The same, of a service in another process.
pub(crate) async fn available_at(service: SocketAddr, name: &str) -> bool {
    let answer = Browser::at(service).get("/api/auth/providers").await.must_be(200).json();
    let providers = answer["providers"].as_array().expect("a list").clone();
    let provider = providers.into_iter().find(|provider| provider["name"] == name);
    provider.expect("it is listed")["available"] == json!(true)
}

/// A transaction that this browser began: what the provider was sent.
#[derive(Clone, Debug)]
pub(crate) struct Journey {
    pub(crate) authorize: Url,
    pub(crate) asked: HashMap<String, String>,
}

impl Journey {
    pub(crate) fn of(answer: &Answer) -> Self {
        Self::to(answer.clone().must_be(303).header("location").expect("a place"))
    }

    pub(crate) fn to(url: &str) -> Self {
        let authorize = Url::parse(url).expect("an absolute URL");
        let asked = authorize.query_pairs().into_owned().collect();
        Self { authorize, asked }
    }

    pub(crate) fn state(&self) -> &str {
        &self.asked["state"]
    }
}

/// Follows the button, up to the provider.
pub(crate) async fn set_out(browser: &Browser, provider: &Liar) -> Journey {
    set_out_for(browser, provider, "").await
}

/// With a query, like `?returnTo=/x`.
pub(crate) async fn set_out_for(browser: &Browser, provider: &Liar, query: &str) -> Journey {
    let answer = browser.get(&format!("/api/auth/login/{}{query}", provider.name)).await;
    assert_eq!(answer.session_cookie(), None, "who sets out has no session yet");
    let journey = Journey::of(&answer);
    assert!(journey.authorize.as_str().starts_with(provider.issuer()), "{}", journey.authorize);
    journey
}

/// Comes back from the provider with these parameters.
pub(crate) async fn come_back(browser: &Browser, name: &str, parameters: &[(&str, &str)]) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    browser.get(&format!("/api/auth/callback/{name}?{query}")).await
}

/// Comes back with a code for a person with these claims.
pub(crate) async fn come_back_as(
    browser: &Browser,
    provider: &Liar,
    journey: &Journey,
    claims: &Value,
) -> Answer {
    let code = provider.code_for(&journey.asked, claims);
    come_back(browser, provider.name, &[("code", &code), ("state", journey.state())]).await
}

/// The whole way.
pub(crate) async fn sign_in(browser: &Browser, provider: &Liar, claims: &Value) -> Answer {
    let journey = set_out(browser, provider).await;
    come_back_as(browser, provider, &journey, claims).await
}

/// Somebody with a verified address at corp.example.
pub(crate) fn claims_of(login: &str) -> Value {
    json!({
        "sub": format!("of {login}"),
        "email": format!("{login}@corp.example"),
        "email_verified": true,
        "name": format!("{login} at the provider"),
    })
}

/// These claims, and others over them; null takes one away.
#[expect(clippy::needless_pass_by_value, reason = "what is written where it is called is not needed there")]
pub(crate) fn with(mut claims: Value, others: Value) -> Value {
    for (name, value) in others.as_object().expect("claims") {
        if value.is_null() {
            claims.as_object_mut().expect("claims").remove(name);
        } else {
            claims[name.as_str()] = value.clone();
        }
    }
    claims
}

/// Where a redirect leads: the path, and its query.
#[track_caller]
pub(crate) fn location(answer: &Answer) -> (String, HashMap<String, String>) {
    let answer = answer.clone().must_be(303);
    let location = answer.header("location").expect("a place");
    assert!(location.starts_with('/') && !location.starts_with("//"), "not a path of ours: {location}");
    let url = Url::parse("http://here").expect("a URL").join(location).expect("a path");
    (url.path().to_owned(), url.query_pairs().into_owned().collect())
}

/// Came in, and is sent to this path.
#[track_caller]
pub(crate) fn leads_to(answer: &Answer, path: &str) {
    let location = answer.header("location").unwrap_or_default();
    assert_eq!((answer.status, location), (303, path), "{}", answer.text);
    assert!(answer.session_cookie().is_some(), "a session");
}

/// Is sent back to the sign-in page with this code, and nothing else came of it.
#[track_caller]
pub(crate) fn refused(answer: &Answer, code: &str) {
    let (path, query) = location(answer);
    assert_eq!((path.as_str(), query.get("error").map(String::as_str)), ("/login", Some(code)), "{query:?}");
    for name in SESSION_COOKIES {
        assert_eq!(answer.set_cookie(name), None, "nobody comes in by a refused answer");
    }
}

/// Must prove first that the local account is theirs.
#[track_caller]
pub(crate) fn wants_local_proof(answer: &Answer, provider: &Liar) {
    let (path, query) = location(answer);
    assert_eq!((path.as_str(), query.get("provider").map(String::as_str)), ("/link", Some(provider.name)));
    for name in SESSION_COOKIES {
        assert_eq!(answer.set_cookie(name), None, "a claim of an address is no way in");
    }
    assert!(answer.set_cookie("vestibule-link").is_some(), "the pending link is bound to this browser");
}

/// An administrator changes somebody.
pub(crate) async fn change(service: &Service, user: UserId, how: impl Fn(&mut User) + Send + Sync) {
    let write = |user: &mut User| {
        how(user);
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.store.update(&user.document_id(), write).await.expect("written").expect("somebody");
}

/// An address that we have verified.
pub(crate) fn has_address(user: &mut User, address: &str) {
    user.email = Some(address.parse().expect("an address"));
    user.email_verified = true;
}

/// What `me` says; the person must be signed in.
pub(crate) async fn me(browser: &Browser) -> Value {
    browser.me().await.must_be(200).json()
}

/// The session's state, as anybody may ask.
pub(crate) async fn state(browser: &Browser) -> String {
    let session = browser.get("/api/auth/session").await.must_be(200).json();
    session["state"].as_str().expect("a text").to_owned()
}
