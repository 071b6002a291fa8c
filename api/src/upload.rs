//! `POST /v1/arrivals`: a file that is uploaded goes the way of a dropped one, into the landing.
//!
//! Its bytes are kept as they come, and made an arrival of when all of them are there. Whoever breaks off
//! leaves nothing behind.

mod incoming;
mod name;
mod parts;

use std::sync::Arc;

use actix_web::http::header::{CONTENT_TYPE, ContentDisposition, Header, LOCATION};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, StreamExt};
use tolva_ledger::{ArrivalOrigin, LedgerError, NewArrival};
use tolva_schema::contract::Contract;
use tolva_schema::routing::{Route, route};
use tolva_schema::scope::Scope;

use crate::auth::Caller;
use crate::catalogue::Catalogue;
use crate::control::Parameters;
use crate::problem::Problem;
use crate::state::State;
use incoming::{Broken, Incoming, Outlet};

/// Where a file goes.
struct Place {
    dataset: String,
    part: String,
    file: String,
}

/// Takes a file.
pub async fn take(
    state: Data<State>,
    request: HttpRequest,
    caller: Caller,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    if caller.name().is_none() {
        return Err(Problem::Anonymous);
    }
    let parameters = Parameters::read(request.query_string(), &["dataset", "name"])?;
    let asked = |name: &str| parameters.text(name).map(str::to_owned);
    let (dataset, file) = (asked("dataset"), asked("name"));
    let catalogue = state.catalogue().await?;
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data")) {
        let mut parts = parts::Parts::new(&request, payload);
        let part = parts.file().await?;
        let file = file.or(part.name).ok_or_else(name::missing)?;
        let place = place(&catalogue, &caller, dataset.or(part.dataset), &file)?;
        return land(&state, place, part.body).await;
    }
    let told = ContentDisposition::parse(&request).ok();
    let file = file.or_else(|| told.as_ref().and_then(name::of)).ok_or_else(name::missing)?;
    let place = place(&catalogue, &caller, dataset, &file)?;
    let limit = state.options().limits.upload;
    let length = request.headers().get(actix_web::http::header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit.as_u64()) {
        return Err(Problem::LongBody { limit });
    }
    land(&state, place, payload.map(|piece| piece.map_err(|error| error.to_string()))).await
}

/// Where a file goes, if somewhere, and whether whoever brings it may.
fn place(
    catalogue: &Catalogue,
    caller: &Caller,
    dataset: Option<String>,
    file: &str,
) -> Result<Place, Problem> {
    name::check(file)?;
    if let Some(dataset) = &dataset {
        catalogue.dataset(dataset)?;
    }
    let contracts: Vec<Contract> =
        catalogue.contracts().iter().map(|stored| stored.contract.clone()).collect();
    let (dataset, part) = match route(&contracts, dataset.as_deref(), file) {
        Route::To { dataset, partition } => (dataset.to_owned(), partition),
        Route::Nowhere => return Err(name::nowhere(&contracts)),
        Route::Tie(datasets) => return Err(name::tie(&datasets)),
    };
    caller.require(Scope::Upload, &dataset)?;
    Ok(Place { dataset, part, file: file.to_owned() })
}

/// Keeps a file and makes an arrival of it.
async fn land(
    state: &Data<State>,
    place: Place,
    mut body: impl Stream<Item = Result<Bytes, String>> + Unpin,
) -> Result<HttpResponse, Problem> {
    let (outlet, incoming) = incoming::channel(&place.file);
    let keeping = state.spawn(keep(Arc::clone(state), place, incoming));
    let sent = send(state, &mut body, outlet).await;
    // The bytes that have come are taken back before anything is said.
    let kept = keeping.await.map_err(|error| Problem::Internal { cause: error.to_string() })?;
    let arrival = match (sent, kept) {
        // Who stopped taking them knows why.
        (Err(problem), Err(_) | Ok(_)) => return Err(problem),
        (Ok(()), kept) => kept?,
    };
    let arrival = state.ask(move |ledger| async move { ledger.arrival(arrival).await }).await?;
    let location = format!("/v1/arrivals/{}", arrival.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(arrival))
}

/// Sends a body to whoever keeps it.
async fn send(
    state: &State,
    body: &mut (impl Stream<Item = Result<Bytes, String>> + Unpin),
    outlet: Outlet,
) -> Result<(), Problem> {
    let (limit, patience) = (state.options().limits.upload, state.options().patience());
    let mut size = 0;
    loop {
        let piece = tokio::time::timeout(patience, body.next()).await.map_err(|_| {
            name::broken_off(format!("nothing has come for {} s", patience.as_secs()))
        })?;
        match piece {
            None => {
                outlet.end().await;
                return Ok(());
            }
            Some(Err(error)) => return Err(name::broken_off(error)),
            Some(Ok(piece)) => {
                size += piece.len() as u64;
                if size > limit.as_u64() {
                    return Err(Problem::LongBody { limit });
                }
                // Nobody takes it when the database has refused a piece: that is told.
                if !outlet.send(piece).await {
                    return Ok(());
                }
            }
        }
    }
}

async fn keep(state: Arc<State>, place: Place, incoming: Incoming) -> Result<i64, Problem> {
    let ledger = state.ledger();
    let landed = match ledger.store_bytes(incoming).await {
        Ok(landed) => landed,
        Err(LedgerError::Io(error)) => {
            return Err(match error.get_ref().and_then(|error| error.downcast_ref::<Broken>()) {
                Some(Broken::Empty) => name::empty(),
                Some(Broken::Torn) => name::torn(),
                Some(Broken::Off) => name::broken_off("its end is missing".to_owned()),
                None => Problem::Internal { cause: error.to_string() },
            });
        }
        Err(error) => return Err(error.into()),
    };
    let Place { dataset, part, file } = place;
    let path = file.clone();
    let origin = ArrivalOrigin::Api;
    let new = NewArrival { dataset, part, path, file, origin, stamp: None };
    Ok(ledger.arrive(new, &landed).await?.id())
}
