#!/usr/bin/env python3
"""A WeCom that refuses what the real one refuses, and misbehaves when told to.

Group robots (document 99110): POST /cgi-bin/webhook/send?key=KEY. Application messages (90236,
91039): GET /cgi-bin/gettoken, POST /cgi-bin/message/send. Business errors are HTTP 200 with an
errcode. Checked: key, token, JSON, message type, UTF-8, bytes of the content, receivers, and calls
a minute per key (the count includes refused calls).

    wecom.py --port 18090 --key demo --log messages.jsonl [--misbehave SEED]

For tests: GET /messages is what was taken, GET /calls every call with its answer, both as JSON.
POST /control {"mood": MOOD, "count": N, "seconds": S} makes the next N sends (0: all, until told
otherwise) misbehave; MOOD is one of MOODS below, or an errcode. --misbehave answers some calls with
-1, HTTP 502 or not in time, before or after taking the message, as the real one may.
"""
import argparse
import collections
import json
import random
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

MARKDOWN_MAX, TEXT_MAX, APP_MAX = 4096, 2048, 2048
PER_MINUTE = 20
# mood → (takes the message first, what it answers: errcode, HTTP status or a trick)
MOODS = {
    "throttle": (False, 45009),
    "busy": (False, -1),
    "too_long": (False, 40058),
    "removed": (False, 93000),
    "token_expired": (False, 42001),
    "http_502": (False, "http 502"),
    "http_504": (True, "http 504"),
    "http_429": (False, "http 429"),
    "hang_before": (False, "hang"),
    "hang_after": (True, "hang"),
    "reset_before": (False, "reset"),
    "reset_after": (True, "reset"),
    "cut_answer": (True, "cut"),
    "garbage": (True, "garbage"),
    "warn": (True, "warn"),
    "slow": (True, "slow"),
}


def judge(body, markdown_max):
    """(errcode, errmsg) for a body, as the document has them."""
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
    if len(content.encode()) > (TEXT_MAX if kind == "text" else markdown_max):
        return 40058, f"markdown.content exceed max length {markdown_max}"
    return 0, "ok"


class Answer:
    """What goes back: JSON with a status, perhaps late, perhaps not at all."""

    def __init__(self, errcode=0, errmsg="ok", status=200, trick=None, seconds=0.0, **more):
        self.value = {"errcode": errcode, "errmsg": errmsg} | more
        self.status, self.trick, self.seconds = status, trick, seconds

    def name(self):
        return self.trick or (self.status if self.status != 200 else self.value["errcode"])


class Application:
    """One self-built application: its tokens, its members, and what it knows again."""

    def __init__(self, corpid, secret, agentid, members):
        self.corpid, self.secret, self.agentid = corpid, secret, agentid
        self.members = {member.lower() for member in members}
        self.token, self.tokens = None, 0
        self.seen = {}  # body → when it was taken

    def gettoken(self, query):
        if query.get("corpid") != self.corpid:
            return Answer(40013, "invalid corpid")
        if query.get("corpsecret") != self.secret:
            return Answer(40001, "invalid credential")
        self.tokens += 1
        self.token = f"token-{self.tokens}"
        return Answer(access_token=self.token, expires_in=7200)

    def check(self, token, body):
        """None when it may be taken, else the refusal; and who is not reached."""
        if token != self.token:
            return Answer(40014, "invalid access_token"), ""
        errcode, errmsg = judge(body, APP_MAX)
        if errcode:
            return Answer(errcode, errmsg), ""
        message = json.loads(body.decode())
        if message.get("agentid") != self.agentid:
            return Answer(40056, "invalid agentid"), ""
        users = [user.lower() for user in message.get("touser", "").split("|") if user]
        if not users and not message.get("toparty") and not message.get("totag"):
            return Answer(82001, "All touser & toparty & totag are empty"), ""
        unknown = [user for user in users if user not in self.members]
        if users and len(unknown) == len(users) and not message.get("toparty"):
            return Answer(81013, "user & party & tag all invalid"), ""
        return None, "|".join(unknown)

    def knows(self, body):
        """Was the same sent within its interval? Then it is answered and not delivered."""
        message = json.loads(body.decode())
        interval = message.get("duplicate_check_interval", 1800)
        known = time.monotonic() - self.seen.get(body, -1e9) < interval
        if message.get("enable_duplicate_check") != 1:
            return False
        if not known:
            self.seen[body] = time.monotonic()
        return known


