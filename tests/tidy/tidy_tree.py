"""The tree that tidy looks at: its files, their text, and C source in two views.

A check is a function that takes a Tree and yields Breach objects. Paths are relative to the
root, with forward slashes.
"""
import os
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

SKIPPED_FOLDERS = {".git", "build", "node_modules", "__pycache__", ".pytest_cache", ".venv"}

# Bytes that are test data and may be anything.
DATA_FOLDERS = ("schemas/examples/", "tests/cases/", "tests/fuzz/corpus/", "tests/e2e/data/",
                "tests/data/")

PRODUCT = ("common/", "workers/", "ops/cli/")


@dataclass(frozen=True)
class Breach:
    path: str
    line: int
    what: str
    instead: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.what}: {self.instead}"


class Tree:
    def __init__(self, root):
        self.root = os.path.abspath(root)
        self._texts = {}

    @cached_property
    def files(self):
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(f for f in folders if f not in SKIPPED_FOLDERS)
            relative = os.path.relpath(folder, self.root)
            for name in sorted(names):
                path = name if relative == "." else f"{relative}/{name}"
                if os.path.isfile(os.path.join(self.root, path)):
                    found.append(path)
        return found

    def has(self, path):
        return os.path.exists(os.path.join(self.root, path))

    def text(self, path):
        """The file's text; None when it is no UTF-8 (an image, a key, test data)."""
        if path not in self._texts:
            with open(os.path.join(self.root, path), "rb") as file:
                data = file.read()
            try:
                self._texts[path] = data.decode("utf-8")
            except UnicodeDecodeError:
                self._texts[path] = None
        return self._texts[path]

    def lines(self, path):
        return (self.text(path) or "").split("\n")

    def texts(self):
        """Every text file that a person wrote: no test data."""
        return [p for p in self.files
                if not p.startswith(DATA_FOLDERS) and self.text(p) is not None]

    def sources(self, *suffixes, under=("",)):
        return [p for p in self.texts() if p.endswith(suffixes) and p.startswith(tuple(under))]

    def product_sources(self, *suffixes):
        return self.sources(*(suffixes or (".c", ".h")), under=PRODUCT)

    def folders(self, path):
        full = os.path.join(self.root, path)
        if not os.path.isdir(full):
            return []
        return sorted(f for f in os.listdir(full) if os.path.isdir(os.path.join(full, f)))


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


_TOKENS = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


@lru_cache(maxsize=None)
def without_comments(text):
    """The source with its comments blanked; every line keeps its number and columns."""
    return _TOKENS.sub(lambda m: _blank(m[0]) if m[0].startswith("/") else m[0], text)


@lru_cache(maxsize=None)
def code_of(text):
    """The source with comments blanked and text literals emptied ("   ")."""
    def emptied(match):
        token = match[0]
        return _blank(token) if token[0] == "/" else token[0] + _blank(token[1:-1]) + token[-1]
    return _TOKENS.sub(emptied, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)


def includes(text):
    """(line, quote or angle, what) of each include."""
    plain = without_comments(text)
    return [(line_of(plain, m.start(1)), m[1], m[2]) for m in _INCLUDE.finditer(plain)]


@dataclass(frozen=True)
class Statement:
    """A declaration or definition at the top of a file. `head` ends before its first brace."""
    head: str
    line: int
    line_end: int
    has_body: bool

    @property
    def is_function(self):
        return self.has_body and self.head.rstrip().endswith(")")


@lru_cache(maxsize=None)
def statements(text):
    """The top level of a C file, one Statement each. Preprocessor lines are left out."""
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: _blank(m[0]), code_of(text),
                  flags=re.M)
    found = []
    depth, start, head_end = 0, None, None
    for i, c in enumerate(code):
        if start is None:
            if c.isspace() or c == ";":
                continue
            start, head_end = i, None
        if c == "{":
            if depth == 0 and head_end is None:
                head_end = i
            depth += 1
        elif c == "}":
            depth -= 1
        head = code[start:head_end if head_end is not None else i]
        ends_function = c == "}" and depth == 0 and head.rstrip().endswith(")")
        if depth == 0 and (c == ";" or ends_function):
            found.append(Statement(head, line_of(code, start), line_of(code, i),
                                   head_end is not None))
            start = None
    return found
