"""The Lambda processor of a Firehose stream: the function gets a record as AWS sends it, and its answer is obeyed.

AWS sends a batch in one invocation; here each record is one, so that what becomes of it depends on no other.
"""

import base64
import binascii
import uuid

import backup_objects
import function_sessions
import lambda_functions
import moto_gateway

TEXTS = {
    "Lambda.ResourceNotFound": "The specified Lambda function does not exist. Use a different function that does exist.",
    "Lambda.InvokeAccessDenied": "Access was denied. Ensure that the access policy allows access to the Lambda function.",
    "Lambda.FunctionError": "The Lambda function was successfully invoked but it returned an error result.",
    "Lambda.FunctionTimedOut": "The Lambda function timed out.",
    "Lambda.JsonProcessingException": "There was an error parsing returned records from the Lambda function.",
    "Lambda.MissingRecordId": "One or more record Ids were not returned. Ensure that the Lambda function returns all "
    "received record Ids.",
    "Lambda.DuplicatedRecordId": "Multiple records were returned with the same record Id. Ensure that the Lambda "
    "function returns a unique record Id for each record.",
    "Lambda.ProcessingFailedStatus": "ProcessingFailed status set for record",
}


class Failed(Exception):
    """The record could not be transformed; the message is AWS's code."""


def transform(job, parameters: dict, data: bytes) -> bytes:
    """What the function makes of a record; nothing of one that it drops."""
    with moto_gateway.LOCK:
        function = _function(job, parameters)
    try:
        place = (job.account.id, job.stream.partition, job.stream.region)
        with function_sessions.environment(*place, function) as environment:
            answer, _ = lambda_functions.invoke(function, _event(job, data), environment)
    except function_sessions.CannotDecrypt:
        raise Failed("Lambda.FunctionError") from None
    except lambda_functions.InvocationFailed as failed:
        raise Failed(str(failed)) from None
    return _obeyed(answer, job.record.id)


def _function(job, parameters: dict):
    """The function, which the role in the processor must be allowed to invoke."""
    arn = parameters["LambdaArn"]
    for action in ("lambda:InvokeFunction", "lambda:GetFunctionConfiguration"):
        if not backup_objects.may(job, parameters["RoleArn"], action, arn):
            raise Failed("Lambda.InvokeAccessDenied")
    function = lambda_functions.named(job.account.id, arn.split(":")[3], arn)
    if function is None or function.state.look() != "Active":
        raise Failed("Lambda.ResourceNotFound")
    return function


def _event(job, data: bytes) -> dict:
    record = {"approximateArrivalTimestamp": job.record.arrival, "data": base64.b64encode(data).decode()}
    return {
        "invocationId": str(uuid.uuid4()),
        "deliveryStreamArn": job.stream.delivery_stream_arn,
        "region": job.stream.region,
        "records": [{"recordId": job.record.id} | record],
    }


def _obeyed(answer, record_id: str) -> bytes:
    try:
        records = [record for record in answer["records"] if record["recordId"] == record_id]
        if len(records) != 1:
            raise Failed("Lambda.DuplicatedRecordId" if records else "Lambda.MissingRecordId")
        result = records[0]["result"]
        if result == "Dropped":
            return b""
        if result == "ProcessingFailed":
            raise Failed("Lambda.ProcessingFailedStatus")
        if result != "Ok":
            raise Failed("Lambda.JsonProcessingException")
        return base64.b64decode(records[0]["data"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise Failed("Lambda.JsonProcessingException") from None
