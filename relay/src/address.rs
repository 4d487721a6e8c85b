//! What one network address may use: connections at once, and workspaces founded.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::bucket::Bucket;
use crate::limits::{self, Limits};

/// All addresses that use something now or did lately.
#[derive(Debug)]
pub struct Addresses {
    limits: Limits,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    open: HashMap<IpAddr, usize>,
    founding: HashMap<IpAddr, Bucket>,
}

/// A connection that is counted until this is dropped.
#[derive(Debug)]
pub struct Counted {
    address: IpAddr,
    addresses: Arc<Addresses>,
}

impl Addresses {
    /// Nobody yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, entries: Mutex::default() }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a connection, unless there are too many.
    pub fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Counted> {
        let address = neighbourhood(address);
        let mut entries = self.entries();
        let open = entries.open.get(&address).copied().unwrap_or(0);
        if open >= self.limits.per_address {
            return None;
        }
        entries.open.insert(address, open + 1);
        Some(Counted { address, addresses: self.clone() })
    }

    /// Whether this address may found a workspace now.
    ///
    /// # Errors
    /// How long to wait.
    pub fn found(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let founding = &mut self.entries().founding;
        if founding.len() >= limits::ADDRESSES {
            founding.retain(|_, bucket| !bucket.is_full(now));
        }
        // Still too many: somebody has a great many addresses, and everybody waits.
        if founding.len() >= limits::ADDRESSES {
            return Err(Duration::from_secs(60));
        }
        let hour = 3600.0;
        let new = || Bucket::new(self.limits.founding / hour, hour, now);
        let bucket = founding.entry(neighbourhood(address)).or_insert_with(new);
        match bucket.wait(now) {
            Duration::ZERO => {
                bucket.take(1.0, now);
                Ok(())
            }
            wait => Err(wait),
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut entries = self.addresses.entries();
        if let Some(open) = entries.open.get_mut(&self.address) {
            *open -= 1;
            if *open == 0 {
                entries.open.remove(&self.address);
            }
        }
    }
}

/// One subscriber of an IPv6 network has a /64 at least.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_counted_by_neighbourhood() {
        let limits = Limits { per_address: 2, founding: 2.0, ..Limits::default() };
        let addresses = Arc::new(Addresses::new(limits));
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let first = addresses.enter(address("2001:db8::1")).expect("free");
        let second = addresses.enter(address("2001:db8::2")).expect("free");
        assert!(addresses.enter(address("2001:db8::3")).is_none());
        let third = addresses.enter(address("10.0.0.1")).expect("another");
        let mapped = addresses.enter(address("::ffff:10.0.0.1")).expect("the second of two");
        assert!(addresses.enter(address("10.0.0.1")).is_none());
        drop((first, second, third, mapped));
        assert!(addresses.entries().open.is_empty());
    }

    #[test]
    fn founding_is_limited_by_the_hour() {
        #[expect(clippy::disallowed_methods, reason = "any instant will do")]
        let now = Instant::from_std(std::time::Instant::now());
        let addresses = Addresses::new(Limits { founding: 2.0, ..Limits::default() });
        let address = IpAddr::from([10, 0, 0, 1]);
        assert_eq!((addresses.found(address, now), addresses.found(address, now)), (Ok(()), Ok(())));
        let wait = addresses.found(address, now).expect_err("two an hour");
        assert!(wait <= Duration::from_secs(1801), "{wait:?}");
        assert_eq!(addresses.found(IpAddr::from([10, 0, 0, 2]), now), Ok(()));
        assert_eq!(addresses.found(address, now + wait), Ok(()));
    }
}
