//! The command line of Tolva: one file per verb, no logic of its own.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line prints")]

mod app;
mod args;
mod exit;
mod opening;
mod pipes;
mod service;
mod settings;
mod show;
mod verb;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Verb};
use exit::Exit;
use pipes::Pipes;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let serves = matches!(cli.verb, Verb::Up(_) | Verb::Watch | Verb::Work | Verb::Serve(_));
    let telemetry = tolva_telemetry::start(serves);
    if !serves {
        // `tolva check … | head` ends as any command does whose reader has seen enough.
        sigpipe::reset();
    }
    let pipes = Pipes::from_environment().unwrap_or_else(|error| {
        eprintln!("{error:?}");
        None
    });
    let mut reason = None;
    let exit = run(cli, pipes.as_ref()).await.unwrap_or_else(|error| {
        eprintln!("{error:?}");
        reason = Some(format!("{error:#}"));
        Exit::Failed
    });
    if let Some(pipes) = pipes {
        pipes.ends(exit, reason);
    }
    telemetry.end();
    exit.into()
}

async fn run(cli: Cli, pipes: Option<&Pipes>) -> miette::Result<Exit> {
    let settings = settings::Settings::load(&cli.global)?;
    let json = cli.global.json;
    match cli.verb {
        Verb::Up(args) => verb::up::run(settings, args).await,
        Verb::Watch => verb::watch::run(settings).await,
        Verb::Work => verb::work::run(settings).await,
        Verb::Serve(args) => verb::serve::run(settings, args).await,
        Verb::Scan => verb::scan::run(settings, json).await,
        Verb::Land(args) => verb::land::run(settings, args, json, pipes).await,
        Verb::Load(args) => verb::load::run(settings, args, json).await,
        Verb::Check(args) => verb::check::run(settings, args, json, pipes).await,
        Verb::Refresh(args) => verb::refresh::run(settings, args, json, pipes).await,
        Verb::Status => verb::status::run(settings, json).await,
        Verb::Replay(args) => match args.arrival {
            Some(arrival) => verb::replay::run(settings, arrival, false, json).await,
            None => verb::dead::revive(&settings, json).await,
        },
        Verb::Release(args) => verb::replay::run(settings, args.arrival, true, json).await,
        Verb::Discard(args) => match args.arrival {
            Some(arrival) => verb::discard::run(settings, arrival, json).await,
            None => verb::dead::bury(&settings, json).await,
        },
        Verb::Prune(args) => verb::prune::run(settings, args, json).await,
        Verb::Keys(verb) => verb::keys::run(settings, verb, json).await,
        Verb::Schema(verb) => verb::schema::run(settings, verb, json).await,
    }
}
