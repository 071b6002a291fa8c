//! One load of the model: the design's table of rows, line by line.

use std::collections::{BTreeMap, BTreeSet};

use tolva_schema::contract::{OnDuplicate, Refresh};
use tolva_schema::state::Origin;

use crate::file::{File, Line};
use crate::model::{Row, Tables};
use crate::setting::{Content, Key, Kind, Setting};

/// Tables with fewer rows of the file lose what the file no longer has, however much that is.
const SMALL: usize = 20;

/// What became of the rows of one table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
pub struct Counts {
    pub offered: u64,
    pub inserted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub duplicate: u64,
    pub held: u64,
    pub rejected: u64,
    pub deleted: u64,
}

impl Counts {
    pub fn changed(&self) -> bool {
        self.inserted + self.updated + self.deleted > 0
    }

    /// What the same file counts when the target holds it already.
    pub fn again(&mut self) {
        self.unchanged += self.inserted + self.updated;
        (self.inserted, self.updated, self.deleted) = (0, 0, 0);
    }

    pub fn add_up(&self) -> bool {
        self.offered
            == self.inserted
                + self.updated
                + self.unchanged
                + self.duplicate
                + self.held
                + self.rejected
    }
}

/// How a load ends.
pub enum Verdict {
    /// A guard refuses the file; nothing changes.
    Refused(BTreeMap<Kind, Counts>),
    Loaded(Tables, BTreeMap<Kind, Counts>),
}

/// What the good and the refused lines of a file say about one table.
#[derive(Default)]
struct Said {
    /// By key: the content that stands.
    rows: BTreeMap<Key, Content>,
    /// Rows that a person deleted and that the file still offers as they were.
    buried: BTreeSet<Key>,
    /// Rows named by refused lines, and by how many.
    refused: BTreeMap<Key, u64>,
    counts: Counts,
}

/// A cell: blank, readable, or neither.
type Cell = Result<Option<String>, ()>;

struct Reading<'a> {
    setting: &'a Setting,
    before: &'a Tables,
    said: BTreeMap<Kind, Said>,
    /// Rows described in several ways, where the contract takes none of them.
    conflicts: BTreeSet<(Kind, Key)>,
    refused_lines: u64,
}

/// Loads a file.
pub fn load(setting: &Setting, before: &Tables, file: &File, released: bool) -> Verdict {
    let mut reading = Reading {
        setting,
        before,
        said: Kind::ALL.into_iter().map(|kind| (kind, Said::default())).collect(),
        conflicts: BTreeSet::new(),
        refused_lines: 0,
    };
    if file.lines.is_empty() {
        // Nobody can release what cannot be read.
        return Verdict::Refused(BTreeMap::new());
    }
    reading.find_conflicts(file);
    for source in 0..setting.sources().len() {
        for line in &file.lines {
            reading.line(source, line);
        }
    }
    reading.decide(released)
}

