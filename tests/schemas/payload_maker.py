"""Messy payloads of the three shops, made from a seed after the platforms' documents.

Independent of schemas/channels: what an order of these bytes is, is said here in Python a second
time, so that a mistake in a mapping file and one here would have to agree. Each maker gives the
bytes of one payload and what must become of it: a dict of facts, or the text a refusal must hold.
"""

import json
import random
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
WORDS = ["请尽快发货", "送人的🎁包装仔细", "", "don't ring \"twice\"", "行1\n行2", "𠮷野家 test", "a\\b/c", "  "]
REGIONS = [("浙江省", "杭州市", "余杭区", "五常街道"), ("新疆维吾尔自治区", "伊犁哈萨克自治州", "伊宁市", ""),
           ("北京市", "北京市", "朝阳区", "望京街道"), ("广东省", "东莞市", "", "长安镇")]


class Maker:
    """Chance, and the ways in which platforms write one value."""
    def __init__(self, seed):
        self.chance = random.Random(seed)

    def often(self, share):
        return self.chance.random() < share

    def one(self, values):
        return self.chance.choice(values)

    def id19(self, first):
        return first + self.chance.randrange(10**17)

    def loose(self, number):
        """A number, or the same in quotes."""
        return str(number) if self.often(0.3) else number

    def seconds(self):
        return 1767240000 + self.chance.randrange(10**7)

    def word(self):
        return self.one(WORDS)

    def absent(self, share, row, *names):
        """Takes fields away, or leaves null in their place."""
        for name in names:
            if self.often(share):
                if self.often(0.5):
                    row.pop(name, None)
                else:
                    row[name] = None

    def noise(self, row):
        """Fields nobody knows, of any kind."""
        for _ in range(self.chance.randrange(3)):
            row[f"x_{self.chance.randrange(10 ** 6)}"] = self.one(
                [None, 1.5, -3, "文字", [], {}, {"a": [1, {"b": None}]}, True, 10**25])

    def bytes_of(self, value):
        return json.dumps(value,
                          ensure_ascii=self.often(0.2),
                          separators=(",", ":") if self.often(0.7) else (", ", ": ")).encode()

    def shuffled(self, row):
        keys = list(row)
        self.chance.shuffle(keys)
        return {key: row[key] for key in keys}


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}"


def china(seconds):
    return datetime.fromtimestamp(seconds, CHINA).strftime("%Y-%m-%d %H:%M:%S")


def line_facts(stage, order_stage):
    """A line never goes further than an order that may not ship, nor outlives a closed one."""
    if order_stage in ("unpaid", "deposit_paid", "risk_hold") \
            and stage in ("unpaid", "deposit_paid", "risk_hold", "paid"):
        return order_stage
    if order_stage == "closed" and stage in ("unpaid", "deposit_paid", "risk_hold", "paid"):
        return "closed"
    return stage


def refused(*texts):
    return {"refused": list(texts)}


# ---- hostile bytes, the same for every channel -------------------------------------------------


def hostile(maker, good):
    """A payload that must be refused, made of a good one's bytes."""
    kind = maker.chance.randrange(9)
    if kind == 0:
        return good[:maker.chance.randrange(1, len(good) - 1)], refused("cannot be read")
    if kind == 1:
        at = maker.chance.randrange(1, len(good) - 1)
        return good[:at] + b"\x00" + good[at:], refused("not UTF-8")
    if kind == 2:
        return good[:-1] + b',"x":"\xff\xfe"}', refused("not UTF-8")
    if kind == 3:
        return good + b" x", refused("cannot be read")
    if kind == 4:
        return b"[" * maker.chance.randrange(65, 9000) + b"1", refused("cannot be read")
    if kind == 5:
        return good[:-1] + b',"y":1,"y":2}', refused("stands twice")
    if kind == 6:
        return good[:-1] + b',"z":"\\ud800"}', refused("cannot be read")
    if kind == 7:
        return maker.one([b"1", b"null", b"true", b'"text"', b"-"]), refused("")
    return maker.one([b"{}", b'{"order":{}}', b'{"a":[]}', b"[]", b"[null]", b"[[]]"]), refused("")
