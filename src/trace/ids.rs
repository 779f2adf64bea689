//! Ids of traces and spans, and the header `traceparent` (W3C Trace Context).

use std::fmt;

use crate::secrets::random;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceId(pub [u8; 16]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanId(pub [u8; 8]);

impl TraceId {
    pub(super) fn random() -> Self {
        Self(random())
    }

    /// Returns the 63 bits that decide whether the trace is sampled.
    pub(super) fn sample(self) -> u64 {
        let last = self.0.last_chunk().expect("an id has 16 bytes");
        u64::from_be_bytes(*last) >> 1
    }
}

impl SpanId {
    pub(super) fn random() -> Self {
        Self(random())
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The span of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    pub trace: TraceId,
    pub span: SpanId,
    pub is_sampled: bool,
}

impl Parent {
    /// Reads a `traceparent`. Of a newer version, the parts that this one has are used (W3C Trace Context §4.3).
    #[must_use]
    pub fn read(text: &[u8]) -> Option<Self> {
        let (known, rest) = text.split_at_checked(55)?;
        let [version, trace, span, flags] = known.split(|byte| *byte == b'-').collect::<Vec<_>>()[..] else {
            return None;
        };
        let ([version], [flags]) = (hex(version)?, hex(flags)?);
        let is_known_form =
            if version == 0 { rest.is_empty() } else { rest.is_empty() || rest.starts_with(b"-") };
        let (trace, span) = (hex(trace)?, hex(span)?);
        let is_valid = version != 0xff && is_known_form && trace != [0; 16] && span != [0; 8];
        is_valid.then_some(Self { trace: TraceId(trace), span: SpanId(span), is_sampled: flags & 1 == 1 })
    }
}

/// Reads lower-case hexadecimal digits of this many bytes.
fn hex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let is_lower = text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let bytes = data_encoding::HEXLOWER.decode(text).ok().filter(|_| is_lower)?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn traceparent_is_read_in_its_exact_form() {
        let read = |text: &str| Parent::read(text.as_bytes());
        let parent = read(&format!("00-{TRACE}-00f067aa0ba902b7-01")).expect("the example of the standard");
        assert_eq!(parent.trace.to_string(), TRACE);
        assert!(parent.is_sampled && parent.span == SpanId([0, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7]));
        assert!(read(&format!("00-{TRACE}-00f067aa0ba902b7-02")).is_some_and(|parent| !parent.is_sampled));
        assert!(read(&format!("cc-{TRACE}-00f067aa0ba902b7-01-more")).is_some());
        for text in [
            String::new(),
            format!("00-{TRACE}-00f067aa0ba902b7"),
            format!("00-{TRACE}-00f067aa0ba902b7-01-more"),
            format!("cc-{TRACE}-00f067aa0ba902b7-01.more"),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.replace('4', "g")),
            format!("00-{TRACE}x-00f067aa0ba902b-01"),
        ] {
            assert_eq!(read(&text), None, "{text}");
        }
    }
}
