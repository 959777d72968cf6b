//! Limits on the memory of this process.

use crate::engine::Stop;
use crate::files::container_memory;

/// Share of the free memory that values, tapes and answers may take. The remaining memory is for data that is not
/// counted: the script, the plan of a run, texts, the stacks of threads.
const COUNTED: f64 = 0.6;

/// Makes the stop conditions of a command: a limit on memory.
pub(crate) fn stop() -> Stop {
    limited(Stop::default())
}

/// Adds the memory limit to a stop flag.
pub(crate) fn limited(stop: Stop) -> Stop {
    shared(stop, 1)
}

/// Adds the memory limit to the flag of one of `among` runs that are made at once, each with an equal share.
pub(crate) fn shared(stop: Stop, among: u64) -> Stop {
    let limits = [free(), of_process(), container_memory()];
    match limits.into_iter().flatten().min() {
        Some(bytes) => stop.with_memory((bytes as f64 * COUNTED) as u64 / among.max(1)),
        None => stop,
    }
}

/// Returns the free memory of this computer in bytes; None if the system does not report it.
fn free() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    kilobytes.checked_mul(1024)
}

/// Returns the memory in bytes that this process can use under the limit on its address space (`ulimit -v`): half of
/// the limit, because the allocator reserves addresses in blocks that are much larger than the memory in use.
fn of_process() -> Option<u64> {
    #[cfg(unix)]
    let limit = rustix::process::getrlimit(rustix::process::Resource::As).current;
    #[cfg(not(unix))]
    let limit: Option<u64> = None;
    limit.map(|bytes| bytes / 2)
}
