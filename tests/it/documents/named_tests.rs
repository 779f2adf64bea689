//! The tests that the security documents name exist, and the table of ASVS rows is complete.

use std::{collections::BTreeSet, fs, path::Path};

use super::{documents, find_files, root};

const DOCUMENTS: [&str; 2] = ["deploy/docs/asvs.md", "deploy/docs/threat-model.md"];

/// The requirements of OWASP ASVS 5.0.0, levels 1 and 2, that apply to this service, and those of level 3 for passkeys.
const ROWS: &str = "
    2.2.1 2.2.2 2.2.3 2.3.1 2.3.2 2.3.3 2.3.4 2.4.1
    3.2.1 3.2.2 3.3.1 3.3.2 3.3.3 3.3.4 3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.5.1 3.5.2 3.5.3 3.7.1 3.7.2
    4.1.1 4.1.2 4.1.3 4.2.1
    6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.2.9 6.2.10 6.2.11 6.2.12 6.3.1 6.3.2 6.3.3 6.3.4
    6.4.1 6.4.2 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.7.1 6.7.2 6.8.1 6.8.2 6.8.4
    7.2.1 7.2.2 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2
    9.1.1 9.1.2 9.1.3 9.2.1 9.2.2 9.2.3
    10.1.1 10.1.2 10.2.1 10.2.2 10.5.1 10.5.2 10.5.3 10.5.4 10.5.5
    11.2.1 11.2.2 11.2.3 11.3.1 11.3.2 11.3.3 11.4.1 11.4.2 11.4.3 11.4.4 11.5.1 11.6.1 11.6.2
    16.2.1 16.2.2 16.2.3 16.2.4 16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.1 16.5.1 16.5.2 16.5.3
";

/// Path of a Rust test: the modules of its file and its name, without the modules `tests`.
fn rust_tests() -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    for folder in ["src", "tests/it"] {
        let folder = root().join(folder);
        for file in find_files(&folder, "rs") {
            let path = file.strip_prefix(&folder).expect("below the folder").with_extension("");
            let modules: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
            let source = fs::read_to_string(&file).expect("a text");
            tests.extend(names_of_tests(&source).map(|name| named(&modules, name)));
        }
    }
    tests
}

fn named(modules: &[&str], name: &str) -> String {
    let parts = modules.iter().copied().chain([name]).filter(|part| *part != "tests");
    parts.collect::<Vec<_>>().join("::")
}

/// Returns the names of the functions that have a test attribute.
fn names_of_tests(source: &str) -> impl Iterator<Item = &str> {
    let mut is_test = false;
    source.lines().map(str::trim).filter_map(move |line| {
        if line.starts_with("#[") {
            is_test |=
                ["#[test]", "#[tokio::test", "#[on_every_store"].iter().any(|mark| line.starts_with(mark));
            return None;
        }
        let signature = line.trim_start_matches("async ").strip_prefix("fn ")?;
        std::mem::take(&mut is_test).then(|| signature.split(['(', '<']).next())?
    })
}

/// Returns the code spans of a document that name a test: `module::test`, or `file.test.mjs: title`.
fn named_tests(text: &str) -> BTreeSet<&str> {
    let spans = text.split('`').skip(1).step_by(2);
    spans
        .filter(|span| span.contains("::") || span.contains(".mjs: ") || span.contains(".spec.ts: "))
        .collect()
}

/// Returns whether a file of browser tests or unit tests contains a test with this title.
fn has_title(span: &str) -> bool {
    let Some((file, title)) = span.split_once(": ") else { return false };
    let source = fs::read_to_string(root().join(Path::new(file))).unwrap_or_default();
    ['\'', '"'].iter().any(|quote| source.contains(&format!("{quote}{title}{quote}")))
}

#[test]
fn every_named_test_exists() {
    let (documents, tests) = (documents(), rust_tests());
    assert!(tests.contains("documents::named_tests::every_named_test_exists"), "the search finds no test");
    for document in DOCUMENTS {
        let named = named_tests(&documents[document]);
        assert!(!named.is_empty(), "{document}");
        let missing: Vec<_> =
            named.iter().filter(|span| !tests.contains(**span) && !has_title(span)).collect();
        assert!(missing.is_empty(), "{document} names tests that do not exist: {missing:#?}");
    }
}

#[test]
fn every_asvs_row_that_applies_names_its_tests() {
    let documents = documents();
    let lines = documents["deploy/docs/asvs.md"].lines();
    let rows: Vec<Vec<&str>> = lines
        .filter(|line| line.starts_with("| ") && line[2..].starts_with(|c: char| c.is_ascii_digit()))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let ids: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(ids, ROWS.split_whitespace().collect::<Vec<_>>(), "the rows, in order");
    for row in &rows {
        assert!(!named_tests(row[3]).is_empty(), "row {} names no test", row[0]);
    }
}

// A promise without a test can become false without notice.
#[test]
fn every_promise_of_the_threat_model_names_its_tests() {
    let documents = documents();
    let text = &documents["deploy/docs/threat-model.md"];
    let promised = text.split("\n## ").filter(|section| section.starts_with("Promised"));
    let rows: Vec<&str> = promised.flat_map(str::lines).filter(|line| line.starts_with("| ")).collect();
    let rows: Vec<&str> = rows.into_iter().filter(|row| !row.starts_with("| promise")).collect();
    assert!(rows.len() >= 20, "{} promises", rows.len());
    for row in rows {
        assert!(!named_tests(row).is_empty(), "{row}");
    }
}
