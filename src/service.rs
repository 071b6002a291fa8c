//! The parts that run until they are told to stop, and their end: each role is some of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use miette::{Context, IntoDiagnostic};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tolva_api::Server;
use tolva_events::{Bus, Link};
use tolva_ledger::Ledger;
use tolva_loader::{LoadError, Work};
use tolva_telemetry::{Health, Heart, Vitals};
use tolva_watcher::Watcher;

use crate::app::App;
use crate::exit::Exit;
use crate::opening;
use crate::settings::Settings;

/// How often the folder of contracts is looked at.
const CONTRACTS: Duration = Duration::from_secs(1);

/// Where health and figures are told, unless it is configured.
const TELEMETRY: &str = "127.0.0.1:9464";

/// The parts of a role.
pub struct Service {
    role: &'static str,
    app: Arc<App>,
    vitals: Vitals,
    /// What tells of health and figures, unless the API does.
    told: Option<tolva_telemetry::Server>,
    inbox: Option<PathBuf>,
    told_to_stop: BoxFuture<'static, ()>,
    stop: watch::Sender<bool>,
    parts: JoinSet<miette::Result<()>>,
}

impl Service {
    /// Reaches the ledger, however long that takes, and tells at `listen` how that stands. It has no
    /// parts yet; it is none at all when it was told to stop before.
    pub async fn open(
        role: &'static str,
        settings: Settings,
        listen: Option<&str>,
    ) -> miette::Result<Option<Self>> {
        let mut told_to_stop = told_to_stop()?;
        let vitals = Vitals::new(Health::new());
        vitals.health().waits("ledger", "it was not asked yet");
        vitals.health().waits(role, "it is starting");
        let tell = |listen| tolva_telemetry::listen(vitals.clone(), listen);
        let told = match listen {
            Some(listen) => tell(listen),
            // Several processes of one host need not be told where.
            None => tell(TELEMETRY).or_else(|_| tell("127.0.0.1:0")),
        };
        let told = Some(told.into_diagnostic()?);
        let reached = tokio::select! {
            reached = opening::reach(&settings, &vitals) => reached?,
            () = &mut told_to_stop => return Ok(None),
        };
        let app = Arc::new(App::over(reached, settings));
        let (stop, parts) = (watch::Sender::new(false), JoinSet::new());
        Ok(Some(Self { role, app, vitals, told, inbox: None, told_to_stop, stop, parts }))
    }

