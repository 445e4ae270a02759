"""tidy itself: a small good tree passes every check, and each bad line is caught by its own."""
import io
import json
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import tidy  # noqa: E402
import tidy_project as project  # noqa: E402
import tidy_rooms as rooms  # noqa: E402
import tidy_source as source  # noqa: E402
from tidy_tree import Tree, code_of, includes, statements, without_comments  # noqa: E402

WORKER_C = """/* reserve — promises. */
#include "runtime/worker.h"

static const struct worker reserve_worker = {
    .name = "reserve",
    .reads = (const enum topic[]){ TOPIC_ORDERS_CHANGES, TOPIC_RULES, TOPIC_END },
    .writes = (const enum topic[]){ TOPIC_ORDERS_RESERVED, TOPIC_END },
};

int main(int argc, char **argv)
{
    return worker_main(&reserve_worker, argc, argv);
}
"""

TOPIC_C = """/* topic — see topic.h. */
#include "domain/topic.h"

static const char *const topic_texts[TOPIC_COUNT] = {
    [TOPIC_ORDERS_CHANGES] = "orders.changes",
    [TOPIC_ORDERS_RESERVED] = "orders.reserved",
    [TOPIC_RULES] = "rules",
};
"""

TOPICS = {"topics": [
    {"name": "orders.changes", "writers": ["ingest"], "readers": ["reserve"],
     "kinds": ["order.retry"]},
    {"name": "orders.reserved", "writers": ["reserve"], "readers": ["anomaly"]},
    {"name": "rules", "writers": ["board"], "readers": ["reserve"]},
]}

FLEET = """| worker | reads | writes | stores |
| --- | --- | --- | --- |
| [reserve](reserve/README.md) | orders.changes | orders.reserved | Redis |
"""

GOOD = {
    "CMakeLists.txt": "project(x)\n",
    "CMakePresets.json": "{}\n",
    "README.md": "# x\n",
    "LICENSE": "free\n",
    "sql/README.md": "# sql\n",
    "docker/Dockerfile": "FROM scratch\n",
    "ops/stack": "#!/bin/sh\n",
    "common/base/str.h": "/*\n * str — slices.\n */\n#ifndef SLUICE_BASE_STR_H\n"
                         "#define SLUICE_BASE_STR_H\n\n/* Zero. */\nint str_zero(void);\n\n"
                         "#endif\n",
    "common/domain/topic.c": TOPIC_C,
    "common/domain/event.c": "/* event — see event.h. */\nstatic const int rows[] = {\n"
                             '    ROW(ORDER_RETRY, "order.retry", ORDERS_CHANGES, FACT),\n};\n',
    "schemas/topics.json": json.dumps(TOPICS) + "\n",
    "workers/README.md": FLEET,
    "workers/reserve/reserve.c": WORKER_C,
    "workers/reserve/README.md": "# reserve\n",
    "workers/reserve/CMakeLists.txt": "add_worker(reserve)\n",
    "tests/unit/base/str_test.c": "int main(void)\n{\n    return 0;\n}\n",
}


@pytest.fixture
def plant(tmp_path):
    """plant({path: text}) writes the good tree with these files changed (None: without)."""
    def planted(changes=None):
        for path, text in {**GOOD, **(changes or {})}.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(text, bytes):
                file.write_bytes(text)
            elif text is not None:
                file.write_text(text, encoding="utf-8")
            elif file.exists():
                file.unlink()
        return Tree(tmp_path)
    return planted


def breaches(check, tree):
    return [str(b) for b in check(tree)]


def caught(check, tree, place, *words):
    """The check has exactly one breach, at that place, and it says these words."""
    found = breaches(check, tree)
    assert len(found) == 1, found
    assert found[0].startswith(place + ": "), found
    for word in words:
        assert word in found[0]


@pytest.mark.parametrize("check", tidy.CHECKS, ids=lambda c: c.__name__)
def test_good_tree_passes(check, plant):
    assert breaches(check, plant()) == []


