//! Random streams that depend on a seed, a purpose and an index, and on nothing else:
//! not on the order of work, nor on the number of threads.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// The seed of an experiment, from which every random stream is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// The generator for one item of work: ChaCha8 keyed by SHA-256 of seed, purpose and index.
    pub fn stream(self, purpose: &str, index: u64) -> ChaCha8Rng {
        ChaCha8Rng::from_seed(self.digest(purpose, index))
    }

    /// A seed for a part of the work that derives streams of its own.
    pub fn derive(self, purpose: &str, index: u64) -> Seed {
        let digest = self.digest(purpose, index);
        Seed(digest.iter().take(8).fold(0, |word, &byte| (word << 8) | u64::from(byte)))
    }

    fn digest(self, purpose: &str, index: u64) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0.to_le_bytes());
        hash.update(index.to_le_bytes());
        hash.update(purpose.as_bytes());
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn a_stream_depends_on_seed_purpose_and_index_alone() {
        let draw = |seed, purpose, index| Seed(seed).stream(purpose, index).next_u64();
        assert_eq!(draw(1, "masks", 0), draw(1, "masks", 0));
        assert_ne!(draw(1, "masks", 0), draw(2, "masks", 0));
        assert_ne!(draw(1, "masks", 0), draw(1, "masks", 1));
        assert_ne!(draw(1, "masks", 0), draw(1, "trials", 0));
        assert_ne!(Seed(1).derive("a", 0), Seed(1).derive("a", 1));
    }
}
