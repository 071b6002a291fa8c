//! How the columns of a table that stays change.

use super::{Kind, LiveColumn, LiveTable, Loss, Plan, Step, names};
use crate::ddl;
use crate::dialect::Dialect;
use crate::relation::{Relation, RelationColumn, SqlType};

impl Plan<'_> {
    pub(super) fn columns(&self, table: &LiveTable, relation: &Relation, steps: &mut Vec<Step>) {
        self.rehash(relation, steps);
        for column in &relation.columns {
            match table.column(&column.name) {
                Some(found) => self.change(table, found, relation, column, steps),
                None => steps.push(self.add(relation, column)),
            }
        }
        for found in &table.columns {
            if relation.column(&found.name).is_none() {
                steps.push(self.drop(table, relation, &found.name));
            }
        }
    }

    /// The name under which a column began is part of what a row's hash is made of.
    fn rehash(&self, relation: &Relation, steps: &mut Vec<Step>) {
        let kept: Vec<String> =
            relation.columns.iter().map(|one| names::first_column(relation, &one.name)).collect();
        for (column, began) in self.names.began(&relation.name) {
            if kept.contains(began) {
                continue;
            }
            let table = &relation.name;
            let what = format!(
                "write every row of {table} again from the newest file: {table}.{column} began as {0}; \
                 was = \"{0}\" keeps the rows as they are",
                began.trim_end_matches('\'')
            );
            let step = Step::new(table, what, true, Vec::new()).kind(Kind::Rehash);
            steps.push(step.losing(vec![self.edits(table, None)]));
        }
    }

    fn add(&self, relation: &Relation, column: &RelationColumn) -> Step {
        let dialect = self.dialect;
        let table = dialect.quote(&relation.name);
        let definition = ddl::column(dialect, relation, column);
        // Old rows have nothing to put into it.
        let mut sql = vec![format!("ALTER TABLE {table} ADD COLUMN {definition}")];
        if relation.indexes.contains(&column.name) {
            sql.push(ddl::index(dialect, relation, &column.name));
        }
        let destructive = !column.nullable && dialect != Dialect::Sqlite;
        let kind = if column.nullable { "a nullable" } else { "a required" };
        let mut what = format!("add {kind} column {}.{}", relation.name, column.name);
        let was = relation.columns_were.iter().find(|(name, _)| *name == column.name);
        if let Some((_, was)) = was {
            what.push_str(&format!(": there is no column {was} that it could have been"));
        }
        let step = Step::new(&relation.name, what, destructive, sql);
        if destructive { step.losing(vec![self.all_missing(&relation.name)]) } else { step }
    }

    fn change(
        &self,
        table: &LiveTable,
        found: &LiveColumn,
        relation: &Relation,
        column: &RelationColumn,
        steps: &mut Vec<Step>,
    ) {
        let dialect = self.dialect;
        let label = format!("{}.{}", relation.name, column.name);
        let wanted = dialect.type_of(column.kind);
        if found.kind != wanted {
            let former = self.former(&relation.name);
            let before = former.and_then(|before| before.column(&column.name));
            let before = before.map(|before| before.kind);
            let change = self.narrowing(relation, column, before);
            let what = match (&change, column.kind) {
                (Change::Shorter(_), SqlType::Text { max: Some(max), .. }) => {
                    format!("narrow {label} to {max} characters")
                }
                _ => format!("change {label} from {} to {wanted}", found.kind),
            };
            let (destructive, counting) = match change {
                Change::Wider => (false, Vec::new()),
                Change::Shorter(loss) | Change::Other(loss) => (true, vec![loss]),
            };
            let sql = self.change_type(table, relation, column, before);
            steps.push(Step::new(&relation.name, what, destructive, sql).losing(counting));
        }
        let enforced = ddl::column(dialect, relation, column).ends_with(" NOT NULL");
        if found.nullable == enforced {
            let verb = if enforced { "require" } else { "no longer require" };
            let sql = self.change_required(relation, column, enforced);
            let step = Step::new(&relation.name, format!("{verb} {label}"), enforced, sql);
            let missing = || vec![self.missing(&relation.name, &column.name)];
            steps.push(if enforced { step.losing(missing()) } else { step });
        }
    }

    /// What a change of type may lose.
    fn narrowing(
        &self,
        relation: &Relation,
        column: &RelationColumn,
        before: Option<SqlType>,
    ) -> Change {
        let (table, name) = (&relation.name, &column.name);
        match (before, column.kind) {
            (Some(before), after) if is_wider(before, after) => Change::Wider,
            (Some(SqlType::Text { .. }), SqlType::Text { max: Some(max), .. }) => {
                Change::Shorter(self.longer(table, name, max))
            }
            (Some(SqlType::Number { .. }), SqlType::Number { scale }) => {
                Change::Other(self.decimals(table, name, scale))
            }
            (_, after) => Change::Other(self.readable(table, name, &self.dialect.type_of(after))),
        }
    }

    fn drop(&self, table: &LiveTable, relation: &Relation, column: &str) -> Step {
        let name = &relation.name;
        let mut renamed = relation.columns_were.iter().filter(|(_, was)| was == column);
        let what = match (renamed.next(), self.moves_to(name, column)) {
            (Some((now, _)), _) => format!(
                "drop column {name}.{column} with its values: {name}.{now}, which it was to be renamed \
                 to, is there already"
            ),
            (None, Some(to)) => format!(
                "column {column} moves from table {name} to table {to}: filled again from the newest \
                 file"
            ),
            (None, None) => format!("drop column {name}.{column} with its values"),
        };
        let counting = vec![self.values(name, column), self.edits(name, Some(column))];
        Step::new(name, what, true, self.drop_column(table, name, column)).losing(counting)
    }

    fn change_type(
        &self,
        live: &LiveTable,
        relation: &Relation,
        column: &RelationColumn,
        before: Option<SqlType>,
    ) -> Vec<String> {
        let dialect = self.dialect;
        let table = dialect.quote(&relation.name);
        let name = dialect.quote(&column.name);
        let kind = dialect.type_of(column.kind);
        match dialect {
            Dialect::Postgres => {
                vec![format!(
                    "ALTER TABLE {table} ALTER COLUMN {name} TYPE {kind} USING {name}::{kind}"
                )]
            }
            Dialect::Mysql | Dialect::Mariadb => {
                let definition = ddl::column(dialect, relation, column);
                let mut sql = Vec::new();
                // It does not cut by itself.
                if let (Some(SqlType::Text { .. }), SqlType::Text { max: Some(max), .. }) =
                    (before, column.kind)
                {
                    sql.push(format!(
                        "UPDATE {table} SET {name} = LEFT({name}, {max}) \
                         WHERE CHAR_LENGTH({name}) > {max}"
                    ));
                }
                sql.push(format!("ALTER TABLE {table} MODIFY COLUMN {definition}"));
                sql
            }
            // SQLite cannot change a column: a second one takes its values and its name.
            Dialect::Sqlite => {
                // No name of a contract begins like this, nor does one of Tolva's own.
                let spare = dialect.quote(&format!("__{}", column.name));
                let value = sqlite_value(&name, before, column.kind);
                let mut sql = vec![
                    format!("ALTER TABLE {table} ADD COLUMN {spare} {kind}"),
                    format!("UPDATE {table} SET {spare} = {value}"),
                ];
                sql.extend(self.drop_column(live, &relation.name, &column.name));
                sql.push(format!("ALTER TABLE {table} RENAME COLUMN {spare} TO {name}"));
                if relation.indexes.contains(&column.name) {
                    sql.push(ddl::index(dialect, relation, &column.name));
                }
                sql
            }
        }
    }

    /// Takes a column out. SQLite wants its indexes gone before.
    fn drop_column(&self, live: &LiveTable, table: &str, column: &str) -> Vec<String> {
        let dialect = self.dialect;
        let mut sql = Vec::new();
        if dialect == Dialect::Sqlite {
            let own =
                |(_, columns): &&(String, Vec<String>)| columns.iter().any(|one| one == column);
            let indexes = live.indexes.iter().filter(own);
            sql.extend(
                indexes.map(|(index, _)| format!("DROP INDEX IF EXISTS {}", dialect.quote(index))),
            );
        }
        let table = dialect.quote(table);
        sql.push(format!("ALTER TABLE {table} DROP COLUMN {}", dialect.quote(column)));
        sql
    }

    fn change_required(
        &self,
        relation: &Relation,
        column: &RelationColumn,
        required: bool,
    ) -> Vec<String> {
        let table = self.dialect.quote(&relation.name);
        let name = self.dialect.quote(&column.name);
        let verb = if required { "SET" } else { "DROP" };
        match self.dialect {
            Dialect::Postgres => {
                vec![format!("ALTER TABLE {table} ALTER COLUMN {name} {verb} NOT NULL")]
            }
            Dialect::Mysql | Dialect::Mariadb => {
                let definition = ddl::column(self.dialect, relation, column);
                vec![format!("ALTER TABLE {table} MODIFY COLUMN {definition}")]
            }
            // Only keys are enforced there, and a key that changes makes its table anew.
            Dialect::Sqlite => Vec::new(),
        }
    }
}

