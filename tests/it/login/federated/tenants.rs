//! Discovery documents, tokens and claims of real vendors that differ from the specification. Only the hosts are
//! changed.

use serde_json::{Value, json};

use crate::harness::{
    browser::{Answer, Browser},
    fake_provider::{
        CLIENT_ID, FakeProvider, Vendor,
        fault::{Endpoint, Fault},
        keys::{ELLIPTIC, FIRST},
    },
    federated::{
        AuthorizationRequest, FederatedFixture, assert_refused, assert_signed_in, callback, me,
        redirect_target, session_state, set_verified_email, sign_in, update_user, with_claims,
    },
    stores::StoreLocation,
    users::create_user_with,
};

/// Returns the claims of `linus` in the ID token and in userinfo, in the format of this vendor.
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn linus_of(shape: Vendor) -> (Value, Value) {
    let email = json!({ "email": "linus@corp.example", "email_verified": true });
    match shape {
        Vendor::Auth0 => {
            let claims = json!({
                "sub": "google-oauth2|108912345678901234567",
                "nickname": "linus",
                "name": "Linus T",
                "given_name": "Linus",
                "family_name": "T",
                "picture": "https://lh3.example/a/linus=s96-c",
                "updated_at": "2026-11-22T10:00:00.000Z",
                "sid": "kX2-Vt1o0a1b2c3d4e5f6g7h8i9j0k1l",
                "https://app.example/roles": ["staff"],
            });
            let claims = with_claims(claims, email);
            (claims.clone(), claims)
        }
        Vendor::OktaOrg | Vendor::OktaCustom => {
            let thin = json!({
                "sub": "00u1a2b3c4d5e6f7g8h9",
                "ver": 1,
                "jti": "ID.abcdefghijklmnop",
                "amr": ["pwd", "mfa", "otp"],
                "idp": "00o1a2b3c4d5e6f7g8h9",
                "preferred_username": "linus@corp.example",
            });
            let userinfo = json!({
                "sub": "00u1a2b3c4d5e6f7g8h9",
                "name": "Linus T",
                "locale": "en-US",
                "preferred_username": "linus@corp.example",
                "zoneinfo": "America/Los_Angeles",
                "updated_at": 1_311_280_970,
                "groups": ["Everyone", "staff"],
            });
            (thin, with_claims(userinfo, email))
        }
        Vendor::Keycloak => {
            let claims = json!({
                "sub": "5c1c2d4e-9f63-4c0e-8a51-6c1f0c6f7d11",
                "typ": "ID",
                "azp": CLIENT_ID,
                "jti": "7d1cfd4f-7b0a-4a53-9f0c-6f5f0f4d2f10",
                "acr": "1",
                "sid": "5a5d7f2e-1e36-4c52-8a6e-2c6a1d4d1a11",
                "name": "Linus T",
                "preferred_username": "linus",
                "given_name": "Linus",
                "family_name": "T",
                "realm_access": { "roles": ["staff", "offline_access"] },
                "resource_access": { "account": { "roles": ["manage-account"] } },
            });
            let claims = with_claims(claims, email);
            (claims.clone(), with_claims(claims, json!({ "typ": null, "azp": null })))
        }
        Vendor::Google => {
            let claims = json!({
                "sub": "108912345678901234567",
                "azp": CLIENT_ID,
                "hd": "corp.example",
                "name": "Linus T",
                "given_name": "Linus",
                "family_name": "T",
                "picture": "https://lh3.example/a/linus=s96-c",
            });
            let claims = with_claims(claims, email);
            (claims.clone(), with_claims(claims, json!({ "azp": null })))
        }
        Vendor::Adfs => {
            let claims = json!({
                "sub": "Vf2wD1nWqkRrQ3o0G8oJX1f3a1xI0pEoE9oC3n4vYw0=",
                "upn": "linus@corp.example",
                "unique_name": "CORP\\linus",
                "name": "Linus T",
                "pwd_exp": "1209600",
                "pwd_url": "https://adfs.corp.example/adfs/portal/updatepassword/",
                "sid": "S-1-5-21-1004336348-1177238915-682003330-512",
                "auth_time": "2026-11-22T10:00:00.000Z",
                "ver": "1.0",
                "email": ["linus@corp.example"],
                "group": "staff",
            });
            (claims, json!({ "sub": "Vf2wD1nWqkRrQ3o0G8oJX1f3a1xI0pEoE9oC3n4vYw0=" }))
        }
    }
}

