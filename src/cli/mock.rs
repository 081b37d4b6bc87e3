//! `conform mock`: the reference server in the foreground.

use std::time::Duration;

use crate::mock::{
    API_KEY, API_SECRET, ENVIRONMENT, MockConfig, MockServer, PLUGIN_ID, RESTRICTED_API_KEY,
    RESTRICTED_API_SECRET,
};

use super::args::MockArgs;
use super::config::duration;
use super::{CliError, run, terminal};

/// Serves until it is interrupted.
pub fn main(args: &MockArgs) -> Result<u8, CliError> {
    let latency: Duration = duration("--latency", &args.latency)?;
    let config = MockConfig {
        port: args.port,
        items: args.items,
        page_size: args.page_size,
        limit: args.limit,
        latency,
        edit: None,
    };
    run::runtime()?.block_on(async {
        let server = MockServer::start(config).await.map_err(|error| CliError::new(error.to_string()))?;
        let url = server.base_url();
        terminal::say(&format!(
            "conform mock: the reference server listens on {url}\n\n  \
             full key        {API_KEY}\n  secret          {API_SECRET}\n  \
             restricted key  {RESTRICTED_API_KEY}\n  secret          {RESTRICTED_API_SECRET}\n  \
             plugin_id       {PLUGIN_ID}\n  environment     {ENVIRONMENT}\n\n\
             By hand:\n  curl -i -u '{API_KEY}:{API_SECRET}' '{url}/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment={ENVIRONMENT}'\n\n\
             With conform:\n  CONFLUENT_CLOUD_API_KEY='{API_KEY}' CONFLUENT_CLOUD_API_SECRET='{API_SECRET}' \\\n    \
             conform run --base-url {url} --param plugin_id={PLUGIN_ID} --param environment={ENVIRONMENT}\n\n\
             Ctrl-C stops it."
        ));
        run::interrupted().await;
        server.stop().await;
        Ok(0)
    })
}
