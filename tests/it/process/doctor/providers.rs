//! Identity providers: the real one, and one with a fault.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::clock::Clock;

use super::{Row, home, run};
use crate::harness::{
    fake_provider::{
        CLIENT_ID, CLIENT_SECRET, FakeProvider,
        fault::{Answer, Endpoint, Fault},
    },
    process::Installation,
    provider::Provider,
};

const ISSUER: &str = "VESTIBULE_PROVIDER_IDP_ISSUER";

fn at(issuer: &str, id: &str, secret: &str) -> Installation {
    home(&[
        ("VESTIBULE_PROVIDERS", "idp"),
        (ISSUER, issuer),
        ("VESTIBULE_PROVIDER_IDP_CLIENT_ID", id),
        ("VESTIBULE_PROVIDER_IDP_CLIENT_SECRET", secret),
    ])
}

/// A row with one fault of a provider.
async fn faulty(what: &'static str, fault: Fault, exit: i32, code: &'static str, fix: &'static str) -> Row {
    let provider = FakeProvider::start("idp").await;
    provider.set_fault(fault);
    let home = at(provider.issuer(), CLIENT_ID, CLIENT_SECRET);
    Row::bad(what, home, exit, code, fix).keep(provider)
}

fn set(document: &mut Value, member: &str, value: Value) {
    document[member] = value;
}

