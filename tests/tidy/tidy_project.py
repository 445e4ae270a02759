"""The tree as a whole: what stands where, the fleet told three times alike, words."""
import hashlib
import json
import os
import re

from tidy_tree import Breach, line_of, without_comments

TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "workers", "common",
             "schemas", "sql", "docker", "tests", "ops"}


def top_level(tree):
    """the top level holds exactly what belongs there"""
    entries = set(os.listdir(tree.root))
    for name in sorted(entries - TOP_LEVEL):
        if not name.startswith(".") and name != "build":
            yield Breach(name, 1, "does not belong at the top level",
                         "common/README.md says where it goes")
    for name in sorted(TOP_LEVEL - entries):
        yield Breach(name, 1, "is missing at the top level", "add it")


def worker_folders(tree):
    """a worker's folder has its page, its main file and its build"""
    for worker in tree.folders("workers"):
        for name in ("README.md", f"{worker}.c", "CMakeLists.txt"):
            path = f"workers/{worker}/{name}"
            if not tree.has(path):
                yield Breach(path, 1, "is missing", "every worker folder has the same files")


def room_tests(tree):
    """tests/unit mirrors common/ and workers/"""
    rooms = set(tree.folders("common")) | set(tree.folders("workers")) | {"cli"}
    for folder in tree.folders("tests/unit"):
        if folder not in rooms:
            yield Breach(f"tests/unit/{folder}", 1, "mirrors no room and no worker",
                         "name it as the folder it tests")
    for path in tree.sources(".c", under=("tests/unit/", "tests/component/")):
        if not path.endswith(("_test.c", "_fake.c", "_fixture.c")):
            yield Breach(path, 1, "is no test by its name", "call it <file>_test.c")


# --- topics -----------------------------------------------------------------------------------

TOPIC_C = "common/domain/topic.c"
TOPICS_JSON = "schemas/topics.json"
# Read outside the group by every worker with rules, and written for everybody by the runtime.
IMPLIED = re.compile(r"^(rules|dead\..*)$")


def topic_names(tree):
    """TOPIC_X → name, as common/domain/topic.c has it"""
    if not tree.has(TOPIC_C):
        return {}
    text = without_comments(tree.text(TOPIC_C))
    return dict(re.findall(r'\[(TOPIC_\w+)\]\s*=\s*"([^"]+)"', text))


def topic_rows(tree):
    """name → row, as schemas/topics.json has it; None when it is missing or unreadable"""
    if not tree.has(TOPICS_JSON):
        return None
    try:
        topics = json.loads(tree.text(TOPICS_JSON))["topics"]
        return {row["name"]: row for row in topics} if isinstance(topics, list) else dict(topics)
    except (ValueError, KeyError, TypeError):
        return None


def topics_agree(tree):
    """schemas/topics.json and common/domain/topic.c name the same topics"""
    rows = topic_rows(tree)
    if rows is None:
        yield Breach(TOPICS_JSON, 1, "is missing or holds no topics",
                     'write {"topics": [{"name": …}]}')
        return
    names = set(topic_names(tree).values())
    for name in sorted(names - set(rows)):
        yield Breach(TOPICS_JSON, 1, f"does not have {name}", f"add it, or take it from {TOPIC_C}")
    for name in sorted(set(rows) - names):
        yield Breach(TOPIC_C, 1, f"does not have {name}", f"add it, or take it from {TOPICS_JSON}")


EVENT_C = "common/domain/event.c"


def kinds_agree(tree):
    """schemas/topics.json and common/domain/event.c put each kind on the same topic"""
    rows, names = topic_rows(tree), topic_names(tree)
    if rows is None or not tree.has(EVENT_C):
        return
    table = re.findall(r'ROW\(\w+,\s*"([^"]+)",\s*(\w+),', without_comments(tree.text(EVENT_C)))
    ours = {(kind, names.get(f"TOPIC_{topic}", topic)) for kind, topic in table}
    theirs = {(kind, name) for name, row in rows.items() for kind in row.get("kinds", ())}
    for kind, topic in sorted(ours - theirs):
        yield Breach(TOPICS_JSON, 1, f"does not have {kind} on {topic}",
                     f"{EVENT_C} does: one of them is wrong")
    for kind, topic in sorted(theirs - ours):
        yield Breach(EVENT_C, 1, f"does not have {kind} on {topic}",
                     f"{TOPICS_JSON} does: one of them is wrong")


def _listed(text, member):
    """(line, [TOPIC_X …]) of `.reads = (const enum topic[]){ … }`; None without one."""
    match = re.search(rf"\.{member}\s*=\s*\(const enum topic\[\]\)\s*\{{([^}}]*)\}}", text)
    if not match:
        return None
    return line_of(text, match.start()), re.findall(r"TOPIC_\w+", match[1])


def _of_worker(rows, worker, key):
    """Names of the topics whose row lists the worker under the key."""
    return {name for name, row in rows.items()
            if worker in row.get(key, ()) and not IMPLIED.match(name)}


