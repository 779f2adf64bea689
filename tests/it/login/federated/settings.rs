//! Settings of authorization requests and allowed tenants: organization, `acr_values`, tenants.

use serde_json::{Value, json};

use crate::harness::{
    browser::{Answer, Browser},
    fake_provider::{
        FakeProvider,
        fault::{Endpoint, Fault},
    },
    federated::{
        AuthorizationRequest, FederatedFixture, assert_refused, assert_signed_in, callback, claims_of,
        event_details, event_of, is_available, me, session_state, set_verified_email, sign_in, start_login,
        update_user, with_claims,
    },
    stores::StoreLocation,
    users::create_user_with,
};

const ONE: &str = "11111111-2222-3333-4444-555555555555";
const TWO: &str = "66666666-7777-8888-9999-000000000000";
const ATTACKER: &str = "99999999-8888-7777-6666-555555555555";

/// Sends the callback with these claims in ID token and userinfo.
async fn sign_in_with(
    browser: &Browser,
    provider: &FakeProvider,
    id_token: &Value,
    userinfo: &Value,
) -> Answer {
    let authorization =
        AuthorizationRequest::of(&browser.get(&format!("/api/auth/login/{}", provider.name)).await);
    let code = provider.code_with_claims(&authorization.parameters, id_token, userinfo);
    callback(browser, provider.name, &[("code", &code), ("state", authorization.state())]).await
}

/// Starts a fixture whose fake provider has many tenants. Two of them are configured.
async fn of_tenants(location: &StoreLocation, more: &[(&str, &str)]) -> FederatedFixture {
    let tenants = format!("{ONE},{TWO}");
    let settings = [&[("FAKE_TENANTS", tenants.as_str())], more].concat();
    let fixture = FederatedFixture::with_providers(
        location,
        &settings,
        FakeProvider::of_tenants("fake").await,
        FakeProvider::start("corp").await,
    )
    .await;
    fixture.wait_until_available("fake").await;
    fixture
}

/// Claims of this subject in this tenant.
fn of(fake: &FakeProvider, tenant: &str, sub: &str) -> Value {
    json!({ "iss": fake.issuer_of(tenant), "sub": sub, "tid": tenant, "name": format!("{sub} of {tenant}") })
}

// Auth0: a user of the tenant could sign in through another organization.
#[on_every_store]
async fn organization_is_requested_and_checked(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(
        &location,
        &[("FAKE_ORGANIZATION", "org_1"), ("CORP_ORGANIZATION", "acme")],
    )
    .await;
    for (provider, organization) in [(&fixture.fake, "org_1"), (&fixture.corp, "acme")] {
        let authorization = start_login(&fixture.browser(), provider).await;
        assert_eq!(authorization.parameters["organization"], organization);
    }
    let grace = |more: Value| with_claims(claims_of("grace"), more);
    let mine = grace(json!({ "org_id": "org_1" }));
    for attacker in [
        json!({}),
        json!({ "org_id": "org_2" }),
        json!({ "org_id": "ORG_1" }),
        json!({ "org_id": " org_1" }),
        json!({ "org_id": ["org_1"] }),
        json!({ "org_id": { "id": "org_1" } }),
        json!({ "organization": "org_1", "org": "org_1" }),
        json!({ "org_id": null, "org_name": "acme" }),
    ] {
        // Userinfo is not signed: it proves no membership.
        let answer = sign_in_with(&fixture.browser(), &fixture.fake, &grace(attacker.clone()), &mine).await;
        assert_refused(&answer, "access_denied");
        let written = event_details(&event_of(&fixture.service, &answer).await);
        assert_eq!(written["decision"]["rule"], "the token belongs to another organization", "{attacker}");
    }
    assert_eq!(fixture.users().await.len(), 0);
    for (provider, member) in [
        (&fixture.fake, json!({ "org_id": "org_1", "org_name": "whatever" })),
        (&fixture.corp, json!({ "org_id": "org_7", "org_name": "acme" })),
    ] {
        let userinfo = grace(json!({ "org_id": "org_2", "org_name": "another" }));
        let browser = fixture.browser();
        assert_signed_in(&sign_in_with(&browser, provider, &grace(member), &userinfo).await, "/");
    }
    // A known user who left the organization cannot sign in.
    assert_refused(
        &sign_in_with(&fixture.browser(), &fixture.fake, &grace(json!({ "org_id": "org_2" })), &mine).await,
        "access_denied",
    );
    fixture.assert_no_protocol_errors();
}

