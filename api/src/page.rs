//! Which part of the rows is asked for, and which is given.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, RANGE};

use crate::problem::Problem;

/// A part of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Rows left out at the start.
    pub offset: i64,
    /// Rows at most.
    pub limit: Option<i64>,
}

impl Page {
    /// What the parameters ask for and the header `Range` allows.
    pub fn read(self, headers: &HeaderMap) -> Result<Self, Problem> {
        let range = headers.get(RANGE).and_then(|range| range.to_str().ok()).and_then(items);
        let Some((first, last)) = range else {
            return Ok(self);
        };
        let unsatisfiable = || Problem::Range {
            details: "The lower boundary must be lower than or equal to the upper boundary in the \
                      Range header."
                .to_owned(),
            total: None,
        };
        let offset = self.offset.max(first);
        let end = self.limit.map(|limit| self.offset.saturating_add(limit));
        let end = match (end, last) {
            (Some(end), Some(last)) => Some(end.min(last.saturating_add(1))),
            (end, last) => end.or(last.map(|last| last.saturating_add(1))),
        };
        match end {
            _ if self.limit == Some(0) => Ok(self),
            Some(end) if end <= offset => Err(unsatisfiable()),
            end => Ok(Self { offset, limit: end.map(|end| end - offset) }),
        }
    }

    /// Whether it has every row.
    pub fn is_all(self) -> bool {
        self.offset == 0 && self.limit.is_none()
    }

    /// How many rows the page has, of so many in all.
    pub fn rows_of(self, total: i64) -> i64 {
        let left = (total - self.offset).max(0);
        self.limit.map_or(left, |limit| left.min(limit))
    }

    /// What `Content-Range` says of a page with so many rows, of so many in all.
    pub fn content_range(self, rows: i64, total: Option<i64>) -> String {
        let range = if rows > 0 && total != Some(0) {
            format!("{}-{}", self.offset, self.offset + rows - 1)
        } else {
            "*".to_owned()
        };
        let total = total.map_or_else(|| "*".to_owned(), |total| total.to_string());
        format!("{range}/{total}")
    }

    /// The status of a page with so many rows, of so many in all.
    pub fn status(self, rows: i64, total: Option<i64>) -> Result<StatusCode, Problem> {
        match total {
            Some(total) if self.offset > total => Err(Problem::Range {
                details: format!(
                    "An offset of {} was requested, but there are only {total} rows.",
                    self.offset
                ),
                total: Some(total),
            }),
            Some(total) if rows < total => Ok(StatusCode::PARTIAL_CONTENT),
            _ => Ok(StatusCode::OK),
        }
    }
}

/// `0-24` or `10-`; anything else, such as a range of bytes, is not about rows.
fn items(text: &str) -> Option<(i64, Option<i64>)> {
    let (first, last) = text.trim().split_once('-')?;
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().unwrap_or(i64::MAX))
    };
    let last = if last.is_empty() { None } else { Some(number(last)?) };
    Some((number(first)?, last))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderValue, RANGE};

    use super::Page;

    fn read(offset: i64, limit: Option<i64>, range: &'static str) -> Option<(i64, Option<i64>)> {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_static(range));
        let page = Page { offset, limit }.read(&headers).ok()?;
        Some((page.offset, page.limit))
    }

    #[test]
    fn a_range_is_cut_out_of_what_the_parameters_ask_for() {
        assert_eq!(read(0, None, "0-24"), Some((0, Some(25))));
        assert_eq!(read(0, None, "10-"), Some((10, None)));
        assert_eq!(read(5, Some(10), "0-9"), Some((5, Some(5))));
        assert_eq!(read(5, Some(10), "10-"), Some((10, Some(5))));
        assert_eq!(read(0, Some(0), "1-2"), Some((0, Some(0))));
        assert_eq!(read(3, None, "bytes=0-9"), Some((3, None)));
        assert_eq!(read(3, None, "x-1"), Some((3, None)));
        assert_eq!(read(0, None, "0-99999999999999999999"), Some((0, Some(i64::MAX))));
        for (offset, limit, range) in [(0, None, "2-1"), (5, Some(5), "0-4"), (0, Some(2), "2-3")] {
            assert_eq!(read(offset, limit, range), None, "{offset} {limit:?} {range}");
        }
    }
}
