import { CHAT_SETUP } from "./__fixtures__/chat-provider.ts";
import { describeProviderConformance } from "./describe-provider-conformance.ts";

describeProviderConformance("a provider of chat completions", CHAT_SETUP);
