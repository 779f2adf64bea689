//! Settings for password hashes: capacity and parameters.

use std::thread;

use super::{reader::Reader, settings as s};

/// Least memory in MiB for a number of iterations, from one on: the parameter sets that OWASP recommends for Argon2id. More iterations than
/// the last one need no more memory.
const FLOOR_MIB: [usize; 5] = [46, 19, 12, 9, 7];
/// Largest memory × iterations in MiB: takes about a second. A stored hash beyond it matches no password.
const WORK_MIB_MAX: usize = 1024;

/// Capacity for password checks, and the parameters of new hashes.
#[derive(Clone, Copy, Debug)]
pub struct Hashing {
    pub threads: usize,
    /// Waiting requests per thread. The next one is answered with 503.
    pub queue: usize,
    pub parameters: HashParameters,
}

/// Parameters of Argon2id for new hashes, not weaker than OWASP recommends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashParameters {
    pub memory_kib: u32,
    pub iterations: u32,
    pub lanes: u32,
}

impl Default for HashParameters {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, iterations: 2, lanes: 1 }
    }
}

pub(super) fn read(reader: &mut Reader<'_>) -> Hashing {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    Hashing {
        threads: reader.get(&s::HASH_THREADS).unwrap_or_else(cores),
        queue: reader.get(&s::HASH_QUEUE),
        parameters: parameters(reader),
    }
}

fn parameters(reader: &mut Reader<'_>) -> HashParameters {
    let memory = reader.get(&s::HASH_MEMORY);
    let iterations = reader.get(&s::HASH_ITERATIONS);
    let lanes = reader.get(&s::HASH_PARALLELISM);
    let least = FLOOR_MIB[iterations.clamp(1, FLOOR_MIB.len()) - 1];
    if memory < least {
        reader.mistake(
            &s::HASH_MEMORY,
            format!(
                "{memory} MiB with {iterations} iterations is weaker than OWASP recommends; write {least} or more, or raise \
                 VESTIBULE_HASH_ITERATIONS (1 needs 46 MiB, 2 need 19, 3 need 12, 4 need 9, 5 need 7)"
            ),
        );
    }
    if memory * iterations > WORK_MIB_MAX {
        reader.mistake(
            &s::HASH_ITERATIONS,
            format!(
                "{iterations} iterations with {memory} MiB take more than a second for each login; write at most {}",
                WORK_MIB_MAX / memory
            ),
        );
    }
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    HashParameters { memory_kib: number(memory * 1024), iterations: number(iterations), lanes: number(lanes) }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Environment};

    fn read(memory: &str, iterations: &str) -> Result<(u32, u32), String> {
        let settings = [("VESTIBULE_HASH_MEMORY", memory), ("VESTIBULE_HASH_ITERATIONS", iterations)];
        let parameters =
            Config::read(&Environment::of(settings)).map(|(config, _)| config.hashing.parameters);
        let text = |mistakes: Vec<crate::config::Mistake>| {
            mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        parameters.map(|found| (found.memory_kib, found.iterations)).map_err(text)
    }

    // OWASP Password Storage Cheat Sheet; a typing error must neither weaken the hashes nor stop every login.
    #[test]
    fn hash_parameters_have_a_floor_and_a_limit() {
        for (memory, iterations, expected) in [
            ("", "", Ok((19 * 1024, 2))),
            ("46", "1", Ok((46 * 1024, 1))),
            ("12", "3", Ok((12 * 1024, 3))),
            ("9", "4", Ok((9 * 1024, 4))),
            ("7", "5", Ok((7 * 1024, 5))),
            ("7", "50", Ok((7 * 1024, 50))),
            ("256", "4", Ok((256 * 1024, 4))),
            ("18", "2", Err("write 19 or more")),
            ("45", "1", Err("write 46 or more")),
            ("11", "3", Err("write 12 or more")),
            ("256", "5", Err("write at most 4")),
            ("6", "9", Err("out of range")),
            ("257", "1", Err("out of range")),
            ("19456", "2", Err("out of range")),
            ("19", "0", Err("out of range")),
        ] {
            match (read(memory, iterations), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{memory} {iterations}"),
                (Err(mistake), Err(expected)) => assert!(mistake.contains(expected), "{mistake}"),
                (found, _) => panic!("{memory} {iterations}: {found:?}"),
            }
        }
    }
}
