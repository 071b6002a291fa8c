#![doc = include_str!("../README.md")]

pub mod employees;
mod error;
pub mod labels;
pub mod names;
pub mod odd;
pub mod places;
mod random;
pub mod relationships;
pub mod standard;
pub mod texts;

pub use error::Error;
