//! Whom TLS trusts: the system's certificates and those that were given, or anybody.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::config::{LiveConfig, TransportError};

/// How TLS is spoken.
///
/// # Errors
/// [`TransportError`] for certificates that cannot be used, or where there are none.
pub(super) fn tls(config: &LiveConfig) -> Result<ClientConfig, TransportError> {
    // Another part of the program may have chosen a provider already; then that one serves.
    let provider = CryptoProvider::get_default().cloned();
    let provider = provider.unwrap_or_else(|| Arc::new(ring::default_provider()));
    let given = config.cacert.as_deref().map(certificates).transpose()?;
    let failed = |error: Error| TransportError::Client(error.to_string());
    let verifier: Arc<dyn ServerCertVerifier> = match config.insecure {
        true => Arc::new(Anybody(Arc::clone(&provider))),
        false => {
            let given = given.unwrap_or_default();
            let verifier = Verifier::new_with_extra_roots(given, Arc::clone(&provider));
            Arc::new(verifier.map_err(failed)?)
        }
    };
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions();
    let builder = builder.map_err(failed)?.dangerous();
    let builder = builder.with_custom_certificate_verifier(verifier);
    Ok(builder.with_no_client_auth())
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let bad = |reason: &str| TransportError::CaFile(reason.to_owned());
    let mut trusted = RootCertStore::empty();
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| bad("is not well-formed PEM"))?;
        let added = trusted.add(certificate.clone());
        added.map_err(|_| bad("holds a certificate that cannot be read"))?;
        certificates.push(certificate);
    }
    if certificates.is_empty() {
        return Err(bad("holds no certificate"));
    }
    Ok(certificates)
}

/// Takes any certificate, since the user said so (`--insecure`).
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let known = &self.0.signature_verification_algorithms;
        known.supported_schemes()
    }
}
