-- use: keys, limits, buckets, observations, rests, targets, leases
-- What a replica knows goes into a Redis that may know less: the larger of two counts, the later of two ends.
-- ARGV: a new generation's name, taken when there is none; what is known, as JSON:
-- { b = { name, digest, definition, { resource, window, limit, used }…, { requests, input, output } taken alone }…,
--   r = { field, failure, message, until, since }…, t = { name, failures, open until, recovery }…,
--   l = { lease, ms left }…, j = { target, JSON }…, s = { name, value }… }
-- Answers the generation.
redis.call("SET", GENERATION, ARGV[1], "NX")
local now, known = clock(), cjson.decode(ARGV[2])

local function limit_of(bucket, entry)
  for _, key in ipairs(bucket.k) do
    local limit = bucket.n[key]
    if limit.r == entry[1] and limit.w == entry[2] then return limit end
  end
  local limit = told_limit(bucket, entry[1], entry[2], now)
  limit.l, limit.m = entry[3], true
  return limit
end

local function seed_limit(bucket, entry)
  local limit = limit_of(bucket, entry)
  if limit.l and entry[3] < limit.l then limit.c, limit.g = entry[3], now + math.max(BELIEVED_MS, limit.w) end
  local missing = entry[4] - used_of(limit)
  if missing > ROUNDING then take(limit, missing, now) end
end

for _, entry in ipairs(known.b) do
  local name, alone = entry[1], entry[5]
  local bucket = load_bucket(name, entry[2], entry[3], now) or read(BUCKETS, name) or new_bucket()
  advance_bucket(bucket, now)
  for _, limit in ipairs(entry[4]) do
    if limit[1] ~= "concurrency" then seed_limit(bucket, limit) end
  end
  for _, key in ipairs(bucket.k) do
    local limit = bucket.n[key]
    take(limit, math.max(0, amount_of(limit.r, alone[1], alone[2], alone[3])), now)
  end
  save_bucket(name, bucket, now)
end
for _, entry in ipairs(known.r) do
  local field, ends = entry[1], entry[4]
  local rest = read(RESTS, field)
  local later = not rest or rest.u ~= CHANGE and (ends == CHANGE or ends > rest.u)
  if later and (ends == CHANGE or ends > now) then
    write(RESTS, field, { f = entry[2], m = entry[3], u = ends, w = entry[5], n = rest and rest.n or 0 })
  end
end
for _, entry in ipairs(known.t) do
  local target = load_target(entry[1])
  target.n = math.max(target.n, entry[2])
  if entry[3] > (target.o or 0) then target.o, target.c = entry[3], entry[4] > 0 and entry[4] or target.c end
  save_target(entry[1], target, now)
end
for _, entry in ipairs(known.l) do
  redis.call("ZREM", EXPIRED, entry[1])
  if redis.call("ZADD", LEASES, "NX", now + entry[2], entry[1]) == 1 then
    move_place(split(entry[1], "\n")[2], 1)
  end
end
for _, entry in ipairs(known.j) do redis.call("HSETNX", REJECTIONS, entry[1], entry[2]) end
for _, entry in ipairs(known.s) do redis.call("HSETNX", SWITCHES, entry[1], entry[2]) end
return redis.call("GET", GENERATION)
