//! The Python module `mizan._mizan`, on which the package `mizan` is built.
//!
//! It is thin: it converts arguments and results, runs the core without the interpreter's lock, and lets Ctrl-C
//! end a run. Everything else is in the core or, for labels and optional packages, in Python.

mod arrays;
mod background;
mod error;
mod report;
mod script;

use pyo3::prelude::*;

/// The compiled part of `mizan`.
#[pymodule(name = "_mizan")]
mod module {
    #[pymodule_export]
    use super::report::Report;
    #[pymodule_export]
    use super::script::{Script, merge, merge_counts};
    use pyo3::prelude::*;

    /// The memory in bytes that the container of this process allows; None without a limit.
    #[pyfunction]
    fn container_memory() -> Option<u64> {
        mizan::files::container_memory()
    }

    /// Adds the version of Mizan and the number of draws of a chunk.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("CHUNK", mizan::engine::simulate::CHUNK)
    }
}
