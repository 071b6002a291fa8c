//! `/openapi.json`: the API as OpenAPI 3.1 describes one, made of the contracts in force each time it is
//! asked for; and `/docs`, a page to try it out.

mod column;
mod control;
mod errors;
mod operation;
mod table;
mod write;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};
use tolva_schema::scope::Scope;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::auth::Caller;
use crate::catalogue::Exposed;
use crate::problem::Problem;
use crate::state::State;

/// Where the description is.
pub const PATH: &str = "/openapi.json";

/// Describes what the caller may see.
pub async fn describe(state: web::Data<State>, caller: Caller) -> Result<HttpResponse, Problem> {
    let catalogue = state.catalogue_for(&caller).await?;
    let tables: Vec<&Exposed> =
        catalogue.tables().filter(|table| caller.may(Scope::Read, &table.dataset)).collect();
    let answer = HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .json(document(&tables));
    Ok(answer)
}

/// The page; all of it comes from here.
pub fn page() -> SwaggerUi {
    let config = Config::new([PATH])
        .try_it_out_enabled(true)
        .display_request_duration(true)
        .doc_expansion("list")
        .default_models_expand_depth(0)
        .validator_url("none");
    SwaggerUi::new("/docs/{_:.*}").config(config)
}

fn document(tables: &[&Exposed]) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for table in tables {
        paths.insert(format!("/rest/v1/{}", table.name), table::path(table));
        schemas.insert(table::schema_name(table), table::row(table));
        if table.writable {
            schemas.insert(table::written_name(table), table::written(table));
        }
    }
    paths.extend(control::paths(&mut generator));
    schemas.insert("Problem".to_owned(), errors::schema());
    schemas.extend(generator.take_definitions(true));
    let tags: Vec<Value> = tags(tables)
        .into_iter()
        .map(|(name, description)| json!({ "name": name, "description": description }))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tolva",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Tables that equal the files that were dropped, and what became of those files.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        // Nothing at all, or one of the two.
        "security": [{}, { "bearer": [] }, { "apikey": [] }],
        "components": {
            "schemas": schemas,
            "responses": errors::responses(),
            "parameters": operation::parameters(),
            "headers": operation::headers(),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "apikey": { "type": "apiKey", "in": "header", "name": "apikey" },
            },
        },
    })
}

/// The groups of operations: one for each dataset, and those of Tolva itself.
fn tags(tables: &[&Exposed]) -> Vec<(String, String)> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for table in tables {
        if !tags.iter().any(|(name, _)| *name == table.dataset) {
            let text = format!("The tables of dataset `{}`.", table.dataset);
            tags.push((table.dataset.clone(), text));
        }
    }
    tags.push((control::TAG.to_owned(), "Datasets, files and loads.".to_owned()));
    tags.push((control::SERVER.to_owned(), "Health, figures and this description.".to_owned()));
    tags
}

/// The schema of a type, kept among the components.
fn schema_of<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}
