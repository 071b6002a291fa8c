//! Which path is answered by what.

use actix_web::dev::HttpServiceFactory;
use actix_web::{FromRequest, Handler, HttpRequest, Responder, web};

use crate::problem::Problem;
use crate::{control, data, health, openapi};

/// Every route. Whatever else is asked for gets an error of the same shape.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PathConfig::default().error_handler(|_, request| unknown(request).into()))
        .service(resource("/rest/v1/{table}", data::read))
        .service(resource("/v1/datasets", control::datasets::list))
        .service(resource("/v1/datasets/{name}", control::datasets::one))
        .service(resource("/v1/datasets/{name}/changes", control::since::list))
        .service(resource("/v1/events", control::events::stream))
        .service(resource("/v1/arrivals", control::arrivals::list))
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
            Err::<&str, Problem>(Problem::Method {
                method: request.method().to_string(),
                path: request.path().to_owned(),
            })
        }))
}

fn unknown(request: &HttpRequest) -> Problem {
    Problem::UnknownPath { path: request.path().to_owned() }
}
