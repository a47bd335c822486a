//! Whether a file system tells of changes: those that other machines write to do not.

use std::path::Path;

/// Kinds whose changes by others make no events here.
const SILENT: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "vboxsf",
    "prl_fs",
    "virtiofs",
    "fuse.sshfs",
    "fuse.vmhgfs-fuse",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.glusterfs",
    "fuse.gvfsd-fuse",
    "glusterfs",
    "lustre",
    "beegfs",
];

/// The kind of the file system that a path lies on, if it is one of those.
pub fn without_events(path: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let path = path.canonicalize().ok()?;
    silent(&mounts, &path)
}

/// The same, given the system's table of mounts (proc_pid_mountinfo(5)).
fn silent(mounts: &str, path: &Path) -> Option<String> {
    let mounts = mounts.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let folder = unescaped(before.split(' ').nth(4)?);
        Some((folder, after.split(' ').next()?))
    });
    // Of two mounts in one place the later one is seen.
    let (_, kind) = mounts.filter(|(folder, _)| path.starts_with(folder)).max_by_key(|(folder, _)| folder.len())?;
    SILENT.contains(&kind).then(|| kind.to_string())
}

/// `\040` is a space.
fn unescaped(text: &str) -> String {
    ["\\040", "\\011", "\\012", "\\134"]
        .iter()
        .zip([" ", "\t", "\n", "\\"])
        .fold(text.to_string(), |t, (from, to)| t.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_mount_counts() {
        let mounts = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
                      30 22 0:40 / /net rw - nfs4 host:/export rw\n\
                      31 30 8:2 / /net/local rw - xfs /dev/sdb rw\n\
                      32 22 0:41 / /my\\040site rw,nosuid - fuse.sshfs host: rw\n";
        let of = |path: &str| silent(mounts, Path::new(path));
        assert_eq!(of("/home/a"), None);
        assert_eq!(of("/net/site").as_deref(), Some("nfs4"));
        assert_eq!(of("/network"), None);
        assert_eq!(of("/net/local/site"), None);
        assert_eq!(of("/my site/x").as_deref(), Some("fuse.sshfs"));
        assert_eq!(silent("", Path::new("/a")), None);
    }
}
