//! A mail as HTML: tables and inline styles, because mail programs know little else. No script, no form, nothing remote but a logo.

use std::fmt::Write as _;

use super::letter::Letter;

pub(super) fn write(letter: &Letter<'_>) -> String {
    let (texts, style) = (letter.texts, letter.style);
    let mut body = String::new();
    let mut put = |html: std::fmt::Arguments<'_>| body.write_fmt(html).expect("a String takes every text");
    for paragraph in &letter.paragraphs {
        put(format_args!("<p>{}</p>", escaped(paragraph)));
    }
    if let Some((label, link)) = letter.button {
        put(format_args!("<p style=\"margin:24px 0\">{}</p>", button(letter, label, link)));
    }
    if let Some(expires) = &letter.link_expires {
        put(format_args!("<p>{}</p>", escaped(expires)));
    }
    put(format_args!(
        "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" style=\"margin:16px 0;font-size:14px\">"
    ));
    for (name, value) in &letter.rows {
        put(format_args!(
            "<tr><td style=\"padding:2px 16px 2px 0;color:#55636b\">{}</td><td style=\"padding:2px 0\"><bdi>{}</bdi></td></tr>",
            escaped(name),
            escaped(value)
        ));
    }
    put(format_args!("</table>"));
    match letter.not_me {
        Some(link) => put(format_args!(
            "<p>{}</p><p><a href=\"{}\" style=\"color:#a3281f\">{}</a></p>",
            escaped(texts.not_me_help(letter.style.passwords)),
            escaped(link),
            escaped(texts.not_me)
        )),
        None if letter.is_notice => {
            put(format_args!("<p>{}</p>", escaped(texts.not_me_without_link(letter.style.passwords))));
        }
        None => {}
    }
    let head = match &style.logo {
        Some(logo) => format!(
            "<img src=\"{}\" alt=\"{}\" height=\"40\" style=\"border:0\">",
            escaped(logo),
            escaped(&style.name)
        ),
        None => format!("<strong style=\"font-size:18px\">{}</strong>", escaped(&style.name)),
    };
    page(letter, &head, &body)
}

fn button(letter: &Letter<'_>, label: &str, link: &str) -> String {
    format!(
        "<a href=\"{}\" style=\"display:inline-block;padding:12px 20px;border-radius:6px;background:{};color:{};text-decoration:none;\
         font-weight:600\">{}</a>",
        escaped(link),
        letter.style.color,
        letter.style.text_color,
        escaped(label)
    )
}

fn page(letter: &Letter<'_>, head: &str, body: &str) -> String {
    let (texts, style) = (letter.texts, letter.style);
    let support = style.support_url.as_ref().map(|url| {
        format!("<a href=\"{}\" style=\"color:#55636b\">{}</a><br>", escaped(url), escaped(texts.help))
    });
    let automatic = escaped(&texts.automatic.replace("{brand}", &style.name));
    format!(
        "<!doctype html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light\">\
         <title>{title}</title></head>\n\
         <body style=\"margin:0;padding:24px;background:#f3f5f6;color:#18242a;font-family:system-ui,sans-serif;font-size:16px;line-height:1.5\">\n\
         <div style=\"max-width:560px;margin:0 auto\" dir=\"{direction}\">\n\
         <div style=\"padding:0 0 16px\">{head}</div>\n\
         <div style=\"background:#ffffff;border-radius:8px;padding:8px 24px\">{body}</div>\n\
         <p style=\"font-size:12px;color:#55636b\">{support}{automatic}<br><bdi>{url}</bdi></p>\n\
         </div>\n</body>\n</html>\n",
        language = texts.language,
        direction = texts.direction,
        title = escaped(&letter.subject),
        support = support.unwrap_or_default(),
        url = escaped(&style.public_url),
    )
}

/// Escapes a text for an element or a quoted attribute (injection of markup).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
