//! How the API is to behave.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, de};

pub use crate::address::Network;

/// How the API is to behave: the settings `api.*`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Where it listens, HOST:PORT; port 0 is any free one.
    pub listen: String,
    /// Who may read.
    pub read: Read,
    /// Tokens; none are accepted without it.
    pub jwt: Option<Jwt>,
    /// A certificate; without it, it speaks HTTP that is not encrypted.
    pub tls: Option<Tls>,
    /// Origins whose pages may read answers: `https://app.example`, or `*` for every one.
    #[serde(deserialize_with = "list")]
    pub cors: Vec<String>,
    /// Proxies that say truly for whom they ask: addresses or networks.
    #[serde(deserialize_with = "list")]
    pub proxies: Vec<Network>,
    /// How many requests may come in a time.
    pub rate: Rate,
    /// How much of anything a request may be.
    pub limits: Limits,
    /// Rows of one answer at most; of what is embedded in a row as well.
    pub rows: Option<NonZeroU32>,
    /// Bytes of answers that are kept in memory for those who ask for the same; none at 0.
    pub cache: ByteSize,
    /// Seconds that one statement of a request may take.
    pub timeout: NonZeroU32,
    /// Seconds that a client may take for a part of an answer before it is cut off.
    pub patience: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            read: Read::default(),
            jwt: None,
            tls: None,
            cors: Vec::new(),
            proxies: Vec::new(),
            rate: Rate::default(),
            limits: Limits::default(),
            rows: None,
            cache: ByteSize::mib(32),
            timeout: NonZeroU32::MIN.saturating_add(29),
            patience: 30,
        }
    }
}

impl Options {
    /// How long one statement of a request may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout.get()))
    }

    /// How long a client may take for a part of an answer.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.patience)
    }
}

/// Who may read. Writing and uploading always need a key or a token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Read {
    /// Everybody who reaches it.
    #[default]
    Open,
    /// Who has the scope.
    Key,
}

/// Tokens that somebody else signs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jwt {
    /// The file of keys that signatures are checked by, a JSON Web Key Set.
    pub jwks: PathBuf,
    /// Names of this API: a token is for one of them.
    #[serde(default, deserialize_with = "list")]
    pub audience: Vec<String>,
    /// Who may issue tokens; anybody whose key is in the file, if nobody is named.
    #[serde(default, deserialize_with = "list")]
    pub issuer: Vec<String>,
    /// The claim that has the scopes.
    #[serde(default = "scope")]
    pub claim: String,
}

fn scope() -> String {
    "scope".to_owned()
}

/// A certificate and its key, in PEM files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The file of the certificate, and of those that lead from it to one that clients know.
    pub certificate: PathBuf,
    /// The file of its private key.
    pub key: PathBuf,
}

/// How many requests may come in a time; as many as can be served unless it is said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rate {
    /// Requests a second from one address.
    pub address: Option<NonZeroU32>,
    /// Requests a second with one key or token.
    pub key: Option<NonZeroU32>,
    /// Seconds whose requests may come at once, after a rest.
    pub burst: NonZeroU32,
}

impl Default for Rate {
    fn default() -> Self {
        Self { address: None, key: None, burst: NonZeroU32::MIN.saturating_add(9) }
    }
}

/// How much of anything a request may be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes of path and query.
    pub url: ByteSize,
    /// Bytes of all headers.
    pub headers: ByteSize,
    /// Bytes of a body that writes rows.
    pub body: ByteSize,
    /// Bytes of a file that is uploaded.
    pub upload: ByteSize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            url: ByteSize::kb(65),
            headers: ByteSize::kib(32),
            body: ByteSize::mib(16),
            upload: ByteSize::gib(1),
        }
    }
}

/// A list, or one text with commas or spaces in it: variables of the environment are texts.
fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct List<T>(std::marker::PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list of texts")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<T>, E> {
            let words = text.split([',', ' ']).filter(|word| !word.is_empty());
            words
                .map(|word| T::deserialize(de::value::StringDeserializer::new(word.to_owned())))
                .collect()
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut all = Vec::new();
            while let Some(one) = list.next_element()? {
                all.push(one);
            }
            Ok(all)
        }
    }
    deserializer.deserialize_any(List(std::marker::PhantomData))
}
