//! The account as every stack sees it: its names, and where in it to work.

use super::Scheme;
use crate::region::Region;

/// An account, and where in it to work.
#[derive(Clone, Debug)]
pub struct Account {
    /// The names of the scheme.
    pub scheme: Scheme,
    /// The regions to walk, in order of name.
    pub regions: Vec<Region>,
    /// All regions known to be enabled, in order of name.
    pub enabled: Vec<Region>,
    /// The regions not even to look at.
    pub except: Vec<String>,
    /// The region that environment and profile name.
    pub configured_region: Option<String>,
}

impl Account {
    /// The account with a pattern for all regions in the place of one: what permissions are about.
    pub fn of_any_region(scheme: &Scheme) -> Self {
        let any = || vec![Region::named("*")];
        Self {
            scheme: scheme.clone(),
            regions: any(),
            enabled: any(),
            except: Vec::new(),
            configured_region: Some("*".to_owned()),
        }
    }
}
