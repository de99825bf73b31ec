//! Authentication: challenges, credentials, tokens, and calls that wait for one another.

pub(crate) mod authenticate;
pub(crate) mod login;
pub(crate) mod route;
pub(crate) mod single_flight;
pub(crate) mod states;
pub(crate) mod token_service;
