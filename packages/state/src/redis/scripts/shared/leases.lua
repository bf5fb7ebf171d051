-- A lease is one member: everything that giving it back needs, joined by line feeds.
local function lease_of(id, bucket, target, input, output, taken_at)
  return table.concat({ id, bucket, target, input, output, taken_at }, "\n")
end

-- How many reservations a provider has in flight, over all its buckets.
local function move_provider_place(bucket_name, change)
  local provider = provider_of(bucket_name)
  if redis.call("HINCRBY", PLACES, provider, change) <= 0 then redis.call("HDEL", PLACES, provider) end
end

local function provider_places(bucket_name)
  return tonumber(redis.call("HGET", PLACES, provider_of(bucket_name)) or 0)
end

local function move_place(bucket_name, change)
  move_provider_place(bucket_name, change)
  local bucket = read(BUCKETS, bucket_name)
  if not bucket then return end
  bucket.a = math.max(0, bucket.a + change)
  write(BUCKETS, bucket_name, bucket)
end

-- Owners that died: their places and turns are free again, what they may have used stays counted.
local function sweep(now)
  local ended = redis.call("ZRANGEBYSCORE", LEASES, "-inf", now, "LIMIT", 0, SWEEP)
  for _, lease in ipairs(ended) do
    local parts = split(lease, "\n")
    redis.call("ZREM", LEASES, lease)
    redis.call("ZADD", EXPIRED, now + EXPIRED_KEPT_MS, lease)
    move_place(parts[2], -1)
    local target = read(TARGETS, parts[3])
    if target and free_probe(target, parts[1]) then write(TARGETS, parts[3], target) end
  end
  if #ended > 0 then redis.call("ZREMRANGEBYSCORE", EXPIRED, "-inf", now) end
end
