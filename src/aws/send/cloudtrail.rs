//! Calls to CloudTrail.

use aws_sdk_cloudtrail::types;

use super::send;
use crate::aws::convert::to_sdk;
use crate::call::cloudtrail::*;
use crate::call::{Tag, tag};

cloudtrail!(send);
tag!(to_sdk);
