//! One run of the command, and what it costs (proc(5): times are in ticks of 10 ms).

use std::{fs, path::Path, process, thread, time::Duration, time::Instant};

use super::Error;

/// What one run cost.
pub(crate) struct Run {
    pub(crate) rows: usize,
    pub(crate) seconds: f64,
    /// CPU time of the process, in seconds.
    pub(crate) cpu: f64,
    /// CPU time of the MongoDB server, in seconds.
    pub(crate) server_cpu: Option<f64>,
    /// Largest resident memory of the process. `None` for a run in this process.
    pub(crate) peak_mib: Option<f64>,
}

pub(crate) struct Command<'a> {
    pub(crate) program: &'a Path,
    /// Working folder. It has no `.env`.
    pub(crate) folder: &'a Path,
    pub(crate) url: &'a str,
    pub(crate) secret_key: &'a str,
    pub(crate) mongod: Option<u32>,
}

impl Command<'_> {
    /// Imports a file, from the start of the process to its end.
    pub(crate) fn import(&self, file: &Path, rows: usize) -> Result<Run, Error> {
        let (cpu, server_cpu) = (cpu_of_children()?, self.mongod.map(cpu_of).transpose()?);
        let start = Instant::now();
        let mut child = process::Command::new(self.program)
            .args(["users", "import", "--quiet"])
            .arg(file)
            .current_dir(self.folder)
            // Settings of the caller must not reach it.
            .env_clear()
            .env("VESTIBULE_DATABASE_URL", self.url)
            .env("VESTIBULE_SECRET_KEYS", self.secret_key)
            .stdout(process::Stdio::null())
            .spawn()?;
        let mut peak_mib = 0.0_f64;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            peak_mib = peak_mib.max(peak_of(child.id()).unwrap_or_default());
            thread::sleep(Duration::from_millis(5));
        };
        let seconds = start.elapsed().as_secs_f64();
        if !status.success() {
            return Err(format!("the import ended with {status}").into());
        }
        let cpu = cpu_of_children()? - cpu;
        let server_cpu = match (self.mongod, server_cpu) {
            (Some(mongod), Some(before)) => Some(cpu_of(mongod)? - before),
            (Some(_) | None, Some(_) | None) => None,
        };
        Ok(Run { rows, seconds, cpu, server_cpu, peak_mib: Some(peak_mib) })
    }
}

/// Returns the CPU time of a process so far, in seconds.
pub(crate) fn cpu_of(pid: u32) -> Result<f64, Error> {
    ticks(&format!("/proc/{pid}/stat"), 11)
}

/// Returns the CPU time of the ended children of this process, in seconds.
fn cpu_of_children() -> Result<f64, Error> {
    ticks("/proc/self/stat", 13)
}

/// Adds two fields of a `stat` file, counted from the state of the process.
fn ticks(path: &str, field: usize) -> Result<f64, Error> {
    let stat = fs::read_to_string(path)?;
    let (_, fields) = stat.rsplit_once(") ").ok_or("no process name in stat")?;
    let ticks = fields.split(' ').skip(field).take(2).map(str::parse::<u32>);
    Ok(f64::from(ticks.sum::<Result<u32, _>>()?) / 100.0)
}

fn peak_of(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u32 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(f64::from(kib) / 1024.0)
}
