use aws_lc_rs::rsa::KeySize;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::json;

use super::*;
use crate::login::federated::oidc::signing_keys::{ED25519, P256, P384, P521, Pair, RSA, encode, p256, rsa};

fn read(jwk: &Value) -> Result<VerificationKey, Unusable> {
    VerificationKey::read(&JsonObject::read(jwk.to_string().as_bytes()).expect("an object"))
}

/// Returns whether the key is read and verifies a signature of the pair.
fn is_usable(pair: &Pair, jwk: &Value) -> bool {
    let name = pair.algorithms()[0];
    let signature = pair.sign(name, b"message");
    let algorithm = Algorithm::parse(name).expect("an algorithm");
    read(jwk).is_ok_and(|key| key.verifies(algorithm, b"message", &signature))
}

fn with(pair: &Pair, change: &Value) -> Value {
    let mut jwk = pair.jwk();
    for (name, value) in change.as_object().expect("members") {
        jwk[name.as_str()] = value.clone();
    }
    jwk
}

/// RFC 7517 §4.
#[test]
fn members_that_a_key_may_have_do_not_make_it_unusable() {
    for pair in [&RSA, &P256, &P384, &P521, &ED25519] {
        let alg = pair.algorithms()[0];
        for change in [
            json!({}),
            json!({ "use": "sig" }),
            json!({ "use": null, "key_ops": null, "alg": null, "kid": null }),
            json!({ "key_ops": ["verify"] }),
            json!({ "key_ops": ["sign", "verify"] }),
            json!({ "use": "sig", "key_ops": ["verify", "verify"] }),
            json!({ "alg": alg }),
            json!({ "kid": "" }),
            json!({ "kid": 7 }),
            json!({ "kid": ["a"] }),
            json!({ "x5c": ["MIIB"], "x5t": 7, "x5t#S256": null, "x5u": "http://127.0.0.1:1/" }),
            json!({ "x5c": "not a list", "x5u": {} }),
            json!({ "exp": 7, "iat": "x", "issuer": {} }),
            json!({ "d": null }),
        ] {
            assert!(is_usable(pair, &with(pair, &change)), "{alg} {change}");
        }
    }
}

#[test]
fn keys_that_are_for_something_else_are_not_used() {
    for pair in [&RSA, &P256, &ED25519] {
        for change in [
            json!({ "use": "enc" }),
            json!({ "use": "SIG" }),
            json!({ "use": "" }),
            json!({ "use": ["sig"] }),
            json!({ "use": true }),
            json!({ "key_ops": ["encrypt"] }),
            json!({ "key_ops": ["sign"] }),
            json!({ "key_ops": [] }),
            json!({ "key_ops": "verify" }),
            json!({ "use": "sig", "key_ops": ["wrapKey"] }),
            json!({ "use": "enc", "key_ops": ["verify"] }),
            json!({ "alg": "RSA-OAEP" }),
            json!({ "alg": "ECDH-ES" }),
            json!({ "alg": "HS256" }),
            json!({ "alg": "none" }),
            json!({ "alg": "rs256" }),
            json!({ "alg": "XS256" }),
            json!({ "alg": 7 }),
            json!({ "alg": "ES384" }),
            json!({ "kty": "rsa" }),
            json!({ "kty": "oct", "k": "AAAA" }),
            json!({ "kty": "quantum" }),
            json!({ "kty": null }),
            json!({ "kty": 7 }),
        ] {
            assert!(!is_usable(pair, &with(pair, &change)), "{change}");
        }
    }
    for jwk in [
        json!({ "kty": "oct", "k": "c2VjcmV0" }),
        json!({ "kty": "oct", "k": "c2VjcmV0", "alg": "HS256", "use": "sig" }),
        with(&P256, &json!({ "crv": "secp256k1" })),
        with(&P256, &json!({ "crv": "P-384" })),
        with(&P256, &json!({ "crv": "p-256" })),
        with(&P256, &json!({ "crv": "Ed25519" })),
        with(&P256, &json!({ "crv": null })),
        with(&ED25519, &json!({ "crv": "X25519" })),
        with(&ED25519, &json!({ "crv": "Ed448" })),
        with(&ED25519, &json!({ "kty": "EC" })),
        json!({}),
    ] {
        assert!(read(&jwk).is_err(), "{jwk}");
    }
}

#[test]
fn an_algorithm_of_the_key_is_its_only_one() {
    let key = read(&with(&RSA, &json!({ "alg": "RS384" }))).expect("a key");
    let signature = RSA.sign("RS256", b"message");
    assert!(!key.verifies(Algorithm::Rs256, b"message", &signature));
    assert!(key.verifies(Algorithm::Rs384, b"message", &RSA.sign("RS384", b"message")));
}

#[test]
fn every_algorithm_verifies_its_own_signatures_only() {
    let pairs = [&RSA, &P256, &P384, &P521, &ED25519];
    let names: Vec<&str> = pairs.iter().flat_map(|pair| pair.algorithms()).copied().collect();
    for pair in pairs {
        let key = read(&pair.jwk()).expect("a key");
        for signed_with in pair.algorithms() {
            let signature = pair.sign(signed_with, b"message");
            let signed_with = Algorithm::parse(signed_with).expect("an algorithm");
            for claimed in &names {
                let claimed = Algorithm::parse(claimed).expect("an algorithm");
                assert_eq!(
                    key.verifies(claimed, b"message", &signature),
                    claimed == signed_with,
                    "{claimed:?}"
                );
            }
            assert!(!key.verifies(signed_with, b"massage", &signature));
            assert!(!key.verifies(signed_with, b"message", &signature[1..]));
            assert!(!key.verifies(signed_with, b"message", b""));
        }
    }
}

