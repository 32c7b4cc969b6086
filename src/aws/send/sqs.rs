//! Calls to SQS.

use super::send;
use crate::call::sqs::*;

sqs!(send);
