"""Functions of AWS Lambda as the emulator keeps them, and their invocation with the Python of the emulator.

Moto's functions need Docker to run, and hold on to backends of other services. These are a configuration, a .zip file,
and the states that AWS takes time to reach. A function runs in a process of its own.
"""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field

from delivery_streams import Phase

# Account -> (region, name) -> function.
FUNCTIONS: dict = defaultdict(dict)
# What an answer may take: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
PAYLOAD_LIMIT = 6 * 1024 * 1024
LOG_LIMIT = 4096
# Loads the handler as Lambda's runtime does, and writes what it returns into a file: it may print what it likes.
RUNTIME = """
import importlib, json, os, sys, time
sys.path.insert(0, os.getcwd())
module, _, name = os.environ["_HANDLER"].rpartition(".")
end = time.monotonic() + float(os.environ["EMULATOR_TIMEOUT"])
class Context:
    function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    @staticmethod
    def get_remaining_time_in_millis():
        return int((end - time.monotonic()) * 1000)
answer = getattr(importlib.import_module(module), name)(json.load(sys.stdin), Context())
with open(os.environ["EMULATOR_ANSWER"], "w", encoding="utf-8") as file:
    json.dump(answer, file)
"""


def end_of_log(written: bytes) -> str:
    """The last of what a function wrote, as text."""
    return written.decode("utf-8", "replace")[-LOG_LIMIT:]


class InvocationFailed(Exception):
    """A function returned an error, or nothing in time: the message says which, and `log` what the function wrote."""

    def __init__(self, code: str, log: bytes = b""):
        super().__init__(code)
        self.log = end_of_log(log)


@dataclass
class Function:
    """One function, at its only version."""

    arn: str
    configuration: dict
    code: bytes
    tags: dict = field(default_factory=dict)
    concurrency: "int | None" = None
    # The id of the role that may decrypt the environment variables.
    decrypted_by: str = ""
    state: Phase = field(default_factory=lambda: Phase("Active"))
    update: Phase = field(default_factory=lambda: Phase("Successful"))
    modified: float = field(default_factory=time.time)

    @property
    def code_sha256(self) -> str:
        """The hash of the .zip file, in base64."""
        return base64.b64encode(hashlib.sha256(self.code).digest()).decode()

    def described(self) -> dict:
        """Its configuration as AWS answers it."""
        modified = time.strftime("%Y-%m-%dT%H:%M:%S.000+0000", time.gmtime(self.modified))
        return self.configuration | {
            "FunctionArn": self.arn,
            "CodeSha256": self.code_sha256,
            "CodeSize": len(self.code),
            "LastModified": modified,
            "Version": "$LATEST",
            "PackageType": "Zip",
            "Architectures": ["x86_64"],
            "State": self.state.value,
            "LastUpdateStatus": self.update.value,
        }


def role_id(account: str, partition: str, arn: str) -> str:
    """The id of the role that has this ARN by now; an empty text if none has."""
    from moto.iam.models import iam_backends

    roles = iam_backends[account][partition].roles.values()
    return next((role.id for role in roles if role.arn == arn), "")


def named(account: str, region: str, name: str) -> "Function | None":
    """The function of a name or ARN, with or without its version; None if there is none."""
    name = name.partition(":function:")[2] or name
    return FUNCTIONS[account].get((region, name.removesuffix(":$LATEST")))


def is_zip(code: bytes) -> bool:
    """Whether these are the bytes of a .zip file."""
    return zipfile.is_zipfile(io.BytesIO(code))


def invoke(function: Function, event: dict, environment: dict) -> tuple:
    """What the function returns for an event, and the end of what it writes on stderr."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(io.BytesIO(function.code)) as code:
        code.extractall(folder)
        configuration, answer = function.configuration, os.path.join(folder, ".answer")
        own = {
            "_HANDLER": configuration["Handler"],
            "AWS_LAMBDA_FUNCTION_NAME": configuration["FunctionName"],
            "EMULATOR_ANSWER": answer,
            "EMULATOR_TIMEOUT": str(configuration["Timeout"]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        variables = (configuration.get("Environment") or {}).get("Variables") or {}
        try:
            done = subprocess.run(
                [sys.executable, "-c", RUNTIME],
                input=json.dumps(event).encode(),
                env=variables | environment | own,
                cwd=folder,
                capture_output=True,
                timeout=configuration["Timeout"],
                check=False,
            )
        except subprocess.TimeoutExpired as expired:
            raise InvocationFailed("Lambda.FunctionTimedOut", expired.stderr or b"") from None
        if done.returncode or not os.path.exists(answer) or os.path.getsize(answer) > PAYLOAD_LIMIT:
            raise InvocationFailed("Lambda.FunctionError", done.stderr)
        with open(answer, encoding="utf-8") as file:
            return json.load(file), end_of_log(done.stderr)
