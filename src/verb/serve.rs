//! `tolva serve`: the API, on a host that reaches the ledger's database and nothing else.

use miette::IntoDiagnostic;
use tolva_api::Server;
use tolva_ledger::{Ledger, database};

use crate::app::App;
use crate::args::ServeArgs;
use crate::exit::Exit;
use crate::service::Service;
use crate::settings::Settings;

/// Runs the verb until it is told to stop; answers under way are finished.
pub async fn run(settings: Settings, args: ServeArgs) -> miette::Result<Exit> {
    let mut service = Service::new(App::open(settings).await?);
    let server = listen(&service.app().settings, args).await?;
    println!("api    http://{}", server.address());
    println!("data   {}", database::without_password(&service.app().settings.database.url));
    service.serve(server);
    service.run().await
}

/// Begins to listen.
pub async fn listen(settings: &Settings, args: ServeArgs) -> miette::Result<Server> {
    // A pool of its own: readers that take long do not keep the worker from the ledger.
    let ledger = Ledger::open(&settings.database.url).await.into_diagnostic()?;
    let listen = args.listen.as_ref().unwrap_or(&settings.api.listen);
    tolva_api::start(ledger, listen).await.into_diagnostic()
}
