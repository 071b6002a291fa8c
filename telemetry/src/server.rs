//! `/healthz`, `/readyz` and `/metrics` for roles that have no API.

use std::io;
use std::net::SocketAddr;

use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::{App, HttpResponse, HttpServer, web};

use crate::Vitals;

/// What Prometheus calls its text.
pub const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Why it cannot begin.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {listen}: {source} (HOST:PORT, of `api.listen` or `telemetry.listen`)")]
pub struct ServerError {
    listen: String,
    source: io::Error,
}

/// A server that answers until it is stopped.
#[derive(Debug)]
pub struct Server {
    handle: ServerHandle,
    address: SocketAddr,
}

/// Binds `listen` (`HOST:PORT`; port 0 is any free one) and begins to answer; neither ledger nor
/// broker need be there.
///
/// # Errors
/// The address cannot be listened on.
pub fn listen(vitals: Vitals, listen: &str) -> Result<Server, ServerError> {
    let refused = |source| ServerError { listen: listen.to_owned(), source };
    let vitals = web::Data::new(vitals);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(vitals.clone())
            .route("/healthz", web::get().to(healthz))
            .route("/readyz", web::get().to(readyz))
            .route("/metrics", web::get().to(metrics))
    })
    .workers(1)
    .shutdown_timeout(1)
    .disable_signals()
    .bind(listen)
    .map_err(refused)?;
    let address = server
        .addrs()
        .first()
        .copied()
        .ok_or_else(|| refused(io::Error::from(io::ErrorKind::AddrNotAvailable)))?;
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(server);
    tracing::info!(%address, "health and metrics are told");
    Ok(Server { handle, address })
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it; who asks just now is answered.
    pub async fn stop(self) {
        self.handle.stop(true).await;
    }
}

async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "ok" }))
}

async fn readyz(vitals: web::Data<Vitals>) -> HttpResponse {
    let readiness = vitals.readiness().await;
    let mut answer =
        if readiness.is_ready() { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.json(readiness.json())
}

async fn metrics(vitals: web::Data<Vitals>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, PROMETHEUS))
        .body(vitals.metrics().await)
}
