import type { MeshService } from "./service-list.ts";

/** A name that is no service of this mesh; the message lists those that are. */
export class UnknownServiceError extends Error {
  override readonly name = "UnknownServiceError";
}

/**
 * The services that somebody names, by their own names or by those of the providers that they serve, in the list's
 * order. Throws UnknownServiceError for names that no service has.
 */
export function chooseServices(services: readonly MeshService[], only: readonly string[]): MeshService[] {
  const unknown = only.filter((name) => !services.some((service) => isCalled(service, name)));
  if (unknown.length > 0 || only.length === 0) {
    const names = services.flatMap(({ name, ports }) => [name, ...ports.map((port) => port.name)]);
    const problem = unknown.length === 0 ? "No service is named." : `There is no service ${unknown.join(", ")}.`;
    throw new UnknownServiceError(`${problem} Name some of: ${[...new Set(names)].join(", ")}.`);
  }
  return services.filter((service) => only.some((name) => isCalled(service, name)));
}

function isCalled({ name, ports }: MeshService, wanted: string): boolean {
  return name === wanted || ports.some((port) => port.name === wanted);
}
