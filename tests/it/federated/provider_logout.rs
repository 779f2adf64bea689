//! What ends when a provider says that somebody is signed out: whose sessions, everywhere, at once, and for good.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use vestibule::{
    audit::{self, EventKind, Outcome},
    session::{Session, tag_of_identity, tag_of_upstream_session, tag_of_user},
    user::{IdentityKey, Totp},
};

use super::*;
use crate::harness::{
    liar::sin::{
        Answer::{Held, Silent, Status},
        Endpoint, Sin,
    },
    people::{PASSWORD, person_with, person_with_app},
    provider::Provider,
    totp::Authenticator,
};

/// What may pass until another replica knows, with the patience a loaded machine needs.
const BOUND: Duration = Duration::from_secs(1);
const SLACK: Duration = Duration::from_millis(500);
const MOMENT: Duration = Duration::from_millis(1);
/// How often a race is run, in each of its two forms.
const ROUNDS: u32 = 52;

fn session(login: &str, sid: &str) -> Value {
    with(claims_of(login), json!({ "sid": sid }))
}

fn key(provider: &Liar, login: &str) -> IdentityKey {
    IdentityKey { issuer: provider.issuer().to_owned(), subject: format!("of {login}") }
}

async fn ended(browser: &Browser) {
    assert_eq!(browser.me().await.must_fail(401, "session_ended").reason(), "provider_logout");
}

/// grace, who has an authenticator app here and is signed in nowhere.
async fn grace_with_an_app(house: &House) -> (UserId, Authenticator) {
    let service = &house.service;
    let browser = house.signed_in(&house.liar, &session("grace", "zero")).await;
    let user = me(&browser).await["id"].as_str().expect("an id").parse().expect("an id");
    browser.sign_out().await.must_be(200);
    let app = Authenticator::new(b"grace---------------");
    let secret = service.app.keys.seal(&user, vestibule::login::second_factor::totp::ACTIVE, app.secret());
    let confirmed_at = service.clock.now();
    change(service, user, |user| {
        user.totp = Some(Totp { secret: secret.clone(), confirmed_at, last_step: 0 });
    })
    .await;
    (user, app)
}

async fn sessions(service: &Service, tag: &str) -> Vec<Session> {
    let page = Page { tag: Some(tag), after: None, newest_first: false, limit: 1000 };
    service.app.store.page(page).await.expect("the store answers")
}

async fn alive(service: &Service, tag: &str) -> usize {
    sessions(service, tag)
        .await
        .iter()
        .filter(|session| session.ended.is_none() && !session.is_replaced())
        .count()
}

#[on_every_store]
async fn sid_ends_one_session_and_sub_all_of_that_identity(location: StoreLocation) {
    let house = House::open(&location).await;
    let linus = person_with(&house.service, "linus", |user| has_address(user, "linus@corp.example")).await;
    // linus comes by his password, through corp (trusted for his address) and, linked there, in two sessions of corp.
    let local = house.browser();
    local.sign_in("linus", PASSWORD).await.must_be(200);
    let one = house.signed_in(&house.corp, &session("linus", "one")).await;
    let again = house.signed_in(&house.corp, &session("linus", "one")).await;
    let two = house.signed_in(&house.corp, &session("linus", "two")).await;
    let nameless = house.signed_in(&house.corp, &claims_of("linus")).await;
    assert_eq!(me(&two).await["id"], linus.id.to_string());
    // The same subject and the same sid at another issuer are somebody and something else.
    let namesake = with(session("linus", "one"), json!({ "email": null }));
    let namesake = house.signed_in(&house.liar, &namesake).await;
    assert_ne!(me(&namesake).await["id"], linus.id.to_string());
    let grace = house.signed_in(&house.corp, &session("grace", "three")).await;

    house.corp.logs_out(&house.service, &json!({ "sid": "one" })).await.must_be(200);
    ended(&one).await;
    ended(&again).await;
    for browser in [&local, &two, &nameless, &namesake, &grace] {
        browser.me().await.must_be(200);
    }
    house.corp.logs_out(&house.service, &json!({ "sub": "of linus" })).await.must_be(200);
    ended(&two).await;
    ended(&nameless).await;
    for browser in [&local, &namesake, &grace] {
        browser.me().await.must_be(200);
    }
    // A sid that belongs to somebody else than it says ends neither.
    house.corp.logs_out(&house.service, &json!({ "sub": "of linus", "sid": "three" })).await.must_be(200);
    house.liar.logs_out(&house.service, &json!({ "sid": "three" })).await.must_be(200);
    house.liar.logs_out(&house.service, &json!({ "sub": "of grace" })).await.must_be(200);
    grace.me().await.must_be(200);
    // Over is over: the old cookie does not come back with the next sign-in.
    house.signed_in(&house.corp, &session("linus", "one")).await;
    ended(&one).await;
}

