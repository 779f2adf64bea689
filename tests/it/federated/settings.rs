//! Settings that change what a provider is asked, and whose people come in: organization, contexts, tenants.

use serde_json::json;

use super::*;
use crate::harness::{
    browser::Browser,
    liar::sin::{Endpoint, Sin},
    people::person_with,
};

const ONE: &str = "11111111-2222-3333-4444-555555555555";
const TWO: &str = "66666666-7777-8888-9999-000000000000";
const STRANGER: &str = "99999999-8888-7777-6666-555555555555";

/// Comes back with these claims in the ID token and those at userinfo.
async fn arrive(browser: &Browser, provider: &Liar, id_token: &Value, userinfo: &Value) -> Answer {
    let journey = Journey::of(&browser.get(&format!("/api/auth/login/{}", provider.name)).await);
    let code = provider.thin_code_for(&journey.asked, id_token, userinfo);
    come_back(browser, provider.name, &[("code", &code), ("state", journey.state())]).await
}

/// A house with a liar of many tenants, of which two are named.
async fn of_tenants(location: &StoreLocation, more: &[(&str, &str)]) -> House {
    let tenants = format!("{ONE},{TWO}");
    let settings = [&[("LIAR_TENANTS", tenants.as_str())], more].concat();
    let house =
        House::early(location, &settings, Liar::of_tenants("liar").await, Liar::start("corp").await).await;
    house.is_available("liar").await;
    house
}

/// Somebody with this subject, as this tenant says it.
fn of(liar: &Liar, tenant: &str, sub: &str) -> Value {
    json!({ "iss": liar.issuer_of(tenant), "sub": sub, "tid": tenant, "name": format!("{sub} of {tenant}") })
}

// Auth0: whoever may sign in at the tenant could come in through another organization of it.
#[on_every_store]
async fn an_organization_is_asked_for_and_the_signed_token_must_be_of_it(location: StoreLocation) {
    let house =
        House::with(&location, &[("LIAR_ORGANIZATION", "org_1"), ("CORP_ORGANIZATION", "acme")]).await;
    for (provider, organization) in [(&house.liar, "org_1"), (&house.corp, "acme")] {
        let journey = set_out(&house.browser(), provider).await;
        assert_eq!(journey.asked["organization"], organization);
    }
    let grace = |more: Value| with(claims_of("grace"), more);
    let mine = grace(json!({ "org_id": "org_1" }));
    for stranger in [
        json!({}),
        json!({ "org_id": "org_2" }),
        json!({ "org_id": "ORG_1" }),
        json!({ "org_id": " org_1" }),
        json!({ "org_id": ["org_1"] }),
        json!({ "org_id": { "id": "org_1" } }),
        json!({ "organization": "org_1", "org": "org_1" }),
        json!({ "org_id": null, "org_name": "acme" }),
    ] {
        // What userinfo says is not signed: it makes nobody a member.
        let answer = arrive(&house.browser(), &house.liar, &grace(stranger.clone()), &mine).await;
        refused(&answer, "access_denied");
        let written = trace(&event_of(&house.service, &answer).await);
        assert_eq!(written["decision"]["rule"], "the token is of another organization", "{stranger}");
    }
    assert_eq!(house.people().await.len(), 0);
    for (provider, member) in [
        (&house.liar, json!({ "org_id": "org_1", "org_name": "whatever" })),
        (&house.corp, json!({ "org_id": "org_7", "org_name": "acme" })),
    ] {
        let userinfo = grace(json!({ "org_id": "org_2", "org_name": "another" }));
        let browser = house.browser();
        leads_to(&arrive(&browser, provider, &grace(member), &userinfo).await, "/");
    }
    // A member who is known and leaves comes in no more.
    refused(
        &arrive(&house.browser(), &house.liar, &grace(json!({ "org_id": "org_2" })), &mine).await,
        "access_denied",
    );
    house.nobody_complains();
}

#[on_every_store]
async fn contexts_are_asked_for_in_the_order_of_the_settings(location: StoreLocation) {
    let settings = [
        (
            "LIAR_ACR_VALUES",
            "urn:okta:loa:2fa:any, http://schemas.openid.net/pape/policies/2007/06/multi-factor",
        ),
        ("LIAR_TRUST_MFA", "urn:okta:loa:2fa:any"),
        ("VESTIBULE_MFA", "required"),
    ];
    let house = House::with(&location, &settings).await;
    let journey = set_out(&house.browser(), &house.liar).await;
    let contexts = "urn:okta:loa:2fa:any http://schemas.openid.net/pape/policies/2007/06/multi-factor";
    assert_eq!(journey.asked["acr_values"], contexts);
    assert!(!set_out(&house.browser(), &house.corp).await.asked.contains_key("acr_values"));
    // Asking is not getting: what comes back is judged by what it says.
    for (acr, reached) in [(json!(null), "awaitingEnrolment"), (json!("urn:okta:loa:2fa:any"), "signedIn")] {
        let browser = house.browser();
        let claims = with(claims_of("grace"), json!({ "acr": acr }));
        sign_in(&browser, &house.liar, &claims).await.must_be(303);
        assert_eq!(state(&browser).await, reached, "{acr}");
    }
}

