-- use: keys, limits, buckets, observations, targets
-- First output of a reserved attempt: a probe closes its breaker, what the answer says of limits corrects the count.
-- ARGV: lease, 1 for a probe, observations as JSON or nothing, ms since they were made.
local lease = ARGV[1]
if not redis.call("ZSCORE", LEASES, lease) and not redis.call("ZSCORE", EXPIRED, lease) then return 0 end
local now = clock()
local parts = split(lease, "\n")
if ARGV[2] == "1" then
  local target = load_target(parts[3])
  if target.o then
    close_breaker(target)
    save_target(parts[3], target, now)
  end
end
if ARGV[3] ~= "" then
  local bucket = read(BUCKETS, parts[2])
  if bucket then
    advance_bucket(bucket, now)
    observe_all(bucket, ARGV[3], tonumber(ARGV[4]), now)
    save_bucket(parts[2], bucket, now)
  end
end
return 1
