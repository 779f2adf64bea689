//! A mail as plain text.

use super::letter::Letter;

pub(super) fn write(letter: &Letter<'_>) -> String {
    let texts = letter.texts;
    let mut blocks = letter.paragraphs.clone();
    if let Some((label, link)) = letter.button {
        blocks.push(format!("{label}:\n{link}"));
    }
    blocks.extend(letter.link_expires.clone());
    let rows: Vec<String> = letter.rows.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    blocks.push(rows.join("\n"));
    match letter.not_me {
        Some(link) => {
            blocks.push(format!(
                "{}\n\n{}:\n{link}",
                texts.not_me_help(letter.style.passwords),
                texts.not_me
            ));
        }
        None if letter.is_notice => blocks.push(texts.not_me_without_link(letter.style.passwords).to_owned()),
        None => {}
    }
    let support =
        letter.style.support_url.as_ref().map(|url| format!("{}: {url}\n", texts.help)).unwrap_or_default();
    let automatic = texts.automatic.replace("{brand}", &letter.style.name);
    blocks.push(format!("-- \n{support}{automatic}\n{}", letter.style.public_url));
    blocks.join("\n\n") + "\n"
}
