//! Whatever comes from outside ends: no panic, no bound of memory or time exceeded, and what is promised of the outcome
//! holds. Each harness takes the inputs found so far (`corpus/`) and mutations of right ones, the same in each run.
//! `FUZZ_CASES=N` takes as many, chosen anew; the input at hand stands in `target/tmp/fuzz-NAME`, should the process end.

mod answers;
mod archives;
mod bounds;
mod documents;
mod files;
mod mutate;
mod records;