class Wecom:
    """All keys together: what was taken, how often it was called, and in what mood it is."""

    def __init__(self, args):
        self.keys = args.key or ["demo"]
        self.log, self.per_minute = args.log, args.per_minute
        self.app = Application(args.corpid, args.secret, args.agentid, args.members.split(","))
        self.calls = collections.defaultdict(collections.deque)
        self.taken, self.history = [], []
        self.lock = threading.Lock()
        self.dice = random.Random(args.misbehave) if args.misbehave is not None else None
        self.mood, self.mood_left, self.seconds = None, 0, 30.0

    def control(self, order):
        self.mood = order.get("mood")
        self.mood_left = order.get("count", 0)
        self.seconds = order.get("seconds", 30.0)
        if order.get("forget_token"):
            self.app.token = None
        if "keys" in order:
            self.keys = order["keys"]
        if "per_minute" in order:
            self.per_minute = order["per_minute"]

    def next_mood(self):
        mood = self.mood
        if mood is not None and self.mood_left > 0:
            self.mood_left -= 1
            if self.mood_left == 0:
                self.mood = None
        if mood is not None:
            return MOODS.get(mood, (False, mood))
        dice = self.dice.random() if self.dice else 1.0
        return (MOODS["busy"] if dice < 0.10 else MOODS["http_502"] if dice < 0.15
                else MOODS["hang_after"] if dice < 0.18 else (True, None))

    def too_often(self, key):
        now, calls = time.monotonic(), self.calls[key]
        while calls and now - calls[0] >= 60:
            calls.popleft()
        calls.append(now)
        return len(calls) > self.per_minute

    def robot(self, key, body):
        if key not in self.keys:
            return Answer(93000, "invalid webhook url")
        if self.too_often(key):
            return Answer(45009, "api freq out of limit")
        return self.send({"key": key}, body, Answer(*judge(body, MARKDOWN_MAX)), False)

    def application(self, token, body):
        refusal, unknown = self.app.check(token, body)
        good = Answer(invaliduser=unknown, msgid=f"m{len(self.history)}")
        return self.send({"agentid": self.app.agentid}, body, refusal or good, True)

    def send(self, whom, body, answer, app):
        """The message, through the mood of the moment."""
        takes, how = self.next_mood()
        if how is not None and not takes:
            return self.moody(how)
        if answer.value["errcode"] == 0 and not (app and self.app.knows(body)):
            self.take(whom, body)
        return answer if how is None else self.moody(how)

    def moody(self, how):
        if isinstance(how, int):
            return Answer(how, "as the test wants it")
        if how.startswith("http "):
            return Answer(status=int(how.split()[1]))
        if how == "warn":
            return Answer(errmsg="ok. Warning: wrong json format. ")
        return Answer(trick=how, seconds=self.seconds if how in ("hang", "slow") else 0.0)

    def take(self, whom, body):
        message = json.loads(body.decode())
        self.taken.append(whom | {"at": time.time(), "message": message})
        if self.log:
            with open(self.log, "a", encoding="utf-8") as out:
                out.write(json.dumps(self.taken[-1], ensure_ascii=False) + "\n")

    def call(self, path, query, body):
        """One call of the outside, and its answer; None for a path that WeCom does not have."""
        with self.lock:
            if path == "/cgi-bin/webhook/send":
                answer = self.robot(query.get("key", ""), body)
            elif path == "/cgi-bin/message/send":
                answer = self.application(query.get("access_token"), body)
            elif path == "/cgi-bin/gettoken":
                answer = self.app.gettoken(query)
            else:
                return None
            self.history.append({"at": time.time(), "path": path, "answer": answer.name()})
            return answer


def handler_of(wecom):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status, body, length=None):
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            self.wfile.write(body)

        def answer_json(self, status, value):
            self.answer(status, json.dumps(value, ensure_ascii=False).encode())

        def reset(self):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       struct.pack("ii", 1, 0))
            self.close_connection = True

        def play(self, answer):
            time.sleep(answer.seconds)
            if answer.trick in ("hang", "reset"):
                self.reset()
            elif answer.trick == "cut":
                self.answer(200, b'{"errcode":0,', 40)
                self.close_connection = True
            elif answer.trick == "garbage":
                self.answer(200, b"<html>hello</html>")
            elif answer.status != 200:
                self.answer(answer.status, b"<html>bad gateway</html>")
            else:
                self.answer_json(200, answer.value)

        def serve(self, body):
            url = urlparse(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            answer = wecom.call(url.path, query, body)
            if answer is None:
                self.answer_json(404, {})
            else:
                self.play(answer)

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path == "/control":
                with wecom.lock:
                    wecom.control(json.loads(body or b"{}"))
                self.answer_json(200, {})
            else:
                self.serve(body)

        def do_GET(self):
            if self.path in ("/messages", "/calls"):
                with wecom.lock:
                    self.answer_json(200, wecom.taken if self.path == "/messages"
                                     else wecom.history)
            elif urlparse(self.path).path == "/cgi-bin/gettoken":
                self.serve(b"")
            else:
                self.answer_json(200, {"errcode": 40058, "errmsg": "POST wanted"})

        def handle(self):
            try:
                super().handle()
            except (ConnectionResetError, BrokenPipeError):
                pass  # the caller has gone, as callers do

        def log_message(self, *args):
            pass

    return Handler


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=18090)
    parser.add_argument("--key", action="append", help="a robot's; may be given several times")
    parser.add_argument("--log")
    parser.add_argument("--misbehave", type=int, metavar="SEED")
    parser.add_argument("--per-minute", type=int, default=PER_MINUTE)
    parser.add_argument("--corpid", default="ww-demo")
    parser.add_argument("--secret", default="app-secret")
    parser.add_argument("--agentid", type=int, default=1000002)
    parser.add_argument("--members", default="zhang,li")
    args = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", args.port), handler_of(Wecom(args)))
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main()
