//! Reading a file that anybody may have put there: a regular one, and no more of it than a bound. Nothing else ends by itself.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

/// The largest file of a person that is read, in bytes.
pub(crate) const MOST_WRITTEN: u64 = 1024 * 1024;

/// The whole text of the file, which has at most so many bytes.
///
/// # Errors
/// What stands in the way, without the name of the file: it is no regular file, larger than that, or not UTF-8.
pub(crate) fn read_bounded(path: &Path, most: u64) -> Result<String, String> {
    let of_system = |error: std::io::Error| error.to_string();
    let found = fs::metadata(path).map_err(of_system)?;
    if !found.is_file() {
        return Err(format!("it is {}, and no file", kind(&found)));
    }
    let too_large = || format!("it is larger than {} MiB", most / 1024 / 1024);
    if found.len() > most {
        return Err(too_large());
    }
    let mut text = String::new();
    // A file may say that it is shorter than it is.
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_string(&mut text));
    if read.map_err(of_system)? as u64 > most { Err(too_large()) } else { Ok(text) }
}

fn kind(found: &fs::Metadata) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = found.file_type();
        if kind.is_fifo() {
            return "a pipe";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
    }
    if found.is_dir() { "a folder" } else { "something else" }
}