/// Returns the role claim of this vendor.
fn role_claim(shape: Vendor) -> Option<&'static str> {
    match shape {
        Vendor::Auth0 => Some("https://app.example/roles"),
        Vendor::OktaOrg | Vendor::OktaCustom => Some("groups"),
        Vendor::Keycloak => Some("realm_access.roles"),
        Vendor::Google => None,
        Vendor::Adfs => Some("group"),
    }
}

/// Starts a fixture whose fake provider looks like this vendor, is trusted for corp.example, and grants roles.
async fn tenant(location: &StoreLocation, shape: Vendor, more: &[(&str, &str)]) -> FederatedFixture {
    let mut settings = vec![("FAKE_TRUSTED_DOMAINS", "corp.example")];
    let roles = role_claim(shape).map(|claim| [("FAKE_ROLE_CLAIM", claim), ("FAKE_ROLE_MAP", "staff=staff")]);
    settings.extend(roles.into_iter().flatten());
    settings.extend(match shape {
        Vendor::Auth0 => Some(("FAKE_KIND", "auth0")),
        Vendor::OktaOrg | Vendor::OktaCustom => Some(("FAKE_KIND", "okta")),
        _ => None,
    });
    settings.extend(more);
    let fake = FakeProvider::like_vendor("fake", shape).await;
    let fixture =
        FederatedFixture::with_providers(location, &settings, fake, FakeProvider::start("corp").await).await;
    fixture.wait_until_available("fake").await;
    fixture
}

/// Signs in with these claims, and sends `iss` if the provider announces it.
async fn sign_in_with(
    browser: &Browser,
    provider: &FakeProvider,
    id_token: &Value,
    userinfo: &Value,
) -> Answer {
    let answer = browser.get(&format!("/api/auth/login/{}", provider.name)).await;
    let authorization = AuthorizationRequest::of(&answer);
    let code = provider.code_with_claims(&authorization.parameters, id_token, userinfo);
    let mut back = vec![("code", code.as_str()), ("state", authorization.state())];
    if provider.sends_iss() {
        back.push(("iss", provider.issuer()));
    }
    callback(browser, provider.name, &back).await
}

// Issuers with slash, path or capitals. Endpoints with paths, slashes or other hosts. Unknown members.
#[on_every_store]
async fn every_vendor_signs_in(location: StoreLocation) {
    for shape in Vendor::ALL {
        let fixture = tenant(&location, shape, &[]).await;
        let (id_token, userinfo) = linus_of(shape);
        let browser = fixture.browser();
        assert_signed_in(&sign_in_with(&browser, &fixture.fake, &id_token, &userinfo).await, "/");
        let first = me(&browser).await;
        assert_eq!(first["displayName"], "Linus T", "{shape:?}");
        let roles = if shape == Vendor::Google { json!([]) } else { json!(["staff"]) };
        assert_eq!(first["roles"], roles, "{shape:?}");
        let browser = fixture.browser();
        assert_signed_in(&sign_in_with(&browser, &fixture.fake, &id_token, &userinfo).await, "/");
        assert_eq!(me(&browser).await["id"], first["id"], "{shape:?}");
        let calls = fixture.fake.calls();
        assert_eq!(
            calls[..2],
            [Endpoint::Discovery, Endpoint::Keys],
            "{shape:?}: each where the document says"
        );
        assert_eq!(calls.len(), 6, "{shape:?}: {calls:?}");
        assert_eq!(fixture.fake.unexpected_requests(), 0, "{shape:?}");
        fixture.assert_no_protocol_errors();
        // The next vendor is another provider with the same users: no user may be found by email.
        for user in fixture.users().await {
            update_user(&fixture.service, user.id, |user| user.email = None).await;
        }
    }
}