@pytest.mark.parametrize("check", tidy.CHECKS, ids=lambda c: c.__name__)
def test_every_check_says_what_it_checks(check):
    assert check.__doc__ and "\n" not in check.__doc__


# --- the two views of C -------------------------------------------------------------------------

def test_comments_and_text_are_no_code():
    text = 'int a; /* free(x) */ // malloc(1)\nchar *s = "exit(1) /* \\" */";\nint b;\n'
    assert "free" not in code_of(text) and "malloc" not in code_of(text)
    assert "exit" not in code_of(text) and "exit" in without_comments(text)
    assert code_of(text).count("\n") == text.count("\n")
    assert len(code_of(text)) == len(text)
    assert "int b;" in code_of(text)


def test_includes_know_quotes_from_angles():
    text = '#include <a.h>\n/* #include <no.h> */\n  # include "b/c.h"\n'
    assert includes(text) == [(1, "<", "a.h"), (3, '"', "b/c.h")]


def test_statements_find_functions_and_data():
    text = ("#define X(a) { \\\n    a }\nstruct s {\n    int a;\n};\n\nint f(void);\n"
            "static int g(int a)\n{\n    if (a) {\n        a++;\n    }\n    return a;\n}\n"
            "static const int t[] = { 1, 2 };\n")
    found = [(s.head.split("(")[0].split("=")[0].strip(), s.line, s.line_end, s.is_function)
             for s in statements(text)]
    assert found == [("struct s", 3, 5, False), ("int f", 7, 7, False),
                     ("static int g", 8, 14, True), ("static const int t[]", 15, 15, False)]


# --- rooms --------------------------------------------------------------------------------------

ALLOWED = [
    ("common/base/a.c", "base/str.h"),
    ("common/domain/a.c", "domain/order.h"),
    ("common/codec/a.c", "domain/order.h"),
    ("common/store/a.c", "store/pg.h"),
    ("common/net/a.c", "base/str.h"),
    ("common/runtime/a.c", "codec/event_codec.h"),
    ("common/runtime/probe.c", "net/http_server.h"),
    ("workers/reserve/reserve_decide.c", "reserve/reserve_decide.h"),
    ("workers/reserve/reserve_decide.c", "domain/stock.h"),
    ("workers/reserve/reserve_decide.c", "reserve/reserve_map_decide.h"),
    ("workers/reserve/reserve_effects.c", "store/stock_store.h"),
    ("workers/reserve/reserve_effects.c", "codec/event_codec.h"),
    ("workers/notify/notify_effects.c", "codec/wecom_codec.h"),
    ("workers/ingest/ingest.c", "codec/mapping.h"),
    ("ops/cli/a.c", "store/pg.h"),
    ("ops/cli/a.c", "cli/command.h"),
    ("ops/cli/a.c", "reserve/reserve_decide.h"), # pure: `sluice rules try` judges by it
]

FORBIDDEN = [
    ("common/base/a.c", "domain/order.h"),
    ("common/domain/a.c", "codec/json.h"),
    ("common/codec/a.c", "store/pg.h"),
    ("common/store/a.c", "codec/json.h"),
    ("common/store/a.c", "runtime/batch.h"),
    ("common/net/a.c", "domain/order.h"),
    ("common/runtime/a.c", "store/pg.h"),
    ("common/runtime/a.c", "net/http_server.h"),
    ("common/base/a.c", "reserve/reserve_decide.h"),
    ("workers/reserve/reserve_decide.c", "store/stock_store.h"),
    ("workers/reserve/reserve_decide.c", "codec/event_codec.h"),
    ("workers/reserve/reserve_decide.c", "runtime/batch.h"),
    ("workers/reserve/reserve_decide.h", "reserve/reserve_effects.h"),
    ("workers/reserve/reserve.c", "codec/order_codec.h"),
    ("workers/reserve/reserve.c", "codec/json.h"),
    ("workers/reserve/reserve.c", "anomaly/anomaly_decide.h"),
    ("ops/cli/a.c", "reserve/reserve_effects.h"),
    ("common/base/a.c", "str.h"),
    ("workers/reserve/reserve_effects.c", "codec/rules_codec.h"),
]


