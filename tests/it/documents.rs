//! The documents are true: their commands run, their settings exist, their links lead to a page.
//!
//! Convention for fenced blocks. A test runs each block whose info string is `sh run`, with the built binary on the PATH as
//! `vestibule`, in an empty folder that all blocks of one document share. One more word names what the block needs, such as a running
//! service: see [`set_up`]; then the blocks of one section share an installation. `until-stopped` marks a command that does not end.
//! `vestibule check` reads each `env` block as a `.env` file.
//! Every other shell or settings block has the comment `<!-- not run: REASON -->` on the line before it.

mod commands;
mod named_tests;
mod set_up;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use vestibule::secrets;

use self::set_up::SetUp;

const SHELL: [&str; 4] = ["sh", "bash", "shell", "console"];
const SETTINGS: &str = "env";
/// Folder of secret files in the documents.
const SECRETS: &str = "/run/secrets/";
/// Folder of sockets in the documents.
const RUNTIME: &str = "/run/vestibule/";

/// One fenced block.
#[derive(Clone)]
struct Block {
    document: String,
    /// The heading above it.
    section: String,
    line: usize,
    info: String,
    text: String,
    /// The reason in the marker before it.
    not_run: Option<String>,
}

impl Block {
    fn language(&self) -> &str {
        self.info.split_whitespace().next().unwrap_or_default()
    }

    /// Returns whether the info string has this word after the language.
    fn has(&self, word: &str) -> bool {
        self.info.split_whitespace().skip(1).any(|found| found == word)
    }

    fn runs(&self) -> bool {
        self.has("run")
    }

    fn set_up(&self) -> Option<SetUp> {
        self.info.split_whitespace().skip(1).find_map(SetUp::named)
    }

    fn place(&self) -> String {
        format!("{}:{}", self.document, self.line)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files with a suffix below a folder.
fn find_files(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let found = entries.flat_map(|entry| {
        if entry.is_dir() {
            find_files(&entry, suffix)
        } else {
            Vec::from_iter(entry.extension().is_some_and(|found| found == suffix).then_some(entry))
        }
    });
    found.collect()
}

/// Path in the repository and text of every document.
fn documents() -> BTreeMap<String, String> {
    let mut files = ["README.md", "CHANGELOG.md", "angular/projects/vestibule/README.md"]
        .map(|file| root().join(file))
        .to_vec();
    for folder in ["deploy/docs", ".github"] {
        files.extend(find_files(&root().join(folder), "md"));
    }
    let name =
        |file: &Path| file.strip_prefix(root()).expect("below the root").to_str().expect("UTF-8").to_owned();
    files.iter().map(|file| (name(file), fs::read_to_string(file).expect("a text"))).collect()
}

fn marker(line: &str) -> Option<String> {
    let reason = line.trim().strip_prefix("<!-- not run:")?.strip_suffix("-->")?.trim();
    (!reason.is_empty()).then(|| reason.to_owned())
}

fn blocks_of(document: &str, text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut open, mut before, mut section) = (false, "", "");
    for (index, line) in text.lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), open) {
            (Some(info), false) => {
                blocks.push(Block {
                    document: document.to_owned(),
                    section: section.to_owned(),
                    line: index + 1,
                    info: info.trim().to_owned(),
                    text: String::new(),
                    not_run: marker(before),
                });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                let block = blocks.last_mut().expect("an open block");
                block.text.push_str(line.trim_start());
                block.text.push('\n');
            }
            (None, false) if line.starts_with('#') => section = line.trim_start_matches('#').trim(),
            (None, false) => {}
        }
        // The formatter of the Angular code puts a blank line between the marker and the block.
        if !line.trim().is_empty() {
            before = line;
        }
    }
    assert!(!open, "{document}: a fenced block is not closed");
    blocks
}

fn blocks() -> Vec<Block> {
    documents().iter().flat_map(|(document, text)| blocks_of(document, text)).collect()
}

