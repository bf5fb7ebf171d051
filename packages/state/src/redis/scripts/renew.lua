-- use: keys, targets, leases
-- Owners that live: their reservations hold on.
-- ARGV: per reservation lease, its length in ms, 1 for a probe.
local now = clock()
for k = 1, #ARGV, 3 do
  local lease, ends = ARGV[k], now + tonumber(ARGV[k + 1])
  local parts = split(lease, "\n")
  if redis.call("ZREM", EXPIRED, lease) == 1 then
    move_place(parts[2], 1)
    redis.call("ZADD", LEASES, ends, lease)
  else
    redis.call("ZADD", LEASES, "XX", ends, lease)
  end
  if ARGV[k + 2] == "1" then
    local target = load_target(parts[3])
    if target.p == parts[1] then
      target.q = math.min(ends, target.x)
      save_target(parts[3], target, now)
    end
  end
end
return 1
