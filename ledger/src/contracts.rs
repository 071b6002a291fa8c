//! Contracts by digest; one in force per dataset.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use tolva_schema::contract::Contract;

use crate::entity::contract;
use crate::{Ledger, LedgerError, now_ms};

/// What a stored contract is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractState {
    /// Files are loaded by it.
    InForce,
    /// It would lose data: `tolva schema apply --allow-destructive` puts it in force.
    Waiting,
    /// It was in force once.
    Former,
}

impl ContractState {
    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Waiting => "waiting",
            Self::Former => "former",
        }
    }
}

/// A contract with its place in the ledger.
#[derive(Debug, Clone)]
pub struct StoredContract {
    /// The contract.
    pub contract: Contract,
    /// The hash of its meaning.
    pub digest: String,
    /// The file as written.
    pub text: String,
    /// When it was stored, milliseconds since 1970.
    pub stored_at: i64,
}

fn read(model: contract::Model) -> Result<StoredContract, LedgerError> {
    let contract = Contract::parse(&model.file, &model.text)
        .map_err(|error| LedgerError::Corrupt(error.to_string()))?;
    // The digest is computed anew: after an upgrade the same text may mean more.
    Ok(StoredContract {
        digest: contract.digest(),
        contract,
        text: model.text,
        stored_at: model.stored_at,
    })
}

impl Ledger {
    /// The contracts in force, by name.
    pub async fn contracts(&self) -> Result<Vec<StoredContract>, LedgerError> {
        let models = contract::Entity::find()
            .filter(contract::Column::State.eq(ContractState::InForce.as_str()))
            .order_by_asc(contract::Column::Dataset)
            .all(&self.db)
            .await?;
        models.into_iter().map(read).collect()
    }

    /// The contract in force for a dataset.
    pub async fn contract(&self, dataset: &str) -> Result<Option<StoredContract>, LedgerError> {
        let model = contract::Entity::find()
            .filter(contract::Column::Dataset.eq(dataset))
            .filter(contract::Column::State.eq(ContractState::InForce.as_str()))
            .one(&self.db)
            .await?;
        model.map(read).transpose()
    }

    /// A contract that is or was known, by its digest.
    pub async fn contract_by_digest(
        &self,
        dataset: &str,
        digest: &str,
    ) -> Result<Option<StoredContract>, LedgerError> {
        let key = (dataset.to_owned(), digest.to_owned());
        contract::Entity::find_by_id(key).one(&self.db).await?.map(read).transpose()
    }

    /// Contracts that wait for a person: dataset, digest and reason.
    pub async fn waiting_contracts(&self) -> Result<Vec<(String, String, String)>, LedgerError> {
        let models = contract::Entity::find()
            .filter(contract::Column::State.eq(ContractState::Waiting.as_str()))
            .order_by_asc(contract::Column::Dataset)
            .all(&self.db)
            .await?;
        Ok(models
            .into_iter()
            .map(|model| (model.dataset, model.digest, model.message.unwrap_or_default()))
            .collect())
    }

    /// Stores a contract as in force, or as waiting with the reason. Whatever was in force before
    /// becomes former when a new one comes in force; one that waited before is replaced.
    pub async fn store_contract(
        &self,
        file: &str,
        text: &str,
        parsed: &Contract,
        waits_for: Option<String>,
    ) -> Result<(), LedgerError> {
        let dataset = parsed.name.to_string();
        let digest = parsed.digest();
        let state =
            if waits_for.is_some() { ContractState::Waiting } else { ContractState::InForce };
        let transaction = self.begin().await?;
        let mut displaced = vec![ContractState::Waiting.as_str()];
        if state == ContractState::InForce {
            displaced.push(ContractState::InForce.as_str());
        }
        contract::Entity::update_many()
            .set(contract::ActiveModel {
                state: Set(ContractState::Former.as_str().to_owned()),
                message: Set(None),
                ..Default::default()
            })
            .filter(contract::Column::Dataset.eq(&dataset))
            .filter(contract::Column::State.is_in(displaced))
            .exec(&transaction)
            .await?;
        contract::Entity::insert(contract::ActiveModel {
            dataset: Set(dataset),
            digest: Set(digest),
            state: Set(state.as_str().to_owned()),
            text: Set(text.to_owned()),
            file: Set(file.to_owned()),
            message: Set(waits_for),
            stored_at: Set(now_ms()),
        })
        .on_conflict(
            OnConflict::columns([contract::Column::Dataset, contract::Column::Digest])
                .update_columns([
                    contract::Column::State,
                    contract::Column::Text,
                    contract::Column::File,
                    contract::Column::Message,
                    contract::Column::StoredAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(&transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }
}
