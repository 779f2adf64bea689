//! Threads that do nothing but hash passwords: niced, each keeping its memory, behind a bounded queue.
//!
//! Hashing takes 15 ms and 19 MiB on purpose. On the request threads it would make everybody wait; unbounded it would take all
//! memory. Nice 19 belongs to the thread on Linux, so that sessions are checked first whatever the storm.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread,
};

use argon2::Block;
use secrecy::SecretString;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::hash;
use crate::config::Hashing;

/// Lowest priority there is.
const NICE: i32 = 19;

type Job = Box<dyn FnOnce(&mut Vec<Block>) + Send>;

/// The threads and their queue.
pub struct Hasher {
    jobs: Sender<Job>,
    places: Arc<Semaphore>,
}

/// A place in the queue.
pub struct Place {
    jobs: Sender<Job>,
    permit: OwnedSemaphorePermit,
}

/// A password that is to be judged.
pub struct Candidate {
    /// What it is compared with.
    pub stored: Option<String>,
    /// What was typed.
    pub password: SecretString,
    /// Whether a right one comes back in today's form, when the stored one is older or weaker.
    pub upgrade: bool,
}

/// What was found about a password.
#[derive(Debug, Default)]
pub struct Verdict {
    /// It fits the hash.
    pub right: bool,
    /// The same password in today's form, when the stored one is older or weaker.
    pub better_hash: Option<String>,
}

impl Hasher {
    /// Starts the threads.
    #[must_use]
    pub fn start(settings: Hashing) -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..settings.threads {
            let queue = queue.clone();
            let spawned = thread::Builder::new().name(format!("hash-{number}")).spawn(move || work(&queue));
            if let Err(error) = spawned {
                tracing::error!(%error, "a hashing thread cannot be started");
            }
        }
        let places = settings.threads * (settings.queue + 1);
        Self { jobs, places: Arc::new(Semaphore::new(places)) }
    }

    /// A place in the queue, if there is one.
    #[must_use]
    pub fn reserve(&self) -> Option<Place> {
        let permit = self.places.clone().try_acquire_owned().ok()?;
        Some(Place { jobs: self.jobs.clone(), permit })
    }

    /// Hashes a new password, waiting for a place: for the command line, where everybody has time.
    pub async fn hash(&self, password: SecretString) -> Option<String> {
        self.wait().await?.run(move |memory| hash::hash(&password, memory)).await.flatten()
    }

    /// Compares a password with a stored hash, waiting for a place: for the command line.
    pub async fn verify(&self, stored: String, password: SecretString) -> Option<Verdict> {
        self.wait().await?.verify(Candidate { stored: Some(stored), password, upgrade: false }).await
    }

    async fn wait(&self) -> Option<Place> {
        let permit = self.places.clone().acquire_owned().await.ok()?;
        Some(Place { jobs: self.jobs.clone(), permit })
    }
}

impl Place {
    /// Compares a password with a stored hash. Without one (unknown person, no password) it hashes all the same, so that the time
    /// tells nothing (enumeration by timing). None: it could not be judged.
    pub async fn verify(self, candidate: Candidate) -> Option<Verdict> {
        self.run(move |memory| {
            let Candidate { stored, password, upgrade } = candidate;
            if let Some(stored) = stored {
                return hash::verify(&stored, &password, upgrade, memory);
            }
            hash::hash(&password, memory);
            Verdict::default()
        })
        .await
    }

    async fn run<T: Send + 'static>(
        self,
        job: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        let permit = self.permit;
        let job: Job = Box::new(move |memory| {
            // Nobody waits any more: the client has left.
            if !answer.is_closed() {
                drop(answer.send(job(memory)));
            }
            drop(permit);
        });
        self.jobs.send(job).ok()?;
        answered.await.ok()
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::warn!(%error, "a hashing thread keeps its priority");
    }
    let mut memory = Vec::new();
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A job that panics takes its own request with it, never the thread.
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(&mut memory))).is_err() {
            tracing::error!("a password could not be judged");
        }
    }
}
