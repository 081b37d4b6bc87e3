//! Memory and time of one input: counted by the allocator, and ended by a deadline.

use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use peak_alloc::PeakAlloc;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::mutate::mutated;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// One test at a time, for the allocator counts what all threads take.
static TURN: Mutex<()> = Mutex::new(());

/// Waits for the turn of a test, which is over when it is dropped.
pub fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

const MIB: usize = 1024 * 1024;
/// What one input may take; a build without optimisation needs some five times what a user waits.
const LONGEST: Duration = Duration::from_secs(10);

/// What is done with each input, and what it may take.
pub struct Harness<'a> {
    /// The folder of its corpus.
    pub name: &'static str,
    /// Right inputs, to be mutated.
    pub seeds: Vec<Vec<u8>>,
    /// What is put into them.
    pub words: &'static [&'static str],
    /// How many mutations, unless the environment says.
    pub cases: u32,
    /// The memory that any input may take.
    pub mebibytes: usize,
    /// How many bytes besides for one of the input.
    pub times: usize,
    /// What is done.
    pub work: &'a dyn Fn(&[u8]),
}

impl Harness<'_> {
    /// Takes the corpus, the seeds and their mutations; for a test that has its turn.
    pub fn run(self) {
        for (name, input) in corpus(self.name) {
            println!("{name}");
            self.one(&input);
        }
        for seed in &self.seeds {
            self.one(seed);
        }
        let wished = std::env::var("FUZZ_CASES").ok();
        let wished: Option<u32> = wished.map(|text| text.parse().expect("FUZZ_CASES is a number"));
        let config = Config {
            cases: wished.unwrap_or(self.cases),
            failure_persistence: None,
            max_shrink_iters: 500,
            ..Config::default()
        };
        let mut runner = match wished {
            Some(_) => TestRunner::new(config),
            None => {
                let always = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
                TestRunner::new_with_rng(config, always)
            }
        };
        let inputs = mutated(self.seeds.clone(), self.words);
        let done = runner.run(&inputs, |input| {
            self.one(&input);
            Ok(())
        });
        if let Err(error) = done {
            panic!("{}: {error}", self.name);
        }
    }

    fn one(&self, input: &[u8]) {
        let shown = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}", self.name));
        std::fs::write(&shown, input).unwrap();
        let (tell, told) = mpsc::channel::<()>();
        let watch = std::thread::spawn(move || {
            if told.recv_timeout(LONGEST) == Err(RecvTimeoutError::Timeout) {
                let _ = writeln!(
                    std::io::stderr(),
                    "not done after {LONGEST:?}: the input is in {}",
                    shown.display()
                );
                std::process::exit(101);
            }
        });
        let before = PeakAlloc.current_usage();
        PeakAlloc.reset_peak_usage();
        (self.work)(input);
        let taken = PeakAlloc.peak_usage().saturating_sub(before);
        drop(tell);
        watch.join().unwrap();
        let most = self.mebibytes * MIB + self.times * input.len();
        assert!(
            taken <= most,
            "{taken} bytes for an input of {}",
            input.len()
        );
    }
}

/// The inputs found so far.
fn corpus(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(name);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().collect();
    files.sort_by_key(std::fs::DirEntry::path);
    let read = |file: std::fs::DirEntry| {
        let name = file.file_name().to_string_lossy().into_owned();
        (name, std::fs::read(file.path()).unwrap())
    };
    files.into_iter().map(read).collect()
}

/// The text of a file of the project.
pub fn project(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The allocator sees what is taken, and a harness that takes too much fails.
#[test]
#[should_panic(expected = "bytes for an input of 1")]
fn what_takes_too_much_is_seen() {
    let _turn = turn();
    let harness = Harness {
        name: "answers",
        seeds: Vec::new(),
        words: &[],
        cases: 0,
        mebibytes: 64,
        times: 8,
        work: &|_| drop(std::hint::black_box(vec![1_u8; 65 * MIB])),
    };
    harness.one(b"x");
}
