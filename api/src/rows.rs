//! Rows on their way to a client: one snapshot, bounded memory.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::stream::{self, Stream};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use tokio::sync::{mpsc, oneshot};
use tolva_schema::dialect::Dialect;

use crate::count;
use crate::database::Trouble;
use crate::page::Page;
use crate::plan::{Node, after};
use crate::prefer::Count;
use crate::problem::Problem;
use crate::representation::{Framing, Representation};
use crate::snapshot::{Snapshot, Version};
use crate::sql;
use crate::state::State;
use crate::validator::Validator;
use crate::versions::Mark;

/// Bytes that are collected before the head is sent: an answer that fits is sent whole.
const WHOLE: usize = 256 * 1024;
/// Bytes collected before they are sent.
const CHUNK: usize = 32 * 1024;
/// Chunks that wait for a slow client before the database has to wait too.
const WAITING: usize = 4;
/// How often a statement that nobody waits for is told to end.
const CANCEL: Duration = Duration::from_millis(500);

/// What is asked for.
pub struct Wanted {
    /// Which rows.
    pub node: Node,
    /// Which part of them.
    pub page: Page,
    /// In which form.
    pub form: Representation,
    /// Whether all of them are counted.
    pub count: Option<Count>,
    /// Whether a client is told where the page ends.
    pub pages: bool,
    /// Whether the rows themselves are left out (`HEAD`).
    pub head_only: bool,
    /// Which answer it is, and which ones the client has.
    pub validator: Validator,
}

/// What comes before the rows.
#[derive(Debug, Clone)]
pub struct Head {
    /// The version that is seen; none before the first load.
    pub version: Option<Version>,
    /// Whether the client has the answer: nothing else is told then.
    pub known: bool,
    /// Rows of the page.
    pub rows: i64,
    /// Rows in all, if that was asked for.
    pub total: Option<i64>,
    /// Where the page ends, if there is more behind it.
    pub next: Option<String>,
    /// The whole body, if it is small.
    pub whole: Option<Bytes>,
}

impl Head {
    /// The client has the answer.
    fn known(version: Version) -> Self {
        let version = Some(version);
        Self { version, known: true, rows: 0, total: None, next: None, whole: None }
    }
}

/// A part of the body, or its end. A body that stops without one is broken.
enum Piece {
    Bytes(Bytes),
    End,
}

type Sender = mpsc::Sender<Result<Piece, Problem>>;

/// Where the answer goes: its head first.
struct Outlet {
    head: Option<oneshot::Sender<Result<Head, Problem>>>,
    body: Sender,
    /// How long a client may take for a part before its connection to the database is given to others.
    patience: Duration,
}

/// Reads what is wanted, and gives the head with the rows behind it.
///
/// # Errors
/// Whatever comes before the head is an error of its own. What comes later ends the body early,
/// which HTTP shows as a broken one: a client never takes a part for the whole.
pub async fn open(
    state: &Arc<State>,
    wanted: Wanted,
) -> Result<(Head, impl Stream<Item = Result<Bytes, Problem>> + 'static), Problem> {
    let (head, mut receiver) = match recall(state, &wanted) {
        Some(head) => (head, None),
        None => {
            let (head, told) = oneshot::channel();
            let (body, receiver) = mpsc::channel(WAITING);
            let outlet = Outlet { head: Some(head), body, patience: state.options().patience() };
            state.spawn(run(Arc::clone(state), wanted, outlet));
            let head = told.await.map_err(|_| lost())??;
            let receiver = head.whole.is_none().then_some(receiver);
            (head, receiver)
        }
    };
    let rows = stream::poll_fn(move |context| {
        let Some(pieces) = &mut receiver else {
            return Poll::Ready(None);
        };
        pieces.poll_recv(context).map(|piece| {
            let problem = match piece {
                Some(Ok(Piece::Bytes(bytes))) => return Some(Ok(bytes)),
                Some(Ok(Piece::End)) => {
                    receiver = None;
                    return None;
                }
                Some(Err(problem)) => problem,
                None => lost(),
            };
            receiver = None;
            problem.log();
            Some(Err(problem))
        })
    });
    Ok((head, rows))
}

fn lost() -> Problem {
    Problem::Internal { cause: "the reader of rows died".to_owned() }
}

/// What is known of an answer without asking the database.
fn recall(state: &State, wanted: &Wanted) -> Option<Head> {
    let version = state.versions().known(&wanted.node.table.dataset)?;
    if wanted.validator.is_known(version) {
        return Some(Head::known(version));
    }
    (!wanted.head_only).then(|| state.hot().get(&wanted.validator.tag(version))).flatten()
}

