//! Table tests of faults: each row signs in a new user in a new browser and checks the result.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{
    browser::{Answer, Browser},
    eventually,
    fake_provider::{
        FakeProvider,
        fault::{Endpoint, Fault},
    },
    federated::{
        AuthorizationRequest, FederatedFixture, all_users, callback, callback_as, claims_of, session_state,
        start_login,
    },
    stores::StoreLocation,
};

pub(crate) const INVALID: Outcome = Err("provider_response_invalid");
pub(crate) const UNAVAILABLE: Outcome = Err("provider_unavailable");
pub(crate) const ERROR: Outcome = Err("provider_error");
pub(crate) const ACCEPTED: Outcome = Ok(());

/// Requests of a successful login if the keys are known.
pub(crate) const EVERYTHING: &[Endpoint] = &[Endpoint::Token, Endpoint::Userinfo];
/// Requests if the ID token is refused: the access token is not used.
pub(crate) const ONLY_TOKENS: &[Endpoint] = &[Endpoint::Token];
/// No request, not even for keys or metadata.
pub(crate) const NOTHING: &[Endpoint] = &[];

/// Longest duration of a failing login. Requests time out after eight seconds, and a loaded machine is slow.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(25);
/// Maximum number of bytes that are sent of a huge answer: our limit plus the buffers of two sockets, which the kernel enlarges up to 10 MiB.
const HUGE_ANSWER_MAX: u64 = 16 << 20;

/// Success, or the code of the refusal.
pub(crate) type Outcome = Result<(), &'static str>;
/// Parameters of the callback.
pub(crate) type Query = Vec<(&'static str, String)>;

/// Where the fault is.
#[derive(Clone, Copy)]
pub(crate) enum Wrong {
    /// At the provider, after the redirect.
    AtProvider(Fault),
    /// In the parameters of the callback, which contain `iss` (RFC 9207).
    InCallback(fn(&mut Query)),
}

/// Fault, result and requests to the provider.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) wrong: Wrong,
    pub(crate) outcome: Outcome,
    pub(crate) asked: &'static [Endpoint],
}

impl Row {
    /// Row with a fault in a token: a refused ID token causes no userinfo request.
    pub(crate) const fn at_provider(what: &'static str, fault: Fault, outcome: Outcome) -> Self {
        let asked = if outcome.is_ok() { EVERYTHING } else { ONLY_TOKENS };
        Self { what, wrong: Wrong::AtProvider(fault), outcome, asked }
    }

    /// Row with a fault in the authorization response: a refusal causes no request.
    pub(crate) const fn in_callback(what: &'static str, change: fn(&mut Query), outcome: Outcome) -> Self {
        let asked = if outcome.is_ok() { EVERYTHING } else { NOTHING };
        Self { what, wrong: Wrong::InCallback(change), outcome, asked }
    }
}