#[on_every_store]
async fn who_awaits_a_second_factor_is_out_as_well(location: StoreLocation) {
    let house = House::open(&location).await;
    let (user, app) = grace_with_an_app(&house).await;
    for names in [json!({ "sid": "one" }), json!({ "sub": "of grace" })] {
        let browser = house.browser();
        let (path, _) = super::location(&sign_in(&browser, &house.liar, &session("grace", "one")).await);
        assert_eq!(
            (path.as_str(), state(&browser).await.as_str()),
            ("/second-factor", "awaitingSecondFactor")
        );
        house.liar.logs_out(&house.service, &names).await.must_be(200);
        let answer =
            browser.verify(&app.code(house.service.clock.now())).await.must_fail(401, "session_ended");
        assert_eq!(answer.reason(), "provider_logout");
        assert_eq!(alive(&house.service, &tag_of_user(user)).await, 0);
    }
    let must_enrol = House::with(&location, &[("VESTIBULE_MFA", "required")]).await;
    let browser = must_enrol.browser();
    let (path, _) = super::location(&sign_in(&browser, &must_enrol.liar, &session("linus", "two")).await);
    assert_eq!((path.as_str(), state(&browser).await.as_str()), ("/mfa-setup", "awaitingEnrolment"));
    must_enrol.liar.logs_out(&must_enrol.service, &json!({ "sid": "two" })).await.must_be(200);
    assert_eq!(browser.set_up().await.must_fail(401, "session_ended").reason(), "provider_logout");
}

// A session that proved more, or the same again, is still the one that the provider knows.
#[on_every_store]
async fn a_session_that_stepped_up_ends_with_the_one_at_the_provider(location: StoreLocation) {
    let house = House::open(&location).await;
    let (_, app) = grace_with_an_app(&house).await;
    for names in [json!({ "sid": "one" }), json!({ "sub": "of grace" })] {
        let browser = house.browser();
        sign_in(&browser, &house.liar, &session("grace", "one")).await;
        house.service.wait(Duration::from_secs(30));
        browser.verify(&app.code(house.service.clock.now())).await.must_be(200);
        house.service.wait(Duration::from_secs(30));
        let code = json!({ "code": app.code(house.service.clock.now()) });
        browser.post("/api/auth/reauthenticate", &code).await.must_be(200);
        house.liar.logs_out(&house.service, &names).await.must_be(200);
        ended(&browser).await;
    }
}

// A provider that asks anew may do so in a new session of its own: that is the one it will speak of.
#[on_every_store]
async fn a_proof_renewed_in_another_session_of_the_provider_ends_with_that_one(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.signed_in(&house.liar, &session("grace", "one")).await;
    let answer = renew(&browser, &house, &session("grace", "two")).await;
    leads_to(&answer, "/");
    // The one that it belonged to before is not it any more.
    house.liar.logs_out(&house.service, &json!({ "sid": "one" })).await.must_be(200);
    browser.me().await.must_be(200);
    house.liar.logs_out(&house.service, &json!({ "sid": "two" })).await.must_be(200);
    ended(&browser).await;
    // Beside a sid, sub also means sessions that the provider gave no name.
    let nameless = house.signed_in(&house.liar, &claims_of("grace")).await;
    house.liar.logs_out(&house.service, &json!({ "sub": "of grace", "sid": "three" })).await.must_be(200);
    ended(&nameless).await;
}

