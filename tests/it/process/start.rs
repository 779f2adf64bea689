//! First start, and concurrent starts.

use std::{fs, os::unix::fs::PermissionsExt as _, time::Duration};

use vestibule::clock::Clock;

use super::{add, signed_in, users};
use crate::harness::{browser::Browser, process::Installation, totp::Authenticator, users::PASSWORD};

#[tokio::test(flavor = "multi_thread")]
async fn first_start_needs_no_setting() {
    let home = Installation::without_settings().and("VESTIBULE_LISTEN", "127.0.0.1:0");
    let serving = home.serve();
    assert!(serving.line.contains("(public URL http://localhost:3000)"), "{}", serving.line);
    assert!(serving.started_in < Duration::from_secs(30), "{:?}", serving.started_in);
    for file in ["data/vestibule.db", "data/vestibule.db.keys"] {
        let mode = fs::metadata(home.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    add(&home, "ada");
    let keys = fs::read(home.path("data/vestibule.db.keys")).unwrap();
    let browser = signed_in(serving.address, "ada").await;
    browser.me().await.expect_status(200);
    drop(serving);
    let serving = home.serve();
    assert_eq!(fs::read(home.path("data/vestibule.db.keys")).unwrap(), keys, "made once");
    Browser::at(serving.address).sign_in("ada", PASSWORD).await.expect_status(200);
}

// Service and command line start together on a new machine and use one key ring.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_first_starts_share_the_keys() {
    for round in 0..5 {
        let home = Installation::new();
        home.write(
            "linus.csv",
            format!("username,password,totpSecret\nlinus,{PASSWORD},JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n"),
        );
        let imports: Vec<_> =
            (0..2).map(|_| home.command(&["users", "import", "linus.csv"]).spawn().unwrap()).collect();
        let list = home.command(&["users", "list"]).spawn().unwrap();
        let serving = home.serve();
        // It does not create the database, and may run before the others have.
        let list = list.wait_with_output().unwrap();
        assert!(matches!(list.status.code(), Some(0 | 4)), "round {round}: {list:?}");
        let mut created = 0;
        for import in imports {
            let output = import.wait_with_output().unwrap();
            let (out, err) = super::text(&output);
            assert_eq!(output.status.code(), Some(0), "round {round}: {out} {err}");
            created += out.matches("created linus").count();
        }
        assert_eq!(created, 1, "round {round}");
        let app = Authenticator::of_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
        let browser = Browser::at(serving.address);
        assert_eq!(browser.sign_in("linus", PASSWORD).await.expect_status(200).json()["needMfa"], true);
        browser.verify(&app.code(Clock::system().now())).await.expect_status(200);
        let left: Vec<_> =
            fs::read_dir(home.path("data")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(
            left.iter().all(|name| !name.to_string_lossy().contains("keys-")),
            "no draft is left: {left:?}"
        );
        assert_eq!(users(&home).len(), 1);
    }
}

#[test]
fn two_services_can_create_one_file() {
    let home = Installation::new();
    let (one, two) = std::thread::scope(|scope| {
        let one = scope.spawn(|| home.serve());
        let two = scope.spawn(|| home.serve());
        (one.join().unwrap(), two.join().unwrap())
    });
    assert_ne!(one.address, two.address);
}
