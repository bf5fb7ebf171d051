import { runService } from "@switchyard/service-kit/run-service";

runService("github-models", async (context) => {
  const [{ startProviders }, { createGithubModelsProvider }] = await Promise.all([
    import("@switchyard/provider-kit"),
    import("./github-models-provider.ts"),
  ]);
  return startProviders(context, {
    service: "github-models",
    serves: ({ kind }) => kind === "github-models",
    create: createGithubModelsProvider,
  });
});
