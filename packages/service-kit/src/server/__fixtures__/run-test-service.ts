import { runService } from "../run-service.ts";

/** A service that does what its test says: see run-service.test.ts. */
runService("anthropic", async ({ settings, logger }) => {
  const what = settings.gateway.allowedHosts[0] ?? "";
  if (what === "taken") {
    const { StartError } = await import("../start-error.ts");
    throw new StartError("anthropic cannot listen on 127.0.0.1:1: port 1 is in use.");
  }
  const keepAlive = setInterval(() => {}, 1000);
  if (what === "breaks") setTimeout(() => void Promise.reject(new Error("nobody caught this")), 10);
  const port = settings.providers.find(({ name }) => name === "anthropic")?.port;
  return {
    urls: [`port ${port}`],
    close: async () => {
      if (what === "stuck") await new Promise(() => {});
      if (what === "fails") throw new Error("closing failed");
      clearInterval(keepAlive);
      logger.info("closed in order");
    },
  };
});
