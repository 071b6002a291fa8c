//! A ledger, its tables and a server, for one test.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, resume_unwind};

use bytesize::ByteSize;
use futures_util::FutureExt;
use serde_json::Value;
use tolva_api::{ApiError, Handle, Options, Server};
use tolva_ledger::Ledger;
use tolva_telemetry::{Health, Vitals};

use crate::backend::{Backend, Place};
use crate::client::{self, Answer};
use crate::fixture;

pub struct World {
    pub ledger: Ledger,
    pub address: SocketAddr,
    pub handle: Handle,
}

/// Runs one case on a database of its own, which is removed whatever comes of it.
pub async fn run(backend: Backend, case: impl AsyncFnOnce(&World)) {
    // Cases change tables and versions behind the server's back: it asks each time.
    let options = Options { cache: ByteSize::b(0), ..Options::default() };
    run_with(backend, options, case).await;
}

/// The same with a server that is to behave otherwise; it listens at any free port.
pub async fn run_with(backend: Backend, options: Options, case: impl AsyncFnOnce(&World)) {
    let place = Place::make(backend).await;
    let ledger = Ledger::open(&place.url()).await.expect("a ledger");
    fixture::fill(&ledger).await;
    let server: Server = serve(&ledger, Options { listen: "127.0.0.1:0".to_owned(), ..options })
        .await
        .expect("a server");
    let (address, handle) = (server.address(), server.handle());
    let running = tokio::spawn(server.run());
    let world = World { ledger, address, handle };
    let result = AssertUnwindSafe(case(&world)).catch_unwind().await;
    world.handle.stop().await;
    running.await.expect("the server").expect("the server's end");
    world.ledger.db().clone().close().await.expect("the pool's end");
    place.remove().await;
    if let Err(panic) = result {
        resume_unwind(panic);
    }
}

/// Starts another server over a ledger.
pub async fn serve(ledger: &Ledger, options: Options) -> Result<Server, ApiError> {
    let vitals = Vitals::new(Health::new());
    vitals.know(ledger.clone());
    tolva_api::start(ledger.clone(), vitals, options).await
}

impl World {
    pub async fn send(&self, method: &str, target: &str) -> Answer {
        self.send_with(method, target, &[]).await
    }

    pub async fn send_with(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
        client::send(self.address, method, target, headers).await
    }

    pub async fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.send_with("GET", target, headers).await
    }

    pub async fn get(&self, target: &str) -> Answer {
        self.send("GET", target).await
    }

    /// What a resource holds.
    pub async fn json(&self, target: &str) -> Value {
        let answer = self.get(target).await;
        assert_eq!(answer.status, 200, "{target}: {}", answer.body);
        answer.json()
    }

    /// One column of the rows that a query gives, as JSON text.
    pub async fn column(&self, table: &str, column: &str, query: &str) -> Vec<String> {
        let rows = self.json(&format!("/rest/v1/{table}?{query}")).await;
        let rows = rows.as_array().expect("an array");
        rows.iter().map(|row| row[column].to_string()).collect()
    }

    /// The codes of the measures that a filter leaves; its value is escaped here.
    pub async fn measures(&self, column: &str, filter: &str) -> String {
        let query = format!("{column}={}", client::escaped(filter));
        self.column("measure", "code", &query).await.concat().replace('"', "")
    }

    /// The numbers of the people that a filter leaves; its value is escaped here.
    pub async fn people(&self, column: &str, filter: &str) -> String {
        let query = format!("{column}={}", client::escaped(filter));
        self.column("person", "number", &query).await.concat()
    }

    /// The status and code of a request that is refused.
    pub async fn refusal(&self, target: &str) -> (u16, String) {
        let answer = self.get(target).await;
        (answer.status, answer.code())
    }
}
