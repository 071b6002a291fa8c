//! Compressed files, whole and broken.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::Folder;
use super::book::{book, head, line};

const TEXT: &str = "code,name,amount\na,one,1\nb,two,2\n";

/// Compressed as gzip does.
pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Memory takes every write.
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// Compressed as zstd does.
pub fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap_or_default()
}

pub fn files() -> Folder {
    let mut folder = Folder::new("packed");
    whole(&mut folder);
    broken(&mut folder);
    folder
}

fn whole(to: &mut Folder) {
    let text = TEXT.as_bytes();
    let workbook = book(&[head(), line()]).zip();
    to.file("text.csv.gz", gz(text));
    to.file("text.csv.zst", zst(text));
    to.file("tabs.tsv.gz", gz(TEXT.replace(',', "\t").as_bytes()));
    to.file("txt.txt.zst", zst(TEXT.replace(',', "|").as_bytes()));
    to.file("workbook.xlsx.gz", gz(&workbook));
    to.file("workbook_zst.xlsx.zst", zst(&workbook));
    let marked: Vec<u8> =
        format!("\u{feff}{TEXT}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    to.file("utf16.csv.gz", gz(&marked));
    let (first, second) = TEXT.split_at(20);
    to.file("two_members.csv.gz", [gz(first.as_bytes()), gz(second.as_bytes())].concat());
    to.file("two_frames.csv.zst", [zst(first.as_bytes()), zst(second.as_bytes())].concat());
    to.file("upper_case.CSV.GZ", gz(text));
    to.file("without_inner_extension.gz", gz(text));
}

fn broken(to: &mut Folder) {
    let long: String = (0..2_000).map(|at| format!("c{at},name {at},{at}\n")).collect();
    let long = format!("code,name,amount\n{long}");
    let (gzipped, zstandard) = (gz(long.as_bytes()), zst(long.as_bytes()));
    to.file("cut_gz.csv.gz", &gzipped[..gzipped.len() / 2]);
    to.file("cut_gz_at_the_end.csv.gz", &gzipped[..gzipped.len() - 4]);
    to.file("cut_gz_at_the_start.csv.gz", &gzipped[..5]);
    to.file("cut_zst.csv.zst", &zstandard[..zstandard.len() / 2]);
    to.file("cut_zst_at_the_end.csv.zst", &zstandard[..zstandard.len() - 3]);
    let mut wrong = gzipped.clone();
    if let Some(byte) = wrong.iter_mut().rev().nth(5) {
        *byte ^= 0x55;
    }
    to.file("wrong_checksum.csv.gz", wrong);
    let zeros = vec![b'0'; 50_000_000];
    let bomb = [b"code,name,amount\na,".as_slice(), &zeros, b",1\n"].concat();
    to.file("grows_too_much_gz.csv.gz", gz(&bomb));
    to.file("grows_too_much_zst.csv.zst", zst(&bomb));
    to.file("gz_of_gz.csv.gz.gz", gz(&gz(TEXT.as_bytes())));
    to.file("gz_inside_gz.csv.gz", gz(&gz(TEXT.as_bytes())));
    to.file("gz_of_nothing.csv.gz", gz(b""));
    to.file("zst_of_nothing.csv.zst", zst(b""));
    to.file("empty.csv.gz", b"");
    to.file("empty_zst.csv.zst", b"");
    to.file("text_named_gz.csv.gz", TEXT);
    to.file("text_named_zst.csv.zst", TEXT);
    to.file("zst_named_gz.csv.gz", zst(TEXT.as_bytes()));
    to.file("gz_named_csv.csv", gz(TEXT.as_bytes()));
    to.file("zst_named_csv.csv", zst(TEXT.as_bytes()));
    to.file("text_named_workbook.xlsx.gz", gz(TEXT.as_bytes()));
    to.file("workbook_named_text.csv.gz", gz(&book(&[head(), line()]).zip()));
    to.file("junk_behind_the_end.csv.gz", [gz(TEXT.as_bytes()), b"junk behind".to_vec()].concat());
    to.file("zeros_behind_the_end.csv.gz", [gz(TEXT.as_bytes()), vec![0; 512]].concat());
}
