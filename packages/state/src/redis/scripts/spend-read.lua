-- use: spend
-- KEYS: generation, leases, window…; answers { used, reserved… }.
sweep(clock())
local answer = {}
for index = 3, #KEYS do
  local used, reserved = sums(KEYS[index])
  answer[#answer + 1], answer[#answer + 2] = used, reserved
end
return answer
