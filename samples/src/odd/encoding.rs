//! Encodings: marked, declared, recognised, broken.

use encoding_rs::Encoding;

use super::Folder;
use super::contract::items;

const SPANISH: &str = "code,name,amount\na,Peña Ibáñez,1\nb,Núñez Ávila,2\nc,Señor Güemes,3\n\
                       d,año y mañana,4\n";
const RUSSIAN: &str = "code,name,amount\na,Привет мир,1\nb,Москва и Петербург,2\nc,Хорошо сказано,3\n\
                       d,Добрый вечер,4\n";
const JAPANESE: &str = "code,name,amount\na,日本語の表,1\nb,東京都と大阪府,2\nc,ありがとうございます,3\n\
                        d,カタカナの名前,4\n";

/// `text` in the encoding of this label.
fn in_encoding(text: &str, label: &str) -> Vec<u8> {
    Encoding::for_label(label.as_bytes())
        .map(|encoding| encoding.encode(text).0.into_owned())
        .unwrap_or_default()
}

fn utf16(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xFEFF);
    mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
}

pub fn files() -> Folder {
    let mut folder = Folder::new("encoding");
    unicode(&mut folder);
    legacy(&mut folder);
    broken(&mut folder);
    folder
}

fn unicode(to: &mut Folder) {
    let all = format!("{SPANISH}e,日本 мир 👩‍👩‍👧 \u{202e} x,5\n");
    to.file("utf8.csv", &all);
    to.file("utf8_with_mark.csv", format!("\u{feff}{all}"));
    to.file("utf16le_with_mark.csv", utf16(&all, true, u16::to_le_bytes));
    to.file("utf16be_with_mark.csv", utf16(&all, true, u16::to_be_bytes));
    to.file("utf16le_tabs.txt", utf16(&SPANISH.replace(',', "\t"), true, u16::to_le_bytes));
    to.file("utf16le_without_mark.csv", utf16(SPANISH, false, u16::to_le_bytes));
    to.file("utf16be_without_mark.csv", utf16(SPANISH, false, u16::to_be_bytes));
    let declared = items().source("encoding = \"utf-16le\"");
    to.with("utf16le_declared.csv", declared, utf16(JAPANESE, false, u16::to_le_bytes));
    to.file("marks_inside.csv", "\u{feff}code,name,amount\n\u{feff}a,o\u{feff}ne,1\n");
    to.file("replacement_characters.csv", "code,name,amount\na,caf\u{fffd},1\n");
    let quoted = "code,name,amount\na,\"línea uno\nlínea dos\",1\n";
    to.file("utf16le_line_break_in_quotes.csv", utf16(quoted, true, u16::to_le_bytes));
}

fn legacy(to: &mut Folder) {
    let western = format!("{SPANISH}e,\u{201c}precio\u{201d} 5 €,5\n");
    to.file("windows1252.csv", in_encoding(&western, "windows-1252"));
    let declared = |label: &str| items().source(&format!("encoding = \"{label}\""));
    to.with(
        "windows1252_declared.csv",
        declared("windows-1252"),
        in_encoding(&western, "windows-1252"),
    );
    to.with("latin1_declared.csv", declared("latin1"), in_encoding(SPANISH, "latin1"));
    to.with(
        "latin9_declared.csv",
        declared("iso-8859-15"),
        in_encoding("code,name,amount\na,5 € y Œuvre,1\n", "iso-8859-15"),
    );
    to.file("shift_jis.csv", in_encoding(JAPANESE, "shift_jis"));
    to.with("shift_jis_declared.csv", declared("shift_jis"), in_encoding(JAPANESE, "shift_jis"));
    // The second byte of some characters is a backslash or a pipe in ASCII.
    let tricky = "code,name,amount\na,表示ソース能力,1\nb,\"ポ,十\",2\n";
    to.with("shift_jis_second_bytes.csv", declared("shift_jis"), in_encoding(tricky, "shift_jis"));
    to.file("windows1251.csv", in_encoding(RUSSIAN, "windows-1251"));
    to.with(
        "windows1251_declared.csv",
        declared("windows-1251"),
        in_encoding(RUSSIAN, "windows-1251"),
    );
    to.file("koi8r.csv", in_encoding(RUSSIAN, "koi8-r"));
    to.with("koi8r_declared.csv", declared("koi8-r"), in_encoding(RUSSIAN, "koi8-r"));
    let chinese = "code,name,amount\na,中文名字,1\nb,北京市,2\n";
    to.with("gb18030_declared.csv", declared("gb18030"), in_encoding(chinese, "gb18030"));
    let korean = "code,name,amount\na,안녕하세요,1\nb,서울특별시,2\n";
    to.with("euc_kr_declared.csv", declared("euc-kr"), in_encoding(korean, "euc-kr"));
    let mac = in_encoding(&SPANISH.replace('\n', "\r"), "macintosh");
    to.with("macintosh_declared.csv", declared("macintosh"), mac);
}

fn broken(to: &mut Folder) {
    let declared = || items().source("encoding = \"utf-8\"");
    let line = |name: &[u8]| {
        [b"code,name,amount\na,uno,1\nb,".as_slice(), name, b",2\nc,tres,3\n"].concat()
    };
    // Two lines that are UTF-8 beyond doubt, then a byte that is not.
    let mixed = [
        "code,name,amount\na,Peña Ibáñez,1\nb,Núñez Ávila,2\n".as_bytes(),
        b"c,caf\xe9,3\nd,cuatro,4\n",
    ];
    to.file("one_wrong_byte.csv", mixed.concat());
    to.with("wrong_byte_where_utf8_is_declared.csv", declared(), line(b"caf\xe9"));
    to.with("overlong.csv", declared(), line(b"x\xc0\xafy"));
    to.with("surrogate.csv", declared(), line(b"x\xed\xa0\x80y"));
    to.with("beyond_unicode.csv", declared(), line(b"x\xf4\x90\x80\x80y"));
    to.with("character_cut_by_a_comma.csv", declared(), line(b"x\xe2\x82"));
    to.with("character_cut_at_the_end.csv", declared(), b"code,name,amount\na,uno,1\nb,x\xe2\x82");
    let odd = utf16(SPANISH, true, u16::to_le_bytes);
    to.file("utf16_with_half_a_character.csv", &odd[..odd.len() - 1]);
    let units: Vec<u16> = "code,name,amount\na,x".encode_utf16().chain([0xD800]).collect();
    let units = units.into_iter().chain("y,1\n".encode_utf16());
    let lone: Vec<u8> = [0xFF, 0xFE].into_iter().chain(units.flat_map(u16::to_le_bytes)).collect();
    to.file("utf16_lone_surrogate.csv", lone);
    let mark = [0xFF, 0xFE, 0, 0];
    let wide = SPANISH.chars().flat_map(|c| u32::from(c).to_le_bytes());
    to.file("utf32.csv", mark.into_iter().chain(wide).collect::<Vec<u8>>());
    to.file("nul_in_a_text.csv", "code,name,amount\na,o\0ne,1\nb,two,2\n");
    to.file("nul_at_the_end.csv", format!("code,name,amount\na,one,1\n{}", "\0".repeat(64)));
    let declared = items().source("encoding = \"shift_jis\"");
    to.with("shift_jis_wrong.csv", declared, line(b"\x83\x20\xff"));
}
