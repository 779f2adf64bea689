//! Batches of planned rows. A thread of its own plans the next batches while the present ones are applied.

use std::sync::Arc;

use tokio::{sync::mpsc, task};

use super::{
    plan::{PlanOptions, PlannedRow, Seen, plan_row},
    source::Source,
};
use crate::{cli::failure::Failure, provisioning::NewPassword};

/// Rows of one batch.
const ROWS: usize = 500;
/// Plain passwords of one batch: each takes milliseconds, and the progress must be visible.
const PASSWORDS: usize = 64;
/// Batches that wait.
const WAITING: usize = 2;

pub(super) struct Input {
    pub(super) source: Source,
    pub(super) options: PlanOptions,
}

/// What the check of all rows found.
pub(super) struct Checked {
    pub(super) rows: usize,
    /// Whether a new user of some row would get a generated password.
    pub(super) needs_passwords: bool,
    /// Rows with a password or its hash.
    pub(super) with_password: usize,
}

impl Input {
    /// Plans every row once, before any is applied: a mistake that costs the file is found before the first user is created.
    pub(super) fn check(&self) -> Result<Checked, Failure> {
        let mut checked = Checked { rows: 0, needs_passwords: false, with_password: 0 };
        let mut seen = Seen::default();
        for row in self.source.rows()? {
            let planned = plan_row(&row?, &self.options, &mut seen);
            checked.rows += 1;
            checked.needs_passwords |= planned.has_no_password();
            checked.with_password += usize::from(has_password(&planned));
        }
        Ok(checked)
    }

    /// Returns the batches in the order of the file.
    pub(super) fn batches(input: &Arc<Self>) -> mpsc::Receiver<Result<Vec<PlannedRow>, Failure>> {
        let (send, batches) = mpsc::channel(WAITING);
        let input = input.clone();
        task::spawn_blocking(move || {
            if let Err(failure) = input.send_all(&send) {
                // The receiver is gone after a Ctrl-C.
                drop(send.blocking_send(Err(failure)));
            }
        });
        batches
    }

    fn send_all(&self, send: &mpsc::Sender<Result<Vec<PlannedRow>, Failure>>) -> Result<(), Failure> {
        let mut seen = Seen::default();
        let (mut batch, mut passwords) = (Vec::with_capacity(ROWS), 0);
        for row in self.source.rows()? {
            let planned = plan_row(&row?, &self.options, &mut seen);
            passwords += usize::from(needs_hashing(&planned));
            batch.push(planned);
            if batch.len() >= ROWS || passwords >= PASSWORDS {
                passwords = 0;
                if send.blocking_send(Ok(std::mem::take(&mut batch))).is_err() {
                    return Ok(());
                }
            }
        }
        drop(send.blocking_send(Ok(batch)));
        Ok(())
    }
}

fn has_password(planned: &PlannedRow) -> bool {
    planned.desired.as_ref().is_ok_and(|desired| match desired.password {
        Some(NewPassword::Plain(_) | NewPassword::Hash(_) | NewPassword::Generated(_)) => true,
        Some(NewPassword::NotUsable) | None => false,
    })
}

fn needs_hashing(planned: &PlannedRow) -> bool {
    planned.desired.as_ref().is_ok_and(|desired| match desired.password {
        Some(NewPassword::Plain(_)) | None => true,
        Some(NewPassword::Hash(_) | NewPassword::Generated(_) | NewPassword::NotUsable) => false,
    })
}
