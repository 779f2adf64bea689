//! Profile of a federated user: name, picture, locale, email and roles, in the formats of real providers.

use serde_json::{Value, json};

use crate::harness::{
    browser::{Answer, Browser},
    fake_provider::{
        CLIENT_ID, FakeProvider,
        fault::{
            Answer::{Hangup, Html, Status},
            Endpoint, Fault, Signature,
        },
    },
    federated::{
        FederatedFixture, assert_link_pending, assert_refused, assert_signed_in, callback, callback_as,
        claims_of, event_details, event_of, me, redirect_target, session_state, set_verified_email, sign_in,
        start_login, update_user, with_claims,
    },
    process::Installation,
    stores::StoreLocation,
    users::create_user_with,
};

const ROLES: [(&str, &str); 2] =
    [("FAKE_ROLE_CLAIM", "groups"), ("FAKE_ROLE_MAP", "staff=staff,kernel=editor,two words=reader")];

/// Claims of signed userinfo, its signature, and the result.
type FaultCase = (fn(&mut Value), Option<Signature>, &'static str);

/// Claims of grace with more members.
fn grace(more: Value) -> Value {
    with_claims(claims_of("grace"), more)
}

/// Returns the `me` view after a login with these claims.
async fn after(fixture: &FederatedFixture, claims: &Value) -> Value {
    me(&fixture.signed_in(&fixture.fake, claims).await).await
}

/// Returns the sorted roles after a login with these claims.
async fn roles(fixture: &FederatedFixture, more: Value) -> Vec<String> {
    let me = after(fixture, &grace(more)).await;
    let mut roles: Vec<String> = me["roles"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|role| role.as_str().expect("text").to_owned())
        .collect();
    roles.sort();
    roles
}

/// Signs in with a small ID token and these userinfo claims.
async fn sign_in_with_userinfo(
    browser: &Browser,
    provider: &FakeProvider,
    id_token: &Value,
    userinfo: &Value,
) -> Answer {
    let authorization = start_login(browser, provider).await;
    let code = provider.code_with_claims(&authorization.parameters, id_token, userinfo);
    callback(browser, provider.name, &[("code", &code), ("state", authorization.state())]).await
}

#[on_every_store]
async fn profile_is_refreshed_at_every_login(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let first = json!({ "name": "Grace", "picture": "https://corp.example/1.png", "locale": "en" });
    let me = after(&fixture, &grace(first)).await;
    assert_eq!(
        (&me["displayName"], &me["picture"], &me["locale"]),
        (&json!("Grace"), &json!("https://corp.example/1.png"), &json!("en"))
    );
    let second =
        json!({ "name": "Grace Hopper", "picture": "https://corp.example/2.png", "locale": "en-GB" });
    let me = after(&fixture, &grace(second)).await;
    assert_eq!(
        (&me["displayName"], &me["picture"], &me["locale"]),
        (&json!("Grace Hopper"), &json!("https://corp.example/2.png"), &json!("en-GB"))
    );
    let me = after(&fixture, &grace(json!({ "name": null }))).await;
    assert_eq!(me["displayName"], "Grace Hopper", "an absent claim removes nothing");
}

#[on_every_store]
async fn each_field_follows_its_sync_policy(location: StoreLocation) {
    let policy = "displayName=local,picture=never,locale=provider,email=provider";
    let fixture = FederatedFixture::with_settings(&location, &[("FAKE_PROFILE", policy)]).await;
    let first = json!({ "name": "Grace", "picture": "https://corp.example/1.png", "locale": "en" });
    let me = after(&fixture, &grace(first)).await;
    assert_eq!(me["displayName"], "Grace", "local: copied when the account is created");
    assert_eq!(me["picture"], json!(null), "never");
    assert_eq!(me["locale"], "en");
    assert_eq!(me["email"], "grace@corp.example");
    let second = json!({ "name": "Hopper", "locale": "fr", "email": "hopper@corp.example" });
    let me = after(&fixture, &grace(second)).await;
    assert_eq!(me["displayName"], "Grace", "local: not updated by later logins");
    assert_eq!(me["locale"], "fr", "provider: at every sign-in");
    assert_eq!((&me["email"], &me["emailVerified"]), (&json!("hopper@corp.example"), &json!(false)));
}

#[on_every_store]
async fn email_is_not_synced_by_default(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    after(&fixture, &grace(json!({}))).await;
    let me = after(&fixture, &grace(json!({ "email": "hopper@corp.example" }))).await;
    assert_eq!(me["email"], "grace@corp.example");
    assert_eq!(
        me["identities"][0]["email"], "hopper@corp.example",
        "the identity shows what the provider says"
    );
}

// A changed email at the provider must not take the verified email of another user.
#[on_every_store]
async fn synced_email_cannot_take_a_verified_email(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("CORP_PROFILE", "email=provider")]).await;
    let linus =
        create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example"))
            .await;
    let grace_at = fixture.signed_in(&fixture.corp, &claims_of("grace")).await;
    let answer =
        sign_in(&fixture.browser(), &fixture.corp, &grace(json!({ "email": "linus@corp.example" }))).await;
    assert_signed_in(&answer, "/");
    let me = me(&grace_at).await;
    assert_ne!(me["id"], linus.id.to_string());
    assert!(me["email"] != "linus@corp.example" || me["emailVerified"] == false, "{me}");
    let owners = fixture.users().await;
    let owners = owners.iter().filter(|user| user.email_verified && user.email == linus.email).count();
    assert_eq!(owners, 1);
}

