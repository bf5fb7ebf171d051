import type { Dialect, Exchange } from "../engine/dialect.ts";

/**
 * The dialect, shown every exchange as `map` changes it. Each exchange is mapped once, so that state kept by exchange
 * holds.
 */
export function mapExchange(dialect: Dialect, map: (exchange: Exchange) => Exchange): Dialect {
  const mapped = new WeakMap<Exchange, Exchange>();
  const see = (exchange: Exchange): Exchange => {
    const known = mapped.get(exchange) ?? map(exchange);
    mapped.set(exchange, known);
    return known;
  };
  const { generation } = dialect;
  return {
    ...dialect,
    check: (exchange) => dialect.check(see(exchange)),
    wordError: (error, exchange) => dialect.wordError(error, see(exchange)),
    ...(generation === undefined
      ? {}
      : {
          generation: {
            ...generation,
            view: (exchange) => generation.view(see(exchange)),
            answer: (exchange, scenario) => generation.answer(see(exchange), scenario),
            stream: (exchange, scenario) => generation.stream(see(exchange), scenario),
            weigh: (exchange) => generation.weigh(see(exchange)),
            countOutput: (exchange, scenario) => generation.countOutput(see(exchange), scenario),
            errorFrames: (error, exchange, before) => generation.errorFrames(error, see(exchange), before),
          },
        }),
  };
}
