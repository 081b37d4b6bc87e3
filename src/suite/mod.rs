//! The battery as a library: a service tests its own router in its own `cargo test`, over real HTTP. Wires contract,
//! battery, transport and run together as the command line does, without reading arguments or printing anything.
//!
//! ```no_run
//! # async fn example() -> Result<(), conform::suite::SuiteError> {
//! let report = conform::suite::Suite::embedded()
//!     .base_url("http://127.0.0.1:8080")
//!     .param("plugin_id", "ccp-789012")
//!     .param("environment", "env-123456")
//!     .credentials("MYKEY", "my-secret")
//!     .run()
//!     .await?;
//! report.assert_conformant();
//! # Ok(())
//! # }
//! ```

mod environment;
mod error;
mod outcome;
mod running;
#[cfg(feature = "libtest-mimic")]
pub mod trials;
mod wiring;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::battery::{LevelWish, Plan, Selection, Weight};
use crate::contract::Level;
use crate::exchange::credentials::{Entry, Keyring, RESTRICTED_KEY, RESTRICTED_SECRET, Secret};
use crate::mock::{self, MockConfig};
use crate::run::{Deriving, RunOptions, Setup};

#[doc(hidden)]
pub use environment::pairs;
pub use environment::{BASE_URL, PARAM};
pub use error::SuiteError;
pub use outcome::CaseOutcome;
#[doc(hidden)]
pub use wiring::{
    auth, auth_outline, base_url, keyring, reference_keyring, shown, skip_without_credentials,
};

/// A battery, a contract and a target, about to be run. What is wrong with any of them is said by [`Suite::cases_of`]
/// and [`Suite::run`], so that the steps before can stand in one line.
#[derive(Debug, Clone)]
pub struct Suite {
    setup: Setup,
    target: Target,
    parameters: BTreeMap<String, String>,
    key: Option<(String, String)>,
    restricted: Option<(String, String)>,
    /// What the environment has, by the names that are known.
    variables: BTreeMap<String, String>,
    allow_writes: bool,
    only: Vec<String>,
    skip: Vec<String>,
    level: Level,
    without_core: bool,
    levels: Vec<LevelWish>,
    options: RunOptions,
    timeout: Duration,
    max_time: Duration,
}

#[derive(Debug, Clone)]
enum Target {
    None,
    At(String),
    Reference(MockConfig),
}

/// A case of a suite, before it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SuiteCase {
    /// The stem of its file.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// Whether a run without it shows nothing.
    pub core: bool,
    /// Why it is not run, where it is not: an opt-in case, or a second key that was not given.
    pub skipped: Option<String>,
}

impl Suite {
    /// The battery and the contract that are built in. It still needs [`base_url`](Suite::base_url) and, as the
    /// contract has them, parameters and credentials.
    pub fn embedded() -> Suite {
        Suite {
            setup: Setup::default(),
            target: Target::None,
            parameters: BTreeMap::new(),
            key: None,
            restricted: None,
            variables: BTreeMap::new(),
            allow_writes: false,
            only: Vec::new(),
            skip: Vec::new(),
            level: Level::Should,
            without_core: false,
            levels: Vec::new(),
            options: RunOptions::default(),
            timeout: Duration::from_secs(10),
            max_time: Duration::from_secs(300),
        }
    }

    /// The same against the reference server, which the run starts on a free loopback port and stops at its end.
    pub fn reference() -> Suite {
        Suite::reference_as(MockConfig::default())
    }

    /// The reference server with a configuration of one's own: other sizes, or broken on purpose.
    pub fn reference_as(config: MockConfig) -> Suite {
        Suite {
            target: Target::Reference(config),
            ..Suite::embedded()
        }
        .restricted(mock::RESTRICTED_API_KEY, mock::RESTRICTED_API_SECRET)
    }