#[on_every_store]
async fn malformed_fields_are_ignored(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let odd = json!({
        "name": ["Grace", "Hopper"],
        "picture": "javascript:alert(1)",
        "locale": 49,
        "profile": { "x": 1 },
    });
    let me = after(&fixture, &grace(odd)).await;
    assert_eq!(me["picture"], json!(null));
    assert_eq!(me["locale"], json!(null));
    assert!(me["displayName"].is_null() || me["displayName"].is_string(), "{me}");
    for picture in
        ["data:image/svg+xml,<svg/>", "http://corp.example/1.png\n", "//corp.example/1.png", "1.png", ""]
    {
        let me = after(&fixture, &grace(json!({ "picture": picture }))).await;
        assert_eq!(me["picture"], json!(null), "{picture:?}");
    }
    let long = "n".repeat(10_000);
    let me = after(
        &fixture,
        &grace(json!({ "name": long, "locale": long, "picture": format!("https://corp.example/{long}") })),
    )
    .await;
    assert!(me.to_string().len() < 2_000, "limits hold for claims as well");
    let me = after(&fixture, &grace(json!({ "name": "Grace\u{0}\u{1b}[31m\r\nHopper\u{202e}" }))).await;
    let name = me["displayName"].as_str().unwrap_or_default();
    assert!(!name.contains(char::is_control), "{name:?}");
}

// Display names cannot imitate another user, and picture URLs contain no credentials.
#[on_every_store]
async fn invisible_characters_are_rejected(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let good = json!({ "name": "Zo\u{eb} \u{645}\u{6cc}\u{200c}\u{62e}", "picture": "https://corp.example/z.png?s=96#c", "locale": "en_GB" });
    let before = after(&fixture, &grace(good.clone())).await;
    assert_eq!(
        (&before["displayName"], &before["picture"], &before["locale"]),
        (&good["name"], &good["picture"], &json!("en-GB"))
    );
    for hidden in [
        '\u{202a}',
        '\u{202e}',
        '\u{2066}',
        '\u{2069}',
        '\u{200b}',
        '\u{200e}',
        '\u{200f}',
        '\u{2060}',
        '\u{feff}',
        '\u{ad}',
        '\u{2028}',
        '\u{e0041}',
        '\u{61c}',
    ] {
        let me = after(&fixture, &grace(json!({ "name": format!("Ada{hidden}eca") }))).await;
        assert_eq!(me["displayName"], good["name"], "{hidden:?}");
    }
    for locale in [
        "",
        "e",
        "english language",
        "en--GB",
        "-en",
        "en-",
        "../..",
        "7",
        "<b>",
        "en;q=1",
        "en\r\nx",
        "\u{202e}en",
        "enenenenenen",
        "fr\u{200b}",
    ] {
        let me = after(&fixture, &grace(json!({ "locale": locale }))).await;
        assert_eq!(me["locale"], "en-GB", "{locale:?}");
    }
    for picture in [
        "http://corp.example/1.png",
        "http://127.0.0.1/1.png",
        "https://ada:secret@corp.example/1.png",
        "https://ada@corp.example/1.png",
        "https://:secret@corp.example/1.png",
        "ftp://corp.example/1.png",
        "blob:https://corp.example/1",
        "https://",
    ] {
        let me = after(&fixture, &grace(json!({ "picture": picture }))).await;
        assert_eq!(me["picture"], good["picture"], "{picture:?}");
    }
}

