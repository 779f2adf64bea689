//! Addresses that look like somebody's, change hands, or change: none of them re-points an account.

use serde_json::json;

use super::*;
use crate::harness::people::person_with;

/// What `me` says of whoever comes in through corp with this address, which corp vouches for.
async fn vouched(house: &House, sub: &str, address: &str) -> Value {
    let claims = json!({ "sub": sub, "email": address, "email_verified": true });
    me(&house.signed_in(&house.corp, &claims).await).await
}

in_every_place! {
    // Mixed scripts, dotless and long letters, invisible marks, look-alike domains: what people cannot tell apart we can.
    async fn an_address_that_looks_like_somebodys_is_somebody_elses(place: Place) {
        let house = House::open(&place).await;
        let linus = person_with(&house.service, "linus", |user| has_address(user, "linus@corp.example")).await;
        let look_alikes = [
            "l\u{456}nus@corp.example",
            "l\u{131}nus@corp.example",
            "L\u{130}NUS@corp.example",
            "linu\u{17f}@corp.example",
            "\u{ff4c}\u{ff49}\u{ff4e}\u{ff55}\u{ff53}@corp.example",
            "linus\u{200b}@corp.example",
            "linus\u{ad}@corp.example",
            "\u{202e}sunil@corp.example",
            "li\u{301}nus@corp.example",
            "linus@c\u{43e}rp.example",
            "linus@corp.\u{435}xample",
            "linus@corp\u{3002}example",
            "linus@xn--crp-tdd.example",
            "linus+x@corp.example",
            "li.nus@corp.example",
        ];
        for (number, address) in look_alikes.into_iter().enumerate() {
            let me = vouched(&house, &format!("look-alike {number}"), address).await;
            assert_ne!(me["id"], linus.id.to_string(), "{address:?}");
            assert!(me["email"].is_null() || me["email"] == address, "{address:?}: {me}");
        }
        assert_eq!(vouched(&house, "himself", "LINUS@Corp.Example").await["id"], linus.id.to_string());
    }

    async fn a_domain_is_the_same_in_unicode_and_in_ascii(place: Place) {
        let house = House::with(&place, &[("CORP_TRUSTED_DOMAINS", "b\u{fc}cher.example")]).await;
        let linus = person_with(&house.service, "linus", |user| has_address(user, "linus@b\u{fc}cher.example")).await;
        for (sub, address) in [("one", "linus@xn--bcher-kva.example"), ("one", "Linus@B\u{dc}CHER.example")] {
            assert_eq!(vouched(&house, sub, address).await["id"], linus.id.to_string(), "{address}");
        }
        let elsewhere = vouched(&house, "other", "linus@bucher.example").await;
        assert_ne!(elsewhere["id"], linus.id.to_string());
        assert_eq!(elsewhere["emailVerified"], false, "trusted for another domain");
    }

    // Whoever has the account keeps it; whoever gets the old address gets nothing with it.
    async fn an_address_that_changes_at_a_trusted_provider_never_re_points_an_account(place: Place) {
        let house = House::with(&place, &[("CORP_PROFILE", "email=provider")]).await;
        let grace = vouched(&house, "of grace", "grace@corp.example").await;
        let ada = vouched(&house, "of ada", "ada@corp.example").await;
        assert_ne!(grace["id"], ada["id"]);
        // They swap: the provider says so of one after the other.
        let moved = vouched(&house, "of grace", "ada@corp.example").await;
        assert_eq!(moved["id"], grace["id"]);
        assert_eq!(vouched(&house, "of ada", "grace@corp.example").await["id"], ada["id"]);
        assert_eq!(vouched(&house, "of grace", "ada@corp.example").await["id"], grace["id"]);
        let owners = house.people().await;
        assert_eq!(owners.len(), 2);
        let verified = owners.iter().filter(|user| user.email_verified);
        let mut verified: Vec<String> = verified.filter_map(|user| user.email.as_ref()).map(ToString::to_string).collect();
        let all = verified.len();
        verified.dedup();
        assert_eq!(verified.len(), all, "one address has one owner: {owners:#?}");
    }
}
