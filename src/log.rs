//! The log: one line per event on stderr, as JSON or as text.
//!
//! ```text
//!   event ─▶ line (bounded, printable) ─▶ queue, 4,096 lines ─▶ writer thread ─▶ stderr
//!                                            │                      │
//!                                            └─ full: lost          └─ failed: lost
//! ```
//! A log that cannot be written must not stop a login. A full disk, a pipe without a reader and a reader that has stopped reading
//! lose lines. The lines are counted, and the count is logged when the log can be written again.

mod line;
mod writer;

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    panic::{self, PanicHookInfo},
};

use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use self::{
    line::LineFormat,
    writer::{Queue, QueueEnd},
};

pub use line::{Format, printable};

/// The library of passkeys logs the bytes of every response that it refuses, as an error. Any client can send one, and the audit event has the
/// reason. A filter that names the library wins.
const QUIET: &str = "webauthn_rs_core=off";

/// The log of this process. When it is dropped, waiting lines are written first.
#[must_use = "the last lines are lost if the log is dropped early"]
pub struct Log {
    _end: QueueEnd,
}

/// Starts the log of this process. Panics become lines of the log, in the same format.
///
/// # Panics
/// The log was started before.
pub fn start(filter: &str, format: Format) -> Log {
    let (queue, end) = Queue::start(std::io::stderr(), format);
    let lines = tracing_subscriber::fmt::layer()
        .event_format(LineFormat(format))
        // Otherwise the library reports its own errors with `eprintln!`, which panics if stderr cannot be written.
        .log_internal_errors(false)
        .with_writer(queue);
    let filter = EnvFilter::try_new(format!("{QUIET},{filter}")).unwrap_or_default();
    tracing_subscriber::registry().with(filter).with(lines).init();
    panic::set_hook(Box::new(log_panic));
    Log { _end: end }
}

/// Logs a panic. The default hook writes several lines of text, which are not JSON, and fails if stderr cannot be written.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("the panic has no message");
    let location = panic.location().map(tracing::field::display);
    let backtrace = Backtrace::capture();
    let backtrace =
        (backtrace.status() == BacktraceStatus::Captured).then(|| tracing::field::display(&backtrace));
    tracing::error!(target: "vestibule::panic", panic = message, location, backtrace, "panic");
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use serde_json::Value;

    use super::*;

    struct Lines(Sender<Vec<u8>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(std::io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// Returns the lines that an operation logs.
    fn logged(operation: impl FnOnce()) -> Vec<Value> {
        let (sender, lines) = channel();
        let (queue, end) = Queue::start(Lines(sender), Format::Json);
        let log = tracing_subscriber::fmt::layer().event_format(LineFormat(Format::Json)).with_writer(queue);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(log), operation);
        // Waits until the lines are written.
        drop(end);
        let text: Vec<u8> = lines.try_iter().flatten().collect();
        let text = String::from_utf8(text).expect("UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    #[test]
    fn panic_is_one_json_line() {
        let previous = panic::take_hook();
        // The hook is the one of all tests of this process.
        panic::set_hook(Box::new(move |panic| {
            log_panic(panic);
            previous(panic);
        }));
        let lines = logged(|| drop(panic::catch_unwind(|| panic!("two\nlines"))));
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!((&line["message"], &line["panic"]), (&"panic".into(), &"two\\u{a}lines".into()), "{line}");
        assert!(line["location"].as_str().expect("a location").contains("log.rs"), "{line}");
    }

    #[test]
    fn values_beyond_the_length_of_a_line_are_left_out() {
        let long = "x".repeat(2000);
        let lines = logged(|| {
            tracing::info!(a = long, b = long, c = long, d = long, e = long, f = "short", "message");
        });
        let line = lines[0].as_object().expect("an object");
        assert_eq!(line["message"], "message");
        assert_eq!(
            ["a", "b", "c", "d", "e", "f"].map(|name| line.contains_key(name)),
            [true, true, true, true, false, true]
        );
    }
}