// `provider-until-edited`: imported values are local, the provider only fills empty fields.
#[on_every_store]
async fn imported_fields_are_not_overwritten(location: StoreLocation) {
    let fields = "displayName=provider-until-edited,picture=provider-until-edited,locale=provider-until-edited,email=provider-until-edited";
    let fixture =
        FederatedFixture::with_settings(&location, &[("CORP_PROFILE", fields), ("FAKE_PROFILE", fields)])
            .await;
    let home = Installation::beside(&fixture.service);
    home.write("users.csv", "username,email,emailVerified,displayName\nlinus,linus@corp.example,true,Linus (imported)\nplain,plain@corp.example,true,\n");
    home.run(&["users", "import", "users.csv", "--no-passwords"]).expect_exit(0);
    let claims = |login: &str, more: Value| {
        with_claims(with_claims(claims_of(login), json!({ "picture": "https://corp.example/1.png" })), more)
    };
    for more in
        [json!({}), json!({ "email": "torvalds@corp.example" }), json!({ "name": "Torvalds", "email": null })]
    {
        let me = me(&fixture.signed_in(&fixture.corp, &claims("linus", more)).await).await;
        assert_eq!((&me["username"], &me["displayName"]), (&json!("linus"), &json!("Linus (imported)")));
        assert_eq!((&me["email"], &me["emailVerified"]), (&json!("linus@corp.example"), &json!(true)));
        assert_eq!(me["picture"], "https://corp.example/1.png", "the field was empty");
    }
    let filled = me(&fixture.signed_in(&fixture.corp, &claims("plain", json!({}))).await).await;
    assert_eq!(
        (&filled["username"], &filled["displayName"]),
        (&json!("plain"), &json!("plain at the provider"))
    );
    let followed =
        me(&fixture.signed_in(&fixture.corp, &claims("plain", json!({ "name": "Plain" }))).await).await;
    assert_eq!(followed["displayName"], "Plain", "a value from the provider is updated");
}

// `email=provider` shows the email of the provider. Whether it identifies the user is a separate question.
#[on_every_store]
async fn synced_email_does_not_replace_a_locally_verified_email(location: StoreLocation) {
    let settings = [
        ("CORP_PROFILE", "email=provider"),
        ("FAKE_PROFILE", "email=provider"),
        ("FAKE_TRUSTED_DOMAINS", "other.example"),
    ];
    let fixture = FederatedFixture::with_settings(&location, &settings).await;
    let linus =
        create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example"))
            .await;
    let says = |login: &str, email: &str| with_claims(claims_of(login), json!({ "email": email }));
    fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
    for email in ["torvalds@corp.example", "linus@other.example"] {
        let me = me(&fixture.signed_in(&fixture.corp, &says("linus", email)).await).await;
        assert_eq!(
            (&me["id"], &me["email"], &me["emailVerified"]),
            (&json!(linus.id), &json!("linus@corp.example"), &json!(true))
        );
    }

    // An email from this provider is shown. It becomes a login name only if the provider is trusted for it and the
    // name is free.
    let grace = me(&fixture.signed_in(&fixture.corp, &claims_of("grace")).await).await;
    for (email, verified) in [
        ("hopper@corp.example", true),
        ("hopper@other.example", false),
        ("linus@corp.example", false),
        ("grace@corp.example", true),
    ] {
        let me = me(&fixture.signed_in(&fixture.corp, &says("grace", email)).await).await;
        assert_eq!(
            (&me["id"], &me["email"], &me["emailVerified"]),
            (&grace["id"], &json!(email), &json!(verified))
        );
    }
    // Another trusted provider of hers does not replace it.
    let browser = fixture.signed_in(&fixture.corp, &claims_of("grace")).await;
    let authorization = start_login(&browser, &fixture.fake).await;
    assert_link_pending(
        &callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await,
        &fixture.fake,
    );
    browser.post("/api/auth/link", &json!({})).await.expect_status(200);
    let me = me(&fixture.signed_in(&fixture.fake, &says("grace", "grace@other.example")).await).await;
    assert_eq!(
        (&me["id"], &me["email"], &me["emailVerified"]),
        (&grace["id"], &json!("grace@corp.example"), &json!(true))
    );
}

