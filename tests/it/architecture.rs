//! Rules of the house that the compiler does not know.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where HTTP may be spoken beside `…/routes.rs`: what stands between the wire and the handlers.
const HTTP: [&str; 11] = [
    "app.rs",
    "error.rs",
    "headers.rs",
    "metrics.rs",
    "net.rs",
    "portal.rs",
    "router.rs",
    "serve.rs",
    "session/csrf.rs",
    "session/guard.rs",
    "session/visit.rs",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|suffix| suffix == "rs") {
            found.push(entry);
        }
    }
}

/// Every file under `src/`, by its path there, with its code but without its comments.
fn code() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let code = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("a text");
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let name = file.strip_prefix(&root).expect("below src").display().to_string();
        (name, lines.collect::<Vec<_>>().join("\n"))
    };
    files.iter().map(code).collect()
}

/// Whether this crate, or module of ours, is named as the beginning of a path.
fn names(code: &str, path: &str) -> bool {
    code.match_indices(path).any(|(at, _)| {
        !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':')
    })
}

#[test]
fn http_stops_at_the_routes() {
    let code = code();
    assert!(code.len() > 40, "the sources were found");
    for (file, text) in &code {
        let may = file.ends_with("/routes.rs") || HTTP.contains(&file.as_str());
        let speaks =
            ["axum::", "http::", "hyper::", "tower::", "tower_http::"].iter().any(|path| names(text, path));
        assert!(may || !speaks, "{file} speaks HTTP");
    }
    for file in HTTP.iter().filter(|file| **file != "app.rs") {
        let speaks =
            code.iter().any(|(name, text)| name == file && (names(text, "axum::") || names(text, "http::")));
        assert!(speaks, "{file} need not be on the list");
    }
}

#[test]
fn dependencies_point_one_way() {
    for (file, text) in code() {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let uses = |module: &str| {
            text.contains(&format!("crate::{module}")) || text.contains(&format!("    {module}::"))
        };
        if file.starts_with("store") {
            for module in ["user", "session", "login", "app", "audit", "limiter"] {
                assert!(!uses(module), "{file}: the store knows no {module}");
            }
        }
        if file.starts_with("user") {
            for module in ["app", "login", "limiter", "audit", "config"] {
                assert!(!uses(module), "{file}: the user knows no {module}");
            }
        }
        if file.starts_with("login/local") {
            assert!(
                !uses("login::federated") && !uses("login::second_factor"),
                "{file}: the doors do not know each other"
            );
        }
    }
}

#[test]
fn only_admit_makes_a_ticket() {
    for (file, text) in code() {
        let makes = text.contains("Ticket {") || text.contains("Pending {");
        assert!(!makes || file == "login/admit.rs", "{file} makes what opens a session");
    }
}
