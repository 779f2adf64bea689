//! What tables of sins are gone through with: one row, one new person at a new browser, one outcome.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use super::*;
use crate::harness::liar::sin::{Endpoint, Sin};

pub(crate) const INVALID: Outcome = Err("provider_response_invalid");
pub(crate) const UNAVAILABLE: Outcome = Err("provider_unavailable");
pub(crate) const ERROR: Outcome = Err("provider_error");
pub(crate) const ACCEPTED: Outcome = Ok(());

/// What is asked of a provider by a sign-in that goes well, where its keys are known.
pub(crate) const EVERYTHING: &[Endpoint] = &[Endpoint::Token, Endpoint::Userinfo];
/// The access token of an ID token that was refused is used for nothing.
pub(crate) const ONLY_TOKENS: &[Endpoint] = &[Endpoint::Token];
/// Neither keys nor metadata either.
pub(crate) const NOTHING: &[Endpoint] = &[];

/// Who does it wrong waits no longer than this: what hangs is given up after eight seconds, and a loaded machine is slow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(25);
/// Of a huge answer no more than this may go out: our limit, and what lies in the buffers of two sockets.
const SWALLOWED_AT_MOST: u64 = 8 << 20;

/// Comes in, or is sent back with this code.
pub(crate) type Outcome = Result<(), &'static str>;
/// What a browser brings back.
pub(crate) type Query = Vec<(&'static str, String)>;

/// Where it goes wrong.
#[derive(Clone, Copy)]
pub(crate) enum Wrong {
    /// At the provider, after the browser was sent there.
    There(Sin),
    /// In what the browser brings back, which names its issuer (RFC 9207).
    Back(fn(&mut Query)),
}

/// One row: what is wrong, what comes of it, and what is asked of the provider meanwhile.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) wrong: Wrong,
    pub(crate) outcome: Outcome,
    pub(crate) asked: &'static [Endpoint],
}

impl Row {
    /// Of an ID token or its like: no good one, no userinfo.
    pub(crate) const fn there(what: &'static str, sin: Sin, outcome: Outcome) -> Self {
        let asked = if outcome.is_ok() { EVERYTHING } else { ONLY_TOKENS };
        Self { what, wrong: Wrong::There(sin), outcome, asked }
    }

    /// Of the authorization response: what is refused is refused before anything is asked of anybody.
    pub(crate) const fn back(what: &'static str, change: fn(&mut Query), outcome: Outcome) -> Self {
        let asked = if outcome.is_ok() { EVERYTHING } else { NOTHING };
        Self { what, wrong: Wrong::Back(change), outcome, asked }
    }
}