    /// Where the target is, such as `http://127.0.0.1:8080` or `https://host/prefix`.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Suite {
        self.target = Target::At(url.into());
        self
    }

    /// The value of a parameter of the contract that valid requests carry.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Suite {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// The key and the secret of valid requests.
    #[must_use]
    pub fn credentials(mut self, key: impl Into<String>, secret: impl Into<String>) -> Suite {
        self.key = Some((key.into(), secret.into()));
        self
    }

    /// A second pair that the target knows and refuses with 403; without it that case is not run.
    #[must_use]
    pub fn restricted(mut self, key: impl Into<String>, secret: impl Into<String>) -> Suite {
        self.restricted = Some((key.into(), secret.into()));
        self
    }

    /// Sends methods that may change something, too; without this only GET, HEAD and OPTIONS are ever sent.
    #[must_use]
    pub fn allow_writes(mut self) -> Suite {
        self.allow_writes = true;
        self
    }

    /// Tests the operations that no case covers with cases derived from the document, too.
    #[must_use]
    pub fn derived(mut self) -> Suite {
        self.setup.deriving = Some(Deriving::default());
        self
    }

    /// Adds a case or rule file, or a folder of them; what has the id of a built-in one replaces it.
    #[must_use]
    pub fn cases(mut self, path: impl AsRef<Path>) -> Suite {
        self.setup.cases.push(path.as_ref().to_owned());
        self
    }

    /// Leaves the built-in cases and rules out.
    #[must_use]
    pub fn without_embedded(mut self) -> Suite {
        self.setup.without_embedded = true;
        self
    }

    /// Another OpenAPI document than the built-in one.
    #[must_use]
    pub fn spec(mut self, path: impl AsRef<Path>) -> Suite {
        self.setup.spec = Some(path.as_ref().to_owned());
        self
    }

    /// Runs only cases whose id matches this glob (and the controls they stand on); may be given several times.
    #[must_use]
    pub fn only(mut self, glob: impl Into<String>) -> Suite {
        self.only.push(glob.into());
        self
    }

    /// Leaves out cases whose id matches this glob; may be given several times.
    #[must_use]
    pub fn skip(mut self, glob: impl Into<String>) -> Suite {
        self.skip.push(glob.into());
        self
    }

    /// Lets a core case be left out: without this, a run that skips one is incomplete.
    #[must_use]
    pub fn without_core(mut self) -> Suite {
        self.without_core = true;
        self
    }

    /// The lowest level that fails a run; `should` unless this says otherwise.
    #[must_use]
    pub fn gate(mut self, level: Level) -> Suite {
        self.level = level;
        self
    }

    /// Another level for the clauses whose id, with or without the operation's name, matches this glob; may be given
    /// several times, and the later one wins.
    #[must_use]
    #[track_caller]
    pub fn level_of(mut self, glob: impl Into<String>, weight: Weight) -> Suite {
        let place = std::panic::Location::caller();
        self.levels.push(LevelWish {
            glob: glob.into(),
            weight,
            source: place.file().to_owned(),
            line: place.line() as usize,
        });
        self
    }

    /// The most pages that a walk follows; 100,000 unless this says otherwise.
    #[must_use]
    pub fn max_pages(mut self, pages: u64) -> Suite {
        self.options.max_pages = pages;
        self
    }

    /// The longest time for one request; 10 s unless this says otherwise.
    #[must_use]
    pub fn timeout(mut self, longest: Duration) -> Suite {
        self.timeout = longest;
        self
    }

    /// The longest time for the whole run; 5 min unless this says otherwise.
    #[must_use]
    pub fn max_time(mut self, longest: Duration) -> Suite {
        self.max_time = longest;
        self
    }

    /// The cases in the order in which they would run. Sends nothing.
    ///
    /// # Errors
    /// As [`Suite::plan`].
    pub fn cases_of(&self) -> Result<Vec<SuiteCase>, SuiteError> {
        let plan = self.plan()?;
        let cases = plan.cases.into_iter().map(|case| SuiteCase {
            id: case.id,
            title: case.title,
            core: case.core,
            skipped: case.skipped,
        });
        Ok(cases.collect())
    }

    /// Contract and battery, bound together. Sends nothing.
    ///
    /// # Errors
    /// A contract, case or rule file that is wrong, a parameter without a value, or credentials that are missing.
    #[doc(hidden)]
    pub fn plan(&self) -> Result<Plan, SuiteError> {
        let selection = Selection {
            only: self.only.clone(),
            skip: self.skip.clone(),
            parameters: self.parameters.clone(),
            has_restricted: self.restricted.is_some(),
            allow_writes: self.allow_writes,
            levels: self.levels.clone(),
            ..Selection::default()
        };
        let mut plan = self
            .setup
            .plan(selection, matches!(self.target, Target::Reference(_)))?;
        let keyring = self.keyring(&plan);
        wiring::skip_without_credentials(&mut plan, &keyring);
        wiring::auth(&plan, keyring)?;
        Ok(plan)
    }

    /// All credentials that it was given.
    fn keyring(&self, plan: &Plan) -> Keyring {
        let mut keyring = keyring(plan, &|name| self.variables.get(name).cloned());
        if let Target::Reference(_) = self.target {
            keyring = reference_keyring(plan);
        }
        if let Some((key, secret)) = &self.key {
            keyring.given = Entry::given(key, secret);
        }
        if let Some((key, secret)) = &self.restricted {
            let key = Secret::new(RESTRICTED_KEY, key);
            keyring.restricted = Some((key, Secret::new(RESTRICTED_SECRET, secret)));
        }
        keyring
    }
}
