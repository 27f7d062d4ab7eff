"""Start and end of a door: one line on standard error for an error that a person can fix, and the exit statuses."""

from __future__ import annotations

import errno
import io
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Any, NoReturn, TextIO

from train_easyocr.program.errors import UserError
from train_easyocr.program.system_errors import in_one_line
from train_easyocr.program.terminal_text import printable

_Handler = Callable[[int, FrameType | None], Any] | int | None

_LOADING = "train_easyocr.program.loading"

STOPPED = {signal.SIGINT: "stopped by Ctrl-C", signal.SIGTERM: "stopped by SIGTERM"}
GO_ON = "start the same command again to go on"


class Terminated(KeyboardInterrupt):
    """SIGTERM was received: it is handled like Ctrl-C."""


def guard_imports(modules: int = 0) -> None:
    """End with one line if a signal comes or memory runs out during a door's imports, which take seconds.

    A door calls it above its imports, only if it is the main program and not a module of a test or a worker process.
    A bar counts about so many `modules`; 0: no bar.
    """
    _open_closed_streams()
    for number in STOPPED:
        _handle(number, _end_now)
    sys.excepthook = _end_import
    if modules:
        # Only now, as an error in this import is guarded too.
        from train_easyocr.program.loading import begin_loading

        begin_loading(modules)


def run_door(main: Callable[[], None]) -> None:
    """Run the `main` of a script and exit with the status of its result.

    Status 0: done; 2: a person's mistake, or insufficient disk, memory or permission, reported in one line; 130:
    stopped by Ctrl-C; 141: nobody reads the output any more; 143: stopped by SIGTERM. A door that does not go on where
    it stopped raises the KeyboardInterrupt again with what else to say. Anything else is a defect of ours and keeps its
    traceback. Characters that the terminal's encoding lacks (a Korean one has no en dash, a plain one no
    Hangul) are shown as `?`.
    """
    if _LOADING in sys.modules:
        sys.modules[_LOADING].end_loading()
    sys.excepthook = sys.__excepthook__
    _open_closed_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):  # a notebook has another kind
        sys.stdout.reconfigure(errors="replace")
    _demand_utf8_names()
    try:
        with _signals_as_exceptions():
            main()
            sys.stdout.flush()
    except SystemExit:  # argparse has shown its help, or training has saved its state
        _flush(sys.stdout)
        raise
    except UserError as mistake:
        leave(str(mistake), 2)
    except KeyboardInterrupt as stop:
        number = signal.SIGTERM if isinstance(stop, Terminated) else signal.SIGINT
        leave(f"{STOPPED[number]}; {str(stop) or GO_ON}", 128 + number)
    except Exception as error:
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            _forget(sys.stdout, sys.stderr)
            sys.exit(141)  # 128 + SIGPIPE, which Windows does not know
        if isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None and _is_full(1):
            error.filename = "standard output"
        told = in_one_line(error)
        if told is None:
            raise
        leave(told, 2)


def leave(message: str, status: int) -> NoReturn:
    """Print `message`, each line after `error: `, and end the process."""
    _flush(sys.stdout)
    with suppress(OSError):
        _end_bars()
        for line in message.split("\n"):
            print(f"error: {printable(line)}", file=sys.stderr)
    _flush(sys.stderr)
    sys.unraisablehook = lambda _: None  # no messages from the destructors of half-made objects
    sys.exit(status)


def _end_bars() -> None:
    """End the line of each progress bar that is still open; otherwise the message would be written after it."""
    if "tqdm" in sys.modules:
        for bar in list(getattr(sys.modules["tqdm"].tqdm, "_instances", ())):
            bar.close()


@contextmanager
def _signals_as_exceptions() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM unwind the block, so that everything in it is cleaned up."""
    previous = [_handle(signal.SIGINT, signal.default_int_handler), _handle(signal.SIGTERM, _terminate)]
    try:
        yield
    finally:
        for number, handler in zip(STOPPED, previous, strict=True):
            _handle(number, handler)


def _handle(number: signal.Signals, handler: _Handler) -> _Handler:
    """Set the handler of a signal and return the earlier one; a signal that the caller ignores stays ignored."""
    before = signal.getsignal(number)
    if before is not signal.SIG_IGN and handler is not None:
        signal.signal(number, handler)
    return before


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise Terminated


def _end_now(number: int, frame: FrameType | None) -> NoReturn:
    # Not by an exception: half-imported modules may catch it, or print their own traceback.
    with suppress(OSError):
        _end_bars()
        os.write(sys.stderr.fileno(), f"error: {STOPPED[signal.Signals(number)]}; {GO_ON}\n".encode())
    os._exit(128 + number)


def _end_import(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    told = in_one_line(error)
    if told is None:
        sys.__excepthook__(kind, error, trace)
        return
    with suppress(OSError):
        _end_bars()
        os.write(sys.stderr.fileno(), f"error: {told}\n".encode())
    os._exit(2)  # at a normal exit half-imported modules would print their own tracebacks


def _open_closed_streams() -> None:
    """Open the streams that the caller has closed (`>&-`): otherwise the next file would get the number and the output.

    If bash runs a script with a closed stream, the script file itself has the number, and is open only for reading.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number) if number == 0 else os.write(number, b"")
        except OSError as error:
            if error.errno != errno.EBADF:
                continue
            nowhere = os.open(os.devnull, os.O_RDWR)  # gets the lowest free number
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            os.set_inheritable(number, True)  # programs started from here print too
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))


def _demand_utf8_names() -> None:
    encoding = sys.getfilesystemencoding()
    if encoding.lower().replace("-", "") != "utf8":
        leave(
            f"names of files are written in {encoding} here (LC_ALL, LC_CTYPE or LANG says so), and Korean ones need "
            "UTF-8; run again with PYTHONUTF8=1",
            2,
        )


def _nobody_reads() -> bool:
    """Return whether the reader of our output (`| head`) has ended, and not one of our own processes."""
    if not hasattr(select, "poll"):
        return True
    streams = select.poll()
    for number in (1, 2):
        streams.register(number, 0)
    return any(events & select.POLLERR for _, events in streams.poll(0))


def _is_full(stream: int) -> bool:
    """Return whether not even an empty line can be written to an open stream."""
    try:
        os.write(stream, b"\n")
    except OSError as error:
        return error.errno == errno.ENOSPC
    return False


def _flush(stream: TextIO) -> None:
    try:
        stream.flush()
    except OSError:
        _forget(stream)


def _forget(*streams: TextIO) -> None:
    """Discard the buffers of the streams; otherwise Python would report an error when it closes them."""
    for stream in streams:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
