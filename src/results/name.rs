//! Names of files that come from texts in files.

use super::hash;

/// True if a text from a file may become part of a path: letters, digits, `.`, `-`, `_`, not starting with a dot.
pub fn is_safe_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && !text.starts_with('.')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// A file name for any text: the text itself where it is safe, else its safe characters and a hash of the whole.
pub fn safe_name(text: &str) -> String {
    if is_safe_name(text) {
        return text.to_owned();
    }
    let kept: String = text.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    format!("{kept}-{}", &hash(text.as_bytes())[..12])
}
