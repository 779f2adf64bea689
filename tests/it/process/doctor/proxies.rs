//! The public URL, behind a real nginx and without one.

use std::{
    fs,
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{Row, home, run};
use crate::harness::{
    ports::free_port,
    process::Installation,
    tls::{ca_file, certificate_files, serve_tls_with_head},
};

const URL: &str = "VESTIBULE_PUBLIC_URL";
const PROXIES: &str = "VESTIBULE_TRUSTED_PROXIES";
const HOST: &str = "proxy_set_header Host $http_host;";
const FOR: &str = "proxy_set_header X-Forwarded-For $remote_addr;";
const PROTO: &str = "proxy_set_header X-Forwarded-Proto $scheme;";
const CACHE: &str = "proxy_buffering on; proxy_cache answers; proxy_cache_key $uri; proxy_cache_valid 200 1m; \
                     proxy_ignore_headers Cache-Control Set-Cookie Expires Vary;";

/// One nginx for all rows. It runs until it is dropped.
struct Nginx {
    process: Child,
    folder: TempDir,
}

impl Nginx {
    fn start(servers: &[String], port: u16) -> Self {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {path}/{name};\n"))
            .concat();
        let config = format!(
            "daemon off;\nmaster_process off;\npid {path}/pid;\nerror_log {path}/log;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}\
             proxy_cache_path {path}/cache keys_zone=answers:1m;\n{}\n}}\n",
            servers.concat()
        );
        fs::write(folder.path().join("nginx.conf"), config).expect("a file");
        let mut command = Command::new("nginx");
        // Debian installs it where not each user has it on the PATH.
        let mut path = std::env::var_os("PATH").unwrap_or_default();
        path.push(":/usr/sbin");
        command.env("PATH", path);
        command.arg("-p").arg(folder.path()).arg("-c").arg(folder.path().join("nginx.conf"));
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let nginx = Self { process: process.expect("nginx: install the Debian package nginx-light"), folder };
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || fs::read_to_string(nginx.folder.path().join("log")).unwrap_or_default();
            assert!(Instant::now() < until, "nginx does not listen: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
        nginx
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A service, the proxy in front of it, and what doctor finds.
struct SetUp {
    what: &'static str,
    /// Path of the public URL.
    prefix: &'static str,
    host: &'static str,
    /// The locations of nginx; `SERVICE` is the address of the service.
    locations: String,
    settings: &'static [(&'static str, &'static str)],
    exit: i32,
    code: &'static str,
    fix: &'static str,
}

/// A location with the headers of a correct proxy, without some, and with more lines.
fn location(without: &str, more: &str) -> String {
    let headers: String = [HOST, FOR, PROTO].into_iter().filter(|line| *line != without).collect();
    let buffering = if more.contains("proxy_buffering") { "" } else { "proxy_buffering off;" };
    format!(
        "location / {{ proxy_pass http://SERVICE; proxy_http_version 1.1; {headers} {buffering} {more} }}"
    )
}

impl SetUp {
    fn good(what: &'static str) -> Self {
        let locations = location("", "");
        Self { what, prefix: "", host: "localhost", locations, settings: &[], exit: 0, code: "", fix: "" }
    }

    fn bad(what: &'static str, locations: String, code: &'static str, fix: &'static str) -> Self {
        Self { locations, exit: 1, code, fix, ..Self::good(what) }
    }

    /// Starts the service. Returns the row, and the server of nginx.
    fn start(self) -> (Row, String, u16) {
        let (port, service) = (free_port(), free_port());
        let address = format!("127.0.0.1:{service}");
        // A name that DNS does not know is reached by --connect-to, which has another port than the URL.
        let url_port = if self.host == "localhost" { port } else { free_port() };
        let url = format!("https://{}:{url_port}{}", self.host, self.prefix);
        let settings = [
            ("VESTIBULE_LISTEN", address.as_str()),
            (URL, &url),
            (PROXIES, "127.0.0.1"),
            ("VESTIBULE_CA_FILE", &ca_file()),
        ];
        let home = self.settings.iter().fold(home(&settings), |home, (name, value)| home.and(name, value));
        let [certificate, key] = certificate_files();
        let server = format!(
            "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {key};\n{} }}\n",
            self.locations.replace("SERVICE", &address)
        );
        let process = home.serve();
        let mut row = Row { exit: self.exit, ..Row::good(self.what, home) }.keep(process);
        if !self.code.is_empty() {
            row = row.and(self.code, self.fix);
        }
        if self.host != "localhost" {
            row = row.argument(&["--connect-to", &format!("127.0.0.1:{port}")]);
        }
        (row, server, port)
    }
}

#[expect(clippy::too_many_lines, reason = "one table")]
fn set_ups() -> Vec<SetUp> {
    let bad = SetUp::bad;
    let prefix = |what, locations: &str, exit, code, fix| SetUp {
        prefix: "/auth",
        exit,
        ..bad(what, locations.to_owned(), code, fix)
    };
    let of_prefix =
        format!("location /auth/ {{ proxy_pass http://SERVICE; {HOST} {FOR} {PROTO} proxy_buffering off; }}");
    vec![
        SetUp::good("proxy"),
        SetUp { host: "idp.corp.test", ..SetUp::good("proxy with HSTS") },
        SetUp { prefix: "/auth", locations: of_prefix.clone(), ..SetUp::good("proxy with a prefix") },
        prefix(
            "prefix removed",
            &of_prefix.replace("SERVICE", "SERVICE/"),
            0,
            "prefix_stripped",
            "/auth of VESTIBULE_PUBLIC_URL",
        ),
        bad(
            "public URL without the prefix",
            format!("{of_prefix} location / {{ return 200 application; }}"),
            "public_url_elsewhere",
            URL,
        ),
        bad(
            "redirect",
            "location / { return 301 https://other.corp.test$request_uri; }".to_owned(),
            "public_url_elsewhere",
            URL,
        ),
        bad(
            "service behind another port",
            location("", "").replace("SERVICE", "127.0.0.1:1"),
            "public_url_unreachable",
            "VESTIBULE_LISTEN",
        ),
        bad(
            "buffering",
            location("", "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;"),
            "stream_buffered",
            "proxy_buffering off",
        ),
        bad("no X-Forwarded-Proto", location(PROTO, ""), "forwarded_proto_missing", "X-Forwarded-Proto"),
        bad(
            "other scheme",
            location(PROTO, "proxy_set_header X-Forwarded-Proto http;"),
            "scheme_differs",
            "X-Forwarded-Proto: https",
        ),
        bad("no X-Forwarded-For", location(FOR, ""), "forwarded_for_missing", "X-Forwarded-For"),
        SetUp {
            settings: &[(PROXIES, "10.0.0.1")],
            ..bad(
                "proxy that is not trusted",
                location("", ""),
                "proxy_not_trusted",
                "VESTIBULE_TRUSTED_PROXIES=127.0.0.1",
            )
        },
        bad("other host", location(HOST, "proxy_set_header Host internal.corp.test;"), "host_rewritten", URL),
        bad(
            "cookies to the browser removed",
            location("", "proxy_hide_header Set-Cookie;"),
            "cookie_lost",
            "Set-Cookie",
        ),
        bad(
            "cookies of the browser removed",
            location("", "proxy_set_header Cookie '';"),
            "cookie_lost",
            "proxy_set_header Cookie",
        ),
        bad(
            "cookie with another path",
            location("", "proxy_cookie_path / /app;"),
            "cookie_changed",
            "proxy_cookie_path",
        ),
        bad("cached answers", location("", CACHE), "api_cached", "proxy_cache"),
        bad(
            "other origin",
            location("", "proxy_set_header Origin https://other.corp.test;"),
            "origin_refused",
            URL,
        ),
        bad(
            "CSRF token removed",
            location("", "proxy_set_header X-XSRF-TOKEN '';"),
            "csrf_refused",
            "X-XSRF-TOKEN",
        ),
        bad(
            "POST closed",
            location("", "if ($request_method = POST) { return 444; }"),
            "csrf_refused",
            "pass the methods POST",
        ),
        SetUp {
            host: "idp.corp.test",
            ..bad(
                "HSTS removed",
                location("", "proxy_hide_header Strict-Transport-Security;"),
                "hsts_missing",
                "VESTIBULE_HSTS",
            )
        },
        bad(
            "policy removed",
            location("", "proxy_hide_header Content-Security-Policy;"),
            "headers_removed",
            "proxy_hide_header",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broken_proxies_are_named() {
    let started: Vec<_> =
        set_ups().into_iter().map(|set_up| tokio::task::spawn_blocking(|| set_up.start())).collect();
    let (mut rows, mut servers, mut first) = (Vec::new(), Vec::new(), None);
    for set_up in started {
        let (row, server, port) = set_up.await.expect("the service starts");
        first.get_or_insert(port);
        rows.push(row);
        servers.push(server);
    }
    let (row, server, _) = SetUp::bad(
        "certificate of an unknown authority",
        location("", ""),
        "public_url_certificate",
        "VESTIBULE_CA_FILE",
    )
    .start();
    rows.push(Row { home: row.home.and("VESTIBULE_CA_FILE", ""), ..row });
    servers.push(server);
    let nginx = Nginx::start(&servers, first.expect("a port"));
    run(rows).await;
    drop(nginx);
}

fn direct(port: u16) -> Installation {
    home(&[("VESTIBULE_LISTEN", &format!("127.0.0.1:{port}")), (URL, &format!("http://localhost:{port}"))])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_service_without_a_proxy_is_silent_and_another_one_is_named() {
    let port = free_port();
    let home = direct(port);
    let service = home.serve();
    let other = direct(port);
    super::super::add(&other, "ada");
    run(vec![
        Row::bad("another installation", other, 1, "service_other_keys", "VESTIBULE_SECRET_KEYS"),
        Row::good("without a proxy", home).keep(service),
    ])
    .await;
}

// The proxy ends TLS, forwards TCP, and names its client. It can send no header.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_proxy_with_the_proxy_protocol_is_silent() {
    let address = format!("127.0.0.1:{}", free_port());
    let target = address.parse().expect("an address");
    let tls = serve_tls_with_head(target, "PROXY TCP4 203.0.113.9 127.0.0.1 5000 443\r\n").await;
    let home = home(&[
        ("VESTIBULE_LISTEN", &address),
        (URL, &format!("https://localhost:{}", tls.port())),
        (PROXIES, "127.0.0.1"),
        ("VESTIBULE_PROXY_PROTOCOL", "true"),
        ("VESTIBULE_CA_FILE", &ca_file()),
    ]);
    let service = home.serve();
    run(vec![Row::good("PROXY protocol", home).keep(service)]).await;
}

// The HTTP client connects to an IP address in the URL itself. The findings would be about another server than the operator chose.
#[test]
fn another_address_is_refused_for_a_public_url_without_a_name() {
    for host in ["192.0.2.5", "[2001:db8::5]"] {
        let home = home(&[(URL, &format!("https://{host}:8443"))]);
        let done = home.run(&["doctor", "--connect-to", "127.0.0.1:1"]).expect_exit(1);
        let expected = format!("--connect-to: the host of VESTIBULE_PUBLIC_URL is the IP address {host}");
        assert!(done.err.contains(&expected), "{}", done.err);
    }
}
