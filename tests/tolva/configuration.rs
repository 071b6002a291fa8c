//! Where the configuration comes from, and that passwords stay where they are.

use crate::database::Backend;
use crate::house::{House, mission, sample};
use crate::up::Up;

/// Nobody may ever read this.
const PASSWORD: &str = "plum-and-thunder";

#[test]
fn keys_that_nobody_knows_are_refused() {
    for (text, key) in [
        ("inbocks = \"in\"\n", "inbocks"),
        ("[api]\nlisten = \"127.0.0.1:0\"\nport = 1\n", "port"),
        ("[database]\nurl = \"sqlite://a.db\"\nuser = \"x\"\n", "user"),
        ("[targets.mysql]\nuri = \"mysql://x\"\n", "uri"),
    ] {
        let house = House::empty();
        house.write("tolva.toml", text);
        let said = house.run(&["status"]).ends(1).said();
        assert!(said.contains(key) && said.contains("tolva.toml"), "{said}");
        assert!(!house.path("data").exists());
    }
    let house = House::empty();
    house.run(&["status", "--config", "elsewhere.toml"]).ends(1);
}

#[test]
fn variables_override_the_file_and_flags_override_variables() {
    let mut house = House::empty();
    house.mission("employees");
    let made = |house: &House, name: &str| house.path(name).exists();
    house.write("tolva.toml", "[database]\nurl = \"sqlite://of-file/a.db\"\n");
    house.run(&["status"]).ends(0);
    assert!(made(&house, "of-file/a.db"));
    house.env.insert("TOLVA_DATABASE__URL".to_owned(), "sqlite://of-variable/a.db".to_owned());
    house.run(&["status"]).ends(0);
    assert!(made(&house, "of-variable/a.db"));
    house.run(&["--database", "sqlite://of-flag/a.db", "status"]).ends(0);
    assert!(made(&house, "of-flag/a.db"));
    assert!(!made(&house, "data"));

    house.env.insert("TOLVA_DATASETS".to_owned(), "none".to_owned());
    let file = sample("employees/v1.csv");
    let load = ["load", "--dataset", "employees", &file.to_string_lossy()];
    house.run(&load).ends(1);
    house.run(&[&load[..], &["--datasets", "datasets"]].concat()).ends(0);

    house.write("other.toml", "[database]\nurl = \"sqlite://of-other/a.db\"\n");
    house.env.remove("TOLVA_DATABASE__URL");
    house.env.insert("TOLVA_CONFIG".to_owned(), "other.toml".to_owned());
    house.run(&["status"]).ends(0);
    assert!(made(&house, "of-other/a.db"));
}

#[test]
fn a_target_that_cannot_be_reached_fails_alone_and_follows_later() {
    let mut house = House::on(Backend::Mysql);
    let url = house.env["TOLVA_TARGETS__MYSQL__URL"].clone();
    let contract = mission("employees").replace("writable = true\n", "");
    let contract = format!("targets = [\"default\", \"mysql\"]\n{contract}");
    house.contract_as_it_is("employees", &contract);
    house.secrets.push(PASSWORD.to_owned());
    // A port that nobody listens at.
    let away = format!("mysql://tolva:{PASSWORD}@127.0.0.1:1/nowhere");
    house.env.insert("TOLVA_TARGETS__MYSQL__URL".to_owned(), away);
    let file = sample("employees/v1.csv");
    let file = file.to_string_lossy();
    let load = ["load", "--json", "--dataset", "employees", &*file];
    let told = house.run(&load).ends(1).json();
    assert_eq!(told["targets"].as_object().map(|all| all.len()), Some(1), "{told}");
    assert_eq!(told["error"]["code"], "retry", "{told}");
    assert_eq!(house.ledger().one("SELECT COUNT(*) FROM employee"), "100");
    house.run(&["refresh"]).ends(1);
    house.run(&["status"]);

    house.env.insert("TOLVA_TARGETS__MYSQL__URL".to_owned(), url);
    let up = house.up();
    up.until_newest("employees", "v1.csv", "loaded");
    assert_eq!(house.database().one("SELECT COUNT(*) FROM employee"), "100");
}

#[test]
fn a_password_is_never_told_whatever_fails() {
    let file = sample("employees/v1.csv");
    let file = file.to_string_lossy();
    let verbs: [&[&str]; 6] = [
        &["status"],
        &["load", "--dataset", "employees", &*file],
        &["check", "--dataset", "employees", &*file],
        &["refresh"],
        &["schema", "plan"],
        &["--help"],
    ];
    let urls = [
        format!("postgres://tolva:{PASSWORD}@127.0.0.1:1/nowhere"),
        format!("postgres://tolva:{PASSWORD}@127.0.0.1:port/nowhere"),
        format!("postgres://tolva:{PASSWORD}@@/nowhere"),
        format!("mysql://tolva:{PASSWORD}@127.0.0.1:1/nowhere"),
        format!("oracle://tolva:{PASSWORD}@127.0.0.1/nowhere"),
        format!("tolva:{PASSWORD}@127.0.0.1"),
        format!("postgres://127.0.0.1:1/nowhere?user=tolva&password={PASSWORD}"),
    ];
    for url in &urls {
        let mut house = House::empty();
        house.mission("employees");
        house.secrets.push(PASSWORD.to_owned());
        house.env.insert("TOLVA_DATABASE__URL".to_owned(), url.clone());
        house.env.insert("TOLVA_LOG".to_owned(), "debug".to_owned());
        for verb in verbs {
            let ran = house.run(verb);
            assert!(ran.code == Some(1) || *verb == ["--help"], "{verb:?}: {ran:?}");
        }
        // It waits for a server that is not there, and says so.
        Up::launch(&house, |_| {}).until_logged("the ledger ");
        // In the file, and as a flag.
        house.env.remove("TOLVA_DATABASE__URL");
        house.run(&["status", "--database", url]).ends(1);
        house.write("tolva.toml", format!("[database]\nurl = \"{url}\"\n"));
        house.run(&["status"]).ends(1);
        // A mistake beside it must not show the line.
        house.write("tolva.toml", format!("[database]\nurl = \"{url}\" oops\n"));
        house.run(&["status"]).ends(1);
        house.write("tolva.toml", format!("[database]\nurll = \"{url}\"\n"));
        house.run(&["status"]).ends(1);
        house.write("tolva.toml", format!("database = \"{url}\"\n"));
        house.run(&["status"]).ends(1);
        house.write("tolva.toml", "");
        house.env.insert("TOLVA_DATABASE".to_owned(), url.clone());
        house.run(&["status"]).ends(1);
    }
}
