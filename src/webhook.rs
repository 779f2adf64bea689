//! Webhooks: signed messages to other systems about changes of users.
//!
//! ```text
//!   audit events ─▶ reader (one replica, cursor) ─▶ deliveries ─▶ sender of each webhook ─▶ POST, signed
//!   of all replicas                                    ▲              │ no 2xx: again after 5 s … 6 h, for three days
//!   and of commands                                    └──────────────┘ 410: failed, kept for 30 days, can be replayed
//! ```
//!
//! Every change of a user is an audit event, whichever process made it, so the events are the outbox. [`reader`] turns them into deliveries:
//! the id of a delivery is derived from event, type and webhook, so a second insert is refused. Nothing is lost between an event and its
//! delivery: the cursor moves after the inserts.
//!
//! One replica at a time works, by a [`crate::lease::Lease`]. If it is killed between a POST and the write of its result, its successor sends
//! the message again, with the same id: receivers get each message at least once.
//!
//! No message is stored. [`message`] is made for each attempt from the event and the user as they are then: a deleted user has no copy here.

mod administration;
mod cursor;
mod delivery;
mod endpoint;
mod message;
mod reader;
mod retry;
mod sender;
mod shared;
mod signature;
mod types;
mod worker;

pub use self::{
    administration::{Replay, Tested, WebhookView, deliveries, failed_of, probe, replay, test, views},
    delivery::{DeliveryFilter, DeliveryId, DeliveryPage, DeliveryState, DeliveryView},
    worker::worker,
};
pub(crate) use self::{
    cursor::Cursor,
    delivery::Delivery,
    endpoint::{Answer, Endpoint, client},
};
