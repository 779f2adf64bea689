//! Options that say what the content of another product's export means here.

use std::{collections::BTreeMap, str::FromStr};

use clap::Args;

use crate::{cli::quoted::quoted, config::Issuer, login::password::hash::FirebaseProject, user};

#[derive(Args)]
pub(super) struct ProductArgs {
    /// Issuer of the product itself, as in the `iss` of its ID tokens. Each user of its export gets the identity of this issuer, so that
    /// the first login through the product finds the account. A provider with this issuer must be configured.
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// Give the role OURS to users who have the role, group or flag THEIRS in the other product. Without it no role is carried over.
    #[arg(long = "role-map", value_name = "THEIRS=OURS")]
    role_map: Vec<RolePair>,
    /// Take the addresses that the other product calls verified as verified. Only for a product where no address is verified without a
    /// mail to the address.
    #[arg(long)]
    trust_verified_emails: bool,
}

/// A pair of the option `--role-map`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RolePair {
    theirs: String,
    ours: String,
}

impl FromStr for RolePair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // Our roles contain no `=`, and theirs may.
        let pair = text.rsplit_once('=').filter(|(theirs, _)| !theirs.is_empty());
        let (theirs, ours) = pair.ok_or("write THEIRS=OURS, for example staff=reader")?;
        let ours = user::role(ours)
            .map_err(|_| format!("{} is not 1 to 64 of a-z A-Z 0-9 . _ : -", quoted(ours)))?;
        Ok(Self { theirs: theirs.to_owned(), ours })
    }
}

/// Meaning of the content of an export.
#[derive(Clone, Default)]
pub(super) struct ProductOptions {
    pub(super) issuer: Option<String>,
    /// Our roles by theirs.
    pub(super) role_map: BTreeMap<String, Vec<String>>,
    pub(super) trusts_verified_emails: bool,
    /// Issuers of the configured providers.
    pub(super) issuers: Vec<Issuer>,
    pub(super) firebase: Option<FirebaseProject>,
}

impl ProductArgs {
    /// Adds what the settings and the other options say. Fails if no provider has the issuer.
    pub(super) fn options(
        &self,
        issuers: Vec<Issuer>,
        firebase: Option<FirebaseProject>,
    ) -> Result<ProductOptions, String> {
        if let Some(issuer) = self.issuer.as_ref().filter(|issuer| !accepts(&issuers, issuer)) {
            return Err(format!(
                "--issuer {}: no configured provider has this issuer; {}",
                quoted(issuer),
                known(&issuers)
            ));
        }
        let mut role_map: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for RolePair { theirs, ours } in &self.role_map {
            role_map.entry(theirs.clone()).or_default().push(ours.clone());
        }
        let (issuer, trusts_verified_emails) = (self.issuer.clone(), self.trust_verified_emails);
        Ok(ProductOptions { issuer, role_map, trusts_verified_emails, issuers, firebase })
    }

    /// Returns the name of an option that has a meaning only for an export of another product.
    pub(super) fn given(&self) -> Option<&'static str> {
        [
            ("--issuer", self.issuer.is_some()),
            ("--role-map", !self.role_map.is_empty()),
            ("--trust-verified-emails", self.trust_verified_emails),
        ]
        .into_iter()
        .find_map(|(name, is_given)| is_given.then_some(name))
    }
}

fn accepts(issuers: &[Issuer], issuer: &str) -> bool {
    issuers.iter().any(|known| known.accepts(issuer))
}

fn known(issuers: &[Issuer]) -> String {
    if issuers.is_empty() {
        "configure the provider first".to_owned()
    } else {
        let issuers: Vec<&str> = issuers.iter().map(Issuer::as_str).collect();
        format!("the issuers are {}", issuers.join(", "))
    }
}

impl ProductOptions {
    /// Returns our roles for one of theirs; `None` without a map for it.
    ///
    /// The names of two products have different meanings: their `admin` may be every author of a blog, and ours may do everything
    /// (privilege escalation). So no role has a map of its own.
    pub(super) fn roles_of(&self, theirs: &str) -> Option<&[String]> {
        self.role_map.get(theirs).map(Vec::as_slice)
    }

    /// Returns whether a configured provider has this issuer.
    pub(super) fn knows(&self, issuer: &str) -> bool {
        accepts(&self.issuers, issuer)
    }

    /// Returns whether roles are carried over at all.
    pub(super) fn maps_roles(&self) -> bool {
        !self.role_map.is_empty()
    }
}

#[cfg(test)]
impl ProductOptions {
    /// Returns options with this issuer, providers with these issuers, and these pairs of roles.
    pub(super) fn of_tests(issuer: &str, issuers: &[&str], role_map: &[&str]) -> Self {
        let role_map = role_map.iter().map(|pair| pair.parse().expect("a pair")).collect();
        let issuers = issuers.iter().chain([&issuer]).map(|issuer| self::issuer(issuer)).collect();
        ProductArgs { role_map, ..args(issuer) }.options(issuers, None).expect("options")
    }
}

#[cfg(test)]
fn args(issuer: &str) -> ProductArgs {
    let issuer = Some(issuer.to_owned());
    ProductArgs { issuer, role_map: Vec::new(), trust_verified_emails: true }
}

#[cfg(test)]
fn issuer(text: &str) -> Issuer {
    Issuer::new(text, Vec::new()).expect("an issuer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pair_of_roles_has_our_role_after_the_last_equals_sign() {
        for (text, expected) in [
            ("staff=reader", Some(("staff", "reader"))),
            ("/a=b/c=app:reader", Some(("/a=b/c", "app:reader"))),
            ("Team One=staff", Some(("Team One", "staff"))),
            ("=reader", None),
            ("staff=", None),
            ("staff=a b", None),
            ("staff", None),
        ] {
            let pair = text.parse::<RolePair>().ok();
            let pair = pair.as_ref().map(|pair| (pair.theirs.as_str(), pair.ours.as_str()));
            assert_eq!(pair, expected, "{text}");
        }
    }

    #[test]
    fn issuer_without_a_provider_is_refused() {
        let args = args("https://a.example/");
        assert!(args.options(vec![issuer("https://a.example/")], None).is_ok());
        // An issuer is compared exactly (OpenID Connect Core §2): the slash belongs to it.
        let Err(text) = args.options(vec![issuer("https://a.example")], None) else { panic!("refused") };
        assert!(text.contains("the issuers are https://a.example"), "{text}");
    }
}
