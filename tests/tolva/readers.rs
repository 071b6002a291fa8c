//! Readers look on while a dataset is refreshed again and again: they see one version or the other.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::Value;
use tolva_samples::relationships::{Cell, Generated, Workbook};

use crate::database::Backend;
use crate::house::{House, mission};
use crate::up::ask;

/// Reads that a reader makes at least, and refreshes that it sees at least.
const READS: usize = 1_000;
const REFRESHES: usize = 16;

/// What tells one version from the other and from any mixture of rows and tables, in one statement.
const SIGNATURE: &str = "SELECT (SELECT COUNT(*) FROM relationship), \
    (SELECT COUNT(*) FROM relationship WHERE related), \
    (SELECT COUNT(DISTINCT from_number) FROM relationship), \
    (SELECT COUNT(*) FROM person), (SELECT MIN(name) FROM person), (SELECT MAX(name) FROM person)";
const ROWS: &str = "/rest/v1/relationship?select=from_number,to_number,related\
                    &order=from_number,to_number";

#[test]
fn readers_of_the_api_on_sqlite_see_one_version_or_the_other() {
    look_on(Backend::Sqlite);
}

#[test]
fn readers_of_the_api_and_of_postgres_see_one_version_or_the_other() {
    look_on(Backend::Postgres);
}

#[test]
fn readers_of_mysql_see_one_version_or_the_other() {
    look_on(Backend::Mysql);
}

/// Two versions that differ everywhere, but not so much that they would be refused.
fn versions(house: &House) -> [(PathBuf, Workbook); 2] {
    [(1, 0.6), (2, 0.9)].map(|(seed, fill)| {
        let workbook = Generated { people: 30, fill, seed }.workbook();
        let path = house.path(&format!("version-{seed}.xlsx"));
        workbook.write(&path).expect("written");
        (path, workbook)
    })
}

fn look_on(backend: Backend) {
    let house = House::on(backend);
    house.contract("relationships", &mission("relationships"));
    let versions = versions(&house);
    let up = house.up();
    let by_api = backend != Backend::Mysql;
    // What there is to see.
    let mut bodies = Vec::new();
    let mut sums = Vec::new();
    for (at, (file, workbook)) in versions.iter().enumerate() {
        house.drop_into_inbox(file, "relationships/personas.xlsx");
        let list = up.until_settled("relationships", at + 1);
        assert_eq!(list[0]["state"], "loaded", "{}", list[0]);
        let body = if by_api { up.get(ROWS) } else { Value::Null };
        if by_api {
            assert_eq!(count(workbook), body.as_array().map_or(0, Vec::len));
        }
        bodies.push(body.to_string());
        sums.push(house.database().one(SIGNATURE));
    }
    assert_ne!(sums[0], sums[1]);

    let (refreshes, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    // Reads until there was enough to see, and gives how often.
    let read = |versions: &[String], mut look: Box<dyn FnMut() -> String>| {
        let mut seen = [0, 0];
        let enough = |seen: [usize; 2]| {
            seen[0] + seen[1] >= READS && refreshes.load(Ordering::SeqCst) >= REFRESHES
        };
        while !done.load(Ordering::SeqCst) && !enough(seen) {
            seen[which(versions, &look())] += 1;
        }
        assert!(done.load(Ordering::SeqCst) || seen[0] * seen[1] > 0, "{seen:?}");
        seen[0] + seen[1]
    };
    let reads = std::thread::scope(|scope| {
        let sql = scope.spawn(|| {
            let db = house.database();
            read(&sums, Box::new(move || db.one(SIGNATURE)))
        });
        let api = by_api.then(|| {
            let api = up.api.clone();
            let look = move || {
                let (status, body) = ask(&api, ROWS);
                assert_eq!(status, 200, "{body}");
                serde_json::from_str::<Value>(&body).expect("JSON").to_string()
            };
            scope.spawn(|| read(&bodies, Box::new(look)))
        });
        let finished = || sql.is_finished() && api.as_ref().is_none_or(|api| api.is_finished());
        let mut arrivals = versions.len();
        let guard = Over(&done);
        while !finished() {
            replace(&house, &versions[arrivals % 2].0);
            arrivals += 1;
            up.until_settled("relationships", arrivals);
            refreshes.fetch_add(1, Ordering::SeqCst);
        }
        drop(guard);
        let by_sql = sql.join().expect("the reader saw no mixture");
        by_sql + api.map_or(0, |api| api.join().expect("the reader saw no mixture"))
    });
    eprintln!("{backend:?}: {reads} reads, {} refreshes", refreshes.load(Ordering::SeqCst));
    up.stop();
}

/// Ends the readers, whatever becomes of the writer.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Puts a file in the place of the one before.
fn replace(house: &House, file: &Path) {
    let unfinished = house.inbox("relationships/personas.part");
    std::fs::copy(file, &unfinished).expect("copied");
    std::fs::rename(unfinished, house.inbox("relationships/personas.xlsx")).expect("renamed");
}

fn count(workbook: &Workbook) -> usize {
    let told = |(from, to, cell): &(u32, u32, &Cell)| from != to && **cell != Cell::Blank;
    workbook.cells().filter(told).count()
}

/// Which version this is; anything else is a mixture.
fn which(versions: &[String], seen: &str) -> usize {
    let at = versions.iter().position(|version| version == seen);
    at.unwrap_or_else(|| panic!("{seen} is neither of {versions:?}"))
}
