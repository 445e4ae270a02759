#!/usr/bin/env python3
"""A WeCom that refuses what the real one refuses.

Speaks the group robot's webhook (document 99110): POST /cgi-bin/webhook/send?key=KEY with JSON;
business errors are HTTP 200 with an errcode. Checks the key, the JSON, the message type, UTF-8,
the 4096 bytes of markdown and 20 messages a minute per key (the count includes refused calls).

    wecom.py --port 18090 --key demo --log messages.jsonl [--misbehave SEED]

GET /messages gives what was taken, as JSON. --misbehave answers some calls with -1, HTTP 502 or
not in time, before or after taking the message, as the real one may.
"""
import argparse
import collections
import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

MARKDOWN_MAX = 4096
TEXT_MAX = 2048
PER_MINUTE = 20


def judge(body):
    """errcode and errmsg for a body, as the document has them."""
    try:
        message = json.loads(body.decode("utf-8"))
    except (UnicodeDecodeError, ValueError):
        return 40058, "invalid json"
    if not isinstance(message, dict):
        return 40058, "invalid json"
    kind = message.get("msgtype")
    if kind not in ("text", "markdown", "markdown_v2"):
        return 40008, "invalid message type"
    part = message.get(kind)
    content = part.get("content") if isinstance(part, dict) else None
    if not isinstance(content, str) or not content:
        return 44004, "text content empty"
    if len(content.encode()) > (TEXT_MAX if kind == "text" else MARKDOWN_MAX):
        return 40058, f"markdown.content exceed max length {MARKDOWN_MAX}"
    return 0, "ok"


class Robot:
    """One group's robot: what it took, and how often it was called."""

    def __init__(self, key, log, seed, per_minute):
        self.key, self.log = key, log
        self.calls = collections.deque()
        self.taken = []
        self.lock = threading.Lock()
        self.dice = random.Random(seed) if seed is not None else None
        self.per_minute = per_minute

    def call(self, key, body):
        """Returns (http status, errcode, errmsg, seconds to wait before the answer)."""
        with self.lock:
            if key != self.key:
                return 200, 93000, "invalid webhook url", 0
            now = time.monotonic()
            while self.calls and now - self.calls[0] >= 60:
                self.calls.popleft()
            self.calls.append(now)
            if len(self.calls) > self.per_minute:
                return 200, 45009, "api freq out of limit", 0
            mood = self.dice.random() if self.dice else 1.0
            if mood < 0.10:
                return 200, -1, "system busy", 0
            if mood < 0.15:
                return 502, 0, "", 0
            errcode, errmsg = judge(body)
            if errcode == 0:
                self.take(body)
            return 200, errcode, errmsg, 8 if mood < 0.18 else 0

    def take(self, body):
        message = json.loads(body.decode())
        self.taken.append({"at": time.time(), "message": message})
        if self.log:
            with open(self.log, "a", encoding="utf-8") as out:
                out.write(json.dumps(self.taken[-1], ensure_ascii=False) + "\n")


def handler_of(robot):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status, value):
            body = json.dumps(value, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size)
            url = urlparse(self.path)
            if url.path != "/cgi-bin/webhook/send":
                self.answer(404, {})
                return
            key = (parse_qs(url.query).get("key") or [""])[0]
            status, errcode, errmsg, wait = robot.call(key, body)
            time.sleep(wait)
            self.answer(status, {"errcode": errcode, "errmsg": errmsg})

        def do_GET(self):
            if self.path == "/messages":
                with robot.lock:
                    self.answer(200, robot.taken)
            else:
                self.answer(200, {"errcode": 40058, "errmsg": "POST wanted"})

        def log_message(self, *args):
            pass

    return Handler


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=18090)
    parser.add_argument("--key", default="demo")
    parser.add_argument("--log")
    parser.add_argument("--misbehave", type=int, metavar="SEED")
    parser.add_argument("--per-minute", type=int, default=PER_MINUTE)
    args = parser.parse_args()
    robot = Robot(args.key, args.log, args.misbehave, args.per_minute)
    ThreadingHTTPServer(("127.0.0.1", args.port), handler_of(robot)).serve_forever()


if __name__ == "__main__":
    main()
