//! Reasons of rows that are no trials, where code asks for them.

/// Nothing tells which stimulus was shown.
pub const NO_TRIAL: &str = "no trial: neither an id nor a stimulus";

/// The user does not ask for it.
pub const KEEP: &str = "import.keep does not ask for it";

/// It answers the picture of another row.
pub const ANSWERS: &str = "no trial: it answers the picture before it";
