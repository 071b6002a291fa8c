//! `/v1/arrivals`: what came in.

use actix_web::{HttpRequest, HttpResponse, web};
use tolva_schema::scope::Scope;

use super::parameters::{Parameters, number_in_path};
use super::veil::Veil;
use crate::auth::Caller;
use crate::problem::Problem;
use crate::state::State;

/// The newest arrivals, of one dataset or of all.
pub async fn list(
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let parameters = Parameters::read(request.query_string(), &["dataset", "limit"])?;
    let limit = parameters.limit()?;
    let dataset = parameters.text("dataset").map(str::to_owned);
    caller.require_named(Scope::Read, dataset.as_deref())?;
    let asked = dataset.clone();
    let mut arrivals = state
        .ask(move |ledger| async move { ledger.arrivals(asked.as_deref(), limit).await })
        .await?;
    // A dataset whose contract was withdrawn may have arrivals; a name misspelled has neither.
    if let Some(name) = dataset.filter(|_| arrivals.is_empty()) {
        state.catalogue().await?.dataset(&name)?;
    }
    let catalogue = state.catalogue().await?;
    for arrival in &mut arrivals {
        if let Some(veil) = Veil::of(&catalogue, &caller, &arrival.dataset) {
            veil.arrival(arrival);
        }
    }
    Ok(HttpResponse::Ok().json(arrivals))
}

/// One arrival.
pub async fn one(
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Parameters::read(request.query_string(), &[])?;
    let id = number_in_path("arrival", &id)?;
    let mut arrival = state.ask(move |ledger| async move { ledger.arrival(id).await }).await?;
    caller.require(Scope::Read, &arrival.dataset)?;
    let catalogue = state.catalogue().await?;
    if let Some(veil) = Veil::of(&catalogue, &caller, &arrival.dataset) {
        veil.arrival(&mut arrival);
    }
    Ok(HttpResponse::Ok().json(arrival))
}
