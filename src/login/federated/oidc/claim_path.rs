//! Path of a claim in nested objects, as `_ROLE_CLAIM` names it.
//!
//! A name may itself contain dots (`https://corp.example/roles`, `resource_access.my.app.roles`). So at each level the longest name that
//! exists is used, and a name in quotes is used as it is: `resource_access."my.app".roles`. `\.` is a dot of a name, as Keycloak writes it.

use serde_json::{Map, Value};

/// Finds a claim. `null` counts as absent.
pub(super) fn find<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let literal = claims.get(path).filter(|value| !value.is_null());
    literal.or_else(|| find_nested(claims, path)).or_else(|| {
        let unescaped = path.replace("\\.", ".");
        (unescaped != path).then(|| find(claims, &unescaped)).flatten()
    })
}

fn find_nested<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(quoted) = path.strip_prefix('"') {
        let (name, rest) = quoted.split_once('"')?;
        let value = claims.get(name).filter(|value| !value.is_null())?;
        return match rest.strip_prefix('.') {
            Some(rest) => find(value.as_object()?, rest),
            None => Some(value).filter(|_| rest.is_empty()),
        };
    }
    path.rmatch_indices('.').find_map(|(dot, _)| {
        let inner = claims.get(&path[..dot])?.as_object()?;
        find(inner, &path[dot + 1..])
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_claim_is_found_by_its_name_or_its_path() {
        let claims = json!({
            "groups": 1,
            "https://corp.example/roles": 2,
            "realm_access": { "roles": 3 },
            "realm_access.roles": 4,
            "resource_access": { "my.app": { "roles": 5 }, "app": { "a.b": 6, "a": { "b": 7, "c": 8 } } },
            "urn:zitadel:iam:org:project:roles": 9,
            "a": { "x": 10 }, "a.b": { "c": 11 },
            "nothing": null, "empty": {},
            "\"q\"": 12, "": { "": 13 },
            "n": { "value": null }, "t": "text",
            "p.q": { "r": 14 }, "p": { "q": { "r": 15 }, "q.r": 16 },
        });
        let Value::Object(claims) = claims else { panic!("an object") };
        for (path, expected) in [
            ("groups", Some(1)),
            ("\"groups\"", Some(1)),
            ("https://corp.example/roles", Some(2)),
            ("\"https://corp.example/roles\"", Some(2)),
            // The literal name first.
            ("realm_access.roles", Some(4)),
            ("realm_access.\"roles\"", Some(3)),
            ("\"realm_access\".roles", Some(3)),
            ("resource_access.\"my.app\".roles", Some(5)),
            ("resource_access.my.app.roles", Some(5)),
            ("resource_access.my\\.app.roles", Some(5)),
            // The longest name that exists.
            ("resource_access.app.a.b", Some(6)),
            ("resource_access.app.a.c", Some(8)),
            ("resource_access.app.\"a\".b", Some(7)),
            ("urn:zitadel:iam:org:project:roles", Some(9)),
            ("p.q.r", Some(14)),
            ("p.\"q\".r", Some(15)),
            // A longer name that leads nowhere does not hide a shorter one.
            ("a.b.c", Some(11)),
            ("a.x", Some(10)),
            ("\"q\"", Some(12)),
            ("nothing", None),
            ("n.value", None),
            ("empty.x", None),
            ("t.x", None),
            ("groups.x", None),
            ("resource_access.\"my.app.roles", None),
            ("resource_access.\"my.app\"x.roles", None),
            ("realm_access.", None),
            (".", Some(13)),
            ("", None),
        ] {
            let found = find(&claims, path).filter(|value| value.is_number()).and_then(Value::as_i64);
            assert_eq!(found, expected, "{path}");
        }
    }
}
