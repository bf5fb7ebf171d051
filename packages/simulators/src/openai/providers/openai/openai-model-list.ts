import type { Dialect, Exchange } from "../../../engine/dialect.ts";
import type { OpenAiModel } from "../../openai-models.ts";
import type { RequestProblem } from "../../problem.ts";

export interface ModelListProfile {
  path: RegExp;
  models: () => readonly OpenAiModel[];
  checkAccess: (exchange: Exchange) => RequestProblem | undefined;
  wordProblem: (problem: RequestProblem) => ReturnType<Dialect["wordError"]>;
  wordError: Dialect["wordError"];
}

/** GET /v1/models, after ListModelsResponse of OpenAI's API description. */
export function createModelList(profile: ModelListProfile): Dialect {
  return {
    name: "models",
    method: "GET",
    path: profile.path,
    check(exchange) {
      const problem = profile.checkAccess(exchange);
      return problem === undefined ? undefined : profile.wordProblem(problem);
    },
    wordError: profile.wordError,
    respond: () => ({
      status: 200,
      body: {
        object: "list",
        data: profile.models().map((model) => ({
          id: model.id,
          object: "model",
          created: model.created,
          owned_by: model.ownedBy,
          shutdown_date: model.shutdownDate ?? null,
        })),
      },
    }),
  };
}
