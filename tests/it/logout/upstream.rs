//! Which sessions end after a logout at the provider.

use std::{
    collections::HashMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use url::Url;
use vestibule::{
    audit::{self, Event, EventKind, Outcome},
    session::{Session, tag_of_identity, tag_of_upstream_session, tag_of_user},
    store::{Page, Stored},
    user::{IdentityKey, Totp, UserId},
};

use crate::harness::{
    browser::{Answer, Browser},
    eventually,
    fake_provider::{
        FakeProvider,
        fault::{
            Answer::{Held, Silent, Status},
            Endpoint, Fault,
        },
    },
    federated::{
        AuthorizationRequest, FederatedFixture, assert_refused, assert_signed_in, callback, claims_of, me,
        redirect_target, session_state, set_verified_email, sign_in, trace_id, update_user, with_claims,
    },
    holds_within,
    provider::Provider,
    service::Service,
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user_with, create_user_with_app},
};

/// Time until another replica knows of the end, with tolerance for a loaded machine.
pub(crate) const BOUND: Duration = Duration::from_secs(1);
pub(crate) const SLACK: Duration = Duration::from_millis(500);
const MOMENT: Duration = Duration::from_millis(1);
/// Rounds of a race, in each of its two forms.
const ROUNDS: u32 = 52;

pub(crate) fn session(login: &str, sid: &str) -> Value {
    with_claims(claims_of(login), json!({ "sid": sid }))
}

fn key(provider: &FakeProvider, login: &str) -> IdentityKey {
    IdentityKey { issuer: provider.issuer().to_owned(), subject: format!("of {login}") }
}

pub(crate) async fn ended(browser: &Browser) {
    assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), "provider_logout");
}

/// `grace` with an authenticator app and no session.
async fn grace_with_an_app(fixture: &FederatedFixture) -> (UserId, Authenticator) {
    let service = &fixture.service;
    let browser = fixture.signed_in(&fixture.fake, &session("grace", "zero")).await;
    let user = me(&browser).await["id"].as_str().expect("an id").parse().expect("an id");
    browser.sign_out().await.expect_status(200);
    let app = Authenticator::new(b"grace---------------");
    let secret = service.app.keys.seal(&user, vestibule::login::second_factor::totp::ACTIVE, app.secret());
    let confirmed_at = service.clock.now();
    update_user(service, user, |user| {
        user.totp = vec![Totp::unused(secret.clone(), confirmed_at)];
    })
    .await;
    (user, app)
}

async fn sessions(service: &Service, tag: &str) -> Vec<Stored<Session>> {
    let page = Page { tag: Some(tag), after: None, newest_first: false, limit: 1000 };
    service.app.store.page(page).await.expect("the store answers")
}

async fn valid_sessions(service: &Service, tag: &str) -> usize {
    sessions(service, tag)
        .await
        .iter()
        .filter(|session| session.ended.is_none() && !session.is_replaced())
        .count()
}

#[on_every_store]
async fn sid_ends_one_session_and_sub_ends_all(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let linus =
        create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example"))
            .await;
    // linus has a password session, a session through corp, and two linked sessions of corp.
    let local = fixture.browser();
    local.sign_in("linus", PASSWORD).await.expect_status(200);
    let one = fixture.signed_in(&fixture.corp, &session("linus", "one")).await;
    let again = fixture.signed_in(&fixture.corp, &session("linus", "one")).await;
    let two = fixture.signed_in(&fixture.corp, &session("linus", "two")).await;
    let nameless = fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
    assert_eq!(me(&two).await["id"], linus.id.to_string());
    // The same `sub` and `sid` at another issuer are another user and session.
    let namesake = with_claims(session("linus", "one"), json!({ "email": null }));
    let namesake = fixture.signed_in(&fixture.fake, &namesake).await;
    assert_ne!(me(&namesake).await["id"], linus.id.to_string());
    let grace = fixture.signed_in(&fixture.corp, &session("grace", "three")).await;

    fixture.corp.send_logout(&fixture.service, &json!({ "sid": "one" })).await.expect_status(200);
    ended(&one).await;
    ended(&again).await;
    for browser in [&local, &two, &nameless, &namesake, &grace] {
        browser.me().await.expect_status(200);
    }
    fixture.corp.send_logout(&fixture.service, &json!({ "sub": "of linus" })).await.expect_status(200);
    ended(&two).await;
    ended(&nameless).await;
    for browser in [&local, &namesake, &grace] {
        browser.me().await.expect_status(200);
    }
    // A `sid` that does not belong to the `sub` ends nothing.
    fixture
        .corp
        .send_logout(&fixture.service, &json!({ "sub": "of linus", "sid": "three" }))
        .await
        .expect_status(200);
    fixture.fake.send_logout(&fixture.service, &json!({ "sid": "three" })).await.expect_status(200);
    fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await.expect_status(200);
    grace.me().await.expect_status(200);
    // The old cookie stays invalid after the next login.
    fixture.signed_in(&fixture.corp, &session("linus", "one")).await;
    ended(&one).await;
}

