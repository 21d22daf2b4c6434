//! Several files at once, on all cores, each in the room of a few entries.

use std::fs::File;
use std::io::{self, Read};
use std::iter;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::damage::Damage;
use super::decoded::{ReadError, decoded};
use super::patterns::Patterns;
use super::reader::Reader;
use super::summary::{Filter, Summary, Tally};
use crate::input::InputError;

/// Each has a buffer, and memory stays bounded on a machine with many cores.
const MOST_THREADS: usize = 16;

/// A file of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogFile {
    /// At that path.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// Called with the bytes that were read of a file, from any thread.
pub type Progress<'a> = &'a (dyn Fn(u64) + Sync);

/// What one file had, and the numbers of all.
pub type Counted = (Vec<(LogFile, Damage)>, Tally);

/// Counts what these files hold.
///
/// # Errors
/// At the first file that cannot be read, or is UTF-16 or YAML.
pub fn count(
    files: &[LogFile],
    patterns: &Patterns,
    filter: &Filter,
    progress: Progress<'_>,
) -> Result<Counted, InputError> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        // Automata of its own: threads that share them wait for one another.
        let patterns = patterns.clone();
        let mut summary = Summary::new(&patterns, filter)?;
        let mut damages = Vec::new();
        while let Some((number, file)) = nth(files, next.fetch_add(1, Ordering::Relaxed)) {
            damages.push((number, read(file, &mut summary, progress)?));
        }
        Ok((damages, summary.into_tally()))
    };
    let parts = thread::scope(|scope| {
        // This thread is one of them: each of the others has a heap of its own.
        let others: Vec<_> = (1..cores.min(files.len()).min(MOST_THREADS)).map(|_| scope.spawn(work)).collect();
        let ended =
            |thread: thread::ScopedJoinHandle<'_, _>| thread.join().unwrap_or_else(|panic| resume_unwind(panic));
        iter::once(work()).chain(others.into_iter().map(ended)).collect::<Vec<_>>()
    });
    let (mut damages, mut tally) = (Vec::new(), Tally::default());
    for part in parts {
        let (of_part, numbers) = part?;
        damages.extend(of_part);
        tally.merge(numbers, patterns);
    }
    damages.sort_by_key(|(number, _): &(usize, Damage)| *number);
    Ok((damages.into_iter().map(|(number, damage)| (files[number].clone(), damage)).collect(), tally))
}

fn nth(files: &[LogFile], number: usize) -> Option<(usize, &LogFile)> {
    files.get(number).map(|file| (number, file))
}

fn read(file: &LogFile, summary: &mut Summary<'_>, progress: Progress<'_>) -> Result<Damage, InputError> {
    let opened: io::Result<Box<dyn Read>> = match file {
        LogFile::Stdin => Ok(Box::new(io::stdin().lock())),
        LogFile::Path(path) => open(path),
    };
    let name = file.name();
    let source =
        opened.map_err(|error| InputError::new(format!("cannot read `{name}`: {error}")).help("check the path"))?;
    let counted = Observed { source, progress };
    let damage = decoded(counted).and_then(|text| {
        let damage = Reader::new(text).read(|entry| summary.add(entry))?;
        Ok(damage)
    });
    summary.end_of_file();
    damage.map_err(|error| match error {
        ReadError::Utf16 | ReadError::Yaml => InputError::new(format!("`{name}` {error}")),
        ReadError::Io(error) => InputError::new(format!("cannot read `{name}`: {error}")),
    })
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    Ok(Box::new(File::open(path)?))
}

impl LogFile {
    /// For a person.
    pub fn name(&self) -> String {
        match self {
            LogFile::Stdin => "standard input".into(),
            LogFile::Path(path) => path.display().to_string(),
        }
    }
}

/// A file that tells how much of it was read.
struct Observed<'a, R> {
    source: R,
    progress: Progress<'a>,
}

impl<R: Read> Read for Observed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        (self.progress)(read as u64);
        Ok(read)
    }
}
