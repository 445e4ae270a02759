#!/usr/bin/env python3
"""Measures Sluice against ceilings taken in the same run. Started by ops/bench, which builds and
brings up servers of its own; README.md says what each number means."""
import argparse
import json
import os
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import parts

PARTS = ("solver", "reserve", "stages", "end-to-end")
BUSY_LOAD = 0.5


@dataclass
class Settings:
    orders: int
    runs: int
    redis_url: str
    sale: Path
    warm: bool = False  # the servers have done all of it once


def options():
    parser = argparse.ArgumentParser(
        prog="ops/bench", description="压测：同一次运行里的速率、CPU 和上限。"
        " Rates, CPU and ceilings, taken in one run.")
    parser.add_argument("--orders", type=int, default=20000, help="orders of the sale (20000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each part; medians (3)")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part")
    parser.add_argument("--json", action="store_true", help="the result as JSON on stdout")
    chosen = parser.parse_args()
    if chosen.orders < 1000 or chosen.runs < 1:
        parser.error("at least 1000 orders and one run")
    return chosen


def say(text):
    print(f"    {text}", file=sys.stderr, flush=True)


def machine():
    cpu = next((line.partition(":")[2].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), "unknown")
    return {"cores": os.cpu_count(), "cpu": cpu, "load_before": round(os.getloadavg()[0], 2)}


def make_sale(orders):
    """The sale's files, made before any clock runs."""
    folder = parts.ROOT / "build" / "bench" / "sale"
    folder.mkdir(parents=True, exist_ok=True)
    tool = Path(parts.BUILD) / "ops" / "cli" / "sluice"
    subprocess.run([tool, "sale", "--seed", "11", "--orders", str(orders), "--start", "now",
                    "--enough", "--out", folder], check=True, stdout=subprocess.DEVNULL, env={
                        name: value for name, value in os.environ.items()
                        if not name.startswith("SLUICE_")})
    return folder


def measure(chosen, settings):
    wanted = chosen.part or PARTS
    # Of the worker route and not beside it: no ceiling of the fleet's.
    solver = list(parts.route_solver(settings, say)) if "solver" in wanted else []
    rows = []
    if "reserve" in wanted:
        rows += parts.reserve_script(settings, say)
    if "stages" in wanted:
        rows += parts.stages(settings, say)
    if "end-to-end" in wanted:
        rows += parts.end_to_end(settings, say, [row.top for row in rows if row.top])
    return solver + rows


# ---- the table ----

def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text, size):
    return text + " " * max(0, size - width(text))


def spread(row):
    return f" ({min(row.rates):,.0f}–{max(row.rates):,.0f})" if len(row.rates) > 1 else ""


def print_row(row):
    result = row.json()
    print(f"\n{pad(row.chinese, 36)} {row.rate:>10,.0f} {row.unit}/s{spread(row)}")
    for ceiling in result["ceilings"]:
        print(f"  上限 ceiling {ceiling['rate']:>11,} /s   比 ratio {ceiling['ratio']:>6.2f}"
              f"   {ceiling['what']}")
    costs = sorted(result["cpu_us"].items(), key=lambda cost: -cost[1])
    if costs:
        total = sum(value for _, value in costs)
        unit = row.unit.removesuffix("s")
        print(f"  CPU 微秒/µs per {unit}: {total:.1f} = "
              + " + ".join(f"{name} {value:.1f}" for name, value in costs))
    for note in row.notes:
        print(f"  {note}")


def print_table(rows, about, chosen):
    print(f"\n水闸压测 Sluice bench: {chosen.orders} 单 orders, {chosen.runs} 次取中位 "
          f"runs, median (lowest–highest)")
    print(f"{about['cores']} × {about['cpu']}, load before {about['load_before']}")
    if about["load_before"] > BUSY_LOAD:
        print("!! 机器上还有别的程序在跑，数字只供参考 the machine was busy: rough numbers")
    for row in rows:
        print_row(row)
    print("\n比值是同一次运行里的；怎么读见 tests/bench/README.md — ratios are of one run; how to "
          "read them: tests/bench/README.md")


def main():
    chosen = options()
    about = machine()
    settings = Settings(chosen.orders, chosen.runs, os.environ["SLUICE_REDIS_URL"],
                        make_sale(chosen.orders))
    rows = measure(chosen, settings)
    if chosen.json:
        print(json.dumps({"machine": about, "orders": chosen.orders, "runs": chosen.runs,
                          "rows": [row.json() for row in rows]}, ensure_ascii=False, indent=2))
    else:
        print_table(rows, about, chosen)


if __name__ == "__main__":
    main()
