//! Measures `vestibule users import` as ratios to the bare insertion of the same documents, and to bare password hashing. Run by
//! `scripts/bench import`.
//!
//! Wall time depends on the load of the machine, so the CPU time of a row stands beside it: that of the command, and that of the MongoDB
//! server.

#![expect(clippy::cast_precision_loss, reason = "the figures are printed, not used for further computation")]
#![expect(clippy::disallowed_methods, reason = "the arguments of a benchmark, which no test builds")]

#[path = "imports/bare.rs"]
mod bare;
#[path = "imports/figures.rs"]
mod figures;
#[path = "imports/process.rs"]
mod process;

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use self::{
    figures::Figures,
    process::{Command, Run},
};

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// A bcrypt hash, as other products export them.
const HASH: &str = "$2b$10$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.";
/// Rows with plain passwords: each takes milliseconds.
const PASSWORDS: usize = 500;

/// What to measure, from the arguments and from the environment of `scripts/bench`.
struct Options {
    rows: usize,
    rounds: usize,
    is_json: bool,
    program: PathBuf,
    folder: PathBuf,
    mongodb: String,
    mongod: u32,
    secret_key: String,
}

impl Options {
    fn read() -> Result<Self, Error> {
        let arguments: Vec<String> = env::args().skip(1).collect();
        let number = |name: &str, default: usize| {
            let value = arguments.iter().skip_while(|argument| *argument != name).nth(1);
            value.map_or(Ok(default), |text| text.parse())
        };
        Ok(Self {
            rows: number("--rows", 100_000)?,
            rounds: number("--rounds", 5)?,
            is_json: arguments.iter().any(|argument| argument == "--json"),
            program: env::var("VESTIBULE_BIN")?.into(),
            folder: env::var("BENCH_FOLDER")?.into(),
            mongodb: env::var("BENCH_MONGODB")?,
            mongod: env::var("BENCH_MONGOD_PID")?.parse()?,
            secret_key: vestibule::secrets::new_key().to_string(),
        })
    }
}

fn main() -> Result<(), Error> {
    let options = Options::read()?;
    let results = [sqlite(&options)?, mongodb(&options)?, passwords(&options)?];
    let mut out = std::io::stdout().lock();
    if options.is_json {
        let results: serde_json::Map<String, Value> =
            results.iter().map(|figures| (figures.name.to_owned(), figures.json())).collect();
        writeln!(out, "{}", json!({ "rows": options.rows, "rounds": options.rounds, "results": results }))?;
    } else {
        writeln!(out, "{} rows, medians of {} rounds [lowest, highest]", options.rows, options.rounds)?;
        for figures in &results {
            write!(out, "{}", figures.text())?;
        }
    }
    Ok(())
}

/// Rows with hashes, into a new SQLite file each time.
fn sqlite(options: &Options) -> Result<Figures, Error> {
    let mut figures = Figures::new("sqlite", "a bare transaction of rusqlite", Some(20_000));
    let file = write_rows(&options.folder, options.rows, &|_| HASH.to_owned())?;
    for _ in 0..options.rounds {
        let home = Home::new(&options.folder)?;
        let url = format!("sqlite:{}", home.path("vestibule.db").display());
        figures.imports.push(options.command(&home, &url, None).import(&file, options.rows)?);
        figures.baselines.push(bare::sqlite(&home.path("vestibule.db"), &home.path("bare.db"))?);
    }
    Ok(figures)
}

/// Rows with hashes, into a new database of a replica set with one member each time.
fn mongodb(options: &Options) -> Result<Figures, Error> {
    let mut figures = Figures::new("mongodb", "bare insertMany with w:majority and j:true", Some(8_000));
    let file = write_rows(&options.folder, options.rows, &|_| HASH.to_owned())?;
    let runtime = tokio::runtime::Runtime::new()?;
    for round in 0..options.rounds {
        let home = Home::new(&options.folder)?;
        let url = options.mongodb.replacen("/?", &format!("/bench{round}?"), 1);
        let command = options.command(&home, &url, Some(options.mongod));
        figures.imports.push(command.import(&file, options.rows)?);
        figures.baselines.push(runtime.block_on(bare::mongodb(&url, options.mongod))?);
    }
    Ok(figures)
}

/// Rows with plain passwords. The store does not matter: one hash takes a hundred times as long as the rest of a row.
fn passwords(options: &Options) -> Result<Figures, Error> {
    let mut figures = Figures::new("passwords", "bare hashing on all cores", None);
    let file = write_rows(&options.folder, PASSWORDS, &|row| format!("correct horse {row} battery"))?;
    for _ in 0..options.rounds {
        let home = Home::new(&options.folder)?;
        let url = format!("sqlite:{}", home.path("vestibule.db").display());
        figures.imports.push(options.command(&home, &url, None).import(&file, PASSWORDS)?);
        figures.baselines.push(bare::hashing(PASSWORDS)?);
    }
    Ok(figures)
}

impl Options {
    fn command<'a>(&'a self, home: &'a Home, url: &'a str, mongod: Option<u32>) -> Command<'a> {
        Command { program: &self.program, folder: &home.0, url, secret_key: &self.secret_key, mongod }
    }
}

/// Folder of one round. It is removed afterwards.
struct Home(PathBuf);

impl Home {
    fn new(folder: &Path) -> Result<Self, Error> {
        let folder = folder.join("round");
        fs::create_dir(&folder)?;
        Ok(Self(folder))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // The script removes what is left.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writes a CSV file. The names are in no order, as those of real users are.
fn write_rows(folder: &Path, rows: usize, password: &dyn Fn(usize) -> String) -> Result<PathBuf, Error> {
    let path = folder.join("users.csv");
    let mut file = std::io::BufWriter::new(fs::File::create(&path)?);
    writeln!(file, "username,email,emailVerified,displayName,roles,password")?;
    for row in 0..rows {
        let name = (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let password = password(row);
        writeln!(
            file,
            "u{name:016x},u{name:016x}@corp.example,true,\"Name, {row}\",reader;writer,{password}"
        )?;
    }
    file.flush()?;
    Ok(path)
}
