use std::{collections::BTreeSet, fs};

use super::*;

fn read(pairs: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let environment = Environment::of(pairs.iter().copied());
    Config::read(&environment)
        .map(|(config, _)| config)
        .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
}

#[test]
fn without_any_setting_it_starts_on_this_machine() {
    let config = read(&[]).expect("valid defaults");
    assert_eq!(config.listen.at.to_string(), "127.0.0.1:3000");
    assert_eq!(config.public_url.origin, "http://localhost:3000");
    assert_eq!(config.session.idle, Duration::from_mins(10));
    assert!(matches!(config.keys, KeySource::Beside(path) if path.ends_with("data/vestibule.db.keys")));
}

#[test]
fn remembered_login_shortens_no_deadline() {
    let limits = |remember: &str| {
        let config = read(&[("VESTIBULE_REMEMBER", remember), ("VESTIBULE_SESSION_IDLE", "1h")]);
        config.map(|config| config.session)
    };
    let (hour, day) = (Duration::from_hours(1), Duration::from_hours(24));
    for (setting, remember, idle, max) in [
        ("", true, hour, day / 2),
        ("30d", false, hour, day / 2),
        ("30d", true, day * 30, day * 30),
        ("2h", true, hour * 2, day / 2),
    ] {
        let limits = limits(setting).expect(setting).of_login(remember);
        assert_eq!((limits.idle, limits.max), (idle, max), "{setting} {remember}");
    }
    for mistake in ["1h", "30m", "401d", "30"] {
        assert!(limits(mistake).expect_err(mistake)[0].contains("VESTIBULE_REMEMBER"), "{mistake}");
    }
}

#[test]
fn prefix_is_refused_where_it_has_no_effect() {
    let key = crate::secrets::new_key();
    let mongo = [("VESTIBULE_DATABASE_URL", "mongodb://db1/app"), ("VESTIBULE_SECRET_KEYS", key.as_str())];
    for (more, expected) in [
        (&[("VESTIBULE_COLLECTION_PREFIX", "auth_")][..], None),
        (&[("VESTIBULE_COLLECTION_PREFIX", "")], None),
        (&[("VESTIBULE_COLLECTION_PREFIX", "system.")], Some("reserves")),
        (&[("VESTIBULE_COLLECTION_PREFIX", "auth$")], Some("'$'")),
        (
            &[("VESTIBULE_COLLECTION_PREFIX", "auth_"), ("VESTIBULE_DATABASE_URL", "sqlite:a.db")],
            Some("embedded database"),
        ),
    ] {
        let pairs: Vec<_> = mongo.iter().chain(more).copied().collect();
        match (read(&pairs), expected) {
            (Ok(_), None) => {}
            (Err(mistakes), Some(expected)) if mistakes[0].contains(expected) => {}
            (result, _) => panic!("{more:?}: {result:?}"),
        }
    }
}

