"""Who may include whom, one library one room, and what a decision may not touch.

common/README.md says why; here is the same table by text. The build says it a second time.
"""
import re

from tidy_tree import Breach, code_of, includes, line_of, statements

ROOMS = ("base", "domain", "codec", "store", "net", "runtime")

ROOM_ROWS = {
    "base": {"base"},
    "domain": {"base", "domain"},
    "codec": {"base", "domain", "codec"},
    "store": {"base", "domain", "store"},
    "net": {"base", "net"},
    "runtime": {"base", "domain", "codec", "runtime"},
}

# Their subject is foreign JSON or XML, so they may use all of codec.
ADAPTERS = {"ingest", "connect", "notify", "verify", "board"}
WORKER_CODEC = {"codec/event_codec.h"}

LIBRARIES = {
    "librdkafka/": ("common/runtime/",),
    "yajl/": ("common/codec/",),
    "cjson/": ("common/codec/",),
    "cJSON.h": ("common/codec/",),
    "hiredis/": ("common/store/",),
    "libpq-fe.h": ("common/store/",),
    "postgresql/": ("common/store/",),
    "curl/": ("common/net/",),
    "microhttpd.h": ("common/net/",),
    "openssl/": ("common/net/", "common/base/hash.c"),
    "zlib.h": ("ops/cli/",),
}

# What the C library and the kernel bring; anything else in a folder is somebody's library.
SYSTEM_FOLDERS = ("sys/", "arpa/", "netinet/", "net/", "linux/", "sanitizer/")


def place_of(path):
    """(kind, name): ("room", "base"), ("worker", "reserve") or ("cli", "cli")."""
    parts = path.split("/")
    if parts[0] == "common" and len(parts) > 2:
        return "room", parts[1]
    if parts[0] == "workers" and len(parts) > 2:
        return "worker", parts[1]
    return "cli", "cli"


def is_decision(path):
    return bool(re.search(r"_decide\.[ch]$", path)) and path.startswith("workers/")


def _room_allows(path, name, room):
    if room == "net" and name == "runtime":
        return path == "common/runtime/probe.c"
    return room in ROOM_ROWS.get(name, ())


def _worker_allows(path, name, what, room):
    if is_decision(path):
        return room in ("base", "domain") or re.match(rf"{name}/{name}_\w*decide\.h$", what)
    if room == "codec":
        return name in ADAPTERS or what in WORKER_CODEC
    return room in ROOMS or room == name


def _allows(path, what):
    kind, name = place_of(path)
    room = what.split("/")[0]
    if kind == "room":
        return _room_allows(path, name, room)
    if kind == "worker":
        return _worker_allows(path, name, what, room)
    # The operator's tool judges as the workers do: `sluice rules try` runs their decisions.
    return room in ROOMS or room == "cli" or bool(re.search(r"^\w+/\w+_decide\.h$", what))


def _instead(path, what):
    kind, name = place_of(path)
    room = what.split("/")[0]
    if is_decision(path):
        return "a decision sees base, domain and its own header; hand it in as an argument"
    if kind == "worker" and room == "codec":
        return "of codec this worker may use " + " and ".join(sorted(WORKER_CODEC))
    if kind == "worker":
        return "workers meet only in topics; what two need is domain/"
    row = ROOM_ROWS.get(name, set())
    return f"{name} may include {', '.join(r for r in ROOMS if r in row)}: move the line"


def _is_generated(tree, path, what):
    """Does the build of this folder write the header?"""
    build = path.rsplit("/", 1)[0] + "/CMakeLists.txt"
    return tree.has(build) and f"/{what}" in (tree.text(build) or "")


def include_matrix(tree):
    """a room includes only the rooms of its row"""
    for path in tree.product_sources():
        for line, quote, what in includes(tree.text(path)):
            if quote == "<":
                continue
            if "/" not in what:
                if not _is_generated(tree, path, what):
                    yield Breach(path, line, f'include "{what}"', 'write it as "room/file.h"')
            elif not _allows(path, what):
                yield Breach(path, line, f'include "{what}"', _instead(path, what))


def one_library_one_room(tree):
    """a third-party library is included by its room alone"""
    for path in tree.product_sources():
        for line, _, what in includes(tree.text(path)):
            for prefix, places in LIBRARIES.items():
                if what.startswith(prefix) and not path.startswith(places):
                    yield Breach(path, line, f"include <{what}>",
                                 "only " + " and ".join(places) + " may; call that room instead")


