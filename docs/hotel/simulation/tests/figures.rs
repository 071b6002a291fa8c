//! The figures in the repository are those that this program prints.

use hotel_simulation::{inputs, run};

#[test]
fn the_committed_results_are_what_the_program_prints_and_bear_the_conclusions() {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/results.json"))
        .expect("results.json is in the repository");
    let found = run();
    let printed = format!("{found}\n");
    let numbers = |text: &str| -> Vec<f64> {
        text.split(|c: char| !(c.is_ascii_digit() || ".-e".contains(c)))
            .filter_map(|word| word.parse().ok())
            .collect()
    };
    let (old, new) = (numbers(&committed), numbers(&printed));
    assert_eq!(old.len(), new.len(), "run docs/hotel/make --simulate");
    // A ten-thousandth of room for another machine's logarithms.
    let differ = old.iter().zip(&new).position(|(a, b)| (a - b).abs() > 1e-4 * a.abs().max(1e-3));
    assert_eq!(differ, None, "run docs/hotel/make --simulate: figure {differ:?} differs");
    assert!(committed.contains(inputs::DIGEST), "the results were printed for other inputs");
    // What the dossier concludes from them: a region in Asia is felt in Asia, and not in Europe.
    let p95 = |layout: &str, continent: &str| {
        found.at(&format!("latency.{layout}.{continent}.p95")).number()
    };
    assert!(p95("3", "asia") < p95("1", "asia") - 100.0);
    assert!((p95("3", "eu") - p95("1", "eu")).abs() < 15.0);
    assert!(found.at("validation.worst_error_percent").number() < 2.0);
    assert_eq!(found.at("invariants.correct.oversold").number(), 0.0);
}
