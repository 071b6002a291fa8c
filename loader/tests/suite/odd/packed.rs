//! The same content in every format, compressed or not, gives the same tables.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::cases::all;
use super::{outcome, run, shown};

#[test]
fn the_same_content_in_every_format_gives_the_same_table() {
    let cases: Vec<_> =
        all().into_iter().filter(|case| case.shown().starts_with("parity")).collect();
    let formats: Vec<String> = cases.iter().map(|case| case.name()).collect();
    let known = ["csv", "ods", "tsv", "txt", "xls", "xlsb", "xlsm", "xlsx"];
    assert_eq!(formats, known.map(|format| format!("all.{format}")));
    let expected = std::fs::read_to_string(cases[0].expectation()).expect("an expectation");
    let failures = run(async {
        let mut failures = Vec::new();
        for case in cases {
            let bytes = std::fs::read(&case.path).expect("the file is read");
            let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
            gz.write_all(&bytes).expect("memory");
            let packed = [
                ("", bytes.clone()),
                (".gz", gz.finish().expect("memory")),
                (".zst", zstd::encode_all(&bytes[..], 1).expect("memory")),
            ];
            for (suffix, bytes) in packed {
                let name = format!("{}{suffix}", case.name());
                let got = outcome(&case.contract(), &name, &bytes).await;
                if !shown::agree(&expected, &got) {
                    failures.push(format!("{name}\n{}", shown::difference(&expected, &got)));
                }
            }
        }
        failures
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
