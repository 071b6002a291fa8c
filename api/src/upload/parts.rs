//! A form with a file in it (`multipart/form-data`).

use actix_multipart::{Field, Multipart};
use actix_web::HttpRequest;
use actix_web::web::{Bytes, Payload};
use futures_util::stream::LocalBoxStream;
use futures_util::{StreamExt, TryStreamExt};

use super::name;
use crate::problem::Problem;

/// Bytes that a field which is no file may have.
const FIELD: usize = 1024;

/// The parts of a form.
pub struct Parts(Multipart);

/// The file among them, with what was told before it.
pub struct Part {
    /// What the file is called.
    pub name: Option<String>,
    /// Which dataset it is for.
    pub dataset: Option<String>,
    /// What is in it.
    pub body: LocalBoxStream<'static, Result<Bytes, String>>,
}

impl Parts {
    pub fn new(request: &HttpRequest, payload: Payload) -> Self {
        Self(Multipart::new(request.headers(), payload))
    }

    /// The first file. What tells of it comes before it: fields `dataset` and `name`.
    pub async fn file(&mut self) -> Result<Part, Problem> {
        let (mut dataset, mut told) = (None, None);
        loop {
            let field = self.0.try_next().await.map_err(unreadable)?;
            let Some(field) = field else {
                let why = "the form has no file";
                return Err(Problem::Upload {
                    why: why.to_owned(),
                    hint: "curl -F dataset=NAME -F file=@FILE".to_owned(),
                });
            };
            let file = field.content_disposition().and_then(name::of);
            match field.name() {
                Some("dataset") if file.is_none() => dataset = Some(text(field).await?),
                Some("name") if file.is_none() => told = Some(text(field).await?),
                _ if file.is_none() => {
                    text(field).await?;
                }
                _ => {
                    let body = field.map_err(|error| error.to_string()).boxed_local();
                    return Ok(Part { name: told.or(file), dataset, body });
                }
            }
        }
    }
}

async fn text(mut field: Field) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.try_next().await.map_err(unreadable)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > FIELD {
            return Err(unreadable("a field that is no file is too long"));
        }
    }
    String::from_utf8(bytes).map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> Problem {
    Problem::Upload {
        why: format!("the form cannot be read ({error})"),
        hint: "curl -F dataset=NAME -F file=@FILE".to_owned(),
    }
}
