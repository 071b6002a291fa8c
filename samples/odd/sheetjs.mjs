// Makes the odd workbooks in binary formats, and others that only another program writes:
//
//   npm install --no-save xlsx@0.18.5 && node samples/odd/sheetjs.mjs
//
// Its files are checked in; run it again when one is added. It reads parity/all.xlsx and writes the
// same lines as xls and xlsb beside it.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readFileSync, writeFileSync } from "node:fs";

const require = createRequire(join(process.cwd(), "package.json"));
const XLSX = require("xlsx");
const here = dirname(fileURLToPath(import.meta.url));

const text = (v) => ({ t: "s", v });
const number = (v, z) => (z ? { t: "n", v, z } : { t: "n", v });
const flag = (v) => ({ t: "b", v });
const error = (v) => ({ t: "e", v });
const formula = (f, cell) => ({ ...cell, f });
const HEAD = ["code", "name", "amount"].map(text);

/// A sheet of rows of cells.
function sheet(rows, more = {}) {
  const made = {};
  let width = 1;
  rows.forEach((row, r) =>
    row.forEach((cell, c) => {
      if (cell) made[XLSX.utils.encode_cell({ r, c })] = cell;
      width = Math.max(width, c + 1);
    }),
  );
  made["!ref"] = XLSX.utils.encode_range({ s: { r: 0, c: 0 }, e: { r: Math.max(rows.length, 1) - 1, c: width - 1 } });
  return Object.assign(made, more);
}

function book(sheets, props = {}) {
  const made = XLSX.utils.book_new();
  for (const [name, one] of sheets) XLSX.utils.book_append_sheet(made, one, name);
  made.Workbook = { ...(made.Workbook ?? {}), ...props };
  return made;
}

const one = (rows, more) => book([["Data", sheet(rows, more)]]);
const items = (lines) => one([HEAD, ...lines]);
const amounts = (cells) => items(cells.map((cell, at) => [text(`n${String(at + 1).padStart(2, "0")}`), null, cell]));
const names = (cells) => items(cells.map((cell, at) => [text(`n${String(at + 1).padStart(2, "0")}`), cell, number(1)]));
const line = (code) => sheet([HEAD, [text(code), text("one"), number(1)]]);

const bytes = (made, bookType, more = {}) =>
  XLSX.write(made, { type: "buffer", bookType, cellDates: false, compression: true, ...more });
const save = (name, content) => writeFileSync(join(here, name), content);

/// The records of a binary part: [type, content].
function records(part) {
  const found = [];
  const varint = (at, most) => {
    let [value, count] = [0, 0];
    do value |= (part[at + count] & 0x7f) << (7 * count);
    while (part[at + count++] & 0x80 && count < most);
    return [value, count];
  };
  for (let at = 0; at < part.length; ) {
    const type = part[at] & 0x80 ? [part[at] | (part[at + 1] << 8), 2] : [part[at], 1];
    const [length, size] = varint(at + type[1], 4);
    const begin = at + type[1] + size;
    found.push([part.subarray(at, at + type[1]), part.subarray(begin, begin + length)]);
    at = begin + length;
  }
  return found;
}

/// SheetJS leaves the column out of a cell that follows another, and does not say since when days are
/// counted; Excel writes both. This puts them back.
function likeExcel(workbook, since1904) {
  const archive = XLSX.CFB.read(workbook, { type: "buffer" });
  archive.FullPaths.forEach((path, index) => {
    if (/workbook\.bin$/.test(path) && since1904) {
      const properties = records(archive.FileIndex[index].content).find(([type]) => type.equals(Buffer.from([0x99, 1])));
      properties[1][0] |= 1;
    }
    if (!/worksheets\/sheet\d+\.bin$/.test(path)) return;
    let column = 0;
    const made = [];
    for (let [type, content] of records(archive.FileIndex[index].content)) {
      const kind = type.length === 1 ? type[0] : -1;
      if (kind >= 12 && kind <= 18) {
        const at = Buffer.alloc(4);
        at.writeUInt32LE(column + 1);
        [type, content] = [Buffer.from([kind - 11]), Buffer.concat([at, content])];
      }
      if (type.length === 1 && type[0] >= 1 && type[0] <= 11) column = content.readUInt32LE(0);
      let length = content.length;
      const size = [];
      do size.push((length & 0x7f) | (length > 0x7f ? 0x80 : 0));
      while ((length >>= 7) > 0);
      made.push(type, Buffer.from(size), content);
    }
    archive.FileIndex[index].content = Buffer.concat(made);
    archive.FileIndex[index].size = archive.FileIndex[index].content.length;
  });
  return XLSX.CFB.write(archive, { type: "buffer", fileType: "zip", compression: true });
}

const asXls = (made) => bytes(made, "biff8", { bookSST: true });
const asXlsb = (made) =>
  likeExcel(bytes(made, "xlsb", { bookSST: true }), made.Workbook?.WBProps?.date1904);