async fn run(state: Arc<State>, wanted: Wanted, mut outlet: Outlet) {
    let table = wanted.node.table.name.clone();
    let db = state.ledger().db().clone();
    // Before the snapshot: what is raised after it must not be taken for what is seen in it.
    let mark = state.versions().mark();
    let snapshot =
        match Snapshot::begin(&db, state.ledger().dialect(), state.options().timeout()).await {
            Ok(snapshot) => snapshot,
            Err(error) => return outlet.fail(error.into()).await,
        };
    let process = snapshot.process();
    let body = outlet.body.clone();
    let result = {
        let work = serve(&state, snapshot, wanted, mark, &mut outlet);
        tokio::pin!(work);
        loop {
            tokio::select! {
                result = &mut work => break result,
                () = body.closed() => match process {
                    // SQLite's statement ends with its reader.
                    None => break Ok(()),
                    Some(process) => {
                        // The process is this snapshot's own until the work goes on.
                        cancel(&db, process).await;
                        if let Ok(result) = tokio::time::timeout(CANCEL, &mut work).await {
                            break result;
                        }
                    }
                },
            }
        }
    };
    if let Err(trouble) = result {
        outlet.fail(trouble.with_table(&table)).await;
    }
}

/// Ends what a process of Postgres does for nobody.
async fn cancel(db: &DatabaseConnection, process: i32) {
    let question = Statement::from_sql_and_values(
        db.get_database_backend(),
        "SELECT pg_cancel_backend($1)",
        [process.into()],
    );
    if let Err(error) = db.query_one_raw(question).await {
        tracing::warn!(%error, "a statement that nobody waits for could not be ended");
    }
}

impl Outlet {
    /// Sends the head; false when nobody waits for it.
    fn tell(&mut self, head: Head) -> bool {
        self.head.take().is_some_and(|sender| sender.send(Ok(head)).is_ok())
    }

    /// Sends a part of the body; false when nobody takes it.
    async fn send(&self, piece: Piece) -> bool {
        matches!(tokio::time::timeout(self.patience, self.body.send(Ok(piece))).await, Ok(Ok(())))
    }

    /// Says what went wrong, in place of the head or of the rest of the body.
    async fn fail(mut self, problem: Problem) {
        match self.head.take() {
            Some(sender) => drop(sender.send(Err(problem))),
            // Without it the body is broken as well: it lacks its end.
            None => drop(tokio::time::timeout(self.patience, self.body.send(Err(problem))).await),
        }
    }
}

async fn serve(
    state: &State,
    snapshot: Snapshot,
    wanted: Wanted,
    mark: Option<Mark>,
    outlet: &mut Outlet,
) -> Result<(), Trouble> {
    let dataset = &wanted.node.table.dataset;
    let version = state.version(&snapshot, dataset).await?;
    if let Some(version) = version {
        state.versions().keep(dataset, version, mark);
        if wanted.validator.is_known(version) {
            outlet.tell(Head::known(version));
            return Ok(());
        }
        if !wanted.head_only
            && let Some(head) = state.hot().get(&wanted.validator.tag(version))
        {
            outlet.tell(head);
            return Ok(());
        }
    }
    let mut head = Head { version, known: false, rows: 0, total: None, next: None, whole: None };
    let source = Source { snapshot, dialect: state.ledger().dialect(), version, state };
    if let Some(how) = wanted.count {
        let total = source.total(&wanted.node, how).await?;
        wanted.page.status(0, Some(total))?;
        head.total = Some(total);
    }
    if wanted.head_only {
        head.rows = source.rows_of_page(&wanted).await?;
        head.next = source.next_page(&wanted, head.rows).await?;
        outlet.tell(head);
        return Ok(());
    }
    if wanted.form == Representation::Object {
        return source.one(wanted, head, outlet).await;
    }
    source.many(&wanted, head, outlet).await
}

/// Where the rows come from.
struct Source<'s> {
    snapshot: Snapshot,
    dialect: Dialect,
    version: Option<Version>,
    state: &'s State,
}

