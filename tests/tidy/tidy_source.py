"""How source reads: banned calls, widths, guards, opening comments, lengths."""
import re

from tidy_tree import Breach, code_of, includes, line_of, statements

COLUMNS_MAX = 100
C_LINES_MAX = 500
H_LINES_MAX = 260
FUNCTION_LINES_MAX = 70

# (calls, files that may, what instead)
BANNED = (
    ("strcpy|strncpy|strcat|strncat|stpcpy", (), "arena_copy(), arena_format() or a buf"),
    ("sprintf|vsprintf", (), "snprintf(), arena_format() or a buf"),
    ("gets|strtok|strtok_r|strsep", (), "str_cut()"),
    ("atoi|atol|atoll|atof|strtol|strtoll|strtoul|strtoull|strtod|strtof|sscanf|scanf|fscanf", (),
     "num_parse(), which refuses what is no exact integer"),
    ("malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf|alloca",
     ("common/base/mem.c",), "an arena for a batch, base/mem.h for what lives longer"),
    ("time|gettimeofday|clock_gettime|clock|nanosleep|usleep|sleep", ("common/base/clock.c",),
     "base/clock.h, the one door through which time enters"),
    ("localtime|localtime_r|gmtime|gmtime_r|strftime|mktime|timegm|ctime|asctime", (),
     "clock_china_text(), clock_utc_text() or clock_parse()"),
    ("exit|quick_exit", (), "return; only main() ends the process"),
    ("_exit|_Exit", ("common/runtime/stop.c",), "return; only the second signal ends at once"),
    ("abort", ("common/base/check.c",), "CHECK()"),
    ("assert", (), "CHECK(), which stays on in release"),
    ("getenv|secure_getenv", ("common/base/crash.c", "common/runtime/config", "ops/cli/",
                              "common/codec/schema_file.c"),
     "a config row"),
    ("rand|srand|random|srandom|drand48", (), "a seed that is an argument"),
    ("system|popen", (), "a call of the library that does it"),
    ("setjmp|longjmp|sigsetjmp|siglongjmp", (), "return an err"),
)


def banned_calls(tree):
    """no banned function is called"""
    for path in tree.product_sources():
        code = code_of(tree.text(path))
        for names, allowed, instead in BANNED:
            if allowed and path.startswith(allowed):
                continue
            # A member called so (ops->free) is another function.
            for match in re.finditer(rf"(?<![\w.>])({names})\s*\(", code):
                yield Breach(path, line_of(code, match.start()), f"{match[1]}()", f"use {instead}")
        for line, _, what in includes(tree.text(path)):
            if what == "assert.h":
                yield Breach(path, line, "include <assert.h>", "use CHECK() of base/check.h")


def no_typedefs(tree):
    """only function types have a typedef"""
    for path in tree.product_sources():
        for statement in statements(tree.text(path)):
            if not re.match(r"typedef\b", statement.head):
                continue
            if re.match(r"typedef\s+(struct|union|enum)\b[^(]*$", statement.head):
                yield Breach(path, statement.line, "typedef of a struct, union or enum",
                             "write `struct thing` wherever it is used")
            elif "(" not in statement.head:
                yield Breach(path, statement.line, "typedef", "use the type itself")


WIDE = (".c", ".h", ".py", ".sh", ".lua", ".cmake", "CMakeLists.txt", ".sql")


def widths(tree):
    """lines have at most 100 columns"""
    for path in tree.texts():
        is_script = "." not in path.rsplit("/", 1)[-1] and tree.text(path).startswith("#!")
        if not path.endswith(WIDE) and not is_script:
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if len(line) > COLUMNS_MAX:
                yield Breach(path, number, f"{len(line)} columns", f"break it at {COLUMNS_MAX}")


def white_space(tree):
    """no tabs, no trailing space, no carriage return, a newline at the end"""
    for path in tree.texts():
        if not tree.text(path):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if "\t" in line:
                yield Breach(path, number, "a tab", "use spaces")
            if "\r" in line:
                yield Breach(path, number, "a carriage return", "end lines with \\n alone")
            elif line != line.rstrip() and not path.endswith(".md"):
                yield Breach(path, number, "trailing space", "take it off")
        if not tree.text(path).endswith("\n"):
            yield Breach(path, len(tree.lines(path)), "no newline at the end", "add one")


