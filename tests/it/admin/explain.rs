//! `POST /api/admin/explain`: the same as `vestibule explain --json`. The decisions themselves are tested in
//! `login/federated/account_linking/explain`.

use serde_json::{Value, json};

use super::{administrator, signed_in_with_role};
use crate::harness::{
    browser::Browser,
    federated::{FederatedFixture, claims_of, set_verified_email, with_claims},
    process::Installation,
    stored_factors::{message_codes, passkey},
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with},
};

const ROUTE: &str = "/api/admin/explain";

async fn explain(browser: &Browser, body: &Value) -> Value {
    browser.post(ROUTE, body).await.expect_status(200).json()
}

#[on_every_store]
async fn explanation_is_the_one_of_the_command(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    create_user_with(&fixture.service, "hopper", |user| {
        user.email = Some("hopper@corp.example".parse().expect("an address"));
    })
    .await;
    let browser = administrator(&fixture.service).await.0;
    let home = Installation::beside(&fixture.service);
    let before = fixture.users().await.len();
    let cases = [
        ("fake", claims_of("new")),
        (
            "corp",
            with_claims(
                claims_of("hopper"),
                json!({ "email": "hopper@corp.example", "email_verified": true }),
            ),
        ),
        ("corp", json!({ "sub": "1", "email": "x@corp.example", "email_verified": "true", "groups": ["a"] })),
    ];
    for (provider, claims) in cases {
        home.write("claims.json", claims.to_string());
        let printed = home
            .run(&["explain", "--provider", provider, "--claims", "claims.json", "--json"])
            .expect_exit(0);
        let answer = explain(&browser, &json!({ "provider": provider, "claims": claims })).await;
        assert_eq!(
            answer,
            serde_json::from_str::<Value>(&printed.out).expect("JSON"),
            "{provider}: {claims}"
        );
        assert!(answer["decision"]["rule"].is_string(), "{answer}");
    }
    assert_eq!(fixture.users().await.len(), before, "explaining creates no user");
}

#[on_every_store]
async fn link_of_a_user_is_explained(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let ada = create_user(&fixture.service, "ada").await;
    let browser = signed_in_with_role(&fixture.service, "margaret", "admin:read").await.0;
    let mut body = json!({ "provider": "fake", "claims": { "sub": "1" }, "signedInAs": ada.id });
    let answer = explain(&browser, &body).await;
    assert_eq!(answer["decision"]["outcome"], "linkOnRequest");
    assert_eq!(answer["decision"]["user"], ada.id.to_string());
    body["signedInAs"] = json!("0192f0c1-2345-7abc-8def-0123456789ab");
    let unknown = browser.post(ROUTE, &body).await.expect_problem(400, "invalid_request").json();
    assert_eq!(unknown["errors"], json!([{ "field": "signedInAs", "code": "unknown" }]));
}

// Signing in at a provider replaces no factor: the explanation names those that the user of the decision still has to prove.
#[on_every_store]
async fn explanation_names_the_second_factors_of_the_user(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let now = fixture.service.clock.now();
    let with_factors = create_user_with(&fixture.service, "ada", |user| {
        user.passkeys = vec![passkey("cGhvbmU", now)];
        set_verified_email(user, "ada@corp.example");
        user.message_codes = message_codes(now);
    })
    .await;
    create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example")).await;
    let browser = administrator(&fixture.service).await.0;
    let home = Installation::beside(&fixture.service);
    let of_link = json!({ "provider": "fake", "claims": { "sub": "1" }, "signedInAs": with_factors.id });
    let factors = json!(["passkey", "smsCode", "emailCode"]);
    assert_eq!(explain(&browser, &of_link).await["secondFactors"], factors);
    for (name, outcome, expected) in
        [("ada", "link", factors), ("linus", "link", json!([])), ("grace", "create", Value::Null)]
    {
        let claims = claims_of(name);
        let answer = explain(&browser, &json!({ "provider": "corp", "claims": claims })).await;
        assert_eq!(answer["decision"]["outcome"], outcome, "{answer}");
        assert_eq!(answer["secondFactors"], expected, "{name}");
        home.write("claims.json", claims.to_string());
        let command = ["explain", "--provider", "corp", "--claims", "claims.json"];
        let shown = home.run(&command).expect_exit(0).out;
        let is_named = shown.lines().any(|line| line == "secondFactors: passkey; smsCode; emailCode");
        assert_eq!(is_named, name == "ada", "{shown}");
    }
}

#[on_every_store]
async fn claims_without_a_decision_are_refused_with_the_reason(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = administrator(&fixture.service).await.0;
    for (body, field, reason) in [
        (json!({ "provider": "unknown", "claims": {} }), "provider", "members of this route"),
        (json!({ "provider": "fake", "claims": {} }), "claims", "fails before a decision"),
        (
            json!({ "provider": "fake", "claims": { "sub": "1", "iss": "https://elsewhere.example" } }),
            "claims",
            "not the issuer",
        ),
    ] {
        let answer = browser.post(ROUTE, &body).await.expect_problem(400, "invalid_request").json();
        assert_eq!(answer["errors"][0]["field"], field, "{answer}");
        assert!(answer["detail"].as_str().is_some_and(|detail| detail.contains(reason)), "{answer}");
    }
    for bad in [
        json!({}),
        json!({ "provider": "fake", "claims": [] }),
        json!({ "provider": "fake", "claims": {}, "x": 1 }),
    ] {
        browser.post(ROUTE, &bad).await.expect_problem(400, "invalid_request");
    }
    create_user(&fixture.service, "ada").await;
    let other = Browser::of(&fixture.service);
    other.sign_in("ada", PASSWORD).await.expect_status(200);
    let body = json!({ "provider": "fake", "claims": { "sub": "1" } });
    other.post(ROUTE, &body).await.expect_problem(403, "forbidden");
}
