//! Keys that let applications at the API: 256 random bits each, of which only the digest is kept.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tolva_schema::scope::Scopes;

use crate::entity::key;
use crate::{Ledger, LedgerError, now_ms, rfc3339};

/// How the text of a key begins: whoever finds one in a file knows what it is.
pub const PREFIX: &str = "tolva_";
/// Random bytes of the part by which a key is found.
const ID_BYTES: usize = 6;
/// Random bytes of the secret part.
const SECRET_BYTES: usize = 32;

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// What people call it.
    pub name: String,
    /// What it lets its holder do.
    pub scopes: Scopes,
    /// When it was made, milliseconds since 1970.
    pub created_at: i64,
    /// When it ends to be good; absent when it does not.
    pub expires_at: Option<i64>,
    /// When it was revoked; absent while it is good.
    pub revoked_at: Option<i64>,
}

impl Key {
    /// `valid`, `expired` or `revoked`.
    pub fn state(&self) -> &'static str {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => "revoked",
            (None, Some(end)) if end <= now_ms() => "expired",
            (None, _) => "valid",
        }
    }

    /// Whether it is good now.
    pub fn is_valid(&self) -> bool {
        self.state() == "valid"
    }
}

impl Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Key", 6)?;
        fields.serialize_field("name", &self.name)?;
        fields.serialize_field("state", self.state())?;
        fields.serialize_field("scopes", &self.scopes)?;
        fields.serialize_field("created_at", &rfc3339(self.created_at))?;
        fields.serialize_field("expires_at", &self.expires_at.map(rfc3339))?;
        fields.serialize_field("revoked_at", &self.revoked_at.map(rfc3339))?;
        fields.end()
    }
}

/// The text of a key. It is told once, to whoever makes the key, and cannot be printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Ledger {
    /// Makes a key; its secret is told here and never again.
    ///
    /// # Errors
    /// [`LedgerError::KeyExists`] while a key of that name has not been revoked; else what the
    /// database or the system's random numbers say.
    pub async fn create_key(
        &self,
        name: &str,
        scopes: Scopes,
        expires_at: Option<i64>,
    ) -> Result<(Key, Secret), LedgerError> {
        let taken = key::Entity::find()
            .filter(key::Column::Name.eq(name))
            .filter(key::Column::RevokedAt.is_null());
        if taken.one(&self.db).await?.is_some() {
            return Err(LedgerError::KeyExists(name.to_owned()));
        }
        let id: String = random::<ID_BYTES>()?.iter().map(|byte| format!("{byte:02x}")).collect();
        let secret = URL_SAFE_NO_PAD.encode(random::<SECRET_BYTES>()?);
        let created_at = now_ms();
        let model = key::ActiveModel {
            id: Set(id.clone()),
            name: Set(name.to_owned()),
            digest: Set(digest(&secret)),
            scopes: Set(scopes.to_string()),
            created_at: Set(created_at),
            expires_at: Set(expires_at),
            revoked_at: Set(None),
        };
        // Of two that make the same name at once, the index lets one through.
        key::Entity::insert(model).exec_without_returning(&self.db).await?;
        let made = Key { name: name.to_owned(), scopes, created_at, expires_at, revoked_at: None };
        Ok((made, Secret(format!("{PREFIX}{id}_{secret}"))))
    }

    /// Every key that was ever made, by name, the newest of a name first.
    pub async fn keys(&self) -> Result<Vec<Key>, LedgerError> {
        let keys = key::Entity::find()
            .order_by_asc(key::Column::Name)
            .order_by_desc(key::Column::CreatedAt);
        keys.all(&self.db).await?.into_iter().map(read).collect()
    }

    /// Ends a key for good; requests from then on are refused.
    ///
    /// # Errors
    /// [`LedgerError::NoKey`] when none of that name is left to revoke.
    pub async fn revoke_key(&self, name: &str) -> Result<Key, LedgerError> {
        let revoked = key::Entity::update_many()
            .set(key::ActiveModel { revoked_at: Set(Some(now_ms())), ..Default::default() })
            .filter(key::Column::Name.eq(name))
            .filter(key::Column::RevokedAt.is_null());
        let mut revoked = revoked.exec_with_returning(&self.db).await?.into_iter();
        revoked.next().map(read).transpose()?.ok_or_else(|| LedgerError::NoKey(name.to_owned()))
    }

    /// The key whose text this is, good or no longer; none if there is no such key. How long it takes
    /// tells nothing of the secret part.
    pub async fn key(&self, text: &str) -> Result<Option<Key>, LedgerError> {
        let Some((id, secret)) = text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'))
        else {
            return Ok(None);
        };
        let found = key::Entity::find_by_id(id.to_owned()).one(&self.db).await?;
        let found = found.filter(|model| digest(secret).ct_eq(&model.digest).into());
        found.map(read).transpose()
    }
}

fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

fn random<const N: usize>() -> Result<[u8; N], LedgerError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| LedgerError::Io(error.into()))?;
    Ok(bytes)
}

fn read(model: key::Model) -> Result<Key, LedgerError> {
    let corrupt = |error| LedgerError::Corrupt(format!("key {}: {error}", model.name));
    Ok(Key {
        scopes: model.scopes.parse().map_err(corrupt)?,
        name: model.name,
        created_at: model.created_at,
        expires_at: model.expires_at,
        revoked_at: model.revoked_at,
    })
}
