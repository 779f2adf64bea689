//! The identity token and its key set, checked as a server of the application does.

use std::time::Duration;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use vestibule::secrets;

use super::{PATH, create_editor, signed_in};
use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user_with_app},
};

const AUDIENCE: (&str, &str) = ("VESTIBULE_TOKEN_AUDIENCE", "https://api.corp.example");
const KEYS: &str = "VESTIBULE_SECRET_KEYS";
const KEY_SET: &str = "/.well-known/jwks.json";

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

/// Checks the signature with the key set, and returns header and claims.
fn verified(token: &str, key_set: &Value) -> (Value, Value) {
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let (header, claims) = signed.split_once('.').expect("three parts");
    let (header, claims) = (decoded(header), decoded(claims));
    let keys = key_set["keys"].as_array().expect("keys");
    let key = keys.iter().find(|key| key["kid"] == header["kid"]).expect("the key set has the key");
    let public = URL_SAFE_NO_PAD.decode(key["x"].as_str().expect("x")).expect("base64url");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let key = UnparsedPublicKey::new(&ED25519, public);
    key.verify(signed.as_bytes(), &signature).expect("a signature of this key");
    key.verify(format!("{signed}x").as_bytes(), &signature).expect_err("a signature of another text");
    (header, claims)
}

async fn token(browser: &Browser) -> String {
    let answer = browser.get(PATH).await.expect_status(200);
    answer.header("x-vestibule-token").expect("a token").to_owned()
}

#[on_every_store]
async fn token_names_user_session_and_roles_for_a_minute(location: StoreLocation) {
    let service = Service::with_settings(&location, &[AUDIENCE]).await;
    let ada = create_editor(&service).await;
    let browser = signed_in(&service, "ada").await;
    service.advance_time(Duration::from_mins(5));
    let key_set = Browser::of(&service).get(KEY_SET).await.expect_status(200);
    assert_eq!(key_set.header("cache-control"), Some("public, max-age=300"));
    let key = &key_set.json()["keys"][0];
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
        (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"), &json!("sig"))
    );
    assert_eq!(key.as_object().unwrap().len(), 6, "no private member");
    let token = token(&browser).await;
    let (header, mut claims) = verified(&token, &key_set.json());
    assert_eq!((&header["alg"], &header["typ"]), (&json!("EdDSA"), &json!("JWT")));
    let (sid, jti) = (claims["sid"].take(), claims["jti"].take());
    assert_ne!(sid, json!(browser.session().unwrap()), "it opens nothing");
    let now = service.clock.system_time().as_secs();
    assert_eq!(
        claims,
        json!({
            "iss": "http://localhost:3000",
            "aud": "https://api.corp.example",
            "sub": ada.id,
            "sid": null,
            "amr": ["pwd"],
            "roles": ["editor", "reader"],
            "auth_time": now - 300,
            "iat": now,
            "exp": now + 60,
            "jti": null,
        })
    );
    let (_, next) = verified(&self::token(&browser).await, &key_set.json());
    assert_eq!(next["sid"], sid);
    assert_ne!(next["jti"], jti);
    let other = signed_in(&service, "ada").await;
    let (_, other) = verified(&self::token(&other).await, &key_set.json());
    assert_ne!(other["sid"], sid);
    // It is no session.
    let attacker = Browser::of(&service).with_header("authorization", &format!("Bearer {token}"));
    attacker.put_cookie("vestibule-3000", &token);
    attacker.me().await.expect_problem(401, "not_signed_in");
}

#[on_every_store]
async fn pending_session_gets_no_token(location: StoreLocation) {
    let service = Service::with_settings(&location, &[AUDIENCE]).await;
    create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    let answer = browser.get(PATH).await.expect_problem(401, "second_factor_required");
    assert_eq!(answer.header("x-vestibule-token"), None);
}

#[on_every_store]
async fn rotated_keys_verify_older_tokens_until_they_are_removed(location: StoreLocation) {
    let [old, new] = ["old", "new"].map(|id| {
        let key = secrets::new_key();
        format!("{id}:{}", key.split_once(':').expect("an id").1)
    });
    let service = Service::with_settings(&location, &[AUDIENCE, (KEYS, &old)]).await;
    create_editor(&service).await;
    let before = token(&signed_in(&service, "ada").await).await;
    let both = format!("{new},{old}");
    let service = service.restart_with(&[(KEYS, &both)]).await;
    let key_set = Browser::of(&service).get(KEY_SET).await.json();
    let after = token(&signed_in(&service, "ada").await).await;
    let (old_header, _) = verified(&before, &key_set);
    let (new_header, _) = verified(&after, &key_set);
    assert_ne!(old_header["kid"], new_header["kid"]);
    let service = service.restart_with(&[(KEYS, &new)]).await;
    let key_set = Browser::of(&service).get(KEY_SET).await.json();
    assert_eq!(key_set["keys"].as_array().unwrap().len(), 1);
    assert_eq!(key_set["keys"][0]["kid"], new_header["kid"]);
}
