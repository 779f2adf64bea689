//! The addresses of the service, and how clients reach it.

use super::group::Group;
use crate::{
    config::{
        format::{BOOLEAN, Choice, List, Parsed},
        hsts::Hsts,
        listen_formats::{self, Listen, TrustedProxy},
        public_url::PublicUrl,
        setting::service,
    },
    web::proxies::AddressHeader,
};

settings! {
"Network" {
    LISTEN: Parsed<Listen> = service(
        "VESTIBULE_LISTEN",
        Parsed(Listen::parse, "an IP address with a port, or `unix:` and an absolute path"),
        "Address and port that the service listens on, or a unix socket, such as `unix:/run/vestibule/vestibule.sock`. `[::]:3000` \
         accepts IPv6 and IPv4. The folder of a socket must exist. The socket is removed at the stop.",
    )
    .default("127.0.0.1:3000");

    LISTEN_MODE: Parsed<u32> = service(
        "VESTIBULE_LISTEN_MODE",
        Parsed(listen_formats::mode, "a file mode of three or four octal digits"),
        "File mode of the unix socket in `VESTIBULE_LISTEN`; a port has none. Programs that may write the file can connect.",
    )
    .default("0660");

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

    TRUSTED_PROXIES: List<Parsed<TrustedProxy>> = service(
        "VESTIBULE_TRUSTED_PROXIES",
        List(Parsed(TrustedProxy::parse, "an IP address, a network or `unix`")),
        "Reverse proxies in front of the service; `unix` are programs that may connect to the unix socket. The address of the client is \
         read from `VESTIBULE_PROXY_HEADER` only in their requests. Rate limits and audit events need it.",
    )
    .unset("no header is used")
    .example("10.0.0.0/8");

    PROXY_HEADER: Choice<AddressHeader> = service(
        "VESTIBULE_PROXY_HEADER",
        Choice(&[
            ("x-forwarded-for", AddressHeader::XForwardedFor),
            ("forwarded", AddressHeader::Forwarded),
            ("x-real-ip", AddressHeader::XRealIp),
        ]),
        "Header in which the trusted proxies send the address of the client. The other two headers are ignored, also if they \
         contradict it: a proxy passes on headers that it does not know, so a client could choose its address with them.",
    )
    .default("x-forwarded-for");

    PROXY_PROTOCOL: Choice<bool> = service(
        "VESTIBULE_PROXY_PROTOCOL",
        BOOLEAN,
        "Whether trusted proxies begin each connection with a header of the PROXY protocol, version 1 or 2. It replaces the address \
         of the connection; without it the connection is closed. Other clients send no such header.",
    )
    .default("false");

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
