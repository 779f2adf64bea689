//! The last administrator and `users import`, on both stores.

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
            let report: Value = serde_json::from_str(&done.out).expect("JSON");
            let errors = &report["results"][0]["errors"];
            assert_eq!(
                (&errors[0]["field"], &errors[0]["code"]),
                (&field.into(), &"last_administrator".into())
            );
            assert_eq!(report["results"][1]["outcome"], "updated", "the other row is applied: {report}");
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
