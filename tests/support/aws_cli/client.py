"""`aws` as the tests call it: passes its call to the process that has the CLI loaded, and ends as that call ends.

It imports only modules that are compiled into the interpreter or stand alone: tests start it some hundred times.
"""

import _signal
import marshal
import posix
import sys
from _socket import AF_UNIX, SCM_RIGHTS, SOL_SOCKET, socket

call = marshal.dumps((sys.argv[1:], posix.environ, posix.getcwdb()))
descriptors = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
server = socket(AF_UNIX)
server.connect(sys.argv[0].rpartition("/")[0] + "/socket")
server.sendmsg([len(call).to_bytes(4, "big")], [(SOL_SOCKET, SCM_RIGHTS, descriptors)])
server.sendall(call)
for number in (_signal.SIGHUP, _signal.SIGINT, _signal.SIGQUIT, _signal.SIGTERM):
    if _signal.getsignal(number) != _signal.SIG_IGN:
        _signal.signal(number, lambda number, _: server.send(bytes([number])))
status = server.recv(4)
if not status:
    posix.write(2, b"the process that has the AWS CLI loaded is gone\n")
    posix._exit(255)
code = posix.waitstatus_to_exitcode(int.from_bytes(status, "big"))
if code < 0:
    _signal.signal(-code, _signal.SIG_DFL)
    posix.kill(posix.getpid(), -code)
posix._exit(code)
