//! What is written down of a sign-in through a provider: enough to explain it, nothing to come in with, and no more than is read.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use serde_json::json;
use vestibule::{
    audit,
    user::{Status, UnlinkedIdentity},
};

use super::*;
use crate::harness::{
    liar::sin::{
        Answer::{Error, Refusal, Status as Answers},
        Endpoint, Sin,
    },
    people::{PASSWORD, person, person_with},
    process::Home,
};

/// Events that a network may cause in ten minutes by answers that let nobody in.
const FREE: usize = 100;
/// Bytes of an event that people can still read.
const READABLE: usize = 64 << 10;

/// Goes as far as the provider and comes back with this error.
async fn give_up(browser: &Browser, provider: &Liar, error: &str) -> Answer {
    let journey = set_out(browser, provider).await;
    come_back(browser, provider.name, &[("error", error), ("state", journey.state())]).await
}

/// Neither in a text nor in a name, at any depth.
fn no_control_characters(value: &Value) {
    match value {
        Value::String(text) => assert!(!text.contains(char::is_control), "{text:?}"),
        Value::Array(values) => values.iter().for_each(no_control_characters),
        Value::Object(members) => {
            assert!(!members.keys().any(|name| name.contains(char::is_control)), "{members:?}");
            members.values().for_each(no_control_characters);
        }
        _ => {}
    }
}

#[on_every_store]
async fn a_sign_in_says_what_it_rested_on_and_what_it_changed(location: StoreLocation) {
    let house =
        House::with(&location, &[("LIAR_ROLE_CLAIM", "groups"), ("LIAR_ROLE_MAP", "staff=staff")]).await;
    let claims = with(claims_of("grace"), json!({ "groups": ["staff"] }));
    let answer = sign_in(&house.browser(), &house.liar, &claims).await;
    let event = event_of(&house.service, &answer).await;
    let grace = house.people().await[0].id;
    assert_eq!((event.user_id, event.outcome), (Some(grace), audit::Outcome::Success));
    let written = trace(&event);
    let identity = format!("{}|of grace", house.liar.issuer());
    assert_eq!(written["claims"]["groups"], json!(["staff"]));
    assert_eq!(
        written["decision"],
        json!({ "outcome": "create", "rule": "nobody has the address", "needed": null })
    );
    assert_eq!(written["changes"]["before"], json!({}));
    let after = &written["changes"]["after"];
    for (name, value) in [
        ("identities", json!([identity])),
        ("displayName", json!("grace at the provider")),
        ("rolesFromProviders", json!(["staff"])),
        ("emailVerified", json!(false)),
    ] {
        assert_eq!(after[name], value, "{written}");
    }

    house.service.wait(Duration::from_secs(1));
    let claims = with(claims, json!({ "name": "Grace Hopper", "groups": null }));
    let written =
        trace(&event_of(&house.service, &sign_in(&house.browser(), &house.liar, &claims).await).await);
    let changes = json!({
        "before": { "displayName": "grace at the provider", "rolesFromProviders": ["staff"] },
        "after": { "displayName": "Grace Hopper", "rolesFromProviders": [] },
    });
    assert_eq!(written["changes"], changes, "only what differs");
    assert_eq!(written["decision"]["user"], grace.to_string());

    house.service.wait(Duration::from_secs(1));
    change(&house.service, grace, |user| user.status = Status::Disabled).await;
    let answer = sign_in(&house.browser(), &house.liar, &claims).await;
    let event = event_of(&house.service, &answer).await;
    assert_eq!((event.user_id, event.outcome), (Some(grace), audit::Outcome::Failure));
    assert_eq!(trace(&event)["changes"], json!(null), "a refusal changes nothing");
}

