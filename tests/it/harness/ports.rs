//! Ports for servers that cannot choose one themselves.

use std::{
    fs,
    net::TcpListener,
    sync::{Mutex, PoisonError},
};

/// Lowest port that is tried.
const FIRST: u16 = 10_000;
/// Address on which a port stays reserved. Servers of tests listen at 127.0.0.1, so it does not disturb them.
const RESERVED_AT: &str = "127.0.0.77";

/// Reservations of this process, until its end.
static RESERVED: Mutex<Vec<TcpListener>> = Mutex::new(Vec::new());

/// Returns a port of 127.0.0.1 on which no program listens. No other call returns it, also in another test process. The system does not
/// give it to a connection or to a listener on port 0: it is below the range for these.
pub(crate) fn free_port() -> u16 {
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").expect("a range of ports");
    let end: u16 = range.split_whitespace().next().and_then(|first| first.parse().ok()).expect("a port");
    let mut reserved = RESERVED.lock().unwrap_or_else(PoisonError::into_inner);
    // Each process starts elsewhere, so that it seldom tries ports of another one.
    let start = u16::try_from(std::process::id() % u32::from(end - FIRST)).expect("less than a port");
    let ports = (FIRST + start..end).chain(FIRST..FIRST + start);
    let free = ports.into_iter().find_map(|port| {
        let reservation = TcpListener::bind((RESERVED_AT, port)).ok()?;
        let is_free = TcpListener::bind(("127.0.0.1", port)).is_ok();
        // Kept in any case: the next call must not try the port again.
        reserved.push(reservation);
        is_free.then_some(port)
    });
    free.expect("a free port")
}
