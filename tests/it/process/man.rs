//! Manual pages.

use std::{collections::BTreeSet, fs};

use crate::harness::process::Installation;

/// Returns the commands below `vestibule`, as `--help` lists them.
fn commands(home: &Installation, of: &[&str]) -> Vec<String> {
    let help = home.run(&[of, &["--help"]].concat()).expect_exit(0).out;
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = list.take_while(|line| !line.is_empty()).filter(|line| line.starts_with("  "));
    let names =
        names.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn each_command_has_a_page() {
    let home = Installation::without_settings();
    let folder = home.path("man/man1");
    home.run(&["man", "--out", folder.to_str().unwrap()]).expect_exit(0);
    let pages = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let pages: BTreeSet<String> = pages.collect();

    let mut expected = BTreeSet::from(["vestibule.1".to_owned()]);
    for command in commands(&home, &[]) {
        expected.insert(format!("vestibule-{command}.1"));
        for below in commands(&home, &[command.as_str()]) {
            expected.insert(format!("vestibule-{command}-{below}.1"));
        }
    }
    assert!(expected.contains("vestibule-users-import.1"), "{expected:?}");
    assert!(expected.is_subset(&pages), "{:?}", expected.difference(&pages));

    let import = fs::read_to_string(folder.join("vestibule-users-import.1")).unwrap();
    assert!(import.contains(r"\fB\-\-dry\-run\fR"), "{import}");
}

#[test]
fn page_of_the_program_has_the_exit_codes() {
    let page = Installation::without_settings().run(&["man"]).expect_exit(0).out;
    assert!(page.contains(".TH vestibule 1"), "{page}");
    assert!(page.contains("Exit codes:"), "{page}");
}

#[test]
fn folder_that_cannot_be_written_is_named() {
    let home = Installation::without_settings();
    home.write("file", "");
    let folder = home.path("file/man1");
    let done = home.run(&["man", "--out", folder.to_str().unwrap()]).expect_exit(1);
    assert!(done.err.contains("file/man1"), "{}", done.err);
}
