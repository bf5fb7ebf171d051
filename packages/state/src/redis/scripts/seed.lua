-- use: keys, limits, buckets, observations, rests, targets, leases
-- What a replica knows goes into a Redis that may know less: the larger of two counts, the later of two ends.
-- ARGV: a new generation's name, taken when there is none; what is known, as JSON:
-- { b = { name, digest, definition, { resource, window, limit, used, part }… }…,
--   a = { id, { name, digest, definition, { resource, window, amount, { slot, amount }…, { sub-window's slot, amount }… }… }…,
--   { name, digest, definition, { age, requests, input, output }… }… },
--   what was used alone and still counts, and what was taken here before all was lost and no look has shown: once under
--   this id,
--   r = { field, failure, message, until, since }…, t = { name, failures, open until, recovery }…,
--   l = { lease, ms left }…, j = { target, JSON }…, s = { name, value }… }
-- Answers the generation.
local SEED_KEPT_MS = 3600000
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
  -- What was used of the whole window has not been used in its last part: that is told by itself.
  local part, missing = limit.y, entry[4] - used_of(limit)
  limit.y = nil
  if missing > ROUNDING then take(limit, missing, now) end
  limit.y = part
  if part and entry[5] - part.u > ROUNDING then sliding_add(part, limit.x, entry[5] - part.u, now) end
end

for _, entry in ipairs(known.b) do
  local name = entry[1]
  local bucket = load_bucket(name, entry[2], entry[3], now) or read(BUCKETS, name) or new_bucket()
  advance_bucket(bucket, now)
  for _, limit in ipairs(entry[4]) do
    if limit[1] ~= "concurrency" then seed_limit(bucket, limit) end
  end
  save_bucket(name, bucket, now)
end
-- What was used by itself stands where it was used.
local function seed_alone(bucket, entry)
  local limit
  for _, key in ipairs(bucket.k) do
    local one = bucket.n[key]
    if one.r == entry[1] and one.w == entry[2] then limit = one end
  end
  if not limit then return end
  local part = limit.y
  limit.y = nil
  if limit.a == "sliding_window" then
    for _, slot in ipairs(entry[4]) do sliding_insert(limit, slot[1], slot[2]) end
    if #entry[4] == 0 then take(limit, entry[3], now) end
  else
    local sum = entry[3]
    for _, slot in ipairs(entry[4]) do sum = sum + slot[2] end
    take(limit, sum, now)
  end
  limit.y = part
  if not part then return end
  for _, slot in ipairs(entry[5]) do sliding_insert(part, slot[1], slot[2]) end
  sliding_advance(part, limit.x, now)
end

-- What was taken by one replica since it last looked: no other knows of it, so it adds up.
local function seed_recent(bucket, takes)
  for _, key in ipairs(bucket.k) do
    local limit, sum, oldest = bucket.n[key], 0, 0
    for _, one in ipairs(takes) do
      local at, amount = now - one[1], amount_of(limit.r, one[2], one[3], one[4])
      oldest = math.max(oldest, one[1])
      if limit.a == "sliding_window" then
        sliding_insert(limit, math.floor(at / slot_length(limit.w)), amount)
      elseif limit.a == "token_bucket" or window_number(limit, at) == limit.i then
        sum = sum + amount
      end
      if limit.y then sliding_insert(limit.y, math.floor(at / slot_length(limit.x)), amount) end
    end
    if limit.a == "token_bucket" and limit.l then sum = math.max(0, sum - oldest * effective(limit) / limit.w) end
    if limit.a ~= "sliding_window" then limit.u = limit.u + sum end
  end
end

redis.call("ZREMRANGEBYSCORE", SEEDS, "-inf", now - SEED_KEPT_MS)
-- Whoever got no answer in time sends the same again.
if redis.call("ZADD", SEEDS, "NX", now, known.a[1]) == 1 then
  for _, entry in ipairs(known.a[2]) do
    local name = entry[1]
    local bucket = load_bucket(name, entry[2], entry[3], now) or read(BUCKETS, name) or new_bucket()
    advance_bucket(bucket, now)
    for _, use in ipairs(entry[4]) do seed_alone(bucket, use) end
    advance_bucket(bucket, now)
    save_bucket(name, bucket, now)
  end
  for _, entry in ipairs(known.a[3]) do
    local name = entry[1]
    local bucket = load_bucket(name, entry[2], entry[3], now) or read(BUCKETS, name) or new_bucket()
    advance_bucket(bucket, now)
    seed_recent(bucket, entry[4])
    advance_bucket(bucket, now)
    save_bucket(name, bucket, now)
  end
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
