//! Files that appear at their place whole or not at all, and what that place is.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// A folder stands where the file should be.
    #[error("a folder of that name is in the way; give a file")]
    Folder,
    /// A file stands where a folder should be.
    #[error("{0} is a file, not a folder; move it or give another place")]
    NotAFolder(String),
    /// A link leads back to itself.
    #[error("the symbolic link leads round in a circle; remove it or give another place")]
    Circle,
    /// The system refused.
    #[error("{0}")]
    Io(String),
}

impl From<io::Error> for Unwritable {
    /// The system's reason in words that say what to do.
    fn from(error: io::Error) -> Unwritable {
        Unwritable::Io(match error.kind() {
            io::ErrorKind::PermissionDenied => "no permission to write there".to_owned(),
            io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
            io::ErrorKind::StorageFull => "the disk is full".to_owned(),
            io::ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
            _ => error.to_string(),
        })
    }
}

/// The files that stand beside their places, and are not finished.
static BEGUN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Takes away what is not finished, where the process ends without its destructors.
pub fn abandon() {
    abandon_where(|_| true);
}

fn abandon_where(is_meant: impl Fn(&PathBuf) -> bool) {
    let all = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
    for path in all.iter().filter(|path| is_meant(path)) {
        // There is nobody left to be told.
        drop(fs::remove_file(path));
    }
}

/// An unfinished file of that path; known as such for as long as this lives.
pub struct Begun(PathBuf);

impl Begun {
    fn new(path: PathBuf) -> Begun {
        let mut all = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(path.clone());
        Begun(path)
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        let mut all = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.0);
    }
}

/// A file that is being written.
pub enum Whole {
    /// Beside its place, until it is finished.
    Beside(NamedTempFile, PathBuf, Begun),
    /// A device or a pipe is written into, not replaced.
    Into(File),
}

impl Whole {
    /// Begins a file; its folders are made.
    ///
    /// # Errors
    /// Why nothing can be written there.
    pub fn begin(path: &Path) -> Result<Whole, Unwritable> {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Err(Unwritable::Folder),
            Ok(found) if !found.is_file() => {
                return Ok(Whole::Into(fs::OpenOptions::new().write(true).open(path)?));
            }
            _ => {}
        }
        let place = place(path);
        if fs::read_link(&place).is_ok() {
            return Err(Unwritable::Circle);
        }
        let folder = place
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .map_err(|error| in_the_way(folder).unwrap_or_else(|| error.into()))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".conform-").suffix(".tmp");
        // It ends up with the permissions of any other new file, not the private ones of a secret.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder)?;
        // What the folder is called may change with the working directory.
        let begun = Begun::new(std::path::absolute(file.path())?);
        Ok(Whole::Beside(file, place, begun))
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// The last bytes cannot be written, or the place refuses it.
    pub fn finish(self) -> Result<(), Unwritable> {
        match self {
            Whole::Beside(mut file, place, _begun) => {
                file.flush()?;
                file.persist(place).map_err(|error| error.error)?;
            }
            Whole::Into(mut file) => file.flush()?,
        }
        Ok(())
    }
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Whole::Beside(file, ..) => file.write(bytes),
            Whole::Into(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Whole::Beside(file, ..) => file.flush(),
            Whole::Into(file) => file.flush(),
        }
    }
}

/// How many links one after the other are followed.
const LINKS: usize = 40;

/// Where a file of that name stands or would stand: links are followed, also those that lead to nothing yet, so that
/// two names of one place are the same.
pub fn place(path: &Path) -> PathBuf {
    let mut place = path.to_owned();
    for _ in 0..LINKS {
        let Ok(next) = fs::read_link(&place) else {
            break;
        };
        place = place.parent().unwrap_or(Path::new("")).join(next);
    }
    let folder = match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match (canonical(folder), place.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => place,
    }
}

/// A folder by its one name, as far as it is there.
fn canonical(folder: &Path) -> Option<PathBuf> {
    let known = folder.ancestors().find_map(|known| {
        let known_as = if known.as_os_str().is_empty() {
            Path::new(".")
        } else {
            known
        };
        Some((known, fs::canonicalize(known_as).ok()?))
    });
    let (known, real) = known?;
    let rest = folder.strip_prefix(known).ok()?;
    Some(rest.components().fold(real, |mut path, part| {
        match part {
            std::path::Component::ParentDir => drop(path.pop()),
            std::path::Component::CurDir => {}
            other => path.push(other),
        }
        path
    }))
}

/// The nearest ancestor that is there but is not a folder.
fn in_the_way(folder: &Path) -> Option<Unwritable> {
    let found = folder.ancestors().find(|path| fs::metadata(path).is_ok())?;
    (!found.is_dir()).then(|| Unwritable::NotAFolder(found.display().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_of_one_place_are_the_same_whether_it_is_there_or_not() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::create_dir(at("d")).unwrap();
        for name in ["a", "./a", "d/../a", "none/../a", "d/./../a"] {
            assert_eq!(place(&at(name)), place(&at("a")), "{name}");
        }
        assert_ne!(place(&at("a")), place(&at("d/a")));
        assert_eq!(place(Path::new("x")), place(Path::new("./y/../x")));
    }

    #[test]
    fn an_end_without_destructors_leaves_nothing_unfinished() {
        let root = tempfile::tempdir().unwrap();
        let here = |path: &PathBuf| path.starts_with(root.path());
        let count = || fs::read_dir(root.path()).unwrap().count();
        let done = Whole::begin(&root.path().join("done")).unwrap();
        done.finish().unwrap();
        let begun = Whole::begin(&root.path().join("begun")).unwrap();
        assert_eq!(count(), 2);
        abandon_where(here);
        assert_eq!(count(), 1);
        drop(begun);
        assert!(root.path().join("done").exists());
        assert!(!BEGUN.lock().unwrap().iter().any(here));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_to_nothing_is_written_through() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        symlink("new/real", at("link")).unwrap();
        symlink("link", at("twice")).unwrap();
        symlink("round", at("round")).unwrap();
        let mut file = Whole::begin(&at("twice")).unwrap();
        file.write_all(b"text").unwrap();
        file.finish().unwrap();
        assert!(fs::symlink_metadata(at("link")).unwrap().is_symlink());
        assert_eq!(fs::read(at("new/real")).unwrap(), b"text");
        assert_eq!(place(&at("twice")), place(&at("new/real")));
        let round = Whole::begin(&at("round"));
        assert!(matches!(round, Err(Unwritable::Circle)));
    }
}
