"""A piece of work in a fork that is killed at its n-th file operation."""

import os

from worlds import killing


def killed(after, work, folder):
    """Do ``work`` in another process that ends after so many file operations below a folder; whether it did."""
    child = os.fork()
    if child == 0:
        try:
            killing.arm(after + 1, [str(folder)], os.devnull)
            work()
        except BaseException:  # noqa: BLE001  a child of the test process never returns into it
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, killing.KILLED)
    return code == killing.KILLED
