//! Archives as the tools write them.

mod tar;
