//! Whether the process lives, and whether it can do its work.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use sea_orm::{ConnectionTrait, Statement};

use crate::problem::Problem;
use crate::state::State;

/// How long the ledger may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process lives.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "ok" }))
}

/// The ledger answers.
pub async fn readyz(state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let answer = state.ask(|ledger| async move {
        let question = Statement::from_string(ledger.db().get_database_backend(), "SELECT 1");
        ledger.db().query_one_raw(question).await
    });
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(Ok(_)) => Ok(HttpResponse::Ok().json(serde_json::json!({ "status": "ready" }))),
        Ok(Err(problem)) => Err(Problem::NotReady { cause: format!("{problem:?}") }),
        Err(_) => Err(Problem::NotReady { cause: format!("no answer in {PATIENCE:?}") }),
    }
}
