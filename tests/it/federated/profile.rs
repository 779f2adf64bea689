//! What a sign-in brings along: name, picture, locale, address and roles; and the shapes in which real providers bring it.

use serde_json::json;

use super::*;
use crate::harness::{
    liar::sin::{Answer::Status, Endpoint, Sin},
    people::person_with,
};

const ROLES: [(&str, &str); 2] =
    [("LIAR_ROLE_CLAIM", "groups"), ("LIAR_ROLE_MAP", "staff=staff,kernel=editor,two words=reader")];

/// Grace with more claims.
fn grace(more: Value) -> Value {
    with(claims_of("grace"), more)
}

/// What `me` says after a sign-in with these claims.
async fn after(house: &House, claims: &Value) -> Value {
    me(&house.signed_in(&house.liar, claims).await).await
}

/// The roles after a sign-in with these claims, in the order of the alphabet.
async fn roles(house: &House, more: Value) -> Vec<String> {
    let me = after(house, &grace(more)).await;
    let mut roles: Vec<String> = me["roles"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|role| role.as_str().expect("text").to_owned())
        .collect();
    roles.sort();
    roles
}

/// Signs in with a thin ID token and these claims at the userinfo endpoint.
async fn thinly(browser: &Browser, provider: &Liar, id_token: &Value, userinfo: &Value) -> Answer {
    let journey = set_out(browser, provider).await;
    let code = provider.thin_code_for(&journey.asked, id_token, userinfo);
    come_back(browser, provider.name, &[("code", &code), ("state", journey.state())]).await
}

