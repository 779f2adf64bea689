//! Import graph of the files under `src/`: which file names what of which other file.
//!
//! Every path in the code is resolved to the file that defines the item: in `use` trees, types, expressions, patterns, macro
//! arguments, and path strings in attributes (`#[serde(with = "…")]`). Re-exports are followed, so the file that re-exports a
//! name is not an importer of it. Code under `#[cfg(test)]` is left out.
//!
//! Limit: a method call does not name the file of the method. The type of its receiver is named somewhere in most cases.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::Path,
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Expr, ExprCall, ExprStruct, File, Item, ItemMod, ItemUse, Macro, Meta, UseTree, Visibility,
    visit::{self, Visit},
};

/// Name of the library crate, as `main.rs` writes it.
const LIBRARY: &str = "vestibule";
/// Bound for chains of re-exports, so that a cycle of `use` declarations ends.
const MAX_REEXPORTS: usize = 16;

type ModulePath = Vec<String>;

/// A path as a file writes it, with the module in which it is written.
struct Reference {
    from: ModulePath,
    path: Vec<String>,
}

#[derive(Default)]
struct Module {
    file: String,
    items: BTreeSet<String>,
    imports: HashMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

/// Files, the edges between them, and the external crates that they use.
pub(crate) struct Graph {
    /// Importing file → imported file → names.
    pub(crate) edges: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// File → first segments of paths that lead out of this crate.
    pub(crate) external: BTreeMap<String, BTreeSet<String>>,
    /// File → types of its struct literals, and functions that it calls.
    pub(crate) literals: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// Reads every `.rs` file below `root` that is compiled outside tests.
    pub(crate) fn read(root: &Path) -> Self {
        let mut reader = Reader::default();
        reader.read_file(root, "lib.rs", &Vec::new());
        // `main.rs` is a crate of its own. It names the library by the library's name.
        reader.read_file(root, "main.rs", &vec!["(main)".to_owned()]);
        reader.resolve()
    }

    /// Names that one file uses of another.
    pub(crate) fn names(&self, from: &str, to: &str) -> String {
        let names = self.edges.get(from).and_then(|to_files| to_files.get(to));
        names.map(|names| names.iter().cloned().collect::<Vec<_>>().join(", ")).unwrap_or_default()
    }

    /// Files that use an item of `file` with this name.
    pub(crate) fn users_of(&self, file: &str, name: &str) -> Vec<&str> {
        let uses = |targets: &BTreeMap<String, BTreeSet<String>>| {
            targets.get(file).is_some_and(|names| names.contains(name))
        };
        self.edges.iter().filter(|(_, targets)| uses(targets)).map(|(user, _)| user.as_str()).collect()
    }

    /// Groups of files in which each file reaches each other file. Largest first.
    pub(crate) fn cycles(&self) -> Vec<Vec<&str>> {
        let reach: BTreeMap<&str, BTreeSet<&str>> =
            self.edges.keys().map(|file| (file.as_str(), self.reachable(file))).collect();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut cycles = Vec::new();
        for (file, targets) in &reach {
            if seen.contains(file) || !targets.contains(file) {
                continue;
            }
            let group =
                targets.iter().filter(|other| reach.get(*other).is_some_and(|set| set.contains(file)));
            let group: Vec<&str> = group.copied().collect();
            seen.extend(&group);
            cycles.push(group);
        }
        cycles.sort_by_key(|group| std::cmp::Reverse(group.len()));
        cycles
    }

    fn reachable(&self, from: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open = vec![from];
        while let Some(file) = open.pop() {
            for target in self.edges.get(file).into_iter().flatten().map(|(target, _)| target.as_str()) {
                if found.insert(target) {
                    open.push(target);
                }
            }
        }
        found
    }

