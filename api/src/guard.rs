//! What every request passes first: how large it may be, and how many there may be of it.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{RequestHead, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError, web};
use bytesize::ByteSize;

use crate::address;
use crate::problem::Problem;
use crate::state::State;

/// What is asked by machines that look whether the server is well: never too often.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];
/// Where files go, which have a limit of their own.
const UPLOADS: &str = "/v1/arrivals";
/// Where the one page is that the API has,
const PAGE: &str = "/docs/";
/// and what that page may load: what comes from here, and pictures that it has in itself.
const PAGE_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
                           img-src 'self' data:; frame-ancestors 'none'";
/// Bytes between a header and its value, and behind it.
const BETWEEN: usize = 4;

/// Lets a request pass, or answers it.
pub async fn pass<B: MessageBody + 'static>(
    state: web::Data<State>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // An answer rather than an error: an error would pass by whatever adds headers to answers.
    match check(&state, request.head()) {
        Ok(()) => {
            let is_page = request.path().starts_with(PAGE);
            let mut response = next.call(request).await?.map_into_boxed_body();
            if is_page {
                let policy = HeaderValue::from_static(PAGE_POLICY);
                response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
            }
            Ok(response)
        }
        Err(problem) => Ok(request.into_response(problem.error_response())),
    }
}

fn check(state: &State, head: &RequestHead) -> Result<(), Problem> {
    let options = state.options();
    let limits = &options.limits;
    let beyond =
        |size: usize, limit: ByteSize| u64::try_from(size).unwrap_or(u64::MAX) > limit.as_u64();
    let url = head.uri.path_and_query().map_or(0, |url| url.as_str().len());
    if beyond(url, limits.url) {
        return Err(Problem::LongUrl { limit: limits.url });
    }
    let headers = head.headers.iter();
    let headers: usize =
        headers.map(|(name, value)| name.as_str().len() + value.len() + BETWEEN).sum();
    if beyond(headers, limits.headers) {
        return Err(Problem::LongHeaders { limit: limits.headers });
    }
    let path = head.uri.path();
    if path != UPLOADS
        && let Some(length) = head.headers.get(CONTENT_LENGTH).and_then(|text| text.to_str().ok())
        && length.parse().is_ok_and(|length| beyond(length, limits.body))
    {
        return Err(Problem::LongBody { limit: limits.body });
    }
    if !PROBES.contains(&path)
        && let Some(address) = address::client(head, &options.proxies)
    {
        state.rates().address(address)?;
    }
    Ok(())
}
