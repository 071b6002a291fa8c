//! `/v1/loads`: what was done with what came in.

use actix_web::{HttpRequest, HttpResponse, web};
use tolva_ledger::Load;
use tolva_schema::scope::Scope;

use super::parameters::{Parameters, number_in_path};
use super::veil::Veil;
use crate::auth::Caller;
use crate::problem::Problem;
use crate::state::State;

/// The newest loads, of one arrival or of all.
pub async fn list(
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let parameters = Parameters::read(request.query_string(), &["arrival", "limit"])?;
    let limit = parameters.limit()?;
    let arrival = parameters.number("arrival")?;
    caller.require_all(Scope::Read)?;
    let mut loads =
        state.ask(move |ledger| async move { ledger.loads(arrival, limit).await }).await?;
    let catalogue = state.catalogue().await?;
    for load in &mut loads {
        if let Some(veil) = Veil::of(&catalogue, &caller, &load.dataset) {
            veil.load(load);
        }
    }
    Ok(HttpResponse::Ok().json(loads))
}

/// One load.
pub async fn one(
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Parameters::read(request.query_string(), &[])?;
    Ok(HttpResponse::Ok().json(find(&state, &caller, &id).await?))
}

/// The load that a path names, for who may read its dataset.
pub async fn find(state: &State, caller: &Caller, id: &str) -> Result<Load, Problem> {
    let number = number_in_path("load", id)?;
    let load = state.ask(move |ledger| async move { ledger.load(number).await }).await?;
    let mut load = load.ok_or_else(|| Problem::Missing { kind: "load", name: id.to_owned() })?;
    caller.require(Scope::Read, &load.dataset)?;
    let catalogue = state.catalogue().await?;
    if let Some(veil) = Veil::of(&catalogue, caller, &load.dataset) {
        veil.load(&mut load);
    }
    Ok(load)
}
