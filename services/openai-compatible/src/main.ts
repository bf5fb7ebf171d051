import { runService } from "@switchyard/service-kit/run-service";

runService("openai-compatible", async (context) => {
  const [{ startProviders }, { createOpenAiCompatibleProvider }, { createServesProvider }] = await Promise.all([
    import("@switchyard/provider-kit"),
    import("./openai-compatible-provider.ts"),
    import("./serves-provider.ts"),
  ]);
  return startProviders(context, {
    service: "openai-compatible",
    serves: createServesProvider(process.argv.slice(2)),
    create: createOpenAiCompatibleProvider,
    // In containers it stands beside the others whether or not there is something for it to do.
    mayBeIdle: process.argv.length === 2,
  });
});
