//! Properties that hold for any input.

use std::future::Future;

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use reqwest::Method;
use tokio::runtime::Handle;
use vestibule::{
    clock::Timestamp,
    store::Document,
    user::{Email, TypedName, User, UserId, Username},
};

use crate::harness::{browser::Browser, service::Service, stores::StoreLocation};

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn username_equals_its_key(text in "[\\p{L}\\p{Nd}._@+'\\- -]{0,70}") {
        if let Ok(name) = text.parse::<Username>() {
            let key = name.key();
            let typed = |text: &str| TypedName::new(text).key().map(ToOwned::to_owned);
            prop_assert_eq!(typed(&key), Some(key.clone()));
            prop_assert_eq!(key.parse::<Username>().map(|name| name.key()), Ok(key.clone()));
            prop_assert_eq!(typed(&format!("  {text}\t")), Some(key.clone()));
            prop_assert!(!key.chars().any(|c| c.is_control() || c.is_whitespace() && c != ' '));
        }
    }

    #[test]
    fn any_text_is_parsed_without_panic(text in any::<String>()) {
        let _ = (TypedName::new(&text).email_handle(), text.parse::<Username>(), text.parse::<Email>());
    }

    #[test]
    fn email_equals_its_key(text in "[a-zA-Z.+é]{1,10}@[a-zA-Zü-]{1,10}\\.[a-z]{2,5}") {
        if let Ok(email) = text.parse::<Email>() {
            prop_assert_eq!(email.key().parse::<Email>().map(|email| email.key()), Ok(email.key()));
            prop_assert_eq!(TypedName::new(&email.key()).email_handle(), Some(email.handle()));
            prop_assert_eq!(TypedName::new(&format!(" {text} ")).email_handle(), Some(email.handle()));
        }
    }
}

/// Texts that are likely to be equal: parts of names and addresses in several spellings.
fn spellings() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("ada"),
        Just("ADA"),
        Just("\u{ff41}da"),
        Just("stra\u{df}e"),
        Just("STRASSE"),
        Just("u\u{308}"),
        Just("\u{fc}"),
        Just("m\u{131}ke"),
        Just("'"),
        Just("\u{2019}"),
        Just(" "),
        Just("@"),
        Just("\u{ff20}"),
        Just("@corp.example"),
        Just("@CORP.example"),
        Just("@b\u{fc}cher.example"),
        Just("@xn--bcher-kva.example"),
        Just("."),
        Just("%"),
        Just("\u{200b}"),
        Just("0197d3a0-0000-7000-8000-000000000000"),
        Just("0197D3A0000070008000000000000000"),
        Just("id:"),
        Just("email:"),
    ];
    proptest::collection::vec(part, 1..4).prop_map(|parts| parts.concat())
}

/// Returns a user if the texts are valid.
fn user_of(name: &str, email: &str, id: u8) -> Option<User> {
    let created = Timestamp::from_millis(i64::from(id));
    let mut user = User::new(UserId::new(created), created);
    user.username = Some(name.parse().ok()?);
    user.email = email.parse().ok();
    user.email_verified = user.email.is_some();
    Some(user)
}

proptest! {
    #![proptest_config(Config { cases: 4096, failure_persistence: None, ..Config::default() })]

    // Two users can be stored if they share no key. Then no text names both.
    #[test]
    fn no_text_names_two_users(
        texts in proptest::collection::vec(spellings(), 4), typed in spellings(),
    ) {
        let users: Vec<User> =
            texts.chunks(2).zip(1..).filter_map(|(text, id)| user_of(&text[0], &text[1], id)).collect();
        let keys: Vec<Vec<String>> = users.iter().map(Document::keys).collect();
        if keys.len() < 2 || keys[0].iter().any(|key| keys[1].contains(key)) {
            return Ok(());
        }
        for text in texts.iter().chain([&typed]) {
            let typed = TypedName::new(text);
            let handles: Vec<String> = typed.name_handle().into_iter().chain(typed.email_handle()).collect();
            let named = keys.iter().filter(|keys| handles.iter().any(|handle| keys.contains(handle))).count();
            prop_assert!(named <= 1, "{text:?} names two users: {keys:?}");
        }
    }

    #[test]
    fn texts_with_one_normal_form_have_the_same_handles(one in spellings(), other in spellings()) {
        let (one, other) = (TypedName::new(&one), TypedName::new(&other));
        prop_assert_eq!(one.key() == other.key(), one.name_handle() == other.name_handle());
        prop_assert!(one.key() != other.key() || one.email_handle() == other.email_handle());
        prop_assert!(one.email_handle().is_none() || one.key() == other.key() || one.email_handle() != other.email_handle());
    }

    #[test]
    fn stored_name_is_found_by_its_text(text in spellings()) {
        if let Ok(name) = text.parse::<Username>() {
            prop_assert_eq!(Some(name.handle()), TypedName::new(&text).name_handle());
        }
        if let Ok(email) = text.parse::<Email>() {
            prop_assert_eq!(Some(email.handle()), TypedName::new(&text).email_handle());
        }
    }
}

/// Runs a check with many generated values against one service.
fn for_many<S: Strategy, F: Future<Output = ()>>(values: S, ask: impl Fn(S::Value) -> F) {
    let config = Config { cases: 150, failure_persistence: None, ..Config::default() };
    let handle = Handle::current();
    let result = tokio::task::block_in_place(|| {
        TestRunner::new(config).run(&values, |value| {
            handle.block_on(ask(value));
            Ok(())
        })
    });
    result.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn any_cookie_header_is_handled() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    let parts = prop_oneof![
        Just(b"vestibule-3000=".to_vec()),
        Just(b"XSRF-TOKEN=".to_vec()),
        Just(b"; ".to_vec()),
        Just(b"\"".to_vec()),
        proptest::collection::vec(
            (32_u8..=255).prop_filter("DEL is no header text", |byte| *byte != 127),
            0..40
        ),
    ];
    let headers = proptest::collection::vec(parts, 0..12).prop_map(|parts| parts.concat());
    for_many(headers, async |header| {
        let value = reqwest::header::HeaderValue::from_bytes(&header).unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        for (path, status) in [("/api/auth/me", 401), ("/api/auth/session", 200), ("/login", 200)] {
            let ask = client.get(format!("http://{}{path}", service.address)).header("cookie", value.clone());
            assert_eq!(ask.send().await.unwrap().status(), status, "{header:?}");
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn any_body_is_handled() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|truth| truth.to_string()),
        any::<f64>().prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        any::<String>(),
    ];
    let json = leaf.prop_recursive(5, 40, 6, |inner| {
        let member = ("username|password|code|[a-z$]{0,5}", inner.clone());
        prop_oneof![
            proptest::collection::vec(inner, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec(member, 0..6).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    });
    let bodies = prop_oneof![3 => json.prop_map(String::into_bytes), 1 => any::<Vec<u8>>()];
    for_many(bodies, async |body| {
        for path in ["/api/auth/login", "/api/auth/logout", "/api/mfa/verify"] {
            let ask = browser.with_token(Method::POST, path).await.body("application/json", body.clone());
            let answer = ask.send().await;
            let fine =
                matches!(answer.status, 400 | 401 | 429) || path.ends_with("logout") && answer.status == 200;
            assert!(fine, "{path} {body:?}: {} {}", answer.status, answer.text);
        }
    });
}
