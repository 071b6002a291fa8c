//! Tokens: those that are good, those that are not, and those that somebody has forged.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tempfile::TempDir;
use tolva_api::{ApiError, Jwt, Options, Read};
use tolva_ledger::now_ms;

use crate::backend::Backend;
use crate::client::Answer;
use crate::world::{World, run_with, serve};

const SECRET: &[u8; 32] = b"an invented secret of 32 letters";
const AUDIENCE: &str = "tolva-tests";
const TABLE: &str = "/rest/v1/person";

/// Who signs tokens, by the command `openssl`: what checks them did not make them.
struct Issuer(TempDir);

/// A run of `openssl` in its folder.
fn openssl(folder: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut process = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("openssl");
    process.stdin.take().expect("piped").write_all(input).expect("taken");
    let output = process.wait_with_output().expect("an end");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Issuer {
    fn new() -> Self {
        let issuer = Self(TempDir::new().expect("a folder"));
        for name in ["rsa", "other"] {
            issuer.run(&["genrsa", "-out", &format!("{name}.pem"), "2048"], b"");
        }
        issuer.run(&["genpkey", "-algorithm", "ed25519", "-out", "ed.pem"], b"");
        issuer.write(&issuer.keys());
        issuer
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        openssl(self.0.path(), arguments, input)
    }

    /// The modulus of an RSA key.
    fn modulus(&self, name: &str) -> Vec<u8> {
        let text = self.run(&["rsa", "-in", &format!("{name}.pem"), "-noout", "-modulus"], b"");
        let text = String::from_utf8(text).expect("hexadecimal");
        let digits = text.trim().strip_prefix("Modulus=").expect("a modulus").to_owned();
        (0..digits.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("a byte"))
            .collect()
    }

    fn rsa(&self, id: &str, name: &str) -> Value {
        json!({ "kty": "RSA", "kid": id, "n": encoded(self.modulus(name)), "e": "AQAB" })
    }

    fn keys(&self) -> Value {
        let der = self.run(&["pkey", "-in", "ed.pem", "-pubout", "-outform", "DER"], b"");
        let point = &der[der.len() - 32..];
        let mut rsa = self.rsa("r", "rsa");
        rsa["alg"] = json!("RS256");
        rsa["use"] = json!("sig");
        json!({ "keys": [
            { "kty": "oct", "kid": "h", "k": encoded(SECRET) },
            rsa,
            { "kty": "OKP", "crv": "Ed25519", "kid": "e", "alg": "EdDSA", "x": encoded(point) },
            // What is for something else is passed over.
            { "kty": "EC", "crv": "P-256", "kid": "c", "x": "AA", "y": "AA" },
            { "kty": "RSA", "kid": "enc", "use": "enc", "n": "AQAB", "e": "AQAB" },
        ] })
    }

    fn write(&self, keys: &Value) {
        // As whole as a person's editor makes it: nobody sees a part.
        let new = self.0.path().join("new.json");
        std::fs::write(&new, keys.to_string()).expect("written");
        std::fs::rename(new, self.file()).expect("renamed");
    }

    fn file(&self) -> std::path::PathBuf {
        self.0.path().join("jwks.json")
    }

    fn options(&self) -> Options {
        let jwt = Jwt {
            jwks: self.file(),
            audience: vec![AUDIENCE.to_owned(), "tolva-too".to_owned()],
            issuer: Vec::new(),
            claim: "scope".to_owned(),
        };
        Options { jwt: Some(jwt), read: Read::Key, ..Options::default() }
    }

    /// A token with this header and these claims, signed as the word says.
    fn token(&self, how: &str, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
        let signature = self.signature(how, message.as_bytes());
        format!("{message}.{}", encoded(signature))
    }

    fn signature(&self, how: &str, message: &[u8]) -> Vec<u8> {
        let hmac = |key: &[u8]| {
            let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
            let option = format!("hexkey:{digits}");
            let arguments = ["dgst", "-sha256", "-mac", "HMAC", "-macopt", &option, "-binary"];
            self.run(&arguments, message)
        };
        match how {
            "HS256" => hmac(SECRET),
            "RS256" => self.run(&["dgst", "-sha256", "-sign", "rsa.pem", "-binary"], message),
            "stranger" => self.run(&["dgst", "-sha256", "-sign", "other.pem", "-binary"], message),
            "EdDSA" => {
                std::fs::write(self.0.path().join("message"), message).expect("written");
                let arguments =
                    ["pkeyutl", "-sign", "-inkey", "ed.pem", "-rawin", "-in", "message"];
                self.run(&arguments, b"")
            }
            // The public key of RS256, in the forms that a careless server may have, as a secret.
            "modulus" => hmac(&self.modulus("rsa")),
            "public PEM" => hmac(&self.run(&["pkey", "-in", "rsa.pem", "-pubout"], b"")),
            "public DER" => {
                hmac(&self.run(&["pkey", "-in", "rsa.pem", "-pubout", "-outform", "DER"], b""))
            }
            "JWK" => hmac(self.rsa("r", "rsa").to_string().as_bytes()),
            "empty secret" => hmac(b"\0"),
            "none" => Vec::new(),
            other => panic!("nobody signs by {other}"),
        }
    }

    fn good(&self, how: &str, id: &str, claims: &Value) -> String {
        self.token(how, &json!({ "typ": "JWT", "alg": how, "kid": id }), claims)
    }
}

fn seconds() -> i64 {
    now_ms() / 1000
}

/// Claims that nothing is wrong with, but for what is said.
fn claims(other: Value) -> Value {
    let mut claims = json!({
        "sub": "ada", "aud": AUDIENCE, "exp": seconds() + 600, "scope": "openid read",
    });
    for (name, value) in other.as_object().expect("an object") {
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().expect("an object").remove(name);
        }
    }
    claims
}

