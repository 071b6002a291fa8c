//! Plans are pure: from what is there to what a contract wants, in the words of each database.

use tolva_schema::contract::Contract;
use tolva_schema::dialect::Dialect;
use tolva_schema::plan::{self, LiveColumn, LiveTable};
use tolva_schema::relation::Relation;

fn relations(column: &str, was: &str, table: &str) -> Vec<Relation> {
    let text = format!(
        "version = 1\nname = \"items\"\nfiles = [\"items*.csv\"]\n[[source]]\nname = \"lines\"\n\
         fields = [{{ name = \"code\", maxLength = 9 }}, \
         {{ name = \"{column}\", {was}unique = true, maxLength = 9 }}]\n\
         [[table]]\n{table}\nfrom = \"lines\"\nkey = [\"code\"]\n"
    );
    Contract::parse("items.toml", &text).expect("a contract").relations()
}

/// The tables as a database would have them.
fn live(dialect: Dialect, relations: &[Relation]) -> Vec<LiveTable> {
    let table = |relation: &Relation| LiveTable {
        name: relation.name.clone(),
        columns: relation
            .columns
            .iter()
            .map(|column| LiveColumn {
                name: column.name.clone(),
                kind: dialect.type_of(column.kind),
                nullable: !tolva_schema::ddl::column(dialect, relation, column)
                    .ends_with(" NOT NULL"),
            })
            .collect(),
        indexes: relation
            .indexes
            .iter()
            .map(|column| {
                let name = tolva_schema::ddl::index_name(&relation.name, column);
                (name, vec![column.clone()])
            })
            .collect(),
    };
    relations.iter().map(table).collect()
}

#[test]
fn what_is_there_needs_nothing() {
    let relations = relations("label", "", "name = \"item\"");
    for dialect in Dialect::ALL {
        let live = live(dialect, &relations);
        assert_eq!(plan::plan(dialect, &live, &relations, &relations), []);
        assert_eq!(plan::plan(dialect, &live, &[], &relations), [], "whatever was in force");
    }
}

#[test]
fn a_rename_is_spelled_for_each_database() {
    let before = relations("label", "", "name = \"item\"");
    let after = relations("title", "was = \"label\", ", "name = \"thing\"\nwas = \"item\"");
    for dialect in Dialect::ALL {
        let steps = plan::plan(dialect, &live(dialect, &before), &before, &after);
        let told: Vec<&str> = steps.iter().map(|step| step.what.as_str()).collect();
        assert_eq!(told, ["rename table item to thing", "rename column thing.label to title"]);
        assert!(steps.iter().all(|step| !step.destructive && step.counting.is_empty()));
        let q = |name: &str| dialect.quote(name);
        let table = &steps[0].sql;
        for kept in ["tolva_change", "tolva_tombstone", "tolva_member", "tolva_sequence"] {
            let follows = format!("UPDATE {kept} SET table_name = 'thing'");
            assert!(table.iter().any(|sql| sql.starts_with(&follows)), "{table:?}");
        }
        assert!(table.contains(&format!("ALTER TABLE {} RENAME TO {}", q("item"), q("thing"))));
        let column = &steps[1].sql;
        let expected =
            format!("ALTER TABLE {} RENAME COLUMN {} TO {}", q("thing"), q("label"), q("title"));
        assert_eq!(column[0], expected);
        let (old, new) = (q("thing_label_index"), q("thing_title_index"));
        let index: Vec<String> = match dialect {
            Dialect::Postgres => vec![format!("ALTER INDEX {old} RENAME TO {new}")],
            Dialect::Sqlite => vec![
                format!("DROP INDEX IF EXISTS {old}"),
                format!("CREATE INDEX {new} ON {} ({})", q("thing"), q("title")),
            ],
            _ => vec![format!("ALTER TABLE {} RENAME INDEX {old} TO {new}", q("thing"))],
        };
        assert_eq!(column[1..], index);
        // Once done, nothing is left; whichever contract the last load was made by.
        for former in [&before, &after] {
            assert_eq!(plan::plan(dialect, &live(dialect, &after), former, &after), []);
        }
    }
}

#[test]
fn what_is_lost_is_asked_under_the_names_that_are_there() {
    let before = relations("label", "", "name = \"item\"");
    let mut after = relations("title", "was = \"label\", ", "name = \"thing\"\nwas = \"item\"");
    after[0].columns.retain(|column| column.name != "title");
    after[0].columns_were.clear();
    after[0].indexes.clear();
    for dialect in Dialect::ALL {
        let steps = plan::plan(dialect, &live(dialect, &before), &before, &after);
        let dropped = steps.iter().find(|step| step.destructive).expect("a column goes");
        assert_eq!(dropped.what, "drop column thing.label with its values");
        let (table, column) = (dialect.quote("item"), dialect.quote("label"));
        let expected = format!("SELECT COUNT({column}), COUNT(*) FROM {table}");
        assert_eq!(dropped.counting[0].sql, expected);
    }
}
