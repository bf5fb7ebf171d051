import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createCatalog } from "@switchyard/catalog";
import { createHttpClient } from "@switchyard/service-kit";

import type { ProviderDependencies } from "../provider-dependencies.ts";

export interface TestDependencies extends ProviderDependencies {
  /** Messages of the warnings, in order. */
  readonly warnings: string[];
  close(): Promise<void>;
}

/** What a provider is made with: the real catalogue, a real HTTP client, a directory of its own. */
export async function createTestDependencies(): Promise<TestDependencies> {
  const stateDirectory = await mkdtemp(join(tmpdir(), "provider-"));
  const http = createHttpClient({ connectTimeoutMs: 1000 });
  const warnings: string[] = [];
  return {
    catalog: createCatalog(),
    http,
    log: { info: () => {}, warn: (message) => void warnings.push(message) },
    stateDirectory,
    warnings,
    close: async () => {
      http.close();
      await rm(stateDirectory, { recursive: true, force: true });
    },
  };
}
