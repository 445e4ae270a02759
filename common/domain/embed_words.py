"""A list of words by class → a lexicon in C.

    embed_words.py WORDS.TXT NAME OUT

`unit 号 栋` gives both words the bit <NAME>_WORD_UNIT; a word in two classes has both bits.
"""
import sys

from embed_lexicon import tables


def read(path):
    """word → its classes, in the order of the file."""
    words = {}
    for line in open(path, encoding="utf-8"):
        kind, *found = line.split("#")[0].split() or [""]
        for word in found:
            classes = words.setdefault(word, [])
            if kind not in classes:
                classes.append(kind)
    return words


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: embed_words.py WORDS.TXT NAME OUT")
    path, name, out = sys.argv[1:]
    bits = {word: (" | ".join(f"{name}_WORD_{kind}".upper() for kind in kinds), len(kinds))
            for word, kinds in read(path).items()}
    with open(out, "w", encoding="utf-8") as file:
        file.write("/* Made by embed_words.py. */\n" + tables(name, bits))


main()
