//! Provider settings: mistakes of operators and their messages.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{
    browser::Browser,
    eventually,
    fake_provider::{
        CLIENT_ID, CLIENT_SECRET, FakeProvider,
        fault::{Fault, Signature},
    },
    federated::{assert_refused, callback_as, claims_of, start_login, trace_id},
    process::Installation,
};

const TENANT: &str = "11111111-2222-3333-4444-555555555555";

/// Creates an installation with one provider, `idp`, and these settings.
fn with_claims(settings: &[(&str, &str)]) -> Installation {
    let home = Installation::with_settings(&[("VESTIBULE_PROVIDERS", "idp")]);
    let good = [("ISSUER", "https://idp.example"), ("CLIENT_ID", "client")];
    good.iter()
        .chain(settings)
        .fold(home, |home, (name, value)| home.and(&format!("VESTIBULE_PROVIDER_IDP_{name}"), value))
}

/// Returns the mistakes of `check --json`. `serve` must stop with the same.
fn mistakes(home: &Installation) -> Vec<(String, String)> {
    let shown: Value = serde_json::from_str(&home.run(&["check", "--json"]).expect_exit(3).out).unwrap();
    let text = |mistake: &Value, name: &str| mistake[name].as_str().unwrap().to_owned();
    let mistakes = shown["mistakes"].as_array().unwrap().iter();
    let mistakes: Vec<_> = mistakes.map(|mistake| (text(mistake, "name"), text(mistake, "text"))).collect();
    let stopped = home.run(&["serve"]).expect_exit(3);
    for (name, text) in &mistakes {
        assert!(stopped.err.contains(&format!("{name}: {text}")), "{}", stopped.err);
    }
    mistakes
}

#[track_caller]
fn one_mistake(settings: &[(&str, &str)], setting: &str, what: &str) {
    let mistakes = mistakes(&with_claims(settings));
    let name = format!("VESTIBULE_PROVIDER_IDP_{setting}");
    assert_eq!(mistakes.len(), 1, "{settings:?}: {mistakes:?}");
    assert!(mistakes[0].0 == name && mistakes[0].1.contains(what), "{settings:?}: {mistakes:?}");
}

// Otherwise every user of any tenant could sign in.
#[test]
fn multi_tenant_issuer_requires_tenants() {
    let sentence = "accepts users of any tenant; put the ID of your tenant into it, or list the accepted tenants in _TENANTS";
    for issuer in [
        "https://login.microsoftonline.com/organizations/v2.0",
        "https://login.microsoftonline.com/common/v2.0",
        "https://login.microsoftonline.com/consumers/v2.0",
        "https://login.microsoftonline.com/{tenantid}/v2.0",
        "https://login.microsoftonline.us/common/v2.0",
        "https://idp.example/{tenantid}/v2.0",
    ] {
        one_mistake(&[("ISSUER", issuer)], "ISSUER", sentence);
        one_mistake(&[("ISSUER", issuer), ("TENANTS", " ")], "ISSUER", sentence);
        with_claims(&[("ISSUER", issuer), ("TENANTS", TENANT)]).run(&["check"]).expect_exit(0);
    }
    let own = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
    with_claims(&[("ISSUER", &own)]).run(&["check"]).expect_exit(0);
    one_mistake(&[("ISSUER", &own), ("TENANTS", TENANT)], "ISSUER", "so _TENANTS has no effect");
    one_mistake(&[("TENANTS", TENANT)], "ISSUER", "so _TENANTS has no effect");
}

// The URL of the metadata is the most frequent mistake; discovery would report status 404.
#[test]
fn issuer_is_not_the_url_of_the_metadata() {
    for issuer in [
        "https://idp.example/.well-known/openid-configuration",
        "https://idp.example/realms/a/.well-known/openid-configuration",
        "https://idp.example/.well-known/oauth-authorization-server",
    ] {
        one_mistake(
            &[("ISSUER", issuer)],
            "ISSUER",
            "is the URL of the metadata; write the issuer: \"https://idp.example",
        );
    }
    one_mistake(
        &[("ISSUER", "https://user:hunter2@idp.example")],
        "ISSUER",
        "contains a user name or a password",
    );
}

