//! Audit events of federated logins: enough to explain a decision, no secret, limited size and number.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use vestibule::{
    audit,
    user::{Status, UnlinkedIdentity},
};

use crate::harness::{
    browser::{Answer, Browser},
    fake_provider::{
        CLIENT_SECRET, FakeProvider, JWT_STARTS,
        fault::{
            Answer::{Error, Refusal, Status as Answers},
            Endpoint, Fault,
        },
    },
    federated::{
        FederatedFixture, assert_link_pending, assert_refused, assert_signed_in, callback, callback_as,
        claims_of, event_details, event_of, events, redirect_target, set_verified_email, sign_in,
        start_login, trace_id, update_user, with_claims,
    },
    process::Installation,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with},
};

/// Events of failed logins per network in ten minutes.
const FREE: usize = 100;
/// Largest readable event, in bytes.
const READABLE: usize = 64 << 10;

/// Starts a login and returns from the provider with this error.
async fn fail_at_provider(browser: &Browser, provider: &FakeProvider, error: &str) -> Answer {
    let authorization = start_login(browser, provider).await;
    callback(browser, provider.name, &[("error", error), ("state", authorization.state())]).await
}

/// Asserts that no text or name at any depth contains a control character.
fn assert_no_control_characters(value: &Value) {
    match value {
        Value::String(text) => assert!(!text.contains(char::is_control), "{text:?}"),
        Value::Array(values) => values.iter().for_each(assert_no_control_characters),
        Value::Object(members) => {
            assert!(!members.keys().any(|name| name.contains(char::is_control)), "{members:?}");
            members.values().for_each(assert_no_control_characters);
        }
        _ => {}
    }
}

#[on_every_store]
async fn login_event_has_evidence_and_changes(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(
        &location,
        &[("FAKE_ROLE_CLAIM", "groups"), ("FAKE_ROLE_MAP", "staff=staff")],
    )
    .await;
    let claims = with_claims(claims_of("grace"), json!({ "groups": ["staff"] }));
    let answer = sign_in(&fixture.browser(), &fixture.fake, &claims).await;
    let event = event_of(&fixture.service, &answer).await;
    let grace = fixture.users().await[0].id;
    assert_eq!((event.user_id, event.outcome), (Some(grace), audit::Outcome::Success));
    let written = event_details(&event);
    let identity = format!("{}|of grace", fixture.fake.issuer());
    assert_eq!(written["claims"]["groups"], json!(["staff"]));
    assert_eq!(
        written["decision"],
        json!({ "outcome": "create", "rule": "no account has the address", "needed": null })
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

    fixture.service.advance_time(Duration::from_secs(1));
    let claims = with_claims(claims, json!({ "name": "Grace Hopper", "groups": null }));
    let written = event_details(
        &event_of(&fixture.service, &sign_in(&fixture.browser(), &fixture.fake, &claims).await).await,
    );
    let changes = json!({
        "before": { "displayName": "grace at the provider", "rolesFromProviders": ["staff"] },
        "after": { "displayName": "Grace Hopper", "rolesFromProviders": [] },
    });
    assert_eq!(written["changes"], changes, "only the fields that differ");
    assert_eq!(written["decision"]["user"], grace.to_string());

    fixture.service.advance_time(Duration::from_secs(1));
    update_user(&fixture.service, grace, |user| user.status = Status::Disabled).await;
    let answer = sign_in(&fixture.browser(), &fixture.fake, &claims).await;
    let event = event_of(&fixture.service, &answer).await;
    assert_eq!((event.user_id, event.outcome), (Some(grace), audit::Outcome::Failure));
    assert_eq!(event_details(&event)["changes"], json!(null), "a refusal changes nothing");
}

// An attacker with the database and an administrator who reads events find no usable secret.
#[on_every_store]
async fn events_contain_no_secret(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("CORP_ALLOW_SIGNUP", "false")]).await;
    let mut secrets = vec![CLIENT_SECRET.to_owned(), "token~".to_owned()];
    secrets.extend(JWT_STARTS.map(str::to_owned));
    let of_token = |nonce: &str| json!({ "nonce": nonce, "sid": "sid of the session", "jti": "jti of the token", "c_hash": "c-hash", "s_hash": "s-hash" });
    let faults = [
        (&fixture.fake, Fault::None, None),
        (&fixture.corp, Fault::None, Some("signup_not_allowed")),
        (
            &fixture.fake,
            Fault::IdToken(|claims| claims["aud"] = json!("another")),
            Some("provider_response_invalid"),
        ),
        (&fixture.fake, Fault::Answer(Endpoint::Token, Refusal), Some("provider_error")),
        (&fixture.fake, Fault::Answer(Endpoint::Token, Answers(503)), Some("provider_unavailable")),
    ];
    for (provider, fault, code) in faults {
        let browser = fixture.browser();
        let authorization = start_login(&browser, provider).await;
        secrets
            .extend(["state", "nonce", "code_challenge"].map(|name| authorization.parameters[name].clone()));
        provider.set_fault(fault);
        // Userinfo that repeats claims of the token adds nothing to the event.
        let userinfo = with_claims(claims_of("grace"), of_token(&authorization.parameters["nonce"]));
        let code_of_it = provider.code_with_claims(&authorization.parameters, &userinfo, &userinfo);
        let answer =
            callback(&browser, provider.name, &[("code", &code_of_it), ("state", authorization.state())])
                .await;
        match code {
            Some(code) => assert_refused(&answer, code),
            None => assert_signed_in(&answer, "/"),
        }
        event_of(&fixture.service, &answer).await;
        secrets.push(code_of_it);
        secrets.extend(browser.session());
        provider.set_fault(Fault::None);
    }
    let verifiers =
        [&fixture.fake, &fixture.corp].map(|provider| provider.received_requests(Endpoint::Token));
    secrets.extend(verifiers.iter().flatten().map(|asked| asked.form["code_verifier"].clone()));
    let everything = location.all_documents().await;
    for secret in &secrets {
        assert!(!everything.contains(secret), "{secret} is in the store");
    }
    let profile = format!("{:?}", events(&fixture.service).await);
    for secret in
        secrets.iter().map(String::as_str).chain(["jti of the token", "sid of the session", "-hash"])
    {
        assert!(!profile.contains(secret), "{secret} is in the profile");
    }
    assert!(profile.contains("of grace"), "the test reads the documents of the store");
}

