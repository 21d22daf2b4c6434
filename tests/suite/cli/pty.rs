//! A pseudo-terminal, for what the suite shows only a person.

use std::fs::File;
use std::io::Read;
use std::num::NonZero;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

const ROWS: NonZero<u16> = NonZero::new(24).expect("not 0");
const COLUMNS: NonZero<u16> = NonZero::new(80).expect("not 0");
const SIZE: Winsize = Winsize { ws_row: ROWS.get(), ws_col: COLUMNS.get(), ws_xpixel: 0, ws_ypixel: 0 };

/// What is read from a terminal.
pub(super) struct Pty(File);

impl Pty {
    /// A terminal, and its other end for a process.
    pub(super) fn open() -> (Self, File) {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&terminal).and_then(|()| unlockpt(&terminal)).expect("its other end");
        tcsetwinsize(&terminal, SIZE).expect("its size");
        let name = ptsname(&terminal, Vec::new()).expect("its name").into_string().expect("a path");
        let end = File::options().read(true).write(true).open(name).expect("its other end");
        (Pty(File::from(terminal)), end)
    }

    /// Calls `see` with what comes and the screen after it, until no process has the other end. Returns the screen at the end.
    pub(super) fn watch(mut self, mut see: impl FnMut(&[u8], &vt100::Screen)) -> String {
        let (mut screen, mut bytes) = (vt100::Parser::new(ROWS, COLUMNS, 0), [0; 4_096]);
        // It fails once no process has the other end.
        while let Ok(read @ 1..) = self.0.read(&mut bytes) {
            screen.process(&bytes[..read]);
            see(&bytes[..read], screen.screen());
        }
        screen.screen().contents()
    }
}
