//! Exports of other products, as these products write them.
//!
//! ```text
//!   items of JSON, or records of CSV ─▶ reader of the product (Account) ─▶ Row, with a list of what is not carried over
//! ```
//!
//! An export is the word of another product, not of the administrator: users chose their names there, and addresses and roles follow rules
//! that this service does not know. So roles need a map, verified addresses an option, and a hash never becomes a password. What no reader
//! takes is reported by its name.

mod account;
mod auth0;
mod django;
mod firebase;
mod keycloak;
mod members;
mod mongoose;

use std::collections::HashMap;

use serde_json::{Map, Value};

use self::{account::Account, members::Members};
use super::{
    columns, csv,
    json::{self, Item, Items},
    row::Row,
};
use crate::{
    cli::{
        failure::Failure,
        users::import::{mistake::Mistake, product_options::ProductOptions},
    },
    config::Issuer,
};

/// Product whose export is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli::users::import) enum Product {
    Auth0,
    Keycloak,
    Firebase,
    Django,
    Mongoose,
}

/// Users of an export.
pub(super) struct Export {
    pub(super) rows: Vec<Row>,
    /// What is left out as a whole, for the report.
    pub(super) notes: Vec<String>,
}

impl From<Vec<Row>> for Export {
    fn from(rows: Vec<Row>) -> Self {
        Self { rows, notes: Vec::new() }
    }
}

/// Function that returns whether a user has the shape of a product.
type Recogniser = fn(&Members) -> bool;

/// Returns the product that wrote a file, by its first user. A file whose members are our columns is not an export.
pub(super) fn detect(text: &[u8]) -> Option<Product> {
    if !is_json(text) {
        let first = csv::records(text).ok()?.next()?.cells.ok()?;
        return if django::is_csv_header(&first) {
            Some(Product::Django)
        } else {
            firebase::is_csv_user(&first).then_some(Product::Firebase)
        };
    }
    let first = json::items(text, false).ok()?.find_map(|item| object(&item).ok())?;
    let is_ours = first.names().iter().all(|name| columns::by_name(name).is_some());
    let by_product: [(Product, Recogniser); 5] = [
        (Product::Django, django::is_object),
        (Product::Firebase, firebase::is_user),
        (Product::Keycloak, keycloak::is_user),
        (Product::Auth0, auth0::is_user),
        (Product::Mongoose, mongoose::is_user),
    ];
    let product = by_product.into_iter().find(|(_, is_user)| is_user(&first));
    product.filter(|_| !is_ours).map(|(product, _)| product)
}

/// Reads the users of an export.
pub(super) fn read(product: Product, text: &[u8], options: &ProductOptions) -> Result<Export, Failure> {
    match product {
        Product::Django if !is_json(text) => Ok(django_csv(text, options)?.into()),
        Product::Firebase if !is_json(text) => Ok(firebase_csv(text, options)?.into()),
        Product::Auth0 | Product::Keycloak | Product::Mongoose if !is_json(text) => {
            Err(Failure::Usage("the file is not JSON: it starts with neither [ nor {".to_owned()))
        }
        Product::Auth0 => Ok(auth0(json::items(text, false)?, options).into()),
        Product::Keycloak => keycloak(text, options),
        Product::Firebase => {
            let read = |item| row_of(&item, firebase::account, options);
            Ok(json::items(text, false)?.map(read).collect::<Vec<_>>().into())
        }
        Product::Django => Ok(django(json::items(text, false)?, options).into()),
        Product::Mongoose => {
            let account = |user: Members| {
                let plain = mongoose::plain(Value::Object(user.into_map()));
                mongoose::account(Members::of_value(plain).unwrap_or_default())
            };
            let read = |item| row_of(&item, account, options);
            Ok(json::items(text, false)?.map(read).collect::<Vec<_>>().into())
        }
    }
}

/// Reads a document of the database of an application with Mongoose. A provider that the application names is the one with this name in
/// the settings.
pub(in crate::cli::users::import) fn row_of_document(
    document: Map<String, Value>,
    number: u64,
    options: &ProductOptions,
    providers: &[(Issuer, String)],
) -> Row {
    let mut members = Members::of_value(mongoose::plain(Value::Object(document))).unwrap_or_default();
    let identity = mongoose::take_identity(&mut members, providers);
    let mut account = mongoose::account(members);
    account.social.extend(identity);
    account.into_row(number, None, options)
}

fn is_json(text: &[u8]) -> bool {
    matches!(text.trim_ascii_start().first(), Some(b'[' | b'{'))
}

fn object(item: &Item<'_>) -> Result<Members, Mistake> {
    let text = item.text.as_ref().map_err(Mistake::clone)?;
    match serde_json::from_str::<Map<String, Value>>(text) {
        Ok(members) => Ok(Members::new(members)),
        Err(error) if error.is_data() => {
            Err(Mistake::of_row("not_an_object", "the value is not a JSON object"))
        }
        Err(error) => Err(json::not_json(&error)),
    }
}