in_every_place! {
    async fn a_profile_is_taken_from_the_claims_and_refreshed_at_every_sign_in(place: Place) {
        let house = House::open(&place).await;
        let first = json!({ "name": "Grace", "picture": "https://corp.example/1.png", "locale": "en" });
        let me = after(&house, &grace(first)).await;
        assert_eq!((&me["displayName"], &me["picture"], &me["locale"]), (&json!("Grace"), &json!("https://corp.example/1.png"), &json!("en")));
        let second = json!({ "name": "Grace Hopper", "picture": "https://corp.example/2.png", "locale": "en-GB" });
        let me = after(&house, &grace(second)).await;
        assert_eq!((&me["displayName"], &me["picture"], &me["locale"]), (&json!("Grace Hopper"), &json!("https://corp.example/2.png"), &json!("en-GB")));
        let me = after(&house, &grace(json!({ "name": null }))).await;
        assert_eq!(me["displayName"], "Grace Hopper", "what is not said takes nothing away");
    }

    async fn each_field_follows_its_policy(place: Place) {
        let policy = "displayName=local,picture=never,locale=provider,email=provider";
        let house = House::with(&place, &[("LIAR_PROFILE", policy)]).await;
        let first = json!({ "name": "Grace", "picture": "https://corp.example/1.png", "locale": "en" });
        let me = after(&house, &grace(first)).await;
        assert_eq!(me["displayName"], "Grace", "local: taken when the account is made");
        assert_eq!(me["picture"], json!(null), "never");
        assert_eq!(me["locale"], "en");
        assert_eq!(me["email"], "grace@corp.example");
        let second = json!({ "name": "Hopper", "locale": "fr", "email": "hopper@corp.example" });
        let me = after(&house, &grace(second)).await;
        assert_eq!(me["displayName"], "Grace", "local: and ours from then on");
        assert_eq!(me["locale"], "fr", "provider: at every sign-in");
        assert_eq!((&me["email"], &me["emailVerified"]), (&json!("hopper@corp.example"), &json!(false)));
    }

    async fn an_address_is_ours_by_default(place: Place) {
        let house = House::open(&place).await;
        after(&house, &grace(json!({}))).await;
        let me = after(&house, &grace(json!({ "email": "hopper@corp.example" }))).await;
        assert_eq!(me["email"], "grace@corp.example");
        assert_eq!(me["identities"][0]["email"], "hopper@corp.example", "the identity shows what the provider says");
    }

    // A provider that says another address later must not take somebody's.
    async fn a_refreshed_address_takes_no_verified_address_of_somebody_else(place: Place) {
        let house = House::with(&place, &[("CORP_PROFILE", "email=provider")]).await;
        let linus = person_with(&house.service, "linus", |user| has_address(user, "linus@corp.example")).await;
        let grace_at = house.signed_in(&house.corp, &claims_of("grace")).await;
        let answer = sign_in(&house.browser(), &house.corp, &grace(json!({ "email": "linus@corp.example" }))).await;
        leads_to(&answer, "/");
        let me = me(&grace_at).await;
        assert_ne!(me["id"], linus.id.to_string());
        assert!(me["email"] != "linus@corp.example" || me["emailVerified"] == false, "{me}");
        let owners = house.people().await;
        let owners = owners.iter().filter(|user| user.email_verified && user.email == linus.email).count();
        assert_eq!(owners, 1);
    }

    async fn odd_fields_are_left_out_and_nothing_of_them_is_kept(place: Place) {
        let house = House::open(&place).await;
        let odd = json!({
            "name": ["Grace", "Hopper"],
            "picture": "javascript:alert(1)",
            "locale": 49,
            "profile": { "x": 1 },
        });
        let me = after(&house, &grace(odd)).await;
        assert_eq!(me["picture"], json!(null));
        assert_eq!(me["locale"], json!(null));
        assert!(me["displayName"].is_null() || me["displayName"].is_string(), "{me}");
        for picture in ["data:image/svg+xml,<svg/>", "http://corp.example/1.png\n", "//corp.example/1.png", "1.png", ""] {
            let me = after(&house, &grace(json!({ "picture": picture }))).await;
            assert_eq!(me["picture"], json!(null), "{picture:?}");
        }
        let long = "n".repeat(10_000);
        let me = after(&house, &grace(json!({ "name": long, "locale": long, "picture": format!("https://corp.example/{long}") }))).await;
        assert!(me.to_string().len() < 2_000, "limits hold for claims as well");
        let me = after(&house, &grace(json!({ "name": "Grace\u{0}\u{1b}[31m\r\nHopper\u{202e}" }))).await;
        let name = me["displayName"].as_str().unwrap_or_default();
        assert!(!name.contains(char::is_control), "{name:?}");
    }

    async fn roles_come_and_go_with_the_claim(place: Place) {
        let house = House::with(&place, &ROLES).await;
        assert_eq!(roles(&house, json!({ "groups": ["staff", "kernel", "unheard of"] })).await, ["editor", "staff"]);
        assert_eq!(roles(&house, json!({ "groups": ["staff"] })).await, ["staff"]);
        assert_eq!(roles(&house, json!({ "groups": "kernel" })).await, ["editor"], "a text is a list of one");
        assert_eq!(roles(&house, json!({ "groups": ["two words"] })).await, ["reader"]);
        assert_eq!(roles(&house, json!({ "groups": [] })).await, Vec::<String>::new());
        assert_eq!(roles(&house, json!({ "groups": ["staff"] })).await, ["staff"]);
        assert_eq!(roles(&house, json!({})).await, Vec::<String>::new(), "no claim, no role");
        for odd in [json!({ "staff": true }), json!(7), json!(true), json!([["staff"], { "x": "staff" }, 7]), json!("staff,kernel"), json!(["STAFF", " staff"])] {
            assert_eq!(roles(&house, json!({ "groups": odd })).await, Vec::<String>::new(), "{odd}");
        }
    }

    async fn a_role_that_is_not_in_the_map_is_never_taken_from_a_claim(place: Place) {
        let house = House::with(&place, &[("LIAR_ROLE_CLAIM", "groups"), ("LIAR_ROLE_MAP", "staff=staff")]).await;
        let claims = json!({ "groups": ["admin", "staff"], "roles": ["admin"], "admin": true });
        assert_eq!(roles(&house, claims).await, ["staff"]);
    }

    async fn roles_given_here_are_not_touched(place: Place) {
        let house = House::with(&place, &ROLES).await;
        assert_eq!(roles(&house, json!({ "groups": ["staff"] })).await, ["staff"]);
        let id = house.people().await[0].id;
        change(&house.service, id, |user| user.roles = vec!["owner".to_owned(), "staff".to_owned()]).await;
        assert_eq!(roles(&house, json!({ "groups": ["kernel"] })).await, ["editor", "owner", "staff"]);
        assert_eq!(roles(&house, json!({})).await, ["owner", "staff"], "what an administrator gave stays");
    }

    async fn roles_of_one_provider_are_not_taken_by_another(place: Place) {
        let more = [ROLES[0], ROLES[1], ("CORP_ROLE_CLAIM", "groups"), ("CORP_ROLE_MAP", "staff=member")];
        let house = House::with(&place, &more).await;
        let linus = person_with(&house.service, "linus", |user| has_address(user, "linus@corp.example")).await;
        let claims = with(claims_of("linus"), json!({ "groups": ["staff"] }));
        let browser = house.signed_in(&house.corp, &claims).await;
        assert_eq!(me(&browser).await["roles"], json!(["member"]));
        let journey = set_out(&browser, &house.liar).await;
        let other = with(claims.clone(), json!({ "sub": "linus at the liar" }));
        wants_local_proof(&come_back_as(&browser, &house.liar, &journey, &other).await, &house.liar);
        browser.post("/api/auth/link", &json!({})).await.must_be(200);
        let through_liar = house.signed_in(&house.liar, &other).await;
        let now = me(&through_liar).await;
        assert_eq!(now["id"], linus.id.to_string());
        let mut roles: Vec<&str> = now["roles"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        roles.sort_unstable();
        assert_eq!(roles, ["member", "staff"]);
    }

    async fn roles_are_found_under_dotted_and_namespaced_names(place: Place) {
        let map = ("LIAR_ROLE_MAP", "staff=staff");
        let house = House::with(&place, &[("LIAR_ROLE_CLAIM", "realm_access.roles"), map]).await;
        assert_eq!(roles(&house, json!({ "realm_access": { "roles": ["staff"] } })).await, ["staff"]);
        assert_eq!(roles(&house, json!({ "realm_access.roles": ["staff"] })).await, ["staff"], "a name may have a dot");
        assert_eq!(roles(&house, json!({ "realm_access": "staff" })).await, Vec::<String>::new());
        assert_eq!(roles(&house, json!({ "realm_access": ["staff"] })).await, Vec::<String>::new());
    }

    async fn roles_are_found_under_a_url(place: Place) {
        let settings = [("LIAR_ROLE_CLAIM", "https://app.example/roles"), ("LIAR_ROLE_MAP", "staff=staff")];
        let house = House::with(&place, &settings).await;
        assert_eq!(roles(&house, json!({ "https://app.example/roles": ["staff"] })).await, ["staff"]);
    }

    // Level and subject are decided on what was signed for this sign-in.
    async fn userinfo_raises_no_level_and_overrides_nothing_that_was_signed(place: Place) {
        let settings = [("LIAR_TRUST_MFA", "mfa"), ("VESTIBULE_MFA", "required"), ("LIAR_TRUSTED_DOMAINS", "corp.example")];
        let house = House::with(&place, &settings).await;
        let linus = person_with(&house.service, "linus", |user| has_address(user, "linus@corp.example")).await;
        let signed = json!({ "sub": "x", "email": "x@corp.example", "email_verified": false, "amr": ["pwd"] });
        let userinfo = json!({ "sub": "x", "email": "linus@corp.example", "email_verified": true, "amr": ["mfa"], "acr": "mfa" });
        let browser = house.browser();
        thinly(&browser, &house.liar, &signed, &userinfo).await.must_be(303);
        assert_eq!(state(&browser).await, "awaitingEnrolment");
        let people = house.people().await;
        let linus_now = people.iter().find(|user| user.id == linus.id).expect("linus");
        assert!(!format!("{linus_now:?}").contains("\"x\""), "an address and whether it is verified come from one place");
    }

    // Where the profile is only at the userinfo endpoint, who is known comes in without it, and who must be judged by it does not.
    async fn userinfo_that_fails_lets_known_people_in_and_nobody_by_an_address_it_did_not_tell(place: Place) {
        let house = House::with(&place, &[("CORP_ALLOWED_DOMAINS", "corp.example")]).await;
        let thin = json!({ "sub": "of grace" });
        let browser = house.browser();
        leads_to(&thinly(&browser, &house.liar, &thin, &claims_of("grace")).await, "/");
        let first = me(&browser).await;
        assert_eq!(first["displayName"], "grace at the provider");
        house.liar.sins(Sin::Answer(Endpoint::Userinfo, Status(500)));
        leads_to(&thinly(&browser, &house.liar, &thin, &claims_of("grace")).await, "/");
        assert_eq!(me(&browser).await["id"], first["id"]);
        assert_eq!(me(&browser).await["displayName"], "grace at the provider", "and nothing is lost");
        house.corp.sins(Sin::Answer(Endpoint::Userinfo, Status(500)));
        let answer = thinly(&house.browser(), &house.corp, &json!({ "sub": "of ada" }), &claims_of("ada")).await;
        let (path, _) = super::place(&answer);
        assert_eq!(path, "/login");
        assert_eq!(answer.session_cookie(), None);
    }
}
