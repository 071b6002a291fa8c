//! Putting contracts in force: what they change is planned, counted, done or left to a person.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use tolva_ledger::{Lease, StoredContract};
use tolva_schema::contract::Contract;
use tolva_schema::plan::Step;

use super::{CatalogError, ContractFile, read};
use crate::error::LoadError;
use crate::merge;
use crate::refresh::Loader;
use crate::shape::{self, Leave};
use crate::target::{Session, Target};

/// How long a change of tables waits for a load that runs, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(40);
const LOOK: Duration = Duration::from_millis(200);

/// What came of one contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// It was in force already.
    Same,
    /// It is in force now; the steps taken, by target.
    InForce(BTreeMap<String, Vec<Step>>),
    /// It may lose data: it waits for a person. What it would do, by target.
    Waiting(BTreeMap<String, Vec<Step>>),
}

impl Loader {
    /// Plans what a contract changes in each target that can be reached, and counts what that would
    /// lose.
    pub async fn plan(
        &self,
        contract: &Contract,
    ) -> Result<BTreeMap<String, Vec<Step>>, LoadError> {
        let mut plans = self.steps(contract).await?;
        self.count(&mut plans).await?;
        Ok(plans)
    }

    async fn count(&self, plans: &mut BTreeMap<String, Vec<Step>>) -> Result<(), LoadError> {
        for (name, steps) in plans {
            if let Some(target) = self.targets().get(name)
                && steps.iter().any(|step| !step.counting.is_empty())
            {
                let session = target.session().await?;
                shape::count(&session, steps).await?;
                target.give_back(session).await;
            }
        }
        Ok(())
    }

    async fn steps(&self, contract: &Contract) -> Result<BTreeMap<String, Vec<Step>>, LoadError> {
        let in_force = self.ledger().contract(&contract.name).await?;
        let mut plans = BTreeMap::new();
        for target in contract.targets.iter().filter_map(|name| self.targets().get(name)) {
            let session = match target.session().await {
                Ok(session) => session,
                // It follows when it is back: every load looks at the shape of its tables.
                Err(LoadError::Retry(reason) | LoadError::Misconfigured(reason)) => {
                    tracing::warn!(target = %target.name, "not planned: {reason}");
                    continue;
                }
                Err(error) => return Err(error),
            };
            let former = self.former(&session, contract, in_force.as_ref()).await?;
            plans.insert(
                target.name.clone(),
                shape::plan(&session, former.as_ref(), contract).await?,
            );
            target.give_back(session).await;
        }
        Ok(plans)
    }

    /// The contract by which the tables of a target were made: the one in force, else (it is the one
    /// that is applied again) that of the last load.
    async fn former(
        &self,
        session: &Session,
        contract: &Contract,
        in_force: Option<&StoredContract>,
    ) -> Result<Option<Contract>, LoadError> {
        if let Some(stored) = in_force.filter(|stored| stored.digest != contract.digest()) {
            return Ok(Some(stored.contract.clone()));
        }
        let Some(digest) = merge::last_digest(session, &contract.name).await? else {
            return Ok(None);
        };
        let stored = self.ledger().contract_by_digest(&contract.name, &digest).await?;
        Ok(stored.map(|stored| stored.contract))
    }

    /// Puts a contract in force: makes the changes of its tables and stores it. One that may lose
    /// data waits unless `allow_destructive`.
    pub async fn apply(
        &self,
        file: &ContractFile,
        allow_destructive: bool,
    ) -> Result<Applied, LoadError> {
        let contract = &file.contract;
        self.record_targets(contract).await?;
        let in_force = self.ledger().contract(&contract.name).await?;
        let same = in_force.as_ref().is_some_and(|stored| stored.digest == contract.digest());
        // A person who allows everything may mean a target that could not be reached before.
        if same && !allow_destructive {
            return Ok(Applied::Same);
        }
        let mut plans = self.steps(contract).await?;
        if same && plans.values().all(Vec::is_empty) {
            return Ok(Applied::Same);
        }
        let destructive = plans.values().flatten().any(|step| step.destructive);
        if destructive && !allow_destructive {
            let digest = contract.digest();
            let waiting = self.ledger().waiting_contracts().await?;
            // Counting takes time, and whoever looks at the plan counts again.
            if !waiting.iter().any(|(name, waits, _)| contract.name == **name && *waits == digest) {
                self.count(&mut plans).await?;
                let steps = plans.values().flatten().filter(|step| step.destructive);
                let reasons: Vec<String> = steps.map(ToString::to_string).collect();
                let reason = Some(reasons.join("; "));
                self.ledger().store_contract(&file.file, &file.text, contract, reason).await?;
            }
            return Ok(Applied::Waiting(plans));
        }
        if allow_destructive {
            self.count(&mut plans).await?;
        }
        let leave = if allow_destructive { Leave::Destructive } else { Leave::Harmless };
        for (name, steps) in &plans {
            if let Some(target) = self.targets().get(name) {
                let pause = match steps.iter().any(Step::disturbs_loads) {
                    true => Some(self.pause(&contract.name, name).await?),
                    false => None,
                };
                let changed = self.change(target, contract, in_force.as_ref(), leave).await;
                if let Some(lease) = pause {
                    self.ledger().release_lease(&lease).await?;
                }
                changed?;
            }
        }
        self.ledger().store_contract(&file.file, &file.text, contract, None).await?;
        Ok(Applied::InForce(plans))
    }

    async fn change(
        &self,
        target: &Target,
        contract: &Contract,
        in_force: Option<&StoredContract>,
        leave: Leave,
    ) -> Result<(), LoadError> {
        let session = target.session().await?;
        let former = self.former(&session, contract, in_force).await?;
        shape::apply(&session, former.as_ref(), contract, leave).await?;
        target.give_back(session).await;
        Ok(())
    }

    /// Sees to it that no load runs: waits for the one that does, for a while.
    async fn pause(&self, dataset: &str, target: &str) -> Result<Lease, LoadError> {
        let began = Instant::now();
        loop {
            if let Some(lease) = self.lease(dataset, target).await? {
                return Ok(lease);
            }
            if began.elapsed() > PATIENCE {
                return Err(LoadError::Retry(format!(
                    "{dataset} is being loaded into {target}; its tables change when that has ended"
                )));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn record_targets(&self, contract: &Contract) -> Result<(), LoadError> {
        for name in &contract.targets {
            let dialect = match self.targets().get(name) {
                None => None,
                Some(target) => target.known_dialect().await,
            };
            self.ledger().record_target(name, dialect).await?;
        }
        Ok(())
    }

    /// Applies what loses nothing of every contract of a folder, and gives what came of each, with
    /// the errors of those that cannot be used.
    pub async fn sync(
        &self,
        folder: &Path,
    ) -> Result<(Vec<(String, Applied)>, Vec<CatalogError>), LoadError> {
        let (files, mut errors) = read(folder);
        let mut applied = Vec::new();
        for file in &files {
            match self.apply(file, false).await {
                Ok(outcome) => applied.push((file.contract.name.to_string(), outcome)),
                Err(
                    LoadError::Failed { code: "unfit", message }
                    | LoadError::Misconfigured(message),
                ) => {
                    errors.push(CatalogError::Conflict { file: file.file.clone(), message });
                }
                Err(error) => return Err(error),
            }
        }
        Ok((applied, errors))
    }
}
