//! `tolva serve`: the API, on a host that reaches the ledger's database and nothing else.

use tolva_ledger::database;

use crate::args::ServeArgs;
use crate::exit::Exit;
use crate::service::Service;
use crate::settings::Settings;

/// Runs the verb until it is told to stop; answers under way are finished.
pub async fn run(settings: Settings, args: ServeArgs) -> miette::Result<Exit> {
    let listen = args.listen.unwrap_or_else(|| settings.api.listen.clone());
    let Some(mut service) = Service::open("serve", settings, Some(&listen)).await? else {
        return Ok(Exit::Done);
    };
    let server = service.listen(&listen).await?;
    println!("api    {}", server.url());
    println!("data   {}", database::without_password(&service.app().settings.database.url));
    service.serve(server);
    service.run().await
}
