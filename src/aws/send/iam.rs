//! Calls to IAM.

use aws_sdk_iam::types;

use super::send;
use crate::aws::convert::to_sdk;
use crate::call::iam::*;
use crate::call::{Tag, tag};

iam!(send);
tag!(to_sdk);
