//! Secrets that a plan names the source of: read when a call is sent, and kept out of what AWS says about it.

use std::io::Read;
use std::sync::OnceLock;

use crate::call::Source;
use crate::error::CallError;

/// Reads a secret.
///
/// # Errors
/// With the reason, which names the source.
pub fn read(source: &Source) -> Result<String, String> {
    // It can be read only once.
    static STDIN: OnceLock<Result<String, String>> = OnceLock::new();
    let text = match source {
        Source::File(path) => std::fs::read_to_string(path).map_err(|error| error.to_string()),
        Source::Variable(name) => std::env::var(name).map_err(|error| match error {
            std::env::VarError::NotPresent => "not set".to_owned(),
            std::env::VarError::NotUnicode(_) => "not UTF-8".to_owned(),
        }),
        Source::Stdin => STDIN.get_or_init(read_stdin).clone(),
    };
    let text = text.map_err(|why| format!("{source} cannot be read: {why}"))?;
    match text.trim_end_matches('\n') {
        "" => Err(format!("{source} is empty")),
        secret => Ok(secret.to_owned()),
    }
}

fn read_stdin() -> Result<String, String> {
    let mut text = String::new();
    let read = std::io::stdin().lock().read_to_string(&mut text);
    read.map(|_| text).map_err(|error| error.to_string())
}

/// The error without the secrets, which AWS may quote.
pub(super) fn without(secrets: &[String], error: CallError) -> CallError {
    let secrets = secrets.iter();
    let message = secrets.fold(error.message, |text, secret| text.replace(secret, "***"));
    CallError { message, ..error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Cause;

    #[test]
    fn a_secret_has_no_line_break_at_its_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret").display().to_string();
        let source = Source::File(path.clone());
        assert!(read(&source).is_err_and(|why| why.contains(&path)));
        for (text, secret) in [("a \"b\"\n\n", Some("a \"b\"")), ("\n", None)] {
            std::fs::write(&path, text).expect("written");
            assert_eq!(read(&source).ok().as_deref(), secret);
        }
    }

    #[test]
    fn what_aws_quotes_is_left_out() {
        let error = CallError {
            service: "sns",
            operation: "Subscribe".into(),
            region: "us-west-2".into(),
            resource: "topic".into(),
            cause: Cause::Code("InvalidParameter".into()),
            message: "Value 'hunter2' at 'endpoint' failed".into(),
            request_id: None,
        };
        let error = without(&["hunter2".to_owned()], error);
        assert_eq!(error.message, "Value '***' at 'endpoint' failed");
    }
}
