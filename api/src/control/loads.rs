//! `/v1/loads`: what was done with what came in.

use actix_web::{HttpRequest, HttpResponse, web};
use tolva_ledger::Load;

use super::parameters::{Parameters, number_in_path};
use crate::problem::Problem;
use crate::state::State;

/// The newest loads, of one arrival or of all.
pub async fn list(state: web::Data<State>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let parameters = Parameters::read(request.query_string(), &["arrival", "limit"])?;
    let limit = parameters.limit()?;
    let arrival = parameters.number("arrival")?;
    let loads = state.ask(move |ledger| async move { ledger.loads(arrival, limit).await }).await?;
    Ok(HttpResponse::Ok().json(loads))
}

/// One load.
pub async fn one(
    state: web::Data<State>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Parameters::read(request.query_string(), &[])?;
    Ok(HttpResponse::Ok().json(find(&state, &id).await?))
}

/// The load that a path names.
pub async fn find(state: &State, id: &str) -> Result<Load, Problem> {
    let number = number_in_path("load", id)?;
    let load = state.ask(move |ledger| async move { ledger.load(number).await }).await?;
    load.ok_or_else(|| Problem::Missing { kind: "load", name: id.to_owned() })
}
