//! Calls to IAM.

use aws_sdk_iam::types;

use crate::aws::convert::to_sdk;
use crate::aws::request::send;
use crate::call::iam::*;
use crate::call::{Tag, tag};

iam!(send);
tag!(to_sdk);
