import { describeIssue } from "@switchyard/service-kit";
import { z } from "zod";

import type { WorkerContext } from "../worker-context.ts";
import type { Handler } from "./guarded.ts";
import { badRequest, readInput } from "./read-input.ts";

const MAX_BYTES = 8 * 1024 * 1024;

const projectsSchema = z.strictObject({
  projects: z.record(z.string().min(1).max(200), z.string().min(1).max(1000)),
});

/** PUT /api/projects {"projects": {"<session>": "<project>"}}: which project a session belongs to. */
export function createProjectsHandler({ ledger }: Pick<WorkerContext, "ledger">): Handler {
  return async (request, response) => {
    const parsed = projectsSchema.safeParse(await readInput(request, MAX_BYTES));
    if (!parsed.success) {
      throw badRequest(parsed.error.issues.map(describeIssue));
    }
    await ledger.nameProjects(parsed.data.projects);
    response.json({ status: "success", sessions: Object.keys(parsed.data.projects).length });
  };
}
