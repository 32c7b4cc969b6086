"""The emulator's front door: `python server.py [--port 0] [--watch-stdin]`.

Starts the HTTP server, says on stdout where it listens (one JSON line), and then loads the heavy half (moto and the
AWS models) in the background, so that whoever started it may go on while it warms up. It listens on 127.0.0.1 only.
"""

import argparse
import json
import os
import sys
import threading
import traceback

import function_sessions
from application import Application
from http_server import Server


def main() -> None:
    """Parses the arguments and serves until killed or, with --watch-stdin, until stdin closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--watch-stdin", action="store_true", help="exit when stdin reaches its end")
    arguments = parser.parse_args()
    # The machine's own AWS configuration must not leak into moto or botocore.
    for name in [name for name in os.environ if name.startswith(("AWS_", "MOTO_"))]:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    # An account has the regions that its settings name, whether moto's endpoint list knows them or not.
    os.environ["MOTO_ALLOW_NONEXISTENT_REGION"] = "true"

    application = Application()
    server = Server(("127.0.0.1", arguments.port), application)
    application.endpoint = function_sessions.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    if arguments.watch_stdin:
        threading.Thread(target=exit_with_parent, daemon=True).start()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    # Nobody reads on; what moto prints from time to time is for people.
    sys.stdout = sys.stderr
    application.warm_up()
    threading.Event().wait()


def exit_with_parent() -> None:
    """Reads stdin to its end: the pipe closes when the process that holds the other end dies, however it dies."""
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    except BaseException:
        traceback.print_exc()
    # Not sys.exit: the threads that still serve or read would only be in its way.
    os._exit(1)
