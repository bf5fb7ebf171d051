import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { parse } from "dotenv";
import { z } from "zod";
import { fileSchema } from "./file-schema.ts";
import { KNOWN_PROVIDERS } from "./known-providers.ts";
import { cleanUpAfterEach, load, providerOf } from "./load.fixture.ts";
import { MEANINGLESS_VARIABLES } from "./meaningless-variables.ts";
import { ROUTING_STRATEGIES } from "./settings.ts";

cleanUpAfterEach();

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));
const text = readFileSync(`${root}docs/configuration.md`, "utf8");
/** Without the blanks that align tables. */
const page = text.replaceAll(/ {2,}/g, " ");
const words = new Set(page.match(/[A-Za-z_<>][A-Za-z0-9_<>.[\]]*/g));

describe("docs/configuration.md", () => {
  it("has a row for every field of switchyard.yaml, and for no other", () => {
    const documented = [...page.matchAll(/^\| `([a-z][a-z0-9_.[\]]*)` \|/gm)].map(([, field]) => field ?? "");
    expect(documented.toSorted()).toEqual(fieldsOf(fileSchema).toSorted());
  });

  it("names every variable that the settings read", () => {
    const files = readdirSync(here).filter((name) => name.endsWith(".ts") && !/\.(test|fixture)\.ts$/.test(name));
    const read = files.flatMap((name) => [
      ...readFileSync(here + name, "utf8").matchAll(/"([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])"/g),
    ]);
    const names = new Set([...read.map(([, name]) => name ?? ""), ...MEANINGLESS_VARIABLES.keys()]);
    expect(names.size).toBeGreaterThan(80);
    expect([...names].filter((name) => !words.has(name.replace(/_FILE$/, "")) && !words.has(name))).toEqual([]);
  });

  it("names every variable that a provider has by its name", () => {
    const files = readdirSync(here).filter((name) => name.startsWith("build-") && !name.endsWith(".test.ts"));
    const suffixes = new Set(
      files.flatMap((name) =>
        [...readFileSync(here + name, "utf8").matchAll(/`\$\{(?:prefix|variablePrefix\([\w.]+\))\}_([A-Z_]+)`/g)].map(
          ([, suffix]) => suffix,
        ),
      ),
    );
    expect(suffixes.size).toBeGreaterThan(8);
    expect([...suffixes].filter((suffix) => !words.has(`<PROVIDER>_${suffix}`))).toEqual([]);
  });

  it.each(KNOWN_PROVIDERS)("tells port and default address of $kind as they are", ({ kind, port, baseUrl }) => {
    const row = page.split("\n").find((line) => line.startsWith(`| ${kind} |`)) ?? "";
    expect(row).toContain(`| ${port} |`);
    if (baseUrl !== undefined && kind !== "github-models") expect(row).toContain(`\`${baseUrl}\``);
  });

  it("lists the providers in the order in which they are tried", () => {
    const order = KNOWN_PROVIDERS.toSorted((a, b) => a.priority - b.priority).map(({ kind }) =>
      page.indexOf(`\n| ${kind} | 80`),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
  });
});

describe("the examples", () => {
  it("of the page load without a problem or a warning", () => {
    const blocks = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? "");
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks) expect(load({ files: { "switchyard.yaml": block } }).warnings).toEqual([]);
  });

  it("of the page tell every strategy", () => {
    const rows = ROUTING_STRATEGIES.filter((strategy) => page.includes(`\n| ${strategy} |`));
    expect(rows).toEqual([...ROUTING_STRATEGIES]);
  });

  const yaml = readFileSync(`${root}switchyard.example.yaml`, "utf8");
  const dotenv = readFileSync(`${root}.env.example`, "utf8");

  it("switchyard.example.yaml loads without a problem or a warning", () => {
    const settings = load({ files: { "switchyard.yaml": yaml }, env: { OPENROUTER_API_KEY: "k" } });
    expect(settings.warnings).toEqual([]);
    expect(providerOf(settings, "openrouter").enabled).toBe(true);
    expect(providerOf(settings, "anthropic").missing).toEqual(["ANTHROPIC_UPSTREAM_API_KEY"]);
    expect(providerOf(settings, "my-vllm").customModels).toMatchObject([{ contextWindow: 262_144, maxTokens: 32_768 }]);
  });

  it(".env.example changes nothing as it is", () => {
    expect(parse(dotenv)).toEqual({});
  });

  it(".env.example names only variables that are documented", () => {
    const names = [...dotenv.matchAll(/^# ([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name ?? "");
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !words.has(name))).toEqual([]);
  });

  it(".env.example filled in loads without a problem or a warning", () => {
    const filled = dotenv
      .replaceAll(/^# ([A-Z][A-Z0-9_]+=.+)$/gm, "$1")
      .replace("<resource>", "r")
      .replace("ANTHROPIC_CREDENTIAL=client", "");
    expect(load({ files: { ".env": filled } }).warnings).toEqual([]);
  });
});

/** Every leaf of a schema as "providers[].models.big". */
function fieldsOf(schema: unknown, path = ""): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return fieldsOf(schema.unwrap(), path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => fieldsOf(option, path));
  if (schema instanceof z.ZodArray) return fieldsOf(schema.element, `${path}[]`);
  if (!(schema instanceof z.ZodObject)) return [path];
  return Object.entries(schema.shape).flatMap(([name, child]) =>
    fieldsOf(child, path === "" ? name : `${path}.${name}`),
  );
}