#[test]
fn role_claim_with_an_open_quote_is_a_mistake() {
    let map = ("ROLE_MAP", "Admins=admin");
    for claim in ["groups", "resource_access.\"my.app\".roles", "https://corp.example/roles"] {
        with_claims(&[("ROLE_CLAIM", claim), map]).run(&["check"]).expect_exit(0);
    }
    for claim in ["resource_access.\"my.app.roles", "groups\""] {
        one_mistake(&[("ROLE_CLAIM", claim), map], "ROLE_CLAIM", "has a quote that is not closed");
    }
}

#[test]
fn tenant_must_be_an_id() {
    let issuer = ("ISSUER", "https://login.microsoftonline.com/organizations/v2.0");
    for tenant in ["*", "{tenantid}", "acme/../x", "acme.example", "https://acme.example", "a b"] {
        let mistakes = mistakes(&with_claims(&[issuer, ("TENANTS", tenant)]));
        let name = "VESTIBULE_PROVIDER_IDP_TENANTS";
        assert!(
            mistakes.iter().any(|(of, text)| of == name && text.contains("is not a tenant ID")),
            "{mistakes:?}"
        );
    }
}

#[test]
fn logout_url_must_be_https_or_loopback() {
    for url in ["", "https://idp.example/logout?a=b", "http://localhost:9/logout", "http://127.0.0.1/logout"]
    {
        with_claims(&[("LOGOUT_URL", url)]).run(&["check"]).expect_exit(0);
    }
    for url in [
        "logout",
        "/logout",
        "//idp.example/logout",
        "http://idp.example/logout",
        "http://localhost.example/logout",
        "ftp://idp.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
    ] {
        one_mistake(&[("LOGOUT_URL", url)], "LOGOUT_URL", "is not an https URL");
    }
}

// A single setting looks as if roles were granted.
#[test]
fn role_claim_and_role_map_require_each_other() {
    let (claim, map) = (("ROLE_CLAIM", "groups"), ("ROLE_MAP", "Admins=admin"));
    with_claims(&[claim, map]).run(&["check"]).expect_exit(0);
    one_mistake(&[claim], "ROLE_CLAIM", "gives no role without _ROLE_MAP");
    one_mistake(&[claim, ("ROLE_MAP", " ")], "ROLE_CLAIM", "gives no role without _ROLE_MAP");
    one_mistake(&[map], "ROLE_MAP", "gives no role without _ROLE_CLAIM");
    one_mistake(&[map, ("ROLE_CLAIM", "")], "ROLE_MAP", "gives no role without _ROLE_CLAIM");
    one_mistake(&[claim, ("ROLE_MAP", "Admins")], "ROLE_MAP", "write claim-value=role");
    let file = with_claims(&[claim, ("ROLE_MAP_FILE", "map")]);
    file.write("map", "Admins=admin\n");
    file.run(&["check"]).expect_exit(0);
}

