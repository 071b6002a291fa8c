//! A connection to the broker, with one channel on it that confirms what is published.

use std::str::FromStr;
use std::time::Duration;

use lapin::options::ConfirmSelectOptions;
use lapin::protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError};
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties, ErrorKind};

use super::topology::Topology;
use crate::bus::BusError;

/// How long the broker may take to answer anything. One that froze is left after that.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// Seconds between two signs of life, unless the URL says otherwise (`?heartbeat=`).
const HEARTBEAT: u16 = 10;

/// Where the broker is, and what is there.
#[derive(Clone)]
pub struct Broker {
    pub uri: AMQPUri,
    pub topology: Topology,
}

impl Broker {
    /// Reads the URL.
    pub fn new(url: &str, topology: Topology) -> Result<Self, BusError> {
        // What it says of a URL that it cannot read may show the password.
        let mut uri = AMQPUri::from_str(url).map_err(|_| {
            BusError::Misconfigured(
                "broker.url cannot be read; it looks like amqp://user:password@host:5672/%2f, and \
                 signs like @ : / in a password are written as %40 %3A %2F"
                    .to_owned(),
            )
        })?;
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        Ok(Self { uri, topology })
    }

    /// Connects and sees to it that everything is there that is published to.
    pub async fn open(&self) -> Result<Open, BusError> {
        let open = Open::new(self).await?;
        match within(self.topology.declare(&open.channel)).await {
            Ok(()) => Ok(open),
            // This user may not declare: somebody else has, or will.
            Err(Failure::Broker(error)) if is_soft(&error, AMQPSoftError::ACCESSREFUSED) => {
                open.close().await;
                Open::new(self).await
            }
            Err(Failure::Broker(error)) if is_soft(&error, AMQPSoftError::PRECONDITIONFAILED) => {
                Err(BusError::Misconfigured(format!(
                    "an exchange or a queue is there already, but of another kind; delete it, or \
                     choose another broker.name: {error}"
                )))
            }
            Err(failure) => Err(failure.into()),
        }
    }
}

/// A connection and its channel.
pub struct Open {
    pub connection: Connection,
    pub channel: Channel,
}

impl Open {
    async fn new(broker: &Broker) -> Result<Self, BusError> {
        let name = format!("tolva {}", std::process::id());
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let connecting = Connection::connect_uri(broker.uri.clone(), properties);
        let connection = within(connecting).await.map_err(|failure| match failure {
            Failure::Broker(error) if is_refused(&error) => BusError::Misconfigured(format!(
                "the broker refuses user, password or virtual host of broker.url: {error}"
            )),
            other => other.into(),
        })?;
        let channel = within(connection.create_channel()).await?;
        within(channel.confirm_select(ConfirmSelectOptions::default())).await?;
        Ok(Self { connection, channel })
    }

    /// Says goodbye; what is not settled goes back to its queue.
    pub async fn close(self) {
        // Whoever cannot be told notices by himself.
        drop(within(self.connection.close(200, "goodbye".into())).await);
    }
}

/// What came of asking the broker.
pub enum Failure {
    Broker(lapin::Error),
    Silence,
}

/// Waits for an answer of the broker, though not for ever.
pub async fn within<T>(answer: impl Future<Output = lapin::Result<T>>) -> Result<T, Failure> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => answer.map_err(Failure::Broker),
        Err(_) => Err(Failure::Silence),
    }
}

impl From<Failure> for BusError {
    fn from(failure: Failure) -> Self {
        Self::Unavailable(match failure {
            Failure::Broker(error) => error.to_string(),
            Failure::Silence => format!("no answer within {} s", PATIENCE.as_secs()),
        })
    }
}

fn is_soft(error: &lapin::Error, wanted: AMQPSoftError) -> bool {
    matches!(error.kind(), ErrorKind::ProtocolError(error)
        if *error.kind() == AMQPErrorKind::Soft(wanted))
}

/// Wrong credentials are a soft error before there is a channel; a virtual host that is not there, or
/// not for this user, is a hard one.
fn is_refused(error: &lapin::Error) -> bool {
    is_soft(error, AMQPSoftError::ACCESSREFUSED)
        || matches!(error.kind(), ErrorKind::ProtocolError(error)
            if *error.kind() == AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED))
}