/// An empty folder with `vestibule` in `bin/`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("bin")).expect("a folder");
    symlink(env!("CARGO_BIN_EXE_vestibule"), folder.path().join("bin/vestibule")).expect("a link");
    folder
}

fn command(folder: &Path, program: &str, arguments: &[&str]) -> Command {
    let mut path = folder.join("bin").into_os_string();
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(":");
        path.push(rest);
    }
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_clear();
    command.env("PATH", path).env("HOME", folder);
    command
}

#[test]
fn every_shell_or_settings_block_is_run_or_has_a_reason() {
    let unmarked: Vec<String> = blocks()
        .iter()
        .filter(|block| SHELL.contains(&block.language()) && !block.runs() && block.not_run.is_none())
        .map(Block::place)
        .collect();
    assert!(
        unmarked.is_empty(),
        "write `sh run`, or <!-- not run: REASON --> on the line before: {unmarked:#?}"
    );
    let contradictory: Vec<String> =
        blocks().iter().filter(|block| block.runs() && block.not_run.is_some()).map(Block::place).collect();
    assert!(contradictory.is_empty(), "a block that runs needs no reason: {contradictory:#?}");
    let is_known = |word: &str| ["run", "until-stopped"].contains(&word) || SetUp::named(word).is_some();
    let misspelt: Vec<String> = blocks()
        .iter()
        .filter(|block| SHELL.contains(&block.language()))
        .filter(|block| !block.info.split_whitespace().skip(1).all(is_known))
        .map(Block::place)
        .collect();
    assert!(misspelt.is_empty(), "an unknown word after the language: {misspelt:#?}");
}

#[test]
fn commands_in_the_documents_succeed() {
    let mut folders: BTreeMap<String, tempfile::TempDir> = BTreeMap::new();
    let mut ran = 0;
    for block in blocks().iter().filter(|block| block.runs() && block.set_up().is_none()) {
        let folder = folders.entry(block.document.clone()).or_insert_with(folder);
        let done =
            command(folder.path(), "bash", &["-euo", "pipefail", "-c", &block.text]).output().expect("bash");
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "{}: {}\n{out}{err}", block.place(), done.status);
        ran += 1;
    }
    assert!(ran > 0, "no block is run: the convention of this test was lost");
}

/// Creates the files that a block names in [`SECRETS`], and returns the block with paths in this folder.
fn with_secrets(folder: &Path, text: &str) -> String {
    for (name, file) in text.lines().filter_map(|line| line.split_once(&format!("_FILE={SECRETS}"))) {
        let of_keys = name.ends_with("SECRET_KEYS").then(secrets::new_key);
        let of_others = if name.ends_with("HEADERS") {
            "authorization=secret of the documents"
        } else {
            "secret of the documents"
        };
        let secret = of_keys.as_ref().map_or(of_others, |key| key.as_str());
        fs::write(folder.join(file), secret).expect("a file");
    }
    let here = format!("{}/", folder.display());
    text.replace(SECRETS, &here).replace(RUNTIME, &here)
}

#[test]
fn settings_in_the_documents_are_accepted() {
    let is_read = |block: &&Block| block.language() == SETTINGS && block.not_run.is_none();
    for block in blocks().iter().filter(is_read) {
        let folder = folder();
        let settings = with_secrets(folder.path(), &block.text);
        fs::write(folder.path().join(".env"), settings).expect("a file");
        let done = command(folder.path(), "vestibule", &["check"]).output().expect("the binary starts");
        assert!(done.status.success(), "{}: {}", block.place(), String::from_utf8_lossy(&done.stderr));
    }
}

/// Words that begin with `VESTIBULE_`.
fn settings_named_in(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '<' | '>');
    let words = text.split(|c: char| !is_part(c));
    words.filter(|word| word.starts_with("VESTIBULE_")).map(ToOwned::to_owned).collect()
}

