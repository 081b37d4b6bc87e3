//! The end of the program's time: a signal, or `--max-time`. Whatever is under way is told of it, and what does not end
//! by itself then, such as a report into a pipe that nobody reads, is ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::run::Stop;
use crate::transport::whole;

use super::{CliError, terminal};

/// How long what is under way has to end by itself.
const GRACE: Duration = Duration::from_millis(1500);

/// Watches over the program.
pub struct Watch {
    /// When the time is over.
    pub deadline: Option<Instant>,
    /// Why, once it is over.
    pub stop: Arc<Stop>,
    over: watch::Receiver<bool>,
    writing: Arc<AtomicBool>,
}

impl Watch {
    /// Begins to watch, for as long as is given.
    pub fn begin(longest: Option<Duration>) -> Result<Watch, CliError> {
        let (say, over) = watch::channel(false);
        let stop = Arc::new(Stop::default());
        let told = Arc::clone(&stop);
        let writing = Arc::new(AtomicBool::new(false));
        let is_writing = Arc::clone(&writing);
        let fail = |error| CliError::new(format!("signals cannot be watched: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(fail)?;
        let mut signals = {
            let _inside = runtime.enter();
            Signals::new().map_err(fail)?
        };
        std::thread::spawn(move || {
            runtime.block_on(async {
                let why = tokio::select! {
                    () = signals.next() => "the run was interrupted".to_owned(),
                    why = elapsed(longest) => why,
                };
                told.now(&why);
                say.send_replace(true);
                tokio::time::sleep(GRACE).await;
                let (what, code) = match is_writing.load(Ordering::SeqCst) {
                    true => ("not everything was written", 2),
                    false => (
                        "what was under way did not end by itself, and nothing was written",
                        3,
                    ),
                };
                terminal::trouble(&format!("error: {why}: {what}"));
                whole::abandon();
                std::process::exit(code);
            });
        });
        Ok(Watch {
            deadline: longest.map(|longest| Instant::now() + longest),
            stop,
            over,
            writing,
        })
    }

    /// Comes back when everything has to end.
    pub async fn over(&self) {
        // The sender lives as long as the program.
        drop(self.over.clone().wait_for(|over| *over).await);
    }

    /// Whether the time of the program is over, for whoever tells of what it cut short.
    pub fn is_over(&self) -> impl Fn() -> bool + Send + Sync + 'static {
        let (over, deadline) = (self.over.clone(), self.deadline);
        move || *over.borrow() || is_past(deadline)
    }

    /// What to do about a run that was cut short, if it was.
    pub fn remedy(&self) -> Option<String> {
        self.stop.reason().filter(|_| self.is_over()())?;
        let how = match is_past(self.deadline) {
            true => " with a longer --max-time",
            false => "",
        };
        Some(format!(
            "run it again{how}; what was seen so far stands in the reports, and -v tells what was not tested"
        ))
    }

    /// From now on, what is cut off is what is being written.
    pub fn writing(&self) {
        self.writing.store(true, Ordering::SeqCst);
    }
}

fn is_past(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}

async fn elapsed(longest: Option<Duration>) -> String {
    let Some(longest) = longest else {
        return std::future::pending().await;
    };
    tokio::time::sleep(longest).await;
    let seconds = longest.as_secs_f64();
    format!("the time for the run (--max-time, {seconds} s) is over")
}

/// What asks the program to stop.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        Ok(Signals)
    }

    async fn next(&mut self) {
        drop(tokio::signal::ctrl_c().await);
    }
}