/// The same workbook in both binary formats.
function both(name, made) {
  save(`binary/${name}.xls`, asXls(made));
  save(`binary/${name}.xlsb`, asXlsb(made));
}

both("basic", items([
  [text("a"), text("one"), number(1)],
  [text("b"), text("two"), number(2.5)],
  [text("c"), null, null],
]));
both("texts", names([
  text("Peña, Núñez; \"x\""), text("日本 мир"), text("😀"), text("  both sides  "), text("two\nlines"),
  text("a\tb\u00a0c"), text("_x000D_ stays"), text("=1+1"), text("007"), text("ÿ".repeat(300)),
]));
// SheetJS writes no string of an xls file that does not fit into one record.
save("binary/text_of_32767.xlsb", asXlsb(names([text("ñ".repeat(32767))])));
save("binary/text_of_4000.xls", asXls(names([text("ñ".repeat(4000))])));
both("numbers", amounts([
  number(0), number(-1.5), number(1e5), number(1.5e-7), number(0.1 + 0.2), number(123456789012345),
  number(2 ** 29), number(-(2 ** 29)), number(12.34), number(0.25, "0%"), number(12.5, '#,##0.00\\ "€"'),
  number(0.25, "# ?/?"), text("12"), text("1,5"),
]));
both("formulas", amounts([
  formula("1+1", number(2)),
  formula("TEXT(3,0)", { t: "str", v: "3" }),
  formula("SUM(C2:C3)", number(5)),
  formula("1/0", error(7)),
]));
both("errors", amounts([error(42), error(7), error(15), error(23), error(29), error(36), error(0)]));
const types = ["code", "word", "whole", "exact", "flag", "day", "clock", "moment"].map(text);
both("types", one([
  types,
  [text("a"), text("one"), number(3), number(0.1), flag(true), number(45351, "m/d/yy"),
    number(0.354166666666667, "h:mm:ss"), number(45351.52084490741, "m/d/yy h:mm")],
  [text("b"), null, null, null, flag(false), number(60, "m/d/yy"), null, null],
  [text("c"), null, null, null, null, number(45351), null, null],
  [text("d"), null, null, null, null, number(45351.5, "m/d/yy"), null, null],
  [text("e"), null, null, null, null, null, number(1.5, "[h]:mm:ss"), null],
]));
both("types_of_texts", one([
  types,
  [text("a"), text("one"), text("3"), text("0.1"), text("TRUE"), text("2024-02-29"), text("08:30:00"),
    text("2024-02-29T12:30:01")],
  [text("b"), null, text("3.5"), text("x"), text("maybe"), text("29/02/2024"), text("8h"), text("never")],
]));
both("booleans", one([
  [text("code"), text("flag")],
  [text("a"), flag(true)], [text("b"), flag(false)], [text("c"), number(1)], [text("d"), text("sí")],
  [text("e"), number(2)],
]));
const since = one([[text("code"), text("day")], [text("a"), number(43889, "m/d/yy")]]);
since.Workbook = { WBProps: { date1904: true } };
both("dates_since_1904", since);
// SheetJS numbers formats of its own from 60 on, which the format does not allow.
const numbered = one([[text("code"), text("day")], [text("a"), number(45351, "yyyy-mm-dd")]]);
save("binary/formats_of_wrong_numbers.xls", asXls(numbered));
const merged = () => one(
  [HEAD, [text("a"), text("both"), number(1)], [text("b"), null, number(2)], [text("c"), text("own"), number(3)]],
  { "!merges": [XLSX.utils.decode_range("B2:B3")] },
);
both("merged", merged());
both("merged_filled", merged());
const secret = () => book([["Secret", line("a")], ["Data", line("b")]], {
  Sheets: [{ name: "Secret", Hidden: 2 }, { name: "Data", Hidden: 0 }],
});
both("hidden_sheet", secret());
save("binary/hidden_sheet_skipped.xlsb", asXlsb(secret()));
save("binary/hidden_sheet_not_skipped.xls", asXls(secret()));
both("sheets_by_pattern", book([["2024-02", line("b")], ["Notes", line("n")], ["2024-01", line("a")]]));
both("sheet_by_name", book([["Cover", sheet([[text("nothing here")]])], ["Datos", line("a")]]));
both("no_rows", book([["Data", sheet([])]]));
both("only_a_header", items([]));
both("rows_far_apart", one([HEAD, [text("a"), text("one"), number(1)], ...Array(3000).fill([]),
  [text("b"), text("two"), number(2)]]));
