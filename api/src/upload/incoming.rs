//! A body on its way into the landing: it ends well only if somebody says so.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::web::Bytes;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;
use tolva_ledger::whole::Glance;

/// Pieces that wait for the database before the client has to wait.
const WAITING: usize = 8;

/// Why what came is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// It holds nothing.
    #[error("the file is empty")]
    Empty,
    /// It is a ZIP without its end.
    #[error("the file lacks its end")]
    Torn,
    /// Whoever sent it stopped.
    #[error("the upload was broken off")]
    Off,
}

enum Piece {
    Bytes(Bytes),
    End,
}

/// Where a body goes in.
pub struct Outlet(mpsc::Sender<Piece>);

impl Outlet {
    /// Sends a piece; false when nobody takes it.
    pub async fn send(&self, piece: Bytes) -> bool {
        self.0.send(Piece::Bytes(piece)).await.is_ok()
    }

    /// Says that this was all. Without it, what was sent is not taken.
    pub async fn end(self) {
        // Nobody takes it: then that one knows why.
        drop(self.0.send(Piece::End).await);
    }
}

/// Where it comes out.
pub struct Incoming {
    pieces: mpsc::Receiver<Piece>,
    now: Bytes,
    ended: bool,
    glance: Glance,
    name: PathBuf,
}

/// A way for the bytes of a file of this name.
pub fn channel(name: &str) -> (Outlet, Incoming) {
    let (sender, pieces) = mpsc::channel(WAITING);
    let incoming = Incoming {
        pieces,
        now: Bytes::new(),
        ended: false,
        glance: Glance::default(),
        name: name.into(),
    };
    (Outlet(sender), incoming)
}

impl AsyncRead for Incoming {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.now.is_empty() && !self.ended {
            match self.pieces.poll_recv(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Piece::Bytes(bytes))) => {
                    self.glance.see(&bytes);
                    self.now = bytes;
                }
                Poll::Ready(Some(Piece::End)) => {
                    let Self { glance, name, ended, .. } = &mut *self;
                    *ended = true;
                    if glance.is_empty() {
                        return Poll::Ready(Err(io::Error::other(Broken::Empty)));
                    }
                    if !glance.is_whole(name) {
                        return Poll::Ready(Err(io::Error::other(Broken::Torn)));
                    }
                }
                Poll::Ready(None) => return Poll::Ready(Err(io::Error::other(Broken::Off))),
            }
        }
        let most = self.now.len().min(buffer.remaining());
        let piece = self.now.split_to(most);
        buffer.put_slice(&piece);
        Poll::Ready(Ok(()))
    }
}
