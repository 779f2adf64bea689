//! Any file: no panic, and no user that the file does not name. More cases: `PROPTEST_CASES=100000 cargo test --lib fuzz`.

use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestCaseError},
};

use super::{text::LineCounter, *};
use crate::cli::users::import::plan::{PlanOptions, plan};

/// Pieces of files: structure, names, and what programs leave in files by mistake.
const PIECES: [&str; 44] = [
    "username",
    "email",
    "password",
    "roles",
    "emailVerified",
    "USERNAME",
    "user_name",
    "users",
    "ada",
    "bob",
    "ada@corp.example",
    "true",
    "TRUE ",
    "correct horse",
    "$2b$04$abc",
    "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP",
    "=\"01\"",
    "null",
    "1e999",
    "\\u0000",
    ",",
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\n",
    "\r",
    "\r\n",
    "\"",
    "\"\"",
    "{",
    "}",
    "[",
    "]",
    ":",
    "sep=;",
    "#",
    " ",
    "\u{feff}",
    "\0",
    "\u{1b}[2J",
    "\u{202e}",
    "ä",
];
const SUFFIXES: [Option<&str>; 4] = [Some("csv"), Some("json"), Some("ndjson"), None];
const GOOD: [&str; 4] = [
    "username,email,emailVerified,displayName,roles\nada,ada@corp.example,true,\"Ada, L.\",admin;staff\nbob,,,\"Bob \"\"B\"\"\",\n",
    "sep=;\r\nusername;roles\r\nada;\"admin;staff\"\r\nbob;\r\n",
    "[\n{\"username\":\"ada\",\"roles\":[\"admin\"]},\n{\"username\":\"bob\",\"emailVerified\":true}\n]\n",
    "{\"username\":\"ada\"}\n{\"username\":\"bob\",\"displayName\":null}\n",
];

fn cases() -> Config {
    let default = Config::default();
    Config { failure_persistence: None, cases: default.cases.max(512), ..default }
}

fn collected(bytes: &[u8], suffix: Option<&str>) -> Result<Vec<Row>, Failure> {
    let options = ProductOptions::of_tests("https://op.example", &[], &[]);
    Source::of(bytes.to_vec(), None, suffix, ColumnMap::default(), &options)?.rows()?.collect()
}

/// Reads and plans a file. Each planned name must be in the file, in a row that the file has.
fn check(bytes: &[u8], suffix: Option<&str>) -> Result<(), TestCaseError> {
    let Ok(rows) = collected(bytes, suffix) else { return Ok(()) };
    let text = encoding::to_utf8(bytes.to_vec()).map_err(|_| TestCaseError::fail("read before"))?;
    let file = String::from_utf8_lossy(&text).replace("\"\"", "\"");
    let lines = LineCounter::new(&text).line_of(text.len());
    for row in plan(&rows, &PlanOptions::of_tests()) {
        prop_assert!((1..=lines).contains(&row.line), "line {} of {lines}", row.line);
        match row.desired {
            // An escape in JSON is another spelling of the name.
            Ok(desired) => {
                let name = desired.username.as_ref().map(ToString::to_string).unwrap_or_default();
                let is_named = file.contains(&name) || file.contains("\\u");
                prop_assert!(is_named, "{name:?}");
            }
            Err(mistakes) => {
                prop_assert!(!mistakes.is_empty());
                for mistake in mistakes {
                    prop_assert!(!mistake.text.chars().any(char::is_control), "{}", mistake.text);
                    prop_assert!(mistake.text.len() < 1000, "{}", mistake.text);
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in vec(any::<u8>(), 0..200), suffix in select(&SUFFIXES[..])) {
        check(&bytes, suffix)?;
    }

    #[test]
    fn any_mixture_of_pieces_is_read_without_panic(pieces in vec(select(&PIECES[..]), 0..60), suffix in select(&SUFFIXES[..])) {
        check(pieces.concat().as_bytes(), suffix)?;
        check(format!("username,email\n{}", pieces.concat()).as_bytes(), suffix)?;
    }

    #[test]
    fn good_file_with_changes_names_no_new_user(
        good in select(&GOOD[..]),
        changes in vec((any::<prop::sample::Index>(), select(&PIECES[..]), any::<bool>()), 1..6),
        suffix in select(&SUFFIXES[..]),
    ) {
        let mut bytes = good.as_bytes().to_vec();
        for (at, piece, is_removed) in changes {
            let at = at.index(bytes.len());
            let until = if is_removed { (at + piece.len()).min(bytes.len()) } else { at };
            bytes.splice(at..until, piece.bytes());
        }
        check(&bytes, suffix)?;
        let utf16: Vec<u8> = String::from_utf8_lossy(&bytes).encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&[b"\xff\xfe".as_slice(), &utf16].concat(), suffix)?;
    }

    // The time grows with the size: a quote that is not closed in every line is the worst case.
    #[test]
    fn repeated_pieces_are_read_in_bounded_time(pieces in vec(select(&PIECES[..]), 1..8), suffix in select(&SUFFIXES[..])) {
        let text = format!("username,email\n{}", pieces.concat().repeat(2_000));
        let _ = collected(text.as_bytes(), suffix);
    }
}
