/** What turns each kind of provider on, in the words of the environment. */
export const WHAT_TO_SET: Readonly<Record<string, string>> = {
  anthropic: "ANTHROPIC_UPSTREAM_API_KEY",
  vertex: "GOOGLE_CLOUD_PROJECT, and Application Default Credentials or VERTEX_ACCESS_TOKEN",
  openrouter: "OPENROUTER_API_KEY",
  openai: "OPENAI_API_KEY",
  azure: "AZURE_API_KEY and AZURE_BASE_URL",
  gemini: "GEMINI_API_KEY",
  deepseek: "DEEPSEEK_API_KEY",
  "github-models": "GITHUB_TOKEN and GITHUB_MODELS_BASE_URL (the public host was retired on 2026-07-30)",
  ollama: "OLLAMA_BASE_URL",
};
