//! Calls to CloudTrail.

use aws_sdk_cloudtrail::types;

use crate::aws::convert::to_sdk;
use crate::aws::request::send;
use crate::call::cloudtrail::*;
use crate::call::{Tag, tag};

cloudtrail!(send);
tag!(to_sdk);
