"""Tests of the emulator itself: `python selftest.py [-v] [-k NAME]`, with the packages of requirements.txt.

The emulator is what the project's tests believe in, so each of its rules and faults is shown to bite here, through
botocore, which has nothing in common with the client that the project uses. Without arguments all of them run, in
processes side by side with an emulator each, since many of them wait.
"""

import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).parent
PROCESSES = 4


def all_at_once() -> int:
    """Runs all tests; prints what each process prints, and at the end how many tests ran."""
    names = sorted(f"selftests.{path.stem}" for path in HERE.glob("selftests/test_*.py"))
    shares = [names[first::PROCESSES] for first in range(PROCESSES)]
    running = [
        subprocess.Popen([sys.executable, "-m", "unittest", *share], cwd=HERE, stderr=subprocess.PIPE, text=True)
        for share in shares
    ]
    printed = [process.communicate()[1] for process in running]
    count = sum(int(text.rpartition("\nRan ")[2].split()[0]) for text in printed)
    sys.stderr.write("\n".join(printed).replace("\nRan ", "\nof which ") + f"\nRan {count} tests\n")
    return int(any(process.returncode for process in running))


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(all_at_once())
    sys.path.insert(0, str(HERE))
    unittest.main(
        module=None, argv=["selftest", "discover", "-s", str(HERE / "selftests"), "-t", str(HERE), *sys.argv[1:]]
    )
