"""Tests of the emulator itself: `python selftest.py [-v] [-k NAME]`, with the packages of requirements.txt.

The emulator is what the project's tests believe in, so each of its rules and faults is shown to bite here, through
botocore, which has nothing in common with the client that the project uses.
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
