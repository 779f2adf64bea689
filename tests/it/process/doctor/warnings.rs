//! Settings that are valid, and that do not work as an administrator expects.

use super::{Row, home, home_with_database, run};
use crate::harness::process::Installation;

const URL: &str = "VESTIBULE_PUBLIC_URL";
const PROXY: (&str, &str) = ("VESTIBULE_TRUSTED_PROXIES", "10.0.0.0/8");
const HSTS: &str = "VESTIBULE_HSTS";
const DATABASE: &str = "VESTIBULE_DATABASE_URL";

/// No request of the tests leaves this machine: this is a port of it on which nothing listens, and no loopback address.
const NOT_LOOPBACK: &str = "0.0.0.0:9";

fn with_file(setting: (&str, &str), in_file: &str) -> Installation {
    let home = home(&[setting]);
    home.write(".env", format!("{}={in_file}\n", setting.0));
    home
}

/// An installation with a provider of this issuer.
fn with_provider(issuer: &str, settings: &[(&str, &str)]) -> Installation {
    let name = |name: &str| format!("VESTIBULE_PROVIDER_IDP_{name}");
    let home = home(&[("VESTIBULE_PROVIDERS", "idp"), ("VESTIBULE_HTTPS_PROXY", "http://127.0.0.1:9")]);
    [("ISSUER", issuer), ("CLIENT_ID", "client"), ("ALLOW_SIGNUP", "false")]
        .iter()
        .chain(settings)
        .fold(home, |home, (setting, value)| home.and(&name(setting), value))
}

fn mongodb(options: &str) -> Installation {
    home(&[
        (DATABASE, &format!("mongodb://{NOT_LOOPBACK}/vestibule{options}")),
        ("VESTIBULE_SECRET_KEYS", &vestibule::secrets::new_key()),
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn settings_that_contradict_the_set_up_are_named() {
    const ALL_HOSTS: &str = "max-age=600; includeSubDomains";
    let hsts = |url: &str, value: &str| home(&[(URL, url), PROXY, (HSTS, value)]);
    run(vec![
        Row::bad(
            "service that has not started",
            home_with_database(&[]),
            0,
            "service_not_running",
            "start the service",
        ),
        Row::bad("new installation", home(&[]), 0, "database_missing", DATABASE),
        Row::bad(
            "users without an administrator",
            home_with_database(&[]),
            0,
            "no_administrator",
            "vestibule users roles add",
        ),
        Row::bad(
            "value of .env that has no effect",
            with_file(("VESTIBULE_MFA", "optional"), "required"),
            0,
            "setting_overridden",
            "VESTIBULE_MFA",
        ),
        Row::bad("other port", home(&[("VESTIBULE_LISTEN", "127.0.0.1:2")]), 1, "public_url_port", URL),
        Row::bad(
            "name of a container",
            home(&[(URL, "https://vestibule"), PROXY]),
            0,
            "public_url_no_domain",
            URL,
        ),
        Row::bad(
            "HSTS of a domain and its hosts",
            hsts("https://corp.dev", ALL_HOSTS),
            1,
            "hsts_of_domain_and_hosts",
            HSTS,
        ),
        Row::bad("HSTS of hosts", hsts("https://id.corp.dev", ALL_HOSTS), 0, "hsts_of_hosts", HSTS),
        Row::bad("HSTS of a domain", hsts("https://corp.dev", "max-age=600"), 0, "hsts_of_domain", HSTS),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn settings_that_expose_data_or_cannot_be_read_are_named() {
    run(vec![
        Row::bad(
            "metrics on all interfaces",
            home(&[("VESTIBULE_METRICS_LISTEN", "0.0.0.0:9464")]),
            0,
            "metrics_open",
            "VESTIBULE_METRICS_LISTEN",
        ),
        Row::bad("database without TLS", mongodb(""), 4, "database_plain_text", "tls=true")
            .and("database_unreachable", DATABASE),
        Row::bad(
            "any certificate",
            mongodb("?tls=true&tlsInsecure=true"),
            4,
            "database_certificate_unchecked",
            "tlsCAFile",
        )
        .and("database_unreachable", DATABASE),
        Row::bad(
            "grey buttons",
            home(&[("VESTIBULE_BRAND_COLOR", "#7c7c7c")]),
            1,
            "brand_color_unreadable",
            "VESTIBULE_BRAND_COLOR",
        ),
        Row::bad(
            "yellow links",
            home(&[("VESTIBULE_BRAND_COLOR", "#ffcc00")]),
            0,
            "brand_color_links",
            "VESTIBULE_BRAND_COLOR",
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn settings_that_a_provider_refuses_are_named() {
    const APPLE: &str = "https://appleid.apple.com";
    const ISSUER: (&str, &str) = ("provider_unreachable", "VESTIBULE_PROVIDER_IDP_ISSUER");
    let internal = format!("http://{NOT_LOOPBACK}");
    run(vec![
        Row::bad(
            "kind of another provider",
            with_provider(APPLE, &[("CLIENT_SECRET", "secret")]),
            1,
            "provider_kind",
            "write apple",
        )
        .and(ISSUER.0, ISSUER.1),
        Row::bad(
            "no secret",
            with_provider(APPLE, &[("KIND", "apple")]),
            1,
            "provider_secret_missing",
            "VESTIBULE_PROVIDER_IDP_CLIENT_SECRET",
        )
        .and(ISSUER.0, ISSUER.1),
        Row::bad(
            "internal address without TLS",
            with_provider(
                "https://idp.corp.test",
                &[("CLIENT_SECRET", "secret"), ("BACKCHANNEL_URL", &internal)],
            ),
            1,
            "provider_internal_plain_text",
            "VESTIBULE_PROVIDER_IDP_BACKCHANNEL_URL",
        )
        .and(ISSUER.0, "VESTIBULE_PROVIDER_IDP_BACKCHANNEL_URL"),
    ])
    .await;
}
