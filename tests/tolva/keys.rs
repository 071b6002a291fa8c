//! `tolva keys`.

use serde_json::Value;

use crate::database::Backend;
use crate::house::House;

#[test]
fn a_key_is_made_shown_without_its_secret_and_revoked() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let house = House::on(backend);
        assert!(house.run(&["keys", "list"]).ends(0).said().contains("no keys yet"));
        let made = house.run(&["--json", "keys", "create", "app", "--scopes", "read write:people"]);
        let made: Value = made.ends(0).json();
        let key = made["key"].as_str().expect("the key").to_owned();
        assert_eq!(made["scopes"], serde_json::json!(["read", "write:people"]));
        assert!(key.starts_with("tolva_") && key.len() > 50, "{}", key.len());

        let again = house.run(&["keys", "create", "app", "--scopes", "read"]).ends(1).said();
        assert!(again.contains("tolva keys revoke app"), "{again}");
        let listed = house.run(&["keys", "list"]).ends(0).said();
        assert!(listed.contains("app") && listed.contains("valid"), "{listed}");
        let secret = key.rsplit('_').next().expect("a secret");
        assert!(!listed.contains(secret));

        house.run(&["keys", "revoke", "app"]).ends(0);
        let again = house.run(&["keys", "revoke", "app"]).ends(1).said();
        assert!(again.contains("tolva keys list"), "{again}");
        assert!(house.run(&["keys", "list"]).ends(0).said().contains("revoked"));
        house.run(&["keys", "create", "app", "--scopes", "read", "--expires", "90d"]).ends(0);
    }
}

#[test]
fn scopes_and_times_that_are_none_are_refused() {
    let house = House::on(Backend::Sqlite);
    for (arguments, why) in [
        (["a", "--scopes", "reed", "--expires", "1d"], "`reed` is no scope"),
        (["a", "--scopes", " ", "--expires", "1d"], "opens nothing"),
        (["a", "--scopes", "read", "--expires", "soon"], "--expires"),
        (["", "--scopes", "read", "--expires", "1d"], "NAME"),
    ] {
        let said = house.run(&[&["keys", "create"], &arguments[..]].concat()).ends(2).said();
        assert!(said.contains(why), "{said}");
    }
}
