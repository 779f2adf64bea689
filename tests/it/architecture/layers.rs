//! Layers of the source tree, and the imports that run upwards.

use super::graph::Graph;

/// Top to bottom. A file imports files of its own layer and of the layers below.
///
/// A name stands for the file `name.rs` and the folder `name/`, wherever they are; the most specific entry decides.
const LAYERS: [&[&str]; 17] = [
    &["main", "lib"],
    &["cli"],
    &["server", "router"],
    &["http"],
    &["routes"],
    &["login", "logout", "account", "admin", "provisioning", "verify", "doctor"],
    &["session"],
    &["notices"],
    &["app"],
    &["admission"],
    &["audit", "mail", "sms", "link_token", "trace_export", "webhook", "administrators"],
    &["user", "config"],
    &["web"],
    &["error", "finding"],
    &["limiter", "cache", "lease"],
    &["store"],
    &["secrets", "clock", "metrics", "background", "log", "invisible", "schema", "trace"],
];

/// `App` holds one value of each service, also of services of higher layers. It may import the files that define them. The
/// check for cycles guarantees that they do not import `App`.
const COMPOSITION_ROOT: &str = "app.rs";

fn layer(file: &str) -> Option<usize> {
    let path = file.trim_end_matches(".rs");
    let names = [path.rsplit('/').next(), path.split('/').next()];
    // `login/password/routes.rs` is of the layer `routes`, `session/ending.rs` of the layer `session`.
    let name = if names[0] == Some("routes") { names[0] } else { names[1] };
    LAYERS.iter().position(|layer| name.is_some_and(|name| layer.contains(&name)))
}

/// Files that the list does not know.
pub(crate) fn unknown(graph: &Graph) -> Vec<&str> {
    graph.edges.keys().map(String::as_str).filter(|file| layer(file).is_none()).collect()
}

/// Imports from a lower layer of a higher one: importing file, imported file, names.
pub(crate) fn upward(graph: &Graph) -> Vec<String> {
    let mut found = Vec::new();
    for (from, targets) in graph.edges.iter().filter(|(file, _)| *file != COMPOSITION_ROOT) {
        for to in targets.keys().filter(|to| layer(to) < layer(from)) {
            found.push(format!("{from} → {to} (uses {})", graph.names(from, to)));
        }
    }
    found
}
