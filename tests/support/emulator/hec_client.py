"""How Firehose talks to Splunk: it posts to the HTTP Event Collector over TLS, and polls for the acknowledgment.

Any failure is tried again until the retry duration is over; then its code and text, as AWS documents them, are those of
the record in the backup bucket. The durations are shortened: see `hec_retry` and `hec_ack_timeout` in control.py.
"""

import functools
import http.client
import json
import os
import socket
import ssl
import time
import uuid
from urllib.parse import urlsplit

PAUSE = 0.02
# Seconds for one answer: more than a busy machine needs.
ANSWER_TIMEOUT = 10
PATHS = {"Raw": "/services/collector/raw", "Event": "/services/collector/event"}
ACK_PATH = "/services/collector/ack"
# OpenSSL's codes for a certificate of another host name or address.
MISMATCHES = (62, 64)
MESSAGES = {
    "InvalidEncodingException": "The data could not be decoded as UTF-8",
    "Splunk.ProxyWithoutStickySessions": "If you have a proxy (ELB or other) between Kinesis Firehose and the HEC "
    "node, you must enable sticky sessions to support HEC ACKs.",
    "Splunk.DisabledToken": "The HEC token is disabled. Enable the token to allow data delivery to Splunk.",
    "Splunk.InvalidToken": "The HEC token is invalid. Update Kinesis Firehose with a valid HEC token.",
    "Splunk.InvalidDataFormat": "The data is not formatted correctly. To see how to properly format data for Raw or "
    "Event HEC endpoints, see Splunk Event Data.",
    "Splunk.InvalidIndex": "The HEC token or input is configured with an invalid index. Check your index configuration "
    "and try again.",
    "Splunk.ServerError": "Data delivery to Splunk failed due to a server error from the HEC node. Kinesis Firehose "
    "will retry sending the data if the retry duration in your Kinesis Firehose is greater than 0. If all the retries "
    "fail, Kinesis Firehose backs up the data to Amazon S3.",
    "Splunk.DisabledAck": "Indexer acknowledgement is disabled for the HEC token. Enable indexer acknowledgement and "
    "try again. For more info, see Enable indexer acknowledgement.",
    "Splunk.AckTimeout": "Did not receive an acknowledgement from HEC before the HEC acknowledgement timeout expired. "
    "Despite the acknowledgement timeout, it's possible the data was indexed successfully in Splunk. Kinesis Firehose "
    "backs up in Amazon S3 data for which the acknowledgement timeout expired.",
    "Splunk.ConnectionTimeout": "The connection to Splunk timed out. This might be a transient error and the request "
    "will be retried. Kinesis Firehose backs up the data to Amazon S3 if all retries fail.",
    "Splunk.InvalidEndpoint": "Could not connect to the HEC endpoint. Make sure that the HEC endpoint URL is valid and "
    "reachable from Kinesis Firehose.",
    "Splunk.ConnectionClosed": "Unable to send data to Splunk due to a connection failure. This might be a transient "
    "error. Increasing the retry duration in your Kinesis Firehose configuration might guard against such transient "
    "failures.",
    "Splunk.SSLUnverified": "Could not connect to the HEC endpoint. The host does not match the certificate provided "
    "by the peer. Make sure that the certificate and the host are valid.",
    "Splunk.SSLHandshake": "Could not connect to the HEC endpoint. Make sure that the certificate and the host are "
    "valid.",
    "SecretsManager.AccessDenied": "Access to the secret was denied.",
    "SecretsManager.InvalidSecret": "The secret does not exist, or is not JSON with the key hec_token.",
}
# HEC's own codes.
CODES = {
    1: "Splunk.DisabledToken",
    2: "Splunk.InvalidToken",
    3: "Splunk.InvalidToken",
    4: "Splunk.InvalidToken",
    5: "Splunk.InvalidDataFormat",
    6: "Splunk.InvalidDataFormat",
    7: "Splunk.InvalidIndex",
    12: "Splunk.InvalidDataFormat",
    13: "Splunk.InvalidDataFormat",
    14: "Splunk.DisabledAck",
    21: "Splunk.InvalidToken",
    22: "Splunk.DisabledToken",
    28: "Splunk.ProxyWithoutStickySessions",
}


