//! What stands between a role and a server: it can cut, stall and refuse connections.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// A port that leads to another one. Its threads end with its connections.
pub struct Proxy {
    pub port: u16,
    line: Arc<Line>,
}

struct Line {
    to: u16,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Nothing is passed on, and nobody is told.
    stalled: bool,
    /// Everything is cut once so many bytes more were passed on to the server.
    cut_after: Option<usize>,
    /// New connections are ended at once.
    refusing: bool,
    /// The proxy is gone.
    ended: bool,
    next: u64,
    connections: Vec<(u64, TcpStream, TcpStream)>,
}

impl Proxy {
    /// To a port of this machine.
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let own = listener.local_addr().expect("bound").port();
        let line =
            Arc::new(Line { to: port, state: Mutex::default(), changed: Condvar::default() });
        let accepting = Arc::clone(&line);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if accepting.state().ended {
                    break;
                }
                accepting.connect(client);
            }
        });
        Self { port: own, line }
    }

    /// Cuts every connection.
    pub fn cut(&self) {
        self.line.cut(&mut self.line.state());
    }

    /// Cuts every connection once so many bytes more were passed on to the server: in the middle of
    /// whatever is being said then.
    pub fn cut_after(&self, bytes: usize) {
        self.line.state().cut_after = Some(bytes);
    }

    /// Passes nothing on until told otherwise.
    pub fn stall(&self, stalled: bool) {
        self.line.state().stalled = stalled;
        self.line.changed.notify_all();
    }

    /// Ends new connections at once until told otherwise.
    pub fn refuse(&self, refusing: bool) {
        self.line.state().refusing = refusing;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.line.state().ended = true;
        self.stall(false);
        self.cut();
        // Whoever accepts has to be woken.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
    }
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(self: &Arc<Self>, client: TcpStream) {
        if self.state().refusing {
            return;
        }
        // The server may be away: then the client's connection ends as well.
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.to)) else { return };
        let copy = |stream: &TcpStream| stream.try_clone().expect("a descriptor");
        for stream in [&client, &server] {
            stream.set_nodelay(true).expect("TCP");
        }
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        state.connections.push((number, copy(&client), copy(&server)));
        drop(state);
        for (from, to, asks) in [(copy(&client), copy(&server), true), (server, client, false)] {
            let line = Arc::clone(self);
            thread::spawn(move || {
                line.pass(from, to, asks);
                line.forget(number);
            });
        }
    }

    /// Passes on what one side says, until it has nothing to say any more.
    fn pass(&self, mut from: TcpStream, mut to: TcpStream, asks: bool) {
        let mut buffer = [0; 16 * 1024];
        loop {
            let Ok(mut length @ 1..) = from.read(&mut buffer) else { return };
            let mut state = self.state();
            while state.stalled {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            let mut last = false;
            if asks && let Some(left) = &mut state.cut_after {
                last = *left < length;
                length = length.min(*left);
                *left -= length;
            }
            drop(state);
            if to.write_all(&buffer[..length]).is_err() {
                return;
            }
            if last {
                let mut state = self.state();
                state.cut_after = None;
                return self.cut(&mut state);
            }
        }
    }

    fn cut(&self, state: &mut State) {
        for (_, client, server) in state.connections.drain(..) {
            // It may have been closed already.
            drop(client.shutdown(Shutdown::Both));
            drop(server.shutdown(Shutdown::Both));
        }
    }

    fn forget(&self, number: u64) {
        let mut state = self.state();
        if let Some(at) = state.connections.iter().position(|(known, ..)| *known == number) {
            let (_, client, server) = state.connections.swap_remove(at);
            drop(client.shutdown(Shutdown::Both));
            drop(server.shutdown(Shutdown::Both));
        }
    }
}
