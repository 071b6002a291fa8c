//! Chance that repeats itself: the same seed gives the same files, on every machine.
//!
//! Each thing draws from a generator of its own, found from the seed and the thing's coordinates.
//! So a row can be made without the rows before it, which is what streaming needs, and one more
//! draw for one thing does not change all that follow.

use fastrand::Rng;

/// What a number is drawn for; two topics at the same place are independent of each other.
#[derive(Clone, Copy)]
pub(crate) enum Topic {
    Pair = 1,
    Blank,
    Changes,
    Names,
    Home,
    Company,
    Department,
    Delay,
}

/// The generator of one thing.
pub(crate) fn at(seed: u64, topic: Topic, place: (u64, u64)) -> Rng {
    let mut state = mix(seed ^ (topic as u64));
    state = mix(state ^ place.0);
    Rng::with_seed(mix(state ^ place.1))
}

/// Walks through `0..len` without repeating, in an order that looks unordered and depends on the
/// seed. An index beyond `len` starts the same walk again.
pub(crate) fn spread(seed: u64, index: u64, len: u64) -> u64 {
    // A step that shares no factor with `len` visits every place once. The golden section keeps
    // neighbours apart.
    let mut step = (len as f64 * 0.618_034) as u64 | 1;
    while gcd(step, len) != 1 {
        step += 2;
    }
    let start = mix(seed ^ (Topic::Names as u64)) % len;
    (start + (index % len) * (step % len)) % len
}

/// SplitMix64's finisher: close seeds give distant states.
fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn spread_visits_every_place_once() {
        for len in [1, 2, 12, 216, 1000, 5184] {
            let visited: BTreeSet<u64> = (0..len).map(|i| spread(9, i, len)).collect();
            assert_eq!(visited.len() as u64, len);
        }
    }

    #[test]
    fn neighbours_and_topics_differ() {
        let draws: BTreeSet<u64> = (0..100)
            .flat_map(|i| [Topic::Pair, Topic::Blank].map(|t| at(1, t, (i, 0)).u64(..)))
            .collect();
        assert_eq!(draws.len(), 200);
    }
}
