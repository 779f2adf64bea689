//! Rules about the source tree that the compiler does not check.

mod graph;
mod layers;

use std::path::Path;

use graph::Graph;

/// Crates of HTTP, which stop at `routes.rs`, `http/` and `web/`.
const HTTP_CRATES: [&str; 5] = ["axum", "http", "hyper", "tower", "tower_http"];
/// Files beside those that may use HTTP types.
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

fn graph() -> Graph {
    let graph = Graph::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(graph.edges.len() > 100, "the sources were found");
    graph
}

/// The file that holds `admit`, without `.rs`.
fn admission(graph: &Graph) -> &'static str {
    if graph.edges.contains_key("admission.rs") { "admission.rs" } else { "login/admit.rs" }
}

/// Prints what is left of import cycles and of imports that run upwards.
#[test]
fn report() {
    let graph = graph();
    for cycle in graph.cycles() {
        println!("import cycle of {} files:", cycle.len());
        let shortest = cycle.iter().map(|file| graph.shortest_cycle(file)).min_by_key(Vec::len);
        let files = shortest.expect("a cycle has files");
        for (at, file) in files.iter().enumerate() {
            let next = files[(at + 1) % files.len()];
            println!("  {file} → {next} (uses {})", graph.names(file, next));
        }
    }
    for import in layers::upward(&graph) {
        println!("upward import: {import}");
    }
    println!("files without a layer: {:?}", layers::unknown(&graph));
}

#[test]
fn http_types_stop_at_the_routes() {
    let Graph { external, .. } = graph();
    for (file, crates) in &external {
        let is_allowed = file.ends_with("routes.rs")
            || ["http/", "web/"].iter().any(|folder| file.starts_with(folder))
            || HTTP.contains(&file.as_str());
        let used = HTTP_CRATES.iter().find(|name| crates.contains(**name));
        assert!(
            is_allowed || used.is_none(),
            "{file} uses {used:?}: HTTP types stop at routes.rs, http/ and web/"
        );
    }
}

#[test]
fn only_login_creates_a_proof() {
    let graph = graph();
    let file = admission(&graph);
    let users = graph.users_of(file, "Proof");
    assert!(!users.is_empty(), "{file} has a `Proof`");
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
    let owner = admission(&graph);
    for (file, literals) in &graph.literals {
        let ticket = ["Ticket", "Pending", "PendingTicket"].iter().find(|name| literals.contains(**name));
        assert!(file == owner || ticket.is_none(), "{file} creates a {ticket:?}: only `admit` does");
    }
}

#[test]
fn password_login_and_federated_login_do_not_import_each_other() {
    let graph = graph();
    let is_password = |file: &str| file.starts_with("login/password") || file.starts_with("login/local");
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