#[on_every_store]
async fn upstream_logout_ends_pending_sessions(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (user, app) = grace_with_an_app(&fixture).await;
    for names in [json!({ "sid": "one" }), json!({ "sub": "of grace" })] {
        let browser = fixture.browser();
        let (path, _) = redirect_target(&sign_in(&browser, &fixture.fake, &session("grace", "one")).await);
        assert_eq!(
            (path.as_str(), session_state(&browser).await.as_str()),
            ("/second-factor", "awaitingSecondFactor")
        );
        fixture.fake.send_logout(&fixture.service, &names).await.expect_status(200);
        let answer =
            browser.verify(&app.code(fixture.service.clock.now())).await.expect_problem(401, "session_ended");
        assert_eq!(answer.reason(), "provider_logout");
        assert_eq!(valid_sessions(&fixture.service, &tag_of_user(user)).await, 0);
    }
    let must_enrol = FederatedFixture::with_settings(&location, &[("VESTIBULE_MFA", "required")]).await;
    let browser = must_enrol.browser();
    let (path, _) = redirect_target(&sign_in(&browser, &must_enrol.fake, &session("linus", "two")).await);
    assert_eq!((path.as_str(), session_state(&browser).await.as_str()), ("/mfa-setup", "awaitingEnrolment"));
    must_enrol.fake.send_logout(&must_enrol.service, &json!({ "sid": "two" })).await.expect_status(200);
    assert_eq!(
        browser.start_enrolment().await.expect_problem(401, "session_ended").reason(),
        "provider_logout"
    );
}

// A session that stepped up or re-authenticated keeps its provider session.
#[on_every_store]
async fn upstream_logout_ends_stepped_up_sessions(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (_, app) = grace_with_an_app(&fixture).await;
    for names in [json!({ "sid": "one" }), json!({ "sub": "of grace" })] {
        let browser = fixture.browser();
        sign_in(&browser, &fixture.fake, &session("grace", "one")).await;
        fixture.service.advance_time(Duration::from_secs(30));
        browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
        fixture.service.advance_time(Duration::from_secs(30));
        let code = json!({ "code": app.code(fixture.service.clock.now()) });
        browser.post("/api/auth/reauthenticate", &code).await.expect_status(200);
        fixture.fake.send_logout(&fixture.service, &names).await.expect_status(200);
        ended(&browser).await;
    }
}

// A provider may re-authenticate in a new session, which its logout then names.
#[on_every_store]
async fn upstream_logout_ends_reauthenticated_sessions(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &session("grace", "one")).await;
    let answer = reauthenticate(&browser, &fixture, &session("grace", "two")).await;
    assert_signed_in(&answer, "/");
    // The previous provider session does not end it any more.
    fixture.fake.send_logout(&fixture.service, &json!({ "sid": "one" })).await.expect_status(200);
    browser.me().await.expect_status(200);
    fixture.fake.send_logout(&fixture.service, &json!({ "sid": "two" })).await.expect_status(200);
    ended(&browser).await;
    // With a `sid`, `sub` also selects sessions without a provider session id.
    let nameless = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    fixture
        .fake
        .send_logout(&fixture.service, &json!({ "sub": "of grace", "sid": "three" }))
        .await
        .expect_status(200);
    ended(&nameless).await;
}

#[on_every_store]
async fn upstream_logout_writes_audit_events(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let user = me(&fixture.signed_in(&fixture.fake, &session("grace", "one")).await).await["id"].clone();
    let user: UserId = user.as_str().unwrap().parse().unwrap();
    fixture.signed_in(&fixture.fake, &session("grace", "two")).await;
    fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await.expect_status(200);
    let of_provider = |events: Vec<audit::Event>| -> Vec<audit::Event> {
        events.into_iter().filter(|event| event.kind == EventKind::ProviderLogout).collect()
    };
    let events = of_provider(audit::about(&fixture.service.app.store, user, 50).await.unwrap());
    let [event] = events.as_slice() else { panic!("one event: {events:?}") };
    assert_eq!((event.actor.as_deref(), event.outcome), (Some("fake"), Outcome::Success));
    assert_eq!(event.details_text().as_deref(), Some("2 sessions"));
    assert!(event.ip.is_some() && event.request_id.is_some());
    // A `sid` alone selects the session as well.
    fixture.signed_in(&fixture.fake, &session("grace", "three")).await;
    fixture.fake.send_logout(&fixture.service, &json!({ "sid": "three" })).await.expect_status(200);
    assert_eq!(of_provider(audit::about(&fixture.service.app.store, user, 50).await.unwrap()).len(), 2);
    // Refused tokens write no events.
    let before = audit::page(&fixture.service.app.store, None, None, 1000).await.unwrap().len();
    fixture.fake.set_fault(Fault::LogoutToken(|claims| claims["aud"] = json!("another")));
    fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await.expect_status(400);
    assert_eq!(audit::page(&fixture.service.app.store, None, None, 1000).await.unwrap().len(), before);
}

