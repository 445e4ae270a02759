"""Writes the tables of a lexicon (lexicon.h) as C: what embed_regions.py and embed_words.py share.
"""


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def str_of(text):
    """A struct str as a static initialiser."""
    return f"{{ {quoted(text)}, {len(text.encode())} }}"


def _bucket(word):
    lead = word.encode()
    if lead[0] < 0xE0 or lead[0] > 0xEF:
        raise SystemExit(f"a lexicon holds no word like {word}: its first character is too short")
    return (lead[0] & 0x0F) << 6 | (lead[1] & 0x3F)


def tables(name, words):
    """words: text → (value as C, count). C of <name>_words, <name>_index and the lexicon."""
    order = sorted(words, key=lambda word: word.encode())
    place = {word: i for i, word in enumerate(order)}
    rows, index = [], [0] * 1025
    for word in order:
        index[_bucket(word) + 1] += 1
        shorter = (word[:size] for size in range(len(word) - 1, 0, -1))
        link = next((place[part] + 1 for part in shorter if part in place), 0)
        value, count = words[word]
        rows.append(f"    {{ {str_of(word)}, {link}, {count}, {value} }},")
    for i in range(1, 1025):
        index[i] += index[i - 1]
    if len(order) > 65535:
        raise SystemExit(f"{name}: {len(order)} words do not fit the index")
    numbers = "\n".join("    " + " ".join(f"{n}," for n in index[i:i + 12])
                        for i in range(0, len(index), 12))
    return (f"static const struct lexicon_word {name}_words[] = {{\n" + "\n".join(rows) + "\n};\n"
            f"static const uint16_t {name}_index[LEXICON_INDEX_COUNT] = {{\n{numbers}\n}};\n"
            f"static const struct lexicon {name}_lexicon = {{ {name}_words, {name}_index }};\n")
