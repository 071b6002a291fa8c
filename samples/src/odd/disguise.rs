//! Files that are not what their names say, and files that are nothing.

use fastrand::Rng;

use super::Folder;
use super::book::{archive, book, head, line};

pub fn files() -> Folder {
    let mut folder = Folder::new("disguise");
    let workbook = book(&[head(), line()]).zip();
    let text = "code,name,amount\na,one,1\n";
    texts(&mut folder, text);
    folder.file("workbook_named.csv", &workbook);
    folder.file("workbook_named_old.xls", &workbook);
    folder.file("workbook_named_open_document.ods", &workbook);
    folder.file("workbook_named_binary.xlsb", &workbook);
    folder.file("workbook_without_extension", &workbook);
    folder.file("upper_case.XLSX", &workbook);
    archives(&mut folder, &workbook, text);
    junk(&mut folder);
    folder
}

fn texts(to: &mut Folder, text: &str) {
    to.file("text_named.xlsx", text);
    to.file("text_named_open_document.ods", text);
    to.file("text_named_old.xls", text.replace(',', "\t"));
    to.file("text_without_extension", text);
    to.file("upper_case.CSV", text);
    to.file(
        "page_named_old.xls",
        "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head><meta charset=\"utf-8\"></head>\
         <body><table><tr><td>code</td><td>name</td><td>amount</td></tr>\
         <tr><td>a</td><td>one</td><td>1</td></tr></table></body></html>\n",
    );
    to.file(
        "page_named_workbook.xlsx",
        "<!DOCTYPE html>\n<html><body>Please log in</body></html>\n",
    );
    to.file("page_named.csv", "<!DOCTYPE html>\n<html><body>Please log in, again</body></html>\n");
    to.file(
        "xml_of_2003.xls",
        "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n\
         <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"Data\"><Table>\
         <Row><Cell><Data ss:Type=\"String\">code</Data></Cell></Row></Table></Worksheet></Workbook>\n",
    );
    to.file("json_named.csv", "[{\"code\": \"a\", \"name\": \"one\", \"amount\": 1}]\n");
    to.file("sylk_named.csv", "ID;PWXL;N;E\nC;Y1;X1;K\"code\"\nC;Y1;X2;K\"name\"\nE\n");
}

fn archives(to: &mut Folder, workbook: &[u8], text: &str) {
    to.file("cut_in_the_middle.xlsx", &workbook[..workbook.len() / 2]);
    to.file("cut_at_the_end.xlsx", &workbook[..workbook.len() - 10]);
    to.file("cut_at_the_start.xlsx", &workbook[..40]);
    let holed = [&workbook[..200], &[0; 300], &workbook[500..]].concat();
    to.file("hole_in_the_middle.xlsx", holed);
    to.file("bytes_behind_the_end.xlsx", [workbook, b"\r\n-- \r\nsent by mail\r\n"].concat());
    to.file("archive_of_a_text.xlsx", archive([("items.csv", text.as_bytes())]));
    to.file("archive_of_nothing.xlsx", archive([]));
    to.file(
        "archive_of_a_letter.xlsx",
        archive([("word/document.xml", b"<w:document/>".as_slice())]),
    );
    to.file("archive_of_a_text_named.csv", archive([("items.csv", text.as_bytes())]));
}

fn junk(to: &mut Folder) {
    let mut random = Rng::with_seed(20_241_231);
    let bytes: Vec<u8> = (0..3_000).map(|_| random.u8(..)).collect();
    for name in ["junk.csv", "junk.xlsx", "junk.xls", "junk.ods", "junk.xlsb", "junk.csv.gz"] {
        let stem = name.replace('.', "_");
        let extension = name.split_once('.').map_or("", |(_, extension)| extension);
        to.file(&format!("{stem}.{extension}"), &bytes);
    }
    let picture = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &bytes[..200]].concat();
    to.file("picture_named.csv", picture);
    to.file(
        "print_named.csv",
        [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".as_slice(), &bytes[..200]].concat(),
    );
    to.file("zeros_named.csv", [0; 512]);
    let ole = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &bytes[..600]].concat();
    to.file("container_of_junk.xls", &ole);
    to.file("container_of_junk_named.xlsx", &ole);
    to.file("container_cut_short.xls", &ole[..8]);
}
