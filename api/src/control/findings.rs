//! `/v1/loads/{id}/findings`: what was wrong or doubtful in a file, and where.

use actix_web::{HttpRequest, HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;
use tolva_schema::finding::{Finding, Severity};

use super::loads;
use super::parameters::Parameters;
use super::veil::Veil;
use crate::auth::Caller;
use crate::problem::Problem;
use crate::state::State;

/// A finding with its place in words and in parts.
#[derive(Serialize, JsonSchema)]
pub struct FindingEntry {
    severity: Severity,
    rule: String,
    place: String,
    sheet: Option<String>,
    row: Option<u64>,
    column: Option<u32>,
    field: Option<String>,
    value: Option<String>,
    message: String,
}

impl From<Finding> for FindingEntry {
    fn from(finding: Finding) -> Self {
        Self {
            severity: finding.severity,
            rule: finding.rule,
            place: finding.place.to_string(),
            sheet: finding.place.sheet,
            row: finding.place.row,
            column: finding.place.column,
            field: finding.field,
            value: finding.value,
            message: finding.message,
        }
    }
}

/// The findings of a load, in the order of its report.
pub async fn list(
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let parameters = Parameters::read(request.query_string(), &["limit", "offset"])?;
    let (limit, offset) = (parameters.limit()?, parameters.offset()?);
    let load = loads::find(&state, &caller, &id).await?;
    let number = load.id;
    let mut findings = state
        .ask(move |ledger| async move { ledger.findings(number, offset, limit).await })
        .await?;
    let catalogue = state.catalogue().await?;
    if let Some(veil) = Veil::of(&catalogue, &caller, &load.dataset) {
        findings.iter_mut().for_each(|finding| veil.finding(finding));
    }
    let entries: Vec<FindingEntry> = findings.into_iter().map(FindingEntry::from).collect();
    Ok(HttpResponse::Ok().json(entries))
}
