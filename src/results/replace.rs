//! Moves what a stage made into place: file by file, and only in place of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::record::{Origin, Record, Records, blocked, named};
use super::{Moved, Results, Scratch, WRITABLE, aside, file, files_below, hash_file};
use crate::error::{Error, Result};

/// Files that were in the way of those that a stage made.
#[derive(Debug, Default)]
pub struct Finished {
    /// Files that were moved aside: changed by hand since they were made, or of others.
    pub moved: Option<Moved>,
    /// Files of a shared folder that were changed by hand, and stay because nothing new would stand in them.
    pub kept: Vec<String>,
}

/// Names of files in the folder of results, by what is to be done with them.
#[derive(Default)]
struct Plan {
    place: Vec<String>,
    remove: Vec<String>,
    aside: Vec<String>,
    kept: Vec<String>,
}

impl Results {
    /// Moves what is in the scratch folder into place and records it with the key. Files of an earlier time that were not made
    /// again are removed. Files that were changed since they were made are moved aside; in a shared folder they are kept
    /// where what was made is as before, and else refused. Files of others stay.
    ///
    /// The record names what was there and what comes before the first file moves. The scratch folder is renamed first:
    /// interrupted between here and the end it is half empty, and must not be taken up by [`Results::begin`].
    pub fn finish(&self, scratch: Scratch) -> Result<Finished> {
        let refused = |doing, path: &Path, cause| Error::io(doing, path, cause).hint(WRITABLE);
        let made = made(&scratch)?;
        let records = Records::read(&self.root, &scratch.stage)?;
        let plan = self.plan(&scratch, &made, &records)?;
        Record::unfinished(&records.own, &made).write(&self.root, &scratch.stage)?;
        let complete = scratch.folder.with_extension("complete");
        fs::rename(&scratch.folder, &complete).map_err(|cause| refused("rename", &scratch.folder, cause))?;
        let moved = aside::move_aside(&self.root, &plan.aside)?;
        for name in &plan.place {
            let (from, to) = (complete.join(name), self.root.join(name));
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder).map_err(|cause| refused("create the folder", folder, cause))?;
            }
            // Folders that are left empty are no file's.
            let _ = fs::remove_dir(&to);
            fs::rename(&from, &to).map_err(|cause| refused("write", &to, cause))?;
        }
        for name in &plan.remove {
            let path = self.root.join(name);
            fs::remove_file(&path).map_err(|cause| refused("remove", &path, cause))?;
        }
        let touched: Vec<PathBuf> = plan.place.iter().chain(&plan.remove).map(|name| self.root.join(name)).collect();
        for path in plan.remove.iter().chain(&plan.aside).map(|name| self.root.join(name)) {
            let above = path.ancestors().skip(1).take_while(|folder| *folder != self.root);
            above.take_while(|folder| fs::remove_dir(folder).is_ok()).for_each(drop);
        }
        file::sync_above(&self.root, touched.iter().map(PathBuf::as_path))?;
        fs::remove_dir_all(&complete).map_err(|cause| refused("remove", &complete, cause))?;
        let _ = fs::remove_dir(self.scratch_of(&scratch.stage));
        let _ = fs::remove_dir(self.root.join(".scratch"));
        Record::new(&scratch.key, made).write(&self.root, &scratch.stage)?;
        Ok(Finished { moved, kept: plan.kept })
    }

    fn plan(&self, scratch: &Scratch, made: &[(String, String)], records: &Records) -> Result<Plan> {
        let mut plan = Plan::default();
        let (mut others, mut changed) = (Vec::new(), Vec::new());
        for (hash, name) in made {
            let in_way = blocked(&self.root, name).unwrap_or_else(|| name.clone());
            let path = self.root.join(&in_way);
            let same = || in_way == *name && path.is_file() && hash_file(&path).is_ok_and(|found| found == *hash);
            let is_there = path.symlink_metadata().is_ok() && !is_empty_folder(&path);
            match records.origin(&in_way) {
                _ if !is_there || same() => {}
                Origin::Ours => {}
                Origin::Changed if scratch.shared && records.own.files.contains(&(hash.clone(), name.clone())) => {
                    plan.kept.push(name.clone());
                    continue;
                }
                Origin::Changed if scratch.shared => changed.push(in_way),
                Origin::Changed => plan.aside.push(in_way),
                Origin::Others => others.push(in_way),
            }
            plan.place.push(name.clone());
        }
        for names in [&mut others, &mut changed] {
            names.sort();
            names.dedup();
        }
        if self.force {
            plan.aside.extend(others.drain(..).chain(changed.drain(..)));
        }
        if !others.is_empty() {
            return Err(aside::refusal(&self.root, &others));
        }
        if !changed.is_empty() {
            return Err(aside::refusal_of_changed(&self.root, &changed));
        }
        let made: BTreeSet<&str> = made.iter().map(|(_, name)| name.as_str()).collect();
        let mut before: BTreeSet<String> = records.own.files.iter().map(|(_, name)| name.clone()).collect();
        for name in &scratch.owned {
            before.extend(super::record::lying(&self.root, name)?);
        }
        for name in before.into_iter().filter(|name| !made.contains(name.as_str())) {
            match records.origin(&name) {
                Origin::Ours => plan.remove.push(name),
                Origin::Changed if !scratch.shared && self.root.join(&name).symlink_metadata().is_ok() => {
                    plan.aside.push(name);
                }
                Origin::Changed | Origin::Others => {}
            }
        }
        plan.aside.sort();
        plan.aside.dedup();
        Ok(plan)
    }
}

/// Hash and name of every file that the stage made.
fn made(scratch: &Scratch) -> Result<Vec<(String, String)>> {
    let mut made = Vec::new();
    for from in scratch.owned.iter().map(|name| scratch.folder.join(name)).filter(|from| from.exists()) {
        for file in files_below(&from)? {
            let name = named(file.strip_prefix(&scratch.folder).unwrap_or(&file));
            made.push((hash_file(&file)?, name));
        }
    }
    Ok(made)
}

fn is_empty_folder(path: &Path) -> bool {
    !path.is_symlink() && fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}
