"""Every kind of certificate, through OpenSSL: what is wrong with it, and that nothing else is."""

import ssl

from cryptography import x509

from selftests.harness import Case, call, running

# The numbers of OpenSSL's X509_V_ERR_…, see its x509_vfy.h.
NO_CHECK_TIME = 0x200000


class Certificates(Case):
    def health(self, kind, context, host="localhost"):
        return call(
            running().ports["https"][kind], "GET", "/services/collector/health", context=context, host=host
        )

    def fails(self, kind, number, host="localhost"):
        """Asserts that a client that trusts ca.pem refuses, with OpenSSL's number, and that no request arrives."""
        before = len(self.control("GET", f"requests?port={kind}"))
        with self.assertRaises(ssl.SSLCertVerificationError) as caught:
            self.health(kind, running().trusting("ca.pem"), host)
        self.assertEqual(caught.exception.verify_code, number, caught.exception)
        self.assertEqual(len(self.control("GET", f"requests?port={kind}")), before)

    def passes(self, kind, context, host="localhost"):
        self.assertEqual(self.health(kind, context, host).code, 17)

    def test_good_is_for_both_names_of_this_machine(self):
        for host in ("localhost", "127.0.0.1"):
            self.passes("good", running().trusting("ca.pem"), host)

    def test_good_is_refused_without_the_root(self):
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.health("good", running().trusting("unknown-ca-root.pem"))

    def test_good_passes_openssl_s_strict_rules(self):
        context = running().trusting("ca.pem")
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        self.passes("good", context)

    def test_self_signed(self):
        self.fails("self-signed", 18)
        self.passes("self-signed", running().trusting("self-signed.pem"))

    def test_expired(self):
        self.fails("expired", 10)
        self.passes_without_time("expired")

    def test_not_yet_valid(self):
        self.fails("not-yet-valid", 9)
        self.passes_without_time("not-yet-valid")

    def passes_without_time(self, kind):
        context = running().trusting("ca.pem")
        context.verify_flags |= NO_CHECK_TIME
        self.passes(kind, context)

    def test_wrong_host(self):
        self.fails("wrong-host", 62)
        self.fails("wrong-host", 64, "127.0.0.1")
        context = running().trusting("ca.pem")
        context.check_hostname = False
        self.passes("wrong-host", context)

    def test_missing_intermediate(self):
        self.fails("missing-intermediate", 20)
        self.passes("missing-intermediate", running().trusting("ca.pem", "intermediate.pem"))

    def test_unknown_ca(self):
        self.fails("unknown-ca", 19)
        self.passes("unknown-ca", running().trusting("unknown-ca-root.pem"))

    def test_weak(self):
        self.fails("weak", 66)
        context = running().trusting("ca.pem")
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        self.passes("weak", context)
        chain = x509.load_pem_x509_certificates((running().folder / "weak.pem").read_bytes())
        self.assertEqual(chain[0].public_key().key_size, 1024)

    def test_data_over_tls_is_stored_with_that_port(self):
        port = running().ports["https"]["good"]
        headers = {"Authorization": f"Splunk {self.token}"}
        context = running().trusting("ca.pem")
        self.assertEqual(call(port, "POST", "/services/collector/raw", b"a\nb", headers, context).code, 0)
        self.assertEqual(self.lines(), [b"a", b"b"])
        self.assertEqual([one["port"] for one in self.control("GET", f"requests?token={self.token}")], ["good"])

    def test_a_connection_closed_by_a_fault_is_closed_under_tls_too(self):
        self.faults({"action": "cut-after"})
        headers = {"Authorization": f"Splunk {self.token}"}
        with self.assertRaises((ConnectionError, ssl.SSLError)):
            call(
                running().ports["https"]["good"],
                "POST",
                "/services/collector/raw",
                b"a",
                headers,
                running().trusting("ca.pem"),
            )
        self.assertEqual(self.lines(), [b"a"])
