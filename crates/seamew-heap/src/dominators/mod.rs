//! Reachability and dominators: depth-first search, semidominators, the dominator tree.
//!
//! The phases consume each other, so each one's memory goes when it ends:
//! [`reach`] numbers the objects in depth-first preorder and collects the edges that are not in
//! the search tree; [`CrossLists`] sorts those by target; [`immediate`] and [`climb`] are SEMI-NCA;
//! [`deferred`] adds the class objects left out; [`tree`] lays the tree out in preorder with
//! retained sizes.

pub mod climb;
mod cross;
pub mod deferred;
mod immediate;
mod reach;
pub mod tree;

pub use cross::CrossLists;
pub use immediate::immediate_dominators;
pub use reach::{ReachInput, Reached, reach};
