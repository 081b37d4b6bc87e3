//! What keeps a suite from being run. What the target does is never an error but a part of the report.

use std::io;

use crate::mock::MockError;
use crate::run::{SessionError, SetupError};

/// Why a suite cannot be run. No message holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SuiteError {
    /// There is nothing to test.
    #[error("no target: give the suite a base_url, or use Suite::reference()")]
    NoTarget,
    /// The base URL is none.
    #[error("the base URL is not usable: {0}; write http://HOST:PORT or https://HOST/PREFIX")]
    BaseUrl(String),
    /// A variable that is there, and names no base URL.
    #[error("{0} is set and empty: give it a URL, or `reference`, or unset it")]
    EmptyBaseUrl(&'static str),
    /// The contract asks for credentials.
    #[error(
        "{operation} asks for credentials: set {variables} in the environment, or give a key and a secret \
         (--api-key with --api-secret-file; in a suite .credentials(key, secret))"
    )]
    Credentials {
        /// The operation, as method and path.
        operation: String,
        /// The variables that would serve.
        variables: String,
    },
    /// The contract asks for credentials of a kind that is not known.
    #[error(
        "{source_name}:{line}: the case {case} needs the security scheme `{scheme}`, which is not supported; \
         HTTP Basic, HTTP Bearer, OAuth 2 and OpenID Connect with a token, and API keys are"
    )]
    Scheme {
        /// The contract's file.
        source_name: String,
        /// The line of the scheme.
        line: u64,
        /// The first case that needs it.
        case: String,
        /// Its name.
        scheme: String,
    },
    /// A text in the environment that is not `name=value,name=value`.
    #[error("{name}: `{given}` is not NAME=VALUE; write NAME=VALUE,NAME=VALUE")]
    Environment {
        /// The variable.
        name: &'static str,
        /// The piece that is wrong.
        given: String,
    },
    /// Contract, battery and parameters do not make a plan.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The client cannot be set up.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The reference server does not start.
    #[error(transparent)]
    Reference(#[from] MockError),
    /// The runtime does not start.
    #[error("the asynchronous runtime does not start: {0}")]
    Runtime(io::Error),
}
