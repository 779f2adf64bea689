//! The database, and the keys that seal secrets in it.

use super::group::Group;
use crate::{
    config::{
        database::Database,
        format::{Optional, Parsed},
        setting::{Shown, service},
    },
    secrets::Keys,
    store::CollectionPrefix,
};

settings! {
"Database and keys" {
    DATABASE_URL: Parsed<Database> = service(
        "VESTIBULE_DATABASE_URL",
        Parsed(Database::parse, "`sqlite:FILE` or a `mongodb://` URL with a database name"),
        "Database: an embedded SQLite file for one replica, or MongoDB for any number of replicas. `FILE` is a path as it \
         is, without options and escapes.",
    )
    .default("sqlite:data/vestibule.db")
    .example("mongodb://db1,db2,db3/vestibule?replicaSet=rs0")
    .shown(Shown::UrlWithoutSecrets);

    COLLECTION_PREFIX: Optional<Parsed<CollectionPrefix>> = service(
        "VESTIBULE_COLLECTION_PREFIX",
        Optional(Parsed(CollectionPrefix::parse, "letters, digits, `_`, `-` and `.`, at most 64; the first is a letter")),
        "Put before the name of every collection in MongoDB. Needed if the database already has collections of other \
         applications, such as `users` or `sessions`. A prefix that changes later names new, empty collections.",
    )
    .unset("no prefix")
    .example("vestibule_");

    SECRET_KEYS: Optional<Parsed<Keys>> = service(
        "VESTIBULE_SECRET_KEYS",
        Optional(Parsed(Keys::parse, "`id:base64 of 32 bytes`; several are separated by commas, newest first")),
        "Keys that seal TOTP secrets and sign CSRF tokens. The newest key seals and signs; older keys still open and \
         verify. Every replica needs the same keys, so the setting is required with MongoDB. `vestibule keys new` \
         prints a new key.",
    )
    .unset("with an embedded database, a key is created in `FILE.keys` at the first start")
    .shown(Shown::Secret);
}
}
