//! Nothing of a key or a token is told: not to the log, however much it tells, not to a trace, not in an
//! answer.

use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::collector::Collector;
use crate::database::Backend;
use crate::house::House;
use crate::up::Up;
use crate::wait::until;

/// Nobody may ever read this.
const SECRET: &str = "plum-and-thunder-and-30-letters-of-it";

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token with these claims, signed by `openssl`.
fn token(house: &House, claims: &serde_json::Value) -> String {
    let header = encoded(r#"{"alg":"HS256","kid":"k"}"#);
    let message = format!("{header}.{}", encoded(claims.to_string()));
    house.write("message", &message);
    let signed = Command::new("openssl")
        .args(["dgst", "-sha256", "-hmac", SECRET, "-binary", "message"])
        .current_dir(house.path(""))
        .output()
        .expect("openssl");
    assert!(signed.status.success());
    format!("{message}.{}", encoded(signed.stdout))
}

/// The parts of a credential that are worth something to who finds them.
fn secret_parts(credential: &str) -> Vec<String> {
    match credential.split('.').collect::<Vec<_>>()[..] {
        [_, claims, signature] => vec![claims.to_owned(), signature.to_owned()],
        // The secret part of a key may have underscores itself.
        _ => credential.splitn(3, '_').last().map(str::to_owned).into_iter().collect(),
    }
}

#[test]
fn nothing_of_a_credential_is_told() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let mut house = House::on(backend);
        house.mission("employees");
        let make = |name: &str, expires: &str| {
            let create =
                ["--json", "keys", "create", name, "--scopes", "read", "--expires", expires];
            let made = house.run(&create).ends(0).json();
            made["key"].as_str().expect("a key").to_owned()
        };
        let (good, revoked) = (make("good", "1d"), make("revoked", "1d"));
        house.run(&["keys", "revoke", "revoked"]).ends(0);
        let far = 4_102_444_800_i64;
        let claims = |exp: i64, aud: &str, scope: &str| json!({ "sub": "ada", "exp": exp, "aud": aud, "scope": scope });
        let mut credentials = vec![
            (good.clone(), 200),
            (revoked, 401),
            (format!("{}x", &good[..good.len() - 1]), 401),
            (token(&house, &claims(far, "us", "read")), 200),
            (token(&house, &claims(1, "us", "read")), 401),
            (token(&house, &claims(far, "them", "read")), 401),
            (token(&house, &claims(far, "us", "upload")), 403),
            ("a-credential-that-is-none".to_owned(), 401),
            ("tolva_000000000000_a-credential-that-is-none-either".to_owned(), 401),
        ];
        let forged = format!("{}A", &credentials[3].0[..credentials[3].0.len() - 2]);
        credentials.push((forged, 401));
        let keys = json!({ "keys": [{ "kty": "oct", "kid": "k", "k": encoded(SECRET) }] });
        house.write("jwks.json", keys.to_string());
        house.write(
            "tolva.toml",
            "[api]\nread = \"key\"\n[api.jwt]\njwks = \"jwks.json\"\naudience = \"us\"\n",
        );
        house.secrets.extend([SECRET.to_owned(), encoded(SECRET)]);
        house.secrets.extend(credentials.iter().flat_map(|(one, _)| secret_parts(one)));

        let collector = Collector::start();
        let up = Up::start(&house, |command| {
            command
                .env("TOLVA_LOG", "trace")
                .env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint);
        });
        for (credential, expected) in &credentials {
            for (name, value) in
                [("authorization", format!("Bearer {credential}")), ("apikey", credential.clone())]
            {
                for path in ["/rest/v1/company", "/v1/datasets/employees", "/v1/arrivals"] {
                    let request = ureq::get(format!("{}{path}", up.api)).header(name, &value);
                    let request = request.config().http_status_as_error(false).build();
                    let mut answer = request.call().expect("an answer");
                    let status = answer.status().as_u16();
                    let headers = format!("{:?}", answer.headers());
                    let body = answer.body_mut().read_to_string().expect("text");
                    // Before the first load there is no table.
                    let fine = status == *expected || (*expected == 200 && status == 404);
                    assert!(fine, "{path}: {status}, not {expected}: {body}");
                    for part in secret_parts(credential) {
                        assert!(!body.contains(&part) && !headers.contains(&part), "{body}");
                    }
                }
            }
        }
        // A key set that changes and is no good is told of, without a word of it.
        let broken = keys.to_string().replace("oct", "oct\",\"d\":\"x");
        house.write("jwks.json", broken);
        until("the key set is found to be wrong", || {
            let request = ureq::get(format!("{}/rest/v1/company", up.api));
            let token = format!("Bearer {}", credentials[3].0);
            let request = request.header("authorization", token).config();
            drop(request.http_status_as_error(false).build().call());
            up.log().contains("the former stays").then_some(())
        });
        // Secrets are looked for in all that it said when it ends.
        let log = up.stop();
        assert!(log.contains("TRACE"), "the log was to tell everything");
        let traced = collector.told();
        for secret in &house.secrets {
            assert!(!traced.contains(secret.as_str()), "{secret} is traced");
        }
    }
}
