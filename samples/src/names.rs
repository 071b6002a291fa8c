//! Invented names: people of both datasets, companies, departments. Every name is put together by
//! chance out of parts; nobody is meant.

use crate::random::{Topic, at, spread};

const NOMBRES: [&str; 48] = [
    "Adrián",
    "Alba",
    "Álvaro",
    "Amparo",
    "Andrés",
    "Ángela",
    "Begoña",
    "Belén",
    "Bruno",
    "Carla",
    "Concepción",
    "Damián",
    "Darío",
    "Elías",
    "Emilia",
    "Érica",
    "Fabián",
    "Fátima",
    "Gemma",
    "Germán",
    "Héctor",
    "Inés",
    "Íñigo",
    "Irene",
    "Iván",
    "Jazmín",
    "Joaquín",
    "Julián",
    "Leire",
    "León",
    "Lucía",
    "Marcos",
    "Martín",
    "Míriam",
    "Mónica",
    "Nicolás",
    "Nuria",
    "Óscar",
    "Paula",
    "Ramón",
    "Rocío",
    "Rubén",
    "Saúl",
    "Sofía",
    "Tomás",
    "Úrsula",
    "Verónica",
    "Yago",
];

const APELLIDOS: [&str; 54] = [
    "Abreo",
    "Acuñal",
    "Aldecín",
    "Ampudia",
    "Araújol",
    "Barrientes",
    "Bermúz",
    "Briñas",
    "Cabañal",
    "Calderín",
    "Cantúes",
    "Carreñal",
    "Castañar",
    "Cerdeño",
    "Cifuental",
    "Dávilar",
    "Echenar",
    "Escaño",
    "Espinal",
    "Farías",
    "Gáliz",
    "Garmendín",
    "Gavilán",
    "Granadal",
    "Güemes",
    "Huertas",
    "Ibarzo",
    "Jaraño",
    "Lagüela",
    "Larrañal",
    "Lezcán",
    "Luengos",
    "Mansillar",
    "Maroño",
    "Melgar",
    "Montañés",
    "Muñal",
    "Noriegas",
    "Núñal",
    "Olmedal",
    "Ordóñal",
    "Páramo",
    "Peñalba",
    "Piñar",
    "Quesadal",
    "Quiñones",
    "Rebollar",
    "Riaño",
    "Sanabre",
    "Tovarín",
    "Urdián",
    "Valdés",
    "Vergarín",
    "Yáñal",
];

const FIRST_NAMES: [&str; 54] = [
    "Abel", "Ada", "Amos", "Anita", "Basil", "Beryl", "Blanche", "Caleb", "Cora", "Cyril", "Dale",
    "Delia", "Dexter", "Doreen", "Edgar", "Effie", "Elmer", "Esther", "Floyd", "Freda", "Garth",
    "Gladys", "Grover", "Hattie", "Homer", "Ida", "Irving", "Iva", "Jasper", "Juno", "Kermit",
    "Lana", "Leland", "Lola", "Lyle", "Mabel", "Milo", "Mona", "Nadine", "Ned", "Nora", "Opal",
    "Orson", "Pearl", "Percy", "Roscoe", "Ruby", "Silas", "Stella", "Thelma", "Vera", "Virgil",
    "Wilma", "Zane",
];

const LAST_NAMES: [&str; 60] = [
    "Aldersby",
    "Ashgrove",
    "Barrowell",
    "Beckhollow",
    "Birchmore",
    "Brandlow",
    "Brimstead",
    "Calloway",
    "Carrowick",
    "Cattermoor",
    "Coldmarsh",
    "Cranwick",
    "Dallimoor",
    "Denfield",
    "Dovercott",
    "Drumhale",
    "Eastmere",
    "Elderkin",
    "Fallowby",
    "Farrowdale",
    "Fenwright",
    "Finchley",
    "Garlough",
    "Gatewell",
    "Glenmarch",
    "Greystoke",
    "Hallowby",
    "Harkwell",
    "Hazelmoor",
    "Holtby",
    "Ivermore",
    "Kestrick",
    "Kettlewell",
    "Kingsmarsh",
    "Langmoor",
    "Larkspur",
    "Lindwick",
    "Lockmere",
    "Marlowick",
    "Mossgrove",
    "Netherby",
    "Norwell",
    "O'Dallin",
    "O'Farrow",
    "Oakhurst",
    "Pellmarsh",
    "Pinkhollow",
    "Quillby",
    "Ravenholt",
    "Redwick",
    "Saltmarsh",
    "Sedgeley",
    "Stonewick",
    "Tarrowby",
    "Thistlewell",
    "Underby",
    "Vanmoor",
    "Wetherwick",
    "Winterell",
    "Yarrowdale",
];