    /// The shortest cycle through this file, as files in order. The last one imports the first one.
    pub(crate) fn shortest_cycle<'a>(&'a self, start: &'a str) -> Vec<&'a str> {
        let mut paths = vec![vec![start]];
        let mut seen = BTreeSet::new();
        while !paths.is_empty() {
            let mut longer = Vec::new();
            for path in &paths {
                for target in self.edges.get(path[path.len() - 1]).into_iter().flat_map(BTreeMap::keys) {
                    if target == start {
                        return path.clone();
                    }
                    if seen.insert(target) {
                        longer.push([path.as_slice(), &[target.as_str()]].concat());
                    }
                }
            }
            paths = longer;
        }
        Vec::new()
    }
}

#[derive(Default)]
struct Reader {
    modules: BTreeMap<ModulePath, Module>,
    /// Macros by example are found by name, as the compiler does it for `#[macro_use]`.
    macros: HashMap<String, String>,
    references: Vec<Reference>,
    literals: Vec<(ModulePath, String)>,
}

impl Reader {
    fn read_file(&mut self, root: &Path, file: &str, module: &ModulePath) {
        let text = fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let code: File = syn::parse_file(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        self.read_items(root, file, module, &code.items);
    }

    fn read_items(&mut self, root: &Path, file: &str, module: &ModulePath, items: &[Item]) {
        self.modules.insert(module.clone(), Module { file: file.to_owned(), ..Module::default() });
        for item in items.iter().filter(|item| !is_test_only(attributes(item))) {
            match item {
                Item::Mod(inner) => self.read_module(root, file, module, inner),
                Item::Use(item) => self.read_use(module, item),
                Item::Macro(item) => {
                    if let Some(name) = &item.ident {
                        self.macros.insert(name.to_string(), file.to_owned());
                    }
                    self.collect(module).visit_item_macro(item);
                }
                item => {
                    if let Some(name) = name(item) {
                        self.module(module).items.insert(name);
                    }
                    self.collect(module).visit_item(item);
                }
            }
        }
    }

    fn read_module(&mut self, root: &Path, file: &str, module: &ModulePath, inner: &ItemMod) {
        let path = [module.as_slice(), &[inner.ident.to_string()]].concat();
        match &inner.content {
            Some((_, items)) => self.read_items(root, file, &path, items),
            None => self.read_file(root, &format!("{}.rs", path.join("/")), &path),
        }
    }

    fn read_use(&mut self, module: &ModulePath, item: &ItemUse) {
        let is_import = matches!(item.vis, Visibility::Inherited);
        let mut leaves = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut leaves);
        for (path, alias) in leaves {
            let scope = self.module(module);
            if let Some(alias) = alias {
                scope.imports.insert(alias, path.clone());
            } else {
                scope.globs.push(path.clone());
            }
            // A re-export is no use of the name.
            if is_import {
                self.references.push(Reference { from: module.clone(), path });
            }
        }
    }

    fn module(&mut self, path: &ModulePath) -> &mut Module {
        self.modules.get_mut(path).expect("the module was read")
    }

    fn collect<'a>(&'a mut self, module: &'a ModulePath) -> Collector<'a> {
        Collector { module, references: &mut self.references, literals: &mut self.literals }
    }

    fn resolve(self) -> Graph {
        let mut edges: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        let mut external: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut literals: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (module, name) in &self.literals {
            literals.entry(self.modules[module].file.clone()).or_default().insert(name.clone());
        }
        for Reference { from, path } in &self.references {
            let file = &self.modules[from].file;
            edges.entry(file.clone()).or_default();
            let target = match path.as_slice() {
                [name] if name.ends_with('!') => {
                    self.macros.get(name.trim_end_matches('!')).map(|file| (file.clone(), name.clone()))
                }
                path => self.find(from, path, 0),
            };
            match target {
                Some((target, name)) if target != *file => {
                    edges.entry(file.clone()).or_default().entry(target).or_default().insert(name);
                }
                Some(_) => {}
                None => {
                    external.entry(file.clone()).or_default().insert(self.first_segment(from, path));
                }
            }
        }
        Graph { edges, external, literals }
    }

    /// The first segment of a path that leads out of this crate, through an import if the path starts with an imported name.
    fn first_segment(&self, from: &ModulePath, path: &[String]) -> String {
        let import = self.modules[from].imports.get(&path[0]).filter(|target| target[0] != path[0]);
        import.unwrap_or(&path.to_vec())[0].clone()
    }

    /// The file that defines the item of this path, and the item's name. `None` for modules and for other crates.
    fn find(&self, from: &ModulePath, path: &[String], depth: usize) -> Option<(String, String)> {
        if depth > MAX_REEXPORTS {
            return None;
        }
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.find_below(&Vec::new(), rest, depth),
            "self" => self.find_below(from, rest, depth),
            "super" => {
                let mut parent = from.clone();
                parent.pop()?;
                // `super::super::x` is `self::super::x` seen from the parent.
                if rest.first().is_some_and(|next| next == "super") {
                    self.find(&parent, rest, depth)
                } else {
                    self.find_below(&parent, rest, depth)
                }
            }
            _ if self.is_in_scope(from, first) => self.find_below(from, path, depth),
            LIBRARY if from.first().is_some_and(|crate_root| crate_root == "(main)") => {
                self.find_below(&Vec::new(), rest, depth)
            }
            _ => {
                let globs = &self.modules[from].globs;
                globs.iter().find_map(|glob| self.find(from, &[glob.as_slice(), path].concat(), depth + 1))
            }
        }
    }

    fn is_in_scope(&self, module: &ModulePath, name: &str) -> bool {
        let child = [module.as_slice(), &[name.to_owned()]].concat();
        let Module { items, imports, .. } = &self.modules[module];
        // `use http::StatusCode` in a module that has no child `http` names the crate, though it brings in no name `http`.
        self.modules.contains_key(&child)
            || items.contains(name)
            || imports.get(name).is_some_and(|target| target[0] != name || target.len() > 1)
    }

