//! The `fivewhys` binary; [`fivewhys::cli`] holds its code.

fn main() -> std::process::ExitCode {
    fivewhys::cli::run()
}