#[test]
fn all_provider_mistakes_are_shown_at_once() {
    let home = Installation::with_settings(&[
        ("VESTIBULE_PROVIDERS", "idp,corp-idp,login,idp"),
        ("VESTIBULE_PROVIDER_IDP_ISSUER", "http://idp.example"),
        ("VESTIBULE_PROVIDER_IDP_CLIENT_SECRET", "hunter2 is the secret"),
        ("VESTIBULE_PROVIDER_IDP_KIND", "azure"),
        ("VESTIBULE_PROVIDER_IDP_LOGOUT_URL", "logout"),
        ("VESTIBULE_PROVIDER_IDP_TRUSTED_DOMAINS", "*.corp.example"),
        ("VESTIBULE_PROVIDER_IDP_PROFILE", "name=provider"),
        ("VESTIBULE_PROVIDER_IDP_ORGANISATION", "org_1"),
        ("VESTIBULE_PROVIDER_IDP_ROLE_CLAIM", "groups"),
        ("VESTIBULE_PROVIDER_CORP_IDP_ISSUER", "https://login.microsoftonline.com/common/v2.0"),
        ("VESTIBULE_PROVIDER_CORP_IDP_CLIENT_ID", "client"),
        ("VESTIBULE_PROVIDER_CORP_IDP_ROLE_MAP", "staff"),
        ("VESTIBULE_PROVIDER_CORP_IDP_ALLOW_SIGNUP", "maybe"),
    ]);
    let names: Vec<String> = mistakes(&home).into_iter().map(|(name, _)| name).collect();
    let done = home.run(&["check"]).expect_exit(3);
    for (provider, settings) in [
        (
            "IDP",
            &[
                "ISSUER",
                "CLIENT_ID",
                "KIND",
                "LOGOUT_URL",
                "TRUSTED_DOMAINS",
                "PROFILE",
                "ORGANISATION",
                "ROLE_CLAIM",
            ][..],
        ),
        ("CORP_IDP", &["ISSUER", "ROLE_MAP", "ALLOW_SIGNUP"]),
    ] {
        for setting in settings {
            let name = format!("VESTIBULE_PROVIDER_{provider}_{setting}");
            assert!(names.contains(&name) && done.err.contains(&name), "{name}: {names:?}");
        }
    }
    assert!(names.contains(&"VESTIBULE_PROVIDERS".to_owned()), "{names:?}");
    assert!(done.err.contains("did you mean VESTIBULE_PROVIDER_IDP_ORGANIZATION?"), "{}", done.err);
    assert!(!done.err.contains("hunter2"), "{}", done.err);
    assert!(!home.path("data").exists(), "nothing is created");
}

/// Creates an installation with these providers.
pub(super) fn of(providers: &[(&FakeProvider, &str)]) -> Installation {
    let names: Vec<&str> = providers.iter().map(|(provider, _)| provider.name).collect();
    let home = Installation::with_settings(&[("VESTIBULE_PROVIDERS", &names.join(","))]);
    providers.iter().fold(home, |home, (provider, kind)| {
        let setting = |what: &str| format!("VESTIBULE_PROVIDER_{}_{what}", provider.name.to_uppercase());
        home.and(&setting("ISSUER"), provider.issuer())
            .and(&setting("CLIENT_ID"), CLIENT_ID)
            .and(&setting("CLIENT_SECRET"), CLIENT_SECRET)
            .and(&setting("KIND"), kind)
    })
}

// Old Auth0 applications sign with HS256: log and trace name the setting to change.
#[tokio::test(flavor = "multi_thread")]
async fn symmetric_token_error_names_the_setting() {
    let (one, two, three) = (
        FakeProvider::start("one").await,
        FakeProvider::start("two").await,
        FakeProvider::start("three").await,
    );
    let providers = [(&one, "auth0"), (&two, "okta"), (&three, "oidc")];
    let home = of(&providers);
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    eventually(Duration::from_mins(1), "all are available", || async {
        let listed = browser.get("/api/auth/providers").await.json();
        listed["providers"].as_array().unwrap().iter().all(|provider| provider["available"] == json!(true))
    })
    .await;
    for (provider, words) in [
        (
            &one,
            "Applications > (this one) > Settings > Advanced Settings > OAuth > JsonWebToken Signature Algorithm to RS256",
        ),
        (&two, "the signing algorithm of the authorization server to RS256"),
        (&three, "the ID token signature algorithm of this client to RS256 at the provider"),
    ] {
        let authorization = start_login(&browser, provider).await;
        provider.set_fault(Fault::Signed(Signature::ClientSecret));
        let answer = callback_as(&browser, provider, &authorization, &claims_of("grace")).await;
        assert_refused(&answer, "provider_response_invalid");
        assert!(!answer.header("location").unwrap().contains("RS256"), "the page does not show it");
        let printed = home.run(&["explain", "--trace", &trace_id(&answer), "--json"]).expect_exit(0).out;
        let failure =
            serde_json::from_str::<Value>(&printed).unwrap()["failure"].as_str().unwrap().to_owned();
        assert!(failure.contains("HS256") && failure.contains(words), "{failure}");
        let log = serving.log();
        assert!(log.lines().any(|line| line.contains("HS256") && line.contains(words)), "{log}");
    }
}
