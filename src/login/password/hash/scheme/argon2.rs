//! Argon2: the scheme of new hashes.

use std::fmt;

use ::argon2::{
    Algorithm, Argon2 as Computation, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use subtle::ConstantTimeEq as _;

use super::OUTPUT_MIN;
use crate::{
    config::HashParameters,
    login::password::hash::{
        refusal::{HashError, require_at_most},
        workspace::Workspace,
    },
    secrets,
};

const SCHEME: &str = "Argon2";
const OUTPUT: usize = 32;
const SALT: usize = 16;
const MEMORY_KIB_MAX: u32 = 256 * 1024;
const LANES_MAX: u32 = 16;
/// Memory × passes, in MiB: takes about a second.
const WORK_MIB_MAX: u64 = 1024;

/// Argon2 hash with accepted parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::login::password::hash) struct Argon2 {
    /// As written: the text is kept.
    phc: PasswordHash,
    algorithm: Algorithm,
    version: Version,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: Salt,
    output: Output,
}

impl Argon2 {
    pub(in crate::login::password::hash) fn parse(text: &str) -> Result<Self, HashError> {
        let malformed = |reason| HashError::Malformed { scheme: SCHEME, reason };
        let phc = PasswordHash::new(text).map_err(|_| malformed("it is not a PHC string"))?;
        let number = |name: &str| {
            let value = phc.params.iter().find(|(ident, _)| ident.as_str() == name);
            value.and_then(|(_, value)| value.decimal().ok())
        };
        let (Some(memory_kib), Some(passes), Some(lanes)) = (number("m"), number("t"), number("p")) else {
            return Err(malformed("one of the parameters m, t and p is missing"));
        };
        require_at_most(MEMORY_KIB_MAX.into(), memory_kib.into(), SCHEME, "memory (KiB)")?;
        require_at_most(LANES_MAX.into(), lanes.into(), SCHEME, "lanes")?;
        let work_mib = u64::from(memory_kib) * u64::from(passes) / 1024;
        require_at_most(WORK_MIB_MAX, work_mib, SCHEME, "memory × passes (MiB)")?;
        // A keyed hash (`keyid`) or associated data (`data`) would never match.
        if phc.params.iter().count() != 3 || Params::new(memory_kib, passes, lanes, None).is_err() {
            return Err(malformed("its parameters are not accepted"));
        }
        let (Some(salt), Some(output)) = (phc.salt, phc.hash) else {
            return Err(malformed("the salt or the output is missing"));
        };
        if output.len() < OUTPUT_MIN || salt.len() < ::argon2::MIN_SALT_LEN {
            return Err(malformed("the salt or the output is too short"));
        }
        let algorithm = Algorithm::try_from(phc.algorithm.as_str())
            .map_err(|_| malformed("it is none of argon2d, argon2i and argon2id"))?;
        let version = phc.version.map_or(Ok(Version::V0x10), Version::try_from);
        let version = version.map_err(|_| malformed("its version is neither 16 nor 19"))?;
        Ok(Self { phc, algorithm, version, memory_kib, passes, lanes, salt, output })
    }

    /// Hashes a password in the current form.
    pub(in crate::login::password::hash) fn of(password: &str, workspace: &mut Workspace) -> Option<String> {
        let HashParameters { memory_kib, iterations, lanes } = workspace.parameters;
        let params = Params::new(memory_kib, iterations, lanes, Some(OUTPUT)).ok()?;
        let salt = secrets::random::<SALT>();
        let computation = Computation::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let output = compute(&computation, password, &salt, OUTPUT, workspace)?;
        let phc = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).ok()?,
            salt: Some(Salt::new(&salt).ok()?),
            hash: Some(Output::new(&output).ok()?),
        };
        Some(phc.to_string())
    }

    pub(in crate::login::password::hash) fn verify(&self, password: &str, workspace: &mut Workspace) -> bool {
        self.output_of(password, workspace).is_some_and(|output| output.ct_eq(self.output.as_bytes()).into())
    }

    /// Hashes another text with the same parameters and salt.
    pub(in crate::login::password::hash) fn output_of(
        &self,
        text: &str,
        workspace: &mut Workspace,
    ) -> Option<Vec<u8>> {
        let length = self.output.len();
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(length)).ok()?;
        let computation = Computation::new(self.algorithm, self.version, params);
        compute(&computation, text, &self.salt, length, workspace)
    }

    /// Returns whether the hash is as strong as a new one with these parameters.
    pub(in crate::login::password::hash) fn is_current(&self, new: HashParameters) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.memory_kib >= new.memory_kib
            && self.passes >= new.iterations
            && self.output.len() >= OUTPUT
    }
}

impl fmt::Display for Argon2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.phc.fmt(f)
    }
}

fn compute(
    computation: &Computation<'_>,
    password: &str,
    salt: &[u8],
    length: usize,
    Workspace { parameters, memory }: &mut Workspace,
) -> Option<Vec<u8>> {
    let blocks = computation.params().block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::default());
    }
    let mut output = vec![0; length];
    computation
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut memory[..blocks])
        .ok()?;
    // A stored hash with larger parameters than ours is rare: its memory is released at once.
    // One block has 1 KiB.
    let kept = parameters.memory_kib as usize;
    memory.truncate(kept);
    memory.shrink_to(kept);
    Some(output)
}