impl Source<'_> {
    /// Keeps an answer for those who ask for the same.
    fn keep(&self, wanted: &Wanted, head: &Head) {
        if let Some(version) = self.version {
            self.state.hot().keep(wanted.validator.tag(version), head);
        }
    }

    async fn total(&self, node: &Node, how: Count) -> Result<i64, Trouble> {
        let totals = self.state.totals();
        count::total(&self.snapshot, self.dialect, totals, node, self.version, how).await
    }

    async fn rows_of_page(&self, wanted: &Wanted) -> Result<i64, Trouble> {
        let Wanted { node, page, .. } = wanted;
        let totals = self.state.totals();
        if let Some(total) = totals.known(node, self.version) {
            return Ok(page.rows_of(total));
        }
        if let Some(total) = count::kept(&self.snapshot, node, self.version).await? {
            totals.keep(node, self.version, total);
            return Ok(page.rows_of(total));
        }
        let rows = self.snapshot.number(sql::count_page(self.dialect, node)?).await?;
        if page.is_all() {
            totals.keep(node, self.version, rows);
        }
        Ok(rows)
    }

    /// Where a page of so many rows ends, if it is full and there is more behind it.
    async fn next_page(&self, wanted: &Wanted, rows: i64) -> Result<Option<String>, Trouble> {
        let Wanted { node, page, pages, .. } = wanted;
        let Some(limit) = page.limit.filter(|limit| *pages && *limit > 0 && rows == *limit) else {
            return Ok(None);
        };
        if !after::possible(node) {
            return Ok(None);
        }
        let last = self.snapshot.few(sql::last_of_page(self.dialect, node, limit)?).await?;
        let [last, _] = last.as_slice() else {
            return Ok(None);
        };
        let values = (0..node.order.len())
            .map(|at| last.try_get_by_index(at))
            .collect::<Result<Vec<Option<String>>, _>>()?;
        Ok(Some(after::write(node, &values)))
    }

    /// Sends the one row that there is.
    async fn one(
        self,
        mut wanted: Wanted,
        mut head: Head,
        outlet: &mut Outlet,
    ) -> Result<(), Trouble> {
        wanted.node.limit = Some(wanted.page.limit.map_or(2, |limit| limit.min(2)));
        let rows = self.snapshot.few(sql::json_rows(self.dialect, &wanted.node)?).await?;
        let [only] = rows.as_slice() else {
            wanted.node.limit = wanted.page.limit;
            let rows = if rows.is_empty() { 0 } else { self.rows_of_page(&wanted).await? };
            return Err(Problem::NotSingular { rows }.into());
        };
        head.rows = 1;
        head.whole = Some(only.try_get_by_index::<String>(0)?.into());
        self.keep(&wanted, &head);
        outlet.tell(head);
        Ok(())
    }

    /// Sends all rows: at once if they are few, else as they come.
    async fn many(
        self,
        wanted: &Wanted,
        mut head: Head,
        outlet: &mut Outlet,
    ) -> Result<(), Trouble> {
        let node = &wanted.node;
        let (statement, headings, shape) = match wanted.form {
            Representation::Csv { .. } => {
                let (statement, headings) = sql::text_rows(self.dialect, node)?;
                let shape = headings.len().max(1);
                (statement, headings, shape)
            }
            _ => (sql::json_rows(self.dialect, node)?, Vec::new(), 0),
        };
        let mut framing = Framing::new(wanted.form, headings);
        let mut body = String::with_capacity(CHUNK);
        framing.open(&mut body);
        let mut rows = self.snapshot.rows(statement.clone(), node.limit, shape).await?;
        while body.len() < WHOLE {
            if let Some(row) = rows.next().await? {
                framing.push(&mut body, &row)?;
                continue;
            }
            drop(rows);
            framing.close(&mut body);
            head.rows = framing.rows();
            if wanted.page.is_all() {
                self.state.totals().keep(node, self.version, head.rows);
            }
            head.next = self.next_page(wanted, head.rows).await?;
            head.whole = Some(body.into());
            self.keep(wanted, &head);
            self.snapshot.end().await?;
            outlet.tell(head);
            return Ok(());
        }
        if !rows.leaves_room() {
            // It can be asked for the number of rows between two readings only.
            drop(rows);
            head.rows = self.rows_of_page(wanted).await?;
            head.next = self.next_page(wanted, head.rows).await?;
            rows = self.snapshot.rows(statement, node.limit, shape).await?;
            framing.restart();
            body.clear();
            framing.open(&mut body);
        } else {
            head.rows = self.rows_of_page(wanted).await?;
            head.next = self.next_page(wanted, head.rows).await?;
        }
        if !outlet.tell(head) {
            return Ok(());
        }
        while let Some(row) = rows.next().await? {
            framing.push(&mut body, &row)?;
            if body.len() >= CHUNK {
                let full = std::mem::replace(&mut body, String::with_capacity(CHUNK));
                if !outlet.send(Piece::Bytes(full.into())).await {
                    return Ok(());
                }
            }
        }
        // The connection serves others while a slow client takes the rest.
        drop(rows);
        self.snapshot.end().await?;
        framing.close(&mut body);
        if outlet.send(Piece::Bytes(body.into())).await {
            outlet.send(Piece::End).await;
        }
        Ok(())
    }
}
