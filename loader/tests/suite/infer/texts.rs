//! Drafts of text files of many shapes.

use tolva_loader::Limits;

use super::files::check;

#[tokio::test]
async fn text_files_load_from_their_drafts() {
    check(&[
        ("plain.csv", "id,name\n1,Ann\n2,Bob\n", &["plain(id* integer, name text)"]),
        (
            "semicolons 2024-05-01.csv",
            "Artículo;Precio €;Fecha\nA1;1.234,50;31.01.2024\nA2;7,00;01.02.2024\n",
            &["semicolon(articulo* text, precio_eur number, fecha date)"],
        ),
        ("tabs.csv", "a\tb\n1\tx\n2\ty\n", &["tab(a* integer, b text)"]),
        ("bars.csv", "code|day\n007|2024-01-31\n008|2024-02-01\n", &["bar(code* text, day date)"]),
        ("one column.csv", "word\nhello\nworld\n", &["one_column(word* text)"]),
        (
            "titles.csv",
            "Report\nmade on,2024-01-01\n\nid,name,amount\n1,Ann,2.5\n2,Bob,\n",
            &["title(id* integer, name text, amount number)"],
        ),
        (
            "headless.csv",
            "1,Ann,2024-01-31\n2,Bob,2024-02-01\n3,Cid,\n",
            &["headless(column_1* integer, column_2 text, column_3 date)"],
        ),
        (
            "twice.csv",
            "id,amount,amount,,total\n1,2,3,x,5\n2,3,4,y,7\n",
            &["twice(id* integer, amount integer, amount_2 integer, column_4 text, total integer)"],
        ),
        (
            "pairs.csv",
            "sensor,time,value\na,10:00,1.5\na,11:00,2.5\nb,10:00,1.5\nb,11:00,2.5\n",
            &["pair(sensor* text, time* time, value number)"],
        ),
        (
            "repeats.csv",
            "name,city\nAnn,Rome\nAnn,Rome\nBob,Bonn\n",
            &["repeat(name* text, city text)"],
        ),
        ("gaps.csv", "a,b\n1,\n,2\n3,\n", &["gap(a* integer, b integer)"]),
        (
            "missing.csv",
            "id,amount,when\n1,N/A,2024-01-31\n2,5, \n3,-,n/a\n",
            &["missing(id* integer, amount integer, when date)"],
        ),
        (
            "doubtful.csv",
            "id,when,how_many\n1,01/02/2024,\"1,234\"\n2,03/04/2024,\"5,678\"\n",
            &["doubtful(id* integer, when text, how_many text)"],
        ),
        (
            "ragged.csv",
            &format!("id,name\n{}", (1..40).map(|n| format!("{n},n{n}\n")).collect::<String>()),
            &["ragged(id* integer, name text)"],
        ),
        (
            "quotes.csv",
            "id,\"a \"\"b\"\"\ncol\"\n1,x\n2,y\n",
            &["quote(id* integer, a_b_col text)"],
        ),
        ("bom.csv", "\u{feff}id,x\n1,a\n2,b\n", &["bom(id* integer, x text)"]),
        ("años.csv", "nº,ñ\n1,a\n2,b\n", &["ano(no* integer, n text)"]),
        (
            "keywords.csv",
            "order,select,from\n1,a,b\n2,c,d\n",
            &["keyword(order* integer, select text, from text)"],
        ),
        ("spaces.csv", "id , when\n 1, 2024-01-31 \n2 ,   \n", &["space(id* integer, when date)"]),
        (
            "totals.csv",
            "item,amount\nnut,2\nbolt,3\n\nTotal 2 items,5\nprinted today\n",
            &["total(item* text, amount integer)"],
        ),
        (
            "pages.csv",
            "id,amount\n1,2\n2,3\nid,amount\n3,4\n",
            &["page(id* integer, amount integer)"],
        ),
        (
            "two rows.csv",
            ",2023,,2024,\nshop,sold,left,sold,left\na,1,2,3,4\nb,5,6,7,8\n",
            &["two_row(shop* text, n_2023_sold integer, n_2023_left integer, n_2024_sold integer, n_2024_left integer)"],
        ),
        ("one line.csv", "id,name\n1,Ann\n", &["one_line(id* integer, name text)"]),
    ])
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases: &[(&str, &[u8], &str)] = &[
        ("empty.csv", b"", "empty_file"),
        ("headers.csv", b"id,name\n", "no_lines"),
        ("blank.csv", b"\n\n\n", "no_lines"),
        ("open.csv", b"id,name\n1,\"x\n2,y\n", "unterminated_quote"),
        ("cut.xlsx", b"PK\x03\x04cut short", "damaged_workbook"),
    ];
    for (name, bytes, code) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("the file is written");
        let error = tolva_loader::infer::draft(&path, name, None, &Limits::default())
            .expect_err("no draft");
        assert_eq!(error.code(), *code, "{name}: {error}");
    }
}