/// A column's value under another type in SQLite, which would make something of any text: what cannot be
/// read, or not surely, is unknown then, unless the newest file gives it again.
fn sqlite_value(name: &str, before: Option<SqlType>, after: SqlType) -> String {
    let cast = |to: &str| format!("CAST({name} AS {to})");
    match (before, after) {
        (Some(SqlType::Text { .. }), SqlType::Integer) => {
            let integer = cast("INTEGER");
            format!("CASE WHEN CAST({integer} AS TEXT) = {name} THEN {integer} END")
        }
        (Some(SqlType::Text { .. }), SqlType::Number { .. }) => format!(
            "CASE WHEN {name} NOT GLOB '*[^0-9.-]*' AND {name} GLOB '*[0-9]' \
             AND {name} NOT GLOB '*.*.*' AND {name} NOT GLOB '?*-*' AND {name} NOT GLOB '.*' \
             AND {name} NOT GLOB '-.*' THEN {name} END"
        ),
        (Some(SqlType::Text { .. }), SqlType::Boolean) => {
            format!("CASE {name} WHEN '1' THEN 1 WHEN '0' THEN 0 END")
        }
        (_, SqlType::Integer | SqlType::Small | SqlType::Serial | SqlType::Boolean) => {
            cast("INTEGER")
        }
        _ => cast("TEXT"),
    }
}

/// How the type of a column changes.
enum Change {
    /// Every value fits.
    Wider,
    /// Texts may be cut.
    Shorter(Loss),
    /// Values may not fit.
    Other(Loss),
}

/// Whether every value of `before` is a value of `after`, with the same canonical spelling.
fn is_wider(before: SqlType, after: SqlType) -> bool {
    match (before, after) {
        (SqlType::Text { max: Some(before), .. }, SqlType::Text { max: Some(after), .. }) => {
            before <= after
        }
        (SqlType::Text { .. } | SqlType::Integer, SqlType::Text { max: None, .. }) => true,
        (SqlType::Integer, SqlType::Text { max: Some(after), .. }) => after >= 20,
        (SqlType::Integer, SqlType::Number { .. }) => true,
        (SqlType::Number { scale: before }, SqlType::Number { scale: after }) => before <= after,
        _ => false,
    }
}
