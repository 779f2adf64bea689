//! Places for connections: a total, and a share that one client network can hold.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    config::ListenSettings,
    web::{
        client::network_of,
        proxies::{Peer, TrustedProxies},
    },
};

/// Open connections. Further ones wait in the kernel's queue.
const TOTAL: usize = 16_384;
/// Open connections of one network. Further ones are closed. One client must not be able to hold every place (denial of service), and an
/// office with one address must not be refused.
const OF_NETWORK: usize = 2048;

#[derive(Clone)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    held: Arc<Mutex<HashMap<IpAddr, usize>>>,
    of_network: usize,
    /// A proxy holds the connections of all its clients.
    proxies: TrustedProxies,
}

/// The place of one connection. It is free again when this is dropped.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    held: Arc<Mutex<HashMap<IpAddr, usize>>>,
    network: IpAddr,
}

impl Places {
    pub(super) fn new(listen: &ListenSettings) -> Self {
        Self::with_limits(TOTAL, OF_NETWORK, listen.trusted_proxies.clone())
    }

    fn with_limits(total: usize, of_network: usize, proxies: TrustedProxies) -> Self {
        let free = Arc::new(Semaphore::new(total));
        Self { free, held: Arc::default(), of_network, proxies }
    }

    /// Waits for a free place.
    pub(super) async fn permit(&self) -> OwnedSemaphorePermit {
        self.free.clone().acquire_owned().await.expect("the semaphore is never closed")
    }

    /// Returns the place of a connection. `None` if its network holds its share.
    pub(super) fn take(&self, permit: OwnedSemaphorePermit, peer: Peer) -> Option<Place> {
        let network = network_of(peer.ip());
        let is_proxy = self.proxies.contains(peer);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(network).or_default();
        if *count >= self.of_network && !is_proxy {
            return None;
        }
        *count += 1;
        Some(Place { _permit: permit, held: self.held.clone(), network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn take(places: &Places, ip: &str) -> Option<Place> {
        places.take(places.permit().await, Peer::of(ip.parse().expect("an address")))
    }

    #[tokio::test]
    async fn one_network_cannot_hold_every_place() {
        let networks = vec!["10.0.0.0/8".parse().expect("a network")];
        let places = Places::with_limits(10, 2, TrustedProxies { networks, ..TrustedProxies::default() });
        let first = take(&places, "192.0.2.1").await;
        let second = take(&places, "::ffff:192.0.2.1").await;
        assert!(first.is_some() && second.is_some());
        assert!(take(&places, "192.0.2.1").await.is_none(), "the share is used up, in any spelling");
        let other = take(&places, "192.0.2.2").await;
        assert!(other.is_some());
        let subscriber = [take(&places, "2001:db8::1").await, take(&places, "2001:db8::2").await];
        assert!(subscriber.iter().all(Option::is_some));
        assert!(take(&places, "2001:db8:0:0:ffff::3").await.is_none(), "one /64 is one subscriber");
        drop(first);
        assert!(take(&places, "192.0.2.1").await.is_some(), "a place is free again");
        let proxied = [0; 3].map(|_| "10.0.0.1");
        let mut of_proxy = Vec::new();
        for ip in proxied {
            of_proxy.push(take(&places, ip).await);
        }
        assert!(of_proxy.iter().all(Option::is_some), "a trusted proxy has no share");
        drop((second, other, subscriber, of_proxy));
        assert!(places.held.lock().expect("a map").is_empty());
        assert_eq!(places.free.available_permits(), 10);
    }
}