#[on_every_store]
async fn the_trail_says_who_ended_what_for_whom(location: StoreLocation) {
    let house = House::open(&location).await;
    let user = me(&house.signed_in(&house.liar, &session("grace", "one")).await).await["id"].clone();
    let user: UserId = user.as_str().unwrap().parse().unwrap();
    house.signed_in(&house.liar, &session("grace", "two")).await;
    house.liar.logs_out(&house.service, &json!({ "sub": "of grace" })).await.must_be(200);
    let of_provider = |events: Vec<audit::Event>| -> Vec<audit::Event> {
        events.into_iter().filter(|event| event.kind == EventKind::ProviderLogout).collect()
    };
    let events = of_provider(audit::about(&house.service.app.store, user, 50).await.unwrap());
    let [event] = events.as_slice() else { panic!("one event: {events:?}") };
    assert_eq!((event.actor.as_deref(), event.outcome), (Some("liar"), Outcome::Success));
    assert_eq!(event.details.as_deref(), Some("2 sessions"));
    assert!(event.ip.is_some() && event.request_id.is_some());
    // By sid alone, it is about the same person.
    house.signed_in(&house.liar, &session("grace", "three")).await;
    house.liar.logs_out(&house.service, &json!({ "sid": "three" })).await.must_be(200);
    assert_eq!(of_provider(audit::about(&house.service.app.store, user, 50).await.unwrap()).len(), 2);
    // What is refused fills no trail.
    let before = audit::page(&house.service.app.store, None, None, 1000).await.unwrap().len();
    house.liar.sins(Sin::LogoutToken(|claims| claims["aud"] = json!("another")));
    house.liar.logs_out(&house.service, &json!({ "sub": "of grace" })).await.must_be(400);
    assert_eq!(audit::page(&house.service.app.store, None, None, 1000).await.unwrap().len(), before);
}

// R20: no 200 later than a second after the provider was told that it is done.
#[on_every_store]
async fn every_replica_knows_within_a_second(location: StoreLocation) {
    let house = House::open(&location).await;
    let other = house.replica().await;
    for round in 0..10 {
        let sid = format!("sid {round}");
        let browser = house.signed_in(&house.liar, &session("grace", &sid)).await;
        let elsewhere = browser.moved_to(&other);
        elsewhere.me().await.must_be(200);
        browser.me().await.must_be(200);
        let names = if round % 2 == 0 { json!({ "sid": sid }) } else { json!({ "sub": "of grace" }) };
        house.liar.logs_out(&house.service, &names).await.must_be(200);
        let told = Instant::now();
        ended(&browser).await;
        let out = async || elsewhere.me().await.status == 401;
        holds_within(BOUND + SLACK, told, "a session that is over is not served elsewhere", out).await;
        ended(&elsewhere).await;
    }
}

// The provider's word is faster than the browser: the session it ended is not opened after it.
#[on_every_store]
async fn a_logout_that_overtakes_the_sign_in_ends_it_before_it_begins(location: StoreLocation) {
    let house = House::open(&location).await;
    for names in [json!({ "sid": "one" }), json!({ "sub": "of grace" })] {
        let browser = house.browser();
        let answer =
            overtaken(&house, &browser, &session("grace", "one"), &names, Duration::from_secs(1)).await;
        assert_eq!(answer.session_cookie(), None, "{names}");
        assert!(answer.header("location").unwrap().starts_with("/login?error=login_expired"), "{names}");
        assert_eq!(alive(&house.service, &tag_of_identity(&key(&house.liar, "grace"))).await, 0, "{names}");
        house.liar.sins(Sin::None);
        house.service.wait(Duration::from_secs(1));
        house.signed_in(&house.liar, &session("grace", "two")).await.me().await.must_be(200);
        house.liar.logs_out(&house.service, &json!({ "sid": "two" })).await.must_be(200);
        house.service.wait(Duration::from_secs(1));
    }
}