@pytest.mark.parametrize("path,what", ALLOWED)
def test_include_matrix_allows(path, what, plant):
    assert breaches(rooms.include_matrix, plant({path: f'#include "{what}"\n'})) == []


@pytest.mark.parametrize("path,what", FORBIDDEN)
def test_include_matrix_forbids(path, what, plant):
    caught(rooms.include_matrix, plant({path: f'\n#include "{what}"\n'}), f"{path}:2", what)


def test_a_header_that_the_build_writes_needs_no_room(plant):
    build = "add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/stock_lua.h)\n"
    tree = plant({"common/store/a.c": '#include "stock_lua.h"\n',
                  "common/store/CMakeLists.txt": build})
    assert breaches(rooms.include_matrix, tree) == []


@pytest.mark.parametrize("path,what", [
    ("common/store/a.c", "librdkafka/rdkafka.h"),
    ("workers/reserve/reserve_effects.c", "hiredis/hiredis.h"),
    ("common/runtime/a.c", "libpq-fe.h"),
    ("common/domain/a.c", "cjson/cJSON.h"),
    ("common/net/a.c", "yajl/yajl_parse.h"),
    ("common/codec/a.c", "curl/curl.h"),
    ("ops/cli/a.c", "microhttpd.h"),
    ("common/base/str.c", "openssl/evp.h"),
    ("common/store/a.c", "zlib.h"),
])
def test_a_library_has_one_room(path, what, plant):
    caught(rooms.one_library_one_room, plant({path: f"#include <{what}>\n"}), f"{path}:1", what)


@pytest.mark.parametrize("path,what", [
    ("common/runtime/kafka.c", "librdkafka/rdkafka.h"), ("common/store/pg.c", "libpq-fe.h"),
    ("common/base/hash.c", "openssl/evp.h"), ("common/net/sign.c", "openssl/hmac.h"),
    ("ops/cli/import.c", "zlib.h"), ("tests/component/a_test.c", "hiredis/hiredis.h"),
])
def test_a_library_is_free_in_its_room(path, what, plant):
    assert breaches(rooms.one_library_one_room, plant({path: f"#include <{what}>\n"})) == []


def test_an_unknown_library_is_caught(plant):
    tree = plant({"common/base/a.c": "#include <sys/types.h>\n#include <glib/glib.h>\n"})
    caught(rooms.known_libraries, tree, "common/base/a.c:2", "glib")


@pytest.mark.parametrize("path", ["common/domain/a.c", "common/codec/a.c", "common/store/a.c",
                                  "workers/reserve/reserve_decide.c"])
def test_library_code_does_not_log(path, plant):
    caught(rooms.library_code_is_silent, plant({path: '#include "base/log.h"\n'}), f"{path}:1")
    tree = plant({path: 'void f(void)\n{\n    fprintf(stderr, "x");\n}\n'})
    caught(rooms.library_code_is_silent, tree, f"{path}:3", "fprintf")


DECIDE = "workers/reserve/reserve_decide.c"


@pytest.mark.parametrize("call,subject", [
    ("clock_now_ms()", "clock"), ("time(NULL)", "clock"), ("rand()", "random"),
    ("getrandom(a, 1, 0)", "random"), ('getenv("X")', "environment"), ('log_info("x")', "log"),
    ('printf("x")', "stdio"), ('fopen("x", "r")', "stdio"), ("snprintf(a, 1, b)", "stdio"),
])
def test_a_decision_is_pure(call, subject, plant):
    tree = plant({DECIDE: f"void f(void)\n{{\n    {call};\n}}\n"})
    caught(rooms.decisions_are_pure, tree, f"{DECIDE}:3", subject)


