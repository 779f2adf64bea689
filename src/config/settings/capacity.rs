//! Threads and memory.

use super::group::Group;
use crate::config::{
    format::{Number, Optional},
    setting::service,
};

settings! {
"Capacity" {
    HASH_THREADS: Optional<Number> = service(
        "VESTIBULE_HASH_THREADS",
        Optional(Number(1, 256)),
        "Threads that hash passwords. Each uses the memory of `VESTIBULE_HASH_MEMORY`.",
    )
    .unset("the number of CPU cores");

    HASH_MEMORY: Number = service(
        "VESTIBULE_HASH_MEMORY",
        Number(7, 256),
        "Memory of a new password hash (Argon2id) in MiB. Weaker parameters than OWASP recommends stop the start. Older hashes are \
         replaced at the next login of their users; stronger ones are kept. With other parameters than the defaults, each refused \
         login takes 0.75 seconds or more, so that its time does not show how old the hash is.",
    )
    .default("19");

    HASH_ITERATIONS: Number = service(
        "VESTIBULE_HASH_ITERATIONS",
        Number(1, 100),
        "Iterations of a new password hash. 1 needs 46 MiB, 2 need 19, 3 need 12, 4 need 9 and 5 or more need 7. Memory × iterations \
         is at most 1024 MiB, which takes about a second.",
    )
    .default("2");

    HASH_PARALLELISM: Number = service(
        "VESTIBULE_HASH_PARALLELISM",
        Number(1, 16),
        "Lanes of a new password hash. They are computed one after the other.",
    )
    .default("1");

    HASH_QUEUE: Number = service(
        "VESTIBULE_HASH_QUEUE",
        Number(1, 100_000),
        "Password checks that may wait, for each hashing thread. Further logins get the error 503 `busy`.",
    )
    .default("64");

    SESSION_CACHE: Number = service(
        "VESTIBULE_SESSION_CACHE",
        Number(1, 100_000_000),
        "Largest number of sessions in the memory of one replica. Users are cached up to the same number.",
    )
    .default("100000");
}
}
