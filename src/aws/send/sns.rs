//! Calls to SNS.

use aws_sdk_sns::types;

use crate::aws::convert::to_sdk;
use crate::aws::request::send;
use crate::call::sns::*;
use crate::call::{Tag, tag};

sns!(send);
tag!(to_sdk);