    fn find_below(&self, module: &ModulePath, path: &[String], depth: usize) -> Option<(String, String)> {
        let (first, rest) = path.split_first()?;
        let child = [module.as_slice(), std::slice::from_ref(first)].concat();
        if self.modules.contains_key(&child) {
            return self.find_below(&child, rest, depth);
        }
        let Module { file, items, imports, globs } = self.modules.get(module)?;
        if items.contains(first) {
            return Some((file.clone(), first.clone()));
        }
        if let Some(target) = imports.get(first) {
            // `use axum::http;` beside `http::StatusCode`: the target starts outside of this module.
            return self.find(module, &[target.as_slice(), rest].concat(), depth + 1);
        }
        globs.iter().find_map(|glob| self.find(module, &[glob.as_slice(), path].concat(), depth + 1))
    }
}

/// Collects the paths that the code of one module contains.
struct Collector<'a> {
    module: &'a ModulePath,
    references: &'a mut Vec<Reference>,
    literals: &'a mut Vec<(ModulePath, String)>,
}

impl Collector<'_> {
    fn add(&mut self, path: Vec<String>) {
        self.references.push(Reference { from: self.module.clone(), path });
    }

    /// Adds what looks like a path: identifiers joined by `::`.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(name) if colons == 2 && !path.is_empty() => {
                    path.push(name.to_string());
                    colons = 0;
                }
                token => {
                    self.add_tokens_path(&mut path);
                    colons = 0;
                    match token {
                        TokenTree::Ident(name) => path.push(name.to_string()),
                        TokenTree::Group(group) => self.add_tokens(group.stream()),
                        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                    }
                }
            }
        }
        self.add_tokens_path(&mut path);
    }

    fn add_tokens_path(&mut self, path: &mut Vec<String>) {
        if !path.is_empty() {
            self.add(std::mem::take(path));
        }
    }
}

impl<'code> Visit<'code> for Collector<'_> {
    fn visit_path(&mut self, path: &'code syn::Path) {
        self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_expr_struct(&mut self, literal: &'code ExprStruct) {
        if let Some(name) = literal.path.segments.last() {
            self.literals.push((self.module.clone(), name.ident.to_string()));
        }
        visit::visit_expr_struct(self, literal);
    }

    fn visit_expr_call(&mut self, call: &'code ExprCall) {
        // `Ticket(grant)` creates a tuple struct.
        if let Expr::Path(function) = &*call.func
            && let Some(name) = function.path.segments.last()
        {
            self.literals.push((self.module.clone(), name.ident.to_string()));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, call: &'code Macro) {
        visit::visit_macro(self, call);
        if let Some(name) = call.path.segments.last() {
            self.add(vec![format!("{}!", name.ident)]);
        }
        self.add_tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'code Attribute) {
        if let Meta::List(list) = &attribute.meta {
            for token in list.tokens.clone() {
                let text = token.to_string();
                let path = text.trim_matches('"');
                if path.len() < text.len()
                    && let Ok(path) = syn::parse_str::<syn::Path>(path)
                {
                    self.visit_path(&path);
                }
            }
        }
    }

    fn visit_item_use(&mut self, item: &'code ItemUse) {
        let mut leaves = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut leaves);
        for (path, _) in leaves {
            self.add(path);
        }
    }

    fn visit_visibility(&mut self, _: &'code Visibility) {}

    fn visit_item(&mut self, item: &'code Item) {
        if !is_test_only(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'code syn::ImplItemFn) {
        if !is_test_only(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }
}

/// The paths of a `use` tree, each with the name that it brings into scope. A glob has no name.
fn flatten(tree: &UseTree, prefix: &mut Vec<String>, leaves: &mut Vec<(Vec<String>, Option<String>)>) {
    let mut leaf = |name: Option<String>, alias: String| {
        let path = prefix.iter().cloned().chain(name).collect();
        leaves.push((path, Some(alias)));
    };
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, leaves);
            prefix.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            let alias = prefix.last().cloned().unwrap_or_default();
            leaf(None, alias);
        }
        UseTree::Name(name) => leaf(Some(name.ident.to_string()), name.ident.to_string()),
        UseTree::Rename(rename) if rename.ident == "self" => leaf(None, rename.rename.to_string()),
        UseTree::Rename(rename) => leaf(Some(rename.ident.to_string()), rename.rename.to_string()),
        UseTree::Glob(_) => leaves.push((prefix.clone(), None)),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, prefix, leaves)),
    }
}

fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            condition == "test" || condition.starts_with("all (test") || condition.starts_with("any (test")
        }
        _ => false,
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name(item: &Item) -> Option<String> {
    match item {
        Item::Const(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Fn(item) => Some(item.sig.ident.to_string()),
        Item::Static(item) => Some(item.ident.to_string()),
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Trait(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        Item::Union(item) => Some(item.ident.to_string()),
        _ => None,
    }
}
