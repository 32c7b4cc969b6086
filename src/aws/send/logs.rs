//! Calls to CloudWatch Logs.

use aws_sdk_cloudwatchlogs::types;

use crate::aws::request::send;
use crate::call::logs::*;

logs!(send);