#[on_every_store]
async fn acr_values_are_sent_in_configured_order(location: StoreLocation) {
    let settings = [
        (
            "FAKE_ACR_VALUES",
            "urn:okta:loa:2fa:any, http://schemas.openid.net/pape/policies/2007/06/multi-factor",
        ),
        ("FAKE_TRUST_MFA", "urn:okta:loa:2fa:any"),
        ("VESTIBULE_MFA", "required"),
    ];
    let fixture = FederatedFixture::with_settings(&location, &settings).await;
    let authorization = start_login(&fixture.browser(), &fixture.fake).await;
    let contexts = "urn:okta:loa:2fa:any http://schemas.openid.net/pape/policies/2007/06/multi-factor";
    assert_eq!(authorization.parameters["acr_values"], contexts);
    assert!(!start_login(&fixture.browser(), &fixture.corp).await.parameters.contains_key("acr_values"));
    // The requested `acr` does not count. The `acr` of the token does.
    for (acr, reached) in [(json!(null), "awaitingEnrolment"), (json!("urn:okta:loa:2fa:any"), "signedIn")] {
        let browser = fixture.browser();
        let claims = with_claims(claims_of("grace"), json!({ "acr": acr }));
        sign_in(&browser, &fixture.fake, &claims).await.expect_status(303);
        assert_eq!(session_state(&browser).await, reached, "{acr}");
    }
}

// Entra ID: every tenant uses the same discovery document (nOAuth).
#[on_every_store]
async fn only_configured_tenants_sign_in(location: StoreLocation) {
    let fixture = of_tenants(&location, &[]).await;
    assert!(fixture.fake.issuer().ends_with("/{tenantid}/v2.0"), "{}", fixture.fake.issuer());
    let log_in = async |claims: Value| {
        let browser = fixture.browser();
        (sign_in_with(&browser, &fixture.fake, &claims, &json!({ "sub": claims["sub"] })).await, browser)
    };
    let template = fixture.fake.issuer().to_owned();
    for issuer in [
        fixture.fake.issuer_of(ATTACKER),
        fixture.fake.issuer_of("organizations"),
        fixture.fake.issuer_of("common"),
        fixture.fake.issuer_of(&format!("{ONE},{TWO}")),
        fixture.fake.issuer_of(&ONE.replace('1', "%31")),
        fixture.fake.issuer_of(""),
        format!("{}/", fixture.fake.issuer_of(ONE)),
        template.clone(),
    ] {
        // Other claims of the token do not change the tenant.
        let claims = with_claims(of(&fixture.fake, ONE, "grace"), json!({ "iss": issuer }));
        assert_refused(&log_in(claims).await.0, "provider_response_invalid");
    }
    assert_eq!(fixture.users().await.len(), 0);
    let (answer, _) = log_in(of(&fixture.fake, ONE, "grace")).await;
    assert_signed_in(&answer, "/");
    let written = event_details(&event_of(&fixture.service, &answer).await);
    assert_eq!(written["issuer"], fixture.fake.issuer_of(ONE), "the trace contains the tenant");
    fixture.assert_no_protocol_errors();
}

#[on_every_store]
async fn same_subject_in_two_tenants_is_two_users(location: StoreLocation) {
    let fixture = of_tenants(&location, &[]).await;
    let mut users = Vec::new();
    for tenant in [ONE, TWO, ONE, TWO] {
        let claims = of(&fixture.fake, tenant, "grace");
        let browser = fixture.browser();
        assert_signed_in(
            &sign_in_with(&browser, &fixture.fake, &claims, &json!({ "sub": "grace" })).await,
            "/",
        );
        let me = me(&browser).await;
        assert_eq!(me["displayName"], format!("grace of {tenant}"));
        assert_eq!(me["identities"][0]["provider"], "fake");
        users.push(me["id"].clone());
    }
    assert_eq!(users[..2], users[2..], "each signs in as the same user");
    assert_ne!(users[0], users[1]);
    assert_eq!(fixture.users().await.len(), 2);
    // A user who is disabled in one tenant is not disabled in the other.
    let of_one = format!("grace of {ONE}");
    let users = fixture.users().await;
    let first = users
        .iter()
        .find(|user| user.display_name.as_ref() == Some(&of_one))
        .expect("a user of the first tenant")
        .id;
    update_user(&fixture.service, first, |user| user.status = vestibule::user::Status::Disabled).await;
    let of_one = sign_in_with(
        &fixture.browser(),
        &fixture.fake,
        &of(&fixture.fake, ONE, "grace"),
        &json!({ "sub": "grace" }),
    )
    .await;
    assert_refused(&of_one, "account_disabled");
    let of_two = sign_in_with(
        &fixture.browser(),
        &fixture.fake,
        &of(&fixture.fake, TWO, "grace"),
        &json!({ "sub": "grace" }),
    )
    .await;
    assert_signed_in(&of_two, "/");
}

