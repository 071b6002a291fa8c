//! Small files of many shapes: what is drafted of each, and that it loads without a refusal.

use tolva_loader::Limits;
use tolva_schema::contract::{Contract, Table};
use tolva_schema::field::FieldType;
use tolva_schema::state::ArrivalState;

use crate::workbook::book;
use crate::world::{Backend, World};

/// Sheets by their names.
type Sheets<'a> = &'a [(&'a str, &'a [&'a [&'a str]])];

/// A table in short: its columns with their types, those of the key with a star, and what they refer
/// to.
fn outline(contract: &Contract, table: &Table) -> String {
    let columns = table.columns.iter().enumerate().map(|(at, column)| {
        let star = if table.in_key(at) { "*" } else { "" };
        let name = &column.name;
        let refers = column.references.map(|parent| format!(" → {}", contract.tables[parent].name));
        let refers = refers.unwrap_or_default();
        match contract.field_of(table, &column.content) {
            None => format!("{name}{star}{refers}"),
            Some(field) => format!("{name}{star} {}{refers}", kind(&field.kind)),
        }
    });
    let columns: Vec<String> = columns.collect();
    let id = if table.id.is_some() { "id, " } else { "" };
    format!("{}({id}{})", table.name, columns.join(", "))
}

fn kind(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::String => "text",
        FieldType::Integer { .. } => "integer",
        FieldType::Number { .. } => "number",
        FieldType::Boolean { .. } => "boolean",
        FieldType::Date { .. } => "date",
        FieldType::Time { .. } => "time",
        FieldType::Datetime { .. } => "datetime",
    }
}

/// Drafts a contract for the file, loads the file by it, and gives the draft and its tables in short.
async fn drafted(name: &str, bytes: &[u8]) -> (String, Vec<String>) {
    let world = World::new(Backend::Sqlite).await;
    let path = world.path().join(name);
    std::fs::write(&path, bytes).expect("the file is written");
    let draft = tolva_loader::infer::draft(&path, name, None, &Limits::default());
    let draft = draft.unwrap_or_else(|error| panic!("{name}: {error}"));
    let contract = Contract::parse("draft.toml", &draft);
    let contract = contract.unwrap_or_else(|error| panic!("{name}: {error}\n{draft}"));
    let dataset = contract.name.to_string();
    world.contract(&format!("{dataset}.toml"), &draft).await;
    let dropped = world.drop_bytes(&dataset, name, bytes).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded, "{name}: {:?}", dropped.report.error);
    assert_eq!(dropped.report.rejected, 0, "{name}\n{draft}");
    let tables = contract.tables.iter().map(|table| outline(&contract, table)).collect();
    (draft, tables)
}

