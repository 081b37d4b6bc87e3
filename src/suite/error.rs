//! What keeps a suite from being run. What the target does is never an error but a part of the report.

use std::io;

use crate::mock::MockError;
use crate::run::{SessionError, SetupError};

/// Why a suite cannot be run. No message holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// There is nothing to test.
    #[error("no target: give the suite a base_url, or use Suite::reference()")]
    NoTarget,
    /// The base URL is none.
    #[error("the base URL is not usable: {0}; write http://HOST:PORT or https://HOST/PREFIX")]
    BaseUrl(String),
    /// The contract asks for credentials.
    #[error(
        "the API asks for credentials: give the suite .credentials(key, secret), or set \
         CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET where it is read from the environment"
    )]
    Credentials,
    /// The contract asks for credentials of a kind that is not known.
    #[error(
        "{source_name}:{line}: the case {case} needs the security scheme `{scheme}`, which is not supported; \
         HTTP Basic, HTTP Bearer and API keys in a header or in the query are"
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
    #[error("{name}: `{given}` is no NAME=VALUE; write plugin_id=…,environment=…")]
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
