//! `tolva keys`: who may use the API.

use comfy_table::{Table, presets};
use miette::IntoDiagnostic;
use serde_json::json;
use tolva_ledger::{now_ms, rfc3339};

use crate::app::App;
use crate::args::{CreateKeyArgs, KeysVerb};
use crate::exit::Exit;
use crate::settings::Settings;

/// Runs the verb.
pub async fn run(settings: Settings, verb: KeysVerb, json: bool) -> miette::Result<Exit> {
    let app = App::open(settings).await?;
    match verb {
        KeysVerb::Create(args) => create(&app, args, json).await,
        KeysVerb::List => list(&app, json).await,
        KeysVerb::Revoke { name } => revoke(&app, &name, json).await,
    }
}

async fn create(app: &App, args: CreateKeyArgs, json: bool) -> miette::Result<Exit> {
    let after_ms = |expires: humantime::Duration| {
        now_ms().saturating_add(i64::try_from(expires.as_millis()).unwrap_or(i64::MAX))
    };
    let expires_at = args.expires.map(after_ms);
    let (key, secret) =
        app.ledger.create_key(&args.name, args.scopes, expires_at).await.into_diagnostic()?;
    if json {
        let mut told = json!(key);
        told["key"] = secret.reveal().into();
        println!("{told}");
    } else {
        println!("{}", secret.reveal());
        eprintln!(
            "This is the key `{}` ({}); it is shown this once, only its digest is kept.",
            key.name, key.scopes
        );
    }
    Ok(Exit::Done)
}

async fn list(app: &App, json: bool) -> miette::Result<Exit> {
    let keys = app.ledger.keys().await.into_diagnostic()?;
    if json {
        println!("{}", json!(keys));
        return Ok(Exit::Done);
    }
    if keys.is_empty() {
        println!("no keys yet: `tolva keys create NAME --scopes read` makes one");
        return Ok(Exit::Done);
    }
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["name", "state", "scopes", "created", "expires"]);
    for key in keys {
        table.add_row([
            key.name.clone(),
            key.state().to_owned(),
            key.scopes.to_string(),
            rfc3339(key.created_at),
            key.expires_at.map_or_else(|| "never".to_owned(), rfc3339),
        ]);
    }
    println!("{table}");
    Ok(Exit::Done)
}

async fn revoke(app: &App, name: &str, json: bool) -> miette::Result<Exit> {
    let key = app.ledger.revoke_key(name).await.into_diagnostic()?;
    if json {
        println!("{}", json!(key));
    } else {
        println!("the key `{}` is revoked", key.name);
    }
    Ok(Exit::Done)
}