// The same within one second, for a session without a name, and for one that a new proof at the provider has given another name.
#[on_every_store]
async fn a_logout_of_the_same_second_ends_what_was_on_its_way(location: StoreLocation) {
    let house = House::open(&location).await;
    let nameless = claims_of("grace");
    let named = session("grace", "one");
    for (claims, names) in [
        (&named, json!({ "sid": "one" })),
        (&named, json!({ "sub": "of grace" })),
        (&nameless, json!({ "sub": "of grace", "sid": "two" })),
    ] {
        let browser = house.browser();
        let answer = overtaken(&house, &browser, claims, &names, MOMENT).await;
        refused(&answer, "login_expired");
        let event = event_of_trace(&house, &traced(&answer)).await;
        assert_eq!(event.reason.as_deref(), Some("login_expired"));
        assert_eq!(alive(&house.service, &tag_of_identity(&key(&house.liar, "grace"))).await, 0, "{names}");
        house.service.wait(Duration::from_secs(1));
    }
    let browser = house.signed_in(&house.liar, &named).await;
    let begun = browser.post("/api/auth/reauthenticate/liar", &json!({})).await.must_be(200).json();
    let code = back_from(&begun, &house, &session("grace", "two"));
    house.liar.sins(Sin::Answer(Endpoint::Userinfo, Held));
    let asked = house.liar.asked(Endpoint::Userinfo).len();
    let leaves = async {
        exchanged(&house, asked).await;
        house.service.wait(MOMENT);
        house.liar.logs_out(&house.service, &json!({ "sid": "two" })).await.must_be(200);
        house.liar.lets_go();
    };
    let (answer, ()) = tokio::join!(browser.get(&code), leaves);
    refused(&answer, "login_expired");
    let left = alive(&house.service, &tag_of_upstream_session(house.liar.issuer(), "two")).await;
    assert_eq!(left, 0, "the session that was ended there is none here");
}

// More sessions than are read at once.
#[on_every_store]
async fn who_is_signed_in_in_hundreds_of_sessions_is_out_of_all(location: StoreLocation) {
    let house = House::open(&location).await;
    let first = house.signed_in(&house.liar, &session("grace", "one")).await;
    let record = house.service.session(&first.session().unwrap()).await.unwrap();
    let tag = tag_of_identity(&key(&house.liar, "grace"));
    for number in 0_u32..450 {
        // What the store would have after as many sign-ins.
        let mut json = serde_json::to_value(&record).unwrap();
        json["_id"] = json!(format!("{number:064x}"));
        let mut copy: Session = serde_json::from_value(json).unwrap();
        house.service.app.store.insert(&mut copy).await.unwrap();
    }
    assert_eq!(alive(&house.service, &tag).await, 451);
    house.liar.logs_out(&house.service, &json!({ "sub": "of grace" })).await.must_be(200);
    assert_eq!(alive(&house.service, &tag).await, 0);
    ended(&first).await;
}

// A session that changes its id while it is being ended does not get away, whichever of the two comes first, and whichever
// replica does what.
#[on_every_store]
async fn a_logout_that_meets_a_second_factor_leaves_nobody_in(location: StoreLocation) {
    let house = House::open(&location).await;
    let other = house.replica().await;
    let (_, app) = grace_with_an_app(&house).await;
    let mut took = Duration::from_millis(8);
    for round in 0..ROUNDS {
        house.service.wait(Duration::from_secs(30));
        let browser = house.browser();
        sign_in(&browser, &house.liar, &session("grace", "one")).await;
        let there = browser.moved_to(if round % 2 == 0 { &house.service } else { &other });
        let verified = async {
            let begun = Instant::now();
            let answer = there.verify(&app.code(house.service.clock.now())).await;
            (answer, begun.elapsed())
        };
        took = race(&house, &other, round, took, verified, &there).await;
    }
}

