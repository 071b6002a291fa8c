//! One run of the program, from its start to its end.

use std::process::{Command, Stdio};

use serde_json::Value;

/// What came of it.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Runs it to its end, and sees to it that it tells none of `secrets`.
    pub fn of(mut command: Command, secrets: &[String]) -> Self {
        let output = command.stdin(Stdio::null()).output().expect("the program starts");
        let ran = Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        };
        no_secret(&ran.out, secrets);
        no_secret(&ran.err, secrets);
        ran
    }

    /// Expects this exit code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self
    }

    /// Expects that a kill point ended it.
    #[track_caller]
    pub fn aborted(self) {
        assert_eq!(self.code, None, "it was to be killed: {}\n{}", self.out, self.err);
    }

    /// The lines of standard output, each of which is JSON.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        };
        self.out.lines().map(parse).collect()
    }

    /// The only line of standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "{}\n{}", self.out, self.err);
        lines.remove(0)
    }

    /// Everything it said.
    pub fn said(&self) -> String {
        // Long lines of errors are wrapped: this is for looking for phrases.
        let words = format!("{} {}", self.out, self.err);
        words.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Passwords are never told.
#[track_caller]
pub fn no_secret(text: &str, secrets: &[String]) {
    for secret in secrets {
        assert!(!text.contains(secret.as_str()), "a password is told: {text}");
    }
}
