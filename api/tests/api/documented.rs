//! What the documentation says of the settings is what they are.

use tolva_api::Options;

const PAGE: &str = include_str!("../../../docs/configuration.md");

/// The settings of the API with their defaults, where they have one.
fn rows() -> Vec<(Vec<&'static str>, Option<&'static str>)> {
    let rows = PAGE.lines().filter(|line| line.starts_with("| `api."));
    rows.map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let names = cells.next().unwrap_or_default().split(", ");
        let names = names.map(|name| name.trim_matches('`').trim_start_matches("api."));
        let default = cells.next().filter(|default| default.starts_with('`'));
        (names.collect(), default.map(|default| default.trim_matches('`')))
    })
    .collect()
}

fn with(name: &str, value: &str) -> Result<Options, String> {
    toml::from_str(&format!("{name} = {value}")).map_err(|error| error.message().to_owned())
}

#[test]
fn every_setting_is_documented_with_its_default() {
    let default = format!("{:?}", Options::default());
    let rows = rows();
    assert!(rows.len() > 10);
    for (names, documented) in rows {
        for name in names {
            match documented {
                // The whole of it is as if nothing was said.
                Some(_) if name.starts_with("jwt.") => {}
                Some(value) => {
                    let value = match value.parse::<u64>() {
                        Ok(number) => number.to_string(),
                        Err(_) => format!("\"{value}\""),
                    };
                    let options = with(name, &value).expect(name);
                    assert_eq!(format!("{options:?}"), default, "{name}");
                }
                None => {
                    let said = with(name, "[]").err().unwrap_or_default();
                    assert!(!said.contains("unknown field"), "{name}: {said}");
                }
            }
        }
    }
    assert!(with("nothing", "1").expect_err("unknown").contains("unknown field"));
}

#[test]
fn lists_may_be_texts_as_variables_have_them() {
    let options = with("cors", "\"https://a.example, https://b.example\"").expect("a list");
    assert_eq!(options.cors, ["https://a.example", "https://b.example"]);
    let options = with("proxies", "[\"10.0.0.0/8\", \"::1\"]").expect("a list");
    assert_eq!(options.proxies.len(), 2);
    assert!(with("proxies", "\"10.0.0.0/33\"").expect_err("none").contains("10.0.0.0/33"));
}
