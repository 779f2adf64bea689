//! The last administrator and `users import`, on both stores.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::{
    process::Installation,
    service::Service,
    stores::StoreLocation,
    users::{create_user, create_user_with},
};

async fn running(location: &StoreLocation) -> (Service, Installation) {
    let service = Service::with_system_clock(location, &[]).await;
    let home = Installation::beside(&service);
    (service, home)
}

async fn administrators(service: &Service) -> Vec<String> {
    let users = crate::harness::federated::all_users(service).await;
    let administrators = users.into_iter().filter(|user| service.app.administrators().includes(user));
    administrators.filter_map(|user| user.username).map(|name| name.to_string()).collect()
}

/// Returns the results of a report by user name.
fn results_of(report: &str) -> BTreeMap<String, Value> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    let results = report["results"].as_array().expect("results").iter();
    results.map(|result| (result["username"].as_str().expect("a name").to_owned(), result.clone())).collect()
}

async fn administrator(service: &Service, name: &str) {
    create_user_with(service, name, |user| user.roles = vec!["admin".to_owned()]).await;
}

#[on_every_store]
async fn row_that_removes_the_last_administrator_is_refused(location: StoreLocation) {
    let (service, home) = running(&location).await;
    administrator(&service, "ada").await;
    create_user(&service, "grace").await;
    for (file, field) in [
        ("username,roles,displayName\nada,reader,Ada\ngrace,reader,Grace\n", "roles"),
        ("username,status,displayName\nada,disabled,Ada L.\ngrace,active,Grace H.\n", "status"),
    ] {
        home.write("users.csv", file);
        for dry_run in [&["--dry-run"][..], &[]] {
            let import = [&["users", "import", "users.csv", "--json"], dry_run].concat();
            let done = home.run(&import).expect_exit(1);
            let results = results_of(&done.out);
            let error = &results["ada"]["errors"][0];
            assert_eq!((&error["field"], &error["code"]), (&field.into(), &"last_administrator".into()));
            assert_eq!(results["grace"]["outcome"], "updated", "the other row is applied");
        }
        home.write("users.csv", file);
        let done = home.run(&["users", "import", "users.csv"]).expect_exit(1);
        assert!(done.out.contains("make another user an administrator first, or use --force"), "{done:?}");
        assert_eq!(administrators(&service).await, ["ada"]);
    }
    let forced = ["users", "import", "users.csv", "--force", "--reason", "ticket 17"];
    home.run(&forced).expect_exit(0);
    assert_eq!(administrators(&service).await, Vec::<String>::new());
}

/// Returns the outcomes of an import by user name, of the dry run and of the real one: they are equal.
fn outcomes(home: &Installation, file: &str) -> BTreeMap<String, String> {
    let import = |options: &[&str]| {
        let done = home.run(&[&["users", "import", file, "--json", "--no-passwords"], options].concat());
        let results = results_of(&done.out);
        let outcome = |(name, result): (&String, &Value)| {
            let code = result["errors"][0]["code"].as_str().or(result["outcome"].as_str());
            (name.clone(), code.expect("an outcome").to_owned())
        };
        results.iter().map(outcome).collect::<BTreeMap<_, _>>()
    };
    let predicted = import(&["--dry-run"]);
    let done = import(&[]);
    assert_eq!(predicted, done, "{file}");
    done
}

