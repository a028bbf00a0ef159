"""A process that is killed at its n-th change of a file."""

import os
import sys

CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate", "shutil.copyfile")


def killed(after, work):
    """Does ``work`` in another process that is killed at its n-th change of a file; whether it was."""
    child = os.fork()
    if child == 0:
        left = [after]

        def count(event, args):
            opened = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if event in CHANGES or opened:
                left[0] -= 1
                if left[0] < 0:
                    os._exit(9)

        sys.addaudithook(count)
        try:
            work()
        except BaseException:  # noqa: BLE001  a child of the test process never returns into it
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9)
    return code == 9
