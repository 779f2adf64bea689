//! How fast a logout by the provider reaches the other replicas.

use std::time::Instant;

use serde_json::json;

use crate::{
    harness::{federated::FederatedFixture, holds_within, stores::StoreLocation},
    logout::upstream::{BOUND, SLACK, ended, session},
};

// A second after the response to the provider, every replica refuses the session.
#[on_every_store]
async fn upstream_logout_reaches_every_replica_within_a_second(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let other = fixture.start_replica().await;
    for round in 0..10 {
        let sid = format!("sid {round}");
        let browser = fixture.signed_in(&fixture.fake, &session("grace", &sid)).await;
        let elsewhere = browser.at_replica(&other);
        elsewhere.me().await.expect_status(200);
        browser.me().await.expect_status(200);
        let names = if round % 2 == 0 { json!({ "sid": sid }) } else { json!({ "sub": "of grace" }) };
        fixture.fake.send_logout(&fixture.service, &names).await.expect_status(200);
        let printed = Instant::now();
        ended(&browser).await;
        let is_signed_out = async || elsewhere.me().await.status == 401;
        holds_within(BOUND + SLACK, printed, "the other replica refuses the ended session", is_signed_out)
            .await;
        ended(&elsewhere).await;
    }
}
