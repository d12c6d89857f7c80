// Reads documents by name as JSON, and writes what html-validate says of them.
import { text } from "node:stream/consumers";

// Debian 12's Node 18 lacks these two.
Array.prototype.toSorted ??= function (order) { return [...this].sort(order); };
Array.prototype.toReversed ??= function () { return [...this].reverse(); };
const { HtmlValidate, StaticConfigLoader } = await import("html-validate");

const validator = new HtmlValidate(new StaticConfigLoader({
  root: true,
  extends: ["html-validate:recommended"],
  rules: { "require-sri": "off", "no-trailing-whitespace": "off", "doctype-style": "off", "form-dup-name": ["error", { shared: ["radio", "button", "reset", "submit", "checkbox"] }], "valid-id": ["error", { relaxed: true }] },
}));
// Without it Firefox gives a hidden field its old value when one goes back, and the standard has no other word for that.
const standing = m => m.ruleId !== "valid-autocomplete" || !m.message.includes('type="hidden"');
const messages = [];
for (const [document, html] of Object.entries(JSON.parse(await text(process.stdin)))) {
  for (const result of (await validator.validateString(html, document)).results) {
    messages.push(...result.messages.filter(standing).map(m => ({ document, rule: m.ruleId, message: m.message, line: m.line })));
  }
}
process.stdout.write(JSON.stringify(messages));
