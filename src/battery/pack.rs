//! The pack that is built in: a contract with its battery, listed by `build.rs` from `spec/` and `cases/`. No other file
//! of the program knows which one it is.

include!(concat!(env!("OUT_DIR"), "/pack.rs"));
