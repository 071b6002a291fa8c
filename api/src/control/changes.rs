//! `/v1/loads/{id}/changes`: the rows that a load inserted, updated or deleted.

use actix_web::{HttpRequest, HttpResponse, web};

use super::parameters::Parameters;
use super::veil::Veil;
use super::{change, loads};
use crate::auth::Caller;
use crate::catalogue::DEFAULT_TARGET;
use crate::problem::Problem;
use crate::state::State;

/// The changes of a load, in the order in which they were made.
pub async fn list(
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let parameters = Parameters::read(request.query_string(), &["limit", "offset"])?;
    let (limit, offset) = (parameters.limit()?, parameters.offset()?);
    let load = loads::find(&state, &caller, &id).await?;
    if load.target != DEFAULT_TARGET {
        return Err(Problem::Elsewhere { load: load.id, target: load.target });
    }
    let mut changes = state
        .ask(move |ledger| async move {
            let page = [limit, offset].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
            let values = [load.id, page[0], page[1]].map(Into::into);
            change::read(&ledger, "load_id = ? ORDER BY id LIMIT ? OFFSET ?", values).await
        })
        .await?;
    let catalogue = state.catalogue().await?;
    for change in &mut changes {
        if let Some(veil) = Veil::of(&catalogue, &caller, &change.dataset) {
            veil.change(change);
        }
    }
    Ok(HttpResponse::Ok().json(changes))
}