async fn check(cases: &[(&str, &str, &[&str])]) {
    let mut wrong = Vec::new();
    for (name, text, expected) in cases {
        let (draft, tables) = drafted(name, text.as_bytes()).await;
        if tables != *expected {
            wrong.push(format!("{name}: {tables:#?} of\n{draft}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

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
        ("one line.csv", "id,name\n1,Ann\n", &["one_line(id* integer, name text)"]),
    ])
    .await;
}

#[tokio::test]
async fn what_lines_repeat_becomes_a_table() {
    let orders: String = (0..24)
        .map(|n| {
            let (order, customer) = (n / 2, n / 2 % 5);
            let name = ["Ann", "Bob", "Cid", "Dan", "Eve"][customer];
            let (line, day, product) = (n % 2 + 1, order % 9 + 1, ["nut", "bolt", "gear"][n % 3]);
            format!("{order},2024-02-0{day},{customer},{name},{line},{product},{}\n", n * 7 % 10)
        })
        .collect();
    let orders = &format!(
        "order_id,order_date,customer_id,customer_name,line_no,product,quantity\n{orders}"
    );
    let courses = "student_id,student_name,course_id,course_title,grade\n\
                   1,Ann,m,Maths,1.0\n1,Ann,p,Physics,2.5\n2,Bob,m,Maths,3.0\n3,Cid,p,Physics,1.5\n";
    let members = "email,first,last,team\na@x.org,Ann,Ames,red\na@x.org,Ann,Ames,blue\n\
                   b@x.org,Bob,Best,red\nc@x.org,Cid,Cole,blue\nc@x.org,Cid,Cole,red\n\
                   d@x.org,Dan,Dorn,red\ne@x.org,Eve,East,blue\ne@x.org,Eve,East,green\n\
                   f@x.org,Fay,Ford,red\ng@x.org,Gus,Gray,green\n";
    let staff =
        "id,name,department_id,department_name\n1,Ann,1,Sales\n2,Bob,1,Sales\n3,Cid,2,Law\n";
    let cities = "id,name,zip,city\n1,Ann,12345,Bonn\n2,Bob,12345,Bonn\n3,Cid,54321,Rome\n";
    check(&[
        (
            "orders.csv",
            orders,
            &[
                "customer(id* integer, name text)",
                "order(id* integer, date date, customer_id integer → customer)",
                "order_line(order_id* integer → order, line_no* integer, product text, quantity integer)",
            ],
        ),
        ("grades.csv", courses, &["course(id* text, title text)", "student(id* integer, name text)", "grade(student_id* integer → student, course_id* text → course, grade number)"]),
        (
            "members.csv",
            members,
            &[
                "team(id, name* text)",
                "member(id, email* text, first text, last text)",
                "member_team(member_id* → member, team_id* → team)",
            ],
        ),
        (
            "staff.csv",
            staff,
            &[
                "department(id* integer, name text)",
                "staff(department_id integer → department, id* integer, name text)",
            ],
        ),
        ("people.csv", cities, &["people(id* integer, name text, zip text, city text)"]),
    ])
    .await;
}

#[tokio::test]
async fn workbooks_load_from_their_drafts() {
    let shop: Sheets = &[
        (
            "Orders",
            &[
                &["Order no", "Customer ID", "Amount"],
                &["1", "7", "2.5"],
                &["2", "8", "3"],
                &["3", "7", "1"],
            ],
        ),
        (
            "Customers",
            &[
                &["Our customers"],
                &[],
                &["", "Customer ID", "Name"],
                &["", "7", "Ann"],
                &["", "8", "Bob"],
                &["", "9", "Cid"],
            ],
        ),
        ("Empty", &[]),
    ];
    let plain: Sheets = &[(
        "Sheet1",
        &[&["code", "ZIP"], &["'007", "8014"], &["'008", "12345"], &["'009", "54321"]],
    )];
    let distances: Sheets = &[(
        "Distances",
        &[
            &["", "Bonn", "Rome", "Oslo"],
            &["Bonn", "", "1066.5", "1053"],
            &["Rome", "1066.5", "", ""],
            &["Oslo", "1053", "2008", ""],
        ],
    )];
    let rights: Sheets = &[(
        "Rights",
        &[
            &["Who may what"],
            &["", "", "read", "write", "grant"],
            &["", "Ann", "x", "x", ""],
            &["", "Bob", "x", "", ""],
        ],
    )];
    let cases: &[(&str, Sheets, &[&str])] = &[
        (
            "shop.xlsx",
            shop,
            &[
                "customer(customer_id* integer, name text)",
                "order(order_no* integer, customer_id integer → customer, amount number)",
            ],
        ),
        ("codes.xlsx", plain, &["code(code* text, zip text)"]),
        ("km.xlsx", distances, &["km(from_name* text, to_name* text, value number)"]),
        ("rights.xlsx", rights, &["right(row_name* text, column_name* text, value boolean)"]),
    ];
    for (name, sheets, expected) in cases {
        let (draft, tables) = drafted(name, &book(sheets)).await;
        assert_eq!(tables, *expected, "{draft}");
    }
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
