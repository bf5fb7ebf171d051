-- use: keys, limits, buckets, rests, targets, leases
-- Reserves the first of the ranked candidates that has room.
-- ARGV: generation, id, dice, lease in ms, then per candidate: bucket, target, digest and text of its limits, input and
-- output tokens, failure threshold, recovery time in ms.
-- Answers { index, probe, taken at, skipped… }, each skip as index, reason, resource, moment; index 0: nobody has room.
-- { -1 }: seed first. { -2 }: a definition is missing.
local FIRST, STRIDE = 5, 8
if redis.call("GET", GENERATION) ~= ARGV[1] then return { UNKNOWN_GENERATION } end
local now = clock()
local id, dice, lease_ms = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
sweep(now)

local skipped, returning = {}, {}
local buckets = {}

local function skip(index, reason, resource, moment)
  skipped[#skipped + 1] = { index, reason, resource, moment }
end

local function limited(name, bucket, input, output)
  local resource, moment
  local function note(which, at)
    if at and (at == NEVER or moment ~= NEVER and at > (moment or 0)) then resource, moment = which, at end
  end
  for _, key in ipairs(bucket.k) do
    local limit = bucket.n[key]
    note(limit.r, room_at(limit, amount_of(limit.r, 1, input, output), now))
  end
  for _, window in ipairs(bucket.z) do
    if window[2] >= 1 then note("tokens", window[3]) end
  end
  local places = concurrency(bucket)
  if places and bucket.a >= places then note("concurrency", places > 0 and now + PLACE_MS or NEVER) end
  if bucket.p and provider_places(name) >= bucket.p then note("concurrency", bucket.p > 0 and now + PLACE_MS or NEVER) end
  return resource, moment
end

local function reserve(index, at, bucket, target, probe)
  local name, target_name = ARGV[at], ARGV[at + 1]
  local input, output = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
  for _, key in ipairs(bucket.k) do
    local limit = bucket.n[key]
    take(limit, amount_of(limit.r, 1, input, output), now)
  end
  bucket.a = bucket.a + 1
  move_provider_place(name, 1)
  remember(bucket, now, 1, input, output)
  save_bucket(name, bucket, now)
  if probe then
    target.p, target.x = id, now + tonumber(ARGV[at + 7])
    target.q = math.min(now + lease_ms, target.x)
    target.c = tonumber(ARGV[at + 7])
  end
  if probe or not target.m then save_target(target_name, target, now) end
  local taken_at = string.format("%d", now)
  redis.call("ZADD", LEASES, now + lease_ms,
    lease_of(id, name, target_name, ARGV[at + 4], ARGV[at + 5], taken_at))
  local answer = { index, probe and 1 or 0, now }
  for _, entry in ipairs(skipped) do
    if entry[1] ~= index then
      for k = 1, 4 do answer[#answer + 1] = entry[k] end
    end
  end
  return answer
end

local function consider(index, at)
  local name, target_name = ARGV[at], ARGV[at + 1]
  local rests = redis.call("HMGET", RESTS, "p:" .. provider_of(name), "b:" .. name, "t:" .. target_name)
  local until_
  for k = 1, 3 do
    rests[k] = rests[k] and cmsgpack.unpack(rests[k])
    if is_resting(rests[k], now) and until_ ~= CHANGE then
      until_ = rests[k].u == CHANGE and CHANGE or math.max(until_ or 0, rests[k].u)
    end
  end
  if until_ then return skip(index, "resting", "", until_) end
  local target = load_target(target_name)
  local gate = breaker_gate(target, now)
  if gate and gate > 0 then return skip(index, "breaker", "", gate) end
  local bucket = buckets[name] or load_bucket(name, ARGV[at + 2], ARGV[at + 3], now)
  if not bucket then return { -2 } end
  buckets[name] = bucket
  local resource, moment = limited(name, bucket, tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5]))
  if resource then return skip(index, "limit", resource, math.ceil(moment)) end
  local rest = rests[2]
  if dice >= math.min(share_of(rests[1], bucket, now), share_of(rests[2], bucket, now)) then
    returning[#returning + 1] = { index, at, bucket, target, gate == 0 }
    return skip(index, "returning", "", now)
  end
  return reserve(index, at, bucket, target, gate == 0)
end

for index = 1, (#ARGV - FIRST + 1) / STRIDE do
  local answer = consider(index, FIRST + (index - 1) * STRIDE)
  if answer then return answer end
end
local first = returning[1]
if first then return reserve(first[1], first[2], first[3], first[4], first[5]) end
local answer = { 0, 0, now }
for _, entry in ipairs(skipped) do
  for k = 1, 4 do answer[#answer + 1] = entry[k] end
end
return answer
