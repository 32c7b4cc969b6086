//! Checks of the collector, as this machine reaches it.

use super::super::check::{Link, Problem, Verdict, cause, depends_on, fail, pass, unknown};
use super::findings::{Findings, shown_token};
use super::meeting::{Met, PATIENCE};
use super::{addresses, stack};
use crate::hec::{Code, Fault};

pub const ENDPOINT: Link<Findings> = Link("endpoint", endpoint);
pub const CERTIFICATE: Link<Findings> = Link("certificate", certificate);
pub const HEALTH: Link<Findings> = Link("collector health", health);
pub const TOKEN: Link<Findings> = Link("token", token);

/// The codes for a secret that is missing or scheduled for deletion, which Firehose cannot read either.
const UNREADABLE: [&str; 2] = ["ResourceNotFoundException", "InvalidRequestException"];

/// How the collector answered, if one is known and the checks before this one passed.
fn met<'a>(findings: &'a Findings, before: &[Link<Findings>]) -> Result<&'a Met, Problem> {
    if let Some(cause) = cause(findings, before) {
        return Err(depends_on(cause, ""));
    }
    match &findings.met {
        Some(met) => Ok(met),
        None => Err(depends_on(stack::STREAM.0, "")),
    }
}

/// The host has an address, and accepts connections. Where it does not, Firehose may be allowed to.
fn endpoint(findings: &Findings) -> Verdict {
    let (Some(endpoint), Some(met)) = (&findings.endpoint, &findings.met) else {
        return match cause(findings, &[stack::STREAM]) {
            Some(cause) => Err(depends_on(cause, "no endpoint is known")),
            None => unknown(
                "no endpoint is known",
                "give --hec-endpoint https://HOST:PORT",
            ),
        };
    };
    let Err(fault @ (Fault::Unresolved(_) | Fault::Unreachable(_))) = &met.health else {
        return pass(format!("{endpoint} accepts connections"));
    };
    let region = findings.region.as_deref().unwrap_or_default();
    let addresses = match addresses::of_region(region) {
        Some(ranges) => format!("Firehose in {region} connects from {ranges}"),
        None => "AWS's page on access to Splunk in a VPC lists the addresses that Firehose connects from".to_owned(),
    };
    unknown(
        format!("{endpoint} from this machine: {fault}"),
        format!("{}; {addresses}", fault.advice()),
    )
}

/// The certificate leads to an authority that this machine trusts, and is for the host name.
fn certificate(findings: &Findings) -> Verdict {
    let met = met(findings, &[])?;
    match &met.health {
        Err(Fault::Unresolved(_) | Fault::Unreachable(_)) => Err(depends_on(ENDPOINT.0, "")),
        Err(fault @ (Fault::Certificate(_) | Fault::Handshake(_) | Fault::NotTls)) => {
            fail(fault.to_string(), fault.advice())
        }
        _ => pass("valid for the host name, of an authority that this machine trusts"),
    }
}

/// The collector says that it is healthy.
fn health(findings: &Findings) -> Verdict {
    let met = met(findings, &[CERTIFICATE])?;
    match &met.health {
        Ok(()) => pass("healthy"),
        Err(fault) => fail(fault.to_string(), fault.advice()),
    }
}

/// The collector takes the token, and acknowledges. Nothing is sent: it is asked for an acknowledgment that it never
/// gave, which Splunk answers with false, a bad token with its code, and a token without acknowledgment with code 14.
fn token(findings: &Findings) -> Verdict {
    if let Some((source, given)) = &findings.token {
        let splunk = findings
            .stream
            .as_ref()
            .and_then(|(_, splunk)| splunk.as_ref());
        let shown = splunk.and_then(shown_token);
        if shown.is_some_and(|shown| shown != *given) {
            return fail(
                format!("the delivery stream has another token than {source}"),
                "`ctadmin create push` with --hec-token-file or CTADMIN_HEC_TOKEN updates the stream",
            );
        }
    }
    if let Some(Ok(None)) = &findings.secret {
        return fail(
            "the secret of the delivery stream holds no token",
            "its value must be {\"hec_token\": \"…\"}, as text",
        );
    }
    if let Some(Err(error)) = &findings.secret
        && error.code().is_some_and(|code| UNREADABLE.contains(&code))
    {
        let advice = "`ctadmin create push` with another --hec-secret updates the stream";
        return fail(
            format!("the secret of the delivery stream: {error}"),
            advice,
        );
    }
    let met = met(findings, &[CERTIFICATE])?;
    match &met.token {
        Some(Ok(())) => pass("accepted, with acknowledgment"),
        Some(Err(fault)) => match fault.code() {
            Some(code) if code.is_about_token() || code == Code::ACK_DISABLED => {
                fail(fault.to_string(), fault.advice())
            }
            _ => unknown(fault.to_string(), fault.advice()),
        },
        None if met
            .health
            .as_ref()
            .is_err_and(|fault| !fault.was_answered()) =>
        {
            Err(depends_on(HEALTH.0, ""))
        }
        None => unknown(
            match &findings.secret {
                Some(Err(error)) => format!("its secret cannot be read: {error}"),
                _ => "not known: AWS masks it".to_owned(),
            },
            "give it with --hec-token-file FILE or CTADMIN_HEC_TOKEN",
        ),
    }
}

/// An event was indexed.
pub fn probe(findings: &Findings) -> Verdict {
    let met = met(findings, &[CERTIFICATE, HEALTH, TOKEN])?;
    match &met.probe {
        Some(Ok(Some(took))) => pass(format!("indexed within {} s", took.as_secs() + 1)),
        Some(Ok(None)) => unknown(
            format!("sent, but not acknowledged within {} s", PATIENCE.as_secs()),
            "check the indexers' load and the load balancer's sticky sessions",
        ),
        Some(Err(fault)) => fail(fault.to_string(), fault.advice()),
        None => Err(depends_on(TOKEN.0, "")),
    }
}
