//! Calls to CloudWatch.

use aws_sdk_cloudwatch::types;

use crate::aws::convert::to_sdk;
use crate::aws::request::send;
use crate::call::cloudwatch::*;
use crate::call::{Tag, tag};

cloudwatch!(send);
tag!(to_sdk);
