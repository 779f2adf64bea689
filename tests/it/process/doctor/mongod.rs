//! MongoDB servers with a fault that the shared servers of a test run must not have.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use mongodb::{
    Client, Database,
    bson::{Document, doc},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::AbortHandle,
};

use crate::harness::{eventually, ports::free_port, stores::StoreLocation};

const START_WITHIN: Duration = Duration::from_mins(1);

/// Replica set of a primary, an arbiter and a member that is down: there is a primary, and no majority acknowledges its writes.
pub(super) struct SetWithoutMajority {
    servers: Vec<Child>,
    _folder: TempDir,
    /// URL of a database.
    pub(super) url: String,
    /// Address of the member that is down.
    pub(super) down: String,
}

impl SetWithoutMajority {
    pub(super) async fn start() -> Self {
        let folder = TempDir::new().expect("a folder");
        let [data, arbiter, down] = [(); 3].map(|()| format!("127.0.0.1:{}", free_port()));
        let servers = [&data, &arbiter].map(|address| start_mongod(&folder.path().join(address), address));
        let url = format!("mongodb://{data},{arbiter}/vestibule?replicaSet=doctor");
        let set = Self { servers: servers.into(), _folder: folder, url, down };
        let admin = admin(&data).await;
        let alone = doc! { "_id": "doctor", "members": [{ "_id": 0, "host": &data }] };
        admin.run_command(doc! { "replSetInitiate": alone }).await.expect("a replica set");
        eventually(START_WITHIN, "the member is the primary", || is_primary(&admin)).await;
        // Otherwise the server refuses an arbiter: it would change the default.
        let default = doc! { "setDefaultRWConcern": 1, "defaultWriteConcern": { "w": 1 } };
        admin.run_command(default).await.expect("a default");
        let members = doc! { "_id": "doctor", "version": 99, "members": [
            { "_id": 0, "host": &data },
            { "_id": 1, "host": &arbiter, "arbiterOnly": true },
            { "_id": 2, "host": &set.down, "priority": 0 },
        ] };
        admin.run_command(doc! { "replSetReconfig": members, "force": true }).await.expect("more members");
        eventually(START_WITHIN, "the primary sees the arbiter", || has_arbiter(&admin)).await;
        // What was written before has its majority.
        let orders = admin.client().database("shop").collection("orders");
        orders.insert_one(doc! { "item": "rope" }).await.expect("one member acknowledges");
        set
    }
}

impl Drop for SetWithoutMajority {
    fn drop(&mut self) {
        for server in &mut self.servers {
            drop(server.kill());
            drop(server.wait());
        }
    }
}

fn start_mongod(folder: &Path, address: &str) -> Child {
    fs::create_dir(folder).expect("a folder");
    let (_, port) = address.split_once(':').expect("a port");
    let mut command = Command::new(program());
    command.args(["--bind_ip", "127.0.0.1", "--port", port, "--replSet", "doctor", "--nounixsocket"]);
    command.args(["--wiredTigerCacheSizeGB", "0.25", "--quiet", "--dbpath"]).arg(folder);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a MongoDB server: run scripts/test rust")
}

/// Returns the server that scripts/lib/mongodb.sh uses.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed =
        std::env::split_paths(&path).map(|folder| folder.join("mongod")).find(|file| file.exists());
    installed.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/mongodb/mongod"))
}

async fn admin(address: &str) -> Database {
    let url = format!("mongodb://{address}/?directConnection=true");
    Client::with_uri_str(url).await.expect("a URL").database("admin")
}

async fn is_primary(admin: &Database) -> bool {
    let hello = admin.run_command(doc! { "hello": 1 }).await.expect("the server answers");
    hello.get_bool("isWritablePrimary").is_ok_and(|is_primary| is_primary)
}

async fn has_arbiter(admin: &Database) -> bool {
    let set = admin.run_command(doc! { "replSetGetStatus": 1 }).await.expect("the server answers");
    let members = set.get_array("members").expect("members");
    let states = members.iter().filter_map(|member| member.as_document()?.get_str("stateStr").ok());
    states.eq(["PRIMARY", "ARBITER", "(not reachable/healthy)"])
}

/// Relay to a real server. It changes the version that the server reports: servers of that age need libraries that systems of today lack.
pub(super) struct OldServer {
    accepting: AbortHandle,
    /// URL of a database.
    pub(super) url: String,
}

impl OldServer {
    pub(super) async fn start(location: &StoreLocation) -> Self {
        let hello: Document =
            location.database().await.run_command(doc! { "hello": 1 }).await.expect("the server answers");
        let primary = hello.get_str("me").expect("its address").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(relay(client, primary.clone()));
            }
        });
        let url = format!("mongodb://{address}/{}?directConnection=true", location.name());
        Self { accepting: accepting.abort_handle(), url }
    }
}

impl Drop for OldServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn relay(client: TcpStream, server: String) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (mut from_client, to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    tokio::select! {
        _ = tokio::io::copy(&mut from_client, &mut to_server) => {}
        _ = relay_answers(from_server, to_client) => {}
    }
}

/// Each message begins with its size (`OP_MSG`).
async fn relay_answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> io::Result<()> {
    loop {
        let size = from.read_i32_le().await?;
        let mut message = size.to_le_bytes().to_vec();
        message.resize(usize::try_from(size).expect("a size"), 0);
        from.read_exact(&mut message[4..]).await?;
        make_old(&mut message);
        to.write_all(&message).await?;
    }
}

/// Makes `6.0.5` to `5.0.5`. The member keeps its size.
fn make_old(message: &mut [u8]) {
    const MEMBER: &[u8] = b"\x02version\0";
    let Some(at) = message.windows(MEMBER.len()).position(|bytes| bytes == MEMBER) else { return };
    // The text follows its size, which has four bytes.
    let major = at + MEMBER.len() + 4;
    if message.get(major + 1) == Some(&b'.') {
        message[major] = b'5';
    }
}
