//! `VESTIBULE_PASSWORD_LIST`: the operator's own list of passwords that are refused.
//!
//! A list of hashes may have 40 GB, so it is never read into memory: a lookup is a binary search in the sorted file, or a scan of one range
//! file. Lists of hashes contain the SHA-1 of passwords. Nothing here relies on SHA-1 for security.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, BufRead as _, BufReader},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use aws_lc_rs::digest;
use data_encoding::HEXUPPER;

use crate::{secrets::sha256, user::normalise::nfkc};

/// Largest file with plain passwords, because it is held in memory, with 8 bytes for each password.
const PLAIN_MAX: u64 = 256 << 20;
/// Hexadecimal digits of a SHA-1.
const HASH: usize = 40;
/// Hexadecimal digits of an NTLM hash.
const NTLM: usize = 32;
/// Digits of a hash that name its range file.
const RANGE: usize = 5;
/// Largest range file. Those of Have I Been Pwned have about 80 KB.
const RANGE_MAX: u64 = 16 << 20;
/// Longer than any line of a list of hashes.
const LINE_MAX: usize = 256;
/// Lines whose order is checked when the list is opened.
const SAMPLES: u64 = 1000;

/// Opened list. Its content may be replaced while the service runs, if each file is replaced as a whole.
#[derive(Clone, Debug)]
pub struct PasswordList(Arc<Form>);

#[derive(Debug)]
enum Form {
    /// The first bytes of the SHA-256 of each password in NFKC and lower case.
    Plain(HashSet<u64>),
    /// Sorted lines `HASH:COUNT`.
    Hashes(PathBuf),
    /// Folder of files `ABCDE` or `ABCDE.txt` with lines `SUFFIX:COUNT`.
    Ranges(PathBuf),
}

impl PasswordList {
    /// Opens a list and finds out which form it has.
    pub(super) fn open(text: &str) -> Result<Self, String> {
        let path = Path::new(text);
        let failed =
            |error: io::Error| format!("{text:?} cannot be read: {error}; check its path and permissions");
        let metadata = fs::metadata(path).map_err(failed)?;
        let form = if metadata.is_dir() {
            check_ranges(path)
                .map_err(failed)?
                .map_err(|problem| format!("the folder {text:?} {problem}"))?;
            Form::Ranges(path.to_owned())
        } else {
            open_file(path, metadata.len())
                .map_err(failed)?
                .map_err(|problem| format!("the file {text:?} {problem}"))?
        };
        Ok(Self(Arc::new(form)))
    }

    /// Returns whether the list contains this password, as it is or by its hash.
    ///
    /// # Errors
    /// The list cannot be read any more.
    pub fn contains(&self, password: &str) -> io::Result<bool> {
        match &*self.0 {
            Form::Plain(passwords) => Ok(passwords.contains(&plain_entry(password))),
            Form::Hashes(path) => {
                let file = File::open(path)?;
                let length = file.metadata()?.len();
                is_in_file(&file, length, &sha1_hex(password))
            }
            Form::Ranges(folder) => is_in_ranges(folder, &sha1_hex(password)),
        }
    }
}

fn plain_entry(password: &str) -> u64 {
    let hash = sha256(nfkc(password).to_lowercase().as_bytes());
    hash.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

fn sha1_hex(password: &str) -> String {
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    HEXUPPER.encode(hash.as_ref())
}

/// Returns the digits of a line `HASH:COUNT` or `HASH`.
fn hash_of(line: &str, digits: usize) -> Option<&str> {
    let hash = line.trim_end().split_once(':').map_or(line.trim_end(), |(hash, _)| hash);
    (hash.len() == digits && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hash)
}

fn open_file(path: &Path, length: u64) -> io::Result<Result<Form, String>> {
    let file = File::open(path)?;
    let mut first = vec![0; LINE_MAX];
    let read = file.read_at(&mut first, 0)?;
    let first = String::from_utf8_lossy(&first[..read]);
    let first = first.lines().next().unwrap_or_default();
    if hash_of(first, NTLM).is_some() {
        return Ok(Err("has NTLM hashes; download the list of SHA-1 hashes".to_owned()));
    }
    if hash_of(first, HASH).is_some() {
        let is_sorted = is_sorted(&file, length)?;
        let problem = "is not sorted by hash, or a line has another form; write lines HASH:COUNT, sorted with `LC_ALL=C sort`";
        return Ok(if is_sorted { Ok(Form::Hashes(path.to_owned())) } else { Err(problem.to_owned()) });
    }
    if length > PLAIN_MAX {
        let problem = "is larger than 256 MiB; a list of this size must have SHA-1 hashes, sorted, one HASH:COUNT on each line";
        return Ok(Err(problem.to_owned()));
    }
    let mut passwords = HashSet::new();
    for line in BufReader::new(file).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches('\r');
        if !line.is_empty() {
            passwords.insert(plain_entry(line));
        }
    }
    Ok(if passwords.is_empty() {
        Err("is empty; write one password on each line".to_owned())
    } else {
        Ok(Form::Plain(passwords))
    })
}

