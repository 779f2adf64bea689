//! The words of `deploy/docs/glossary.md`: no forbidden entry is in the source, the texts or the documents.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Folders and files that are checked.
const CHECKED: [&str; 13] = [
    "src",
    "tests",
    "angular/package.json",
    "angular/projects",
    "angular/scripts",
    "scripts",
    "deploy",
    ".ci",
    ".github",
    "Cargo.toml",
    "README.md",
    "CHANGELOG.md",
    ".env.example",
];
/// Generated files, files without prose, the lists of forbidden words, and texts in other languages.
const SKIPPED: [&str; 15] = [
    "arabic.ts",
    "french.ts",
    "german.ts",
    "spanish.ts",
    "node_modules",
    "dist",
    "out",
    "glossary.md",
    "glossary.rs",
    "package-lock.json",
    "requirements.txt",
    "ar",
    "de",
    "es",
    "fr",
];
const BINARY: [&str; 5] = ["png", "svg", "ico", "woff2", "jpg"];

/// Exceptions: file, entry, reason.
const ALLOWED: [(&str, &str, &str); 12] = [
    ("src/login/passkey/routes.rs", "enroll", "member of a W3C document"),
    ("tests/it/login/passkey/settings.rs", "enroll", "member of a W3C document"),
    ("tests/fixtures/exports/firebase.json", "enrollment", "member of Firebase"),
    ("scripts/lib/export-fixtures.py", "enrollment", "member of Firebase"),
    ("angular/projects/vestibule/src/idle-warning/texts.ts", "sin", "Spanish"),
    ("angular/projects/vestibule/schematics/ng-add/index.cjs", "visit", "method of a schematic's tree"),
    ("src/log/line.rs", "visit", "trait of tracing"),
    ("Cargo.toml", "visit", "feature of syn"),
    ("tests/it/architecture/graph.rs", "visit", "trait of syn"),
    ("tests/it/claims_path.rs", "visit", "trait of syn"),
    ("tests/it/harness/fake_provider/vendors/adfs.json", "logon", "scope of ADFS"),
    ("tests/it/login/federated/tenants.rs", "everyone", "group that Okta gives to every user"),
];

type Words = Vec<String>;

#[derive(Default)]
struct Glossary {
    /// First word → forbidden entries that start with it.
    forbidden: BTreeMap<String, Vec<Words>>,
    allowed: Vec<Words>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The entries in backticks.
fn entries(cell: &str) -> Vec<Words> {
    cell.split('`').skip(1).step_by(2).map(|entry| entry.split(' ').map(str::to_owned).collect()).collect()
}

fn glossary(text: &str) -> Glossary {
    let mut glossary = Glossary::default();
    let mut is_allowed_section = false;
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            is_allowed_section = title == "Allowed phrases";
        }
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        match cells.as_slice() {
            [phrase, _] if is_allowed_section => glossary.allowed.extend(entries(phrase)),
            [_, _, forbidden] => {
                for entry in entries(forbidden) {
                    glossary.forbidden.entry(entry[0].clone()).or_default().push(entry);
                }
            }
            _ => {}
        }
    }
    glossary
}

/// Splits a line into lower-case words: `fresh_proof`, `FreshProof`, `fresh-proof` and `fresh proof` are the same two words. Other
/// characters between two words become the word `|`, so that no phrase spans them.
fn words(line: &str) -> Words {
    let mut words: Words = Vec::new();
    let mut characters = line.char_indices().peekable();
    let bytes = line.as_bytes();
    let upper = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
    let lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    while let Some((start, first)) = characters.next() {
        if !first.is_ascii_alphabetic() {
            let mut end = start + first.len_utf8();
            while let Some((at, next)) = characters.next_if(|(_, next)| !next.is_ascii_alphabetic()) {
                end = at + next.len_utf8();
            }
            let between = &line[start..end];
            if between != "::" && !between.chars().all(|c| c.is_whitespace() || c == '_' || c == '-') {
                words.push("|".to_owned());
            }
            continue;
        }
        let mut end = start + 1;
        while let Some((at, _)) = characters.next_if(|(at, next)| {
            // A word ends before a capital that follows a small letter, and before the last capital of `JSONValue`.
            next.is_ascii_alphabetic() && !(upper(*at) && (lower(at - 1) || upper(at - 1) && lower(at + 1)))
        }) {
            end = at + 1;
        }
        words.push(line[start..end].to_ascii_lowercase());
    }
    words
}

impl Glossary {
    /// The forbidden entries of a line that no allowed phrase covers.
    fn find(&self, line: &str) -> Vec<String> {
        let words = words(line);
        let mut is_covered = vec![false; words.len()];
        for phrase in &self.allowed {
            for at in (0..words.len()).filter(|at| words[*at..].starts_with(phrase)) {
                is_covered[at..at + phrase.len()].fill(true);
            }
        }
        let mut found = Vec::new();
        for (at, word) in words.iter().enumerate() {
            for entry in self.forbidden.get(word).into_iter().flatten() {
                let is_here = words[at..].starts_with(entry);
                if is_here && !is_covered[at..at + entry.len()].contains(&true) {
                    found.push(entry.join(" "));
                }
            }
        }
        found
    }
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_binary = path.extension().is_some_and(|suffix| BINARY.iter().any(|binary| suffix == *binary));
    if SKIPPED.contains(&name.as_str()) || is_binary {
        return;
    }
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            collect(&entry.expect("an entry").path(), files);
        }
    } else {
        files.push(path.to_owned());
    }
}

#[test]
fn no_forbidden_word_is_used() {
    let text = fs::read_to_string(root().join("deploy/docs/glossary.md")).expect("the glossary");
    let glossary = glossary(&text);
    assert!(glossary.forbidden.len() > 100 && glossary.allowed.len() > 10, "the tables were read");
    let mut files = Vec::new();
    for path in CHECKED.map(|path| root().join(path)).iter().filter(|path| path.exists()) {
        collect(path, &mut files);
    }
    assert!(files.len() > 300, "the files were found");
    let mut found = Vec::new();
    for file in &files {
        let path = file.strip_prefix(root()).expect("a path of the repository").display().to_string();
        let allowed: Vec<&str> =
            ALLOWED.iter().filter(|(known, ..)| *known == path).map(|(_, entry, _)| *entry).collect();
        // A file that is not UTF-8 contains no prose.
        let text = fs::read_to_string(file).unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            for entry in glossary.find(line).into_iter().filter(|entry| !allowed.contains(&entry.as_str())) {
                found.push(format!("{path}:{}: `{entry}` in {}", number + 1, line.trim()));
            }
        }
    }
    assert!(
        found.is_empty(),
        "{} forbidden words, see deploy/docs/glossary.md:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn words_are_found_in_every_spelling() {
    let glossary = glossary(
        "## Login\n| term | meaning | forbidden |\n|---|---|---|\n| recent proof | x | `fresh proof`, `hint` |\n\
         ## Allowed phrases\n| phrase | reason |\n|---|---|\n| `login hint` | OpenID Connect |\n",
    );
    for line in ["fresh_proof", "FreshProof", "a fresh-proof", "fresh proof", "FRESH PROOF", "XFreshProof2"] {
        assert_eq!(glossary.find(line), ["fresh proof"], "{line}");
    }
    for line in
        ["fresh. Proof", "refresh proof", "freshproof", "hints", "login_hint", "loginHint", "LOGIN HINT"]
    {
        assert_eq!(glossary.find(line), Vec::<String>::new(), "{line}");
    }
    assert_eq!(glossary.find("let hint = login_hint(hint)"), ["hint", "hint"]);
}
