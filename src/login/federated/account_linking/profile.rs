//! What a sign-in through a provider changes of a person: profile fields by their policies, each with where it came from, and roles.

use url::Url;

use crate::{
    clock::Timestamp,
    config::{FieldPolicy, ProviderConfig},
    login::federated::oidc::claims::Claims,
    user::{self, Identity, User},
};

/// Longest picture URL that is kept, in bytes.
const PICTURE_MAX: usize = 2048;

/// The fields of somebody who comes for the first time: all that the policy does not keep out.
pub(super) fn first(user: &mut User, provider: &ProviderConfig, claims: &Claims) {
    if let Some(email) = claims.email.as_ref().filter(|_| provider.profile.email != FieldPolicy::Never) {
        user.email = Some(email.clone());
        user.email_verified = claims.email_verified && provider.is_trusted_for(email);
        user.field_sources.insert("email".to_owned(), provider.name.clone());
    }
    for (field, policy, value) in fields(provider, claims) {
        if policy != FieldPolicy::Never && value.is_some() {
            set(user, field, value, &provider.name);
        }
    }
}

/// The identity that these claims are of, if it is this person's.
pub(super) fn identity_of<'u>(user: &'u mut User, claims: &Claims) -> Option<&'u mut Identity> {
    user.identities.iter_mut().find(|identity| claims.belong_to(&identity.key))
}

/// What a sign-in through this identity changes; `false` if the person does not have it any more. `free`: nobody else has the
/// address.
pub(super) fn refresh(
    user: &mut User,
    provider: &ProviderConfig,
    claims: &Claims,
    free: bool,
    now: Timestamp,
) -> bool {
    let Some(identity) = identity_of(user, claims) else { return false };
    identity.provider.clone_from(&provider.name);
    identity.last_login_at = Some(now);
    // What a provider did not answer is not what it took away.
    if claims.email.is_some() || !claims.userinfo_failed {
        identity.email = claims.email.as_ref().map(ToString::to_string);
    }
    let says_roles = provider.role_claim.as_ref().is_some_and(|claim| claims.contains(claim));
    if says_roles || !claims.userinfo_failed {
        identity.roles = roles(provider, claims);
    }
    for (field, policy, value) in fields(provider, claims) {
        let from_here = user.field_sources.get(field).is_some_and(|origin| *origin == provider.name);
        let follows = match policy {
            FieldPolicy::Provider => value.is_some(),
            FieldPolicy::ProviderUntilEdited => value.is_some() && (from_here || get(user, field).is_none()),
            FieldPolicy::Local | FieldPolicy::Never => false,
        };
        if follows && get(user, field) != value.as_deref() {
            set(user, field, value, &provider.name);
            user.updated_at = now;
        }
    }
    follow_email(user, provider, claims, free, now);
    true
}

/// An address that the provider changes is shown, and is a handle only if the provider is trusted for it; it never re-points an
/// account, and never takes the place of an address that was verified without this provider.
fn follow_email(user: &mut User, provider: &ProviderConfig, claims: &Claims, free: bool, now: Timestamp) {
    let Some(email) = &claims.email else { return };
    let from_here = user.field_sources.get("email").is_some_and(|origin| *origin == provider.name);
    let follows = match provider.profile.email {
        FieldPolicy::Provider => !user.email_verified || from_here,
        FieldPolicy::ProviderUntilEdited => user.email.is_none() || from_here,
        FieldPolicy::Local | FieldPolicy::Never => false,
    };
    let same = claims.is_address(user.email.as_ref());
    let vouched_for = claims.email_verified && provider.is_trusted_for(email) && free;
    if same {
        // Shown until now, and now the word of a provider that is trusted for it.
        user.email_verified |= vouched_for;
    } else if follows {
        user.email = Some(email.clone());
        user.email_verified = vouched_for;
        user.field_sources.insert("email".to_owned(), provider.name.clone());
        user.updated_at = now;
    }
}

/// The fields that are plain text, with their policies and what the claims say.
fn fields<'a>(
    provider: &ProviderConfig,
    claims: &'a Claims,
) -> [(&'static str, FieldPolicy, Option<String>); 3] {
    let text = |name: &'a str| claims.text(name).and_then(|text| user::display_name(text).ok());
    let is_picture =
        |url: &Url| url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    let picture = claims.text("picture").filter(|text| text.len() <= PICTURE_MAX);
    let picture = picture.and_then(|text| Url::parse(text).ok()).filter(is_picture).map(String::from);
    let locale = claims.text("locale").and_then(|text| user::locale(text).ok());
    [
        ("displayName", provider.profile.display_name, text("name")),
        ("picture", provider.profile.picture, picture),
        ("locale", provider.profile.locale, locale),
    ]
}

fn get<'a>(user: &'a User, field: &str) -> Option<&'a str> {
    match field {
        "displayName" => user.display_name.as_deref(),
        "picture" => user.picture.as_deref(),
        _ => user.locale.as_deref(),
    }
}

fn set(user: &mut User, field: &str, value: Option<String>, origin: &str) {
    match field {
        "displayName" => user.display_name = value,
        "picture" => user.picture = value,
        _ => user.locale = value,
    }
    user.field_sources.insert(field.to_owned(), origin.to_owned());
}

/// The roles that the provider's map gives; what is not in the map gives none.
pub(super) fn roles(provider: &ProviderConfig, claims: &Claims) -> Vec<String> {
    let Some(claim) = &provider.role_claim else { return Vec::new() };
    let mut roles: Vec<String> =
        claims.values(claim).into_iter().filter_map(|value| provider.role_map.get(value).cloned()).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}
