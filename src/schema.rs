//! Schemas of types whose JSON is a text, for the OpenAPI document. All other types derive theirs.

/// Implements `JsonSchema` by the members of a schema, which is written wherever the type is used. With a name, it is written once.
macro_rules! text_schema {
    ($type:ty, { $($schema:tt)* }) => { text_schema!(@ $type, true, stringify!($type), { $($schema)* }); };
    ($type:ty, $name:literal, { $($schema:tt)* }) => { text_schema!(@ $type, false, $name, { $($schema)* }); };
    (@ $type:ty, $inline:literal, $name:expr, { $($schema:tt)* }) => {
        impl schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                $inline
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", $($schema)* })
            }
        }
    };
}

pub(crate) use text_schema;
