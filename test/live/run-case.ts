import { GatewayError } from "@switchyard/wire";
import { countDollars, estimateDollars, type Budget, type TokenPrice } from "./budget.ts";
import { MESSAGES_DIALECT } from "./dialects/messages.ts";
import { toScenario, type RawDialect } from "./dialects/raw-dialect.ts";
import {
  CaseSkipped,
  isSuccess,
  type LiveCase,
  type LiveTarget,
  type RawAnswer,
  type RawExchange,
  type ServiceExchange,
} from "./live-case.ts";
import { shapeOf } from "./shape/answer-shape.ts";
import { compareShapes, type Disagreement } from "./shape/compare-shapes.ts";

/** The two ways to one upstream. */
export interface CaseSide {
  raw: RawExchange;
  service: ServiceExchange;
}

export interface RunCaseOptions {
  real: CaseSide;
  /** Absent where a provider has no simulator. */
  simulated?: { raw: RawExchange; script(...scenarios: ReturnType<typeof toScenario>[]): void };
  price: TokenPrice;
  budget: Budget;
  /** Waits so many ms before a busy upstream is asked once more. */
  wait: (ms: number) => Promise<void>;
}

export interface StepDisagreements {
  /** 1-based number of the request within the case. */
  step: number;
  disagreements: readonly Disagreement[];
}

export interface CaseResult {
  outcome: "passed" | "failed" | "skipped";
  /** Why it was skipped. */
  reason?: string;
  problems: readonly string[];
  disagreements: readonly StepDisagreements[];
  /** What the upstream itself answered. */
  answers: readonly RawAnswer[];
  dollars: number;
}

/** Asks the upstream itself, the simulator the same, and the service in front of the upstream. Never throws for what they answer. */
export async function runCase(live: LiveCase, target: LiveTarget, options: RunCaseOptions): Promise<CaseResult> {
  const before = options.budget.spent();
  const answers: RawAnswer[] = [];
  const end = (result: Pick<CaseResult, "outcome"> & Partial<CaseResult>): CaseResult => ({
    problems: [],
    disagreements: [],
    ...result,
    answers,
    dollars: options.budget.spent() - before,
  });
  const side = meter(options, live.cost(target).outputTokens, target.dialect);
  let disagreements: StepDisagreements[] = [];
  try {
    const skipped = await collect(live, target, side.raw, answers);
    disagreements = await compareWithSimulator(live, target, answers, options.simulated);
    const problems = await live.conform(side.service, target, answers);
    const outcome = problems.length > 0 ? "failed" : "passed";
    return end({ outcome, problems, disagreements, ...(skipped === undefined ? {} : { reason: skipped }) });
  } catch (error) {
    if (error instanceof CaseSkipped) return end({ outcome: "skipped", reason: error.message, disagreements });
    return end({ outcome: "failed", problems: [describe(error)], disagreements });
  }
}

/** The raw part; where the upstream has no such endpoint, the reason, and the service is asked all the same. */
async function collect(
  live: LiveCase,
  target: LiveTarget,
  exchange: RawExchange,
  answers: RawAnswer[],
): Promise<string | undefined> {
  const keep = async (asked: Promise<RawAnswer>): Promise<RawAnswer> => {
    const answer = await asked;
    answers.push(answer);
    return answer;
  };
  try {
    await live.raw(
      {
        generate: (body) => keep(exchange.generate(body)),
        countTokens: (body) => keep(exchange.countTokens(body)),
        listModels: () => keep(exchange.listModels()),
      },
      target,
    );
    return undefined;
  } catch (error) {
    if (error instanceof CaseSkipped && !(error instanceof UpstreamBusy)) return error.message;
    throw error;
  }
}

async function compareWithSimulator(
  live: LiveCase,
  target: LiveTarget,
  answers: readonly RawAnswer[],
  simulated: RunCaseOptions["simulated"],
): Promise<StepDisagreements[]> {
  if (simulated === undefined || answers.length === 0) return [];
  const { dialect } = target;
  // The simulator says what the real one said: what then differs is how.
  const contents = answers.filter(isSuccess).map((answer) => dialect.read(answer));
  simulated.script(...contents.flatMap((content) => (content === undefined ? [] : [toScenario(content)])));
  const others: RawAnswer[] = [];
  await collect(live, target, simulated.raw, others);
  return answers.flatMap((answer, index) => {
    const other = others[index];
    const disagreements =
      other === undefined
        ? [
            {
              about: "request",
              real: `answered ${answer.status}`,
              simulated: "(never asked: the answer before it led elsewhere)",
            },
          ]
        : compareShapes(shapeOf(answer, dialect), shapeOf(other, dialect));
    return disagreements.length === 0 ? [] : [{ step: index + 1, disagreements }];
  });
}

/** Counts what every answer cost, and asks a busy upstream once more. */
function meter(options: RunCaseOptions, outputTokens: number, dialect: RawDialect): CaseSide {
  const { real, price, budget } = options;
  const charge = (answer: RawAnswer, reader: RawDialect): RawAnswer => {
    if (!isSuccess(answer)) return answer;
    const usage = reader.read(answer)?.usage;
    // A success that tells no usage is paid all the same.
    const isCounted = usage !== undefined && (usage.dollars !== undefined || usage.input + usage.output > 0);
    budget.charge(isCounted ? countDollars(price, usage) : estimateDollars(price, { requests: 1, outputTokens }));
    return answer;
  };
  const patient = (ask: () => Promise<RawAnswer>): Promise<RawAnswer> => askPatiently(ask, options.wait);
  const generate = async (ask: () => Promise<RawAnswer>, reader: RawDialect): Promise<RawAnswer> => {
    try {
      return charge(await patient(ask), reader);
    } catch (error) {
      // What was cut off in the middle may have been generated to its end.
      if (error instanceof GatewayError) budget.charge(estimateDollars(price, { requests: 1, outputTokens }));
      throw error;
    }
  };
  return {
    raw: {
      generate: (body) => generate(() => real.raw.generate(body), dialect),
      countTokens: (body) => patient(() => real.raw.countTokens(body)),
      listModels: () => patient(() => real.raw.listModels()),
    },
    service: {
      messages: (body) => generate(() => real.service.messages(body), MESSAGES_DIALECT),
      countTokens: (body) => patient(() => real.service.countTokens(body)),
      models: () => real.service.models(),
    },
  };
}

/** The upstream has no time: that says nothing of anybody's conformance. */
class UpstreamBusy extends CaseSkipped {}

const BUSY: ReadonlySet<number> = new Set([429, 503, 529]);
const DEFAULT_WAIT_MS = 5000;
const MOST_WAIT_MS = 30_000;

async function askPatiently(ask: () => Promise<RawAnswer>, wait: (ms: number) => Promise<void>): Promise<RawAnswer> {
  const first = await ask();
  if (!isBusy(first)) return first;
  const seconds = Number(first.headers["retry-after"]);
  await wait(Math.min(MOST_WAIT_MS, seconds > 0 ? seconds * 1000 : DEFAULT_WAIT_MS));
  const second = await ask();
  if (!isBusy(second)) return second;
  throw new UpstreamBusy(`the upstream is busy: ${second.status} ${second.text.slice(0, 160)}`);
}

/** A service says 503 also of a credential that was refused, which no waiting heals. */
function isBusy({ status, text }: RawAnswer): boolean {
  return BUSY.has(status) && !/refused (?:our credential|for want of credit)|insufficient_quota/.test(text);
}

function describe(error: unknown): string {
  return error instanceof GatewayError
    ? `no answer: ${error.message}`
    : error instanceof Error
      ? error.message
      : String(error);
}
