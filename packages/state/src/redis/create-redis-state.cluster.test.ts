import { startRedisCluster } from "../testing/index.ts";
import { describeRedisState } from "./describe-redis-state.ts";

describeRedisState("a Redis cluster of three nodes", startRedisCluster);
