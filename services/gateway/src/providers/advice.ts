import type { FailureName } from "@switchyard/wire";

/** What people can do about a failure. */
export const ADVICE: Readonly<Record<FailureName, readonly string[]>> = Object.freeze({
  throttled: ["Wait until the limit resets", "Ask the provider for a higher limit, or enable another provider"],
  "throttled-without-window": ["Try again in a little while", "Enable another provider as a fallback"],
  overloaded: ["The upstream has trouble of its own: try again later", "Look at the provider's status page"],
  billing: ["Add credit to the provider's account", "Check which account the credential belongs to"],
  auth: ["Check the provider's credential", "Check that the account may use this model"],
  capability: ["Choose a model that can do what the request needs"],
  "context-too-long": ["Choose a model with a longer context window"],
  "content-policy": ["The provider's content filter refused even a greeting: check the account's policy"],
  "bad-request": ["The upstream refuses a minimal request: check model names, api_version and custom headers"],
  "model-not-found": ["Check the model names configured for this provider", "Check that the account may use them"],
  retired: ["Choose a model that is still served"],
  network: ["Check that the provider's service runs", "Check base_url, proxy and firewall"],
  timeout: ["Check that the upstream answers at all", "Raise the provider's timeout"],
  truncated: ["The upstream breaks its answers off: check base_url and any proxy in between"],
  unconfigured: ["Set what is listed under missing"],
});
