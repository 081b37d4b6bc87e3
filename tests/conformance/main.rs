//! The calibration of the harness: servers that know nothing, servers that are unusual but right, and servers that are
//! broken in exactly one place. Every server is a row with the exit code and the clauses that a run must end with.

mod bad_input;
mod broken;
mod calibrated;
mod derived;
mod envelope;
mod filtered;
mod gateway;
mod lenient;
mod lists;
mod orders;
mod ranges;
mod searching;
mod selecting;
mod servers;
mod sizes;
mod sorting;
mod spoken;
mod unusual;
mod writes;
