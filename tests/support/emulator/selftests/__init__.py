"""Tests of the emulator, one file a subject; see selftest.py."""
