//! The machine is right: theory, repeatability, intervals.

use hotel_simulation::rng::{Rng, Zipf};
use hotel_simulation::stats::{Estimate, quantile};
use hotel_simulation::validate;

#[test]
fn mean_waits_are_within_two_percent_of_erlang_c_and_little_holds() {
    let found = validate::run();
    assert!(found.at("worst_error_percent").number() < 2.0, "{found}");
    assert!(found.at("worst_little_percent").number() < 0.5, "{found}");
}

#[test]
fn erlang_c_agrees_with_the_closed_form_of_one_and_two_servers() {
    // M/M/1: W = rho / (1 - rho); M/M/2: W = rho^2 / (1 - rho^2).
    for rho in [0.1, 0.5, 0.9] {
        assert!((validate::erlang_c_wait(1, rho) - rho / (1.0 - rho)).abs() < 1e-12);
        assert!((validate::erlang_c_wait(2, rho) - rho * rho / (1.0 - rho * rho)).abs() < 1e-12);
    }
}

#[test]
fn a_lognormal_has_the_mean_and_variation_asked_for() {
    let mut rng = Rng::new(7);
    let values: Vec<f64> = (0..400_000).map(|_| rng.lognormal(22.0, 1.0)).collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let cv = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
        / mean;
    assert!((mean / 22.0 - 1.0).abs() < 0.01 && (cv - 1.0).abs() < 0.03, "mean {mean}, cv {cv}");
}

#[test]
fn the_first_numbers_of_the_generator_are_those_of_its_reference() {
    // xoshiro256++ seeded with SplitMix64(0).
    let mut rng = Rng::new(0);
    assert_eq!([rng.bits(), rng.bits()], [5987356902031041503, 7051070477665621255]);
}

#[test]
fn zipf_gives_the_first_rank_its_share() {
    let (zipf, mut rng) = (Zipf::new(5000, 0.9), Rng::new(3));
    let first = (0..200_000).filter(|_| zipf.draw(&mut rng) == 0).count() as f64 / 200_000.0;
    assert!((first / zipf.top() - 1.0).abs() < 0.05, "{first} of {}", zipf.top());
}

#[test]
fn an_interval_and_a_quantile_are_what_a_table_says() {
    let found = Estimate::of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
    assert!((found.mean - 5.5).abs() < 1e-12 && (found.half - 2.1658).abs() < 1e-3, "{found:?}");
    assert_eq!(quantile(&mut [5.0, 1.0, 4.0, 2.0, 3.0], 0.5), 3.0);
}
