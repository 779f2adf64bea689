//! Linking an identity from the account: explicit, for the person and the session that asked, and no way in.

use super::*;
use crate::federated::{come_back, leads_to, sign_in, state, with};

#[on_every_store]
async fn an_identity_is_linked_and_from_then_on_a_way_in(location: StoreLocation) {
    let house = House::open(&location).await;
    let ada = person(&house.service, "ada").await;
    let browser = house.browser();
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    assert_eq!(ways(&browser).await, Vec::<Value>::new());
    let (session, before) = (browser.session(), me(&browser).await);
    let journey = off_to_connect(&browser, &house.liar).await;
    assert_eq!(journey.asked["prompt"], "login", "the account it remembers may be somebody else's");
    // Nobody vouches for the address, and nobody trusts the provider: it is asked for.
    let claims = with(claims_of("whoever"), json!({ "email_verified": false }));
    goes_back(&come_back_as(&browser, &house.liar, &journey, &claims).await);
    assert_eq!(browser.session(), session);
    assert_eq!(me(&browser).await["session"], before["session"], "the session is what it was");
    let linked = ways(&browser).await;
    assert_eq!(linked.len(), 1);
    assert_eq!((&linked[0]["provider"], &linked[0]["label"]), (&json!("liar"), &json!("liar")));
    assert_eq!(linked[0]["email"], "whoever@corp.example");
    let mut members: Vec<&str> =
        linked[0].as_object().expect("an object").keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["email", "id", "label", "lastLoginAt", "linkedAt", "provider"]);
    let id = linked[0]["id"].as_str().expect("a text");
    assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{id}");
    let shown = json!(linked).to_string();
    assert!(!shown.contains("of whoever") && !shown.contains(house.liar.issuer()), "{shown}");
    assert_eq!(actors(&house.service, &ada, EventKind::IdentityLinked).await, [Some(ada.id.to_string())]);

    let again = house.signed_in(&house.liar, &claims).await;
    assert_eq!(me(&again).await["id"], before["id"]);
    assert_eq!(house.people().await.len(), 1);
    house.nobody_complains();
}

#[on_every_store]
async fn what_is_ones_own_already_stays_ones_own(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    let before = ways(&browser).await;
    goes_back(&connect(&browser, &house.liar, &claims_of("grace")).await);
    assert_eq!(ways(&browser).await, before, "once, and as it was");
    // Another account at the same provider is another identity.
    goes_back(&connect(&browser, &house.liar, &claims_of("hopper")).await);
    assert_eq!(ways(&browser).await.len(), 2);
}

// The person chooses at the provider; what comes back is what is linked, and nothing that was expected.
#[on_every_store]
async fn whoever_comes_back_is_who_is_linked(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    let one = off_to_connect(&browser, &house.liar).await;
    let other = off_to_connect(&browser, &house.liar).await;
    let y = with(claims_of("y"), json!({ "email": "grace@corp.example" }));
    goes_back(&come_back_as(&browser, &house.liar, &one, &y).await);
    // The code of one way cannot be carried along the other: nonce and verifier are of the first.
    let code = house.liar.code_for(&one.asked, &claims_of("x"));
    let answer = come_back(&browser, "liar", &[("code", &code), ("state", other.state())]).await;
    let (path, query) = target(&answer);
    assert_eq!((path.as_str(), query["provider"].as_str()), ("/login", "liar"), "{query:?}");
    let subjects: Vec<String> =
        house.people().await[0].identities.iter().map(|identity| identity.key.subject.clone()).collect();
    assert_eq!(subjects, ["of grace", "of y"]);
}

// Casdoor CVE-2026-9091: a link is no way around the second factor.
#[on_every_store]
async fn a_link_neither_raises_nor_lowers_anybody(location: StoreLocation) {
    let house = House::with(&location, &[("LIAR_TRUST_MFA", "mfa")]).await;
    let (_, app) = person_with_app(&house.service, "linus").await;
    let browser = house.browser();
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    let wish = json!({ "returnTo": BACK });
    browser.post("/api/account/identities/liar", &wish).await.must_fail(401, "second_factor_required");
    browser.verify(&app.code(house.service.clock.now())).await.must_be(200);
    let before = me(&browser).await["session"].clone();
    goes_back(&connect(&browser, &house.liar, &claims_of("linus")).await);
    assert_eq!(me(&browser).await["session"], before);
    let other = house.browser();
    sign_in(&other, &house.liar, &claims_of("linus")).await.must_be(303);
    assert_eq!(state(&other).await, "awaitingSecondFactor", "the new door asks for the factor as well");

    // Nor does a second factor at the provider make more of the session of somebody without one here.
    person(&house.service, "ada").await;
    let ada = house.browser();
    ada.sign_in("ada", PASSWORD).await.must_be(200);
    goes_back(&connect(&ada, &house.liar, &with(claims_of("ada"), json!({ "amr": ["mfa"] }))).await);
    assert_eq!(me(&ada).await["session"]["amr"], json!(["pwd"]));
}

// next-auth CVE-2023-48309: what a way to a provider leaves in the browser is no session.
#[on_every_store]
async fn what_begins_a_link_signs_nobody_in(location: StoreLocation) {
    let house = House::open(&location).await;
    person(&house.service, "ada").await;
    let browser = house.browser();
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    let journey = off_to_connect(&browser, &house.liar).await;
    let cookie = browser.cookie("vestibule-login").expect("a cookie");
    for value in [cookie.as_str(), journey.state(), &journey.asked["nonce"]] {
        let thief = house.browser();
        thief.put_cookie("vestibule", value);
        thief.me().await.must_fail(401, "not_signed_in");
    }
    // Who is linked does not come in by the answer that links them, in a browser where nobody is.
    goes_back(&come_back_as(&browser, &house.liar, &journey, &claims_of("ada")).await);
    let journey = off_to_connect(&browser, &house.liar).await;
    browser.drop_cookie("vestibule");
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("ada")).await;
    turned_away(&answer, "link_refused", &house.liar);
    assert_eq!(state(&browser).await, "anonymous");
}

#[on_every_store]
async fn a_path_elsewhere_is_no_way_back(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    for path in ["/api/account/identities/liar", "/api/auth/reauthenticate/liar"] {
        for odd in
            ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "evil", ""]
        {
            let answer = browser.post(path, &json!({ "returnTo": odd })).await.must_be(200).json();
            let journey = Journey::to(answer["redirect"].as_str().expect("where to go"));
            let back = [("error", "access_denied"), ("state", journey.state())];
            let (path, query) = target(&come_back(&browser, "liar", &back).await);
            assert_eq!((path.as_str(), query.get("returnTo")), ("/login", None), "{odd}");
        }
    }
    browser.post("/api/account/identities/liar", &json!({ "returnTo": ["/x"] })).await.must_be(400);
    leads_to(&sign_in(&browser, &house.liar, &claims_of("grace")).await, "/");
}
