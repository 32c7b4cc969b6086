"""Tests of the collector, one file a subject; see selftest.py."""
