import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DockerComposeEnvironment, type StartedDockerComposeEnvironment } from "testcontainers";
import type { RecordedRequest, Scenario } from "@switchyard/simulators";
import { findFreePorts } from "../support/free-ports.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FILES = ["docker-compose.yml", "test/compose/docker-compose.test.yml"];

export interface ComposeProjectOptions {
  /** Compose files on top of these, below the repository's root. */
  files?: readonly string[];
}

/** The mesh of docker-compose.yml over its simulators, on free ports. */
export interface ComposeProject {
  /** The front door. */
  readonly url: string;
  /** The anthropic service, as published. */
  readonly anthropicUrl: string;
  /** Runs `docker compose` with the project's files and resolves with its output. */
  compose(...args: string[]): Promise<string>;
  /** Runs `docker`. */
  docker(...args: string[]): Promise<string>;
  script(...scenarios: Scenario[]): Promise<void>;
  requests(): Promise<RecordedRequest[]>;
  resetSimulator(): Promise<void>;
  down(): Promise<void>;
}

export async function startComposeProject(options: ComposeProjectOptions = {}): Promise<ComposeProject> {
  const [front, anthropic, simulator] = await findFreePorts(3);
  const name = `switchyard-test-${process.pid}`;
  const variables = {
    GATEWAY_PORT: String(front),
    TEST_ANTHROPIC_PORT: String(anthropic),
    TEST_SIMULATOR_PORT: String(simulator),
    // The image must build with the classic builder, too.
    DOCKER_BUILDKIT: "0",
    COMPOSE_DOCKER_CLI_BUILD: "0",
  };
  // The library's own reaper wants an image of its own; `down` below does its work.
  process.env["TESTCONTAINERS_RYUK_DISABLED"] = "true";
  // On a machine that is itself a container the library would knock at the bridge's gateway; ports are published on
  // loopback alone.
  process.env["TESTCONTAINERS_HOST_OVERRIDE"] = "127.0.0.1";
  const files = [...FILES, ...(options.files ?? [])];
  const docker = async (...args: string[]): Promise<string> => {
    const { stdout, stderr } = await promisify(execFile)("docker", args, {
      cwd: ROOT,
      env: { ...process.env, ...variables },
      maxBuffer: 64 * 2 ** 20,
    });
    return stdout + stderr;
  };
  const compose = (...args: string[]): Promise<string> =>
    docker("compose", "-p", name, ...files.flatMap((file) => ["-f", file]), ...args);
  const environment: StartedDockerComposeEnvironment = await new DockerComposeEnvironment(ROOT, files)
    .withProjectName(name)
    .withEnvironment(variables)
    .withBuild()
    .withStartupTimeout(120_000)
    .up();
  const control = `http://127.0.0.1:${simulator}/__control`;
  // The demonstration's brain answers before any script.
  await post(`${control}/brain`, { name: null });
  return {
    url: `http://127.0.0.1:${front}`,
    anthropicUrl: `http://127.0.0.1:${anthropic}`,
    compose,
    docker,
    async script(...scenarios) {
      await post(`${control}/script`, scenarios);
    },
    async requests() {
      return (await (await fetch(`${control}/requests`)).json()) as RecordedRequest[];
    },
    async resetSimulator() {
      await post(`${control}/reset`, {});
    },
    async down() {
      await environment.down({ removeVolumes: true, timeout: 10_000 });
    },
  };
}

async function post(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
}
