import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { clientEnvironment, type ClientRun } from "./claude-client.ts";

/** A terminal with the real client in it, as a person would use it. */
export interface ClientTerminal {
  /** Everything that was ever shown, without colours and without any white space. */
  readonly shown: string;
  /** Types a line. */
  say(line: string): void;
  /** Resolves with true when the words stand on the screen, white space aside; false: not within the time. */
  sees(words: string, limitMs?: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Why there is no terminal here; undefined when there is one. */
export function whyNoTerminal(): string | undefined {
  try {
    execFileSync("script", ["--version"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "no script command of util-linux here";
  }
}

/** The client is past its first questions: theme, trust in the folder, and the key of the environment. */
export function openClientTerminal(run: Omit<ClientRun, "prompt">): ClientTerminal {
  const env = clientEnvironment(run);
  writeFileSync(
    path.join(run.home, ".claude.json"),
    JSON.stringify({
      hasCompletedOnboarding: true,
      theme: "dark",
      customApiKeyResponses: { approved: [(env["ANTHROPIC_API_KEY"] ?? "").slice(-20)], rejected: [] },
      projects: { [run.folder]: { hasTrustDialogAccepted: true } },
    }),
  );
  const command = `stty cols 160 rows 50; exec "${run.program}"`;
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    cwd: run.folder,
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...env, TERM: "xterm-256color", LANG: "C.UTF-8", SHELL: "/bin/sh" },
  });
  let raw = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (chunk: string) => void (raw += chunk));
  const shown = (): string => withoutControls(raw).replaceAll(/\s+/g, "");
  const sees = async (words: string, limitMs = 20_000): Promise<boolean> => {
    const deadline = Date.now() + limitMs;
    const wanted = words.replaceAll(/\s+/g, "");
    while (!shown().includes(wanted)) {
      if (Date.now() > deadline || child.exitCode !== null) return false;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return true;
  };
  return {
    get shown() {
      return shown();
    },
    say(line) {
      child.stdin.write(line);
      // What comes in one piece with its line end is taken for pasted text.
      setTimeout(() => child.stdin.write("\r"), 500);
    },
    sees,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

const ESCAPE = String.fromCodePoint(27);
const BELL = String.fromCodePoint(7);
/** Titles and links; movements and colours; single characters. */
const CONTROLS = new RegExp(
  `${ESCAPE}\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)|${ESCAPE}[[(][0-9;?<>=]*[A-Za-z]|${ESCAPE}.`,
  "gu",
);

function withoutControls(text: string): string {
  return text.replaceAll(CONTROLS, " ");
}
