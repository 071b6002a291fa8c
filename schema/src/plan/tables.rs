//! Which tables are made, made anew or dropped.

use super::{Kind, Plan, Step};
use crate::ddl;
use crate::dialect::Dialect;
use crate::relation::Relation;

impl Plan<'_> {
    /// The steps once everything has its new name.
    pub(super) fn tables(&self, steps: &mut Vec<Step>) {
        let anew = self.made_anew();
        self.drops(&anew, steps);
        for relation in self.desired {
            match self.live(&relation.name) {
                Some(table) if !anew.contains(&relation.name.as_str()) => {
                    self.columns(table, relation, steps);
                }
                live => steps.push(self.create(relation, live.is_some())),
            }
        }
    }

    fn create(&self, relation: &Relation, is_there: bool) -> Step {
        let name = &relation.name;
        // In a database that holds other tables of the contract, the former one was to be found.
        let sought = relation.was.as_ref().filter(|_| !is_there && !self.former.is_empty());
        let what = match sought {
            Some(was) => {
                format!("create table {name}: there is no table {was} that it could have been")
            }
            None => format!("create table {name}"),
        };
        Step::new(name, what, false, ddl::create(self.dialect, relation))
    }

    /// Tables whose keys or references changed, and those that refer to them: made anew, and filled
    /// from the newest arrival.
    fn made_anew(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for relation in self.desired {
            let differs = self.former(&relation.name).is_some_and(|before| {
                before.primary_key != relation.primary_key
                    || before.unique != relation.unique
                    || before.foreign_keys != relation.foreign_keys
            });
            let mut parents = relation.foreign_keys.iter().map(|key| key.parent.as_str());
            let parent = parents.any(|parent| names.contains(&parent));
            if self.live(&relation.name).is_some() && (differs || parent || self.is_stuck(relation))
            {
                names.push(&relation.name);
            }
        }
        names
    }

    /// Whether a column is to change that its database cannot change where it stands: in SQLite one
    /// of a key or a reference, in MySQL one on either side of a reference.
    fn is_stuck(&self, relation: &Relation) -> bool {
        let refers = |name: &str| relation.foreign_keys.iter().any(|key| key.column == name);
        let is_referred_to = |name: &str| {
            let keys = self.desired.iter().flat_map(|other| &other.foreign_keys);
            keys.into_iter().any(|key| key.parent == relation.name && key.parent_column == name)
        };
        let is_key = |name: &String| {
            relation.primary_key.contains(name)
                || relation.unique.as_ref().is_some_and(|key| key.contains(name))
        };
        let is_bound = |name: &String| match self.dialect {
            Dialect::Postgres => false,
            Dialect::Mysql | Dialect::Mariadb => refers(name) || is_referred_to(name),
            Dialect::Sqlite => refers(name) || is_key(name),
        };
        relation.columns.iter().filter(|column| is_bound(&column.name)).any(|column| {
            let found = self.live(&relation.name).and_then(|table| table.column(&column.name));
            found.is_some_and(|found| found.kind != self.dialect.type_of(column.kind))
        })
    }

    fn drops(&self, anew: &[&str], steps: &mut Vec<Step>) {
        // Children were declared after their parents; they go first.
        for relation in self.former.iter().rev() {
            let name = &relation.name;
            let goes = !self.is_desired(name);
            if self.live(name).is_none() || !goes && !anew.contains(&name.as_str()) {
                continue;
            }
            let renamed = self.desired.iter().find(|desired| desired.was.as_ref() == Some(name));
            let what = match renamed {
                _ if !goes => format!(
                    "make table {name} anew because its key or references change, or their types: ids \
                     and edits of its rows are lost, its content is loaded again"
                ),
                Some(desired) => format!(
                    "drop table {name} with its rows: {}, which it was to be renamed to, is there \
                     already",
                    desired.name
                ),
                None => format!("drop table {name} with its rows"),
            };
            let sql = vec![format!("DROP TABLE {}", self.dialect.quote(name))];
            let counting = vec![self.rows(name), self.edits(name, None)];
            steps.push(Step::new(name, what, true, sql).kind(Kind::DropTable).losing(counting));
        }
    }
}