// An entry that is never read would be accepted and have no effect.
#[test]
fn every_setting_of_the_table_is_read() {
    let (_, report) = Config::read(&Environment::of([
        ("VESTIBULE_PROVIDERS", "corp-idp"),
        ("VESTIBULE_PROVIDER_CORP_IDP_ISSUER", "https://idp.example"),
        ("VESTIBULE_PROVIDER_CORP_IDP_CLIENT_ID", "client"),
        ("VESTIBULE_WEBHOOKS", "corp-idp"),
        ("VESTIBULE_WEBHOOK_CORP_IDP_URL", "https://crm.corp.example/hook"),
        ("VESTIBULE_WEBHOOK_CORP_IDP_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    ]))
    .expect("valid settings");
    let read: BTreeSet<String> = report.settings.into_iter().map(|setting| setting.name).collect();
    let table: BTreeSet<String> = s::all().map(|entry| entry.about().name("corp-idp")).collect();
    assert_eq!(read, table);
}

#[test]
fn all_mistakes_are_shown_at_once() {
    let mistakes = read(&[
        ("VESTIBULE_LISTEN", "here"),
        ("VESTIBULE_SESSION_IDLE", "5s"),
        ("VESTIBULE_MFA", "maybe"),
        ("VESTIBULE_SESION_MAX", "1h"),
    ])
    .expect_err("mistakes");
    assert_eq!(
        mistakes,
        [
            "VESTIBULE_LISTEN: \"here\" is not an IP address with a port; write for example 127.0.0.1:3000, or unix:/run/vestibule/vestibule.sock",
            "VESTIBULE_SESSION_IDLE: \"5s\" is out of range; write a duration from 10s to 24h",
            "VESTIBULE_MFA: \"maybe\" is not a valid value; write optional or required",
            "VESTIBULE_SESION_MAX: this is not a setting; did you mean VESTIBULE_SESSION_MAX?",
        ]
    );
}

#[test]
fn all_mistakes_of_the_brand_are_shown_at_once() {
    let mistakes = read(&[
        ("VESTIBULE_BRAND_NAME", "Corp\u{202e}"),
        ("VESTIBULE_BRAND_LOGO", "/no/such/logo.png"),
        ("VESTIBULE_BRAND_COLOR", "teal"),
        ("VESTIBULE_BRAND_SUPPORT_URL", "javascript:alert(1)"),
        ("VESTIBULE_BRAND_LANGUAGES", "en,it"),
    ])
    .expect_err("mistakes");
    assert_eq!(mistakes.len(), 5, "{mistakes:?}");
    let twice = read(&[("VESTIBULE_BRAND_LANGUAGES", "de,en,de")]).expect_err("a mistake");
    assert!(twice[0].contains("twice"), "{twice:?}");
}

#[test]
fn an_http_public_url_other_than_loopback_stops_the_start() {
    assert!(read(&[("VESTIBULE_PUBLIC_URL", "http://id.example.org")]).is_err());
    assert!(read(&[("VESTIBULE_PUBLIC_URL", "http://127.0.0.1:3000")]).is_ok());
}

#[test]
fn an_idle_limit_longer_than_the_absolute_one_is_a_mistake() {
    assert!(read(&[("VESTIBULE_SESSION_IDLE", "2h"), ("VESTIBULE_SESSION_MAX", "1h")]).is_err());
}

#[test]
fn two_listeners_on_one_port_are_a_mistake() {
    for metrics in ["127.0.0.1:3000", "0.0.0.0:3000", "[::ffff:127.0.0.1]:3000", "[::]:3000"] {
        let mistakes = read(&[("VESTIBULE_METRICS_LISTEN", metrics)]).expect_err(metrics);
        assert!(mistakes[0].starts_with("VESTIBULE_METRICS_LISTEN: "), "{mistakes:?}");
    }
    assert!(read(&[("VESTIBULE_METRICS_LISTEN", "127.0.0.1:9090")]).is_ok());
    assert!(read(&[("VESTIBULE_METRICS_LISTEN", "10.0.0.1:3000")]).is_ok());
}

#[test]
fn a_file_of_authorities_that_cannot_be_used_is_a_mistake() {
    let mistakes = read(&[("VESTIBULE_CA_FILE", "/no/such/ca.pem"), ("VESTIBULE_MFA", "maybe")]);
    let mistakes = mistakes.expect_err("mistakes");
    assert_eq!(mistakes.len(), 2, "{mistakes:?}");
    assert!(mistakes.iter().any(|mistake| {
        mistake.starts_with("VESTIBULE_CA_FILE: the file \"/no/such/ca.pem\" cannot be read")
    }));
    let ca = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/ca.pem");
    let config = read(&[("VESTIBULE_CA_FILE", ca)]).expect("valid settings");
    assert_eq!(config.outgoing.ca.map(|ca| ca.certificates.len()), Some(1));
}

#[test]
fn mongodb_needs_keys_that_every_replica_has() {
    let mistakes = read(&[("VESTIBULE_DATABASE_URL", "mongodb://localhost/vestibule")]).expect_err("no keys");
    assert!(mistakes[0].contains("vestibule keys new"), "{mistakes:?}");
}

#[test]
fn an_empty_value_is_an_absent_one() {
    assert!(read(&[("VESTIBULE_MFA", ""), ("VESTIBULE_SECRET_KEYS", "")]).is_ok());
}

#[test]
fn no_wildcard_is_an_origin() {
    assert!(read(&[("VESTIBULE_ALLOWED_ORIGINS", "*")]).is_err());
    let config =
        read(&[("VESTIBULE_ALLOWED_ORIGINS", "https://a.example.org, http://localhost:4200/")]).expect("two");
    assert_eq!(config.allowed_origins, ["https://a.example.org", "http://localhost:4200"]);
}

#[test]
fn a_secret_is_read_from_a_file_and_never_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys");
    let key = crate::secrets::new_key();
    fs::write(&path, format!("{}\n", *key)).expect("written");
    let path = path.to_str().expect("utf-8");
    let (_, report) = Config::read(&Environment::of([("VESTIBULE_SECRET_KEYS_FILE", path)])).expect("valid");
    let shown =
        report.settings.iter().find(|setting| setting.name == "VESTIBULE_SECRET_KEYS").expect("listed");
    assert_eq!((shown.value.as_str(), shown.origin), ("(set)", "file"));

    let both = [("VESTIBULE_SECRET_KEYS_FILE", path), ("VESTIBULE_SECRET_KEYS", &**key)];
    let mistakes = read(&both).expect_err("both");
    assert!(mistakes[0].contains("both"), "{mistakes:?}");
}

fn mistakes(file: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    let mut environment = Environment::default();
    environment.add_lines(file.as_bytes());
    let owned = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    environment.add_variables(owned);
    let mistakes = Config::read(&environment).err().unwrap_or_default();
    mistakes.iter().map(ToString::to_string).collect()
}

#[test]
fn service_links_are_neither_settings_nor_mistakes() {
    let (_, report) = Config::read(&Environment::of([
        ("VESTIBULE_PORT", "tcp://10.0.0.1:3000"),
        ("VESTIBULE_SERVICE_HOST", "10.0.0.1"),
        ("VESTIBULE_PROVIDER_OKTA_PORT_80_TCP", "tcp://10.0.0.1:80"),
        ("VESTIBULE_MFA", "required"),
    ]))
    .expect("valid settings");
    assert_eq!(
        report.ignored,
        ["VESTIBULE_PORT", "VESTIBULE_PROVIDER_OKTA_PORT_80_TCP", "VESTIBULE_SERVICE_HOST"]
    );
    assert_eq!(mistakes("", &[("VESTIBULE_PORT", "3000"), ("VESTIBULE_LISTN", "tcp://10.0.0.1:1")]).len(), 2);
}

// A default in place of a value that cannot be read is often the weaker one.
#[test]
fn a_setting_that_cannot_be_read_is_a_mistake_and_never_the_default() {
    for (file, pairs) in [
        ("VESTIBULE_MFA=required $\n", &[][..]),
        ("vestibule_mfa=required\n", &[]),
        ("VESTIBULE_MFA=required\nVESTIBULE_MFA=optional\n", &[]),
        ("", &[("vestibule_mfa", "required")]),
        ("", &[("VESTIBULE_MFA ", "required")]),
        ("", &[("VESTIBULE_MFA", "Required")]),
        ("", &[("VESTIBULE_MFA", "\"required\"")]),
        ("", &[("VESTIBULE_MFA_FILE", "/no/such/file")]),
        ("", &[("VESTIBULE_MFA_FILE", "/")]),
    ] {
        let mistakes = mistakes(file, pairs);
        assert_eq!(mistakes.len(), 1, "{file:?} {pairs:?}: {mistakes:?}");
        assert!(mistakes[0].contains("MFA") || mistakes[0].contains("line 1"), "{mistakes:?}");
    }
}

#[test]
fn a_short_unknown_name_gets_no_far_fetched_suggestion() {
    assert!(mistakes("", &[("VESTIBULE_PORT", "3000")])[0].contains(".env.example"));
    assert!(mistakes("", &[("VESTIBULE_MFAA", "required")])[0].contains("did you mean VESTIBULE_MFA?"));
}

#[test]
fn a_secret_is_used_as_it_is_written() {
    let secret = |file: &str| {
        let mut environment = Environment::default();
        let provider = "VESTIBULE_PROVIDERS=idp\nVESTIBULE_PROVIDER_IDP_ISSUER=https://idp.example\nVESTIBULE_PROVIDER_IDP_CLIENT_ID=c\n";
        environment.add_lines(format!("{provider}VESTIBULE_PROVIDER_IDP_CLIENT_SECRET={file}").as_bytes());
        let (config, report) = Config::read(&environment).expect("valid settings");
        let secret = config.providers[0].client_secret.clone().expect("a secret");
        (secrecy::ExposeSecret::expose_secret(&secret).to_owned(), report.warnings.len())
    };
    assert_eq!(secret("hunter2\r\n"), ("hunter2".to_owned(), 0));
    assert_eq!(secret("' hunter2 '\n"), (" hunter2 ".to_owned(), 1));
    assert_eq!(secret("\"hunter2 \"\n"), ("hunter2 ".to_owned(), 1));
    assert_eq!(secret("  hunter2  \n"), ("hunter2".to_owned(), 0));
    assert_eq!(secret("'\"hunter2\"'\n"), ("\"hunter2\"".to_owned(), 1));
}