#[on_every_store]
async fn roles_follow_the_claim(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &ROLES).await;
    assert_eq!(
        roles(&fixture, json!({ "groups": ["staff", "kernel", "unheard of"] })).await,
        ["editor", "staff"]
    );
    assert_eq!(roles(&fixture, json!({ "groups": ["staff"] })).await, ["staff"]);
    assert_eq!(roles(&fixture, json!({ "groups": "kernel" })).await, ["editor"], "a text is a list of one");
    assert_eq!(roles(&fixture, json!({ "groups": ["two words"] })).await, ["reader"]);
    assert_eq!(roles(&fixture, json!({ "groups": [] })).await, Vec::<String>::new());
    assert_eq!(roles(&fixture, json!({ "groups": ["staff"] })).await, ["staff"]);
    assert_eq!(roles(&fixture, json!({})).await, Vec::<String>::new(), "no claim, no role");
    // Forms of Zitadel, ADFS and PingOne.
    assert_eq!(roles(&fixture, json!({ "groups": { "staff": true, "kernel": false } })).await, ["staff"]);
    assert_eq!(roles(&fixture, json!({ "groups": "staff,kernel" })).await, ["editor", "staff"]);
    for odd in [
        json!({ "staff": false }),
        json!(7),
        json!(true),
        json!([["staff"], { "x": "staff" }, 7]),
        json!("staff kernel"),
        json!(["staff,kernel"]),
        json!(["STAFF", " staff"]),
    ] {
        assert_eq!(roles(&fixture, json!({ "groups": odd })).await, Vec::<String>::new(), "{odd}");
    }
}

#[on_every_store]
async fn unmapped_roles_are_ignored(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(
        &location,
        &[("FAKE_ROLE_CLAIM", "groups"), ("FAKE_ROLE_MAP", "staff=staff")],
    )
    .await;
    let claims = json!({ "groups": ["admin", "staff"], "roles": ["admin"], "admin": true });
    assert_eq!(roles(&fixture, claims).await, ["staff"]);
}

#[on_every_store]
async fn local_roles_are_kept(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &ROLES).await;
    assert_eq!(roles(&fixture, json!({ "groups": ["staff"] })).await, ["staff"]);
    let id = fixture.users().await[0].id;
    update_user(&fixture.service, id, |user| user.roles = vec!["owner".to_owned(), "staff".to_owned()]).await;
    assert_eq!(roles(&fixture, json!({ "groups": ["kernel"] })).await, ["editor", "owner", "staff"]);
    assert_eq!(roles(&fixture, json!({})).await, ["owner", "staff"], "a role assigned here is kept");
}

