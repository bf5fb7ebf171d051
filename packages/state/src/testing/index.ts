export * from "./free-ports.ts";
export * from "./redis-process.ts";
export * from "./start-redis.ts";
export * from "./start-redis-cluster.ts";
export * from "./start-redis-sentinel.ts";
export * from "./start-slow-proxy.ts";
export * from "./wait-until.ts";
export * from "./when-quiet.ts";
