//! The API over real databases: every case runs on SQLite and on Postgres.

#![allow(clippy::unwrap_used)]

mod backend;
mod browsers;
mod changes;
mod client;
mod control;
mod counts;
mod documented;
mod embed;
mod embed_filters;
mod errors;
mod filters;
mod findings;
mod fixture;
mod hot;
mod https;
mod injection;
mod keys;
mod keyset;
mod limits;
mod live;
mod logic;
mod openapi;
mod operators;
mod order;
mod packed;
mod private;
mod ranges;
mod representations;
mod select;
mod tokens;
mod types;
mod uploads;
mod validators;
mod world;
mod write_insert;
mod write_rights;
mod write_rules;
mod write_together;
mod write_update;
mod write_upsert;
mod write_versions;
mod writing;

/// Makes a test on each backend of each `async fn(&World)`.
macro_rules! on_each_backend {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                crate::world::run(crate::backend::Backend::Sqlite, super::$case).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                crate::world::run(crate::backend::Backend::Postgres, super::$case).await;
            })+
        }
    };
}
pub(crate) use on_each_backend;
