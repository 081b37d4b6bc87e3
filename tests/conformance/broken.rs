//! Servers that are broken in exactly one place: each run ends with exit code 1 and that one clause.

mod access;
mod answers;
mod ends;
mod ids;
mod leaks;
mod links;
mod near;
mod pages;
mod places;
mod rules;
mod schema;
mod walk;
