//! Checkpoints: a value in a file that says what it belongs to and proves itself whole.
//!
//! ```text
//! magic, format (u32) | header | text of the scenario | body | blake3 of all before (32 bytes)
//! ```
//!
//! Header and text have their length (u32) in front. Header and body are in the postcard format: integers of
//! varying length, numbers as their little-endian bytes, no names. A new field changes the format of the body
//! without a trace in it, so a file is read by the version of qonaq that wrote it and by no other.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// First bytes of every file.
const MAGIC: &[u8; 16] = b"qonaq checkpoint";
/// Format of what follows them.
const FORMAT: u32 = 2;
/// Bytes of the hash at the end.
const HASH: u64 = blake3::OUT_LEN as u64;
/// Longest header or scenario; a longer one is a sign of damage.
const LONGEST: u32 = 1 << 28;
/// Bytes handed on at once.
const BUFFER: usize = 1 << 20;

/// What a checkpoint belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of qonaq that wrote it.
    pub qonaq_version: String,
    /// Hash of the resolved scenario.
    pub resolved_hash: String,
    /// Detail of the tables its series are for.
    pub detail: String,
    /// Number of the replicate.
    pub replicate: u32,
    /// Week last completed.
    pub week: u32,
    /// Whether it holds what a finished replicate leaves, and no state.
    pub finished: bool,
    /// Hash of week 0 without those who come after that week (see [`crate::world::rows`]).
    pub past: String,
}

/// Why a checkpoint cannot be used or written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The operating system refused.
    #[error("{path}: {error}")]
    Io {
        /// File or folder.
        path: String,
        /// Reason.
        error: io::Error,
    },
    /// Something else.
    #[error("{path} is no checkpoint")]
    Foreign {
        /// The file.
        path: String,
    },
    /// A format this program does not know.
    #[error(
        "{path} is a checkpoint of another format\n  found: format {found}\n  allowed: format {FORMAT}"
    )]
    Format {
        /// The file.
        path: String,
        /// Its format.
        found: u32,
    },
    /// Written by another version.
    #[error(
        "{path} is a checkpoint of another version of qonaq\n  found: {found}\n  allowed: {allowed}"
    )]
    Version {
        /// The file.
        path: String,
        /// Its version.
        found: String,
        /// This version.
        allowed: &'static str,
    },
    /// Cut short or changed.
    #[error(
        "{path} is damaged: what it holds does not have the hash it was written with\n  \
         help: remove it; --resume then goes on from an earlier one, if there is one, and --from may name another week"
    )]
    Damaged {
        /// The file.
        path: String,
    },
    /// Whole, but not in the shape of this program.
    #[error("{path} was written by another build of qonaq {version}: its state has another shape", version = crate::VERSION)]
    Shape {
        /// The file.
        path: String,
    },
}

/// Writes a file whole: beside its place, then renamed.
///
/// # Errors
/// If it cannot be written.
pub fn write(
    path: &Path,
    header: &Header,
    scenario: &str,
    body: &impl Serialize,
) -> Result<(), CheckpointError> {
    let fault = |error| CheckpointError::Io { path: path.display().to_string(), error };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fault)?;
    }
    let partial = path.with_extension("partial");
    let done = fill(&partial, header, scenario, body).and_then(|()| fs::rename(&partial, path));
    done.map_err(|error| {
        // Half a file is of no use, least of all on a full disk.
        let _ = fs::remove_file(&partial);
        fault(error)
    })
}

fn fill(path: &Path, header: &Header, scenario: &str, body: &impl Serialize) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, Hashing::new(File::create(path)?));
    out.write_all(MAGIC)?;
    out.write_all(&FORMAT.to_le_bytes())?;
    let header = postcard::to_stdvec(header).map_err(io::Error::other)?;
    for part in [header.as_slice(), scenario.as_bytes()] {
        out.write_all(&(part.len() as u32).to_le_bytes())?;
        out.write_all(part)?;
    }
    // The library says only that a write failed; the writer knows why.
    if let Err(error) = postcard::to_io(body, &mut out) {
        return Err(out.get_mut().fault.take().unwrap_or_else(|| io::Error::other(error)));
    }
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    let hash = file.hasher.finalize();
    file.inner.write_all(hash.as_bytes())
}

/// What a file belongs to. Says nothing about whether the file is whole: see [`verify`].
///
/// # Errors
/// If it is no checkpoint of this version, or ends before its header does.
pub fn header(path: &Path) -> Result<Header, CheckpointError> {
    Ok(Opened::new(path)?.header)
}

