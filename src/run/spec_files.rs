//! The files of a specification, read from where they are: regular files of a bounded size, below one folder.

#![expect(
    clippy::disallowed_methods,
    reason = "reads the document that the caller names, and what it refers to"
)]

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::contract::{Loader, Unread};

/// The largest file that is read.
const MOST_MIB: u64 = 80;

/// A folder below which a document's files may lie.
pub struct Folder {
    /// As the caller writes it.
    named: PathBuf,
    /// As the file system knows it, every symbolic link followed.
    real: PathBuf,
    /// The path of the document from it.
    document: String,
}

impl Folder {
    /// The folder of the document, or the one that was named for it.
    ///
    /// # Errors
    /// Why there is no such folder, or the document is not in it.
    pub fn of(document: &Path, named: Option<&Path>) -> Result<Folder, String> {
        let parent = document.parent().unwrap_or(Path::new(""));
        let named = named.unwrap_or(parent).to_owned();
        let real = |path: &Path| {
            let path = if path.as_os_str().is_empty() {
                Path::new(".")
            } else {
                path
            };
            path.canonicalize()
                .map_err(|error| format!("{}: {error}", path.display()))
        };
        let (folder, own) = (real(&named)?, real(parent)?);
        let Ok(below) = own.strip_prefix(&folder) else {
            return Err(format!(
                "the document is not below --spec-root {}",
                named.display()
            ));
        };
        let steps = below
            .components()
            .map(|step| step.as_os_str().to_string_lossy());
        let file = document.file_name().unwrap_or_default().to_string_lossy();
        Ok(Folder {
            document: steps.chain([file]).collect::<Vec<_>>().join("/"),
            named,
            real: folder,
        })
    }
}

impl Loader for Folder {
    fn path_of_document(&self) -> String {
        self.document.clone()
    }

    fn load(&self, path: &str) -> Result<(String, String), Unread> {
        let named = self.named.join(path);
        let shown = named.display();
        let said = |why: String| format!("leads to {shown}: {why}");
        let real = named.canonicalize().map_err(|error| {
            let why = said(error.to_string());
            match error.kind() {
                // Many documents are published without some of their files.
                ErrorKind::NotFound | ErrorKind::NotADirectory => Unread::Lost(why),
                _ => Unread::Unusable(why),
            }
        })?;
        if !real.starts_with(&self.real) {
            return Err(Unread::OutOfFolder(format!(
                "leads through the symbolic link {shown} out of the folder of the document: name the folder that holds all files with `--spec-root`"
            )));
        }
        let text = read(&real).map_err(|why| Unread::Unusable(said(why)))?;
        Ok((shown.to_string(), text))
    }
}

/// The text of a file.
///
/// # Errors
/// Why it cannot be read and what to do.
pub fn read(path: &Path) -> Result<String, String> {
    let about = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if about.is_dir() {
        return Err("this is a folder; name the document in it".to_owned());
    }
    if !about.is_file() {
        return Err("this is a pipe or a device; save the document to a file first".to_owned());
    }
    let size = about.len() >> 20;
    if size >= MOST_MIB {
        return Err(format!(
            "{size} MiB are too much, at most {MOST_MIB} MiB are read; leave out what is not to be tested"
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    if let Some(text) = utf16(&bytes) {
        return text.ok_or_else(|| "the text is broken UTF-16; save it as UTF-8".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let bytes = error.as_bytes();
        if bytes.starts_with(&[0x1F, 0x8B]) || bytes.starts_with(b"PK\x03\x04") {
            return "this is a compressed file; unpack it first".to_owned();
        }
        let at = error.utf8_error().valid_up_to();
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!(
            "the text is not UTF-8: the byte 0x{:02X} in line {line} is wrong; save it as UTF-8",
            bytes[at]
        )
    })
}

/// The text of UTF-16, by the mark in front of it, which some editors and shells write; nothing in it where it is broken.
fn utf16(bytes: &[u8]) -> Option<Option<String>> {
    let read: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, rest) = bytes[2..].as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(|pair| read(*pair)));
    let text = text.collect::<Result<String, _>>().ok();
    Some(text.filter(|_| rest.is_empty()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs::{File, create_dir_all, write};

    #[test]
    fn what_is_no_readable_document_is_refused_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        write(at("utf16.yaml"), b"\xFF\xFEo\0\xFC").unwrap();
        write(at("packed.yaml"), b"\x1F\x8B\x08\0").unwrap();
        write(at("little.yaml"), b"\xFF\xFEa\0:\0 \0\xFC\0").unwrap();
        write(at("big.yaml"), b"\xFE\xFF\0a\0:\0 \0\xFC").unwrap();
        for name in ["little.yaml", "big.yaml"] {
            assert_eq!(read(&at(name)).as_deref(), Ok("a: \u{fc}"), "{name}");
        }
        write(at("latin1.yaml"), b"a: 1\nb: \xFC\n").unwrap();
        File::create(at("large.json"))
            .unwrap()
            .set_len(100_000_000)
            .unwrap();
        let made = std::process::Command::new("mkfifo")
            .arg(at("pipe"))
            .status();
        assert!(made.unwrap().success());
        for (name, wanted) in [
            ("", "folder"),
            ("none.yaml", "No such file"),
            ("pipe", "pipe"),
            ("large.json", "80 MiB"),
            ("utf16.yaml", "broken UTF-16"),
            ("packed.yaml", "unpack it"),
            ("latin1.yaml", "0xFC in line 2"),
        ] {
            let error = read(&at(name)).unwrap_err();
            assert!(error.contains(wanted), "{name}: {error}");
        }
    }

    #[test]
    fn nothing_outside_the_folder_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        create_dir_all(at("api/parts")).unwrap();
        for name in ["api/main.yaml", "api/parts/a.yaml", "secret.yaml"] {
            write(at(name), "a: 1\n").unwrap();
        }
        std::os::unix::fs::symlink(at("secret.yaml"), at("api/link.yaml")).unwrap();
        std::os::unix::fs::symlink(at("api/parts"), at("api/more")).unwrap();
        let own = Folder::of(&at("api/main.yaml"), None).unwrap();
        assert_eq!(own.path_of_document(), "main.yaml");
        assert!(own.load("parts/a.yaml").is_ok() && own.load("more/a.yaml").is_ok());
        let Err(Unread::OutOfFolder(why)) = own.load("link.yaml") else {
            panic!("it is read");
        };
        assert!(
            why.contains("symbolic link") && why.contains("--spec-root"),
            "{why}"
        );
        let wider = Folder::of(&at("api/main.yaml"), Some(folder.path())).unwrap();
        assert_eq!(wider.path_of_document(), "api/main.yaml");
        assert!(wider.load("api/link.yaml").is_ok());
        assert!(Folder::of(&at("secret.yaml"), Some(&at("api"))).is_err());
    }
}
