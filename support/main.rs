//! The operator's binary: parse, call, exit code.

fn main() -> std::process::ExitCode {
    fivewhys::cli::run()
}
