//! Who asks.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use tolva_ledger::{KEY_PREFIX, Key};
use tolva_schema::scope::{Scope, Scopes};

use super::credential::Credential;
use super::token::Bearer;
use crate::options::Read;
use crate::problem::Problem;
use crate::state::State;

/// Who asks: nobody in particular, or the holder of a key. Handlers take it as an argument.
///
/// A request that shows a credential which is not good is refused, even where none is needed; one that
/// shows nothing, where reading needs a key, before anything is looked up: it learns no names.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    name: Option<String>,
    scopes: Scopes,
    /// Whether whoever comes may read.
    open: bool,
}

impl Caller {
    /// What the key is called; none for a request without one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether this one may do something with a dataset.
    pub fn may(&self, scope: Scope, dataset: &str) -> bool {
        (scope == Scope::Read && self.open) || self.scopes.include(scope, dataset)
    }

    /// Refuses who may not do something with a dataset.
    ///
    /// # Errors
    /// [`Problem::Anonymous`] when nothing was shown, [`Problem::Forbidden`] when it does not suffice.
    pub fn require(&self, scope: Scope, dataset: &str) -> Result<(), Problem> {
        if self.may(scope, dataset) { Ok(()) } else { Err(self.refusal(scope, Some(dataset))) }
    }

    /// Refuses who may not do something with every dataset.
    ///
    /// # Errors
    /// As [`Caller::require`].
    pub fn require_all(&self, scope: Scope) -> Result<(), Problem> {
        if (scope == Scope::Read && self.open) || self.scopes.include_all(scope) {
            return Ok(());
        }
        Err(self.refusal(scope, None))
    }

    /// Refuses who may not do something with the dataset that is named, or with all where none is.
    ///
    /// # Errors
    /// As [`Caller::require`].
    pub fn require_named(&self, scope: Scope, dataset: Option<&str>) -> Result<(), Problem> {
        match dataset {
            Some(dataset) => self.require(scope, dataset),
            None => self.require_all(scope),
        }
    }

    fn refusal(&self, scope: Scope, dataset: Option<&str>) -> Problem {
        match &self.name {
            None => Problem::Anonymous,
            Some(name) => Problem::Forbidden {
                name: name.clone(),
                scope,
                dataset: dataset.map(str::to_owned),
            },
        }
    }

    async fn of(state: &State, credential: Option<Credential>) -> Result<Self, Problem> {
        let open = state.options().read == Read::Open;
        let Some(credential) = credential else {
            let nobody = Self { open, ..Self::default() };
            return if open { Ok(nobody) } else { Err(Problem::Anonymous) };
        };
        let found = Self::found(state, &credential, open).await?;
        if let Some(name) = &found.name {
            state.rates().key(name)?;
        }
        Ok(found)
    }

    async fn found(state: &State, credential: &Credential, open: bool) -> Result<Self, Problem> {
        let text = credential.reveal().to_owned();
        if let Some(tokens) = state.tokens().filter(|_| !text.starts_with(KEY_PREFIX)) {
            let Bearer { name, scopes } = tokens.read(&text)?;
            return Ok(Self { name: Some(name), scopes, open });
        }
        let key = state.ask(move |ledger| async move { ledger.key(&text).await }).await?;
        // One answer for whatever is not good: whoever guesses learns nothing.
        let Key { name, scopes, .. } = key
            .filter(Key::is_valid)
            .ok_or(Problem::Credential { why: "no such key is in force" })?;
        Ok(Self { name: Some(name), scopes, open })
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let credential = Credential::of(request);
        let state = request.app_data::<web::Data<State>>().cloned();
        Box::pin(async move {
            let state = state
                .ok_or_else(|| Problem::Internal { cause: "the state is missing".to_owned() })?;
            Self::of(&state, credential?).await
        })
    }
}
