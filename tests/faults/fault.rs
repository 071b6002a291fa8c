//! The faults, how they begin and how they end.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use fastrand::Rng;

use crate::broker;
use crate::house::House;
use crate::servers::Server;

/// Longer than a lease lasts without a heartbeat.
const PAST_THE_LEASE: u64 = 33_000;
/// Longer than databases may take to answer.
const PAST_TIMEOUTS: u64 = 12_000;

/// Something that goes wrong; roles by their place in the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    RoleKilled(usize),
    RoleAsked(usize),
    RoleFrozen(usize),
    /// Frozen for so long that another worker takes over.
    RoleFrozenPastItsLease(usize),
    ServerKilled(Server),
    ServerStopped(Server),
    ServerFrozen(Server),
    Cut(usize, Server),
    CutInMidStatement(usize, Server),
    Stalled(usize, Server),
    Refused(usize, Server),
    DiskFull,
    MessagesCopied,
    /// A message that nobody can read, with its number.
    Poison(u64),
}

impl Fault {
    /// Any of them, for that many roles. Those that say most come most often.
    pub fn any(random: &mut Rng, roles: usize) -> Self {
        let role = random.usize(..roles);
        let server = Server::ALL[random.usize(..3)];
        match random.u8(..27) {
            0..=6 => Self::RoleKilled(role),
            7 => Self::RoleAsked(role),
            8..=9 => Self::RoleFrozen(role),
            10 => Self::RoleFrozenPastItsLease(role),
            11..=12 => Self::ServerKilled(server),
            13 => Self::ServerStopped(server),
            14..=15 => Self::ServerFrozen(server),
            16 => Self::Cut(role, server),
            17..=20 => Self::CutInMidStatement(role, server),
            21 => Self::Stalled(role, server),
            22 => Self::Refused(role, server),
            23 => Self::DiskFull,
            24 => Self::Poison(random.u64(..)),
            _ => Self::MessagesCopied,
        }
    }

    /// Its name, for the tally.
    pub fn kind(self) -> String {
        match self {
            Self::RoleKilled(_) => "a role killed".to_owned(),
            Self::RoleAsked(_) => "a role asked to end".to_owned(),
            Self::RoleFrozen(_) => "a role frozen".to_owned(),
            Self::RoleFrozenPastItsLease(_) => "a role frozen past its lease".to_owned(),
            Self::ServerKilled(server) => format!("{server} killed"),
            Self::ServerStopped(server) => format!("{server} stopped"),
            Self::ServerFrozen(server) => format!("{server} frozen"),
            Self::Cut(_, server) => format!("connections to {server} cut"),
            Self::CutInMidStatement(_, server) => format!("{server} cut in mid-statement"),
            Self::Stalled(_, server) => format!("connections to {server} stalled"),
            Self::Refused(_, server) => format!("connections to {server} refused"),
            Self::DiskFull => "the landing's disk full".to_owned(),
            Self::MessagesCopied => "messages copied and reordered".to_owned(),
            Self::Poison(_) => "a message that nobody can read".to_owned(),
        }
    }

    /// Whether one can be told from the other while both last.
    pub fn excludes(self, other: Self) -> bool {
        self.role().is_some() && self.role() == other.role()
            || self.server().is_some() && self.server() == other.server()
    }

    fn role(self) -> Option<usize> {
        match self {
            Self::RoleKilled(role)
            | Self::RoleAsked(role)
            | Self::RoleFrozen(role)
            | Self::RoleFrozenPastItsLease(role)
            | Self::Cut(role, _)
            | Self::CutInMidStatement(role, _)
            | Self::Stalled(role, _)
            | Self::Refused(role, _) => Some(role),
            _ => None,
        }
    }

    fn server(self) -> Option<Server> {
        match self {
            Self::ServerKilled(server)
            | Self::ServerStopped(server)
            | Self::ServerFrozen(server) => Some(server),
            Self::DiskFull => Some(Server::Postgres),
            Self::MessagesCopied | Self::Poison(_) => Some(Server::Rabbitmq),
            _ => None,
        }
    }

