//! A page to read the document. It needs no script, so the policy allows none.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::web::html::escaped;

/// The styles of the page. Their hash is in its policy.
pub(super) const STYLE: &str = include_str!("page.css");

/// Methods in the order in which they are shown.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Writes the page.
pub(super) fn page(document: &Value) -> String {
    let mut out = String::with_capacity(512 * 1024);
    let info = &document["info"];
    let title = text(&info["title"]);
    let _ = write!(
        out,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><title>{title} API</title><style>{STYLE}</style></head><body>\
         <a class=\"skip\" href=\"#content\">Skip to content</a><header><h1>{title} API {}</h1><p><a href=\"openapi.json\">openapi.json</a> \
         (OpenAPI {})</p></header><nav aria-label=\"Groups\"><ul>",
        text(&info["version"]),
        text(&document["openapi"]),
    );
    let tags = document["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    for tag in tags {
        let name = text(&tag["name"]);
        let _ = write!(out, "<li><a href=\"#{}\">{name}</a></li>", anchor(&tag["name"]));
    }
    let _ = write!(out, "<li><a href=\"#schemas\">schemas</a></li></ul></nav><main id=\"content\">");
    out.push_str(&paragraphs(info["description"].as_str().unwrap_or_default()));
    for tag in tags {
        let _ = write!(
            out,
            "<section><h2 id=\"{}\">{}</h2>{}",
            anchor(&tag["name"]),
            text(&tag["name"]),
            paragraphs(tag["description"].as_str().unwrap_or_default())
        );
        for (path, methods) in members(&document["paths"]) {
            for method in METHODS {
                let operation = &methods[method];
                if operation["tags"][0] == tag["name"] {
                    write_operation(&mut out, path, method, operation);
                }
            }
        }
        out.push_str("</section>");
    }
    out.push_str("<section><h2 id=\"schemas\">schemas</h2>");
    for (name, schema) in members(&document["components"]["schemas"]) {
        let name = escaped(name);
        let _ = write!(out, "<details id=\"schema-{name}\" open><summary><code>{name}</code></summary>");
        write_schema(&mut out, schema);
        out.push_str("</details>");
    }
    out.push_str("</section></main></body></html>\n");
    out
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

fn anchor(value: &Value) -> String {
    text(value).replace(' ', "-")
}

fn write_operation(out: &mut String, path: &str, method: &str, operation: &Value) {
    let upper = method.to_ascii_uppercase();
    let _ = write!(
        out,
        "<details id=\"{}\"><summary><span class=\"method {method}\">{upper}</span> <code>{}</code> <span>{}</span></summary>{}",
        text(&operation["operationId"]),
        escaped(path),
        text(&operation["summary"]),
        paragraphs(operation["description"].as_str().unwrap_or_default()),
    );
    let needed: Vec<&str> = members(&operation["security"][0]).map(|(scheme, _)| scheme.as_str()).collect();
    if !needed.is_empty() {
        let _ = write!(out, "<p>Needs: {}.</p>", needed.join(", "));
    }
    if let Some(parameters) = operation["parameters"].as_array() {
        out.push_str("<h3>Parameters</h3><dl>");
        for parameter in parameters {
            let _ = write!(
                out,
                "<dt><code>{}</code> in {}: {}{}</dt><dd>{}</dd>",
                text(&parameter["name"]),
                text(&parameter["in"]),
                type_of(&parameter["schema"]),
                if parameter["required"] == true { ", required" } else { "" },
                paragraphs(parameter["description"].as_str().unwrap_or_default()),
            );
        }
        out.push_str("</dl>");
    }
    for (media, content) in members(&operation["requestBody"]["content"]) {
        let _ = write!(out, "<h3>Request body</h3><p><code>{}</code></p>", escaped(media));
        write_schema(out, &content["schema"]);
        if let Some(example) = content.get("example") {
            let _ = write!(out, "<pre tabindex=\"0\">{}</pre>", escaped(&format!("{example:#}")));
        }
    }
    out.push_str("<h3>Answers</h3><dl>");
    for (status, answer) in members(&operation["responses"]) {
        let _ = write!(out, "<dt>{}", escaped(status));
        for (media, content) in members(&answer["content"]) {
            let _ = write!(out, " <code>{}</code> {}", escaped(media), type_of(&content["schema"]));
        }
        let _ =
            write!(out, "</dt><dd>{}</dd>", paragraphs(answer["description"].as_str().unwrap_or_default()));
    }
    out.push_str("</dl></details>");
}

/// Writes the members of an object, or the type of another schema.
fn write_schema(out: &mut String, schema: &Value) {
    out.push_str(&paragraphs(schema["description"].as_str().unwrap_or_default()));
    if members(&schema["properties"]).next().is_none() {
        let _ = write!(out, "<p>{}</p>", type_of(schema));
        return;
    }
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    out.push_str("<dl>");
    for (name, member) in members(&schema["properties"]) {
        let presence = if required.iter().any(|required| required == name) { "" } else { ", optional" };
        let _ = write!(
            out,
            "<dt><code>{}</code>: {}{presence}</dt><dd>{}</dd>",
            escaped(name),
            type_of(member),
            paragraphs(member["description"].as_str().unwrap_or_default())
        );
    }
    out.push_str("</dl>");
}

/// Returns the type of a schema in words.
fn type_of(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = escaped(reference.rsplit('/').next().unwrap_or_default());
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    if let Some(value) = schema.get("const") {
        return format!("<code>{}</code>", escaped(&value.to_string()));
    }
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().map(|value| format!("<code>{}</code>", escaped(&value.to_string())));
        return values.collect::<Vec<_>>().join(" | ");
    }
    if let Some(kinds) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        return kinds.iter().map(type_of).collect::<Vec<_>>().join(" | ");
    }
    if schema["type"] == "array" {
        return format!("list of {}", type_of(&schema["items"]));
    }
    let names = match &schema["type"] {
        Value::String(name) => escaped(name),
        Value::Array(names) => names.iter().map(text).collect::<Vec<_>>().join(" | "),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => "any value".to_owned(),
    };
    match schema["format"].as_str() {
        Some(format) if !names.contains("integer") => format!("{names} ({})", escaped(format)),
        Some(_) | None => names,
    }
}

