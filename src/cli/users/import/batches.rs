//! Batches of planned rows.
//!
//! ```text
//!   reading (one thread) ─▶ planning (a thread for each core, some hundred rows at a time) ─▶ in the order of the file
//! ```
//!
//! The check of all rows runs before anything is written. Then the same rows are planned again, while the batches before them are applied: the
//! plans of a million rows would need much more memory than their text.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use tokio::{sync::mpsc, task};

use super::{
    plan::{PlanOptions, PlannedRow, Seen, plan_row},
    source::{Row, Source},
};
use crate::{cli::failure::Failure, provisioning::NewPassword};

/// Rows of one batch.
pub(super) const ROWS: usize = 1000;
/// Rows of one batch of an embedded database without users: the pages of its indexes are written once for each batch, and no user waits for a
/// login.
pub(super) const ROWS_WITHOUT_USERS: usize = 5000;
/// Plain passwords of one batch: each takes milliseconds, and the progress must be visible.
const PASSWORDS: usize = 64;
/// Batches that wait.
const WAITING: usize = 1;
/// Rows that a thread plans at a time.
const CHUNK: usize = 250;

pub(super) struct Input {
    pub(super) source: Source,
    pub(super) options: PlanOptions,
}

/// What the check of all rows found.
#[derive(Clone, Copy, Default)]
pub(super) struct Checked {
    pub(super) rows: usize,
    /// Whether a new user of some row would get a generated password.
    pub(super) needs_passwords: bool,
    /// Rows with a password or its hash.
    pub(super) with_password: usize,
    /// Whether a row names a user whom an earlier row names.
    has_repeated: bool,
}

impl Input {
    /// Plans every row once, before any is applied: a mistake that costs the file is found before the first user is created.
    pub(super) fn check(&self) -> Result<Checked, Failure> {
        let mut checked = Checked::default();
        let mut seen = Seen::default();
        self.plan_all(|mut planned| {
            checked.has_repeated |= planned.require_first(&mut seen);
            checked.rows += 1;
            checked.needs_passwords |= planned.has_no_password();
            checked.with_password += usize::from(has_password(&planned));
            ControlFlow::Continue(())
        })?;
        Ok(checked)
    }

    /// Returns the batches, of up to this many rows, in the order of the file.
    pub(super) fn batches(
        input: &Arc<Self>,
        checked: Checked,
        rows: usize,
    ) -> mpsc::Receiver<Result<Vec<PlannedRow>, Failure>> {
        let (send, batches) = mpsc::channel(WAITING);
        let input = input.clone();
        task::spawn_blocking(move || {
            if let Err(failure) = input.send_all(checked, rows, &send) {
                // The receiver is gone after a Ctrl-C.
                drop(send.blocking_send(Err(failure)));
            }
        });
        batches
    }

    fn send_all(
        &self,
        checked: Checked,
        rows: usize,
        send: &mpsc::Sender<Result<Vec<PlannedRow>, Failure>>,
    ) -> Result<(), Failure> {
        // The check of the same text in memory has found that no row repeats another one.
        let mut seen = checked.has_repeated.then(Seen::default);
        let (mut batch, mut passwords) = (Vec::with_capacity(rows), 0);
        self.plan_all(|mut planned| {
            if let Some(seen) = &mut seen {
                planned.require_first(seen);
            }
            passwords += usize::from(needs_hashing(&planned));
            batch.push(planned);
            if batch.len() >= rows || passwords >= PASSWORDS {
                passwords = 0;
                if send.blocking_send(Ok(std::mem::take(&mut batch))).is_err() {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        drop(send.blocking_send(Ok(batch)));
        Ok(())
    }

    /// Plans the rows on all cores, and calls `each` in the order of the file until it breaks.
    fn plan_all(&self, mut each: impl FnMut(PlannedRow) -> ControlFlow<()>) -> Result<(), Failure> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            let (mut unplanned, mut planned) = (Vec::new(), Vec::new());
            for _ in 0..threads {
                let (to_thread, rows) = sync_channel::<Vec<Row>>(1);
                let (from_thread, results) = sync_channel(1);
                scope.spawn(move || self.plan_chunks(&rows, &from_thread));
                unplanned.push(to_thread);
                planned.push(results);
            }
            let reading = scope.spawn(move || self.read_chunks(&unplanned));
            // The threads take turns. The first one without a chunk is after the last chunk.
            let chunks = planned.iter().cycle().map_while(|results| results.recv().ok());
            let is_stopped = chunks.flatten().try_for_each(&mut each).is_break();
            // The threads end if nothing takes their results.
            drop(planned);
            match reading.join() {
                Ok(read) if !is_stopped => read,
                Ok(_) => Ok(()),
                Err(_) => Err(Failure::Failed("reading the file failed".to_owned())),
            }
        })
    }

    fn read_chunks(&self, threads: &[SyncSender<Vec<Row>>]) -> Result<(), Failure> {
        let mut rows = self.source.rows()?;
        for planning in threads.iter().cycle() {
            let chunk = rows.by_ref().take(CHUNK).collect::<Result<Vec<_>, _>>()?;
            if chunk.is_empty() || planning.send(chunk).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn plan_chunks(&self, chunks: &Receiver<Vec<Row>>, results: &SyncSender<Vec<PlannedRow>>) {
        for rows in chunks {
            let planned = rows.iter().map(|row| plan_row(row, &self.options)).collect();
            if results.send(planned).is_err() {
                return;
            }
        }
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::cli::users::import::{
        product_options::ProductOptions,
        source::{ColumnMap, ImportFile},
    };

    fn input(content: &str) -> Input {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("users.csv");
        fs::write(&path, content).expect("a file");
        let file = ImportFile { path, identity: None, format: None };
        let options = ProductOptions::default();
        let source = Source::read(&file, ColumnMap::default(), &options).expect("a file of users");
        Input { source, options: PlanOptions::of_tests() }
    }

    /// Returns the lines of the planned rows, until one is in this line.
    fn lines(input: &Input, last: u64) -> Vec<u64> {
        let mut lines = Vec::new();
        let planned = input.plan_all(|planned| {
            lines.push(planned.line);
            if planned.line == last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        planned.expect("a file of users");
        lines
    }

    #[test]
    fn rows_are_planned_in_the_order_of_the_file() {
        for rows in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 20 * CHUNK + 7] {
            let names: Vec<String> = (0..rows).map(|row| format!("user{row}\n")).collect();
            let input = input(&format!("username\n{}", names.concat()));
            let expected: Vec<u64> = (2..).take(rows).collect();
            assert_eq!(lines(&input, 0), expected);
            let stopped: Vec<u64> = expected.into_iter().take(300).collect();
            assert_eq!(lines(&input, 301), stopped, "no row after the last one that is wanted");
        }
    }

    #[test]
    fn check_finds_repeated_rows_and_missing_passwords() {
        for (rows, expected) in [
            ("ada,$2b$04$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.\n", (1, false, false)),
            ("ada,\nbob,\n", (2, true, false)),
            ("ada,correct horse\nADA,\n", (2, false, true)),
        ] {
            let checked = input(&format!("username,password\n{rows}")).check().expect("a file of users");
            assert_eq!((checked.rows, checked.needs_passwords, checked.has_repeated), expected, "{rows}");
        }
    }
}
