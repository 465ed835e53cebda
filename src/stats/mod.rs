//! Statistics that know nothing of pictures, people or networks.

pub mod correlate;
pub mod crossed;
pub mod fourier;
pub mod intraclass;
pub mod low_pass;
pub mod mean;
pub mod project;
pub mod quadrature;
pub mod quantile;
pub mod random_field;
pub mod smooth;
pub mod solve;
pub mod spline;
pub mod stretch;
