//! Networks: ONNX classifiers run with tract.

/// A classifier.
pub struct Network;
