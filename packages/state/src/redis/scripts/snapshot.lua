-- use: keys, limits, buckets, rests, targets, leases
-- All that is known, for ranking; the reader's sign of life; and what has had its day goes.
-- ARGV: id of the replica, ms until it is taken for dead.
-- Answers { JSON, rejections…, switches… } with the hashes as lists.
local KEPT_MS = 2 * 86400000
local now = clock()
sweep(now)
redis.call("ZADD", REPLICAS, now + tonumber(ARGV[2]), ARGV[1])
redis.call("ZREMRANGEBYSCORE", REPLICAS, "-inf", now)

local run = string.match(redis.call("INFO", "server"), "run_id:(%w+)")
local rests, result = {}, { now = now, run = run or "", generation = redis.call("GET", GENERATION) or "", b = {}, t = {}, r = {} }
-- The reader's place among them, by name: the same on every replica's list.
local replicas = redis.call("ZRANGE", REPLICAS, 0, -1)
table.sort(replicas)
result.replicas, result.rank = #replicas, 0
for k, replica in ipairs(replicas) do
  if replica == ARGV[1] then result.rank = k - 1 end
end

local fields = redis.call("HGETALL", RESTS)
for k = 1, #fields, 2 do
  local rest = cmsgpack.unpack(fields[k + 1])
  rests[fields[k]] = rest
  if is_resting(rest, now) then
    result.r[#result.r + 1] = { fields[k], rest.f, rest.m, rest.u, rest.w }
  elseif now - rest.u > BACK_OFF_FORGET_MS then
    redis.call("HDEL", RESTS, fields[k])
  end
end

fields = redis.call("HGETALL", BUCKETS)
for k = 1, #fields, 2 do
  local name, bucket = fields[k], cmsgpack.unpack(fields[k + 1])
  if now - bucket.m > KEPT_MS then
    redis.call("HDEL", BUCKETS, name)
  else
    advance_bucket(bucket, now)
    local limits, empty = {}, 0
    for _, key in ipairs(bucket.k) do
      local limit = bucket.n[key]
      if limit.z then empty = 1 end
      if limit.l then
        limits[#limits + 1] = { limit.r, limit.w, effective(limit), used_of(limit), resets_at(limit, now), limit.a,
          limit.y and limit.x or 0, limit.y and limit.y.u or 0 }
      end
    end
    local places = concurrency(bucket)
    if places then limits[#limits + 1] = { "concurrency", 0, places, bucket.a, now, "", 0, 0 } end
    if bucket.p then limits[#limits + 1] = { "concurrency", 0, bucket.p, provider_places(name), now, "", 0, 0 } end
    local fullest = { 0, -1, 0 }
    for _, window in ipairs(bucket.z) do
      if window[2] > fullest[2] then fullest = window end
    end
    local share = math.min(
      share_of(rests["p:" .. provider_of(name)], bucket, now), share_of(rests["b:" .. name], bucket, now))
    result.b[#result.b + 1] = { name, limits, empty, share, fullest[2], fullest[3] }
  end
end

fields = redis.call("HGETALL", TARGETS)
for k = 1, #fields, 2 do
  local name, target = fields[k], cmsgpack.unpack(fields[k + 1])
  if now - target.m > KEPT_MS then
    redis.call("HDEL", TARGETS, name)
  else
    local successes, failures, first = 0, 0, math.floor(now / 60000) - MINUTES
    for m = 1, #target.s do
      if target.s[m] > first then successes, failures = successes + target.y[m], failures + target.z[m] end
    end
    local function mean(average)
      return average and now - average[3] < AVERAGE_WINDOW_MS and average[1] or -1
    end
    result.t[#result.t + 1] = { name, target.n, target.o or -1, target.c or -1, mean(target.g), mean(target.j),
      successes, failures, mean(target.h), mean(target.i) }
  end
end
return { cjson.encode(result), redis.call("HGETALL", REJECTIONS), redis.call("HGETALL", SWITCHES) }
