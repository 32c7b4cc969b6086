"""Runs all tests of the consumer: one line for each failure, then a summary; exits with 1 on failure."""

import sys
import time
import unittest
from pathlib import Path


def main() -> int:
    """Runs the tests beside this file."""
    folder = Path(__file__).resolve().parent
    sys.path.insert(0, str(folder))
    start, result = time.monotonic(), unittest.TestResult()
    unittest.defaultTestLoader.discover(str(folder)).run(result)
    failures = result.failures + result.errors
    for test, trace in failures:
        print(f"{test.id()}: {trace.strip().splitlines()[-1]}")
    seconds = time.monotonic() - start
    print(f"{result.testsRun} tests, {len(failures)} failures, {seconds:.1f} s")
    return 0 if result.testsRun and not failures else 1


if __name__ == "__main__":
    sys.exit(main())
