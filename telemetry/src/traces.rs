//! Traces: spans are exported over OTLP when an endpoint is configured, and their context travels in
//! messages as W3C's `traceparent`.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tokio::runtime::Handle;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::LookupSpan;

/// Where OpenTelemetry's standard says that the collector's address stands; the first for traces only.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
/// How long the last spans may take to be sent.
const FAREWELL: Duration = Duration::from_secs(3);
/// The header, and the name in messages.
const TRACEPARENT: &str = "traceparent";

/// The context of the current span as W3C's `traceparent`; none when nothing is traced.
pub fn current_traceparent() -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carrier);
    carrier.remove(TRACEPARENT)
}

/// Lets a span continue what `traceparent` tells of, before it is entered for the first time. What
/// cannot be read is left alone: a trace is never worth a failure.
pub fn follow(span: &Span, traceparent: &str) {
    let carrier = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
    // It fails where nothing is traced, and then nothing is lost.
    if context.has_active_span() && span.set_parent(context).is_err() {
        tracing::debug!(traceparent, "the trace is not continued");
    }
}

/// The export of spans.
#[derive(Debug)]
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Starts it when an endpoint is configured.
    pub fn start() -> Result<Option<Self>, String> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let off = set("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let Some(endpoint) = ENDPOINTS.into_iter().find_map(set).filter(|_| !off) else {
            return Ok(None);
        };
        if !endpoint.starts_with("http://") {
            return Err(
                "the address of the collector must start with http:// (spans go to one on \
                        this host or in this network, which passes them on)"
                    .to_owned(),
            );
        }
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .build()
            .map_err(|error| error.to_string())?;
        let mut resource = Resource::builder().with_attributes([
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("service.instance.id", crate::heart::name()),
        ]);
        if set("OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name("tolva");
        }
        let export = Export {
            inner: Arc::new(exporter),
            runtime: Handle::current(),
            fails: AtomicBool::new(false),
        };
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_batch_exporter(export)
            .build();
        Ok(Some(Self(provider)))
    }

    /// What hands spans to it.
    pub fn layer<S: Subscriber + for<'span> LookupSpan<'span>>(&self) -> impl Layer<S> {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("tolva"))
            // Its word for the module would take the place of ours for a database.
            .with_target(false)
            .with_location(false)
            .with_threads(false)
    }

    /// Sends the last spans.
    pub fn end(self) {
        if let Err(error) = self.0.shutdown_with_timeout(FAREWELL) {
            tracing::debug!(%error, "the last spans were not sent");
        }
    }
}

/// Exports in tokio's runtime: the SDK asks from a thread of its own, where the HTTP client cannot be.
#[derive(Debug)]
struct Export {
    inner: Arc<opentelemetry_otlp::SpanExporter>,
    runtime: Handle,
    /// Whether the last try failed: it is said once.
    fails: AtomicBool,
}

impl SpanExporter for Export {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let inner = Arc::clone(&self.inner);
        let sent = self.runtime.spawn(async move { inner.export(batch).await }).await;
        let sent =
            sent.unwrap_or_else(|error| Err(OTelSdkError::InternalFailure(error.to_string())));
        let failed_before = self.fails.swap(sent.is_err(), Ordering::Relaxed);
        if let (Err(error), false) = (&sent, failed_before) {
            tracing::warn!("traces cannot be sent, and are lost meanwhile: {error}");
        }
        sent
    }

    fn set_resource(&mut self, resource: &Resource) {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.set_resource(resource);
        }
    }
}
