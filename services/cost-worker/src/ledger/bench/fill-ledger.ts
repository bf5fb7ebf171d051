import type { Ledger } from "../ledger.ts";
import { inventTraffic, type TrafficOptions } from "./invent-traffic.ts";

const BATCH = 2000;
const PROJECTS = 40;

/** Writes invented rows, and names the projects of their sessions; tells how far it is. */
export async function fillLedger(
  ledger: Ledger,
  options: TrafficOptions,
  onProgress: (written: number) => void = () => undefined,
): Promise<void> {
  let written = 0;
  let projects: Record<string, string> = {};
  for (const batch of inventTraffic(options, BATCH)) {
    const { settled } = await ledger.write(batch);
    for (const { session } of settled) {
      if (session !== undefined)
        projects[session] = `/home/team/project-${(session.length * 7 + Number(session.split("-")[1])) % PROJECTS}`;
    }
    written += settled.length;
    if (Object.keys(projects).length > 1000) {
      await ledger.nameProjects(projects);
      projects = {};
    }
    onProgress(written);
  }
  await ledger.nameProjects(projects);
}
