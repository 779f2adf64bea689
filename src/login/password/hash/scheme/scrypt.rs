//! scrypt (RFC 7914).

use std::fmt;

use ::scrypt::Params;
use subtle::ConstantTimeEq as _;

use super::require_lengths;
use crate::login::password::hash::{
    refusal::{HashError, require_at_most},
    text::{Phc, decode, encode},
};

const SCHEME: &str = "scrypt";
/// N × r × p: takes about half a second. The memory is at most 128 MiB (128 × N × r bytes).
const WORK_MAX: u64 = 1 << 20;

/// Cost parameters within the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::login::password::hash) struct Cost {
    log_n: u8,
    r: u32,
    p: u32,
}

impl Cost {
    pub(in crate::login::password::hash) fn new(log_n: u64, r: u64, p: u64) -> Result<Self, HashError> {
        let invalid = || malformed("its parameters N, r and p are not valid");
        require_at_most(30, log_n, SCHEME, "log2(N)")?;
        let work =
            (1_u64 << log_n).checked_mul(r).and_then(|work| work.checked_mul(p)).ok_or_else(invalid)?;
        require_at_most(WORK_MAX, work, SCHEME, "N × r × p")?;
        let (Ok(log), Ok(r), Ok(p)) = (u8::try_from(log_n), u32::try_from(r), u32::try_from(p)) else {
            return Err(invalid());
        };
        let is_valid = log > 0 && r > 0 && p > 0 && Params::new(log, r, p).is_ok();
        if is_valid { Ok(Self { log_n: log, r, p }) } else { Err(invalid()) }
    }

    /// Accepts N itself, as Django and werkzeug write it.
    pub(in crate::login::password::hash) fn of_n(n: u64, r: u64, p: u64) -> Result<Self, HashError> {
        if !n.is_power_of_two() {
            return Err(malformed("N is not a power of two"));
        }
        Self::new(n.trailing_zeros().into(), r, p)
    }

    pub(in crate::login::password::hash) fn compute(
        self,
        password: &str,
        salt: &[u8],
        output: &mut [u8],
    ) -> bool {
        Params::new(self.log_n, self.r, self.p)
            .is_ok_and(|params| ::scrypt::scrypt(password.as_bytes(), salt, &params, output).is_ok())
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ln={},r={},p={}", self.log_n, self.r, self.p)
    }
}

/// scrypt hash with accepted parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::login::password::hash) struct Scrypt {
    cost: Cost,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Scrypt {
    pub(in crate::login::password::hash) fn new(
        cost: Cost,
        salt: Vec<u8>,
        output: Vec<u8>,
    ) -> Result<Self, HashError> {
        require_lengths(SCHEME, &salt, &output)?;
        Ok(Self { cost, salt, output })
    }

    /// Parses `$scrypt$ln=…,r=…,p=…$salt$output`.
    pub(in crate::login::password::hash) fn parse(text: &str) -> Result<Self, HashError> {
        let phc = Phc::parse(text).ok_or_else(|| malformed("its parts are not complete"))?;
        let (Some(log_n), Some(r), Some(p)) = (phc.number("ln"), phc.number("r"), phc.number("p")) else {
            return Err(malformed("one of the parameters ln, r and p is missing"));
        };
        let (Some(salt), Some(output)) = (decode(phc.salt), decode(phc.output)) else {
            return Err(malformed("salt or output is not base64"));
        };
        Self::new(Cost::new(log_n, r, p)?, salt, output)
    }

    pub(in crate::login::password::hash) fn verify(&self, password: &str) -> bool {
        let mut output = vec![0; self.output.len()];
        let is_computed = self.cost.compute(password, &self.salt, &mut output);
        is_computed && bool::from(output.ct_eq(&self.output))
    }
}

impl fmt::Display for Scrypt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "$scrypt${}${}${}", self.cost, encode(&self.salt), encode(&self.output))
    }
}

pub(in crate::login::password::hash) fn malformed(reason: &'static str) -> HashError {
    HashError::Malformed { scheme: SCHEME, reason }
}
