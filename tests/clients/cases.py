"""What the scripts of this folder share: cases, the accounts, the tutorial's texts, waiting.

A script prints one line per case, `ok NAME DETAIL` or `not ok NAME REASON`, and ends with 1 when one failed. A case of
what the emulator may refuse as not simulated says so, and is then skipped, by a line that names what is missing.
"""

import os
import random
import re
import sys
import time
import traceback
import uuid

WORKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py")
WORDS_WANTED = 3


class Accounts:
    """The accounts of the emulator, as `batchite serve` tells them."""

    def __init__(self):
        self.batch = os.environ["AZURE_BATCH_ACCOUNT"]
        self.batch_key = os.environ["AZURE_BATCH_ACCESS_KEY"]
        self.batch_endpoint = os.environ["AZURE_BATCH_ENDPOINT"]
        self.storage = os.environ["AZURE_STORAGE_ACCOUNT"]
        self.storage_key = os.environ["AZURE_STORAGE_KEY"]
        self.blob_endpoint = os.environ["AZURE_STORAGE_BLOB_ENDPOINT"].rstrip("/")
        self.connection_string = os.environ["AZURE_STORAGE_CONNECTION_STRING"]


class Cases:
    """The cases of a script. Each is a `with` block: what it raises is a failure, and the next case runs."""

    def __init__(self, suite):
        self.suite = suite
        self.passed = self.failed = self.skipped = 0
        self.started = time.monotonic()

    def __call__(self, name, may_be_missing=False):
        return Case(self, name, may_be_missing)

    def finish(self):
        seconds = time.monotonic() - self.started
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        print(f"{self.suite}: {counts} in {seconds:.1f} s", flush=True)
        sys.exit(1 if self.failed or not self.passed else 0)


class Case:
    def __init__(self, cases, name, may_be_missing):
        self.cases, self.name, self.may_be_missing, self.detail = cases, name, may_be_missing, ""

    def __enter__(self):
        return self

    def say(self, detail):
        self.detail = detail

    def __exit__(self, kind, error, trace):
        title = f"{self.cases.suite} {self.name}"
        if error is None:
            self.cases.passed += 1
            print(f"ok {title} {self.detail}".rstrip(), flush=True)
            return True
        if not isinstance(error, Exception):
            return False
        if self.may_be_missing and is_not_simulated(error):
            self.cases.skipped += 1
            print(f"skipped {title}: {hidden(' '.join(str(error).split()))[:300]}", flush=True)
            return True
        self.cases.failed += 1
        place = traceback.extract_tb(trace)[0].lineno
        text = " ".join(str(error).split()) or type(error).__name__
        print(f"not ok {title} line {place}: {type(error).__name__}: {hidden(text)[:600]}", flush=True)
        return True


def is_not_simulated(error):
    """Whether the emulator refused what it does not simulate, as any of the clients tells it."""
    code = getattr(getattr(error, "error", None), "code", None)
    return "NotSimulated" in (code, getattr(error, "error_code", None)) or "NotSimulated" in str(error)


def hidden(text):
    """A text without the signatures that may stand in it."""
    return re.sub(r"(?i)(sig=|accountkey=|sharedkey \w+:)[^&\s\"';]+", r"\1REDACTED", text)


def equal(actual, expected, what=""):
    if actual != expected:
        raise AssertionError(f"{what or 'value'}: expected {expected!r}, found {actual!r}")


def true(condition, what):
    if not condition:
        raise AssertionError(what)


def wait_until(condition, what, seconds=60.0):
    """Asks until the condition holds, and gives what it gave."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {seconds:.0f} s")
        time.sleep(0.1)


def unique(stem):
    return f"{stem}-{uuid.uuid4().hex[:8]}"


def texts():
    """The inputs of the tutorial: name, text and the lines its output must hold, known without counting."""
    counts = [
        {"pool": 11, "node": 7, "task": 5, "job": 2, "quota": 1},
        {"alpha": 9, "beta": 8, "gamma": 6, "delta": 3},
        {"größe": 12, "weite": 4, "it's": 3, "nichts": 1},
    ]
    made = []
    for number, words in enumerate(counts, start=1):
        order = [word for word, count in words.items() for _ in range(count)]
        random.Random(number).shuffle(order)
        marks = ["", ",", ".", "!", "\n"]
        text = " ".join(word + marks[at % len(marks)] for at, word in enumerate(order)) + "\n"
        top = [f"{word}:\t{count}" for word, count in list(words.items())[:WORDS_WANTED]]
        made.append((f"taskdata{number}.txt", text, top))
    return made


def check_output(text, top, task, job, pool):
    """Checks an output of the worker, line by line."""
    lines = text.splitlines()
    equal(lines[0], "Word\tCount", "heading")
    equal(lines[2:2 + len(top)], top, "words")
    told = dict(line.split(": ", 1) for line in (" ".join(line.split()) for line in lines[3 + len(top):]))
    equal((told["Task"], told["Job"], told["Pool"]), (task, job, pool), "ids")
    true(told["Node"], "the output names no node")


def in_shell(*commands):
    """The commands as one command line of bash that stops at the first failure."""
    return "/bin/bash -c 'set -e; set -o pipefail; {}; wait'".format("; ".join(commands))


def start_command():
    return in_shell("cp -p worker.py $AZ_BATCH_NODE_SHARED_DIR")


def task_command(name, accounts, container, token):
    worker = f"python3 $AZ_BATCH_NODE_SHARED_DIR/worker.py --filepath {name} --numwords {WORDS_WANTED}"
    place = f'--blobendpoint {accounts.blob_endpoint} --storagecontainer {container} --sastoken "{token}"'
    return in_shell(f"{worker} {place}")
