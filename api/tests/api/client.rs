//! A client that keeps status, headers and body as they came.

use std::net::SocketAddr;

use serde_json::Value;
use ureq::Agent;

/// An answer.
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub bytes: Vec<u8>,
    /// The bytes as text; empty when they are none.
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("ASCII"))
    }

    /// The code of an error whose body has the shape that every error has.
    pub fn code(&self) -> String {
        let body = self.json();
        for key in ["code", "details", "hint", "message"] {
            assert!(body.get(key).is_some(), "no {key}: {body}");
        }
        assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        assert_eq!(self.header("content-type"), Some("application/json"));
        body["code"].as_str().expect("a text").to_owned()
    }
}

/// Sends one request on a connection of its own.
pub async fn send(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
) -> Answer {
    send_body(address, method, target, headers, &[]).await
}

/// The same with a body.
pub async fn send_body(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let body = body.to_owned();
    let url = format!("http://{address}{target}");
    let method = method.to_owned();
    let headers: Vec<(String, String)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let send = move || {
        let agent: Agent =
            Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let request = ureq::http::Request::builder().method(method.as_str()).uri(&url);
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let wrong = |error: &dyn std::fmt::Display| -> ! { panic!("{error}: {url}") };
        let response = match body.is_empty() {
            true => agent.run(request.body(()).unwrap_or_else(|error| wrong(&error))),
            false => agent.run(request.body(body).unwrap_or_else(|error| wrong(&error))),
        };
        let response = response.unwrap_or_else(|error| wrong(&error));
        let (parts, body) = response.into_parts();
        let bytes = body.into_with_config().limit(u64::MAX).read_to_vec().expect("a whole body");
        let body = String::from_utf8(bytes.clone()).unwrap_or_default();
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes, body }
    };
    tokio::task::spawn_blocking(send).await.expect("an answer")
}

/// Escapes a value for the query of a URL.
pub fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