def known_libraries(tree):
    """no library comes in without a room"""
    for path in tree.product_sources():
        for line, quote, what in includes(tree.text(path)):
            known = what.startswith(tuple(LIBRARIES) + SYSTEM_FOLDERS)
            if quote == "<" and "/" in what and not known:
                yield Breach(path, line, f"include <{what}>",
                             "a library needs a room: name it in tests/tidy/tidy_rooms.py and "
                             "common/README.md, or do without")


NO_LOG = ("common/domain/", "common/codec/", "common/store/", "common/net/")


def library_code_is_silent(tree):
    """only runtime, <worker>.c and the operator's tool log or print"""
    for path in tree.product_sources():
        if not path.startswith(NO_LOG) and not is_decision(path):
            continue
        text = tree.text(path)
        for line, _, what in includes(text):
            if what == "base/log.h":
                yield Breach(path, line, "include base/log.h",
                             "set an err and return; whoever decides what to do logs it")
        for match in re.finditer(r"(?<![\w.>])(printf|fprintf|puts|fputs|perror|putchar)\s*\(",
                                 code_of(text)):
            yield Breach(path, line_of(text, match.start()), f"{match[1]}()",
                         "set an err and return; whoever decides what to do says it")


IMPURE = {
    "clock": (r"clock_(?:now_ms|monotonic_us|sleep_ms)|time|clock_gettime|gettimeofday|nanosleep",
              "take now_ms as an argument"),
    "random": (r"s?rand|s?random|[dels]rand48|rand_r|getrandom|getentropy|arc4random\w*",
               "take a seed as an argument"),
    "environment": (r"(?:secure_)?getenv|setenv|putenv|unsetenv", "take the policy as an argument"),
    "log": (r"log_(?:write|at|debug|info|warn|error|init)", "put it into the plan"),
    "stdio": (r"[fsdvn]*printf|[fv]*scanf|fopen|fdopen|fread|fwrite|f?puts|f?gets|fclose|open|"
              r"read|write", "use arena_format() or a buf; read nothing"),
}
IMPURE_HEADERS = {"time.h", "stdio.h", "unistd.h", "fcntl.h", "pthread.h", "sys/time.h",
                  "sys/random.h", "base/log.h", "base/crash.h", "stdatomic.h", "errno.h"}


def decisions_are_pure(tree):
    """*_decide.c calls no clock, random, environment, log or stdio"""
    for path in tree.product_sources():
        if not is_decision(path):
            continue
        text = tree.text(path)
        for line, _, what in includes(text):
            if what in IMPURE_HEADERS:
                yield Breach(path, line, f"include {what}",
                             "a decision is a function of its arguments")
        for subject, (names, instead) in IMPURE.items():
            for match in re.finditer(rf"(?<![\w.>])({names})\s*\(", code_of(text)):
                yield Breach(path, line_of(text, match.start()),
                             f"{match[1]}() is {subject} in a decision", instead)


def _is_const(declaration):
    """Is the object itself const? `const char *p` is not, `const char *const p` is."""
    return "const" in declaration.rsplit("*", 1)[-1].split()


def decisions_hold_no_state(tree):
    """*_decide.c holds no mutable variable between two calls"""
    for path in tree.product_sources(".c"):
        if not is_decision(path):
            continue
        text = tree.text(path)
        code = code_of(text)
        for match in re.finditer(r"\bstatic\b([^;{}()=\[]*)([;=\[({])", code):
            if match[2] in ";=[" and not _is_const(match[1]):
                yield Breach(path, line_of(code, match.start()), "mutable static in a decision",
                             "make it const, or an argument")
        for statement in statements(text):
            head = re.split(r"[=\[]", statement.head)[0]
            words = head.split()
            is_variable = ("(" not in head and len(words) > 1 and not _is_const(head)
                           and words[0] not in ("static", "typedef", "extern", "_Static_assert")
                           and not (words[0] in ("struct", "enum", "union") and len(words) < 3))
            if is_variable:
                yield Breach(path, statement.line, "global variable in a decision",
                             "make it const, or an argument")


CHECKS = (include_matrix, one_library_one_room, known_libraries, library_code_is_silent,
          decisions_are_pure, decisions_hold_no_state)
