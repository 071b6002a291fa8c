//! The landing: the bytes of arrivals in the ledger's database, one copy per content.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, SqlErr,
};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::entity::{arrival, blob, chunk};
use crate::{Ledger, LedgerError, kill, now_ms};

/// Bytes of a chunk before compression.
const CHUNK: usize = 1 << 20;
/// Zstandard's fastest ordinary level: spreadsheets are compressed already, CSV shrinks well even so.
const LEVEL: i32 = 1;

/// Bytes that are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// The blob.
    pub blob_id: i64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
}

impl Ledger {
    /// Keeps everything `source` gives. What is hashed is what is kept: the source is read once.
    pub async fn store_bytes(&self, source: impl AsyncRead + Unpin) -> Result<Landed, LedgerError> {
        let row =
            blob::ActiveModel { size: Set(0), created_at: Set(now_ms()), ..Default::default() };
        let blob_id = blob::Entity::insert(row).exec(&self.db).await?.last_insert_id;
        let landed = self.store_chunks(blob_id, source).await;
        // A disk that is full must not fill up with halves of the same file. What cannot be taken
        // back now is left to `prune`.
        if landed.is_err()
            && let Err(error) = self.take_back(blob_id).await
        {
            tracing::debug!(%error, blob_id, "what was kept of a file cannot be taken back");
        }
        landed
    }

    async fn take_back(&self, blob_id: i64) -> Result<(), LedgerError> {
        let transaction = self.begin().await?;
        // Not what was sealed although its commit seemed to fail.
        let gone = blob::Entity::delete_many()
            .filter(blob::Column::Id.eq(blob_id))
            .filter(blob::Column::Sha256.is_null())
            .exec(&transaction)
            .await?;
        if gone.rows_affected == 1 {
            chunk::Entity::delete_many()
                .filter(chunk::Column::BlobId.eq(blob_id))
                .exec(&transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn store_chunks(
        &self,
        blob_id: i64,
        mut source: impl AsyncRead + Unpin,
    ) -> Result<Landed, LedgerError> {
        let mut hasher = Sha256::new();
        let mut size = 0;
        for ordinal in 0.. {
            let mut bytes = Vec::new();
            (&mut source).take(CHUNK as u64).read_to_end(&mut bytes).await?;
            if bytes.is_empty() {
                break;
            }
            size += bytes.len() as i64;
            hasher.update(&bytes);
            let packed = tokio::task::spawn_blocking(move || zstd::bulk::compress(&bytes, LEVEL))
                .await
                .map_err(std::io::Error::other)??;
            let row = chunk::ActiveModel {
                blob_id: Set(blob_id),
                ordinal: Set(ordinal),
                bytes: Set(packed),
            };
            chunk::Entity::insert(row).exec_without_returning(&self.db).await?;
            kill::point("chunk-stored");
        }
        let sha256 = hex(&hasher.finalize());
        let landed = match self.seal(blob_id, &sha256, size).await {
            // Somebody landed the same content at the same time: now it is known.
            Err(LedgerError::Database(error))
                if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) =>
            {
                self.seal(blob_id, &sha256, size).await?
            }
            sealed => sealed?,
        };
        kill::point("bytes-stored");
        Ok(landed)
    }

    /// Names the blob by its hash, or drops it in favour of the one that has it already.
    async fn seal(&self, blob_id: i64, sha256: &str, size: i64) -> Result<Landed, LedgerError> {
        let transaction = self.begin().await?;
        let known =
            blob::Entity::find().filter(blob::Column::Sha256.eq(sha256)).one(&transaction).await?;
        if let Some(known) = known
            && renew(&transaction, known.id).await?
        {
            chunk::Entity::delete_many()
                .filter(chunk::Column::BlobId.eq(blob_id))
                .exec(&transaction)
                .await?;
            blob::Entity::delete_by_id(blob_id).exec(&transaction).await?;
            transaction.commit().await?;
            return Ok(Landed { blob_id: known.id, sha256: sha256.to_owned(), size });
        }
        // The unique hash lets only one through of two that land the same content at once.
        blob::Entity::update(blob::ActiveModel {
            id: Set(blob_id),
            sha256: Set(Some(sha256.to_owned())),
            size: Set(size),
            ..Default::default()
        })
        .exec(&transaction)
        .await?;
        transaction.commit().await?;
        Ok(Landed { blob_id, sha256: sha256.to_owned(), size })
    }

    /// Writes the bytes of an arrival to `sink`.
    ///
    /// # Errors
    /// [`LedgerError::NotKept`] when they were let go.
    pub async fn fetch_bytes(
        &self,
        arrival_id: i64,
        mut sink: impl AsyncWrite + Unpin,
    ) -> Result<(), LedgerError> {
        let arrival = arrival::Entity::find_by_id(arrival_id)
            .one(&self.db)
            .await?
            .ok_or(LedgerError::NoArrival(arrival_id))?;
        let blob_id = arrival.blob_id.ok_or(LedgerError::NotKept(arrival_id))?;
        let ordinals: Vec<i32> = chunk::Entity::find()
            .select_only()
            .column(chunk::Column::Ordinal)
            .filter(chunk::Column::BlobId.eq(blob_id))
            .order_by_asc(chunk::Column::Ordinal)
            .into_tuple()
            .all(&self.db)
            .await?;
        for ordinal in ordinals {
            let piece = chunk::Entity::find_by_id((blob_id, ordinal))
                .one(&self.db)
                .await?
                .ok_or(LedgerError::NotKept(arrival_id))?;
            let bytes =
                tokio::task::spawn_blocking(move || zstd::bulk::decompress(&piece.bytes, CHUNK))
                    .await
                    .map_err(std::io::Error::other)??;
            sink.write_all(&bytes).await?;
        }
        sink.flush().await?;
        Ok(())
    }
}

/// Makes a blob young again, which keeps `prune` from letting it go before its new arrival is made;
/// `false` when it went already.
async fn renew(transaction: &impl ConnectionTrait, blob_id: i64) -> Result<bool, LedgerError> {
    let renewed = blob::Entity::update_many()
        .set(blob::ActiveModel { created_at: Set(now_ms()), ..Default::default() })
        .filter(blob::Column::Id.eq(blob_id))
        .exec(transaction)
        .await?;
    Ok(renewed.rows_affected == 1)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
