//! Codes by mail and SMS: whether the gateway can be reached, and users whom a channel that is turned off locks out. No message is sent.

use std::sync::Arc;

use crate::{
    config::{Config, SmsGateway},
    finding::{Finding, FindingCode},
    sms,
    store::{Page, Store, StoreError},
    user::{Status, User},
};

/// Users per read of the store.
const PAGE: usize = 500;
/// Most users who are read. A check must end in time.
const USERS_MAX: usize = 20_000;

pub(super) async fn check_gateway(config: Arc<Config>, gateway: SmsGateway) -> Vec<Finding> {
    let finding = |problem: String| {
        let fix = "check VESTIBULE_SMS_URL, VESTIBULE_HTTPS_PROXY and VESTIBULE_CA_FILE, and that a firewall lets this machine connect";
        Finding::new(FindingCode::SmsUnreachable, "VESTIBULE_SMS_URL", problem, fix)
    };
    sms::probe(&gateway, &config.outgoing).await.err().map(finding).into_iter().collect()
}

/// Returns a finding about users who have a second factor and can prove none.
pub(super) async fn locked_out(config: &Config, store: &Store) -> Option<Finding> {
    let (count, first) = find(config, store).await.ok()?;
    let first = first?;
    let problem = format!(
        "{count} users, for example {first}, have codes by message that they cannot use, and neither another factor nor a recovery code"
    );
    let fix = "offer the channel again in VESTIBULE_MESSAGE_CODES, or `vestibule users reset-mfa USER`";
    Some(Finding::new(FindingCode::FactorNotOffered, "VESTIBULE_MESSAGE_CODES", problem, fix))
}

async fn find(config: &Config, store: &Store) -> Result<(usize, Option<String>), StoreError> {
    let (mut count, mut first, mut after, mut read) = (0, None, None, 0);
    while read < USERS_MAX {
        let page = Page { tag: None, after, newest_first: false, limit: PAGE };
        let found = store.scan::<User>(page).await?;
        let is_locked_out = |user: &User| {
            user.status == Status::Active && user.lacks_offered_factor(&config.message_codes.channels)
        };
        for user in found.documents.iter().filter(|user| is_locked_out(user)) {
            count += 1;
            first.get_or_insert_with(|| {
                user.username.as_ref().map_or_else(|| user.id.to_string(), ToString::to_string)
            });
        }
        read += PAGE;
        match found.next {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    Ok((count, first))
}