    /// Lets it begin; gives how long it lasts (milliseconds), or why it could not be.
    pub fn begin(self, house: &mut House, random: &mut Rng, long: bool) -> Result<u64, String> {
        match self {
            Self::RoleKilled(role) => {
                house.roles[role].kill();
                Ok(random.u64(..1_500))
            }
            Self::RoleAsked(role) => {
                house.roles[role].terminate();
                Ok(random.u64(..1_000))
            }
            Self::RoleFrozen(role) => {
                house.roles[role].freeze();
                Ok(random.u64(100..4_000))
            }
            Self::RoleFrozenPastItsLease(role) => {
                house.roles[role].freeze();
                if long {
                    return Ok(PAST_THE_LEASE + random.u64(..5_000));
                }
                // The short run has no half minute for each.
                Ok(random.u64(4_000..7_000))
            }
            Self::ServerKilled(server) => {
                house.servers.kill(server);
                Ok(random.u64(..2_500))
            }
            Self::ServerStopped(server) => {
                house.servers.stop(server);
                Ok(random.u64(..2_500))
            }
            Self::ServerFrozen(server) => {
                house.servers.freeze(server);
                Ok(random.u64(300..if long { PAST_TIMEOUTS } else { 6_000 }))
            }
            Self::Cut(role, server) => {
                house.roles[role].proxy(server).cut();
                Ok(0)
            }
            Self::CutInMidStatement(role, server) => {
                house.roles[role].proxy(server).cut_after(random.usize(1..20_000));
                Ok(0)
            }
            Self::Stalled(role, server) => {
                house.roles[role].proxy(server).stall(true);
                Ok(random.u64(500..6_000))
            }
            Self::Refused(role, server) => {
                let proxy = house.roles[role].proxy(server);
                proxy.refuse(true);
                proxy.cut();
                Ok(random.u64(500..4_000))
            }
            Self::DiskFull => {
                let ballast = ballast(house).ok_or("nobody may mount a small disk here")?;
                fill(&ballast);
                Ok(random.u64(500..4_000))
            }
            Self::MessagesCopied => {
                let url = house.servers.url(Server::Rabbitmq);
                let copies = broker::publish_copies(url, random).map_err(|why| why.to_string())?;
                if copies == 0 { Err("there was no message to copy".to_owned()) } else { Ok(0) }
            }
            Self::Poison(number) => {
                let url = house.servers.url(Server::Rabbitmq);
                broker::poison(url, &poison(number)).map_err(|why| why.to_string())?;
                Ok(0)
            }
        }
    }

    /// Has a worker's lease expire that is frozen, where nobody waits for the clock.
    pub fn expires_leases(self, long: bool) -> bool {
        matches!(self, Self::RoleFrozenPastItsLease(_)) && !long
    }

    /// Ends it: everything is as it was.
    pub fn end(self, house: &mut House) {
        match self {
            Self::RoleKilled(role) => house.roles[role].start(),
            Self::RoleAsked(role) => {
                let role = &mut house.roles[role];
                role.drained();
                role.start();
            }
            Self::RoleFrozen(role) | Self::RoleFrozenPastItsLease(role) => house.roles[role].thaw(),
            Self::ServerKilled(server) | Self::ServerStopped(server) => {
                house.servers.restart(server);
            }
            Self::ServerFrozen(server) => house.servers.thaw(server),
            Self::Stalled(role, server) => house.roles[role].proxy(server).stall(false),
            Self::Refused(role, server) => house.roles[role].proxy(server).refuse(false),
            Self::DiskFull => {
                let ballast = ballast(house).expect("it was filled");
                fs::remove_file(ballast).expect("it is there");
            }
            Self::Cut(..)
            | Self::CutInMidStatement(..)
            | Self::MessagesCopied
            | Self::Poison(_) => {}
        }
    }
}

/// A message that nobody can read.
pub fn poison(number: u64) -> String {
    format!("poison {number}")
}

/// The file that fills the disk of the landing.
fn ballast(house: &House) -> Option<PathBuf> {
    Some(house.servers.disk.as_ref()?.parent()?.join("ballast"))
}

/// Writes until nothing more fits.
fn fill(ballast: &PathBuf) {
    let mut file = File::create(ballast).expect("made");
    for size in [1 << 20, 1 << 12] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}
