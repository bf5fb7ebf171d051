-- The keys that every atomic step gets, in the key builder's order.
local GENERATION, BUCKETS, TARGETS, RESTS, LEASES, EXPIRED = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local REJECTIONS, SWITCHES, REPLICAS, PLACES, SEEDS = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]

-- What a replica has not seeded, it must not reserve from: an emptied Redis knows nothing of the windows.
local UNKNOWN_GENERATION = -1
-- Leases are taken back so many at a time, so that no step gets long.
local SWEEP = 100
-- A late settlement still corrects the counters for so long after its lease, ms.
local EXPIRED_KEPT_MS = 3600000

local function clock()
  local time = redis.call("TIME")
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function split(text, separator)
  local parts, from = {}, 1
  while true do
    local at = string.find(text, separator, from, true)
    if not at then
      parts[#parts + 1] = string.sub(text, from)
      return parts
    end
    parts[#parts + 1] = string.sub(text, from, at - 1)
    from = at + #separator
  end
end

local function provider_of(name)
  return string.match(name, "^[^/]*")
end

local function read(hash, field)
  local packed = redis.call("HGET", hash, field)
  return packed and cmsgpack.unpack(packed)
end

local function write(hash, field, value)
  redis.call("HSET", hash, field, cmsgpack.pack(value))
end
