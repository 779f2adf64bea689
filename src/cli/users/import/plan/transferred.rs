//! Columns of identities, of structured members, and of what an export of this service contains.

use std::collections::HashSet;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::cell::{Rule, parse};
use crate::{
    cli::users::import::{mistake::Mistake, source::Row},
    clock::Timestamp,
    config::Issuer,
    login::{passkey, second_factor::import},
    provisioning::{Field, Transferred, TransferredApp, TransferredIdentity, TransferredPasskey},
    user::{
        self, APPS_MAX, CodeChannel, FactorId, MessageCodes, PASSKEYS_MAX, PhoneChannel, RecoveryCodes,
        Status, UserId,
    },
};

/// Longest issuer, subject or name of a provider, in bytes. OpenID Connect Core §2 allows 255 characters for a subject.
const TEXT_MAX: usize = 1024;
/// Most identities of one user, and most recovery codes.
const ITEMS_MAX: usize = 100;

/// An issuer of the settings, and the name of its provider.
type Provider = (Issuer, String);

/// Authenticator app in a file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AppMember {
    /// Base32, or an `otpauth` URI.
    secret: String,
    #[serde(default)]
    id: Option<FactorId>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    confirmed_at: Option<Timestamp>,
    #[serde(default)]
    last_used_at: Option<Timestamp>,
    #[serde(default)]
    last_step: i64,
}

/// Codes by message in a file. A misspelt channel must not be lost silently.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodesMember {
    #[serde(default)]
    email: Option<CodeChannel>,
    #[serde(default)]
    sms: Option<PhoneChannel>,
}

/// Passkey in a file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PasskeyMember {
    credential_id: String,
    /// COSE key in CBOR, base64url.
    public_key: String,
    #[serde(default)]
    id: Option<FactorId>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    counter: u32,
    #[serde(default)]
    transports: Vec<String>,
    #[serde(default)]
    user_verified: bool,
    #[serde(default)]
    discoverable: Option<bool>,
    #[serde(default)]
    backup_eligible: bool,
    #[serde(default)]
    backed_up: bool,
    #[serde(default)]
    aaguid: Option<String>,
    #[serde(default)]
    created_at: Option<Timestamp>,
    #[serde(default)]
    last_used_at: Option<Timestamp>,
}

/// Reads the columns, and collects the mistakes.
pub(super) fn read(
    row: &Row,
    (providers, may_relink): (&[Provider], bool),
    errors: &mut Vec<Mistake>,
) -> Transferred {
    let transferred = Transferred {
        id: parse(row, Field::Id, errors, id),
        status: parse(row, Field::Status, errors, status),
        locale: parse(row, Field::Locale, errors, |text| {
            user::locale(text)
                .map_err(|code| Rule::new(code, "the locale is not a language tag, such as en-GB"))
        }),
        picture: parse(row, Field::Picture, errors, |text| {
            let rule = "the picture is not an https URL without user name and password";
            user::picture_url(text).map_err(|code| Rule::new(code, rule))
        }),
        identities: Vec::new(),
        may_relink,
        totp: parse(row, Field::Totp, errors, apps),
        passkeys: parse(row, Field::Passkeys, errors, passkeys),
        message_codes: parse(row, Field::MessageCodes, errors, message_codes),
        recovery_codes: parse(row, Field::RecoveryCodes, errors, recovery_codes),
        created_at: time(row, Field::CreatedAt, errors),
        updated_at: time(row, Field::UpdatedAt, errors),
        last_login_at: time(row, Field::LastLoginAt, errors),
        deletion_at: time(row, Field::DeletionAt, errors),
        unlinked_identities: parse(row, Field::UnlinkedIdentities, errors, structure).unwrap_or_default(),
        origin: parse(row, Field::Origin, errors, structure),
        password_info: parse(row, Field::PasswordInfo, errors, structure),
        former_ids: parse(row, Field::FormerIds, errors, ids).unwrap_or_default(),
    };
    // A link that verifies the address later would make it a second factor that its user has not confirmed.
    let has_mail_codes = transferred.message_codes.as_ref().is_some_and(|codes| codes.email.is_some());
    let is_verified = row.get(Field::EmailVerified).is_some_and(|text| text.eq_ignore_ascii_case("true"));
    if has_mail_codes && !is_verified {
        let text = "messageCodes: codes by mail need a verified address; write emailVerified true, or remove `email`";
        errors.push(Mistake::of_cell(Field::MessageCodes, "no_verified_address", text));
    }
    if transferred.id.is_some_and(|id| transferred.former_ids.contains(&id)) {
        let text = "formerIds: the id of the user is one of them; remove it";
        errors.push(Mistake::of_cell(Field::FormerIds, "invalid", text));
    }
    if row.get(Field::Totp).is_some() && row.get(Field::TotpSecret).is_some() {
        let text = "totp and totpSecret are both given; write one of them";
        errors.push(Mistake::of_cell(Field::Totp, "given_twice", text));
    }
    Transferred { identities: identities(row, providers, errors), ..transferred }
}

