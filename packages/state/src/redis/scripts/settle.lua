-- use: keys, limits, buckets, observations, rests, targets, leases
-- The end of a reserved attempt: truth in place of the estimate, once.
-- ARGV: lease, outcome, 1 for a probe, requests, input and output tokens that were used (empty: as estimated),
-- observations as JSON or nothing, ms since they were made, rest as JSON or nothing, random number, ms to the first
-- token or nothing, tokens per second or nothing, failure threshold, recovery time in ms.
-- Answers 1, or 0 when it was settled before.
local lease = ARGV[1]
local active = redis.call("ZREM", LEASES, lease) == 1
if not active and redis.call("ZREM", EXPIRED, lease) == 0 then return 0 end
local now = clock()
local parts = split(lease, "\n")
local id, name, target_name = parts[1], parts[2], parts[3]
local taken_at = tonumber(parts[6])
sweep(now)

if active then move_provider_place(name, -1) end
local bucket = read(BUCKETS, name)
if bucket then
  advance_bucket(bucket, now)
  if active then bucket.a = math.max(0, bucket.a - 1) end
  if ARGV[4] ~= "" then
    local requests, input, output = tonumber(ARGV[4]) - 1, tonumber(ARGV[5]) - parts[4], tonumber(ARGV[6]) - parts[5]
    for _, key in ipairs(bucket.k) do
      local limit = bucket.n[key]
      correct(limit, amount_of(limit.r, requests, input, output), taken_at, now)
    end
  end
  if ARGV[7] ~= "" then observe_all(bucket, ARGV[7], tonumber(ARGV[8]), now) end
  save_bucket(name, bucket, now)
end

local outcome = ARGV[2]
local target = load_target(target_name)
count_outcome(target, {
  id = id, outcome = outcome, probe = ARGV[3] == "1",
  threshold = tonumber(ARGV[13]), recovery = tonumber(ARGV[14]),
}, now)
count_minute(target, outcome, now)
target.g = average(target.g, tonumber(ARGV[11]), now)
target.j = average(target.j, tonumber(ARGV[12]), now)
if outcome == "success" and ARGV[6] ~= "" then
  local output = tonumber(ARGV[6])
  target.h, target.i = average(target.h, output, now), average(target.i, output * output, now)
end
save_target(target_name, target, now)

local scopes = { provider = "p:" .. provider_of(name), bucket = "b:" .. name, target = "t:" .. target_name }
if outcome == "success" and redis.call("HLEN", RESTS) > 0 then
  for _, field in pairs(scopes) do calm(field, taken_at) end
end
if ARGV[9] ~= "" then
  local order = cjson.decode(ARGV[9])
  order_rest(scopes[order.scope], order.failure, order.message, order["until"], tonumber(ARGV[10]), now)
end
return 1
