"use strict";
// What the scripts for Node.js share: cases and waiting. See cases.py.

const assert = require("assert");
const crypto = require("crypto");

class Cases {
  constructor(suite) {
    this.suite = suite;
    this.passed = 0;
    this.failed = 0;
    this.started = Date.now();
  }

  /** Runs a case; what it throws is a failure, what it gives is said of it. */
  async run(name, work) {
    try {
      const told = await work();
      this.passed += 1;
      console.log(`ok ${this.suite} ${name} ${told ?? ""}`.trimEnd());
    } catch (error) {
      this.failed += 1;
      const text = `${error?.name}: ${error?.message ?? error}`.replace(/\s+/g, " ");
      console.log(`not ok ${this.suite} ${name} ${text.replace(/(sig=|AccountKey=)[^&\s"';]+/gi, "$1REDACTED").slice(0, 600)}`);
    }
  }

  finish() {
    const seconds = ((Date.now() - this.started) / 1000).toFixed(1);
    console.log(`${this.suite}: ${this.passed} passed, ${this.failed} failed in ${seconds} s`);
    process.exitCode = this.failed || !this.passed ? 1 : 0;
  }
}

const equal = (actual, expected, what) =>
  assert.deepStrictEqual(actual, expected, `${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`);

const isTrue = (condition, what) => assert.ok(condition, what);

const unique = (stem) => `${stem}-${crypto.randomBytes(4).toString("hex")}`;

async function waitUntil(what, condition, seconds = 60) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await condition();
    if (found) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what} did not come within ${seconds} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

module.exports = { Cases, equal, isTrue, unique, waitUntil };
