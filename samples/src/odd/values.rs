//! Values as people write them in text files.

use super::Folder;
use super::contract::{Contract, items, types};

pub fn files() -> Folder {
    let mut folder = Folder::new("values");
    numbers(&mut folder);
    others(&mut folder);
    folder
}

fn amounts(values: &[&str]) -> String {
    let lines = (1..).zip(values).map(|(at, value)| format!("n{at:02};{value};{value}\n"));
    format!("code;name;amount\n{}", lines.collect::<String>())
}

fn grouped(by: &str) -> Contract {
    items().instead(&format!(r#"name = "amount", type = "number", groupChar = "{by}""#))
}

fn numbers(to: &mut Folder) {
    let plain = ["0", "-0", "+7", "007", "1.50", "-0.000", " 12 ", "0.1234567891", "1e5", "1E-2"];
    to.file("numbers.csv", amounts(&plain));
    let odd = [
        "1,5",
        "1.",
        ".5",
        "1 000",
        "(5)",
        "5-",
        "--5",
        "\u{2212}5",
        "NaN",
        "inf",
        "0x10",
        "１２",
        "٣",
        "5 €",
        "$5",
        "50%",
        "1/2",
        "1.2.3",
        "0.12345678912",
        "12345678901234567890123456789",
        "#N/A",
        "n/a",
        "TRUE",
    ];
    to.file("numbers_that_are_none.csv", amounts(&odd));
    to.with(
        "thousands_comma.csv",
        grouped(","),
        amounts(&["1,234,567.5", "12,34", "1234", "-1,000"]),
    );
    to.with("thousands_apostrophe.csv", grouped("'"), amounts(&["1'234.50", "12'345'678"]));
    to.with("thousands_nbsp.csv", grouped("\\u00a0"), amounts(&["1\u{a0}234.5", "12\u{a0}34"]));
    to.with("thousands_narrow_nbsp.csv", grouped("\\u202f"), amounts(&["1\u{202f}234.5"]));
    let spaces = ["1 234.5", "1\u{a0}234.5", "1\u{202f}234.5", "1\u{2009}234.5", "1  234"];
    to.with("thousands_any_space.csv", grouped(" "), amounts(&spaces));
    let wholes =
        types().only(1).field(r#"name = "name""#).field(r#"name = "amount", type = "integer""#);
    let edges =
        ["9223372036854775807", "-9223372036854775808", "9223372036854775808", "1.0", "1e3", "-0"];
    to.with("wholes.csv", wholes, amounts(&edges));
    to.file(
        "digits_that_are_texts.csv",
        "code,name,amount\n007,00012345678901234567890,1\n1e5,1.50,2\n+34 600,3/4,3\n",
    );
}

fn others(to: &mut Folder) {
    let line = |code: &str, at: usize, value: &str| {
        let mut cells = [""; 8];
        (cells[0], cells[at]) = (code, value);
        format!("{}\n", cells.join(";"))
    };
    let header = "code;word;whole;exact;flag;day;clock;moment\n";
    let column = |at: usize, values: &[&str]| {
        let lines = (1..).zip(values).map(|(n, value)| line(&format!("n{n:02}"), at, value));
        format!("{header}{}", lines.collect::<String>())
    };
    let truths = ["1", "0", "TRUE", "False", "sí", "SÍ", "no", "x", "X", "y", "VERDADERO", "Falso"];
    to.with("booleans.csv", types(), column(4, &truths));
    to.with(
        "booleans_that_are_none.csv",
        types(),
        column(4, &["2", "-1", "maybe", "✓", "t", "1.0"]),
    );
    to.with(
        "dates.csv",
        types(),
        column(
            5,
            &[
                "2024-02-29",
                "2023-02-29",
                "29/02/2024",
                "2024-2-9",
                "0000-01-01",
                "10000-01-01",
                "2024-02-29T10:00:00",
                "45351",
                "1900-02-29",
                "9999-12-31",
            ],
        ),
    );
    let people =
        types().instead(r#"name = "day", type = "date", format = ["%d/%m/%Y", "%d.%m.%y"]"#);
    to.with(
        "dates_as_people_write_them.csv",
        people,
        column(5, &["29/02/2024", "1/2/2024", "31.12.99", "12/31/2024", "2024-02-29"]),
    );
    to.with(
        "times.csv",
        types(),
        column(6, &["00:00:00", "23:59:59", "24:00:00", "9:05:00", "12:00", "11:00 PM"]),
    );
    to.with(
        "moments.csv",
        types(),
        column(
            7,
            &[
                "2024-02-29T12:30:01",
                "2024-02-29 12:30:01",
                "2024-02-29T12:30:01Z",
                "2024-03-31T02:30:00",
                "2024-06-30T23:59:60",
            ],
        ),
    );
    let missing = items()
        .instead(r#"name = "name", missingValues = ["", "\\N", "NULL", "-"]"#)
        .instead(r#"name = "amount", type = "number", missingValues = ["", "n/a", "-"]"#);
    to.with(
        "words_for_unknown.tsv",
        missing,
        "code\tname\tamount\na\t\\N\tn/a\nb\tNULL\t-\nc\tnull\t0\nd\t-\t\ne\t--\tN/A\n",
    );
    to.file("zero_is_not_unknown.csv", "code,name,amount\na,0,0\nb,,\n");
    to.file(
        "texts_that_look_dangerous.csv",
        "code,name,amount\na,=1+1,1\nb,@SUM(A1),2\nc,'; DROP TABLE item; --,3\nd,<b>x</b> &amp;,4\n\
         e,${jndi:ldap://x},5\nf,%s%n %00,6\ng,NULL,7\nh,../../etc/passwd,8\n",
    );
}
