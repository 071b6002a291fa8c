//! What a request shows of who sends it.

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};

use crate::problem::Problem;

/// The header that PostgREST's clients send a key in.
const APIKEY: &str = "apikey";

/// What a request shows. It is a secret until it turns out to be none: it has no `Debug`.
pub struct Credential(String);

impl Credential {
    /// From `Authorization: Bearer …`, else from `apikey: …`; none when the request shows nothing.
    ///
    /// `supabase-js` and its like send the same key in both headers.
    ///
    /// # Errors
    /// [`Problem::Credential`] when there is something that cannot be read.
    pub fn of(request: &HttpRequest) -> Result<Option<Self>, Problem> {
        let headers = request.headers();
        if let Some(value) = headers.get(AUTHORIZATION) {
            let token = text(value)?.split_once(' ');
            let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            let (_, token) = token.ok_or(Problem::Credential {
                why: "the header Authorization has another form than `Bearer KEY`",
            })?;
            return Ok(Some(Self(token.trim().to_owned())));
        }
        match headers.get(APIKEY) {
            Some(value) => Ok(Some(Self(text(value)?.trim().to_owned()))),
            None => Ok(None),
        }
    }

    /// The text shown.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

fn text(value: &HeaderValue) -> Result<&str, Problem> {
    value.to_str().map_err(|_| Problem::Credential { why: "it has signs that no key has" })
}