#[on_every_store]
async fn every_verifying_vendor_links_by_email(location: StoreLocation) {
    for shape in Vendor::ALL {
        let fixture = tenant(&location, shape, &[]).await;
        let linus = create_user_with(&fixture.service, &format!("{shape:?}"), |user| {
            set_verified_email(user, "linus@corp.example");
        })
        .await;
        let (id_token, userinfo) = linus_of(shape);
        let browser = fixture.browser();
        assert_signed_in(&sign_in_with(&browser, &fixture.fake, &id_token, &userinfo).await, "/");
        let me = me(&browser).await;
        // ADFS verifies no email.
        assert_eq!(me["id"] == linus.id.to_string(), shape != Vendor::Adfs, "{shape:?}: {me}");
        for user in fixture.users().await {
            update_user(&fixture.service, user.id, |user| user.email = None).await;
        }
    }
}

// Auth0: connections without email, enterprise connections that verify none, two connections of one user.
#[on_every_store]
async fn auth0_tenant_with_several_connections(location: StoreLocation) {
    let fixture = tenant(&location, Vendor::Auth0, &[]).await;
    let linus =
        create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example"))
            .await;
    let mut seen = Vec::new();
    for (sub, more) in [
        ("samlp|corp-saml|linus@corp.example", json!({ "email_verified": null })),
        ("waad|8d1f0a3e-3c51-4c58-a1a2-1d8a2f5b7c11", json!({ "email_verified": false })),
        (
            "sms|6a5f0c3e1d2b",
            json!({ "email": null, "email_verified": null, "phone_number": "+441632960001" }),
        ),
        (&*format!("oidc|corp-oidc|{}", "x".repeat(240)), json!({ "email_verified": "true" })),
    ] {
        let claims = with_claims(with_claims(linus_of(Vendor::Auth0).0, json!({ "sub": sub })), more);
        for _ in 0..2 {
            let browser = fixture.signed_in(&fixture.fake, &claims).await;
            let me = me(&browser).await;
            assert_ne!(me["id"], linus.id.to_string(), "{sub}: what is missing or text is not true");
            assert_eq!(me["roles"], json!(["staff"]), "{sub}");
            seen.push(me["id"].to_string());
        }
    }
    seen.dedup();
    assert_eq!(seen.len(), 4, "a connection is an identity: {seen:?}");
    let linked = fixture.signed_in(&fixture.fake, &linus_of(Vendor::Auth0).0).await;
    assert_eq!(me(&linked).await["id"], linus.id.to_string());
    fixture.assert_no_protocol_errors();
}

// Auth0: a token with ten KiB of roles is accepted. HS256 in the list does not make it acceptable.
#[on_every_store]
async fn large_token_is_accepted_and_symmetric_token_refused(location: StoreLocation) {
    let fixture = tenant(&location, Vendor::Auth0, &[]).await;
    let mut roles: Vec<String> =
        (0..400).map(|number| format!("https://api.example/role/{number:04}")).collect();
    roles.push("staff".to_owned());
    let claims = with_claims(linus_of(Vendor::Auth0).0, json!({ "https://app.example/roles": roles }));
    assert!(claims.to_string().len() > 10 << 10);
    let browser = fixture.signed_in(&fixture.fake, &claims).await;
    assert_eq!(me(&browser).await["roles"], json!(["staff"]));
    fixture.fake.set_fault(Fault::Signed(crate::harness::fake_provider::fault::Signature::ClientSecret));
    assert_refused(&sign_in(&fixture.browser(), &fixture.fake, &claims).await, "provider_response_invalid");
}

// Okta: with more than a hundred groups, the claim contains an error in place of the list.
#[on_every_store]
async fn groups_overage_gives_no_role(location: StoreLocation) {
    for shape in [Vendor::OktaOrg, Vendor::OktaCustom] {
        let fixture = tenant(&location, shape, &[("FAKE_SCOPES", "openid profile email groups")]).await;
        let (thin, userinfo) = linus_of(shape);
        let browser = fixture.browser();
        let answer = sign_in_with(&browser, &fixture.fake, &thin, &userinfo).await;
        assert_signed_in(&answer, "/");
        assert_eq!(me(&browser).await["roles"], json!(["staff"]));
        for overflow in [
            json!({ "error": "too_many_groups", "error_description": "staff" }),
            json!([{ "error": "staff" }]),
            json!("Groups claim overflow: more than 100 groups, staff among them"),
            json!(null),
            json!(101),
        ] {
            let mut userinfo = userinfo.clone();
            userinfo["groups"] = overflow.clone();
            let browser = fixture.browser();
            assert_signed_in(&sign_in_with(&browser, &fixture.fake, &thin, &userinfo).await, "/");
            assert_eq!(me(&browser).await["roles"], json!([]), "{overflow}");
        }
    }
}

