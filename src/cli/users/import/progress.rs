//! Progress on stderr: a bar on a terminal, otherwise a line every five seconds.

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::out::Out;

const INTERVAL: Duration = Duration::from_secs(5);

pub(super) enum Progress {
    Hidden,
    Bar(ProgressBar),
    Lines { rows: usize, done: usize, started: Instant, shown: Instant },
}

impl Progress {
    pub(super) fn new(rows: usize, is_quiet: bool) -> Self {
        if is_quiet {
            Self::Hidden
        } else if std::io::stderr().is_terminal() {
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} users, {per_sec}, {eta} left");
            let bar = ProgressBar::new(rows as u64);
            Self::Bar(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
        } else {
            let now = Instant::now();
            Self::Lines { rows, done: 0, started: now, shown: now }
        }
    }

    pub(super) fn advance(&mut self, by: usize) {
        match self {
            Self::Hidden => {}
            Self::Bar(bar) => bar.inc(by as u64),
            Self::Lines { rows, done, started, shown } => {
                *done += by;
                if shown.elapsed() >= INTERVAL {
                    *shown = Instant::now();
                    // A closed stderr must not stop the import.
                    drop(Out::error(&line(*done, *rows, started.elapsed())));
                }
            }
        }
    }

    pub(super) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn line(done: usize, rows: usize, time: Duration) -> String {
    let millis = time.as_millis().max(1);
    let rate = (done as u128 * 1000).div_ceil(millis).max(1);
    let left = (rows.saturating_sub(done) as u128).div_ceil(rate);
    format!("{done} of {rows} users, {rate}/s, {left} s left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_has_the_rate_and_the_time_left() {
        for (done, rows, seconds, expected) in [
            (1200, 10_000, 4, "1200 of 10000 users, 300/s, 30 s left"),
            (0, 5, 5, "0 of 5 users, 1/s, 5 s left"),
            (5, 5, 0, "5 of 5 users, 5000/s, 0 s left"),
        ] {
            assert_eq!(line(done, rows, Duration::from_secs(seconds)), expected);
        }
    }
}
