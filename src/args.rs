//! The command line as clap reads it.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand};
use tolva_schema::dialect::Dialect;
use tolva_schema::scope::{NoScope, Scopes};

/// Drop a spreadsheet into a folder; the database tables equal it.
#[derive(Debug, Parser)]
#[command(name = "tolva", version, about, propagate_version = true)]
pub struct Cli {
    /// What holds for every verb.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Flags of every verb.
#[derive(Debug, Args)]
pub struct Global {
    /// The configuration file [default: tolva.toml, if there is one]
    #[arg(long, global = true, env = "TOLVA_CONFIG")]
    pub config: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// The folder that is watched
    #[arg(long, global = true)]
    pub inbox: Option<PathBuf>,
    /// The folder of contracts
    #[arg(long, global = true)]
    pub datasets: Option<PathBuf>,
    /// The URL of the ledger's database (better in TOLVA_DATABASE__URL: flags are seen by others)
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Everything in one process: watcher, worker and API
    Up(ServeArgs),
    /// Watches the inbox and makes arrivals of what is dropped there; for the host of the inbox
    Watch,
    /// Loads what arrives; on as many hosts as there is work for
    Work,
    /// The API
    Serve(ServeArgs),
    /// Takes what lies in the inbox, loads nothing, ends
    Scan,
    /// Puts files into the landing as arrivals, loads nothing, and tells what is in them
    Land(LandArgs),
    /// Loads files now, in the foreground
    Load(LoadArgs),
    /// Reads a file by the same rules as a load and touches no table (exit 3: it would be refused)
    Check(CheckArgs),
    /// Brings datasets to their newest arrival, the inbox first
    Refresh(RefreshArgs),
    /// What arrived, what was loaded, what is late, what waits for a person (exit 4: late)
    Status,
    /// Loads an old arrival again, as a new one
    Replay(ReplayArgs),
    /// Lets a quarantined arrival past the guards, as a new one
    Release(ArrivalArgs),
    /// Decides that an arrival is not to be loaded
    Discard(ReplayArgs),
    /// Lets go of the bytes of old arrivals
    Prune(PruneArgs),
    /// Contracts and the tables that fit them
    #[command(subcommand)]
    Schema(SchemaVerb),
    /// Keys of the API: who may use it
    #[command(subcommand)]
    Keys(KeysVerb),
}

/// `tolva up` and `tolva serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Where the API listens, HOST:PORT
    #[arg(long)]
    pub listen: Option<String>,
}

/// `tolva land`.
#[derive(Debug, Args)]
pub struct LandArgs {
    /// The files [default: what lies in the inbox of the dataset, else its newest arrival]
    #[arg(required_unless_present = "dataset")]
    pub files: Vec<PathBuf>,
    /// The dataset, where neither the file's name nor its folder tells
    #[arg(long)]
    pub dataset: Option<String>,
}

/// `tolva load`.
#[derive(Debug, Args)]
pub struct LoadArgs {
    /// The files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The dataset, where neither the file's name nor its folder tells
    #[arg(long)]
    pub dataset: Option<String>,
}

/// `tolva check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// A file, or the number of an arrival
    pub subject: String,
    /// The dataset, where neither the file's name nor its folder tells
    #[arg(long)]
    pub dataset: Option<String>,
    /// Show every finding, not only the first of each rule
    #[arg(long)]
    pub all: bool,
    /// Check again whenever the file or a contract file changes, until interrupted; contracts are
    /// taken from their folder and not put in force
    #[arg(long)]
    pub watch: bool,
}

/// `tolva refresh`.
#[derive(Debug, Args)]
pub struct RefreshArgs {
    /// The datasets [default: all]
    // Not `datasets`: that is the folder of contracts.
    #[arg(id = "dataset", value_name = "DATASET")]
    pub datasets: Vec<String>,
    /// Only this target
    #[arg(long)]
    pub target: Option<String>,
    /// Report on this arrival, and how the targets stand (exit 1 or 3 if it is not brought in, 4 if the
    /// dataset is late even so)
    #[arg(long, requires = "dataset")]
    pub arrival: Option<i64>,
}

