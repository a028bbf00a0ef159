"""The last line before a person: whatever stops a command ends as a sentence or two and exit status 2.

Errors that bonbench raises on purpose say their own. What the system says of a file, a disk or memory is put into
words here, for every command at once. Only what nobody foresaw is called a fault of ours, with its place and the way
to its traceback: ``BONBENCH_TRACEBACK=1``.
"""

import errno
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import typer

from harness import plain
from harness.errors import BonbenchError

STATUS = 2
INTERRUPTED = 130
FULL = "TRACEBACK"  # after BONBENCH_: what shows a traceback
_ROOT = Path(__file__).resolve().parents[2]
_USAGE = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "UsageError")
_KEPT = "What was finished is kept; the same command goes on from there."
_ADVICE = {
    errno.ENOSPC: f"Free some space, or set BONBENCH_HOME to another disk. {_KEPT}",
    errno.EDQUOT: f"Free some space, or set BONBENCH_HOME to another disk. {_KEPT}",
    errno.EROFS: "Name a place that can be written; BONBENCH_HOME moves the home.",
    errno.EACCES: "Name a place that you may read and write, or change who may; BONBENCH_HOME moves the home.",
    errno.EPERM: "Name a place that you may read and write, or change who may; BONBENCH_HOME moves the home.",
    errno.ENOENT: "Check the path; a name was expected whose folder is there.",
    errno.EISDIR: "A file was expected there; name one.",
    errno.ENOTDIR: "A file stands where a folder was expected; name another place.",
    errno.EEXIST: "Something else stands there; name another place.",
    errno.ENOTEMPTY: "Something else stands there; name another place.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.ELOOP: "Its symbolic links lead in a circle; name another place.",
    errno.EMFILE: f"Too many files are open: raise 'ulimit -n', or use fewer --workers. {_KEPT}",
    errno.ENOMEM: f"Free some memory, or use fewer --workers. {_KEPT}",
    errno.EIO: f"The disk fails: look after it, or set BONBENCH_HOME to another. {_KEPT}",
}


def guarded(command: Callable[..., object]) -> None:
    """Run the commands; what stops them is said on standard error. Leaves by ``sys.exit`` where anything did."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name may hold what the terminal's encoding has not
            stream.reconfigure(errors="backslashreplace")
    try:
        status = command(standalone_mode=False)
        sys.stdout.flush()  # a full disk behind > FILE shows here, not after the last handler
    except KeyboardInterrupt:
        status = INTERRUPTED
    except Exception as error:
        if os.environ.get(f"BONBENCH_{FULL}"):
            raise
        _end(sentence(error))
    if status == INTERRUPTED:  # where Typer has made a number of Ctrl-C
        _end("interrupted; what was finished is kept, the same command continues.", INTERRUPTED)
    if isinstance(status, int) and status:
        sys.exit(status)


def sentence(error: BaseException) -> str:
    """What was found, what was expected, what to do next."""
    if isinstance(error, BonbenchError):
        return str(error)
    if isinstance(error, _USAGE):
        return _usage(error)
    if isinstance(error, UnicodeError):
        return f"A text cannot be read or written as UTF-8 ({_first(error)}). Convert the file or the name to UTF-8."
    if isinstance(error, OSError):
        return _of_the_system(error)
    if isinstance(error, RuntimeError) and "home directory" in str(error):
        return "A path begins with ~NAME, and there is no user of that name; write the path out."
    if isinstance(error, MemoryError):
        return f"There is not enough memory for this. Use fewer --workers or smaller numbers. {_KEPT}"
    if isinstance(error, RecursionError):
        return "A value is nested too deeply to be read; a few levels were expected. Check the file that was named."
    name, said = type(error).__name__, _first(error)
    what = f"{name}: {said}" if said else name
    return (
        f"Nothing was foreseen for this: {what} ({_place(error)}). Nothing that was finished is lost. Please report it "
        f"with the command, and with what it prints when BONBENCH_{FULL}=1 is set before it."
    )


def _usage(error: BaseException) -> str:
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "bonbench")
    if type(error).__name__ == "NoArgsIsHelpError":
        return f"{path} was given nothing to do; {f'{path} --help'!r} lists what it can."
    message = getattr(error, "format_message", lambda: str(error))().strip().rstrip(".")
    return f"{' '.join(message.split())}. {f'{path} --help'!r} lists what is expected."


def _of_the_system(error: OSError) -> str:
    said = (error.strerror or _first(error)).rstrip(".")
    named = [_short(os.fsdecode(n)) for n in (error.filename, error.filename2) if isinstance(n, str | bytes)]
    what = f"{' to '.join(map(repr, named))} cannot be used: {said}" if named else said
    return f"{what}. {_ADVICE.get(error.errno or 0, f'Mend that and give the same command again. {_KEPT}')}"


def _short(name: str) -> str:
    return name if len(name) <= 200 else f"{name[:60]}...{name[-60:]}"


def _first(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [""])[0][:300].rstrip(".")


def _place(error: BaseException) -> str:
    """The last line of ours that took part."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if Path(f.filename).is_relative_to(_ROOT) and "site-packages" not in f.filename]
    at = (ours or frames)[-1]
    file = Path(at.filename)
    return f"{file.relative_to(_ROOT) if file.is_relative_to(_ROOT) else file}, line {at.lineno}"


def _end(text: str, status: int = STATUS) -> None:
    print(f"bonbench: {plain.visible(plain.masked(text))}", file=sys.stderr)
    sys.exit(status)
