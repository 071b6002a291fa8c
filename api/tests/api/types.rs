//! How values of each type look in JSON: alike on both databases.

use crate::fixture;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    every_type_has_one_spelling,
    decimals_keep_all_their_digits_and_none_more,
    text_is_escaped_and_otherwise_untouched,
    wide_tables_are_read_whole,
];

async fn every_type_has_one_spelling(world: &World) {
    let rows = world.get("/rest/v1/measure").await.body;
    let expected = [
        r#"[{"code":"a","note":"first","size":10,"amount":1.5,"good":true,"day":"2024-01-01","at":"08:00:00","moment":"2024-01-01T08:00:00"}"#,
        r#"{"code":"b","note":"second","size":9,"amount":-0.2,"good":false,"day":"2024-02-29","at":"08:00:00.5","moment":"2024-02-29T23:59:59.123456"}"#,
        r#"{"code":"c","note":"","size":-9223372036854775808,"amount":1234567890123456.123456789012,"good":true,"day":"2023-12-31","at":"23:59:59.999999","moment":"2023-12-31T00:00:00.01"}"#,
        r#"{"code":"d","note":null,"size":null,"amount":null,"good":null,"day":null,"at":null,"moment":null}"#,
        r#"{"code":"e","note":"It's '; DROP TABLE measure; --","size":9223372036854775807,"amount":10,"good":false,"day":"2024-01-02","at":"00:00:00","moment":"2024-01-02T00:00:00"}]"#,
    ];
    assert_eq!(rows, expected.join(",\n"));
}

async fn decimals_keep_all_their_digits_and_none_more(world: &World) {
    let amounts = ["0", "0.0000000001", "-79228162514264337593543.9503", "100", "1000000.0000001"];
    for (at, amount) in amounts.iter().enumerate() {
        let row = format!("'z{at}', '{amount}'");
        fixture::insert(&world.ledger, "measure", "code, amount", &[&row]).await;
        let body = world.get(&format!("/rest/v1/measure?code=eq.z{at}&select=amount")).await.body;
        assert_eq!(body, format!("[{{\"amount\":{amount}}}]"));
        let found = world.measures("amount", &format!("eq.{amount}")).await;
        assert_eq!(found, format!("z{at}"));
    }
}

async fn text_is_escaped_and_otherwise_untouched(world: &World) {
    let text = "tab\tline\nquote\"back\\slash/ñ Ñ \u{1F600} \u{1} \u{7f} <&> 'single' null";
    let row = format!("'z', '{}'", text.replace('\'', "''"));
    fixture::insert(&world.ledger, "measure", "code, note", &[&row]).await;
    let rows = world.json("/rest/v1/measure?code=eq.z&select=note").await;
    assert_eq!(rows[0]["note"], text);
    let body = world.get("/rest/v1/measure?code=eq.z&select=note").await.body;
    assert!(body.contains("ñ Ñ \u{1F600}"), "letters are not escaped: {body}");
    assert_eq!(world.measures("note", &format!("eq.{text}")).await, "z");
}

async fn wide_tables_are_read_whole(world: &World) {
    let fields: Vec<String> =
        (0..300).map(|number| format!("{{ name = \"f{number}\", type = \"integer\" }}")).collect();
    let contract = format!(
        "version = 1\nname = \"wide\"\nfiles = [\"wide*.csv\"]\n[[source]]\nname = \"lines\"\n\
         fields = [ {{ name = \"code\", type = \"integer\", required = true }}, {} ]\n\
         [[table]]\nname = \"wide\"\nfrom = \"lines\"\nkey = [\"code\"]\n",
        fields.join(", ")
    );
    fixture::apply(&world.ledger, "wide.toml", &contract).await;
    fixture::insert(&world.ledger, "wide", "code, f299", &["1, 7"]).await;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let rows = world.json("/rest/v1/wide").await;
    assert_eq!(rows[0].as_object().map(serde_json::Map::len), Some(301));
    assert_eq!(rows[0]["f299"], 7);
}
