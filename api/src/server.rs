//! From a ledger and an address to a server that runs until it is told to stop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::middleware::{Compress, Condition, from_fn};
use actix_web::{App, HttpServer, web};
use tokio::sync::watch;
use tolva_ledger::Ledger;
use tolva_telemetry::Vitals;

use crate::auth::Tokens;
use crate::options::Options;
use crate::state::State;
use crate::{cors, guard, routes, tls};

/// Threads that read requests and write responses. What the database does is not done on them.
const WORKERS: usize = 2;
/// How long responses under way may take once the server is told to stop.
const DRAIN_SECONDS: u64 = 30;

/// Why the server cannot begin, or ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}: {source} (`api.listen` takes HOST:PORT)")]
    Listen {
        /// The address as given.
        listen: String,
        /// What the system says.
        source: io::Error,
    },
    /// A setting is wrong, or a file that it names.
    #[error("the API cannot be served so: {0}")]
    Settings(String),
    /// It ended by itself.
    #[error("the API stopped: {0}")]
    Serve(#[from] io::Error),
}

/// A server that listens already; [`Server::run`] waits for its end.
pub struct Server {
    inner: actix_web::dev::Server,
    address: SocketAddr,
    encrypted: bool,
    stop: Arc<watch::Sender<bool>>,
}

/// Stops a [`Server`] from elsewhere.
#[derive(Debug, Clone)]
pub struct Handle {
    inner: ServerHandle,
    stop: Arc<watch::Sender<bool>>,
}

/// Binds `options.listen` and begins to answer; whether the process is ready, and what it counts, from
/// its `vitals`.
///
/// Call it in the tokio runtime that the ledger was opened in: the pool's connections stay in that
/// runtime, whatever thread a request arrives on.
///
/// # Errors
/// [`ApiError::Listen`] when the address cannot be listened on; [`ApiError::Settings`] when a setting is
/// wrong, or a file that it names.
pub async fn start(ledger: Ledger, vitals: Vitals, options: Options) -> Result<Server, ApiError> {
    let listen = options.listen.clone();
    let refused = |source| ApiError::Listen { listen: listen.clone(), source };
    let (stop, stopping) = watch::channel(false);
    let tokens = options.jwt.as_ref().map(Tokens::open).transpose().map_err(ApiError::Settings)?;
    let encryption =
        options.tls.as_ref().map(tls::config).transpose().map_err(ApiError::Settings)?;
    if let Some(wrong) = options.cors.iter().find_map(|origin| cors::wrong(origin)) {
        return Err(ApiError::Settings(wrong));
    }
    let (encrypted, origins) = (encryption.is_some(), options.cors.clone());
    let runtime = tokio::runtime::Handle::current();
    let state = web::Data::new(State::new(ledger, options, runtime, stopping, tokens));
    let vitals = web::Data::new(vitals);
    let server = HttpServer::new(move || {
        App::new()
            .wrap(Compress::default())
            .wrap(from_fn(guard::pass))
            .wrap(Condition::new(!origins.is_empty(), cors::cors(&origins)))
            .wrap(cors::headers(encrypted))
            .app_data(state.clone())
            .app_data(vitals.clone())
            .configure(routes::configure)
    })
    // A client that hangs up is not waited for any more, and what was asked for it ends.
    .h1_allow_half_closed(false)
    .workers(WORKERS)
    .shutdown_timeout(DRAIN_SECONDS)
    .disable_signals();
    let server = match encryption {
        Some(encryption) => server.bind_rustls_0_23(&listen, encryption),
        None => server.bind(&listen),
    }
    .map_err(refused)?;
    let address = server
        .addrs()
        .first()
        .copied()
        .ok_or_else(|| refused(io::Error::from(io::ErrorKind::AddrNotAvailable)))?;
    tracing::info!(%address, "the API listens");
    Ok(Server { inner: server.run(), address, encrypted, stop: Arc::new(stop) })
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL that it is found at.
    pub fn url(&self) -> String {
        let scheme = if self.encrypted { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// What stops it.
    pub fn handle(&self) -> Handle {
        Handle { inner: self.inner.handle(), stop: Arc::clone(&self.stop) }
    }

    /// Serves until it is stopped.
    ///
    /// # Errors
    /// [`ApiError::Serve`] when it ends by itself.
    pub async fn run(self) -> Result<(), ApiError> {
        Ok(self.inner.await?)
    }
}

impl Handle {
    /// Takes no new connection, lets the responses under way end (30 s at most), then ends
    /// [`Server::run`].
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        self.inner.stop(true).await;
    }
}