fn id(text: &str) -> Result<UserId, Rule> {
    text.parse()
        .map_err(|_| Rule::new("invalid", "the id is not a UUID, as `vestibule users show` prints it"))
}

/// Reads ids that are separated by `;`.
fn ids(text: &str) -> Result<Vec<UserId>, Rule> {
    let ids = text.split(';').map(str::trim).filter(|id| !id.is_empty()).map(id);
    let mut ids: Vec<UserId> = ids.collect::<Result<_, _>>()?;
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    Ok(ids)
}

fn status(text: &str) -> Result<Status, Rule> {
    let status = Value::String(text.to_ascii_lowercase());
    serde_json::from_value(status).map_err(|_| Rule::new("invalid", "write active, disabled or quarantined"))
}

fn time(row: &Row, field: Field, errors: &mut Vec<Mistake>) -> Option<Timestamp> {
    parse(row, field, errors, |text| {
        serde_json::from_value(Value::String(text.to_owned()))
            .map_err(|_| Rule::new("invalid", "write an RFC 3339 time, such as 2026-01-31T09:00:00Z"))
    })
}

/// Reads the JSON of a member or a cell. The parser's message is not used: it quotes values.
fn structure<T: DeserializeOwned>(text: &str) -> Result<T, Rule> {
    serde_json::from_str(text).map_err(|error| {
        let text = format!(
            "not the JSON that the documents describe under \"Identities, apps and times\" (column {})",
            error.column()
        );
        Rule::new("invalid", text)
    })
}

/// Returns the identity of `issuer` and `subject`, and those of `identities`.
fn identities(row: &Row, providers: &[Provider], errors: &mut Vec<Mistake>) -> Vec<TransferredIdentity> {
    let mut all = parse(row, Field::Identities, errors, structure::<Vec<_>>).unwrap_or_default();
    match (row.get(Field::Issuer), row.get(Field::Subject)) {
        (Some(issuer), Some(subject)) => all.insert(0, of_columns(issuer, subject)),
        (None, None) => {}
        (Some(_), None) => errors.push(without(Field::Subject, Field::Issuer)),
        (None, Some(_)) => errors.push(without(Field::Issuer, Field::Subject)),
    }
    for at in 0..all.len() {
        let (before, identity) = all.split_at_mut(at);
        let Some(identity) = identity.first_mut() else { continue };
        let refused = check(identity).err().or_else(|| {
            let is_twice = before.iter().any(|other| other.key() == identity.key());
            is_twice.then(|| Rule::new("twice", "the row has the identity twice; remove one"))
        });
        let refused = refused.or_else(|| find_provider(identity, providers).err());
        if let Some(Rule { code, text }) = refused {
            errors.push(Mistake::of_cell(Field::Issuer, code, format!("identity: {text}")));
            return Vec::new();
        }
    }
    if all.len() > ITEMS_MAX {
        errors.push(Mistake::of_cell(Field::Identities, "too_many", "identities: a user has at most 100"));
    }
    all
}

fn of_columns(issuer: &str, subject: &str) -> TransferredIdentity {
    TransferredIdentity {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        provider: None,
        email: None,
        roles: Vec::new(),
        linked_at: None,
        last_login_at: None,
    }
}

fn without(missing: Field, given: Field) -> Mistake {
    let (missing_name, given) = (missing.name(), given.name());
    let text = format!("{missing_name}: the cell is empty and {given} is not; an identity has both");
    Mistake::of_cell(missing, "required", text)
}

fn check(identity: &TransferredIdentity) -> Result<(), Rule> {
    let TransferredIdentity { issuer, subject, provider, email, roles, .. } = identity;
    let texts = [Some(issuer), Some(subject), provider.as_ref(), email.as_ref()];
    let is_wrong =
        |text: &String| text.is_empty() || text.len() > TEXT_MAX || text.chars().any(char::is_control);
    if texts.into_iter().flatten().any(is_wrong) {
        return Err(Rule::new(
            "invalid",
            "a text is empty, longer than 1,024 bytes or has a control character",
        ));
    }
    if roles.iter().any(|role| user::role(role).is_err()) {
        return Err(Rule::new("invalid", "a role is not 1 to 64 of a-z A-Z 0-9 . _ : -"));
    }
    Ok(())
}

