//! Codes by SMS: whether the gateway can be reached. No message is sent.

use std::sync::Arc;

use crate::{
    config::{Config, SmsGateway},
    finding::{Finding, FindingCode},
    sms,
};

pub(super) async fn check_gateway(config: Arc<Config>, gateway: SmsGateway) -> Vec<Finding> {
    let finding = |problem: String| {
        let fix = "check VESTIBULE_SMS_URL, VESTIBULE_HTTPS_PROXY and VESTIBULE_CA_FILE, and that a firewall lets this machine connect";
        Finding::new(FindingCode::SmsUnreachable, "VESTIBULE_SMS_URL", problem, fix)
    };
    sms::probe(&gateway, &config.outgoing).await.err().map(finding).into_iter().collect()
}
