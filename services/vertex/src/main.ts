import { runService } from "@switchyard/service-kit/run-service";

runService("vertex", async (context) => {
  const [{ startProviders }, { createVertexProvider }] = await Promise.all([
    import("@switchyard/provider-kit"),
    import("./vertex-provider.ts"),
  ]);
  return startProviders(context, {
    service: "vertex",
    serves: ({ kind }) => kind === "vertex",
    create: createVertexProvider,
  });
});
