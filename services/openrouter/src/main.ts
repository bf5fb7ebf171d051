import { runService } from "@switchyard/service-kit/run-service";

runService("openrouter", async (context) => {
  const [{ startProviders }, { createOpenRouterProvider }] = await Promise.all([
    import("@switchyard/provider-kit"),
    import("./openrouter-provider.ts"),
  ]);
  return startProviders(context, {
    service: "openrouter",
    serves: ({ kind }) => kind === "openrouter",
    create: createOpenRouterProvider,
  });
});