// Entra ID: the document is everybody's, and so would be the door (nOAuth).
#[on_every_store]
async fn only_people_of_tenants_that_were_named_come_in(location: StoreLocation) {
    let house = of_tenants(&location, &[]).await;
    assert!(house.liar.issuer().ends_with("/{tenantid}/v2.0"), "{}", house.liar.issuer());
    let come = async |claims: Value| {
        let browser = house.browser();
        (arrive(&browser, &house.liar, &claims, &json!({ "sub": claims["sub"] })).await, browser)
    };
    let template = house.liar.issuer().to_owned();
    for issuer in [
        house.liar.issuer_of(STRANGER),
        house.liar.issuer_of("organizations"),
        house.liar.issuer_of("common"),
        house.liar.issuer_of(&format!("{ONE},{TWO}")),
        house.liar.issuer_of(&ONE.replace('1', "%31")),
        house.liar.issuer_of(""),
        format!("{}/", house.liar.issuer_of(ONE)),
        template.clone(),
    ] {
        // It may say of itself in another claim what it likes.
        let claims = with(of(&house.liar, ONE, "grace"), json!({ "iss": issuer }));
        refused(&come(claims).await.0, "provider_response_invalid");
    }
    assert_eq!(house.people().await.len(), 0);
    let (answer, _) = come(of(&house.liar, ONE, "grace")).await;
    leads_to(&answer, "/");
    let written = trace(&event_of(&house.service, &answer).await);
    assert_eq!(written["issuer"], house.liar.issuer_of(ONE), "the trace says which");
    house.nobody_complains();
}

#[on_every_store]
async fn one_subject_of_two_tenants_is_two_people(location: StoreLocation) {
    let house = of_tenants(&location, &[]).await;
    let mut people = Vec::new();
    for tenant in [ONE, TWO, ONE, TWO] {
        let claims = of(&house.liar, tenant, "grace");
        let browser = house.browser();
        leads_to(&arrive(&browser, &house.liar, &claims, &json!({ "sub": "grace" })).await, "/");
        let me = me(&browser).await;
        assert_eq!(me["displayName"], format!("grace of {tenant}"));
        assert_eq!(me["identities"][0]["provider"], "liar");
        people.push(me["id"].clone());
    }
    assert_eq!(people[..2], people[2..], "each comes back as themselves");
    assert_ne!(people[0], people[1]);
    assert_eq!(house.people().await.len(), 2);
    // Who is shut out of the one tenant is not shut out of the other.
    let of_one = format!("grace of {ONE}");
    let people = house.people().await;
    let first =
        people.iter().find(|user| user.display_name.as_ref() == Some(&of_one)).expect("she is there").id;
    change(&house.service, first, |user| user.status = vestibule::user::Status::Disabled).await;
    let of_one =
        arrive(&house.browser(), &house.liar, &of(&house.liar, ONE, "grace"), &json!({ "sub": "grace" }))
            .await;
    refused(&of_one, "account_disabled");
    let of_two =
        arrive(&house.browser(), &house.liar, &of(&house.liar, TWO, "grace"), &json!({ "sub": "grace" }))
            .await;
    leads_to(&of_two, "/");
}

// A tenant that is taken from the list is shut out, with everybody who came in through it.
#[on_every_store]
async fn a_tenant_that_is_named_no_longer_is_out(location: StoreLocation) {
    let settings = [("LIAR_ROLE_CLAIM", "roles"), ("LIAR_ROLE_MAP", "staff=staff")];
    let house = of_tenants(&location, &settings).await;
    let claims = with(of(&house.liar, TWO, "grace"), json!({ "roles": ["staff"] }));
    let grace = house.browser();
    leads_to(&arrive(&grace, &house.liar, &claims, &json!({ "sub": "grace" })).await, "/");
    assert_eq!(me(&grace).await["roles"], json!(["staff"]));
    let House { liar, corp, service } = house;
    let service = service.restarted(&[("VESTIBULE_PROVIDER_LIAR_TENANTS", ONE)]).await;
    let house = House { liar, corp, service };
    house.is_available("liar").await;
    assert_eq!(me(&grace.moved_to(&house.service)).await["roles"], json!([]));
    let again = arrive(&house.browser(), &house.liar, &claims, &json!({ "sub": "grace" })).await;
    refused(&again, "provider_response_invalid");
}

// The metadata of a template are the template's: one tenant's document is somebody else's.
#[on_every_store]
async fn the_document_of_many_tenants_is_the_templates_own(location: StoreLocation) {
    let liar = Liar::of_tenants("liar").await;
    liar.sins(Sin::Discovery(|document| {
        let issuer = document["issuer"].as_str().expect("an issuer").replace("{tenantid}", ONE);
        document["issuer"] = json!(issuer);
    }));
    let house = House::early(&location, &[("LIAR_TENANTS", ONE)], liar, Liar::start("corp").await).await;
    refused(&house.browser().get("/api/auth/login/liar").await, "provider_unavailable");
    assert!(!house.liar.asked(Endpoint::Discovery).is_empty(), "it was asked");
    assert!(!available(&house.service, "liar").await);
}

// Trust is in a tenant's word for its own domain; the setting has one list for the provider.
#[on_every_store]
async fn a_named_tenant_that_is_trusted_links_by_address(location: StoreLocation) {
    let house = of_tenants(&location, &[("LIAR_TRUSTED_DOMAINS", "corp.example")]).await;
    let linus = person_with(&house.service, "linus", |user| has_address(user, "linus@corp.example")).await;
    let verified = json!({ "email": "linus@corp.example", "email_verified": true });
    let claims = with(of(&house.liar, ONE, "linus"), verified);
    let browser = house.browser();
    leads_to(&arrive(&browser, &house.liar, &claims, &json!({ "sub": "linus" })).await, "/");
    assert_eq!(me(&browser).await["id"], linus.id.to_string());
    // Entra ID's `email` is whatever an administrator of any tenant wrote: without a word for it, it is nobody's.
    let edited =
        with(of(&house.liar, TWO, "mallory"), json!({ "email": "linus@corp.example", "xms_edov": true }));
    let browser = house.browser();
    leads_to(&arrive(&browser, &house.liar, &edited, &json!({ "sub": "mallory" })).await, "/");
    assert_ne!(me(&browser).await["id"], linus.id.to_string());
}
