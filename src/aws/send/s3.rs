//! Calls to S3.

use aws_sdk_s3::types;

use crate::aws::request::send;
use crate::call::s3::*;

s3!(send);
