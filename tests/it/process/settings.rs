//! Settings and exit codes.

use std::fs;

use serde_json::Value;

use crate::harness::process::Installation;

const KEYS: &str = "VESTIBULE_SECRET_KEYS";

#[test]
fn missing_command_prints_help_to_stderr() {
    let done = Installation::new().run(&[]).expect_exit(2);
    assert_eq!(done.out, "");
    assert!(
        done.err.contains("serve") && done.err.contains("users") && done.err.contains("Exit codes"),
        "{}",
        done.err
    );
    for unknown in [&["nonsense"][..], &["users"], &["serve", "--nonsense"], &["users", "add"]] {
        Installation::new().run(unknown).expect_exit(2);
    }
    assert!(Installation::new().run(&["--help"]).expect_exit(0).out.contains("Usage"));
}

#[test]
fn all_mistakes_are_shown_at_once() {
    let home = Installation::with_settings(&[
        ("VESTIBULE_LISTEN", "here"),
        ("VESTIBULE_PUBLIC_URL", "http://id.example.org"),
        ("VESTIBULE_SESSION_IDLE", "5s"),
        ("VESTIBULE_MFA", "maybe"),
        ("VESTIBULE_SESION_MAX", "1h"),
        ("VESTIBULE_SECRET_KEYS", "supersecret"),
        ("VESTIBULE_TRUSTED_PROXIES", "everywhere"),
    ]);
    for command in [&["check"][..], &["serve"], &["users", "list"]] {
        let done = home.run(command).expect_exit(3);
        assert_eq!(done.out, "", "{command:?}");
        for mistake in [
            "VESTIBULE_LISTEN",
            "VESTIBULE_PUBLIC_URL",
            "VESTIBULE_SESSION_IDLE",
            "VESTIBULE_MFA",
            "VESTIBULE_SECRET_KEYS",
            "VESTIBULE_TRUSTED_PROXIES",
            "did you mean VESTIBULE_SESSION_MAX?",
        ] {
            assert!(done.err.contains(mistake), "{mistake}: {}", done.err);
        }
        assert!(!done.err.contains("supersecret"), "{}", done.err);
    }
    assert!(!home.path("data").exists(), "no file is created");
}

#[test]
fn http_public_url_must_be_loopback() {
    for url in ["http://id.example.org", "http://10.0.0.1", "http://localhost.example.org"] {
        let done =
            Installation::with_settings(&[("VESTIBULE_PUBLIC_URL", url)]).run(&["serve"]).expect_exit(3);
        assert!(done.err.contains("VESTIBULE_PUBLIC_URL") && done.err.contains("https"), "{}", done.err);
    }
}

#[test]
fn short_and_sample_keys_are_rejected() {
    let base64 = |bytes: &[u8]| data_encoding::BASE64.encode(bytes);
    for keys in [
        format!("a:{}", base64(&[7; 16])),
        format!("a:{}", base64(&[0; 32])),
        format!("a:{}", base64(b"supersecretkeysupersecretkey0123")),
        format!("a:{}", base64(&(0..32).collect::<Vec<u8>>())),
        "changeme".to_owned(),
    ] {
        let home = Installation::with_settings(&[(KEYS, &keys)]);
        for command in [&["serve"][..], &["check"], &["users", "list"]] {
            let done = home.run(command).expect_exit(3);
            assert!(done.err.contains("vestibule keys new") || done.err.contains("sample"), "{}", done.err);
            assert!(!done.err.contains(&keys), "{}", done.err);
        }
    }
    // The same for keys in the file beside the database.
    let home = Installation::new();
    fs::create_dir(home.path("data")).unwrap();
    home.write("data/vestibule.db.keys", format!("a:{}", base64(&[7; 32])));
    home.write("users.csv", "username\nada\n");
    for command in [&["serve"][..], &["users", "import", "users.csv"]] {
        let done = home.run(command).expect_exit(3);
        assert!(done.err.contains("vestibule.db.keys"), "{}", done.err);
    }
}

#[test]
fn new_key_is_accepted() {
    let done = Installation::without_settings().run(&["keys", "new"]).expect_exit(0);
    assert_eq!((done.out.lines().count(), done.err.as_str()), (1, ""));
    let (id, key) = done.out.trim().split_once(':').unwrap();
    assert!((1..=16).contains(&id.len()), "{id}");
    assert_eq!(data_encoding::BASE64.decode(key.as_bytes()).unwrap().len(), 32);
    Installation::with_settings(&[(KEYS, done.out.trim())]).run(&["check"]).expect_exit(0);
    assert_ne!(Installation::without_settings().run(&["keys", "new"]).out, done.out);
}

