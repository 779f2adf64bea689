use std::{ffi::OsString, os::unix::ffi::OsStringExt as _};

use proptest::prelude::*;

use super::*;

/// Names that begin with our prefix more often than chance would.
fn names() -> impl Strategy<Value = Vec<u8>> {
    let table: Vec<String> = s::all().map(|entry| entry.about().name("idp")).collect();
    prop_oneof![
        prop::sample::select(table).prop_map(String::into_bytes),
        "(export )?[Vv]ESTIBULE[_.-][A-Z0-9_]{0,20}(_FILE)?".prop_map(String::into_bytes),
        prop::collection::vec(1_u8..=255, 1..20),
    ]
}

fn values() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "[\\[{\"=,;:/%'a-zA-Z0-9. \\]}-]{0,40}".prop_map(String::into_bytes),
        any::<String>().prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_environment_and_no_file_stops_the_reader(
        lines in prop::collection::vec((names(), "[ =:]{0,3}", values()), 0..10),
        variables in prop::collection::vec((names(), values()), 0..10),
    ) {
        let mut environment = Environment::default();
        let file: Vec<u8> = lines
            .into_iter()
            .flat_map(|(name, sign, value)| [name, sign.into_bytes(), value, b"\n".to_vec()].concat())
            .collect();
        environment.add_lines(&file);
        let is_file = |name: &[u8]| name.ends_with(b"_FILE");
        let variables = variables.into_iter().filter(|(name, _)| !is_file(name));
        environment.add_variables(variables.map(|(name, value)| (OsString::from_vec(name), OsString::from_vec(value))));
        drop(Config::read(&environment));
    }

    #[test]
    fn every_value_of_every_setting_is_parsed_without_panic(value in values()) {
        let value = String::from_utf8_lossy(&value);
        for entry in s::all() {
            let _ = entry.mistake_in(&value);
        }
    }
}
