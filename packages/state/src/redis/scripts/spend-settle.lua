-- use: spend
-- The truth in place of what was reserved, once.
-- KEYS: generation, leases, reservation, window…; ARGV: generation, then per window: used, end.
-- Answers { 1 or 0: it was settled before, used, reserved… }, { -1 }: seed first.
local FIRST_KEY, FIRST, STRIDE = 4, 2, 2
if redis.call("GET", GENERATION) ~= ARGV[1] then return { UNKNOWN_GENERATION } end
local now = clock()
local answer = { 1 }
local charges = redis.call("GET", KEYS[3])
if charges == "" then
  answer[1] = 0
else
  if redis.call("ZREM", LEASES, KEYS[3]) == 1 then release(charges) end
  redis.call("SET", KEYS[3], "", "PX", SETTLED_KEPT_MS)
end
sweep(now)
for index = 1, #KEYS - FIRST_KEY + 1 do
  local at, window = FIRST + (index - 1) * STRIDE, KEYS[FIRST_KEY + index - 1]
  local ends_at = tonumber(ARGV[at + 1])
  if answer[1] == 1 and ends_at + GRACE_MS > now then add(window, "used", tonumber(ARGV[at]), ends_at) end
  local used, reserved = sums(window)
  answer[#answer + 1], answer[#answer + 2] = used, reserved
end
return answer
