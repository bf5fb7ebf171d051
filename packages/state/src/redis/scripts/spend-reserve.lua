-- use: spend
-- Takes an amount from every window of an account, or from none.
-- KEYS: generation, leases, reservation, window…; ARGV: generation, lease in ms, 1 for strict, then per window: amount,
-- limit, end.
-- Answers { number of the first window without room or 0, used, reserved… }, { -1 }: seed first.
local FIRST_KEY, FIRST, STRIDE = 4, 4, 3
if redis.call("GET", GENERATION) ~= ARGV[1] then return { UNKNOWN_GENERATION } end
local now = clock()
sweep(now)
local strict = ARGV[3] == "1"
local answer, charges = { 0 }, {}
for index = 1, #KEYS - FIRST_KEY + 1 do
  local at = FIRST + (index - 1) * STRIDE
  local amount, limit = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local used, reserved = sums(KEYS[FIRST_KEY + index - 1])
  local room = used + reserved < limit
  if strict then room = used + reserved + amount <= limit end
  if not room and answer[1] == 0 then answer[1] = index end
  answer[#answer + 1], answer[#answer + 2] = used, reserved
end
if answer[1] ~= 0 then return answer end
for index = 1, #KEYS - FIRST_KEY + 1 do
  local at = FIRST + (index - 1) * STRIDE
  local window, amount = KEYS[FIRST_KEY + index - 1], tonumber(ARGV[at])
  add(window, "reserved", amount, tonumber(ARGV[at + 2]))
  charges[#charges + 1], charges[#charges + 2] = window, amount
  answer[2 * index + 1] = answer[2 * index + 1] + amount
end
hold(KEYS[3], charges, tonumber(ARGV[2]), now)
return answer
