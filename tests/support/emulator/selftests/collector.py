"""A small HTTP Event Collector of Splunk for the tests of Firehose, with a certificate of an authority of its own."""

import datetime
import ipaddress
import json
import ssl
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def _certificate(subject, key, issuer, issuer_key, extension):
    name = lambda text: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])  # noqa: E731
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(days=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=1)).add_extension(*extension)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class Collector:
    """Answers as HEC with acknowledgment; `answers` [(status, JSON)] come before that, `acks` says what it confirms."""

    def __init__(self, token, address="127.0.0.1"):
        self.token, self.posts, self.answers, self.acks = token, [], [], True
        folder = Path(tempfile.mkdtemp())
        authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        is_authority = (x509.BasicConstraints(ca=True, path_length=None), True)
        names = (x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False)
        self.authority = str(folder / "authority.pem")
        Path(self.authority).write_bytes(_certificate("CA", authority_key, "CA", authority_key, is_authority))
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / "leaf.pem").write_bytes(pem + _certificate("leaf", key, "CA", authority_key, names))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "leaf.pem")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.server.handle_error = lambda *_: None
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.endpoint = f"https://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        """Stops listening."""
        self.server.shutdown()
        self.server.server_close()

    def texts(self):
        """The bodies of the posts that it took."""
        return [body.decode() for _, _, body in self.posts]

    def _handler(self):
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                status, answer = collector.answer(self.path, self.headers, body)
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        return Handler

    def answer(self, path, headers, body):
        """The status and JSON for a request."""
        if path.endswith("/ack"):
            return 200, {"acks": {str(number): self.acks for number in json.loads(body)["acks"]}}
        if self.answers:
            return self.answers.pop(0)
        if headers["authorization"] != f"Splunk {self.token}":
            return 403, {"text": "Invalid token", "code": 4}
        self.posts.append((path, headers["x-splunk-request-channel"], body))
        return 200, {"text": "Success", "code": 0, "ackId": len(self.posts)}