// Removing a tenant from the list refuses all of its users.
#[on_every_store]
async fn removed_tenant_cannot_sign_in(location: StoreLocation) {
    let settings = [("FAKE_ROLE_CLAIM", "roles"), ("FAKE_ROLE_MAP", "staff=staff")];
    let fixture = of_tenants(&location, &settings).await;
    let claims = with_claims(of(&fixture.fake, TWO, "grace"), json!({ "roles": ["staff"] }));
    let grace = fixture.browser();
    assert_signed_in(&sign_in_with(&grace, &fixture.fake, &claims, &json!({ "sub": "grace" })).await, "/");
    assert_eq!(me(&grace).await["roles"], json!(["staff"]));
    let FederatedFixture { fake, corp, service } = fixture;
    let service = service.restart_with(&[("VESTIBULE_PROVIDER_FAKE_TENANTS", ONE)]).await;
    let fixture = FederatedFixture { fake, corp, service };
    fixture.wait_until_available("fake").await;
    assert_eq!(me(&grace.at_replica(&fixture.service)).await["roles"], json!([]));
    let again = sign_in_with(&fixture.browser(), &fixture.fake, &claims, &json!({ "sub": "grace" })).await;
    assert_refused(&again, "provider_response_invalid");
}

// The metadata must contain the issuer template. The document of one tenant is refused.
#[on_every_store]
async fn multi_tenant_discovery_uses_the_issuer_template(location: StoreLocation) {
    let fake = FakeProvider::of_tenants("fake").await;
    fake.set_fault(Fault::Discovery(|document| {
        let issuer = document["issuer"].as_str().expect("an issuer").replace("{tenantid}", ONE);
        document["issuer"] = json!(issuer);
    }));
    let fixture = FederatedFixture::with_providers(
        &location,
        &[("FAKE_TENANTS", ONE)],
        fake,
        FakeProvider::start("corp").await,
    )
    .await;
    assert_refused(&fixture.browser().get("/api/auth/login/fake").await, "provider_unavailable");
    assert!(!fixture.fake.received_requests(Endpoint::Discovery).is_empty(), "a discovery request was sent");
    assert!(!is_available(&fixture.service, "fake").await);
}

// A tenant is trusted for its own domain. The setting has one list per provider.
#[on_every_store]
async fn trusted_tenant_links_by_email(location: StoreLocation) {
    let fixture = of_tenants(&location, &[("FAKE_TRUSTED_DOMAINS", "corp.example")]).await;
    let linus =
        create_user_with(&fixture.service, "linus", |user| set_verified_email(user, "linus@corp.example"))
            .await;
    let verified = json!({ "email": "linus@corp.example", "email_verified": true });
    let claims = with_claims(of(&fixture.fake, ONE, "linus"), verified);
    let browser = fixture.browser();
    assert_signed_in(&sign_in_with(&browser, &fixture.fake, &claims, &json!({ "sub": "linus" })).await, "/");
    assert_eq!(me(&browser).await["id"], linus.id.to_string());
    // In Entra ID an administrator of any tenant can edit `email`: without verification it belongs to no user.
    let edited = with_claims(
        of(&fixture.fake, TWO, "mallory"),
        json!({ "email": "linus@corp.example", "xms_edov": true }),
    );
    let browser = fixture.browser();
    assert_signed_in(
        &sign_in_with(&browser, &fixture.fake, &edited, &json!({ "sub": "mallory" })).await,
        "/",
    );
    assert_ne!(me(&browser).await["id"], linus.id.to_string());
}
