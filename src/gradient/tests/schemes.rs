//! Relevance and DeepLIFT.
