#!/usr/bin/env python3
"""The conventions that a machine can check.

    python3 tests/tidy/tidy.py [ROOT]

Prints each breach as `file:line: what: what instead` and how many checks passed and failed;
exit code 1 when one failed. common/README.md has the reasons. A new check is a function in one
of the three modules below, with a line in its CHECKS and a test in tidy_test.py.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import tidy_project  # noqa: E402
import tidy_rooms  # noqa: E402
import tidy_source  # noqa: E402
from tidy_tree import Tree  # noqa: E402

CHECKS = tidy_rooms.CHECKS + tidy_source.CHECKS + tidy_project.CHECKS


def run(root, checks=CHECKS, out=None):
    """Runs the checks over the tree; returns how many failed."""
    tree = Tree(root)
    failed = 0
    for check in checks:
        breaches = sorted(set(check(tree)), key=lambda b: (b.path, b.line, b.what))
        for breach in breaches:
            print(breach, file=out)
        if breaches:
            failed += 1
            print(f"FAILED {check.__doc__} ({len(breaches)})", file=out)
    print(f"{len(checks) - failed} passed, {failed} failed", file=out)
    return failed


def main(arguments):
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        print(__doc__.strip())
        return 0 if arguments[0] in ("-h", "--help") else 2
    root = arguments[0] if arguments else os.path.join(os.path.dirname(__file__), "..", "..")
    return 1 if run(root) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