/// A row of what is only told with what is wrong and what comes of it.
pub(crate) type Line = (&'static str, Sin, Outcome);

/// Goes through a table in one house.
pub(crate) async fn every(location: &StoreLocation, lines: &[Line], asked_if_refused: &'static [Endpoint]) {
    let rows = lines.iter().map(|(what, sin, outcome)| {
        let row = Row::there(what, *sin, *outcome);
        if outcome.is_ok() { row } else { Row { asked: asked_if_refused, ..row } }
    });
    every_row(&House::open(location).await, rows).await;
}

/// The same, with all that is wrong shown at once.
pub(crate) async fn every_row(house: &House, rows: impl Iterator<Item = Row>) {
    let mut failures = Vec::new();
    for (number, row) in rows.enumerate() {
        if let Err(why) = go_through(house, number, row).await {
            failures.push(format!("{}: {why}", row.what));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

fn must(so: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if so { Ok(()) } else { Err(what()) }
}

/// One row, and what is not as it must be.
pub(crate) async fn go_through(house: &House, number: usize, row: Row) -> Result<(), String> {
    let before = house.people().await.len();
    let (strayed, complaints) = (house.liar.strayed(), house.liar.complaints().len());
    let browser = house.browser();
    let claims = claims_of(&format!("row{number}"));
    house.liar.take_sent();
    let begun = Instant::now();
    let journey = set_out(&browser, &house.liar).await;
    let asked_before = house.liar.calls().len();
    let answer = match row.wrong {
        Wrong::There(sin) => {
            house.liar.sins(sin);
            come_back_as(&browser, &house.liar, &journey, &claims).await
        }
        Wrong::Back(change) => {
            let code = house.liar.code_for(&journey.asked, &claims);
            let issuer = house.liar.issuer().to_owned();
            let mut query = vec![("code", code), ("state", journey.state().to_owned()), ("iss", issuer)];
            change(&mut query);
            let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, &**value)).collect();
            come_back(&browser, house.liar.name, &query).await
        }
    };
    house.liar.sins(Sin::None);

    leads_as(&answer, row.outcome)?;
    must(begun.elapsed() < PATIENCE, || format!("took {:?}", begun.elapsed()))?;
    let mut asked = house.liar.calls().split_off(asked_before);
    if !row.asked.is_empty() {
        asked.retain(|endpoint| EVERYTHING.contains(endpoint));
    }
    must(asked == row.asked, || format!("{asked:?} were asked, not {:?}", row.asked))?;
    let sent = house.liar.take_sent();
    must(sent < SWALLOWED_AT_MOST, || format!("{sent} bytes were swallowed"))?;
    must(house.liar.strayed() == strayed, || "somebody went where the provider lured them".to_owned())?;
    must(house.liar.complaints().len() == complaints, || format!("{:?}", house.liar.complaints()))?;
    let after = house.people().await.len();
    let came_in = usize::from(row.outcome.is_ok());
    must(after == before + came_in, || format!("{before} people became {after}"))?;
    let wanted = if row.outcome.is_ok() { "signedIn" } else { "anonymous" };
    let state = state(&browser).await;
    must(state == wanted, || format!("the session is {state}"))
}

/// The redirect, and the session cookie only for who comes in.
fn leads_as(answer: &Answer, outcome: Outcome) -> Result<(), String> {
    let location = answer.header("location").unwrap_or_default();
    let expected = match outcome {
        Ok(()) => "/".to_owned(),
        Err(code) => format!("/login?error={code}"),
    };
    let fits = location.strip_prefix(&expected).is_some_and(|rest| rest.is_empty() || rest.starts_with('&'));
    must(answer.status == 303 && fits, || format!("{} {location:?}, not {expected:?}", answer.status))?;
    must(answer.session_cookie().is_some() == outcome.is_ok(), || "the session cookie".to_owned())
}

/// Goes through a table of what can be wrong before anybody sets out, each line with a service that has read nothing yet.
pub(crate) async fn every_first_look(lines: &[Line]) {
    let looks = lines.iter().map(async |(what, sin, outcome)| {
        first_look(*sin, *outcome).await.err().map(|why| format!("{what}: {why}"))
    });
    let failures: Vec<String> = join_all(looks).await.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

async fn first_look(sin: Sin, outcome: Outcome) -> Result<(), String> {
    let (location, liar) = (StoreLocation::file(), Liar::start("liar").await);
    liar.sins(sin);
    let service = House::service(&location, &[], &[&liar]).await;
    let provider = service.app.provider("liar").expect("it is set");
    eventually(Duration::from_secs(30), "it has been asked", async || {
        provider.problem().as_deref() != Some("not asked yet")
    })
    .await;
    let browser = Browser::of(&service);
    let begun = Instant::now();
    let setting_out = browser.get("/api/auth/login/liar").await;
    let mut answer = setting_out.clone();
    let sent_there =
        setting_out.header("location").is_some_and(|location| location.starts_with(liar.issuer()));
    if sent_there {
        answer = come_back_as(&browser, &liar, &Journey::of(&setting_out), &claims_of("grace")).await;
    }
    leads_as(&answer, outcome)?;
    must(begun.elapsed() < PATIENCE + Duration::from_secs(5), || format!("took {:?}", begun.elapsed()))?;
    must(liar.strayed() == 0 && liar.complaints().is_empty(), || {
        format!("strayed {} times, {:?}", liar.strayed(), liar.complaints())
    })?;
    let traded = !liar.asked(Endpoint::Token).is_empty();
    must(traded == sent_there, || "a code was sent to who was not believed".to_owned())?;
    let (sent, people) = (liar.take_sent(), people(&service).await.len());
    // The document may be asked for a few times, each of them cut off.
    must(sent <= 4 * SWALLOWED_AT_MOST, || format!("{sent} bytes were swallowed"))?;
    must(people == usize::from(outcome.is_ok()), || format!("{people} people"))
}

/// The claim, so many seconds from when the token was issued.
pub(crate) fn set(claims: &mut Value, name: &str, seconds: i64) {
    claims[name] = json!(claims["iat"].as_i64().expect("a time") + seconds);
}

/// One member less.
pub(crate) fn remove(object: &mut Value, name: &str) {
    object.as_object_mut().expect("an object").remove(name).expect("it was there");
}