/// Writes a text with code, emphasis and lists of Markdown.
fn paragraphs(text: &str) -> String {
    let mut out = String::new();
    for block in text.split("\n\n").filter(|block| !block.trim().is_empty()) {
        let items: Vec<&str> = block.lines().filter_map(|line| line.strip_prefix("- ")).collect();
        if items.is_empty() {
            let _ = write!(out, "<p>{}</p>", inline(block));
        } else {
            out.push_str("<ul>");
            for item in items {
                let _ = write!(out, "<li>{}</li>", inline(item));
            }
            out.push_str("</ul>");
        }
    }
    out
}

fn inline(text: &str) -> String {
    let code = |parts: (usize, &str)| match parts {
        (at, part) if at % 2 == 1 => format!("<code>{part}</code>"),
        (_, part) => part
            .split("**")
            .enumerate()
            .map(|(at, part)| if at % 2 == 1 { format!("<strong>{part}</strong>") } else { part.to_owned() })
            .collect(),
    };
    escaped(text).split('`').enumerate().map(code).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_of_the_document_is_escaped() {
        assert_eq!(
            paragraphs("A `<b>` & **so**\n\n- one\n- `two`"),
            "<p>A <code>&lt;b&gt;</code> &amp; <strong>so</strong></p><ul><li>one</li><li><code>two</code></li></ul>"
        );
    }

    #[test]
    fn types_are_named_in_words() {
        for (schema, words) in [
            (json!({ "type": ["string", "null"], "format": "date-time" }), "string | null (date-time)"),
            (json!({ "type": "integer", "format": "uint64" }), "integer"),
            (
                json!({ "type": "array", "items": { "$ref": "#/components/schemas/User" } }),
                "list of <a href=\"#schema-User\">User</a>",
            ),
            (json!({ "enum": ["a", null] }), "<code>&quot;a&quot;</code> | <code>null</code>"),
            (json!(true), "any value"),
        ] {
            assert_eq!(type_of(&schema), words, "{schema}");
        }
    }
}