#[on_every_store]
async fn a_logout_that_meets_a_new_proof_leaves_nobody_in(location: StoreLocation) {
    let house = House::open(&location).await;
    let other = house.replica().await;
    let mut took = Duration::from_millis(15);
    for round in 0..ROUNDS {
        house.service.wait(Duration::from_secs(1));
        let grace = session("grace", "one");
        let browser = house.signed_in(&house.liar, &grace).await;
        let there = browser.moved_to(if round % 2 == 0 { &house.service } else { &other });
        let begun = there.post("/api/auth/reauthenticate/liar", &json!({})).await.must_be(200).json();
        let code = back_from(&begun, &house, &grace);
        let renewed = async {
            let begun = Instant::now();
            let answer = there.get(&code).await;
            (answer, begun.elapsed())
        };
        took = race(&house, &other, round, took, renewed, &there).await;
    }
}

// What a provider cannot be asked now has no part in what it has said.
#[on_every_store]
async fn a_provider_that_fails_otherwise_still_logs_people_out(location: StoreLocation) {
    let house = House::open(&location).await;
    for (sid, sin) in
        [("one", Sin::Answer(Endpoint::Keys, Status(500))), ("two", Sin::Answer(Endpoint::Discovery, Silent))]
    {
        let browser = house.signed_in(&house.liar, &session("grace", sid)).await;
        house.liar.sins(sin);
        house.liar.logs_out(&house.service, &json!({ "sid": sid })).await.must_be(200);
        house.liar.sins(Sin::None);
        ended(&browser).await;
    }
    let browser = house.signed_in(&house.liar, &session("grace", "three")).await;
    house.liar.goes_down().await;
    house.liar.logs_out(&house.service, &json!({ "sid": "three" })).await.must_be(200);
    ended(&browser).await;
}

#[on_every_store]
async fn local_people_and_administrators_words_are_not_a_providers(location: StoreLocation) {
    let house = House::open(&location).await;
    let (user, _) = person_with_app(&house.service, "ada").await;
    let browser = house.browser();
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    let subjects = ["ada".to_owned(), user.id.to_string(), tag_of_user(user.id), browser.session().unwrap()];
    for subject in &subjects {
        house.liar.logs_out(&house.service, &json!({ "sub": subject })).await.must_be(200);
        house.liar.logs_out(&house.service, &json!({ "sid": subject })).await.must_be(200);
    }
    assert_eq!(alive(&house.service, &tag_of_user(user.id)).await, 1);
    assert_eq!(state(&browser).await, "awaitingSecondFactor");
}

// The certified provider, end to end: somebody signs out there, and is out here.
#[on_every_store]
async fn who_signs_out_at_a_real_provider_is_out_here(location: StoreLocation) {
    let provider = Provider::of_the_run();
    let front = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
    let origin = format!("http://{}", front.local_addr().expect("an address"));
    let public = [("VESTIBULE_PUBLIC_URL", origin.as_str())];
    let service = super::providers::real(&location, &provider, "basic", &public).await;
    let relay = tokio::spawn(relay(front, service.address));
    let (here, there) = (Browser::of(&service), provider.browser());
    let journey = Journey::of(&here.get("/api/auth/login/demo").await);
    let back = provider.sign_in_at(&there, &journey.authorize, "login=grace").await;
    let back: Vec<(&str, &str)> = back.iter().map(|(name, value)| (&**name, &**value)).collect();
    leads_to(&come_back(&here, "demo", &back).await, "/");
    let stays = Browser::of(&service);
    leads_to(&super::providers::through(&stays, &provider, "login=grace").await, "/dashboard");
    assert_eq!(state(&here).await, "signedIn");
    provider.sign_out_at(&there, &provider.end_session()).await;
    ended(&here).await;
    stays.me().await.must_be(200);
    relay.abort();
}

