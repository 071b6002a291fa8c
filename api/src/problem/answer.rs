//! A problem as an answer over HTTP, and as a line of the log.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::Value;

use super::Problem;

impl Problem {
    /// Seconds after which the same request may well be answered.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooFast { seconds, .. } => Some(*seconds),
            Self::Busy | Self::Locked | Self::Unreachable { .. } | Self::Changing { .. } => Some(1),
            Self::TooManyListeners => Some(30),
            _ => None,
        }
    }

    /// What only the log may know.
    fn cause(&self) -> Option<&str> {
        match self {
            Self::Unreachable { cause } | Self::Internal { cause } => Some(cause),
            _ => None,
        }
    }

    /// Tells the log of what is not the client's fault.
    pub fn log(&self) {
        if self.status().is_server_error() {
            let cause = self.cause().unwrap_or_default();
            tracing::error!(code = self.code(), cause, "{self}");
        }
    }
}

/// The body of every error.
#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: String,
    details: Option<Value>,
    hint: Option<String>,
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.log();
        let mut response = HttpResponse::build(self.status());
        match self {
            Self::Method { allow, .. } => {
                response.insert_header((header::ALLOW, *allow));
            }
            Self::NotWritable { .. } => {
                response.insert_header((header::ALLOW, "GET, HEAD"));
            }
            Self::PutFilters { .. } => {
                response.insert_header((header::ALLOW, "GET, HEAD, POST, PATCH, PUT, DELETE"));
            }
            _ => {}
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = self.retry_after() {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Self::Range { total, .. } = self {
            let total = total.map_or_else(|| "*".to_owned(), |total| total.to_string());
            response.insert_header((header::CONTENT_RANGE, format!("*/{total}")));
        }
        response.json(Body {
            code: self.code(),
            message: self.to_string(),
            details: self.details(),
            hint: self.hint(),
        })
    }
}
