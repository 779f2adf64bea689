//! Listeners beside plain TCP: a unix socket, and connections that begin with the PROXY protocol.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::{
        fs::{FileTypeExt as _, PermissionsExt as _},
        net::{UnixListener, UnixStream},
    },
    time::{Duration, Instant},
};

use rustix::process::Signal;

use crate::harness::process::Installation;

const REQUEST: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";

/// Sends bytes and returns everything that comes back.
fn exchange(mut stream: impl Read + Write, bytes: &[u8]) -> String {
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Returns the addresses of the clients in the access lines.
fn addresses(log: &str) -> Vec<String> {
    let lines = log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let access = lines.filter(|line| line["target"] == "vestibule::access");
    access.filter_map(|line| line["ip"].as_str().map(str::to_owned)).collect()
}

/// Returns an installation that listens on a socket in its folder, and the setting.
fn on_socket() -> (Installation, String) {
    let home = Installation::new();
    let listen = format!("unix:{}", home.path("vestibule.sock").display());
    (home.and("VESTIBULE_LISTEN", &listen).and("VESTIBULE_TRUSTED_PROXIES", "unix"), listen)
}

#[test]
fn unix_socket_has_its_mode_and_is_removed_at_the_stop() {
    let (home, listen) = on_socket();
    let path = home.path("vestibule.sock");
    for (mode, expected) in [("", 0o660), ("0600", 0o600)] {
        let home = Installation::new()
            .and("VESTIBULE_LISTEN", &listen)
            .and("VESTIBULE_LISTEN_MODE", mode)
            .and("VESTIBULE_TRUSTED_PROXIES", "unix");
        let serving = home.serve();
        assert_eq!(serving.line, format!("listening on {listen} (public URL http://localhost:3000)\n"));
        let file = fs::symlink_metadata(&path).expect("a socket");
        assert!(file.file_type().is_socket());
        assert_eq!(file.permissions().mode() & 0o777, expected);
        let forwarded = format!("{REQUEST}x-forwarded-for: 203.0.113.9\r\n\r\n");
        let answer = exchange(UnixStream::connect(&path).expect("a connection"), forwarded.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let check = home.run(&["healthcheck"]).expect_exit(0);
        assert_eq!(check.out, "ready\n");
        serving.signal(Signal::TERM);
        assert!(serving.ends_within(Duration::from_secs(12)).success());
        assert!(!path.exists(), "removed at the stop");
        let log = fs::read_to_string(home.path("log")).expect("a log");
        assert!(log.contains("203.0.113.9"), "{log}");
    }
    let stopped = home.run(&["healthcheck"]).expect_exit(1);
    assert!(stopped.err.contains("no program listens there"), "{}", stopped.err);
}

#[test]
fn only_a_socket_on_which_no_program_listens_is_replaced() {
    let (home, _) = on_socket();
    let path = home.path("vestibule.sock");
    // A killed service leaves its socket.
    home.serve().kill();
    assert!(path.exists());
    let serving = home.serve();
    let second = home.run(&["serve"]).expect_exit(1);
    assert!(second.err.contains("another program listens there"), "{}", second.err);
    assert_eq!(
        home.run(&["healthcheck"]).expect_exit(0).out,
        "ready\n",
        "the first one still has its socket"
    );
    serving.kill();
    fs::remove_file(&path).expect("the socket");
    let foreign = UnixListener::bind(&path).expect("a socket");
    home.run(&["serve"]).expect_exit(1);
    drop(foreign);
    home.serve().kill();
    fs::remove_file(&path).expect("the socket");
    home.write("vestibule.sock", "a file of the user");
    let refused = home.run(&["serve"]).expect_exit(1);
    assert!(refused.err.contains("no socket"), "{}", refused.err);
    assert_eq!(fs::read_to_string(&path).expect("the file"), "a file of the user");
    let missing = Installation::new().and("VESTIBULE_LISTEN", "unix:/nonexistent/vestibule.sock");
    assert!(missing.run(&["serve"]).expect_exit(1).err.contains("its folder cannot be opened"));
}

#[test]
fn services_that_start_together_do_not_take_the_socket_from_each_other() {
    let (home, _) = on_socket();
    home.serve().kill();
    let mut starts: Vec<_> = (0..3).map(|_| home.command(&["serve"]).spawn().expect("a process")).collect();
    let until = Instant::now() + Duration::from_secs(30);
    let is_ready = || home.run(&["healthcheck"]).code == Some(0);
    while (starts.len() > 1 || !is_ready()) && Instant::now() < until {
        starts.retain_mut(|start| start.try_wait().expect("a child").is_none());
        std::thread::sleep(Duration::from_millis(50));
    }
    // The one that is left must have its socket: a loser that removes it would stop all logins.
    let (left, is_served) = (starts.len(), is_ready());
    for mut start in starts {
        start.kill().expect("a child");
        start.wait().expect("the process ends");
    }
    assert!(left == 1 && is_served, "{left} left, ready: {is_served}");
}

#[test]
fn proxy_protocol_names_the_client_and_is_required_from_trusted_proxies() {
    let home = Installation::with_settings(&[
        ("VESTIBULE_PROXY_PROTOCOL", "true"),
        ("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1, 192.0.2.0/24"),
    ]);
    let serving = home.serve();
    let send = |bytes: &[u8]| exchange(TcpStream::connect(serving.address).expect("a connection"), bytes);
    let v2 = |ip: [u8; 4]| {
        let start = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c";
        [&start[..], &ip, &[10, 0, 0, 1, 0x13, 0x88, 1, 0xbb], REQUEST.as_bytes(), b"\r\n"].concat()
    };
    // The forwarded address counts only if the client of the connection is a trusted proxy itself.
    let forwarded = format!("{REQUEST}x-forwarded-for: 198.51.100.7\r\n\r\n");
    for bytes in [
        format!("PROXY TCP4 203.0.113.1 10.0.0.1 5000 443\r\n{REQUEST}\r\n").into_bytes(),
        format!("PROXY TCP6 2001:db8::7 fd00::1 5000 443\r\n{forwarded}").into_bytes(),
        v2([203, 0, 113, 2]),
        format!("PROXY TCP4 192.0.2.1 10.0.0.1 5000 443\r\n{forwarded}").into_bytes(),
        // The proxy does not know its client, which could choose its address with the header.
        format!("PROXY UNKNOWN\r\n{forwarded}").into_bytes(),
    ] {
        let answer = send(&bytes);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    for bytes in [format!("{REQUEST}\r\n"), "PROXY TCP4 no address\r\n".to_owned() + REQUEST + "\r\n"] {
        assert_eq!(send(bytes.as_bytes()), "", "closed without an answer");
    }
    let begun = Instant::now();
    let slow = send(b"PROXY TCP4");
    assert!(slow.is_empty() && begun.elapsed() < Duration::from_secs(15), "{:?} {slow}", begun.elapsed());
    let address = serving.address.to_string();
    assert_eq!(home.run(&["healthcheck", "--url", &format!("http://{address}")]).code, Some(1));
    let own = home.and("VESTIBULE_LISTEN", &address);
    own.run(&["healthcheck"]).expect_exit(0);
    let until = Instant::now() + Duration::from_secs(5);
    while addresses(&serving.log()).len() < 5 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    let ips = addresses(&serving.log());
    assert_eq!(ips[..5], ["203.0.113.1", "2001:db8::7", "203.0.113.2", "198.51.100.7", "127.0.0.1"]);
}

// Any client could choose its address.
#[test]
fn proxy_protocol_of_an_untrusted_client_is_refused() {
    let home = Installation::with_settings(&[
        ("VESTIBULE_PROXY_PROTOCOL", "true"),
        ("VESTIBULE_TRUSTED_PROXIES", "10.0.0.0/8"),
    ]);
    let serving = home.serve();
    let send =
        |text: String| exchange(TcpStream::connect(serving.address).expect("a connection"), text.as_bytes());
    let forged = send(format!("PROXY TCP4 203.0.113.1 10.0.0.1 5000 443\r\n{REQUEST}\r\n"));
    assert!(forged.starts_with("HTTP/1.1 400 "), "{forged}");
    let plain = send(format!("{REQUEST}\r\n"));
    assert!(plain.starts_with("HTTP/1.1 200 "), "{plain}");
}
