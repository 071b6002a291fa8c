//! The proposed rules keep their promises; each naive variant breaks the one whose rule it drops.

use hotel_simulation::rng::Rng;
use hotel_simulation::saga::{Variant, replicate};

fn run(variant: Variant) -> hotel_simulation::saga::Counts {
    replicate(variant, &mut Rng::of(77, 0))
}

#[test]
fn the_proposal_never_sells_above_the_cap_and_captures_exactly_what_it_confirms() {
    let found = run(Variant::Correct); // asserts its invariants at every step
    assert_eq!(
        (
            found.oversold,
            found.double_charged,
            found.charged_without_booking,
            found.booked_without_charge
        ),
        (0, 0, 0, 0)
    );
    assert!(
        found.confirmed > 1000 && found.duplicates > 100 && found.late_authorised > 20,
        "the hard cases were met: {found:?}"
    );
    assert!(
        found.late_resold > 0 && found.late_voided > 0,
        "both ends of a late authorisation were met: {found:?}"
    );
}

#[test]
fn checking_before_writing_sells_above_the_cap() {
    assert!(run(Variant::Check).oversold > 0);
}

#[test]
fn new_keys_for_repeated_calls_charge_twice() {
    assert!(run(Variant::Retry).double_charged > 0);
}

#[test]
fn ignoring_a_late_webhook_charges_without_a_booking() {
    assert!(run(Variant::Late).charged_without_booking > 0);
}

#[test]
fn confirming_at_the_redirect_books_without_a_charge() {
    assert!(run(Variant::Redirect).booked_without_charge > 0);
}

#[test]
fn the_same_seed_gives_the_same_counts() {
    assert_eq!(format!("{:?}", run(Variant::Correct)), format!("{:?}", run(Variant::Correct)));
}
