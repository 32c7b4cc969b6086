#!/usr/bin/env bash
# Answers the questions about log files with DuckDB: run.sh FILE, which tests/athena/questions.rs writes.
#
# The packages are installed into a virtual environment of their own, which ATHENA_VENV keeps.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
venv=${ATHENA_VENV:-$(mktemp -d)}
[ -n "${ATHENA_VENV:-}" ] || trap 'rm -rf "$venv"' EXIT
packages=(duckdb==2.0.0 sqlglot==30.30.0)
if [ "$(cat "$venv/installed" 2>/dev/null)" != "${packages[*]}" ]; then
    python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"
    echo "${packages[*]}" >"$venv/installed"
fi
"$venv/bin/python" "$here/answers.py" "$1"
