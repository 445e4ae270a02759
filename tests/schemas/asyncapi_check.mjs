// asyncapi_check: schemas/asyncapi.yaml against AsyncAPI's own parser, and against the facts it
// restates: topics.json and events/.
//
//   node tests/schemas/asyncapi_check.mjs [DOCUMENT]
//
// The parser is in build/node (ops/lib/setup.sh puts it there; SLUICE_NODE_DIR names another place).
// Exit 0 when all is well, 1 with a line for each breach, 2 when the parser is missing.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const nodeDir = resolve(process.env.SLUICE_NODE_DIR ?? join(root, "build/node"));
const breaches = [];

function breach(text) {
    breaches.push(text);
}

function loadParser() {
    try {
        return createRequire(join(nodeDir, "package.json"))("@asyncapi/parser");
    } catch {
        console.error(`no @asyncapi/parser under ${nodeDir}: run ops/lib/setup.sh check`);
        process.exit(2);
    }
}

async function parse(path) {
    const { Parser } = loadParser();
    const { document, diagnostics } = await new Parser().parse(readFileSync(path, "utf8"), {
        source: path,
    });

    for (const { severity, message, path: at, range } of diagnostics)
        if (severity <= 1) // error or warning; the rest is advice
            breach(`${path}:${range.start.line + 1}: ${message} (${at.join(".")})`);
    return document;
}

function sameSet(what, got, want) {
    for (const item of want.filter((x) => !got.includes(x))) breach(`${what}: ${item} is missing`);
    for (const item of got.filter((x) => !want.includes(x))) breach(`${what}: ${item} is too many`);
}

const kindOf = (message) => message.name().replace(/^cn\.sluice\.(.*)\.v1$/, "$1");
const isDead = (name) => name.startsWith("dead.");

function checkChannel(channel, topic) {
    const kafka = channel.bindings().get("kafka")?.value() ?? {};
    const settings = kafka.topicConfiguration ?? {};
    const facts = [
        ["partitions", kafka.partitions, topic.partitions],
        ["retention.ms", settings["retention.ms"], topic.retention_ms],
        ["max.message.bytes", settings["max.message.bytes"], topic.message_bytes_max],
        ["cleanup.policy", settings["cleanup.policy"]?.join(), topic.cleanup],
    ];

    for (const [name, got, want] of facts)
        if (got !== want) breach(`${topic.name}: ${name} is ${got}, topics.json has ${want}`);
    sameSet(`${topic.name}: messages`, channel.messages().all().map(kindOf),
            isDead(topic.name) ? ["dead letter"] : topic.kinds);
    for (const message of channel.messages().all()) checkMessage(message, topic);
}

function checkMessage(message, topic) {
    const kind = kindOf(message);
    const key = message.bindings().get("kafka")?.value()?.key?.description;
    const id = message.payload()?.id?.() ?? message.payload()?.json("$id");

    if (key !== topic.key) breach(`${kind}: its key is ${key}, topics.json has ${topic.key}`);
    if (!message.headers()) breach(`${kind}: has no headers`);
    if (!isDead(topic.name) && !String(id).endsWith(`/${kind}.v1.json`))
        breach(`${kind}: its payload is not events/${kind}.v1.json but ${id}`);
}

function checkOperations(document, topics) {
    const got = document.operations().all().flatMap((operation) =>
        operation.channels().all().map((channel) =>
            `${operation.id().replace(/(Sends|Receives).*/, "")} ${operation.action()} `
            + channel.address()));
    const want = topics.flatMap((topic) => [
        ...topic.writers.map((who) => `${who} send ${topic.name}`),
        ...topic.readers.map((who) => `${who} receive ${topic.name}`),
    ]);

    sameSet("operations", got, want);
}

function checkFacts(document) {
    const { topics } = JSON.parse(readFileSync(join(root, "schemas/topics.json"), "utf8"));
    const channels = new Map(document.channels().all().map((c) => [c.address(), c]));

    sameSet("channels", [...channels.keys()], topics.map((topic) => topic.name));
    for (const topic of topics) {
        const channel = channels.get(topic.name);

        if (channel) checkChannel(channel, topic);
        for (const kind of topic.kinds)
            if (!existsSync(join(root, `schemas/events/${kind}.v1.json`)))
                breach(`events/${kind}.v1.json is missing`);
    }
    checkOperations(document, topics);
    return topics.length;
}

const path = resolve(process.argv[2] ?? join(root, "schemas/asyncapi.yaml"));
const document = await parse(path);
const count = document ? checkFacts(document) : 0;

for (const text of breaches) console.error(text);
if (!document && breaches.length === 0) console.error(`${path}: no AsyncAPI document`);
if (breaches.length > 0 || !document) process.exit(1);
console.log(`asyncapi.yaml: valid, ${count} topics agree with topics.json`);
