//! The figures of one kind of import: medians with the lowest and the highest round.

use std::fmt::{self, Write as _};

use serde_json::{Value, json};

use super::Run;

/// The rounds of one kind of import, and of its baseline.
pub(crate) struct Figures {
    pub(crate) name: &'static str,
    baseline: &'static str,
    /// Rows per second.
    goal: Option<u32>,
    pub(crate) imports: Vec<Run>,
    pub(crate) baselines: Vec<Run>,
}

/// Median, lowest and highest value.
struct Spread([f64; 3]);

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.collect();
        values.sort_unstable_by(f64::total_cmp);
        Some(Self([*values.get(values.len() / 2)?, *values.first()?, *values.last()?]))
    }

    fn json(&self) -> Value {
        let Self([median, lowest, highest]) = self;
        json!({ "median": median, "lowest": lowest, "highest": highest })
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([median, lowest, highest]) = self;
        if *median < 10.0 {
            write!(f, "{median:.2} [{lowest:.2}, {highest:.2}]")
        } else {
            write!(f, "{median:.0} [{lowest:.0}, {highest:.0}]")
        }
    }
}

fn rate(runs: &[Run]) -> Option<Spread> {
    Spread::of(runs.iter().map(|run| run.rows as f64 / run.seconds))
}

/// Microseconds of CPU time for each row: of the process, and of the server.
fn cpu(runs: &[Run]) -> Option<Spread> {
    Spread::of(runs.iter().map(|run| run.cpu * 1e6 / run.rows as f64))
}

fn server_cpu(runs: &[Run]) -> Option<Spread> {
    Spread::of(runs.iter().filter_map(|run| Some(run.server_cpu? * 1e6 / run.rows as f64)))
}

impl Figures {
    pub(crate) fn new(name: &'static str, baseline: &'static str, goal: Option<u32>) -> Self {
        Self { name, baseline, goal, imports: Vec::new(), baselines: Vec::new() }
    }

    /// Returns the rows per second of the import, divided by those of its baseline in the same round.
    fn ratio(&self) -> Option<Spread> {
        let rounds = self.imports.iter().zip(&self.baselines);
        Spread::of(
            rounds.map(|(import, bare)| {
                (import.rows as f64 / import.seconds) / (bare.rows as f64 / bare.seconds)
            }),
        )
    }

    fn peak_mib(&self) -> Option<Spread> {
        Spread::of(self.imports.iter().filter_map(|run| run.peak_mib))
    }

    pub(crate) fn json(&self) -> Value {
        let of = |spread: Option<Spread>| spread.map(|spread| spread.json());
        let runs = |runs: &[Run]| {
            json!({
                "rowsPerSecond": of(rate(runs)), "cpuMicrosPerRow": of(cpu(runs)), "serverCpuMicrosPerRow": of(server_cpu(runs)),
            })
        };
        json!({
            "import": runs(&self.imports), "baseline": runs(&self.baselines), "ratio": of(self.ratio()),
            "peakMib": of(self.peak_mib()), "goalRowsPerSecond": self.goal,
        })
    }

    pub(crate) fn text(&self) -> String {
        let line = |name: &str, runs: &[Run]| {
            let show = |spread: Option<Spread>| spread.map_or("-".to_owned(), |spread| spread.to_string());
            let server = server_cpu(runs).map_or(String::new(), |cpu| format!(", server {cpu} us"));
            format!("  {name:<44} {} rows/s, {} us CPU a row{server}\n", show(rate(runs)), show(cpu(runs)))
        };
        let goal = self.goal.map_or(String::new(), |goal| format!(" (goal {goal} rows/s)"));
        let mut text = format!("{}{goal}\n", self.name);
        text += &line("import", &self.imports);
        text += &line(self.baseline, &self.baselines);
        if let (Some(ratio), Some(peak)) = (self.ratio(), self.peak_mib()) {
            let name = "import / baseline";
            let _ = writeln!(text, "  {name:<44} {ratio} of rows/s; peak memory {peak} MiB");
        }
        text
    }
}
