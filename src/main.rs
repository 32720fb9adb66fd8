//! The `qonaq` command.

fn main() -> std::process::ExitCode {
    qonaq::cli::main()
}
