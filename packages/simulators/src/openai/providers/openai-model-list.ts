import type { Dialect, DialectContext, Exchange } from "../../engine/dialect.ts";
import type { RequestProblem } from "../problem.ts";
import { listOpenAiModels } from "./openai-account.ts";
import { wordOpenAiError, wordOpenAiProblem } from "./openai-errors.ts";

/** GET /v1/models, after ListModelsResponse of OpenAI's API description. */
export function createModelList(
  context: DialectContext,
  path: RegExp,
  checkAccess: (exchange: Exchange) => RequestProblem | undefined,
): Dialect {
  return {
    name: "models",
    method: "GET",
    path,
    check(exchange) {
      const problem = checkAccess(exchange);
      return problem === undefined ? undefined : wordOpenAiProblem(problem);
    },
    wordError: wordOpenAiError,
    respond: () => ({
      status: 200,
      body: {
        object: "list",
        data: listOpenAiModels(context).map((model) => ({
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