class HecError(Exception):
    """A delivery that failed, with the code that AWS documents for it."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code
        self.message = MESSAGES[code]


def deliver(destination: dict, token: str, payload: bytes, settings: dict) -> "tuple[int, HecError | None]":
    """Delivers, with retries: the number of attempts, and the last error if none of them succeeded."""
    try:
        payload.decode()
    except UnicodeDecodeError:
        return 0, HecError("InvalidEncodingException")
    retry = min(destination.get("RetryOptions", {}).get("DurationInSeconds", 0), settings["hec_retry"])
    deadline, attempts, channel = None, 0, str(uuid.uuid4())
    while True:
        attempts += 1
        try:
            _attempt(destination, token, channel, payload, settings)
            return attempts, None
        except HecError as error:
            # The duration starts when the first attempt has failed.
            deadline = deadline or time.monotonic() + retry
            if time.monotonic() >= deadline:
                return attempts, error
        time.sleep(PAUSE)


def _attempt(destination: dict, token: str, channel: str, payload: bytes, settings: dict) -> None:
    post = functools.partial(_post, destination["HECEndpoint"], token, channel, settings["hec_authority"])
    answer = post(PATHS[destination["HECEndpointType"]], payload)
    if answer.get("ackId") is None:
        raise HecError("Splunk.DisabledAck")
    deadline, ack_id = time.monotonic() + settings["hec_ack_timeout"], answer["ackId"]
    while time.monotonic() < deadline:
        acks = post(ACK_PATH, json.dumps({"acks": [ack_id]}).encode()).get("acks") or {}
        if acks.get(str(ack_id)):
            return
        time.sleep(PAUSE)
    raise HecError("Splunk.AckTimeout")


def _post(endpoint, token, channel, authority, path: str, body: bytes) -> dict:
    """One request; the JSON of its answer."""
    url = urlsplit(endpoint)
    if url.scheme.lower() != "https" or not url.hostname:
        raise HecError("Splunk.InvalidEndpoint")
    headers = {"Authorization": f"Splunk {token}", "X-Splunk-Request-Channel": channel}
    context = _context(authority)
    connection = http.client.HTTPSConnection(url.hostname, url.port, context=context, timeout=ANSWER_TIMEOUT)
    try:
        connection.request("POST", url.path.rstrip("/") + path, body, headers)
        answer = connection.getresponse()
        return _understood(answer.status, answer.read())
    except ssl.SSLCertVerificationError as error:
        is_other_host = error.verify_code in MISMATCHES
        raise HecError("Splunk.SSLUnverified" if is_other_host else "Splunk.SSLHandshake") from None
    except ssl.SSLError:
        raise HecError("Splunk.SSLHandshake") from None
    except TimeoutError:
        raise HecError("Splunk.ConnectionTimeout") from None
    except (ConnectionRefusedError, socket.gaierror):
        raise HecError("Splunk.InvalidEndpoint") from None
    except (OSError, http.client.HTTPException):
        raise HecError("Splunk.ConnectionClosed") from None
    finally:
        connection.close()


def _understood(status: int, body: bytes) -> dict:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = {}
    answer = answer if isinstance(answer, dict) else {}
    if status == 200:
        return answer
    if answer.get("code") in CODES:
        raise HecError(CODES[answer["code"]])
    if status in (401, 403):
        raise HecError("Splunk.InvalidToken")
    raise HecError("Splunk.InvalidEndpoint" if status == 404 else "Splunk.ServerError")


def _context(authority: str) -> ssl.SSLContext:
    """The settings of TLS, with the authorities that are trusted: those of a file, or the machine's."""
    return _loaded(authority, os.stat(authority).st_mtime if authority else 0)


@functools.lru_cache(maxsize=16)
def _loaded(authority: str, _changed: float) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authority or None)
