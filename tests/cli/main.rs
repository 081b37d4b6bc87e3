//! The real binary, run as a user runs it: every documented command and every exit code.

mod broken;
mod commands;
mod incomplete;
mod outputs;
mod prove;
mod secrets;
mod snapshots;
mod support;
mod target;
mod usage;
