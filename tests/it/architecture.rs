//! Rules about the source tree that the compiler does not check.

mod graph;
mod layers;

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use graph::Graph;

/// Crates of HTTP, which stop at `routes.rs`, `http/`, `server/` and `web/`.
const HTTP_CRATES: [&str; 5] = ["axum", "http", "hyper", "tower", "tower_http"];
/// Files outside these that use HTTP types.
const HTTP: [&str; 6] =
    ["cli/healthcheck.rs", "error.rs", "error/code.rs", "metrics.rs", "router.rs", "server.rs"];

/// Reading the sources takes seconds of CPU time, so all tests share the graph.
fn graph() -> &'static Graph {
    static GRAPH: LazyLock<Graph> = LazyLock::new(|| {
        let graph = Graph::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        assert!(graph.edges.len() > 100, "the sources were found");
        graph
    });
    &GRAPH
}

/// Reports each group of files that import each other, with a shortest cycle: file → file and the names.
fn cycles(graph: &Graph) -> Vec<String> {
    let report = |group: &Vec<&str>| {
        let shortest = group.iter().map(|file| graph.shortest_cycle(file)).min_by_key(Vec::len);
        let files = shortest.expect("a cycle has files");
        let step = |at: usize| {
            let (from, to) = (files[at], files[(at + 1) % files.len()]);
            format!("\n  {from} → {to} (uses {})", graph.names(from, to))
        };
        let steps: String = (0..files.len()).map(step).collect();
        format!("import cycle of {} files: {}{steps}", group.len(), group.join(", "))
    };
    graph.cycles().iter().map(report).collect()
}

#[test]
fn files_do_not_import_each_other() {
    let cycles = cycles(graph());
    assert!(cycles.is_empty(), "{}", cycles.join("\n"));
}

#[test]
fn imports_point_downwards() {
    let graph = graph();
    assert_eq!(layers::unknown(graph), Vec::<&str>::new(), "add these files to LAYERS");
    let upward = layers::upward(graph);
    assert!(upward.is_empty(), "imports of a higher layer:\n  {}", upward.join("\n  "));
}

#[test]
fn http_types_stop_at_the_routes() {
    let Graph { external, .. } = graph();
    for (file, crates) in external {
        let is_allowed = file.ends_with("routes.rs")
            || ["http/", "server/", "web/"].iter().any(|folder| file.starts_with(folder))
            || HTTP.contains(&file.as_str());
        let used = HTTP_CRATES.iter().find(|name| crates.contains(**name));
        assert!(
            is_allowed || used.is_none(),
            "{file} uses {used:?}: HTTP types stop at routes.rs, http/, server/ and web/"
        );
    }
}

#[test]
fn only_login_creates_a_proof() {
    let graph = graph();
    let users = graph.users_of("admission.rs", "Proof");
    assert!(!users.is_empty(), "admission.rs defines `Proof`");
    for user in users {
        assert!(
            user.starts_with("login/"),
            "{user} uses `Proof`: only files of src/login/ prove who a user is"
        );
    }
}

#[test]
fn only_admit_creates_a_ticket() {
    let graph = graph();
    for name in ["Ticket", "PendingTicket"] {
        let makers =
            graph.literals.iter().filter(|(_, types)| types.contains(name)).map(|(file, _)| file.as_str());
        assert_eq!(makers.collect::<Vec<_>>(), ["admission.rs"], "only `admit` creates a {name}");
    }
}

#[test]
fn password_login_and_federated_login_do_not_import_each_other() {
    let graph = graph();
    let is_password = |file: &str| file.starts_with("login/password");
    let is_federated = |file: &str| file.starts_with("login/federated");
    for (from, targets) in &graph.edges {
        for to in targets.keys() {
            let is_crossing = is_password(from) && is_federated(to) || is_federated(from) && is_password(to);
            assert!(!is_crossing, "{from} → {to} (uses {})", graph.names(from, to));
        }
    }
}

#[test]
fn oidc_client_imports_no_user_session_or_store() {
    let graph = graph();
    // Value types of a claim, which carry no document.
    let allowed = ["user/email.rs", "user/identity.rs"];
    for (from, targets) in graph.edges.iter().filter(|(file, _)| file.starts_with("login/federated/oidc")) {
        for to in targets.keys().filter(|to| !allowed.contains(&to.as_str())) {
            let is_forbidden = ["user", "session", "store"]
                .iter()
                .any(|module| to.strip_prefix(module).is_some_and(|rest| rest.starts_with(['.', '/'])));
            assert!(!is_forbidden, "{from} → {to} (uses {})", graph.names(from, to));
        }
    }
}

fn rust_files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder exists");
    let paths = entries.map(|entry| entry.expect("the folder is readable").path());
    let files = paths.map(|path| if path.is_dir() { rust_files_in(&path) } else { vec![path] });
    files.flatten().filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// Returns the names of all functions in the Rust files below a folder.
fn functions_in(folder: &Path) -> HashSet<String> {
    let mut found = HashSet::new();
    for file in rust_files_in(folder) {
        let text = fs::read_to_string(&file).expect("the file is UTF-8");
        let names = text.split("fn ").skip(1).filter_map(|rest| rest.split('(').next());
        found.extend(names.map(ToOwned::to_owned));
    }
    found
}

/// The table "A races B" in `src/session.rs` names the test of each row.
#[test]
fn every_test_in_the_table_of_races_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("src/session.rs")).expect("the file is UTF-8");
    let rows = text.lines().filter(|line| line.starts_with("//! | ")).skip(1);
    let tests: Vec<Vec<&str>> = rows
        .map(|row| {
            let last = row.trim_end_matches([' ', '|']).rsplit(" | ").next().expect("a row has cells");
            last.split('`').skip(1).step_by(2).collect()
        })
        .collect();
    assert!(tests.len() > 10, "the table was found");
    let known: HashSet<String> =
        ["src", "tests/it"].iter().flat_map(|folder| functions_in(&root.join(folder))).collect();
    for row in tests {
        assert!(!row.is_empty(), "every row names a test");
        for name in row {
            assert!(known.contains(name), "the table of races names `{name}`, which is no test");
        }
    }
}

/// A write that bypasses the cache leaves this replica with the old document for up to 0.9 s: a request could still use an ended session.
#[test]
fn users_and_sessions_are_changed_through_the_cache() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for folder in ["account", "admin", "http", "login", "logout", "provisioning", "session"] {
        for file in rust_files_in(&root.join(folder)) {
            let text = fs::read_to_string(&file).expect("the file is UTF-8");
            let compact: String = text.split_whitespace().collect();
            for call in
                ["store.update::<User", "store.update::<Session", "store.take::<User", "store.take::<Session"]
            {
                if compact.contains(call) {
                    found.push(format!("{}: {call}>", file.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "use `app.users` or `app.sessions`: {found:?}");
}
