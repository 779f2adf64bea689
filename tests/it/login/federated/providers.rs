//! Configured providers: list, outages, and the real provider.

use std::{sync::LazyLock, time::Duration};

use serde_json::json;

use crate::harness::{
    browser::{Answer, Browser},
    eventually,
    fake_provider::{
        CLIENT_ID, CLIENT_SECRET, FakeProvider,
        fault::{
            Answer::{Error, Status},
            Endpoint, Fault,
        },
    },
    federated::{
        AuthorizationRequest, FederatedFixture, all_users, assert_refused, assert_signed_in, callback,
        callback_as, claims_of, event_of, is_available, me, redirect_target, session_state,
        set_verified_email, sign_in, start_login,
    },
    process::Installation,
    provider::Provider,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

/// Time until a restarted provider is available again: retries follow after 1, 2, 4, 8 and 16 seconds.
pub(crate) const NOTICED: Duration = Duration::from_mins(1);

/// An error code that fits into the limit, and one that does not.
static LONG: LazyLock<String> = LazyLock::new(|| "secretive ".repeat(40_000));
static TOO_LONG: LazyLock<String> = LazyLock::new(|| "secretive ".repeat(100_000));

#[on_every_store]
async fn providers_are_listed_in_configured_order(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(
        &location,
        &[("FAKE_LABEL", "The FakeProvider"), ("CORP_KIND", "okta")],
    )
    .await;
    let answer = fixture.browser().get("/api/auth/providers").await.expect_status(200);
    assert_eq!(answer.session_cookie(), None);
    snapshot!(answer.json(), @r#"
    {
      "brand": {
        "color": null,
        "logo": null,
        "name": null,
        "supportUrl": null
      },
      "languages": [
        "en",
        "de",
        "fr",
        "es",
        "ar"
      ],
      "mail": false,
      "messageCodes": [],
      "minPasswordLength": 15,
      "passkeys": true,
      "passwords": true,
      "providers": [
        {
          "available": true,
          "kind": "oidc",
          "label": "The FakeProvider",
          "loginUrl": "/api/auth/login/fake",
          "name": "fake"
        },
        {
          "available": true,
          "kind": "okta",
          "label": "corp",
          "loginUrl": "/api/auth/login/corp",
          "name": "corp"
        }
      ],
      "remember": null,
      "trustDays": null
    }
    "#);
}

#[on_every_store]
async fn disabled_provider_is_not_found(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let grace = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let FederatedFixture { fake, corp, service } = fixture;
    let service = service.restart_with(&[("VESTIBULE_PROVIDER_FAKE_ENABLED", "false")]).await;
    let browser = Browser::of(&service);
    let listed = browser.get("/api/auth/providers").await.expect_status(200).json();
    assert_eq!(listed["providers"].as_array().expect("a list").len(), 1);
    assert_refused(&browser.get("/api/auth/login/fake").await, "provider_unknown");
    let authorization = start_login(&browser, &corp).await;
    let code = fake.code_for(&authorization.parameters, &claims_of("grace"));
    let back = [("code", code.as_str()), ("state", authorization.state())];
    let (path, _) = redirect_target(&callback(&browser, "fake", &back).await);
    assert_eq!(path, "/login");
    grace.at_replica(&service).me().await.expect_status(200);
}

// An unavailable provider does not affect other login methods.
#[on_every_store]
async fn service_starts_while_a_provider_is_down(location: StoreLocation) {
    let (fake, corp) = (FakeProvider::start("fake").await, FakeProvider::start("corp").await);
    fake.shut_down().await;
    let fixture = FederatedFixture::with_providers(&location, &[], fake, corp).await;
    create_user(&fixture.service, "ada").await;
    fixture.wait_until_available("corp").await;
    assert!(!is_available(&fixture.service, "fake").await);
    let browser = fixture.browser();
    assert_refused(&browser.get("/api/auth/login/fake?returnTo=/x").await, "provider_unavailable");
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    fixture.signed_in(&fixture.corp, &claims_of("grace")).await;
    let ready = browser.get("/readyz").await.expect_status(200).json();
    assert_eq!(ready["status"], "ready", "an unavailable provider does not affect readiness");

    fixture.fake.restart().await;
    eventually(NOTICED, "the provider is available again without a login", || {
        is_available(&fixture.service, "fake")
    })
    .await;
    fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
}

#[on_every_store]
async fn provider_down_during_login_is_refused(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    fixture.fake.shut_down().await;
    let back = [("code", code.as_str()), ("state", authorization.state())];
    assert_refused(&callback(&browser, "fake", &back).await, "provider_unavailable");
    fixture.fake.restart().await;
    assert_refused(&callback(&browser, "fake", &back).await, "login_expired");
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    eventually(NOTICED, "the provider is available again", || is_available(&fixture.service, "fake")).await;
}

#[on_every_store]
async fn connection_reset_fails_only_that_login(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    fixture.fake.reset_connections().await;
    assert_refused(
        &callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await,
        "provider_unavailable",
    );
    fixture.fake.restart().await;
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
}

// Error texts of a provider are untrusted: any length, several lines.
#[on_every_store]
async fn provider_error_text_is_not_stored(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for (text, code) in [
        ("invalid_grant", "provider_error"),
        ("secretive\r\nforged=line", "provider_error"),
        ("\u{1b}[31munspeakable\u{0}\u{2028}", "provider_error"),
        (LONG.as_str(), "provider_error"),
        (TOO_LONG.as_str(), "provider_response_invalid"),
    ] {
        let browser = fixture.browser();
        let authorization = start_login(&browser, &fixture.fake).await;
        fixture.fake.set_fault(Fault::Answer(Endpoint::Token, Error(text)));
        let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
        fixture.fake.set_fault(Fault::None);
        assert_refused(&answer, code);
        assert!(!answer.header("location").expect("a location").contains("secretive"));
        let details = event_of(&fixture.service, &answer).await.details_text().expect("details");
        assert!(
            details.len() < 500 && !details.contains("secretive") && !details.contains("forged"),
            "{details}"
        );
        assert!(!details.contains(char::is_control), "{details:?}");
    }
    for text in ["secretive\r\nforged=line", &LONG[..6_000]] {
        let browser = fixture.browser();
        let authorization = start_login(&browser, &fixture.fake).await;
        let back = [("error", text), ("error_description", text), ("state", authorization.state())];
        let answer = callback(&browser, "fake", &back).await;
        assert_refused(&answer, "provider_error");
        let details = event_of(&fixture.service, &answer).await.details_text().expect("details");
        assert!(details.len() < 500 && !details.contains("secretive"), "{details}");
    }
    assert!(!location.all_documents().await.contains("secretive"));
}

#[on_every_store]
async fn failing_provider_does_not_affect_other_logins(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    create_user(&fixture.service, "ada").await;
    fixture.fake.set_fault(Fault::Answer(Endpoint::Token, Status(503)));
    let (failing, grace, ada) = (fixture.browser(), fixture.browser(), fixture.browser());
    let (of_linus, of_grace) = (claims_of("linus"), claims_of("grace"));
    let (refusal, came, local) = tokio::join!(
        sign_in(&failing, &fixture.fake, &of_linus),
        sign_in(&grace, &fixture.corp, &of_grace),
        ada.sign_in("ada", PASSWORD)
    );
    assert_refused(&refusal, "provider_unavailable");
    assert_signed_in(&came, "/");
    local.expect_status(200);
}

#[on_every_store]
async fn real_provider_accepts_every_client_type(location: StoreLocation) {
    let provider = Provider::of_the_run();
    for kind in ["basic", "post", "es256", "public"] {
        let service = real_service(&location, &provider, kind, &[]).await;
        let browser = Browser::of(&service);
        let answer = sign_in_at_real_provider(&browser, &provider, "login=grace").await;
        assert_signed_in(&answer, "/dashboard");
        let me = me(&browser).await;
        assert_eq!(me["displayName"], "Grace Hopper", "{kind}");
        assert_eq!(me["email"], "grace@corp.example", "{kind}");
        assert_eq!(me["picture"], "https://corp.example/users/grace.png", "{kind}");
        assert_eq!(me["locale"], "en-GB", "{kind}");
        assert_eq!(me["roles"], json!(["editor"]), "{kind}");
        assert_eq!(me["authProvider"], "demo", "{kind}");
        assert_eq!(all_users(&service).await.len(), 1, "one identity has one user, with every client");
        service.stop().await;
    }
}

#[on_every_store]
async fn denied_consent_at_a_real_provider_is_reported(location: StoreLocation) {
    let provider = Provider::of_the_run();
    let service = real_service(&location, &provider, "basic", &[]).await;
    let answer = sign_in_at_real_provider(&Browser::of(&service), &provider, "cancel=cancel").await;
    assert_refused(&answer, "login_cancelled");
    assert_eq!(all_users(&service).await.len(), 0);
}

#[on_every_store]
async fn claims_of_a_real_provider_are_applied(location: StoreLocation) {
    let provider = Provider::of_the_run();
    let trusted = [("VESTIBULE_PROVIDER_DEMO_TRUSTED_DOMAINS", "corp.example")];
    let service = real_service(&location, &provider, "basic", &trusted).await;
    let linus = crate::harness::users::create_user_with(&service, "linus", |user| {
        set_verified_email(user, "linus@corp.example");
    })
    .await;
    for (login, email, verified) in [
        ("mallory", json!("linus@corp.example"), false),
        ("eve", json!("linus@corp.example"), false),
        ("bob", json!(null), false),
        ("zoe", json!("zoe@example.org"), false),
    ] {
        let browser = Browser::of(&service);
        assert_signed_in(
            &sign_in_at_real_provider(&browser, &provider, &format!("login={login}")).await,
            "/dashboard",
        );
        let me = me(&browser).await;
        assert_ne!(me["id"], linus.id.to_string(), "{login} is not linus");
        assert_eq!((&me["email"], &me["emailVerified"]), (&email, &json!(verified)), "{login}");
    }
    let browser = Browser::of(&service);
    assert_signed_in(&sign_in_at_real_provider(&browser, &provider, "login=linus").await, "/dashboard");
    assert_eq!(me(&browser).await["id"], linus.id.to_string());
}

#[on_every_store]
async fn trusted_mfa_of_a_real_provider_counts(location: StoreLocation) {
    let provider = Provider::of_the_run();
    let settings = [("VESTIBULE_PROVIDER_DEMO_TRUST_MFA", "mfa"), ("VESTIBULE_MFA", "required")];
    let service = real_service(&location, &provider, "basic", &settings).await;
    let browser = Browser::of(&service);
    let answer = sign_in_at_real_provider(&browser, &provider, "login=grace").await;
    let (path, query) = redirect_target(&answer);
    assert_eq!((path.as_str(), query["returnTo"].as_str()), ("/mfa-setup", "/dashboard"));
    let browser = Browser::of(&service);
    let answer = sign_in_at_real_provider(&browser, &provider, "login=grace&amr=pwd+mfa+otp").await;
    assert_signed_in(&answer, "/dashboard");
    assert_eq!(session_state(&browser).await, "signedIn");
}

/// Starts a service with the real provider as `demo` and this client type.
pub(crate) async fn real_service(
    location: &StoreLocation,
    provider: &Provider,
    kind: &str,
    more: &[(&str, &str)],
) -> Service {
    let (id, secret) = provider.client(kind);
    let mut settings = vec![
        ("VESTIBULE_PROVIDERS", "demo"),
        ("VESTIBULE_PROVIDER_DEMO_ISSUER", provider.issuer()),
        ("VESTIBULE_PROVIDER_DEMO_CLIENT_ID", id),
        ("VESTIBULE_PROVIDER_DEMO_ROLE_CLAIM", "https://app.example/roles"),
        ("VESTIBULE_PROVIDER_DEMO_ROLE_MAP", "editor=editor"),
    ];
    settings.extend(secret.map(|secret| ("VESTIBULE_PROVIDER_DEMO_CLIENT_SECRET", secret)));
    settings.extend(more);
    let service = Service::with_system_clock(location, &settings).await;
    eventually(NOTICED, "the provider is available", || async { is_available(&service, "demo").await }).await;
    service
}

/// Signs in through the real provider.
pub(crate) async fn sign_in_at_real_provider(browser: &Browser, provider: &Provider, form: &str) -> Answer {
    let answer = browser.get("/api/auth/login/demo?returnTo=/dashboard").await;
    let back = provider.sign_in(&AuthorizationRequest::of(&answer).authorize, form).await;
    let back: Vec<(&str, &str)> = back.iter().map(|(name, value)| (&**name, &**value)).collect();
    callback(browser, "demo", &back).await
}

// The same for the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn provider_error_text_is_not_logged() {
    let fake = FakeProvider::start("fake").await;
    let home = Installation::with_settings(&[
        ("VESTIBULE_LOG", "debug"),
        ("VESTIBULE_PROVIDERS", "fake"),
        ("VESTIBULE_PROVIDER_FAKE_ISSUER", fake.issuer()),
        ("VESTIBULE_PROVIDER_FAKE_CLIENT_ID", CLIENT_ID),
        ("VESTIBULE_PROVIDER_FAKE_CLIENT_SECRET", CLIENT_SECRET),
    ]);
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    eventually(NOTICED, "the provider is available", || async {
        browser.get("/api/auth/providers").await.json()["providers"][0]["available"] == json!(true)
    })
    .await;
    for text in ["secretive\r\nforged=line", LONG.as_str(), TOO_LONG.as_str()] {
        let authorization = start_login(&browser, &fake).await;
        fake.set_fault(Fault::Answer(Endpoint::Token, Error(text)));
        let answer = callback_as(&browser, &fake, &authorization, &claims_of("grace")).await;
        assert_eq!(redirect_target(&answer).0, "/login");
        let authorization = start_login(&browser, &fake).await;
        let text = &text[..text.len().min(8_000)];
        assert_refused(
            &callback(&browser, "fake", &[("error", text), ("state", authorization.state())]).await,
            "provider_error",
        );
    }
    let log = serving.log();
    assert!(log.contains("provider_error") && log.contains("provider_response_invalid"), "{log}");
    assert!(!log.contains("secretive") && !log.contains("forged"), "{log}");
    let longest = log.lines().map(str::len).max().unwrap_or_default();
    assert!(
        longest < 4_000 && !log.contains(|c: char| c.is_control() && c != '\n' && c != '\t'),
        "{longest}"
    );
}
