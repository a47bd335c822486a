//! A branch of a git repository as a target, by git's own plumbing: one deploy is one commit, and the push is what makes
//! it visible. It goes through only if the branch is still where it was seen, so it is a lock as well.

use super::failure::Failure;
use super::manifest::FOLDER;
use super::state;
use super::target::{Done, Given, Outgoing, Seen, Sent, Tag, Target};
use super::tools::{Said, run, without_user};
use crate::build;
use crate::config::Git;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Deploys that a roll-back can go over.
const DEPTH: &str = "40";

/// What the message of a roll-back says after the name of the commit that it goes back to.
const BACK_TO: &str = "Rolled-back-to: ";

/// A branch.
pub struct Branch {
    /// A repository of our own that objects are put into.
    store: PathBuf,
    url: String,
    branch: String,
    prefix: String,
    cname: Option<String>,
    /// Who commits: name and mail address.
    author: (String, String),
    staged: Mutex<Staged>,
}

#[derive(Default)]
struct Staged {
    /// Where the branch was seen; empty if there is none.
    tip: String,
    /// Path in the branch → blob, or none where it is to go.
    files: BTreeMap<String, Option<String>>,
}

impl Branch {
    /// The branch of a target. Speaks to nobody.
    pub fn new(git: &Git, site: &Path, name: &str) -> Result<Self, Failure> {
        let of_site = |arguments: &[&str]| -> Result<Option<String>, Failure> {
            let said = run(Command::new("git").arg("-C").arg(site).args(arguments), b"")?;
            let text = String::from_utf8_lossy(&said.out).trim().to_string();
            Ok(Some(text).filter(|text| said.status.success() && !text.is_empty()))
        };
        let is_name = !git.repository.contains(['/', ':', '\\']);
        let remote = if is_name { of_site(&["remote", "get-url", &git.repository])? } else { None };
        let url = remote.unwrap_or_else(|| git.repository.clone());
        let is_address = url.contains("://") || url.split('/').next().is_some_and(|host| host.contains(':'));
        let url = if is_address { url } else { site.join(url).to_string_lossy().into_owned() };
        let author = (
            of_site(&["config", "user.name"])?.unwrap_or_else(|| "Dateline".to_string()),
            of_site(&["config", "user.email"])?.unwrap_or_else(|| "dateline@localhost".to_string()),
        );
        Ok(Self {
            store: site.join(build::FOLDER).join("deploy").join(name).join("git"),
            url,
            branch: git.branch.clone(),
            prefix: git.prefix.clone(),
            cname: git.cname.clone(),
            author,
            staged: Mutex::default(),
        })
    }

