//! Linking an identity from the account page: bound to the user and the session that started it. It opens no session.

use serde_json::{Value, json};
use vestibule::audit::EventKind;

use crate::harness::{
    account::{
        BACK, actors, assert_back_in_account, assert_sent_to_login, link_identity, linked_identities,
        start_link,
    },
    federated::{
        AuthorizationRequest, FederatedFixture, assert_signed_in, callback, callback_as, claims_of, me,
        redirect_target, session_state, sign_in, with_claims,
    },
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app},
};

#[on_every_store]
async fn linked_identity_can_sign_in(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let ada = create_user(&fixture.service, "ada").await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_eq!(linked_identities(&browser).await, Vec::<Value>::new());
    let (session, before) = (browser.session(), me(&browser).await);
    let authorization = start_link(&browser, &fixture.fake).await;
    assert_eq!(
        authorization.parameters["prompt"], "login",
        "the session at the provider may belong to another user"
    );
    // An untrusted provider is enough: the signed-in user asks for the link.
    let claims = with_claims(claims_of("grace_hopper"), json!({ "email_verified": false }));
    assert_back_in_account(&callback_as(&browser, &fixture.fake, &authorization, &claims).await);
    assert_eq!(browser.session(), session);
    assert_eq!(me(&browser).await["session"], before["session"], "the session is unchanged");
    let linked = linked_identities(&browser).await;
    assert_eq!(linked.len(), 1);
    assert_eq!((&linked[0]["provider"], &linked[0]["label"]), (&json!("fake"), &json!("fake")));
    assert_eq!(linked[0]["email"], "grace_hopper@corp.example");
    let mut members: Vec<&str> =
        linked[0].as_object().expect("an object").keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["email", "id", "label", "lastLoginAt", "linkedAt", "provider"]);
    let id = linked[0]["id"].as_str().expect("a text");
    assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{id}");
    let shown = json!(linked).to_string();
    assert!(!shown.contains("of grace_hopper") && !shown.contains(fixture.fake.issuer()), "{shown}");
    assert_eq!(actors(&fixture.service, &ada, EventKind::IdentityLinked).await, [Some(ada.id.to_string())]);

    let again = fixture.signed_in(&fixture.fake, &claims).await;
    assert_eq!(me(&again).await["id"], before["id"]);
    assert_eq!(fixture.users().await.len(), 1);
    fixture.assert_no_protocol_errors();
}

#[on_every_store]
async fn linking_an_identity_twice_changes_nothing(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let before = linked_identities(&browser).await;
    assert_back_in_account(&link_identity(&browser, &fixture.fake, &claims_of("grace")).await);
    assert_eq!(linked_identities(&browser).await, before, "the identity is listed once and is unchanged");
    // Another account at the same provider is another identity.
    assert_back_in_account(&link_identity(&browser, &fixture.fake, &claims_of("hopper")).await);
    assert_eq!(linked_identities(&browser).await.len(), 2);
}

// The user chooses the identity at the provider. The service links the identity of the callback, not an expected one.
#[on_every_store]
async fn link_uses_the_identity_of_the_callback(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let one = start_link(&browser, &fixture.fake).await;
    let other = start_link(&browser, &fixture.fake).await;
    let y = with_claims(claims_of("y"), json!({ "email": "grace@corp.example" }));
    assert_back_in_account(&callback_as(&browser, &fixture.fake, &one, &y).await);
    // A code of one transaction does not work in another: nonce and PKCE verifier differ.
    let code = fixture.fake.code_for(&one.parameters, &claims_of("x"));
    let answer = callback(&browser, "fake", &[("code", &code), ("state", other.state())]).await;
    let (path, query) = redirect_target(&answer);
    assert_eq!((path.as_str(), query["provider"].as_str()), ("/login", "fake"), "{query:?}");
    let subjects: Vec<String> =
        fixture.users().await[0].identities.iter().map(|identity| identity.key.subject.clone()).collect();
    assert_eq!(subjects, ["of grace", "of y"]);
}

// Casdoor CVE-2026-9091: a link does not bypass the second factor.
#[on_every_store]
async fn link_does_not_change_the_authentication_level(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("FAKE_TRUST_MFA", "mfa")]).await;
    let (_, app) = create_user_with_app(&fixture.service, "linus").await;
    let browser = fixture.browser();
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    let body = json!({ "returnTo": BACK });
    browser.post("/api/account/identities/fake", &body).await.expect_problem(401, "second_factor_required");
    browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
    let before = me(&browser).await["session"].clone();
    assert_back_in_account(&link_identity(&browser, &fixture.fake, &claims_of("linus")).await);
    assert_eq!(me(&browser).await["session"], before);
    let other = fixture.browser();
    sign_in(&other, &fixture.fake, &claims_of("linus")).await.expect_status(303);
    assert_eq!(
        session_state(&other).await,
        "awaitingSecondFactor",
        "the linked login requires the factor as well"
    );

    // A second factor at the provider does not raise the level of a session without a factor here.
    create_user(&fixture.service, "ada").await;
    let ada = fixture.browser();
    ada.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_back_in_account(
        &link_identity(&ada, &fixture.fake, &with_claims(claims_of("ada"), json!({ "amr": ["mfa"] }))).await,
    );
    assert_eq!(me(&ada).await["session"]["amr"], json!(["pwd"]));
}

// next-auth CVE-2023-48309: the cookies of a started link are no session.
#[on_every_store]
async fn link_transaction_opens_no_session(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    create_user(&fixture.service, "ada").await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let authorization = start_link(&browser, &fixture.fake).await;
    let cookie = browser.cookie("vestibule-login-3000").expect("a cookie");
    for value in [cookie.as_str(), authorization.state(), &authorization.parameters["nonce"]] {
        let attacker = fixture.browser();
        attacker.put_cookie("vestibule-3000", value);
        attacker.me().await.expect_problem(401, "not_signed_in");
    }
    // The callback of a link opens no session in a browser without one.
    assert_back_in_account(&callback_as(&browser, &fixture.fake, &authorization, &claims_of("ada")).await);
    let authorization = start_link(&browser, &fixture.fake).await;
    browser.delete_cookie("vestibule-3000");
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("ada")).await;
    assert_sent_to_login(&answer, "link_refused", &fixture.fake);
    assert_eq!(session_state(&browser).await, "anonymous");
}

#[on_every_store]
async fn link_rejects_foreign_return_paths(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    for path in ["/api/account/identities/fake", "/api/auth/reauthenticate/fake"] {
        for odd in
            ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "evil", ""]
        {
            let answer = browser.post(path, &json!({ "returnTo": odd })).await.expect_status(200).json();
            let authorization =
                AuthorizationRequest::to(answer["redirect"].as_str().expect("a redirect URL"));
            let back = [("error", "access_denied"), ("state", authorization.state())];
            let (path, query) = redirect_target(&callback(&browser, "fake", &back).await);
            assert_eq!((path.as_str(), query.get("returnTo")), ("/login", None), "{odd}");
        }
    }
    browser.post("/api/account/identities/fake", &json!({ "returnTo": ["/x"] })).await.expect_status(400);
    assert_signed_in(&sign_in(&browser, &fixture.fake, &claims_of("grace")).await, "/");
}
