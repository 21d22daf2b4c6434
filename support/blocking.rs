//! Where nothing else runs: a caller that waits for asynchronous work to be done.

/// Does the work on this thread. A resolver that does not respond cannot be interrupted, so its threads are left behind: `deadline`
/// bounds how long this takes.
///
/// # Errors
/// When this machine gives the runtime no resources.
pub(crate) fn run_to_end<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(done)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    /// Far beyond what a thread needs to start: this is for a hang.
    const LONGEST: Duration = Duration::from_secs(20);

    #[test]
    fn a_thread_that_never_ends_holds_nothing_up() {
        let (_held, never) = channel::<()>();
        let (done, ended) = channel();
        std::thread::spawn(move || {
            let work = async { drop(tokio::task::spawn_blocking(move || never.recv())) };
            _ = done.send(run_to_end(work));
        });
        assert!(ended.recv_timeout(LONGEST).expect("an end").is_ok());
    }
}
