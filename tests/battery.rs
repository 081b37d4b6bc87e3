//! The battery as a test target: one trial a case, under `cargo test --test battery` and `cargo nextest run`.
//!
//! Without further words it tests the reference server. Pointed elsewhere by the environment:
//!
//! ```text
//! CONFORM_BASE_URL=https://api.confluent.cloud
//! CONFORM_PARAM=plugin_id=ccp-789012,environment=env-123456
//! CONFLUENT_CLOUD_API_KEY=…      CONFLUENT_CLOUD_API_SECRET=…
//! CONFORM_RESTRICTED_KEY=…       CONFORM_RESTRICTED_SECRET=…      (optional: enables the 403 case)
//! ```
//!
//! A core case that is inconclusive fails; any other that shows nothing is ignored, with the reason.

use std::process::ExitCode;

use conform::suite::{Suite, trials};

fn main() -> ExitCode {
    match Suite::from_environment(|name| std::env::var(name).ok()) {
        Ok(suite) => trials::main(suite),
        Err(error) => trials::refused(&error),
    }
}
