//! A webhook: whether its receiver can be reached. A message is sent only if the caller asks for it.

use std::sync::Arc;

use crate::{
    clock::Clock,
    config::{Config, WebhookConfig},
    finding::{Finding, FindingCode},
    webhook,
};

pub(super) async fn check(
    config: Arc<Config>,
    of: WebhookConfig,
    clock: Clock,
    sends_test: bool,
) -> Vec<Finding> {
    let url = of.setting("URL");
    if let Err(problem) = webhook::probe(&of, &config.outgoing).await {
        let fix = format!(
            "check {url}, VESTIBULE_HTTPS_PROXY and VESTIBULE_CA_FILE, and that a firewall lets this machine connect"
        );
        return vec![Finding::new(FindingCode::WebhookUnreachable, url, problem, fix)];
    }
    if !sends_test {
        return Vec::new();
    }
    let tested = webhook::test(&config, &of, Some("cli".to_owned()), clock.system_time()).await;
    let problem = match tested {
        Ok(tested) => tested.error,
        Err(problem) => Some(problem),
    };
    let fix = format!(
        "compare {} with the secret of the receiver, the clocks, and the path of {url}",
        of.setting("SECRET")
    );
    problem.map(|problem| Finding::new(FindingCode::WebhookRefused, url, problem, fix)).into_iter().collect()
}
