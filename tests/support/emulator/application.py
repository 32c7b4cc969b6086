"""The order of the layers between a socket and moto.

    control API | signature | record | fault | latency | rules | moto | fault | record

A request is recorded when it arrives, may then be refused, delayed or cut off by a fault, is judged by the rules
(what AWS demands and moto lets pass) and done by moto; its answer may still be lost on the way back.
"""

import contextlib
import gc
import threading
import time

import aws_errors
import aws_request
import conflicts
import control
import faults
import moto_gateway
import rpc_cbor
import rules
from accounts import ACCOUNTS
from aws_errors import AwsError
from http_server import Response

# What is loaded before the first request is answered.
SERVICES = "sts account iam organizations s3 sns sqs cloudtrail cloudwatch logs firehose lambda secretsmanager".split()


class Application:
    """Answers every request of the server."""

    def __init__(self):
        self.accounts = ACCOUNTS
        # Where this very server listens; set once it does.
        self.endpoint = ""
        # Set once moto is loaded: its modules import each other in circles, which two threads must not do at once.
        self._warm = threading.Event()

    def __call__(self, environ: dict, body: bytes) -> Response:
        self._warm.wait()
        if environ["PATH_INFO"].startswith(control.PREFIX):
            return control.answer(self, environ, body)
        request = aws_request.parse(environ, body)
        if request is None:
            return unsigned(environ, body)
        account = self.accounts[request.account]
        record, fault = account.arrive(request)
        response = None
        try:
            response = self.respond(request, account, fault)
            faults.after_work(fault, request, response, account)
        except AwsError as error:
            response = aws_errors.render(request, error)
            record["error"] = error.code
        finally:
            if response is not None:
                record["status"] = response.status
                record["error"] = record["error"] or aws_errors.code_of(request, response)
        return response

    def respond(self, request, account, fault) -> Response:
        """The answer of rules and moto, unless a fault comes first."""
        with contextlib.ExitStack() as stack:
            if fault is None:
                stack.enter_context(conflicts.change(request, account))
            if account.settings["latency"]:
                time.sleep(account.settings["latency"])
            faults.before_work(fault, request, account)
            with moto_gateway.LOCK:
                return rules.judge(request, account)

    def warm_up(self) -> None:
        """Loads moto, the models and the rules; requests that came before this has ended wait for it."""
        moto_gateway.dispatcher()
        for service in SERVICES:
            # Else each of the threads that wait for a model would read it.
            aws_request.load_model(service)
            rules.load(service)
        # None of it is ever garbage: the collector need not look at it.
        gc.freeze()
        self._warm.set()


def unsigned(environ: dict, body: bytes) -> Response:
    """AWS's answer to a request without a signature: the service can only be guessed from its form."""
    request = aws_request.AwsRequest(environ, body)
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if rpc_cbor.is_spoken(environ):
        request.service, request.protocol = "cloudwatch", rpc_cbor.PROTOCOL
    elif environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        request.service, request.protocol = "sts", "query"
    elif target:
        request.service = "sqs" if target.startswith("AmazonSQS") else "cloudtrail"
    elif environ.get("CONTENT_TYPE", "") == "application/json":
        request.service, request.protocol = "account", "rest-json"
    else:
        request.service = "s3"
        return aws_errors.render(request, AwsError("AccessDenied", "Access Denied", 403))
    code = "MissingAuthenticationTokenException" if request.protocol == "json" else "MissingAuthenticationToken"
    return aws_errors.render(request, AwsError(code, "Request is missing Authentication Token", 403))
