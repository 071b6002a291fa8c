//! JSON Web Tokens: who asks, as somebody else has signed it.

use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Validation, decode, decode_header};
use serde_json::{Map, Value};
use tolva_schema::scope::Scopes;

use super::jwks::{self, Verifier};
use crate::kept::Kept;
use crate::options::Jwt;
use crate::problem::Problem;

/// Seconds by which the clocks of who signs and who checks may differ.
const LEEWAY: u64 = 30;
/// Characters of a name at most.
const LONGEST_NAME: usize = 255;

/// What tokens are checked by.
pub struct Tokens {
    keys: Kept<Vec<Verifier>>,
    audience: Vec<String>,
    issuer: Vec<String>,
    claim: String,
}

/// What a good token says.
#[derive(Debug)]
pub struct Bearer {
    /// Who bears it.
    pub name: String,
    /// What that one may do.
    pub scopes: Scopes,
}

impl Tokens {
    /// Reads the keys.
    ///
    /// # Errors
    /// What is wrong with the settings or with the file of keys.
    pub fn open(options: &Jwt) -> Result<Self, String> {
        if options.audience.is_empty() {
            return Err("`api.jwt.audience` is missing: without it, a token for any other \
                        application of the same issuer would do"
                .to_owned());
        }
        let files = vec![options.jwks.clone()];
        let keys = Kept::open("the key set of tokens", files, |files| jwks::read(&files[0]))
            .map_err(|why| format!("`api.jwt.jwks`: {why}"))?;
        Ok(Self {
            keys,
            audience: options.audience.clone(),
            issuer: options.issuer.clone(),
            claim: options.claim.clone(),
        })
    }

    /// Who bears a token, and what that one may do.
    ///
    /// # Errors
    /// [`Problem::Credential`] when its signature is not one of ours, [`Problem::Claims`] when what it
    /// says does not hold here and now.
    pub fn read(&self, token: &str) -> Result<Bearer, Problem> {
        let bad = |why| Problem::Credential { why };
        let header = decode_header(token).map_err(|_| bad("it is neither a key nor a token"))?;
        if header.crit.is_some() {
            return Err(bad("the token has critical headers, and none is known here"));
        }
        let keys = self.keys.get();
        // Its algorithm is that of the key, whatever the token would like. A token that names a key
        // is checked by that one; else it may be any that has no other name.
        let fitting = keys.iter().filter(|key| {
            key.algorithm == header.alg && (header.kid.is_none() || key.id == header.kid)
        });
        let mut refusal = bad("no key of the set has signed the token");
        for key in fitting {
            match decode::<Map<String, Value>>(token, &key.key, &self.rules(key)) {
                Ok(token) => return self.bearer(&token.claims),
                Err(error) if is_of_signature(&error) => {}
                Err(error) => refusal = of_claims(&error),
            }
        }
        Err(refusal)
    }

    fn rules(&self, key: &Verifier) -> Validation {
        let mut rules = Validation::new(key.algorithm);
        rules.leeway = LEEWAY;
        rules.validate_nbf = true;
        rules.set_audience(&self.audience);
        let mut required = vec!["exp", "aud"];
        if !self.issuer.is_empty() {
            rules.set_issuer(&self.issuer);
            required.push("iss");
        }
        rules.set_required_spec_claims(&required);
        rules
    }

    fn bearer(&self, claims: &Map<String, Value>) -> Result<Bearer, Problem> {
        let name = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(Problem::Claims { why: "the token says in no `sub` whose it is" });
        }
        let scopes = find(claims, &self.claim).map(scopes).unwrap_or_default();
        Ok(Bearer { name: name.to_owned(), scopes })
    }
}

/// Whether it was another key that has signed, or nobody.
fn is_of_signature(error: &Error) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::MissingRequiredClaim(_)
            | ErrorKind::InvalidClaimFormat(_)
            | ErrorKind::ExpiredSignature
            | ErrorKind::ImmatureSignature
            | ErrorKind::InvalidIssuer
            | ErrorKind::InvalidAudience
            | ErrorKind::InvalidSubject
            | ErrorKind::Json(_)
    )
}

fn of_claims(error: &Error) -> Problem {
    let why = match error.kind() {
        ErrorKind::ExpiredSignature => "the token has expired",
        ErrorKind::ImmatureSignature => "the token is not good yet",
        ErrorKind::InvalidAudience => "the token is for another audience",
        ErrorKind::InvalidIssuer => "the token is of another issuer",
        ErrorKind::MissingRequiredClaim(claim) if claim == "exp" => "the token has no `exp`",
        ErrorKind::MissingRequiredClaim(claim) if claim == "aud" => "the token has no `aud`",
        ErrorKind::MissingRequiredClaim(_) => "the token has no `iss`",
        _ => "the claims of the token cannot be read",
    };
    Problem::Claims { why }
}

/// A claim by its name, or by a path with points between the names.
fn find<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    find(claims.get(first)?.as_object()?, rest)
}

/// The scopes among the words of a claim: a text with spaces between them, or a list. Words that mean
/// something elsewhere are passed over.
fn scopes(claim: &Value) -> Scopes {
    let words: Vec<&str> = match claim {
        Value::String(text) => text.split(' ').collect(),
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is_one = |word: &&str| {
        !word.contains([' ', ',']) && word.parse::<Scopes>().is_ok_and(|scopes| !scopes.is_empty())
    };
    let known: Vec<&str> = words.into_iter().filter(is_one).collect();
    known.join(" ").parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scopes_are_found_among_other_words() {
        let read = |claim| scopes(&claim).to_string();
        assert_eq!(read(json!("openid read write:employees")), "read write:employees");
        assert_eq!(read(json!(["read", "x admin", "x,admin", 1, "upload:*"])), "read upload");
        assert_eq!(read(json!({ "admin": true })), "");
        assert_eq!(read(json!("")), "");
    }

    #[test]
    fn a_claim_is_found_by_its_name_or_by_a_path() {
        let claims = json!({ "a": { "b": { "c": 1 } }, "https://x.example/s": 2, "a.d": 3 });
        let claims = claims.as_object().expect("an object");
        assert_eq!(find(claims, "a.b.c"), Some(&json!(1)));
        assert_eq!(find(claims, "https://x.example/s"), Some(&json!(2)));
        assert_eq!(find(claims, "a.d"), Some(&json!(3)));
        assert_eq!(find(claims, "a.x"), None);
        assert_eq!(find(claims, "a.b.c.d"), None);
    }
}