#[on_every_store]
async fn roles_of_one_provider_survive_login_with_another(location: StoreLocation) {
    let more = [ROLES[0], ROLES[1], ("CORP_ROLE_CLAIM", "groups"), ("CORP_ROLE_MAP", "staff=member")];
    let fixture = FederatedFixture::with_settings(&location, &more).await;
    let linus =
        create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example"))
            .await;
    let claims = with_claims(claims_of("linus"), json!({ "groups": ["staff"] }));
    let browser = fixture.signed_in(&fixture.corp, &claims).await;
    assert_eq!(me(&browser).await["roles"], json!(["member"]));
    let authorization = start_login(&browser, &fixture.fake).await;
    let other = with_claims(claims.clone(), json!({ "sub": "linus at the fake" }));
    assert_link_pending(&callback_as(&browser, &fixture.fake, &authorization, &other).await, &fixture.fake);
    browser.post("/api/auth/link", &json!({})).await.expect_status(200);
    let through_fake = fixture.signed_in(&fixture.fake, &other).await;
    let now = me(&through_fake).await;
    assert_eq!(now["id"], linus.id.to_string());
    let mut roles: Vec<&str> =
        now["roles"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    roles.sort_unstable();
    assert_eq!(roles, ["member", "staff"]);
}

#[on_every_store]
async fn role_claim_supports_nested_and_namespaced_names(location: StoreLocation) {
    let map = ("FAKE_ROLE_MAP", "staff=staff");
    let fixture =
        FederatedFixture::with_settings(&location, &[("FAKE_ROLE_CLAIM", "realm_access.roles"), map]).await;
    assert_eq!(roles(&fixture, json!({ "realm_access": { "roles": ["staff"] } })).await, ["staff"]);
    assert_eq!(
        roles(&fixture, json!({ "realm_access.roles": ["staff"] })).await,
        ["staff"],
        "a name may have a dot"
    );
    assert_eq!(roles(&fixture, json!({ "realm_access": "staff" })).await, Vec::<String>::new());
    assert_eq!(roles(&fixture, json!({ "realm_access": ["staff"] })).await, Vec::<String>::new());
}

#[on_every_store]
async fn role_claim_supports_url_names(location: StoreLocation) {
    let settings = [("FAKE_ROLE_CLAIM", "https://app.example/roles"), ("FAKE_ROLE_MAP", "staff=staff")];
    let fixture = FederatedFixture::with_settings(&location, &settings).await;
    assert_eq!(roles(&fixture, json!({ "https://app.example/roles": ["staff"] })).await, ["staff"]);
}

// Level and subject are decided on signed claims only.
#[on_every_store]
async fn userinfo_cannot_override_signed_claims(location: StoreLocation) {
    let settings =
        [("FAKE_TRUST_MFA", "mfa"), ("VESTIBULE_MFA", "required"), ("FAKE_TRUSTED_DOMAINS", "corp.example")];
    let fixture = FederatedFixture::with_settings(&location, &settings).await;
    let linus =
        create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example"))
            .await;
    let signed = json!({ "sub": "x", "email": "x@corp.example", "email_verified": false, "amr": ["pwd"] });
    let userinfo = json!({ "sub": "x", "email": "linus@corp.example", "email_verified": true, "amr": ["mfa"], "acr": "mfa" });
    let browser = fixture.browser();
    sign_in_with_userinfo(&browser, &fixture.fake, &signed, &userinfo).await.expect_status(303);
    assert_eq!(session_state(&browser).await, "awaitingEnrolment");
    let users = fixture.users().await;
    let linus_now = users.iter().find(|user| user.id == linus.id).expect("linus");
    assert!(
        !format!("{linus_now:?}").contains("\"x\""),
        "an address and its verification come from one document"
    );
}

// If the profile is only in userinfo, a known identity signs in without it, and a new identity does not.
#[on_every_store]
async fn failed_userinfo_signs_in_only_known_identities(location: StoreLocation) {
    let fixture =
        FederatedFixture::with_settings(&location, &[("CORP_ALLOWED_DOMAINS", "corp.example")]).await;
    let thin = json!({ "sub": "of grace" });
    let browser = fixture.browser();
    assert_signed_in(&sign_in_with_userinfo(&browser, &fixture.fake, &thin, &claims_of("grace")).await, "/");
    let first = me(&browser).await;
    assert_eq!(first["displayName"], "grace at the provider");
    fixture.fake.set_fault(Fault::Answer(Endpoint::Userinfo, Status(500)));
    assert_signed_in(&sign_in_with_userinfo(&browser, &fixture.fake, &thin, &claims_of("grace")).await, "/");
    assert_eq!(me(&browser).await["id"], first["id"]);
    assert_eq!(me(&browser).await["displayName"], "grace at the provider", "the profile is unchanged");
    assert_eq!(me(&browser).await["identities"][0]["email"], "grace@corp.example");
    fixture.corp.set_fault(Fault::Answer(Endpoint::Userinfo, Status(500)));
    let answer = sign_in_with_userinfo(
        &fixture.browser(),
        &fixture.corp,
        &json!({ "sub": "of ada" }),
        &claims_of("ada"),
    )
    .await;
    let (path, _) = redirect_target(&answer);
    assert_eq!(path, "/login");
    assert_eq!(answer.session_cookie(), None);
}

// OpenID Connect Core §5.3.2: a provider may sign userinfo. Its signature is checked like any other.
#[on_every_store]
async fn signed_userinfo_is_accepted(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let thin = json!({ "sub": "of grace" });
    let honest: [fn(&mut Value); 3] =
        [|_| (), |claims| claims["aud"] = json!(CLIENT_ID), |claims| claims["aud"] = json!([CLIENT_ID])];
    for change in honest {
        fixture.fake.set_fault(Fault::SignedUserinfo(change, None));
        let browser = fixture.browser();
        assert_signed_in(
            &sign_in_with_userinfo(&browser, &fixture.fake, &thin, &claims_of("grace")).await,
            "/",
        );
        assert_eq!(me(&browser).await["email"], "grace@corp.example");
    }
    let linus = json!({ "sub": "of linus" });
    let faults: [FaultCase; 9] = [
        (|_| (), Some(Signature::None), "provider_unavailable"),
        (|_| (), Some(Signature::Stripped), "provider_unavailable"),
        (|_| (), Some(Signature::Broken), "provider_unavailable"),
        (|_| (), Some(Signature::PublicKeyAsSecret), "provider_unavailable"),
        (|_| (), Some(Signature::ClientSecret), "provider_unavailable"),
        (|_| (), Some(Signature::Rogue(|_| ())), "provider_unavailable"),
        (|claims| claims["iss"] = json!("https://another.example"), None, "provider_unavailable"),
        (|claims| claims["aud"] = json!("another client"), None, "provider_unavailable"),
        (|claims| claims["sub"] = json!("of grace"), None, "provider_response_invalid"),
    ];
    for (number, (change, signature, code)) in faults.into_iter().enumerate() {
        fixture.fake.set_fault(Fault::SignedUserinfo(change, signature));
        let answer =
            sign_in_with_userinfo(&fixture.browser(), &fixture.fake, &linus, &claims_of("linus")).await;
        assert_eq!(redirect_target(&answer).1["error"], code, "{number}");
    }
    assert_eq!(fixture.users().await.len(), 1);
}

// Fail closed: a user with a provider role cannot sign in while the source of the role is down.
#[on_every_store]
async fn failed_userinfo_creates_no_duplicate_and_keeps_no_role(location: StoreLocation) {
    let settings = [ROLES[0], ROLES[1], ("FAKE_TRUSTED_DOMAINS", "corp.example")];
    let fixture = FederatedFixture::with_settings(&location, &settings).await;
    let linus =
        create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example"))
            .await;
    let thin = |login: &str| json!({ "sub": format!("of {login}"), "name": login });
    let staff = |login: &str| with_claims(claims_of(login), json!({ "groups": ["staff"] }));
    let known = fixture.browser();
    assert_signed_in(
        &sign_in_with_userinfo(&known, &fixture.fake, &thin("grace"), &staff("grace")).await,
        "/",
    );
    let before = me(&known).await;
    assert_eq!((&before["roles"], &before["email"]), (&json!(["staff"]), &json!("grace@corp.example")));
    for fault in [Status(500), Status(403), Html, Hangup] {
        fixture.fake.set_fault(Fault::Answer(Endpoint::Userinfo, fault));
        let answer =
            sign_in_with_userinfo(&fixture.browser(), &fixture.fake, &thin("linus"), &staff("linus")).await;
        assert_refused(&answer, "provider_unavailable");
        let written = event_details(&event_of(&fixture.service, &answer).await);
        assert_eq!(
            written["decision"]["rule"],
            "userinfo failed, and the ID token does not contain a verified address"
        );
        let answer = sign_in_with_userinfo(&known, &fixture.fake, &thin("grace"), &staff("grace")).await;
        assert_refused(&answer, "provider_unavailable");
        let written = event_details(&event_of(&fixture.service, &answer).await);
        assert_eq!(written["decision"]["rule"], "userinfo failed, and the ID token contains no roles");
        let complete = with_claims(thin("grace"), json!({ "groups": ["staff"] }));
        assert_signed_in(
            &sign_in_with_userinfo(&known, &fixture.fake, &complete, &staff("grace")).await,
            "/",
        );
        let now = me(&known).await;
        for name in ["id", "roles", "email", "emailVerified"] {
            assert_eq!(now[name], before[name], "{name} after {fault:?}");
        }
        assert_eq!(now["identities"][0]["email"], before["identities"][0]["email"], "{fault:?}");
    }
    assert_eq!(fixture.users().await.len(), 2, "linus and grace");
    // The email alone is not enough: `email_verified` may be in userinfo.
    let bare = json!({ "sub": "of linus", "email": "linus@corp.example" });
    assert_refused(
        &sign_in_with_userinfo(&fixture.browser(), &fixture.fake, &bare, &staff("linus")).await,
        "provider_unavailable",
    );
    // If the ID token contains the email, nothing is missing. The same holds for a known user without roles.
    assert_signed_in(
        &sign_in_with_userinfo(&fixture.browser(), &fixture.fake, &claims_of("ada"), &staff("ada")).await,
        "/",
    );
    assert_signed_in(
        &sign_in_with_userinfo(&fixture.browser(), &fixture.fake, &thin("ada"), &staff("ada")).await,
        "/",
    );
    fixture.fake.set_fault(Fault::None);
    let browser = fixture.browser();
    assert_signed_in(
        &sign_in_with_userinfo(&browser, &fixture.fake, &thin("linus"), &staff("linus")).await,
        "/",
    );
    assert_eq!(me(&browser).await["id"], linus.id.to_string(), "found once userinfo works");
    // A response without the claim removes the roles.
    assert_signed_in(
        &sign_in_with_userinfo(&known, &fixture.fake, &thin("grace"), &claims_of("grace")).await,
        "/",
    );
    assert_eq!(me(&known).await["roles"], json!([]));
}
