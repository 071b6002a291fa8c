//! Which path is answered by what.

use actix_web::dev::HttpServiceFactory;
use actix_web::{FromRequest, Handler, HttpRequest, Responder, web};

use crate::auth::Caller;
use crate::problem::Problem;
use crate::state::State;
use crate::{control, data, health, openapi, upload, write};

/// Every route. Whatever else is asked for gets an error of the same shape.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PathConfig::default().error_handler(|_, request| unknown(request).into()))
        .service(
            web::resource("/rest/v1/{table}")
                .route(web::get().to(data::read))
                .route(web::head().to(data::read))
                .route(web::post().to(write::write))
                .route(web::patch().to(write::write))
                .route(web::put().to(write::write))
                .route(web::delete().to(write::write))
                .default_service(web::to(other_method)),
        )
        .service(resource("/v1/datasets", control::datasets::list))
        .service(resource("/v1/datasets/{name}", control::datasets::one))
        .service(resource("/v1/datasets/{name}/changes", control::since::list))
        .service(resource("/v1/events", control::events::stream))
        .service(
            web::resource("/v1/arrivals")
                .route(web::get().to(control::arrivals::list))
                .route(web::head().to(control::arrivals::list))
                .route(web::post().to(upload::take))
                .default_service(web::to(|request: HttpRequest| async move {
                    not_possible(&request, "GET, HEAD, POST")
                })),
        )
        .service(resource("/v1/arrivals/{id}", control::arrivals::one))
        .service(resource("/v1/loads", control::loads::list))
        .service(resource("/v1/loads/{id}", control::loads::one))
        .service(resource("/v1/loads/{id}/findings", control::findings::list))
        .service(resource("/v1/loads/{id}/changes", control::changes::list))
        .service(resource(openapi::PATH, openapi::describe))
        .service(web::redirect("/docs", "/docs/"))
        .service(openapi::page())
        .service(resource("/healthz", health::healthz))
        .service(resource("/readyz", health::readyz))
        .service(resource("/metrics", health::metrics))
        .default_service(web::to(|request: HttpRequest| async move {
            Err::<&str, Problem>(unknown(&request))
        }));
}

/// A resource that can be read.
fn resource<F, Args>(path: &str, handler: F) -> impl HttpServiceFactory + 'static
where
    F: Handler<Args> + Copy,
    F::Output: Responder + 'static,
    Args: FromRequest + 'static,
{
    web::resource(path)
        .route(web::get().to(handler))
        .route(web::head().to(handler))
        .default_service(web::to(|request: HttpRequest| async move {
            not_possible(&request, "GET, HEAD")
        }))
}

/// A method that no table has. Which ones a table has depends on its contract.
async fn other_method(
    state: web::Data<State>,
    request: HttpRequest,
    _caller: Caller,
    table: web::Path<String>,
) -> Result<&'static str, Problem> {
    let writable = state.catalogue().await?.table(&table)?.writable;
    let allow = if writable { "GET, HEAD, POST, PATCH, PUT, DELETE" } else { "GET, HEAD" };
    not_possible(&request, allow)
}

fn not_possible(request: &HttpRequest, allow: &'static str) -> Result<&'static str, Problem> {
    let (method, path) = (request.method().to_string(), request.path().to_owned());
    Err(Problem::Method { method, path, allow })
}

fn unknown(request: &HttpRequest) -> Problem {
    Problem::UnknownPath { path: request.path().to_owned() }
}