@pytest.mark.parametrize("header", ["time.h", "stdio.h", "unistd.h", "pthread.h", "base/log.h"])
def test_a_decision_includes_nothing_impure(header, plant):
    quoted = f'"{header}"' if "/" in header else f"<{header}>"
    caught(rooms.decisions_are_pure, plant({DECIDE: f"#include {quoted}\n"}), f"{DECIDE}:1")


def test_a_decision_may_write_a_given_time(plant):
    text = "void f(void)\n{\n    clock_china_text(now_ms, out);\n    plan->log_write(1);\n}\n"
    assert breaches(rooms.decisions_are_pure, plant({DECIDE: text})) == []


@pytest.mark.parametrize("line", [
    "static int calls;", "static int calls = 0;", "static struct str last[3];",
    'static const char *name = "x";', "static _Thread_local int seen;",
])
def test_a_decision_holds_no_static(line, plant):
    caught(rooms.decisions_hold_no_state, plant({DECIDE: f"\n{line}\n"}), f"{DECIDE}:2")
    tree = plant({DECIDE: f"void f(void)\n{{\n    {line}\n}}\n"})
    caught(rooms.decisions_hold_no_state, tree, f"{DECIDE}:3")


@pytest.mark.parametrize("line", ["int calls;", "int calls = 3;", "struct str last;",
                                  "const char *names[3];"])
def test_a_decision_holds_no_global(line, plant):
    caught(rooms.decisions_hold_no_state, plant({DECIDE: f"\n{line}\n"}), f"{DECIDE}:2")


def test_a_decision_may_hold_tables(plant):
    text = ("struct way;\nstruct way {\n    int a;\n};\nenum kind { KIND_A };\n"
            "static const int limits[] = { 1, 2 };\nconst int more = 3;\n"
            'static const char *const names[] = { "a" };\nstatic int f(int a);\n'
            "static int f(int a)\n{\n    static const struct way w = { 1 };\n    return a;\n}\n")
    assert breaches(rooms.decisions_hold_no_state, plant({DECIDE: text})) == []


# --- source -------------------------------------------------------------------------------------

@pytest.mark.parametrize("call,instead", [
    ("strcpy(a, b)", "arena_copy"), ("strcat(a, b)", "buf"), ("strncpy(a, b, 1)", "buf"),
    ("sprintf(a, b)", "snprintf"), ("gets(a)", "str_cut"), ("strtok(a, b)", "str_cut"),
    ("atoi(a)", "num_parse"), ("atol(a)", "num_parse"), ("strtod(a, b)", "num_parse"),
    ("malloc(1)", "arena"), ("calloc(1, 1)", "arena"), ("realloc(a, 1)", "arena"),
    ("free(a)", "mem.h"), ("strdup(a)", "arena"), ("time(NULL)", "clock.h"),
    ("gettimeofday(a, b)", "clock.h"), ("exit(1)", "return"), ("_exit(1)", "return"),
    ("abort()", "CHECK"), ("assert(a)", "CHECK"), ('getenv("A")', "config"),
    ("rand()", "seed"), ('system("ls")', "library"),
])
def test_banned_calls_name_their_replacement(call, instead, plant):
    path = "common/store/a.c"
    tree = plant({path: f"void f(void)\n{{\n    {call};\n}}\n"})
    caught(source.banned_calls, tree, f"{path}:3", instead)


def test_calls_that_only_look_banned_pass(plant):
    text = ("/* free(x) */\nvoid f(void)\n{\n    freeReplyObject(r);\n    cJSON_free(x);\n"
            '    ops->free(x);\n    g.time(1);\n    puts("exit(1)");\n    mem_free(x);\n}\n')
    assert breaches(source.banned_calls, plant({"common/store/a.c": text})) == []


@pytest.mark.parametrize("path,call", [
    ("common/base/mem.c", "free(a)"), ("common/base/clock.c", "clock_gettime(a, b)"),
    ("common/base/check.c", "abort()"), ("common/runtime/stop.c", "_exit(1)"),
    ("common/runtime/config_read.c", 'getenv("A")'),
])
def test_the_one_door_may(path, call, plant):
    tree = plant({path: f"void f(void)\n{{\n    {call};\n}}\n"})
    assert breaches(source.banned_calls, tree) == []