#[test]
fn check_shows_values_and_sources_without_secrets() {
    let key = Installation::without_settings().run(&["keys", "new"]).out;
    let home = Installation::without_settings()
        .and(KEYS, key.trim())
        .and("VESTIBULE_DATABASE_URL", "mongodb://user:hunter2@db.example/vestibule")
        .and("VESTIBULE_MFA", "required");
    let done = home.run(&["check"]).expect_exit(0);
    assert!(!home.path("data").exists(), "no file is created");
    let line = |name: &str| {
        let line =
            done.out.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{}", done.out));
        line.split_whitespace().skip(1).map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(line("VESTIBULE_MFA"), ["required", "environment"]);
    assert_eq!(line("VESTIBULE_SESSION_IDLE"), ["10m", "default"]);
    assert_eq!(line("VESTIBULE_SECRET_KEYS"), ["(set)", "environment"]);
    let json = home.run(&["check", "--json"]).expect_exit(0);
    let shown: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(shown["mistakes"], serde_json::json!([]));
    let mfa = shown["settings"].as_array().unwrap().iter().find(|setting| setting["name"] == "VESTIBULE_MFA");
    assert_eq!(
        mfa.unwrap(),
        &serde_json::json!({ "name": "VESTIBULE_MFA", "value": "required", "origin": "environment" })
    );
    for text in [&done.out, &done.err, &json.out] {
        assert!(!text.contains("hunter2") && !text.contains(key.trim().split_once(':').unwrap().1), "{text}");
    }
    let wrong = home.and("VESTIBULE_MFA", "maybe").run(&["check", "--json"]).expect_exit(3);
    let shown: Value = serde_json::from_str(&wrong.out).unwrap();
    assert_eq!(shown["mistakes"][0]["name"], "VESTIBULE_MFA");
}

#[test]
fn environment_overrides_the_env_file() {
    let home = Installation::new();
    home.write(".env", "# a comment\nVESTIBULE_MFA=required\nVESTIBULE_SESSION_IDLE=\"20m\"\nVESTIBULE_LISTEN=127.0.0.1:1\nOTHER=1\n");
    let done = home.run(&["check"]).expect_exit(0);
    let has = |line: &[&str]| done.out.lines().any(|shown| shown.split_whitespace().eq(line.iter().copied()));
    assert!(has(&["VESTIBULE_MFA", "required", ".env"]), "{}", done.out);
    assert!(has(&["VESTIBULE_SESSION_IDLE", "20m", ".env"]), "{}", done.out);
    assert!(has(&["VESTIBULE_LISTEN", "127.0.0.1:0", "environment"]), "{}", done.out);
    home.write(".env", "VESTIBULE_MFAA=required\n");
    assert!(home.run(&["check"]).expect_exit(3).err.contains("did you mean VESTIBULE_MFA?"));
}

// Only the name of the provider must be filled in.
#[test]
fn every_line_of_the_example_is_valid() {
    let example = include_str!("../../../.env.example").replace("<NAME>", "IDP");
    let is_setting = |line: &str| {
        let name = line.strip_prefix("# VESTIBULE_").and_then(|line| line.split_once('='));
        name.is_some_and(|(name, _)| !name.contains(char::is_whitespace))
    };
    let lines = example.lines().map(|line| if is_setting(line) { &line[2..] } else { line });
    let lines: Vec<&str> = lines.collect();
    let home = Installation::without_settings()
        .and("VESTIBULE_PROVIDERS", "idp")
        .and("VESTIBULE_PROVIDER_IDP_ISSUER", "https://idp.example")
        .and("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client")
        .and("VESTIBULE_WEBHOOKS", "idp")
        .and("VESTIBULE_WEBHOOK_IDP_URL", "https://crm.example/hook")
        .and("VESTIBULE_WEBHOOK_IDP_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    home.write(".env", lines.join("\n"));
    let shown: Value = serde_json::from_str(&home.run(&["check", "--json"]).expect_exit(0).out).unwrap();
    let settings = shown["settings"].as_array().unwrap();
    let mut read = 0;
    for (name, value) in
        lines.iter().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='))
    {
        let setting = settings.iter().find(|setting| setting["name"] == name).expect(name);
        let ours = setting["origin"] == "environment";
        let origin = if value.is_empty() { "default" } else { ".env" };
        assert!(ours || (setting["value"] == value && setting["origin"] == origin), "{setting}");
        read += 1;
    }
    assert_eq!(read, settings.len(), "all of them");
}

// Read differently, the secret would be another one. Printed, it would be exposed.
#[test]
fn ambiguous_env_line_is_named_and_not_shown() {
    let home = Installation::with_settings(&[("VESTIBULE_PROVIDERS", "idp"), ("HOME", "elsewhere")]);
    let settings = |secret: &str| {
        let name = |what: &str| format!("VESTIBULE_PROVIDER_IDP_{what}");
        let lines = [("ISSUER", "https://idp.example"), ("CLIENT_ID", "client"), ("CLIENT_SECRET", secret)];
        home.write(".env", lines.map(|(what, value)| format!("{}={value}\n", name(what))).concat());
    };
    for odd in [
        "hunter2 two",
        "hunter2$HOME",
        "hunter2${HOME}",
        "hunter2$",
        "\"hunter2$HOME\"",
        "hunter2'",
        "hunter2\"",
        "'hunter2",
        "hunter2\\n",
        "#hunter2",
    ] {
        settings(odd);
        for command in [&["check"][..], &["serve"], &["users", "list"]] {
            let done = home.run(command).expect_exit(3);
            assert!(
                done.err.contains(".env: line 3 ") && done.err.contains("single quotes"),
                "{odd}: {}",
                done.err
            );
            assert!(!done.err.contains("hunter2"), "{odd}: {}", done.err);
        }
        let json = home.run(&["check", "--json"]).expect_exit(3).out;
        let shown: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(shown["mistakes"].as_array().map(Vec::len), Some(1), "{odd}: {json}");
        assert!(!json.contains("hunter2"), "{odd}: {json}");
    }
    for good in ["hunter2", "'hunter2 $HOME \"#\\'", "\"hunter2 \\$HOME\" # a comment"] {
        settings(good);
        home.run(&["check"]).expect_exit(0);
    }
    home.write(".env", "one two\n\n# three\nVESTIBULE_LISTEN\n");
    let done = home.run(&["check"]).expect_exit(3);
    assert!(done.err.contains("line 1 ") && done.err.contains("line 4 "), "{}", done.err);
    home.write(".env", b"VESTIBULE_PROVIDER_IDP_LABEL=hunter2\xe9\n");
    let done = home.run(&["check"]).expect_exit(3);
    assert!(
        done.err.contains(".env: the file cannot be read") && !done.err.contains("hunter2"),
        "{}",
        done.err
    );
}

#[test]
fn secret_is_read_from_a_file() {
    let key = Installation::without_settings().run(&["keys", "new"]).out;
    let home = Installation::new().and("VESTIBULE_SECRET_KEYS_FILE", "secret");
    assert!(home.run(&["check"]).expect_exit(3).err.contains("cannot be read"));
    home.write("secret", "\n");
    assert!(home.run(&["check"]).expect_exit(3).err.contains("empty"));
    home.write("secret", &key);
    let shown = home.run(&["check"]).expect_exit(0).out;
    assert!(
        shown.lines().any(|line| line.split_whitespace().eq(["VESTIBULE_SECRET_KEYS", "(set)", "file"])),
        "{shown}"
    );
    let both = home.and(KEYS, key.trim());
    assert!(both.run(&["check"]).expect_exit(3).err.contains("both"));
}

#[test]
fn unreachable_store_exits_with_4() {
    let key = Installation::without_settings().run(&["keys", "new"]).out;
    let home = Installation::with_settings(&[
        (
            "VESTIBULE_DATABASE_URL",
            "mongodb://user:hunter2@127.0.0.1:1/vestibule?serverSelectionTimeoutMS=300",
        ),
        (KEYS, key.trim()),
    ]);
    for command in [&["serve"][..], &["users", "list"]] {
        let done = home.run(command).expect_exit(4);
        assert!(done.err.contains("VESTIBULE_DATABASE_URL"), "{}", done.err);
        assert!(!done.err.contains("hunter2"), "{}", done.err);
    }
    let home = Installation::with_settings(&[
        ("VESTIBULE_DATABASE_URL", "sqlite:/proc/no/such/folder.db"),
        (KEYS, key.trim()),
    ]);
    home.run(&["users", "list"]).expect_exit(4);
}

#[test]
fn used_port_is_reported() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let done = Installation::with_settings(&[("VESTIBULE_LISTEN", &address)]).run(&["serve"]).expect_exit(1);
    assert!(done.err.contains("VESTIBULE_LISTEN") && done.err.contains(&address), "{}", done.err);
}
