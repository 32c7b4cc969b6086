//! The code of a function, as a file of the script: one can read what will run.
//!
//! A .zip file that is not compressed is the text between two short pieces of bytes, so the script needs no other program
//! to write the very file that a run sends.

use serde_json::{Value, json};

use crate::call::command_line::Words;
use crate::call::{Call, Zip};

/// The line that ends the text. No text has it: it would have to be about itself.
const END: &str = "### end of the code ###";

/// The lines that write the file.
pub fn file(zip: &Zip) -> String {
    let (before, text, after) = zip.parts();
    let (before, after) = (escaped(before), escaped(after));
    format!(
        "{{\n\
         \x20 printf '{before}'\n\
         \x20 cat << '{END}'\n\
         {text}{END}\n\
         \x20 printf '{after}'\n\
         }} > \"$folder/code.zip\"\n"
    )
}

/// The shell's words for the parameter that holds the file: the AWS CLI takes it from the file only.
pub fn expand(call: &Call, value: &Value) -> Option<Words> {
    let zip = json!(call.zip()?);
    let holds = *value == zip || value.get("ZipFile") == Some(&zip);
    holds.then(|| Words::Public("\"fileb://$folder/code.zip\"".to_owned()))
}

/// Bytes as the shell's `printf` takes them.
fn escaped(bytes: &[u8]) -> String {
    let escape = |byte: &u8| match byte.is_ascii_alphabetic() {
        true => char::from(*byte).to_string(),
        false => format!("\\{byte:03o}"),
    };
    bytes.iter().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn the_shell_writes_the_very_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let zip = Zip::of("index.py", "'%d' `$x` \\n\n\"\u{fc}\"\n");
        let script = format!("folder={}\n{}", folder.path().display(), file(&zip));
        let status = Command::new("bash").args(["-c", &script]).status();
        assert!(status.expect("bash runs").success());
        let written = std::fs::read(folder.path().join("code.zip"));
        assert_eq!(written.expect("a file"), zip.bytes());
    }
}
