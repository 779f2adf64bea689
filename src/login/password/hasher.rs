//! Threads that hash passwords and check new ones against the rules, behind a bounded queue. Each thread has low priority and keeps its memory.
//!
//! A hash takes 15 ms and 19 MiB on purpose. On the threads of the requests it would delay every other request; without a bound it would
//! exhaust the memory. On Linux the priority belongs to the thread: session checks come first while many logins wait.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::Instant,
};

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::{
    hash::{self, CheckResult, Workspace},
    policy,
};
use crate::{
    config::{HashParameters, Hashing},
    metrics,
    trace::{self, Kind, Operation, Value},
};

/// The lowest priority.
const NICE: i32 = 19;

type Job = Box<dyn FnOnce(&mut Workspace) + Send>;

/// The threads and their queue.
pub struct Hasher {
    jobs: Sender<Job>,
    slots: Arc<Semaphore>,
    capacity: usize,
}

/// A reserved slot in the queue.
pub struct QueueSlot {
    jobs: Sender<Job>,
    permit: OwnedSemaphorePermit,
}

pub struct PasswordCheck {
    stored: Option<String>,
    password: SecretString,
    upgrade: bool,
}

impl PasswordCheck {
    /// `stored` is the hash of the account, if there is one. With `upgrade`, a correct password is also hashed in the current form if
    /// the stored hash has an older or weaker one.
    ///
    /// A password longer than any that can be set is wrong, and only an empty text is hashed in its place: otherwise a client could use
    /// long passwords to consume CPU time (denial of service).
    #[must_use]
    pub fn new(stored: Option<&str>, password: SecretString, upgrade: bool) -> Self {
        if password.expose_secret().len() > policy::MAX_BYTES {
            return Self { stored: None, password: SecretString::default(), upgrade: false };
        }
        Self { stored: stored.map(ToOwned::to_owned), password, upgrade }
    }
}

impl Hasher {
    #[must_use]
    pub fn start(settings: Hashing) -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..settings.threads {
            let queue = queue.clone();
            let name = format!("hash-{number}");
            if let Err(error) =
                thread::Builder::new().name(name).spawn(move || run_worker(&queue, settings.parameters))
            {
                tracing::error!(%error, "could not start hashing thread");
            }
        }
        let capacity = settings.threads * (settings.queue + 1);
        Self { jobs, slots: Arc::new(Semaphore::new(capacity)), capacity }
    }

    /// Returns the number of reserved slots.
    #[must_use]
    pub fn queue_length(&self) -> usize {
        self.capacity.saturating_sub(self.slots.available_permits())
    }

    /// Reserves a slot, or returns `None` if the queue is full.
    #[must_use]
    pub fn reserve(&self) -> Option<QueueSlot> {
        let permit = self.slots.clone().try_acquire_owned().ok()?;
        Some(QueueSlot { jobs: self.jobs.clone(), permit })
    }

    /// Hashes a new password; waits for a slot. For the command line, where waiting is acceptable.
    pub async fn hash(&self, password: SecretString) -> Option<String> {
        self.wait().await?.run(move |workspace| hash::hash(&password, workspace)).await.flatten()
    }

    /// Hashes a new password, or returns `None` if the queue is full.
    pub async fn try_hash(&self, password: SecretString) -> Option<String> {
        self.reserve()?.run(move |workspace| hash::hash(&password, workspace)).await.flatten()
    }

    /// Checks a password; waits for a slot. For the command line, where waiting is acceptable.
    pub async fn check(&self, check: PasswordCheck) -> Option<CheckResult> {
        self.wait().await?.check(check).await
    }

    /// Runs another job that takes processor time, or returns `None` if the queue is full.
    pub async fn try_run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        self.reserve()?.run(|_| job()).await
    }

    async fn wait(&self) -> Option<QueueSlot> {
        let permit = self.slots.clone().acquire_owned().await.ok()?;
        Some(QueueSlot { jobs: self.jobs.clone(), permit })
    }
}

impl QueueSlot {
    /// Checks a password. Without a stored hash (unknown user, user without password) it hashes all the same, so that the response time
    /// does not distinguish them (user enumeration by timing). Returns `None` if the check could not run.
    pub async fn check(self, check: PasswordCheck) -> Option<CheckResult> {
        self.run(move |workspace| {
            let PasswordCheck { stored, password, upgrade } = check;
            hash::check(stored.as_deref(), &password, upgrade, workspace)
        })
        .await
    }

    /// Hashes random codes under one new salt: see [`hash::code_set`].
    pub async fn hash_codes(self, codes: Vec<String>) -> Option<(String, Vec<String>)> {
        self.run(move |workspace| hash::code_set::hash_all(&codes, workspace)).await.flatten()
    }

    /// Returns the hash of this code if it is one of `hashes`. The outer `None`: the check could not run.
    pub async fn find_code(
        self,
        salt: String,
        hashes: Vec<String>,
        code: SecretString,
    ) -> Option<Option<String>> {
        self.run(move |workspace| hash::code_set::find(&salt, &hashes, code.expose_secret(), workspace)).await
    }

    async fn run<T: Send + 'static>(
        self,
        job: impl FnOnce(&mut Workspace) -> T + Send + 'static,
    ) -> Option<T> {
        let (sender, receiver) = oneshot::channel();
        let permit = self.permit;
        let queued = Instant::now();
        let job: Job = Box::new(move |workspace| {
            let waited = queued.elapsed();
            metrics::record_hash_wait(waited);
            // The receiver is gone if the client has disconnected: skip the work.
            if !sender.is_closed() {
                drop(sender.send((waited, job(workspace))));
            }
            drop(permit);
        });
        let span = trace::Open::child(|| Operation {
            name: "hash".to_owned(),
            kind: Kind::Internal,
            attributes: Vec::new(),
        });
        self.jobs.send(job).ok()?;
        let done = receiver.await.ok();
        let waited = done.as_ref().map(|(waited, _)| waited.as_millis().try_into().unwrap_or(i64::MAX));
        let error = done.is_none().then_some("failed");
        span.end(error, waited.map(|waited| ("vestibule.hash.wait_ms", Value::Number(waited))));
        done.map(|(_, result)| result)
    }
}

fn run_worker(queue: &Mutex<Receiver<Job>>, parameters: HashParameters) {
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::warn!(%error, "could not lower thread priority");
    }
    let mut workspace = Workspace::new(parameters);
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A panic fails the request of this job. The thread continues.
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(&mut workspace))).is_err() {
            tracing::error!("password check panicked");
        }
    }
}