#[expect(clippy::too_many_lines, reason = "one table")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broken_providers_are_named() {
    let discovery = Fault::Discovery;
    let mut rows = vec![
        faulty(
            "page in place of metadata",
            Fault::Answer(Endpoint::Discovery, Answer::Html),
            1,
            "provider_discovery",
            ISSUER,
        )
        .await,
        faulty(
            "rate limit",
            Fault::Answer(Endpoint::Discovery, Answer::Status(429)),
            1,
            "provider_rate_limited",
            "again in a minute",
        )
        .await,
        faulty(
            "outage",
            Fault::Answer(Endpoint::Discovery, Answer::Status(503)),
            1,
            "provider_unreachable",
            ISSUER,
        )
        .await,
        faulty(
            "token endpoint without TLS",
            discovery(|d| set(d, "token_endpoint", json!("http://idp.corp.test/token"))),
            1,
            "provider_endpoint",
            "VESTIBULE_PROVIDER_IDP_BACKCHANNEL_URL",
        )
        .await,
        faulty("no keys", Fault::Keys(|keys| set(keys, "keys", json!([]))), 1, "provider_keys", "RS256")
            .await,
        faulty(
            "key set is down",
            Fault::Answer(Endpoint::Keys, Answer::Status(503)),
            1,
            "provider_keys",
            "key set",
        )
        .await,
        faulty(
            "symmetric signatures only",
            discovery(|d| set(d, "id_token_signing_alg_values_supported", json!(["HS256"]))),
            1,
            "provider_algorithm",
            "RS256",
        )
        .await,
        faulty(
            "PKCE without S256",
            discovery(|d| set(d, "code_challenge_methods_supported", json!(["plain"]))),
            1,
            "provider_pkce",
            "S256",
        )
        .await,
        faulty(
            "implicit flow only",
            discovery(|d| set(d, "response_types_supported", json!(["id_token"]))),
            1,
            "provider_code_flow",
            "authorization code flow",
        )
        .await,
        faulty(
            "fragment only",
            discovery(|d| set(d, "response_modes_supported", json!(["fragment"]))),
            1,
            "provider_response_mode",
            "VESTIBULE_PROVIDER_IDP_RESPONSE_MODE",
        )
        .await,
        faulty(
            "private key in the key set",
            Fault::Keys(|keys| {
                let leaked = json!({ "kty": "RSA", "kid": "leaked", "n": "AQAB", "e": "AQAB", "d": "AQAB" });
                keys["keys"].as_array_mut().expect("keys").push(leaked);
            }),
            1,
            "provider_key_defect",
            "replace this key",
        )
        .await,
        faulty(
            "scopes that are not offered",
            discovery(|d| set(d, "scopes_supported", json!(["openid"]))),
            0,
            "provider_scope",
            "VESTIBULE_PROVIDER_IDP_SCOPES",
        )
        .await,
        faulty(
            "no logout",
            discovery(|d| drop(d.as_object_mut().expect("an object").remove("end_session_endpoint"))),
            0,
            "provider_no_logout",
            "VESTIBULE_PROVIDER_IDP_LOGOUT_URL",
        )
        .await,
    ];
    // With one method that the service knows, it uses that one.
    let other_method = FakeProvider::start("idp").await;
    other_method.set_fault(discovery(|d| {
        set(d, "token_endpoint_auth_methods_supported", json!(["client_secret_post"]));
    }));
    let home_of_other = at(other_method.issuer(), CLIENT_ID, CLIENT_SECRET);
    rows.push(Row::good("other client authentication", home_of_other).keep(other_method));
    rows.push(
        faulty(
            "unknown client authentication",
            discovery(|d| set(d, "token_endpoint_auth_methods_supported", json!(["private_key_jwt"]))),
            1,
            "provider_auth_method",
            "VESTIBULE_PROVIDER_IDP_AUTH_METHOD",
        )
        .await,
    );
    let slash = FakeProvider::start("idp").await;
    let home_of_slash = at(&format!("{}/", slash.issuer()), CLIENT_ID, CLIENT_SECRET);
    rows.push(
        Row::bad(
            "slash at the end of the issuer",
            home_of_slash,
            1,
            "provider_issuer",
            "VESTIBULE_PROVIDER_IDP_ISSUER=http://127.0.0.1",
        )
        .keep(slash),
    );
    let late = FakeProvider::start("idp").await;
    let clock = Clock::manual(Clock::system().now());
    clock.advance(Duration::from_mins(5));
    late.use_clock(&clock);
    rows.push(
        Row::bad(
            "clock five minutes behind",
            at(late.issuer(), CLIENT_ID, CLIENT_SECRET),
            1,
            "clock_provider",
            "synchronise the clock",
        )
        .keep(late),
    );
    let internal = at("https://idp.corp.test", CLIENT_ID, CLIENT_SECRET)
        .and("VESTIBULE_PROVIDER_IDP_BACKCHANNEL_URL", "http://127.0.0.1:9");
    rows.push(Row::bad(
        "wrong internal address",
        internal,
        1,
        "provider_unreachable",
        "VESTIBULE_PROVIDER_IDP_BACKCHANNEL_URL=http://127.0.0.1:9",
    ));
    run(rows).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn real_provider_is_checked_with_client_and_redirect_uri() {
    const SECRET: &str = "VESTIBULE_PROVIDER_IDP_CLIENT_SECRET";
    let provider = Provider::of_the_run();
    let (id, secret) = provider.client("basic");
    let good = at(provider.issuer(), id, secret.expect("a secret"));
    let shown = at(provider.issuer(), id, secret.expect("a secret")).run(&["doctor"]);
    assert!(shown.out.contains("  idp: http://localhost:1/api/auth/callback/idp"), "{shown:#?}");
    let written = |secret: String, code| {
        let what = "secret with a character that does not belong to it";
        Row::bad(what, at(provider.issuer(), id, &secret), 1, code, SECRET)
    };
    let real = secret.expect("a secret");
    run(vec![
        Row::good("real provider", good),
        written(format!("\"{real}\""), "value_quoted").and("provider_client", SECRET),
        written(format!("{real} "), "value_blank").and("provider_client", SECRET),
        // The provider calls it an invalid request, which a wrong code can be, too.
        written(format!("\u{200b}{real}"), "value_invisible"),
        Row::bad(
            "redirect URI that is not registered",
            at(provider.issuer(), id, real).and("VESTIBULE_PUBLIC_URL", "http://localhost:1/auth"),
            1,
            "provider_redirect_uri",
            "register the redirect URI http://localhost:1/auth/api/auth/callback/idp",
        ),
        Row::bad(
            "wrong secret",
            at(provider.issuer(), id, "wrong"),
            1,
            "provider_client",
            "VESTIBULE_PROVIDER_IDP_CLIENT_SECRET",
        ),
        Row::bad(
            "wrong client",
            at(provider.issuer(), "unknown", "wrong"),
            1,
            "provider_client",
            "VESTIBULE_PROVIDER_IDP_CLIENT_ID",
        ),
    ])
    .await;
}