async fn with(world: &World, target: &str, token: &str) -> Answer {
    world.get_with(target, &[("authorization", &format!("Bearer {token}"))]).await
}

async fn status(world: &World, token: &str) -> (u16, String) {
    let answer = with(world, TABLE, token).await;
    match answer.status {
        200 => (200, String::new()),
        status => {
            assert_eq!(status == 401, answer.header("www-authenticate") == Some("Bearer"));
            assert!(token.is_empty() || !answer.body.contains(token), "{}", answer.body);
            (status, answer.code())
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_each_kind_let_in_and_their_scopes_decide() {
    let issuer = Issuer::new();
    run_with(Backend::Sqlite, issuer.options(), async |world| {
        for (how, id) in [("HS256", "h"), ("RS256", "r"), ("EdDSA", "e")] {
            let token = issuer.good(how, id, &claims(json!({})));
            assert_eq!(status(world, &token).await.0, 200, "{how}");
            let nameless = issuer.token(how, &json!({ "alg": how }), &claims(json!({})));
            assert_eq!(status(world, &nameless).await.0, 200, "{how} without a kid");
            let apikey = world.get_with(TABLE, &[("apikey", &token)]).await;
            assert_eq!(apikey.status, 200);
        }
        for (scope, expected) in [
            (json!("read:relationships"), 200),
            (json!(["profile", "read:relationships"]), 200),
            (json!("admin"), 200),
            (json!("read:employees"), 403),
            (json!("write upload private"), 403),
            (json!("openid profile"), 403),
            (json!(""), 403),
            (json!({ "read": true }), 403),
            (Value::Null, 403),
        ] {
            let token = issuer.good("HS256", "h", &claims(json!({ "scope": scope })));
            let answer = with(world, TABLE, &token).await;
            assert_eq!(answer.status, expected, "{scope}");
            if expected == 403 {
                assert_eq!(answer.code(), "42501");
                assert!(answer.body.contains("ada"), "{}", answer.body);
            }
        }
        let lists = [json!("tolva-too"), json!(["x", AUDIENCE])];
        for audience in lists {
            let token = issuer.good("HS256", "h", &claims(json!({ "aud": audience })));
            assert_eq!(status(world, &token).await.0, 200, "{audience}");
        }
        // Keys go on beside tokens.
        let (_, key) = world.ledger.create_key("k", "read".parse().unwrap(), None).await.unwrap();
        assert_eq!(with(world, TABLE, key.reveal()).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_that_do_not_hold_here_and_now_are_refused() {
    let issuer = Issuer::new();
    run_with(Backend::Sqlite, issuer.options(), async |world| {
        let now = seconds();
        for other in [
            json!({ "exp": now - 31 }),
            json!({ "exp": 0 }),
            json!({ "exp": -1 }),
            json!({ "exp": null }),
            json!({ "exp": "tomorrow" }),
            json!({ "exp": (now + 600).to_string() }),
            json!({ "exp": 1e300 }),
            json!({ "exp": [now + 600] }),
            json!({ "nbf": now + 120 }),
            json!({ "nbf": "now" }),
            json!({ "aud": "somebody-else" }),
            json!({ "aud": [] }),
            json!({ "aud": ["a", "b"] }),
            json!({ "aud": null }),
            json!({ "aud": { "a": AUDIENCE } }),
            json!({ "aud": format!("{AUDIENCE} ") }),
            json!({ "sub": null }),
            json!({ "sub": "" }),
            json!({ "sub": 7 }),
            json!({ "sub": "x".repeat(256) }),
        ] {
            for (how, id) in [("HS256", "h"), ("RS256", "r")] {
                let token = issuer.good(how, id, &claims(other.clone()));
                let expected = (401, "PGRST303".to_owned());
                assert_eq!(status(world, &token).await, expected, "{how} {other}");
            }
        }
        // Clocks differ a little.
        for other in [json!({ "exp": now - 5 }), json!({ "nbf": now + 5 })] {
            let token = issuer.good("EdDSA", "e", &claims(other.clone()));
            assert_eq!(status(world, &token).await.0, 200, "{other}");
        }
        let list = issuer.token("HS256", &json!({ "alg": "HS256" }), &json!([1]));
        assert_eq!(status(world, &list).await, (401, "PGRST303".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_tokens_are_refused() {
    let issuer = Issuer::new();
    run_with(Backend::Sqlite, issuer.options(), async |world| {
        let admin = claims(json!({ "sub": "eve", "scope": "admin" }));
        let mut forged: Vec<(String, String)> = Vec::new();
        for alg in ["none", "None", "NONE", "nOnE", "", "HS256", "RS256", "EdDSA", "HS384", "ES256"] {
            for id in [json!("h"), json!("r"), json!("e"), Value::Null] {
                let header = json!({ "alg": alg, "kid": id });
                forged.push((format!("unsigned {header}"), issuer.token("none", &header, &admin)));
            }
        }
        // A signature of one kind taken for one of another.
        for how in ["modulus", "public PEM", "public DER", "JWK", "empty secret", "stranger"] {
            for alg in ["HS256", "RS256", "EdDSA", "HS384", "PS256"] {
                for id in [json!("r"), json!("h"), json!("e"), Value::Null] {
                    let header = json!({ "alg": alg, "kid": id });
                    let token = issuer.token(how, &header, &admin);
                    forged.push((format!("{how} {header}"), token));
                }
            }
        }
        let own = [("HS256", "r"), ("HS256", "e"), ("RS256", "h"), ("EdDSA", "r"), ("HS256", "x")];
        for (how, id) in own {
            forged.push((format!("{how} by {id}"), issuer.good(how, id, &admin)));
        }
        for alg in ["HS384", "HS512", "RS512", "none"] {
            let header = json!({ "alg": alg, "kid": "h" });
            forged.push((format!("HS256 as {alg}"), issuer.token("HS256", &header, &admin)));
        }
        // Keys that the token brings along, and what must be understood.
        for extra in [
            json!({ "alg": "RS256", "jwk": issuer.rsa("x", "other") }),
            json!({ "alg": "RS256", "kid": "r", "jwk": issuer.rsa("r", "other") }),
            json!({ "alg": "RS256", "jku": "http://127.0.0.1:1/keys", "x5u": "http://127.0.0.1:1" }),
            json!({ "alg": "RS256", "kid": "../../../../dev/null" }),
            json!({ "alg": "RS256", "kid": "' OR 1=1 --" }),
        ] {
            forged.push((extra.to_string(), issuer.token("stranger", &extra, &admin)));
        }
        let crit = json!({ "alg": "HS256", "kid": "h", "crit": ["exp"] });
        forged.push((crit.to_string(), issuer.token("HS256", &crit, &admin)));
        // A good one, changed.
        let good = issuer.good("HS256", "h", &claims(json!({ "scope": "upload" })));
        let parts: Vec<&str> = good.split('.').collect();
        let (head, body, signature) = (parts[0], parts[1], parts[2]);
        let better = encoded(admin.to_string());
        for changed in [
            format!("{head}.{better}.{signature}"),
            format!("{head}.{body}.{}", encoded([0; 32])),
            format!("{head}.{body}.{}", &signature[..signature.len() - 2]),
            format!("{head}.{body}.{signature}AA"),
            format!("{head}.{body}."),
            format!("{head}.{body}"),
            format!("{head}..{signature}"),
            format!(".{body}.{signature}"),
            format!("{head}.{body}.{signature}.{signature}"),
            format!("{good}\u{20}x"),
            format!("{head}.{body}.{signature}="),
            format!("{{}}.{body}.{signature}"),
            "a.b.c".to_owned(),
            "..".to_owned(),
            ".".to_owned(),
            "eyJhbGciOiJub25lIn0..".to_owned(),
            "x".repeat(20_000),
        ] {
            forged.push((format!("changed {}", &changed[..changed.len().min(40)]), changed));
        }
        assert!(forged.len() > 150);
        for (what, token) in &forged {
            let (status, code) = status(world, token).await;
            assert_eq!((status, code.as_str()), (401, "PGRST301"), "{what}");
        }
        assert_eq!(status(world, &good).await.0, 403, "the one that was changed was good");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_is_named_is_the_only_one_and_claims_have_paths() {
    let issuer = Issuer::new();
    let mut options = issuer.options();
    let jwt = options.jwt.as_mut().expect("some");
    jwt.issuer = vec!["https://id.example".to_owned()];
    jwt.claim = "realm_access.roles".to_owned();
    run_with(Backend::Sqlite, options, async |world| {
        let roles = json!({ "realm_access": { "roles": ["offline_access", "read"] } });
        let token = |iss: Value| {
            let mut claims = claims(roles.clone());
            claims["iss"] = iss;
            issuer.good("RS256", "r", &claims)
        };
        assert_eq!(status(world, &token(json!("https://id.example"))).await.0, 200);
        for other in [json!("https://id.example.evil"), json!(1), json!([])] {
            assert_eq!(status(world, &token(other)).await, (401, "PGRST303".to_owned()));
        }
        let none = issuer.good("RS256", "r", &claims(roles.clone()));
        assert_eq!(status(world, &none).await, (401, "PGRST303".to_owned()));
    })
    .await;
}

/// Longer than the file of keys may be taken for unchanged.
const KEYS_KNOWN: Duration = Duration::from_millis(1100);

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_read_again_when_their_file_changes() {
    let issuer = Issuer::new();
    run_with(Backend::Sqlite, issuer.options(), async |world| {
        let [old, new] = ["rsa", "other"].map(|name| {
            let how = if name == "rsa" { "RS256" } else { "stranger" };
            issuer.token(how, &json!({ "alg": "RS256", "kid": name }), &claims(json!({})))
        });
        for (keys, expected) in [
            (json!({ "keys": [issuer.rsa("rsa", "rsa")] }), (200, 401)),
            (
                json!({ "keys": [issuer.rsa("rsa", "rsa"), issuer.rsa("other", "other")] }),
                (200, 200),
            ),
            (json!({ "keys": [issuer.rsa("other", "other")] }), (401, 200)),
            // What is no good changes nothing.
            (json!({ "keys": [] }), (401, 200)),
            (json!("x"), (401, 200)),
            (json!({ "keys": [issuer.rsa("rsa", "rsa")] }), (200, 401)),
        ] {
            issuer.write(&keys);
            tokio::time::sleep(KEYS_KNOWN).await;
            let got = (status(world, &old).await.0, status(world, &new).await.0);
            assert_eq!(got, expected, "{keys}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_tokens_that_are_wrong_end_the_start() {
    let issuer = Issuer::new();
    run_with(Backend::Sqlite, Options::default(), async |world| {
        let refused = async |options: Options| {
            let options = Options { listen: "127.0.0.1:0".to_owned(), ..options };
            match serve(&world.ledger, options).await {
                Err(error @ ApiError::Settings(_)) => error.to_string(),
                Err(other) => panic!("{other}"),
                Ok(_) => panic!("it was taken"),
            }
        };
        let mut nobody = issuer.options();
        nobody.jwt.as_mut().expect("some").audience.clear();
        assert!(refused(nobody).await.contains("`api.jwt.audience` is missing"));
        let secret = encoded(SECRET);
        let short = encoded(&SECRET[..31]);
        for (keys, expected) in [
            (json!({ "keys": [] }), "has no key for HS256, RS256 or EdDSA"),
            (json!([]), "is no JSON Web Key Set"),
            (
                json!({ "keys": [{ "kty": "oct", "k": short }] }),
                "has 31 bytes, and 32 are the least",
            ),
            (
                json!({ "keys": [{ "kty": "oct", "k": "not base64!" }] }),
                "`k` is not written in base64url",
            ),
            (json!({ "keys": [{ "kty": "oct" }] }), "`k` is missing"),
            (
                json!({ "keys": [{ "kty": "RSA", "n": "AQAB", "e": "AQAB" }] }),
                "has 24 bits, and 2048",
            ),
            (
                json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": "AQAB" }] }),
                "`x` has 3 bytes",
            ),
            (
                json!({ "keys": [{ "kty": "RSA", "n": "AQAB", "e": "AQAB", "d": secret }] }),
                "it is a private key",
            ),
            (
                json!({ "keys": [
                    { "kty": "oct", "kid": "a", "k": secret },
                    { "kty": "oct", "kid": "a", "k": secret },
                ] }),
                "has a `kid` that another one has",
            ),
        ] {
            issuer.write(&keys);
            let told = refused(issuer.options()).await;
            assert!(told.contains(expected) && told.contains("jwks.json"), "{told}");
            assert!(!told.contains(&secret) && !told.contains("not base64!"), "{told}");
        }
        std::fs::remove_file(issuer.file()).expect("removed");
        assert!(refused(issuer.options()).await.contains("cannot be read"));
    })
    .await;
}
