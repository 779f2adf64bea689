//! `vestibule events --follow`.

use std::{io, ops::ControlFlow};

use super::{super::failure::Failure, line::Line};
use crate::{
    audit::{
        Event,
        follow::{Follow, INTERVAL},
    },
    clock::Clock,
    store::Store,
};

/// Prints new events until the output is closed or the process is interrupted.
pub(super) async fn run(
    mut follow: Follow,
    store: &Store,
    clock: &Clock,
    line: &mut Line,
) -> Result<(), Failure> {
    loop {
        let print = |event: Event| -> ControlFlow<io::Error> {
            match line.print(event) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => ControlFlow::Break(error),
            }
        };
        match follow.look(store, clock, print).await {
            Ok(None) => {}
            Ok(Some(error)) => return Err(error.into()),
            // The store may be back at the next look.
            Err(error) => tracing::warn!(%error, "could not read the events"),
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
