import type { Provider, RequestContext } from "../provider.ts";

/** The context of a request for one of the provider's models. Throws when it has none of that id. */
export function createRequestContext(
  provider: Provider,
  id: string,
  overrides: Partial<RequestContext> = {},
): RequestContext {
  const model = provider.models().find((candidate) => candidate.id === id);
  if (model === undefined) throw new Error(`${provider.name} has no model ${id}`);
  return { requestId: "req_test", model, stream: true, clientHeaders: {}, ...overrides };
}
