/** Sources are ESM TypeScript; jest reads them as CommonJS through swc, without experimental flags. */
export default {
  roots: ["<rootDir>/packages", "<rootDir>/services", "<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  transform: {
    "^.+\\.(ts|mjs|js)$": [
      "@swc/jest",
      { jsc: { target: "es2024", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  // Some dependencies ship ESM only.
  transformIgnorePatterns: [
    "/node_modules/(?!.*(fast-check|pure-rand|gpt-tokenizer|eventsource-parser|google-auth-library|gaxios|image-size|dotenv|commander|gcp-metadata|kysely)/)",
  ],
  extensionsToTreatAsEsm: [],
  globalSetup: "<rootDir>/test/support/make-temporary-folder.ts",
  globalTeardown: "<rootDir>/test/support/remove-temporary-folder.ts",
  // Nothing takes so long, but on a machine that is busy with other things.
  testTimeout: 60_000,
};
