//! HTTPS: the certificate, and how another one takes its place.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tempfile::TempDir;
use tolva_api::{ApiError, Options, Tls};

use crate::backend::Backend;
use crate::world::{World, run_with, serve};

/// Longer than the files may be taken for unchanged.
const FILES_KNOWN: Duration = Duration::from_millis(1100);

/// Makes a certificate of its own for this name.
fn make(folder: &Path, name: &str) {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tolva"])
        .args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.crt")])
        .current_dir(folder)
        .output()
        .expect("openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(TempDir::new().expect("a folder"));
        make(files.0.path(), "first");
        make(files.0.path(), "second");
        files.put("first", "first");
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Puts a certificate and a key where the server looks for them.
    fn put(&self, certificate: &str, key: &str) {
        for (name, kind) in [(certificate, "crt"), (key, "key")] {
            let text = std::fs::read(self.path(&format!("{name}.{kind}"))).expect("read");
            std::fs::write(self.path("new"), text).expect("written");
            std::fs::rename(self.path("new"), self.path(&format!("used.{kind}"))).expect("renamed");
        }
    }

    fn options(&self) -> Options {
        let tls = Tls { certificate: self.path("used.crt"), key: self.path("used.key") };
        Options { tls: Some(tls), ..Options::default() }
    }
}

type Stream = StreamOwned<ClientConnection, TcpStream>;

/// A connection by a client that trusts this certificate only.
fn connect(address: SocketAddr, trusted: &Path) -> Result<Stream, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(trusted).expect("PEM")).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let client = ClientConnection::new(Arc::new(config), name).expect("a client");
    let tcp = TcpStream::connect(address)?;
    tcp.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut stream = StreamOwned::new(client, tcp);
    stream.flush()?;
    Ok(stream)
}

/// One request and the head of its answer, on a connection that stays.
fn ask(stream: &mut Stream) -> Result<String, std::io::Error> {
    stream.write_all(b"GET /rest/v1/person?number=eq.1 HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"}]") {
        stream.read_exact(&mut byte)?;
        answer.push(byte[0]);
    }
    Ok(String::from_utf8(answer).expect("text"))
}

/// Whether a new connection shows this certificate.
async fn shows(world: &World, certificate: PathBuf) -> bool {
    let address = world.address;
    let asked = move || connect(address, &certificate).and_then(|mut stream| ask(&mut stream));
    tokio::task::spawn_blocking(asked).await.expect("asked").is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_encrypted_and_say_so() {
    let files = Files::new();
    run_with(Backend::Sqlite, files.options(), async |world| {
        let (address, certificate) = (world.address, files.path("first.crt"));
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = connect(address, &certificate).expect("trusted");
            ask(&mut stream).expect("an answer")
        });
        let answer = answer.await.expect("asked");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.to_lowercase().contains("strict-transport-security: max-age="), "{answer}");
        assert!(!shows(world, files.path("second.crt")).await);
        // Who does not encrypt is not answered.
        let plain = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).expect("a connection");
            stream.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
            stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            answer
        });
        let plain = String::from_utf8_lossy(&plain.await.expect("asked")).into_owned();
        assert!(!plain.contains("HTTP/1.1"), "{plain}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_is_shown_to_new_connections_and_a_broken_one_to_nobody() {
    let files = Files::new();
    run_with(Backend::Sqlite, files.options(), async |world| {
        let (address, certificate) = (world.address, files.path("first.crt"));
        let open = move || {
            let mut stream = connect(address, &certificate).expect("trusted");
            ask(&mut stream).expect("an answer");
            stream
        };
        let mut old = tokio::task::spawn_blocking(open).await.expect("open");

        files.put("second", "second");
        tokio::time::sleep(FILES_KNOWN).await;
        assert!(shows(world, files.path("second.crt")).await);
        assert!(!shows(world, files.path("first.crt")).await);
        let asked = tokio::task::spawn_blocking(move || ask(&mut old));
        asked.await.expect("asked").expect("the old connection lives on");

        // A certificate whose key is still to come, one that is none, and none at all.
        files.put("first", "second");
        tokio::time::sleep(FILES_KNOWN).await;
        assert!(shows(world, files.path("second.crt")).await);
        std::fs::write(files.path("used.crt"), "-----BEGIN CERTIFICATE-----\nx\n")
            .expect("written");
        tokio::time::sleep(FILES_KNOWN).await;
        assert!(shows(world, files.path("second.crt")).await);
        std::fs::remove_file(files.path("used.key")).expect("removed");
        tokio::time::sleep(FILES_KNOWN).await;
        assert!(shows(world, files.path("second.crt")).await);
        files.put("first", "first");
        tokio::time::sleep(FILES_KNOWN).await;
        assert!(shows(world, files.path("first.crt")).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_make_no_certificate_end_the_start() {
    let files = Files::new();
    run_with(Backend::Sqlite, Options::default(), async |world| {
        let used = |certificate: &str, key: &str| Tls {
            certificate: files.path(certificate),
            key: files.path(key),
        };
        for (tls, expected) in [
            (used("none.crt", "first.key"), "`api.tls.certificate`"),
            (used("first.crt", "none.key"), "`api.tls.key`"),
            (used("first.key", "first.key"), "`api.tls.certificate`"),
            (used("first.crt", "first.crt"), "`api.tls.key`"),
            (used("first.crt", "second.key"), "do not go together"),
        ] {
            let options =
                Options { listen: "127.0.0.1:0".to_owned(), tls: Some(tls), ..Options::default() };
            let Err(ApiError::Settings(told)) = serve(&world.ledger, options).await else {
                panic!("it was taken: {expected}");
            };
            assert!(told.contains(expected) && !told.contains("PRIVATE"), "{told}");
        }
    })
    .await;
}
