//! `ctadmin`: the program is in the library, where tests can use its parts.

fn main() -> std::process::ExitCode {
    ctadmin::main()
}
