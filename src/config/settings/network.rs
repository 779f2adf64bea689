//! The addresses of the service, and how clients reach it.

use super::group::Group;
use crate::config::{
    format::{Address, List, Network, Parsed},
    hsts::Hsts,
    public_url::PublicUrl,
    setting::service,
};

settings! {
"Network" {
    LISTEN: Address = service("VESTIBULE_LISTEN", Address, "Address and port that the service listens on.")
        .default("127.0.0.1:3000");

    PUBLIC_URL: Parsed<PublicUrl> = service(
        "VESTIBULE_PUBLIC_URL",
        Parsed(PublicUrl::parse, "an https origin, or an http origin on localhost, with or without a path"),
        "URL under which users reach the service: scheme, host and port, and a path such as `/auth` if the service shares its \
         origin with an application. The proxy may remove this path from requests or not. The URL decides the names of \
         the cookies, their `Secure` attribute and the redirect URIs. http is accepted only for localhost.",
    )
    .default("http://localhost:3000")
    .example("https://id.example.org");

    ALLOWED_ORIGINS: List<Parsed<PublicUrl>> = service(
        "VESTIBULE_ALLOWED_ORIGINS",
        List(Parsed(PublicUrl::parse_origin, "an origin")),
        "Other origins whose pages may call the API with the session cookie, and to which users may return after login and \
         logout. They must belong to the same site as the public URL, because browsers do not send the cookie from other \
         sites.",
    )
    .unset("only pages of the public URL")
    .example("https://app.example.org");

    TRUSTED_PROXIES: List<Network> = service(
        "VESTIBULE_TRUSTED_PROXIES",
        List(Network),
        "Reverse proxies in front of the service. The header `X-Forwarded-For` is used only in requests from these \
         addresses. Rate limits and audit events need the address of the client.",
    )
    .unset("the header is ignored")
    .example("10.0.0.0/8");

    HSTS: Parsed<Hsts> = service(
        "VESTIBULE_HSTS",
        Parsed(Hsts::parse, "`off`, `max-age=SECONDS` or `max-age=SECONDS;includeSubDomains`, also with `;preload`"),
        "Header `Strict-Transport-Security`: for this time, browsers refuse http for the host of the public URL, on every \
         port. With `includeSubDomains` they refuse it for every name below that host. The header is sent only if the \
         public URL is https and its host is a name other than localhost. Browsers keep an earlier value; `max-age=0` \
         deletes it.",
    )
    .default("max-age=63072000");
}
}