#[on_every_store]
async fn provider_text_in_events_is_limited_and_clean(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
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
    // The largest response in characters that need the most bytes.
    let wide = json!(vec!["\u{1d54f}".repeat(200); 40]);
    let large: serde_json::Map<String, Value> =
        (0..30).map(|number| (format!("wide {number}"), wide.clone())).collect();
    for (login, claims) in [("mallory", hostile), ("eve", Value::Object(large))] {
        let claims = with_claims(claims_of(login), claims);
        assert!((900 << 10..1 << 20).contains(&claims.to_string().len()), "{}", claims.to_string().len());
        let (browser, subject) = (fixture.browser(), format!("of {login}"));
        let authorization = start_login(&browser, &fixture.fake).await;
        let thin = json!({ "sub": subject, "name": long });
        let code = fixture.fake.code_with_claims(&authorization.parameters, &thin, &claims);
        let answer = callback(&browser, "fake", &[("code", &code), ("state", authorization.state())]).await;
        assert_signed_in(&answer, "/");
        let details = event_of(&fixture.service, &answer).await.details_text().expect("details");
        assert!(details.len() <= READABLE, "{} bytes", details.len());
        assert!(
            details.contains(&subject) && details.contains(&format!("{login}@corp.example")),
            "the evidence of the decision is stored"
        );
        assert!(!details.contains(char::is_control), "{details}");
        assert_no_control_characters(&serde_json::from_str(&details).expect("JSON"));
    }
}

