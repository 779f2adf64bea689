//! Name, logo, colour, support link and languages of the organisation.

use std::{fs, path::Path};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

async fn page_settings(service: &Service) -> Value {
    let mut body = Browser::of(service).get("/api/auth/providers").await.expect_status(200).json();
    body.as_object_mut().expect("an object").remove("providers");
    body
}

/// Returns the content of an attribute as the HTML parser reads it.
fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&amp;", "&")
}

#[on_every_store]
async fn unbranded_service_has_no_brand_and_every_language(location: StoreLocation) {
    let service = Service::start(&location).await;
    let expected = json!({
        "brand": { "name": null, "logo": null, "color": null, "supportUrl": null },
        "languages": ["en", "de", "fr", "es", "ar"],
        "remember": null,
        "mail": false,
        "minPasswordLength": 15,
        "trustDays": null,
        "passwords": true,
        "passkeys": true,
        "messageCodes": [],
    });
    assert_eq!(page_settings(&service).await, expected);
    Browser::of(&service).get("/vestibule/brand-logo").await.expect_status(404);
}

#[on_every_store]
async fn brand_is_in_the_page_and_in_the_list_of_providers(location: StoreLocation) {
    let settings = [
        ("VESTIBULE_BRAND_NAME", "<b>Söhne</b> & \"VESTIBULE_CSP_NONCE\""),
        ("VESTIBULE_BRAND_LOGO", "https://cdn.corp.example/logo.png"),
        ("VESTIBULE_BRAND_COLOR", "#FA0"),
        ("VESTIBULE_BRAND_SUPPORT_URL", "mailto:help@corp.example"),
        ("VESTIBULE_BRAND_LANGUAGES", "de,en"),
        ("VESTIBULE_ALLOWED_ORIGINS", "http://localhost:4200"),
    ];
    let service = Service::with_settings(&location, &settings).await;
    let mut expected = json!({
        "brand": {
            "name": "<b>Söhne</b> & \"VESTIBULE_CSP_NONCE\"",
            "logo": "https://cdn.corp.example/logo.png",
            "color": "#ffaa00",
            "supportUrl": "mailto:help@corp.example",
        },
        "languages": ["de", "en"],
        "remember": null,
        "mail": false,
        "minPasswordLength": 15,
        "trustDays": null,
        "passwords": true,
        "passkeys": true,
        "messageCodes": [],
    });
    assert_eq!(page_settings(&service).await, expected);
    let page = Browser::of(&service).get("/login").await.expect_status(200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("img-src 'self' data: https://cdn.corp.example;"), "{policy}");
    if Path::new("angular/dist/portal/browser/index.html").exists() {
        let (_, rest) = page.text.split_once("name=\"vestibule-settings\" content='").expect("the settings");
        let content = unescaped(rest.split_once('\'').expect("the end of the attribute").0);
        expected["origins"] = json!(["http://localhost:3000", "http://localhost:4200"]);
        assert_eq!(serde_json::from_str::<Value>(&content).expect("JSON"), expected);
        let title = "<title>&lt;b&gt;Söhne&lt;/b&gt; &amp; &quot;VESTIBULE_CSP_NONCE&quot;</title>";
        assert!(page.text.contains(title), "{}", page.text);
    }
}

// An SVG image that is opened on its own is a document of our origin (stored XSS).
#[on_every_store]
async fn logo_from_a_file_runs_no_script(location: StoreLocation) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("logo.png");
    fs::write(&file, SVG).expect("written");
    let settings = [
        ("VESTIBULE_BRAND_LOGO", file.to_str().expect("UTF-8")),
        ("VESTIBULE_PUBLIC_URL", "http://localhost:3000/auth"),
    ];
    let service = Service::with_settings(&location, &settings).await;
    assert_eq!(
        page_settings(&service).await["brand"]["logo"],
        "http://localhost:3000/auth/vestibule/brand-logo"
    );
    let browser = Browser::of(&service);
    let answer = browser.get("/auth/vestibule/brand-logo").await.expect_status(200);
    assert_eq!(answer.text, SVG);
    assert_eq!(answer.header("content-type"), Some("image/svg+xml"), "by content, not by name");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert!(!policy.contains("script-src"), "{policy}");
    assert_eq!(answer.header("set-cookie"), None);
    // A page at another origin shows the image.
    assert_eq!(answer.header("cross-origin-resource-policy"), None);
    let etag = answer.header("etag").expect("a tag").to_owned();
    let again = browser.request(Method::GET, "/vestibule/brand-logo").header("if-none-match", &etag);
    assert_eq!(again.send().await.expect_status(304).text, "");
}

#[on_every_store]
async fn authenticator_apps_show_the_name_of_the_organisation(location: StoreLocation) {
    for (settings, issuer) in [
        (&[][..], "Vestibule"),
        (&[("VESTIBULE_PUBLIC_URL", "https://id.corp.example")], "id.corp.example"),
        (&[("VESTIBULE_BRAND_NAME", "Müller: & Söhne")], "M%C3%BCller%20%20%26%20S%C3%B6hne"),
        // The longest name with the longest user name must fit into a QR code.
        (&[("VESTIBULE_BRAND_NAME", "𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏𝕏")], "%F0%9D%95%8F%F0"),
    ] {
        let name = "用".repeat(64);
        let service = Service::with_settings(&location, settings).await;
        if settings.is_empty() {
            create_user(&service, &name).await;
        }
        let browser = Browser::of(&service);
        browser.sign_in(&name, PASSWORD).await.expect_status(200);
        let enrolment = browser.start_enrolment().await.expect_status(200).json();
        let uri = enrolment["otpauthUri"].as_str().expect("a URI");
        assert!(uri.starts_with(&format!("otpauth://totp/{issuer}")), "{uri}");
        assert!(uri.contains(&format!("issuer={issuer}")), "{uri}");
    }
}