#[test]
fn settings_named_in_the_documents_exist() {
    const EACH: [&str; 2] = ["VESTIBULE_PROVIDER_", "VESTIBULE_WEBHOOK_"];
    let example = fs::read_to_string(root().join(".env.example")).expect("a text");
    let known = settings_named_in(&example);
    let exists = |name: &str| {
        let plain = name.strip_suffix("_FILE").unwrap_or(name);
        let is_of_each = |prefix: &str| {
            let rest = plain.strip_prefix(prefix).unwrap_or_default();
            // A name of a provider may have several parts.
            rest.match_indices('_').any(|(at, _)| known.contains(&format!("{prefix}<NAME>{}", &rest[at..])))
        };
        [name, plain].iter().any(|name| known.contains(*name)) || EACH.into_iter().any(is_of_each)
    };
    for (document, text) in documents() {
        // Variables of the tests and placeholders are not settings of the service.
        let is_setting = |name: &String| !name.starts_with("VESTIBULE_TEST_") && !name.ends_with('_');
        let named = settings_named_in(&text);
        let unknown: Vec<&String> = named.iter().filter(|name| is_setting(name) && !exists(name)).collect();
        assert!(unknown.is_empty(), "{document} names settings that .env.example does not have: {unknown:?}");
    }
}

/// Text of a document.
pub(crate) fn text_of(document: &str) -> String {
    fs::read_to_string(root().join(document)).expect("a text")
}

/// Cells of the table rows below a heading.
pub(crate) fn rows<'t>(text: &'t str, heading: &str) -> Vec<Vec<&'t str>> {
    let section = text.split("\n## ").find_map(|section| section.strip_prefix(heading)).expect("the section");
    let lines = section.lines().filter(|line| line.starts_with("| `"));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

#[test]
fn every_error_code_is_explained() {
    let fixture = fs::read_to_string(root().join("tests/fixtures/error-codes.json")).expect("a text");
    let fixture: Vec<serde_json::Value> = serde_json::from_str(&fixture).expect("JSON");
    let text = &documents()["deploy/docs/error-codes.md"];
    let code = |entry: &serde_json::Value| format!("`{}`", entry["code"].as_str().expect("a code"));

    let explained: BTreeSet<(String, String)> =
        rows(text, "Of the API").iter().map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    let published: BTreeSet<(String, String)> = fixture
        .iter()
        .filter(|entry| entry["status"].is_number())
        .map(|entry| (code(entry), entry["status"].to_string()))
        .collect();
    assert_eq!(explained, published, "deploy/docs/error-codes.md, section Of the API");

    let explained: BTreeSet<String> =
        rows(text, "Of refused logins").iter().map(|row| row[0].to_owned()).collect();
    let published: BTreeSet<String> =
        fixture.iter().filter(|entry| entry["redirect"] == true).map(code).collect();
    assert_eq!(explained, published, "deploy/docs/error-codes.md, section Of refused logins");
}

// An administrator filters by type. A type that no document names is not found.
#[test]
fn every_audit_event_type_is_explained() {
    let source = fs::read_to_string(root().join("src/audit/event/kind.rs")).expect("the source");
    let variants = source.split_once("pub enum EventKind {").expect("the kinds").1;
    let variants = variants.split_once('}').expect("the end of the kinds").0.lines().map(str::trim);
    let kinds: BTreeSet<String> = variants
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .map(|line| line.trim_end_matches(',').to_owned())
        .map(|kind| format!("`{}{}`", kind[..1].to_lowercase(), &kind[1..]))
        .collect();
    assert!(kinds.contains("`passwordSignIn`"), "{kinds:?}");
    let documents = documents();
    let explained = rows(&documents["deploy/docs/production.md"], "Types of audit events");
    let explained: BTreeSet<String> = explained.iter().map(|row| row[0].to_owned()).collect();
    assert_eq!(explained, kinds);
}

#[test]
fn log_lines_in_the_documents_are_in_the_source() {
    let files = find_files(&root().join("src"), "rs");
    let source: String = files.iter().map(|file| fs::read_to_string(file).expect("a text")).collect();
    for row in rows(&documents()["deploy/docs/troubleshooting.md"], "Log lines") {
        let line = row[0].trim_matches('`');
        assert!(source.contains(&format!("\"{line}")), "no log message of src begins with {line:?}");
    }
}

