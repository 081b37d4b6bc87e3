//! `conform mock`: the reference server in the foreground, whole or with one clause broken on purpose.

use crate::mock::{
    API_KEY, API_SECRET, ENVIRONMENT, Listener, MockConfig, MockError, PLUGIN_ID,
    RESTRICTED_API_KEY, RESTRICTED_API_SECRET,
};

use super::args::MockArgs;
use super::defect::Defects;
use super::watch::Watch;
use super::{CliError, run, terminal};

/// Serves until it is interrupted.
pub fn main(args: &MockArgs) -> Result<u8, CliError> {
    let mut config = MockConfig {
        port: args.port,
        items: args.items,
        page_size: args.page_size,
        limit: args.limit,
        latency: args.latency.value,
        edit: None,
    };
    let watch = Watch::begin(None)?;
    run::runtime()?.block_on(async {
        if args.list_defects {
            for (clause, variant, how) in Defects::known(&MockConfig::default()).await?.list() {
                terminal::say(&terminal::harmless(&format!("{clause}  {variant}: {how}")));
            }
            return Ok(0);
        }
        let serve = |error: MockError| CliError::new(error.to_string());
        let listener = Listener::bind(args.port).await.map_err(serve)?;
        let mut broken = None;
        if let Some(clause) = &args.defect {
            // Whoever connects by now waits until the defect is armed.
            let defects = Defects::known(&config).await?;
            let defect = defects.defect(clause, listener.base_url())?;
            config.edit = Some(defect.edit);
            broken = Some(defect.how);
        }
        let server = listener.serve(config).map_err(serve)?;
        let welcome = welcome(server.base_url(), broken.as_deref());
        terminal::say(&terminal::harmless(&welcome));
        // Who cannot read where it listens and with which key has no use for it.
        if terminal::unwritten().is_none() {
            watch.over().await;
        }
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
