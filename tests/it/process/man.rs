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

#[test]
fn completions_of_each_shell_have_each_command() {
    let home = Installation::without_settings();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for command in commands(&home, &[]) {
        names.extend(commands(&home, &[command.as_str()]));
        names.insert(command);
    }
    assert!(names.contains("move-issuer") && names.contains("completions"), "{names:?}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = home.run(&["completions", shell]).expect_exit(0).out;
        let missing: Vec<_> = names.iter().filter(|name| !script.contains(name.as_str())).collect();
        assert!(missing.is_empty(), "{shell}: {missing:?}");
        assert!(script.contains("dry-run"), "{shell} has the options");
    }
    home.run(&["completions", "csh"]).expect_exit(2);
}

/// Asks bash itself: the script must define the completion of the program.
#[test]
fn bash_completes_commands_and_options() {
    let home = Installation::without_settings();
    home.write("script", home.run(&["completions", "bash"]).expect_exit(0).out);
    for (words, expected) in [
        ("vestibule us", "users"),
        ("vestibule users rel", "relink"),
        ("vestibule users relink --dry", "--dry-run"),
        ("vestibule providers mo", "move-issuer"),
    ] {
        let ask = format!(
            ". ./script; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _vestibule vestibule \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"; echo \"${{COMPREPLY[*]}}\""
        );
        let mut bash = std::process::Command::new("bash");
        let done = bash.args(["-c", &ask]).current_dir(home.folder()).output().expect("bash");
        assert_eq!(String::from_utf8_lossy(&done.stdout).trim(), expected, "{words}: {done:?}");
    }
}