#[on_every_store]
async fn trace_id_finds_the_event(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("CORP_ALLOW_SIGNUP", "false")]).await;
    let of = |login: &str| format!("{login}@corp.example").parse().ok();
    for _ in 0..2 {
        create_user_with(&fixture.service, &format!("two{}", fixture.users().await.len()), |user| {
            user.email = of("two");
        })
        .await;
    }
    create_user_with(&fixture.service, "gone", |user| {
        set_verified_email(user, "gone@corp.example");
        user.status = Status::Disabled;
    })
    .await;
    let key = |subject: &str| vestibule::user::IdentityKey {
        issuer: fixture.corp.issuer().to_owned(),
        subject: subject.to_owned(),
    };
    let now = fixture.service.clock.now();
    create_user_with(&fixture.service, "apart", |user| {
        user.unlinked_identities.push(UnlinkedIdentity { key: key("of apart"), unlinked_at: now });
    })
    .await;

    let mut answers =
        vec![("provider_error", fail_at_provider(&fixture.browser(), &fixture.corp, "server_error").await)];
    for (login, code) in [
        ("unknown", "signup_not_allowed"),
        ("two", "link_ambiguous"),
        ("gone", "account_disabled"),
        ("apart", "identity_unlinked"),
    ] {
        answers.push((code, sign_in(&fixture.browser(), &fixture.corp, &claims_of(login)).await));
    }
    let faults = [
        ("provider_response_invalid", Fault::IdToken(|claims| claims["nonce"] = json!("another"))),
        ("provider_error", Fault::Answer(Endpoint::Token, Error("invalid_client"))),
        ("provider_unavailable", Fault::Answer(Endpoint::Token, Answers(503))),
    ];
    for (code, fault) in faults {
        let browser = fixture.browser();
        let authorization = start_login(&browser, &fixture.corp).await;
        fixture.corp.set_fault(fault);
        answers.push((code, callback_as(&browser, &fixture.corp, &authorization, &claims_of("grace")).await));
        fixture.corp.set_fault(Fault::None);
    }
    let home = Installation::beside(&fixture.service);
    let admin = crate::admin::administrator(&fixture.service).await.0;
    for (code, answer) in answers {
        assert_refused(&answer, code);
        let number = trace_id(&answer);
        let found = admin.get(&format!("/api/admin/events?trace={number}")).await.expect_status(200).json();
        let items = found["items"].as_array().expect("a list");
        assert_eq!((items.len(), &found["nextCursor"]), (1, &json!(null)), "{code}: {found}");
        assert_eq!((&items[0]["id"], &items[0]["reason"]), (&json!(number), &json!(code)));
        let printed: Value =
            serde_json::from_str(&home.run(&["explain", "--trace", &number, "--json"]).expect_exit(0).out)
                .unwrap();
        assert_eq!(
            (&printed["id"], &printed["reason"], &printed["provider"]),
            (&json!(number), &json!(code), &json!("corp"))
        );
        assert!(
            printed["decision"]["rule"].is_string() || printed["failure"].is_string(),
            "{code}: {printed}"
        );
        let lines = home.run(&["explain", "--trace", &number]).expect_exit(0).out;
        assert!(lines.contains(&format!("reason: {code}")) && lines.contains("provider: corp"), "{lines}");
    }
    // Members outside the known list are not recorded.
    let answer = callback(&fixture.browser(), "corp", &[("code", "x"), ("state", "x")]).await;
    assert_refused(&answer, "login_expired");
    assert!(!redirect_target(&answer).1.contains_key("trace"));
}

// Starting and cancelling logins is free: it must not fill the store or block other users.
#[on_every_store]
async fn event_count_per_network_is_limited(location: StoreLocation) {
    let fixture =
        FederatedFixture::with_settings(&location, &[("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1")]).await;
    create_user(&fixture.service, "ada").await;
    let noisy = || fixture.browser().from("203.0.113.7");
    let flood = stream::iter(0..FREE + 30).map(|_| async {
        let answer = fail_at_provider(&noisy(), &fixture.fake, "server_error").await;
        assert_refused(&answer, "provider_error");
        redirect_target(&answer).1.contains_key("trace")
    });
    let printed = flood.buffer_unordered(8).filter(|traced| std::future::ready(*traced)).count().await;
    assert_eq!((printed, events(&fixture.service).await.len()), (FREE, FREE), "no further event is stored");
    // For every kind of failure.
    let browser = noisy();
    let authorization = start_login(&browser, &fixture.fake).await;
    fixture.fake.set_fault(Fault::IdToken(|claims| claims["nonce"] = json!("another")));
    assert_refused(
        &callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await,
        "provider_response_invalid",
    );
    fixture.fake.set_fault(Fault::None);
    create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example")).await;
    let linus = noisy();
    assert_link_pending(&sign_in(&linus, &fixture.fake, &claims_of("linus")).await, &fixture.fake);
    assert_eq!(linus.get("/api/auth/link").await.expect_status(200).json()["trace"], json!(null));
    assert_eq!(events(&fixture.service).await.len(), FREE);

    // Another user on the same network can sign in with every method, and the events are recorded.
    let grace = noisy();
    let answer = sign_in(&grace, &fixture.fake, &claims_of("grace")).await;
    assert_signed_in(&answer, "/");
    event_of(&fixture.service, &answer).await;
    noisy().sign_in("ada", PASSWORD).await.expect_status(200);
    // Other networks have their own counter. The counter of this one resets later.
    trace_id(&fail_at_provider(&fixture.browser().from("203.0.113.8"), &fixture.fake, "server_error").await);
    fixture.service.advance_time(Duration::from_mins(11));
    trace_id(&fail_at_provider(&noisy(), &fixture.fake, "server_error").await);
}