// Okta: `amr` is in the signed ID token.
#[on_every_store]
async fn trusted_mfa_of_okta_counts(location: StoreLocation) {
    let settings = [("FAKE_TRUST_MFA", "mfa"), ("VESTIBULE_MFA", "required")];
    let fixture = tenant(&location, Vendor::OktaCustom, &settings).await;
    let (thin, userinfo) = linus_of(Vendor::OktaCustom);
    let browser = fixture.browser();
    assert_signed_in(&sign_in_with(&browser, &fixture.fake, &thin, &userinfo).await, "/");
    assert_eq!(session_state(&browser).await, "signedIn");
    let browser = fixture.browser();
    let (path, _) = redirect_target(
        &sign_in_with(&browser, &fixture.fake, &with_claims(thin, json!({ "amr": ["pwd"] })), &userinfo)
            .await,
    );
    assert_eq!(path, "/mfa-setup");
}

// Org server and custom authorization server of one tenant: the same users, different identities.
#[on_every_store]
async fn providers_of_one_kind_are_independent(location: StoreLocation) {
    let (org, custom) = (
        FakeProvider::like_vendor("fake", Vendor::OktaOrg).await,
        FakeProvider::like_vendor("corp", Vendor::OktaCustom).await,
    );
    custom.publish_keys(&[&ELLIPTIC]);
    let settings = [("FAKE_KIND", "okta"), ("CORP_KIND", "okta")];
    let fixture = FederatedFixture::with_providers(&location, &settings, org, custom).await;
    fixture.wait_until_available("fake").await;
    fixture.wait_until_available("corp").await;
    let (thin, userinfo) = linus_of(Vendor::OktaOrg);
    let userinfo = with_claims(userinfo, json!({ "email": null }));
    let browsers = [fixture.browser(), fixture.browser()];
    assert_signed_in(&sign_in_with(&browsers[0], &fixture.fake, &thin, &userinfo).await, "/");
    assert_signed_in(&sign_in_with(&browsers[1], &fixture.corp, &thin, &userinfo).await, "/");
    let (one, other) = (me(&browsers[0]).await, me(&browsers[1]).await);
    assert_ne!(one["id"], other["id"], "the same subject of another issuer");
    assert_eq!(
        (&one["identities"][0]["provider"], &other["identities"][0]["provider"]),
        (&json!("fake"), &json!("corp"))
    );
    // The keys of one server are invalid at the other.
    fixture.corp.publish_keys(&[&FIRST]);
    fixture.corp.set_fault(Fault::Keys(|keys| keys["keys"] = json!([ELLIPTIC.jwk()])));
    assert_refused(
        &sign_in_with(&fixture.browser(), &fixture.corp, &thin, &userinfo).await,
        "provider_response_invalid",
    );
}

// Keycloak announces `iss`, ADFS and Google do not.
#[on_every_store]
async fn announced_iss_parameter_is_required(location: StoreLocation) {
    for shape in Vendor::ALL {
        let fixture = tenant(&location, shape, &[]).await;
        let browser = fixture.browser();
        let authorization = AuthorizationRequest::of(&browser.get("/api/auth/login/fake").await);
        let (id_token, userinfo) = linus_of(shape);
        let nameless = with_claims(userinfo, json!({ "email": null }));
        let code = fixture.fake.code_with_claims(
            &authorization.parameters,
            &with_claims(id_token, json!({ "email": null })),
            &nameless,
        );
        let answer = callback(&browser, "fake", &[("code", &code), ("state", authorization.state())]).await;
        if shape == Vendor::Keycloak {
            assert_refused(&answer, "provider_response_invalid");
        } else {
            assert_signed_in(&answer, "/");
        }
    }
}
