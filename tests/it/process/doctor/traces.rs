//! Collectors of traces.

use super::{Row, home, run};
use crate::harness::{
    collector::{Behaviour, Collector},
    tls::{ca_file, serve_tls},
};

const URL: &str = "VESTIBULE_TRACES_URL";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broken_collectors_are_named() {
    let (good, refusing, hanging) = (
        Collector::start().await,
        Collector::behaving(Behaviour::Refuse(401)).await,
        Collector::behaving(Behaviour::Hang).await,
    );
    let tls = format!("https://localhost:{}", serve_tls(good.address).await.port());
    let bad = |what, url: &str, fix| Row::bad(what, home(&[(URL, url)]), 1, "traces_refused", fix);
    run(vec![
        Row::good("collector", home(&[(URL, &tls), ("VESTIBULE_CA_FILE", &ca_file())])),
        bad("unknown certificate", &tls, "VESTIBULE_CA_FILE"),
        bad("wrong credentials", &refusing.url(), "VESTIBULE_TRACES_HEADERS").keep(refusing),
        bad("no answer", &hanging.url(), URL).keep(hanging),
        bad("closed port", "http://127.0.0.1:9", URL),
    ])
    .await;
    let (uri, _) = good.heads().remove(0);
    assert_eq!((uri.path(), good.bodies().len()), ("/v1/traces", 0), "no span is sent");
}
