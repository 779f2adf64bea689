//! Which commands create a database.

use std::fs;

use crate::harness::process::Installation;

/// Commands that need a database and must not create one.
const READERS: [&[&str]; 7] = [
    &["users", "list"],
    &["users", "list", "--json"],
    &["users", "show", "ada"],
    &["users", "disable", "ada"],
    &["users", "enable", "ada"],
    &["users", "import", "users.csv", "--dry-run"],
    &["explain", "--trace", "0192f0c1-2345-7abc-8def-0123456789ab"],
];

fn entries(home: &Installation) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(home.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn home() -> Installation {
    let home = Installation::new();
    home.write("users.csv", "username\nada\n");
    home
}

// A command in the wrong folder would print an empty list and leave a database and keys behind.
#[test]
fn command_that_reads_creates_nothing_and_names_the_path() {
    let home = home();
    for command in READERS {
        let done = home.run(command).expect_exit(4);
        let path = home.folder().canonicalize().unwrap().join("data/vestibule.db");
        assert!(done.err.contains(path.to_str().unwrap()) && done.out.is_empty(), "{command:?}: {done:?}");
        assert!(done.err.contains("VESTIBULE_DATABASE_URL"), "{command:?}: {done:?}");
    }
    for command in [&["check"][..], &["keys", "new"]] {
        home.run(command).expect_exit(0);
    }
    assert_eq!(entries(&home), ["users.csv"]);
    // An empty file is no database either.
    let home = home.and("VESTIBULE_DATABASE_URL", "sqlite:empty.db");
    home.write("empty.db", "");
    home.run(&["users", "list"]).expect_exit(4);
    assert_eq!(fs::read(home.path("empty.db")).unwrap(), b"");
    assert_eq!(entries(&home), ["empty.db", "users.csv"]);
}

#[test]
fn folder_of_a_misspelt_path_is_not_created() {
    for path in ["nope/dir/v.db", "nope/v.db", "data/nope/v.db"] {
        let home = home().and("VESTIBULE_DATABASE_URL", &format!("sqlite:{path}"));
        let writers: [&[&str]; 3] =
            [&["serve"], &["users", "add", "ada", "--generate"], &["users", "import", "users.csv"]];
        for command in READERS.iter().chain(&writers) {
            let done = home.run(command).expect_exit(4);
            assert!(done.err.contains("nope") && done.out.is_empty(), "{command:?}: {done:?}");
        }
        assert_eq!(entries(&home), ["users.csv"], "{path}");
    }
}

#[test]
fn command_that_creates_a_database_says_where() {
    for command in
        [&["users", "add", "ada", "--generate"][..], &["users", "import", "users.csv", "--no-passwords"]]
    {
        let home = home();
        let done = home.run(command).expect_exit(0);
        let path = home.folder().canonicalize().unwrap().join("data/vestibule.db");
        assert!(done.err.contains(&format!("created the database {}", path.display())), "{done:?}");
        let done = home.run(&["users", "add", "grace", "--generate"]).expect_exit(0);
        assert!(!done.err.contains("created the database"), "{done:?}");
    }
    // The folder of another file is there already.
    let home = home().and("VESTIBULE_DATABASE_URL", "sqlite:other.db");
    home.run(&["users", "add", "ada", "--generate"]).expect_exit(0);
    assert!(entries(&home).contains(&"other.db".to_owned()));
    let home = Installation::new();
    let serving = home.serve();
    assert!(serving.log().contains("database created"), "{}", serving.log());
}

#[test]
fn refused_password_creates_no_database() {
    let home = home();
    home.run_with(&["users", "add", "ada", "--password-stdin"], "password123\n").expect_exit(1);
    assert_eq!(entries(&home), ["users.csv"]);
}
