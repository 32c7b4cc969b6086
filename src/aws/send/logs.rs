//! Calls to CloudWatch Logs.

use aws_sdk_cloudwatchlogs::types;

use super::send;
use crate::call::logs::*;

logs!(send);
