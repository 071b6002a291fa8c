//! The keys that signatures of tokens are checked by: a JSON Web Key Set in a file.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Bytes that a shared secret has at least, as RFC 7518 asks for.
const LEAST_SECRET: usize = 32;
/// Bytes that the modulus of an RSA key has at least: 2,048 bits.
const LEAST_MODULUS: usize = 256;
/// Bytes of an Ed25519 key.
const ED25519: usize = 32;

/// A key, with the one algorithm that it is for: whatever a token says of itself.
pub struct Verifier {
    /// Its name in the set.
    pub id: Option<String>,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The key.
    pub key: DecodingKey,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    kid: Option<String>,
    crv: Option<String>,
    k: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    d: Option<IgnoredAny>,
}

/// Reads a file of keys. Those for something else, or of a kind that is not known, are passed over, as
/// RFC 7517 asks for.
///
/// # Errors
/// What is wrong with it, without a word of what is in it.
pub fn read(file: &Path) -> Result<Vec<Verifier>, String> {
    let name = file.display();
    let text = fs::read(file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    let set: Set = serde_json::from_slice(&text).map_err(|error| {
        // The place only: the message may quote what stands there.
        let (line, column) = (error.line(), error.column());
        format!(
            "{name} is no JSON Web Key Set ({{\"keys\": [{{\"kty\": …}}]}}): line {line}, column \
             {column}"
        )
    })?;
    let mut verifiers: Vec<Verifier> = Vec::new();
    for (at, jwk) in set.keys.iter().enumerate() {
        let number = at + 1;
        let Some(verifier) =
            verifier(jwk).map_err(|why| format!("key {number} of {name}: {why}"))?
        else {
            tracing::warn!("key {number} of {name} is not for HS256, RS256 or EdDSA: passed over");
            continue;
        };
        let same = |other: &Verifier| other.id.is_some() && other.id == verifier.id;
        if verifiers.iter().any(same) {
            return Err(format!("key {number} of {name} has a `kid` that another one has"));
        }
        verifiers.push(verifier);
    }
    if verifiers.is_empty() {
        return Err(format!("{name} has no key for HS256, RS256 or EdDSA"));
    }
    Ok(verifiers)
}

fn verifier(jwk: &Jwk) -> Result<Option<Verifier>, String> {
    let algorithm = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("oct", _) => Algorithm::HS256,
        ("RSA", _) => Algorithm::RS256,
        ("OKP", Some("Ed25519")) => Algorithm::EdDSA,
        _ => return Ok(None),
    };
    let named = |alg: &str| {
        matches!(
            (alg, algorithm),
            ("HS256", Algorithm::HS256)
                | ("RS256", Algorithm::RS256)
                | ("EdDSA" | "Ed25519", Algorithm::EdDSA)
        )
    };
    let other = jwk.alg.as_deref().is_some_and(|alg| !named(alg));
    if other || jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
        return Ok(None);
    }
    if jwk.d.is_some() {
        return Err("it is a private key; the API needs the public one only: leave out `d` and \
                    whatever else is secret"
            .to_owned());
    }
    let key = match algorithm {
        Algorithm::HS256 => {
            let secret = member("k", jwk.k.as_deref())?;
            if secret.len() < LEAST_SECRET {
                return Err(format!(
                    "the secret `k` has {} bytes, and {LEAST_SECRET} are the least: `openssl rand \
                     32 | basenc --base64url` makes one",
                    secret.len()
                ));
            }
            DecodingKey::from_secret(&secret)
        }
        Algorithm::RS256 => {
            let (n, e) = (member("n", jwk.n.as_deref())?, member("e", jwk.e.as_deref())?);
            let length = n.iter().skip_while(|byte| **byte == 0).count();
            if length < LEAST_MODULUS {
                return Err(format!("it has {} bits, and 2048 are the least", length * 8));
            }
            DecodingKey::from_rsa_raw_components(&n, &e)
        }
        _ => {
            let x = member("x", jwk.x.as_deref())?;
            if x.len() != ED25519 {
                return Err(format!("`x` has {} bytes, and {ED25519} is right", x.len()));
            }
            DecodingKey::from_ed_der(&x)
        }
    };
    Ok(Some(Verifier { id: jwk.kid.clone(), algorithm, key }))
}

fn member(name: &str, text: Option<&str>) -> Result<Vec<u8>, String> {
    let text = text.ok_or_else(|| format!("`{name}` is missing"))?;
    URL_SAFE_NO_PAD
        .decode(text.trim_end_matches('='))
        .map_err(|_| format!("`{name}` is not written in base64url"))
}
