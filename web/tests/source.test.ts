import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { EmbeddedSource, fromBase64, gunzip, inWords, Missing, ServedSource } from "../src/source.ts";

function pageOf(resources: Record<string, unknown>): ParentNode {
  const blocks = Object.entries(resources).map(([name, value]) => ({
    getAttribute: () => name,
    textContent: `\n${gzipSync(JSON.stringify(value)).toString("base64")}\n`,
  }));
  return { querySelectorAll: () => blocks } as unknown as ParentNode;
}

test("a block is base64 of gzipped JSON", async () => {
  const value = { name: "π </script> \u0000", numbers: [1, null, 2.5] };
  const source = new EmbeddedSource(pageOf({ site: value }));
  assert.deepEqual(await source.load("site"), value);
  assert.ok(source.has("site") && !source.has("other"));
});

test("what a page does not hold is said in words", async () => {
  const source = new EmbeddedSource(pageOf({}));
  await assert.rejects(source.load("run/0/genome/12"), (error) => error instanceof Missing && /hold genome 12\./.test(error.message));
  await assert.rejects(source.post(), Missing);
});

test("bytes survive base64 and gzip", async () => {
  const text = "é".repeat(10_000);
  assert.equal(await gunzip(fromBase64(gzipSync(text).toString("base64"))), text);
});

test("a server is asked beside the page, and its sentences are passed on", async (context) => {
  const asked: string[] = [];
  context.mock.method(globalThis, "fetch", async (address: string) => {
    asked.push(address);
    return new Response(JSON.stringify({ error: "there is no genome 9" }), { status: 404 });
  });
  const source = new ServedSource("http://127.0.0.1:8000/token/#view=front");
  await assert.rejects(source.load("run/0/genome/9"), { message: "there is no genome 9" });
  assert.deepEqual(asked, ["http://127.0.0.1:8000/token/run/0/genome/9"]);
});

test("what is posted repeats the token", async (context) => {
  let headers: Record<string, string> = {};
  context.mock.method(globalThis, "fetch", async (_: string, how: RequestInit) => {
    headers = how.headers as Record<string, string>;
    return new Response("{}");
  });
  await new ServedSource("http://127.0.0.1:1/t/").post("run/0/whatif", {}, "secret");
  assert.equal(headers["X-Glianeat-Token"], "secret");
});

test("a server that has gone is named", async (context) => {
  context.mock.method(globalThis, "fetch", async () => {
    throw new TypeError("failed to fetch");
  });
  await assert.rejects(new ServedSource("http://127.0.0.1:1/t/").load("site"), /does not answer/);
});

test("resources have names in words", () => {
  assert.equal(inWords("run/0/history"), "the history");
  assert.equal(inWords("run/0/difference/3/9"), "the difference of genomes 3 and 9");
  assert.equal(inWords("comparison"), "the comparison");
});
