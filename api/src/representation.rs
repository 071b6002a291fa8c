//! In which form rows are sent.

use actix_web::http::header::{ACCEPT, HeaderMap};
use sea_orm::{DbErr, QueryResult};

use crate::problem::Problem;
use crate::sql::Heading;

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Representation {
    /// An array of objects.
    Json,
    /// One object.
    Object,
    /// An object per line.
    Lines,
    /// Comma-separated values.
    Csv {
        /// Whether texts that a spreadsheet would take for formulas get an apostrophe in front.
        guarded: bool,
    },
}

/// Characters at the start of a text that make a spreadsheet compute it.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

impl Representation {
    /// The form that a client likes best.
    pub fn negotiate(headers: &HeaderMap) -> Result<Self, Problem> {
        let accepted: Vec<String> = headers
            .get_all(ACCEPT)
            .map(|header| String::from_utf8_lossy(header.as_bytes()).into_owned())
            .collect();
        let accepted = accepted.join(", ");
        if accepted.trim().is_empty() {
            return Ok(Self::Json);
        }
        let mut best: Option<(f32, Self)> = None;
        for range in accepted.split(',') {
            let (quality, form) = read(range);
            if let Some(form) = form
                && quality > best.map_or(0.0, |(quality, _)| quality)
            {
                best = Some((quality, form));
            }
        }
        best.map(|(_, form)| form).ok_or(Problem::MediaType { accept: accepted })
    }

    /// What `Content-Type` says.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Object => "application/vnd.pgrst.object+json; charset=utf-8",
            Self::Lines => "application/x-ndjson; charset=utf-8",
            Self::Csv { .. } => "text/csv; charset=utf-8",
        }
    }
}

/// One media range: how much it is liked, and the form that it means.
fn read(range: &str) -> (f32, Option<Representation>) {
    let mut parts = range.split(';').map(|part| part.trim().to_ascii_lowercase());
    let name = parts.next().unwrap_or_default();
    let (mut quality, mut guarded, mut known) = (1.0, false, true);
    for parameter in parts {
        match parameter.split_once('=') {
            Some(("q", value)) => quality = value.parse().unwrap_or(0.0),
            Some(("formulas", "guarded")) => guarded = true,
            Some(("nulls", _)) => known = false,
            _ => {}
        }
    }
    let form = match name.as_str() {
        "*/*" | "application/*" | "application/json" => Representation::Json,
        "application/vnd.pgrst.array" | "application/vnd.pgrst.array+json" => Representation::Json,
        "application/vnd.pgrst.object" | "application/vnd.pgrst.object+json" => {
            Representation::Object
        }
        "application/x-ndjson" | "application/ndjson" => Representation::Lines,
        "text/csv" | "text/*" => Representation::Csv { guarded },
        _ => return (quality, None),
    };
    (quality, known.then_some(form))
}

/// Puts rows into a form.
pub struct Framing {
    form: Representation,
    headings: Vec<Heading>,
    rows: i64,
}

impl Framing {
    pub fn new(form: Representation, headings: Vec<Heading>) -> Self {
        Self { form, headings, rows: 0 }
    }

    /// Rows so far.
    pub fn rows(&self) -> i64 {
        self.rows
    }

    /// Begins again.
    pub fn restart(&mut self) {
        self.rows = 0;
    }

    /// What stands before the first row.
    pub fn open(&self, body: &mut String) {
        match self.form {
            Representation::Json => body.push('['),
            Representation::Object | Representation::Lines => {}
            Representation::Csv { .. } => {
                for (at, heading) in self.headings.iter().enumerate() {
                    if at > 0 {
                        body.push(',');
                    }
                    push_csv(body, &heading.name);
                }
            }
        }
    }

    /// A row.
    pub fn push(&mut self, body: &mut String, row: &QueryResult) -> Result<(), DbErr> {
        match self.form {
            Representation::Csv { guarded } => {
                body.push('\n');
                for (at, heading) in self.headings.iter().enumerate() {
                    if at > 0 {
                        body.push(',');
                    }
                    if let Some(text) = row.try_get_by_index::<Option<String>>(at)? {
                        if guarded && heading.is_text && text.starts_with(FORMULA) {
                            push_csv(body, &format!("'{text}"));
                        } else {
                            push_csv(body, &text);
                        }
                    }
                }
            }
            form => {
                if form == Representation::Json && self.rows > 0 {
                    body.push_str(",\n");
                }
                body.push_str(&row.try_get_by_index::<String>(0)?);
                if form == Representation::Lines {
                    body.push('\n');
                }
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// What stands behind the last row.
    pub fn close(&self, body: &mut String) {
        if self.form == Representation::Json {
            body.push(']');
        }
    }
}

/// A field as RFC 4180 has it. An empty text is quoted: what is not quoted and empty is unknown.
fn push_csv(body: &mut String, text: &str) {
    if text.is_empty() || text.contains([',', '"', '\n', '\r']) {
        body.push('"');
        body.push_str(&text.replace('"', "\"\""));
        body.push('"');
    } else {
        body.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderValue};

    use super::*;

    fn negotiate(accept: &'static str) -> Option<Representation> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        Representation::negotiate(&headers).ok()
    }

    #[test]
    fn the_form_that_is_liked_best_is_taken() {
        let csv = Representation::Csv { guarded: false };
        for (accept, form) in [
            ("", Representation::Json),
            ("*/*", Representation::Json),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                Representation::Json,
            ),
            ("application/json;q=0.5, text/csv", csv),
            ("text/csv;q=0.5, application/x-ndjson;q=0.6", Representation::Lines),
            ("text/csv; formulas=guarded", Representation::Csv { guarded: true }),
            ("application/vnd.pgrst.object", Representation::Object),
            ("APPLICATION/VND.PGRST.OBJECT+JSON; charset=utf-8", Representation::Object),
        ] {
            assert_eq!(negotiate(accept), Some(form), "{accept}");
        }
        for accept in
            ["text/html", "application/json;q=0", "application/vnd.pgrst.array+json;nulls=stripped"]
        {
            assert_eq!(negotiate(accept), None, "{accept}");
        }
    }

    #[test]
    fn csv_tells_empty_from_unknown() {
        let field = |text: &str| {
            let mut body = String::new();
            push_csv(&mut body, text);
            body
        };
        assert_eq!(field(""), "\"\"");
        assert_eq!(field("a b"), "a b");
        assert_eq!(field("a,\"b\"\r\n"), "\"a,\"\"b\"\"\r\n\"");
    }
}
