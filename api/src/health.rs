//! Whether the process lives, whether it can do its work, and what it counts.

use actix_web::http::header;
use actix_web::{HttpResponse, ResponseError, web};
use tolva_schema::scope::Scope;
use tolva_telemetry::{PROMETHEUS, Vitals};

use crate::auth::Caller;
use crate::problem::Problem;

/// The process lives.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "ok" }))
}

/// Every part is ready; else an error like any other, which names the parts as well.
pub async fn readyz(vitals: web::Data<Vitals>) -> HttpResponse {
    let readiness = vitals.readiness().await;
    let mut body = readiness.json();
    if readiness.is_ready() {
        return HttpResponse::Ok().json(body);
    }
    let problem = Problem::NotReady { why: readiness.why() };
    body["code"] = problem.code().into();
    body["message"] = problem.to_string().into();
    body["details"] = problem.details().into();
    body["hint"] = problem.hint().into();
    HttpResponse::build(problem.status_code()).json(body)
}

/// Every figure, as Prometheus reads it.
pub async fn metrics(vitals: web::Data<Vitals>, caller: Caller) -> Result<HttpResponse, Problem> {
    caller.require_all(Scope::Read)?;
    let answer = HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, PROMETHEUS))
        .body(vitals.metrics().await);
    Ok(answer)
}
