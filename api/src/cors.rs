//! Which pages of other origins may read answers (CORS), and what browsers are told beside.

use actix_cors::Cors;
use actix_web::http::{Method, header};
use actix_web::middleware::DefaultHeaders;

/// The word for every origin.
const EVERY: &str = "*";
/// Seconds for which a browser need not ask again what it may.
const KNOWN: usize = 3600;
/// Headers of answers that pages of other origins may read, beside those that they always may.
const EXPOSED: [&str; 12] = [
    "Content-Encoding",
    "Content-Location",
    "Content-Range",
    "ETag",
    "Last-Modified",
    "Link",
    "Location",
    "Preference-Applied",
    "Retry-After",
    "Vary",
    "WWW-Authenticate",
    "Allow",
];

/// What is wrong with an origin of the settings.
pub fn wrong(origin: &str) -> Option<String> {
    if origin == EVERY {
        return None;
    }
    let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let fine = rest.is_some_and(|host| {
        let marks = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]".contains(letter);
        !host.is_empty() && host.chars().all(marks)
    });
    (!fine).then(|| {
        format!("`api.cors`: `{origin}` is no origin; write https://HOST, without a path, or `*`")
    })
}

/// Lets pages of these origins read. Cookies are never asked for: keys stand in headers.
pub fn cors(origins: &[String]) -> Cors {
    let methods =
        [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let cors = Cors::default()
        .allowed_methods(methods)
        .allow_any_header()
        .expose_headers(EXPOSED)
        .max_age(KNOWN);
    if origins.iter().any(|origin| origin == EVERY) {
        return cors.allow_any_origin().send_wildcard();
    }
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// What browsers are told with every answer that says nothing else: it is data, and no page.
pub fn headers(encrypted: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .add((header::X_FRAME_OPTIONS, "DENY"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::CACHE_CONTROL, "no-store"));
    if encrypted {
        headers.add((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"))
    } else {
        headers
    }
}
