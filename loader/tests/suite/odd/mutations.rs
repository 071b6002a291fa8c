//! No input makes a panic or a hang: odd files made odder, by chance that repeats itself.
//!
//! `TOLVA_TEST_MUTATIONS` says how many of each file (2), `TOLVA_TEST_SEED` where chance begins (1).

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use fastrand::Rng;
use tolva_loader::{LoadError, Progress};
use zip::write::SimpleFileOptions;

use super::cases::{Case, all};
use super::{LONGEST, limits, run};
use crate::world::{Backend, World};

/// Files beyond this take too long to read again and again.
const LARGEST: usize = 60_000;

fn number(variable: &str, default: u64) -> u64 {
    let given = std::env::var(variable).ok();
    given.map_or(default, |text| text.parse().expect("a number"))
}

/// One to four small changes.
fn mutate(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..random.usize(1..=4) {
        if bytes.is_empty() {
            return vec![random.u8(..)];
        }
        let at = random.usize(..bytes.len());
        let end = (at + random.usize(1..=40)).min(bytes.len());
        match random.u8(..8) {
            0 => bytes[at] ^= 1 << random.u8(..8),
            1 => bytes[at] = random.u8(..),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            5 => bytes[at..end].fill(0),
            6 => bytes[at..end].fill(0xFF),
            _ => {
                let other = random.usize(..bytes.len());
                let part = bytes[other..(other + end - at).min(bytes.len())].to_vec();
                bytes.splice(at..end, part);
            }
        }
    }
    bytes
}

/// A change inside one entry of an archive that stays whole: checksums would hide what is behind them.
fn mutate_inside(bytes: &[u8], random: &mut Rng) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut entries = Vec::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).ok()?;
        let name = entry.name().ok()?.into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).ok()?;
        entries.push((name, content));
    }
    let chosen = random.usize(..entries.len().max(1));
    let (_, content) = entries.get_mut(chosen)?;
    *content = mutate(content, random);
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in entries {
        made.start_file(name, options).ok()?;
        made.write_all(&content).ok()?;
    }
    Some(made.finish().ok()?.into_inner())
}

/// Reads a file as a load would; what is wrong with that, if anything is.
async fn complaint(world: &World, path: &Path, name: &str) -> Option<String> {
    let stored = world.ledger.contract("odd").await.expect("the ledger is read");
    let contract = stored.expect("a contract").contract;
    let progress = Progress::default();
    let checked = world.loader.check(&contract, path, name, "", &progress);
    match tokio::time::timeout(LONGEST, checked).await {
        Ok(Ok(_) | Err(LoadError::Quarantine { .. })) => None,
        Ok(Err(error)) => Some(format!("{}: {error}", error.code())),
        Err(_) => Some(format!("no end after {} seconds", LONGEST.as_secs())),
    }
}

async fn complaints(case: &Case, world: &World, folder: &Path) -> Vec<String> {
    let bytes = std::fs::read(&case.path).expect("the file is read");
    if bytes.len() > LARGEST {
        return Vec::new();
    }
    let seed = number("TOLVA_TEST_SEED", 1);
    let mut random = Rng::with_seed(
        seed ^ case
            .shown()
            .bytes()
            .fold(0, |sum, byte| u64::from(byte).wrapping_add(sum).wrapping_mul(0x0100_0000_01b3)),
    );
    let mut found = Vec::new();
    for at in 0..number("TOLVA_TEST_MUTATIONS", 2) {
        let inside = if at % 2 == 0 { mutate_inside(&bytes, &mut random) } else { None };
        let mutated = inside.unwrap_or_else(|| mutate(&bytes, &mut random));
        let path = folder.join(format!("{at}-{}", case.name()));
        std::fs::write(&path, &mutated).expect("it can be written");
        match complaint(world, &path, &case.name()).await {
            // Kept, so that it can be looked at.
            Some(complaint) => {
                let kept = std::env::temp_dir().join(format!("mutated-{at}-{}", case.name()));
                std::fs::write(&kept, &mutated).expect("it can be written");
                found.push(format!("{} ({}): {complaint}", case.shown(), kept.display()));
            }
            None => std::fs::remove_file(&path).expect("it is there"),
        }
    }
    found
}

#[test]
fn no_change_of_an_odd_file_makes_a_panic_or_a_hang() {
    let found = run(async {
        let mut found = Vec::new();
        let folder = tempfile::tempdir().expect("a folder");
        let mut worlds: Vec<(String, World)> = Vec::new();
        for case in all() {
            let contract = case.contract();
            let known = worlds.iter().position(|(text, _)| *text == contract);
            let at = match known {
                Some(at) => at,
                None => {
                    let mut world = World::new(Backend::Sqlite).await;
                    world.loader = world.loader.clone().with_limits(limits());
                    world.contract("odd.toml", &contract).await;
                    worlds.push((contract, world));
                    worlds.len() - 1
                }
            };
            found.extend(complaints(&case, &worlds[at].1, folder.path()).await);
        }
        found
    });
    assert!(found.is_empty(), "{} mutations\n{}", found.len(), found.join("\n"));
}