// A thief of the database, or an administrator who reads the trail, finds nothing to come in with.
#[on_every_store]
async fn no_event_has_a_secret_of_the_sign_in_in_it(location: StoreLocation) {
    let house = House::with(&location, &[("CORP_ALLOW_SIGNUP", "false")]).await;
    let mut secrets = vec![CLIENT_SECRET.to_owned(), "token~".to_owned(), "eyJ".to_owned()];
    let of_token = |nonce: &str| json!({ "nonce": nonce, "sid": "sid of the session", "jti": "jti of the token", "c_hash": "c-hash", "s_hash": "s-hash" });
    let sins = [
        (&house.liar, Sin::None, None),
        (&house.corp, Sin::None, Some("signup_not_allowed")),
        (
            &house.liar,
            Sin::IdToken(|claims| claims["aud"] = json!("another")),
            Some("provider_response_invalid"),
        ),
        (&house.liar, Sin::Answer(Endpoint::Token, Refusal), Some("provider_error")),
        (&house.liar, Sin::Answer(Endpoint::Token, Answers(503)), Some("provider_unavailable")),
    ];
    for (provider, sin, code) in sins {
        let browser = house.browser();
        let journey = set_out(&browser, provider).await;
        secrets.extend(["state", "nonce", "code_challenge"].map(|name| journey.asked[name].clone()));
        provider.sins(sin);
        // Userinfo repeats what belongs to the token: it is told no more for that.
        let userinfo = with(claims_of("grace"), of_token(&journey.asked["nonce"]));
        let code_of_it = provider.thin_code_for(&journey.asked, &userinfo, &userinfo);
        let answer =
            come_back(&browser, provider.name, &[("code", &code_of_it), ("state", journey.state())]).await;
        match code {
            Some(code) => refused(&answer, code),
            None => leads_to(&answer, "/"),
        }
        event_of(&house.service, &answer).await;
        secrets.push(code_of_it);
        secrets.extend(browser.session());
        provider.sins(Sin::None);
    }
    let verifiers = [&house.liar, &house.corp].map(|provider| provider.asked(Endpoint::Token));
    secrets.extend(verifiers.iter().flatten().map(|asked| asked.form["code_verifier"].clone()));
    let everything = location.everything().await;
    for secret in &secrets {
        assert!(!everything.contains(secret), "{secret} lies in the store");
    }
    let trail = format!("{:?}", events(&house.service).await);
    for secret in
        secrets.iter().map(String::as_str).chain(["jti of the token", "sid of the session", "-hash"])
    {
        assert!(!trail.contains(secret), "{secret} is in the trail");
    }
    assert!(trail.contains("of grace"), "the test looks where things are");
}

#[on_every_store]
async fn what_a_provider_says_is_bounded_in_the_trail_and_has_no_control_characters(location: StoreLocation) {
    let house = House::open(&location).await;
    let long = "\u{1b}[31m\r\nforged\u{0}\u{85}".repeat(40);
    let inner = json!({ "x": { "y": long.clone() }, long.clone(): [long.clone()] });
    let list: Vec<Value> = (0..60).map(|_| inner["x"].clone()).collect();
    let mut hostile =
        json!({ "name": long.clone(), "locale": long.clone(), "picture": inner.clone(), "groups": list });
    hostile[long.as_str()] = inner.clone();
    for number in 0..400 {
        hostile[format!("claim {number}")] = json!([inner, long, number]);
        if hostile.to_string().len() > 900 << 10 {
            break;
        }
    }
    // As much as fits into an answer, in characters that take the most room.
    let wide = json!(vec!["\u{1d54f}".repeat(200); 40]);
    let large: serde_json::Map<String, Value> =
        (0..30).map(|number| (format!("wide {number}"), wide.clone())).collect();
    for (login, claims) in [("mallory", hostile), ("eve", Value::Object(large))] {
        let claims = with(claims_of(login), claims);
        assert!((900 << 10..1 << 20).contains(&claims.to_string().len()), "{}", claims.to_string().len());
        let (browser, subject) = (house.browser(), format!("of {login}"));
        let journey = set_out(&browser, &house.liar).await;
        let thin = json!({ "sub": subject, "name": long });
        let code = house.liar.thin_code_for(&journey.asked, &thin, &claims);
        let answer = come_back(&browser, "liar", &[("code", &code), ("state", journey.state())]).await;
        leads_to(&answer, "/");
        let details = event_of(&house.service, &answer).await.details.expect("details");
        assert!(details.len() <= READABLE, "{} bytes", details.len());
        assert!(
            details.contains(&subject) && details.contains(&format!("{login}@corp.example")),
            "what counts is there"
        );
        assert!(!details.contains(char::is_control), "{details}");
        no_control_characters(&serde_json::from_str(&details).expect("JSON"));
    }
}

