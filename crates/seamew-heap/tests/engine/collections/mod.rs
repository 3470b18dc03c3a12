//! Collections: what was built is what is found, and what is broken is told and ends.

mod broken;
mod kit;
mod shapes;
mod tables;
