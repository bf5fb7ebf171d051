import { runService } from "@switchyard/service-kit/run-service";

runService("anthropic", async (context) => {
  const [{ startProviders }, { createAnthropicProvider }] = await Promise.all([
    import("@switchyard/provider-kit"),
    import("./anthropic-provider.ts"),
  ]);
  return startProviders(context, {
    service: "anthropic",
    serves: ({ kind }) => kind === "anthropic",
    create: createAnthropicProvider,
  });
});
