//! Progress of a walk: a bar on a terminal, else a line every two seconds.

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::super::out::Out;

const INTERVAL: Duration = Duration::from_secs(2);

pub(super) struct Progress {
    bar: ProgressBar,
    verb: &'static str,
    shown: Instant,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { bar, verb: "", shown: Instant::now() }
    }

    pub(super) fn begin(&mut self, verb: &'static str, documents: u64) {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} documents {msg}, {eta} left");
        let bar = ProgressBar::with_draw_target(Some(documents), target).with_message(verb);
        self.bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        (self.verb, self.shown) = (verb, Instant::now());
    }

    pub(super) fn add(&mut self, documents: u64) {
        self.bar.inc(documents);
        if self.bar.is_hidden() && self.shown.elapsed() > INTERVAL {
            self.shown = Instant::now();
            // A closed stderr must not stop the migration.
            drop(Out::error(&format!("{} {} documents", self.verb, self.bar.position())));
        }
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
