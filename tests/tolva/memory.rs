//! Small files that would become large: none takes more memory than it is given, whatever it claims.

use std::process::Command;

use crate::house::{House, sample};
use crate::process::Ran;

/// Address space of the whole process, in KiB: code and the stacks of threads are most of it.
const MOST: u32 = 600_000;

/// Files of the odd ones, and whether they are read.
const FILES: &[(&str, bool)] = &[
    ("binary/cells_beyond_counting.xls", false),
    ("binary/rows_far_apart.xls", true),
    ("binary/rows_far_apart.xlsb", true),
    ("cells/shared_texts_beyond_counting.xlsx", false),
    ("ods/a_million_empty_rows.ods", true),
    ("ods/billions_of_cells.ods", false),
    ("ods/repeated_beyond_the_sheet.ods", true),
    ("packed/grows_too_much_gz.csv.gz", false),
    ("packed/grows_too_much_zst.csv.zst", false),
    ("sheets/size_of_a_million_rows.xlsx", true),
    ("structure/place_huge.xlsx", false),
];

#[test]
fn no_file_takes_more_memory_than_it_is_given() {
    let house = House::empty();
    let contract = std::fs::read_to_string(sample("odd/default.toml")).expect("read");
    house.contract_as_it_is("odd", &contract);
    for (file, is_read) in FILES {
        let path = sample(&format!("odd/{file}")).to_string_lossy().into_owned();
        let plain = house.tolva(&["check", "--json", "--dataset", "odd", &path]);
        let mut limited = Command::new("bash");
        limited
            .args(["-c", &format!("ulimit -v {MOST} && exec \"$0\" \"$@\"")])
            .arg(plain.get_program())
            .args(plain.get_args())
            .current_dir(house.path(""))
            .env("MALLOC_ARENA_MAX", "2")
            .env("TOLVA_LIMITS__CELLS", "1000000");
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => limited.env(name, value),
                None if name == "TOLVA_LIMITS__CELLS" => &mut limited,
                None => limited.env_remove(name),
            };
        }
        eprintln!("{file}");
        Ran::of(limited, &[]).ends(if *is_read { 0 } else { 3 });
    }
}