def test_assert_h_is_caught(plant):
    caught(source.banned_calls, plant({"common/base/a.c": "#include <assert.h>\n"}),
           "common/base/a.c:1", "CHECK")


@pytest.mark.parametrize("text", ["typedef struct a b;\n", "typedef struct {\n    int x;\n} a;\n",
                                  "typedef enum { A } a;\n", "typedef int number;\n"])
def test_typedefs_are_caught(text, plant):
    caught(source.no_typedefs, plant({"common/base/a.c": text}), "common/base/a.c:1")


def test_function_types_may_have_a_typedef(plant):
    text = "typedef bool (*act)(void *state);\ntypedef int compare(int a, int b);\n"
    assert breaches(source.no_typedefs, plant({"common/base/a.c": text})) == []


@pytest.mark.parametrize("path", ["common/base/a.c", "tests/e2e/a.py", "ops/lib/a.sh",
                                  "common/store/stock.lua", "sql/migrations/0001_a.sql"])
def test_wide_lines_are_caught(path, plant):
    caught(source.widths, plant({path: "x" * 100 + "\n" + "x" * 101 + "\n"}), f"{path}:2", "101")


def test_a_script_without_suffix_is_looked_at(plant):
    tree = plant({"ops/demo": "#!/bin/sh\n" + "x" * 101 + "\n", "LICENSE": "x" * 101 + "\n"})
    caught(source.widths, tree, "ops/demo:2")


@pytest.mark.parametrize("text,line,word", [
    ("\tint a;\n", 1, "tab"), ("int a; \n", 1, "trailing"), ("int a;\r\n", 1, "carriage"),
    ("int a;", 1, "newline"), ("int a;\n\n  \n", 3, "trailing"),
])
def test_white_space_is_caught(text, line, word, plant):
    caught(source.white_space, plant({"common/base/a.c": text}), f"common/base/a.c:{line}", word)


def test_test_data_may_be_anything(plant):
    tree = plant({"schemas/examples/x/bad-bytes.json": b"\xff\xfe\t ",
                  "docker/logo.png": b"\x89\t "})
    assert breaches(source.white_space, tree) == []


def test_header_guards(plant):
    path = "workers/reserve/reserve_decide.h"
    good = ("#ifndef SLUICE_RESERVE_RESERVE_DECIDE_H\n"
            "#define SLUICE_RESERVE_RESERVE_DECIDE_H\n#endif\n")
    assert breaches(source.header_guards, plant({path: good})) == []
    caught(source.header_guards, plant({path: good.replace("RESERVE_RESERVE", "RESERVE")}),
           f"{path}:1", "SLUICE_RESERVE_RESERVE_DECIDE_H")
    caught(source.header_guards, plant({path: good.replace("#define SLUICE_R", "#define R")}),
           f"{path}:1", "no header guard")
    caught(source.header_guards, plant({path: "int a;\n"}), f"{path}:1", "no header guard")
    assert source.guard_of("ops/cli/command.h") == "SLUICE_CLI_COMMAND_H"


def test_opening_comments(plant):
    check = source.opening_comments
    caught(check, plant({"common/base/a.c": "int a;\n"}), "common/base/a.c:1")
    tree = plant({"common/base/a.c": "#include <a.h>\n", "common/base/b.h": "int b;\n"})
    caught(check, tree, "common/base/b.h:1", "`b —")
    caught(check, plant({"common/base/b.h": "/*\n * c — what?\n */\n"}), "common/base/b.h:1",
           "opens as c")
    assert breaches(check, plant({"common/base/b.h": "/* b — what it is. */\n"})) == []