def workers_agree_with_topics(tree):
    """each worker's .reads and .writes are those of schemas/topics.json"""
    rows, names = topic_rows(tree), topic_names(tree)
    if rows is None:
        return
    for worker in tree.folders("workers"):
        path = f"workers/{worker}/{worker}.c"
        if not tree.has(path):
            continue
        text = without_comments(tree.text(path))
        for member, key in (("reads", "readers"), ("writes", "writers")):
            found = _listed(text, member)
            wanted = _of_worker(rows, worker, key)
            if found is None:
                if wanted:
                    yield Breach(path, 1, f"has no .{member}",
                                 f"{TOPICS_JSON} has {', '.join(sorted(wanted))}")
                continue
            line, topics = found
            if topics[-1:] != ["TOPIC_END"]:
                yield Breach(path, line, f".{member} does not end", "close it with TOPIC_END")
            has = {names.get(t, t) for t in topics if t != "TOPIC_END"}
            has = {name for name in has if not IMPLIED.match(name)}
            for name in sorted(has - wanted):
                yield Breach(path, line, f".{member} has {name}",
                             f"{TOPICS_JSON} does not say so of {worker}: one of them is wrong")
            for name in sorted(wanted - has):
                yield Breach(path, line, f".{member} does not have {name}",
                             f"{TOPICS_JSON} says so of {worker}: one of them is wrong")


FLEET = "workers/README.md"
FLEET_ROW = re.compile(r"\| \[(\w+)\]\(\1/README\.md\) \| ([^|]*) \| ([^|]*) \|")


def fleet_table_agrees(tree):
    """the fleet's table in workers/README.md is that of schemas/topics.json"""
    rows = topic_rows(tree)
    if rows is None:
        return
    missing = set(tree.folders("workers"))
    for number, line in enumerate(tree.lines(FLEET) if tree.has(FLEET) else (), 1):
        match = FLEET_ROW.match(line)
        if not match:
            continue
        missing.discard(match[1])
        for member, cell, key in (("reads", match[2], "readers"), ("writes", match[3], "writers")):
            has = {name.strip() for name in cell.split(",")} - {"none"}
            wanted = _of_worker(rows, match[1], key)
            for name in sorted(has ^ wanted):
                says = FLEET if name in has else TOPICS_JSON
                yield Breach(FLEET, number, f"{match[1]} {member} {name}: only {says} says so",
                             "one of the two is wrong")
    for worker in sorted(missing):
        yield Breach(FLEET, 1, f"has no row of {worker}",
                     f"| [{worker}]({worker}/README.md) | reads | writes | stores |")


# --- words ------------------------------------------------------------------------------------

# What is left to do belongs into an issue. Split, so that this line does not find itself.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")) + r")\b")


def nothing_unfinished(tree):
    """no note about work left to do"""
    for path in tree.texts():
        for number, line in enumerate(tree.lines(path), 1):
            match = UNFINISHED.search(line)
            if match:
                yield Breach(path, number, match[1], "do it, or open an issue")


# Words that speak of how the project was made and not of what it is, as hashes, so that this
# list does not hold what it forbids. `tidy_project.py WORD…` prints the hash of a word or of
# several in a row.
MAKING = {
    "053ea4804ef1bb33", "197a8c3159192554", "2c56afdd8aa6c70c", "2d333f8f9bda4688",
    "31a85e22a24a7a4f", "32e83e92d45d71f6", "3b28e163e05c86a8", "3b8869394641afe3",
    "3c51c993ffd35933", "3ea125d0bff386e6", "442e56863b7e9cf8", "461845f6b8be326a",
    "469ad9044383cd3a", "487b91042c7cf27a", "4d34241765c22c59", "5d72436256ada538",
    "5ededea564a971e3", "5eff592cc497fccb", "60965168ce762e94", "6764434518d37f01",
    "6f23d18048a7625f", "77e57f5b19820920", "7d3194f79e645c42", "94a168d2da574b00",
    "a4d76a4d59584d6f", "a77ae7dd7e253c42", "c5f9d8f01eaaecc5", "c70eca6b0f88f44d",
    "c857d09db23e6822", "cdcbb68a3444fdd6", "cf98b41fb0f2d763", "d298391b07433318",
    "de2187af3fb01170", "e3f27b59e163ed12", "e4e3a396c1e36552", "e9acff1bccde0d17",
    "ec3f4a4cd18a80ef", "f4264a0b3e121983", "f7eb01c0826c5e1c",
}


def word_hash(words):
    return hashlib.sha256(words.lower().encode()).hexdigest()[:16]


def no_words_of_making(tree, making=frozenset(MAKING)):
    """nothing speaks of how the project was made"""
    known = {}
    for path in tree.texts():
        if path.endswith("package-lock.json"):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            words = re.findall(r"[^\W_]+", line)
            for i in range(len(words)):
                for length in (1, 2, 3):
                    phrase = " ".join(words[i:i + length])
                    if phrase not in known:
                        known[phrase] = word_hash(phrase) in making
                    if known[phrase] and i + length <= len(words):
                        yield Breach(path, number, f"`{phrase}`",
                                     "say what the project is, not how it was made")


CHECKS = (top_level, worker_folders, room_tests, topics_agree, kinds_agree,
          workers_agree_with_topics, fleet_table_agrees, nothing_unfinished, no_words_of_making)

if __name__ == "__main__":
    import sys
    print(word_hash(" ".join(sys.argv[1:])))
