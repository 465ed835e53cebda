//! Statistics that know nothing of pictures, people or networks.

pub mod cluster;
pub mod correct;
pub mod correlate;
pub mod crossed;
pub mod fourier;
pub mod intraclass;
pub mod lattice;
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
pub mod tfce;
pub mod tilted;