    /// What the parts share.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Watches the inbox. Without a bus, publishing is left to workers.
    pub fn watch(&mut self, bus: Option<Arc<dyn Bus>>) -> miette::Result<()> {
        let inbox = &self.app.settings.inbox;
        std::fs::create_dir_all(inbox)
            .into_diagnostic()
            .wrap_err_with(|| format!("the inbox {} cannot be made", inbox.display()))?;
        self.inbox = Some(inbox.clone());
        let folder = inbox.clone();
        self.vitals.check("inbox", move || match std::fs::read_dir(&folder) {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("{} cannot be read: {error}", folder.display())),
        });
        if let Some(bus) = &bus {
            self.follow_link(&**bus);
        }
        let watcher = Watcher::new(self.app.ledger.clone(), inbox.clone(), bus);
        let stopped = self.stop.subscribe();
        self.parts.spawn(async move { watcher.run(stopped).await.into_diagnostic() });
        Ok(())
    }

    /// Loads, and puts contracts in force when their files change.
    pub async fn work(&mut self, bus: Arc<dyn Bus>) -> miette::Result<()> {
        self.follow_link(&*bus);
        let mut seen = listing(&self.app.settings.datasets);
        match self.app.sync().await {
            Ok(()) => {}
            Err(error @ LoadError::Retry(_)) => {
                tracing::warn!("the contracts cannot be put in force yet: {error}");
                seen.clear();
            }
            Err(error) => return Err(error).into_diagnostic(),
        }
        // Only to tell: it is no reason to end.
        for target in self.app.ledger.skipped_targets().await.unwrap_or_default() {
            tracing::info!(target = %target, "skipped: no URL (targets.{target}.url)");
        }
        let settings = self.app.settings.work;
        let work = Work {
            loads: settings.loads,
            drain: Duration::from_secs(settings.drain),
            follow: tolva_telemetry::follow,
        };
        let (loader, stopped) = (self.app.loader.clone(), self.stop.subscribe());
        self.parts.spawn(async move {
            tolva_loader::work(loader, bus, work, stopped).await.into_diagnostic()
        });
        let (app, stopped) = (Arc::clone(&self.app), self.stop.subscribe());
        self.parts.spawn(async move {
            follow_contracts(&app, seen, stopped).await;
            Ok(())
        });
        Ok(())
    }

    /// Lets the health of a broker be known, where there is one.
    fn follow_link(&self, bus: &dyn Bus) {
        if self.app.settings.broker.url.is_none() {
            return;
        }
        let (health, mut link) = (self.vitals.health().clone(), bus.link());
        tokio::spawn(async move {
            loop {
                match &*link.borrow_and_update() {
                    Link::Idle => {}
                    Link::Up => health.ready("broker"),
                    Link::Down(why) => health.waits("broker", why),
                }
                if link.changed().await.is_err() {
                    return;
                }
            }
        });
    }

    /// The API, which takes the place of what told of health until now.
    pub async fn listen(&mut self, listen: &str) -> miette::Result<Server> {
        // A pool of its own: readers that take long do not keep the worker from the ledger.
        let ledger = Ledger::open(&self.app.settings.database.url).await.into_diagnostic()?;
        let ledger = ledger.heard_by(&self.app.ledger);
        let mut options =
            tolva_api::Options { listen: listen.to_owned(), ..self.app.settings.api.clone() };
        if let Some(told) = self.told.take() {
            if options.listen.ends_with(":0") {
                options.listen = told.address().to_string();
            }
            told.stop().await;
        }
        tolva_api::start(ledger, self.vitals.clone(), options).await.into_diagnostic()
    }

    /// Serves what listens already.
    pub fn serve(&mut self, server: Server) {
        let (handle, mut stopped) = (server.handle(), self.stop.subscribe());
        let serving = tokio::spawn(server.run());
        self.parts.spawn(async move {
            // That nobody could tell it to stop any more is the same as being told.
            let _ = stopped.wait_for(|stop| *stop).await;
            handle.stop().await;
            serving.await.into_diagnostic()?.into_diagnostic()
        });
    }

    /// Waits for Ctrl-C or SIGTERM, or for the end of a part that ends by itself; then stops all.
    pub async fn run(mut self) -> miette::Result<Exit> {
        self.vitals.health().ready(self.role);
        let who = tolva_telemetry::instance(self.role, self.inbox.as_deref());
        let works = self.role != "serve";
        let heart = works.then(|| Heart::start(self.app.ledger.clone(), who));
        let first = tokio::select! {
            () = &mut self.told_to_stop => Ok(()),
            Some(ended) = self.parts.join_next() => ended.into_diagnostic().flatten(),
        };
        if first.is_ok() {
            tracing::info!("stopping: what is being loaded is finished first");
        }
        self.stop.send_replace(true);
        let mut outcome = first;
        while let Some(ended) = self.parts.join_next().await {
            outcome = outcome.and(ended.into_diagnostic().flatten());
        }
        // One that ends by a fault says no goodbye: it is missed.
        if let (Some(heart), Ok(())) = (heart, &outcome) {
            heart.stop().await;
        }
        if let Some(told) = self.told {
            told.stop().await;
        }
        outcome.map(|()| Exit::Done)
    }
}

/// The wish to stop: Ctrl-C or SIGTERM, heard from now on, though nobody waits for it yet.
pub fn told_to_stop() -> miette::Result<BoxFuture<'static, ()>> {
    let mut interrupt = signal(SignalKind::interrupt()).into_diagnostic()?;
    let mut terminate = signal(SignalKind::terminate()).into_diagnostic()?;
    Ok(Box::pin(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }))
}

/// A contract file as it was seen: its path, when it was changed, its size.
type Seen = (PathBuf, Option<SystemTime>, u64);

/// Puts contracts in force when their files are no longer as they were seen.
async fn follow_contracts(app: &App, mut seen: Vec<Seen>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        tokio::select! {
            () = tokio::time::sleep(CONTRACTS) => {}
            _ = stopped.changed() => break,
        }
        let now = listing(&app.settings.datasets);
        if now == seen {
            continue;
        }
        match app.sync().await {
            // Only then: what failed in passing is tried again.
            Ok(()) => {
                seen = now;
                tracing::info!("the contracts were read again");
            }
            Err(error) => tracing::warn!("the contracts cannot be applied: {error}"),
        }
    }
}

/// What tells one state of the folder from another.
fn listing(folder: &Path) -> Vec<Seen> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut list: Vec<_> = entries
        .flatten()
        .map(|entry| {
            let metadata = entry.metadata().ok();
            let size = metadata.as_ref().map_or(0, std::fs::Metadata::len);
            (entry.path(), metadata.and_then(|metadata| metadata.modified().ok()), size)
        })
        .collect();
    list.sort();
    list
}
