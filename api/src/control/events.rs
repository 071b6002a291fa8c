//! `/v1/events`: changes as they are made, as server-sent events.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tolva_schema::control::{CHANGE, VERSION};
use tolva_schema::scope::Scope;

use super::change::{self, Change, WHOLE};
use super::parameters::Parameters;
use super::veil::Veil;
use crate::auth::Caller;
use crate::problem::Problem;
use crate::state::State;

/// How often the versions of the datasets are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Looks without news after which something is sent, so that nobody takes the silence for an end.
const QUIET: u32 = 15;
/// Changes read at once.
const PART: i64 = 500;
/// How long one listens by a key or a token before it has to be shown again: it may have been revoked.
const TRUST: Duration = Duration::from_secs(10 * 60);

/// The last change that a client knows of each dataset. Those of one dataset are recorded one after
/// the other, those of two at the same time: there is no one number for all.
type Known = BTreeMap<String, i64>;

/// Sends changes from now on, or from where a client has left off.
pub async fn stream(
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let parameters = Parameters::read(request.query_string(), &["dataset"])?;
    let only = parameters.text("dataset").map(str::to_owned);
    caller.require_named(Scope::Read, only.as_deref())?;
    if let Some(name) = &only {
        state.catalogue().await?.dataset(name)?;
    }
    let known = match request.headers().get("last-event-id") {
        Some(id) => Some(id.to_str().ok().and_then(parse).ok_or_else(wrong_id)?),
        None => None,
    };
    let mut response = HttpResponse::Ok();
    response.content_type("text/event-stream").insert_header((CACHE_CONTROL, "no-store"));
    if request.method() == Method::HEAD {
        return Ok(response.finish());
    }
    let place = state.listener().ok_or(Problem::TooManyListeners)?;
    let (sender, mut receiver) = mpsc::channel(4);
    let state = state.into_inner();
    let listener = Listener { state: Arc::clone(&state), caller, only, sender, _place: place };
    state.spawn(listener.run(known));
    // What is packed waits for more to pack.
    response.insert_header((CONTENT_ENCODING, "identity"));
    Ok(response.streaming(stream::poll_fn(move |context| receiver.poll_recv(context))))
}

fn wrong_id() -> Problem {
    Problem::Parameter {
        name: "Last-Event-ID".to_owned(),
        details: "it is none that was sent".to_owned(),
        hint: "leave it out, and read the tables anew".to_owned(),
    }
}

/// `employees=12;measures=7`
fn parse(text: &str) -> Option<Known> {
    let pairs = text.split(';').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            pair.split_once('=').and_then(|(name, id)| Some((name.to_owned(), id.parse().ok()?)))
        })
        .collect()
}

fn spell(known: &Known) -> String {
    let pairs: Vec<String> = known.iter().map(|(name, id)| format!("{name}={id}")).collect();
    pairs.join(";")
}

/// A client that listens.
struct Listener {
    state: Arc<State>,
    caller: Caller,
    only: Option<String>,
    sender: mpsc::Sender<Result<Bytes, Problem>>,
    _place: OwnedSemaphorePermit,
}

/// Why a listener is told nothing more.
enum End {
    Gone,
    Problem(Problem),
}

impl From<Problem> for End {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Listener {
    async fn run(self, known: Option<Known>) {
        let mut stopping = self.state.stopping();
        let trust = if self.caller.name().is_some() { TRUST } else { Duration::MAX };
        let end = tokio::select! {
            end = self.tell(known) => end,
            () = self.sender.closed() => End::Gone,
            () = tokio::time::sleep(trust) => End::Gone,
            _ = stopping.wait_for(|stopping| *stopping) => End::Gone,
        };
        if let End::Problem(problem) = end {
            problem.log();
            let _ = self.sender.send(Err(problem)).await;
        }
    }

