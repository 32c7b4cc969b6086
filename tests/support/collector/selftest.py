"""Tests of the collector itself: `python selftest.py [-v] [-k NAME]`, with the packages of the emulator.

Each answer that the collector gives and each certificate that it shows is proven here, through Python's own HTTP client
and OpenSSL, which have nothing in common with the client that the project uses.
"""

import pathlib
import sys
import unittest

if __name__ == "__main__":
    here = pathlib.Path(__file__).parent
    sys.path.insert(0, str(here))
    unittest.main(
        module=None, argv=["selftest", "discover", "-s", str(here / "selftests"), "-t", str(here), *sys.argv[1:]]
    )
