//! `/v1/loads/{id}/changes`: the rows that a load inserted, updated or deleted.

use actix_web::{HttpRequest, HttpResponse, web};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::Serialize;
use serde_json::value::RawValue;
use tolva_ledger::Ledger;
use tolva_schema::control::CHANGE;

use super::loads;
use super::parameters::Parameters;
use crate::catalogue::DEFAULT_TARGET;
use crate::database::{Fault, fault};
use crate::problem::Problem;
use crate::state::State;

/// A change. Keys and rows are passed on as they were stored.
#[derive(Serialize)]
struct Entry {
    id: i64,
    table: Option<String>,
    op: String,
    key: Option<Box<RawValue>>,
    old: Option<Box<RawValue>>,
    new: Option<Box<RawValue>>,
}

/// The changes of a load, in the order in which they were made.
pub async fn list(
    state: web::Data<State>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let parameters = Parameters::read(request.query_string(), &["limit", "offset"])?;
    let (limit, offset) = (parameters.limit()?, parameters.offset()?);
    let load = loads::find(&state, &id).await?;
    if load.target != DEFAULT_TARGET {
        return Err(Problem::Elsewhere { load: load.id, target: load.target });
    }
    let entries = state.ask(move |ledger| read(ledger, load.id, limit, offset)).await?;
    Ok(HttpResponse::Ok().json(entries))
}

async fn read(ledger: Ledger, load: i64, limit: u64, offset: u64) -> Result<Vec<Entry>, DbErr> {
    let p = |index| ledger.dialect().placeholder(index);
    let sql = format!(
        "SELECT id, table_name, op, row_key, old_row, new_row FROM {CHANGE} \
         WHERE load_id = {} ORDER BY id LIMIT {} OFFSET {}",
        p(1),
        p(2),
        p(3)
    );
    let page = [limit, offset].map(|number| Value::from(i64::try_from(number).unwrap_or(i64::MAX)));
    let values = [Value::from(load)].into_iter().chain(page);
    let statement = Statement::from_sql_and_values(ledger.db().get_database_backend(), sql, values);
    match ledger.db().query_all_raw(statement).await {
        Ok(rows) => rows.iter().map(entry).collect(),
        // The first load makes the table.
        Err(error) if fault(&error) == Fault::NoTable => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn entry(row: &QueryResult) -> Result<Entry, DbErr> {
    let json = |column| -> Result<Option<Box<RawValue>>, DbErr> {
        let Some(text) = row.try_get::<Option<String>>("", column)? else {
            return Ok(None);
        };
        RawValue::from_string(text).map(Some).map_err(|error| {
            DbErr::Json(format!("{CHANGE}.{column} holds what is no JSON: {error}"))
        })
    };
    Ok(Entry {
        id: row.try_get("", "id")?,
        table: row.try_get("", "table_name")?,
        op: row.try_get("", "op")?,
        key: json("row_key")?,
        old: json("old_row")?,
        new: json("new_row")?,
    })
}