// The logout arrives before the callback: no session opens.
#[on_every_store]
async fn upstream_logout_before_the_callback_refuses_the_login(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for names in [json!({ "sid": "one" }), json!({ "sub": "of grace" })] {
        let browser = fixture.browser();
        let answer =
            login_during_logout(&fixture, &browser, &session("grace", "one"), &names, Duration::from_secs(1))
                .await;
        assert_eq!(answer.session_cookie(), None, "{names}");
        assert!(answer.header("location").unwrap().starts_with("/login?error=login_expired"), "{names}");
        assert_eq!(
            valid_sessions(&fixture.service, &tag_of_identity(&key(&fixture.fake, "grace"))).await,
            0,
            "{names}"
        );
        fixture.fake.set_fault(Fault::None);
        fixture.service.advance_time(Duration::from_secs(1));
        fixture.signed_in(&fixture.fake, &session("grace", "two")).await.me().await.expect_status(200);
        fixture.fake.send_logout(&fixture.service, &json!({ "sid": "two" })).await.expect_status(200);
        fixture.service.advance_time(Duration::from_secs(1));
    }
}

// The same within one second, for a session without `sid`, and for one whose `sid` changed by re-authentication.
#[on_every_store]
async fn upstream_logout_in_the_same_second_wins(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let nameless = claims_of("grace");
    let named = session("grace", "one");
    for (claims, names) in [
        (&named, json!({ "sid": "one" })),
        (&named, json!({ "sub": "of grace" })),
        (&nameless, json!({ "sub": "of grace", "sid": "two" })),
    ] {
        let browser = fixture.browser();
        let answer = login_during_logout(&fixture, &browser, claims, &names, MOMENT).await;
        assert_refused(&answer, "login_expired");
        let event = event_of_trace(&fixture, &trace_id(&answer)).await;
        assert_eq!(event.reason.as_deref(), Some("login_expired"));
        assert_eq!(
            valid_sessions(&fixture.service, &tag_of_identity(&key(&fixture.fake, "grace"))).await,
            0,
            "{names}"
        );
        fixture.service.advance_time(Duration::from_secs(1));
    }
    let browser = fixture.signed_in(&fixture.fake, &named).await;
    let begun = browser.post("/api/auth/reauthenticate/fake", &json!({})).await.expect_status(200).json();
    let code = callback_path(&begun, &fixture, &session("grace", "two"));
    fixture.fake.set_fault(Fault::Answer(Endpoint::Userinfo, Held));
    let asked = fixture.fake.received_requests(Endpoint::Userinfo).len();
    let provider_logout = async {
        exchanged(&fixture, asked).await;
        fixture.service.advance_time(MOMENT);
        fixture.fake.send_logout(&fixture.service, &json!({ "sid": "two" })).await.expect_status(200);
        fixture.fake.release_answer();
    };
    let (answer, ()) = tokio::join!(browser.get(&code), provider_logout);
    assert_refused(&answer, "login_expired");
    let left = valid_sessions(&fixture.service, &tag_of_upstream_session(fixture.fake.issuer(), "two")).await;
    assert_eq!(left, 0, "the session that the provider ended is not valid here");
}

// More sessions than one page contains.
#[on_every_store]
async fn upstream_logout_ends_hundreds_of_sessions(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let first = fixture.signed_in(&fixture.fake, &session("grace", "one")).await;
    let record = fixture.service.session(&first.session().unwrap()).await.unwrap();
    let tag = tag_of_identity(&key(&fixture.fake, "grace"));
    for number in 0_u32..450 {
        // Write the documents directly, which is faster than as many logins.
        let mut json = serde_json::to_value(&record.document).unwrap();
        json["_id"] = json!(format!("{number:064x}"));
        let copy: Session = serde_json::from_value(json).unwrap();
        fixture.service.app.store.insert(copy).await.unwrap();
    }
    assert_eq!(valid_sessions(&fixture.service, &tag).await, 451);
    fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await.expect_status(200);
    assert_eq!(valid_sessions(&fixture.service, &tag).await, 0);
    ended(&first).await;
}

