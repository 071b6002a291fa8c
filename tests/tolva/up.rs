//! `tolva up`, running.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use serde_json::Value;
use ureq::Agent;

use crate::house::House;
use crate::process::no_secret;
use crate::wait::{try_until, until};

/// A service that is killed when it is dropped.
pub struct Up {
    child: Child,
    /// The lines of its standard output so far.
    out: Text,
    /// What it logged so far.
    err: Text,
    readers: Vec<JoinHandle<()>>,
    secrets: Vec<String>,
    /// Where its API answers.
    pub api: String,
}

type Text = Arc<Mutex<String>>;

impl Up {
    /// Starts it on a free port and waits until it listens.
    pub fn start(house: &House, prepare: impl FnOnce(&mut Command)) -> Self {
        let mut up = Self::launch(house, prepare);
        up.api = until("the service tells its address", || {
            assert!(up.child.try_wait().expect("asked").is_none(), "it ended: {}", up.log());
            // The third line is the last one: from then on it runs.
            let out = up.out();
            let line = out.lines().nth(1).filter(|_| out.lines().count() >= 3)?;
            Some(line.split_whitespace().last()?.to_owned())
        });
        up
    }

    /// Starts it and waits for nothing.
    pub fn launch(house: &House, prepare: impl FnOnce(&mut Command)) -> Self {
        let mut command = house.tolva(&["up", "--listen", "127.0.0.1:0"]);
        prepare(&mut command);
        Self::spawn(house, command)
    }

    /// Starts any command that goes on until it is told to end.
    pub fn spawn(house: &House, mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let (out, err) = (Text::default(), Text::default());
        let readers = vec![
            collect(child.stdout.take().expect("a pipe"), Arc::clone(&out)),
            collect(child.stderr.take().expect("a pipe"), Arc::clone(&err)),
        ];
        Self { child, out, err, readers, secrets: house.secrets.clone(), api: String::new() }
    }

    /// What it printed so far.
    pub fn out(&self) -> String {
        self.out.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        self.err.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// Waits for its end, and gives how it ended and what it logged.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let status = until("the service ends", || self.child.try_wait().expect("asked"));
        for reader in self.readers.drain(..) {
            reader.join().expect("read");
        }
        (status, self.log())
    }

    /// Asks it to end, as Ctrl-C does, and gives what it logged.
    pub fn stop(self) -> String {
        self.signal("INT");
        let (status, log) = self.ended();
        assert_eq!(status.code(), Some(0), "{log}");
        log
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.ended();
    }

    /// Asks the API; gives the status and the body.
    pub fn ask(&self, path: &str) -> (u16, String) {
        ask(&self.api, path)
    }

    /// Sends something to the API with a key; gives the status and the body.
    pub fn send(&self, method: &str, path: &str, key: &str, body: &str) -> (u16, String) {
        let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.api))
            .header("authorization", format!("Bearer {key}"))
            .body(body.to_owned())
            .expect("a request");
        let mut response = agent.run(request).expect("an answer");
        let body = response.body_mut().read_to_string().expect("a whole body");
        (response.status().as_u16(), body)
    }

    /// What a path of the API gives.
    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(path);
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).expect("JSON")
    }

    /// Waits until a path of the API gives what `wanted` accepts.
    #[track_caller]
    pub fn until(&self, what: &str, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let look = || {
            let (status, body) = self.ask(path);
            match serde_json::from_str(&body) {
                Ok(value) if status == 200 && wanted(&value) => Ok(value),
                _ => Err(format!("{status} {body}")),
            }
        };
        try_until(look).unwrap_or_else(|last| {
            panic!("waited in vain until {what}; {path} gave {last}; the log: {}", self.log())
        })
    }

    /// Waits until the newest arrival of a dataset is this file's and in this state; gives it.
    #[track_caller]
    pub fn until_newest(&self, dataset: &str, file: &str, state: &str) -> Value {
        let path = format!("/v1/arrivals?dataset={dataset}&limit=1");
        let newest = self.until(&format!("{file} is {state}"), &path, |list| {
            list[0]["file"] == file && list[0]["state"] == state
        });
        newest[0].clone()
    }

    /// Waits until so many arrivals of a dataset are there, and all have come to an end.
    #[track_caller]
    pub fn until_settled(&self, dataset: &str, count: usize) -> Vec<Value> {
        let path = format!("/v1/arrivals?dataset={dataset}&limit=1000");
        let list = self.until(&format!("{count} arrivals are settled"), &path, |list| {
            let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
            let open = |one: &Value| one["state"] == "landed" || one["state"] == "loading";
            list.len() >= count && !list.iter().any(open)
        });
        list.as_array().cloned().unwrap_or_default()
    }

    /// Waits until the log holds a text.
    #[track_caller]
    pub fn until_logged(&self, text: &str) {
        let look = || if self.log().contains(text) { Ok(()) } else { Err(()) };
        try_until(look).unwrap_or_else(|()| panic!("`{text}` is not logged: {}", self.log()));
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        if !std::thread::panicking() {
            no_secret(&self.out(), &self.secrets);
            no_secret(&self.log(), &self.secrets);
        }
    }
}

/// Asks an API on a connection of one's own; gives the status and the body.
pub fn ask(api: &str, path: &str) -> (u16, String) {
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    match agent.get(format!("{api}{path}")).call() {
        Ok(response) => {
            let (parts, body) = response.into_parts();
            let body = body.into_with_config().limit(u64::MAX).read_to_string();
            (parts.status.as_u16(), body.expect("a whole body"))
        }
        Err(error) => (0, error.to_string()),
    }
}

/// What an API gives in this form, which must be an answer.
pub fn ask_for(api: &str, path: &str, form: &str) -> String {
    let response = ureq::get(format!("{api}{path}")).header("accept", form).call();
    let body = response.expect("an answer").into_body();
    body.into_with_config().limit(u64::MAX).read_to_string().expect("a whole body")
}

fn collect(from: impl Read + Send + 'static, into: Text) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut text = into.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(&line);
            text.push('\n');
        }
    })
}