const wide = (columns) => one([
  [...HEAD, ...Array(columns - 4).fill(0).map((_, at) => number(at)), text("last")],
  [text("a"), text("one"), number(1), ...Array(columns - 4).fill(null), number(7)],
]);
save("binary/last_column.xls", asXls(wide(256)));
save("binary/last_column.xlsb", asXlsb(wide(16384)));
save("binary/of_excel_95.xls", bytes(items([[text("a"), text("one"), number(1)]]), "biff5"));
save("binary/cells_without_columns.xlsb", bytes(items([[text("a"), text("one"), number(1)]]), "xlsb"));
save("binary/of_excel_4.xls", bytes(items([[text("a"), text("one"), number(1)]]), "biff4"));
save("binary/of_excel_2.xls", bytes(items([[text("a"), text("one"), number(1)]]), "biff2"));

const plain = items([[text("a"), text("one"), number(1)]]);
const [xls, xlsb] = [asXls(plain), asXlsb(plain)];
save("binary/cut_in_the_middle.xls", xls.subarray(0, xls.length / 2));
save("binary/cut_in_the_middle.xlsb", xlsb.subarray(0, xlsb.length / 2));
save("binary/cut_at_the_end.xls", xls.subarray(0, xls.length - 700));
save("binary/old_named.xlsx", xls);
save("binary/old_named_text.csv", xls);
save("binary/binary_named.xlsx", xlsb);
save("binary/binary_named_old.xls", xlsb);

// A workbook that says Windows-1252, though its texts are Unicode whatever it says: with one byte a
// character, and with two.
function saysWindows(lines, change) {
  const workbook = XLSX.CFB.read(asXls(items(lines)), { type: "buffer" });
  const stream = XLSX.CFB.find(workbook, "/Workbook").content;
  for (let at = 0; at + 4 <= stream.length; at += 4 + stream.readUInt16LE(at + 2)) {
    const record = stream.subarray(at + 4, at + 4 + stream.readUInt16LE(at + 2));
    if (stream.readUInt16LE(at) === 0x42) record.writeUInt16LE(1252);
    if (stream.readUInt16LE(at) === 0xfc) change(record);
  }
  return XLSX.CFB.write(workbook, { type: "buffer" });
}
save("binary/texts_of_single_bytes.xls", saysWindows([[text("a"), text("Peña"), number(1)]], (table) => {
  const texts = [...HEAD.map((cell) => cell.v), "a", "Peña"];
  const made = texts.map((t) => Buffer.concat([Buffer.from([t.length, 0, 0]), Buffer.from(t, "latin1")]));
  // What is left over is a text that no cell has.
  const rest = table.length - 8 - made.reduce((sum, text) => sum + text.length, 0);
  table.fill("x", 8);
  Buffer.concat([...made, Buffer.from([rest - 3, 0, 0])]).copy(table, 8);
}));
save("binary/texts_of_double_bytes.xls", saysWindows([[text("a"), text("Peña 日本"), number(1)]], () => {}));

// A sheet that claims more rows than there are numbers: memory is not to be had for that.
const greedy = XLSX.CFB.read(xls, { type: "buffer" });
const records8 = XLSX.CFB.find(greedy, "/Workbook").content;
for (let at = 0; at + 4 <= records8.length; at += 4 + records8.readUInt16LE(at + 2))
  if (records8.readUInt16LE(at) === 0x200) records8.writeUInt32LE(0xfffffff0, at + 8);
save("binary/cells_beyond_counting.xls", XLSX.CFB.write(greedy, { type: "buffer" }));

// What Excel makes of a workbook with a password: a container with an encrypted package.
const locked = XLSX.CFB.utils.cfb_new();
XLSX.CFB.utils.cfb_add(locked, "/EncryptionInfo", Buffer.from([4, 0, 4, 0, 0x40, 0, 0, 0]));
XLSX.CFB.utils.cfb_add(locked, "/EncryptedPackage", Buffer.alloc(5000, 0x5a));
save("binary/encrypted.xlsx", XLSX.CFB.write(locked, { type: "buffer" }));
const letter = XLSX.CFB.utils.cfb_new();
XLSX.CFB.utils.cfb_add(letter, "/WordDocument", Buffer.alloc(5000, 0x5a));
save("binary/letter.xls", XLSX.CFB.write(letter, { type: "buffer" }));
const noisy = XLSX.CFB.utils.cfb_new();
XLSX.CFB.utils.cfb_add(noisy, "/Workbook", Buffer.alloc(5000, 0x5a));
save("binary/stream_of_junk.xls", XLSX.CFB.write(noisy, { type: "buffer" }));

// The same lines in the formats that the other program does not write.
const all = XLSX.read(readFileSync(join(here, "parity/all.xlsx")), { cellNF: true, cellDates: false });
save("parity/all.xls", asXls(all));
save("parity/all.xlsb", asXlsb(all));

// Written by another program than ours.
save("ods/of_another_program.ods", bytes(items([[text("a"), text("Peña & Co"), number(1.5)]]), "ods"));
save("parts/of_another_program.xlsx", bytes(items([[text("a"), text("Peña & Co"), number(1.5)]]), "xlsx"));
