//! The queue and the writer thread.

use std::{
    io::{self, Write},
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use tracing::Level;
use tracing_subscriber::fmt::{MakeWriter, format::Writer};

use super::line::{Format, Line};
use crate::metrics;

/// Lines that can wait. With the longest lines they take 64 MiB.
const QUEUE_SIZE: usize = 4096;
/// Bytes that are written in one call, if so many wait.
const BATCH_SIZE: usize = 64 * 1024;
/// How long the end of the process waits for the last lines.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// Lines that were not written and not yet reported.
static LOST: AtomicU64 = AtomicU64::new(0);

enum Message {
    Line(Vec<u8>),
    /// All earlier lines are written before the answer.
    Flush(SyncSender<()>),
}

#[derive(Clone)]
pub(super) struct Queue(SyncSender<Message>);

/// Writes waiting lines when it is dropped.
pub(super) struct QueueEnd(SyncSender<Message>);

impl Queue {
    /// Starts the writer thread. If no thread can be started, every line is lost and counted.
    pub(super) fn start(sink: impl Write + Send + 'static, format: Format) -> (Self, QueueEnd) {
        let (sender, messages) = sync_channel(QUEUE_SIZE);
        let mut sink = Sink { target: sink, format, is_in_line: false };
        let thread = thread::Builder::new().name("log".to_owned()).spawn(move || sink.run(&messages));
        drop(thread);
        (Self(sender.clone()), QueueEnd(sender))
    }
}

impl MakeWriter<'_> for Queue {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Write for Queue {
    /// Takes one line. It never waits: a log whose reader has stopped must not stop the service.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.0.try_send(Message::Line(line.to_vec())).is_err() {
            lose(1);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for QueueEnd {
    fn drop(&mut self) {
        let (answer, answered) = sync_channel(1);
        // A full queue means that the reader has stopped.
        if self.0.try_send(Message::Flush(answer)).is_ok() {
            let _ = answered.recv_timeout(FLUSH_TIMEOUT);
        }
    }
}

fn lose(lines: u64) {
    LOST.fetch_add(lines, Ordering::Relaxed);
    metrics::count_lost_log_lines(lines);
}

struct Sink<W> {
    target: W,
    format: Format,
    /// A failed write ended within a line.
    is_in_line: bool,
}

impl<W: Write> Sink<W> {
    fn run(&mut self, messages: &Receiver<Message>) {
        let mut batch = Vec::new();
        while let Ok(message) = messages.recv() {
            let mut next = Some(message);
            while let Some(message) = next {
                match message {
                    Message::Line(line) => batch.extend_from_slice(&line),
                    Message::Flush(answer) => {
                        self.write(&mut batch);
                        let _ = answer.try_send(());
                    }
                }
                next = if batch.len() < BATCH_SIZE { messages.try_recv().ok() } else { None };
            }
            self.write(&mut batch);
        }
    }

    /// Writes whole lines and clears the batch. Lines that cannot be written are counted.
    fn write(&mut self, batch: &mut Vec<u8>) {
        if batch.is_empty() {
            return;
        }
        if self.is_in_line {
            // Otherwise the next line would continue the half line and neither could be parsed.
            batch.insert(0, b'\n');
        }
        let written = self.write_bytes(batch);
        let rest = &batch[written..];
        if written > 0 {
            self.is_in_line = batch[written - 1] != b'\n';
        }
        if rest.is_empty() {
            self.report_lost();
        } else {
            let is_line = |byte: &&u8| **byte == b'\n';
            lose(rest.iter().filter(is_line).count().try_into().unwrap_or(u64::MAX));
        }
        batch.clear();
    }

    /// Returns how many bytes were written before the first error.
    fn write_bytes(&mut self, bytes: &[u8]) -> usize {
        let mut written = 0;
        while written < bytes.len() {
            match self.target.write(&bytes[written..]) {
                Ok(0) => break,
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        written
    }

    fn report_lost(&mut self) {
        let lost = LOST.swap(0, Ordering::Relaxed);
        if lost == 0 {
            return;
        }
        let mut text = String::new();
        let line = Line::new(Level::WARN, "vestibule::log").with("log lines lost", "count", lost);
        if line.write(self.format, Writer::new(&mut text)).is_ok() {
            let written = self.write_bytes(text.as_bytes());
            self.is_in_line = written > 0 && written < text.len();
            if written < text.len() {
                LOST.fetch_add(lost, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accepts this many bytes, then no more.
    struct Disk {
        bytes: Vec<u8>,
        space: usize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.space - self.bytes.len());
            if taken == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.bytes.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_after_a_full_disk_start_on_a_line_of_their_own() {
        let disk = Disk { bytes: Vec::new(), space: 8 };
        let mut sink = Sink { target: disk, format: Format::Json, is_in_line: false };
        let write = |sink: &mut Sink<Disk>, text: &str| sink.write(&mut text.as_bytes().to_vec());
        write(&mut sink, "first\nsecond\nthird\n");
        write(&mut sink, "fourth\n");
        sink.target.space = 10_000;
        write(&mut sink, "fifth\n");
        let text = String::from_utf8(sink.target.bytes).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..3], ["first", "se", "fifth"]);
        // Other tests of this process may lose lines, too.
        assert!(lines[3].contains("log lines lost"), "{text}");
    }
}
