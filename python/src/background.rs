//! Runs the core on a thread pool while Python waits: other Python threads go on, Ctrl-C ends the run, and
//! progress is reported.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mizan::engine::Stop;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Size of a thread's stack in bytes, as that of the command line: any thread may evaluate an expression.
const STACK: usize = 8 << 20;
/// Time between two looks at Ctrl-C.
const PAUSE: Duration = Duration::from_millis(50);

/// The pool with the process that made it. A process that was forked has none of the threads.
static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// Returns the pool of this process: one thread per processor, or as many as `RAYON_NUM_THREADS` says.
fn pool() -> PyResult<Arc<ThreadPool>> {
    let mut known = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    let own = std::process::id();
    match &*known {
        Some((process, pool)) if *process == own => return Ok(Arc::clone(pool)),
        Some(_) | None => {}
    }
    let made = ThreadPoolBuilder::new().stack_size(STACK).build();
    let made = made.map_err(|error| PyRuntimeError::new_err(format!("no threads: {error}")))?;
    let pool = Arc::new(made);
    // The pool of another process is never dropped: its threads do not exist here.
    std::mem::forget(known.replace((own, Arc::clone(&pool))));
    Ok(pool)
}

/// The share of the work that is done.
#[derive(Default)]
struct Share(AtomicU64);

impl Share {
    fn set(&self, share: f64) {
        self.0.store(share.to_bits(), Ordering::Relaxed);
    }

    fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Ordering::Relaxed))
    }
}

/// The environment of a run: how it is ended, and who hears of its progress.
pub(crate) struct Watch {
    /// The memory that the run may use, in bytes.
    pub(crate) memory: Option<u64>,
    /// Called with the share that is done.
    pub(crate) progress: Option<Py<PyAny>>,
}

/// Runs `work` in the pool without the interpreter's lock.
///
/// # Errors
/// `KeyboardInterrupt`, and what the progress function raises; the run ends first.
pub(crate) fn run<R: Send>(
    py: Python<'_>,
    watch: Watch,
    work: impl FnOnce(&(dyn Fn(f64) + Sync), &Stop) -> R + Send,
) -> PyResult<R> {
    let (pool, share) = (pool()?, Share::default());
    let stop = match watch.memory {
        Some(bytes) => Stop::new().with_memory(bytes),
        None => Stop::new(),
    };
    let progress = |done: f64| share.set(done);
    std::thread::scope(|scope| {
        let (send, mut receive) = sync_channel(1);
        let (own, progress) = (stop.clone(), &progress);
        let worker = scope.spawn(move || {
            let made = pool.install(|| work(progress, &own));
            // The receiver waits until this thread has ended.
            let _ = send.send(made);
        });
        let mut raised = None;
        let made = loop {
            let found;
            (receive, found) = py.detach(move || {
                let found = receive.recv_timeout(PAUSE);
                (receive, found)
            });
            match found {
                Ok(made) => break Some(made),
                Err(RecvTimeoutError::Disconnected) => break None,
                Err(RecvTimeoutError::Timeout) if raised.is_some() => {}
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(problem) = look(py, &watch, share.get()) {
                        stop.raise();
                        raised = Some(problem);
                    }
                }
            }
        };
        match (raised, made) {
            (Some(problem), _) => Err(problem),
            (None, Some(made)) => Ok(made),
            (None, None) => {
                let why = worker.join().err();
                let why = why.as_ref().and_then(|why| why.downcast_ref::<String>());
                let why = why.map_or("a fault in Mizan", String::as_str);
                Err(PyRuntimeError::new_err(format!("internal error: {why}; please report it")))
            }
        }
    })
}

/// Looks for Ctrl-C, and reports the progress.
fn look(py: Python<'_>, watch: &Watch, share: f64) -> PyResult<()> {
    py.check_signals()?;
    if let Some(progress) = &watch.progress {
        progress.call1(py, (share,))?;
    }
    Ok(())
}