const OWNERS: [&str; 60] = [
    "Abbeck",
    "Arundole",
    "Baxley",
    "Belfour",
    "Bixford",
    "Bolvane",
    "Brackett",
    "Burdock",
    "Cadbrook",
    "Clavering",
    "Corvane",
    "Crofton",
    "Dabner",
    "Delmarsh",
    "Dorrick",
    "Dunvale",
    "Ebbing",
    "Elvaston",
    "Fairlock",
    "Feddern",
    "Fosgrove",
    "Galtry",
    "Gilvane",
    "Gorland",
    "Haddock",
    "Helmark",
    "Hobden",
    "Ingleby",
    "Jessop",
    "Kelvane",
    "Kirtle",
    "Lathrop",
    "Lomund",
    "Madderly",
    "Marwood",
    "Mintern",
    "Nesford",
    "Norbeck",
    "Oddington",
    "Orvane",
    "Padmore",
    "Pelham",
    "Quarmby",
    "Raddle",
    "Rowland",
    "Rusper",
    "Sandover",
    "Sheldrick",
    "Skelton",
    "Tamblin",
    "Thorley",
    "Trevane",
    "Ulvane",
    "Vasper",
    "Wadhurst",
    "Welkin",
    "Wexley",
    "Wilding",
    "Yeldham",
    "Zellick",
];

const TRADES: [&str; 24] = [
    "Printing Service",
    "Roofing",
    "Office Supply",
    "Freight Lines",
    "Dairy",
    "Tool Works",
    "Insurance Agency",
    "Garden Center",
    "Auto Parts",
    "Furniture",
    "Steel",
    "Textiles",
    "Bakery",
    "Travel Bureau",
    "Plumbing",
    "Optics",
    "Paper Mill",
    "Music House",
    "Electric",
    "Paints",
    "Hardware",
    "Laundry",
    "Surveyors",
    "Machine Shop",
];

/// The departments of the employees dataset.
pub const DEPARTMENTS: [&str; 12] = [
    "Accounting",
    "Customer Service",
    "Engineering",
    "Facilities",
    "Finance",
    "Human Resources",
    "Legal",
    "Logistics",
    "Marketing",
    "Operations",
    "Research",
    "Sales",
];

/// A Spanish full name, unique among the first 139,968 of a seed, without any spaces around it.
pub fn spanish(seed: u64, index: u64) -> String {
    let (given, family) = (NOMBRES.len() as u64, APELLIDOS.len() as u64);
    let place = spread(seed, index, given * family * family);
    let name = NOMBRES[(place % given) as usize];
    let first = APELLIDOS[(place / given % family) as usize];
    let second = APELLIDOS[(place / given / family) as usize];
    format!("{name} {first} {second}")
}

/// An employee's first and last name and the part of the e-mail address before the `@`, which no
/// other employee of this seed has.
pub fn employee(seed: u64, index: u64) -> (&'static str, &'static str, String) {
    let (given, family) = (FIRST_NAMES.len() as u64, LAST_NAMES.len() as u64);
    let place = spread(seed, index, given * family);
    let first = FIRST_NAMES[(place % given) as usize];
    let last = LAST_NAMES[(place / given) as usize];
    let mut mailbox = format!("{first}.{}", last.replace('\'', "")).to_lowercase();
    // All pairs are used up after so many people; from then on a number tells namesakes apart.
    match index / (given * family) {
        0 => {}
        round => mailbox.push_str(&format!(".{round}")),
    }
    (first, last, mailbox)
}

/// The name of a company; every index has its own. About half of them hold a comma.
pub fn company(seed: u64, index: u64) -> String {
    let (owners, trades) = (OWNERS.len() as u64, TRADES.len() as u64);
    let place = spread(seed, index, owners * trades);
    let owner = OWNERS[(place % owners) as usize];
    let trade = TRADES[(place / owners) as usize];
    let partner = OWNERS[at(seed, Topic::Company, (index, 1)).usize(..OWNERS.len())];
    let mut name = match index % 6 {
        0 | 3 => format!("{owner}, {trade}"),
        1 => format!("{owner} {trade}"),
        2 => format!("{owner} & {partner} {trade}"),
        4 => format!("{owner} {trade}, Inc."),
        _ => format!("{owner} {trade} Co."),
    };
    match index / (owners * trades) {
        0 => {}
        round => name.push_str(&format!(" No. {}", round + 1)),
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_do_not_repeat() {
        let count = 20_000;
        let people: HashSet<String> = (0..count).map(|i| spanish(3, i)).collect();
        let mailboxes: HashSet<String> = (0..count).map(|i| employee(3, i).2).collect();
        let companies: HashSet<String> = (0..count).map(|i| company(3, i)).collect();
        for made in [people, mailboxes, companies] {
            assert_eq!(made.len() as u64, count);
        }
    }
}
