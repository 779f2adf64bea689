//! Webhooks: a real receiver that misbehaves, replicas, commands, and what administrators do.

mod administration;
mod changes;
mod delivery;
mod order;
pub(crate) mod processes;

use std::time::Duration;

use vestibule::{
    audit::{EventKind, Recorder},
    user::UserId,
    webhook::{self, DeliveryFilter, DeliveryView},
};

use crate::harness::{eventually, receiver::Receiver, service::Service, stores::StoreLocation};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OLD_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
/// Longest time until a queue has a state.
const LIMIT: Duration = Duration::from_mins(1);

/// Returns the settings of one webhook.
fn settings(name: &str, url: &str, secret: &str) -> Vec<(String, String)> {
    let setting = |suffix: &str| format!("VESTIBULE_WEBHOOK_{}_{suffix}", name.to_uppercase());
    vec![
        ("VESTIBULE_WEBHOOKS".to_owned(), name.to_owned()),
        (setting("URL"), url.to_owned()),
        (setting("SECRET"), secret.to_owned()),
    ]
}

fn pairs(settings: &[(String, String)]) -> Vec<(&str, &str)> {
    settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Starts a service with the webhook `crm`, and waits until it gets changes.
async fn service_with(location: &StoreLocation, receiver: &Receiver) -> Service {
    let service = Service::with_settings(location, &pairs(&settings("crm", &receiver.url(), SECRET))).await;
    started(&service, 1).await;
    service
}

/// Waits until this many webhooks get changes.
async fn started(service: &Service, count: usize) {
    let is_started = || async {
        let views = webhook::views(&service.app.store, &service.app.config.webhooks).await.expect("read");
        views.iter().filter(|view| view.started_at.is_some()).count() == count
    };
    eventually(LIMIT, "the webhooks have started", is_started).await;
}

/// Records the audit event of a change.
async fn record(service: &Service, kind: EventKind) -> UserId {
    let user = UserId::new(service.clock.now());
    let audit = Recorder::of_service(&service.app.event_chain, &service.clock).about(user);
    audit.success(kind).record().await;
    user
}

/// Returns all deliveries, the newest first.
async fn deliveries(service: &Service) -> Vec<DeliveryView> {
    let page = webhook::deliveries(&service.app.store, &DeliveryFilter::default(), None, 1000).await;
    page.expect("read").deliveries
}

/// Waits until the deliveries satisfy a condition.
async fn wait_until(
    service: &Service,
    what: &str,
    is_so: impl Fn(&[DeliveryView]) -> bool,
) -> Vec<DeliveryView> {
    eventually(LIMIT, what, || async { is_so(&deliveries(service).await) }).await;
    deliveries(service).await
}