def test_file_lengths(plant):
    tree = plant({"common/base/a.c": "\n" * 500, "common/base/a.h": "\n" * 260})
    assert breaches(source.file_lengths, tree) == []
    caught(source.file_lengths, plant({"common/base/a.c": "\n" * 501}), "common/base/a.c:501")
    tree = plant({"common/base/a.c": "\n", "common/base/a.h": "\n" * 261})
    caught(source.file_lengths, tree, "common/base/a.h:261", "261")


def test_function_lengths(plant):
    def body(count):
        return "static int f(int a,\n             int b)\n{\n" + "    a++;\n" * count + "}\n"

    path = "common/base/a.c"
    assert breaches(source.function_lengths, plant({path: body(66)})) == []
    caught(source.function_lengths, plant({path: "\n" + body(67)}), f"{path}:2", "71 lines")
    for comment in ("/* long: one row a column. */\n", "/* Rows,\n * long: one a column. */\n"):
        assert breaches(source.function_lengths, plant({path: comment + body(90)})) == []
    caught(source.function_lengths, plant({path: "/* Rows. */\n" + body(90)}), f"{path}:2")


def test_documented_functions(plant):
    path = "common/base/b.h"
    check = source.documented_functions
    assert breaches(check, plant({path: "/* Opens. */\nint b_open(void);\n"
                                        "int b_close(void);\n"})) == []
    assert breaches(check, plant({path: "struct b {\n    int a;\n};\n\nint b_open(int a,\n"
                                        "           int b); /* why */\n"})) == []
    assert breaches(check, plant({path: "/* What. */\nstruct b {\n    int a;\n};\n"
                                        "int b_open(void);\n"})) == []
    caught(check, plant({path: "struct b {\n    int a;\n};\n\nint b_open(void);\n"}),
           f"{path}:5", "b_open()")
    caught(check, plant({path: "int b_open(void);\n"}), f"{path}:1")


# --- the tree as a whole ------------------------------------------------------------------------

def test_top_level(plant):
    check = project.top_level
    caught(check, plant({"notes.txt": "x\n"}), "notes.txt:1", "does not belong")
    tree = plant({"notes.txt": None, ".editorconfig": "x\n", "build/x": "x\n", "LICENSE": None})
    caught(check, tree, "LICENSE:1", "missing")


@pytest.mark.parametrize("name", ["README.md", "reserve.c", "CMakeLists.txt"])
def test_worker_folders(name, plant):
    caught(project.worker_folders, plant({f"workers/reserve/{name}": None}),
           f"workers/reserve/{name}:1", "missing")


def test_unit_tests_mirror_the_rooms(plant):
    caught(project.room_tests, plant({"tests/unit/nowhere/a_test.c": "int a;\n"}),
           "tests/unit/nowhere:1")


def test_unit_tests_are_named_so(plant):
    caught(project.room_tests, plant({"tests/unit/base/more.c": "int a;\n"}),
           "tests/unit/base/more.c:1", "_test.c")


def test_topics_agree(plant):
    check = project.topics_agree
    more = {"topics": TOPICS["topics"] + [{"name": "orders.lost"}]}
    caught(check, plant({"schemas/topics.json": json.dumps(more)}), f"{project.TOPIC_C}:1",
           "orders.lost")
    less = {"topics": TOPICS["topics"][1:]}
    caught(check, plant({"schemas/topics.json": json.dumps(less)}), "schemas/topics.json:1",
           "orders.changes")
    for bad in (None, "{", "[]", "{}"):
        caught(check, plant({"schemas/topics.json": bad}), "schemas/topics.json:1", "missing")


def test_kinds_agree(plant):
    path = "common/domain/event.c"
    caught(project.kinds_agree, plant({path: GOOD[path].replace("    ROW", "    // ROW")}),
           f"{path}:1", "order.retry on orders.changes")
    more = GOOD[path].replace("};", '    ROW(ORDER_X, "order.x", ORDERS_RESERVED, FACT),\n};')
    caught(project.kinds_agree, plant({path: more}), "schemas/topics.json:1",
           "order.x on orders.reserved")
    moved = GOOD[path].replace("ORDERS_CHANGES", "ORDERS_RESERVED")
    assert len(breaches(project.kinds_agree, plant({path: moved}))) == 2


