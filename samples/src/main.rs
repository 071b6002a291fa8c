//! `tolva-samples`: makes the sample files, or files like them of any size.

use clap::{Parser, Subcommand};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use tolva_samples::{employees, odd, relationships, standard};

/// Makes the sample files of Tolva, or files like them of any size.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A workbook with a matrix of relationships and a list of people.
    Relationships {
        /// How many people there are on each axis.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(relationships::MAX_PEOPLE)))]
        people: u32,
        /// The share of the rows that is filled in, from the top.
        #[arg(long, default_value = "1.0", value_parser = share)]
        fill: f64,
        /// Another seed makes another file; the same seed makes the same bytes.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// A CSV file with one line per employee and department.
    Employees {
        /// How many lines there are, not counting the header.
        #[arg(long)]
        rows: u64,
        /// Another seed makes another file; the same seed makes the same bytes.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// The standard set that is checked in.
    All {
        /// The folder that holds `relationships/` and `employees/`.
        #[arg(long, default_value = "samples")]
        out: PathBuf,
    },
    /// The folder of odd files, but for those that `sheetjs.mjs` in it makes.
    Odd {
        /// The folder.
        #[arg(long, default_value = "samples/odd")]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().what) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be done when even the message cannot be written.
            let _ = writeln!(io::stderr(), "tolva-samples: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(what: What) -> Result<(), tolva_samples::Error> {
    match what {
        What::Relationships { people, fill, seed, out } => {
            relationships::Generated { people, fill, seed }.write(&out)
        }
        What::Employees { rows, seed, out } => {
            employees::csv::write(&out, employees::generate(rows, seed))
        }
        What::All { out } => standard::write_all(&out).map(drop),
        What::Odd { out } => odd::write_all(&out).map(drop),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0 to 1".to_owned()),
    }
}
