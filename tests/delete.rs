//! `ctadmin delete`.

use crate::support::scenario::carried_out;
use crate::support::{self, Ctadmin};

#[test]
fn all_of_the_scheme_goes_and_the_bucket_stays() {
    let account = support::account();
    Ctadmin::on(&account, "create --yes --region us-west-2").exits(0);
    let plan = carried_out(&account, "delete");
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(17 + 17 + 1));
    let after = account.snapshot();
    assert_eq!(after["s3"].as_object().map(serde_json::Map::len), Some(1));
}
