//! What the documentation says of the limits is what they are.

use tolva_loader::Limits;

#[test]
fn every_limit_is_documented_with_its_default() {
    let page = include_str!("../../../docs/configuration.md");
    let rows: Vec<(&str, &str)> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `limits.")?.split_once('|'))
        .map(|(name, rest)| {
            (name.trim().trim_end_matches('`'), rest.split('|').next().unwrap_or(""))
        })
        .collect();
    assert_eq!(rows.len(), 9);
    let told: String = rows
        .iter()
        .map(|(name, default)| {
            let default = default.trim().trim_matches('`');
            let value = default.parse::<u64>().map_or(format!("\"{default}\""), |n| n.to_string());
            format!("{name} = {value}\n")
        })
        .collect();
    let told: Limits = toml::from_str(&told).expect("the names are right");
    assert_eq!(format!("{told:?}"), format!("{:?}", Limits::default()));
}