    async fn tell(&self, known: Option<Known>) -> End {
        match self.tell_all(known).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn tell_all(&self, known: Option<Known>) -> Result<std::convert::Infallible, End> {
        let mut known = match known {
            Some(known) => known,
            None => self.newest().await?,
        };
        // An event without data is none; its number counts all the same.
        self.send(format!("id: {}\n\n", spell(&known))).await?;
        let mut versions: BTreeMap<String, i64> = BTreeMap::new();
        let mut quiet = 0;
        loop {
            let now = self.versions().await?;
            let mut news = false;
            for (dataset, version) in &now {
                if versions.get(dataset) != Some(version) {
                    news |= self.tell_dataset(dataset, &mut known).await?;
                }
            }
            versions = now;
            quiet = if news { 0 } else { quiet + 1 };
            if quiet == QUIET {
                self.send(":\n\n".to_owned()).await?;
                quiet = 0;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Sends what is new of a dataset; whether there was anything.
    async fn tell_dataset(&self, dataset: &str, known: &mut Known) -> Result<bool, End> {
        let mut news = false;
        loop {
            let start = known.get(dataset).copied().unwrap_or(0);
            let values = [dataset.into(), start.into(), PART.into()];
            let condition = "dataset = ? AND id > ? ORDER BY id LIMIT ?";
            let mut changes = self
                .state
                .ask(move |ledger| async move { change::read(&ledger, condition, values).await })
                .await?;
            if changes.is_empty() {
                return Ok(news);
            }
            news = true;
            let catalogue = self.state.catalogue().await?;
            if let Some(veil) = Veil::of(&catalogue, &self.caller, dataset) {
                changes.iter_mut().for_each(|change| veil.change(change));
            }
            let mut text = String::new();
            for change in &changes {
                known.insert(dataset.to_owned(), change.id);
                push_event(&mut text, known, change)?;
            }
            self.send(text).await?;
        }
    }

    async fn send(&self, text: String) -> Result<(), End> {
        let patience = self.state.options().patience();
        match tokio::time::timeout(patience, self.sender.send(Ok(text.into()))).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }

    async fn versions(&self) -> Result<BTreeMap<String, i64>, Problem> {
        self.numbers(format!("SELECT dataset, version FROM {VERSION}")).await
    }

    async fn newest(&self) -> Result<Known, Problem> {
        self.numbers(format!("SELECT dataset, max(id) FROM {CHANGE} GROUP BY dataset")).await
    }

    /// A number for each dataset.
    async fn numbers(&self, sql: String) -> Result<BTreeMap<String, i64>, Problem> {
        let rows =
            self.state.ask(move |ledger| async move { change::rows(&ledger, &sql, []).await });
        let mut numbers = BTreeMap::new();
        for row in rows.await? {
            let dataset: String = row.try_get_by_index(0).map_err(Problem::from)?;
            if self.only.as_ref().is_none_or(|only| *only == dataset) {
                numbers.insert(dataset, row.try_get_by_index(1).map_err(Problem::from)?);
            }
        }
        Ok(numbers)
    }
}

fn push_event(text: &mut String, known: &Known, change: &Change) -> Result<(), Problem> {
    let data = serde_json::to_string(change)
        .map_err(|error| Problem::Internal { cause: error.to_string() })?;
    let kind = if change.op == WHOLE { "load" } else { "change" };
    text.push_str(&format!("id: {}\nevent: {kind}\n", spell(known)));
    // JSON that was stored may have lines, and they may end in any way.
    for line in data.split(['\n', '\r']) {
        text.push_str(&format!("data: {line}\n"));
    }
    text.push('\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_read_as_it_was_written() {
        let known = Known::from([("a".to_owned(), 12), ("b-c".to_owned(), 7)]);
        assert_eq!(spell(&known), "a=12;b-c=7");
        assert_eq!(parse(&spell(&known)), Some(known));
        assert_eq!(parse(""), Some(Known::new()));
        assert!(parse("a").is_none() && parse("a=x").is_none());
    }
}
