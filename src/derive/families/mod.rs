//! The families of derived cases, one a file: each makes the cases of one operation.

mod about;
pub mod applied;
pub mod body;
pub mod conditions;
pub mod finds;
pub mod head;
pub mod hostile;
pub mod kept;
pub mod keyword;
pub mod life;
pub mod required;
pub mod security;
pub mod selects;
pub mod sorted;
pub mod sorts;
pub mod stages;
pub mod taken;
pub mod told;
pub mod twice;
pub mod unknown_id;
pub mod unknown_parent;
pub mod unsure;
pub mod valid;
pub mod walk;
