-- Keeps a record for a while, and no more records than a bound: the oldest go first.
-- KEYS: record, index. ARGV: text, how long in ms, how many.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
redis.call("ZADD", KEYS[2], now, KEYS[1])
redis.call("PEXPIRE", KEYS[2], ARGV[2])
redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", now - ARGV[2])
local excess = redis.call("ZCARD", KEYS[2]) - ARGV[3]
if excess > 0 then
  local oldest = redis.call("ZPOPMIN", KEYS[2], math.min(excess, 100))
  for k = 1, #oldest, 2 do redis.call("DEL", oldest[k]) end
end
return 1
