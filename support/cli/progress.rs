//! While a check is made: one line on a terminal that says how far it is, and the signals that end it early.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;
use tokio::sync::watch;

use super::signals::Signals;
use crate::check::Progress;
use crate::rate::{Design, Leg, Tally};

/// How often the line is drawn again.
const TICK: Duration = Duration::from_millis(100);

/// A line on standard error, where that is a terminal.
pub(super) struct Line(ProgressBar);

impl Line {
    pub(super) fn new(target: &str, is_shown: bool) -> Self {
        if !is_shown {
            return Line(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{spinner} checking {prefix}: {msg} ({elapsed})");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_prefix(target.to_owned());
        bar.enable_steady_tick(TICK);
        Line(bar)
    }

    /// Makes room for another.
    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }

    pub(super) fn show(&self, progress: Progress) {
        self.0.set_message(format!("round {}, {} probes", progress.round, progress.probes));
    }
}

/// The samples of a leg, and what they decide so far, on standard error where that is a terminal.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new(target: &str, is_shown: bool) -> Self {
        if !is_shown {
            return Bar(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{spinner} {prefix}: logging in ({elapsed})");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_prefix(target.to_owned());
        bar.enable_steady_tick(TICK);
        Bar(bar)
    }

    pub(super) fn show(&self, leg: Leg, tally: &Tally, design: &Design) {
        if self.0.is_hidden() {
            return;
        }
        if self.0.length().is_none() {
            // What does not fit is cut off.
            let style =
                ProgressStyle::with_template("{spinner} {prefix} [{bar:10}] {pos}/{len} ({elapsed}) {wide_msg}");
            self.0.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        }
        self.0.set_length(design.most);
        self.0.set_position(tally.attempts());
        let decision = match design.decide(tally) {
            Some(decision) => decision.to_string(),
            None => format!("{} more to pass", design.to_pass(tally)),
        };
        let (leg, accepted, judged) = (leg.title(), tally.accepted, tally.judged());
        self.0.set_message(format!("{leg} {accepted} of {judged} accepted: {decision}"));
    }
}

/// How much of the files is read, on standard error where that is a terminal.
pub(super) struct Bytes(ProgressBar);

impl Bytes {
    /// Of so many bytes, where that is known.
    pub(super) fn new(of: Option<u64>, is_shown: bool) -> Self {
        if !is_shown {
            return Bytes(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(of, ProgressDrawTarget::stderr());
        let template = match of {
            Some(_) => "{spinner} reading [{bar:24}] {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
            None => "{spinner} reading: {bytes}, {bytes_per_sec} ({elapsed})",
        };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Bytes(bar)
    }

    pub(super) fn read(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.end();
    }
}

/// Becomes true at Ctrl-C, or where the process is asked to end.
///
/// # Errors
/// When no handler can be set up.
pub(super) fn interrupt() -> std::io::Result<watch::Receiver<bool>> {
    let mut signals = Signals::listen()?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        signals.received().await;
        // A check that has ended needs no interruption.
        _ = sender.send(true);
        // A check that has ended by itself by now still holds the receiver.
        sender.closed().await;
    });
    Ok(receiver)
}