// A session that rotates while it is being ended stays ended, in any order and at any replica.
#[on_every_store]
async fn upstream_logout_during_the_second_factor_wins(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let other = fixture.start_replica().await;
    let (_, app) = grace_with_an_app(&fixture).await;
    let mut rotation_time = Duration::from_millis(8);
    for round in 0..ROUNDS {
        fixture.service.advance_time(Duration::from_secs(30));
        let browser = fixture.browser();
        sign_in(&browser, &fixture.fake, &session("grace", "one")).await;
        let rotating = browser.at_replica(if round % 2 == 0 { &fixture.service } else { &other });
        let verified = async {
            let begun = Instant::now();
            let answer = rotating.verify(&app.code(fixture.service.clock.now())).await;
            (answer, begun.elapsed())
        };
        rotation_time = race(&fixture, &other, round, rotation_time, verified, &rotating).await;
    }
}

#[on_every_store]
async fn upstream_logout_during_reauthentication_wins(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let other = fixture.start_replica().await;
    let mut rotation_time = Duration::from_millis(15);
    for round in 0..ROUNDS {
        fixture.service.advance_time(Duration::from_secs(1));
        let grace = session("grace", "one");
        let browser = fixture.signed_in(&fixture.fake, &grace).await;
        let reauthenticating = browser.at_replica(if round % 2 == 0 { &fixture.service } else { &other });
        let begun = reauthenticating
            .post("/api/auth/reauthenticate/fake", &json!({}))
            .await
            .expect_status(200)
            .json();
        let code = callback_path(&begun, &fixture, &grace);
        let reauthenticated = async {
            let begun = Instant::now();
            let answer = reauthenticating.get(&code).await;
            (answer, begun.elapsed())
        };
        rotation_time =
            race(&fixture, &other, round, rotation_time, reauthenticated, &reauthenticating).await;
    }
}

// An unavailable provider can still send logout tokens.
#[on_every_store]
async fn failing_provider_can_still_log_out(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for (sid, fault) in [
        ("one", Fault::Answer(Endpoint::Keys, Status(500))),
        ("two", Fault::Answer(Endpoint::Discovery, Silent)),
    ] {
        let browser = fixture.signed_in(&fixture.fake, &session("grace", sid)).await;
        fixture.fake.set_fault(fault);
        fixture.fake.send_logout(&fixture.service, &json!({ "sid": sid })).await.expect_status(200);
        fixture.fake.set_fault(Fault::None);
        ended(&browser).await;
    }
    let browser = fixture.signed_in(&fixture.fake, &session("grace", "three")).await;
    fixture.fake.shut_down().await;
    fixture.fake.send_logout(&fixture.service, &json!({ "sid": "three" })).await.expect_status(200);
    ended(&browser).await;
}

#[on_every_store]
async fn upstream_logout_does_not_end_local_sessions(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (user, _) = create_user_with_app(&fixture.service, "ada").await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let subjects = ["ada".to_owned(), user.id.to_string(), tag_of_user(user.id), browser.session().unwrap()];
    for subject in &subjects {
        fixture.fake.send_logout(&fixture.service, &json!({ "sub": subject })).await.expect_status(200);
        fixture.fake.send_logout(&fixture.service, &json!({ "sid": subject })).await.expect_status(200);
    }
    assert_eq!(valid_sessions(&fixture.service, &tag_of_user(user.id)).await, 1);
    assert_eq!(session_state(&browser).await, "awaitingSecondFactor");
}

// End to end with the certified provider: a logout there ends the session here.
#[on_every_store]
async fn logout_at_a_real_provider_ends_the_session(location: StoreLocation) {
    let provider = Provider::of_the_run();
    let front = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
    let origin = format!("http://{}", front.local_addr().expect("an address"));
    let public = [("VESTIBULE_PUBLIC_URL", origin.as_str())];
    let service =
        crate::login::federated::providers::real_service(&location, &provider, "basic", &public).await;
    let relay = tokio::spawn(relay(front, service.address));
    let (browser, provider_browser) = (Browser::of(&service), provider.browser());
    let authorization = AuthorizationRequest::of(&browser.get("/api/auth/login/demo").await);
    let back = provider.sign_in_at(&provider_browser, &authorization.authorize, "login=grace").await;
    let back: Vec<(&str, &str)> = back.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_signed_in(&callback(&browser, "demo", &back).await, "/");
    let stays = Browser::of(&service);
    assert_signed_in(
        &crate::login::federated::providers::sign_in_at_real_provider(&stays, &provider, "login=grace").await,
        "/dashboard",
    );
    assert_eq!(session_state(&browser).await, "signedIn");
    provider.sign_out_at(&provider_browser, &provider.end_session()).await;
    ended(&browser).await;
    stays.me().await.expect_status(200);
    relay.abort();
}

