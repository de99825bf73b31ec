//! Archives as the tools write them.

mod images;
mod tar;
