import { runService } from "@switchyard/service-kit/run-service";

runService("gateway", async ({ settings, logger, reload, configuration }) => {
  const { createSettingsHolder } = await import("@switchyard/service-kit");
  const { createGateway } = await import("./create-gateway.ts");
  const gateway = await createGateway({
    settings: createSettingsHolder(settings),
    logger,
    reload,
    configuration,
    processMetrics: true,
  });
  return { urls: [gateway.url], close: () => gateway.close() };
});
