import type { LiveCase, RawAnswer } from "../live-case.ts";
import { asArray, asObject, asText, parseJson } from "../read-json.ts";
import { checkRefusal, messageOf } from "./check-message.ts";
import { WEATHER_TOOL, WEATHER_TOOL_DEFINITION } from "./tool-cases.ts";

const PROMPT = "What is the weather in Paris?";
const FREE = { requests: 0, outputTokens: 0 };

/** What costs nothing: tokens counted, models listed. */
export const LISTING_CASES: readonly LiveCase[] = [
  {
    name: "count-tokens",
    title: "counts tokens as the upstream does",
    cost: () => FREE,
    async raw(upstream, target) {
      if (!target.model.native_count_tokens) return;
      const { max_tokens: _maxTokens, ...body } = target.dialect.body(target, {
        prompt: PROMPT,
        maxTokens: 1,
        tools: [WEATHER_TOOL],
      });
      await upstream.countTokens(body);
    },
    async conform(service, { model }, [raw]) {
      const messages = [{ role: "user", content: PROMPT }];
      const answer = await service.countTokens({ model: model.id, messages, tools: [WEATHER_TOOL_DEFINITION] });
      // A service used alone says honestly that its upstream does not count.
      return model.native_count_tokens ? checkCount(answer, raw) : checkRefusal(answer, 404, "not_found_error");
    },
  },
  {
    name: "models",
    title: "lists its models",
    cost: () => FREE,
    async raw(upstream) {
      await upstream.listModels();
    },
    async conform(service, { model }) {
      const answer = await service.models();
      if (answer.status !== 200) return [`answered ${answer.status}: ${messageOf(answer)}`];
      const listed = asArray(asObject(parseJson(answer.text))["data"]).map(asObject);
      return [
        ...(listed.length === 0 ? ["the list is empty"] : []),
        ...(listed.some(
          (one) => one["type"] !== "model" || asText(one["id"]) === "" || asText(one["display_name"]) === "",
        )
          ? ["an entry lacks its type, id or name"]
          : []),
        ...(listed.some(({ id }) => id === model.canonical) ? [] : [`${model.canonical} is not in it`]),
      ];
    },
  },
];

function checkCount(answer: RawAnswer, raw: RawAnswer | undefined): string[] {
  if (answer.status !== 200) return [`answered ${answer.status}: ${messageOf(answer)}`];
  const counted = asObject(parseJson(answer.text))["input_tokens"];
  const wanted = raw?.status === 200 ? asObject(parseJson(raw.text))["input_tokens"] : undefined;
  if (typeof counted !== "number" || counted <= 0) return [`input_tokens is ${JSON.stringify(counted)}`];
  return wanted === undefined || wanted === counted
    ? []
    : [`counted ${counted}, the upstream itself ${JSON.stringify(wanted)}`];
}