    fn staged(&self) -> MutexGuard<'_, Staged> {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(&self.store).args(arguments);
        // Nobody is there to be asked for a password; a repository that surrounds this one is none of its business.
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_INDEX_FILE", self.store.join("deploy-index"));
        for of_another in ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"] {
            command.env_remove(of_another);
        }
        command.env("GIT_AUTHOR_NAME", &self.author.0).env("GIT_AUTHOR_EMAIL", &self.author.1);
        command.env("GIT_COMMITTER_NAME", &self.author.0).env("GIT_COMMITTER_EMAIL", &self.author.1);
        command
    }

    fn said(&self, arguments: &[&str], input: &[u8]) -> Result<Said, Failure> {
        run(&mut self.command(arguments), input)
    }

    /// What git says if it succeeds.
    fn git(&self, arguments: &[&str], input: &[u8]) -> Result<String, Failure> {
        let said = self.said(arguments, input)?;
        if said.status.success() {
            return Ok(String::from_utf8_lossy(&said.out).trim_end().to_string());
        }
        let message = format!("git {} failed: {}", arguments.first().unwrap_or(&""), said.err);
        Err(Failure::new(message, "check that the same works by hand: the address, the network, your right to push"))
    }

    fn reference(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }

    /// Finds the tip of the branch and has its commit here.
    fn find_tip(&self, depth: &str) -> Result<String, Failure> {
        if !self.store.join("HEAD").is_file() {
            let init = run(Command::new("git").args(["init", "--quiet", "--bare"]).arg(&self.store), b"")?;
            if !init.status.success() {
                return Err(Failure::new(
                    format!("git init failed: {}", init.err),
                    "check that .dateline/ may be written",
                ));
            }
        }
        let listed = self.git(&["ls-remote", &self.url, &self.reference()], b"")?;
        // The pattern also fits what ends in it, such as `refs/archive/refs/heads/gh-pages`.
        let of_branch =
            |line: &str| Some(line.split_once('\t').filter(|(_, name)| *name == self.reference())?.0.to_string());
        let tip = listed.lines().find_map(of_branch).unwrap_or_default();
        let is_here = !tip.is_empty()
            && depth == "1"
            && self.said(&["cat-file", "-e", &format!("{tip}^{{tree}}")], b"")?.status.success();
        if !tip.is_empty() && !is_here {
            let refspec = format!("+{}:refs/deploy/tip", self.reference());
            self.git(&["fetch", "--quiet", "--no-tags", "--depth", depth, &self.url, &refspec], b"")?;
        }
        Ok(tip)
    }

    fn blob(&self, tip: &str, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        if tip.is_empty() {
            return Ok(None);
        }
        let said = self.said(&["cat-file", "blob", &format!("{tip}:{}{path}", self.prefix)], b"")?;
        Ok(said.status.success().then_some(said.out))
    }

    /// Moves the branch from where it was seen to a commit of ours.
    fn push(&self, tip: &str, commit: &str) -> Result<(), Failure> {
        let reference = self.reference();
        let lease = format!("--force-with-lease={reference}:{tip}");
        let said = self.said(&["push", "--quiet", &lease, &self.url, &format!("{commit}:{reference}")], b"")?;
        if said.status.success() {
            return Ok(());
        }
        let moved = ["stale info", "fetch first", "cannot lock ref", "non-fast-forward", "already exists"];
        if moved.iter().any(|words| said.err.contains(words)) {
            return Err(Failure::conflict());
        }
        Err(Failure::new(
            format!("git push failed: {}", said.err),
            "check your right to push to the branch, then deploy again",
        ))
    }

    fn commit(&self, tree: &str, tip: &str, message: &str) -> Result<String, Failure> {
        let mut arguments = vec!["commit-tree", tree];
        if !tip.is_empty() {
            arguments.extend(["-p", tip]);
        }
        self.git(&arguments, message.as_bytes())
    }
}

impl Target for Branch {
    fn place(&self) -> String {
        format!("{}, branch {}", without_user(&self.url), self.branch)
    }

    fn is_atomic(&self) -> bool {
        true
    }

    fn look(&self) -> Result<Option<Seen>, Failure> {
        let tip = self.find_tip("1")?;
        let state = self.blob(&tip, &state::path())?;
        self.staged().tip.clone_from(&tip);
        Ok(state.map(|bytes| Seen { bytes, tag: tip, age: None }))
    }

    fn set_state(&self, bytes: &[u8], _: Option<&Tag>) -> Result<Tag, Failure> {
        self.write(&state::path(), bytes)?;
        Ok(self.staged().tip.clone())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let blob = self.git(&["hash-object", "-w", "--stdin"], bytes)?;
        self.staged().files.insert(format!("{}{path}", self.prefix), Some(blob));
        Ok(())
    }

    fn send(&self, files: &[Outgoing], done: Done) -> Result<(), Failure> {
        let mut paths = String::new();
        for file in files {
            // Only the file as it was planned.
            file.read()?;
            paths.push_str(&format!("{}\n", file.file.display()));
        }
        let blobs = self.git(&["hash-object", "-w", "--no-filters", "--stdin-paths"], paths.as_bytes())?;
        let blobs: Vec<&str> = blobs.lines().collect();
        if blobs.len() != files.len() {
            return Err(Failure::new("git hash-object has not read every file", "deploy again"));
        }
        for (at, (file, blob)) in files.iter().zip(blobs).enumerate() {
            self.staged().files.insert(format!("{}{}", self.prefix, file.path), Some(blob.to_string()));
            done(at, Sent { proven: true, version: None })?;
        }
        Ok(())
    }

    fn fetch(&self, paths: &[String], given: Given) -> Result<(), Failure> {
        let tip = self.staged().tip.clone();
        paths.iter().enumerate().try_for_each(|(at, path)| given(at, self.blob(&tip, path)?))
    }

