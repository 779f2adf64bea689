//! `ExportTraceServiceRequest` in Protobuf: the members that our spans have. The numbers are those of
//! `opentelemetry/proto/trace/v1/trace.proto`, which are stable.

use data_encoding::HEXLOWER;

use crate::{
    secrets::random,
    trace::{Kind, Span, Value},
};

/// Encodes batches of spans of this process.
pub(super) struct Encoder {
    /// Member `resource`: what the process is.
    resource: Message,
}

impl Encoder {
    pub(super) fn new(service_name: &str) -> Self {
        let mut resource = Message::default();
        let instance = HEXLOWER.encode(&random::<8>());
        for (name, value) in [
            ("service.name", service_name),
            ("service.version", env!("CARGO_PKG_VERSION")),
            // Distinguishes replicas.
            ("service.instance.id", &instance),
        ] {
            resource.message(1, &attribute(name, |value_of| value_of.bytes(1, value.as_bytes())));
        }
        Self { resource }
    }

    pub(super) fn encode(&self, spans: &[Span]) -> Vec<u8> {
        let mut scope = Message::default();
        scope.bytes(1, b"vestibule");
        let mut scope_spans = Message::default();
        scope_spans.message(1, &scope);
        for of_process in spans {
            scope_spans.message(2, &span(of_process));
        }
        let mut resource_spans = Message::default();
        resource_spans.message(1, &self.resource);
        resource_spans.message(2, &scope_spans);
        let mut request = Message::default();
        request.message(1, &resource_spans);
        request.0
    }
}

fn span(span: &Span) -> Message {
    let mut message = Message::default();
    message.bytes(1, &span.trace.0);
    message.bytes(2, &span.id.0);
    if let Some(parent) = span.parent {
        message.bytes(4, &parent.0);
    }
    message.bytes(5, span.name.as_bytes());
    message.number(
        6,
        match span.kind {
            Kind::Internal => 1,
            Kind::Server => 2,
            Kind::Client => 3,
        },
    );
    message.fixed(7, span.start);
    message.fixed(8, span.end);
    for (name, value) in &span.attributes {
        message.message(9, &attribute_of(name, value));
    }
    if span.is_failed {
        // Member `code` of `Status`: STATUS_CODE_ERROR.
        let mut status = Message::default();
        status.number(3, 2);
        message.message(15, &status);
    }
    message
}

fn attribute_of(name: &str, value: &Value) -> Message {
    attribute(name, |message| match value {
        Value::Word(word) => message.bytes(1, word.as_bytes()),
        Value::Own(text) => message.bytes(1, text.as_bytes()),
        Value::Number(number) => message.number(3, number.cast_unsigned()),
    })
}

/// Encodes a `KeyValue`, whose value is an `AnyValue`.
fn attribute(name: &str, write: impl FnOnce(&mut Message)) -> Message {
    let (mut pair, mut value) = (Message::default(), Message::default());
    write(&mut value);
    pair.bytes(1, name.as_bytes());
    pair.message(2, &value);
    pair
}

#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    /// Writes the number and the wire type of a member.
    fn tag(&mut self, member: u64, wire_type: u64) {
        self.varint(member << 3 | wire_type);
    }

    fn varint(&mut self, mut number: u64) {
        loop {
            let [low, ..] = number.to_le_bytes();
            number >>= 7;
            if number == 0 {
                return self.0.push(low & 0x7f);
            }
            self.0.push(low | 0x80);
        }
    }

    fn number(&mut self, member: u64, number: u64) {
        self.tag(member, 0);
        self.varint(number);
    }

    fn fixed(&mut self, member: u64, number: u64) {
        self.tag(member, 1);
        self.0.extend(number.to_le_bytes());
    }

    fn bytes(&mut self, member: u64, bytes: &[u8]) {
        self.tag(member, 2);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
    }

    fn message(&mut self, member: u64, message: &Self) {
        self.bytes(member, &message.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // https://protobuf.dev/programming-guides/encoding/#simple
    #[test]
    fn numbers_and_texts_have_the_form_of_the_standard() {
        let mut message = Message::default();
        message.number(1, 150);
        message.bytes(2, b"testing");
        message.number(3, u64::MAX);
        let mut expected = vec![0x08, 0x96, 0x01, 0x12, 0x07];
        expected.extend(b"testing");
        expected.push(0x18);
        expected.extend([0xff; 9]);
        expected.push(1);
        assert_eq!(message.0, expected);
    }
}