/// Short form of a row: name, fault, result.
pub(crate) type Line = (&'static str, Fault, Outcome);

/// Runs a table in one fixture.
pub(crate) async fn run_table(
    location: &StoreLocation,
    lines: &[Line],
    asked_if_refused: &'static [Endpoint],
) {
    let rows = lines.iter().map(|(what, fault, outcome)| {
        let row = Row::at_provider(what, *fault, *outcome);
        if outcome.is_ok() { row } else { Row { asked: asked_if_refused, ..row } }
    });
    run_rows(&FederatedFixture::start(location).await, rows).await;
}

/// Runs rows and reports all failures at once.
pub(crate) async fn run_rows(fixture: &FederatedFixture, rows: impl Iterator<Item = Row>) {
    let mut failures = Vec::new();
    for (number, row) in rows.enumerate() {
        if let Err(why) = run_row(fixture, number, row).await {
            failures.push(format!("{}: {why}", row.what));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

fn ensure(condition: bool, message: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(message()) }
}

/// Runs one row.
pub(crate) async fn run_row(fixture: &FederatedFixture, number: usize, row: Row) -> Result<(), String> {
    let before = fixture.users().await.len();
    let (unexpected_requests, protocol_errors) =
        (fixture.fake.unexpected_requests(), fixture.fake.protocol_errors().len());
    let browser = fixture.browser();
    let claims = claims_of(&format!("row{number}"));
    fixture.fake.take_sent();
    let begun = Instant::now();
    let authorization = start_login(&browser, &fixture.fake).await;
    let asked_before = fixture.fake.calls().len();
    let answer = match row.wrong {
        Wrong::AtProvider(fault) => {
            fixture.fake.set_fault(fault);
            callback_as(&browser, &fixture.fake, &authorization, &claims).await
        }
        Wrong::InCallback(change) => {
            let code = fixture.fake.code_for(&authorization.parameters, &claims);
            let issuer = fixture.fake.issuer().to_owned();
            let mut query =
                vec![("code", code), ("state", authorization.state().to_owned()), ("iss", issuer)];
            change(&mut query);
            let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, &**value)).collect();
            callback(&browser, fixture.fake.name, &query).await
        }
    };
    fixture.fake.set_fault(Fault::None);

    check_redirect(&answer, row.outcome)?;
    ensure(begun.elapsed() < TIMEOUT, || format!("took {:?}", begun.elapsed()))?;
    let mut asked = fixture.fake.calls().split_off(asked_before);
    if !row.asked.is_empty() {
        asked.retain(|endpoint| EVERYTHING.contains(endpoint));
    }
    ensure(asked == row.asked, || format!("{asked:?} were requested, not {:?}", row.asked))?;
    let sent = fixture.fake.take_sent();
    ensure(sent < HUGE_ANSWER_MAX, || format!("{sent} bytes were sent"))?;
    ensure(fixture.fake.unexpected_requests() == unexpected_requests, || {
        "a request followed a URL of the provider".to_owned()
    })?;
    ensure(fixture.fake.protocol_errors().len() == protocol_errors, || {
        format!("{:?}", fixture.fake.protocol_errors())
    })?;
    let after = fixture.users().await.len();
    let signed_in = usize::from(row.outcome.is_ok());
    ensure(after == before + signed_in, || format!("{before} users became {after}"))?;
    let wanted = if row.outcome.is_ok() { "signedIn" } else { "anonymous" };
    let state = session_state(&browser).await;
    ensure(state == wanted, || format!("the session is {state}"))
}

/// Checks the redirect. Only a success sets a session cookie.
fn check_redirect(answer: &Answer, outcome: Outcome) -> Result<(), String> {
    let location = answer.header("location").unwrap_or_default();
    let expected = match outcome {
        Ok(()) => "/".to_owned(),
        Err(code) => format!("/login?error={code}"),
    };
    let fits = location.strip_prefix(&expected).is_some_and(|rest| rest.is_empty() || rest.starts_with('&'));
    ensure(answer.status == 303 && fits, || format!("{} {location:?}, not {expected:?}", answer.status))?;
    ensure(answer.session_cookie().is_some() == outcome.is_ok(), || "the session cookie".to_owned())
}

/// Runs a table of faults before the redirect. Each row starts a service of its own.
pub(crate) async fn run_discovery_table(lines: &[Line]) {
    let looks = lines.iter().map(async |(what, fault, outcome)| {
        run_discovery_row(*fault, *outcome).await.err().map(|why| format!("{what}: {why}"))
    });
    let failures: Vec<String> = join_all(looks).await.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

async fn run_discovery_row(fault: Fault, outcome: Outcome) -> Result<(), String> {
    let (location, fake) = (StoreLocation::file(), FakeProvider::start("fake").await);
    fake.set_fault(fault);
    let service = FederatedFixture::service(&location, &[], &[&fake]).await;
    let provider = service.app.providers.get("fake").expect("a configured provider");
    eventually(Duration::from_secs(30), "a discovery request was sent", async || {
        provider.problem().as_deref() != Some("no request was sent yet")
    })
    .await;
    let browser = Browser::of(&service);
    let begun = Instant::now();
    let setting_out = browser.get("/api/auth/login/fake").await;
    let mut answer = setting_out.clone();
    let sent_there =
        setting_out.header("location").is_some_and(|location| location.starts_with(fake.issuer()));
    if sent_there {
        answer =
            callback_as(&browser, &fake, &AuthorizationRequest::of(&setting_out), &claims_of("grace")).await;
    }
    check_redirect(&answer, outcome)?;
    ensure(begun.elapsed() < TIMEOUT + Duration::from_secs(5), || format!("took {:?}", begun.elapsed()))?;
    ensure(fake.unexpected_requests() == 0 && fake.protocol_errors().is_empty(), || {
        format!("unexpected_requests {} times, {:?}", fake.unexpected_requests(), fake.protocol_errors())
    })?;
    let traded = !fake.received_requests(Endpoint::Token).is_empty();
    ensure(traded == sent_there, || "a code was sent to a provider that failed discovery".to_owned())?;
    let (sent, users) = (fake.take_sent(), all_users(&service).await.len());
    // The document may be requested several times. Each answer is cut off.
    ensure(sent <= 4 * HUGE_ANSWER_MAX, || format!("{sent} bytes were sent"))?;
    ensure(users == usize::from(outcome.is_ok()), || format!("{users} users"))
}

/// Sets a claim to this many seconds after `iat`.
pub(crate) fn set(claims: &mut Value, name: &str, seconds: i64) {
    claims[name] = json!(claims["iat"].as_i64().expect("a time") + seconds);
}

/// Removes a member that exists.
pub(crate) fn remove(object: &mut Value, name: &str) {
    object.as_object_mut().expect("an object").remove(name).expect("a member to remove");
}
