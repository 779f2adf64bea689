//! Options: conflicts, the file of refused rows, names of columns.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::{import, stored_user};
use crate::harness::{process::Installation, users::PASSWORD};

#[test]
fn existing_user_is_updated_skipped_or_refused() {
    let home = Installation::new();
    import(
        &home,
        "a.csv",
        format!("username,displayName,password\nada,Ada,{PASSWORD}\nbob,,{PASSWORD}\n"),
        &[],
    )
    .expect_exit(0);
    let file = format!("username,displayName,password\nada,Lovelace,\nbob,,{PASSWORD}\neve,,{PASSWORD}\n");
    for (option, code, line, totals) in [
        (
            "skip",
            0,
            "skipped ada: displayName\n",
            "1 created, 0 updated, 1 unchanged, 1 skipped, 0 refused\n",
        ),
        (
            "fail",
            1,
            "refused line 2: username \"ada\": the user exists",
            "0 created, 0 updated, 2 unchanged, 1 refused\n",
        ),
        ("update", 0, "updated ada: displayName\n", "0 created, 1 updated, 2 unchanged, 0 refused\n"),
    ] {
        let done = import(&home, "b.csv", &file, &["--on-conflict", option]).expect_exit(code);
        assert!(done.out.contains(line) && done.out.ends_with(totals), "{option}: {}", done.out);
    }
    assert_eq!(stored_user(&home, "ada")["displayName"], "Lovelace");
}

#[test]
fn refused_rows_can_be_corrected_and_imported_again() {
    let home = Installation::new();
    let csv = format!(
        "sep=;\nusername;displayName;password\nada;\"Ada; L.\";{PASSWORD}\nshort;\"a;b\";1\nfew\n<bad>;;{PASSWORD}\n"
    );
    let done = import(&home, "users.csv", &csv, &["--errors-file", "refused.csv"]).expect_exit(1);
    assert!(done.err.contains("the refused rows are in refused.csv"), "{}", done.err);
    let refused = fs::read_to_string(home.path("refused.csv")).unwrap();
    let mode = fs::metadata(home.path("refused.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let lines: Vec<&str> = refused.lines().collect();
    assert_eq!(lines[0], "error;username;displayName;password");
    assert!(
        lines[1].starts_with("\"password: a password needs") && lines[1].ends_with("\";short;\"a;b\";1"),
        "{refused}"
    );
    assert!(lines[2].ends_with("\";few") && lines.len() == 4, "{refused}");
    assert!(!refused.contains("Ada"), "no row that was imported");

    let corrected = refused
        .replace("few\n", "few;;\n")
        .replace("<bad>", "good")
        .replace(";1\n", &format!(";{PASSWORD}\n"));
    let done = import(&home, "again.csv", corrected, &["--errors-file", "refused2.csv"]).expect_exit(0);
    assert!(done.out.contains("created short\n") && done.out.contains("created good\n"), "{}", done.out);
    assert!(!home.path("refused2.csv").exists(), "without a refused row there is no file");

    let json = format!(
        "[\n {{\"username\": \"eve\",\n  \"password\": \"{PASSWORD}\"}},\n {{\"username\": \"x\",\n  \"password\": \"1\"}}, {{}}]"
    );
    import(&home, "users.json", json, &["--errors-file", "refused.ndjson"]).expect_exit(1);
    let refused = fs::read_to_string(home.path("refused.ndjson")).unwrap();
    let lines: Vec<serde_json::Value> =
        refused.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["username"], "x");
    assert!(lines[1]["error"].is_string(), "{refused}");
    let corrected = refused.lines().next().unwrap().replace("\"1\"", &format!("\"{PASSWORD}\""));
    import(&home, "again.ndjson", corrected, &[]).expect_exit(0);

    fs::write(home.path("kept.csv"), "kept").unwrap();
    import(&home, "users.csv", &csv, &["--errors-file", "kept.csv"]).expect_exit(1);
    assert_eq!(fs::read_to_string(home.path("kept.csv")).unwrap(), "kept");
}

#[test]
fn columns_with_other_names_are_mapped() {
    let home = Installation::new();
    let maps = ["--map", "Login Name=username", "--map", "mail=email", "--map", "hash=password"];
    let hash = bcrypt::hash(PASSWORD, 4).unwrap();
    let csv = format!("login name,Mail,hash\nada,ada@corp.example,{hash}\n");
    import(&home, "a.csv", csv, &maps).expect_exit(0);
    let json = format!("[{{\"LOGIN NAME\":\"bob\",\"mail\":\"bob@corp.example\",\"hash\":\"{hash}\"}}]");
    import(&home, "b.json", json, &maps).expect_exit(0);
    assert_eq!(stored_user(&home, "bob")["email"], "bob@corp.example");
    let done = import(&home, "a.csv", "username\nada\n", &["--map", "mail=e-mail"]).expect_exit(2);
    assert!(done.err.contains("e-mail") && done.err.contains("the columns are"), "{}", done.err);
    import(&home, "c.csv", "mail,email,username\na,b,c\n", &["--map", "mail=email"]).expect_exit(2);
}

#[test]
fn quiet_import_prints_refused_rows_and_totals() {
    let home = Installation::new();
    let file = format!("username,password\nada,{PASSWORD}\nshort,1\n");
    let done = import(&home, "users.csv", file, &["--quiet"]).expect_exit(1);
    assert!(done.out.starts_with("refused line 3: ") && done.out.lines().count() == 2, "{}", done.out);
    assert!(done.err.is_empty(), "{}", done.err);
}
