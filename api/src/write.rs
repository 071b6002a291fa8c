//! `POST`, `PATCH`, `PUT` and `DELETE /rest/v1/{table}`: rows that are made, changed and deleted.
//!
//! Everything happens in one transaction that holds the dataset's lock, the one that merges take: what
//! is asked for is read and held to the contract's rules, decided, carried out and shown. Whatever speaks
//! against it is told at once, and then nothing was done.

mod answer;
mod asked;
mod body;
mod broken;
mod deed;
mod delete;
mod find;
mod ids;
mod insert;
mod parents;
mod put;
mod record;
mod spelling;
mod subject;
mod transaction;
mod unique;
mod update;
mod values;
mod veil;

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::web::{Bytes, Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use tolva_ledger::Heard;
use tolva_schema::scope::Scope;

use crate::auth::Caller;
use crate::catalogue::Catalogue;
use crate::database::Trouble;
use crate::plan::{self, Node};
use crate::prefer::{Preferences, Request, Resolution, Return};
use crate::problem::Problem;
use crate::representation::Representation;
use crate::state::State;
use answer::Told;
use asked::Asked;
use body::Given;
use deed::Outcome;
use insert::Manner;
use subject::Subject;
use transaction::Writing;

pub use broken::{Broken, Class};

/// How long a request waits for others that write, before it waits in the database.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is to be done, and in whose name.
struct Order {
    catalogue: Arc<Catalogue>,
    table: String,
    request: Request,
    asked: Asked,
    given: Given,
    preferences: Preferences,
    form: Representation,
    author: String,
}

/// Writes to a table.
pub async fn write(
    state: Data<State>,
    request: HttpRequest,
    caller: Caller,
    table: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let catalogue = state.catalogue_for(&caller).await?;
    let exposed = catalogue.table(&table)?;
    // Who shows nothing is told so, even where everybody may read.
    caller.require(Scope::Write, &exposed.dataset)?;
    let kind = match *request.method() {
        Method::POST => Request::Insert,
        Method::PATCH => Request::Update,
        Method::PUT => Request::Put,
        _ => Request::Delete,
    };
    Subject::find(&catalogue, Arc::clone(&exposed))?;
    let preferences = Preferences::read(request.headers())?;
    let form = Representation::negotiate(request.headers())?;
    let asked = asked::read(request.query_string())?;
    let body = match kind {
        Request::Delete => Bytes::new(),
        _ => body::receive(payload, state.options().limits.body).await?,
    };
    let given = match kind {
        Request::Delete => Given::default(),
        _ => body::read(&request, &body, asked.columns.clone())?,
    };
    let order = Order {
        catalogue,
        table: exposed.name.clone(),
        request: kind,
        asked,
        given,
        preferences: preferences.clone(),
        form,
        author: caller.name().unwrap_or_default().to_owned(),
    };
    let path = request.path().to_owned();
    let told = carry_out(&state, order).await?;
    Ok(answer::respond(kind, &path, &preferences, form, told))
}

/// Carries an order out, in the runtime of the ledger: what was begun is ended, whether the client waits
/// for it or not.
async fn carry_out(state: &Data<State>, order: Order) -> Result<Told, Problem> {
    let state = Data::clone(state);
    let work = state.clone().spawn(async move {
        // Writers wait for one another anyway; those who wait here keep no connection from readers.
        let place = tokio::time::timeout(PATIENCE, state.writer()).await;
        let _place = place.map_err(|_| Problem::Busy)?;
        let table = order.table.clone();
        perform(&state, order).await.map_err(|trouble: Trouble| trouble.with_table(&table))
    });
    work.await.unwrap_or_else(|error| Err(Problem::Internal { cause: error.to_string() }))
}

async fn perform(state: &State, mut order: Order) -> Result<Told, Trouble> {
    let given = std::mem::take(&mut order.given);
    let exposed = order.catalogue.table(&order.table)?;
    let subject = Subject::find(&order.catalogue, Arc::clone(&exposed))?;
    let mut node = plan::build(&order.catalogue, exposed, &order.asked.query)?;
    order.check(&node)?;
    let ledger = state.ledger();
    let timeout = state.options().timeout();
    let writing = Writing::begin(ledger.db(), ledger.dialect(), timeout, subject.stored).await?;
    let done = order.carry_out(&writing, &subject, &mut node, given).await;
    let (outcome, body) = done.map_err(|trouble| veil::cover(trouble, &subject))?;
    writing.end(order.preferences.keeps()).await?;
    // The database says so too, a moment later: whoever wrote here reads it here at once.
    state.versions().hear(Heard::Told(subject.dataset().to_owned()));
    // Who has written reads what was written, even before Postgres has told.
    state.forget_version(subject.dataset());
    let location = order.location(&subject, &outcome);
    Ok(Told { rows: outcome.rows.len(), inserted: outcome.inserted, location, body })
}

impl Order {
    /// Whether it makes sense, before anything is looked at.
    fn check(&self, node: &Node) -> Result<(), Problem> {
        let refused = |details: &str, hint: &str| Problem::Query {
            message: "failed to parse the query".to_owned(),
            details: details.to_owned(),
            hint: Some(hint.to_owned()),
        };
        if self.asked.query.after.is_some() {
            return Err(refused("after is of requests that read", "leave it out"));
        }
        match self.request {
            Request::Insert if self.asked.filters() => {
                Err(refused("rows that are made are not chosen by filters", "leave them out"))
            }
            Request::Put if node.limit.is_some() || node.offset.is_some() => Err(Problem::PutPage),
            Request::Update | Request::Delete if node.is_whole() && !self.asked.all => {
                let verb = if self.request == Request::Update { "UPDATE" } else { "DELETE" };
                Err(Problem::Unfiltered { verb })
            }
            _ => Ok(()),
        }
    }

    async fn carry_out(
        &self,
        writing: &Writing,
        subject: &Subject<'_>,
        node: &mut Node,
        given: Given,
    ) -> Result<(Outcome, Option<String>), Trouble> {
        let mut broken = Vec::new();
        let mut rows = values::read(subject, given, &mut broken)?;
        let outcome = match self.request {
            Request::Put => {
                let by_id = put::check(subject, &self.asked, &mut rows)?;
                let manner = Manner { resolution: Some(Resolution::Merge), by_id, whole: true };
                insert::plan(writing, subject, &rows, manner, broken).await?
            }
            Request::Update => {
                put::only_one(&rows)?;
                let there = find::matching(writing, subject, node).await?;
                update::plan(writing, subject, there, &rows, broken).await?
            }
            Request::Delete => {
                let there = find::matching(writing, subject, node).await?;
                delete::plan(writing, subject, there).await?
            }
            Request::Insert | Request::Read => {
                let resolution = self.preferences.resolution;
                let by_id = put::conflict(subject, &self.asked, &rows)? && resolution.is_some();
                let manner = Manner { resolution, by_id, whole: false };
                insert::plan(writing, subject, &rows, manner, broken).await?
            }
        };
        self.bounds(&outcome)?;
        // What goes is shown before it does.
        let gone = self.show(writing, subject, node, &outcome, true).await?;
        record::carry_out(writing, subject, &outcome.deeds, &self.author).await?;
        let there = self.show(writing, subject, node, &outcome, false).await?;
        Ok((outcome, gone.or(there)))
    }

    /// Whether it is about as many rows as the client takes it to be about.
    fn bounds(&self, outcome: &Outcome) -> Result<(), Problem> {
        let rows = outcome.rows.len();
        let bounded = matches!(self.request, Request::Update | Request::Delete);
        match self.preferences.most_affected().filter(|_| bounded) {
            Some(most) if rows as u64 > most => Err(Problem::MaxAffected { rows }),
            _ if self.form == Representation::Object && rows != 1 => {
                Err(Problem::NotSingular { rows: rows as i64 })
            }
            _ => Ok(()),
        }
    }

    /// The rows, if they are wanted at this point.
    async fn show(
        &self,
        writing: &Writing,
        subject: &Subject<'_>,
        node: &mut Node,
        outcome: &Outcome,
        before: bool,
    ) -> Result<Option<String>, Trouble> {
        let wanted = self.preferences.returning == Some(Return::Representation);
        if !wanted || before != (self.request == Request::Delete) {
            return Ok(None);
        }
        let ordered = self.request == Request::Insert && !self.asked.orders();
        let (form, keys) = (self.form, &outcome.rows);
        answer::rows(writing, subject, node, form, keys, ordered).await.map(Some)
    }

    /// Where the new row is, if there is one and the client wants to know.
    fn location(&self, subject: &Subject<'_>, outcome: &Outcome) -> Option<Vec<(String, String)>> {
        let wanted = self.preferences.returning == Some(Return::HeadersOnly);
        match outcome.rows.as_slice() {
            [key] if wanted && self.request == Request::Insert && outcome.inserted == 1 => {
                let names = subject.primary_key().into_iter().map(|column| column.name);
                let texts = key.iter().map(|value| value.to_text().unwrap_or_default());
                Some(names.zip(texts).collect())
            }
            _ => None,
        }
    }
}
