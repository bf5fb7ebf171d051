import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "@jest/globals";
import { describeWhen } from "../../support/describe-when.ts";
import { CHAT_DIALECT } from "./chat.ts";
import { MESSAGES_DIALECT } from "./messages.ts";
import { toScenario } from "./raw-dialect.ts";
import { RESPONSES_DIALECT } from "./responses.ts";

const FIXTURES = process.env["SWITCHYARD_FIXTURES"] ?? path.resolve(import.meta.dirname, "../../../../shared/fixtures");
const FOLDERS = [
  { folder: "anthropic", dialect: MESSAGES_DIALECT, fits: /anthropic-(text|tool-no-args|clear-thinking)/ },
  { folder: "deepseek", dialect: CHAT_DIALECT, fits: /./ },
  { folder: "groq", dialect: CHAT_DIALECT, fits: /./ },
  { folder: "azure", dialect: RESPONSES_DIALECT, fits: /azure-(text|tool-call|reasoning)/ },
];

describeWhen(
  existsSync(path.join(FIXTURES, "recorded")) ? undefined : "no recorded fixtures here",
  "answers that real upstreams gave",
  () => {
    for (const { folder, dialect, fits } of FOLDERS) {
      const directory = path.join(FIXTURES, "recorded", folder);
      const files = existsSync(directory) ? readdirSync(directory).filter((file) => fits.test(file)) : [];
      it.each(files)(`${folder}/%s is read, and becomes a scenario`, (file) => {
        const text = readFileSync(path.join(directory, file), "utf8");
        const events = text.split("\n").filter((line) => line.trim() !== "");
        const streamed = file.endsWith(".chunks.txt");
        const content = dialect.read({ status: 200, headers: {}, text, ...(streamed ? { events } : {}) });
        if (content === undefined) throw new Error("nothing was read");
        expect(content.blocks.length).toBeGreaterThan(0);
        expect(content.usage.input).toBeGreaterThan(0);
        expect(content.usage.output).toBeGreaterThan(0);
        expect(toScenario(content).stopReason).toMatch(/^(end_turn|tool_use|max_tokens)$/);
        if (streamed)
          for (const event of events) expect(dialect.labelEvent(JSON.parse(event)) ?? "ping").not.toContain("no type");
      });
    }
  },
);
