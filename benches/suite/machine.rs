//! The machine and the versions behind the figures.

use std::process::Command;

/// Returns the first line of a command's output.
fn said(command: &mut Command) -> String {
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).lines().next().unwrap_or("unknown").to_owned()
}

/// Returns a field of /proc/cpuinfo.
fn processor(field: &str) -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(field)).unwrap_or_default();
    line.split_once(':').map_or("unknown", |(_, value)| value.trim()).to_owned()
}

fn instruction_sets() -> String {
    let flags = processor("flags");
    let has = |name: &&str| flags.split(' ').any(|flag| flag == *name);
    ["sse2", "avx2", "fma", "avx512f", "avx512dq"]
        .into_iter()
        .filter(has)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Returns the instruction set that computes lanes on this machine.
fn used() -> &'static str {
    match pulp::Arch::new() {
        pulp::Arch::Scalar => "the baseline",
        #[cfg(target_arch = "x86_64")]
        pulp::Arch::V3(_) => "AVX2",
        #[cfg(target_arch = "x86_64")]
        pulp::Arch::V4(_) => "AVX-512",
        _ => "another",
    }
}

pub(crate) fn described(versions: &[String]) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let family = format!("family {} model {}", processor("cpu family"), processor("model\t"));
    format!(
        "- Processor: {} ({family}), {cores} cores; {}\n- Mizan and the loop by hand run on {}\n- {}; \
         mizan {}; {}\n",
        processor("model name"),
        instruction_sets(),
        used(),
        said(Command::new("rustc").arg("--version")),
        env!("CARGO_PKG_VERSION"),
        versions.join(", "),
    )
}
