//! The path of the claims of a federated login, as `src/login/federated.rs` draws it: at most 12 functions take or return them, and no file
//! has more than two.

use std::{collections::BTreeMap, fs, path::Path};

use syn::{
    ImplItemFn, ItemFn, ItemMod, Signature,
    visit::{self, Visit},
};

/// The claims, and types that contain them.
const CLAIMS: [&str; 2] = ["Claims", "VerifiedTokens"];
const STOPS_MAX: usize = 12;
const STOPS_OF_A_FILE_MAX: usize = 2;

/// Finds the functions of one file whose signature names the claims.
#[derive(Default)]
struct Finder {
    found: Vec<String>,
    is_constructor_file: bool,
}

impl Finder {
    fn check(&mut self, signature: &Signature) {
        let mut names = TypeNames::default();
        names.visit_signature(signature);
        let takes = names.0.iter().any(|name| CLAIMS.contains(&name.as_str()));
        // It returns `Self`.
        let constructs = self.is_constructor_file && signature.ident == "new";
        if takes || constructs {
            self.found.push(signature.ident.to_string());
        }
    }
}

impl<'a> Visit<'a> for Finder {
    fn visit_item_fn(&mut self, function: &'a ItemFn) {
        self.check(&function.sig);
    }

    fn visit_impl_item_fn(&mut self, function: &'a ImplItemFn) {
        self.check(&function.sig);
    }

    fn visit_item_mod(&mut self, module: &'a ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }
}

#[derive(Default)]
struct TypeNames(Vec<String>);

impl<'a> Visit<'a> for TypeNames {
    fn visit_ident(&mut self, ident: &'a syn::Ident) {
        self.0.push(ident.to_string());
    }
}

fn read(root: &Path, folder: &Path, stops: &mut BTreeMap<String, Vec<String>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        if path.is_dir() {
            read(root, &path, stops);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let mut finder = Finder { is_constructor_file: name == "oidc/claims.rs", ..Finder::default() };
            finder.visit_file(&syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap());
            if !finder.found.is_empty() {
                stops.insert(name.trim_end_matches(".rs").to_owned(), finder.found);
            }
        }
    }
}

#[test]
fn claims_pass_few_functions_and_the_drawing_lists_them() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/login");
    let root = source.join("federated");
    let mut stops = BTreeMap::new();
    read(&root, &root, &mut stops);
    let total: usize = stops.values().map(Vec::len).sum();
    assert!(total <= STOPS_MAX, "{total} functions take or return claims: {stops:#?}");
    let drawing = fs::read_to_string(source.join("federated.rs")).unwrap();
    for (file, functions) in &stops {
        assert!(functions.len() <= STOPS_OF_A_FILE_MAX, "{file}: {functions:?}");
        for function in functions {
            let is_drawn = drawing
                .lines()
                .any(|line| line.contains(&format!("`{file}`")) && line.contains(&format!("{function}`")));
            assert!(is_drawn, "the table in src/login/federated.rs lacks `{file}` `{function}`");
        }
    }
    let drawn = drawing.lines().filter(|line| line.starts_with("//! | ") && line.contains('`')).count();
    assert_eq!(drawn, total, "the table in src/login/federated.rs lists a function that no longer exists");
}