/// Gives a service that has its own port an address that was known before: the provider is told the public one.
async fn relay(front: TcpListener, service: SocketAddr) {
    while let Ok((mut outer, _)) = front.accept().await {
        let mut inner = TcpStream::connect(service).await.expect("the service listens");
        tokio::spawn(async move { drop(tokio::io::copy_bidirectional(&mut outer, &mut inner).await) });
    }
}

/// Where somebody comes back to, with a proof that the provider gave anew.
fn back_from(begun: &Value, house: &House, claims: &Value) -> String {
    let redirect = Url::parse(begun["redirect"].as_str().expect("a place")).expect("a URL");
    let asked: HashMap<String, String> = redirect.query_pairs().into_owned().collect();
    let now = json!({ "auth_time": house.service.clock.now().as_secs() });
    let code = house.liar.code_for(&asked, &with(claims.clone(), now));
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("code", &code).append_pair("state", &asked["state"]);
    format!("/api/auth/callback/liar?{}", query.finish())
}

/// Waits until one more sign-in has exchanged its code and asks for userinfo.
async fn exchanged(house: &House, before: usize) {
    eventually(Duration::from_secs(20), "the code is exchanged", async || {
        house.liar.asked(Endpoint::Userinfo).len() > before
    })
    .await;
}

/// A sign-in that a logout of these names overtakes, so long after the token was issued.
async fn overtaken(
    house: &House,
    browser: &Browser,
    claims: &Value,
    names: &Value,
    after: Duration,
) -> Answer {
    house.liar.sins(Sin::Answer(Endpoint::Userinfo, Held));
    let asked = house.liar.asked(Endpoint::Userinfo).len();
    let leaves = async {
        exchanged(house, asked).await;
        house.service.wait(after);
        house.liar.logs_out(&house.service, names).await.must_be(200);
        house.liar.lets_go();
    };
    let (answer, ()) = tokio::join!(sign_in(browser, &house.liar, claims), leaves);
    house.liar.sins(Sin::None);
    answer
}

async fn event_of_trace(house: &House, trace: &str) -> Event {
    let id = trace.parse().expect("an id");
    audit::find(&house.service.app.store, id).await.expect("the store answers").expect("the event")
}

async fn renew(browser: &Browser, house: &House, claims: &Value) -> Answer {
    let begun = browser.post("/api/auth/reauthenticate/liar", &json!({})).await.must_be(200).json();
    browser.get(&back_from(&begun, house, claims)).await
}

/// A rotation and a logout at once, the logout a little later in each round, from before the rotation to after it. How long the
/// rotation takes when it succeeds.
async fn race(
    house: &House,
    other: &Service,
    round: u32,
    took: Duration,
    rotated: impl Future<Output = (Answer, Duration)>,
    browser: &Browser,
) -> Duration {
    let names = if round.is_multiple_of(3) { json!({ "sub": "of grace" }) } else { json!({ "sid": "one" }) };
    let service = if round % 4 < 2 { &house.service } else { other };
    let logout = async {
        tokio::time::sleep(took.mul_f64(f64::from(round % 20) / 16.0)).await;
        house.liar.logs_out(service, &names).await.must_be(200);
    };
    let ((answer, elapsed), ()) = tokio::join!(rotated, logout);
    let over = Instant::now();
    let left = alive(&house.service, &tag_of_identity(&key(&house.liar, "grace"))).await;
    assert_eq!(left, 0, "round {round}: a session is left; the rotation came to {answer:?}");
    holds_within(BOUND + SLACK, over, "everybody is out", || async { browser.me().await.status == 401 })
        .await;
    if answer.status < 400 && elapsed < took * 4 { elapsed } else { took }
}
