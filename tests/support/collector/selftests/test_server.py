"""The process: which ports it opens, and how it ends."""

import socket
import subprocess
import sys
import unittest

from selftests.harness import SERVER, Running, call, running

KINDS = {
    "good",
    "self-signed",
    "expired",
    "not-yet-valid",
    "wrong-host",
    "missing-intermediate",
    "unknown-ca",
    "weak",
}


class Process(unittest.TestCase):
    def test_every_kind_has_a_port_of_its_own(self):
        ports = running().ports
        self.assertEqual(set(ports["https"]), KINDS)
        every = [ports["http"], ports["management"], *ports["https"].values()]
        self.assertEqual(len(set(every)), len(KINDS) + 2)
        self.assertEqual(ports["ca"], str(running().folder / "ca.pem"))

    def test_the_kinds_can_be_chosen(self):
        own = Running(["--https", "good,expired"])
        self.addCleanup(own.stop)
        self.assertEqual(set(own.ports["https"]), {"good", "expired"})
        self.assertNotIn("management", own.ports)

    def test_it_ends_when_stdin_closes(self):
        own = Running(["--http"])
        self.addCleanup(own.stop)
        own.process.stdin.close()
        self.assertEqual(own.process.wait(5), 0)

    def test_it_says_what_is_wrong_with_its_arguments(self):
        for arguments in ([], ["--http", "--certificates", "x"], ["--certificates", "x", "--https", "rusty"]):
            result = subprocess.run([sys.executable, SERVER, *arguments], capture_output=True, text=True, timeout=10)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn("error: ", result.stderr)

    def test_a_client_that_says_nothing_does_not_block_others(self):
        port = running().ports["https"]["good"]
        with socket.create_connection(("127.0.0.1", port)):
            reply = call(port, "GET", "/services/collector/health", context=running().trusting("ca.pem"))
            self.assertEqual(reply.code, 17)

    def test_plain_http_on_a_port_of_https_fails(self):
        with self.assertRaises(OSError):
            call(running().ports["https"]["good"], "GET", "/services/collector/health")