/// A heading as GitHub names its anchor.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn anchors(text: &str) -> BTreeSet<String> {
    let mut open = false;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        open ^= line.trim_start().starts_with("```");
        if let Some(heading) = Some(line).filter(|line| !open && line.starts_with('#')) {
            found.insert(slug(heading.trim_start_matches('#').trim()));
        }
    }
    found
}

/// Targets of inline links and images outside code.
fn links(text: &str) -> Vec<String> {
    let mut open = false;
    let mut found = Vec::new();
    for line in text.lines() {
        open ^= line.trim_start().starts_with("```");
        if open {
            continue;
        }
        // Odd parts stand between backticks.
        let prose: String =
            line.split('`').enumerate().filter(|(at, _)| at % 2 == 0).map(|(_, part)| part).collect();
        let targets = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        found.extend(targets.map(|(target, _)| target.to_owned()));
    }
    found
}

/// Paths between backticks: those that begin with a folder of this repository and have no placeholder.
fn paths(text: &str) -> Vec<String> {
    const FOLDERS: [&str; 6] = ["src/", "tests/", "scripts/", "angular/", "deploy/", ".github/"];
    let mut open = false;
    let mut found = Vec::new();
    for line in text.lines() {
        open ^= line.trim_start().starts_with("```");
        let code = line.split('`').enumerate().filter(|(at, _)| !open && at % 2 == 1).map(|(_, part)| part);
        // A colon is before the title of a test.
        let path = code.filter_map(|code| code.split_whitespace().next()?.split(':').next());
        found.extend(
            // `src/app/` is in the application of the reader.
            path.filter(|path| {
                FOLDERS.iter().any(|folder| path.starts_with(folder)) && !path.starts_with("src/app/")
            })
            .map(ToOwned::to_owned),
        );
    }
    found
}

#[test]
fn paths_in_the_documents_exist() {
    let mut missing = Vec::new();
    for (document, text) in &documents() {
        let gone = paths(text).into_iter().filter(|path| !root().join(path).exists());
        missing.extend(gone.map(|path| format!("{document}: {path}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// What is wrong with a link of a document.
fn broken(document: &str, link: &str) -> Option<&'static str> {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let from = root().join(document);
    let file = if path.is_empty() { from } else { from.parent().expect("a folder").join(path) };
    if !file.exists() {
        return Some("no such file");
    }
    let has_anchors = !anchor.is_empty() && file.extension().is_some_and(|suffix| suffix == "md");
    let names_no_heading =
        has_anchors && !anchors(&fs::read_to_string(&file).expect("a text")).contains(anchor);
    names_no_heading.then_some("no such heading")
}

#[test]
fn relative_links_in_the_documents_resolve() {
    let mut mistakes = Vec::new();
    for (document, text) in &documents() {
        for link in links(text).iter().filter(|link| !link.contains("://")) {
            mistakes.extend(broken(document, link).map(|mistake| format!("{document}: {link}: {mistake}")));
        }
    }
    assert!(mistakes.is_empty(), "{mistakes:#?}");
}

#[test]
fn every_document_is_in_the_index() {
    let documents = documents();
    let index = links(&documents["deploy/docs/README.md"]);
    for document in documents.keys().filter_map(|name| name.strip_prefix("deploy/docs/")) {
        let is_index = document.ends_with("README.md") && document != "providers/README.md";
        let is_page_of_a_provider = document.starts_with("providers/") && document != "providers/README.md";
        let list = if is_page_of_a_provider {
            &links(&documents["deploy/docs/providers/README.md"])
        } else {
            &index
        };
        let name = if is_page_of_a_provider { document.trim_start_matches("providers/") } else { document };
        assert!(is_index || list.iter().any(|link| link == name), "{document} is in no index");
    }
}
