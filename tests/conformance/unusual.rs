//! Servers that are unusual, but right: none may be accused, and each ends with exit code 0.

mod headers;
mod paging;
mod refusals;
mod transfer;
mod values;
