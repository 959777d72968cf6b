//! Memory: a simulation does not keep its draws where they would not fit.

#![cfg(target_os = "linux")]

use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Eight values of one random quantity: 2 million draws of all would take 122 MiB.
const SCRIPT: &str = "years 2024..2024\nset s = a, b, c, d, e, f, g, h\n\
    param x = uniform(0, 1)\n\
    param k[s] = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8 }\n\
    var y[s]\ny[i] = k[i] * x\nshow y[*]\n";

/// Returns the peak memory of a process in KiB, while it runs.
fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Moments and quantiles of 2 million draws on sixteen threads, whatever the machine has, in less memory than
/// the draws alone.
#[test]
fn moments_and_quantiles_need_little_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.mizan"), SCRIPT).expect("a script");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mizan"));
    command.args(["run", "a.mizan", "--draws", "2000000", "--max-draws", "2000000"]);
    command.env("RAYON_NUM_THREADS", "16");
    command.current_dir(&folder).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program runs");
    let mut most = 0;
    while child.try_wait().expect("it ends").is_none() {
        most = most.max(peak(&child).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("its output");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success() && text.contains("2,000,000 draws"), "{text}");
    assert!((1..100 << 10).contains(&most), "{most} KiB");
}
