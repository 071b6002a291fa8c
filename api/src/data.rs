//! `GET /rest/v1/{table}`: the rows of a table.

use actix_web::http::Method;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;

use crate::problem::Problem;
use crate::state::State;
use crate::{query, rows, sql};

const JSON: &str = "application/json; charset=utf-8";

/// Reads a table in one statement, which sees one version of it.
pub async fn read(
    state: web::Data<State>,
    request: HttpRequest,
    table: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let table = state.catalogue().await?.table(&table)?;
    let asked = query::read(&table, request.query_string())?;
    let statement = sql::select(state.ledger().dialect(), &table, &asked);
    let rows = rows::open(&state, table.name.clone(), statement).await?;
    let mut response = HttpResponse::Ok();
    response.content_type(JSON);
    Ok(if request.method() == Method::HEAD {
        // The rows are let go: what a client learns is that they could be read.
        response.streaming(stream::empty::<Result<Bytes, Problem>>())
    } else {
        response.streaming(rows)
    })
}
