//! What a broken workbook claims of its own size: the library reserves memory for it before it looks,
//! and a reservation that fails ends the whole process.

/// Rows and columns of a sheet of Excel 97.
const MOST_CELLS: u64 = 65_536 * 256;
/// Bytes of the shortest shared string (`<si/>`).
const SHORTEST_STRING: u64 = 5;

/// Whether a sheet of an old workbook claims more cells than there can be (the record DIMENSIONS of
/// MS-XLS, 2.4.90, wherever it stands).
pub fn too_many_cells(workbook: &[u8]) -> bool {
    let wide = |at: usize| u64::from(u32::from_le_bytes([0, 1, 2, 3].map(|i| workbook[at + i])));
    let narrow = |at: usize| u64::from(u16::from_le_bytes([0, 1].map(|i| workbook[at + i])));
    (0..workbook.len().saturating_sub(20)).any(|at| {
        let (rows, columns) = match workbook[at..at + 4] {
            [0, 2, 14 | 16, 0] => (wide(at + 8).saturating_sub(wide(at + 4)), narrow(at + 14)),
            [0, 2, 10, 0] => (narrow(at + 6), narrow(at + 10)),
            _ => return false,
        };
        rows.saturating_mul(columns) > MOST_CELLS
    })
}

/// Whether a part of `size` bytes that begins so claims more shared strings than fit into it.
pub fn too_many_strings(start: &[u8], size: u64) -> bool {
    let start = String::from_utf8_lossy(start);
    let claimed = start.split("uniqueCount=").nth(1).map(|rest| {
        let digits: String = rest.chars().skip(1).take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().unwrap_or(0)
    });
    claimed.is_some_and(|claimed| claimed > size / SHORTEST_STRING + 1_000)
}
