//! `/v1/datasets/{name}/changes?since=`: every row that was inserted, updated or deleted since a load.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use sea_orm::DbErr;
use tolva_ledger::Ledger;
use tolva_schema::control::CHANGE;
use tolva_schema::scope::Scope;

use super::change::{self, Change, WHOLE};
use super::loads;
use super::parameters::Parameters;
use super::veil::Veil;
use crate::auth::Caller;
use crate::catalogue::DEFAULT_TARGET;
use crate::problem::Problem;
use crate::state::State;

/// What is wanted of the record of a dataset.
struct Wanted {
    dataset: String,
    /// What was recorded until this load is known.
    since: i64,
    /// What was recorded until this change is known.
    after: i64,
    limit: i64,
}

/// The changes, in the order in which they were made.
pub async fn list(
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
    name: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let parameters = Parameters::read(request.query_string(), &["since", "after", "limit"])?;
    let limit = i64::try_from(parameters.limit()?).unwrap_or(i64::MAX);
    let (since, after) = (parameters.number("since")?, parameters.number("after")?);
    let catalogue = state.catalogue().await?;
    let contract = &catalogue.dataset(&name)?.contract;
    caller.require(Scope::Read, &contract.name)?;
    if since.is_none() && after.is_none() {
        return Err(Problem::Parameter {
            name: "since".to_owned(),
            details: "it is missing".to_owned(),
            hint: "since=LOAD, the last load that is known, or after=ID, the last change"
                .to_owned(),
        });
    }
    if let Some(since) = since.filter(|since| *since > 0) {
        let load = loads::find(&state, &caller, &since.to_string()).await?;
        if load.dataset != *contract.name {
            return Err(Problem::Missing { kind: "load", name: format!("{since} of {name}") });
        }
        if load.target != DEFAULT_TARGET {
            return Err(Problem::Elsewhere { load: load.id, target: load.target });
        }
    }
    let wanted = Wanted {
        dataset: contract.name.to_string(),
        since: since.unwrap_or(0),
        after: after.unwrap_or(0),
        limit,
    };
    let (mut changes, more) = state.ask(move |ledger| read(ledger, wanted)).await?;
    if changes.iter().any(|change| change.op == WHOLE) {
        let tables = contract.tables.iter().map(|table| format!("/rest/v1/{}", table.name));
        return Err(Problem::Gone {
            dataset: contract.name.to_string(),
            tables: tables.collect::<Vec<_>>().join(", "),
        });
    }
    if let Some(veil) = Veil::of(&catalogue, &caller, &contract.name) {
        changes.iter_mut().for_each(|change| veil.change(change));
    }
    let mut response = HttpResponse::Ok();
    if more && let Some(last) = changes.pop().and(changes.last()) {
        let mut next = format!("after={}&limit={limit}", last.id);
        if let Some(since) = since {
            next = format!("since={since}&{next}");
        }
        let link = format!("<{}?{next}>; rel=\"next\"", request.path());
        response.insert_header((header::LINK, link));
    }
    Ok(response.json(changes))
}

/// The page, with one more change if there is one; and whether there is.
async fn read(ledger: Ledger, wanted: Wanted) -> Result<(Vec<Change>, bool), DbErr> {
    let Wanted { dataset, since, after, limit } = wanted;
    let known = format!("SELECT max(id) FROM {CHANGE} WHERE dataset = ? AND load_id <= ?");
    let known = change::rows(&ledger, &known, [dataset.as_str().into(), since.into()]).await?;
    let known: Option<i64> = match known.first() {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    };
    let start = known.unwrap_or(0).max(after);
    // A first load behind the start is all rows at once, and not in the record one by one.
    let whole = "dataset = ? AND id > ? AND op = ? ORDER BY id LIMIT 1";
    let values = [dataset.as_str().into(), start.into(), WHOLE.into()];
    let whole = change::read(&ledger, whole, values).await?;
    if !whole.is_empty() {
        return Ok((whole, false));
    }
    let condition = "dataset = ? AND id > ? ORDER BY id LIMIT ?";
    let values = [dataset.into(), start.into(), limit.saturating_add(1).into()];
    let changes = change::read(&ledger, condition, values).await?;
    let more = i64::try_from(changes.len()).is_ok_and(|count| count > limit);
    Ok((changes, more))
}
