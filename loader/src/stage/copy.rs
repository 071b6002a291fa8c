//! Postgres: rows by COPY, in its text format
//! (<https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2>).

use std::io::Write as _;

use tolva_schema::value::Value;

use super::Stage;
use crate::error::LoadError;
use crate::organise::staged::Staged;
use crate::target::Session;

/// Bytes sent at once.
const PIECE: usize = 256 * 1024;

pub(super) async fn write(
    session: &Session,
    stage: &Stage,
    rows: &[Staged],
) -> Result<(), LoadError> {
    let columns = session.dialect.quote_all(stage.columns.iter().map(|column| &column.name));
    let sql = format!("COPY {} ({columns}) FROM STDIN", session.dialect.quote(&stage.name));
    session.note(&sql);
    let pool = session.db.get_postgres_connection_pool();
    let mut connection = pool.acquire().await?;
    let mut copy = connection.copy_in_raw(&sql).await?;
    let mut buffer = Vec::with_capacity(PIECE * 2);
    for row in rows {
        encode(stage, row, &mut buffer);
        if buffer.len() >= PIECE {
            copy.send(&buffer[..]).await?;
            buffer.clear();
        }
    }
    copy.send(&buffer[..]).await?;
    copy.finish().await?;
    Ok(())
}

fn encode(stage: &Stage, row: &Staged, out: &mut Vec<u8>) {
    // A Vec takes every write.
    let _ = write!(out, "{}\t{}", row.slot, row.operation.code());
    if stage.has_id {
        let _ = write!(out, "\t{}", row.id);
    }
    let columns = stage.columns.len() - 3 - usize::from(stage.has_id);
    for at in 0..columns {
        out.push(b'\t');
        encode_value(row.values.get(at).unwrap_or(&Value::Null), out);
    }
    out.extend_from_slice(b"\t\\\\x");
    out.extend_from_slice(row.hash.to_hex().as_bytes());
    out.push(b'\n');
}

fn encode_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"\\N"),
        Value::Boolean(truth) => out.push(if *truth { b't' } else { b'f' }),
        Value::Text(text) => {
            for byte in text.bytes() {
                match byte {
                    b'\\' => out.extend_from_slice(b"\\\\"),
                    b'\t' => out.extend_from_slice(b"\\t"),
                    b'\n' => out.extend_from_slice(b"\\n"),
                    b'\r' => out.extend_from_slice(b"\\r"),
                    other => out.push(other),
                }
            }
        }
        other => other.write_canonical(out),
    }
}
