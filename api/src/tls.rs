//! The certificate by which the server is known.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::kept::Kept;
use crate::options::Tls;

/// What connections are encrypted by. New ones get the certificate that the files hold then.
///
/// # Errors
/// Why the files make no certificate.
pub fn config(options: &Tls) -> Result<ServerConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let files = vec![options.certificate.clone(), options.key.clone()];
    let reader = Arc::clone(&provider);
    let kept = Kept::open("the certificate", files, move |files| read(files, &reader))?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Resolver(kept)));
    Ok(config)
}

struct Resolver(Kept<CertifiedKey>);

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resolver")
    }
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.get())
    }
}

fn read(files: &[PathBuf], provider: &CryptoProvider) -> Result<CertifiedKey, String> {
    let [certificate, key] = files else {
        return Err("a certificate has two files".to_owned());
    };
    let wrong = |setting: &str, file: &PathBuf, error: &dyn fmt::Display| {
        format!("`api.tls.{setting}`: {} holds no {setting} in PEM: {error}", file.display())
    };
    let of_certificate = |error| wrong("certificate", certificate, &error);
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(of_certificate)?;
    if chain.is_empty() {
        return Err(wrong("certificate", certificate, &"there is none in it"));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong("key", key, &error))?;
    CertifiedKey::from_der(chain, secret, provider).map_err(|error| {
        format!("{} and {} do not go together: {error}", certificate.display(), key.display())
    })
}