// The rows of a file are applied at the same time: a dry run must not depend on chance.
#[on_every_store]
async fn dry_run_of_rows_that_change_administrators_predicts_the_import(location: StoreLocation) {
    let (service, home) = running(&location).await;
    administrator(&service, "ada").await;
    create_user(&service, "grace").await;
    let import = |file: &str, rows: &str, expected: &[(&str, &str)]| {
        home.write(file, format!("username,roles,status\n{rows}"));
        let expected = expected.iter().map(|(name, outcome)| ((*name).to_owned(), (*outcome).to_owned()));
        assert_eq!(outcomes(&home, file), expected.collect::<BTreeMap<_, _>>(), "{rows}");
    };
    let swapped = [("ada", "updated"), ("grace", "updated")];
    import("take-give.csv", "ada,reader,\ngrace,admin,\n", &swapped);
    assert_eq!(administrators(&service).await, ["grace"]);
    import("give-take.csv", "ada,admin,\ngrace,reader,\n", &swapped);
    assert_eq!(administrators(&service).await, ["ada"]);
    import("new.csv", "ada,,disabled\nlinus,admin,\n", &[("ada", "updated"), ("linus", "created")]);
    assert_eq!(administrators(&service).await, ["linus"]);
    // The new administrator is disabled, so the old one must stay.
    let refused = [("linus", "last_administrator"), ("barbara", "created")];
    import("disabled.csv", "linus,reader,\nbarbara,admin,disabled\n", &refused);
    // Of several removals, the last one of the file is refused.
    import("two.csv", "ada,admin,active\ngrace,admin,\n", &[("ada", "updated"), ("grace", "updated")]);
    let removals = [("linus", "updated"), ("grace", "updated"), ("ada", "last_administrator")];
    import("all.csv", "linus,reader,\ngrace,,disabled\nada,reader,\n", &removals);
    assert_eq!(administrators(&service).await, ["ada"]);
}

/// More rows than one batch has: the batches are applied at the same time, too.
#[on_every_store]
async fn dry_run_of_a_long_file_predicts_who_stays_an_administrator(location: StoreLocation) {
    let (service, home) = running(&location).await;
    administrator(&service, "ada").await;
    administrator(&service, "grace").await;
    let others = (0..1200).map(|number| format!("user{number},,\n")).collect::<Vec<_>>().concat();
    home.write(
        "long.csv",
        format!("username,roles,status\ngrace,,disabled\nada,reader,\n{others}last,admin,\n"),
    );
    let done = outcomes(&home, "long.csv");
    assert_eq!(
        (&done["grace"], &done["ada"], &done["last"]),
        (&"updated".into(), &"updated".into(), &"created".into())
    );
    let is_administrator = async |name: &str| {
        let user = service.app.users.find(&format!("name:{name}")).await.expect("the store answers");
        service.app.administrators().includes(&user.expect("a user"))
    };
    for (name, expected) in [("ada", false), ("grace", false), ("last", true)] {
        assert_eq!(is_administrator(name).await, expected, "{name}");
    }
}

#[on_every_store]
async fn second_of_two_files_that_remove_the_administrators_is_refused(location: StoreLocation) {
    let (service, home) = running(&location).await;
    for name in ["ada", "grace"] {
        administrator(&service, name).await;
    }
    for (name, outcome) in [("ada", "updated"), ("grace", "last_administrator")] {
        let file = format!("{name}.csv");
        home.write(&file, format!("username,roles\n{name},reader\n"));
        assert_eq!(outcomes(&home, &file)[name], outcome);
    }
    assert_eq!(administrators(&service).await, ["grace"]);
}

#[on_every_store]
async fn import_changes_an_administrator_who_is_not_the_last_one(location: StoreLocation) {
    let (service, home) = running(&location).await;
    for name in ["ada", "grace"] {
        administrator(&service, name).await;
    }
    home.write("users.csv", "username,roles\nada,reader\n");
    home.run(&["users", "import", "users.csv"]).expect_exit(0);
    assert_eq!(administrators(&service).await, ["grace"]);
    // A new administrator of the same file counts.
    home.write("users.csv", "username,roles\nlinus,admin\ngrace,reader\n");
    home.run(&["users", "import", "users.csv", "--no-passwords"]).expect_exit(0);
    assert_eq!(administrators(&service).await, ["linus"]);
}

#[on_every_store]
async fn two_imports_at_the_same_time_leave_an_administrator(location: StoreLocation) {
    let (service, home) = running(&location).await;
    for name in ["ada", "grace"] {
        administrator(&service, name).await;
    }
    for round in 0..3 {
        let imports: Vec<_> = ["ada", "grace"]
            .into_iter()
            .map(|name| {
                let file = format!("{name}{round}.csv");
                home.write(&file, format!("username,roles\n{name},reader\n"));
                home.command(&["users", "import", &file]).spawn().expect("it starts")
            })
            .collect();
        for mut import in imports {
            import.wait().expect("it ends");
        }
        assert!(!administrators(&service).await.is_empty(), "round {round}");
        home.write("both.csv", "username,roles\nada,admin\ngrace,admin\n");
        home.run(&["users", "import", "both.csv"]).expect_exit(0);
    }
}
