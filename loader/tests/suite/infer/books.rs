//! Drafts of workbooks.

use super::files::drafted;
use crate::workbook::book;

/// Sheets by their names.
type Sheets<'a> = &'a [(&'a str, &'a [&'a [&'a str]])];

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
    let months: Sheets = &[
        ("2024-01", &[&["id", "amount"], &["1", "5"], &["2", "6"], &["Total", "11"]]),
        ("2024-02", &[&["id", "amount"], &["1", "7"], &["3", "8"], &["Total", "15"]]),
        ("Notes", &[&["note"], &["all is well"]]),
    ];
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
        (
            "months.xlsx",
            months,
            &["n_2024(id* integer, amount integer, sheet* text)", "note(note* text)"],
        ),
        ("rights.xlsx", rights, &["right(row_name* text, column_name* text, value boolean)"]),
    ];
    for (name, sheets, expected) in cases {
        let (draft, tables) = drafted(name, &book(sheets)).await;
        assert_eq!(tables, *expected, "{draft}");
    }
}

#[tokio::test]
async fn a_very_wide_sheet_is_drafted_as_far_as_a_table_goes() {
    let header: Vec<String> = (1..=3000).map(|at| format!("c{at}")).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let line: Vec<&str> = header.iter().map(|_| "1").collect();
    let other: Vec<&str> = header.iter().map(|_| "2").collect();
    let (draft, tables) = drafted("wide.xlsx", &book(&[("Data", &[&header, &line, &other])])).await;
    assert!(draft.contains("2000 more columns are left out"), "{}", &draft[..500]);
    assert_eq!(tables.len(), 1);
}