/// `tolva replay`, `discard`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The arrival's number
    #[arg(required_unless_present = "dead")]
    pub arrival: Option<i64>,
    /// Instead of an arrival, every message that the broker keeps as dead
    #[arg(long, conflicts_with = "arrival")]
    pub dead: bool,
}

/// `tolva release`.
#[derive(Debug, Args)]
pub struct ArrivalArgs {
    /// The arrival's number
    pub arrival: i64,
}

/// `tolva keys`.
#[derive(Debug, Subcommand)]
pub enum KeysVerb {
    /// Makes a key and prints it, this once
    Create(CreateKeyArgs),
    /// Shows the keys, without their secrets
    List,
    /// Ends a key for good
    Revoke {
        /// What it is called
        name: String,
    },
}

/// `tolva keys create`.
#[derive(Debug, Args)]
pub struct CreateKeyArgs {
    /// What to call it; the record of changes names it
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub name: String,
    /// What it is good for: read, write, upload, private, admin, each of all datasets or of one
    /// ("read write:employees")
    #[arg(long, required = true, value_parser = scopes)]
    pub scopes: Scopes,
    /// How long it is good for, like 90d or 12h [default: until it is revoked]
    #[arg(long, value_name = "DURATION")]
    pub expires: Option<humantime::Duration>,
}

fn scopes(text: &str) -> Result<Scopes, String> {
    let scopes: Scopes = text.parse().map_err(|error: NoScope| error.to_string())?;
    if scopes.is_empty() {
        Err("a key without scopes opens nothing".to_owned())
    } else {
        Ok(scopes)
    }
}

/// `tolva prune`.
#[derive(Debug, Args)]
pub struct PruneArgs {
    /// Arrivals of each dataset whose bytes are kept [default: `keep` of the configuration, 30]
    #[arg(long)]
    pub keep: Option<usize>,
}

/// `tolva schema`.
#[derive(Debug, Subcommand)]
pub enum SchemaVerb {
    /// Shows what the contracts would change in the databases
    Plan,
    /// Makes these changes and puts the contracts in force
    Apply {
        /// Also changes that may lose data
        #[arg(long)]
        allow_destructive: bool,
    },
    /// Prints the statements that make databases, users and tables
    Sql {
        /// postgres, mysql, mariadb or sqlite
        #[arg(long)]
        dialect: Dialect,
        /// Only this dataset
        dataset: Option<String>,
    },
    /// Draws the tables and how they refer to one another
    Erd {
        /// mermaid, svg or markdown (a page with both)
        #[arg(long, default_value = "mermaid")]
        format: ErdFormat,
        /// Only this dataset
        dataset: Option<String>,
    },
    /// Drafts a contract that loads a file, with its evidence as comments
    Infer {
        /// The file: a good example of those to come
        file: PathBuf,
        /// The dataset's name [default: the file's]
        #[arg(long)]
        name: Option<String>,
    },
    /// Prints the contracts as a Frictionless Data Package (datapackage.json)
    Export {
        /// Only this dataset
        dataset: Option<String>,
    },
    /// Drafts contracts from a Frictionless Data Package
    Import {
        /// The package's datapackage.json
        package: PathBuf,
        /// Writes each contract to a file of its own in this folder; none that is there is replaced
        #[arg(long, value_name = "FOLDER")]
        into: Option<PathBuf>,
    },
    /// Prints the JSON Schema of the contract format, by which editors complete and check
    Jsonschema,
    /// Shows the contracts as they are understood
    Show {
        /// Only this dataset
        dataset: Option<String>,
    },
}

/// How a diagram is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ErdFormat {
    /// Text that many sites and editors draw
    Mermaid,
    /// A picture
    Svg,
    /// A page of documentation
    Markdown,
}