#[on_every_store]
async fn whoever_is_told_a_trace_number_can_be_told_why(location: StoreLocation) {
    let house = House::with(&location, &[("CORP_ALLOW_SIGNUP", "false")]).await;
    let of = |login: &str| format!("{login}@corp.example").parse().ok();
    for _ in 0..2 {
        person_with(&house.service, &format!("two{}", house.people().await.len()), |user| {
            user.email = of("two")
        })
        .await;
    }
    person_with(&house.service, "gone", |user| {
        has_address(user, "gone@corp.example");
        user.status = Status::Disabled;
    })
    .await;
    let key = |subject: &str| vestibule::user::IdentityKey {
        issuer: house.corp.issuer().to_owned(),
        subject: subject.to_owned(),
    };
    let now = house.service.clock.now();
    person_with(&house.service, "apart", |user| {
        user.unlinked_identities.push(UnlinkedIdentity { key: key("of apart"), unlinked_at: now })
    })
    .await;

    let mut answers = vec![
        ("access_denied", give_up(&house.browser(), &house.corp, "access_denied").await),
        ("provider_error", give_up(&house.browser(), &house.corp, "server_error").await),
    ];
    for (login, code) in [
        ("nobody", "signup_not_allowed"),
        ("two", "link_ambiguous"),
        ("gone", "account_disabled"),
        ("apart", "identity_unlinked"),
    ] {
        answers.push((code, sign_in(&house.browser(), &house.corp, &claims_of(login)).await));
    }
    let sins = [
        ("provider_response_invalid", Sin::IdToken(|claims| claims["nonce"] = json!("another"))),
        ("provider_error", Sin::Answer(Endpoint::Token, Error("invalid_client"))),
        ("provider_unavailable", Sin::Answer(Endpoint::Token, Answers(503))),
    ];
    for (code, sin) in sins {
        let browser = house.browser();
        let journey = set_out(&browser, &house.corp).await;
        house.corp.sins(sin);
        answers.push((code, come_back_as(&browser, &house.corp, &journey, &claims_of("grace")).await));
        house.corp.sins(Sin::None);
    }
    let home = Home::beside(&house.service);
    let admin = crate::admin::administrator(&house.service).await.0;
    for (code, answer) in answers {
        refused(&answer, code);
        let number = traced(&answer);
        let found = admin.get(&format!("/api/admin/events?trace={number}")).await.must_be(200).json();
        let items = found["items"].as_array().expect("a list");
        assert_eq!((items.len(), &found["nextCursor"]), (1, &json!(null)), "{code}: {found}");
        assert_eq!((&items[0]["id"], &items[0]["reason"]), (&json!(number), &json!(code)));
        let told: Value =
            serde_json::from_str(&home.run(&["explain", "--trace", &number, "--json"]).must_exit(0).out)
                .unwrap();
        assert_eq!(
            (&told["id"], &told["reason"], &told["provider"]),
            (&json!(number), &json!(code), &json!("corp"))
        );
        assert!(told["decision"]["rule"].is_string() || told["failure"].is_string(), "{code}: {told}");
        let lines = home.run(&["explain", "--trace", &number]).must_exit(0).out;
        assert!(lines.contains(&format!("reason: {code}")) && lines.contains("provider: corp"), "{lines}");
    }
    // What nobody asked for, or cannot be known, is not written down and has no number.
    let answer = come_back(&house.browser(), "corp", &[("code", "x"), ("state", "x")]).await;
    refused(&answer, "login_expired");
    assert!(!super::location(&answer).1.contains_key("trace"));
}

// Beginning and giving up is free for anybody: it must not fill the store, nor shut anybody else out.
#[on_every_store]
async fn a_network_that_fails_without_end_does_not_fill_the_trail(location: StoreLocation) {
    let house = House::with(&location, &[("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1")]).await;
    person(&house.service, "ada").await;
    let noisy = || house.browser().from("203.0.113.7");
    let flood = stream::iter(0..FREE + 30).map(|_| async {
        let answer = give_up(&noisy(), &house.liar, "access_denied").await;
        refused(&answer, "access_denied");
        super::location(&answer).1.contains_key("trace")
    });
    let told = flood.buffer_unordered(8).filter(|traced| std::future::ready(*traced)).count().await;
    assert_eq!((told, events(&house.service).await.len()), (FREE, FREE), "and no more");
    // Whatever the way to fail.
    let browser = noisy();
    let journey = set_out(&browser, &house.liar).await;
    house.liar.sins(Sin::IdToken(|claims| claims["nonce"] = json!("another")));
    refused(
        &come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await,
        "provider_response_invalid",
    );
    house.liar.sins(Sin::None);
    person_with(&house.service, "linus", |user| has_address(user, "linus@corp.example")).await;
    let linus = noisy();
    wants_local_proof(&sign_in(&linus, &house.liar, &claims_of("linus")).await, &house.liar);
    assert_eq!(linus.get("/api/auth/link").await.must_be(200).json()["trace"], json!(null));
    assert_eq!(events(&house.service).await.len(), FREE);

    // Who comes from the same network comes in, through every door, and is written down.
    let grace = noisy();
    let answer = sign_in(&grace, &house.liar, &claims_of("grace")).await;
    leads_to(&answer, "/");
    event_of(&house.service, &answer).await;
    noisy().sign_in("ada", PASSWORD).await.must_be(200);
    // Other networks have a number of their own, and so has this one later.
    traced(&give_up(&house.browser().from("203.0.113.8"), &house.liar, "access_denied").await);
    house.service.wait(Duration::from_mins(11));
    traced(&give_up(&noisy(), &house.liar, "access_denied").await);
}
