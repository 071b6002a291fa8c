//! A table of any size leaves in constant memory.

use std::fs;
use std::io::Read;
use std::thread;

use crate::database::Backend;
use crate::house::House;
use crate::up::Up;

/// Rows that the table has.
const ROWS: u64 = 5_000_000;
/// What the process may take above what it takes when nobody asks, in KiB.
const MOST: u64 = 100 * 1024;

const CONTRACT: &str = r#"
version = 1
name    = "large"
files   = ["large*.csv"]

[[source]]
name   = "lines"
fields = [
  { name = "number", type = "integer", required = true },
  { name = "text" },
]

[[table]]
name = "large"
from = "lines"
key  = ["number"]
"#;

/// A figure of the process, in KiB: `VmRSS` what it takes, `VmHWM` the most that it took.
fn memory(up: &Up, figure: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", up.process())).expect("it runs");
    let line = status.lines().find(|line| line.starts_with(figure)).expect("told");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

/// Reads an export to its end and keeps nothing of it; gives its lines.
fn read(api: &str, query: &str, form: &str, encoding: &str) -> u64 {
    let response = ureq::get(format!("{api}/rest/v1/large?{query}"))
        .header("accept", form)
        .header("accept-encoding", encoding)
        .call()
        .expect("an answer");
    let mut body = response.into_body().into_with_config().limit(u64::MAX).reader();
    let (mut buffer, mut lines) = (vec![0; 1 << 16], 0);
    loop {
        match body.read(&mut buffer).expect("the body goes on") {
            0 => return lines,
            length => {
                let ends = buffer[..length].iter().filter(|byte| **byte == b'\n').count();
                lines += u64::try_from(ends).expect("few");
            }
        }
    }
}

#[test]
fn five_million_rows_leave_in_the_memory_of_a_few() {
    let house = House::on(Backend::Postgres);
    house.contract_as_it_is("large", CONTRACT);
    house.write("large.csv", "number,text\n0,first\n");
    house.run(&["load", "large.csv"]).ends(0);
    house.ledger().execute(&format!(
        "INSERT INTO large (number, text, _hash, _origin, _load) \
         SELECT i, 'row ' || i, decode(md5(i::text), 'hex'), 0, 1 FROM generate_series(1, {}) i",
        ROWS - 1
    ));
    let up = house.up();
    // What the first answer needs is not what a large one needs.
    up.get("/rest/v1/large?limit=1");
    let idle = memory(&up, "VmRSS");
    // All of it, while another client takes packed a part that is large as well.
    let asked = [
        ("order=number", "text/csv", "identity", ROWS),
        ("limit=300000", "application/x-ndjson", "gzip", 0),
    ];
    let readers: Vec<_> = asked
        .into_iter()
        .map(|(query, form, encoding, lines)| {
            let api = up.api.clone();
            thread::spawn(move || {
                let read = read(&api, query, form, encoding);
                assert!(lines == 0 || read == lines, "{form}: {read}");
            })
        })
        .collect();
    for reader in readers {
        reader.join().expect("a whole export");
    }
    let most = memory(&up, "VmHWM");
    assert!(most < idle + MOST, "idle: {idle} KiB, at most: {most} KiB");
    eprintln!("idle: {idle} KiB, at most: {most} KiB");
}
