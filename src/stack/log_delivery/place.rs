//! In which region a trail's events are delivered, and to which log group.

use super::Options;
use crate::error::{Error, Result};
use crate::resource::principal::PrincipalState;
use crate::stack::Scheme;
use crate::stack::trail::home::home;
use crate::stack::trail::survey::Survey as TrailSurvey;

/// What the role's policy says that it was created for: where an interrupted run has left resources, too.
#[derive(Debug)]
pub struct Origin {
    /// The log group's region.
    pub region: String,
    /// The log group's name.
    pub group: String,
}

impl Origin {
    /// What this role was created for, if its policy says so.
    pub fn of(role: &PrincipalState) -> Option<Self> {
        let mut resources = role.policy.as_ref()?.resources();
        resources.find_map(|arn| {
            let (head, _) = arn.split_once(":log-stream:")?;
            let parts: Vec<&str> = head.split(':').collect();
            let [_, _, "logs", region, _, "log-group", group] = parts.as_slice() else {
                return None;
            };
            Some(Self {
                region: (*region).to_owned(),
                group: (*group).to_owned(),
            })
        })
    }
}

/// The home region of the multi-region trail, else the region that the role was created for, else the home region of
/// the trail stack.
///
/// # Errors
/// When the region that was named is another one.
pub fn region(
    stack: &str,
    scheme: &Scheme,
    options: &Options,
    trails: &TrailSurvey,
    origin: Option<&Origin>,
) -> Result<Option<String>> {
    let named = options.trail.home.as_deref();
    let is_named = |region: &str| named.is_none_or(|named| named == region);
    match (trails.multi_region_trail(), origin) {
        // Wherever the queue is.
        (Some(trail), _) if is_named(&trail.home_region) => Ok(Some(trail.home_region.clone())),
        (None, Some(origin)) if is_named(&origin.region) => Ok(Some(origin.region.clone())),
        (None, Some(Origin { region, .. })) => {
            let (base, named) = (scheme.base(), named.unwrap_or_default());
            let message = format!("the {stack} stack of {base} is in {region}, not in {named}");
            Err(Error::failed(message)
                .hint(format!("leave out --region, or give --region {region}")))
        }
        _ => home(&options.trail, trails),
    }
}

/// The region of a trail that is created together with a stack: what is in another region would be left there.
///
/// # Errors
/// When the stack is in another region than the trail would be.
pub fn of_both(
    stack: &str,
    scheme: &Scheme,
    found: Option<String>,
    trail: Option<String>,
) -> Result<Option<String>> {
    match (found, &trail) {
        (Some(found), Some(trail)) if found != *trail => {
            let base = scheme.base();
            let message = format!(
                "the {stack} stack of {base} is in {found}, but the trail would be created in {trail}"
            );
            Err(Error::failed(message).hint(format!(
                "give --region {found}, or `ctadmin delete {stack} --region {found}` first"
            )))
        }
        _ => Ok(trail),
    }
}

/// A log group receives only what the trail delivers, so it must be the trail that logs every region.
pub fn no_trail(stack: &str, trails: &TrailSurvey) -> Error {
    let error = Error::failed(format!(
        "the scheme has no multi-region trail, and the {stack} stack receives only the events that it delivers"
    ));
    let error = error.hint(format!(
        "`ctadmin create --multi-region` creates one; `ctadmin create {stack} --multi-region` creates both"
    ));
    match trails.unread.first() {
        Some(unread) => error.hint(format!(
            "or it is in {}, which cannot be read: {}",
            unread.region, unread.error
        )),
        None => error,
    }
}
