//! Calls to SQS.

use crate::aws::request::send;
use crate::call::sqs::*;

sqs!(send);
