//! What browsers are told: which pages may read answers, and what an answer may not be taken for.

use tolva_api::{ApiError, Options};

use crate::backend::Backend;
use crate::client::Answer;
use crate::world::{World, run_with, serve};

const PAGE: &str = "https://app.example";

fn allowing(origins: &[&str]) -> Options {
    let cors = origins.iter().map(|origin| (*origin).to_owned()).collect();
    Options { cors, ..Options::default() }
}

async fn preflight(world: &World, origin: &str, method: &str) -> Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", method),
        (
            "access-control-request-headers",
            "authorization,apikey,prefer,content-type,x-client-info",
        ),
    ];
    world.send_with("OPTIONS", "/rest/v1/person", &headers).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_origins_that_are_named_may_read_and_no_others() {
    run_with(Backend::Sqlite, allowing(&[PAGE, "http://localhost:3000"]), async |world| {
        for origin in [PAGE, "http://localhost:3000"] {
            for method in ["GET", "POST", "PATCH", "PUT", "DELETE"] {
                let answer = preflight(world, origin, method).await;
                assert_eq!(answer.status, 200, "{origin} {method}");
                assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
                let methods = answer.header("access-control-allow-methods").expect("methods");
                assert!(methods.contains(method), "{methods}");
                let headers = answer.header("access-control-allow-headers").expect("headers");
                assert!(headers.contains("apikey") && headers.contains("authorization"));
                assert_eq!(answer.header("access-control-max-age"), Some("3600"));
            }
            // Errors can be read as well, else a page could not say what is wrong.
            for target in ["/rest/v1/person?limit=1", "/rest/v1/person?x=eq.1", "/nothing"] {
                let answer = world.get_with(target, &[("origin", origin)]).await;
                assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "{target}");
                assert_eq!(answer.header("access-control-allow-credentials"), None);
                let exposed =
                    answer.header("access-control-expose-headers").expect("headers").to_lowercase();
                for header in [
                    "content-range",
                    "etag",
                    "link",
                    "location",
                    "preference-applied",
                    "retry-after",
                ] {
                    assert!(exposed.contains(header), "{header}: {exposed}");
                }
                let vary = answer.headers.get_all("vary").iter();
                let vary: String = vary.map(|one| one.to_str().unwrap().to_lowercase()).collect();
                assert!(vary.contains("origin"), "{vary}");
            }
        }
        for origin in [
            "https://evil.example",
            "https://app.example.evil.example",
            "https://evil-app.example",
            "http://app.example",
            "https://app.example:8443",
            "null",
        ] {
            let answer = preflight(world, origin, "GET").await;
            assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
            let answer = world.get_with("/rest/v1/person", &[("origin", origin)]).await;
            assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
        }
        assert_eq!(world.get("/rest/v1/person").await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_may_read_unless_said_and_every_page_if_said() {
    run_with(Backend::Sqlite, Options::default(), async |world| {
        assert_eq!(preflight(world, PAGE, "GET").await.header("access-control-allow-origin"), None);
        let answer = world.get_with("/rest/v1/person", &[("origin", PAGE)]).await;
        assert_eq!(answer.header("access-control-allow-origin"), None);
    })
    .await;
    run_with(Backend::Sqlite, allowing(&["*"]), async |world| {
        let answer = preflight(world, "https://any.example", "GET").await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let answer = world.get_with("/rest/v1/person", &[("origin", "null")]).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_origin_ends_the_start() {
    run_with(Backend::Sqlite, Options::default(), async |world| {
        for wrong in
            ["app.example", "https://", "https://a/b", "https://a b", "ftp://a", "https://*.a"]
        {
            let options = Options { listen: "127.0.0.1:0".to_owned(), ..allowing(&[PAGE, wrong]) };
            let Err(ApiError::Settings(told)) = serve(&world.ledger, options).await else {
                panic!("{wrong} was taken");
            };
            assert!(told.contains("api.cors") && told.contains(wrong), "{told}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_what_it_may_not_be_taken_for() {
    run_with(Backend::Sqlite, Options::default(), async |world| {
        for target in [
            "/rest/v1/person",
            "/rest/v1/person?x=eq.1",
            "/rest/v1/nothing",
            "/v1/datasets",
            "/nothing",
            "/healthz",
            "/docs/",
            "/openapi.json",
        ] {
            let answer = world.get(target).await;
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{target}");
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{target}");
            assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{target}");
            let policy = answer.header("content-security-policy").expect("a policy");
            assert!(policy.contains("frame-ancestors 'none'"), "{target}: {policy}");
            let page = target == "/docs/";
            let default = if page { "default-src 'self'" } else { "default-src 'none'" };
            assert!(policy.contains(default) && !policy.contains("unsafe-eval"), "{policy}");
            assert!(answer.header("cache-control").is_some(), "{target}");
            // Only where it is true.
            assert_eq!(answer.header("strict-transport-security"), None, "{target}");
            assert_eq!(answer.header("server"), None, "{target}");
        }
    })
    .await;
}
