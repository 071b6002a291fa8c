//! What the watcher knows of the files it saw.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use crate::entity::inbox;
use crate::{Ledger, LedgerError, now_ms};

/// What tells one drop from another: the same stamp means that nothing happened to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    /// Bytes.
    pub size: i64,
    /// Modification time, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Change time, nanoseconds since 1970.
    pub ctime_ns: i64,
    /// The inode.
    pub inode: i64,
}

/// A file of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxFile {
    /// Where it lies.
    pub path: String,
    /// Its stamp when it was looked at.
    pub stamp: Stamp,
    /// The arrival made of it.
    pub arrival: Option<i64>,
    /// Why none was made.
    pub problem: Option<String>,
    /// When it was looked at, milliseconds since 1970.
    pub seen_at: i64,
}

pub(crate) async fn record(
    db: &impl ConnectionTrait,
    path: &str,
    stamp: Stamp,
    arrival: Option<i64>,
    problem: Option<String>,
) -> Result<(), LedgerError> {
    inbox::Entity::insert(row(path, stamp, arrival, problem))
        .on_conflict(on_conflict())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

fn row(
    path: &str,
    stamp: Stamp,
    arrival: Option<i64>,
    problem: Option<String>,
) -> inbox::ActiveModel {
    inbox::ActiveModel {
        path: Set(path.to_owned()),
        size: Set(stamp.size),
        mtime_ns: Set(stamp.mtime_ns),
        ctime_ns: Set(stamp.ctime_ns),
        inode: Set(stamp.inode),
        arrival_id: Set(arrival),
        problem: Set(problem),
        seen_at: Set(now_ms()),
    }
}

fn on_conflict() -> OnConflict {
    OnConflict::column(inbox::Column::Path)
        .update_columns([
            inbox::Column::Size,
            inbox::Column::MtimeNs,
            inbox::Column::CtimeNs,
            inbox::Column::Inode,
            inbox::Column::ArrivalId,
            inbox::Column::Problem,
            inbox::Column::SeenAt,
        ])
        .to_owned()
}

fn read(model: inbox::Model) -> InboxFile {
    InboxFile {
        path: model.path,
        stamp: Stamp {
            size: model.size,
            mtime_ns: model.mtime_ns,
            ctime_ns: model.ctime_ns,
            inode: model.inode,
        },
        arrival: model.arrival_id,
        problem: model.problem,
        seen_at: model.seen_at,
    }
}

impl Ledger {
    /// What is known of the file at `path`.
    pub async fn inbox_file(&self, path: &str) -> Result<Option<InboxFile>, LedgerError> {
        Ok(inbox::Entity::find_by_id(path.to_owned()).one(&self.db).await?.map(read))
    }

    /// Records that no arrival was made of a file, and why; whether that was recorded. It is not when
    /// an arrival was made meanwhile of what lies there, or of what came later.
    pub async fn record_problem(
        &self,
        path: &str,
        stamp: Stamp,
        problem: &str,
    ) -> Result<bool, LedgerError> {
        let untaken = "tolva_inbox.arrival_id IS NULL OR tolva_inbox.ctime_ns < excluded.ctime_ns";
        let conflict = on_conflict().action_and_where(Expr::cust(untaken)).to_owned();
        let row = row(path, stamp, None, Some(problem.to_owned()));
        let written = inbox::Entity::insert(row)
            .on_conflict(conflict)
            .exec_without_returning(&self.db)
            .await?;
        Ok(written == 1)
    }

    /// Every file that was looked at, by path.
    pub async fn inbox_files(&self) -> Result<Vec<InboxFile>, LedgerError> {
        let models = inbox::Entity::find().order_by_asc(inbox::Column::Path).all(&self.db).await?;
        Ok(models.into_iter().map(read).collect())
    }

    /// Files of which no arrival was made, by path.
    pub async fn inbox_problems(&self) -> Result<Vec<InboxFile>, LedgerError> {
        let models = inbox::Entity::find()
            .filter(inbox::Column::Problem.is_not_null())
            .order_by_asc(inbox::Column::Path)
            .all(&self.db)
            .await?;
        Ok(models.into_iter().map(read).collect())
    }

    /// Forgets a file that is gone and of which no arrival was made.
    pub async fn forget_inbox_file(&self, path: &str) -> Result<(), LedgerError> {
        inbox::Entity::delete_many()
            .filter(inbox::Column::Path.eq(path))
            .filter(inbox::Column::ArrivalId.is_null())
            .exec(&self.db)
            .await?;
        Ok(())
    }
}
