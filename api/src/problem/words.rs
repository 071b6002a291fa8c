//! What is told beside a problem's message: details, and what to do.

use serde_json::Value;

use super::Problem;
use crate::write::Class;

impl Problem {
    /// What exactly is wrong, where there is more to say than the message does.
    pub fn details(&self) -> Option<Value> {
        let text = match self {
            Self::Query { details, .. } | Self::Range { details, .. } => details.clone(),
            Self::NotSingular { rows } => format!("The result contains {rows} rows"),
            Self::NotEmbedded { alias: Some(_), .. } => {
                "Target names are not allowed in filters if they have an alias".to_owned()
            }
            Self::RelatedOrder { origin, target } => format!(
                "'{origin}' and '{target}' do not form a many-to-one or one-to-one relationship"
            ),
            Self::EmbeddedFilter { .. } => {
                "Only is null or not is null filters are allowed on embedded resources".to_owned()
            }
            Self::Preferences { preferences } => format!("Invalid preferences: {preferences}"),
            Self::NotReady { why } => why.clone(),
            Self::NoReference { origin, target, reference, .. } => {
                let hint = reference.as_ref().map(|hint| format!(" using the hint '{hint}'"));
                format!(
                    "Searched for a foreign key relationship between '{origin}' and '{target}'{} \
                     in the schema 'public', but no matches were found.",
                    hint.unwrap_or_default()
                )
            }
            Self::Body { details, .. } => details.clone(),
            Self::MaxAffected { rows } => format!("The query affects {rows} rows"),
            Self::NoConflict { columns, .. } => format!("the columns are {columns}"),
            Self::Rules { broken, .. } => return serde_json::to_value(broken).ok(),
            Self::Ambiguous { candidates, .. } => return Some(Value::Array(candidates.clone())),
            _ => return None,
        };
        Some(Value::String(text))
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let fixed = match self {
            Self::Query { hint, .. } => return hint.clone(),
            Self::UnknownTable { hint, .. }
            | Self::Parameter { hint, .. }
            | Self::Upload { hint, .. } => {
                return Some(hint.clone());
            }
            Self::UnknownColumn { known, .. } | Self::NoColumn { known, .. } => {
                return Some(format!("its columns are {known}"));
            }
            Self::NotEmbedded { name, alias: None } => {
                return Some(format!(
                    "Verify that '{name}' is included in the 'select' query parameter."
                ));
            }
            Self::NotEmbedded { name, alias: Some(alias) } => {
                return Some(format!("Change '{name}' to '{alias}' in filters, orders or limits."));
            }
            Self::NoReference { origin, known, .. } if known.is_empty() => {
                return Some(format!("{origin} has no references"));
            }
            Self::NoReference { origin, known, .. } => {
                return Some(format!("{origin} can be seen together with {known}"));
            }
            Self::Ambiguous { target, hints, .. } => {
                return Some(format!(
                    "Try changing '{target}' to one of the following: {hints}. Find the desired \
                     relationship in the 'details' key."
                ));
            }
            Self::Range { .. }
            | Self::Aggregate
            | Self::NotSingular { .. }
            | Self::RelatedOrder { .. }
            | Self::EmbeddedFilter { .. }
            | Self::Preferences { .. } => return None,
            Self::MediaType { .. } => {
                "application/json, application/vnd.pgrst.object+json, application/x-ndjson and \
                 text/csv are"
            }
            Self::Cast { .. } => {
                "every type can be shown as text, a boolean as integer, a date as timestamp, and a \
                 timestamp as date or time"
            }
            Self::NoType { .. } => {
                "the types are text, integer, numeric, boolean, date, time, timestamp and json"
            }
            Self::Pattern { .. } => {
                "what both databases understand: . [] [^] [[:alpha:]] * + ? {1,2} ^ $ | () (?:) \
                 \\d \\w \\s and their opposites"
            }
            Self::Value { hint, .. } => hint,
            Self::UnknownPath { .. } => "tables are at /rest/v1/TABLE, the rest under /v1/",
            Self::Method { allow, .. } => return Some(format!("{allow} are")),
            Self::NotWritable { dataset, .. } => {
                return Some(format!(
                    "the contract of dataset {dataset} would have to say `writable = true`"
                ));
            }
            Self::PutFilters { key } => {
                return Some(format!("the key is {key}: {}", each_equal(key)));
            }
            Self::NoConflict { key, .. } => return Some(format!("on_conflict={key}")),
            Self::Rules { count, broken, .. } if broken.len() < *count => {
                return Some(format!("these are the first {} of them", broken.len()));
            }
            Self::Rules { .. } | Self::MaxAffected { .. } | Self::PutKey | Self::PutPage => {
                return None;
            }
            Self::Body { .. } => {
                "an object or an array of objects as application/json, or text/csv"
            }
            Self::Unfiltered { .. } => "filter the rows, or say that all are meant: all=true",
            Self::TooMany { .. } => "split the request: filter by the key, or set a limit",
            Self::PatternEnd => "write \\\\ for a backslash",
            Self::Operator { .. } => "like, ilike, match and imatch compare text",
            Self::NotBoolean { .. } => "is.null and is.not_null fit every type",
            Self::Missing { kind: "dataset", .. } => "/v1/datasets lists them",
            Self::Missing { kind: "arrival", .. } => "/v1/arrivals lists them",
            Self::Missing { .. } => "/v1/loads lists them",
            Self::Elsewhere { .. } => {
                "they are in table tolva_change of that target, which is not read here"
            }
            Self::Forbidden { dataset: None, .. } => {
                "name one dataset that the key is good for, with the parameter `dataset` where there is one"
            }
            Self::Forbidden { .. } => "`tolva keys create` makes one with other scopes",
            Self::Claims { .. } => "ask whoever issues tokens for another one",
            Self::TooFast { .. } => "come again when `Retry-After` says",
            Self::LongUrl { .. } => "ask in several requests",
            Self::LongHeaders { .. } => "leave headers out",
            Self::LongBody { .. } => "send it in parts, or as a file to /v1/arrivals",
            Self::Timeout => "ask for less: fewer rows, or a filter on a key",
            Self::Anonymous | Self::Credential { .. } => {
                "send `Authorization: Bearer KEY`, or `apikey: KEY`; `tolva keys create` makes keys"
            }
            Self::Gone { tables, .. } => return Some(format!("read its tables: {tables}")),
            Self::Unreachable { .. }
            | Self::TooManyListeners
            | Self::Locked
            | Self::Busy
            | Self::Changing { .. }
            | Self::NotReady { .. } => "try again in a moment",
            Self::Internal { .. } => "the log of the server says more",
        };
        Some(fixed.to_owned())
    }

    /// How many rules of a kind are broken.
    pub(super) fn rules(class: Class, count: usize) -> String {
        let what = match class {
            Class::Type => "a value is not one of its column's type",
            Class::Required => "a value is missing",
            Class::Unique => "a value is there already",
            Class::Reference => "a reference leads nowhere, or would",
            Class::ReadOnly => "a value cannot be written",
            Class::Check => "a value breaks a rule of the contract",
            Class::Several => "values break rules of the contract",
        };
        match count {
            1 => what.to_owned(),
            count => format!("{what} ({count} times)"),
        }
    }
}

/// A filter for each column of a key.
fn each_equal(key: &str) -> String {
    let filters: Vec<String> = key.split(", ").map(|name| format!("{name}=eq.VALUE")).collect();
    filters.join("&")
}

/// Of which dataset, where one is named.
pub(super) fn of(dataset: Option<&str>) -> String {
    dataset.map(|dataset| format!(" for dataset {dataset}")).unwrap_or_default()
}
