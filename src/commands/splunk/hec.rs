//! `ctadmin splunk hec`: the token that Firehose delivers with, as stanzas, or created in Splunk.

use std::io::Write;
use std::path::Path;

use console::Term;
use serde_json::{Value, json};

use crate::aws::read::Hidden;
use crate::cli::{self, Output};
use crate::commands::interrupt::Interrupt;
use crate::error::{Error, Exit, Result};
use crate::hec::management::{self, Management};
use crate::hec::{Endpoint, Fault};
use crate::key_file;
use crate::printer::Printer;
use crate::settings;
use crate::splunk::hec::Token;
use crate::splunk::{Stanza, conf};

pub async fn run(global: &cli::Global, args: cli::Hec, printer: &Printer) -> Result<Exit> {
    let token = Token {
        name: args.name,
        index: args.index,
        sourcetype: args.sourcetype,
    };
    let stanzas = token.stanzas()?;
    let is_json = global.output == Output::Json;
    let Some(settings) = settings::Management::new(args.api, ask)? else {
        match is_json {
            true => printer.json(&stanzas.iter().map(Stanza::to_json).collect::<Value>())?,
            false => printer.result(&conf::text(&stanzas))?,
        }
        return Ok(Exit::Done);
    };
    let interrupt = Interrupt::listen();
    let creating = create(&token, &settings);
    let is_new = interrupt.or("the token may exist", creating).await??;
    let (name, file) = (&token.name, settings.file.display());
    match is_json {
        true => printer.json(&json!({
            "name": name,
            "created": is_new,
            "settings": token.settings().into_iter().collect::<std::collections::BTreeMap<_, _>>(),
            "token_file": settings.file,
        }))?,
        false => {
            let outcome = if is_new { "was created" } else { "exists" };
            let found = format!("enabled, with acknowledgment, index {}", token.index);
            printer.result(&format!(
                "the token {name} {outcome}: {found}; it is in {file}"
            ))?;
        }
    }
    Ok(Exit::Done)
}

/// Asks for the password, which the terminal does not show.
fn ask() -> Result<String> {
    let term = Term::stderr();
    let missing = || {
        Error::usage("the password of --splunk-user is missing")
            .hint("give --splunk-password-file FILE, or run the command on a terminal")
    };
    if !term.is_term() {
        return Err(missing());
    }
    let asked = term
        .write_str("password: ")
        .and_then(|()| term.read_secure_line());
    let password =
        asked.map_err(|error| Error::failed(format!("the terminal cannot be read: {error}")))?;
    match password.is_empty() {
        true => Err(missing()),
        false => Ok(password),
    }
}

/// Creates the token unless it exists, verifies it, and writes it to the file. Whether it is new.
async fn create(token: &Token, settings: &settings::Management) -> Result<bool> {
    let (endpoint, password) = (&settings.endpoint, settings.password.clone());
    let mut api = Management::new(
        endpoint.clone(),
        settings.trust.clone(),
        &settings.user,
        password,
    );
    let failed = |fault: Fault| {
        match fault {
        Fault::Certificate(_) => Error::failed(format!("{endpoint}: {fault}")).hint(
            "the management API needs a certificate for its name; --splunk-ca names a private authority",
        ),
        Fault::Unreachable(_) => Error::failed(format!("{endpoint}: {fault}")).hint(
            "check that Splunk runs, that the port is that of the management API (8089 unless it was changed, not the collector's 8088), and that firewalls let this machine connect",
        ),
        _ => fault.about(endpoint),
    }
    };
    let mut found = api.token(&token.name).await.map_err(failed)?;
    let is_new = found.is_none();
    if is_new {
        let created = api.create(&token.name, &token.settings()).await;
        created.map_err(failed)?;
        found = api.token(&token.name).await.map_err(failed)?;
    }
    let found = verified(token, endpoint, found)?;
    write(&settings.file, &found)?;
    if !api.is_enabled().await.map_err(failed)? {
        let error = Error::failed(format!("{endpoint}: the HTTP Event Collector is disabled"));
        return Err(
            error.hint("set disabled = 0 in [http], or enable all tokens in its global settings")
        );
    }
    Ok(is_new)
}

/// The token, if it is as it should be.
fn verified(
    token: &Token,
    endpoint: &Endpoint,
    found: Option<management::Stanza>,
) -> Result<Hidden> {
    let name = &token.name;
    let Some(found) = found.filter(|found| !found.token.0.is_empty()) else {
        let error = Error::failed(format!("{endpoint}: Splunk does not show the token {name}"));
        return Err(error.hint("try again; a cluster may need some time"));
    };
    let wrong = [
        ("it is disabled", found.is_disabled),
        ("acknowledgment is off", !found.acknowledges),
        ("its index differs", found.index != token.index),
        (
            "its source type differs",
            found.sourcetype != token.sourcetype,
        ),
    ];
    let wrong: Vec<&str> = wrong
        .iter()
        .filter_map(|(why, is_so)| is_so.then_some(*why))
        .collect();
    if wrong.is_empty() {
        return Ok(found.token);
    }
    let error = Error::failed(format!(
        "{endpoint}: the token {name} exists, and {}",
        wrong.join(", ")
    ));
    Err(error.hint("it is not changed: correct it in Splunk, or give another --name"))
}

/// Writes the token to a new file; one that holds it already is right, too.
fn write(path: &Path, token: &Hidden) -> Result<()> {
    let shown = path.display();
    match key_file::create(path) {
        Ok(mut file) => writeln!(file, "{}", token.0)
            .and_then(|()| file.sync_all())
            .map_err(|error| Error::failed(format!("{shown}: the token cannot be written: {error}"))),
        Err(_) if std::fs::read_to_string(path).is_ok_and(|text| text.trim() == token.0) => Ok(()),
        Err(error) => Err(Error::failed(format!("{shown}: the token cannot be written: {error}"))
            .hint("give a new file with --token-file; the token exists in Splunk, and is not created again")),
    }
}
