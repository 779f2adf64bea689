//! `VESTIBULE_LOCAL_PASSWORDS=off` on the command line.

use std::fs;

use super::users;
use crate::{
    harness::{browser::Browser, process::Installation, users::PASSWORD},
    login::without_passwords::OFF,
};

const BCRYPT: &str = "$2b$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
const MAIL: [(&str, &str); 2] =
    [("VESTIBULE_MAIL_URL", "smtp://127.0.0.1:9"), ("VESTIBULE_MAIL_FROM", "auth@corp.example")];

fn home(more: &[(&str, &str)]) -> Installation {
    Installation::with_settings(&[&[OFF][..], more].concat())
}

/// Returns the files of the folder that may contain generated passwords.
fn password_files(home: &Installation) -> Vec<String> {
    let names =
        fs::read_dir(home.folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains("passwords")).collect()
}

#[test]
fn new_user_gets_a_link_to_hand_over_and_no_password() {
    let home = home(&[]);
    for option in ["--generate", "--password-stdin", "--plain-password"] {
        let done = home.run_with(&["users", "add", "ada", option], PASSWORD).expect_exit(2);
        assert!(
            done.err.contains(option) && done.err.contains("VESTIBULE_LOCAL_PASSWORDS is off"),
            "{done:?}"
        );
    }
    assert!(!home.path("data").exists(), "nothing was created");
    let done = home.run(&["users", "add", "ada", "--email", "ada@corp.example"]).expect_exit(0);
    assert!(done.out.trim_end().starts_with("http://localhost:3000/reset-password#token="), "{done:?}");
    assert!(done.err.contains("created ada") && done.err.contains("hand this link"), "{done:?}");
    let [ada] = users(&home).try_into().expect("one user");
    assert_eq!(ada["hasPassword"], false);
}

#[test]
fn link_of_a_new_user_is_sent_with_a_mail_server_and_an_address() {
    let home = home(&MAIL);
    let done = home.run(&["users", "add", "ada", "--email", "ada@corp.example"]).expect_exit(0);
    assert!(done.out.is_empty() && done.err.contains("is sent to ada@corp.example"), "{done:?}");
    let done = home.run(&["users", "add", "grace"]).expect_exit(0);
    assert!(done.out.contains("#token="), "{done:?}");
}

#[test]
fn link_of_a_reset_needs_a_user_without_a_second_factor() {
    let home = home(&[]);
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    home.write("users.csv", format!("username,totpSecret\nada,\nlinus,{secret}\n"));
    home.run(&["users", "import", "users.csv"]).expect_exit(0);
    let done = home.run(&["users", "reset-password", "ada"]).expect_exit(0);
    assert!(done.out.contains("#token="), "{done:?}");
    assert!(done.err.contains("stay valid until a passkey was added"), "{done:?}");
    let done = home.run(&["users", "reset-password", "linus"]).expect_exit(1);
    assert!(done.out.is_empty() && done.err.contains("vestibule users reset-mfa linus"), "{done:?}");
    home.run(&["users", "reset-mfa", "linus"]).expect_exit(0);
    assert!(home.run(&["users", "reset-password", "linus"]).expect_exit(0).out.contains("#token="));
}

// Nothing is dropped: the file may be the only copy, and the setting can be turned on again.
#[tokio::test]
async fn import_keeps_passwords_for_later_and_generates_none() {
    let home = home(&[]);
    let file = format!("username,password\nada,{PASSWORD}\ngrace,{BCRYPT}\nlinus,\n");
    home.write("users.csv", &file);
    let done = home.run(&["users", "import", "users.csv", "--passwords-out", "out.csv"]).expect_exit(2);
    assert!(done.err.contains("--passwords-out") && done.err.contains("none is generated"), "{done:?}");
    assert!(!home.path("data").exists(), "nothing was created");
    let done = home.run(&["users", "import", "users.csv"]).expect_exit(0);
    assert!(done.out.contains("3 created"), "{done:?}");
    assert!(done.err.contains("2 rows with a password: it is stored and opens nothing"), "{done:?}");
    assert!(done.err.contains("vestibule users reset-password NAME"), "{done:?}");
    assert!(password_files(&home).is_empty());
    let has: Vec<bool> = users(&home).iter().map(|user| user["hasPassword"] == true).collect();
    assert_eq!(has.iter().filter(|has| **has).count(), 2);
    let done = home.run(&["users", "show", "ada"]).expect_exit(0);
    assert!(done.out.contains("opens nothing (VESTIBULE_LOCAL_PASSWORDS is off)"), "{done:?}");
    assert!(done.out.contains("has no passkey and no linked provider of the settings"), "{done:?}");

    let service = home.serve();
    Browser::at(service.address).sign_in("ada", PASSWORD).await.expect_problem(404, "not_found");
    service.kill();
    let home = home.and("VESTIBULE_LOCAL_PASSWORDS", "on");
    let service = home.serve();
    Browser::at(service.address).sign_in("ada", PASSWORD).await.expect_status(200);
}

#[test]
fn settings_with_which_no_user_could_sign_in_stop_the_start() {
    let done = home(&[("VESTIBULE_PASSKEYS", "false")]).run(&["check"]).expect_exit(3);
    let text = format!("{}{}", done.out, done.err);
    assert!(text.contains("VESTIBULE_LOCAL_PASSWORDS") && text.contains("no user could sign in"), "{text}");
}
