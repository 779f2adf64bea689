//! Proxy in front of a server. A test can cut, freeze or slow down its connections, or drop responses.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    sync::watch,
    task::AbortHandle,
};

/// Treatment of all connections, old and new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// Nothing passes and no connection closes, as with a hanging server or a firewall that drops packets.
    Frozen,
    /// Requests pass. Responses are dropped.
    NoChanges,
    /// Responses are delayed.
    Slow(Duration),
}

#[derive(Clone, Copy, Debug)]
struct Control {
    state: State,
    /// Number of cuts. A connection closes when it changes.
    cuts: u64,
}

pub(crate) struct CutProxy {
    address: SocketAddr,
    control: watch::Sender<Control>,
    accepting: AbortHandle,
}

impl CutProxy {
    pub(crate) async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
        let address = listener.local_addr().expect("an address");
        let (control, connected) = watch::channel(Control { state: State::Open, cuts: 0 });
        let accepting = tokio::spawn(accept(listener, server, connected));
        Self { address, control, accepting: accepting.abort_handle() }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes every connection. New connections pass.
    pub(crate) fn cut(&self) {
        self.control.send_modify(|control| *control = Control { state: State::Open, cuts: control.cuts + 1 });
    }

    pub(crate) fn freeze(&self) {
        self.control.send_modify(|control| control.state = State::Frozen);
    }

    pub(crate) fn lose_answers(&self) {
        self.control.send_modify(|control| control.state = State::NoChanges);
    }

    /// Delays each response.
    pub(crate) fn slow_down(&self, delay: Duration) {
        self.control.send_modify(|control| control.state = State::Slow(delay));
    }

    pub(crate) fn open(&self) {
        self.control.send_modify(|control| control.state = State::Open);
    }
}

impl Drop for CutProxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn accept(listener: TcpListener, server: String, control: watch::Receiver<Control>) {
    while let Ok((client, _)) = listener.accept().await {
        let (server, control) = (server.clone(), control.clone());
        tokio::spawn(async move {
            let mut cut = control.clone();
            let cuts = cut.borrow().cuts;
            tokio::select! {
                () = forward(client, &server, control) => {}
                _ = cut.wait_for(|control| control.cuts != cuts) => {}
            }
        });
    }
}

async fn forward(client: TcpStream, server: &str, control: watch::Receiver<Control>) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = copy(from_client, to_server, control.clone(), false) => {}
        () = copy(from_server, to_client, control, true) => {}
    }
}

async fn copy(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    mut control: watch::Receiver<Control>,
    answers: bool,
) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let flowing =
            control.wait_for(|control| control.state != State::Frozen).await.map(|control| control.state);
        let Ok(state) = flowing else { return };
        if answers && state == State::NoChanges {
            continue;
        }
        if answers && let State::Slow(delay) = state {
            tokio::time::sleep(delay).await;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
