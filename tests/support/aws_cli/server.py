"""The AWS CLI, loaded once: `python server.py FOLDER AWS`.

Most of what a call of the CLI costs is the import of its modules and the parsing of the models of the services. This
process does both once and forks for each call, which then runs the very script `AWS` with the arguments, environment,
working folder and descriptors of the `aws` that was called (`client.py`). What a call had to load for itself, this
process loads as well, so that the next call finds it.

Calls arrive at `FOLDER/socket`. The process ends when its stdin closes, and removes the folder.
"""

import gc
import importlib
import marshal
import os
import runpy
import selectors
import shutil
import signal
import socket
import sys


class Loaded:
    """What is loaded: modules, files of the models, and the lists of services that have models."""

    def __init__(self):
        before = dict(os.environb)
        importlib.import_module("awscli.clidriver")
        # Importing the CLI extends AWS_DATA_PATH.
        self.environ = dict(os.environb.items() - before.items())
        # Version 2 has a botocore of its own.
        botocore = "awscli.botocore" if "awscli.botocore" in sys.modules else "botocore"
        self.loaders = sys.modules[f"{botocore}.loaders"]
        self.files = remember(self.loaders.JSONFileLoader, "load_file", lambda _, path: path)
        self.lists = remember(
            self.loaders.Loader, "list_available_services", lambda loader, type_name: (type_name, *loader.search_paths)
        )
        self.learn((), (), ())

    def news(self) -> tuple:
        """What was loaded since the fork: modules and files by name, lists as they are."""
        modules = set(sys.modules) - self.known_modules
        files = set(self.files) - self.known_files
        lists = [(key, value) for key, value in self.lists.items() if key not in self.known_lists]
        return tuple(modules), tuple(files), tuple(lists)

    def learn(self, modules, files, lists) -> None:
        """Loads what a call had to load."""
        for name in modules:
            try:
                importlib.import_module(name)
            except ImportError:
                pass
        for path in files:
            self.loaders.JSONFileLoader().load_file(path)
        self.lists.update(lists)
        self.known_modules = {*sys.modules, *modules}
        self.known_files = set(self.files)
        self.known_lists = set(self.lists)
        # The garbage collector would copy the pages of everything into each process.
        gc.collect()
        gc.freeze()


def remember(owner: type, name: str, key) -> dict:
    """Lets a method return what it returned before for the same key. A call may change it: it is its own copy."""
    results = {}
    method = getattr(owner, name)

    def remembered(*arguments, **named):
        at = key(*arguments, **named)
        if at not in results:
            results[at] = method(*arguments, **named)
        return results[at]

    setattr(owner, name, remembered)
    return results


class Call:
    """A call that runs in a process of its own."""

    def __init__(self, connection: socket.socket, loaded: Loaded, aws: str):
        self.connection = connection
        head, descriptors, _, _ = socket.recv_fds(connection, 4, 3)
        length = int.from_bytes(head, "big")
        text = b""
        while len(text) < length and (more := connection.recv(length - len(text))):
            text += more
        # Its end of file is the end of the process.
        self.news, report = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            run(loaded, aws, marshal.loads(text), descriptors, report)
        for descriptor in (*descriptors, report):
            os.close(descriptor)

    def pass_on_signals(self) -> bool:
        """Those that the client caught; SIGKILL if it is gone, which makes this false."""
        numbers = self.connection.recv(16)
        for number in numbers or [signal.SIGKILL]:
            os.kill(self.pid, number)
        return bool(numbers)

    def end(self) -> tuple:
        """Passes on how the call ended; returns what it had to load."""
        with open(self.news, "rb") as news:
            text = news.read()
        _, status = os.waitpid(self.pid, 0)
        try:
            self.connection.send(status.to_bytes(4, "big"))
        except ConnectionError:
            pass
        self.connection.close()
        return marshal.loads(text) if text else ((), (), ())


def run(loaded: Loaded, aws: str, call: tuple, descriptors: list, report: int) -> None:
    """Becomes the CLI, and ends as it does."""
    arguments, environ, folder = call
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(folder)
    os.environb.clear()
    os.environb.update(environ | loaded.environ)
    sys.argv = [aws, *arguments]
    try:
        runpy.run_path(aws, run_name="__main__")
    except SystemExit as end:
        sys.stdout.flush()
        os.write(report, marshal.dumps(loaded.news()))
        # Freeing the memory of all that is loaded takes as long as a third of the call.
        os._exit(end.code)


def serve(listener: socket.socket, loaded: Loaded, aws: str) -> None:
    """Serves until stdin closes."""
    # Number 0 is free for the calls.
    stdin = os.dup(0)
    selector = selectors.DefaultSelector()
    selector.register(stdin, selectors.EVENT_READ)
    selector.register(listener, selectors.EVENT_READ)
    while True:
        # One event at a time: what it changes may be what the next one is about.
        key, _ = selector.select()[0]
        call = key.data
        if key.fd == stdin:
            return
        if call is None:
            connection, _ = listener.accept()
            call = Call(connection, loaded, aws)
            selector.register(connection, selectors.EVENT_READ, call)
            selector.register(call.news, selectors.EVENT_READ, call)
        elif key.fd == call.news:
            selector.unregister(call.news)
            if call.connection in selector.get_map():
                selector.unregister(call.connection)
            loaded.learn(*call.end())
        elif not call.pass_on_signals():
            selector.unregister(call.connection)


def main() -> None:
    """Loads the CLI and serves."""
    folder, aws = sys.argv[1:]
    # As if AWS had been started itself.
    sys.path[0] = os.path.dirname(aws)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{folder}/socket")
    listener.listen(128)
    print("ready", flush=True)
    serve(listener, Loaded(), aws)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
