import { startRedis } from "../testing/index.ts";
import { describeRedisState } from "./describe-redis-state.ts";

describeRedisState("Redis", startRedis);
