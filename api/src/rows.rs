//! Rows on their way to a client: one statement, a JSON array, bounded memory.

use actix_web::web::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use sea_orm::{DatabaseConnection, DbErr, Statement, StreamTrait};
use tokio::sync::mpsc;

use crate::database;
use crate::problem::Problem;
use crate::state::State;

/// Bytes collected before they are sent.
const CHUNK: usize = 32 * 1024;
/// Chunks that wait for a slow client before the database has to wait too.
const WAITING: usize = 4;

type Piece = Result<Bytes, Problem>;

/// Runs a statement whose rows are JSON texts and gives them as one JSON array.
///
/// # Errors
/// Whatever comes before the first chunk is an error of its own. What comes later ends the body
/// early, which HTTP shows as a broken one: a client never takes a part for the whole.
pub async fn open(
    state: &State,
    table: String,
    statement: Statement,
) -> Result<impl Stream<Item = Piece> + 'static, Problem> {
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let db = state.ledger().db().clone();
    state.spawn(async move {
        if let Err(error) = send(&db, statement, &sender).await {
            // Nobody reads it when the client has gone.
            let _ = sender.send(Err(database::of_table(error, &table))).await;
        }
    });
    let first = match receiver.recv().await {
        Some(piece) => piece?,
        None => {
            return Err(Problem::Internal { cause: "the reader of rows died".to_owned() });
        }
    };
    let rest = stream::poll_fn(move |context| receiver.poll_recv(context)).inspect(|piece| {
        if let Err(problem) = piece {
            problem.log();
        }
    });
    Ok(stream::iter([Ok(first)]).chain(rest))
}

async fn send(
    db: &DatabaseConnection,
    statement: Statement,
    sender: &mpsc::Sender<Piece>,
) -> Result<(), DbErr> {
    let mut rows = db.stream_raw(statement).await?;
    let mut chunk = String::with_capacity(CHUNK);
    chunk.push('[');
    let mut separator = "";
    loop {
        // A client that leaves while the database still looks for the next row ends the statement.
        let row = tokio::select! {
            row = rows.next() => row,
            () = sender.closed() => return Ok(()),
        };
        let Some(row) = row else { break };
        chunk.push_str(separator);
        chunk.push_str(&row?.try_get_by_index::<String>(0)?);
        separator = ",\n";
        if chunk.len() >= CHUNK {
            let full = std::mem::replace(&mut chunk, String::with_capacity(CHUNK));
            if sender.send(Ok(full.into())).await.is_err() {
                return Ok(());
            }
        }
    }
    // The connection serves others while a slow client takes the rest.
    drop(rows);
    chunk.push(']');
    let _ = sender.send(Ok(chunk.into())).await;
    Ok(())
}
