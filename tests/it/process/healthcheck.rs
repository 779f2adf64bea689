//! `vestibule healthcheck` asks a service in another process.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    thread,
};

use crate::harness::{
    ports::free_port,
    process::{Done, Installation},
};

const PREFIX: &str = "https://corp.example/auth";

/// Runs the command in a folder without the settings of the service, except this address.
fn check(listen: &str, arguments: &[&str]) -> Done {
    let home = Installation::without_settings().and("VESTIBULE_LISTEN", listen);
    home.run(&[&["healthcheck"], arguments].concat())
}

/// Starts a program that answers every request with this text.
fn answering(text: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(text.as_bytes());
        }
    });
    address
}

#[test]
fn the_own_listener_is_asked_whatever_its_address_is() {
    for (listen, asked) in [
        ("127.0.0.1:0", &["127.0.0.1", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]", "[::ffff:0.0.0.0]"][..]),
        ("0.0.0.0:0", &["127.0.0.1", "0.0.0.0", "127.0.0.9"]),
        ("[::1]:0", &["[::1]", "[::]"]),
        ("[::]:0", &["[::]", "[::1]", "127.0.0.1", "0.0.0.0"]),
    ] {
        // Neither https nor the path of the public URL matters inside the network.
        let home =
            Installation::with_settings(&[("VESTIBULE_LISTEN", listen), ("VESTIBULE_PUBLIC_URL", PREFIX)]);
        let serving = home.serve();
        let port = serving.address.port();
        for host in asked {
            let done = check(&format!("{host}:{port}"), &[]).expect_exit(0);
            assert_eq!((done.out.as_str(), done.err.as_str()), ("ready\n", ""), "{listen} {host}");
        }
        let url = format!("http://{}/auth", serving.address.to_string().replace("0.0.0.0", "127.0.0.1"));
        check("127.0.0.1:1", &["--url", &url]).expect_exit(0);
    }
}

#[test]
fn a_failure_is_one_sentence_and_an_exit_code() {
    let free = format!("127.0.0.1:{}", free_port());
    let stopped = check(&free, &[]).expect_exit(1);
    assert_eq!(
        stopped.err,
        format!(
            "vestibule: not healthy: http://{free}/readyz does not answer: no program listens there; start the service, or check \
             VESTIBULE_LISTEN\n"
        )
    );
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let silent = silent.local_addr().map(|address| (address, silent)).expect("an address");
    for arguments in
        [vec!["--timeout", "1"], vec!["--timeout", "1", "--url", &format!("http://{}", silent.0)]]
    {
        let done = check(&silent.0.to_string(), &arguments).expect_exit(1);
        assert!(done.err.contains("did not answer within 1 s"), "{}", done.err);
        assert_eq!(done.err.lines().count(), 1, "{}", done.err);
    }
    for (answer, code, text) in [
        (
            "HTTP/1.1 503 \r\ncontent-length: 24\r\n\r\n{\"status\":\"unavailable\"}",
            4,
            "its database does not answer",
        ),
        ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", 1, "answers 200 and not as Vestibule does"),
        ("HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n", 1, "answers 302"),
        ("SSH-2.0-OpenSSH_9.9\r\n", 1, "does not answer"),
    ] {
        let address = answering(answer).to_string();
        for arguments in [vec![], vec!["--url", &format!("http://{address}")]] {
            let done = check(&address, &arguments).expect_exit(code);
            assert!(done.err.contains(text) && done.out.is_empty(), "{done:?}");
        }
    }
}

#[test]
fn only_the_address_of_the_listener_is_read_from_the_settings() {
    let serving = Installation::new().serve();
    let address = serving.address.to_string();
    let beside = Installation::without_settings()
        .and("VESTIBULE_LISTEN", &address)
        .and("VESTIBULE_DATABASE_URL", "mongodb://db1/vestibule")
        .and("VESTIBULE_CA_FILE", "/run/secrets/missing");
    beside.run(&["healthcheck"]).expect_exit(0);
    let wrong = check("localhost", &[]).expect_exit(3);
    assert!(wrong.err.contains("VESTIBULE_LISTEN: \"localhost\" is not"), "{}", wrong.err);
    let any = check("127.0.0.1:0", &[]).expect_exit(1);
    assert!(any.err.contains("--url"), "{}", any.err);
    for arguments in [["--url", "localhost:3000"], ["--timeout", "0"]] {
        check(&address, &arguments).expect_exit(2);
    }
}

#[test]
fn completions_are_printed_for_each_shell() {
    let home = Installation::without_settings();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let done = home.run(&["completions", shell]).expect_exit(0);
        assert!(done.out.contains("healthcheck") && done.err.is_empty(), "{shell}");
    }
    // bash reads the script, and knows the command afterwards.
    let script = format!("{}\ncomplete -p vestibule", home.run(&["completions", "bash"]).out);
    let known = std::process::Command::new("bash").args(["--norc", "-c", &script]).output().expect("bash");
    assert!(known.status.success(), "{known:?}");
    home.run(&["completions", "cmd"]).expect_exit(2);
}
