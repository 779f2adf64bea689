//! Properties that hold for any input.

use std::future::Future;

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use reqwest::Method;
use tokio::runtime::Handle;
use vestibule::user::{Email, TypedName, Username};

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
