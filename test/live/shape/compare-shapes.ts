import type { AnswerShape } from "./answer-shape.ts";
import type { KeyPaths } from "./list-key-paths.ts";

/** One thing in which a simulator's answer is not like the real one. */
export interface Disagreement {
  about: string;
  real: string;
  simulated: string;
}

const NOTHING = "(none)";

/** Everything in which two shapes differ, the weightiest first. A wrong status makes the rest meaningless: it then stands alone. */
export function compareShapes(real: AnswerShape, simulated: AnswerShape): Disagreement[] {
  if (real.status !== simulated.status) {
    return [
      {
        about: "status",
        real: describeStatus(real),
        simulated: describeStatus(simulated),
      },
    ];
  }
  return [
    ...compareTexts("content type", real.contentType, simulated.contentType),
    ...compareWording(real, simulated),
    ...compareTexts("order of events", real.events.join(" → "), simulated.events.join(" → ")),
    ...compareLists("rate limit headers", real.limitHeaders, simulated.limitHeaders),
    ...compareAllKeys(real, simulated),
  ];
}

function describeStatus({ status, wording }: AnswerShape): string {
  const message = Object.entries(wording).find(([path]) => path.endsWith("message") || path === "body")?.[1];
  return message === undefined ? String(status) : `${status} ${message}`;
}

function compareTexts(about: string, real: string, simulated: string): Disagreement[] {
  return real === simulated ? [] : [{ about, real: real || NOTHING, simulated: simulated || NOTHING }];
}

function compareWording(real: AnswerShape, simulated: AnswerShape): Disagreement[] {
  const paths = new Set([...Object.keys(real.wording), ...Object.keys(simulated.wording)]);
  return [...paths].flatMap((path) => compareTexts(path, real.wording[path] ?? "", simulated.wording[path] ?? ""));
}

function compareLists(about: string, real: readonly string[], simulated: readonly string[]): Disagreement[] {
  const onlyReal = real.filter((one) => !simulated.includes(one));
  const onlySimulated = simulated.filter((one) => !real.includes(one));
  return onlyReal.length + onlySimulated.length === 0
    ? []
    : [
        {
          about: `${about} that only one side has`,
          real: onlyReal.join(", ") || NOTHING,
          simulated: onlySimulated.join(", ") || NOTHING,
        },
      ];
}

/** Only parts that both sides have: a missing kind of event is told by the order already. */
function compareAllKeys(real: AnswerShape, simulated: AnswerShape): Disagreement[] {
  return [...real.keys].flatMap(([part, paths]) => {
    const others = simulated.keys.get(part);
    return others === undefined ? [] : compareKeys(part, paths, others);
  });
}

function compareKeys(part: string, real: KeyPaths, simulated: KeyPaths): Disagreement[] {
  const differing = [...real].filter(([path, types]) => {
    const others = simulated.get(path);
    return others !== undefined && ![...types].some((type) => others.has(type));
  });
  return [
    ...compareLists(`keys of ${part}`, topmost(real, simulated), topmost(simulated, real)),
    ...differing.map(([path, types]) => ({
      about: `type of ${path} in ${part}`,
      real: [...types].join(" or "),
      simulated: [...(simulated.get(path) ?? [])].join(" or "),
    })),
  ];
}

/** Paths that the other side lacks; not what stands below one that it lacks already. */
function topmost(paths: KeyPaths, others: KeyPaths): string[] {
  const lacking = [...paths.keys()].filter((path) => !others.has(path));
  return lacking.filter((path) => !lacking.some((above) => path !== above && isBelow(path, above)));
}

function isBelow(path: string, above: string): boolean {
  return path.startsWith(`${above}.`) || path.startsWith(`${above}[`);
}
