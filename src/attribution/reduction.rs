//! The parameter that names how channels are joined; the ways themselves are those of maps.

use super::parameter::{Parameter, choice};
use crate::map::REDUCTIONS;

/// The parameter of methods whose maps have channels.
pub(super) const CHANNELS: Parameter = choice("channels", "how the channels of a pixel are joined", REDUCTIONS);
