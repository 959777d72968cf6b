//! Vectors of the core as numpy arrays.

use numpy::{PyArray1, PyArrayMethods as _};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// Hands a vector over to numpy, in rows, without a copy.
pub(crate) fn array<'py>(
    py: Python<'py>,
    values: Vec<f64>,
    shape: &[usize],
) -> PyResult<Bound<'py, PyAny>> {
    let flat = PyArray1::from_vec(py, values);
    flat.readwrite().make_nonwriteable();
    flat.call_method1("reshape", (PyTuple::new(py, shape)?,))
}
