//! The table over CloudTrail's log files: columns, partitions, and how files are read.
//!
//! Columns, types and classes are those of AWS's page. It has one region for each table; here account, region and day are
//! partitions, so that one table has them all: Athena computes the folders of a query, and no partition is ever added.
//! <https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html>

use std::collections::{BTreeMap, BTreeSet};

use crate::words::counted;

/// The columns, as name and type of Hive.
pub const COLUMNS: [(&str, &str); 29] = [
    ("eventversion", "string"),
    (
        "useridentity",
        "struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,onbehalfof:struct<userid:string,identitystorearn:string>,sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>,ec2roledelivery:string,webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>>",
    ),
    ("eventtime", "string"),
    ("eventsource", "string"),
    ("eventname", "string"),
    ("awsregion", "string"),
    ("sourceipaddress", "string"),
    ("useragent", "string"),
    ("errorcode", "string"),
    ("errormessage", "string"),
    ("requestparameters", "string"),
    ("responseelements", "string"),
    ("additionaleventdata", "string"),
    ("requestid", "string"),
    ("eventid", "string"),
    ("readonly", "string"),
    (
        "resources",
        "array<struct<arn:string,accountid:string,type:string>>",
    ),
    ("eventtype", "string"),
    ("apiversion", "string"),
    ("recipientaccountid", "string"),
    ("serviceeventdetails", "string"),
    ("sharedeventid", "string"),
    ("vpcendpointid", "string"),
    ("vpcendpointaccountid", "string"),
    ("eventcategory", "string"),
    (
        "addendum",
        "struct<reason:string,updatedfields:string,originalrequestid:string,originaleventid:string>",
    ),
    ("sessioncredentialfromconsole", "string"),
    ("edgedevicedetails", "string"),
    (
        "tlsdetails",
        "struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>",
    ),
];

/// The partitions, from the outer folder to the inner one.
pub const PARTITIONS: [(&str, &str); 3] = [
    ("account", "string"),
    ("region", "string"),
    ("day", "string"),
];

/// The class that reads an event, and those of the files.
pub const SERDE: &str = "org.apache.hive.hcatalog.data.JsonSerDe";
/// See [`SERDE`].
pub const INPUT_FORMAT: &str = "com.amazon.emr.cloudtrail.CloudTrailInputFormat";
/// See [`SERDE`].
pub const OUTPUT_FORMAT: &str = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";

/// How many accounts are listed in a table: AWS recommends a few dozen values at most. Of more, each query names its own.
///
/// <https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html>
pub const MOST_ACCOUNTS: usize = 50;

/// The year in which CloudTrail began.
const FIRST_DAY: &str = "2013/01/01";

/// What the parameters of partitions begin with.
const PROJECTION: &str = "projection.";

/// The accounts of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accounts {
    /// These; a query without an account is about all of them.
    Listed(BTreeSet<String>),
    /// Any; a query must name its accounts.
    Named,
}

impl Accounts {
    /// As a table can have them: listed if they are few.
    pub fn of(accounts: BTreeSet<String>) -> Self {
        match (1..=MOST_ACCOUNTS).contains(&accounts.len()) {
            true => Self::Listed(accounts),
            false => Self::Named,
        }
    }

    /// Those of a table with these parameters, if it is one over log files.
    pub fn found(parameters: &BTreeMap<String, String>) -> Option<Self> {
        let get = |end: &str| parameters.get(&format!("{PROJECTION}account.{end}"));
        match get("type")?.as_str() {
            "enum" => Some(Self::Listed(values(get("values")?))),
            "injected" => Some(Self::Named),
            _ => None,
        }
    }

    /// In words.
    pub fn described(&self) -> String {
        match self {
            Self::Listed(accounts) if accounts.len() <= 3 => {
                Vec::from_iter(accounts.iter().map(String::as_str)).join(", ")
            }
            Self::Listed(accounts) => counted(accounts.len(), "account"),
            Self::Named => "each query names its accounts".to_owned(),
        }
    }
}

/// The regions of a table with these parameters.
pub fn regions(parameters: &BTreeMap<String, String>) -> BTreeSet<String> {
    let found = parameters.get(&format!("{PROJECTION}region.values"));
    found.map(|found| values(found)).unwrap_or_default()
}

fn values(list: &str) -> BTreeSet<String> {
    let list = list.split(',').filter(|value| !value.is_empty());
    list.map(str::to_owned).collect()
}

