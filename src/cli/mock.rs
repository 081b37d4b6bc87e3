//! `conform mock`: the reference server in the foreground, whole or with one clause broken on purpose.

use crate::mock::{
    API_KEY, API_SECRET, ENVIRONMENT, MockConfig, MockServer, PLUGIN_ID, RESTRICTED_API_KEY,
    RESTRICTED_API_SECRET,
};

use super::args::MockArgs;
use super::defect::Defective;
use super::{CliError, run, terminal};

/// Serves until it is interrupted.
pub fn main(args: &MockArgs) -> Result<u8, CliError> {
    let config = MockConfig {
        port: args.port,
        items: args.items,
        page_size: args.page_size,
        limit: args.limit,
        latency: args.latency.value,
        edit: None,
    };
    run::runtime()?.block_on(async {
        if args.list_defects {
            let quiet = MockConfig {
                port: 0,
                ..MockConfig::default()
            };
            let defective = Defective::start(quiet).await?;
            for (clause, variant, how) in defective.list() {
                terminal::say(&terminal::harmless(&format!("{clause}  {variant}: {how}")));
            }
            defective.server.stop().await;
            return Ok(0);
        }
        let (server, broken) = match &args.defect {
            None => {
                let server = MockServer::start(config).await;
                (
                    server.map_err(|error| CliError::new(error.to_string()))?,
                    None,
                )
            }
            Some(clause) => {
                let defective = Defective::start(config).await?;
                let how = defective.break_clause(clause)?;
                (defective.server, Some(how))
            }
        };
        terminal::say(&terminal::harmless(&welcome(
            server.base_url(),
            broken.as_deref(),
        )));
        run::interrupted().await;
        server.stop().await;
        Ok(0)
    })
}

fn welcome(url: &str, broken: Option<&str>) -> String {
    let broken = broken.map_or_else(String::new, |how| format!("  broken on purpose  {how}\n"));
    format!(
        "conform mock: the reference server listens on {url}\n{broken}\n  \
         full key        {API_KEY}\n  secret          {API_SECRET}\n  \
         restricted key  {RESTRICTED_API_KEY}\n  secret          {RESTRICTED_API_SECRET}\n  \
         plugin_id       {PLUGIN_ID}\n  environment     {ENVIRONMENT}\n\n\
         By hand:\n  \
         curl -i -u '{API_KEY}:{API_SECRET}' \\\n    \
         '{url}/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment={ENVIRONMENT}'\n\n\
         With conform:\n  \
         CONFLUENT_CLOUD_API_KEY='{API_KEY}' CONFLUENT_CLOUD_API_SECRET='{API_SECRET}' \\\n    \
         conform run --base-url {url} --param plugin_id={PLUGIN_ID} \\\n    \
         --param environment={ENVIRONMENT}\n\n\
         Ctrl-C stops it."
    )
}