/// Reads the whole file and holds it against its hash; returns what it belongs to and its scenario.
///
/// # Errors
/// If it is no checkpoint of this version, or damaged.
pub fn verify(path: &Path) -> Result<(Header, String), CheckpointError> {
    let damaged = || CheckpointError::Damaged { path: path.display().to_string() };
    let fault = |error| CheckpointError::Io { path: path.display().to_string(), error };
    let mut opened = Opened::new(path)?;
    let scenario = String::from_utf8(opened.part()?).map_err(|_| damaged())?;
    let mut file = File::open(path).map_err(fault)?;
    let length = file.metadata().map_err(fault)?.len();
    let mut hashed = Hashing::new((&mut file).take(length.saturating_sub(HASH)));
    io::copy(&mut BufReader::with_capacity(BUFFER, &mut hashed), &mut io::sink()).map_err(fault)?;
    let hash = hashed.hasher.finalize();
    let mut written = Vec::new();
    file.read_to_end(&mut written).map_err(fault)?;
    if written != hash.as_bytes() {
        return Err(damaged());
    }
    Ok((opened.header, scenario))
}

/// The body of a file that [`verify`] found whole.
///
/// # Errors
/// If it cannot be read, or is not a `T` of this build.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T, CheckpointError> {
    let shape = || CheckpointError::Shape { path: path.display().to_string() };
    let mut opened = Opened::new(path)?;
    opened.part()?;
    // Texts go through this; the only one is a hash.
    let mut scratch = [0; 1 << 12];
    let (body, _) =
        postcard::from_io((&mut opened.file, scratch.as_mut_slice())).map_err(|_| shape())?;
    let mut rest = Vec::new();
    let read = opened.file.take(HASH + 1).read_to_end(&mut rest);
    if read.is_ok_and(|n| n as u64 == HASH) { Ok(body) } else { Err(shape()) }
}

/// A file read as far as its header.
struct Opened {
    path: PathBuf,
    file: BufReader<File>,
    header: Header,
}

impl Opened {
    fn new(path: &Path) -> Result<Self, CheckpointError> {
        let name = || path.display().to_string();
        let file = File::open(path).map_err(|error| CheckpointError::Io { path: name(), error })?;
        let mut file = BufReader::with_capacity(BUFFER, file);
        let mut start = [0; 20];
        if file.read_exact(&mut start).is_err() || !start.starts_with(MAGIC) {
            return Err(CheckpointError::Foreign { path: name() });
        }
        let found = u32::from_le_bytes([start[16], start[17], start[18], start[19]]);
        if found != FORMAT {
            return Err(CheckpointError::Format { path: name(), found });
        }
        let header = part(&mut file).and_then(|bytes| postcard::from_bytes::<Header>(&bytes).ok());
        let header = header.ok_or_else(|| CheckpointError::Damaged { path: name() })?;
        if header.qonaq_version != crate::VERSION {
            let found = header.qonaq_version;
            return Err(CheckpointError::Version { path: name(), found, allowed: crate::VERSION });
        }
        Ok(Self { path: path.to_path_buf(), file, header })
    }

    fn part(&mut self) -> Result<Vec<u8>, CheckpointError> {
        let path = || self.path.display().to_string();
        part(&mut self.file).ok_or_else(|| CheckpointError::Damaged { path: path() })
    }
}

/// Bytes with their length in front; nothing if they are not all there.
fn part(file: &mut impl Read) -> Option<Vec<u8>> {
    let mut length = [0; 4];
    file.read_exact(&mut length).ok()?;
    let length = Some(u32::from_le_bytes(length)).filter(|n| *n <= LONGEST)?;
    let mut bytes = Vec::new();
    let all = file.take(u64::from(length)).read_to_end(&mut bytes).ok()?;
    (all == length as usize).then_some(bytes)
}

/// Hashes what passes through and remembers what went wrong.
struct Hashing<T> {
    inner: T,
    hasher: blake3::Hasher,
    fault: Option<io::Error>,
}

impl<T> Hashing<T> {
    fn new(inner: T) -> Self {
        Self { inner, hasher: blake3::Hasher::new(), fault: None }
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.inner.write(bytes) {
            Ok(n) => {
                self.hasher.update(&bytes[..n]);
                Ok(n)
            }
            Err(error) => {
                let kind = error.kind();
                self.fault = Some(error);
                Err(kind.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(bytes)?;
        self.hasher.update(&bytes[..n]);
        Ok(n)
    }
}