def test_workers_agree_with_topics(plant):
    path = "workers/reserve/reserve.c"
    check = project.workers_agree_with_topics
    caught(check, plant({path: WORKER_C.replace("TOPIC_ORDERS_CHANGES, ", "")}), f"{path}:6",
           ".reads does not have orders.changes")
    caught(check, plant({path: WORKER_C.replace("{ TOPIC_ORDERS_RESERVED",
                                                "{ TOPIC_ORDERS_CHANGES, TOPIC_ORDERS_RESERVED")}),
           f"{path}:7", ".writes has orders.changes")
    caught(check, plant({path: WORKER_C.replace("RESERVED, TOPIC_END", "RESERVED")}),
           f"{path}:7", "TOPIC_END")
    caught(check, plant({path: WORKER_C.replace(".reads", ".wants")}), f"{path}:1",
           "no .reads", "orders.changes")


def test_fleet_table_agrees(plant):
    check = project.fleet_table_agrees
    fleet = "workers/README.md"
    caught(check, plant({fleet: FLEET.replace("| orders.changes", "| none")}), f"{fleet}:3",
           "reserve reads orders.changes", "schemas/topics.json")
    caught(check, plant({fleet: FLEET.replace("orders.reserved", "orders.reserved, orders.raw")}),
           f"{fleet}:3", "reserve writes orders.raw", f"only {fleet}")
    for without in (None, "", FLEET.replace("reserve", "anomaly")):
        found = breaches(check, plant({fleet: without}))
        assert f"{fleet}:1: has no row of reserve" in "".join(found)


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "X" + "XX"])
def test_nothing_unfinished(word, plant):
    caught(project.nothing_unfinished, plant({"sql/a.sql": f"\n-- {word}: later\n"}),
           "sql/a.sql:2", word)
    tree = plant({"sql/a.sql": "-- mktemp a.XXXXXX, a todo list\n"})
    assert breaches(project.nothing_unfinished, tree) == []


def test_words_of_making(plant):
    making = frozenset(map(project.word_hash, ("frobnicator", "by the frob")))
    text = "the Frobnicator\nmade by_the frobs\nmade BY the-frob!\n"
    found = [str(b) for b in project.no_words_of_making(plant({"sql/a.md": text}), making)]
    assert [b.split(": ")[0] for b in found] == ["sql/a.md:1", "sql/a.md:3"]
    assert "Frobnicator" in found[0] and "BY the frob" in found[1]


def test_words_of_making_has_its_list(plant):
    word = "".join(reversed("TPGtahC"))
    caught(project.no_words_of_making, plant({"sql/a.md": f"from {word}\n"}), "sql/a.md:1", word)


# --- the command --------------------------------------------------------------------------------

def test_run_counts_checks(plant):
    out = io.StringIO()
    tree = plant({"common/base/a.c": "int a; \nint b; \n"})
    assert tidy.run(tree.root, (source.white_space, source.no_typedefs), out) == 1
    lines = out.getvalue().splitlines()
    assert lines[0] == "common/base/a.c:1: trailing space: take it off"
    assert lines[1] == "common/base/a.c:2: trailing space: take it off"
    assert lines[2].startswith("FAILED ") and lines[2].endswith("(2)")
    assert lines[3] == "1 passed, 1 failed"


def test_exit_code_says_whether_all_is_well(plant, capsys):
    root = str(plant().root)
    assert tidy.main([root]) == 0
    assert capsys.readouterr().out == f"{len(tidy.CHECKS)} passed, 0 failed\n"
    plant({"README.md": None})
    assert tidy.main([root]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"{len(tidy.CHECKS) - 1} passed, 1 failed"
    assert tidy.main(["--help"]) == 0
    assert tidy.main(["--what"]) == 2