def guard_of(path):
    """The guard a header must have, None when any that starts with SLUICE_ will do."""
    parts = path.split("/")
    stem = parts[-1][:-2]
    if path.startswith(("common/", "workers/", "ops/")):
        return re.sub(r"\W", "_", f"SLUICE_{parts[-2]}_{stem}_H").upper()
    return None


def header_guards(tree):
    """headers are guarded by SLUICE_<ROOM>_<FILE>_H"""
    for path in tree.sources(".h"):
        text = tree.text(path)
        match = re.search(r"^#ifndef (\w+)\n#define (\w+)$", text, re.M)
        wanted = guard_of(path)
        if not match or match[1] != match[2]:
            yield Breach(path, 1, "no header guard", f"guard it with {wanted or 'SLUICE_…_H'}")
        elif match[1] != wanted and (wanted or not match[1].startswith("SLUICE_")):
            yield Breach(path, line_of(text, match.start()), f"guard {match[1]}",
                         f"call it {wanted or 'SLUICE_…_H'}")


def opening_comments(tree):
    """a header opens with what it is, a source with a comment or an include"""
    for path in tree.product_sources():
        text = tree.text(path)
        stem = path.rsplit("/", 1)[-1][:-2]
        if path.endswith(".c"):
            if not text.startswith(("/*", "#include")):
                yield Breach(path, 1, "opens with neither comment nor include",
                             "say what the file is")
            continue
        match = re.match(r"/\*\s*\*?\s*(\w+)\s+[—–-]\s+\S", text)
        if not match:
            yield Breach(path, 1, "no opening comment", f"open with `{stem} — what it is`")
        elif match[1] != stem:
            yield Breach(path, 1, f"opens as {match[1]}", f"open with `{stem} — what it is`")


def file_lengths(tree):
    """a .c has at most 500 lines, a .h 260"""
    for path in tree.product_sources():
        count = tree.text(path).count("\n")
        maximum = H_LINES_MAX if path.endswith(".h") else C_LINES_MAX
        if count > maximum:
            yield Breach(path, maximum + 1, f"{count} lines", "split it by idea")


def _comment_above(lines, line):
    """The comment that ends right above a line (numbered from 1)."""
    above = []
    i = line - 2
    while i >= 0 and lines[i].strip() and not lines[i].rstrip().endswith((";", "}")):
        above.append(lines[i])
        i -= 1
    return "\n".join(reversed(above))


def function_lengths(tree):
    """a function over 70 lines says why it is long"""
    for path in tree.product_sources(".c"):
        lines = tree.lines(path)
        for statement in statements(tree.text(path)):
            count = statement.line_end - statement.line + 1
            if not statement.is_function or count <= FUNCTION_LINES_MAX:
                continue
            if "long:" not in _comment_above(lines, statement.line):
                yield Breach(path, statement.line, f"a function of {count} lines",
                             "split it, or say why above it in a comment with `long:`")



def _is_documented(lines, line):
    """A comment stands above the prototype, with only prototypes or a commented type between."""
    in_type, head_seen = False, False
    for text in reversed(lines[:line - 1]):
        if "*/" in text:
            return True
        if in_type:
            # The type's own comment, right above it, speaks for what follows it too.
            if head_seen:
                return False
            head_seen = text.startswith(("struct", "enum", "union", "typedef"))
        in_type = in_type or text.startswith("}")
    return False


def documented_functions(tree):
    """an exported function has a comment, or stands in a group that has one"""
    for path in tree.product_sources(".h"):
        lines = tree.lines(path)
        for statement in statements(tree.text(path)):
            if statement.has_body or not re.search(r"\w\s*\(", statement.head):
                continue
            if re.match(r"typedef|_Static_assert", statement.head):
                continue
            trailing = any("/*" in lines[n - 1]
                           for n in range(statement.line, statement.line_end + 1))
            if not trailing and not _is_documented(lines, statement.line):
                name = re.search(r"(\w+)\s*\(", statement.head)[1]
                yield Breach(path, statement.line, f"{name}() has no comment",
                             "the header is the manual: say what it does above it")


CHECKS = (banned_calls, no_typedefs, widths, white_space, header_guards, opening_comments,
          file_lengths, function_lengths, documented_functions)
