-- KEYS: generation, open reservations by the end of their leases, …
-- A window is a hash { used, reserved } that Redis forgets at its end; a reservation is a list of window and amount, or
-- empty once it is settled, so that it is not settled again.
local GENERATION, LEASES = KEYS[1], KEYS[2]
local UNKNOWN_GENERATION = -1
-- A window is kept for so long after its end, ms: the gateways' clocks differ, and what is in flight still settles.
local GRACE_MS = 60000
-- A reservation whose lease is over waits so long for a late settling, ms.
local LATE_MS = 3600000
local SETTLED_KEPT_MS = 900000
-- Leases are taken back so many at a time, so that no step gets long.
local SWEEP = 100

local function clock()
  local time = redis.call("TIME")
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function sums(window)
  local found = redis.call("HMGET", window, "used", "reserved")
  return tonumber(found[1] or 0), math.max(0, tonumber(found[2] or 0))
end

local function add(window, field, amount, ends_at)
  if amount == 0 then return end
  redis.call("HINCRBY", window, field, string.format("%.0f", amount))
  redis.call("PEXPIREAT", window, string.format("%.0f", ends_at + GRACE_MS))
end

-- What a reservation holds is free again, in those of its windows that still are.
local function release(charges)
  if not charges or charges == "" then return end
  local list = cmsgpack.unpack(charges)
  for k = 1, #list, 2 do
    if list[k + 1] > 0 and redis.call("EXISTS", list[k]) == 1 then
      redis.call("HINCRBY", list[k], "reserved", string.format("%.0f", -list[k + 1]))
    end
  end
end

-- Owners that died: what they reserved is free again; a late settling still counts.
local function sweep(now)
  local ended = redis.call("ZRANGEBYSCORE", LEASES, "-inf", string.format("%.0f", now), "LIMIT", 0, SWEEP)
  for _, reservation in ipairs(ended) do
    release(redis.call("GET", reservation))
    redis.call("ZREM", LEASES, reservation)
  end
end

local function hold(reservation, charges, lease_ms, now)
  redis.call("SET", reservation, cmsgpack.pack(charges), "PX", string.format("%.0f", lease_ms + LATE_MS))
  redis.call("ZADD", LEASES, string.format("%.0f", now + lease_ms), reservation)
end
