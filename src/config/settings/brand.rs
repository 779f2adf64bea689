//! Appearance and languages of the pages.

use url::Url;

use super::group::Group;
use crate::config::{
    brand::{self, Color, Language},
    format::{Choice, List, Optional, Parsed, Text},
    setting::service,
};

settings! {
"Brand" {
    BRAND_NAME: Optional<Parsed<String>> = service(
        "VESTIBULE_BRAND_NAME",
        Optional(Parsed(brand::name, "a name of at most 40 characters")),
        "Name of the organisation in titles and texts of the pages, and in authenticator apps.",
    )
    .unset("`Vestibule`; authenticator apps show the host of the public URL")
    .example("Corp");

    BRAND_LOGO: Optional<Text> = service(
        "VESTIBULE_BRAND_LOGO",
        Optional(Text("an https URL, or a file with a PNG, JPEG, GIF, WebP or SVG image")),
        "Logo on the pages. A file has at most 256 KiB, is read once, at start, and served at `/vestibule/brand-logo`. A URL \
         shows its server the address of every visitor.",
    )
    .unset("the picture of Vestibule")
    .example("/etc/vestibule/logo.svg");

    BRAND_COLOR: Optional<Parsed<Color>> = service(
        "VESTIBULE_BRAND_COLOR",
        Optional(Parsed(brand::color, "`#` and three or six hexadecimal digits")),
        "Colour of buttons and links. `vestibule check` warns of a colour on which text is hard to read.",
    )
    .unset("the colour of Vestibule")
    .example("#125c68");

    BRAND_SUPPORT_URL: Optional<Parsed<Url>> = service(
        "VESTIBULE_BRAND_SUPPORT_URL",
        Optional(Parsed(brand::support_url, "an https URL or a mailto URL")),
        "Address at which users get help. The pages link to it.",
    )
    .unset("no link")
    .example("mailto:help@corp.example");

    BRAND_LANGUAGES: List<Choice<Language>> = service(
        "VESTIBULE_BRAND_LANGUAGES",
        List(Choice(brand::LANGUAGES)),
        "Languages of the pages. The locale of the user decides, then the languages of the browser. The first one is used if \
         none of them is in the list.",
    )
    .default("en,de,fr,es,ar");
}
}
