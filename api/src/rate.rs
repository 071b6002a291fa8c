//! How many requests may come from one address, or with one key, in a time.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::address;
use crate::options;
use crate::problem::Problem;

/// Requests after which those are forgotten that have not come for long.
const SWEEP: u64 = 4096;

/// The limits of addresses and of keys.
pub struct Rates {
    address: Option<Limiter<IpAddr>>,
    key: Option<Limiter<String>>,
}

impl Rates {
    pub fn new(options: &options::Rate) -> Self {
        Self {
            address: options.address.map(|rate| Limiter::new(rate, options.burst)),
            key: options.key.map(|rate| Limiter::new(rate, options.burst)),
        }
    }

    /// Counts a request of an address.
    pub fn address(&self, address: IpAddr) -> Result<(), Problem> {
        let address = address::customer(address);
        self.address.as_ref().map_or(Ok(()), |limiter| limiter.count(&address, "address"))
    }

    /// Counts a request with a key or a token, by its name.
    pub fn key(&self, name: &str) -> Result<(), Problem> {
        self.key.as_ref().map_or(Ok(()), |limiter| limiter.count(&name.to_owned(), "key"))
    }
}

struct Limiter<K: Hash + Eq + Clone> {
    inner: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
    counted: AtomicU64,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    fn new(rate: NonZeroU32, seconds: NonZeroU32) -> Self {
        let quota = Quota::per_second(rate).allow_burst(rate.saturating_mul(seconds));
        Self {
            inner: DefaultKeyedRateLimiter::keyed(quota),
            clock: DefaultClock::default(),
            counted: AtomicU64::new(1),
        }
    }

    fn count(&self, who: &K, what: &'static str) -> Result<(), Problem> {
        if self.counted.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP) {
            self.inner.retain_recent();
        }
        self.inner.check_key(who).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            // A part of a second is one: who comes back then is let in.
            Problem::TooFast { what, seconds: wait.as_secs() + 1 }
        })
    }
}
