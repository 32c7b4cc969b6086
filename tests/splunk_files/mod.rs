//! `ctadmin splunk`: the files for Splunk, from the account, from its names alone, and from billing reports.

mod accounts;
mod hec;
mod inputs;
mod reports;

use tempfile::TempDir;

use crate::support::Ctadmin;

const OFFLINE: &str =
    "splunk inputs --offline --account-id 123456789012 --region eu-west-1 --format";

/// Files in a folder of their own.
struct Files(TempDir);

impl Files {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).expect("written");
        }
        Self(folder)
    }

    /// `arguments` and the path of one of the files.
    fn ctadmin(&self, arguments: &str, name: &str) -> Ctadmin {
        let path = self.0.path().join(name);
        Ctadmin::alone(arguments).arg(path.to_str().expect("UTF-8"))
    }
}