    fn remove(&self, paths: &[String], done: &(dyn Fn(usize) -> Result<(), Failure> + Sync)) -> Result<(), Failure> {
        for (at, path) in paths.iter().enumerate() {
            self.staged().files.insert(format!("{}{path}", self.prefix), None);
            done(at)?;
        }
        Ok(())
    }

    fn list(&self) -> Result<BTreeMap<String, u64>, Failure> {
        let tip = self.staged().tip.clone();
        if tip.is_empty() {
            return Ok(BTreeMap::new());
        }
        let listed = self.git(&["ls-tree", "-r", "-l", "-z", &tip], b"")?;
        let of = |line: &str| {
            let (about, path) = line.split_once('\t')?;
            let path = path.strip_prefix(&self.prefix)?.to_string();
            Some((path, about.split_whitespace().nth(3)?.parse().unwrap_or(0)))
        };
        // What is ours besides the site, or the host's.
        let own = |path: &str| path.starts_with(FOLDER) || matches!(path, "CNAME" | ".nojekyll");
        Ok(listed.split('\0').filter_map(of).filter(|(path, _)| !own(path)).collect())
    }

    fn publish(&self, message: &str) -> Result<(), Failure> {
        let Staged { tip, mut files } = std::mem::take(&mut *self.staged());
        let beside = |path: &str| format!("{}{path}", self.prefix);
        if !files.contains_key(&beside(".nojekyll")) && self.blob(&tip, ".nojekyll")?.is_none() {
            // Without it GitHub would drop what begins with `_`.
            files.insert(beside(".nojekyll"), Some(self.git(&["hash-object", "-w", "--stdin"], b"")?));
        }
        if let Some(domain) = &self.cname {
            let blob = self.git(&["hash-object", "-w", "--stdin"], format!("{domain}\n").as_bytes())?;
            files.insert(beside("CNAME"), Some(blob));
        }
        self.git(&["read-tree", if tip.is_empty() { "--empty" } else { &tip }], b"")?;
        let mut lines = Vec::new();
        // Deletions first: a folder may become a file.
        for (path, blob) in
            files.iter().filter(|(_, blob)| blob.is_none()).chain(files.iter().filter(|(_, blob)| blob.is_some()))
        {
            let none = "0".repeat(40);
            let mode = if blob.is_some() { "100644" } else { "0" };
            lines.extend_from_slice(format!("{mode} {}\t{path}\0", blob.as_ref().unwrap_or(&none)).as_bytes());
        }
        self.git(&["update-index", "-z", "--index-info"], &lines)?;
        let tree = self.git(&["write-tree"], b"")?;
        let commit = self.commit(&tree, &tip, message)?;
        self.push(&tip, &commit)?;
        // So that the next deploy finds it here.
        self.git(&["update-ref", "refs/deploy/tip", &commit], b"").map(drop)
    }

    fn roll_back(&self, dry_run: bool) -> Option<Result<String, Failure>> {
        let roll_back = || {
            let nowhere = || {
                Failure::new(
                    "the branch has no deploy that could be gone back to",
                    "check out the site as it was, and deploy that",
                )
            };
            let tip = self.find_tip(DEPTH)?;
            if tip.is_empty() {
                return Err(nowhere());
            }
            let message = self.git(&["log", "-1", "--format=%B", &tip], b"")?;
            // After a roll-back the next one goes further back, not forward again.
            let current = message.lines().find_map(|line| line.strip_prefix(BACK_TO)).unwrap_or(&tip).to_string();
            let before =
                self.git(&["rev-parse", "--verify", "--quiet", &format!("{current}^")], b"").map_err(|_| nowhere())?;
            if self.blob(&before, &state::path())?.is_none() {
                return Err(nowhere());
            }
            let short = before.get(..10).unwrap_or(&before).to_string();
            if dry_run {
                return Ok(format!("the branch would go back to the deploy {short}, by a new commit"));
            }
            let tree = format!("{before}^{{tree}}");
            let tree = self.git(&["rev-parse", &tree], b"")?;
            let commit = self.commit(&tree, &tip, &format!("Roll back to {short}\n\n{BACK_TO}{before}\n"))?;
            self.push(&tip, &commit)?;
            Ok(format!("the branch is back at the deploy {short}, by a new commit"))
        };
        Some(roll_back())
    }
}