/// Returns the first whole line at or after a position with its start. `None`: there is none before the end of the file.
fn line_from(file: &File, position: u64) -> io::Result<Option<(u64, String)>> {
    // The byte before the position says whether a line starts there.
    let from = position.saturating_sub(1);
    let mut bytes = vec![0; 2 * LINE_MAX];
    let read = file.read_at(&mut bytes, from)?;
    bytes.truncate(read);
    let skipped = if position == 0 {
        0
    } else {
        match bytes.iter().position(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None if read < LINE_MAX => return Ok(None),
            None => return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is too long")),
        }
    };
    let line = &bytes[skipped..];
    if line.is_empty() {
        return Ok(None);
    }
    let end = line.iter().position(|byte| *byte == b'\n').unwrap_or(line.len());
    let line = String::from_utf8_lossy(&line[..end]).into_owned();
    Ok(Some((from + skipped as u64, line)))
}

/// Binary search for a hash in upper case.
fn is_in_file(file: &File, length: u64, wanted: &str) -> io::Result<bool> {
    // The line can only start in this range.
    let (mut low, mut high) = (0, length);
    while low < high {
        let middle = low + (high - low) / 2;
        let Some((start, line)) = line_from(file, middle)?.filter(|(start, _)| *start < high) else {
            high = middle;
            continue;
        };
        let malformed = || io::Error::new(io::ErrorKind::InvalidData, "a line is no hash");
        let found = hash_of(&line, HASH).ok_or_else(malformed)?.to_ascii_uppercase();
        match found.as_str().cmp(wanted) {
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Less => low = start + line.len() as u64 + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    Ok(false)
}

fn is_sorted(file: &File, length: u64) -> io::Result<bool> {
    let mut last = String::new();
    for sample in 0..=SAMPLES {
        let position = (length * sample / SAMPLES).min(length.saturating_sub(1));
        let Some((_, line)) = line_from(file, position)? else { continue };
        if line.trim_end().is_empty() {
            continue;
        }
        let Some(hash) = hash_of(&line, HASH).map(str::to_ascii_uppercase) else { return Ok(false) };
        if hash < last {
            return Ok(false);
        }
        last = hash;
    }
    Ok(!last.is_empty())
}

fn check_ranges(folder: &Path) -> io::Result<Result<(), String>> {
    let problem = "has no range file; it must contain files ABCDE or ABCDE.txt with lines SUFFIX:COUNT";
    for entry in fs::read_dir(folder)?.take(100) {
        let path = entry?.path();
        let is_range = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .is_some_and(|stem| hash_of(stem, RANGE).is_some());
        if !is_range {
            continue;
        }
        let first = BufReader::new(File::open(&path)?).lines().next().transpose()?.unwrap_or_default();
        if hash_of(first.trim_start_matches('\u{feff}'), HASH - RANGE).is_none() {
            return Ok(Err(format!(
                "has the file {}, whose first line is not SUFFIX:COUNT",
                path.file_name().unwrap_or_default().display()
            )));
        }
        return Ok(Ok(()));
    }
    Ok(Err(problem.to_owned()))
}

fn is_in_ranges(folder: &Path, wanted: &str) -> io::Result<bool> {
    let (range, suffix) = wanted.split_at(RANGE);
    for name in [range.to_owned(), format!("{range}.txt"), range.to_lowercase()] {
        let file = match File::open(folder.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let lines = BufReader::new(io::Read::take(file, RANGE_MAX)).lines();
        for line in lines {
            if hash_of(line?.trim_start_matches('\u{feff}'), HASH - RANGE)
                .is_some_and(|found| found.eq_ignore_ascii_case(suffix))
            {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    // A range that the operator left out has no listed password. Without the folder nothing can be checked.
    fs::metadata(folder).map(|_| false)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: [&str; 3] =
        ["correct horse battery", "P\u{e4}ssw\u{f6}rter sind lang", "Tr0ub4dor and three"];

    fn open(path: &Path) -> Result<PasswordList, String> {
        PasswordList::open(path.to_str().expect("UTF-8"))
    }

    /// Hashes of many texts and of the listed passwords, sorted.
    fn hashes() -> Vec<String> {
        let others: Vec<String> = (0..5000).map(|number| format!("password number {number}")).collect();
        let mut hashes: Vec<String> = others.iter().map(String::as_str).chain(LISTED).map(sha1_hex).collect();
        hashes.sort();
        hashes
    }

    #[test]
    fn sha1_has_the_form_of_the_lists() {
        assert_eq!(sha1_hex("password"), "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8");
    }

    #[test]
    fn every_form_of_a_list_is_found_out_and_searched() {
        let folder = tempfile::tempdir().expect("a folder");
        let plain = folder.path().join("plain.txt");
        fs::write(&plain, LISTED.join("\r\n")).expect("written");
        let sorted = folder.path().join("hashes.txt");
        let lines = |end: &str| {
            let numbered = hashes().into_iter().enumerate();
            numbered.map(|(count, hash)| [&hash, ":", &count.to_string(), end].concat()).collect::<String>()
        };
        fs::write(&sorted, lines("\r\n")).expect("written");
        let bare = folder.path().join("bare.txt");
        fs::write(&bare, hashes().join("\n").to_lowercase()).expect("written");
        let ranges = folder.path().join("ranges");
        fs::create_dir(&ranges).expect("created");
        for hash in hashes() {
            let (range, suffix) = hash.split_at(RANGE);
            let name = if range < "8" { range.to_owned() } else { format!("{range}.txt") };
            fs::write(ranges.join(name), format!("{}:1\r\n{suffix}:3\r\n", "0".repeat(35))).expect("written");
        }
        for path in [&plain, &sorted, &bare, &ranges] {
            let list = open(path).expect("a list");
            for listed in LISTED {
                assert!(list.contains(listed).expect("readable"), "{listed} in {path:?}");
            }
            for other in ["correct horse", "", "password number 5001", "\u{1f511}"] {
                assert!(!list.contains(other).expect("readable"), "{other} in {path:?}");
            }
        }
        let list = open(&sorted).expect("a list");
        for number in 0..5000 {
            assert!(list.contains(&format!("password number {number}")).expect("readable"), "{number}");
        }
        assert!(
            open(&plain).expect("a list").contains("CORRECT horse BATTERY").expect("readable"),
            "any case"
        );
    }

    #[test]
    fn list_of_another_form_is_refused_with_the_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, content: &str| {
            let path = folder.path().join(name);
            fs::write(&path, content).expect("written");
            path
        };
        let mut by_count = hashes();
        by_count.reverse();
        let empty = folder.path().join("empty");
        fs::create_dir(&empty).expect("created");
        let wrong = folder.path().join("wrong");
        fs::create_dir(&wrong).expect("created");
        fs::write(wrong.join("00000"), "password\n").expect("written");
        for (path, expected) in [
            (file("reversed", &by_count.join("\n")), "not sorted"),
            (file("mixed", &format!("{}\npassword\npassword", sha1_hex("a"))), "not sorted"),
            (file("ntlm", "0000000000000000000000000000000A:3\n"), "NTLM"),
            (file("nothing", "\n\n"), "is empty"),
            (empty, "has no range file"),
            (wrong, "is not SUFFIX:COUNT"),
            (folder.path().join("missing"), "cannot be read"),
        ] {
            let problem = open(&path).expect_err("a mistake");
            assert!(problem.contains(expected), "{path:?}: {problem}");
        }
    }

    #[test]
    fn list_that_was_removed_is_an_error_and_no_answer() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hashes");
        fs::write(&path, hashes().join("\n")).expect("written");
        let list = open(&path).expect("a list");
        fs::remove_file(&path).expect("removed");
        assert!(list.contains("correct horse battery").is_err());
    }
}
