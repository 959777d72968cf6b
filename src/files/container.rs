//! The limit on memory of the container in which a process runs.

use std::fs::read_to_string;
use std::path::Path;

/// Returns the memory in bytes that the control groups (version 2) of this process allow: containers, jobs of a
/// cluster's scheduler, services. None without a limit, and where there are no such groups.
pub fn container_memory() -> Option<u64> {
    let groups = read_to_string("/proc/self/cgroup").ok()?;
    limit_below(Path::new("/sys/fs/cgroup"), &groups)
}

/// The least limit of the group that `groups`, the text of `/proc/self/cgroup`, names, and of all groups that
/// contain it.
fn limit_below(root: &Path, groups: &str) -> Option<u64> {
    // Version 2 has one line, `0::/path`. Inside a container the path may begin outside of what is mounted: `/../..`.
    let path = groups.lines().find_map(|line| line.strip_prefix("0::"))?;
    let names = path.split('/').filter(|name| !name.is_empty() && *name != "..");
    let mut folder = root.to_owned();
    let mut limits = vec![limit_in(&folder)];
    for name in names {
        folder.push(name);
        limits.push(limit_in(&folder));
    }
    limits.into_iter().flatten().min()
}

/// The limit of one group; None for `max`.
fn limit_in(folder: &Path) -> Option<u64> {
    read_to_string(folder.join("memory.max")).ok()?.trim().parse().ok()
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;

    #[test]
    fn the_least_limit_of_the_groups_around_a_process_counts() {
        let root = tempfile::tempdir().expect("a folder");
        let job = root.path().join("slurm/job_7");
        std::fs::create_dir_all(job.join("step_0")).expect("folders");
        let put = |folder: &Path, text: &str| {
            std::fs::write(folder.join("memory.max"), text).expect("a file")
        };
        put(&job.join("step_0"), "max\n");
        assert_eq!(limit_below(root.path(), "0::/slurm/job_7/step_0\n"), None);
        put(&job, "4294967296\n");
        put(&root.path().join("slurm"), "8589934592\n");
        assert_eq!(limit_below(root.path(), "0::/slurm/job_7/step_0\n"), Some(4 << 30));
        assert_eq!(limit_below(root.path(), "0::/slurm\n"), Some(8 << 30));
        // Another process's group, a container whose own group is the root, and version 1 alone.
        assert_eq!(limit_below(root.path(), "0::/user\n"), None);
        put(root.path(), "1073741824\n");
        assert_eq!(limit_below(root.path(), "1:name=systemd:/x\n0::/../..\n"), Some(1 << 30));
        assert_eq!(limit_below(root.path(), "5:memory:/slurm\n"), None);
    }
}