/// RFC 7518 §2 writes base64url without padding.
#[test]
fn numbers_are_read_as_other_libraries_write_them() {
    let public = RSA.public();
    let (n, e) = (&public[0], &public[1]);
    let zero = |number: &[u8]| [b"\0\0".as_slice(), number].concat();
    let lines = |text: &str| {
        text.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect::<Vec<_>>().join("\r\n")
    };
    for change in [
        json!({ "n": URL_SAFE.encode(n) }),
        json!({ "n": STANDARD.encode(n), "e": STANDARD.encode(e) }),
        json!({ "n": lines(&STANDARD.encode(n)) }),
        json!({ "n": format!(" {} ", URL_SAFE.encode(n)) }),
        json!({ "n": encode(&zero(n)), "e": encode(&zero(e)) }),
        json!({ "e": "AQAB==" }),
        // Bits after the last byte.
        json!({ "n": RSA.jwk()["n"], "e": "AAEAAR" }),
    ] {
        assert!(is_usable(&RSA, &with(&RSA, &change)), "{change}");
    }
    for change in [
        json!({ "n": "" }),
        json!({ "n": null }),
        json!({ "n": 7 }),
        json!({ "n": format!("{}!", URL_SAFE.encode(n)) }),
        json!({ "n": encode(&n[1..]) }),
    ] {
        assert!(read(&with(&RSA, &change)).is_err(), "{change}");
    }
}

#[test]
fn rsa_keys_of_unsafe_numbers_are_not_used() {
    let odd = |bits: usize| {
        let mut number = vec![0xa5; bits / 8];
        number[0] = 0x80;
        encode(&number)
    };
    let even = encode(&[0xa4; 256]);
    for (n, e, expected) in [
        (odd(2048), json!("AQAB"), true),
        (odd(4096), json!("Aw"), true),
        (odd(8192), json!("AQAB"), true),
        (odd(1024), json!("AQAB"), false),
        (odd(2040), json!("AQAB"), false),
        (odd(8200), json!("AQAB"), false),
        (even, json!("AQAB"), false),
        (odd(2048), json!("AQ"), false),
        (odd(2048), json!("AA"), false),
        (odd(2048), json!(""), false),
        (odd(2048), json!("AQAA"), false),
        (odd(2048), json!("AQAAAAE"), false),
        (odd(2048), json!(65537), false),
        (odd(2048), json!(null), false),
    ] {
        let jwk = json!({ "kty": "RSA", "n": n, "e": e });
        assert_eq!(read(&jwk).is_ok(), expected, "{e} {}", n.as_str().map_or(0, str::len) * 6);
    }
    let large = rsa(KeySize::Rsa4096);
    assert!(is_usable(&large, &large.jwk()));
}

/// RFC 7518 §6.2.1.2.
#[test]
fn coordinates_without_or_with_more_leading_zeros_are_padded() {
    let short = std::iter::repeat_with(p256).find(|pair| pair.public()[0][0] == 0).expect("one in 256");
    let (x, y) = (short.public()[0].clone(), short.public()[1].clone());
    for change in [
        json!({}),
        json!({ "x": encode(&x[1..]) }),
        json!({ "x": encode(&[&[0, 0], &*x].concat()), "y": encode(&[&[0], &*y].concat()) }),
    ] {
        assert!(is_usable(&short, &with(&short, &change)), "{change}");
    }
    for change in [
        json!({ "y": encode(&y[1..]) }),
        json!({ "x": encode(&[&[1], &*x].concat()) }),
        json!({ "x": encode(&y) }),
        json!({ "x": "" , "y": "" }),
        json!({ "y": null }),
    ] {
        assert!(read(&with(&short, &change)).is_err(), "{change}");
    }
    for x in [json!("AA"), json!(""), encode(&[7; 31]), encode(&[7; 33])] {
        assert!(read(&with(&ED25519, &json!({ "x": x }))).is_err(), "{x}");
    }
}

#[test]
fn a_published_private_key_is_recognised() {
    for (pair, change) in [
        (&RSA, json!({ "d": "AQAB" })),
        (&RSA, json!({ "p": "AQAB" })),
        (&RSA, json!({ "oth": [] })),
        (&P256, json!({ "d": "" })),
        (&ED25519, json!({ "d": 7 })),
        (&P256, json!({ "k": "AA" })),
    ] {
        let public = read(&pair.jwk()).expect("a key");
        let Err(Unusable::Private(Some(key))) = read(&with(pair, &change)) else { panic!("{change}") };
        assert!(key.has_same_material(&public), "{change}");
    }
}

#[test]
fn an_unreadable_member_counts_only_if_it_is_used() {
    let jwk = P256.jwk().to_string();
    let with_member = |member: &str| {
        let text = format!("{},{member}}}", jwk.strip_suffix('}').expect("an object"));
        VerificationKey::read(&JsonObject::read(text.as_bytes()).expect("an object"))
    };
    for member in [r#""x5c":"\ud83d""#, r#""kid":NaN"#, r#""note":1,"note":2"#, r#""use":"sig","use":"sig""#]
    {
        assert!(with_member(member).is_ok(), "{member}");
    }
    for member in
        [r#""use":"\ud83d""#, r#""use":"enc","use":"sig""#, r#""alg":NaN"#, r#""key_ops":["verify",]"#]
    {
        assert!(matches!(with_member(member), Err(Unusable::Malformed(_))), "{member}");
    }
}