/// Where log files are.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The bucket.
    pub bucket: String,
    /// What keys begin with before `AWSLogs/`; nothing when empty.
    pub key_prefix: String,
    /// The organization whose trail wrote them.
    pub organization: Option<String>,
}

impl Place {
    /// The folder of the accounts, `s3://…/`.
    pub fn location(&self) -> String {
        let mut folder = format!("s3://{}/", self.bucket);
        let below = Some(self.key_prefix.as_str()).filter(|prefix| !prefix.is_empty());
        let names = below.into_iter().chain(["AWSLogs"]);
        for name in names.chain(self.organization.as_deref()) {
            folder += name;
            folder += "/";
        }
        folder
    }

    /// The place of a location, if it is one.
    pub fn parse(location: &str) -> Option<Self> {
        let (bucket, key) = location.strip_prefix("s3://")?.split_once('/')?;
        let key = format!("/{}", key.strip_suffix('/')?);
        let (prefix, organization) = key.rsplit_once("/AWSLogs")?;
        let organization = organization.strip_prefix('/').map(str::to_owned);
        Some(Self {
            bucket: bucket.to_owned(),
            key_prefix: prefix.trim_start_matches('/').to_owned(),
            organization,
        })
    }
}

/// The parameters by which Athena computes the partitions of a table at this location.
pub fn projection(
    location: &str,
    accounts: &Accounts,
    regions: &BTreeSet<String>,
) -> BTreeMap<String, String> {
    let joined = |values: &BTreeSet<String>| {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        values.join(",")
    };
    let template = format!("{location}${{account}}/CloudTrail/${{region}}/${{day}}");
    let mut parameters = vec![
        ("projection.enabled", "true".to_owned()),
        ("projection.region.type", "enum".to_owned()),
        ("projection.region.values", joined(regions)),
        ("projection.day.type", "date".to_owned()),
        ("projection.day.format", "yyyy/MM/dd".to_owned()),
        ("projection.day.range", format!("{FIRST_DAY},NOW")),
        ("projection.day.interval", "1".to_owned()),
        ("projection.day.interval.unit", "DAYS".to_owned()),
        ("storage.location.template", template),
    ];
    match accounts {
        Accounts::Listed(accounts) => parameters.extend([
            ("projection.account.type", "enum".to_owned()),
            ("projection.account.values", joined(accounts)),
        ]),
        Accounts::Named => parameters.push(("projection.account.type", "injected".to_owned())),
    }
    let parameters = parameters.into_iter();
    parameters
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Whether a parameter says how partitions are computed: one that is not wanted any more must go.
pub fn is_projection(parameter: &str) -> bool {
    parameter.starts_with(PROJECTION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_those_of_cloudtrail() {
        for (key_prefix, organization, location) in [
            ("", None, "s3://b/AWSLogs/"),
            ("k/l", None, "s3://b/k/l/AWSLogs/"),
            ("", Some("o-1"), "s3://b/AWSLogs/o-1/"),
            ("k", Some("o-1"), "s3://b/k/AWSLogs/o-1/"),
        ] {
            let place = Place {
                bucket: "b".to_owned(),
                key_prefix: key_prefix.to_owned(),
                organization: organization.map(str::to_owned),
            };
            assert_eq!(place.location(), location);
            assert_eq!(Place::parse(location), Some(place));
        }
        for other in ["b", "s3://b", "s3://b/logs/", "s3://b/AWSLogs"] {
            assert_eq!(Place::parse(other), None, "{other}");
        }
    }

    #[test]
    fn few_accounts_are_listed_and_found_again() {
        let accounts = |count: usize| (0..count).map(|id| format!("{id:012}")).collect();
        for (count, is_listed) in [(0, false), (1, true), (50, true), (51, false)] {
            let accounts = Accounts::of(accounts(count));
            assert_eq!(matches!(accounts, Accounts::Listed(_)), is_listed);
            let wanted = BTreeSet::from(["eu-west-1".to_owned(), "us-east-1".to_owned()]);
            let parameters = projection("s3://b/AWSLogs/", &accounts, &wanted);
            assert_eq!(Accounts::found(&parameters), Some(accounts));
            assert_eq!(regions(&parameters), wanted);
        }
        assert_eq!(Accounts::found(&BTreeMap::new()), None);
    }
}
