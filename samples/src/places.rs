//! Invented addresses in the style of the United States. States and the first three digits of a
//! ZIP code agree; cities and streets do not exist.

use fastrand::Rng;

/// A city with what its addresses have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct City {
    /// The city's name.
    pub name: &'static str,
    /// Two letters.
    pub state: &'static str,
    /// The first three digits of its ZIP codes, as a number: 80 stands for `080`.
    pub zip_prefix: u32,
    /// The area code of its telephone numbers.
    pub area: u32,
}

const fn city(name: &'static str, state: &'static str, zip_prefix: u32, area: u32) -> City {
    City { name, state, zip_prefix, area }
}

/// Cities whose ZIP codes begin with a zero, which a spreadsheet takes away.
pub const LEADING_ZERO: [City; 8] = [
    city("Barrow Falls", "NJ", 80, 856),
    city("Harrowfield", "NJ", 70, 973),
    city("Pinewick", "NJ", 88, 908),
    city("Millmarsh", "MA", 18, 978),
    city("Stonebury", "MA", 12, 413),
    city("Easthollow", "MA", 21, 617),
    city("Cradock Hill", "CT", 64, 203),
    city("Fernbridge", "CT", 60, 860),
];

/// All other cities.
pub const OTHERS: [City; 28] = [
    city("Amber Lake", "MN", 554, 612),
    city("Ashen Ridge", "OR", 972, 503),
    city("Bellwether", "TX", 752, 214),
    city("Birch Crossing", "WI", 535, 608),
    city("Brookmere", "NY", 117, 631),
    city("Calder Springs", "CO", 809, 719),
    city("Copper Flat", "AZ", 857, 520),
    city("Dunmarrow", "PA", 191, 215),
    city("Eagle Hollow", "TX", 787, 512),
    city("Fallow Creek", "IL", 606, 312),
    city("Flintwood", "MI", 481, 734),
    city("Glenharbor", "CA", 941, 415),
    city("Greyford", "OH", 441, 216),
    city("Hickory Bend", "TN", 372, 615),
    city("Juniper Gap", "NC", 276, 919),
    city("Kingsorrel", "NY", 100, 212),
    city("Larkmont", "CA", 921, 619),
    city("Long Prairie Mills", "KS", 666, 785),
    city("Maple Quarry", "IN", 462, 317),
    city("New Tarrow", "FL", 331, 305),
    city("Oxbow Landing", "MO", 631, 314),
    city("Pellington", "GA", 303, 404),
    city("Port Alder", "WA", 981, 206),
    city("Quailbrook", "CA", 900, 213),
    city("Redmarsh", "MD", 212, 410),
    city("Salt Hollow", "UT", 841, 801),
    city("Thorn Valley", "VA", 232, 804),
    city("Upper Sorrel", "AK", 995, 907),
];

const STREETS: [&str; 24] = [
    "Alder",
    "Beacon",
    "Cinder",
    "Clover",
    "Copper",
    "Dune",
    "Ember",
    "Falcon",
    "Garnet",
    "Heron",
    "Indigo",
    "Juniper",
    "Lantern",
    "Meadow",
    "Mill Pond",
    "Orchard",
    "Otter",
    "Quarry",
    "Saddle",
    "Sorrel",
    "Tanner",
    "Violet",
    "Willow",
    "Wren",
];

const KINDS: [&str; 7] = ["Ave", "Blvd", "Ct", "Ln", "Rd", "St", "Way"];

/// A street address; one in eight has a comma in it.
pub(crate) fn address(rng: &mut Rng) -> String {
    let (number, street) = (rng.u32(1..9800), STREETS[rng.usize(..STREETS.len())]);
    let kind = KINDS[rng.usize(..KINDS.len())];
    match rng.u8(..8) {
        0 => format!("{number} {street} {kind}, Apt {}", rng.u8(1..40)),
        1 => format!("{number} {street} {kind} #{}", rng.u8(1..90)),
        _ => format!("{number} {street} {kind}"),
    }
}

/// A ZIP code as a spreadsheet writes it: a number, so without the zeros in front.
pub(crate) fn zip(rng: &mut Rng, city: City) -> String {
    (city.zip_prefix * 100 + rng.u32(1..100)).to_string()
}

/// A telephone number in the range that is kept for fiction, 555-0100 to 555-0199.
pub(crate) fn phone(rng: &mut Rng, city: City) -> String {
    format!("{}-555-{:04}", city.area, rng.u32(100..200))
}
