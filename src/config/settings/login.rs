//! Sessions, second factors, and the rules for passwords.

use super::group::Group;
use crate::config::{
    format::{BOOLEAN, Choice, DurationBetween, List, Number, Optional, Parsed, Text},
    mfa::Mfa,
    passkeys::aaguid,
    setting::service,
};

settings! {
"Sessions and login" {
    SESSION_IDLE: DurationBetween = service(
        "VESTIBULE_SESSION_IDLE",
        DurationBetween("10s", "24h"),
        "Idle timeout: a session expires after this time without activity. It cannot be longer than \
         `VESTIBULE_SESSION_MAX`.",
    )
    .default("10m");

    SESSION_MAX: DurationBetween = service(
        "VESTIBULE_SESSION_MAX",
        DurationBetween("10s", "30d"),
        "Absolute timeout: a session expires this long after login, whatever the activity.",
    )
    .default("12h");

    REMEMBER: Optional<DurationBetween> = service(
        "VESTIBULE_REMEMBER",
        Optional(DurationBetween("10s", "400d")),
        "Lifetime of a session whose user chose to stay signed in on the device, from login, with or without activity. The login \
         page then shows the choice. It must be longer than `VESTIBULE_SESSION_IDLE`. Browsers keep a cookie for 400 days \
         at most.",
    )
    .unset("the choice is not offered and has no effect")
    .example("30d");

    TRUST_DEVICE: Optional<DurationBetween> = service(
        "VESTIBULE_TRUST_DEVICE",
        Optional(DurationBetween("1h", "400d")),
        "How long a login from a trusted device needs no second factor. The second-factor page then offers to trust the device. The \
         trust ends earlier when the user forgets the device, or when the password or a second factor changes. It is no second factor: a \
         change of sign-in methods and the routes for administrators still ask for a code.",
    )
    .unset("a second factor is needed at each login")
    .example("30d");

    TOKEN_AUDIENCE: Optional<Text> = service(
        "VESTIBULE_TOKEN_AUDIENCE",
        Optional(Text("the name of your API, for example its URL")),
        "Audience (`aud`) of identity tokens. With it, `GET /api/auth/verify` answers with the header `X-Vestibule-Token`: a signed \
         token about the user, valid for a minute, for the servers behind your proxy. They verify it with \
         `/.well-known/jwks.json`.",
    )
    .unset("no identity token")
    .example("https://api.example.org");

    ACCOUNT_DELETION: Choice<bool> = service(
        "VESTIBULE_ACCOUNT_DELETION",
        BOOLEAN,
        "Whether users may delete their account on its page. The account is deleted seven days after the request; until then the user \
         can sign in and keep it. Audit events stay.",
    )
    .default("true");

    MFA: Choice<Mfa> = service(
        "VESTIBULE_MFA",
        Choice(&[("optional", Mfa::Optional), ("required", Mfa::Required)]),
        "Second factor. With `optional`, users with an authenticator app or a passkey prove it at login. With `required`, users \
         without a second factor must also set one up at login.",
    )
    .default("optional");
}

"Passkeys" {
    PASSKEYS: Choice<bool> = service(
        "VESTIBULE_PASSKEYS",
        BOOLEAN,
        "Whether users may add and use passkeys, as a second factor and as a login without a password. Browsers bind a passkey to the host \
         of `VESTIBULE_PUBLIC_URL`: after a change of the host, its users need new ones. With an IP address as the host, there are none.",
    )
    .default("true");

    PASSKEY_AAGUIDS: List<Parsed<String>> = service(
        "VESTIBULE_PASSKEY_AAGUIDS",
        List(Parsed(aaguid, "AAGUIDs, the models of authenticators, as UUIDs")),
        "Models of authenticators that may be added as passkeys. Without `VESTIBULE_PASSKEY_ATTESTATION_FILE` the authenticator names its \
         model without a proof.",
    )
    .unset("all models")
    .example("cb69481e-8ff7-4039-93ec-0a2729a154a8");

    PASSKEY_ATTESTATION_FILE: Optional<Text> = service(
        "VESTIBULE_PASSKEY_ATTESTATION_FILE",
        Optional(Text("a file in PEM form")),
        "Root certificates of manufacturers. A new passkey must then come with an attestation that one of them signed. Passkeys of phones and \
         password managers have none.",
    )
    .unset("no attestation is asked for")
    .example("/etc/vestibule/attestation-roots.pem");
}

"Passwords" {
    LOCAL_PASSWORDS: Choice<bool> = service(
        "VESTIBULE_LOCAL_PASSWORDS",
        Choice(&[("on", true), ("off", false), ("true", true), ("false", false)]),
        "Whether users may sign in with a password. With `off` they sign in with a passkey or through a provider, and a link of an \
         administrator leads to the first passkey instead of a password. Stored passwords are kept and open nothing, and sessions that were \
         opened with a password end. Before you write `off`, read `deploy/docs/without-passwords.md`.",
    )
    .default("on");

    PASSWORD_MIN_LENGTH: Optional<Number> = service(
        "VESTIBULE_PASSWORD_MIN_LENGTH",
        Optional(Number(8, 128)),
        "Shortest new password, in characters. A shorter one than the default is a mistake: NIST SP 800-63B-4 requires 15 characters \
         where the password can be the only factor. Existing passwords stay valid.",
    )
    .unset("15, or 8 with `VESTIBULE_MFA=required`")
    .example("20");

    PASSWORD_LIST: Optional<Text> = service(
        "VESTIBULE_PASSWORD_LIST",
        Optional(Text("a file or a folder")),
        "Own list of passwords that are refused, beside the list of common passwords in the binary: a file with one password on each \
         line, a file with sorted lines `SHA1:COUNT`, or a folder of range files `ABCDE` with lines `SUFFIX:COUNT`, as the downloads \
         of Have I Been Pwned have them. Files of hashes may have any size: they are searched, not read into memory.",
    )
    .unset("only the list in the binary")
    .example("/var/lib/vestibule/pwned-passwords.txt");
}
}