impl Reading<'_> {
    fn kinds(&self, source: usize) -> impl Iterator<Item = Kind> + use<> {
        let setting = self.setting.clone();
        Kind::ALL.into_iter().filter(move |kind| setting.source_of(*kind) == source)
    }

    fn is_good(&self, source: usize, line: &Line) -> bool {
        self.setting.sources()[source].iter().all(|field| cell(line, field).is_ok())
    }

    /// The row that a good line offers to a table: none if the key is blank, an error if only a part
    /// of it is.
    fn offer(&self, kind: Kind, line: &Line) -> Result<Option<(Key, Content)>, ()> {
        let columns = kind.columns(self.setting.extra).into_iter();
        let content: Content = columns
            .filter_map(|(column, field)| Some((column, line.get(field)?.clone())))
            .collect();
        let known = kind.key().iter().filter(|column| content.contains_key(*column)).count();
        match known {
            0 => Ok(None),
            some if some < kind.key().len() => Err(()),
            _ => Ok(Some((kind.key_of(&content), content))),
        }
    }

    fn find_conflicts(&mut self, file: &File) {
        if self.setting.on_duplicate != OnDuplicate::Refuse {
            return;
        }
        let mut first: BTreeMap<(Kind, Key), Content> = BTreeMap::new();
        for kind in Kind::ALL {
            for line in &file.lines {
                if self.is_good(self.setting.source_of(kind), line)
                    && let Ok(Some((key, content))) = self.offer(kind, line)
                    && *first.entry((kind, key.clone())).or_insert(content.clone()) != content
                {
                    self.conflicts.insert((kind, key));
                }
            }
        }
    }

    /// A line is taken or refused as a whole.
    fn line(&mut self, source: usize, line: &Line) {
        match self.offers(source, line) {
            Ok(offers) => {
                for offer in offers {
                    self.take(offer);
                }
            }
            Err(()) => self.refuse(source, line),
        }
    }

    fn offers(&self, source: usize, line: &Line) -> Result<Vec<Offer>, ()> {
        if !self.is_good(source, line) {
            return Err(());
        }
        let mut offers = Vec::new();
        for kind in self.kinds(source) {
            let Some((key, content)) = self.offer(kind, line)? else { continue };
            if self.conflicts.contains(&(kind, key.clone())) {
                return Err(());
            }
            let buried = self.stays_deleted(kind, &key, &content, line);
            if !buried && self.writes(kind, &key, &content) {
                // An append changes nothing that is there.
                if self.setting.refresh == Refresh::Append
                    && self.before.get(kind).rows.contains_key(&key)
                {
                    return Err(());
                }
                // What is written needs what it refers to.
                for (column, parent) in kind.references() {
                    if let Some(name) = content.get(column)
                        && !self.will_be_there(*parent, &vec![name.clone()], source, line)
                    {
                        return Err(());
                    }
                }
            }
            offers.push(Offer { kind, key, content, buried });
        }
        Ok(offers)
    }

    /// Whether a row that a person deleted stays so: the file still offers it as it was. The first
    /// line that names it decides. A link stays away with its thing or its tag.
    fn stays_deleted(&self, kind: Kind, key: &Key, content: &Content, line: &Line) -> bool {
        let said = &self.said[&kind];
        if said.rows.contains_key(key) || said.buried.contains(key) {
            return said.buried.contains(key);
        }
        let parents = if kind == Kind::Link { kind.references() } else { &[] };
        let with_parent = parents.iter().any(|(_, parent)| {
            self.offer(*parent, line)
                .ok()
                .flatten()
                .is_some_and(|(key, content)| self.stays_deleted(*parent, &key, &content, line))
        });
        with_parent || self.before.get(kind).tombstones.get(key) == Some(content)
    }

    /// Whether a line that is taken changes what the table holds, or what an earlier line said.
    fn writes(&self, kind: Kind, key: &Key, content: &Content) -> bool {
        if let Some(stands) = self.said[&kind].rows.get(key)
            && (self.setting.on_duplicate != OnDuplicate::Last || stands == content)
        {
            return false;
        }
        self.before.get(kind).rows.get(key).is_none_or(|row| row.told != *content)
    }

    /// Whether a row can be referred to when the load is done.
    fn will_be_there(&self, kind: Kind, key: &Key, source: usize, line: &Line) -> bool {
        if self.setting.source_of(kind) == source {
            // The line names it itself.
            let offer = self.offer(kind, line).ok().flatten();
            return offer
                .is_some_and(|(key, content)| !self.stays_deleted(kind, &key, &content, line));
        }
        let said = &self.said[&kind];
        if said.rows.contains_key(key) || said.buried.contains(key) {
            return said.rows.contains_key(key);
        }
        self.before.get(kind).rows.get(key).is_some_and(|row| {
            !self.setting.refresh.is_snapshot()
                || row.origin == Origin::Api
                || said.refused.contains_key(key)
        })
    }

    fn take(&mut self, offer: Offer) {
        let last = self.setting.on_duplicate == OnDuplicate::Last;
        let said = self.said.entry(offer.kind).or_default();
        said.counts.offered += 1;
        if said.buried.contains(&offer.key) {
            said.counts.duplicate += 1;
        } else if let Some(stands) = said.rows.get_mut(&offer.key) {
            said.counts.duplicate += 1;
            if last {
                *stands = offer.content;
            }
        } else if offer.buried {
            said.buried.insert(offer.key);
        } else {
            said.rows.insert(offer.key, offer.content);
        }
    }

    /// The rows that a refused line names are neither changed nor deleted.
    fn refuse(&mut self, source: usize, line: &Line) {
        self.refused_lines += 1;
        for kind in self.kinds(source) {
            let columns = kind.columns(self.setting.extra);
            let field = |column: &str| columns.iter().find(|(name, _)| *name == column);
            let fields = kind.key().iter().filter_map(|column| Some(field(column)?.1));
            let cells: Vec<Cell> = fields.map(|field| cell(line, field)).collect();
            if cells.iter().all(|cell| *cell == Ok(None)) {
                continue;
            }
            let said = self.said.entry(kind).or_default();
            said.counts.offered += 1;
            match cells.into_iter().map(|cell| cell.ok().flatten()).collect::<Option<Key>>() {
                Some(key) => *said.refused.entry(key).or_default() += 1,
                None => said.counts.rejected += 1,
            }
        }
    }

    /// After the last line: the guards, then the tables.
    fn decide(mut self, released: bool) -> Verdict {
        let mut refused = self.setting.no_errors && self.refused_lines > 0
            || self.setting.max_rejected.is_some_and(|most| self.refused_lines > most);
        let mut gone: BTreeMap<Kind, Vec<Key>> = BTreeMap::new();
        for (kind, said) in &mut self.said {
            let table = self.before.get(*kind);
            for (key, lines) in &said.refused {
                let held = table.rows.contains_key(key) && !said.rows.contains_key(key);
                *(if held { &mut said.counts.held } else { &mut said.counts.rejected }) += lines;
            }
            said.counts.unchanged += said.buried.len() as u64;
            for (key, content) in &said.rows {
                match table.rows.get(key) {
                    None => said.counts.inserted += 1,
                    Some(row) if row.told == *content => said.counts.unchanged += 1,
                    Some(_) => said.counts.updated += 1,
                }
            }
            let mut absent = Vec::new();
            let of_files = table.rows.iter().filter(|(_, row)| row.origin != Origin::Api);
            for (key, _) in of_files.clone() {
                if self.setting.refresh.is_snapshot()
                    && !said.rows.contains_key(key)
                    && !said.refused.contains_key(key)
                {
                    absent.push(key.clone());
                }
            }
            said.counts.deleted = absent.len() as u64;
            let (rows, offered) = (of_files.count(), said.rows.len() + said.buried.len());
            refused |= rows >= SMALL && absent.len() as f64 > self.setting.max_delete * rows as f64;
            refused |= *kind == Kind::Thing
                && self.setting.min_rows.is_some_and(|least| (offered as u64) < least);
            gone.insert(*kind, absent);
        }
        if refused && !released {
            let counts = self.said.into_iter().map(|(kind, said)| (kind, said.counts));
            return Verdict::Refused(counts.collect());
        }
        self.apply(gone)
    }

    fn apply(mut self, gone: BTreeMap<Kind, Vec<Key>>) -> Verdict {
        let mut tables = self.before.clone();
        for (kind, said) in &self.said {
            let table = tables.of(*kind);
            for (key, content) in &said.rows {
                table.tombstones.remove(key);
                match table.rows.get_mut(key) {
                    // An edit stays as long as the file says the same.
                    Some(row) if row.told == *content => {
                        if row.origin == Origin::Api {
                            row.origin = Origin::File;
                        }
                    }
                    _ => {
                        let (shown, told) = (content.clone(), content.clone());
                        let row = Row { shown, told, origin: Origin::File };
                        table.rows.insert(key.clone(), row);
                    }
                }
            }
            if self.setting.refresh.is_snapshot() {
                table
                    .tombstones
                    .retain(|key, _| said.buried.contains(key) || said.refused.contains_key(key));
            }
        }
        // Children out before parents; what somebody still refers to stays.
        for (kind, keys) in gone.into_iter().rev() {
            for key in keys {
                if tables.is_referred_to(kind, &key) {
                    self.said.entry(kind).or_default().counts.deleted -= 1;
                } else {
                    tables.remove(kind, &key);
                }
            }
        }
        let counts = self.said.into_iter().map(|(kind, said)| (kind, said.counts));
        Verdict::Loaded(tables, counts.collect())
    }
}

/// What a line offers to a table.
struct Offer {
    kind: Kind,
    key: Key,
    content: Content,
    /// A person deleted it, and it stays so.
    buried: bool,
}

/// Reads a cell by the rules of the contract.
fn cell(line: &Line, field: &str) -> Cell {
    let Some(text) = line.get(field) else { return Ok(None) };
    let good = match field {
        "amount" | "weight" => text.bytes().all(|byte| byte.is_ascii_digit()),
        _ => text.bytes().all(|byte| byte.is_ascii_lowercase()),
    };
    if good { Ok(Some(text.clone())) } else { Err(()) }
}