/// Forwards a fixed address to the port of the service, because the provider knows a fixed URL.
async fn relay(front: TcpListener, service: SocketAddr) {
    while let Ok((mut outer, _)) = front.accept().await {
        let mut inner = TcpStream::connect(service).await.expect("the service listens");
        tokio::spawn(async move { drop(tokio::io::copy_bidirectional(&mut outer, &mut inner).await) });
    }
}

/// Returns the callback path of a re-authentication with these claims.
fn callback_path(begun: &Value, fixture: &FederatedFixture, claims: &Value) -> String {
    let redirect = Url::parse(begun["redirect"].as_str().expect("a redirect URL")).expect("a URL");
    let asked: HashMap<String, String> = redirect.query_pairs().into_owned().collect();
    let now = json!({ "auth_time": fixture.service.clock.now().as_secs() });
    let code = fixture.fake.code_for(&asked, &with_claims(claims.clone(), now));
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("code", &code).append_pair("state", &asked["state"]);
    format!("/api/auth/callback/fake?{}", query.finish())
}

/// Waits until one more login has exchanged its code and requested userinfo.
async fn exchanged(fixture: &FederatedFixture, before: usize) {
    eventually(Duration::from_secs(20), "the code is exchanged", async || {
        fixture.fake.received_requests(Endpoint::Userinfo).len() > before
    })
    .await;
}

/// Runs a login and sends a logout of these claims before its callback, this long after the token was issued.
async fn login_during_logout(
    fixture: &FederatedFixture,
    browser: &Browser,
    claims: &Value,
    names: &Value,
    after: Duration,
) -> Answer {
    fixture.fake.set_fault(Fault::Answer(Endpoint::Userinfo, Held));
    let asked = fixture.fake.received_requests(Endpoint::Userinfo).len();
    let provider_logout = async {
        exchanged(fixture, asked).await;
        fixture.service.advance_time(after);
        fixture.fake.send_logout(&fixture.service, names).await.expect_status(200);
        fixture.fake.release_answer();
    };
    let (answer, ()) = tokio::join!(sign_in(browser, &fixture.fake, claims), provider_logout);
    fixture.fake.set_fault(Fault::None);
    answer
}

async fn event_of_trace(fixture: &FederatedFixture, trace: &str) -> Event {
    let id = trace.parse().expect("an id");
    audit::find(&fixture.service.app.store, id).await.expect("the store answers").expect("the event")
}

async fn reauthenticate(browser: &Browser, fixture: &FederatedFixture, claims: &Value) -> Answer {
    let begun = browser.post("/api/auth/reauthenticate/fake", &json!({})).await.expect_status(200).json();
    browser.get(&callback_path(&begun, fixture, claims)).await
}

/// Runs a rotation and a logout at the same time. The logout starts a little later each round, from before to after
/// the rotation. Measures the duration of a successful rotation.
#[expect(clippy::too_many_arguments, reason = "both sides of the race and their measurements")]
async fn race(
    fixture: &FederatedFixture,
    other: &Service,
    round: u32,
    rotation_time: Duration,
    rotated: impl Future<Output = (Answer, Duration)>,
    browser: &Browser,
) -> Duration {
    let names = if round.is_multiple_of(3) { json!({ "sub": "of grace" }) } else { json!({ "sid": "one" }) };
    let service = if round % 4 < 2 { &fixture.service } else { other };
    let logout = async {
        tokio::time::sleep(rotation_time.mul_f64(f64::from(round % 20) / 16.0)).await;
        fixture.fake.send_logout(service, &names).await.expect_status(200);
    };
    let ((answer, elapsed), ()) = tokio::join!(rotated, logout);
    let over = Instant::now();
    let left = valid_sessions(&fixture.service, &tag_of_identity(&key(&fixture.fake, "grace"))).await;
    assert_eq!(left, 0, "round {round}: a session is left; the rotation came to {answer:?}");
    holds_within(BOUND + SLACK, over, "every session ended", || async { browser.me().await.status == 401 })
        .await;
    if answer.status < 400 && elapsed < rotation_time * 4 { elapsed } else { rotation_time }
}