/// Sets the name of the provider, if the row has none. An issuer with a typing mistake would never match a login, so it is refused.
fn find_provider(identity: &mut TransferredIdentity, providers: &[Provider]) -> Result<(), Rule> {
    if identity.provider.is_some() {
        return Ok(());
    }
    let found = providers.iter().find(|(issuer, _)| issuer.accepts(&identity.issuer));
    let Some((_, name)) = found else {
        let known: Vec<_> = providers.iter().map(|(issuer, _)| issuer.as_str()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let text = format!("no provider in the settings has this issuer; the issuers are: {known}");
        return Err(Rule::new("unknown_issuer", text));
    };
    identity.provider = Some(name.clone());
    Ok(())
}

fn apps(text: &str) -> Result<Vec<TransferredApp>, Rule> {
    let members: Vec<AppMember> = structure(text)?;
    if members.len() > APPS_MAX {
        return Err(Rule::new("too_many", format!("a user has at most {APPS_MAX} authenticator apps")));
    }
    let app = |member: AppMember| {
        let AppMember { secret, id, name, confirmed_at, last_used_at, last_step } = member;
        let secret = import::secret(&secret).map_err(|error| Rule::new(error.code(), error.to_string()))?;
        let name = name.map(|name| user::factor_name(&name)).transpose();
        let name =
            name.map_err(|code| Rule::new(code, "the name of an app is not 1 to 64 printable characters"))?;
        Ok(TransferredApp { secret, id, name, confirmed_at, last_used_at, last_step })
    };
    members.into_iter().map(app).collect()
}

fn passkeys(text: &str) -> Result<Vec<TransferredPasskey>, Rule> {
    let members: Vec<PasskeyMember> = structure(text)?;
    if members.len() > PASSKEYS_MAX {
        return Err(Rule::new("too_many", format!("a user has at most {PASSKEYS_MAX} passkeys")));
    }
    let mut seen = HashSet::new();
    if !members.iter().all(|member| seen.insert(member.credential_id.clone())) {
        return Err(Rule::new("twice", "the row has a credential id twice; remove one"));
    }
    members.into_iter().map(passkey).collect()
}

fn passkey(member: PasskeyMember) -> Result<TransferredPasskey, Rule> {
    let invalid = |mistake: passkey::import::PasskeyMistake| Rule::new("invalid", mistake.to_string());
    passkey::import::credential_id(&member.credential_id).map_err(invalid)?;
    passkey::import::public_key(&member.public_key).map_err(invalid)?;
    passkey::import::transports(&member.transports).map_err(invalid)?;
    let aaguid = member.aaguid.as_deref().map(passkey::import::aaguid).transpose().map_err(invalid)?;
    if member.backed_up && !member.backup_eligible {
        return Err(invalid(passkey::import::PasskeyMistake::BackedUp));
    }
    let name = member.name.map(|name| user::factor_name(&name)).transpose();
    let name =
        name.map_err(|code| Rule::new(code, "the name of a passkey is not 1 to 64 printable characters"))?;
    Ok(TransferredPasskey {
        id: member.id,
        name,
        created_at: member.created_at,
        credential_id: member.credential_id,
        public_key: member.public_key,
        counter: member.counter,
        transports: member.transports,
        user_verified: member.user_verified,
        discoverable: member.discoverable,
        backup_eligible: member.backup_eligible,
        backed_up: member.backed_up,
        aaguid: aaguid.flatten(),
        last_used_at: member.last_used_at,
    })
}

fn message_codes(text: &str) -> Result<MessageCodes, Rule> {
    let CodesMember { email, sms } = structure(text)?;
    let codes = MessageCodes { email, sms };
    let is_e164 = |number: &str| user::phone_number(number).is_ok_and(|normal| normal == number);
    if codes.sms.as_ref().is_some_and(|sms| !is_e164(&sms.number)) {
        return Err(Rule::new("invalid", "the number is not in the form E.164, such as +4915112345678"));
    }
    Ok(codes)
}

/// Reads recovery codes: hashes in the form of this service, which no other system writes.
fn recovery_codes(text: &str) -> Result<RecoveryCodes, Rule> {
    let codes: RecoveryCodes = structure(text)?;
    let is_text = |text: &String| (1..=TEXT_MAX).contains(&text.len()) && !text.chars().any(char::is_control);
    let RecoveryCodes { salt, hashes, .. } = &codes;
    if !salt.starts_with('$') || hashes.len() > ITEMS_MAX || !hashes.iter().chain([salt]).all(is_text) {
        return Err(Rule::new("invalid", "the recovery codes are not hashes of an export"));
    }
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use proptest::{collection::vec, option, prelude::*};

    use super::*;
    use crate::user::Passkey;

    /// The base point of P-256 as a key of ES256.
    const KEY: &str = "pQECAyYgASFYIGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWIlggT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";

    fn code_of<T>(result: Result<T, Rule>) -> Option<(&'static str, String)> {
        result.err().map(|Rule { code, text }| (code, text))
    }

    #[test]
    fn each_member_of_a_passkey_is_checked() {
        let with =
            |more: &str| passkeys(&format!(r#"[{{"credentialId":"AQID","publicKey":"{KEY}"{more}}}]"#));
        let found = with("").unwrap_or_else(|Rule { text, .. }| panic!("{text}"));
        let now = Timestamp::from_millis(60_000);
        let passkey = found[0].passkey(None, now);
        assert_eq!((passkey.name.as_str(), passkey.created_at, passkey.counter), ("Passkey", now, 0));
        assert!(!passkey.signs_in_alone(), "a row that does not say it is a second factor only");
        for (more, code) in [
            (r#","counter":-1"#, "invalid"),
            (r#","counter":4294967296"#, "invalid"),
            (r#","transports":["USB"]"#, "invalid"),
            (r#","aaguid":"x""#, "invalid"),
            (r#","backedUp":true"#, "invalid"),
            (r#","name":"""#, "required"),
            (r#","createdAt":"yesterday""#, "invalid"),
            (r#","userVerified":"yes""#, "invalid"),
            (r#","rpId":"corp.example""#, "invalid"),
        ] {
            assert_eq!(code_of(with(more)).map(|(code, _)| code), Some(code), "{more}");
        }
        for text in ["{}", "[{}]", r#"[{"credentialId":"AQID"}]"#, "[7]"] {
            assert_eq!(code_of(passkeys(text)).map(|(code, _)| code), Some("invalid"), "{text}");
        }
        let member = |id: &str| format!(r#"{{"credentialId":"{id}","publicKey":"{KEY}"}}"#);
        let twice = format!("[{},{}]", member("AQID"), member("AQID"));
        assert_eq!(code_of(passkeys(&twice)).map(|(code, _)| code), Some("twice"));
        let id = |number: usize| URL_SAFE_NO_PAD.encode(number.to_be_bytes());
        let many = |count: usize| (0..count).map(|number| member(&id(number))).collect::<Vec<_>>().join(",");
        assert!(passkeys(&format!("[{}]", many(PASSKEYS_MAX))).is_ok());
        let too_many = code_of(passkeys(&format!("[{}]", many(PASSKEYS_MAX + 1))));
        assert_eq!(too_many.map(|(code, _)| code), Some("too_many"));
    }

    prop_compose! {
        fn any_passkey()(
            id in any::<i32>(),
            name in "[ -~]{0,20}[!-~]",
            credential in vec(any::<u8>(), 1..200),
            counter in any::<u32>(),
            transports in vec("[a-z0-9-]{1,32}", 0..16),
            (user_verified, discoverable) in (any::<bool>(), option::of(any::<bool>())),
            (backup_eligible, backed_up) in (any::<bool>(), any::<bool>()),
            aaguid in option::of(1..u128::MAX),
            (created_at, last_used_at) in (0..4_000_000_000_000_i64, option::of(0..4_000_000_000_000_i64)),
        ) -> Passkey {
            Passkey {
                id: FactorId::new(Timestamp::from_millis(i64::from(id).abs())),
                name: name.trim().to_owned(),
                credential_id: URL_SAFE_NO_PAD.encode(credential),
                public_key: KEY.to_owned(),
                counter,
                transports,
                user_verified,
                discoverable,
                backup_eligible,
                backed_up: backed_up && backup_eligible,
                aaguid: aaguid.map(|aaguid| uuid::Uuid::from_u128(aaguid).to_string()),
                created_at: Timestamp::from_millis(created_at),
                last_used_at: last_used_at.map(Timestamp::from_millis),
            }
        }
    }

    proptest! {
        #[test]
        fn passkey_of_an_export_is_the_same_after_its_import(all in vec(any_passkey(), 0..PASSKEYS_MAX)) {
            let mut seen = HashSet::new();
            let all: Vec<Passkey> =
                all.into_iter().filter(|passkey| seen.insert(passkey.credential_id.clone())).collect();
            let text = serde_json::to_string(&all).expect("JSON");
            let read = passkeys(&text).unwrap_or_else(|Rule { text, .. }| panic!("{text}"));
            let now = Timestamp::from_millis(0);
            let again: Vec<Passkey> = read.iter().map(|passkey| passkey.passkey(None, now)).collect();
            prop_assert_eq!(again, all);
        }

        #[test]
        fn any_text_is_read_without_panic(text in any::<String>()) {
            let _ = (passkeys(&text).is_ok(), message_codes(&text).is_ok());
        }
    }
}
