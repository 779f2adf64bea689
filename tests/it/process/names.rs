//! User names and addresses in the commands.

use serde_json::Value;

use super::{signed_in, users};
use crate::harness::{
    process::{Done, Installation},
    users::PASSWORD,
};

fn import(home: &Installation, content: &str, more: &[&str]) -> Done {
    home.write("users.csv", content);
    home.run(&[&["users", "import", "users.csv", "--no-passwords"], more].concat())
}

fn show(home: &Installation, text: &str) -> Value {
    let shown = home.run(&["users", "show", "--json", "--", text]).expect_exit(0);
    serde_json::from_str(&shown.out).expect("JSON")
}

#[test]
fn import_refuses_a_name_that_is_the_verified_address_of_another_user() {
    let home = Installation::new();
    import(
        &home,
        "username,email,emailVerified\nada,ada@corp.example,true\neve,eve@corp.example,true\nbob@corp.example,,\nlinus,linus@corp.example,\n",
        &[],
    )
    .expect_exit(0);
    let before = users(&home);
    let file = "username,email,emailVerified\n\
                ADA@corp.example,,\n\
                mallory,Bob@Corp.example,true\n\
                linus,EVE@corp.example,true\n";
    for more in [&["--json", "--dry-run"][..], &["--json"]] {
        let done = import(&home, file, more).expect_exit(1);
        let report: Value = serde_json::from_str(&done.out).expect("JSON");
        let errors: Vec<(&str, &str)> = report["results"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| {
                let error = &row["errors"][0];
                (error["field"].as_str().expect("a field"), error["code"].as_str().expect("a code"))
            })
            .collect();
        assert_eq!(errors, [("username", "taken"), ("email", "taken"), ("email", "taken")], "{more:?}");
        assert_eq!(users(&home), before, "{more:?}");
    }
    // The same address without verification is no key.
    import(&home, "username,email\nlinus,bob@corp.example\n", &[]).expect_exit(0);
    assert_eq!(show(&home, "bob@corp.example")["username"], "bob@corp.example");
}

#[test]
fn added_user_cannot_have_the_name_or_the_address_of_another_user() {
    let home = Installation::new();
    let add = |arguments: &[&str]| home.run(&[&["users", "add", "--generate"], arguments].concat());
    add(&["ada", "--email", "ada@corp.example", "--email-verified"]).expect_exit(0);
    add(&["bob@corp.example"]).expect_exit(0);
    let id = show(&home, "ada")["id"].as_str().expect("an id").to_owned();
    for arguments in [
        &["Ada@corp.example"][..],
        &["mallory", "--email", "BOB@corp.example", "--email-verified"],
        &["\u{ff22}ob@corp.example"],
        &[&id],
    ] {
        let done = add(arguments).expect_exit(1);
        assert!(done.err.contains("another user has") && done.out.is_empty(), "{done:?}");
    }
    assert_eq!(users(&home).len(), 2);
    add(&["eve@corp.example", "--email", "eve@corp.example", "--email-verified"]).expect_exit(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_and_login_find_the_same_user() {
    let home = Installation::new();
    let file = format!(
        "username,email,emailVerified,password\n\
         bob@corp.example,,,{PASSWORD}\n\
         Ada Lovelace,ju\u{308}rgen@b\u{fc}cher.example,true,{PASSWORD}\n\
         CORP\\linus,,,{PASSWORD}\n\
         corp/grace,,,{PASSWORD}\n\
         O\u{2019}Brien,,,{PASSWORD}\n\
         x#EXT#,,,{PASSWORD}\n"
    );
    import(&home, &file, &[]).expect_exit(0);
    let serving = home.serve();
    for (typed, username) in [
        ("BOB@corp.example", "bob@corp.example"),
        ("ada  lovelace", "Ada Lovelace"),
        ("j\u{fc}rgen@xn--bcher-kva.example", "Ada Lovelace"),
        ("J\u{dc}RGEN@bu\u{308}cher.example", "Ada Lovelace"),
        (r"corp\LINUS", r"CORP\linus"),
        ("CORP/grace", "corp/grace"),
        ("o'brien", "O\u{2019}Brien"),
        ("X#ext#", "x#EXT#"),
    ] {
        let browser = signed_in(serving.address, typed).await;
        let id = browser.me().await.json()["id"].clone();
        let shown = show(&home, typed);
        assert_eq!((&shown["id"], &shown["username"]), (&id, &username.into()), "{typed}");
        for verb in ["disable", "enable"] {
            let done = home.run(&["users", verb, typed]).expect_exit(0);
            assert_eq!(done.out, format!("{verb}d {username}\n"));
        }
    }
}

#[test]
fn address_that_two_users_show_is_ambiguous_and_lists_their_ids() {
    let home = Installation::new();
    let file =
        "username,email\nada,shared@corp.example\nlinus,SHARED@corp.example\ngrace,grace@corp.example\n";
    import(&home, file, &[]).expect_exit(0);
    for verb in ["show", "disable", "enable"] {
        let done = home.run(&["users", verb, "shared@corp.example"]).expect_exit(1);
        assert!(done.out.is_empty() && done.err.contains("2 users have the address"), "{done:?}");
        for name in ["ada", "linus"] {
            let id = show(&home, name)["id"].as_str().expect("an id").to_owned();
            assert!(done.err.contains(&format!("{id} ({name})")), "{done:?}");
        }
    }
    assert_eq!(show(&home, "grace@corp.example")["username"], "grace", "one user has it");
    // A verified address and a user name come first.
    import(&home, "username,email,emailVerified\nlinus,,true\n", &[]).expect_exit(0);
    assert_eq!(show(&home, "shared@corp.example")["username"], "linus");
}

#[test]
fn rejected_name_or_address_is_explained() {
    let home = Installation::new();
    let add = |arguments: &[&str]| home.run(&[&["users", "add", "--generate"], arguments].concat());
    for (arguments, reason) in [
        (&["al\u{200b}ice"][..], "U+200B ZERO WIDTH SPACE is not visible"),
        (&["al\u{202e}ice"], "U+202E RIGHT-TO-LEFT OVERRIDE changes the direction"),
        (&["a\tb"], "U+0009 TAB is a control character"),
        (&["<ada>"], "`<` (U+003C) is not allowed"),
        (&["\u{430}da"], "different scripts"),
        (&["ada@corp..example"], "two dots in a row"),
        (&["ada", "--email", "ada@corp..example"], "two dots in a row"),
        (&["ada", "--email", "ada@corp"], "no dot"),
        (&["ada", "--email", "\"ada\"@corp.example"], "`\"` (U+0022) is not allowed before the @"),
        (&["ada", "--email", "ada@corp.example."], "begins or ends with a dot"),
    ] {
        let done = add(arguments).expect_exit(2);
        assert!(done.err.contains(reason) && done.out.is_empty(), "{arguments:?}: {done:?}");
        assert!(!done.err.contains(['\u{200b}', '\u{202e}', '\t']), "no raw character: {done:?}");
    }
    let long = "a".repeat(255);
    assert!(add(&[&long]).expect_exit(2).err.contains("at most 254 characters"));
    add(&[&long[1..]]).expect_exit(0);
}