fn row_of(item: &Item<'_>, account: impl Fn(Members) -> Account, options: &ProductOptions) -> Row {
    match object(item) {
        Ok(user) => row(item, account(user), options),
        Err(mistake) => broken(item, mistake),
    }
}

fn row(item: &Item<'_>, account: Account, options: &ProductOptions) -> Row {
    Row { raw: item.raw.clone(), ..account.into_row(item.line, item.number, options) }
}

fn broken(item: &Item<'_>, mistake: Mistake) -> Row {
    Row { item: item.number, raw: item.raw.clone(), ..Row::broken(item.line, mistake) }
}

/// Joins the records of one user, because profiles and password hashes are in two files.
fn auth0(items: Items<'_>, options: &ProductOptions) -> Vec<Row> {
    let mut accounts: Vec<(Item<'_>, Result<Account, Mistake>)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for item in items {
        let account = object(&item).map(auth0::account);
        let subject = account.as_ref().ok().and_then(|account| account.subject.clone());
        let earlier = subject.as_ref().and_then(|subject| known.get(subject)).copied();
        match (earlier.and_then(|at| accounts.get_mut(at)), account) {
            (Some((_, Ok(earlier))), Ok(account)) => auth0::join(earlier, account),
            (_, account) => {
                known.extend(subject.map(|subject| (subject, accounts.len())));
                accounts.push((item, account));
            }
        }
    }
    let finished = |(item, account): (Item<'_>, Result<Account, Mistake>)| match account {
        Ok(account) => row(&item, account, options),
        Err(mistake) => broken(&item, mistake),
    };
    accounts.into_iter().map(finished).collect()
}

fn keycloak(text: &[u8], options: &ProductOptions) -> Result<Export, Failure> {
    let realm = keycloak::Realm::of(text);
    let (mut rows, mut clients) = (Vec::new(), 0_usize);
    for item in json::items(text, false)? {
        let user = match object(&item) {
            Ok(user) => user,
            Err(mistake) => {
                rows.push(broken(&item, mistake));
                continue;
            }
        };
        if user.has("realm") {
            return Err(Failure::Usage(
                "the file has no users, or several realms; export one realm with its users: kc.sh export --realm NAME --file FILE"
                    .to_owned(),
            ));
        }
        if keycloak::is_service_account(&user) {
            clients += 1;
        } else {
            rows.push(row(&item, keycloak::account(user, &realm), options));
        }
    }
    let note = (clients > 0).then(|| format!("{clients} left out: service accounts of clients are no users"));
    Ok(Export { rows, notes: note.into_iter().collect() })
}

fn django(items: Items<'_>, options: &ProductOptions) -> Vec<Row> {
    let mut tables = django::Tables::default();
    // Groups may come after the users.
    let users: Vec<_> = items
        .filter_map(|item| match object(&item) {
            Ok(object) => tables.add(object).map(|user| (item, Ok(user))),
            Err(mistake) => Some((item, Err(mistake))),
        })
        .collect();
    let rows = users.into_iter().map(|(item, user)| match user {
        Ok((key, user)) => row(&item, tables.account(&key, user), options),
        Err(mistake) => broken(&item, mistake),
    });
    rows.collect()
}

fn django_csv(text: &[u8], options: &ProductOptions) -> Result<Vec<Row>, Failure> {
    let mut records = csv::records(text)?;
    let header =
        records.next().and_then(|record| record.cells.ok()).filter(|cells| django::is_csv_header(cells));
    let header = header.ok_or_else(|| {
        Failure::Usage(
            "the file has no header row of auth_user: it names password, is_superuser and is_active"
                .to_owned(),
        )
    })?;
    let mut tables = django::Tables::default();
    let rows = records.map(|record| match record.cells {
        Err(mistake) => Row::broken(record.line, mistake),
        Ok(cells) if cells.len() != header.len() => {
            Row::broken(record.line, wrong_number(&cells, header.len()))
        }
        Ok(cells) => match tables.add(django::object_of_csv(&header, &cells)) {
            Some((key, user)) => tables.account(&key, user).into_row(record.line, None, options),
            None => Row::broken(record.line, Mistake::of_row("no_user", "the row has no password")),
        },
    });
    Ok(rows.collect())
}

fn firebase_csv(text: &[u8], options: &ProductOptions) -> Result<Vec<Row>, Failure> {
    let rows = csv::records(text)?.map(|record| match record.cells {
        Err(mistake) => Row::broken(record.line, mistake),
        Ok(cells) if !firebase::is_csv_user(&cells) => {
            Row::broken(record.line, wrong_number(&cells, firebase::CSV_COLUMNS))
        }
        Ok(cells) => firebase::account(firebase::members_of_csv(&cells)).into_row(record.line, None, options),
    });
    Ok(rows.collect())
}

fn wrong_number(cells: &[String], columns: usize) -> Mistake {
    let text = format!("the row has {} cells, and the export has {columns}", cells.len());
    Mistake::of_row("wrong_number_of_cells", text)
}

#[cfg(test)]
mod tests;
