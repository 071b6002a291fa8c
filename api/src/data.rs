//! `GET /rest/v1/{table}`: the rows of a table.

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use tolva_schema::scope::Scope;

use crate::auth::Caller;
use crate::catalogue::Private;
use crate::options::Read;
use crate::page::Page;
use crate::plan::{self, after};
use crate::prefer::{Preferences, Request};
use crate::problem::Problem;
use crate::query;
use crate::representation::Representation;
use crate::rows::{self, Head, Wanted};
use crate::state::State;
use crate::validator::{Validator, last_modified};

/// The headers that make an answer another one.
const VARY: &str = "Accept, Accept-Encoding, Prefer, Range";

/// Reads a table and what is embedded in it, at one version.
pub async fn read(
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
    table: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let catalogue = state.catalogue_for(&caller).await?;
    let table = catalogue.table(&table)?;
    caller.require(Scope::Read, &table.dataset)?;
    let preferences = Preferences::read(request.headers())?;
    let form = Representation::negotiate(request.headers())?;
    let asked = query::read(request.query_string())?;
    let mut node = plan::build(&catalogue, table, &asked)?;
    if let Some(cursor) = &asked.after {
        after::apply(&mut node, cursor)?;
    }
    let mut page = Page { offset: node.offset.unwrap_or(0), limit: node.limit };
    let head_only = request.method() == Method::HEAD;
    // As HTTP has it, a range is asked for by GET only.
    if !head_only {
        page = page.read(request.headers())?;
    }
    if let Some(rows) = state.options().rows {
        let most = i64::from(rows.get());
        page.limit = Some(page.limit.map_or(most, |limit| limit.min(most)));
        node.children.iter_mut().for_each(|child| child.node.cut(most));
    }
    let pages = page.limit.is_some() && !request.headers().contains_key(header::RANGE);
    (node.offset, node.limit) = (Some(page.offset), page.limit);
    let validator = Validator::read(&request, &node.table, state.options().rows);
    let wanted = Wanted {
        node,
        page,
        form,
        count: preferences.count,
        pages,
        head_only,
        validator: validator.clone(),
    };
    let keeping = Keeping::of(&state, &caller, wanted.node.table.private);
    let (head, body) = rows::open(&state.into_inner(), wanted).await?;
    let mut response = HttpResponse::build(StatusCode::OK);
    keeping.tell(&mut response);
    if let Some(version) = head.version {
        response.insert_header((header::ETAG, validator.tag(version)));
        if let Some(moment) = last_modified(version) {
            response.insert_header((header::LAST_MODIFIED, moment));
        }
    }
    if head.known {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    describe(&mut response, &request, page, &head)?;
    response.content_type(form.content_type());
    if let Some(applied) = preferences.applied(Request::Read) {
        response.insert_header(("Preference-Applied", applied));
    }
    Ok(match head.whole {
        Some(whole) => response.body(whole),
        None if head_only => response.finish(),
        None => response.streaming(body),
    })
}

/// Who may keep an answer. Whoever does asks whether it is still the one.
struct Keeping {
    /// Whether others get other answers.
    differs: bool,
    /// Whether it is for this caller alone.
    own: bool,
}

impl Keeping {
    fn of(state: &State, caller: &Caller, private: Private) -> Self {
        let by_key = state.options().read == Read::Key;
        let differs = by_key || private != Private::None;
        Self { differs, own: differs && caller.name().is_some() }
    }

    fn tell(&self, response: &mut HttpResponseBuilder) {
        let cache = if self.own { "private, no-cache" } else { "no-cache" };
        response.insert_header((header::CACHE_CONTROL, cache));
        match self.differs {
            false => response.insert_header((header::VARY, VARY)),
            true => {
                response.insert_header((header::VARY, format!("{VARY}, Authorization, apikey")))
            }
        };
    }
}

/// Says which part of the rows it is, where it is, and where the next one is.
fn describe(
    response: &mut HttpResponseBuilder,
    request: &HttpRequest,
    page: Page,
    head: &Head,
) -> Result<(), Problem> {
    response.status(page.status(head.rows, head.total)?);
    response.insert_header((header::CONTENT_RANGE, page.content_range(head.rows, head.total)));
    let mut parameters: Vec<&str> =
        request.query_string().split('&').filter(|pair| !pair.is_empty()).collect();
    if let Some(next) = &head.next {
        let mut next_page: Vec<&str> = parameters
            .iter()
            .copied()
            .filter(|pair| !pair.starts_with("after=") && !pair.starts_with("offset="))
            .collect();
        let after = format!("after={next}");
        next_page.push(&after);
        let link = format!("<{}?{}>; rel=\"next\"", request.path(), next_page.join("&"));
        response.insert_header((header::LINK, link));
    }
    parameters.sort_unstable();
    let location = match parameters.is_empty() {
        true => request.path().to_owned(),
        false => format!("{}?{}", request.path(), parameters.join("&")),
    };
    response.insert_header((header::CONTENT_LOCATION, location));
    Ok(())
}
