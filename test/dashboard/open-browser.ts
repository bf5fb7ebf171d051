import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where a browser is on this machine. */
export function findBrowser(): string | undefined {
  return PLACES.find((place) => existsSync(place));
}

export interface Tab {
  page: Page;
  /** What the page complained of: errors of its console, and what nobody caught. */
  readonly complaints: string[];
  /** Every address that was asked for. */
  readonly asked: string[];
}

export interface Browser {
  /** A new tab of a person of its own: what one keeps no other sees. */
  open(options?: { width?: number; height?: number; dark?: boolean; locale?: string }): Promise<Tab>;
  close(): Promise<void>;
}

/** A browser that asks nobody for anything by itself. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-browser-"));
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder },
  });
  const contexts: BrowserContext[] = [];
  return {
    async open({ width = 1440, height = 900, dark = false, locale = "en-US" } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: dark ? "dark" : "light",
        locale,
        timezoneId: "America/New_York",
      });
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      const tab: Tab = { page, complaints: [], asked: [] };
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") tab.complaints.push(message.text());
      });
      page.on("pageerror", (error) => tab.complaints.push(String(error)));
      page.on("request", (request) => tab.asked.push(request.url()));
      return tab;
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
