//! What every role tells of itself.
